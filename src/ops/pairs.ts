/**
 * @file More functions of two elements: distances, logarithms of sums, signs, shifts, closeness. One entry each, as in
 * arithmetic.ts; these are put together from simpler operations.
 */
import { isFloating, itemSize, type DType } from "../core/dtype.js";
import { DTypeError, ValueError } from "../core/errors.js";
import { map } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { powGradient } from "./arithmetic.js";
import { binary, binaryPure } from "./elementwise.js";
import { and, Formula, not, or } from "./formula.js";
import { flat, using, type BinaryGradient, type Value } from "./gradient.js";
import { checkDomain, family, type Argument, type BinaryCall } from "./kinds.js";

/** max · sqrt(1 + (min / max)²), which neither overflows nor underflows; as in C, an infinity wins over NaN. */
function hypot(a: Operand, b: Operand): Operand {
  const f = Formula.of(a);
  const [x, y] = [f.do("abs", a), f.do("abs", b)];
  const [high, low] = [f.do("max", x, y), f.do("min", x, y)];
  const ratio = f.div(low, high);
  const length = f.mul(high, f.do("sqrt", f.add(1, f.mul(ratio, ratio))));
  const infinite = or(f.eq(x, Infinity), f.eq(y, Infinity));
  return f.where(infinite, Infinity, f.where(f.eq(high, 0), high, length));
}

/** The larger plus log(1 + exp(-distance)); two equal infinities have no distance. Source: PyTorch, BinaryOpsKernel.cpp, logaddexp_kernel. */
const logAddExp = (base: "exp" | "exp2") => (a: Operand, b: Operand) => {
  const f = Formula.of(a);
  const distance = f.do("neg", f.do("abs", f.sub(a, b)));
  const power = f.do("exp", base === "exp" ? distance : f.mul(distance, Math.LN2));
  const rest = f.do("log1p", power);
  const sum = f.add(f.do("max", a, b), base === "exp" ? rest : f.mul(rest, Math.LOG2E));
  return f.where(and(f.eq(a, b), f.eq(f.do("abs", a), Infinity)), a, sum);
};

/** 0 where x is 0, whatever the logarithm, but NaN where y is. */
function xlogy(x: Operand, y: Operand): Operand {
  const f = Formula.of(x);
  const product = f.where(f.eq(x, 0), 0, f.mul(x, f.do("log", y)));
  return f.where(f.compare("ne", y, y), y, product);
}

function copysign(a: Operand, b: Operand): Operand {
  const f = Formula.of(a);
  const magnitude = f.do("abs", a);
  return f.where(f.signBit(b), f.do("neg", magnitude), magnitude);
}

function heaviside(x: Operand, values: Operand, { dtype }: BinaryCall): Operand {
  const f = Formula.of(x);
  const step = map("cast", dtype, f.lt(0, x));
  return f.where(f.eq(x, 0), values, step);
}

const dtypeOf = (x: Argument): DType | undefined => (x instanceof TensorImpl ? x.dtype : undefined);

/** PyTorch: heaviside does not promote. */
function checkOneDType({ name, a, b }: BinaryCall): void {
  const [da, db] = [dtypeOf(a), dtypeOf(b)];
  if (da !== undefined && db !== undefined && da !== db) {
    throw new DTypeError(`${name}: both tensors need one dtype, not ${da} and ${db}: cast one with .to("${da}")`);
  }
}

/** The extreme that leaves NaN out where the other is a number. */
const withoutNaN = (op: "max" | "min") => (a: Operand, b: Operand, { dtype }: BinaryCall) => {
  if (dtype === "bool") return map(op === "max" ? "or" : "and", dtype, a, b);
  const f = Formula.of(a);
  if (!isFloating(dtype)) return f.do(op, a, b);
  return f.where(f.compare("ne", a, a), b, f.where(f.compare("ne", b, b), a, f.do(op, a, b)));
};

/** |a - b| <= atol + rtol · |b|, or equal; NaN is close to NaN if asked. Source: PyTorch, TensorCompare.cpp, isclose. */
function isclose(a: Operand, b: Operand, { dtype, options }: BinaryCall): Operand {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const f = Formula.of(a);
  const same = f.eq(a, b);
  if (dtype === "bool") return same;
  const wide = new Formula(isFloating(dtype) ? dtype : "float64", a.view.shape);
  const [x, y] = isFloating(dtype) ? [a, b] : [map("cast", "float64", a), map("cast", "float64", b)];
  const allowed = wide.add(atol, wide.do("abs", wide.mul(rtol, y)));
  const distance = wide.do("abs", wide.sub(x, y));
  const near = and(wide.compare("le", distance, allowed), wide.lt(distance, Infinity));
  const close = or(same, near);
  return equalNan && isFloating(dtype) ? or(close, and(f.compare("ne", a, a), f.compare("ne", b, b))) : close;
}

function checkClose(call: BinaryCall): void {
  checkOneDType(call);
  const { rtol = 0, atol = 0 } = call.options;
  if (!(rtol >= 0 && atol >= 0)) throw new ValueError(`${call.name}: rtol and atol must not be negative, but they are ${rtol} and ${atol}`);
}

/** Bits of an integer dtype. */
const bitsOf = (dtype: DType): number => itemSize(dtype) * 8;

/** Times a power of two, which wraps to 0 past the width; a negative distance gives 0, as 2 to a negative power does. */
const shiftLeft = (a: Operand, b: Operand): Operand => {
  const f = Formula.of(a);
  return f.mul(a, f.where(f.lt(b, 0), 0, f.do("pow", 2, b)));
};

/** The quotient by a power of two, rounded down; only the sign is left past the width. */
function shiftRight(a: Operand, b: Operand, { dtype }: BinaryCall): Operand {
  const f = Formula.of(a);
  const last = bitsOf(dtype) - (dtype === "uint8" ? 1 : 2);
  const within = not(or(f.lt(b, 0), f.lt(last, b)));
  const sign = dtype === "uint8" ? f.number(0) : f.where(f.lt(a, 0), -1, 0);
  return f.where(within, f.do("floorDiv", a, f.do("pow", 2, f.where(within, b, 0))), sign);
}

/** The extreme; that of two bools is logic. */
const bound = (op: "max" | "min", outside: "lt" | "gt") => ({
  rule: "promote" as const,
  lower: (a: Operand, b: Operand, { dtype }: BinaryCall) => map(dtype === "bool" ? (op === "max" ? "or" : "and") : op, dtype, a, b),
  gradient: {
    a: using<"a" | "b", object>(["a", "b"], ({ grad, a, b }) => grad.where(a[outside === "lt" ? "ge" : "le"](b), grad.zeros())),
    b: using<"a" | "b", object>(["a", "b"], ({ grad, a, b }) => grad.where(a[outside](b), grad.zeros())),
  },
});

const checkShift = ({ name, dtype }: BinaryCall): void => {
  if (dtype === "bool") checkDomain(name, "number", dtype);
};

const powerOf = (base: number, exponent: Value): Value => exponent.zeros().add(base).pow(exponent);

/** The share of each in the sum of the powers. */
const logAddExpGradient = (base: number): BinaryGradient => {
  const power = (x: Value): Value => (base === Math.E ? x.exp() : powerOf(base, x));
  return {
    a: using(["a", "b"], ({ grad, a, b }) => grad.div(power(b.sub(a)).add(1))),
    b: using(["a", "b"], ({ grad, a, b }) => grad.div(power(a.sub(b)).add(1))),
  };
};

/** To the first where it wins or the other is NaN, else to the other. */
const withoutNaNGradient = (wins: "ge" | "le"): BinaryGradient => ({
  a: using(["a", "b"], ({ grad, a, b }) => grad.where(a[wins](b).logicalOr(b.isnan()), grad.zeros())),
  b: using(["a", "b"], ({ grad, a, b }) => grad.zeros().where(a[wins](b).logicalOr(b.isnan()), grad)),
});

export const pairOps = family({
  /**
   * The length of the hypotenuse: sqrt(a² + b²) without overflow. Broadcast and promoted; floats only (DTypeError).
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([3]).float().hypot(4) // tensor([5.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.hypot.html
   */
  hypot: binary({
    rule: "promote",
    domain: "floating",
    lower: hypot,
    gradient: { a: using(["a", "out"], ({ grad, a, out }) => grad.mul(a.div(out))), b: using(["b", "out"], ({ grad, b, out }) => grad.mul(b.div(out))) },
  }),
  /**
   * log(exp(a) + exp(b)) without overflow. Broadcast and promoted; floats only (DTypeError).
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([0]).float().logaddexp(tensor([0]).float()) // tensor([0.6931])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logaddexp.html
   */
  logaddexp: binaryPure({ rule: "promote", domain: "floating", lower: logAddExp("exp"), gradient: logAddExpGradient(Math.E) }),
  /**
   * log2(2^a + 2^b) without overflow. Broadcast and promoted; floats only (DTypeError).
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([0]).float().logaddexp2(tensor([0]).float()) // tensor([1.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logaddexp2.html
   */
  logaddexp2: binaryPure({ rule: "promote", domain: "floating", lower: logAddExp("exp2"), gradient: logAddExpGradient(2) }),
  /**
   * x · log(y), 0 where x is 0. Broadcast and promoted; integers and bool give float32.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([0, 2]).xlogy(tensor([0, 1])) // tensor([0., 0.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.xlogy.html
   */
  xlogy: binary({
    rule: "float",
    lower: xlogy,
    gradient: {
      a: using(["a", "b"], ({ grad, a, b }) => grad.zeros().where(grad.eq(0).logicalOr(a.eq(0).logicalAnd(b.le(0))), grad.mul(b.log()))),
      b: using(["a", "b"], ({ grad, a, b }) => grad.mul(a).div(b)),
    },
  }),
  /**
   * The magnitude of the first with the sign of the second (also of -0). Broadcast; integers and bool give float32.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1.5, -2]).copysign(-1) // tensor([-1.5000, -2.0000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.copysign.html
   */
  copysign: binary({
    rule: "float",
    lower: copysign,
    gradient: { a: using(["a", "out"], ({ grad, a, out }) => grad.zeros().where(a.eq(0), grad.mul(out.div(a)))), b: flat },
  }),
  /**
   * 0 below zero, 1 above it, and the second where the first is 0. Broadcast, not promoted: DTypeError for different dtypes.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([-1.5, 0, 2]).heaviside(tensor([0.5])) // tensor([0.0000, 0.5000, 1.0000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html
   */
  heaviside: binary({ rule: "promote", check: checkOneDType, lower: heaviside }),
  /**
   * The larger of two; where one is NaN, the other. Broadcast and promoted.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, NaN]).fmax(tensor([0, 3])) // tensor([1., 3.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.fmax.html
   */
  fmax: binaryPure({ rule: "promote", lower: withoutNaN("max"), gradient: withoutNaNGradient("ge") }),
  /**
   * The smaller of two; where one is NaN, the other. Broadcast and promoted.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, NaN]).fmin(tensor([0, 3])) // tensor([0., 3.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.fmin.html
   */
  fmin: binaryPure({ rule: "promote", lower: withoutNaN("min"), gradient: withoutNaNGradient("le") }),
  /**
   * True where |a - b| <= atol + rtol · |b|. Options: rtol (1e-5), atol (1e-8), equalNan (false). Broadcast; gives bool.
   * Errors: DTypeError for different dtypes; ValueError for a negative tolerance; ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).float().isclose(tensor([1, 2.1])) // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.isclose.html
   */
  isclose: binaryPure({ rule: "compare", options: ["rtol", "atol", "equalNan"], check: checkClose, lower: isclose }),
  /**
   * Each element, or the bound where it is less. Broadcast and promoted; NaN stays.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 5]).clampMin(3) // tensor([3, 5])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.clamp_min.html
   */
  clampMin: binary(bound("max", "lt")),
  /**
   * Each element, or the bound where it is more. Broadcast and promoted; NaN stays.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 5]).clampMax(3) // tensor([1, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.clamp_max.html
   */
  clampMax: binary(bound("min", "gt")),
  /**
   * The first to the power of the second, computed in float64 whatever the dtypes. Broadcast. In place only for float64.
   * Errors: ShapeError where shapes do not broadcast; in place DTypeError for another dtype.
   * @example tensor([2]).floatPower(-1) // tensor([0.5000], dtype=float64)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.float_power.html
   */
  floatPower: { ...binary({ rule: "double", lower: (a, b, { dtype }) => map("pow", dtype, a, b), gradient: powGradient }), keepsDType: true },
  /**
   * The first times 2 to the power of the second. Broadcast; integers and bool give float32.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1.5]).ldexp(tensor([2])) // tensor([6.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html
   */
  ldexp: binary({
    rule: "float",
    lower: (a, b) => Formula.of(a).mul(a, Formula.of(a).do("pow", 2, b)),
    gradient: {
      a: using(["b"], ({ grad, b }) => grad.mul(powerOf(2, b))),
      b: using(["out"], ({ grad, out }) => grad.mul(out).mul(Math.LN2)),
    },
  }),
  /**
   * Bits moved to the left: times 2 to the second; 0 past the width. Broadcast and promoted; integers (DTypeError).
   * @example tensor([1, 3]).bitwiseLeftShift(2) // tensor([ 4, 12])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html
   */
  bitwiseLeftShift: binary({ rule: "promote", domain: "bits", check: checkShift, lower: shiftLeft }),
  /**
   * Bits moved to the right, the sign kept: over 2 to the second, rounded down. Broadcast and promoted; integers (DTypeError).
   * @example tensor([-8, 9]).bitwiseRightShift(2) // tensor([-2,  2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html
   */
  bitwiseRightShift: binary({ rule: "promote", domain: "bits", check: checkShift, lower: shiftRight }),
});
