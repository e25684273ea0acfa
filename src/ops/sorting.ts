/**
 * @file Operations that put elements into order: sort, topk, medians, quantiles, and searches in what is sorted. One entry each;
 * `tensor/` makes methods and functions of it. The results are made by routines (compile/expression.ts), lazily: their shapes are known.
 */
import { isFloating, type DType, type TypedArray } from "../core/dtype.js";
import { DTypeError, IndexError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, normalizeDim, sameShape, type Shape } from "../core/shape.js";
import { cast, dense, fromData, routine, withView } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { argumentAt, call, flagAt, tensorAt, wholeAt, withOptions, wordAt, type CallResult, type Options } from "./call.js";
import { bring } from "./elementwise.js";
import { checkDomain, family } from "./kinds.js";
import { RowOrder } from "./order.js";
import { resultTypeOfTwo } from "./promotion.js";
import { eachLine, linesOf, numbersOf, onAnyCells } from "./routine.js";

/** What `sort` and its like give along a dimension. */
interface Found {
  readonly values: TensorImpl;
  readonly indices: TensorImpl;
}
const both = ([values, indices]: readonly Operand[]): Found & Readonly<Record<string, TensorImpl>> => ({
  values: TensorImpl.of(values),
  indices: TensorImpl.of(indices),
});

/** `count` elements of each line, those that `choose` names among its positions in order. */
function selectInOrder(
  name: string,
  x: TensorImpl,
  dim: number,
  { shape, count, descending }: { readonly shape: Shape; readonly count: number; readonly descending: boolean },
  choose: (order: Uint32Array, at: number, valueAt: (position: number) => number | bigint) => number,
): Operand[] {
  const lines = linesOf(x.shape, dim);
  const results = [{ shape, dtype: x.dtype }, { shape, dtype: "int64" as const }];
  const run = ([data]: readonly TypedArray[], [values, indices]: readonly TypedArray[]): void => {
    const order = new RowOrder(x.dtype, lines.size, descending);
    const { inner } = lines;
    onAnyCells([data, values], ([from, into]) => {
      eachLine(lines, (start, line) => {
        const sorted = order.of(data, start, inner);
        const to = Math.floor(line / inner) * count * inner + (line % inner);
        const valueAt = (position: number): number | bigint => data[start + position * inner];
        for (let i = 0; i < count; i++) {
          const position = choose(sorted, i, valueAt);
          into[to + i * inner] = from[start + position * inner];
          indices[to + i * inner] = BigInt(position);
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

function sort(x: TensorImpl, args: readonly unknown[], name: string): Found & Readonly<Record<string, TensorImpl>> {
  const [positional, option] = withOptions(name, args, ["dim", "descending", "stable"]);
  const dim = normalizeDim(name, wholeAt(name, "dim", positional[0] ?? option("dim"), -1), x.shape.length);
  const descending = flagAt(name, "descending", positional[1] ?? option("descending"), false);
  flagAt(name, "stable", option("stable"), true);
  return both(sortLines(x, dim, descending, name));
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
  return both(selectInOrder(name, x, dim, { shape, count: k, descending: largest }, (order, at) => order[at]));
}

/** One element of each line: the dimension disappears, or stays with size 1. */
function oneOfEach(
  name: string,
  x: TensorImpl,
  dim: number,
  keepdim: boolean,
  choose: (order: Uint32Array, valueAt: (position: number) => number | bigint) => number,
): CallResult {
  const shape = x.shape.flatMap((n, d) => (d === dim ? (keepdim ? [1] : []) : [n]));
  return both(selectInOrder(name, x, dim, { shape, count: 1, descending: false }, (order, _, valueAt) => choose(order, valueAt)));
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
  return oneOfEach(name, x, dim, flagAt(name, "keepdim", positional[2] ?? option("keepdim"), false), (order) => order[k - 1]);
}

const isNaNValue = (value: number | bigint): boolean => typeof value === "number" && Number.isNaN(value);

/** How many of the ordered positions, from the front, are numbers: NaN is last. */
function numbersAmong(order: Uint32Array, valueAt: (position: number) => number | bigint): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isNaNValue(valueAt(order[middle]))) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The lower of two middle elements; the first NaN where there is one, or left out. */
const medianOf =
  (skipNaN: boolean) =>
  (order: Uint32Array, valueAt: (position: number) => number | bigint): number => {
    const numbers = numbersAmong(order, valueAt);
    if (!skipNaN && numbers < order.length) return order[numbers];
    return order[Math.max(0, Math.floor((numbers - 1) / 2))];
  };

const median = (skipNaN: boolean) => (x: TensorImpl, args: readonly unknown[], name: string): CallResult => {
  const [positional, option] = withOptions(name, args, ["dim", "keepdim"]);
  const dim = positional[0] ?? option("dim");
  checkDomain(name, "number", x.dtype);
  if (dim !== undefined) {
    const d = normalizeDim(name, wholeAt(name, "dim", dim), x.shape.length);
    checkLine(name, x, d);
    return oneOfEach(name, x, d, flagAt(name, "keepdim", positional[1] ?? option("keepdim"), false), medianOf(skipNaN));
  }
  const count = x.shape.reduce((product, size) => product * size, 1);
  if (count === 0) {
    if (!isFloating(x.dtype)) throw new IndexError(`${name}: an empty tensor of shape ${formatShape(x.shape)} and dtype ${x.dtype} has no median`);
    return TensorImpl.of(fromData(x.dtype, [], x.dtype === "float64" ? Float64Array.of(NaN) : Float32Array.of(NaN)));
  }
  const flat = TensorImpl.of(flattened(x));
  const choose = medianOf(skipNaN);
  const [values] = selectInOrder(name, flat, 0, { shape: [], count: 1, descending: false }, (order, _, valueAt) => choose(order, valueAt));
  return TensorImpl.of(values);
};

/** All elements in a row. Routines read their operands densely, so the copy that this may take is taken there anyway. */
function flattened(x: TensorImpl): Operand {
  const [result] = routine("flatten", [x.operand()], [{ shape: [x.shape.reduce((product, size) => product * size, 1)], dtype: x.dtype }], ([from], [to]) =>
    onAnyCells([from, to], ([source, target]) => {
      for (let i = 0; i < source.length; i++) target[i] = source[i];
    }),
  );
  return result;
}

const interpolations = ["linear", "lower", "higher", "nearest", "midpoint"] as const;
type Interpolation = (typeof interpolations)[number];

/** The value at a fractional rank between two neighbours. Source: PyTorch, aten/src/ATen/native/Sorting.cpp, quantile_compute. */
const between: Readonly<Record<Interpolation, (below: number, above: number, fraction: number, rank: number) => number>> = {
  lower: (below) => below,
  higher: (below, above, fraction) => (fraction > 0 ? above : below),
  nearest: (below, above, fraction, rank) => (fraction > 0.5 || (fraction === 0.5 && Math.floor(rank) % 2 === 1) ? above : below),
  midpoint: (below, above, fraction) => (fraction > 0 ? below + 0.5 * (above - below) : below),
  linear: (below, above, fraction) => (fraction < 0.5 ? below + fraction * (above - below) : above - (above - below) * (1 - fraction)),
};

const quantile = (skipNaN: boolean) => (x: TensorImpl, args: readonly unknown[], name: string): CallResult => {
  const [positional, option] = withOptions(name, args, ["dim", "keepdim", "interpolation"]);
  checkDomain(name, "floating", x.dtype);
  const { dtype } = x;
  if (dtype !== "float32" && dtype !== "float64") throw new DTypeError(`${name}: needs a floating dtype, not ${dtype}`);
  const mode = wordAt(name, "interpolation", option("interpolation") ?? "linear", interpolations);
  const given = argumentAt(name, "q", positional[0]);
  const q = quantiles(name, given, dtype);
  const dimension = positional[1] ?? option("dim");
  const keepdim = flagAt(name, "keepdim", positional[2] ?? option("keepdim"), false);
  const input = dimension === undefined ? TensorImpl.of(flattened(x)) : x;
  const dim = dimension === undefined ? 0 : normalizeDim(name, wholeAt(name, "dim", dimension), x.shape.length);
  if (x.shape.includes(0)) throw new ValueError(`${name}: the tensor must not be empty, but its shape is ${formatShape(x.shape)}`);
  const left = dimension === undefined ? (keepdim ? x.shape.map(() => 1) : []) : x.shape.flatMap((n, d) => (d === dim ? (keepdim ? [1] : []) : [n]));
  const several = given instanceof TensorImpl && given.shape.length === 1;
  const lines = linesOf(input.shape, dim);
  const shape = several ? [q.count, ...left] : left;
  const run = ([data, ranks]: readonly TypedArray[], [out]: readonly TypedArray[]): void => {
    const order = new RowOrder(dtype, lines.size, false);
    const total = lines.outer * lines.inner;
    eachLine(lines, (start, line) => {
      const sorted = order.of(data, start, lines.inner);
      const valueAt = (position: number): number => Number(data[start + position * lines.inner]);
      const numbers = numbersAmong(sorted, valueAt);
      for (let i = 0; i < ranks.length; i++) {
        const size = skipNaN ? numbers : numbers < sorted.length ? 0 : numbers;
        out[i * total + line] = size === 0 ? NaN : ranked(Number(ranks[i]) * (size - 1), (at) => valueAt(sorted[at]), mode);
      }
    });
  };
  const [result] = routine(name, [input.operand(), q.operand], [{ shape, dtype }], run);
  return TensorImpl.of(result);
};

function ranked(rank: number, valueAt: (at: number) => number, mode: Interpolation): number {
  const low = Math.floor(rank);
  return between[mode](valueAt(low), valueAt(Math.ceil(rank)), rank - low, rank);
}

/** The fractions as a row of the tensor's dtype. */
function quantiles(name: string, q: number | bigint | boolean | TensorImpl, dtype: DType): { readonly operand: Operand; readonly count: number } {
  if (q instanceof TensorImpl) {
    if (q.shape.length > 1) throw new ShapeError(`${name}: q must be a number or have at most one dimension, not ${formatShape(q.shape)}`);
    if (q.dtype !== dtype) throw new DTypeError(`${name}: q has dtype ${q.dtype}, but the tensor's is ${dtype}: cast it with .to("${dtype}")`);
    const count = q.shape[0] ?? 1;
    const fractions: ArrayLike<number | bigint> = engine().read(dense(q.operand()).node);
    if (!Array.from(fractions).every((value) => value >= 0 && value <= 1)) throw new ValueError(`${name}: the values of q must lie between 0 and 1`);
    return { operand: withView(q.operand(), q.shape.length === 0 ? { ...q.view, shape: [1], strides: [1] } : q.view), count };
  }
  if (!(Number(q) >= 0 && Number(q) <= 1)) throw new ValueError(`${name}: q must lie between 0 and 1, but is ${q}`);
  return { operand: bring(q, dtype, [1]), count: 1 };
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
   * The middle element, the lower of two: of all, or `{ values, indices }` along `dim`. NaN if one is. Every dtype but bool
   * (DTypeError). Options: dim, keepdim. Errors: IndexError for a dimension out of range or of size 0.
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
   * The value below which a fraction `q` (a number, or a tensor of several in a new first dimension) lies, of all elements or along
   * `dim`. Options: dim, keepdim, interpolation ("linear", "lower", "higher", "nearest", "midpoint"). NaN if an element is. Floats
   * only (DTypeError). Errors: ValueError for q outside [0, 1] and for nothing; IndexError for a dimension out of range.
   * @example tensor([1, 2, 3, 4]).float().quantile(0.5) // tensor(2.5000)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.quantile.html
   */
  quantile: call("quantile", quantile(false)),
  /**
   * As `quantile`, leaving NaN out.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nanquantile.html
   */
  nanquantile: call("quantile", quantile(true)),
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

