/**
 * @file Decodes the first frame of a GIF. Written here because the small decoders on offer print warnings to standard
 * output and hand back half a picture where a file is cut short. Called by decode.ts only.
 *
 * Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
import type { Pixels } from "./modes.js";

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  /** RGB triples. */
  readonly palette: Uint8Array | undefined;
  readonly transparent: number | undefined;
  /** Where the code size byte lies. */
  readonly at: number;
}

/**
 * The first frame on its screen: "L" where the palette is the grey ramp itself (or missing), "RGBA" where a colour is
 * transparent, else "RGB"; what PIL's `open(…)` followed by converting its palette gives.
 *
 * @throws RangeError where the file is cut short or corrupt.
 */
export function decodeGif(bytes: Uint8Array, maxPixels: number): Pixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = firstFrame(bytes, view);
  const width = Math.max(view.getUint16(6, true), frame.left + frame.width);
  const height = Math.max(view.getUint16(8, true), frame.top + frame.height);
  if (width * height > maxPixels) throw new RangeError(`its frame spans ${width} × ${height} pixels`);
  const indices = decodeFrame(bytes, frame);
  const screen = new Uint8Array(width * height).fill(frame.transparent ?? 0);
  rowOrder(frame).forEach((y, row) => {
    screen.set(indices.subarray(row * frame.width, (row + 1) * frame.width), (frame.top + y) * width + frame.left);
  });
  return paint(screen, width, height, frame);
}

/** In which order the rows are stored: interlaced ones in four passes. */
function rowOrder({ height, interlaced }: Frame): number[] {
  if (!interlaced) return Array.from({ length: height }, (_, y) => y);
  const order: number[] = [];
  for (const [first, step] of [[0, 8], [4, 8], [2, 4], [1, 2]]) for (let y = first; y < height; y += step) order.push(y);
  return order;
}

/** Walks the blocks to the first picture, keeping the transparent colour that the block before it names. */
function firstFrame(bytes: Uint8Array, view: DataView): Frame {
  const flags = view.getUint8(10);
  let at = 13;
  let global: Uint8Array | undefined;
  if (flags & 0x80) [global, at] = readPalette(bytes, at, flags);
  for (let transparent: number | undefined; ;) {
    const block = view.getUint8(at++);
    if (block === 0x21) {
      const label = view.getUint8(at++);
      if (label === 0xf9 && view.getUint8(at) >= 4) transparent = view.getUint8(at + 1) & 1 ? view.getUint8(at + 4) : undefined;
      for (let size = view.getUint8(at++); size > 0; size = view.getUint8(at++)) at += size;
    } else if (block === 0x2c) {
      const local = view.getUint8(at + 8);
      const [left, top, width, height] = [0, 2, 4, 6].map((o) => view.getUint16(at + o, true));
      if (width === 0 || height === 0) throw new RangeError(`its first frame has ${width} × ${height} pixels`);
      let palette = global;
      at += 9;
      if (local & 0x80) [palette, at] = readPalette(bytes, at, local);
      return { left, top, width, height, interlaced: (local & 0x40) !== 0, palette, transparent, at };
    } else throw new RangeError(block === 0x3b ? "it has no frame" : `it has an unknown block ${block}`);
  }
}

function readPalette(bytes: Uint8Array, at: number, flags: number): [Uint8Array, number] {
  const end = at + 3 * 2 ** ((flags & 7) + 1);
  if (end > bytes.length) throw new RangeError("its palette is cut short");
  return [bytes.subarray(at, end), end];
}

/** The frame's data blocks in one piece. */
function joinBlocks(bytes: Uint8Array, at: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let size = bytes[at++]; size > 0; size = bytes[at++]) {
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return Buffer.concat(parts);
}

/** LZW with codes that grow from the given size to 12 bits: a palette index for each pixel of the frame. */
function decodeFrame(bytes: Uint8Array, { at, width, height }: Frame): Uint8Array {
  const least = bytes[at];
  if (!(least >= 1 && least <= 11)) throw new RangeError(`its code size is ${least}`);
  const data = joinBlocks(bytes, at + 1);
  const out = new Uint8Array(width * height);
  const [clear, stop] = [1 << least, (1 << least) + 1];
  // A code is an earlier code and one index more; lengths let a code be written from its end.
  const [prefix, suffix, lengths] = [new Uint16Array(4096), new Uint8Array(4096), new Uint16Array(4096)];
  for (let i = 0; i < clear; i++) [suffix[i], lengths[i]] = [i, 1];
  let [next, bits, before, filled, buffer, held, position] = [stop + 1, least + 1, -1, 0, 0, 0, 0];
  while (filled < out.length) {
    for (; held < bits; held += 8) {
      if (position >= data.length) throw new RangeError("it is cut short");
      buffer |= data[position++] << held;
    }
    const code = buffer & ((1 << bits) - 1);
    buffer >>>= bits;
    held -= bits;
    if (code === stop) throw new RangeError("it is cut short");
    if (code === clear) {
      [next, bits, before] = [stop + 1, least + 1, -1];
      continue;
    }
    if (code > next || (code === next && before < 0) || (before < 0 && code > clear)) throw new RangeError("its data are corrupt");
    if (before >= 0 && next < 4096) {
      prefix[next] = before;
      lengths[next] = lengths[before] + 1;
      suffix[next] = firstOf(code === next ? before : code, prefix, clear);
      next++;
      if (next === 1 << bits && bits < 12) bits++;
    } else if (code >= next) throw new RangeError("its data are corrupt");
    const end = filled + lengths[code];
    for (let c = code, i = end - 1; i >= filled; c = prefix[c], i--) if (i < out.length) out[i] = suffix[c];
    filled = end;
    before = code;
  }
  return out;
}

/** The index that a code's run begins with. */
function firstOf(code: number, prefix: Uint16Array, clear: number): number {
  while (code >= clear) code = prefix[code];
  return code;
}

/** Palette indices as pixels. */
function paint(indices: Uint8Array, width: number, height: number, { palette, transparent }: Frame): Pixels {
  if (palette === undefined || palette.every((v, i) => v === Math.floor(i / 3))) return { mode: "L", width, height, samples: indices };
  const channels = transparent === undefined ? 3 : 4;
  const samples = new Uint8Array(indices.length * channels);
  for (let i = 0, o = 0; i < indices.length; i++, o += channels) {
    const from = indices[i] * 3;
    for (let k = 0; k < 3; k++) samples[o + k] = palette[from + k] ?? 0;
    if (transparent !== undefined) samples[o + 3] = indices[i] === transparent ? 0 : 255;
  }
  return { mode: channels === 3 ? "RGB" : "RGBA", width, height, samples };
}
