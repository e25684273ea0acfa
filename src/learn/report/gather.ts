/**
 * @file What a report remembers of the pictures that pass by: some examples of each class, the best and the worst by their
 * distances as small copies, and every margin. It watches the baseline (baseline.ts) and draws nothing; its memory is bounded but for
 * four bytes a picture.
 */
import { relative, sep } from "node:path";
import type { ImageFolder } from "../../data/image-folder.js";
import { channelsOf } from "../../data/modes.js";
import type { DataPath } from "../../data/path.js";
import type { Pixels } from "../../display/displayable.js";
import type { BaselineObserver, ObservedBatch } from "../baseline.js";
import { type PictureFormat, bytesOf, formatOf, small } from "./pictures.js";

/** A picture that was kept. */
export interface Kept {
  /** Its path inside the data set. */
  readonly file: string;
  readonly label: number;
  readonly pixels: Pixels;
}

/** A picture that was tested. */
export interface Tested extends Kept {
  /** The class whose mean is nearest. */
  readonly predicted: number;
  /** The nearest class that is not its own. */
  readonly rival: number;
  /** Distance to its own class's mean, and to the rival's. */
  readonly own: number;
  readonly other: number;
}

/** Pictures are shown of so many classes; all are counted. */
export const MOST_CLASSES = 60;
const MISTAKES = 24;
export const EXAMPLES = 10;
/** So many bytes of pixels go into a report: as base64 that stays well under 5 MB however badly they compress. */
const BUDGET = 2_400_000;
const [SMALLEST_SIDE, LARGEST_SIDE] = [12, 96];

/** The first few by score, best first; what is not among them is never made. */
class Few<T> {
  readonly items: { readonly score: number; readonly item: T }[] = [];
  constructor(readonly limit: number) {}

  /** Lower is better; of equals the first stays. */
  offer(score: number, make: () => T): void {
    const { items, limit } = this;
    if (items.length === limit && score >= items[limit - 1].score) return;
    const place = items.findIndex((other) => other.score > score);
    items.splice(place < 0 ? items.length : place, 0, { score, item: make() });
    if (items.length > limit) items.pop();
  }

  list(): readonly T[] {
    return this.items.map(({ item }) => item);
  }
}

/** The number and the distance of the nearest class, leaving one out; the first one on ties. */
function nearestOf(distances: Float32Array, row: number, classes: number, except: number): number {
  let best = -1;
  for (let c = 0; c < classes; c++) if (c !== except && (best < 0 || distances[row + c] < distances[row + best])) best = c;
  return best;
}

export class Gatherer implements BaselineObserver {
  readonly #folder: ImageFolder;
  readonly #validFiles: readonly DataPath[];
  readonly #trainFiles: readonly DataPath[];
  /** Which pictures of the training part are taken for examples: evenly spread over each class. */
  readonly #wanted = new Set<number>();
  readonly #typical: Few<Tested>[];
  readonly #odd: Few<Tested>[];
  readonly #mistakes = new Few<Tested>(MISTAKES);
  readonly #examples: Kept[][];
  #format: PictureFormat | undefined;
  #side = LARGEST_SIDE;
  #margins: Float32Array;
  #wrong: Uint8Array;
  #tested = 0;

  constructor(folder: ImageFolder) {
    const { classes, train, valid } = folder;
    this.#folder = folder;
    this.#trainFiles = classes.flatMap((name) => Array.from(train[name]));
    this.#validFiles = classes.flatMap((name) => Array.from(valid[name]));
    this.#margins = new Float32Array(this.#validFiles.length);
    this.#wrong = new Uint8Array(this.#validFiles.length);
    const shown = classes.slice(0, MOST_CLASSES);
    [this.#typical, this.#odd] = [shown.map(() => new Few<Tested>(1)), shown.map(() => new Few<Tested>(1))];
    this.#examples = shown.map(() => []);
    let start = 0;
    for (const name of shown) {
      const n = train[name].length;
      const taken = Math.min(EXAMPLES, n);
      for (let i = 0; i < taken; i++) this.#wanted.add(start + Math.floor(((i + 0.5) * n) / taken));
      start += n;
    }
  }

  /** For each class (of the first ones) some pictures that were learnt from. */
  get examples(): readonly (readonly Kept[])[] {
    return this.#examples;
  }
  /** What was taken for something else, the most mistaken first. */
  get mistakes(): readonly Tested[] {
    return this.#mistakes.list();
  }
  /** For each class the tested picture nearest to its own mean. */
  get typical(): readonly (Tested | undefined)[] {
    return this.#typical.map((few) => few.list()[0]);
  }
  /** For each class the one farthest from it. */
  get odd(): readonly (Tested | undefined)[] {
    return this.#odd.map((few) => few.list()[0]);
  }
  /** Distance to the nearest other class less the distance to its own, for each tested picture; with one class, none. */
  get margins(): Float32Array {
    return this.#margins.subarray(0, this.#tested);
  }
  /** Whether each of them was taken for another class. */
  get wrong(): Uint8Array {
    return this.#wrong.subarray(0, this.#tested);
  }
  /** No side of a small copy is longer. */
  get side(): number {
    return this.#side;
  }

  learnt(batch: ObservedBatch): void {
    this.#look(batch);
    for (let i = 0; i < batch.count; i++) {
      if (!this.#wanted.has(batch.indices[i])) continue;
      this.#examples[batch.labels[i]].push(this.#kept(batch, i, this.#trainFiles));
    }
  }

  tested(batch: ObservedBatch, distances: Float32Array): void {
    this.#look(batch);
    const classes = this.#folder.classes.length;
    for (let i = 0; i < batch.count; i++) {
      const [label, row] = [batch.labels[i], i * classes];
      const own = distances[row + label];
      const predicted = nearestOf(distances, row, classes, -1);
      const rival = nearestOf(distances, row, classes, label);
      const other = rival < 0 ? own : distances[row + rival];
      const make = (): Tested => ({ ...this.#kept(batch, i, this.#validFiles), predicted, rival, own, other });
      if (label < this.#typical.length) {
        this.#typical[label].offer(own, make);
        this.#odd[label].offer(-own, make);
      }
      if (predicted !== label) this.#mistakes.offer(other - own, make);
      if (rival < 0) continue;
      this.#margins[this.#tested] = other - own;
      this.#wrong[this.#tested++] = predicted === label ? 0 : 1;
    }
  }

  #look({ shape }: ObservedBatch): void {
    if (this.#format !== undefined) return;
    this.#format = formatOf(shape);
    const classes = Math.min(this.#folder.classes.length, MOST_CLASSES);
    // Examples, a mean, the typical and the odd one of each class; each mistake with two means beside it.
    const pictures = classes * (EXAMPLES + 3) + MISTAKES * 3;
    const side = Math.floor(Math.sqrt(BUDGET / (pictures * channelsOf(this.#format.mode))));
    this.#side = Math.max(SMALLEST_SIDE, Math.min(LARGEST_SIDE, side));
  }

  #kept({ data, labels, indices, shape }: ObservedBatch, i: number, files: readonly DataPath[]): Kept {
    const format = (this.#format ??= formatOf(shape));
    const bytes = bytesOf(format);
    const file = relative(this.#folder.root.path, files[indices[i]].path).replaceAll(sep, "/");
    return { file, label: labels[i], pixels: small(format, data.subarray(i * bytes, (i + 1) * bytes), this.#side) };
  }
}
