/**
 * @file Running values along a dimension: cumsum, cumprod, cummax, cummin, logcumsumexp. One entry each; `tensor/` makes the methods and
 * functions of it. They are scans, kernels of their own; the loops of some gradients are routines (scan-loops.ts), lazily called.
 */
import { isFloating, dtypes, type DType, type TypedArray } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { normalizeDim } from "../core/shape.js";
import type { Operand } from "../compile/expression.js";
import type { RunningOp } from "../ir/kernel.js";
import { cast, constant, routine, scan } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { call, callInPlace, optionsAt, wholeAt, wordAt, type CallOp, type CallResult } from "./call.js";
import { gatherOps } from "./gathering.js";
import { ruleOf, using, valueOf, type Rule } from "./gradient.js";
import { asResult, checkDomain, family } from "./kinds.js";
import { callOp, gather } from "./recorded.js";
import { linesOf, type Lines } from "./routine.js";
import { logSumSlopes, productSlopes } from "./scan-loops.js";

const dimAt = (x: TensorImpl, value: unknown, name: string): number => normalizeDim(name, wholeAt(name, "dim", value), Math.max(1, x.shape.length));

/** A result of the shape and dtype of its first input, line by line. */
function scanned(name: string, inputs: readonly TensorImpl[], dim: number, loop: (arrays: readonly TypedArray[], lines: Lines) => void): TensorImpl {
  const [{ shape, dtype }] = inputs;
  const lines = linesOf(shape, dim);
  const run = (from: readonly TypedArray[], into: readonly TypedArray[]): void => loop([...from, ...into], lines);
  return TensorImpl.of(routine(name, inputs.map((input) => input.operand()), [{ shape, dtype }], run)[0]);
}

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

/** The positions come from a scan, the values are gathered by them, with a gather's gradient. */
const extremes = (op: "argmin" | "argmax") => (x: TensorImpl, args: readonly unknown[], name: string): CallResult => {
  const dim = dimAt(x, args[0], name);
  const input = x.dtype === "bool" ? cast(x.operand(), "uint8") : x.operand();
  const indices = x.shape.length === 0 ? TensorImpl.of(constant(0, "int64")) : running(op, input, dim);
  return { values: gather(gatherOps.gather, x, indices, dim), indices };
};

interface Along {
  readonly dim: number;
}
const along = (x: TensorImpl, dim: unknown): Along => ({ dim: normalizeDim("cumsum", Number(dim), Math.max(1, x.shape.length)) });

/** Steps of the backward. Those without rules have no second derivative and say so. */
const slopes = family({
  cumsumBackward: {
    ...call("answer", (grad, [dim], name) => running("sum", grad.operand(), dimAt(grad, dim, name), true)),
    gradient: (grad, [dim]) => ({ inputs: { x: grad }, rules: { x: ruleOf(forwardRule) }, extras: along(grad, dim) }),
  },
  cumprodBackward: call("answer", (x, [grad, dim], name) => {
    if (!(grad instanceof TensorImpl)) throw new InternalError(`${name}: the gradient is no tensor`);
    return scanned(name, [x, grad], dimAt(x, dim, name), ([a, g, into], lines) => productSlopes(a, g, into, lines));
  }),
  logcumsumexpBackward: call("answer", (x, [out, grad, dim], name) => {
    if (!(grad instanceof TensorImpl) || !(out instanceof TensorImpl)) throw new InternalError(`${name}: the gradient is no tensor`);
    return scanned(name, [x, out, grad], dimAt(x, dim, name), ([a, o, g, into], lines) => logSumSlopes(a, o, g, into, lines));
  }),
} satisfies Readonly<Record<string, CallOp>>);

function one(result: CallResult): TensorImpl {
  if (result instanceof TensorImpl) return result;
  throw new InternalError("a scan gives one tensor");
}
const forwardRule = ({ grad, dim }: { readonly grad: { readonly impl: TensorImpl } } & Along) => valueOf(one(callOp(scanOps.cumsum, grad.impl, [dim])));
const sumRule: Rule = ruleOf<never, Along>(({ grad, dim }) => valueOf(one(callOp(slopes.cumsumBackward, grad.impl, [dim]))));
const productRule: Rule = ruleOf(using<"x", Along>(["x"], ({ grad, x, dim }) => valueOf(one(callOp(slopes.cumprodBackward, x.impl, [grad.impl, dim])))));
const logSumRule: Rule = ruleOf(using<"x" | "out", Along>(["x", "out"], ({ grad, x, out, dim }) =>
  valueOf(one(callOp(slopes.logcumsumexpBackward, x.impl, [out.impl, grad.impl, dim])))));

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
  cummax: call("runningExtreme", extremes("argmax")),
  /**
   * `{ values, indices }`: the smallest element so far along a dimension, and where it is (the latest on ties; the latest NaN, once there
   * was one). The dtype stays. Errors: IndexError for a dimension out of range.
   * @example tensor([3, 1, 2]).cummin(0).values // tensor([3, 1, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cummin.html
   */
  cummin: call("runningExtreme", extremes("argmin")),
  /**
   * The logarithm of the running sum of e^x along a dimension, without overflow. Floats only (DTypeError).
   * Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3]).float().logcumsumexp(0) // tensor([1.0000, 2.3133, 3.4076])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logcumsumexp.html
   */
  logcumsumexp: { ...call("runningLogSum", logcumsumexp), ...ruled(logSumRule) },
} satisfies Readonly<Record<string, CallOp>>);
