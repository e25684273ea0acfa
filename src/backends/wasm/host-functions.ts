/**
 * @file Scalar functions that a module imports from the host where vector code would not pay: rare arguments, and
 * two float64 functions. The loop emitter imports those that the code asked for, by their names here.
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
  sin: (x: number) => Math.sin(x),
  cos: (x: number) => Math.cos(x),
  tan: (x: number) => Math.tan(x),
  /** The exact remainder with the sign of x, C's fmod. */
  fmod: (x: number, y: number) => x % y,
  pow,
} as const;
export type HostFunction = keyof typeof hostFunctions;

/** All of their names. */
export function hostFunctionNames(): HostFunction[] {
  const names: HostFunction[] = [];
  let name: HostFunction;
  for (name in hostFunctions) names.push(name);
  return names;
}
