/**
 * @file The static signatures of the activations of kind "call" (ops/activations.ts), by the name that their entries give.
 * signatures-calls.ts passes them on. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { Tensor } from "./class.js";

export interface ActivationMethods {
  prelu: <S extends Shape, D extends DType>(this: Tensor<S, D>, weight: Tensor<Shape, D>) => Tensor<S, D>;
  hardshrink: <S extends Shape, D extends DType>(this: Tensor<S, D>, lambd?: number) => Tensor<S, D>;
}

export interface ActivationFunctions {
  prelu: <S extends Shape, D extends DType>(input: Tensor<S, D>, weight: Tensor<Shape, D>) => Tensor<S, D>;
  hardshrink: <S extends Shape, D extends DType>(input: Tensor<S, D>, lambd?: number) => Tensor<S, D>;
}
