/**
 * @file float32: the circular functions and their inverses, as f32x4 code with the argument's reduction in float64 where float32 does not do. Filled into
 * the table of maths-float32.ts.
 *
 * Sources: S. L. Moshier, Cephes Mathematical Library, single/ (sinf.c, asinf.c, atanf.c): polynomials; musl and FreeBSD msun
 * __rem_pio2f.c: pi/2 in 25 + 53 bits; __tandf.c: the polynomial of tan.
 */
import type { Local } from "./assembler.js";
import { beyond } from "./maths-float32-exp.js";
import { demote, f32Lanes, f64Lanes, promote, viaFloat64, type F32, type F64 } from "./lanes.js";
import { atan2 as atan2Float64 } from "./maths-float64-trig.js";
import type { HostFunction } from "./host-functions.js";
import type { VectorCode } from "./vector-code.js";

const PI_2_HIGH = 1.5707963109016418; // 25 bits: its product with a quadrant number below 2^28 is exact
const PI_2_LOW = 1.5893254773528196e-8;
const ROUNDER64 = 1.5 * 2 ** 52;
/** Above this, and for infinity and NaN, the host reduces. */
const REDUCIBLE = 2 ** 28;

/** x as r + q pi/2, |r| <= pi/4: r, and a float64 whose low bits are q. */
function quadrant(d: F64, x: Local): { readonly r: Local; readonly q: Local } {
  const q = d.add(d.mul(x, d.c(2 / Math.PI)), d.c(ROUNDER64));
  const turns = d.sub(q, d.c(ROUNDER64));
  return { r: d.sub(d.sub(x, d.mul(turns, d.c(PI_2_HIGH))), d.mul(turns, d.c(PI_2_LOW))), q };
}

const lowWords = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/** |r| <= pi/4 and an i32x4 whose low bits number the quarter turn. */
interface Reduced {
  readonly r: Local;
  readonly q: Local;
}

/** pi/2 in 17 + 17 + 24 bits: the first two times a quadrant number up to 2^7 are exact. */
const PI_2_SHORT = [1.5707855224609375, 1.0804273188114166e-5, 6.07710062827671e-11] as const;
/** Below this, float32 suffices. */
const NEAR = 200;
const ROUNDER32 = 1.5 * 2 ** 23;

/** For |x| < NEAR. */
function reduceNear(f: F32, x: Local): Reduced {
  const q = f.add(f.mul(x, f.c(2 / Math.PI)), f.c(ROUNDER32));
  const turns = f.sub(q, f.c(ROUNDER32));
  return { r: PI_2_SHORT.reduce((rest, part) => f.sub(rest, f.mul(turns, f.c(part))), x), q };
}

/** For |x| < REDUCIBLE. */
function reduce(f: F32, x: Local): Reduced {
  const d = f64Lanes(f.b);
  const [low, high] = promote(f.b, x).map((half) => quadrant(d, half));
  return { r: demote(f.b, low.r, high.r), q: f.b.shuffle(low.q, high.q, lowWords) };
}

/** sin(r + (q + ahead) pi/2). */
function sineOf(f: F32, { r, q }: Reduced, ahead: 0 | 1): Local {
  const { b } = f;
  const turn = ahead === 0 ? q : b.op("i32x4.add", q, b.i32(ahead));
  const z = f.mul(r, r);
  const sin = f.add(f.mul(f.mul(f.poly(z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]), z), r), r);
  const cosTail = f.mul(f.mul(z, z), f.poly(z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]));
  const cos = f.add(f.sub(f.c(1), f.mul(z, f.c(0.5))), cosTail);
  const odd = b.shift("i32x4.shr_s", b.shift("i32x4.shl", turn, 31), 31);
  const value = f.select(odd, cos, f.withSign(sin, r)); // -0 + 0 is 0, and sin(-0) is -0
  return f.xor(value, b.shift("i32x4.shl", f.and(turn, b.i32(2)), 30));
}

/** A function by the host, lane by lane in float64, where any lane is out of the reducible range. */
function elseHost(f: F32, x: Local, value: Local, name: HostFunction): Local {
  return f.b.unlessAny(beyond(f, x, REDUCIBLE), value, () => viaFloat64(f.b, (half) => f.b.host(name, half), x));
}

function sine(f: F32, x: Local, ahead: 0 | 1, name: HostFunction): Local {
  return f.b.unlessAny(beyond(f, x, NEAR), sineOf(f, reduceNear(f, x), ahead), () =>
    elseHost(f, x, sineOf(f, reduce(f, x), ahead), name),
  );
}

export function sin(b: VectorCode, x: Local): Local {
  return sine(f32Lanes(b), x, 0, "sin");
}

export function cos(b: VectorCode, x: Local): Local {
  return sine(f32Lanes(b), x, 1, "cos");
}

/** (tan(r) - r) / r³, |r| <= pi/4. */
const TAN = [
  0.00946564784943673166728, 0.00297435743359967304927, 0.0245283181166547278873, 0.0533812378445670393523,
  0.133392002712976742718, 0.333331395030791399758,
];

export function tan(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const d = f64Lanes(b);
  const inside = (half: Local): Local => {
    const { r, q } = quadrant(d, half);
    const z = d.mul(r, r);
    const t = d.add(r, d.mul(d.mul(r, z), d.poly(z, TAN)));
    const odd = b.op("i64x2.ne", d.and(q, b.i64(1n)), b.i64(0n));
    return d.div(d.select(odd, d.c(-1), t), d.select(odd, t, d.c(1)));
  };
  const value = viaFloat64(b, inside, x);
  const zero = f.select(f.eq(x, f.c(0)), x, value);
  return elseHost(f, x, zero, "tan");
}

const PI_2 = Math.fround(Math.PI / 2);
const PI_2_REST = Math.PI / 2 - PI_2;

/** (asin(x) - x) / x³ as a polynomial in x² <= 1/4. */
const ASIN = [4.2163199048e-2, 2.4181311049e-2, 4.5470025998e-2, 7.4953002686e-2, 1.6666752422e-1];

/** asin(s) for 0 <= s <= 1/2 or where that is s = sqrt((1 - a) / 2) of a larger argument, and which it is. */
function halfAngle(f: F32, x: Local): { readonly angle: Local; readonly large: Local } {
  const magnitude = f.abs(x);
  const large = f.lt(f.c(0.5), magnitude);
  const half = f.mul(f.sub(f.c(1), magnitude), f.c(0.5));
  const z = f.select(large, half, f.mul(x, x));
  const s = f.select(large, f.sqrt(half), magnitude);
  return { angle: f.add(s, f.mul(f.mul(s, z), f.poly(z, ASIN))), large };
}

export function asin(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const { angle, large } = halfAngle(f, x);
  const complement = f.add(f.sub(f.c(PI_2), f.add(angle, angle)), f.c(PI_2_REST));
  return f.withSign(f.select(large, complement, angle), x);
}

export function acos(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const { angle, large } = halfAngle(f, x);
  const twice = f.add(angle, angle);
  const negative = f.lt(x, f.c(0));
  const outer = f.select(negative, f.sub(f.c(2 * PI_2), f.sub(twice, f.c(2 * PI_2_REST))), twice);
  const signed = f.xor(angle, f.signBit(x));
  return f.select(large, outer, f.sub(f.c(PI_2), f.sub(signed, f.c(PI_2_REST))));
}

/** (atan(x) - x) / x³ as a polynomial in x², |x| <= tan(pi/8). */
const ATAN = [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1];

export function atan(b: VectorCode, x: Local): Local {
  const f = f32Lanes(b);
  const magnitude = f.abs(x);
  const middle = f.lt(f.c(0.4142135623730950), magnitude);
  const far = f.lt(f.c(2.414213562373095), magnitude);
  const numerator = f.select(far, f.c(-1), f.select(middle, f.sub(magnitude, f.c(1)), magnitude));
  const denominator = f.select(far, magnitude, f.select(middle, f.add(magnitude, f.c(1)), f.c(1)));
  const t = f.div(numerator, denominator);
  const z = f.mul(t, t);
  const angle = f.add(f.mul(f.mul(f.poly(z, ATAN), z), t), t);
  const base = f.select(far, f.c(PI_2), f.and(middle, f.c(PI_2 / 2)));
  const rest = f.select(far, f.c(PI_2_REST), f.and(middle, f.c(PI_2_REST / 2)));
  return f.withSign(f.add(base, f.add(angle, rest)), x);
}

/** In float64, where quotients of float32 neither overflow nor vanish. */
export function atan2(b: VectorCode, y: Local, x: Local): Local {
  return viaFloat64(b, (ys, xs) => atan2Float64(b, ys, xs), y, x);
}
