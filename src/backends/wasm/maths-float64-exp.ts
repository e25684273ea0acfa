/**
 * @file float64: the exponential and what is made of it (exp2, expm1, sinh, cosh, tanh), as f64x2 code. Filled into the table of
 * maths-float64.ts. The forms are those of maths-float32-exp.ts; the polynomial is a minimax fit (Remez), made for this interval.
 */
import type { Local } from "./assembler.js";
import { f64Lanes, type F64 } from "./lanes.js";
import type { VectorCode } from "./vector-code.js";

/** 1.5 * 2^52: adding it rounds a small float64 to an integer, which is then in the low bits. */
const ROUNDER = 1.5 * 2 ** 52;
const ROUNDER_BITS = 0x4338000000000000n;
const ONE_BITS = 0x3ff0000000000000n;
const LN2_HIGH = 0.6931471805582987; // 38 bits, so that n * LN2_HIGH is exact
const LN2_LOW = 1.6465949582897082e-12;
/** (e^r - 1 - r) / r², |r| <= ln(2) / 2, error 2^-63. */
const EXP = [
  2.0925459771308373e-9, 2.5110586540900033e-8, 2.7557239131866567e-7, 2.755723956600958e-6, 2.4801587365275875e-5, 1.9841269890949405e-4,
  1.3888888888864172e-3, 8.333333333319641e-3, 4.1666666666666706e-2, 0.1666666666666668, 0.5,
];

/** e^x = (1 + q) 2^n: q, and an i64x2 of ROUNDER_BITS + n. */
interface Exponential {
  readonly q: Local;
  readonly n: Local;
}

function exponential(d: F64, x: Local): Exponential {
  const shifted = d.add(d.mul(x, d.c(Math.LOG2E)), d.c(ROUNDER));
  const n = d.sub(shifted, d.c(ROUNDER));
  const high = d.sub(x, d.mul(n, d.c(LN2_HIGH)));
  const low = d.mul(n, d.c(LN2_LOW));
  const r = d.sub(high, low);
  const lost = d.sub(d.sub(high, r), low);
  return { q: d.add(r, d.add(d.mul(d.mul(r, r), d.poly(r, EXP)), lost)), n: shifted };
}

function exponential2(d: F64, x: Local): Exponential {
  const shifted = d.add(x, d.c(ROUNDER));
  const r = d.mul(d.sub(x, d.sub(shifted, d.c(ROUNDER))), d.c(Math.LN2));
  return { q: d.add(r, d.mul(d.mul(r, r), d.poly(r, EXP))), n: shifted };
}

/** 2^(n + extra), -1022 <= n + extra <= 1024. */
function power(d: F64, n: Local, extra = 0): Local {
  return d.b.op("i64x2.add", d.b.shift("i64x2.shl", n, 52), d.b.i64(ONE_BITS + (BigInt(extra) << 52n)));
}

/** (1 + q) 2^n, where that is a normal number: n is added to the exponent's bits. */
function scaled(d: F64, { q, n }: Exponential): Local {
  return d.b.op("i64x2.add", d.add(q, d.c(1)), d.b.shift("i64x2.shl", n, 52));
}

/** (1 + q) 2^n for any n of -2000..2000, in two steps: denormal numbers are rounded once, large ones become infinite. */
function scaledFar(d: F64, { q, n }: Exponential): Local {
  const whole = d.b.op("i64x2.sub", n, d.b.i64(ROUNDER_BITS));
  const half = d.b.shift("i64x2.shr_s", whole, 1);
  return d.mul(d.mul(d.add(q, d.c(1)), power(d, half)), power(d, d.b.op("i64x2.sub", whole, half)));
}

/** Lanes whose magnitude is above a limit, infinite or NaN: positive floats order as integers do. */
export function beyond(d: F64, x: Local, limit: number): Local {
  return d.b.op("i64x2.gt_s", d.abs(x), d.c(limit));
}

function farther(d: F64, x: Local, parts: (d: F64, x: Local) => Exponential, normal: number, low: number, high: number): Local {
  return d.b.unlessAny(beyond(d, x, normal), scaled(d, parts(d, x)), () =>
    scaledFar(d, parts(d, d.atLeast(d.atMost(x, d.c(high)), d.c(low)))),
  );
}

export function exp(b: VectorCode, x: Local): Local {
  return farther(f64Lanes(b), x, exponential, 708, -746, 710);
}

export function exp2(b: VectorCode, x: Local): Local {
  return farther(f64Lanes(b), x, exponential2, 1021.5, -1076, 1025);
}

/** e^x - 1, before what has to be said about zero: 2 (2^(n-1) q + 2^(n-1) - 1/2), because 2^1024 is no float64. */
function expm1Bounded(d: F64, x: Local): Local {
  const { q, n } = exponential(d, x);
  const half = power(d, n, -1);
  const sum = d.add(d.mul(half, q), d.sub(half, d.c(0.5)));
  return d.add(sum, sum);
}

export function expm1(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const value = expm1Bounded(d, d.atLeast(d.atMost(x, d.c(710)), d.c(-38)));
  return d.select(d.lt(d.abs(x), d.c(2 ** -54)), x, value);
}

/** e^|x| / 2, never overflowing before the sum that needs it does. */
function halfExp(d: F64, magnitude: Local): Local {
  const { q, n } = exponential(d, d.atMost(magnitude, d.c(711)));
  const quarter = d.mul(d.add(q, d.c(1)), power(d, n, -2)); // 2^1024 is infinity's bits, reached at 711 only
  return d.add(quarter, quarter);
}

export function cosh(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const half = halfExp(d, d.abs(x));
  return d.add(half, d.div(d.c(0.25), half));
}

/** Below 1 by m = e^|x| - 1: (m + m / (m + 1)) / 2. Source: fdlibm, e_sinh.c. */
export function sinh(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const magnitude = d.abs(x);
  const half = halfExp(d, magnitude);
  const large = d.sub(half, d.div(d.c(0.25), half));
  const m = expm1Bounded(d, d.atMost(magnitude, d.c(1)));
  const small = d.mul(d.c(0.5), d.add(m, d.div(m, d.add(m, d.c(1)))));
  const value = d.withSign(d.select(d.lt(magnitude, d.c(1)), small, large), x);
  return d.select(d.lt(magnitude, d.c(2 ** -28)), x, value);
}

/**
 * With t = e^(-2|x|) and m = 1 - t: m / (1 + t) for small x, 1 - 2t / (1 + t) for large, each where its rounding errors are small.
 * Above 20 tanh rounds to 1.
 */
export function tanh(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const capped = d.atMost(d.abs(x), d.c(20));
  const { q, n } = exponential(d, d.mul(capped, d.c(-2)));
  const scale = power(d, n);
  const part = d.mul(scale, q);
  const t = d.add(scale, part);
  const m = d.sub(d.sub(d.c(1), scale), part);
  const large = d.lt(d.c(0.55), capped);
  const quotient = d.div(d.select(large, d.add(t, t), m), d.select(large, d.add(d.c(1), t), d.sub(d.c(2), m)));
  return d.withSign(d.select(large, d.sub(d.c(1), quotient), quotient), x);
}

/** erf(x) / x - 1 as a polynomial in x² <= 1, error 2^-57. */
const ERF = [
  -7.779456921471641e-10, 1.3710974567104329e-8, -1.6206312501505267e-7, 1.6447131419803634e-6, -1.4924712290815609e-5,
  1.2055293576377236e-4, -8.548325929299105e-4, 5.223977606118201e-3, -2.686617064311144e-2, 0.11283791670944185, -0.3761263890318352,
  0.12837916709551256,
];
/** e^(x²) erfc(x) as a polynomial in (x - 3) / (x + 3), 1 <= x <= 6, error in erfc 2^-57. */
const ERFC = [
  1.5203204820140976e-5, 1.0295157660145343e-4, 7.639370497596543e-5, -5.810924158018649e-4, 7.131751944333075e-4, 4.270353774556651e-3,
  -2.4392327882303264e-2, 7.166585012968425e-2, -0.15011593634380938, 0.24560380166429122, -0.32623356004590237, 0.17900115118135376,
];

/** Above 6 erf rounds to 1. */
export function erf(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const capped = d.atMost(d.abs(x), d.c(6));
  const z = d.mul(capped, capped);
  const { q, n } = exponential(d, d.neg(z));
  const density = d.mul(d.add(q, d.c(1)), power(d, n));
  const t = d.div(d.sub(capped, d.c(3)), d.add(capped, d.c(3)));
  const large = d.withSign(d.sub(d.c(1), d.mul(density, d.poly(t, ERFC))), x);
  const small = d.add(x, d.mul(x, d.poly(z, ERF)));
  return d.select(d.lt(capped, d.c(1)), small, large);
}
