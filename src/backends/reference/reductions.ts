/**
 * @file The meaning of every reduction: all values of one point's reduce loops in, one value out. The interpreter gathers the
 * values; nothing here knows loops.
 */
import { isFloating, itemSize, type DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { FoldOp, Reduction } from "../../ir/kernel.js";
import { ruleOf } from "./rules.js";
import { asBoolean, asFloat, asInteger, roundTo, type Scalar } from "./scalar.js";

/** The folds of a list in order, alike for all dtypes that the operation takes. */
const folds: Readonly<Record<FoldOp, (dtype: DType, values: readonly Scalar[]) => Scalar>> = {
  // Adding the identity makes a sum of negative zeros 0, as in PyTorch.
  sum: (dtype, values) => (isFloating(dtype) ? roundTo(dtype, 0 + pairwise(values.map(asFloat), (a, b) => a + b, 0)) : inOrder("add", dtype, values, 0n)),
  prod: (dtype, values) => (isFloating(dtype) ? roundTo(dtype, pairwise(values.map(asFloat), (a, b) => a * b, 1)) : inOrder("mul", dtype, values, 1n)),
  min: (dtype, values) => inOrder("min", dtype, values, extreme(dtype, 1)),
  max: (dtype, values) => inOrder("max", dtype, values, extreme(dtype, -1)),
  and: (_, values) => values.every(asBoolean),
  or: (_, values) => values.some(asBoolean),
};

/**
 * The result of a reduction.
 *
 * Floating sums and products are made in double by halves, then rounded once: the error of a sum of n grows with log n, and a
 * float32 result is the exact one but for its last rounding. Other backends add in float32 and differ by a few ulps of the sum
 * of the absolute values; where a partial result leaves float32's range they may overflow and this does not.
 *
 * @param values the reduction's `value` at every point, in the order of the loops
 * @param indices its `index` at every point, for argmin and argmax
 */
export function reduce(reduction: Reduction, values: readonly Scalar[], indices: readonly Scalar[]): Scalar {
  if (reduction.op === "argmin" || reduction.op === "argmax") return indexOfExtreme(reduction.op, values, indices.map(asInteger));
  return folds[reduction.op](reduction.dtype, values);
}

function inOrder(op: "add" | "mul" | "min" | "max", dtype: DType, values: readonly Scalar[], identity: Scalar): Scalar {
  return values.reduce(ruleOf(op, dtype), identity);
}

function pairwise(values: readonly number[], combine: (a: number, b: number) => number, identity: number): number {
  if (values.length <= 1) return values[0] ?? identity;
  const half = Math.floor(values.length / 2);
  return combine(pairwise(values.slice(0, half), combine, identity), pairwise(values.slice(half), combine, identity));
}

/** The largest value of a dtype (`sign` 1), or the smallest (-1). */
function extreme(dtype: DType, sign: 1 | -1): Scalar {
  if (isFloating(dtype)) return sign * Infinity;
  const bits = BigInt(itemSize(dtype) * 8);
  if (dtype === "uint8") return sign === 1 ? 2n ** bits - 1n : 0n;
  return sign === 1 ? 2n ** (bits - 1n) - 1n : -(2n ** (bits - 1n));
}

/** NaN is more extreme than all numbers; of equals, the smallest index. */
function indexOfExtreme(op: "argmin" | "argmax", values: readonly Scalar[], indices: readonly bigint[]): bigint {
  if (values.length === 0) throw new InternalError(`${op} of no values`);
  const beyond = (a: Scalar, b: Scalar): boolean => (Number.isNaN(b) ? false : Number.isNaN(a) || (op === "argmin" ? a < b : a > b));
  let best = 0;
  for (let at = 1; at < values.length; at++) {
    const tie = !beyond(values[at], values[best]) && !beyond(values[best], values[at]);
    if (tie ? indices[at] < indices[best] : beyond(values[at], values[best])) best = at;
  }
  return indices[best];
}
