/**
 * @file The table of float32 functions: f32x4 in, f32x4 out. The formulas are in the files it imports; here is only which name
 * means which.
 */
import { f32Lanes } from "./lanes.js";
import { floorDiv, fmod32, remainder, sign, truncDiv } from "./maths-division.js";
import { cosh, erf, exp, exp2, expm1, sinh, tanh } from "./maths-float32-exp.js";
import { log, log10, log1p, log2, pow } from "./maths-float32-log.js";
import { acos, asin, atan, atan2, cos, sin, tan } from "./maths-float32-trig.js";
import type { MathsTable } from "./maths-table.js";

export const maths32: MathsTable = {
  sign: (b, x) => sign(f32Lanes(b), x),
  exp, exp2, expm1, log, log2, log10, log1p, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, erf, pow, atan2,
  fmod: fmod32,
  remainder: (b, x, y) => remainder(f32Lanes(b), fmod32(b, x, y), y),
  truncDiv: (b, x, y) => truncDiv(f32Lanes(b), x, y),
  floorDiv: (b, x, y) => floorDiv(f32Lanes(b), x, y, fmod32(b, x, y)),
};
