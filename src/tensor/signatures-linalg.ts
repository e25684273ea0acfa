/**
 * @file The static signatures of the operations on matrices (ops/matrix-forms.ts), by the name that their entries give.
 * signatures-calls.ts passes them on. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { ToSum } from "../core/static-dtype.js";
import type { ShapeError } from "../core/errors.js";
import type { Min } from "../core/static-number.js";
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

/** The smaller of two sizes. */
type Smaller<M extends number, N extends number> = number extends M | N ? number : Min<M, N>;
/** The shape of vectors, as many as the smaller size of each matrix. */
export type ValuesShape<S extends Shape> = IsUnknownRank<S> extends true
  ? Shape
  : S extends readonly [...infer B extends Shape, infer M extends number, infer N extends number] ? [...B, Smaller<M, N>] : Shape;

/** The shapes of the factors of matrices, M × N, with so many columns in common. */
type Left<S extends Shape, K extends "rows" | "smaller"> = IsUnknownRank<S> extends true
  ? Shape
  : S extends readonly [...infer B extends Shape, infer M extends number, infer N extends number] ? [...B, M, { rows: M; smaller: Smaller<M, N> }[K]] : Shape;
type Right<S extends Shape, K extends "rows" | "columns" | "smaller"> = IsUnknownRank<S> extends true
  ? Shape
  : S extends readonly [...infer B extends Shape, infer M extends number, infer N extends number] ? [...B, { rows: M; columns: N; smaller: Smaller<M, N> }[K], N] : Shape;

export type ModeOfQR = "reduced" | "complete" | "r";
/** The factors of A = Q R. */
export interface FactorsQR<S extends Shape = Shape, D extends DType = DType, M extends ModeOfQR = ModeOfQR> {
  readonly Q: Tensor<{ reduced: Left<S, "smaller">; complete: Left<S, "rows">; r: [0] }[M], D>;
  readonly R: Tensor<{ reduced: Right<S, "smaller">; complete: Right<S, "rows">; r: Right<S, "smaller"> }[M], D>;
}
/** The factors of A = U diag(S) Vh. */
export interface FactorsSVD<S extends Shape = Shape, D extends DType = DType, F extends boolean = boolean> {
  readonly U: Tensor<F extends true ? Left<S, "rows"> : Left<S, "smaller">, D>;
  readonly S: Tensor<ValuesShape<S>, D>;
  readonly Vh: Tensor<F extends true ? Right<S, "columns"> : Right<S, "smaller">, D>;
}
/** The X of A X = B for matrices, or vectors, that are not in batches. */
export type SolutionShape<A extends Shape, B extends Shape> = A extends readonly [number, infer N extends number]
  ? B extends readonly [number, infer K extends number] ? [N, K] : B extends readonly [number] ? [N] : Shape
  : Shape;

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
