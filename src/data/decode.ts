/**
 * @file The full decoder: bytes of any supported format to pixels in the mode PIL would give them. It loads the native
 * decoder the first time one is needed, never before, because most runs get by with the fast way. openImage and the
 * batch decoder call it; it knows no file system.
 */
import { ImageError } from "../core/errors.js";
import { type Header, readHeader } from "./formats.js";
import { decodeGif } from "./gif.js";
import { type Mode, type Pixels, type Samples, modeOfChannels } from "./modes.js";

type Native = typeof import("@napi-rs/image");
type Transformer = InstanceType<Native["Transformer"]>;

let native: Native | undefined;

/**
 * Makes `decode` ready for formats other than GIF. Cheap when called again.
 *
 * @throws ImageError where the native decoder has no build for this machine.
 */
export async function loadDecoder(): Promise<void> {
  if (native !== undefined) return;
  try {
    native = await import("@napi-rs/image");
  } catch (cause) {
    throw new ImageError(
      `the decoder @napi-rs/image does not load on ${process.platform} ${process.arch}; without it only GIF and small plain PNG files can be read`,
      { cause },
    );
  }
}

/** What a decoder gives: channels and bytes a channel, by the number of its colour type. */
const colourTypes: Readonly<Record<number, readonly [channels: 1 | 2 | 3 | 4, bytes: 1 | 2]>> = {
  0: [1, 1], 1: [2, 1], 2: [3, 1], 3: [4, 1], 4: [1, 2], 5: [2, 2], 6: [3, 2], 7: [4, 2],
};

/** PIL ignores a transparent colour in PNG types 0 and 2, and opens 16-bit grey with alpha as RGBA. */
const pngMode = (kind: number, wide: boolean, decoded: 1 | 2 | 3 | 4): Mode => {
  if (kind === 0) return wide ? "I;16" : "L";
  if (kind === 2) return "RGB";
  if (kind === 4) return wide ? "RGBA" : "LA";
  return modeOfChannels[decoded];
};

/**
 * Decodes one picture; `loadDecoder` must have been awaited.
 *
 * @param name the file's name, for messages.
 * @throws ImageError where the bytes are no picture, corrupt, cut short or larger than `maxPixels`.
 */
export function decode(bytes: Uint8Array, name: string, maxPixels: number): Pixels {
  const header = checkedHeader(bytes, name, maxPixels);
  try {
    return header.format === "GIF" ? decodeGif(bytes, maxPixels) : decodeNative(bytes, header);
  } catch (cause) {
    throw new ImageError(`${name}: this ${header.format} cannot be decoded: ${reason(cause)}`, { cause });
  }
}

const reason = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  // DataView's own message speaks of bounds; what it means is a file that ends too early.
  return /DataView/.test(cause.message) ? "it is cut short" : cause.message.replace(/\s+/g, " ");
};

function checkedHeader(bytes: Uint8Array, name: string, maxPixels: number): Header {
  if (bytes.length === 0) throw new ImageError(`${name}: the file is empty`);
  let header: Header | undefined;
  try {
    header = readHeader(bytes);
  } catch (cause) {
    throw new ImageError(`${name}: not a readable picture: ${reason(cause)}`, { cause });
  }
  if (header === undefined) throw new ImageError(`${name}: not a picture; PNG, JPEG, WebP, GIF and TIFF can be read`);
  if (header.width * header.height > maxPixels) {
    throw new ImageError(`${name}: ${header.width} × ${header.height} pixels are more than ${maxPixels}; it could be a decompression bomb`);
  }
  return header;
}

function decodeNative(bytes: Uint8Array, { format, kind, width, height }: Header): Pixels {
  if (native === undefined) throw new ImageError("the decoder is not loaded");
  const transformer: Transformer = new native.Transformer(bytes);
  const meta = transformer.metadataSync();
  const type = colourTypes[meta.colorType];
  if (type === undefined) throw new RangeError("its pixels are floating point numbers");
  if (meta.width !== width || meta.height !== height) throw new RangeError(`its header says ${width} × ${height} and its data ${meta.width} × ${meta.height}`);
  const raw = transformer.rawPixelsSync();
  const [channels, size] = type;
  const samples = size === 1 ? raw : new Uint16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const mode = format === "PNG" ? pngMode(kind, size === 2, channels) : size === 2 && channels === 1 ? "I;16" : modeOfChannels[channels];
  return { mode, width, height, samples: fit(samples, channels, mode) };
}

/** Drops to the channels and bits of `mode`: PIL keeps the high byte of 16-bit colour. */
function fit(samples: Samples, channels: 1 | 2 | 3 | 4, mode: Mode): Samples {
  const wanted = mode === "I;16" ? 1 : mode.length === 1 ? 1 : mode.length;
  const shift = samples instanceof Uint16Array && mode !== "I;16" ? 8 : 0;
  if (wanted === channels && shift === 0) return samples;
  const count = samples.length / channels;
  const out = mode === "I;16" ? new Uint16Array(count) : new Uint8Array(count * wanted);
  const spread = channels === 2 && wanted === 4; // grey and alpha as RGBA
  for (let i = 0, s = 0, o = 0; i < count; i++, s += channels, o += wanted) {
    for (let k = 0; k < wanted; k++) out[o + k] = samples[s + (spread ? (k === 3 ? 1 : 0) : k)] >> shift;
  }
  return out;
}
