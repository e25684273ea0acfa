/**
 * @file Running values along a dimension: cumsum, cumprod, cummax, cummin, logcumsumexp. One entry each; `tensor/` makes the methods and
 * functions of it. They are scans, kernels of their own; the gradients of some are in scan-gradients.ts.
 */
import { isFloating, dtypes, type DType } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { normalizeDim, numel } from "../core/shape.js";
import type { Operand } from "../compile/expression.js";
import type { RunningOp } from "../ir/kernel.js";
import { cast, constant, scan } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { call, callInPlace, optionsAt, wholeAt, wordAt, type CallOp, type CallResult } from "./call.js";
import { elementsAt } from "./gathering.js";
import { ruleOf, valueOf, type Rule } from "./gradient.js";
import { asResult, checkDomain, family } from "./kinds.js";
import { recordPick } from "./pick-gradient.js";
import { callOp } from "./recorded.js";
import { logSumRule, productRule, type Along } from "./scan-gradients.js";

const dimAt = (x: TensorImpl, value: unknown, name: string): number => normalizeDim(name, wholeAt(name, "dim", value), Math.max(1, x.shape.length));

/** A scan; of a scalar, which is a line of one, the scalar. */
const running = (op: RunningOp, x: Operand, dim: number, reverse = false): TensorImpl =>
  TensorImpl.of(x.view.shape.length === 0 ? asResult(x) : scan(op, x, dim, reverse));

/** Sums and products widen integers to int64. */
const widening = (op: RunningOp) => (x: TensorImpl, args: readonly unknown[], name: string): TensorImpl => {
  const dim = dimAt(x, args[0], name);
  const wanted = optionsAt(name, args[1], ["dtype"])("dtype");
  const dtype: DType = wanted === undefined ? (isFloating(x.dtype) ? x.dtype : "int64") : wordAt(name, "dtype", wanted, dtypes);
  // Narrow integers are computed as int64 and cut in the end, which is the same modulo their size.
  const computed: DType = isFloating(dtype) ? dtype : "int64";
  // The cast to the narrow dtype comes first too: what does not fit is cut before.
  const result = running(op, cast(cast(x.operand(), dtype), computed), dim);
  return dtype === computed ? result : TensorImpl.of(cast(result.operand(), dtype));
};

function logcumsumexp(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const dim = dimAt(x, args[0], name);
  checkDomain(name, "floating", x.dtype);
  return running("logSumExp", x.operand(), dim);
}

/** The positions come from a scan; the values are picked at them, which are known to exist, with a pick's gradient. */
const extremes = (op: "argmin" | "argmax", gradName: string) => (x: TensorImpl, args: readonly unknown[], name: string): CallResult => {
  const dim = dimAt(x, args[0], name);
  const input = x.dtype === "bool" ? cast(x.operand(), "uint8") : x.operand();
  const indices = x.shape.length === 0 ? TensorImpl.of(constant(0, "int64")) : running(op, input, dim);
  const index = indices.operand();
  const kept = x.shape.map((_, d) => (d === dim ? undefined : d));
  const isPlainCopy = x.shape.length === 0 || numel(x.shape) === 0;
  const values = recordPick(gradName, x, (from) => TensorImpl.of(isPlainCopy ? asResult(from.operand()) : elementsAt(from.operand(), x.shape, kept, [{ dim, index }])));
  return { values, indices };
};

const along = (x: TensorImpl, dim: unknown): Along => ({ dim: normalizeDim("cumsum", Number(dim), Math.max(1, x.shape.length)) });

/** The step of the backward of running sums: sums from the end. */
const slopes = family({
  cumsumBackward: {
    ...call("answer", (grad, [dim], name) => running("sum", grad.operand(), dimAt(grad, dim, name), true)),
    gradient: (grad, [dim]) => ({ inputs: { x: grad }, rules: { x: ruleOf(forwardRule) }, extras: along(grad, dim) }),
  },
} satisfies Readonly<Record<string, CallOp>>);

function one(result: CallResult): TensorImpl {
  if (result instanceof TensorImpl) return result;
  throw new InternalError("a scan gives one tensor");
}
const forwardRule = ({ grad, dim }: { readonly grad: { readonly impl: TensorImpl } } & Along) => valueOf(one(callOp(scanOps.cumsum, grad.impl, [dim])));
const sumRule: Rule = ruleOf<never, Along>(({ grad, dim }) => valueOf(one(callOp(slopes.cumsumBackward, grad.impl, [dim]))));

const ruled = (rule: Rule): Pick<CallOp, "gradient"> => ({ gradient: (x, [dim]) => ({ inputs: { x }, rules: { x: rule }, extras: along(x, dim) }) });

export const scanOps = family({
  /**
   * The running sum along a dimension: element k is the sum of the first k + 1. Integers and bool give int64. Option: dtype, to which the
   * tensor is cast first. Floats are added in double. Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3]).cumsum(0) // tensor([1, 3, 6])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html
   */
  cumsum: { ...callInPlace("scan", widening("sum")), ...ruled(sumRule) },
  /**
   * The running product along a dimension. Integers and bool give int64. Option: dtype, to which the tensor is cast first. Floats are
   * multiplied in double. Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3]).cumprod(0) // tensor([1, 2, 6])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html
   */
  cumprod: { ...callInPlace("scan", widening("prod")), ...ruled(productRule) },
  /**
   * `{ values, indices }`: the largest element so far along a dimension, and where it is (the latest on ties; the latest NaN, once there
   * was one). The dtype stays. Errors: IndexError for a dimension out of range.
   * @example tensor([1, 3, 2]).cummax(0).values // tensor([1, 3, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cummax.html
   */
  cummax: call("runningExtreme", extremes("argmax", "CummaxBackward0")),
  /**
   * `{ values, indices }`: the smallest element so far along a dimension, and where it is (the latest on ties; the latest NaN, once there
   * was one). The dtype stays. Errors: IndexError for a dimension out of range.
   * @example tensor([3, 1, 2]).cummin(0).values // tensor([3, 1, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cummin.html
   */
  cummin: call("runningExtreme", extremes("argmin", "CumminBackward0")),
  /**
   * The logarithm of the running sum of e^x along a dimension, without overflow. Floats only (DTypeError).
   * Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3]).float().logcumsumexp(0) // tensor([1.0000, 2.3133, 3.4076])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logcumsumexp.html
   */
  logcumsumexp: { ...call("runningLogSum", logcumsumexp), ...ruled(logSumRule) },
} satisfies Readonly<Record<string, CallOp>>);
