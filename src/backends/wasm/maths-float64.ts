/**
 * @file The table of float64 functions: f64x2 in, f64x2 out. Which are vector code and which are the host's, lane by lane, is to be
 * read off the table; formulas are in the files it imports.
 */
import { f64Lanes } from "./lanes.js";
import type { HostFunction } from "./host-functions.js";
import { floorDiv, fmod64, remainder, sign, truncDiv } from "./maths-division.js";
import { atan, atan2 } from "./maths-float64-trig.js";
import type { Binary, MathsTable, Unary } from "./maths-table.js";

/** The host's function for each lane. */
const host = (name: HostFunction): Unary => (b, x) => b.host(name, x);
const host2 = (name: HostFunction): Binary => (b, x, y) => b.host(name, x, y);

export const maths64: MathsTable = {
  atan, atan2,
  exp: host("exp"), exp2: host("exp2"), log: host("log"), log2: host("log2"), log10: host("log10"), expm1: host("expm1"), log1p: host("log1p"),
  sin: host("sin"), cos: host("cos"), tan: host("tan"), asin: host("asin"), acos: host("acos"),
  sinh: host("sinh"), cosh: host("cosh"), tanh: host("tanh"), erf: host("erf"),
  pow: host2("pow"),
  sign: (b, x) => sign(f64Lanes(b), x),
  fmod: fmod64,
  remainder: (b, x, y) => remainder(f64Lanes(b), fmod64(b, x, y), y),
  truncDiv: (b, x, y) => truncDiv(f64Lanes(b), x, y),
  floorDiv: (b, x, y) => floorDiv(f64Lanes(b), x, y, fmod64(b, x, y)),
};
