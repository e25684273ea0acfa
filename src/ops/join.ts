/**
 * @file Many tensors into one: `stack` along a new dimension, `cat` along an old one. The result is assembled from pieces; the
 * dtypes are promoted. `tensor/` makes the functions of it.
 */
import { promoteTypes, type DType } from "../core/dtype.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape, normalizeDim, sameShape, type Shape } from "../core/shape.js";
import { contiguousView, select, slice } from "../core/view.js";
import { assemble, cast } from "../graph/build.js";
import type { Operand, Piece } from "../compile/expression.js";
import type { TensorImpl } from "../graph/storage.js";
import { resultTypeOf } from "./promotion.js";

function commonDType(tensors: readonly TensorImpl[]): DType {
  const rank = tensors[0].shape.length;
  if (tensors.some((t) => t.shape.length !== rank)) return resultTypeOf(tensors);
  let dtype = tensors[0].dtype;
  for (const t of tensors) if (t.dtype !== dtype) dtype = promoteTypes(dtype, t.dtype);
  return dtype;
}

/** Tensors of one shape beside each other along a new dimension. */
export function stack(tensors: readonly TensorImpl[], dim: number, name = "stack"): Operand {
  if (tensors.length === 0) throw new ValueError(`${name}: expects at least one tensor`);
  const { shape } = tensors[0];
  const d = normalizeDim(name, dim, shape.length + 1);
  tensors.forEach((t, i) => {
    if (!sameShape(t.shape, shape)) {
      throw new ShapeError(`${name}: expects tensors of one shape, but got ${formatShape(shape)} at entry 0 and ${formatShape(t.shape)} at entry ${i}`);
    }
  });
  const dtype = commonDType(tensors);
  const whole = contiguousView(shape.toSpliced(d, 0, tensors.length));
  const pieces = tensors.map((t, i): Piece => ({ view: select(whole, d, i), value: cast(t.operand(), dtype) }));
  return assemble(whole.shape, dtype, pieces);
}

/** PyTorch leaves out what is empty and has one dimension, whatever the other shapes are. */
const isNothing = (shape: Shape): boolean => shape.length === 1 && shape[0] === 0;

/** Tensors one after the other along a dimension that all have. */
export function cat(tensors: readonly TensorImpl[], dim: number, name = "cat"): Operand {
  if (tensors.length === 0) throw new ValueError(`${name}: expects at least one tensor`);
  tensors.forEach((t, i) => {
    if (t.shape.length === 0) throw new ShapeError(`${name}: a tensor without dimensions (at position ${i}) cannot be concatenated: use stack`);
  });
  const dtype = commonDType(tensors);
  const filled = tensors.filter((t) => !isNothing(t.shape));
  const { shape } = filled[0] ?? tensors[0];
  const d = normalizeDim(name, dim, shape.length);
  let length = 0;
  for (const t of filled) {
    const fits = t.shape.length === shape.length && t.shape.every((size, i) => i === d || size === shape[i]);
    if (!fits) {
      throw new ShapeError(`${name}: sizes must match except in dimension ${d}: ${formatShape(shape)} and ${formatShape(t.shape)} at position ${tensors.indexOf(t)}`);
    }
    length += t.shape[d];
  }
  const whole = contiguousView(shape.map((size, i) => (i === d ? length : size)));
  let start = 0;
  const pieces = filled.map((t): Piece => {
    const view = slice(whole, d, start, t.shape[d], 1);
    start += t.shape[d];
    return { view, value: cast(t.operand(), dtype) };
  });
  return assemble(whole.shape, dtype, pieces);
}

/** Where each tensor of `cat` starts in the result, and where the last one ends. */
export function startsOf(tensors: readonly TensorImpl[], dim: number): number[] {
  const starts = [0];
  for (const { shape } of tensors) starts.push(starts[starts.length - 1] + (isNothing(shape) ? 0 : (shape.at(dim) ?? 0)));
  return starts;
}
