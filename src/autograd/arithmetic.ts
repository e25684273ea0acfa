/**
 * @file The few operations that the tape itself needs, to add gradients up and to bring them to a shape and dtype. They are recorded
 * operations, so that gradients have gradients; `ops/` provides them, since nothing here may know it.
 */
import type { DType } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import type { View } from "../core/view.js";
import type { TensorImpl } from "../graph/storage.js";

export interface Arithmetic {
  readonly add: (a: TensorImpl, b: TensorImpl) => TensorImpl;
  readonly cast: (x: TensorImpl, dtype: DType) => TensorImpl;
  /** Broadcasting undone: summed over the dimensions in which `shape` has size 1 or none. */
  readonly sumTo: (x: TensorImpl, shape: Shape) => TensorImpl;
  /** A dense copy with a storage of its own. */
  readonly copy: (x: TensorImpl) => TensorImpl;
  /** The elements that a view shows of a dense tensor. */
  readonly strided: (x: TensorImpl, view: View) => TensorImpl;
  /** Zeros in a shape, with `x` added under a view. */
  readonly embedded: (x: TensorImpl, view: View, shape: Shape) => TensorImpl;
  /** A dense copy of `x` with another tensor, or zeros, under a view. */
  readonly written: (x: TensorImpl, view: View, value: TensorImpl | undefined) => TensorImpl;
}

let provided: Arithmetic | undefined;

/** `ops/` calls it once, when it is loaded. */
export function provideArithmetic(arithmetic: Arithmetic): void {
  provided = arithmetic;
}

export function arithmetic(): Arithmetic {
  if (provided) return provided;
  throw new InternalError("autograd was used before ops/ provided its arithmetic");
}
