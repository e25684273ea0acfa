/**
 * @file Shapes: counting, broadcasting, dimension numbers. Pure functions for every room above; they know no tensor, only lists
 * of sizes. Errors name the operation that asked.
 */
import { IndexError, ShapeError, ValueError } from "./errors.js";

/** The size of each dimension, outermost first. A scalar has the empty shape. */
export type Shape = readonly number[];

/** Number of elements. */
export function numel(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}

/** `[2, 3]`, as messages print a shape. */
export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Throws ShapeError unless every entry is a whole number of at least 0. */
export function checkShape(operation: string, shape: Shape): void {
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ShapeError(`${operation}: a shape has whole sizes of at least 0, not ${formatShape(shape)}`);
    }
  }
  if (!Number.isSafeInteger(numel(shape))) throw new ShapeError(`${operation}: shape ${formatShape(shape)} has too many elements`);
}

/**
 * The shape that two or more shapes broadcast to: aligned at the right, sizes equal or 1.
 * https://docs.pytorch.org/docs/stable/notes/broadcasting.html
 */
export function broadcastShapes(operation: string, ...shapes: readonly Shape[]): Shape {
  let result: Shape = shapes[0];
  for (let s = 1; s < shapes.length; s++) {
    const other = shapes[s];
    if (sameShape(result, other)) continue;
    const rank = Math.max(result.length, other.length);
    const merged = new Array<number>(rank);
    for (let i = 1; i <= rank; i++) {
      const a = i <= result.length ? result[result.length - i] : 1;
      const b = i <= other.length ? other[other.length - i] : 1;
      if (a !== b && a !== 1 && b !== 1) {
        throw new ShapeError(
          `${operation}: cannot broadcast ${shapes.map(formatShape).join(" with ")}: ` +
            `sizes ${a} and ${b} at dimension -${i} must be equal, or one of them 1`,
        );
      }
      merged[rank - i] = a === 1 ? b : a;
    }
    result = merged;
  }
  return result;
}

/** A dimension number in 0..rank-1 from one in -rank..rank-1. A scalar counts as having one dimension, as in PyTorch. */
export function normalizeDim(operation: string, dim: number, rank: number): number {
  const bound = Math.max(rank, 1);
  if (!Number.isInteger(dim) || dim < -bound || dim >= bound) {
    throw new IndexError(`${operation}: dimension out of range: expected a whole number in [${-bound}, ${bound - 1}], got ${dim}`);
  }
  return dim < 0 ? dim + bound : dim;
}

/** Several dimension numbers, normalised; each may occur once. */
export function normalizeDims(operation: string, dims: readonly number[], rank: number): number[] {
  const seen = new Set<number>();
  return dims.map((dim) => {
    const d = normalizeDim(operation, dim, rank);
    if (seen.has(d)) throw new ValueError(`${operation}: dimension ${dim} appears more than once in [${dims.join(", ")}]`);
    seen.add(d);
    return d;
  });
}

/** A target shape with at most one -1 filled in so that it holds `count` elements. */
export function inferShape(operation: string, shape: Shape, count: number): Shape {
  const holes = shape.filter((size) => size === -1).length;
  if (holes === 0) {
    checkShape(operation, shape);
    if (numel(shape) !== count) throw new ShapeError(`${operation}: shape ${formatShape(shape)} is invalid for ${count} elements`);
    return shape;
  }
  if (holes > 1) throw new ShapeError(`${operation}: only one dimension can be inferred, but ${formatShape(shape)} has ${holes}`);
  const known = shape.reduce((n, size) => (size === -1 ? n : n * size), 1);
  checkShape(operation, shape.filter((size) => size !== -1));
  if (known === 0) {
    throw new ShapeError(`${operation}: cannot infer -1 in ${formatShape(shape)}: any size would do for 0 elements`);
  }
  if (count % known !== 0) throw new ShapeError(`${operation}: shape ${formatShape(shape)} is invalid for ${count} elements`);
  return shape.map((size) => (size === -1 ? count / known : size));
}
