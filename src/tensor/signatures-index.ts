/**
 * @file The static signatures of writes at index tensors: as signatures-calls.ts, which takes them over, has those of the element-wise
 * operations. (`at` is a view: its shape is in core/static-index.ts.) Types only.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { Tensor } from "./class.js";

/** `indexPut`. */
export interface PutOptions {
  /** Adds to what is there. Default false. */
  readonly accumulate?: boolean;
}
/** An index tensor or a mask for each dimension, from the first on; null for all of one. */
export type PutIndices = readonly (Tensor | null)[];

export interface IndexMethods {
  indexPut: <S extends Shape, D extends DType>(this: Tensor<S, D>, indices: PutIndices, values: Tensor<Shape, D>, options?: PutOptions) => Tensor<S, D>;
}
export interface IndexInPlace {
  indexPut: <T extends Tensor>(this: T, indices: PutIndices, values: Tensor, options?: PutOptions) => T;
}
export interface IndexFunctions {
  indexPut: <S extends Shape, D extends DType>(input: Tensor<S, D>, indices: PutIndices, values: Tensor<Shape, D>, options?: PutOptions) => Tensor<S, D>;
}
