/**
 * @file loadImages: thousands of pictures as a stream of batches, decoded by several threads into shared memory, in the
 * order of the files. learn/ reads data sets through it. How a picture is decoded is batch-decoder.ts's business.
 */
import { ImageError, ValueError } from "../core/errors.js";
import { type BatchResult, type BatchSpec, COUNTERS, LIMIT, STOP, batchesOf, bytesOf, claim, decodeBatch, openAny } from "./batch-decoder.js";
import { type Crew, defaultWorkers, hire, warmDecoders } from "./decode-pool.js";
import { MAX_PIXELS, checkedSize } from "./image.js";
import { type ByteMode, channelsOf } from "./modes.js";
import { DataPath } from "./path.js";

export interface LoadImagesOptions {
  /** [width, height] that every picture is resized to. Without it all must have the first one's size. */
  readonly size?: readonly [width: number, height: number];
  /** The mode every picture is converted to. Without it all must have the first one's. */
  readonly mode?: ByteMode;
  /** Leave out files that cannot be used, and count them in `skipped`, instead of throwing. */
  readonly skipBad?: boolean;
  /** Threads besides the calling one, which decodes too. Default: none for a few small files, else cores - 1. */
  readonly workers?: number;
  /** Pictures a batch. Default: about half a megabyte's worth, at most 256. */
  readonly batchSize?: number;
  /** Hand out the same memory again: a batch is then valid only until the next one is asked for. Saves a copy. */
  readonly reuse?: boolean;
  readonly maxPixels?: number;
  /** Called after each batch with the number of files behind it, bad ones included. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Ends the loading: the iteration throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Some pictures in a row. */
export interface ImageBatch {
  /** count × height × width × channels bytes, contiguous. */
  readonly data: Uint8Array;
  readonly count: number;
  /** Of one picture: [H, W] or [H, W, C]. */
  readonly shape: readonly number[];
  readonly mode: ByteMode;
  /** For each picture its file's place in the list. */
  readonly indices: Int32Array;
}

/** A file that was left out. */
export interface SkippedFile {
  readonly file: string;
  readonly index: number;
  readonly message: string;
}

/** Below this many files starting a thread costs more than it saves: small ones decode in microseconds, large ones do not. */
const FEW = 400;
const FEW_LARGE = 16;
/** From this many pixels on a picture is large. */
const LARGE = 64 * 1024;
const BATCH_BYTES = 512 * 1024;

/** The stream that loadImages gives: iterate it once, with `for await`. */
export class ImageBatches implements AsyncIterable<ImageBatch> {
  /** With `skipBad`: the files left out so far, in order. */
  readonly skipped: SkippedFile[] = [];
  readonly #files: readonly string[];
  readonly #options: LoadImagesOptions;

  constructor(files: readonly string[], options: LoadImagesOptions) {
    this.#files = files;
    this.#options = options;
  }

  [Symbol.asyncIterator](): AsyncGenerator<ImageBatch, void, undefined> {
    return batches(this.#files, this.#options, this.skipped);
  }
}

/**
 * Reads pictures in bulk: an async iterable of batches of contiguous bytes, in the order of `files`.
 *
 * Memory does not grow with the number of files. Reading, decoding, converting and resizing run in worker threads and in
 * the calling thread while that one waits for the next batch.
 *
 * @param files paths, e.g. `imageFolder(root).train["3"]`.
 * @throws ImageError naming the file, at the batch it belongs to: unreadable, or of another size or mode than the first;
 * InternalError where a thread dies; ValueError for options that make no sense.
 * @example
 * for await (const { data, count, shape } of loadImages(train["3"])) model.add(tensor(data).reshape(count, ...shape));
 */
export function loadImages(files: Iterable<DataPath | string>, options: LoadImagesOptions = {}): ImageBatches {
  const { workers, batchSize, mode, size } = options;
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0 && workers <= 64)) throw new ValueError(`loadImages: workers is ${workers}; 0 to 64 is possible`);
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize >= 1)) throw new ValueError(`loadImages: batchSize is ${batchSize}; it must be at least 1`);
  if (mode !== undefined && !["L", "LA", "RGB", "RGBA"].includes(mode)) throw new ValueError(`loadImages: mode is ${JSON.stringify(mode)}; one of L, LA, RGB, RGBA`);
  if (size !== undefined) checkedSize(size);
  const names = Array.from(files, (file) => (file instanceof DataPath ? file.path : file));
  const odd = names.find((name) => name.includes("\0"));
  if (odd !== undefined) throw new ValueError(`loadImages: ${JSON.stringify(odd)} is no file name`);
  return new ImageBatches(names, options);
}

async function* batches(files: readonly string[], options: LoadImagesOptions, skipped: SkippedFile[]): AsyncGenerator<ImageBatch, void, undefined> {
  options.signal?.throwIfAborted();
  if (files.length === 0) return;
  if (files.length >= FEW && options.workers !== 0) warmDecoders(options.workers);
  const chosen = await chooseSpec(files, options);
  if (chosen === undefined) {
    // Every file is bad: say so for each.
    for (const [index, file] of files.entries()) skipped.push({ file, index, message: await whyBad(file, options) });
    return;
  }
  const { spec, large } = chosen;
  const workers = Math.min(options.workers ?? (files.length >= (large ? FEW_LARGE : FEW) ? defaultWorkers() : 0), batchesOf(spec) - 1);
  const run = new Run(files, spec, workers);
  try {
    for (let batch = 0; batch < batchesOf(spec); batch++) {
      const result = await run.result(batch, options.signal);
      if (result.bad.length > 0 && options.skipBad !== true) throw new ImageError(result.bad[0].message);
      for (const { index, message } of result.bad) skipped.push({ file: files[index], index, message });
      options.onProgress?.({ done: Math.min((batch + 1) * spec.batchSize, files.length), total: files.length });
      if (result.count > 0) yield emit(run, result, spec, options.reuse === true);
      run.handBack(batch);
    }
  } finally {
    run.end();
  }
}

async function whyBad(file: string, options: LoadImagesOptions): Promise<string> {
  try {
    await openAny(file, options.maxPixels ?? MAX_PIXELS);
    return "";
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** Size and mode of the whole run: what is asked for, else those of the first file that opens. */
async function chooseSpec(files: readonly string[], options: LoadImagesOptions): Promise<{ readonly spec: BatchSpec; readonly large: boolean } | undefined> {
  const { size, mode, maxPixels = MAX_PIXELS } = options;
  for (const like of files) {
    try {
      const first = await openAny(like, maxPixels);
      const kept = mode ?? first.mode;
      if (kept === "I;16") throw new ImageError(`${like} has 16 bits a pixel (I;16), which a batch of bytes cannot hold; give a mode, e.g. "L"`);
      const [width, height] = size ?? [first.width, first.height];
      const bytes = width * height * channelsOf(kept);
      const batchSize = options.batchSize ?? Math.max(1, Math.min(256, Math.floor(BATCH_BYTES / bytes)));
      const allowed = { resize: size !== undefined, convert: mode !== undefined, maxPixels };
      return { spec: { width, height, mode: kept, ...allowed, like, batchSize, fileCount: files.length }, large: first.width * first.height > LARGE };
    } catch (cause) {
      if (options.skipBad !== true) throw cause;
    }
  }
  return undefined;
}

/** A batch for the reader: copied out of the shared memory, unless the reader promised to be done with it in time. */
function emit(run: Run, { batch, count, bad }: BatchResult, spec: BatchSpec, reuse: boolean): ImageBatch {
  const shared = run.slot(batch).subarray(0, count * bytesOf(spec));
  const indices = new Int32Array(count);
  const missing = new Set(bad.map(({ index }) => index));
  for (let i = 0, index = batch * spec.batchSize; i < count; index++) if (!missing.has(index)) indices[i++] = index;
  const shape = channelsOf(spec.mode) === 1 ? [spec.height, spec.width] : [spec.height, spec.width, channelsOf(spec.mode)];
  return { data: reuse ? shared : Uint8Array.from(shared), count, shape, mode: spec.mode, indices };
}

/** One pass over the files: the shared memory, who works on it, and what has come of it so far. */
class Run {
  readonly #files: readonly string[];
  readonly #spec: BatchSpec;
  readonly #slots: number;
  readonly #pixels: SharedArrayBuffer;
  readonly #counters = new Int32Array(new SharedArrayBuffer(COUNTERS * 4));
  readonly #ready = new Map<number, BatchResult>();
  readonly #crew: Crew | undefined;

  constructor(files: readonly string[], spec: BatchSpec, workers: number) {
    this.#files = files;
    this.#spec = spec;
    // A slot for each thread at work, one for the reader, and some ready ahead.
    this.#slots = Math.min(2 * workers + 2, batchesOf(spec));
    const pixels = new SharedArrayBuffer(this.#slots * spec.batchSize * bytesOf(spec));
    this.#pixels = pixels;
    Atomics.store(this.#counters, LIMIT, this.#slots);
    if (workers < 1) return;
    const task = { names: files.join("\0"), spec, counters: new SharedArrayBuffer(0), pixels, slots: this.#slots };
    this.#crew = hire(workers, { ...task, counters: this.#counters.buffer }, (result) => this.#ready.set(result.batch, result));
  }

  slot(batch: number): Uint8Array {
    const bytes = this.#spec.batchSize * bytesOf(this.#spec);
    return new Uint8Array(this.#pixels, (batch % this.#slots) * bytes, bytes);
  }

  /** The result of a batch, decoding others (or that one) meanwhile. */
  async result(batch: number, signal: AbortSignal | undefined): Promise<BatchResult> {
    for (;;) {
      signal?.throwIfAborted();
      this.#crew?.check();
      const result = this.#ready.get(batch);
      if (result !== undefined) {
        this.#ready.delete(batch);
        return result;
      }
      const mine = claim(this.#counters, batchesOf(this.#spec));
      if (mine >= 0) {
        this.#ready.set(mine, await decodeBatch(this.#files, this.#spec, mine, this.slot(mine)));
        await new Promise((resolve) => setImmediate(resolve)); // let workers' reports, signals and timers in
      } else await this.#crew?.next(signal);
    }
  }

  /** Frees a batch's slot for a later one. */
  handBack(batch: number): void {
    Atomics.store(this.#counters, LIMIT, batch + 1 + this.#slots);
    Atomics.notify(this.#counters, LIMIT);
  }

  end(): void {
    Atomics.store(this.#counters, STOP, 1);
    // A changed limit wakes those who wait for room.
    Atomics.add(this.#counters, LIMIT, 1);
    Atomics.notify(this.#counters, LIMIT);
    this.#crew?.release();
  }
}
