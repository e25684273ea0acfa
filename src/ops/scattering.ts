/**
 * @file Writes to computed positions: scatter and its reductions, indexAdd, indexCopy, indexFill, indexPut, maskedScatter. One entry
 * each, with in-place forms; `tensor/` makes methods and functions of it. The results are made by routines, in the order of the index, so
 * that repeated positions add up (or overwrite each other) as in PyTorch.
 */
import { isFloating, type DType, type TypedArray } from "../core/dtype.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import { broadcastShapes, formatShape, normalizeDim, numel, sameShape, type Shape } from "../core/shape.js";
import { contiguousStrides } from "../core/view.js";
import { cast, dense, expandTo, reduce, routine } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { argumentAt, callInPlace, flagAt, numberAt, tensorAt, wholeAt, withOptions, wordAt, type CallGradient } from "./call.js";
import { bring, scalarAs } from "./elementwise.js";
import { checkIndexDType, checkIndices } from "./gathering.js";
import { Formula } from "./formula.js";
import { family, type Argument } from "./kinds.js";
import { linesOf, numbersOf, onCells, walk2, type Cells } from "./routine.js";
import {
  indexAddGradient, indexCopyGradient, indexFillGradient, maskedScatterGradient, scatterAddGradient, scatterGradient, scatterReduceGradient, type Along, type Fold,
} from "./scatter-gradients.js";
import { checkMask, fillValue } from "./ternary.js";

/** Throws unless all positions are of an index's dtype and exist: looks at the least and the largest now. */
function checkPositions(name: string, index: TensorImpl, size: number, dim: number, negative = false): void {
  checkIndexDType(name, index, ["int64", "int32"]);
  checkIndices(name, index.operand(), size, dim, negative ? -size : 0);
}

/** How an element is brought together with what is there, for numbers and for bigints. */
interface Combine {
  readonly numbers: (there: number, value: number) => number;
  readonly bigints: (there: bigint, value: bigint) => bigint;
}
const replace: Combine = { numbers: (_, value) => value, bigints: (_, value) => value };
const add: Combine = { numbers: (a, b) => a + b, bigints: (a, b) => a + b };
const multiply: Combine = { numbers: (a, b) => a * b, bigints: (a, b) => a * b };
/** The extremes keep NaN. */
const largest: Combine = { numbers: Math.max, bigints: (a, b) => (a > b ? a : b) };
const least: Combine = { numbers: Math.min, bigints: (a, b) => (a < b ? a : b) };
const either: Combine = { numbers: (a, b) => Number(a !== 0 || b !== 0), bigints: (a, b) => a | b };

/** Sums of bools are `or`; of int32 they wrap by being stored. Products of int32 must wrap before they are rounded. */
function combineFor(how: Combine, dtype: DType): Combine {
  if (dtype === "bool" && how === add) return either;
  if (dtype === "int32" && how === multiply) return { ...multiply, numbers: Math.imul };
  return how;
}

/** Copies the first input to the output, then brings in values at positions: `place` calls back with (position, which value). */
function written(
  name: string,
  x: TensorImpl,
  others: readonly Operand[],
  how: Combine,
  place: (inputs: readonly TypedArray[], put: (to: number, from: number) => void) => void,
): TensorImpl {
  const combine = combineFor(how, x.dtype);
  const [result] = routine(name, [x.operand(), ...others], [{ shape: x.shape, dtype: x.dtype }], (inputs, [out]) => {
    const start = <E>(cells: readonly Cells<E>[], bring: (there: E, value: E) => E): void => {
      const [from, values, into] = cells;
      for (let i = 0; i < from.length; i++) into[i] = from[i];
      place(inputs, (to, at) => {
        into[to] = bring(into[to], values[at]);
      });
    };
    onCells([inputs[0], inputs[1], out], {
      numbers: (cells) => start(cells, combine.numbers),
      bigints: (cells) => start(cells, combine.bigints),
    });
  });
  return TensorImpl.of(result);
}

// Along one dimension, an index for each element

interface Scatter {
  readonly dim: number;
  readonly index: TensorImpl;
}

const rank = (shape: Shape): number => Math.max(1, shape.length);

/** The checks of PyTorch's scatter_shape_check: as many dimensions, no larger than the source, nor than the tensor beside `dim`. */
function scatterArguments(name: string, x: TensorImpl, args: readonly unknown[], source: TensorImpl | undefined): Scatter {
  const dim = normalizeDim(name, wholeAt(name, "dim", args[0]), x.shape.length);
  const index = tensorAt(name, "index", args[1]);
  checkIndexDType(name, index, ["int64", "int32"]);
  if (numel(index.shape) === 0) return { dim, index };
  const fits =
    rank(index.shape) === rank(x.shape) &&
    index.shape.every((size, d) => d === dim || size <= x.shape[d]) &&
    (source === undefined || (rank(source.shape) === rank(index.shape) && index.shape.every((size, d) => size <= (source.shape[d] ?? 1))));
  if (!fits) {
    const beside = source === undefined ? "" : ` and no larger than the source of shape ${formatShape(source.shape)}`;
    throw new ShapeError(
      `${name}: the index of shape ${formatShape(index.shape)} must be no larger than the tensor of shape ${formatShape(x.shape)} apart from dimension ${dim}${beside}`,
    );
  }
  checkPositions(name, index, x.shape[dim] ?? 1, dim);
  return { dim, index };
}

/** Each value to the position that its index names along `dim`. */
function scattered(name: string, x: TensorImpl, { dim, index }: Scatter, values: Operand, how: Combine): TensorImpl {
  const strides = contiguousStrides(x.shape);
  const along = strides[dim] ?? 1;
  const beside = index.shape.map((_, d) => (d === dim ? 0 : (strides[d] ?? 0)));
  const valueStrides = values.view.shape.length === 0 ? index.shape.map(() => 0) : contiguousStrides(values.view.shape);
  return written(name, x, [values, cast(index.operand(), "int32")], how, ([, , positions], put) => {
    const at = numbersOf(positions);
    let i = 0;
    walk2(index.shape, beside, valueStrides, (to, from) => put(to + at[i++] * along, from));
  });
}

function sourceFor(name: string, x: TensorImpl, given: Argument): TensorImpl | undefined {
  if (!(given instanceof TensorImpl)) return undefined;
  if (given.dtype !== x.dtype) throw new DTypeError(`${name}: the source has dtype ${given.dtype}, but the tensor's is ${x.dtype}: cast it with .to("${x.dtype}")`);
  return given;
}

const reducers = { add, multiply } as const;

function scatter(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [positional, option] = withOptions(name, args, ["reduce"]);
  const given = argumentAt(name, "source", positional[2]);
  const source = sourceFor(name, x, given);
  const call = scatterArguments(name, x, positional, source);
  const how = option("reduce") === undefined ? replace : reducers[wordAt(name, "reduce", option("reduce"), ["add", "multiply"])];
  const values = source ? source.operand() : fillValue(name, x.dtype, given);
  return scattered(name, x, call, values, how);
}

function scatterAdd(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const source = tensorAt(name, "source", args[2]);
  sourceFor(name, x, source);
  return scattered(name, x, scatterArguments(name, x, args, source), source.operand(), add);
}

const folds: Readonly<Record<Fold, Combine>> = { sum: add, prod: multiply, amax: largest, amin: least, mean: add };
const foldNames = ["sum", "prod", "mean", "amax", "amin"] as const;

function scatterReduce(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [positional, option] = withOptions(name, args, ["includeSelf"]);
  const source = tensorAt(name, "source", positional[2]);
  sourceFor(name, x, source);
  const how = wordAt(name, "reduce", positional[3], foldNames);
  const call = scatterArguments(name, x, positional, source);
  return reducedInto(name, x, call, source.operand(), how, flagAt(name, "includeSelf", option("includeSelf"), true));
}

/** As `scattered`, where the first value to reach a position may take the place of what was there, and means count. */
function reducedInto(name: string, x: TensorImpl, { dim, index }: Scatter, values: Operand, how: Fold, includeSelf: boolean): TensorImpl {
  const strides = contiguousStrides(x.shape);
  const along = strides[dim] ?? 1;
  const beside = index.shape.map((_, d) => (d === dim ? 0 : (strides[d] ?? 0)));
  const combine = combineFor(folds[how], x.dtype);
  const inputs = [x.operand(), values, cast(index.operand(), "int32")];
  const [result] = routine(name, inputs, [{ shape: x.shape, dtype: x.dtype }], ([from, source, positions], [out]) => {
    const at = numbersOf(positions);
    const seen = new Float64Array(out.length);
    const start = <E>(cells: readonly Cells<E>[], bring: (there: E, value: E) => E, mean: (sum: E, count: number) => E): void => {
      const [before, given, into] = cells;
      for (let i = 0; i < before.length; i++) into[i] = before[i];
      let i = 0;
      walk2(index.shape, beside, contiguousStrides(values.view.shape), (base, value) => {
        const to = base + at[i++] * along;
        into[to] = seen[to] === 0 && !includeSelf ? given[value] : bring(into[to], given[value]);
        seen[to]++;
      });
      if (how === "mean") for (let to = 0; to < seen.length; to++) if (seen[to] > 0) into[to] = mean(into[to], seen[to] + Number(includeSelf));
    };
    onCells([from, source, out], {
      numbers: (cells) => start(cells, combine.numbers, isFloating(x.dtype) ? (sum, count) => sum / count : (sum, count) => Math.floor(sum / count)),
      bigints: (cells) => start(cells, combine.bigints, (sum, count) => floorDivide(sum, BigInt(count))),
    });
  });
  return TensorImpl.of(result);
}

const floorDivide = (a: bigint, b: bigint): bigint => a / b - (a % b !== 0n && a < 0n ? 1n : 0n);

/** How `scatter` and its like are recorded; with `reduce` PyTorch has no gradient for scatter. */
function scatterRecorded(x: TensorImpl, args: readonly unknown[]): CallGradient {
  const [[dim, index, source], option] = withOptions("scatter", args, ["reduce"]);
  if (option("reduce") !== undefined) return { inputs: { x, ...(source instanceof TensorImpl && { source }) }, rules: {} };
  return scatterGradient(x, source instanceof TensorImpl ? source : undefined, alongOf("scatter", x, dim, index));
}
const scatterAddRecorded = (x: TensorImpl, [dim, index, source]: readonly unknown[]): CallGradient =>
  scatterAddGradient(x, tensorAt("scatterAdd", "source", source), alongOf("scatterAdd", x, dim, index));
function scatterReduceRecorded(x: TensorImpl, args: readonly unknown[]): CallGradient {
  const [[dim, index, source, how], option] = withOptions("scatterReduce", args, ["includeSelf"]);
  const includeSelf = flagAt("scatterReduce", "includeSelf", option("includeSelf"), true);
  return scatterReduceGradient(x, tensorAt("scatterReduce", "source", source), alongOf("scatterReduce", x, dim, index), wordAt("scatterReduce", "reduce", how, foldNames), includeSelf);
}

/** The dimension and the index of a call that has been checked. */
const alongOf = (name: string, x: TensorImpl, dim: unknown, index: unknown): Along => ({
  dim: normalizeDim(name, wholeAt(name, "dim", dim), x.shape.length),
  index: tensorAt(name, "index", index).detached(),
});

// Along one dimension, one index for each slice

interface Slices {
  readonly dim: number;
  readonly index: TensorImpl;
}

function sliceArguments(name: string, x: TensorImpl, args: readonly unknown[], negative = false): Slices {
  const dim = normalizeDim(name, wholeAt(name, "dim", args[0]), x.shape.length);
  const index = tensorAt(name, "index", args[1]);
  if (index.shape.length > 1) throw new ShapeError(`${name}: the index must have at most one dimension, not the shape ${formatShape(index.shape)}`);
  checkPositions(name, index, x.shape[dim] ?? 1, dim, negative);
  return { dim, index };
}

/** Slice i of the values (or the one value) to the slice that index[i] names. */
function slicesWritten(name: string, x: TensorImpl, { dim, index }: Slices, values: Operand, how: Combine, one: boolean): TensorImpl {
  const { outer, size, inner } = linesOf(x.shape, dim);
  const count = numel(index.shape);
  return written(name, x, [values, cast(index.operand(), "int32")], how, ([, , positions], put) => {
    const at = numbersOf(positions);
    for (let i = 0; i < count; i++) {
      const slice = at[i] < 0 ? at[i] + size : at[i];
      for (let o = 0; o < outer; o++) {
        for (let j = 0; j < inner; j++) put((o * size + slice) * inner + j, one ? 0 : (o * count + i) * inner + j);
      }
    }
  });
}

/** The source of indexAdd and indexCopy: the tensor's shape with as many slices along `dim` as there are indices. */
function sliceSource(name: string, x: TensorImpl, { dim, index }: Slices, given: unknown): TensorImpl {
  const source = tensorAt(name, "source", given);
  sourceFor(name, x, source);
  const wanted = x.shape.map((size, d) => (d === dim ? numel(index.shape) : size));
  const scalarFits = numel(source.shape) === 1 && numel(wanted) === 1;
  if (!sameShape(source.shape, wanted) && !scalarFits) {
    throw new ShapeError(`${name}: the source must have the shape ${formatShape(wanted)}, not ${formatShape(source.shape)}`);
  }
  return source;
}

function indexAdd(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [positional, option] = withOptions(name, args, ["alpha"]);
  const slices = sliceArguments(name, x, positional);
  const source = sliceSource(name, x, slices, positional[2]);
  const alpha = argumentAt(name, "alpha", option("alpha") ?? 1);
  const values = alpha instanceof TensorImpl ? source.operand() : scaledBy(source, scalarAs(x.dtype, alpha));
  return slicesWritten(name, x, slices, values, add, false);
}

function scaledBy(source: TensorImpl, alpha: number | bigint): Operand {
  if (Number(alpha) === 1) return source.operand();
  const f = Formula.of(source.operand());
  return f.mul(source.operand(), f.number(alpha));
}

function indexCopy(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const slices = sliceArguments(name, x, args);
  return slicesWritten(name, x, slices, sliceSource(name, x, slices, args[2]).operand(), replace, false);
}

function indexFill(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const slices = sliceArguments(name, x, args, true);
  return slicesWritten(name, x, slices, fillValue(name, x.dtype, argumentAt(name, "value", args[2])), replace, true);
}

function indexAddRecorded(x: TensorImpl, args: readonly unknown[]): CallGradient {
  const [[dim, index, source], option] = withOptions("indexAdd", args, ["alpha"]);
  return indexAddGradient(x, tensorAt("indexAdd", "source", source), alongOf("indexAdd", x, dim, index), numberAt("indexAdd", "alpha", option("alpha"), 1));
}
const indexCopyRecorded = (x: TensorImpl, [dim, index, source]: readonly unknown[]): CallGradient =>
  indexCopyGradient(x, tensorAt("indexCopy", "source", source), alongOf("indexCopy", x, dim, index));
const indexFillRecorded = (x: TensorImpl, [dim, index, value]: readonly unknown[]): CallGradient =>
  indexFillGradient(x, value instanceof TensorImpl ? value : undefined, alongOf("indexFill", x, dim, index));

// Masks

function maskedScatter(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const mask = tensorAt(name, "mask", args[0]);
  checkMask(name, mask);
  const source = tensorAt(name, "source", args[1]);
  sourceFor(name, x, source);
  const shape = broadcastShapes(name, x.shape, mask.shape);
  const wide = expandTo(mask.operand(), shape);
  const chosen = reduce("sum", "int64", cast(dense(wide), "int64"), shape.length === 0 ? [] : shape.map((_, d) => d));
  const count = shape.length === 0 ? Number(engine().read(dense(wide).node)[0]) : Number(engine().read(chosen.node)[0]);
  if (count > numel(source.shape)) {
    throw new ShapeError(`${name}: the source has ${numel(source.shape)} elements, but ${count} places of the mask are true`);
  }
  const target = TensorImpl.of(dense(expandTo(x.operand(), shape)));
  return written(name, target, [source.operand(), wide], replace, ([, , flags], put) => {
    let next = 0;
    for (let i = 0; i < flags.length; i++) if (Number(flags[i]) !== 0) put(i, next++);
  });
}

const maskedScatterRecorded = (x: TensorImpl, [mask, source]: readonly unknown[]): CallGradient =>
  maskedScatterGradient(x, tensorAt("maskedScatter", "mask", mask), tensorAt("maskedScatter", "source", source));

/** Values to flat positions: what `put` and assignment through index tensors do. */
export function putAt(name: string, x: TensorImpl, positions: Operand, values: TensorImpl, accumulate: boolean): TensorImpl {
  const source = bring(values, x.dtype, positions.view.shape);
  return written(name, x, [source, cast(positions, "int32")], accumulate ? add : replace, ([, , at], put) => {
    for (let i = 0; i < at.length; i++) put(Number(at[i]), i);
  });
}

export const scatteringOps = family({
  /**
   * `x.scatter(dim, index, source)`: each element of the source (or one number) to the position that the index names along `dim`. The
   * dtype stays. `{ reduce: "add" | "multiply" }` combines with what is there. The last of several to one position stays.
   * Errors: IndexError for a position out of bounds; ShapeError for an index larger than the tensor or the source; DTypeError.
   * @example zeros(3).scatter(0, tensor([2, 0]), tensor([5, 7]).float()) // tensor([7., 0., 5.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.scatter.html
   */
  scatter: callInPlace("scatter", scatter, scatterRecorded),
  /**
   * As `scatter`, added to what is there; several to one position add up.
   * @example zeros(3).scatterAdd(0, tensor([2, 2]), tensor([5, 7]).float()) // tensor([ 0.,  0., 12.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.scatter_add.html
   */
  scatterAdd: callInPlace("scatterAdd", scatterAdd, scatterAddRecorded),
  /**
   * `x.scatterReduce(dim, index, source, reduce)`: as `scatter`, combined by "sum", "prod", "mean", "amax" or "amin"; with
   * `{ includeSelf: false }` without what was there.
   * @example ones(2).scatterReduce(0, tensor([1, 1]), tensor([5, 7]).float(), "amax") // tensor([1., 7.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.scatter_reduce.html
   */
  scatterReduce: callInPlace("scatterReduce", scatterReduce, scatterReduceRecorded),
  /**
   * `x.indexAdd(dim, index, source, { alpha })`: slice i of the source, times alpha (1), added to the slice that index[i] names.
   * Errors: IndexError for a position out of bounds; ShapeError; DTypeError for another dtype.
   * @example zeros(3).indexAdd(0, tensor([2, 2]), tensor([5, 7]).float()) // tensor([ 0.,  0., 12.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.index_add.html
   */
  indexAdd: callInPlace("indexAdd", indexAdd, indexAddRecorded),
  /**
   * `x.indexCopy(dim, index, source)`: slice i of the source in place of the slice that index[i] names.
   * Errors: IndexError for a position out of bounds; ShapeError; DTypeError for another dtype.
   * @example zeros(3).indexCopy(0, tensor([2, 0]), tensor([5, 7]).float()) // tensor([7., 0., 5.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.index_copy.html
   */
  indexCopy: callInPlace("indexCopy", indexCopy, indexCopyRecorded),
  /**
   * `x.indexFill(dim, index, value)`: the slices that the index names (negative: from the end) filled with one value.
   * Errors: IndexError for a position out of bounds; DTypeError for a value that the dtype cannot hold.
   * @example zeros(3).indexFill(0, tensor([2, 0]), 7) // tensor([7., 0., 7.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.index_fill.html
   */
  indexFill: callInPlace("indexFill", indexFill, indexFillRecorded),
  /**
   * The elements of the source, in order, where the mask is true. Broadcast. Looks at the mask now.
   * Errors: DTypeError unless the mask is bool and the dtypes are one; ShapeError where the source is too short.
   * @example zeros(3).maskedScatter(tensor([true, false, true]), tensor([5, 7]).float()) // tensor([5., 0., 7.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_scatter.html
   */
  maskedScatter: callInPlace("maskedScatter", maskedScatter, maskedScatterRecorded),
});
