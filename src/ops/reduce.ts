/**
 * @file How reductions run: which dimensions, which dtype, keepdim, and what may be empty. The tables of reductions and
 * `tensor/` call it.
 */
import { category, isFloating, type DType } from "../core/dtype.js";
import { DTypeError, IndexError, ValueError } from "../core/errors.js";
import { formatShape, normalizeDim, normalizeDims, numel, type Shape } from "../core/shape.js";
import { contiguousView } from "../core/view.js";
import { cast, reduce, withView } from "../graph/build.js";
import type { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { ruleOf, type ReductionGradient } from "./gradient.js";
import { asResult, type ReduceKey, type ReduceOptions, type ReductionOp, type ReductionRule } from "./kinds.js";

/** What the user may give as dimensions: one, several, or none for all. */
export type Dims = number | readonly number[] | undefined;

const allDims = (rank: number): number[] => Array.from({ length: rank }, (_, d) => d);

/** Dimension numbers in 0..rank-1; none or an empty list means all. */
function dimsOf(name: string, dim: Dims, rank: number): number[] {
  if (dim === undefined) return allDims(rank);
  if (typeof dim === "number") return [normalizeDim(name, dim, rank)];
  if (!Array.isArray(dim)) throw new ValueError(`${name}: dim must be a whole number or a list of them, not ${String(dim)}`);
  return dim.length === 0 ? allDims(rank) : normalizeDims(name, dim, rank);
}

/** The dimensions that a reduction folds: none in a tensor without dimensions. */
export const reducedDims = (name: string, dim: Dims, rank: number): number[] => (rank === 0 ? [] : dimsOf(name, dim, rank));

const dtypeFor: Readonly<Record<ReductionRule, (name: string, dtype: DType, options: ReduceOptions) => DType>> = {
  sum: (_, dtype, { dtype: wanted }) => wanted ?? (isFloating(dtype) ? dtype : "int64"),
  float: (name, dtype, { dtype: wanted }) => {
    const result = wanted ?? dtype;
    if (isFloating(result)) return result;
    throw new DTypeError(`${name}: needs a floating dtype, but ${wanted === undefined ? "the tensor's is" : "dtype is"} ${result}: use .float().${name}(…)`);
  },
  same: (_, dtype) => dtype,
  truth: () => "bool",
  count: (_, dtype) => dtype,
  index: (name, dtype) => {
    if (dtype === "bool") throw new DTypeError(`${name}: does not support bool input: use .int().${name}(…)`);
    return dtype;
  },
};

/** The input of a reduction, brought to the dtype it folds in, with at least one dimension. */
function inputOf(name: string, rule: ReductionRule, x: TensorImpl, options: ReduceOptions): Operand {
  const input = cast(x.operand(), dtypeFor[rule](name, x.dtype, options));
  return x.shape.length === 0 ? withView(input, { shape: [1], strides: [1], offset: input.view.offset }) : input;
}

/** The result again with its reduced dimensions, as size 1. A dense result, so the strides follow from the shape. */
function withKeptDims(result: Operand, shape: Shape, dims: readonly number[]): Operand {
  return withView(result, contiguousView(shape.map((size, d) => (dims.includes(d) ? 1 : size))));
}

/** Throws unless there is something to take the extreme of in each reduced dimension. */
export function checkNonEmpty(name: string, shape: Shape, dims: readonly number[]): void {
  if (dims.length === shape.length && numel(shape) === 0 && dims.length !== 1) {
    throw new IndexError(`${name}: a tensor of shape ${formatShape(shape)} has no elements: specify the dimension with dim`);
  }
  for (const d of dims) {
    if (shape[d] === 0) throw new IndexError(`${name}: expected reduction dimension ${d} to have non-zero size, but the shape is ${formatShape(shape)}`);
  }
}

export function runReduction(op: ReductionOp, x: TensorImpl, dim: Dims, options: ReduceOptions = none): Operand {
  const rank = x.shape.length;
  if (op.dims === "one" && dim !== undefined && typeof dim !== "number") {
    throw new ValueError(`${op.name}: dim must be one whole number, not ${String(dim)}`);
  }
  const dims = dimsOf(op.name, dim, Math.max(rank, 1));
  const input = inputOf(op.name, op.rule, x, options);
  // PyTorch's all and any take an empty list at its word; every other reduction takes it for all dimensions.
  const nothing = op.rule === "truth" && dim !== undefined && typeof dim !== "number" && dim.length === 0;
  if (nothing) return asResult(cast(input, x.dtype === "uint8" ? "uint8" : "bool"));
  const result = op.lower(input, dims, options, op.name);
  const typed = op.rule === "truth" && x.dtype === "uint8" ? cast(result, "uint8") : result;
  return options.keepdim === true && rank > 0 ? withKeptDims(typed, x.shape, dims) : typed;
}

const none: ReduceOptions = {};

/** One dimension folded away, with a second result of the same shape: `max` and `min` along a dimension. */
export function runAlong(
  name: string,
  x: TensorImpl,
  dim: number,
  keepdim: boolean,
  lower: (input: Operand, dims: readonly number[]) => { readonly values: Operand; readonly indices: Operand },
): { readonly values: Operand; readonly indices: Operand } {
  const dims = [normalizeDim(name, dim, x.shape.length)];
  const { values, indices } = lower(inputOf(name, "same", x, none), dims);
  values.node.companion = indices.node;
  indices.node.companion = values.node;
  if (!keepdim || x.shape.length === 0) return { values, indices };
  return { values: withKeptDims(values, x.shape, dims), indices: withKeptDims(indices, x.shape, dims) };
}

/** Elements in the reduced dimensions. */
export function countOf(x: Operand, dims: readonly number[]): number {
  let count = 1;
  for (const d of dims) count *= x.view.shape[d];
  return count;
}

/** A sum, product or extreme; bool folds are logic. */
const boolFolds = { sum: "or", prod: "and", max: "or", min: "and" } as const;
export function fold(op: keyof typeof boolFolds, x: Operand, dims: readonly number[]): Operand {
  const { dtype } = x.node;
  return reduce(category(dtype) === "bool" ? boolFolds[op] : op, dtype, x, dims);
}

interface ReductionEntry<R extends ReductionRule, M extends "one" | "many", K extends ReduceKey> {
  readonly rule: R;
  readonly dims: M;
  readonly options?: readonly K[];
  readonly lower: ReductionOp["lower"];
  readonly gradient?: ReductionGradient;
  readonly gradName?: ReductionOp["gradName"];
}

/** An entry for a reduction of all, one or (with `dims: "many"`) several dimensions. */
export const reduction = <R extends ReductionRule, M extends "one" | "many", K extends ReduceKey = never>(
  entry: ReductionEntry<R, M, K>,
): ReductionOp<R, M, K> => ({
  kind: "reduction",
  name: "reduction",
  rule: entry.rule,
  dims: entry.dims,
  options: entry.options ?? [],
  lower: entry.lower,
  gradient: entry.gradient && ruleOf(entry.gradient),
  gradName: entry.gradName,
});
