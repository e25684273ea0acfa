/**
 * @file float64: the circular functions and their inverses, as f64x2 code. Filled into the table of maths-float64.ts; atan2 of
 * float32 is computed here too. The polynomials are minimax fits (Remez), made for these intervals.
 */
import type { Local } from "./assembler.js";
import { f64Lanes, type F64 } from "./lanes.js";
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
