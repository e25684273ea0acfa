/**
 * @file openImage: one picture from a file, a file URL or bytes. It tries the fast way for small PNG files first and loads
 * the full decoder only when that one declines. For thousands of files see load-images.ts, which decodes in batches.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FileError, ImageError } from "../core/errors.js";
import { decode, loadDecoder } from "./decode.js";
import { Image, MAX_PIXELS } from "./image.js";
import { modeOfChannels } from "./modes.js";
import { DataPath } from "./path.js";
import { fastHeader, fastPixels } from "./png-fast.js";

export interface OpenImageOptions {
  /** The most pixels a picture may have; more is refused before decoding. Default: PIL's 178,956,970. */
  readonly maxPixels?: number;
}

/**
 * Opens a picture: PNG, JPEG, WebP, the first frame of a GIF, or TIFF.
 *
 * The mode is PIL's, except that palettes are expanded to "RGB" or "RGBA", bilevel pictures are "L" and CMYK is "RGB".
 * PNG, GIF, TIFF and WebP pixels equal PIL's; JPEG decoders differ by a few grey levels.
 *
 * @param source a path (string or DataPath), a `file:` URL, or the file's bytes.
 * @throws ImageError naming the file where it is empty, no picture, corrupt or too large; FileError where it cannot be read.
 * @example
 * const image = await openImage(path.join("train/3/10.png"));
 * tensor(image).shape; // [28, 28]
 *
 * Modelled on PIL's `Image.open`: https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.open
 */
export async function openImage(source: string | URL | DataPath | Uint8Array, options: OpenImageOptions = {}): Promise<Image> {
  const maxPixels = options.maxPixels ?? MAX_PIXELS;
  const name = nameOf(source);
  // Read at once, not through a promise: four times faster for small files, and the decoder is at work anyway.
  const bytes = source instanceof Uint8Array ? source : readFile(name);
  return openFast(bytes, maxPixels) ?? openFull(bytes, name, maxPixels);
}

function openFast(bytes: Uint8Array, maxPixels: number): Image | undefined {
  const header = fastHeader(bytes, bytes.length);
  if (header === undefined || header.width * header.height > maxPixels) return undefined;
  const { width, height, channels } = header;
  const samples = new Uint8Array(width * height * channels);
  return fastPixels(bytes, header, samples, 0) ? new Image({ mode: modeOfChannels[channels], width, height, samples }) : undefined;
}

async function openFull(bytes: Uint8Array, name: string, maxPixels: number): Promise<Image> {
  await loadDecoder();
  return new Image(decode(bytes, name, maxPixels));
}

function nameOf(source: string | URL | DataPath | Uint8Array): string {
  if (source instanceof Uint8Array) return `picture of ${source.length} bytes`;
  if (source instanceof DataPath) return source.path;
  const text = String(source);
  if (text.startsWith("file:")) return fileURLToPath(text);
  if (/^https?:/.test(text)) throw new FileError(`openImage: ${text} is on the network; fetch it and hand over its bytes, or untarData an archive`);
  return text;
}

/** A file's bytes. @throws FileError naming the file; ImageError where it is a folder. */
export function readFile(name: string): Uint8Array {
  try {
    return readFileSync(name);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "EISDIR") throw new ImageError(`${name}: a folder, not a picture`, { cause });
    throw new FileError(`${name}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}`, { cause });
  }
}
