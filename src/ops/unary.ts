/**
 * @file Operations on each element of one tensor: roots, exponentials, trigonometry, rounding, tests. One entry each, which is
 * all there is to know about it; `tensor/` makes `x.name()`, `x.name_()` and `name(x)` of it.
 */
import { isFloating, type DType } from "../core/dtype.js";
import { DTypeError, ValueError } from "../core/errors.js";
import { cast, constant, expandTo, map } from "../graph/build.js";
import type { MapOp, Operand } from "../compile/expression.js";
import { unary, unaryPure } from "./elementwise.js";
import { flat, same, using, type UnaryGradient } from "./gradient.js";
import { family, type UnaryOptions } from "./kinds.js";

/** A number beside every element of `x`. */
const like = (x: Operand, value: number): Operand => expandTo(constant(value, x.node.dtype), x.view.shape);

/** A function of floats that the loop IR has. */
const direct = (op: MapOp, gradient: UnaryGradient) => ({ rule: "float" as const, lower: (x: Operand, dtype: DType) => map(op, dtype, x), gradient });

/** Rounding: an integer is whole already. */
const rounding = (op: MapOp) => ({
  rule: "same" as const,
  domain: "number" as const,
  lower: (x: Operand, dtype: DType) => (isFloating(dtype) ? map(op, dtype, x) : x),
  gradient: flat,
});

function round(x: Operand, dtype: DType, options: UnaryOptions, name: string): Operand {
  const { decimals = 0 } = options;
  if (!Number.isInteger(decimals)) throw new ValueError(`${name}: decimals must be a whole number, not ${decimals}`);
  if (!isFloating(dtype)) {
    if (decimals !== 0) throw new DTypeError(`${name}: decimals are for floats, not ${dtype}: use .float() first`);
    return x;
  }
  if (decimals === 0) return map("round", dtype, x);
  const scale = like(x, 10 ** Math.abs(decimals));
  const [up, down] = decimals > 0 ? (["mul", "div"] as const) : (["div", "mul"] as const);
  return map(down, dtype, map("round", dtype, map(up, dtype, x, scale)), scale);
}

const always = (x: Operand, value: boolean): Operand => constant(value, "bool", x.view.shape);

export const unaryOps = family({
  /**
   * The negative of each element. Any shape; every dtype but bool (DTypeError: use `logicalNot`).
   * @example tensor([1, -2]).neg() // tensor([-1, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.neg.html
   */
  neg: unary({ rule: "same", domain: "number", lower: (x, dtype) => map("neg", dtype, x), gradient: ({ grad }) => grad.neg() }),
  /**
   * The magnitude of each element. Any shape; every dtype but bool (DTypeError).
   * @example tensor([-1.5, 2]).abs() // tensor([1.5000, 2.0000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.abs.html
   */
  abs: unary({
    rule: "same",
    domain: "number",
    lower: (x, dtype) => map("abs", dtype, x),
    gradient: using(["x"], ({ grad, x }) => grad.mul(x.sign())),
  }),
  /**
   * -1, 0 or 1: the sign of each element. Any shape, any dtype (a bool is its own sign).
   * @example tensor([-3, 0, 5]).sign() // tensor([-1, 0, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sign.html
   */
  sign: unary({ rule: "same", lower: (x, dtype) => (dtype === "bool" ? x : map("sign", dtype, x)), gradient: flat }),
  /**
   * Each element times itself. Any shape; integers wrap, bool becomes int64.
   * @example tensor([1.5, -2]).square() // tensor([2.2500, 4.0000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.square.html
   */
  square: unary({
    rule: "number",
    lower: (x, dtype) => map("mul", dtype, x, x),
    gradient: using(["x"], ({ grad, x }) => grad.mul(x.mul(2))),
    gradName: () => "PowBackward0", // PyTorch's square is pow(2)
  }),
  /**
   * The square root; NaN below zero. Any shape; integers and bool give float32.
   * @example tensor([4, 9]).sqrt() // tensor([2., 3.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html
   */
  sqrt: unary(direct("sqrt", using(["out"], ({ grad, out }) => grad.div(out.mul(2))))),
  /**
   * One over the square root. Any shape; integers and bool give float32.
   * @example tensor([4, 16]).rsqrt() // tensor([0.5000, 0.2500])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html
   */
  rsqrt: unary({
    rule: "float",
    lower: (x, dtype) => map("div", dtype, like(x, 1), map("sqrt", dtype, x)),
    gradient: using(["out"], ({ grad, out }) => grad.mul(-0.5).mul(out.mul(out).mul(out))),
  }),
  /**
   * One over each element. Any shape; integers and bool give float32.
   * @example tensor([2, -4]).reciprocal() // tensor([ 0.5000, -0.2500])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html
   */
  reciprocal: unary({
    rule: "float",
    lower: (x, dtype) => map("div", dtype, like(x, 1), x),
    gradient: using(["out"], ({ grad, out }) => grad.neg().mul(out.mul(out))),
  }),
  /**
   * e to the power of each element. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).exp() // tensor([1.0000, 2.7183])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.exp.html
   */
  exp: unary(direct("exp", using(["out"], ({ grad, out }) => grad.mul(out)))),
  /**
   * 2 to the power of each element. Any shape; integers and bool give float32.
   * @example tensor([0, 3]).exp2() // tensor([1., 8.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.exp2.html
   */
  exp2: unary(direct("exp2", using(["out"], ({ grad, out }) => grad.mul(out).mul(Math.LN2)))),
  /**
   * exp(x) - 1, exact for small x too. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).expm1() // tensor([0.0000, 1.7183])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.expm1.html
   */
  expm1: unary(direct("expm1", using(["out"], ({ grad, out }) => grad.mul(out.add(1))))),
  /**
   * The natural logarithm; -inf at zero, NaN below. Any shape; integers and bool give float32.
   * @example tensor([1, 10]).log() // tensor([0.0000, 2.3026])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.log.html
   */
  log: unary(direct("log", using(["x"], ({ grad, x }) => grad.div(x)))),
  /**
   * The logarithm to base 2. Any shape; integers and bool give float32.
   * @example tensor([1, 8]).log2() // tensor([0., 3.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.log2.html
   */
  log2: unary(direct("log2", using(["x"], ({ grad, x }) => grad.div(x.mul(Math.LN2))))),
  /**
   * The logarithm to base 10. Any shape; integers and bool give float32.
   * @example tensor([1, 1000]).log10() // tensor([0., 3.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.log10.html
   */
  log10: unary(direct("log10", using(["x"], ({ grad, x }) => grad.div(x.mul(Math.LN10))))),
  /**
   * log(1 + x), exact for small x too. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).log1p() // tensor([0.0000, 0.6931])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.log1p.html
   */
  log1p: unary(direct("log1p", using(["x"], ({ grad, x }) => grad.div(x.add(1))))),
  /**
   * The sine, of radians. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).sin() // tensor([0.0000, 0.8415])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sin.html
   */
  sin: unary(direct("sin", using(["x"], ({ grad, x }) => grad.mul(x.cos())))),
  /**
   * The cosine, of radians. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).cos() // tensor([1.0000, 0.5403])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cos.html
   */
  cos: unary(direct("cos", using(["x"], ({ grad, x }) => grad.mul(x.sin().neg())))),
  /**
   * The tangent, of radians. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).tan() // tensor([0.0000, 1.5574])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.tan.html
   */
  tan: unary(direct("tan", using(["out"], ({ grad, out }) => grad.mul(out.square().add(1))))),
  /**
   * The arc sine, in radians; NaN outside [-1, 1]. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).asin() // tensor([0.0000, 1.5708])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.asin.html
   */
  asin: unary(direct("asin", using(["x"], ({ grad, x }) => grad.mul(x.square().neg().add(1).rsqrt())))),
  /**
   * The arc cosine, in radians; NaN outside [-1, 1]. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).acos() // tensor([1.5708, 0.0000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.acos.html
   */
  acos: unary(direct("acos", using(["x"], ({ grad, x }) => grad.mul(x.square().neg().add(1).rsqrt()).neg()))),
  /**
   * The arc tangent, in radians. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).atan() // tensor([0.0000, 0.7854])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.atan.html
   */
  atan: unary(direct("atan", using(["x"], ({ grad, x }) => grad.div(x.square().add(1))))),
  /**
   * The hyperbolic sine. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).sinh() // tensor([0.0000, 1.1752])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sinh.html
   */
  sinh: unary(direct("sinh", using(["x"], ({ grad, x }) => grad.mul(x.cosh())))),
  /**
   * The hyperbolic cosine. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).cosh() // tensor([1.0000, 1.5431])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cosh.html
   */
  cosh: unary(direct("cosh", using(["x"], ({ grad, x }) => grad.mul(x.sinh())))),
  /**
   * The hyperbolic tangent. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).tanh() // tensor([0.0000, 0.7616])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.tanh.html
   */
  tanh: unary(direct("tanh", using(["out"], ({ grad, out }) => grad.mul(out.square().neg().add(1))))),
  /**
   * 1 / (1 + exp(-x)). Any shape; integers and bool give float32.
   * @example tensor([0, 2]).sigmoid() // tensor([0.5000, 0.8808])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html
   */
  sigmoid: unary({
    rule: "float",
    lower: (x, dtype) => map("div", dtype, like(x, 1), map("add", dtype, like(x, 1), map("exp", dtype, map("neg", dtype, x)))),
    gradient: using(["out"], ({ grad, out }) => grad.mul(out.neg().add(1).mul(out))),
  }),
  /**
   * The error function. Any shape; integers and bool give float32.
   * @example tensor([0, 1]).erf() // tensor([0.0000, 0.8427])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.erf.html
   */
  erf: unary(direct("erf", using(["x"], ({ grad, x }) => grad.mul(x.square().neg().exp().mul(2 / Math.sqrt(Math.PI)))))),
  /**
   * The largest whole number not above each element. Any shape; every dtype but bool (integers stay as they are).
   * @example tensor([1.5, -1.5]).floor() // tensor([ 1., -2.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.floor.html
   */
  floor: unary(rounding("floor")),
  /**
   * The smallest whole number not below each element. Any shape; every dtype but bool (integers stay as they are).
   * @example tensor([1.5, -1.5]).ceil() // tensor([ 2., -1.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.ceil.html
   */
  ceil: unary(rounding("ceil")),
  /**
   * The nearest whole number, halves to even. Any shape; every dtype but bool. With `decimals`, floats only (DTypeError).
   * @example tensor([1.234, 2.5]).round({ decimals: 1 }) // tensor([1.2000, 2.5000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.round.html
   */
  round: unary({
    rule: "same",
    domain: "number",
    options: ["decimals"],
    lower: round,
    gradient: flat,
    gradName: ({ decimals }) => (decimals === undefined ? "RoundBackward0" : "RoundBackward1"),
  }),
  /**
   * Each element without its fraction. Any shape; every dtype but bool (integers stay as they are).
   * @example tensor([1.5, -1.5]).trunc() // tensor([ 1., -1.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.trunc.html
   */
  trunc: unary(rounding("trunc")),
  /**
   * The fraction of each element, with its sign. Any shape; floats only (DTypeError).
   * @example tensor([1.5, -2.25]).frac() // tensor([ 0.5000, -0.2500])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.frac.html
   */
  frac: unary({ rule: "same", domain: "floating", lower: (x, dtype) => map("sub", dtype, x, map("trunc", dtype, x)), gradient: same }),
  /**
   * True where an element is not a number. Any shape, any dtype; gives bool.
   * @example tensor([1, NaN]).isnan() // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.isnan.html
   */
  isnan: unaryPure({ rule: "bool", lower: (x, dtype) => (isFloating(dtype) ? map("ne", "bool", x, x) : always(x, false)) }),
  /**
   * True where an element is infinite. Any shape, any dtype; gives bool.
   * @example tensor([1, -Infinity]).isinf() // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.isinf.html
   */
  isinf: unaryPure({
    rule: "bool",
    lower: (x, dtype) => (isFloating(dtype) ? map("eq", "bool", map("abs", dtype, x), like(x, Infinity)) : always(x, false)),
  }),
  /**
   * True where an element is neither infinite nor NaN. Any shape, any dtype; gives bool.
   * @example tensor([1, NaN, Infinity]).isfinite() // tensor([ True, False, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.isfinite.html
   */
  isfinite: unaryPure({
    rule: "bool",
    lower: (x, dtype) => (isFloating(dtype) ? map("lt", "bool", map("abs", dtype, x), like(x, Infinity)) : always(x, true)),
  }),
  /**
   * True where an element is zero. Any shape, any dtype; gives bool.
   * @example tensor([0, 3]).logicalNot() // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html
   */
  logicalNot: unary({ rule: "bool", lower: (x) => map("not", "bool", cast(x, "bool")), gradient: flat }),
  /**
   * Every bit turned over; the logical not of a bool. Any shape; bool and integers (DTypeError for floats).
   * @example tensor([0, 5]).bitwiseNot() // tensor([-1, -6])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html
   */
  bitwiseNot: unary({ rule: "same", domain: "bits", lower: (x, dtype) => map("not", dtype, x) }),
});
