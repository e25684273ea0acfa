/**
 * @file The static signatures of the operations on matrices (ops/matrix-forms.ts), by the name that their entries give.
 * signatures-calls.ts passes them on. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { ToSum } from "../core/static-dtype.js";
import type { Shape } from "../core/shape.js";
import type { Tensor } from "./class.js";
import type { Repeated } from "./signatures-calls.js";
import type { BroadcastShape, CheckPair, Common, ShapeOf } from "./static.js";

interface CrossOptions {
  readonly dim?: number;
}

export interface MatrixMethods {
  trace: <D extends DType>(this: Tensor<Shape, D>) => Tensor<[], ToSum<D>>;
  kron: <T extends Tensor, O extends Tensor>(this: T, other: O) => Tensor<Repeated<ShapeOf<T>, ShapeOf<O>>, Common<T, O>>;
  cross: <S extends Shape, D extends DType, O extends Tensor<Shape, D>>(
    this: Tensor<S, D>, other: O & CheckPair<Tensor<S, D>, O>, dim?: number | CrossOptions,
  ) => Tensor<BroadcastShape<S, ShapeOf<O>>, D>;
}

export interface MatrixFunctions {
  trace: <D extends DType>(input: Tensor<Shape, D>) => Tensor<[], ToSum<D>>;
  kron: <T extends Tensor, O extends Tensor>(input: T, other: O) => Tensor<Repeated<ShapeOf<T>, ShapeOf<O>>, Common<T, O>>;
  cross: <S extends Shape, D extends DType, O extends Tensor<Shape, D>>(
    input: Tensor<S, D>, other: O & CheckPair<Tensor<S, D>, O>, dim?: number | CrossOptions,
  ) => Tensor<BroadcastShape<S, ShapeOf<O>>, D>;
}
