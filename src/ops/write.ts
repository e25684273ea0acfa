/**
 * @file Writing values into a tensor: what `copy_`, `fill_` and assignment through an index do. Every alias of the storage sees
 * it. Called by `tensor/`.
 */
import { ShapeError } from "../core/errors.js";
import { formatShape, sameShape, type Shape } from "../core/shape.js";
import { cast, expandTo } from "../graph/build.js";
import type { TensorImpl } from "../graph/storage.js";

/** Whether a shape broadcasts to a target without changing it. */
function fits(shape: Shape, target: Shape): boolean {
  const lead = target.length - shape.length;
  return lead >= 0 && shape.every((size, d) => size === 1 || size === target[lead + d]);
}

/** The source's elements, broadcast and cast, under the target's view. */
export function writeInto(name: string, target: TensorImpl, source: TensorImpl): void {
  const value = cast(source.operand(), target.dtype);
  if (!sameShape(value.view.shape, target.shape) && !fits(value.view.shape, target.shape)) {
    throw new ShapeError(`${name}: the shape ${formatShape(source.shape)} does not broadcast to ${formatShape(target.shape)}, which is written to`);
  }
  target.storage.write(target.view, expandTo(value, target.shape));
}
