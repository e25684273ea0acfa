/**
 * @file The gradients of running products and log-sums, and the gradients of those: steps of the backward, made of the routines in
 * scan-loops.ts. scans.ts takes the rules over.
 *
 * For y = cumprod(x): `slope` is Jᵀ g (J the Jacobian of y), `tangent` is J v, `curve` is the gradient by x of g · J v, which both of them
 * need. For y = logcumsumexp(x) the second gradients are made of `slope` and `tangent` again, so that there is one of every order.
 */
import type { TypedArray } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { normalizeDim } from "../core/shape.js";
import { routine } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { call, type CallOp } from "./call.js";
import { ruleOf, using, valueOf, type Rule, type Value } from "./gradient.js";
import { family } from "./kinds.js";
import { callOp } from "./recorded.js";
import { linesOf, type Lines } from "./routine.js";
import { logSumSlopes, logSumTangents, productCurves, productSlopes, productTangents } from "./scan-loops.js";

/** What the rules of scans are given beside values. */
export interface Along {
  readonly dim: number;
}

/** An operation on tensors of one shape, line by line, with the dimension after them. */
const lined = (loop: (arrays: readonly TypedArray[], lines: Lines) => void): CallOp["run"] => (x, args, name) => {
  const others = args.slice(0, -1).map((arg) => {
    if (arg instanceof TensorImpl) return arg;
    throw new InternalError(`${name}: an argument is no tensor`);
  });
  const lines = linesOf(x.shape, normalizeDim(name, Number(args.at(-1)), Math.max(1, x.shape.length)));
  const inputs = [x, ...others].map((input) => input.operand());
  return TensorImpl.of(routine(name, inputs, [{ shape: x.shape, dtype: x.dtype }], (from, into) => loop([...from, ...into], lines))[0]);
};

function run(op: CallOp, x: Value, ...args: readonly (Value | TensorImpl | number)[]): Value {
  const result = callOp(op, x.impl, args.map((arg) => (typeof arg === "object" && !(arg instanceof TensorImpl) ? arg.impl : arg)));
  if (result instanceof TensorImpl) return valueOf(result);
  throw new InternalError(`${op.name} gives one tensor`);
}

const tensorOf = (value: unknown): TensorImpl => {
  if (value instanceof TensorImpl) return value;
  throw new InternalError("a gradient of a scan has an argument that is no tensor");
};

const products: Readonly<Record<"slope" | "tangent" | "curve", CallOp>> = family({
  /** x, g, dim */
  slope: {
    ...call("answer", lined(([x, g, into], lines) => productSlopes(x, g, into, lines))),
    gradient: (x, [g, dim]) => ({
      inputs: { x, g: tensorOf(g) },
      rules: {
        x: ruleOf(using<"x" | "g", object>(["x", "g"], ({ grad, x: values, g: given }) => run(products.curve, values, given, grad, Number(dim)))),
        g: ruleOf(using<"x", object>(["x"], ({ grad, x: values }) => run(products.tangent, values, grad, Number(dim)))),
      },
    }),
  },
  /** x, v, dim */
  tangent: {
    ...call("answer", lined(([x, v, into], lines) => productTangents(x, v, into, lines))),
    gradient: (x, [v, dim]) => ({
      inputs: { x, v: tensorOf(v) },
      rules: {
        x: ruleOf(using<"x" | "v", object>(["x", "v"], ({ grad, x: values, v: given }) => run(products.curve, values, grad, given, Number(dim)))),
        v: ruleOf(using<"x", object>(["x"], ({ grad, x: values }) => run(products.slope, values, grad, Number(dim)))),
      },
    }),
  },
  /** x, g, v, dim: without rules, so that a third derivative says that there is none. */
  curve: call("answer", lined(([x, g, v, into], lines) => productCurves(x, g, v, into, lines))),
});

/** The rules of `slope` and `tangent` of log-sums: x, out, and what the rule of `x` weighs. `out` follows from `x`, and is not differentiated by. */
const logSumRules = (other: "slope" | "tangent"): NonNullable<CallOp["gradient"]> => (x, [given, vector, dim]) => {
  const out = tensorOf(given).detached();
  const along = Number(dim);
  return {
    inputs: { x, vector: tensorOf(vector) },
    rules: {
      // d/dx_k of Σ_j g_j m_j, m_j the mean of v under the weights e^(x - out_j): v_k S(g)_k - S(g m)_k
      x: ruleOf(using<"x" | "vector", object>(["x", "vector"], ({ grad, x: values, vector: saved }) => {
        const [g, v] = other === "tangent" ? [saved, grad] : [grad, saved];
        const mean = run(logSums.tangent, values, out, v, along);
        return v.mul(run(logSums.slope, values, out, g, along)).sub(run(logSums.slope, values, out, g.mul(mean), along));
      })),
      vector: ruleOf(using<"x", object>(["x"], ({ grad, x: values }) => run(logSums[other], values, out, grad, along))),
    },
  };
};

const logSums: Readonly<Record<"slope" | "tangent", CallOp>> = family({
  /** x, out, g, dim */
  slope: { ...call("answer", lined(([x, out, g, into], lines) => logSumSlopes(x, out, g, into, lines))), gradient: logSumRules("tangent") },
  /** x, out, v, dim */
  tangent: { ...call("answer", lined(([x, out, v, into], lines) => logSumTangents(x, out, v, into, lines))), gradient: logSumRules("slope") },
});

export const productRule: Rule = ruleOf(using<"x", Along>(["x"], ({ grad, x, dim }) => run(products.slope, x, grad, dim)));
export const logSumRule: Rule = ruleOf(using<"x" | "out", Along>(["x", "out"], ({ grad, x, out, dim }) => run(logSums.slope, x, out.impl.detached(), grad, dim)));
