/**
 * @file The whole baseline in one call: a folder's pictures as a stream into a PixelSimilarity, then the ones put aside through
 * it, with the time that each step took. The command line prints what comes out; the steps are similarity.ts and data/.
 */
import { ImageError } from "../core/errors.js";
import type { ImageFolder } from "../data/image-folder.js";
import { type ImageBatch, type ImageBatches, type LoadImagesOptions, type SkippedFile, loadImages } from "../data/load-images.js";
import type { DataPath } from "../data/path.js";
import type { Distance } from "./distance.js";
import type { Evaluation } from "./metrics.js";
import type { LabelledBatch, PixelSimilarity } from "./similarity.js";
import type { Uploader } from "./upload.js";

/** How far the baseline is: pictures behind it, of how many. */
export interface BaselineProgress {
  readonly stage: "fit" | "evaluate";
  readonly done: number;
  readonly total: number;
}

export interface BaselineOptions extends Pick<LoadImagesOptions, "size" | "mode" | "skipBad" | "workers" | "signal"> {
  /** Default "l1". */
  readonly distance?: Distance;
  readonly onProgress?: (progress: BaselineProgress) => void;
  /** Sees every picture as it goes by: what a report keeps some of. */
  readonly observer?: BaselineObserver;
}

/** Some pictures on their way through the baseline. */
export interface ObservedBatch extends ImageBatch {
  /** The class number of each. */
  readonly labels: readonly number[];
}

/** Who watches. The bytes of a batch are used again: what is to be kept must be copied before the call ends. */
export interface BaselineObserver {
  /** Pictures to learn from; `indices` count through all classes of `folder.train`, one class after the other. */
  learnt(batch: ObservedBatch): void;
  /** Pictures that were tested, and for each its distance to each class: count × classes numbers. */
  tested(batch: ObservedBatch, distances: Float32Array): void;
}

/** Pictures used, by class. */
export type Counts = Readonly<Record<string, number>>;

export interface Baseline extends Evaluation {
  readonly model: PixelSimilarity;
  readonly images: { readonly train: Counts; readonly valid: Counts };
  /** Files left out, with `skipBad`. */
  readonly skipped: readonly SkippedFile[];
  /** Seconds spent reading and decoding, learning, and predicting. */
  readonly seconds: { readonly load: number; readonly fit: number; readonly evaluate: number };
}

/**
 * Learns the mean picture of each class from `folder.train` and tests on `folder.valid`.
 *
 * Every picture is read once; memory does not grow with their number.
 *
 * @throws ImageError naming the file for pictures that cannot be used, unless `skipBad`; ValueError where a class has none left.
 * @example
 * const { overallAccuracy } = await baseline(imageFolder(await untarData("digits")));
 */
export async function baseline(folder: ImageFolder, options: BaselineOptions = {}): Promise<Baseline> {
  const { distance = "l1", onProgress, observer } = options;
  const report = (stage: BaselineProgress["stage"]) => (onProgress === undefined ? undefined : (news: { done: number; total: number }) => onProgress({ stage, ...news }));
  const train = new Part(folder.classes, folder.train, options, report("fit")).begin();
  // The engine is loaded only now: other threads decode the first pictures meanwhile.
  const [{ PixelSimilarity }, uploader] = await Promise.all([import("./similarity.js"), import("./upload.js")]);
  const model = new PixelSimilarity({ distance, classes: folder.classes });
  const [, fitting] = await timed(() => model.fit(train.batches(uploader, undefined, (batch) => observer?.learnt(batch))));
  // Pictures to predict must look like those that were learnt from, so say so before any is compared.
  const valid = new Part(folder.classes, folder.valid, options, report("evaluate"));
  let batch: ObservedBatch | undefined;
  const tested = observer === undefined ? undefined : (distances: Float32Array) => batch !== undefined && observer.tested(batch, distances);
  const [evaluation, evaluating] = await timed(() => model.evaluate(valid.batches(uploader, model, (next) => (batch = next)), tested));
  return {
    ...evaluation,
    model,
    images: { train: train.counts, valid: valid.counts },
    skipped: [...train.skipped, ...valid.skipped],
    seconds: { load: train.seconds + valid.seconds, fit: fitting - train.seconds, evaluate: evaluating - valid.seconds },
  };
}

const said = ([height, width]: readonly number[], mode: string | undefined): string => `${width} × ${height} ${mode}`;

async function timed<T>(work: () => Promise<T>): Promise<readonly [result: T, seconds: number]> {
  const start = performance.now();
  return [await work(), (performance.now() - start) / 1000];
}

/** One part of a data set, as a stream that counts what goes through it and the time it takes to come. */
class Part {
  readonly counts: Record<string, number> = Object.create(null);
  seconds = 0;
  readonly #classes: readonly string[];
  /** The class number of each file. */
  readonly #labels: Int32Array;
  readonly #files: readonly DataPath[];
  readonly #images: ImageBatches;
  readonly #stream: AsyncGenerator<ImageBatch, void, undefined>;
  /** The batch that reading began with before anybody asked for it. */
  #first: Promise<IteratorResult<ImageBatch, void>> | undefined;

  constructor(classes: readonly string[], files: Readonly<Record<string, readonly DataPath[]>>, options: BaselineOptions, onProgress: LoadImagesOptions["onProgress"] | undefined) {
    this.#classes = classes;
    this.#files = classes.flatMap((name) => Array.from(files[name]));
    this.#labels = new Int32Array(this.#files.length);
    let at = 0;
    classes.forEach((name, label) => {
      this.#labels.fill(label, at, (at += files[name].length));
      this.counts[name] = 0;
    });
    const { distance: _, onProgress: __, observer: ___, ...reading } = options;
    // The memory may be used again: a batch is copied into the engine's memory before the next one is asked for.
    this.#images = loadImages(this.#files, { ...reading, reuse: true, ...(onProgress ? { onProgress } : {}) });
    this.#stream = this.#images[Symbol.asyncIterator]();
  }

  /** Begins to read before anybody asks. What goes wrong is said to whoever asks first. */
  begin(): this {
    this.#first = this.#stream.next();
    this.#first.catch(() => undefined);
    return this;
  }

  get skipped(): readonly SkippedFile[] {
    return this.#images.skipped;
  }

  /** The pictures, labelled. With a model, they must look like those that it learnt from. */
  async *batches({ upload, release }: Uploader, model: PixelSimilarity | undefined, onBatch: (batch: ObservedBatch) => void): AsyncGenerator<LabelledBatch, void, undefined> {
    try {
      for (;;) {
        const start = performance.now();
        const { done, value } = await (this.#first ?? this.#stream.next());
        this.#first = undefined;
        this.seconds += (performance.now() - start) / 1000;
        if (done === true) return;
        const { data, count, shape, mode, indices } = value;
        if (count === 0) continue;
        const expected = model?.imageShape;
        if (expected !== undefined && (String(expected) !== String(shape) || model?.mode !== mode)) throw this.#misfit(indices[0], shape, mode, expected, model?.mode);
        const labels = Array.from(indices, (index) => this.#labels[index]);
        for (const label of labels) this.counts[this.#classes[label]]++;
        onBatch({ ...value, labels });
        const images = upload(data, [count, ...shape]);
        yield { images, labels, mode };
        release(images);
      }
    } finally {
      await this.#stream.return();
    }
  }

  #misfit(index: number, shape: readonly number[], mode: string, expected: readonly number[], expectedMode: string | undefined): ImageError {
    return new ImageError(`${this.#files[index].path} is ${said(shape, mode)}, but the pictures to learn from are ${said(expected, expectedMode)}; give a size to resize or a mode to convert to`);
  }
}
