/**
 * @file The whole baseline in one call: a folder's pictures as a stream into a PixelSimilarity, then the ones put aside through
 * it, with the time that each step took. The command line prints what comes out; the steps are similarity.ts and data/.
 */
import { ImageError } from "../core/errors.js";
import type { ImageFolder } from "../data/image-folder.js";
import { type ImageBatches, type LoadImagesOptions, type SkippedFile, loadImages } from "../data/load-images.js";
import type { DataPath } from "../data/path.js";
import { engine } from "../graph/engine.js";
import { tensor } from "../tensor/create.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Distance } from "./distance.js";
import type { Evaluation } from "./metrics.js";
import { type LabelledBatch, PixelSimilarity } from "./similarity.js";

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
  const { distance = "l1", onProgress } = options;
  const model = new PixelSimilarity({ distance, classes: folder.classes });
  const report = (stage: BaselineProgress["stage"]) => (onProgress === undefined ? undefined : (news: { done: number; total: number }) => onProgress({ stage, ...news }));
  const train = new Part(folder.classes, folder.train, options, report("fit"));
  const [, fitting] = await timed(() => model.fit(train.batches()));
  // Pictures to predict must look like those that were learnt from, so say so before any is compared.
  const valid = new Part(folder.classes, folder.valid, options, report("evaluate"));
  const [evaluation, evaluating] = await timed(() => model.evaluate(valid.batches(model)));
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

/**
 * Gives back the memory of a tensor that nobody will look at again. The garbage collector would do so too, but it counts
 * only its own memory: between two of its rounds a large data set could pass through here, and the engine's memory grow by it.
 */
function release(images: Tensor): void {
  const { source } = images.impl.storage.node;
  if (source.kind === "buffer") engine().backend.free(source.allocation);
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

  constructor(classes: readonly string[], files: Readonly<Record<string, readonly DataPath[]>>, options: BaselineOptions, onProgress: LoadImagesOptions["onProgress"] | undefined) {
    this.#classes = classes;
    this.#files = classes.flatMap((name) => Array.from(files[name]));
    this.#labels = new Int32Array(this.#files.length);
    let at = 0;
    classes.forEach((name, label) => {
      this.#labels.fill(label, at, (at += files[name].length));
      this.counts[name] = 0;
    });
    const { distance: _, onProgress: __, ...reading } = options;
    // The memory may be used again: a batch is copied into the engine's memory before the next one is asked for.
    this.#images = loadImages(this.#files, { ...reading, reuse: true, ...(onProgress ? { onProgress } : {}) });
  }

  get skipped(): readonly SkippedFile[] {
    return this.#images.skipped;
  }

  /** The pictures, labelled. With a model, they must look like those that it learnt from. */
  async *batches(model?: PixelSimilarity): AsyncGenerator<LabelledBatch, void, undefined> {
    let start = performance.now();
    for await (const { data, count, shape, mode, indices } of this.#images) {
      this.seconds += (performance.now() - start) / 1000;
      if (count > 0) {
        const expected = model?.imageShape;
        if (expected !== undefined && (String(expected) !== String(shape) || model?.mode !== mode)) throw this.#misfit(indices[0], shape, mode, expected, model?.mode);
        const labels = Array.from(indices, (index) => this.#labels[index]);
        for (const label of labels) this.counts[this.#classes[label]]++;
        const images = tensor(data, { shape: [count, ...shape] });
        yield { images, labels, mode };
        release(images);
      }
      start = performance.now();
    }
    this.seconds += (performance.now() - start) / 1000;
  }

  #misfit(index: number, shape: readonly number[], mode: string, expected: readonly number[], expectedMode: string | undefined): ImageError {
    return new ImageError(`${this.#files[index].path} is ${said(shape, mode)}, but the pictures to learn from are ${said(expected, expectedMode)}; give a size to resize or a mode to convert to`);
  }
}
