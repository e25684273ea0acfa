/**
 * @file float32: the exponential and what is made of it (exp2, expm1, sinh, cosh, tanh, erf), as f32x4 code. Filled into the table of
 * maths-float32.ts. With multiply-add in one rounding or two; errors of both as held by maths.test.ts.
 *
 * Sources: S. L. Moshier, Cephes Mathematical Library, single/ (expf.c, sinhf.c): reduction and polynomials; the shifted addition that rounds
 * to an integer is folklore; erf's quotient was fitted for this file (Lawson's reweighted least squares, relative error 2e-8).
 */
import type { Local } from "./assembler.js";
import { f32Lanes, type F32 } from "./lanes.js";
import type { VectorCode } from "./vector-code.js";

/** 1.5 * 2^23: adding it rounds a small float32 to an integer, which is then in the low bits. */
const ROUNDER = 12582912;
const ROUNDER_BITS = 0x4b400000;
const ONE_BITS = 0x3f800000;
const LN2_HIGH = 0.693359375; // 9 bits, so that n * LN2_HIGH is exact
const LN2_LOW = -2.12194440e-4;
/** (e^r - 1 - r) / r², |r| <= ln(2) / 2. */
const EXP = [0.0013945995897185898, 0.008366347279064164, 0.041666290534398034, 0.1666654545144262, 0.5000000058270102];

/** e^x = e^r 2^n: r, and an i32x4 of ROUNDER_BITS + n. For |x| < 2^21 or so; NaN gives NaN in r. */
interface Exponential {
  readonly r: Local;
  readonly n: Local;
}

/** r + r² P(r) = e^r - 1. */
const expm1Reduced = (f: F32, r: Local): Local => f.madd(f.mul(r, r), f.poly(r, EXP), r);
/** e^r. With multiply-add 1 + r (1 + r P(r)) is one polynomial, whose last rounding is nearly the only one that counts. */
const expReduced = (f: F32, r: Local): Local => (f.b.fuses ? f.poly(r, [...EXP, 1, 1]) : f.add(expm1Reduced(f, r), f.c(1)));

function exponential(f: F32, x: Local): Exponential {
  const shifted = f.madd(x, f.c(Math.LOG2E), f.c(ROUNDER));
  const n = f.sub(shifted, f.c(ROUNDER));
  return { r: f.nmadd(n, f.c(LN2_LOW), f.nmadd(n, f.c(LN2_HIGH), x)), n: shifted };
}

/** 2^x = e^r 2^n. */
function exponential2(f: F32, x: Local): Exponential {
  const shifted = f.add(x, f.c(ROUNDER));
  const r = f.sub(x, f.sub(shifted, f.c(ROUNDER)));
  return { r: f.mul(r, f.c(Math.LN2)), n: shifted };
}

/** 2^(n + extra) as float32, -126 <= n + extra <= 128. */
function power(f: F32, n: Local, extra = 0): Local {
  return f.b.op("i32x4.add", f.b.shift("i32x4.shl", n, 23), f.b.i32(ONE_BITS + extra * 2 ** 23));
}

/** e^r 2^n, where that is a normal number: n is added to the exponent's bits. */
function scaled(f: F32, { r, n }: Exponential): Local {
  return f.b.op("i32x4.add", expReduced(f, r), f.b.shift("i32x4.shl", n, 23));
}

/** e^r 2^n for any n of -250..250, in two steps: denormal numbers are rounded once, large ones become infinite. */
function scaledFar(f: F32, { r, n }: Exponential): Local {
  const whole = f.b.op("i32x4.sub", n, f.b.i32(ROUNDER_BITS));
  const half = f.b.shift("i32x4.shr_s", whole, 1);
  return f.mul(f.mul(expReduced(f, r), power(f, half)), power(f, f.b.op("i32x4.sub", whole, half)));
}

/** Lanes whose magnitude is above a limit, infinite or NaN: positive floats order as integers do. */
export function beyond(f: F32, x: Local, limit: number): Local {
  return f.b.op("i32x4.gt_s", f.and(x, f.b.i32(0x7fffffff)), f.c(limit));
}

function farther(f: F32, x: Local, parts: (f: F32, x: Local) => Exponential, normal: number, low: number, high: number): Local {
  return f.b.unlessAny(beyond(f, x, normal), scaled(f, parts(f, x)), () =>
    scaledFar(f, parts(f, f.atLeast(f.atMost(x, f.c(high)), f.c(low)))),
  );
}

export function exp(b: VectorCode, x: Local): Local {
  return farther(f32Lanes(b), x, exponential, 87.3, -104, 89);
}

export function exp2(b: VectorCode, x: Local): Local {
  return farther(f32Lanes(b), x, exponential2, 125.5, -151, 129);
}

export function expm1(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const { r, n } = exponential(f, f.atLeast(f.atMost(x, f.c(89)), f.c(-18)));
  // 2 (2^(n-1) q + 2^(n-1) - 1/2): half of it all, because 2^128 is no float32
  const half = power(f, n, -1);
  const sum = f.madd(half, expm1Reduced(f, r), f.sub(half, f.c(0.5)));
  return f.select(f.lt(f.abs(x), f.c(2 ** -25)), x, f.add(sum, sum));
}

/** e^|x| / 2, never overflowing before the sum that needs it does. */
function halfExp(f: F32, magnitude: Local): Local {
  const { r, n } = exponential(f, f.atMost(magnitude, f.c(90)));
  const quarter = f.mul(expReduced(f, r), power(f, n, -2)); // 2^128 is infinity's bits, reached at 90 only
  return f.add(quarter, quarter);
}

export function cosh(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const half = halfExp(f, f.abs(x));
  return f.add(half, f.div(f.c(0.25), half));
}

export function sinh(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const magnitude = f.abs(x);
  const half = halfExp(f, magnitude);
  const large = f.withSign(f.sub(half, f.div(f.c(0.25), half)), x);
  const z = f.mul(x, x);
  const small = f.madd(x, f.mul(z, f.poly(z, [2.03721912945e-4, 8.33028376239e-3, 1.66667160211e-1])), x);
  return f.select(f.lt(magnitude, f.c(1)), small, large);
}

/** m / (2 - m), m = 1 - e^(-2|x|): one formula for all x, where a polynomial for small x would need a second beside it. */
export function tanh(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const capped = f.atMost(f.abs(x), f.c(9.02)); // tanh(9.02) rounds to 1
  const { r, n } = exponential(f, f.mul(capped, f.c(-2)));
  const scale = power(f, n);
  const m = f.nmadd(scale, expm1Reduced(f, r), f.sub(f.c(1), scale));
  return f.withSign(f.div(m, f.sub(f.c(2), m)), x);
}

/** erf(x) / x as a quotient of polynomials in x², |x| <= 3.9: a minimax fit, then the best roundings found of its coefficients. */
const ERF_NUMERATOR = [1.6763568737587775e-6, 2.3123192659113556e-4, 3.0321693047881126e-3, 4.272382706403732e-2, 0.15385138988494873, 0.9153597354888916];
const ERF_DENOMINATOR = [3.1044477509567514e-5, 9.3876663595438e-4, 1.2097826227545738e-2, 9.2327781021595e-2, 0.4067523181438446, 0.811216413974762];

/**
 * One quotient for all x, a third of the instructions of a polynomial for small x beside an exponential for large. Its roundings add up to
 * 3.2e-7 of the result. Beyond 3.9 the quotient stays and x grows: past 1, where it is cut off.
 */
export function erf(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const z = f.atMost(f.mul(x, x), f.c(3.9 ** 2));
  const quotient = f.div(f.mul(x, f.poly(z, ERF_NUMERATOR)), f.poly(z, ERF_DENOMINATOR));
  return f.atLeast(f.atMost(quotient, f.c(1)), f.c(-1));
}
