/**
 * @file float32: the logarithms and pow, as f32x4 code (pow in float64 inside). Filled into the table of maths-float32.ts.
 *
 * Sources: S. L. Moshier, Cephes Mathematical Library, single/logf.c: reduction and polynomial; FreeBSD msun e_log2f.c: the
 * split product of log2 and log10; C17 F.10.4.4: the special cases of pow.
 */
import type { Local } from "./assembler.js";
import { convertInt32, demote, f32Lanes, f64Lanes, promote, type F32, type F64 } from "./lanes.js";
import type { VectorCode } from "./vector-code.js";

const SQRT_HALF_BITS = 0x3f3504f3;
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.12194440e-4;
/** (log(1 + f) - f + f²/2) / f³, sqrt(1/2) <= 1 + f < sqrt(2). */
const LOG = [
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1,
];

/** A positive normal number as m 2^k, sqrt(1/2) <= m < sqrt(2); k an i32x4. */
function split(f: F32, x: Local): { readonly m: Local; readonly k: Local } {
  const above = f.b.op("i32x4.sub", x, f.b.i32(SQRT_HALF_BITS));
  const exponent = f.and(above, f.b.i32(-0x800000));
  return { m: f.b.op("i32x4.sub", x, exponent), k: f.b.shift("i32x4.shr_s", above, 23) };
}

/** The parts of log(m 2^k): f = m - 1, half f², the rest of log(1 + f), and k as float32. */
interface Parts {
  readonly f1: Local;
  readonly halfSquare: Local;
  readonly rest: Local;
  readonly k: Local;
}

function parts(f: F32, x: Local): Parts {
  const { m, k } = split(f, x);
  const f1 = f.sub(m, f.c(1));
  const z = f.mul(f1, f1);
  return { f1, halfSquare: f.mul(z, f.c(0.5)), rest: f.mul(f.mul(f1, z), f.poly(f1, LOG)), k: f.b.op("f32x4.convert_i32x4_s", k) };
}

/** log(x), plus a small correction where there is one. */
function naturalLog(f: F32, { f1, halfSquare, rest, k }: Parts, correction?: Local): Local {
  let low = f.sub(f.add(rest, f.mul(k, f.c(LN2_LOW))), halfSquare);
  if (correction !== undefined) low = f.add(low, correction);
  return f.add(f.add(f1, low), f.mul(k, f.c(LN2_HIGH)));
}

/** Lanes that are not positive normal numbers: zero, denormal, negative, infinite, NaN. */
function unusual(f: F32, x: Local): Local {
  return f.b.op("i32x4.ge_u", f.b.op("i32x4.sub", x, f.b.i32(0x800000)), f.b.i32(0x7f000000));
}

/** log of what a core function, given parts, makes of positive normal numbers; the other cases in a branch. */
function anyLog(f: F32, x: Local, core: (p: Parts) => Local): Local {
  return f.b.unlessAny(unusual(f, x), core(parts(f, x)), () => {
    const denormal = f.lt(x, f.c(2 ** -126));
    const p = parts(f, f.select(denormal, f.mul(x, f.c(2 ** 24)), x));
    const value = core({ ...p, k: f.sub(p.k, f.and(denormal, f.c(24))) });
    return logSpecials(f, x, value);
  });
}

/** Logarithm at zero, below zero, at infinity and at NaN. */
function logSpecials(f: F32, x: Local, value: Local): Local {
  const finite = f.select(f.lt(x, f.c(Infinity)), value, x); // also NaN for NaN
  const positive = f.select(f.lt(x, f.c(0)), f.c(NaN), finite);
  return f.select(f.eq(x, f.c(0)), f.c(-Infinity), positive);
}

export function log(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  return anyLog(f, x, (p) => naturalLog(f, p));
}

/** log(x) scale + k perOctave, with the product in two halves of 12 and 24 bits. */
function scaledLog(f: F32, { f1, halfSquare, rest, k }: Parts, scale: number, perOctave: readonly [number, number]): Local {
  const [scaleHigh, scaleLow] = splitLiteral(scale);
  const whole = f.sub(f1, halfSquare);
  const high = f.and(whole, f.b.i32(-0x1000));
  const low = f.add(f.sub(f.sub(f1, high), halfSquare), rest);
  const small = f.add(f.mul(f.add(low, high), f.c(scaleLow)), f.mul(low, f.c(scaleHigh)));
  const octaves = f.add(f.mul(k, f.c(perOctave[1])), small);
  return f.add(f.add(octaves, f.mul(high, f.c(scaleHigh))), f.mul(k, f.c(perOctave[0])));
}

/** A number as a float32 of 12 bits and the float32 that is left. */
function splitLiteral(value: number): readonly [number, number] {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) & -0x1000);
  const high = bits.getFloat32(0);
  return [high, Math.fround(value - high)];
}

export function log2(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  return anyLog(f, x, (p) => scaledLog(f, p, Math.LOG2E, [1, 0]));
}

export function log10(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  return anyLog(f, x, (p) => scaledLog(f, p, Math.LOG10E, splitLiteral(Math.log10(2))));
}

/** log(1 + x): log of the rounded sum u, and what rounding took away, over u. */
export function log1p(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const u = f.add(x, f.c(1));
  const added = f.sub(u, f.c(1));
  const lost = f.add(f.sub(x, added), f.sub(f.c(1), f.sub(u, added)));
  const value = naturalLog(f, parts(f, u), f.div(lost, u));
  const exact = f.select(f.lt(f.abs(x), f.c(2 ** -25)), x, value); // and -0
  return f.b.unlessAny(unusual(f, u), exact, () => {
    const bounded = f.select(f.le(f.c(-1), x), exact, f.c(NaN));
    const finite = f.select(f.lt(x, f.c(Infinity)), bounded, x);
    return f.select(f.eq(x, f.c(-1)), f.c(-Infinity), finite);
  });
}

/** 2 atanh(s) / s / ln(2) as a polynomial in s², |s| <= 0.1716, relative error 2^-37: minimax (Remez), made for this interval. */
const ATANH = [0.3407301065853504, 0.41167271899777624, 0.5770835849651513, 0.9617966733417975, 2.8853900817900864];
/** 2^r, |r| <= 1/2, relative error 2^-29, likewise. */
const EXP2 = [
  1.5345788923012973e-4, 1.3399930860573837e-3, 9.618489047563157e-3, 5.55032877838501e-2, 0.24022646889789742, 0.6931472057362058,
  1.000000000554256,
];
const ROUNDER64 = 1.5 * 2 ** 52;

/** log2(m 2^k), in float64. */
function binaryLog(d: F64, m: Local, k: Local): Local {
  const s = d.div(d.sub(m, d.c(1)), d.add(m, d.c(1)));
  return d.add(k, d.mul(s, d.poly(d.mul(s, s), ATANH)));
}

/** 2^t in float64, t capped to what overflows or vanishes as float32; NaN stays. */
function binaryPower(d: F64, t: Local): Local {
  const capped = d.atLeast(d.atMost(t, d.c(200)), d.c(-200));
  const shifted = d.add(capped, d.c(ROUNDER64));
  const r = d.sub(capped, d.sub(shifted, d.c(ROUNDER64)));
  const scale = d.b.op("i64x2.add", d.b.shift("i64x2.shl", shifted, 52), d.c(1));
  return d.mul(d.poly(r, EXP2), scale);
}

/** |x|^y for positive normal x and finite y, or with every special case in. */
function magnitudePower(f: F32, x: Local, y: Local, special: boolean): Local {
  const { b } = f;
  const d = f64Lanes(b);
  const { m, k } = split(f, special ? f.select(f.lt(x, f.c(2 ** -126)), f.mul(x, f.c(2 ** 24)), x) : x);
  const [ms, ys] = [promote(b, m), promote(b, y)];
  const ks = convertInt32(b, k);
  const xs = special ? promote(b, x) : ms;
  const half = (i: 0 | 1): Local => {
    if (!special) return binaryPower(d, d.mul(ys[i], binaryLog(d, ms[i], ks[i])));
    const exponent = d.sub(ks[i], d.and(d.lt(xs[i], d.c(2 ** -126)), d.c(24)));
    const finite = d.select(d.lt(xs[i], d.c(Infinity)), binaryLog(d, ms[i], exponent), xs[i]);
    const log = d.select(d.eq(xs[i], d.c(0)), d.c(-Infinity), finite);
    const power = binaryPower(d, d.mul(ys[i], log));
    return d.select(d.or(d.eq(ys[i], d.c(0)), d.eq(xs[i], d.c(1))), d.c(1), power);
  };
  return demote(b, half(0), half(1));
}

/** C's pow: computed as 2^(y log2|x|) in float64, signed where y is odd, NaN for a negative base and a fractional y. */
export function pow(b: VectorCode, x: Local, y: Local): Local {
  const f = f32Lanes(b);
  const magnitude = f.abs(x);
  const infiniteY = b.op("i32x4.ge_s", f.abs(y), f.c(Infinity));
  const odd = f.or(unusual(f, magnitude), infiniteY);
  const value = b.unlessAny(odd, magnitudePower(f, magnitude, y, false), () => magnitudePower(f, magnitude, y, true));
  const whole = f.eq(f.trunc(y), y);
  const halfY = f.mul(y, f.c(0.5));
  const oddY = f.and(whole, f.ne(f.trunc(halfY), halfY));
  const signed = f.or(value, f.and(f.signBit(x), oddY));
  const negative = f.and(f.lt(x, f.c(0)), f.lt(f.c(-Infinity), x));
  return f.select(f.andNot(negative, whole), f.c(NaN), signed);
}
