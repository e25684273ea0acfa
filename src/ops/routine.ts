/**
 * @file What routines over dense arrays have in common: arrays of numbers and of bigints under one loop, the lines of a tensor along a
 * dimension, and walks over several layouts at once. The families that are no loop nests (sorting, counting, scattering) use it.
 */
import type { TypedArray } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { numel, type Shape } from "../core/shape.js";

/** The elements of a typed array: all numbers or all bigints. */
export interface Cells<E> {
  readonly length: number;
  [index: number]: E;
}

/** Calls the loop with arrays of one dtype: as numbers, or as bigints for int64. */
export function onCells(
  arrays: readonly TypedArray[],
  loop: { readonly numbers: (cells: readonly Cells<number>[]) => void; readonly bigints: (cells: readonly Cells<bigint>[]) => void },
): void {
  const wide: BigInt64Array[] = [];
  const narrow: Exclude<TypedArray, BigInt64Array>[] = [];
  for (const array of arrays) {
    if (array instanceof BigInt64Array) wide.push(array);
    else narrow.push(array);
  }
  if (wide.length > 0 && narrow.length > 0) throw new InternalError("a routine mixes int64 with another dtype");
  if (wide.length > 0) loop.bigints(wide);
  else loop.numbers(narrow);
}

/** The same for a loop that only moves elements. */
export const onAnyCells = (arrays: readonly TypedArray[], loop: <E extends number | bigint>(cells: readonly Cells<E>[]) => void): void =>
  onCells(arrays, { numbers: loop, bigints: loop });

/** Elements as numbers, for indices and counts. */
export function numbersOf(array: TypedArray): ArrayLike<number> {
  return array instanceof BigInt64Array ? Array.from(array, Number) : array;
}

/** A dense tensor seen as lines along one dimension: `outer` blocks of `size` steps of `inner` neighbours. */
export interface Lines {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

/** A scalar is one line of one element. */
export function linesOf(shape: Shape, dim: number): Lines {
  if (shape.length === 0) return { outer: 1, size: 1, inner: 1 };
  return { outer: numel(shape.slice(0, dim)), size: shape[dim], inner: numel(shape.slice(dim + 1)) };
}

/** Calls `visit(start, line)` for each line; its elements are `start + i * inner`. */
export function eachLine({ outer, size, inner }: Lines, visit: (start: number, line: number) => void): void {
  for (let o = 0, line = 0; o < outer; o++) for (let i = 0; i < inner; i++) visit(o * size * inner + i, line++);
}

/** Walks a shape in row-major order with a position in each of two layouts. */
export function walk2(shape: Shape, first: readonly number[], second: readonly number[], visit: (a: number, b: number) => void): void {
  const count = numel(shape);
  const rank = shape.length;
  const counter = new Array<number>(rank).fill(0);
  let [a, b] = [0, 0];
  for (let i = 0; i < count; i++) {
    visit(a, b);
    for (let d = rank - 1; d >= 0; d--) {
      a += first[d];
      b += second[d];
      if (++counter[d] < shape[d]) break;
      counter[d] = 0;
      a -= first[d] * shape[d];
      b -= second[d] * shape[d];
    }
  }
}
