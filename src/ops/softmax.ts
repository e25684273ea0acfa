/**
 * @file Softmax, its logarithm and the logarithm of a sum of exponentials: formulas over rows, from which compile/rows.ts makes one kernel
 * each. One entry each; `tensor/` makes the methods and functions of it.
 *
 * The largest element is subtracted first, so that no exponential overflows and one of them is 1.
 */
import { dtypes, isFloating, type DType } from "../core/dtype.js";
import { DTypeError } from "../core/errors.js";
import { normalizeDim, numel } from "../core/shape.js";
import { contiguousView } from "../core/view.js";
import { cast, constant, expandTo, map, reduce, withView } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { call, flagAt, optionsAt, wholeAt, wholesAt, withOptions, wordAt, type CallOp } from "./call.js";
import { ruleOf, using, type Rule } from "./gradient.js";
import { family } from "./kinds.js";
import { fold, reducedDims, reduction, runReduction } from "./reduce.js";

const number = (like: Operand, value: number): Operand => expandTo(constant(value, like.node.dtype), like.view.shape);

/** What `dims` of x fold to, seen at each element of x again. */
function across(op: "max" | "sum", x: Operand, dims: readonly number[]): Operand {
  return expandTo(kept(reduce(op, x.node.dtype, x, dims), x, dims), x.view.shape);
}
const kept = (result: Operand, x: Operand, dims: readonly number[]): Operand =>
  withView(result, contiguousView(x.view.shape.map((size, d) => (dims.includes(d) ? 1 : size))));

/** The dimension and the input of a call of softmax or its logarithm, in the dtype it computes in. */
function rowsOf(x: TensorImpl, args: readonly unknown[], name: string): { readonly input: Operand; readonly dims: readonly number[] } {
  const dim = normalizeDim(name, wholeAt(name, "dim", args[0]), Math.max(1, x.shape.length));
  const wanted = optionsAt(name, args[1], ["dtype"])("dtype");
  const dtype: DType = wanted === undefined ? x.dtype : wordAt(name, "dtype", wanted, dtypes);
  if (!isFloating(dtype)) {
    throw new DTypeError(`${name}: got ${dtype}, but it takes float32 and float64: cast it first with .float(), or give { dtype: "float32" }`);
  }
  const input = cast(x.operand(), dtype);
  return { input, dims: x.shape.length === 0 ? [] : [dim] };
}

function softmax(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const { input, dims } = rowsOf(x, args, name);
  const { dtype } = input.node;
  if (numel(x.shape) === 0) return TensorImpl.of(map("neg", dtype, input));
  const e = map("exp", dtype, map("sub", dtype, input, across("max", input, dims)));
  // One division a row: the sum is at least 1.
  const total = reduce("sum", dtype, e, dims);
  const share = expandTo(kept(map("div", dtype, number(total, 1), total), input, dims), x.shape);
  return TensorImpl.of(map("mul", dtype, e, share));
}

function logSoftmax(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const { input, dims } = rowsOf(x, args, name);
  const { dtype } = input.node;
  if (numel(x.shape) === 0) return TensorImpl.of(map("neg", dtype, input));
  const below = map("sub", dtype, input, across("max", input, dims));
  const total = reduce("sum", dtype, map("exp", dtype, below), dims);
  return TensorImpl.of(map("sub", dtype, below, expandTo(kept(map("log", dtype, total), input, dims), x.shape)));
}

/** Where all elements are infinite, the largest is not subtracted: the result is infinite, not NaN. */
function logSumExpOf(x: Operand, dims: readonly number[]): Operand {
  const { dtype } = x.node;
  if (numel(x.view.shape) === 0) return map("log", dtype, fold("sum", x, dims));
  const largest = reduce("max", dtype, x, dims);
  const isInfinite = map("eq", "bool", map("abs", dtype, largest), number(largest, Infinity));
  const shift = map("where", dtype, isInfinite, number(largest, 0), largest);
  const total = reduce("sum", dtype, map("exp", dtype, map("sub", dtype, x, expandTo(kept(shift, x, dims), x.view.shape))), dims);
  return map("add", dtype, map("log", dtype, total), shift);
}
const logSumExpReduction = reduction({ rule: "float", dims: "many", lower: logSumExpOf });

function logsumexp(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [[dim], option] = withOptions(name, args, ["keepdim"]);
  const dims = wholesAt(name, "dim", dim);
  const input = isFloating(x.dtype) ? x : TensorImpl.of(cast(x.operand(), "float32"));
  const keepdim = flagAt(name, "keepdim", option("keepdim"), false);
  return TensorImpl.of(runReduction({ ...logSumExpReduction, name }, input, dims, { keepdim }));
}

interface Along {
  readonly dims: readonly number[];
}
/** Sums along the dimension of the call, which a tensor without dimensions does not have. */
const along = (x: TensorImpl, dim: unknown): Along => ({ dims: x.shape.length === 0 ? [] : [Number(dim)] });

const softmaxRule: Rule = ruleOf(using<"out", Along>(["out"], ({ grad, out, dims }) => {
  const weighted = grad.mul(out);
  return dims.length === 0 ? weighted.sub(weighted) : weighted.sub(out.mul(weighted.sum(dims, { keepdim: true })));
}));
const logSoftmaxRule: Rule = ruleOf(using<"out", Along>(["out"], ({ grad, out, dims }) =>
  dims.length === 0 ? grad.sub(grad) : grad.sub(out.exp().mul(grad.sum(dims, { keepdim: true })))));
const logSumExpRule: Rule = ruleOf(using<"x" | "out", { readonly restored: readonly number[] }>(["x", "out"], ({ grad, x, out, restored }) =>
  grad.reshape(restored).mul(x.sub(out.reshape(restored)).exp())));

export const softmaxOps = family({
  /**
   * e^x over the sum of e^x along a dimension: positive, adding up to 1. Any shape; floats (DTypeError), or `{ dtype }`, to which the
   * tensor is cast first. Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3]).float().softmax(0) // tensor([0.0900, 0.2447, 0.6652])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
   */
  softmax: {
    ...call("softmax", softmax),
    gradient: (x, [dim]) => ({ inputs: { x }, rules: { x: softmaxRule }, extras: along(x, dim) }),
  },
  /**
   * The logarithm of `softmax`, computed without it: x - largest - log(sum of e^(x - largest)). Any shape; floats (DTypeError), or
   * `{ dtype }`, to which the tensor is cast first. Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3]).float().logSoftmax(0) // tensor([-2.4076, -1.4076, -0.4076])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
   */
  logSoftmax: {
    ...call("softmax", logSoftmax),
    gradient: (x, [dim]) => ({ inputs: { x }, rules: { x: logSoftmaxRule }, extras: along(x, dim) }),
  },
  /**
   * The logarithm of the sum of e^x along `dim` (one or several), without overflow. `{ keepdim }` keeps the dimensions, with size 1.
   * Integers and bool give float32. Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3]).float().logsumexp(0) // tensor(3.4076)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html
   */
  logsumexp: {
    ...call("logsumexp", logsumexp),
    gradient: (x, [dim]) => {
      const dims = reducedDims("logsumexp", wholesAt("logsumexp", "dim", dim), x.shape.length);
      return { inputs: { x }, rules: { x: logSumExpRule }, extras: { restored: x.shape.map((size, d) => (dims.includes(d) ? 1 : size)) } };
    },
  },
} satisfies Readonly<Record<string, CallOp>>);
