/**
 * @file PixelSimilarity, the baseline: a class is the mean of its pictures, and a picture belongs to the class whose mean is
 * nearest. The command line and the example use it; how pictures are found and read is data/'s business.
 */
import { isFloating } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, numel, sameShape, type Shape } from "../core/shape.js";
import type { DataPath } from "../data/path.js";
import { escapeTerminal } from "../display/escape.js";
import { tensor } from "../tensor/create.js";
import { stack } from "../tensor/join.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Figure } from "../vision/figure.js";
import type { ShowImagesOptions } from "../vision/show.js";
import { type Distance, SCALE, distanceNames } from "./distance.js";
import { type Evaluation, countInto, emptyConfusion, evaluationOf } from "./metrics.js";
import { readModel, writeModel } from "./model-file.js";

export interface PixelSimilarityOptions {
  /** Default "l1". */
  readonly distance?: Distance;
  /** The names of the classes; their order is the order of the numbers that `predict` gives. */
  readonly classes: readonly string[];
}

/** Some pictures with their classes. */
export interface LabelledBatch {
  /** [N, …shape of a picture]: uint8 from 0 to 255, or floats from 0 to 1. */
  readonly images: Tensor;
  /** The class number of each, or one for all of them. */
  readonly labels: number | ArrayLike<number>;
  /** What the pixels are ("L", "RGB", …), if that is known. */
  readonly mode?: string;
}

/** What can be learnt from, or tested on: each class's pictures in memory, or a stream of batches. */
export type Labelled = Readonly<Record<string, Tensor>> | Iterable<LabelledBatch> | AsyncIterable<LabelledBatch>;

/** A float32 sum of this many uint8 is exact: it stays below 2^24. */
const EXACT_ROWS = Math.floor(2 ** 24 / SCALE);

/** A class while it is learnt. */
interface Running {
  /** The sum of its pictures, in units of 1/255: exact for uint8, however many there are. */
  readonly sum: Float64Array;
  count: number;
}

/** What pictures look like. */
interface Look {
  readonly shape: Shape;
  readonly mode: string | undefined;
}

const isStream = (source: Labelled): source is Iterable<LabelledBatch> | AsyncIterable<LabelledBatch> => Symbol.asyncIterator in source || Symbol.iterator in source;

/**
 * Tells pictures by the nearest mean picture.
 *
 * @example
 * const model = await new PixelSimilarity({ classes: ["3", "7"] }).fit({ 3: threes, 7: sevens });
 * model.predict(validThrees).eq(0).float().mean().item(); // 0.9168
 *
 * As in chapter 4 of fast.ai's book: https://github.com/fastai/fastbook/blob/master/04_mnist_basics.ipynb
 */
export class PixelSimilarity {
  readonly distance: Distance;
  readonly classes: readonly string[];
  #look: Look | undefined;
  #running: (Running | undefined)[] = [];
  #means: Tensor | undefined;

  /** @throws ValueError for no classes, a class named twice, or an unknown distance. */
  constructor({ distance = "l1", classes }: PixelSimilarityOptions) {
    if (!distanceNames.includes(distance)) throw new ValueError(`PixelSimilarity: distance is ${JSON.stringify(distance)}; it is one of ${distanceNames.join(", ")}`);
    if (classes.length === 0) throw new ValueError("PixelSimilarity: there are no classes; at least one is needed");
    const twice = classes.find((name, i) => classes.indexOf(name) !== i);
    if (twice !== undefined) throw new ValueError(`PixelSimilarity: class ${JSON.stringify(twice)} is given twice`);
    this.distance = distance;
    this.classes = [...classes];
  }

  /** The shape of a picture, [H, W] or [H, W, C]; undefined before the first one. */
  get imageShape(): Shape | undefined {
    return this.#look?.shape;
  }

  /** What the pixels are ("L", "RGB", …), if the pictures said so. */
  get mode(): string | undefined {
    return this.#look?.mode;
  }

  /**
   * The mean picture of each class: float32 [classes, …shape], values from 0 to 1.
   *
   * @throws ValueError for a class without pictures.
   */
  get means(): Tensor {
    return (this.#means ??= this.#average());
  }

  #average(): Tensor {
    const running = this.classes.flatMap((_, label) => this.#running[label] ?? []);
    if (this.#look === undefined || running.length < this.classes.length) {
      const without = this.classes.filter((_, label) => this.#running[label] === undefined).map((name) => JSON.stringify(name));
      throw new ValueError(`PixelSimilarity: no pictures of ${without.join(", ")} to learn from; fit it on some of every class`);
    }
    const rows = running.map(({ sum, count }) => tensor(sum).div(count * SCALE));
    return stack(rows).float().reshape([this.classes.length, ...this.#look.shape]);
  }

  /**
   * Learns from pictures, from the start: the mean of each class, equal to the mean of all its pictures stacked. A stream
   * is read once and in pieces, so that memory does not grow with the number of pictures.
   *
   * @throws what `partialFit` throws; ValueError where a class has no pictures in the end.
   */
  async fit(source: Labelled): Promise<this> {
    [this.#running, this.#means, this.#look] = [[], undefined, undefined];
    for await (const batch of this.#batches(source)) this.partialFit(batch);
    this.#means = this.#average();
    return this;
  }

  /**
   * Learns from some more pictures.
   *
   * @throws ShapeError where they have another shape than those before, DTypeError for other dtypes than uint8 and floats,
   * ValueError for labels that are no class, and for a model that was loaded: it no longer knows its sums.
   */
  partialFit(batch: LabelledBatch): this {
    const images = this.#checked("fit", batch.images, batch.mode);
    if (this.#running.length === 0 && this.#means !== undefined) throw new ValueError("PixelSimilarity: a loaded model cannot learn on; fit starts anew");
    const labels = this.#labels(batch);
    this.#look ??= { shape: images.shape.slice(1), mode: batch.mode };
    this.#means = undefined;
    for (let from = 0; from < labels.length;) {
      let to = from + 1;
      while (to < labels.length && labels[to] === labels[from] && to - from < EXACT_ROWS) to++;
      this.#add(labels[from], images.narrow(0, from, to - from), to - from);
      from = to;
    }
    return this;
  }

  /** Adds pictures of one class, at most EXACT_ROWS, to its sum. */
  #add(label: number, images: Tensor, count: number): void {
    const exact = images.dtype === "uint8";
    const total = images.sum(0, { dtype: exact ? "float32" : "float64" }).toTypedArray();
    const running = (this.#running[label] ??= { sum: new Float64Array(total.length), count: 0 });
    const unit = exact ? 1 : SCALE;
    for (let i = 0; i < total.length; i++) running.sum[i] += total[i] * unit;
    running.count += count;
  }

  /**
   * How far pictures are from the mean of each class.
   *
   * @param images [N, …shape], or one picture of [..shape].
   * @returns float32 [N, classes], or [classes] for one picture.
   * @throws ShapeError for pictures of another shape, DTypeError for other dtypes than uint8 and floats.
   */
  distances(images: Tensor): Tensor {
    const means = this.means;
    const single = images.ndim === means.ndim - 1;
    const many = this.#checked("distances", single ? images.unsqueeze(0) : images, undefined);
    const [count, classes, pixels] = [many.shape[0], this.classes.length, numel(means.shape.slice(1))];
    const scaled = many.dtype === "uint8" ? many.float().div(SCALE) : many.float();
    // Every picture against every mean by broadcasting: one kernel, which reads the pixels as they are.
    const apart = scaled.reshape([count, 1, pixels]).sub(means.reshape([classes, pixels]));
    const result = this.distance === "l1" ? apart.abs().mean(-1) : apart.square().mean(-1).sqrt();
    return single ? result.squeeze(0) : result;
  }

  /** The number of the nearest class for each picture, the first one on ties: int64 [N], or a scalar for one picture. */
  predict(images: Tensor): Tensor {
    return this.distances(images).argmin(-1);
  }

  /**
   * Predicts the class of pictures whose class is known, and counts. A stream is read once and in pieces.
   *
   * @param onDistances is told of each batch how far its pictures are from each class, row by row: count × classes numbers.
   */
  async evaluate(source: Labelled, onDistances?: (distances: Float32Array) => void): Promise<Evaluation> {
    const confusion = emptyConfusion(this.classes.length);
    for await (const batch of this.#batches(source)) {
      const labels = this.#labels(batch);
      if (labels.length === 0) continue;
      const distances = this.distances(batch.images);
      // Asked for first, they are computed once, for whoever listens and for the prediction.
      if (onDistances !== undefined) onDistances(Float32Array.from(distances.toTypedArray(), Number));
      countInto(confusion, labels, Array.from(distances.argmin(-1).toTypedArray(), Number));
    }
    return evaluationOf(confusion);
  }

  /** Writes the model as a safetensors file: the means, and in its metadata classes, distance and mode. */
  async save(path: string | DataPath): Promise<void> {
    await writeModel(path, { means: this.means, classes: this.classes, distance: this.distance, mode: this.mode });
  }

  /** Reads a model that `save` wrote. @throws FileError naming the file where it is missing or something else. */
  static async load(path: string | DataPath): Promise<PixelSimilarity> {
    const { means, classes, distance, mode } = await readModel(path);
    const model = new PixelSimilarity({ distance, classes });
    model.#means = means;
    model.#look = { shape: means.shape.slice(1), mode };
    return model;
  }

  /**
   * The model as a picture: the mean of each class under its name. Shown at once unless `show` is false; a notebook shows it for a
   * model that is the last value of a cell.
   *
   * @throws ValueError for a class without pictures.
   */
  async show(options: ShowImagesOptions = {}): Promise<Figure> {
    const { showImages } = await import("../vision/show.js");
    const { means } = this;
    return showImages(this.classes.map((_, label) => means.at(label)), { titles: this.classes, vmin: 0, vmax: 1, ...options });
  }

  async [Symbol.for("Jupyter.display")](): Promise<Readonly<Record<string, string>>> {
    const text = { "text/plain": this.toString() };
    return this.#look === undefined ? text : { ...(await (await this.show({ show: false })).toMimeBundle()), ...text };
  }

  /** What it is, in a line: the classes, the pictures, the distance. */
  toString(): string {
    const pictures = this.#look === undefined ? "nothing learnt yet" : `pictures of ${formatShape(this.#look.shape)}`;
    const { classes } = this;
    const some = classes.length > 10 ? [...classes.slice(0, 10), "..."] : classes;
    return `PixelSimilarity(${this.distance}, ${classes.length} classes: ${escapeTerminal(some.join(", "))}; ${pictures})`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** Images as they must be: [N, …shape], one shape for all, uint8 or floats. */
  #checked(operation: string, images: Tensor, mode: string | undefined): Tensor {
    const name = `PixelSimilarity.${operation}`;
    if (images.dtype !== "uint8" && !isFloating(images.dtype)) throw new DTypeError(`${name}: pictures are uint8 (0 to 255) or floats (0 to 1), not ${images.dtype}`);
    const look = this.#look;
    if (look === undefined && (images.ndim < 2 || numel(images.shape.slice(1)) === 0)) throw new ShapeError(`${name}: pictures come as [N, H, W] or [N, H, W, C], not ${formatShape(images.shape)}`);
    if (look !== undefined && !sameShape(images.shape.slice(1), look.shape)) throw new ShapeError(`${name}: pictures of shape ${formatShape(images.shape.slice(1))} do not fit a model of ${formatShape(look.shape)}`);
    if (mode !== undefined && look?.mode !== undefined && mode !== look.mode) throw new ShapeError(`${name}: ${mode} pictures do not fit a model of ${look.mode} pictures`);
    return images;
  }

  /** The class number of each picture of a batch, checked. */
  #labels({ images, labels }: LabelledBatch): ArrayLike<number> {
    const count = images.shape[0];
    const all = typeof labels === "number" ? Array.from({ length: count }, () => labels) : labels;
    if (all.length !== count) throw new ShapeError(`PixelSimilarity: ${count} pictures and ${all.length} labels; each picture has one`);
    for (let i = 0; i < all.length; i++) {
      if (this.classes[all[i]] === undefined) throw new ValueError(`PixelSimilarity: label ${all[i]} is no class; 0 to ${this.classes.length - 1} are`);
    }
    return all;
  }

  /** The source as batches; tensors in memory are one batch a class. */
  async *#batches(source: Labelled): AsyncGenerator<LabelledBatch, void, undefined> {
    if (isStream(source)) {
      yield* source;
      return;
    }
    for (const [name, images] of Object.entries(source)) {
      const labels = this.classes.indexOf(name);
      if (labels < 0) throw new ValueError(`PixelSimilarity: ${JSON.stringify(name)} is no class; there are ${this.classes.join(", ")}`);
      yield { images, labels };
    }
  }
}
