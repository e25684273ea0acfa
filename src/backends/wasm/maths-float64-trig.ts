/**
 * @file float64: the circular functions and their inverses, as f64x2 code. Filled into the table of maths-float64.ts; atan2 of
 * float32 is computed here too. The polynomials are minimax fits (Remez), made for these intervals.
 *
 * Source of the reduction in three parts: W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980.
 */
import type { Local } from "./assembler.js";
import { f64Lanes, type F64 } from "./lanes.js";
import { beyond } from "./maths-float64-exp.js";
import type { HostFunction } from "./host-functions.js";
import type { VectorCode } from "./vector-code.js";

const PI_LOW = 1.2246467991473532e-16; // pi - Math.PI
/** (atan(x) - x) / x³ as a polynomial in x², |x| <= tan(pi/8), relative error of atan 2^-59. */
const ATAN = [
  -0.017922326169520122, 0.03807836483734769, -0.05039847285484987, 0.05848009321365419, -0.06663120441200969, 0.07692061642292407,
  -0.09090897836745394, 0.11111110786148139, -0.14285714280248707, 0.19999999999954085, -0.333333333333332,
];

/** atan(t), 0 <= t <= 1. */
function atanOfFraction(d: F64, t: Local): Local {
  const upper = d.lt(d.c(Math.SQRT2 - 1), t);
  const reduced = d.select(upper, d.div(d.sub(t, d.c(1)), d.add(t, d.c(1))), t);
  const z = d.mul(reduced, reduced);
  const angle = d.add(reduced, d.mul(d.mul(reduced, z), d.poly(z, ATAN)));
  return d.add(d.and(upper, d.c(Math.PI / 4)), d.add(angle, d.and(upper, d.c(PI_LOW / 4))));
}

/** The angle of a complement: `whole` (with its rest) minus `angle`. */
function complement(d: F64, whole: number, angle: Local): Local {
  return d.sub(d.c(whole * Math.PI), d.sub(angle, d.c(whole * PI_LOW)));
}

export function atan(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const magnitude = d.abs(x);
  const far = d.lt(d.c(1), magnitude);
  const angle = atanOfFraction(d, d.select(far, d.div(d.c(1), magnitude), magnitude));
  return d.withSign(d.select(far, complement(d, 0.5, angle), angle), x);
}

/** The angle of (x, y), every special case included. */
export function atan2(b: VectorCode, y: Local, x: Local): Local {
  const d = f64Lanes(b);
  const [height, width] = [d.abs(y), d.abs(x)];
  const steep = d.lt(width, height);
  const short = d.select(steep, width, height);
  const long = d.select(steep, height, width);
  const equal = d.select(d.eq(short, long), d.c(1), d.div(short, long)); // infinity over infinity
  const angle = atanOfFraction(d, d.select(d.eq(long, d.c(0)), short, equal)); // 0 over 0, NaN over 0
  const octant = d.select(steep, complement(d, 0.5, angle), angle);
  const left = b.op("i64x2.lt_s", x, b.i64(0n)); // -0 is left too
  return d.withSign(d.select(left, complement(d, 1, octant), octant), y);
}

/** pi/2 in 33 + 33 + 53 bits: the first two times a quadrant number below 2^20 are exact. */
const PI_2 = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21] as const;
const ROUNDER = 1.5 * 2 ** 52;
/** Above this, and for infinity and NaN, the host reduces. */
const REDUCIBLE = 2 ** 20;
const SIN = [
  1.5896795713445417e-10, -2.5050758115697318e-8, 2.7557313691915543e-6, -1.9841269829807778e-4, 8.333333333322413e-3, -0.16666666666666632,
];
const COS = [
  -1.1359648042259861e-11, 2.0875723278131995e-9, -2.7557314352372173e-7, 2.480158728948234e-5, -1.3888888888874125e-3,
  4.16666666666666e-2,
];

/** The sine and cosine of x less q quarter turns (low bits of q), |x| < 2^20. */
function quarter(d: F64, x: Local): { readonly sin: Local; readonly cos: Local; readonly q: Local } {
  const q = d.add(d.mul(x, d.c(2 / Math.PI)), d.c(ROUNDER));
  const turns = d.sub(q, d.c(ROUNDER));
  const first = d.sub(x, d.mul(turns, d.c(PI_2[0])));
  const product = d.mul(turns, d.c(PI_2[1]));
  const second = d.sub(first, product);
  const tail = d.sub(d.sub(d.sub(first, second), product), d.mul(turns, d.c(PI_2[2])));
  const r = d.add(second, tail);
  const lost = d.add(d.sub(second, r), tail);
  const z = d.mul(r, r);
  const half = d.mul(z, d.c(0.5));
  const flat = d.sub(d.c(1), half);
  const rise = d.add(d.mul(d.mul(r, z), d.poly(z, SIN)), d.mul(lost, flat));
  const fall = d.sub(d.sub(d.c(1), flat), half);
  const bend = d.add(fall, d.sub(d.mul(d.mul(z, z), d.poly(z, COS)), d.mul(r, lost)));
  return { sin: d.add(r, rise), cos: d.add(flat, bend), q };
}

/** sin(x + ahead pi/2). */
function sine(d: F64, x: Local, ahead: bigint): Local {
  const { b } = d;
  const parts = quarter(d, x);
  const q = ahead === 0n ? parts.q : b.op("i64x2.add", parts.q, b.i64(ahead));
  const odd = b.op("i64x2.eq", d.and(q, b.i64(1n)), b.i64(1n));
  return d.xor(d.select(odd, parts.cos, parts.sin), b.shift("i64x2.shl", d.and(q, b.i64(2n)), 62));
}

function elseHost(d: F64, x: Local, value: Local, name: HostFunction): Local {
  return d.b.unlessAny(beyond(d, x, REDUCIBLE), value, () => d.b.host(name, x));
}

/** x where it is 0 or -0: the reduction loses the sign. */
function keepZero(d: F64, x: Local, value: Local): Local {
  return d.select(d.eq(x, d.c(0)), x, value);
}

export function sin(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  return elseHost(d, x, keepZero(d, x, sine(d, x, 0n)), "sin");
}

export function cos(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  return elseHost(d, x, sine(d, x, 1n), "cos");
}

export function tan(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const { sin: s, cos: c, q } = quarter(d, x);
  const odd = b.op("i64x2.eq", d.and(q, b.i64(1n)), b.i64(1n));
  const value = d.div(d.select(odd, d.neg(c), s), d.select(odd, s, c));
  return elseHost(d, x, keepZero(d, x, value), "tan");
}

/** (asin(x) - x) / x³ as a polynomial in x² <= 1/4, relative error of asin 2^-59. */
const ASIN = [
  0.032682898482259436, -0.02108663702907081, 0.02176991178677499, 0.0036804869311586963, 0.010787183491735674, 0.011397663297980157,
  0.013980974703507714, 0.017351599032398468, 0.022372215716523813, 0.030381942681729276, 0.04464285717515764, 0.07499999999970226,
  0.16666666666666763,
];

/** asin(s), s = |x| or, where that is large, sqrt((1 - |x|) / 2); and where it is. */
function halfAngle(d: F64, x: Local): { readonly angle: Local; readonly large: Local } {
  const magnitude = d.abs(x);
  const large = d.lt(d.c(0.5), magnitude);
  const half = d.mul(d.sub(d.c(1), magnitude), d.c(0.5));
  const z = d.select(large, half, d.mul(x, x));
  const s = d.select(large, d.sqrt(half), magnitude);
  return { angle: d.add(s, d.mul(d.mul(s, z), d.poly(z, ASIN))), large };
}

export function asin(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const { angle, large } = halfAngle(d, x);
  return d.withSign(d.select(large, complement(d, 0.5, d.add(angle, angle)), angle), x);
}

export function acos(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const { angle, large } = halfAngle(d, x);
  const twice = d.add(angle, angle);
  const outer = d.select(d.lt(x, d.c(0)), complement(d, 1, twice), twice);
  return d.select(large, outer, complement(d, 0.5, d.xor(angle, d.signBit(x))));
}
