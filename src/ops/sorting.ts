/**
 * @file Operations that put elements into order: sort, topk, medians, modes, and searches in what is sorted. (Quantiles are in quantiles.ts.) One entry each;
 * `tensor/` makes methods and functions of it. The results are made by routines (compile/expression.ts), lazily: their shapes are known.
 */
import { isTracked } from "../autograd/tensors.js";
import type { DType, TypedArray } from "../core/dtype.js";
import { IndexError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, normalizeDim, numel, sameShape, type Shape } from "../core/shape.js";
import { cast, constant, routine } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { argumentAt, call, flagAt, tensorAt, wholeAt, withOptions, wordAt, type CallResult, type Options } from "./call.js";
import { bring } from "./elementwise.js";
import { ruleOf, using } from "./gradient.js";
import { checkDomain, family } from "./kinds.js";
import { RowOrder } from "./order.js";
import { positionsAlong, recordPicked } from "./pick-gradient.js";
import { resultTypeOfTwo } from "./promotion.js";
import { record } from "./record.js";
import { eachLine, linesOf, numbersOf, onAnyCells } from "./routine.js";

/** What `sort` and its like give along a dimension. */
interface Found {
  readonly values: TensorImpl;
  readonly indices: TensorImpl;
}
/** Both as tensors; the gradient of the values goes back to where they were. */
function both(gradName: string, x: TensorImpl, dim: number, [values, indices]: readonly Operand[]): Found & Readonly<Record<string, TensorImpl>> {
  const found = recordPicked(gradName, x, TensorImpl.of(values), () => positionsAlong(x.shape, dim, indices));
  return { values: found, indices: TensorImpl.of(indices) };
}

/** The positions that are wanted of a line, from the order of its elements. */
type Choose = (order: RowOrder, data: TypedArray, start: number, stride: number) => ArrayLike<number>;

/** `count` elements of each line and their positions. */
function chosen(
  name: string,
  x: TensorImpl,
  dim: number,
  { shape, count, descending }: { readonly shape: Shape; readonly count: number; readonly descending: boolean },
  choose: Choose,
): Operand[] {
  const lines = linesOf(x.shape, dim);
  const results = [{ shape, dtype: x.dtype }, { shape, dtype: "int64" as const }];
  const run = ([data]: readonly TypedArray[], [values, indices]: readonly TypedArray[]): void => {
    const order = new RowOrder(x.dtype, lines.size, descending);
    const { inner } = lines;
    onAnyCells([data, values], ([from, into]) => {
      eachLine(lines, (start, line) => {
        const positions = choose(order, data, start, inner);
        const to = Math.floor(line / inner) * count * inner + (line % inner);
        for (let i = 0; i < count; i++) {
          into[to + i * inner] = from[start + positions[i] * inner];
          indices[to + i * inner] = BigInt(positions[i]);
        }
      });
    });
  };
  return routine(name, [x.operand()], results, run);
}

/** The whole of each line, without asking about each element: what sort does. */
function sortLines(x: TensorImpl, dim: number, descending: boolean, name: string): Operand[] {
  const lines = linesOf(x.shape, dim);
  const results = [{ shape: x.shape, dtype: x.dtype }, { shape: x.shape, dtype: "int64" as const }];
  const run = ([data]: readonly TypedArray[], [values, indices]: readonly TypedArray[]): void => {
    const order = new RowOrder(x.dtype, lines.size, descending);
    const { inner, size } = lines;
    // Positions are below 2^32: the low halves of int64, whose high halves are zero in fresh or reused memory alike.
    const halves = new Uint32Array(indices.buffer, indices.byteOffset, indices.length * 2);
    onAnyCells([data, values], ([from, into]) => {
      eachLine(lines, (start) => {
        const sorted = order.of(data, start, inner);
        for (let i = 0; i < size; i++) {
          const at = start + i * inner;
          into[at] = from[start + sorted[i] * inner];
          halves[2 * at] = sorted[i];
          halves[2 * at + 1] = 0;
        }
      });
    });
  };
  return routine(name, [x.operand()], results, run);
}

/** It records itself. */
export function sort(x: TensorImpl, args: readonly unknown[], name: string): Found & Readonly<Record<string, TensorImpl>> {
  const [positional, option] = withOptions(name, args, ["dim", "descending", "stable"]);
  const dim = normalizeDim(name, wholeAt(name, "dim", positional[0] ?? option("dim"), -1), x.shape.length);
  const descending = flagAt(name, "descending", positional[1] ?? option("descending"), false);
  flagAt(name, "stable", option("stable"), true);
  return both("SortBackward0", x, dim, sortLines(x, dim, descending, name));
}

function topk(x: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [positional, option] = withOptions(name, args, ["dim", "largest", "sorted"]);
  const k = wholeAt(name, "k", positional[0]);
  const dim = normalizeDim(name, wholeAt(name, "dim", positional[1] ?? option("dim"), -1), x.shape.length);
  const largest = flagAt(name, "largest", positional[2] ?? option("largest"), true);
  flagAt(name, "sorted", option("sorted"), true);
  const size = linesOf(x.shape, dim).size;
  if (k < 0 || k > size) throw new ValueError(`${name}: k is ${k}, but must lie between 0 and ${size}, the size of dimension ${dim} of ${formatShape(x.shape)}`);
  const shape = x.shape.map((n, d) => (d === dim ? k : n));
  const found = chosen(name, x, dim, { shape, count: k, descending: largest }, (order, data, start, stride) => order.first(data, start, stride, k));
  return both("TopkBackward0", x, dim, found);
}

/** One element of each line: the dimension disappears, or stays with size 1. */
function oneOfEach(name: string, gradName: string, x: TensorImpl, dim: number, keepdim: boolean, choose: (...line: Parameters<Choose>) => number): CallResult {
  const shape = x.shape.flatMap((n, d) => (d === dim ? (keepdim ? [1] : []) : [n]));
  const position = new Uint32Array(1);
  const found = chosen(name, x, dim, { shape, count: 1, descending: false }, (...line) => {
    position[0] = choose(...line);
    return position;
  });
  return both(gradName, x, dim, found);
}

function checkLine(name: string, x: TensorImpl, dim: number): void {
  if (linesOf(x.shape, dim).size === 0) {
    throw new IndexError(`${name}: expected dimension ${dim} to have non-zero size, but the shape is ${formatShape(x.shape)}`);
  }
}

function kthvalue(x: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [positional, option] = withOptions(name, args, ["dim", "keepdim"]);
  const k = wholeAt(name, "k", positional[0]);
  const dim = normalizeDim(name, wholeAt(name, "dim", positional[1] ?? option("dim"), -1), x.shape.length);
  checkLine(name, x, dim);
  const { size } = linesOf(x.shape, dim);
  if (k < 1 || k > size) throw new ValueError(`${name}: k is ${k}, but must lie between 1 and ${size}, the size of dimension ${dim} of ${formatShape(x.shape)}`);
  const keepdim = flagAt(name, "keepdim", positional[2] ?? option("keepdim"), false);
  return oneOfEach(name, "KthvalueBackward0", x, dim, keepdim, (order, data, start, stride) => order.at(data, start, stride, k - 1));
}

/** How many elements of a line are NaN. */
export function countNaN(data: TypedArray, start: number, stride: number, length: number): number {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return 0;
  let count = 0;
  for (let i = 0, at = start; i < length; i++, at += stride) if (Number.isNaN(data[at])) count++;
  return count;
}

/** The lower of two middle elements; the first NaN where there is one (NaN is last in order), or left out. */
const medianOf =
  (skipNaN: boolean) =>
  (order: RowOrder, data: TypedArray, start: number, stride: number): number => {
    const numbers = order.length - countNaN(data, start, stride, order.length);
    const rank = !skipNaN && numbers < order.length ? numbers : Math.max(0, Math.floor((numbers - 1) / 2));
    return order.at(data, start, stride, rank);
  };

const median = (skipNaN: boolean) => (x: TensorImpl, args: readonly unknown[], name: string): CallResult => {
  const [positional, option] = withOptions(name, args, ["dim", "keepdim"]);
  const dim = positional[0] ?? option("dim");
  checkDomain(name, "number", x.dtype);
  const step = `${skipNaN ? "Nanmedian" : "Median"}Backward`;
  if (dim !== undefined) {
    const d = normalizeDim(name, wholeAt(name, "dim", dim), x.shape.length);
    checkLine(name, x, d);
    return oneOfEach(name, `${step}1`, x, d, flagAt(name, "keepdim", positional[1] ?? option("keepdim"), false), medianOf(skipNaN));
  }
  if (numel(x.shape) === 0) return TensorImpl.of(constant(emptyMedian[x.dtype] ?? 0, x.dtype));
  const choose = medianOf(skipNaN);
  const flat = TensorImpl.of(flattened(x));
  const [values] = chosen(name, flat, 0, { shape: [], count: 1, descending: false }, (...line) => [choose(...line)]);
  const out = TensorImpl.of(values);
  return isTracked(x) ? record({ name, gradName: `${step}0`, rules: { x: evenly }, inputs: { x } }, out) : out;
};

/** What PyTorch gives for nothing: NaN, as processors cast it to integers. */
const emptyMedian: Partial<Record<DType, number | bigint>> = { float32: NaN, float64: NaN, int32: -(2 ** 31), int64: -(2n ** 63n) };

/** The gradient is shared among all elements that equal the result. Source: PyTorch, FunctionsManual.cpp, evenly_distribute_backward. */
const evenly = ruleOf(using<"x" | "out", object>(["x", "out"], ({ grad, x, out }) => {
  const equal = x.eq(out).logicalOr(x.isnan().logicalAnd(out.isnan()));
  return grad.mul(equal).div(equal.sum());
}));

/** The position of the last of the most frequent elements, the smallest of several such. NaN differs from NaN. */
function modeOf(order: RowOrder, data: TypedArray, start: number, stride: number): number {
  const sorted = order.of(data, start, stride);
  let [best, most, run] = [sorted[0], 0, 0];
  for (let i = 0; i < sorted.length; i++) {
    run = i > 0 && data[start + sorted[i] * stride] === data[start + sorted[i - 1] * stride] ? run + 1 : 1;
    if (run > most) [best, most] = [sorted[i], run];
  }
  return best;
}

function mode(x: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [positional, option] = withOptions(name, args, ["dim", "keepdim"]);
  const dim = normalizeDim(name, wholeAt(name, "dim", positional[0] ?? option("dim"), -1), x.shape.length);
  checkLine(name, x, dim);
  return oneOfEach(name, "ModeBackward0", x, dim, flagAt(name, "keepdim", positional[1] ?? option("keepdim"), false), modeOf);
}

/** All elements in a row. Routines read their operands densely, so the copy that this may take is taken there anyway. */
export function flattened(x: TensorImpl): Operand {
  const [result] = routine("flatten", [x.operand()], [{ shape: [numel(x.shape)], dtype: x.dtype }], ([from], [to]) =>
    onAnyCells([from, to], ([source, target]) => {
      for (let i = 0; i < source.length; i++) target[i] = source[i];
    }),
  );
  return result;
}

// Searching

/** The first position whose element is not below the value (or, from the right, is above it). Source: PyTorch, Bucketization.cpp. */
function search(boundaries: ArrayLike<number | bigint>, start: number, length: number, value: number | bigint, right: boolean): number {
  let [low, high] = [start, start + length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const here = boundaries[middle];
    if (right ? !(here > value) : !(here >= value)) low = middle + 1;
    else high = middle;
  }
  return low - start;
}

/** Values beside rows of boundaries that are sorted already: one row for all values, or one for each row of them. */
function searched(name: string, boundaries: TensorImpl, values: TensorImpl, right: boolean, outInt32: boolean, sorter?: TensorImpl): TensorImpl {
  const common = resultTypeOfTwo(boundaries, values);
  const length = boundaries.shape.at(-1) ?? 1;
  const one = boundaries.shape.length === 1;
  const perRow = one ? Infinity : (values.shape.at(-1) ?? 1);
  const inputs = [cast(boundaries.operand(), common), cast(values.operand(), common), ...(sorter ? [cast(sorter.operand(), "int32")] : [])];
  const dtype = outInt32 ? ("int32" as const) : ("int64" as const);
  const [result] = routine(name, inputs, [{ shape: values.shape, dtype }], ([edges, wanted, order], [out]) => {
    const rows = order ? inOrder(edges, numbersOf(order), length) : edges;
    for (let i = 0; i < wanted.length; i++) {
      const at = search(rows, one ? 0 : Math.floor(i / perRow) * length, length, wanted[i], right);
      out[i] = out instanceof BigInt64Array ? BigInt(at) : at;
    }
  });
  return TensorImpl.of(result);
}

/** Each row in the order that its sorter says. */
const inOrder = (edges: TypedArray, order: ArrayLike<number>, length: number): (number | bigint)[] =>
  Array.from({ length: edges.length }, (_, i) => edges[Math.floor(i / length) * length + order[i]]);

function sideOf(name: string, option: Options<"right" | "side" | "outInt32">): { readonly right: boolean; readonly outInt32: boolean } {
  const right = flagAt(name, "right", option("right"), false);
  const side = option("side");
  if (side !== undefined) {
    const word = wordAt(name, "side", side, ["left", "right"]);
    if (right && word === "left") throw new ValueError(`${name}: side is "left", but right is true: give one of them`);
    return { right: word === "right", outInt32: flagAt(name, "outInt32", option("outInt32"), false) };
  }
  return { right, outInt32: flagAt(name, "outInt32", option("outInt32"), false) };
}

function searchsorted(sorted: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [positional, option] = withOptions(name, args, ["right", "side", "outInt32", "sorter"]);
  const { right, outInt32 } = sideOf(name, option);
  const given = argumentAt(name, "values", positional[0]);
  if (sorted.shape.length === 0) throw new ShapeError(`${name}: the sorted sequence needs at least one dimension`);
  if (!(given instanceof TensorImpl) && sorted.shape.length !== 1) {
    throw new ShapeError(`${name}: a plain number is looked for in one row, but the sorted sequence has shape ${formatShape(sorted.shape)}`);
  }
  const values = given instanceof TensorImpl ? given : TensorImpl.of(bring(given, resultTypeOfTwo(sorted, given), []));
  if (sorted.shape.length > 1 && !sameShape(sorted.shape.slice(0, -1), values.shape.slice(0, -1))) {
    throw new ShapeError(`${name}: all dimensions but the last must be equal, but the shapes are ${formatShape(sorted.shape)} and ${formatShape(values.shape)}`);
  }
  const sorter = option("sorter") === undefined ? undefined : tensorAt(name, "sorter", option("sorter"));
  if (sorter && (!sameShape(sorter.shape, sorted.shape) || sorter.dtype !== "int64")) {
    throw new ValueError(`${name}: the sorter must be an int64 tensor of shape ${formatShape(sorted.shape)}, not ${sorter.dtype} of ${formatShape(sorter.shape)}`);
  }
  return searched(name, sorted, values, right, outInt32, sorter);
}

function bucketize(x: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [positional, option] = withOptions(name, args, ["right", "outInt32"]);
  const boundaries = tensorAt(name, "boundaries", positional[0]);
  if (boundaries.shape.length !== 1) throw new ShapeError(`${name}: the boundaries must have one dimension, not ${formatShape(boundaries.shape)}`);
  const right = flagAt(name, "right", option("right"), false);
  return searched(name, boundaries, x, right, flagAt(name, "outInt32", option("outInt32"), false));
}

export const sortingOps = family({
  /**
   * `{ values, indices }` in order along `dim` (the last): `x.sort(dim, descending)` or `x.sort({ dim, descending })`. NaN is the
   * largest; equal elements keep their order (always stable). The dtype stays. Errors: IndexError for a dimension out of range.
   * @example tensor([3, 1, 2]).sort().values // tensor([1, 2, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sort.html
   */
  sort: call("sort", sort),
  /**
   * The indices that `sort` gives. Errors: IndexError for a dimension out of range.
   * @example tensor([3, 1, 2]).argsort() // tensor([1, 2, 0])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.argsort.html
   */
  argsort: call("argsort", (x, args, name) => sort(x, args, name).indices),
  /**
   * The values in order along the first dimension.
   * @example tensor([3, 1, 2]).msort() // tensor([1, 2, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.msort.html
   */
  msort: call("msort", (x, _, name) => sort(x, [0], name).values),
  /**
   * `{ values, indices }` of the `k` largest elements along `dim` (the last), the largest first; the smallest with
   * `{ largest: false }`. NaN is the largest. Errors: ValueError where there are fewer; IndexError for a dimension out of range.
   * @example tensor([3, 1, 2]).topk(2).values // tensor([3, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.topk.html
   */
  topk: call("topk", topk),
  /**
   * `{ values, indices }` of the k-th smallest element (from 1) along `dim` (the last). Options: dim, keepdim. NaN is the largest.
   * Errors: ValueError where there are fewer; IndexError for a dimension out of range or of size 0.
   * @example tensor([3, 1, 2]).kthvalue(2).values // tensor(2)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.kthvalue.html
   */
  kthvalue: call("kthvalue", kthvalue),
  /**
   * The middle element, the lower of two: of all, or `{ values, indices }` along `dim`. NaN if one is. Of no elements NaN, the lowest
   * int32 or int64, or 0. Every dtype but bool (DTypeError). Options: dim, keepdim. Errors: IndexError for a dimension out of range or of size 0.
   * @example tensor([3, 1, 2, 5]).median() // tensor(2)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.median.html
   */
  median: call("median", median(false)),
  /**
   * As `median`, leaving NaN out.
   * @example tensor([3, NaN, 2]).nanmedian() // tensor(2.)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nanmedian.html
   */
  nanmedian: call("median", median(true)),
  /**
   * `{ values, indices }` of the most frequent element along `dim` (the last), the smallest of several, and the last place where it is.
   * Options: dim, keepdim. Errors: IndexError for a dimension out of range or of size 0.
   * @example tensor([3, 1, 3]).mode().values // tensor(3)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.mode.html
   */
  mode: call("mode", mode),
  /**
   * `sorted.searchsorted(values)`: where each value (a tensor, or one number) would go so that the last dimension stays sorted: the
   * first such position, the last with `{ right: true }` or `{ side: "right" }`. Options: right, side, outInt32, sorter. Gives int64.
   * Promoted. Errors: ShapeError where the rows do not fit.
   * @example tensor([1, 3, 5]).searchsorted(tensor([3, 6])) // tensor([1, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.searchsorted.html
   */
  searchsorted: call("searchsorted", searchsorted),
  /**
   * The number of the bucket that each element falls into, between sorted boundaries (one dimension): the elements up to a boundary,
   * that included, or, with `{ right: true }`, up to before it. Options: right, outInt32. Gives int64. Promoted.
   * Errors: ShapeError unless the boundaries have one dimension.
   * @example tensor([1, 4, 9]).bucketize(tensor([2, 4])) // tensor([0, 1, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bucketize.html
   */
  bucketize: call("bucketize", bucketize),
});

