/**
 * @file Functions of one element that are put together from simpler ones: inverse hyperbolic functions, erfc, sinc, logit, signs,
 * angles. One entry each, as in unary.ts; a formula says where it comes from when it is not the definition itself.
 */
import { isFloating, type DType } from "../core/dtype.js";
import { constant } from "../graph/build.js";
import type { Operand } from "../compile/expression.js";
import { unary, unaryPure } from "./elementwise.js";
import { Formula } from "./formula.js";
import { same, using, type Value } from "./gradient.js";
import { family, type UnaryOptions } from "./kinds.js";

/** From here on x squared is 1 + x squared to the last bit, and asinh and acosh are log(2x). */
const large: Readonly<Partial<Record<DType, number>>> = { float32: 2 ** 13, float64: 2 ** 28 };

/**
 * For |x|: log1p(x + x² / (1 + sqrt(x² + 1))), exact near 0 too. Source: fdlibm, s_asinh.c.
 */
function asinh(x: Operand, dtype: DType): Operand {
  const f = Formula.of(x);
  const a = f.do("abs", x);
  const square = f.mul(a, a);
  const near = f.do("log1p", f.add(a, f.div(square, f.add(1, f.do("sqrt", f.add(square, 1))))));
  const far = f.add(f.do("log", a), Math.LN2);
  return f.odd(x, f.where(f.lt(a, large[dtype] ?? Infinity), near, far));
}

/** log1p(t + sqrt(2t + t²)) with t = x - 1, exact near 1 too; NaN below 1. Source: fdlibm, e_acosh.c. */
function acosh(x: Operand, dtype: DType): Operand {
  const f = Formula.of(x);
  const t = f.sub(x, 1);
  const near = f.do("log1p", f.add(t, f.do("sqrt", f.add(f.add(t, t), f.mul(t, t)))));
  const far = f.add(f.do("log", x), Math.LN2);
  return f.where(f.lt(x, 1), NaN, f.where(f.lt(x, large[dtype] ?? Infinity), near, far));
}

/** log1p(2x / (1 - x)) / 2 for |x|. Source: fdlibm, e_atanh.c. */
function atanh(x: Operand): Operand {
  const f = Formula.of(x);
  const a = f.do("abs", x);
  return f.odd(x, f.mul(f.do("log1p", f.div(f.add(a, a), f.sub(1, a))), 0.5));
}

/**
 * The Chebyshev coefficients of log(erfc(z) exp(z²) / t), t = 2 / (2 + z).
 * Source: Press, Teukolsky, Vetterling, Flannery, Numerical Recipes, 3rd ed., 6.2.2; relative error below 1.2e-16.
 */
const erfcCoefficients = [
  -1.3026537197817094, 0.6419697923564902, 1.9476473204185836e-2, -9.561514786808631e-3, -9.46595344482036e-4, 3.66839497852761e-4,
  4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.30365583558e-6, 1.5626441722e-8, -8.5238095915e-8, 6.529054439e-9,
  5.059343495e-9, -9.91364156e-10, -2.27365122e-10, 9.6467911e-11, 2.394038e-12, -6.886027e-12, 8.94487e-13, 3.13092e-13, -1.12708e-13,
  3.81e-16, 7.106e-15, -1.523e-15, -9.4e-17, 1.21e-16, -2.8e-17,
] as const;

/**
 * t exp(-z² + P(t)) for |x|, reflected for negative x. z² is split into exp(-h²) exp(-(z - h)(z + h)) with h a multiple of 1/16, so that
 * its rounding error does not pass through the exponential. float32 needs the first 14 coefficients.
 */
function erfc(x: Operand, dtype: DType): Operand {
  const f = Formula.of(x);
  // Past 30 erfc is 0 in both dtypes; an infinity would be NaN below.
  const z = f.do("min", f.do("abs", x), 30);
  const t = f.div(2, f.add(2, z));
  const y = f.sub(f.mul(t, 4), 2);
  const coefficients = dtype === "float32" ? erfcCoefficients.slice(0, 14) : erfcCoefficients;
  // Clenshaw's recurrence.
  let d: Operand = f.number(coefficients[coefficients.length - 1]);
  let before: Operand | undefined;
  for (let j = coefficients.length - 2; j > 0; j--) {
    const next = f.add(f.mul(y, d), coefficients[j]);
    const value: Operand = before ? f.sub(next, before) : next;
    before = d;
    d = value;
  }
  const series = f.sub(f.mul(f.add(f.mul(y, d), coefficients[0]), 0.5), before ?? 0);
  const h = f.mul(f.do("trunc", f.mul(z, 16)), 1 / 16);
  const low = f.mul(f.sub(h, z), f.add(h, z));
  const right = f.mul(f.mul(t, f.do("exp", f.do("neg", f.mul(h, h)))), f.do("exp", f.add(low, series)));
  return f.where(f.lt(x, 0), f.sub(2, right), right);
}

function sinc(x: Operand): Operand {
  const f = Formula.of(x);
  const angle = f.mul(x, Math.PI);
  return f.where(f.eq(x, 0), 1, f.div(f.do("sin", angle), angle));
}

function logit(x: Operand, _: DType, { eps }: UnaryOptions): Operand {
  const f = Formula.of(x);
  const p = eps === undefined ? x : f.do("min", f.do("max", x, eps), 1 - eps);
  return f.do("log", f.div(p, f.sub(1, p)));
}

/** The largest finite number of a dtype. */
const highest: Readonly<Partial<Record<DType, number>>> = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE };

function nanToNum(x: Operand, dtype: DType, { nan = 0, posinf, neginf }: UnaryOptions): Operand {
  const top = highest[dtype];
  if (top === undefined) return x;
  const f = Formula.of(x);
  const above = f.where(f.eq(x, Infinity), posinf ?? top, x);
  const below = f.where(f.eq(x, -Infinity), neginf ?? -top, above);
  return f.where(f.compare("ne", x, x), nan, below);
}

function signbit(x: Operand, dtype: DType): Operand {
  const f = Formula.of(x);
  if (isFloating(dtype)) return f.signBit(x);
  return dtype === "bool" || dtype === "uint8" ? constant(false, "bool", x.view.shape) : f.lt(x, 0);
}

const isInfinity = (value: number) => (x: Operand, dtype: DType) =>
  isFloating(dtype) ? Formula.of(x).eq(x, value) : constant(false, "bool", x.view.shape);

const scaledBy = (factor: number) => ({
  rule: "float" as const,
  lower: (x: Operand) => Formula.of(x).mul(x, factor),
  gradient: ({ grad }: { readonly grad: Value }) => grad.mul(factor),
});

/** (πx cos πx - sin πx) / πx²; flat at 0. */
function sincSlope(grad: Value, x: Value): Value {
  const angle = x.mul(Math.PI);
  const square = x.mul(x).mul(Math.PI);
  return grad.zeros().where(square.eq(0), grad.mul(angle.mul(angle.cos()).sub(angle.sin()).div(square)));
}

export const specialOps = family({
  /**
   * The inverse hyperbolic sine. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).asinh() // tensor([0.0000, 0.8814])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.asinh.html
   */
  asinh: unary({ rule: "float", lower: asinh, gradient: using(["x"], ({ grad, x }) => grad.mul(x.square().add(1).rsqrt())) }),
  /**
   * The inverse hyperbolic cosine; NaN below 1. Any shape; integers and bool give float32.
   * @example tensor([1, 2]).acosh() // tensor([0.0000, 1.3170])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.acosh.html
   */
  acosh: unary({ rule: "float", lower: acosh, gradient: using(["x"], ({ grad, x }) => grad.mul(x.square().sub(1).rsqrt())) }),
  /**
   * The inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond. Any shape; integers and bool give float32.
   * @example tensor([0, 0.5]).atanh() // tensor([0.0000, 0.5493])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.atanh.html
   */
  atanh: unary({ rule: "float", lower: atanh, gradient: using(["x"], ({ grad, x }) => grad.div(x.square().neg().add(1))) }),
  /**
   * One less the error function, exact for large x too. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).erfc() // tensor([1.0000, 0.1573])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.erfc.html
   */
  erfc: unary({
    rule: "float",
    lower: erfc,
    gradient: using(["x"], ({ grad, x }) => grad.mul(x.square().neg().exp().mul(-2 / Math.sqrt(Math.PI)))),
  }),
  /**
   * sin(πx) / (πx), 1 at zero. Any shape; integers and bool give float32.
   * @example tensor([0, 0.5]).sinc() // tensor([1.0000, 0.6366])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sinc.html
   */
  sinc: unary({ rule: "float", lower: sinc, gradient: using(["x"], ({ grad, x }) => sincSlope(grad, x)) }),
  /**
   * log(x / (1 - x)), the inverse of `sigmoid`; NaN outside [0, 1], or with `{ eps }` clamped to [eps, 1 - eps] first. Any shape;
   * integers and bool give float32.
   * @example tensor([0.5, 0.75]).logit() // tensor([0.0000, 1.0986])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logit.html
   */
  logit: unary({
    rule: "float",
    options: ["eps"],
    lower: logit,
    gradient: using(["x"], ({ grad, x, options: { eps } }) => {
      const inside = x.ge(eps ?? 0).logicalAnd(x.le(1 - (eps ?? 0)));
      return grad.div(x.mul(x.neg().add(1))).where(inside, eps === undefined ? NaN : 0);
    }),
  }),
  /**
   * NaN replaced by `{ nan }` (0), infinity by `{ posinf }` and minus infinity by `{ neginf }` (the largest and the smallest finite
   * number). Any shape, any dtype; integers and bool stay as they are.
   * @example tensor([NaN, Infinity]).nanToNum({ posinf: 9 }) // tensor([0., 9.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html
   */
  nanToNum: unary({ rule: "same", options: ["nan", "posinf", "neginf"], lower: nanToNum, gradient: using(["x"], ({ grad, x }) => grad.mul(x.sub(x).eq(0))) }),
  /**
   * True where the sign bit is set: below zero, and at -0. Any shape, any dtype; gives bool. (JavaScript does not tell NaNs apart: false.)
   * @example tensor([1, -0, -2.5]).signbit() // tensor([False,  True,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.signbit.html
   */
  signbit: unaryPure({ rule: "bool", lower: signbit }),
  /**
   * True where an element is infinite and positive. Any shape, any dtype; gives bool.
   * @example tensor([Infinity, -Infinity]).isposinf() // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.isposinf.html
   */
  isposinf: unaryPure({ rule: "bool", lower: isInfinity(Infinity) }),
  /**
   * True where an element is infinite and negative. Any shape, any dtype; gives bool.
   * @example tensor([Infinity, -Infinity]).isneginf() // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.isneginf.html
   */
  isneginf: unaryPure({ rule: "bool", lower: isInfinity(-Infinity) }),
  /**
   * The elements as they are. Any shape; every dtype but bool (DTypeError).
   * @example tensor([1, -2]).positive() // tensor([ 1, -2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.positive.html
   */
  positive: unaryPure({ rule: "same", domain: "number", lower: (x) => x, gradient: same }),
  /**
   * Degrees to radians. Any shape; integers and bool give float32.
   * @example tensor([180, 90]).deg2rad() // tensor([3.1416, 1.5708])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html
   */
  deg2rad: unary(scaledBy(Math.PI / 180)),
  /**
   * Radians to degrees. Any shape; integers and bool give float32.
   * @example tensor([Math.PI]).rad2deg() // tensor([180.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html
   */
  rad2deg: unary(scaledBy(180 / Math.PI)),
});
