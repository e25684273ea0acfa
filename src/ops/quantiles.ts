/**
 * @file Quantiles: the value below which a fraction of the elements lies. One entry each; `tensor/` makes methods and functions of it. The
 * values are found by a routine (compile/expression.ts); where a gradient is wanted they are made of recorded operations.
 */
import { isTracked } from "../autograd/tensors.js";
import type { DType, TypedArray } from "../core/dtype.js";
import { DTypeError, InternalError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, normalizeDim, numel, type Shape } from "../core/shape.js";
import { cast, dense, routine, withView } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { argumentAt, call, flagAt, wholeAt, withOptions, wordAt, type CallResult } from "./call.js";
import { bring } from "./elementwise.js";
import { elementsAt } from "./gathering.js";
import { valueOf, type Value } from "./gradient.js";
import { checkDomain, family } from "./kinds.js";
import { RowOrder } from "./order.js";
import { recordPick } from "./pick-gradient.js";
import { tracks } from "./record.js";
import { callOp, unary } from "./recorded.js";
import { eachLine, linesOf } from "./routine.js";
import { countNaN, flattened, sort } from "./sorting.js";
import { ternaryOps } from "./ternary.js";
import { unaryOps } from "./unary.js";

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

/** What is asked of the lines of a tensor. */
interface Question {
  readonly x: TensorImpl;
  readonly dim: number;
  readonly fractions: Operand;
  readonly count: number;
  readonly mode: Interpolation;
  readonly skipNaN: boolean;
}

const quantile = (skipNaN: boolean) => (x: TensorImpl, args: readonly unknown[], name: string): CallResult => {
  const [positional, option] = withOptions(name, args, ["dim", "keepdim", "interpolation"]);
  checkDomain(name, "floating", x.dtype);
  const mode = wordAt(name, "interpolation", option("interpolation") ?? "linear", interpolations);
  const given = argumentAt(name, "q", positional[0]);
  const q = quantiles(name, given, x.dtype);
  const dimension = positional[1] ?? option("dim");
  const keepdim = flagAt(name, "keepdim", positional[2] ?? option("keepdim"), false);
  const dim = dimension === undefined ? undefined : normalizeDim(name, wholeAt(name, "dim", dimension), x.shape.length);
  if (x.shape.includes(0)) throw new ValueError(`${name}: the tensor must not be empty, but its shape is ${formatShape(x.shape)}`);
  const left = dim === undefined ? (keepdim ? x.shape.map(() => 1) : []) : x.shape.flatMap((n, d) => (d === dim ? (keepdim ? [1] : []) : [n]));
  const shape = given instanceof TensorImpl && given.shape.length === 1 ? [q.count, ...left] : left;
  if (q.count > 0 && (isTracked(x) || tracks(given))) {
    const row = given instanceof TensorImpl ? valueOf(given).reshape([q.count]) : valueOf(TensorImpl.of(q.operand));
    return composed(dim === undefined ? valueOf(x).reshape([numel(x.shape)]) : valueOf(x), row, dim ?? 0, mode, skipNaN).reshape(shape).impl;
  }
  const input = dim === undefined ? TensorImpl.of(flattened(x)) : x;
  return found(name, shape, { x: input, dim: dim ?? 0, fractions: q.operand, count: q.count, mode, skipNaN });
};

/** The values, by a routine. */
function found(name: string, shape: Shape, { x, dim, fractions, count, mode, skipNaN }: Question): TensorImpl {
  const lines = linesOf(x.shape, dim);
  const { inner } = lines;
  const run = ([data, ranks]: readonly TypedArray[], [out]: readonly TypedArray[]): void => {
    const order = new RowOrder(x.dtype, lines.size, false);
    const total = lines.outer * inner;
    eachLine(lines, (start, line) => {
      const numbers = lines.size - countNaN(data, start, inner, lines.size);
      const size = skipNaN ? numbers : numbers < lines.size ? 0 : numbers;
      // Two ranks are sooner found than everything is sorted.
      const sorted = count > 1 ? order.of(data, start, inner) : undefined;
      const valueAt = (rank: number): number => Number(data[start + (sorted ? sorted[rank] : order.at(data, start, inner, rank)) * inner]);
      for (let i = 0; i < count; i++) out[i * total + line] = size === 0 ? NaN : ranked(Number(ranks[i]) * (size - 1), valueAt, mode);
    });
  };
  return TensorImpl.of(routine(name, [x.operand(), fractions], [{ shape, dtype: x.dtype }], run)[0]);
}

function ranked(rank: number, valueAt: (at: number) => number, mode: Interpolation): number {
  const low = Math.floor(rank);
  return between[mode](valueAt(low), valueAt(Math.ceil(rank)), rank - low, rank);
}

/**
 * The same of recorded operations, which have gradients of every order, for the elements and the fractions. Gives the fractions' dimension
 * in front of the others. Source: PyTorch, Sorting.cpp, quantile_compute.
 */
function composed(x: Value, fractions: Value, dim: number, mode: Interpolation, skipNaN: boolean): Value {
  const others = x.shape.map((_, d) => d).filter((d) => d !== dim);
  const { values } = sort(x.impl, [dim], "quantile");
  const line = x.shape.length === 0 ? valueOf(values).reshape([1]) : valueOf(values).permute([...others, dim]);
  const last = line.shape.length - 1;
  const size = line.shape[last];
  const isNumber = line.isnan().logicalNot();
  const numbers = isNumber.sum(last, { keepdim: true }).sub(1).to(x.dtype);
  const most = skipNaN ? numbers : numbers.zeros().add(size - 1);
  const scaled = fractions.mul(most);
  const ranks = skipNaN ? scaled.where(scaled.ge(0), scaled.zeros()) : scaled.where(isNumber.all(last, { keepdim: true }), scaled.zeros().add(size - 1));
  const adjusted = mode === "lower" ? ranks.floor() : mode === "higher" ? upwards(ranks) : mode === "nearest" ? valueOf(unary(unaryOps.round, ranks.impl)) : ranks;
  const low = elementsOf(line, adjusted.floor());
  const value = mode === "linear" ? blended(low, elementsOf(line, upwards(ranks)), ranks.sub(ranks.floor())) :
    mode === "midpoint" ? blended(low, elementsOf(line, upwards(ranks)), ranks.zeros().add(0.5)) : low;
  return value.permute([last, ...value.shape.map((_, d) => d).slice(0, last)]);
}

const upwards = (x: Value): Value => x.neg().floor().neg();
const blended = (low: Value, high: Value, weight: Value): Value => valueOf(only(callOp(ternaryOps.lerp, low.impl, [high.impl, weight.impl])));

function only(result: CallResult): TensorImpl {
  if (result instanceof TensorImpl) return result;
  throw new InternalError("lerp gives one tensor");
}

/** The elements of lines at whole ranks, which are floats. */
function elementsOf(lines: Value, ranks: Value): Value {
  const last = ranks.shape.length - 1;
  const index = cast(ranks.impl.operand(), "int64");
  const kept = ranks.shape.map((_, d) => (d === last ? undefined : d));
  return valueOf(recordPick("GatherBackward0", lines.impl, (from) => TensorImpl.of(elementsAt(from.operand(), ranks.shape, kept, [{ dim: last, index }]))));
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

export const quantileOps = family({
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
});
