/**
 * @file The fast way for thousands of small PNG files: 8 bits a sample, grey or colour, with or without alpha, not
 * interlaced, no palette. Everything it does not know, and everything that looks wrong, it leaves to the full decoder by
 * answering undefined. Called by the bulk loader and openImage; imports nothing that costs time at start.
 */
import { inflateSync } from "node:zlib";

/** What a PNG's header says, where the fast way can take it. */
export interface FastHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** Where the compressed pixels lie: one stretch of the file. */
  readonly from: number;
  readonly to: number;
}

/** Colour type to channels; the palette type 3 is absent. */
const channelsOf: readonly (1 | 2 | 3 | 4 | undefined)[] = [1, undefined, 3, undefined, 2, undefined, 4];
const IDAT = 0x49444154;
const PLTE = 0x504c5445;
const IEND = 0x49454e44;
/** Above this many compressed bytes native code is faster than ours. */
const MOST_BYTES = 16 * 1024;

const u32 = (b: Uint8Array, i: number): number => ((b[i] << 24) | (b[i + 1] << 16) | (b[i + 2] << 8) | b[i + 3]) >>> 0;

/** Reads the header of bytes[0…size); undefined where the file is not for the fast way. */
export function fastHeader(bytes: Uint8Array, size: number): FastHeader | undefined {
  if (size < 57 || size > MOST_BYTES) return undefined;
  if (u32(bytes, 0) !== 0x89504e47 || u32(bytes, 4) !== 0x0d0a1a0a || u32(bytes, 8) !== 13 || u32(bytes, 12) !== 0x49484452) return undefined;
  const [width, height, channels] = [u32(bytes, 16), u32(bytes, 20), channelsOf[bytes[25]]];
  const plain = bytes[24] === 8 && bytes[26] === 0 && bytes[27] === 0 && bytes[28] === 0;
  if (!plain || channels === undefined || width === 0 || height === 0 || width > 4096 || height > 4096) return undefined;
  let from = 0;
  let to = 0;
  for (let at = 33; at + 12 <= size;) {
    const [length, name] = [u32(bytes, at), u32(bytes, at + 4)];
    if (at + 12 + length > size) return undefined;
    if (name === IDAT) {
      if (from !== 0) return undefined; // more than one stretch
      from = at + 8;
      to = from + length;
    } else if (name === IEND) break;
    // An unknown critical chunk (capital first letter) may change what the pixels mean.
    else if ((bytes[at + 4] & 32) === 0 && name !== PLTE) return undefined;
    at += 12 + length;
  }
  return from === 0 ? undefined : { width, height, channels, from, to };
}

/**
 * Decodes the pixels that `header` found in `bytes` into out[at…], which must have height × width × channels bytes.
 *
 * @returns false where the data are not whole and right.
 */
export function fastPixels(bytes: Uint8Array, header: FastHeader, out: Uint8Array, at: number): boolean {
  const { width, height, channels } = header;
  const row = width * channels;
  const size = height * (row + 1);
  const raw = inflate(bytes.subarray(header.from, header.to), size);
  if (raw?.length !== size) return false;
  for (let y = 0, from = 0; y < height; y++, from += row + 1, at += row) {
    if (!unfilterRow(raw[from], raw, from + 1, out, at, row, channels, y === 0)) return false;
  }
  return true;
}

/** Inflates to at most `size` bytes. One chunk of the right size is what makes this cheap: the default of 16 KiB costs 10 µs. */
function inflate(data: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return inflateSync(data, { chunkSize: Math.max(size + 16, 64), maxOutputLength: size + 1 });
  } catch {
    return undefined;
  }
}

/** Undoes one row's filter, reading the row above from `out`; false for a filter that does not exist. */
function unfilterRow(kind: number, raw: Uint8Array, from: number, out: Uint8Array, at: number, row: number, bpp: number, first: boolean): boolean {
  const end = at + row;
  const up = at - row;
  const lift = from - at; // raw[i + lift] is out[i]'s filtered byte
  if (kind === 0 || (kind === 2 && first)) {
    for (let i = at; i < end; i++) out[i] = raw[i + lift];
  } else if (kind === 1 || (kind === 4 && first)) {
    // Paeth in the first row sees zeros above, and then it is Sub.
    for (let i = at; i < at + bpp; i++) out[i] = raw[i + lift];
    for (let i = at + bpp; i < end; i++) out[i] = raw[i + lift] + out[i - bpp];
  } else if (kind === 2) {
    for (let i = at; i < end; i++) out[i] = raw[i + lift] + out[i - row];
  } else if (kind === 3) {
    for (let i = at; i < end; i++) {
      const left = i - at < bpp ? 0 : out[i - bpp];
      out[i] = raw[i + lift] + ((left + (first ? 0 : out[i - row])) >> 1);
    }
  } else if (kind === 4) {
    for (let k = 0; k < bpp; k++) out[at + k] = raw[at + k + lift] + out[up + k];
    for (let i = at + bpp; i < end; i++) out[i] = raw[i + lift] + paeth(out[i - bpp], out[i - row], out[i - row - bpp]);
  } else return false;
  return true;
}

/** PNG's predictor: whichever of left, above and upper left is nearest to left + above - upper left. */
function paeth(a: number, b: number, c: number): number {
  const pa = Math.abs(b - c);
  const pb = Math.abs(a - c);
  const pc = Math.abs(a + b - 2 * c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
