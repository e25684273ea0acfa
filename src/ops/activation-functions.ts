/**
 * @file Activations that PyTorch has as functions only: from its parameters each makes the operation, one entry with its lowering and its
 * gradient, which tensor/functional/activations.ts runs and records. They are in no table, so they become no methods of tensors.
 *
 * The gradients are PyTorch's at the corners too (aten/src/ATen/native/cpu/Activation.cpp): which side a corner and NaN belong to is the
 * comparison's direction. What overflows beyond a corner is not computed there, so that gradients of gradients are no NaN.
 */
import { isFloating, type DType } from "../core/dtype.js";
import { DTypeError, ValueError } from "../core/errors.js";
import type { Operand } from "../compile/expression.js";
import { binaryPure, unary as entry } from "./elementwise.js";
import { Formula } from "./formula.js";
import { using, valueOf, type UnaryGradient, type Value } from "./gradient.js";
import type { BinaryOp, Domain, UnaryOp } from "./kinds.js";
import { unary } from "./recorded.js";

interface Activation {
  /** "floating" unless given. */
  readonly domain?: Domain;
  readonly lower: (x: Operand, dtype: DType) => Operand;
  readonly gradient: UnaryGradient;
}

const activation = (name: string, { domain = "floating", lower, gradient }: Activation): UnaryOp => ({ ...entry({ rule: "same", domain, lower, gradient }), name });

/** An operation on a value of a rule, recorded: its own gradient holds where a formula of it would overflow. */
export const applied = (op: UnaryOp, x: Value): Value => valueOf(unary(op, x.impl));

/** A parameter as a number of the dtype: cut off for integers, as PyTorch does. */
function elementOf(name: string, dtype: DType, value: number): number {
  if (isFloating(dtype)) return value;
  if (Number.isFinite(value)) return Math.trunc(value);
  throw new ValueError(`${name}: ${value} is no ${dtype}: cast the tensor first with .float()`);
}

/** x between two bounds, which are cut off to whole numbers for integers. */
export function hardtanh(name: string, minVal: number, maxVal: number): UnaryOp {
  if (minVal > maxVal) throw new ValueError(`${name}: minVal ${minVal} is greater than maxVal ${maxVal}`);
  const lower = (x: Operand, dtype: DType): Operand => {
    if (dtype === "uint8" && minVal < 0) throw new DTypeError(`${name}: uint8 has no numbers below 0: cast it, or give a minVal that is not negative`);
    const f = Formula.of(x);
    return f.do("min", f.do("max", x, elementOf(name, dtype, minVal)), elementOf(name, dtype, maxVal));
  };
  // NaN lies in neither half, and keeps its gradient.
  const gradient = using<"x", object>(["x"], ({ grad, x }) => grad.zeros().where(x.le(minVal).logicalOr(x.ge(maxVal)), grad));
  return activation(name, { domain: "number", lower, gradient });
}

/** x, or the value where x is at most the threshold. */
export const threshold = (limit: number, value: number): UnaryOp =>
  activation("threshold", {
    domain: "number",
    lower: (x, dtype) => {
      const f = Formula.of(x);
      return f.where(f.compare("le", x, elementOf("threshold", dtype, limit)), elementOf("threshold", dtype, value), x);
    },
    gradient: using(["x"], ({ grad, x }) => grad.zeros().where(x.le(limit), grad)),
  });

export const leakyRelu = (slope: number): UnaryOp =>
  activation("leakyRelu", {
    lower: (x) => {
      const f = Formula.of(x);
      return f.where(f.lt(0, x), x, f.mul(x, slope));
    },
    gradient: using(["x"], ({ grad, x }) => grad.where(x.gt(0), grad.mul(slope))),
  });

/** The three factors of PyTorch's elu: beside the exponential, beside x above 0, and in the exponent. */
interface Exponential {
  readonly below: number;
  readonly above: number;
  readonly inside: number;
}

/** above · x for positive x, else below · (e^(inside · x) - 1): elu, selu and celu. */
export const exponential = (name: string, { below, above, inside }: Exponential): UnaryOp =>
  activation(name, {
    lower: (x) => {
      const f = Formula.of(x);
      return f.where(f.lt(x, 0), f.mul(f.do("expm1", f.mul(x, inside)), below), f.mul(x, above));
    },
    gradient: using(["x"], ({ grad, x }) => {
      const isBelow = x.le(0);
      const slope = x.where(isBelow, 0).mul(inside).exp().mul(below * inside);
      return grad.mul(slope.where(isBelow, above));
    }),
  });

/** log(1 + e^(beta · x)) / beta, and x itself where beta · x is above the limit. */
export const softplus = (beta: number, limit: number): UnaryOp =>
  activation("softplus", {
    lower: (x) => {
      const f = Formula.of(x);
      const scaled = f.mul(x, beta);
      return f.where(f.lt(limit, scaled), x, f.div(f.do("log1p", f.do("exp", scaled)), beta));
    },
    gradient: using(["x"], ({ grad, x }) => {
      const scaled = x.mul(beta);
      return grad.where(scaled.gt(limit), grad.mul(scaled.sigmoid()));
    }),
  });

/** The logarithm of the sigmoid: min(x, 0) - log(1 + e^-|x|). */
export const logsigmoid: UnaryOp = activation("logsigmoid", {
  lower: (x) => {
    const f = Formula.of(x);
    return f.sub(f.do("min", x, 0), f.do("log1p", f.do("exp", f.do("neg", f.do("abs", x)))));
  },
  gradient: using(["x"], ({ grad, x }) => grad.mul(x.neg().sigmoid())),
});

/** x / (1 + e^-x): x times its sigmoid. */
export const silu: UnaryOp = activation("silu", {
  lower: (x) => {
    const f = Formula.of(x);
    return f.div(x, f.add(f.do("exp", f.do("neg", x)), 1));
  },
  gradient: using(["x"], ({ grad, x }) => {
    const sigmoid = x.sigmoid();
    return grad.mul(sigmoid.mul(x.mul(sigmoid.neg().add(1)).add(1)));
  }),
});

const plainSoftplus = softplus(1, 20);

/** x tanh(log(1 + e^x)). */
export const mish: UnaryOp = activation("mish", {
  lower: (x) => {
    const f = Formula.of(x);
    return f.mul(x, f.do("tanh", f.do("log1p", f.do("exp", x))));
  },
  gradient: using(["x"], ({ grad, x }) => {
    const t = applied(plainSoftplus, x).tanh();
    return grad.mul(t.add(x.mul(x.sigmoid()).mul(t.square().neg().add(1))));
  }),
});

/** min(max(x + 3, 0), 6). */
function ramp(f: Formula, x: Operand): Operand {
  return f.do("min", f.do("max", f.add(x, 3), 0), 6);
}

export const hardsigmoid: UnaryOp = activation("hardsigmoid", {
  lower: (x) => {
    const f = Formula.of(x);
    return f.div(ramp(f, x), 6);
  },
  gradient: using(["x"], ({ grad, x }) => grad.div(6).where(x.gt(-3).logicalAnd(x.lt(3)), 0)),
});

export const hardswish: UnaryOp = activation("hardswish", {
  lower: (x) => {
    const f = Formula.of(x);
    return f.div(f.mul(x, ramp(f, x)), 6);
  },
  gradient: using(["x"], ({ grad, x }) => {
    const within = grad.mul(x.div(3).add(0.5)).where(x.lt(3), grad);
    return within.zeros().where(x.le(-3), within);
  }),
});

/** x, or 0 where it is within the limit of 0. */
export const hardshrink = (limit: number): UnaryOp =>
  activation("hardshrink", {
    lower: (x) => {
      const f = Formula.of(x);
      return f.where(f.compare("le", f.do("abs", x), limit), 0, x);
    },
    gradient: using(["x"], ({ grad, x }) => grad.zeros().where(x.abs().le(limit), grad)),
  });

/** x moved towards 0 by the limit, and 0 where it is within. */
export const softshrink = (limit: number): UnaryOp =>
  activation("softshrink", {
    lower: (x) => {
      const f = Formula.of(x);
      // Within, x · 0, which keeps NaN.
      const inner = f.where(f.lt(x, -limit), f.add(x, limit), f.mul(x, 0));
      return f.where(f.lt(limit, x), f.sub(x, limit), inner);
    },
    gradient: using(["x"], ({ grad, x }) => grad.zeros().where(x.abs().le(limit), grad)),
  });

/** x where it is positive, else x times the slope beside it, which is learned. */
export const prelu: BinaryOp = {
  ...binaryPure({
    rule: "promote",
    domain: "floating",
    lower: (x, slope) => {
      const f = Formula.of(x);
      return f.where(f.lt(0, x), x, f.mul(x, slope));
    },
    gradient: {
      a: using(["a", "b"], ({ grad, a, b }) => grad.where(a.gt(0), grad.mul(b))),
      b: using(["a"], ({ grad, a }) => grad.zeros().where(a.gt(0), grad.mul(a))),
    },
  }),
  name: "prelu",
};
