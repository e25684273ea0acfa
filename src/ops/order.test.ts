/**
 * @file A selection finds what a sort finds: one rank, and the first few in order, for every dtype, with ties, NaN, zeros of both signs and
 * infinities, on short rows, long ones and columns.
 */
import { expect, test } from "vitest";
import { newArray, type DType, type TypedArray } from "../core/dtype.js";
import { RowOrder } from "./order.js";

/** Numbers that repeat: a linear congruential generator (Numerical Recipes). */
function filled(dtype: DType, length: number, spread: number): TypedArray {
  const array: TypedArray = newArray(dtype, length);
  let state = length + spread;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = (state >>> 8) % spread;
    if (array instanceof BigInt64Array) array[i] = BigInt(value - (spread >> 1)) * 4294967297n;
    else if (dtype === "bool") array[i] = value & 1;
    else array[i] = array instanceof Float32Array || array instanceof Float64Array ? ([NaN, -0, 0, Infinity, -Infinity][value] ?? value / 7 - spread / 9) : value - (spread >> 1);
  }
  return array;
}

test.each(["bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64"] as const)("%s", (dtype) => {
  for (const [length, stride] of [[1, 1], [48, 1], [49, 1], [700, 3], [5000, 1]]) {
    for (const spread of [3, 40, 100000]) {
      for (const descending of [false, true]) {
        const data = filled(dtype, length * stride, spread);
        const order = new RowOrder(dtype, length, descending);
        const start = stride - 1;
        const whole = Array.from(order.of(data, start, stride));
        for (const rank of [0, length >> 2, length >> 1, length - 1]) expect(order.at(data, start, stride, rank)).toBe(whole[rank]);
        for (const count of [0, 1, length >> 3, length >> 1, length]) {
          expect(Array.from(order.first(data, start, stride, count).subarray(0, count))).toEqual(whole.slice(0, count));
        }
      }
    }
  }
});
