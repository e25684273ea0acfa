/**
 * @file The static signatures of the operations on matrices (ops/matrix-forms.ts), by the name that their entries give.
 * signatures-calls.ts passes them on. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { ToSum } from "../core/static-dtype.js";
import type { ShapeError } from "../core/errors.js";
import type { Format, IsUnknownRank } from "../core/static-shape.js";
import type { Shape } from "../core/shape.js";
import type { Tensor } from "./class.js";
import type { Repeated } from "./signatures-calls.js";
import type { BroadcastShape, CheckPair, Common, ShapeOf } from "./static.js";

/** The shape without its last two dimensions. */
export type Batch<S extends Shape> = IsUnknownRank<S> extends true ? Shape : S extends readonly [...infer B extends Shape, number, number] ? B : Shape;
/** The shape with its last two dimensions turned. */
export type Turned<S extends Shape> =
  IsUnknownRank<S> extends true ? Shape : S extends readonly [...infer B extends Shape, infer M extends number, infer N extends number] ? [...B, N, M] : Shape;
/** Nothing for square matrices, or where that is not known; else the error to intersect the argument with. */
export type CheckSquare<S extends Shape> = IsUnknownRank<S> extends true
  ? unknown
  : S extends readonly [...Shape, infer M extends number, infer N extends number]
    ? number extends M | N ? unknown : [M, N] extends [N, M] ? unknown : ShapeError<`expects square matrices, not ${Format<S>}`>
    : ShapeError<`expects matrices, not ${Format<S>}`>;

/** The sign and the logarithm of determinants. */
export interface SignAndLog<S extends Shape, D extends DType> {
  readonly sign: Tensor<S, D>;
  readonly logabsdet: Tensor<S, D>;
}

interface CrossOptions {
  readonly dim?: number;
}

export interface MatrixMethods {
  trace: <D extends DType>(this: Tensor<Shape, D>) => Tensor<[], ToSum<D>>;
  kron: <T extends Tensor, O extends Tensor>(this: T, other: O) => Tensor<Repeated<ShapeOf<T>, ShapeOf<O>>, Common<T, O>>;
  cross: <S extends Shape, D extends DType, O extends Tensor<Shape, D>>(
    this: Tensor<S, D>, other: O & CheckPair<Tensor<S, D>, O>, dim?: number | CrossOptions,
  ) => Tensor<BroadcastShape<S, ShapeOf<O>>, D>;
  perMatrix: <S extends Shape, D extends DType>(this: Tensor<S, D> & CheckSquare<S>) => Tensor<Batch<S>, D>;
  slogdet: <S extends Shape, D extends DType>(this: Tensor<S, D> & CheckSquare<S>) => SignAndLog<Batch<S>, D>;
  matrix: <S extends Shape, D extends DType>(this: Tensor<S, D> & CheckSquare<S>) => Tensor<S, D>;
  pinverse: <S extends Shape, D extends DType>(this: Tensor<S, D>, rcond?: number) => Tensor<Turned<S>, D>;
  matrixPower: <S extends Shape, D extends DType>(this: Tensor<S, D> & CheckSquare<S>, n: number) => Tensor<S, D>;
}

export interface MatrixFunctions {
  trace: <D extends DType>(input: Tensor<Shape, D>) => Tensor<[], ToSum<D>>;
  kron: <T extends Tensor, O extends Tensor>(input: T, other: O) => Tensor<Repeated<ShapeOf<T>, ShapeOf<O>>, Common<T, O>>;
  cross: <S extends Shape, D extends DType, O extends Tensor<Shape, D>>(
    input: Tensor<S, D>, other: O & CheckPair<Tensor<S, D>, O>, dim?: number | CrossOptions,
  ) => Tensor<BroadcastShape<S, ShapeOf<O>>, D>;
  perMatrix: <S extends Shape, D extends DType>(input: Tensor<S, D> & CheckSquare<S>) => Tensor<Batch<S>, D>;
  slogdet: <S extends Shape, D extends DType>(input: Tensor<S, D> & CheckSquare<S>) => SignAndLog<Batch<S>, D>;
  matrix: <S extends Shape, D extends DType>(input: Tensor<S, D> & CheckSquare<S>) => Tensor<S, D>;
  pinverse: <S extends Shape, D extends DType>(input: Tensor<S, D>, rcond?: number) => Tensor<Turned<S>, D>;
  matrixPower: <S extends Shape, D extends DType>(input: Tensor<S, D> & CheckSquare<S>, n: number) => Tensor<S, D>;
}
