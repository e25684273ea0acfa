/**
 * @file Tells picture formats apart by their first bytes and reads a picture's size from its header, so that a
 * decompression bomb or a truncated JPEG is refused before any decoder runs. Called by decode.ts; decodes no pixel.
 */

export type Format = "PNG" | "JPEG" | "WebP" | "GIF" | "TIFF";

/** What a header says. `kind` is the PNG colour type, else 0. */
export interface Header {
  readonly format: Format;
  readonly width: number;
  readonly height: number;
  readonly kind: number;
}

/** File name endings that are taken for pictures, lower case. */
export const imageSuffixes: readonly string[] = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff"];

const ascii = (b: Uint8Array, at: number, length: number): string => String.fromCharCode(...b.subarray(at, at + length));

/** The format that the first bytes show, or undefined. */
function sniff(b: Uint8Array): Format | undefined {
  if (ascii(b, 0, 8) === "\x89PNG\r\n\x1a\n") return "PNG";
  if (b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff) return "JPEG";
  if (ascii(b, 0, 4) === "RIFF" && ascii(b, 8, 4) === "WEBP") return "WebP";
  if (/^GIF8[79]a/.test(ascii(b, 0, 6))) return "GIF";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(ascii(b, 0, 4))) return "TIFF";
  return undefined;
}

/**
 * Size and kind of a picture; undefined where the bytes are of no known format.
 *
 * @throws RangeError where the header is cut short or makes no sense; the message says what is wrong.
 */
export function readHeader(b: Uint8Array): Header | undefined {
  const format = sniff(b);
  if (format === undefined) return undefined;
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const [width, height, kind] = readers[format](view, b);
  if (width < 1 || height < 1) throw new RangeError(`its header says ${width} × ${height} pixels`);
  return { format, width, height, kind };
}

type Reader = (view: DataView, b: Uint8Array) => readonly [width: number, height: number, kind: number];

const readers: Readonly<Record<Format, Reader>> = {
  PNG: (v, b) => {
    if (ascii(b, 12, 4) !== "IHDR") throw new RangeError("its first chunk is not IHDR");
    return [v.getUint32(16), v.getUint32(20), v.getUint8(25)];
  },
  JPEG: jpegSize,
  WebP: webpSize,
  GIF: (v) => [v.getUint16(6, true), v.getUint16(8, true), 0],
  TIFF: tiffSize,
};

/** Walks the markers to the frame header; a JPEG whose end marker is missing is cut short (decoders would fill in grey). */
function jpegSize(v: DataView, b: Uint8Array): readonly [number, number, number] {
  let size: readonly [number, number, number] | undefined;
  for (let at = 2; ;) {
    while (v.getUint8(at) === 0xff && v.getUint8(at + 1) === 0xff) at++;
    if (v.getUint8(at) !== 0xff) throw new RangeError("a JPEG marker is missing");
    const marker = v.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) size = [v.getUint16(at + 7), v.getUint16(at + 5), 0];
    if (marker === 0xda) {
      if (size === undefined) throw new RangeError("it has no frame header");
      if (!hasEnd(b, at)) throw new RangeError("it is cut short");
      return size;
    }
    at += 2 + (marker >= 0xd0 && marker <= 0xd8 ? 0 : v.getUint16(at + 2));
  }
}

function hasEnd(b: Uint8Array, from: number): boolean {
  for (let at = b.length - 2; at > from; at--) if (b[at] === 0xff && b[at + 1] === 0xd9) return true;
  return false;
}

function webpSize(v: DataView, b: Uint8Array): readonly [number, number, number] {
  const chunk = ascii(b, 12, 4);
  if (chunk === "VP8X") return [(v.getUint32(24, true) & 0xffffff) + 1, (v.getUint32(26, true) >>> 8) + 1, 0];
  if (chunk === "VP8L") {
    const bits = v.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, 0];
  }
  if (chunk === "VP8 ") return [v.getUint16(26, true) & 0x3fff, v.getUint16(28, true) & 0x3fff, 0];
  throw new RangeError(`it has an unknown WebP chunk ${JSON.stringify(chunk)}`);
}

/** Width and height from the first directory; 8-byte offsets in BigTIFF. */
function tiffSize(v: DataView): readonly [number, number, number] {
  const little = v.getUint8(0) === 0x49;
  const big = v.getUint16(2, little) === 43;
  const first = big ? Number(v.getBigUint64(8, little)) : v.getUint32(4, little);
  const entries = big ? Number(v.getBigUint64(first, little)) : v.getUint16(first, little);
  const [start, step, value] = big ? [first + 8, 20, 12] : [first + 2, 12, 8];
  const found = new Map<number, number>();
  for (let i = 0, at = start; i < Math.min(entries, 4096) && found.size < 2; i++, at += step) {
    const tag = v.getUint16(at, little);
    if (tag === 256 || tag === 257) found.set(tag, v.getUint16(at + 2, little) === 3 ? v.getUint16(at + value, little) : v.getUint32(at + value, little));
  }
  return [found.get(256) ?? 0, found.get(257) ?? 0, 0];
}
