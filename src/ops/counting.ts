/**
 * @file Operations whose result's size is known only from the values: unique, nonzero, maskedSelect, bincount; and histc. They look at
 * their tensor when they are called. One entry each; `tensor/` makes methods and functions of it.
 */
import { isFloating, newArray, type DType, type TypedArray } from "../core/dtype.js";
import { DTypeError, OutOfMemoryError, ShapeError, ValueError } from "../core/errors.js";
import { broadcastShapes, formatShape, normalizeDim, numel, type Shape } from "../core/shape.js";
import { contiguousStrides, permute, select } from "../core/view.js";
import { dense, expandTo, fromData, routine, withView } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { call, flagAt, numberAt, tensorAt, wholeAt, withOptions, type CallResult } from "./call.js";
import { checkDomain, family } from "./kinds.js";
import { RowOrder } from "./order.js";
import { numbersOf, onAnyCells } from "./routine.js";
import { checkMask } from "./ternary.js";

/** The elements now, row by row: a live view. Take it, use it, drop it. */
const elements = (x: Operand): TypedArray => engine().read(dense(x).node);

const made = (dtype: DType, shape: Shape, data: TypedArray): TensorImpl => TensorImpl.of(fromData(dtype, shape, data));
const longs = (shape: Shape, values: ArrayLike<number>): TensorImpl => made("int64", shape, BigInt64Array.from(values, (value) => BigInt(value)));

/** Some elements of an array, in order, in a new one of the same dtype. */
function picked(dtype: DType, from: TypedArray, positions: ArrayLike<number>): TypedArray {
  const result = newArray(dtype, positions.length);
  onAnyCells([from, result], ([source, target]) => {
    for (let i = 0; i < positions.length; i++) target[i] = source[positions[i]];
  });
  return result;
}

// Unique

/** Runs of equal items: where each starts in the order, which run each item belongs to, how many each has. */
interface Runs {
  readonly starts: number[];
  readonly inverse: Uint32Array;
  readonly counts: number[];
}

function runsOf(order: ArrayLike<number>, differ: (a: number, b: number) => boolean): Runs {
  const runs: Runs = { starts: [], inverse: new Uint32Array(order.length), counts: [] };
  for (let i = 0; i < order.length; i++) {
    if (i === 0 || differ(order[i - 1], order[i])) {
      runs.starts.push(order[i]);
      runs.counts.push(0);
    }
    runs.counts[runs.counts.length - 1]++;
    runs.inverse[order[i]] = runs.counts.length - 1;
  }
  return runs;
}

/** The answer of `unique`: the tensor, or it with what else was asked for. */
function answer(output: TensorImpl, { inverse, counts }: Runs, shape: Shape, asked: { readonly inverse: boolean; readonly counts: boolean }): CallResult {
  if (!asked.inverse && !asked.counts) return output;
  return {
    output,
    ...(asked.inverse && { inverseIndices: longs(shape, inverse) }),
    ...(asked.counts && { counts: longs([counts.length], counts) }),
  };
}

const inPlaceOrder = (length: number): Uint32Array => Uint32Array.from({ length }, (_, i) => i);

const unique = (consecutive: boolean) => (x: TensorImpl, args: readonly unknown[], name: string): CallResult => {
  const [, option] = withOptions(name, args, ["sorted", "returnInverse", "returnCounts", "dim"]);
  flagAt(name, "sorted", option("sorted"), true);
  const asked = { inverse: flagAt(name, "returnInverse", option("returnInverse"), false), counts: flagAt(name, "returnCounts", option("returnCounts"), false) };
  const dim = option("dim");
  if (dim !== undefined && dim !== null) return uniqueAlong(x, normalizeDim(name, wholeAt(name, "dim", dim), x.shape.length), consecutive, asked);
  const data = elements(x.operand());
  const order = consecutive ? inPlaceOrder(data.length) : new RowOrder(x.dtype, data.length, false).of(data, 0, 1);
  const runs = runsOf(order, (a, b) => data[a] !== data[b]);
  return answer(made(x.dtype, [runs.starts.length], picked(x.dtype, data, runs.starts)), runs, x.shape, asked);
};

/** Slices along a dimension, compared element by element. */
function uniqueAlong(x: TensorImpl, dim: number, consecutive: boolean, asked: { readonly inverse: boolean; readonly counts: boolean }): CallResult {
  const front = [dim, ...x.shape.map((_, d) => d).filter((d) => d !== dim)].slice(0, Math.max(1, x.shape.length));
  const view = x.shape.length === 0 ? { ...x.view, shape: [1], strides: [1] } : permute(x.view, front);
  const data = elements(withView(x.operand(), view));
  const [count, ...rest] = view.shape;
  const size = numel(rest);
  const compare = (a: number, b: number): number => {
    for (let i = 0; i < size; i++) {
      const [left, right] = [data[a * size + i], data[b * size + i]];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
  const order = inPlaceOrder(count);
  if (!consecutive) order.sort(compare);
  const runs = runsOf(order, (a, b) => compare(a, b) !== 0);
  const positions = runs.starts.flatMap((slice) => Array.from({ length: size }, (_, i) => slice * size + i));
  const found = made(x.dtype, [runs.starts.length, ...rest], picked(x.dtype, data, positions));
  const back = found.alias(permute(found.view, view.shape.map((_, d) => front.indexOf(d))));
  return answer(TensorImpl.of(dense(back.operand())), runs, [count], asked);
}

// What is not zero

/** Row-major positions of the elements that are not zero. */
function positionsOf(x: Operand): Uint32Array {
  const data: ArrayLike<number | bigint> = elements(x);
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== 0 && data[i] !== 0n) count++;
  const positions = new Uint32Array(count);
  for (let i = 0, at = 0; i < data.length; i++) if (data[i] !== 0 && data[i] !== 0n) positions[at++] = i;
  return positions;
}

/** A row for each element that is not zero: its index along each dimension. */
export function nonzero(x: TensorImpl): TensorImpl {
  const positions = positionsOf(x.operand());
  const { shape } = x;
  const strides = contiguousStrides(shape);
  const rank = shape.length;
  const rows = new BigInt64Array(positions.length * rank);
  for (let i = 0; i < positions.length; i++) {
    for (let d = 0; d < rank; d++) rows[i * rank + d] = BigInt(Math.floor(positions[i] / strides[d]) % shape[d]);
  }
  return made("int64", [positions.length, rank], rows);
}

/** Where a mask is true, as an int32 index for each of its dimensions. Looks at it now. */
export function nonzeroPositions(mask: TensorImpl): Operand[] {
  const positions = positionsOf(mask.operand());
  const strides = contiguousStrides(mask.shape);
  return mask.shape.map((size, d) => {
    const column = new Int32Array(positions.length);
    for (let i = 0; i < positions.length; i++) column[i] = Math.floor(positions[i] / strides[d]) % size;
    return fromData("int32", [positions.length], column);
  });
}

/** The columns of `nonzero`, one a dimension; a scalar counts as having one. */
export function nonzeroColumns(x: TensorImpl): TensorImpl[] {
  const row = x.shape.length === 0 ? x.alias({ ...x.view, shape: [1], strides: [1] }) : x;
  const found = nonzero(row);
  return row.shape.map((_, d) => found.alias(select(found.view, 1, d)));
}

function nonzeroCall(x: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [, option] = withOptions(name, args, ["asTuple"]);
  return flagAt(name, "asTuple", option("asTuple"), false) ? nonzeroColumns(x) : nonzero(x);
}

function maskedSelect(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const mask = tensorAt(name, "mask", args[0]);
  checkMask(name, mask);
  const shape = broadcastShapes(name, x.shape, mask.shape);
  const positions = positionsOf(expandTo(mask.operand(), shape));
  return made(x.dtype, [positions.length], picked(x.dtype, elements(expandTo(x.operand(), shape)), positions));
}

// Counting into bins

/** As many int64 as the 4 GiB of linear memory hold. */
const mostBins = 2 ** 29 - 1;

function bincount(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [positional, option] = withOptions(name, args, ["weights", "minlength"]);
  const given = positional[0] ?? option("weights");
  const minlength = wholeAt(name, "minlength", positional[1] ?? option("minlength"), 0);
  if (isFloating(x.dtype)) throw new DTypeError(`${name}: counts whole numbers, not ${x.dtype}: use .long() first`);
  if (x.shape.length !== 1) throw new ShapeError(`${name}: needs one dimension, not the shape ${formatShape(x.shape)}: flatten() it first`);
  if (minlength < 0) throw new ValueError(`${name}: minlength must be at least 0, not ${minlength}`);
  const bins = Array.from(numbersOf(elements(x.operand())));
  let length = minlength;
  for (const bin of bins) {
    if (bin < 0) throw new ValueError(`${name}: the elements must be at least 0, but one is ${bin}`);
    if (bin >= length) length = bin + 1;
  }
  if (length > mostBins) {
    throw new OutOfMemoryError(`${name}: the largest element is ${length - 1}, and a result of ${length} elements does not fit in memory: unique({ returnCounts: true }) counts what is there`);
  }
  if (given === undefined || given === null) {
    const counts = new BigInt64Array(length);
    for (const bin of bins) counts[bin]++;
    return made("int64", [length], counts);
  }
  const weights = tensorAt(name, "weights", given);
  if (weights.shape.length !== 1 || weights.shape[0] !== bins.length) {
    throw new ShapeError(`${name}: the weights must have the shape ${formatShape(x.shape)} of the tensor, not ${formatShape(weights.shape)}`);
  }
  const values = numbersOf(elements(weights.operand()));
  const dtype = weights.dtype === "float32" ? "float32" : "float64";
  const sums = dtype === "float32" ? new Float32Array(length) : new Float64Array(length);
  bins.forEach((bin, i) => {
    sums[bin] += values[i];
  });
  return made(dtype, [length], sums);
}

/** Bins of equal width over [min, max]; both ends belong. Source: PyTorch, aten/src/ATen/native/cpu/HistogramKernel.cpp. */
function histc(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [positional, option] = withOptions(name, args, ["bins", "min", "max"]);
  const bins = wholeAt(name, "bins", positional[0] ?? option("bins"), 100);
  const [min, max] = [numberAt(name, "min", positional[1] ?? option("min"), 0), numberAt(name, "max", positional[2] ?? option("max"), 0)];
  checkDomain(name, "floating", x.dtype);
  if (bins < 1) throw new ValueError(`${name}: bins must be at least 1, not ${bins}`);
  if (!Number.isFinite(min) || !Number.isFinite(max)) throw new ValueError(`${name}: min and max must be finite, not ${min} and ${max}`);
  if (min > max) throw new ValueError(`${name}: max must not be less than min, but they are ${max} and ${min}`);
  if (min === max) checkFinite(name, x);
  const round = x.dtype === "float32" ? Math.fround : (value: number): number => value;
  const [result] = routine(name, [x.operand()], [{ shape: [bins], dtype: x.dtype }], ([data], [out]) => {
    if (out instanceof BigInt64Array) return; // a floating dtype, as checked above
    out.fill(0);
    const values = numbersOf(data);
    const [low, high] = min === max ? rangeOf(values) : [round(min), round(max)];
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!(value >= low && value <= high)) continue;
      const bin = Math.trunc(round(round(round(value - low) * bins) / round(high - low)));
      const at = Math.min(bin, bins - 1);
      out[at]++;
    }
  });
  return TensorImpl.of(result);
}

/** The least and the largest; one apart on either side where they are equal, or where there is nothing. */
function rangeOf(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (values.length === 0) [low, high] = [0, 0];
  return low === high ? [low - 1, high + 1] : [low, high];
}

function checkFinite(name: string, x: TensorImpl): void {
  const values = numbersOf(elements(x.operand()));
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new ValueError(`${name}: the range of the tensor is not finite, since it has the element ${values[i]}: give min and max`);
  }
}

export const countingOps = family({
  /**
   * The different elements in ascending order; with `{ returnInverse, returnCounts }` as `{ output, inverseIndices, counts }`, with
   * `{ dim }` the different slices along it. Looks at the tensor now. NaN differs from NaN. Errors: IndexError for a dimension out of range.
   * @example tensor([3, 1, 3]).unique() // tensor([1, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.unique.html
   */
  unique: call("unique", unique(false)),
  /**
   * As `unique`, of neighbours only and in their order.
   * @example tensor([3, 3, 1, 3]).uniqueConsecutive() // tensor([3, 1, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.unique_consecutive.html
   */
  uniqueConsecutive: call("unique", unique(true)),
  /**
   * The indices of the elements that are not zero, a row each: [n, rank]. With `{ asTuple: true }` a list of one tensor a dimension.
   * Looks at the tensor now.
   * @example tensor([0, 5, 7]).nonzero() // tensor([[1], [2]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nonzero.html
   */
  nonzero: call("nonzero", nonzeroCall),
  /**
   * The indices of the elements that are not zero, a row each: [n, rank]. Looks at the tensor now.
   * @example tensor([0, 5, 7]).argwhere() // tensor([[1], [2]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.argwhere.html
   */
  argwhere: call("argwhere", (x) => nonzero(x)),
  /**
   * The elements where the mask is true, in one dimension. Broadcast. Looks at the mask now.
   * Errors: DTypeError unless the mask is bool; ShapeError where shapes do not broadcast.
   * @example tensor([1, 2, 3]).maskedSelect(tensor([true, false, true])) // tensor([1, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.masked_select.html
   */
  maskedSelect: { ...call("maskedSelect", maskedSelect), picks: true },
  /**
   * How often each whole number from 0 occurs in one dimension, at least `minlength` of them; with `weights` their sums (float32 for
   * float32 weights, else float64). Looks at the tensor now.
   * Errors: DTypeError for floats; ValueError for negative numbers; ShapeError for other dimensions.
   * @example tensor([0, 2, 2]).bincount() // tensor([1, 0, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bincount.html
   */
  bincount: call("bincount", bincount),
  /**
   * How many elements fall into each of `bins` (100) bins of equal width from `min` to `max` (both 0: the tensor's own range).
   * Floats only (DTypeError); the dtype stays. Errors: ValueError for bounds in the wrong order or not finite.
   * @example tensor([1, 2, 1]).float().histc(4, 0, 3) // tensor([0., 2., 1., 0.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.histc.html
   */
  histc: { ...call("histc", histc), detached: true },
});
