/**
 * @file The meaning of every operation on every dtype: one table of rules for bools, one for the integers, one for the floats.
 * The interpreter looks an operation up here; PyTorch decides what is right where C and JavaScript differ.
 */
import { category, type DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { BinaryOp, CompareOp, UnaryOp } from "../../ir/kernel.js";
import { erf, floorDiv, pow, remainder, roundHalfToEven, sign } from "./maths.js";
import { asBoolean, asFloat, asInteger, roundTo, wrap, type Scalar } from "./scalar.js";

/** An operation on values of one dtype, giving the same dtype; those of one argument leave the second alone. */
type Rule = (a: Scalar, b: Scalar) => Scalar;
type Rules = Readonly<Partial<Record<UnaryOp | BinaryOp, Rule>>>;

const onBooleans = (f: (a: boolean, b: boolean) => boolean): Rule => (a, b) => f(asBoolean(a), asBoolean(b));

const boolRules: Rules = {
  not: (a) => !asBoolean(a),
  and: onBooleans((a, b) => a && b),
  or: onBooleans((a, b) => a || b),
  xor: onBooleans((a, b) => a !== b),
};

/** Exact integers, then wrapped to the dtype. Division by zero gives 0. */
function integerRules(dtype: DType): Rules {
  const one = (f: (a: bigint) => bigint): Rule => (a) => wrap(dtype, f(asInteger(a)));
  const two = (f: (a: bigint, b: bigint) => bigint): Rule => (a, b) => wrap(dtype, f(asInteger(a), asInteger(b)));
  const quotient = (f: (a: bigint, b: bigint) => bigint): Rule => two((a, b) => (b === 0n ? 0n : f(a, b)));
  return {
    neg: one((a) => -a),
    abs: one((a) => (a < 0n ? -a : a)),
    sign: one((a) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
    not: one((a) => ~a),
    add: two((a, b) => a + b),
    sub: two((a, b) => a - b),
    mul: two((a, b) => a * b),
    truncDiv: quotient((a, b) => a / b),
    fmod: quotient((a, b) => a % b),
    floorDiv: quotient((a, b) => (a - floorMod(a, b)) / b),
    remainder: quotient(floorMod),
    min: two((a, b) => (b < a ? b : a)),
    max: two((a, b) => (b > a ? b : a)),
    pow: two((a, b) => integerPower(a, b, dtype)),
    and: two((a, b) => a & b),
    or: two((a, b) => a | b),
    xor: two((a, b) => a ^ b),
  };
}

/** Python's %: the sign of the divisor. */
function floorMod(a: bigint, b: bigint): bigint {
  const mod = a % b;
  return mod !== 0n && mod < 0n !== b < 0n ? mod + b : mod;
}

/** Wraps at every multiplication. A negative exponent gives the fraction cut to 0, save for 1 and -1, as PyTorch does. */
function integerPower(base: bigint, exponent: bigint, dtype: DType): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = wrap(dtype, square * square)) {
    if (rest % 2n === 1n) result = wrap(dtype, result * square);
  }
  return result;
}

/** Computed in double, then rounded to the dtype; for float32 that is the correctly rounded result of + - × ÷ and sqrt. */
function floatRules(dtype: DType): Rules {
  const round = (x: number): number => roundTo(dtype, x);
  const one = (f: (x: number) => number): Rule => (a) => round(f(asFloat(a)));
  const two = (f: (x: number, y: number) => number): Rule => (a, b) => round(f(asFloat(a), asFloat(b)));
  return {
    neg: one((x) => -x), abs: one(Math.abs), sign: one(sign), sqrt: one(Math.sqrt),
    floor: one(Math.floor), ceil: one(Math.ceil), round: one(roundHalfToEven), trunc: one(Math.trunc),
    exp: one(Math.exp), exp2: one((x) => 2 ** x), expm1: one(Math.expm1),
    log: one(Math.log), log2: one(Math.log2), log10: one(Math.log10), log1p: one(Math.log1p),
    sin: one(Math.sin), cos: one(Math.cos), tan: one(Math.tan),
    asin: one(Math.asin), acos: one(Math.acos), atan: one(Math.atan),
    sinh: one(Math.sinh), cosh: one(Math.cosh), tanh: one(Math.tanh), erf: one(erf),
    add: two((x, y) => x + y), sub: two((x, y) => x - y), mul: two((x, y) => x * y), div: two((x, y) => x / y),
    truncDiv: two((x, y) => Math.trunc(round(x / y))),
    fmod: two((x, y) => x % y),
    floorDiv: two((x, y) => floorDiv(x, y, round)),
    remainder: two((x, y) => remainder(x, y, round)),
    // NaN if either is; -0 is less than 0.
    min: two((x, y) => Math.min(x, y)), max: two((x, y) => Math.max(x, y)),
    pow: two(pow), atan2: two(Math.atan2),
  };
}

const rules: Readonly<Record<DType, Rules>> = {
  bool: boolRules,
  uint8: integerRules("uint8"),
  int8: integerRules("int8"),
  int16: integerRules("int16"),
  int32: integerRules("int32"),
  int64: integerRules("int64"),
  float32: floatRules("float32"),
  float64: floatRules("float64"),
};

/** The rule of an operation on a dtype. Throws InternalError where there is none: the verifier let something through. */
export function ruleOf(op: UnaryOp | BinaryOp, dtype: DType): Rule {
  const rule = rules[dtype][op];
  if (rule === undefined) throw new InternalError(`the reference backend has no ${op} of ${category(dtype)} dtypes (${dtype})`);
  return rule;
}

/** Comparisons, alike for all dtypes: false with NaN, but for `ne`; false is less than true. */
export const comparisons: Readonly<Record<CompareOp, (a: Scalar, b: Scalar) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
};
