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

/** Name → function of one or two float64 numbers (its `length` says which), giving one. */
export const hostFunctions = {
  exp: (x: number) => Math.exp(x),
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
} as const;
export type HostFunction = keyof typeof hostFunctions;
