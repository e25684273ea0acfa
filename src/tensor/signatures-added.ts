/**
 * @file The static signatures of products that are added to something (addmv, addr, addbmm), as methods, in-place methods and functions.
 * signatures-calls.ts passes them on. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { Tensor } from "./class.js";
import type { ProductOptions } from "./signatures-calls.js";

type At<S extends Shape, N extends number> = S[N] & number;

export interface AddedMethods {
  addedToVector: <A extends Shape, D extends DType>(this: Tensor<Shape, D>, mat: Tensor<A, D>, vec: Tensor<Shape, D>, options?: ProductOptions) => Tensor<[At<A, 0>], D>;
  addedOuter: <A extends Shape, B extends Shape, D extends DType>(
    this: Tensor<Shape, D>, vec1: Tensor<A, D>, vec2: Tensor<B, D>, options?: ProductOptions,
  ) => Tensor<[At<A, 0>, At<B, 0>], D>;
  addedBatches: <A extends Shape, B extends Shape, D extends DType>(
    this: Tensor<Shape, D>, batch1: Tensor<A, D>, batch2: Tensor<B, D>, options?: ProductOptions,
  ) => Tensor<[At<A, 1>, At<B, 2>], D>;
}

type InPlace = <T extends Tensor>(this: T, first: Tensor, second: Tensor, options?: ProductOptions) => T;
export interface AddedInPlace {
  addedToVector: InPlace;
  addedOuter: InPlace;
  addedBatches: InPlace;
}

export interface AddedFunctions {
  addedToVector: <A extends Shape, D extends DType>(input: Tensor<Shape, D>, mat: Tensor<A, D>, vec: Tensor<Shape, D>, options?: ProductOptions) => Tensor<[At<A, 0>], D>;
  addedOuter: <A extends Shape, B extends Shape, D extends DType>(
    input: Tensor<Shape, D>, vec1: Tensor<A, D>, vec2: Tensor<B, D>, options?: ProductOptions,
  ) => Tensor<[At<A, 0>, At<B, 0>], D>;
  addedBatches: <A extends Shape, B extends Shape, D extends DType>(
    input: Tensor<Shape, D>, batch1: Tensor<A, D>, batch2: Tensor<B, D>, options?: ProductOptions,
  ) => Tensor<[At<A, 1>, At<B, 2>], D>;
}
