/**
 * @file Indexing by positions, slices, null and "...", which give a view of the same storage, and what of an index is left for
 * index-tensors.ts: the tensors and masks in it, each with the dimension of that view which it indexes. The static shape is in
 * core/static-index.ts.
 *
 * Source: PyTorch, torch/csrc/autograd/python_variable_indexing.cpp, applySlicing.
 */
import type { DType } from "../core/dtype.js";
import { IndexError, ValueError } from "../core/errors.js";
import { formatShape, sameShape, type Shape } from "../core/shape.js";
import type { Index, Slice } from "../core/static-index.js";
import type { View } from "../core/view.js";
import { cast, constant, dense, fromData } from "../graph/build.js";
import { capturing } from "../graph/capture.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";

/** One entry of an index: what makes a view, or a tensor of positions or truths. Lists have become tensors (`entriesOf`). */
export type Entry = Index | boolean | TensorImpl;

/** An index tensor (int64 or int32) for one dimension of a view, or a mask (bool) for as many as it has. */
export interface Pick {
  readonly dim: number;
  /** The dimension of the tensor that was indexed: for messages. */
  readonly from: number;
  readonly index: TensorImpl;
}

const slicePattern = /^\s*([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?\s*)?$/;
const whole = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** Slices as they were written, taken apart once. */
const parsed = new Map<string, Slice>();

function parseSlice(text: string, name: string): Slice {
  const known = parsed.get(text);
  if (known) return known;
  const match = slicePattern.exec(text);
  if (!match) throw new ValueError(`${name}: ${JSON.stringify(text)} is no slice: write "start:stop" or "start:stop:step", such as "4:10", ":" or "::2"`);
  const [start, stop, step] = [whole(match[1]), whole(match[2]), whole(match[3])];
  const result: Slice = { ...(start !== undefined && { start }), ...(stop !== undefined && { stop }), ...(step !== undefined && { step }) };
  if (parsed.size < 1000) parsed.set(text, result);
  return result;
}

/** A bound from the front, within 0..size: Python's rule. */
function clampBound(bound: number, size: number, name: string): number {
  if (!Number.isInteger(bound)) throw new ValueError(`${name}: a slice has whole bounds, not ${bound}`);
  return Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);
}

/** A view under construction: dimensions of the tensor are taken from the front, results are pushed. */
class Walk {
  readonly shape: number[] = [];
  readonly strides: number[] = [];
  readonly picks: Pick[] = [];
  offset: number;
  private next = 0;

  constructor(
    private readonly view: View,
    private readonly name: string,
  ) {
    this.offset = view.offset;
  }

  newDimension(): void {
    this.shape.push(1);
    this.strides.push(this.next < this.view.shape.length ? this.view.shape[this.next] * this.view.strides[this.next] : 1);
  }

  keep(count: number): void {
    for (let i = 0; i < count; i++) this.push(this.view.shape[this.next], this.view.strides[this.next]);
  }

  position(index: number): void {
    const size = this.view.shape[this.next];
    if (!Number.isInteger(index)) throw new ValueError(`${this.name}: a position is a whole number, not ${index}`);
    if (index < -size || index >= size) {
      throw new IndexError(`${this.name}: index ${index} is out of bounds for dimension ${this.next} with size ${size}`);
    }
    this.offset += (index < 0 ? index + size : index) * this.view.strides[this.next];
    this.next++;
  }

  slice({ start = 0, stop, step = 1 }: Slice): void {
    const size = this.view.shape[this.next];
    if (!Number.isInteger(step) || step < 1) throw new ValueError(`${this.name}: a slice's step is a whole number of at least 1, not ${step}`);
    const first = clampBound(start, size, this.name);
    const length = Math.max(0, Math.ceil((clampBound(stop ?? size, size, this.name) - first) / step));
    const stride = this.view.strides[this.next];
    if (length > 0) this.offset += first * stride;
    this.push(length, stride * step);
  }

  /** Dimensions are kept that index tensors will choose from. */
  pick(index: TensorImpl): void {
    const dim = this.shape.length;
    this.picks.push({ dim, from: this.next, index });
    if (index.dtype !== "bool") return this.keep(1);
    const sizes = this.view.shape.slice(this.next, this.next + index.shape.length);
    const wrong = index.shape.findIndex((size, i) => size !== sizes[i]);
    if (wrong >= 0) {
      throw new IndexError(
        `${this.name}: the shape of the mask ${formatShape(index.shape)} at dimension ${wrong} does not match the shape of the indexed tensor ` +
          `${formatShape(this.view.shape)} at dimension ${this.next + wrong}`,
      );
    }
    this.keep(index.shape.length);
  }

  /** A truth without dimensions: a new dimension of size 1, of which it takes all or nothing. */
  truth(mask: TensorImpl): void {
    this.newDimension();
    const index = mask.alias({ shape: [1], strides: [1], offset: mask.view.offset });
    this.picks.push({ dim: this.shape.length - 1, from: this.next, index });
  }

  private push(size: number, stride: number): void {
    this.shape.push(size);
    this.strides.push(stride);
    this.next++;
  }
}

/** How many dimensions of the tensor an entry uses up. */
function uses(entry: Entry): number {
  if (entry === null || entry === "..." || typeof entry === "boolean") return 0;
  return entry instanceof TensorImpl && isMask(entry) ? entry.shape.length : 1;
}
const isMask = ({ dtype }: TensorImpl): boolean => dtype === "bool" || dtype === "uint8";

function walked(x: TensorImpl, entries: readonly Entry[], name: string): Walk {
  const rank = x.shape.length;
  const used = entries.reduce((sum: number, entry) => sum + uses(entry), 0);
  const open = entries.indexOf("...");
  if (open !== entries.lastIndexOf("...")) throw new IndexError(`${name}: "..." may appear only once`);
  if (used > rank) {
    const hint = rank === 0 ? ": use .item() for its number" : "";
    throw new IndexError(`${name}: too many indices (${used}) for a tensor of shape ${formatShape(x.shape)}, which has ${rank} dimensions${hint}`);
  }
  const walk = new Walk(x.view, name);
  for (const entry of entries) step(walk, entry, rank - used, name);
  if (open < 0) walk.keep(rank - used);
  return walk;
}

const viewOf = ({ shape, strides, offset }: Walk): View => ({ shape, strides, offset });

/** The view that an index without tensors selects. */
export function index(x: TensorImpl, entries: readonly Entry[], name: string): TensorImpl {
  const walk = walked(x, entries, name);
  if (walk.picks.length > 0) throw new ValueError(`${name}: an index tensor selects no view`);
  return x.alias(viewOf(walk));
}

/** The view that the rest of an index selects, and what its tensors choose from that. */
export function sliced(x: TensorImpl, entries: readonly Entry[], name: string): { readonly view: (x: TensorImpl) => TensorImpl; readonly picks: readonly Pick[] } {
  const walk = walked(x, entries, name);
  const isWhole = walk.offset === x.view.offset && sameShape(walk.shape, x.shape) && sameShape(walk.strides, x.view.strides);
  if (isWhole) return { view: (whole) => whole, picks: walk.picks };
  // The same walk over whatever stands for x; the tensors in it have been read.
  return { view: (whole) => whole.alias(whole === x ? viewOf(walk) : viewOf(walked(whole, entries, name))), picks: walk.picks };
}

/** The same for index tensors alone, one a dimension from the first on; null is all of a dimension. */
export function picksAlong(x: TensorImpl, indices: readonly (TensorImpl | null)[], name: string): readonly Pick[] {
  const used = indices.reduce((sum, entry) => sum + (entry === null ? 1 : uses(entry)), 0);
  if (used > x.shape.length) throw new IndexError(`${name}: too many indices (${used}) for a tensor of shape ${formatShape(x.shape)}`);
  const walk = new Walk(x.view, name);
  for (const entry of indices) {
    if (entry === null) walk.keep(1);
    else if (!isMask(entry)) walk.pick(checkedIndex(entry, ["int64", "int32"], name));
    else if (entry.shape.length > 0) walk.pick(TensorImpl.of(cast(entry.operand(), "bool")));
    else throw new ValueError(`${name}: a truth without dimensions adds one: use set([true], …)`);
  }
  return walk.picks;
}

function checkedIndex(index: TensorImpl, allowed: readonly DType[], name: string): TensorImpl {
  if (allowed.includes(index.dtype)) return index;
  throw new IndexError(`${name}: tensors used as indices must be int64, int32, uint8 or bool tensors, not ${index.dtype}: cast it with .long()`);
}

function step(walk: Walk, entry: Entry, rest: number, name: string): void {
  if (typeof entry === "number") walk.position(entry);
  else if (entry === null) walk.newDimension();
  else if (entry === "...") walk.keep(rest);
  else if (typeof entry === "string") walk.slice(parseSlice(entry, name));
  else if (typeof entry === "boolean") walk.truth(TensorImpl.of(constant(entry, "bool")));
  else if (entry instanceof TensorImpl) stepTensor(walk, entry, name);
  else if (isSlice(entry)) walk.slice(entry);
  else {
    throw new ValueError(
      `${name}: an index is a whole number, a slice such as "4:10" or { start: 4, stop: 10 }, null, "...", a tensor or a list of whole numbers or of ` +
        `booleans, not ${described(entry)}`,
    );
  }
}

function stepTensor(walk: Walk, entry: TensorImpl, name: string): void {
  if (isMask(entry)) {
    const mask = TensorImpl.of(cast(entry.operand(), "bool"));
    if (mask.shape.length === 0) walk.truth(mask);
    else walk.pick(mask);
    return;
  }
  const isScalar = entry.shape.length === 0;
  checkedIndex(entry, isScalar ? ["int64", "int32", "int16", "int8"] : ["int64", "int32"], name);
  // While a function is captured by `compile` its number is not known: then it is an index tensor like any other.
  if (!isScalar) walk.pick(entry);
  else if (capturing() !== undefined) walk.pick(TensorImpl.of(cast(entry.operand(), "int64")));
  else walk.position(Number(engine().read(dense(entry.operand()).node)[0]));
}

/** What was handed in, briefly. */
function described(entry: unknown): string {
  if (Array.isArray(entry)) return "an array";
  return typeof entry === "bigint" ? `${entry}n` : (JSON.stringify(entry) ?? String(entry));
}

/** Whether a caller without types handed in a slice. */
const isSlice = (entry: unknown): entry is Slice =>
  typeof entry === "object" && entry !== null && !Array.isArray(entry) && Object.keys(entry).every((key) => key === "start" || key === "stop" || key === "step");

// What users write

/** Whether an entry selects no view: a tensor, a list, true or false. */
export const isNoView = (entry: unknown): boolean => typeof entry === "boolean" || (typeof entry === "object" && entry !== null && !isSlice(entry));

/** The entries of an index as a user gave them (tensors as their insides): a lone list that holds more than numbers is a list of entries. */
export function entriesOf(given: readonly unknown[], name: string): Entry[] {
  const [first] = given;
  const several = given.length === 1 && Array.isArray(first) && isSequenceOfEntries(first) ? first : given;
  return several.map((entry: unknown) => (Array.isArray(entry) ? listed(entry, name) : checkedEntry(entry, name)));
}

/**
 * PyTorch's rule, from the days of Python's tuples without brackets: x[[a, b]] with anything but numbers in the list is x[a, b].
 * Source: python_variable_indexing.cpp, treatSequenceAsTuple.
 */
const isSequenceOfEntries = (list: readonly unknown[]): boolean =>
  list.length < 32 && list.some((entry) => typeof entry === "string" || (typeof entry === "object" && entry !== null) || entry === null);

function checkedEntry(entry: unknown, name: string): Entry {
  if (entry === null || typeof entry === "number" || typeof entry === "boolean" || entry instanceof TensorImpl || isSlice(entry)) return entry;
  if (typeof entry === "string") {
    if (entry === "...") return entry;
    return parseSlice(entry, name);
  }
  throw new ValueError(
    `${name}: an index is a whole number, a slice such as "4:10" or { start: 4, stop: 10 }, null, "...", a tensor or a list of whole numbers or of ` +
      `booleans, not ${described(entry)}`,
  );
}

/** Nested lists of whole numbers, or of booleans, as a tensor. */
function listed(list: readonly unknown[], name: string): TensorImpl {
  const leaves: (number | boolean)[] = [];
  const shape = shapeOfList(list, leaves, name);
  if (leaves.length > 0 && leaves.every((leaf) => typeof leaf === "boolean")) {
    return TensorImpl.of(fromData("bool", shape, Uint8Array.from(leaves, Number)));
  }
  const wrong = leaves.find((leaf) => !Number.isSafeInteger(Number(leaf)));
  if (wrong !== undefined) throw new IndexError(`${name}: a list used as an index holds whole numbers or booleans, not ${wrong}`);
  return TensorImpl.of(fromData("int64", shape, BigInt64Array.from(leaves, (leaf) => BigInt(Number(leaf)))));
}

function shapeOfList(list: readonly unknown[], leaves: (number | boolean)[], name: string): Shape {
  const shapes = list.map((entry: unknown): Shape => {
    if (Array.isArray(entry)) return shapeOfList(entry, leaves, name);
    if (typeof entry !== "number" && typeof entry !== "boolean") {
      throw new ValueError(`${name}: a list used as an index holds whole numbers or booleans, not ${entry instanceof TensorImpl ? "a tensor" : described(entry)}`);
    }
    leaves.push(entry);
    return [];
  });
  const [first = []] = shapes;
  if (!shapes.every((shape) => sameShape(shape, first))) throw new ValueError(`${name}: the lists of an index must be equally long`);
  return [list.length, ...first];
}
