/**
 * @file float64: the logarithms, as f64x2 code. Filled into the table of maths-float64.ts.
 *
 * Sources: fdlibm e_log.c (how the terms are ordered so that rounding errors stay small) and FreeBSD msun e_log2.c, e_log10.c (the split
 * product). The polynomial is a minimax fit (Remez), made for this interval.
 */
import type { Local } from "./assembler.js";
import { f64Lanes, type F64 } from "./lanes.js";
import type { VectorCode } from "./vector-code.js";

const ONE_BITS = 0x3ff0000000000000n;
const SQRT_HALF_BITS = 0x3fe6a09e667f3bcdn;
const EXPONENT_MASK = -0x10000000000000n;
const LN2_HIGH = 0.6931471805582987;
const LN2_LOW = 1.6465949582897082e-12;
/** (2 atanh(s) / s - 2) / s² as a polynomial in s², |s| <= 0.1716, error 2^-59. */
const LOG = [
  0.1479610933615637, 0.15314035436912551, 0.18183564883178302, 0.22222198563131837, 0.2857142874247897, 0.399999999994143,
  0.6666666666666734,
];

/** The parts of log(m 2^k), sqrt(1/2) <= m < sqrt(2): f = m - 1, half f², the rest: log(m) = f - half f² + rest. */
interface Parts {
  readonly f: Local;
  readonly halfSquare: Local;
  readonly rest: Local;
  readonly k: Local;
}

/** Of a positive normal number. */
function parts(d: F64, x: Local): Parts {
  const { b } = d;
  const biased = b.op("i64x2.add", x, b.i64(ONE_BITS - SQRT_HALF_BITS)); // exponent k + 1023
  const m = b.op("i64x2.add", b.op("i64x2.sub", x, d.and(biased, b.i64(EXPONENT_MASK))), b.i64(ONE_BITS));
  // an integer in the low bits of 2^52 is added to it
  const k = d.sub(d.or(b.shift("i64x2.shr_u", biased, 52), d.c(2 ** 52)), d.c(2 ** 52 + 1023));
  const f = d.sub(m, d.c(1));
  const s = d.div(f, d.add(m, d.c(1)));
  const z = d.mul(s, s);
  const halfSquare = d.mul(d.mul(f, f), d.c(0.5));
  return { f, halfSquare, rest: d.mul(s, d.add(halfSquare, d.mul(z, d.poly(z, LOG)))), k };
}

function naturalLog(d: F64, { f, halfSquare, rest, k }: Parts, correction?: Local): Local {
  const low = d.mul(k, d.c(LN2_LOW));
  const small = d.add(rest, correction === undefined ? low : d.add(low, correction));
  return d.sub(d.mul(k, d.c(LN2_HIGH)), d.sub(d.sub(halfSquare, small), f));
}

/** Lanes that are not positive normal numbers: zero, denormal, negative, infinite, NaN. */
function unusual(d: F64, x: Local): Local {
  return d.not(d.and(d.le(d.c(2 ** -1022), x), d.lt(x, d.c(Infinity))));
}

/** What a core function, given parts, makes of positive normal numbers; the other cases in a branch. */
function anyLog(d: F64, x: Local, core: (p: Parts) => Local): Local {
  return d.b.unlessAny(unusual(d, x), core(parts(d, x)), () => {
    const denormal = d.lt(x, d.c(2 ** -1022));
    const p = parts(d, d.select(denormal, d.mul(x, d.c(2 ** 54)), x));
    const value = core({ ...p, k: d.sub(p.k, d.and(denormal, d.c(54))) });
    const finite = d.select(d.lt(x, d.c(Infinity)), value, x); // also NaN for NaN
    const positive = d.select(d.lt(x, d.c(0)), d.c(NaN), finite);
    return d.select(d.eq(x, d.c(0)), d.c(-Infinity), positive);
  });
}

export function log(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  return anyLog(d, x, (p) => naturalLog(d, p));
}

/** A number as a float64 of 21 bits and the float64 that is left; `rest` is what the number itself lacks. */
function splitLiteral(value: number, rest: number): readonly [number, number] {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setUint32(4, 0);
  const high = bits.getFloat64(0);
  return [high, value - high + rest];
}

/** log(m) scale + k perOctave, with the product in halves and the sum with k in two parts. */
function scaledLog(d: F64, p: Parts, scale: readonly [number, number], perOctave: readonly [number, number]): Local {
  const high = d.and(d.sub(p.f, p.halfSquare), d.b.i64(-0x100000000n));
  const low = d.add(d.sub(d.sub(p.f, high), p.halfSquare), p.rest);
  const product = d.mul(high, d.c(scale[0]));
  const octaves = d.mul(p.k, d.c(perOctave[0]));
  const sum = d.add(octaves, product);
  const lost = d.add(d.sub(octaves, sum), product);
  const small = d.add(d.mul(d.add(low, high), d.c(scale[1])), d.mul(low, d.c(scale[0])));
  return d.add(sum, d.add(lost, d.add(d.mul(p.k, d.c(perOctave[1])), small)));
}

export function log2(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  return anyLog(d, x, (p) => scaledLog(d, p, splitLiteral(Math.LOG2E, 2.0355273740931033e-17), [1, 0]));
}

export function log10(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  return anyLog(d, x, (p) => scaledLog(d, p, splitLiteral(Math.LOG10E, 1.098319650216765e-17), splitLiteral(Math.log10(2), -2.8037281277851704e-18)));
}

/** log(1 + x): log of the rounded sum u, and what rounding took away, over u. */
export function log1p(b: VectorCode, x: Local): Local {
  const d = f64Lanes(b);
  const u = d.add(x, d.c(1));
  const added = d.sub(u, d.c(1));
  const lost = d.add(d.sub(x, added), d.sub(d.c(1), d.sub(u, added)));
  const value = naturalLog(d, parts(d, u), d.div(lost, u));
  const exact = d.select(d.lt(d.abs(x), d.c(2 ** -54)), x, value); // and -0
  return b.unlessAny(unusual(d, u), exact, () => {
    const bounded = d.select(d.le(d.c(-1), x), exact, d.c(NaN));
    const finite = d.select(d.lt(x, d.c(Infinity)), bounded, x);
    return d.select(d.eq(x, d.c(-1)), d.c(-Infinity), finite);
  });
}
