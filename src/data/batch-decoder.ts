/**
 * @file Decodes the pictures of one batch into memory that the caller owns, and the counters by which several threads share
 * out batches. The bulk loader runs it in the calling thread, decode-worker.ts in workers; it knows neither.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { ImageError } from "../core/errors.js";
import { decode, loadDecoder } from "./decode.js";
import { Image } from "./image.js";
import { type ByteMode, type Mode, type Pixels, channelsOf, modeOfChannels } from "./modes.js";
import { readFile } from "./open-image.js";
import { type FastHeader, fastHeader, fastPixels } from "./png-fast.js";

/** What every picture of a run must be, or is made to be. */
export interface BatchSpec {
  readonly width: number;
  readonly height: number;
  readonly mode: ByteMode;
  /** Whether pictures of another size are resized, and of another mode converted. */
  readonly resize: boolean;
  readonly convert: boolean;
  readonly maxPixels: number;
  /** The file that set size and mode, for messages. */
  readonly like: string;
  readonly batchSize: number;
  readonly fileCount: number;
}

/** A file that could not be used, by its place in the list. */
export interface BadFile {
  readonly index: number;
  readonly message: string;
}

/** What decoding a batch comes to: `count` pictures written, the rest bad. */
export interface BatchResult {
  readonly batch: number;
  readonly count: number;
  readonly bad: readonly BadFile[];
}

export const bytesOf = (spec: BatchSpec): number => spec.width * spec.height * channelsOf(spec.mode);
export const batchesOf = (spec: BatchSpec): number => Math.ceil(spec.fileCount / spec.batchSize);

/** Places in the shared counters: the next batch to claim, the first one that may not be claimed yet, whether to stop. */
export const NEXT = 0;
export const LIMIT = 1;
export const STOP = 2;
export const COUNTERS = 3;

export const ALL_CLAIMED = -1;
export const NO_ROOM = -2;

/** Takes the next batch for this thread: its number, or ALL_CLAIMED, or NO_ROOM while the reader is too far behind. */
export function claim(counters: Int32Array, total: number): number {
  for (;;) {
    const next = Atomics.load(counters, NEXT);
    if (next >= total || Atomics.load(counters, STOP) !== 0) return ALL_CLAIMED;
    if (next >= Atomics.load(counters, LIMIT)) return NO_ROOM;
    if (Atomics.compareExchange(counters, NEXT, next, next + 1) === next) return next;
  }
}

const buffer = new Uint8Array(64 * 1024);

/** Reads a small file into `buffer`, without the second look at its size that readFileSync takes; -1 where it does not fit. */
function readSmall(name: string): number {
  let file: number;
  try {
    file = openSync(name, "r");
  } catch {
    return -1;
  }
  try {
    const size = readSync(file, buffer, 0, buffer.length, 0);
    return size < buffer.length ? size : -1;
  } catch {
    return -1;
  } finally {
    closeSync(file);
  }
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Decodes batch number `batch` of `files` into `out`, pictures close together, bad files left out. */
export async function decodeBatch(files: readonly string[], spec: BatchSpec, batch: number, out: Uint8Array): Promise<BatchResult> {
  const bytes = bytesOf(spec);
  const bad: BadFile[] = [];
  const first = batch * spec.batchSize;
  const end = Math.min(first + spec.batchSize, files.length);
  let count = 0;
  for (let index = first; index < end; index++) {
    try {
      if (!decodeFast(files[index], spec, out, count * bytes)) out.set(await decodeSlow(files[index], spec), count * bytes);
      count++;
    } catch (cause) {
      bad.push({ index, message: reason(cause) });
    }
  }
  return { batch, count, bad };
}

/** The fast way, where the file is a small PNG of exactly the wanted kind. */
function decodeFast(name: string, spec: BatchSpec, out: Uint8Array, at: number): boolean {
  const size = readSmall(name);
  const header = size < 0 ? undefined : fastHeader(buffer, size);
  return header !== undefined && fits(header, spec) && fastPixels(buffer, header, out, at);
}

const fits = (h: FastHeader, spec: BatchSpec): boolean =>
  h.width === spec.width && h.height === spec.height && modeOfChannels[h.channels] === spec.mode;

/** Any picture, converted and resized where the run allows it. @throws ImageError naming the file */
async function decodeSlow(name: string, spec: BatchSpec): Promise<Uint8Array> {
  const pixels = await openAny(name, spec.maxPixels);
  const wrongSize = pixels.width !== spec.width || pixels.height !== spec.height;
  if ((wrongSize && !spec.resize) || (pixels.mode !== spec.mode && !spec.convert)) {
    throw new ImageError(
      `${name} is ${describe(pixels.width, pixels.height, pixels.mode)}, but ${spec.like} ${describe(spec.width, spec.height, spec.mode)}; ` +
        `give a ${wrongSize && !spec.resize ? "size to resize" : "mode to convert"} to`,
    );
  }
  let image = new Image(pixels);
  if (pixels.mode !== spec.mode) image = image.convert(spec.mode);
  if (wrongSize) image = image.resize([spec.width, spec.height]);
  return image.data;
}

const describe = (width: number, height: number, mode: Mode): string => `${width} × ${height} ${mode}`;

/** A file's pixels, the fast way where that works. */
export async function openAny(name: string, maxPixels: number): Promise<Pixels> {
  const bytes = readFile(name);
  const header = fastHeader(bytes, bytes.length);
  if (header !== undefined && header.width * header.height <= maxPixels) {
    const { width, height, channels } = header;
    const samples = new Uint8Array(width * height * channels);
    if (fastPixels(bytes, header, samples, 0)) return { mode: modeOfChannels[channels], width, height, samples };
  }
  await loadDecoder();
  return decode(bytes, name, maxPixels);
}
