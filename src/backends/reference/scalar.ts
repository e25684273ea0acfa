/**
 * @file What one value is in the reference backend: a boolean, a bigint for every integer dtype, or a number for the floats; how it
 * lies in memory, and C's conversions between dtypes. Called by the rules and the interpreter; knows no operation.
 */
import { isFloating, itemSize, viewArray, type DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";

/** bool is a boolean, the integer dtypes are bigints within range, float32 and float64 are numbers (a float32 is rounded). */
export type Scalar = boolean | bigint | number;

export function asBoolean(value: Scalar): boolean {
  if (typeof value !== "boolean") throw new InternalError(`the reference backend expected a bool, got ${typeof value} ${value}`);
  return value;
}

export function asInteger(value: Scalar): bigint {
  if (typeof value !== "bigint") throw new InternalError(`the reference backend expected an integer, got ${typeof value} ${value}`);
  return value;
}

export function asFloat(value: Scalar): number {
  if (typeof value !== "number") throw new InternalError(`the reference backend expected a float, got ${typeof value} ${value}`);
  return value;
}

/** An integer modulo 2^bits, in the dtype's range: what overflow gives. */
export function wrap(dtype: DType, value: bigint): bigint {
  const bits = itemSize(dtype) * 8;
  return dtype === "uint8" ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value);
}

/** A double as the dtype holds it. */
export const roundTo = (dtype: DType, value: number): number => (dtype === "float32" ? Math.fround(value) : value);

/**
 * C's conversion. Where C leaves it undefined (a float that is NaN, infinite or out of the integer's range), this gives 0 for NaN
 * and infinities and wraps the rest; other backends may give something else.
 */
export function convert(value: Scalar, to: DType): Scalar {
  if (to === "bool") return typeof value === "boolean" ? value : value != 0; // oxlint-disable-line eqeqeq -- 0 or 0n
  if (isFloating(to)) return typeof value === "bigint" ? nearest(value, to) : roundTo(to, Number(value));
  if (typeof value !== "number") return wrap(to, BigInt(value));
  return Number.isFinite(value) ? wrap(to, BigInt(Math.trunc(value))) : 0n;
}

/** An integer rounded once. To float32 by way of a double it would round twice: 2^60 + 2^36 + 1 lies just above a tie. */
function nearest(value: bigint, to: DType): number {
  if (to === "float64" || BigInt.asIntN(54, value) === value) return roundTo(to, Number(value));
  const shift = 20n;
  const sticky = BigInt.asUintN(Number(shift), value) === 0n ? 0n : 1n;
  return Math.fround(Number((value >> shift) | sticky)) * 2 ** Number(shift);
}

/** Elements of one dtype in a piece of memory. */
export interface Memory {
  readonly length: number;
  get(at: number): Scalar;
  set(at: number, value: Scalar): void;
}

/** As many elements of a dtype as a buffer holds. */
export function memory(dtype: DType, buffer: ArrayBuffer): Memory {
  const length = Math.floor(buffer.byteLength / itemSize(dtype));
  const view = viewArray(dtype, buffer, 0, length);
  if (view instanceof BigInt64Array) {
    return { length, get: (at) => view[at], set: (at, value) => void (view[at] = asInteger(value)) };
  }
  if (dtype === "bool") return { length, get: (at) => view[at] !== 0, set: (at, value) => void (view[at] = asBoolean(value) ? 1 : 0) };
  if (isFloating(dtype)) return { length, get: (at) => view[at], set: (at, value) => void (view[at] = asFloat(value)) };
  return { length, get: (at) => BigInt(view[at]), set: (at, value) => void (view[at] = Number(asInteger(value))) };
}

/** A parameter as `KernelArguments.constants` has it: a number also for bool and the narrow integers. */
export const constant = (dtype: DType, value: number | bigint): Scalar => convert(value, dtype);
