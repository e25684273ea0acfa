/**
 * @file The table of float64 functions: f64x2 in, f64x2 out. The formulas are in the files it imports; here is only which name
 * means which.
 *
 * Vector code: everything but the following. The host's function, lane by lane: `pow` and `fmod` (and so `remainder` and `floorDiv`,
 * which are made of fmod), whose results need more digits inside than a float64 has; `sin`, `cos` and `tan` in a branch, where an
 * argument is above 2^20.
 */
import { f64Lanes } from "./lanes.js";
import { floorDiv, fmod64, remainder, sign, truncDiv } from "./maths-division.js";
import { cosh, erf, exp, exp2, expm1, sinh, tanh } from "./maths-float64-exp.js";
import { log, log10, log1p, log2 } from "./maths-float64-log.js";
import { acos, asin, atan, atan2, cos, sin, tan } from "./maths-float64-trig.js";
import type { MathsTable } from "./maths-table.js";

export const maths64: MathsTable = {
  exp, exp2, expm1, log, log2, log10, log1p, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, erf, atan2,
  pow: (b, x, y) => b.host("pow", x, y),
  fmod: fmod64,
  sign: (b, x) => sign(f64Lanes(b), x),
  remainder: (b, x, y) => remainder(f64Lanes(b), fmod64(b, x, y), y),
  truncDiv: (b, x, y) => truncDiv(f64Lanes(b), x, y),
  floorDiv: (b, x, y) => floorDiv(f64Lanes(b), x, y, fmod64(b, x, y)),
};
