/**
 * @file The one strided view: shape, strides and offset over a storage's elements, and PyTorch's movement operations as
 * arithmetic on them. Pure functions; callers have normalised dimension numbers and checked user input (core/shape.ts).
 *
 * One view is enough because strides are never negative and what cannot be a view is a copy.
 * https://docs.pytorch.org/docs/stable/tensor_view.html
 */
import { numel, type Shape } from "./shape.js";

/** Element (i, j, …) of the view is element offset + i·strides[0] + j·strides[1] + … of the storage. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Strides of a dense, row-major layout. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i] === 0 ? 1 : shape[i];
  }
  return strides;
}

/** The dense view of a whole storage. */
export const contiguousView = (shape: Shape): View => ({ shape, strides: contiguousStrides(shape), offset: 0 });

/** Whether the elements lie densely in row-major order (from any offset). Strides of dimensions of size 1 do not matter. */
export function isContiguous(view: View): boolean {
  let step = 1;
  for (let i = view.shape.length - 1; i >= 0; i--) {
    const size = view.shape[i];
    if (size === 0) return true;
    if (size !== 1 && view.strides[i] !== step) return false;
    step *= size;
  }
  return true;
}

/** Dimension i of the result is dimension dims[i] of the view. */
export const permute = (view: View, dims: readonly number[]): View => ({
  shape: dims.map((d) => view.shape[d]),
  strides: dims.map((d) => view.strides[d]),
  offset: view.offset,
});

/** Repeats dimensions of size 1 (and new leading ones) by stride 0. The target must be a legal broadcast of the view's shape. */
export function expand(view: View, shape: Shape): View {
  const lead = shape.length - view.shape.length;
  const strides = shape.map((size, i) => (i < lead || (view.shape[i - lead] === 1 && size !== 1) ? 0 : view.strides[i - lead]));
  return { shape, strides, offset: view.offset };
}

/** Every step-th element of one dimension from `start`, `length` of them. */
export const slice = (view: View, dim: number, start: number, length: number, step: number): View => ({
  shape: view.shape.map((size, d) => (d === dim ? length : size)),
  strides: view.strides.map((stride, d) => (d === dim ? stride * step : stride)),
  offset: view.offset + (length > 0 ? start * view.strides[dim] : 0),
});

/** One element of a dimension, which disappears. */
export const select = (view: View, dim: number, index: number): View => ({
  shape: view.shape.filter((_, d) => d !== dim),
  strides: view.strides.filter((_, d) => d !== dim),
  offset: view.offset + index * view.strides[dim],
});

/** A new dimension of size 1 before dimension `dim` (0..rank). */
export const unsqueeze = (view: View, dim: number): View => ({
  shape: view.shape.toSpliced(dim, 0, 1),
  strides: view.strides.toSpliced(dim, 0, dim < view.shape.length ? view.shape[dim] * view.strides[dim] : 1),
  offset: view.offset,
});

/** Without the dimensions for which `drop` says so; their sizes must be 1. */
export const squeeze = (view: View, drop: (dim: number) => boolean): View => ({
  shape: view.shape.filter((_, d) => !drop(d)),
  strides: view.strides.filter((_, d) => !drop(d)),
  offset: view.offset,
});

/**
 * The view with another shape of as many elements, or null where only a copy will do. PyTorch's rule (computeStride): group
 * old dimensions that are dense among themselves, and cut each group into new dimensions.
 */
export function reshape(view: View, shape: Shape): View | null {
  const count = numel(shape);
  if (count === 0 || isContiguous(view)) return { shape, strides: contiguousStrides(shape), offset: view.offset };
  const strides = new Array<number>(shape.length);
  let to = shape.length - 1;
  let groupSize = 1; // elements of the dense group of old dimensions seen so far
  let groupStride = view.strides.at(-1) ?? 1; // stride of its innermost element
  let taken = 1; // elements of the group already given to new dimensions
  for (let from = view.shape.length - 1; from >= 0; from--) {
    groupSize *= view.shape[from];
    const outer = from - 1;
    const dense = outer >= 0 && (view.shape[outer] === 1 || view.strides[outer] === groupSize * groupStride);
    if (dense) continue;
    while (to >= 0 && (taken < groupSize || shape[to] === 1)) {
      strides[to] = taken * groupStride;
      taken *= shape[to];
      to--;
    }
    if (taken !== groupSize) return null;
    if (outer >= 0) {
      groupStride = view.strides[outer];
      groupSize = 1;
      taken = 1;
    }
  }
  return to === -1 ? { shape, strides, offset: view.offset } : null;
}

/** Whether some element of the storage is seen more than once (a dimension of stride 0). */
export function hasBroadcast(view: View): boolean {
  for (let i = 0; i < view.shape.length; i++) if (view.strides[i] === 0 && view.shape[i] > 1) return true;
  return false;
}

/**
 * The dimensions as they lie in memory, outermost first: PyTorch's order of iteration, in which random numbers are drawn too. Dimensions
 * that memory does not order (of stride 0) stay where they are; of equal strides the larger is the outer.
 * Source: aten/src/ATen/TensorIterator.cpp, reorder_dimensions.
 */
export function memoryOrder({ shape, strides }: View): number[] {
  const inner = shape.map((_, d) => shape.length - 1 - d); // innermost first, as there
  const compare = (a: number, b: number): number => {
    if (strides[a] === 0 || strides[b] === 0) return 0;
    return strides[a] === strides[b] ? Number(shape[a] > shape[b]) : strides[a] - strides[b];
  };
  for (let i = 1; i < inner.length; i++) {
    for (let at = i, before = i - 1; before >= 0; before--) {
      const order = compare(inner[before], inner[at]);
      if (order < 0) break;
      if (order === 0) continue;
      [inner[before], inner[at]] = [inner[at], inner[before]];
      at = before;
    }
  }
  return inner.toReversed();
}
