/**
 * @file The numbers that random kernels work on: for each dtype small ones, ordinary ones, and those where mistakes hide. Called by the
 * kernel generator and the comparison of backends.
 */
import { isFloating, itemSize, newArray, viewArray, type DType, type TypedArray } from "../../src/core/dtype.js";
import type { Tape } from "./tape.js";

/** small: whole numbers from -8 to 8; ordinary: up to 100 or so; special: extremes, NaN, infinities, -0, subnormals. */
export type Fill = "small" | "ordinary" | "special";

/** The largest magnitude that a `small` fill has. */
export const smallest = 8;

const specials: Readonly<Record<DType, readonly (number | bigint)[]>> = {
  bool: [0, 1],
  uint8: [0, 1, 2, 127, 128, 254, 255],
  int8: [0, 1, -1, 2, -2, 63, -64, 127, -127, -128],
  int16: [0, 1, -1, 181, -182, 255, 256, 32767, -32767, -32768],
  int32: [0, 1, -1, 65535, 65536, -46341, 16777217, 2147483647, -2147483647, -2147483648],
  int64: [
    0n, 1n, -1n, 4294967295n, 4294967296n, -3037000500n, 9007199254740993n, 1152921573326323713n,
    2n ** 63n - 1n, -(2n ** 63n) + 1n, -(2n ** 63n),
  ],
  float32: [0, -0, 1, -1, NaN, Infinity, -Infinity, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-40, -1.5e-38, 16777217, -8388609, 1e20, -3e9, 88.6, -103, 1e-7],
  float64: [0, -0, 1, -1, NaN, Infinity, -Infinity, 0.5, -0.5, 1.5, 2.5, -2.5, 5e-324, -2e-308, 2 ** 53 - 1, 1e200, -3e9, 709, -745, 1e-16],
};

/** One value of a dtype: a bigint for int64, 0 or 1 for bool, else a number. */
export function valueOf(tape: Tape, dtype: DType, fill: Fill): number | bigint {
  if (dtype === "bool") return tape.below(2);
  if (fill === "special") return tape.pick(specials[dtype]);
  const whole = tape.below(2 * smallest + 1) - (dtype === "uint8" ? 0 : smallest);
  if (fill === "small") return dtype === "int64" ? BigInt(whole % (smallest + 1)) : whole % (smallest + 1);
  if (dtype === "int64") return BigInt(whole) * 1_000_003n;
  return isFloating(dtype) ? (tape.fraction() - 0.5) * 2 ** tape.pick([1, 3, 8]) : whole * 7;
}

/** A dtype's array of values, drawn from a short list that repeats: a long tape would not shrink. */
export function arrayOf(tape: Tape, dtype: DType, length: number, fill: Fill): TypedArray {
  const pool = Array.from({ length: 1 + tape.below(13) }, () => valueOf(tape, dtype, fill));
  const array: TypedArray = newArray(dtype, length);
  for (let i = 0; i < length; i++) {
    // A stride of its own for every lap, so that no period of the loops falls in with the list's.
    const value = pool[(i + Math.floor(i / pool.length) * 3) % pool.length];
    if (array instanceof BigInt64Array) array[i] = BigInt(value);
    else array[i] = varied(dtype, fill, Number(value), i);
  }
  return array;
}

/** Ordinary floats differ from element to element, so that one read in the place of another shows. */
const varied = (dtype: DType, fill: Fill, value: number, i: number): number =>
  fill === "ordinary" && isFloating(dtype) ? value * (1 + (i % 1021) / 1021) : value;

export const bytesOf = (array: TypedArray): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The elements of a dtype that bytes hold. */
export const elementsOf = (dtype: DType, bytes: Uint8Array): TypedArray =>
  viewArray(dtype, bytes.slice().buffer, 0, Math.floor(bytes.byteLength / itemSize(dtype)));

/** How many representable numbers lie between two floats of a dtype; 0 for two NaNs and for equal numbers, infinite for one NaN. */
export function ulpsBetween(dtype: "float32" | "float64", a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  return Math.abs(Number(ordinal(dtype, a) - ordinal(dtype, b)));
}

/** The position of a float among all of its dtype; -0 and 0 share one, and infinity is next to the largest. */
function ordinal(dtype: "float32" | "float64", x: number): bigint {
  const magnitude = dtype === "float32"
    ? BigInt(new Int32Array(Float32Array.of(Math.abs(x)).buffer)[0])
    : new BigInt64Array(Float64Array.of(Math.abs(x)).buffer)[0];
  return x < 0 ? -magnitude : magnitude;
}
