/**
 * @file Scalar functions that a module imports from the host where vector code would not pay: rare arguments, and float64
 * functions seldom used. The loop emitter imports those that the code asked for, by their names here.
 */

/**
 * C's pow. JavaScript's differs where the base is 1 or -1 and the exponent is NaN or infinite.
 * Source: C17 F.10.4.4, ECMAScript Number::exponentiate.
 */
function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return x ** y;
}

/**
 * The error function. Below 2.5 its series in which all terms have one sign, 2/sqrt(pi) e^(-x²) sum of 2^n x^(2n+1) / (2n+1)!!; above,
 * one minus the continued fraction of erfc. Source: Abramowitz and Stegun, 7.1.6 and 7.1.14.
 */
function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (Number.isNaN(x) || x === 0) return x;
  if (magnitude > 6) return Math.sign(x);
  const density = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (magnitude < 2.5) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return density * sum;
  }
  let fraction = magnitude;
  for (let n = 60; n >= 1; n--) fraction = magnitude + n / 2 / fraction;
  return Math.sign(x) * (1 - density / fraction);
}

/** Name → function of one or two float64 numbers (its `length` says which), giving one. */
export const hostFunctions = {
  exp: (x: number) => Math.exp(x),
  exp2: (x: number) => 2 ** x,
  log: (x: number) => Math.log(x),
  log2: (x: number) => Math.log2(x),
  log10: (x: number) => Math.log10(x),
  expm1: (x: number) => Math.expm1(x),
  log1p: (x: number) => Math.log1p(x),
  sin: (x: number) => Math.sin(x),
  cos: (x: number) => Math.cos(x),
  tan: (x: number) => Math.tan(x),
  asin: (x: number) => Math.asin(x),
  acos: (x: number) => Math.acos(x),
  atan: (x: number) => Math.atan(x),
  sinh: (x: number) => Math.sinh(x),
  cosh: (x: number) => Math.cosh(x),
  tanh: (x: number) => Math.tanh(x),
  atan2: (y: number, x: number) => Math.atan2(y, x),
  /** The exact remainder with the sign of x, C's fmod. */
  fmod: (x: number, y: number) => x % y,
  pow,
  erf,
} as const;
export type HostFunction = keyof typeof hostFunctions;
