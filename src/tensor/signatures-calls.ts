/**
 * @file The static signatures of the operations of kind "call", by the name that their entries give: as a method, as an in-place method
 * and as a free function. signatures.ts maps the tables over them. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { Mul } from "../core/static-number.js";
import type { IsUnknownRank, Numbers, ShapeArguments, ShapeFrom } from "../core/static-shape.js";
import type { Tensor } from "./class.js";
import type { MatrixFunctions, MatrixMethods } from "./signatures-linalg.js";
import type { IndexFunctions, IndexInPlace, IndexMethods } from "./signatures-index.js";
import type { ActivationFunctions, ActivationMethods } from "./signatures-activations.js";
import type { OrderFunctions, OrderInPlace, OrderMethods } from "./signatures-order.js";
import type { AddedFunctions, AddedInPlace, AddedMethods } from "./signatures-added.js";
import type { RandomFunctions, RandomMethods } from "./signatures-random.js";
import type { RowFunctions, RowInPlace, RowMethods } from "./signatures-rows.js";
import type { BroadcastShape, CheckPair, CheckPairInPlace, Common, Common3, ShapeOf, TensorLike } from "./static.js";

/** `addcmul`, `addcdiv`: what the product is multiplied by. */
export interface ValueOptions {
  readonly value?: number;
}
/** `isclose`, `allclose`. */
export interface CloseOptions {
  readonly rtol?: number;
  readonly atol?: number;
  readonly equalNan?: boolean;
}

/** `addmm`, `baddbmm`: what the tensor and the product are multiplied by. */
export interface ProductOptions {
  readonly beta?: number;
  readonly alpha?: number;
}
type ProductShape<A extends Shape, B extends Shape> = A extends readonly [...infer Lead extends Shape, number]
  ? B extends readonly [...Shape, infer N extends number] ? [...Lead, N] : Shape
  : Shape;

/** Each size times its count, from the right; what one of the two has in front of the other stays. */
export type Repeated<S extends Shape, C extends Shape, Tail extends Shape = []> = true extends IsUnknownRank<S> | IsUnknownRank<C>
  ? Shape
  : S extends readonly [...infer SI extends Shape, infer SL extends number]
    ? C extends readonly [...infer CI extends Shape, infer CL extends number] ? Repeated<SI, CI, [Mul<SL, CL>, ...Tail]> : [...S, ...Tail]
    : [...C, ...Tail];

export interface CallMethods extends ActivationMethods, AddedMethods, IndexMethods, OrderMethods, RandomMethods, RowMethods, MatrixMethods {
  addedProduct: <A extends Shape, B extends Shape, D extends DType>(
    this: Tensor<Shape, D>, first: Tensor<A, D>, second: Tensor<B, D>, options?: ProductOptions,
  ) => Tensor<ProductShape<A, B>, D>;
  outer: <A extends Shape, D extends DType, T extends Tensor>(this: Tensor<A, D>, other: T) => Tensor<[A[number], ShapeOf<T>[number]], Common<Tensor<A, D>, T>>;
  lerp: <S extends Shape, D extends DType, E extends Tensor, const W extends TensorLike>(
    this: Tensor<S, D>,
    end: E & CheckPair<Tensor<S, D>, E>,
    weight: W & CheckPair<Tensor<S, D>, W>,
  ) => Tensor<Common3<S, ShapeOf<E>, ShapeOf<W>>, D>;
  combined: <S extends Shape, D extends DType, A extends Tensor, B extends Tensor>(
    this: Tensor<S, D>,
    first: A & CheckPair<Tensor<S, D>, A>,
    second: B & CheckPair<A, B>,
    options?: ValueOptions,
  ) => Tensor<Common3<S, ShapeOf<A>, ShapeOf<B>>, Common<Tensor<S, Common<Tensor<S, D>, A>>, B>>;
  maskedFill: <S extends Shape, D extends DType, M extends Shape>(
    this: Tensor<S, D>,
    mask: Tensor<M, "bool"> & CheckPair<Tensor<S, D>, Tensor<M>>,
    value: TensorLike,
  ) => Tensor<BroadcastShape<S, M>, D>;
  sameShape: <S extends Shape, D extends DType>(this: Tensor<S, D>, ...dims: readonly number[] | readonly [dims: readonly number[]]) => Tensor<S, D>;
  sameShape0: <S extends Shape, D extends DType>(this: Tensor<S, D>) => Tensor<S, D>;
  roll: <S extends Shape, D extends DType>(this: Tensor<S, D>, shifts: number | readonly number[], dims?: number | readonly number[]) => Tensor<S, D>;
  rot90: <S extends Shape, D extends DType>(this: Tensor<S, D>, k?: number, dims?: readonly [number, number]) => Tensor<Numbers<S>, D>;
  repeat: <S extends Shape, D extends DType, const C extends ShapeArguments>(this: Tensor<S, D>, ...counts: C) => Tensor<Repeated<S, ShapeFrom<C>>, D>;
  repeatInterleave: {
    <D extends DType>(this: Tensor<Shape, D>, repeats: number | Tensor): Tensor<[number], D>;
    <S extends Shape, D extends DType>(this: Tensor<S, D>, repeats: number | Tensor, dim: number | { readonly dim: number }): Tensor<Numbers<S>, D>;
  };
  triangle: <S extends Shape, D extends DType>(this: Tensor<S, D>, diagonal?: number) => Tensor<S, D>;
  diag: <S extends Shape, D extends DType>(this: Tensor<S, D>, diagonal?: number) => Tensor<S extends readonly [number] ? [number, number] : S extends readonly [number, number] ? [number] : Shape, D>;
  diagEmbed: <S extends Shape, D extends DType>(this: Tensor<S, D>, offset?: number, dim1?: number, dim2?: number) => Tensor<IsUnknownRank<S> extends true ? Shape : [number, ...Numbers<S>], D>;
  diff: <S extends Shape, D extends DType>(this: Tensor<S, D>, n?: number, dim?: number) => Tensor<Numbers<S>, D>;
  anyShape: <D extends DType>(this: Tensor<Shape, D>, ...args: readonly (number | readonly number[])[]) => Tensor<Shape, D>;
  pieces: <D extends DType>(this: Tensor<Shape, D>, sections: number | readonly number[], dim?: number) => Tensor<Shape, D>[];
  answer: (this: Tensor, other: Tensor) => boolean;
  close: (this: Tensor, other: Tensor, options?: CloseOptions) => boolean;
}

export interface CallInPlace extends AddedInPlace, IndexInPlace, OrderInPlace, RowInPlace {
  addedProduct: <T extends Tensor>(this: T, first: Tensor, second: Tensor, options?: ProductOptions) => T;
  triangle: <T extends Tensor>(this: T, diagonal?: number) => T;
  lerp: <T extends Tensor, E extends Tensor, const W extends TensorLike>(this: T, end: E & CheckPairInPlace<T, E>, weight: W & CheckPairInPlace<T, W>) => T;
  combined: <T extends Tensor, A extends Tensor, B extends Tensor>(
    this: T,
    first: A & CheckPairInPlace<T, A>,
    second: B & CheckPairInPlace<T, B>,
    options?: ValueOptions,
  ) => T;
  maskedFill: <T extends Tensor, M extends Shape>(this: T, mask: Tensor<M, "bool"> & CheckPairInPlace<T, Tensor<M>>, value: TensorLike) => T;
}

export interface CallFunctions extends ActivationFunctions, AddedFunctions, IndexFunctions, OrderFunctions, RandomFunctions, RowFunctions, MatrixFunctions {
  addedProduct: <A extends Shape, B extends Shape, D extends DType>(
    input: Tensor<Shape, D>, first: Tensor<A, D>, second: Tensor<B, D>, options?: ProductOptions,
  ) => Tensor<ProductShape<A, B>, D>;
  outer: <A extends Shape, D extends DType, T extends Tensor>(input: Tensor<A, D>, other: T) => Tensor<[A[number], ShapeOf<T>[number]], Common<Tensor<A, D>, T>>;
  lerp: <S extends Shape, D extends DType, E extends Tensor, const W extends TensorLike>(
    input: Tensor<S, D>,
    end: E & CheckPair<Tensor<S, D>, E>,
    weight: W & CheckPair<Tensor<S, D>, W>,
  ) => Tensor<Common3<S, ShapeOf<E>, ShapeOf<W>>, D>;
  combined: <S extends Shape, D extends DType, A extends Tensor, B extends Tensor>(
    input: Tensor<S, D>,
    first: A & CheckPair<Tensor<S, D>, A>,
    second: B & CheckPair<A, B>,
    options?: ValueOptions,
  ) => Tensor<Common3<S, ShapeOf<A>, ShapeOf<B>>, Common<Tensor<S, Common<Tensor<S, D>, A>>, B>>;
  maskedFill: <S extends Shape, D extends DType, M extends Shape>(
    input: Tensor<S, D>,
    mask: Tensor<M, "bool"> & CheckPair<Tensor<S, D>, Tensor<M>>,
    value: TensorLike,
  ) => Tensor<BroadcastShape<S, M>, D>;
  sameShape: <S extends Shape, D extends DType>(input: Tensor<S, D>, ...dims: readonly number[] | readonly [dims: readonly number[]]) => Tensor<S, D>;
  sameShape0: <S extends Shape, D extends DType>(input: Tensor<S, D>) => Tensor<S, D>;
  roll: <S extends Shape, D extends DType>(input: Tensor<S, D>, shifts: number | readonly number[], dims?: number | readonly number[]) => Tensor<S, D>;
  rot90: <S extends Shape, D extends DType>(input: Tensor<S, D>, k?: number, dims?: readonly [number, number]) => Tensor<Numbers<S>, D>;
  repeat: <S extends Shape, D extends DType, const C extends ShapeArguments>(input: Tensor<S, D>, ...counts: C) => Tensor<Repeated<S, ShapeFrom<C>>, D>;
  repeatInterleave: {
    <D extends DType>(input: Tensor<Shape, D>, repeats: number | Tensor): Tensor<[number], D>;
    <S extends Shape, D extends DType>(input: Tensor<S, D>, repeats: number | Tensor, dim: number | { readonly dim: number }): Tensor<Numbers<S>, D>;
  };
  triangle: <S extends Shape, D extends DType>(input: Tensor<S, D>, diagonal?: number) => Tensor<S, D>;
  diag: <S extends Shape, D extends DType>(input: Tensor<S, D>, diagonal?: number) => Tensor<S extends readonly [number] ? [number, number] : S extends readonly [number, number] ? [number] : Shape, D>;
  diagEmbed: <S extends Shape, D extends DType>(input: Tensor<S, D>, offset?: number, dim1?: number, dim2?: number) => Tensor<IsUnknownRank<S> extends true ? Shape : [number, ...Numbers<S>], D>;
  diff: <S extends Shape, D extends DType>(input: Tensor<S, D>, n?: number, dim?: number) => Tensor<Numbers<S>, D>;
  anyShape: <D extends DType>(input: Tensor<Shape, D>, ...args: readonly (number | readonly number[])[]) => Tensor<Shape, D>;
  pieces: <D extends DType>(input: Tensor<Shape, D>, sections: number | readonly number[], dim?: number) => Tensor<Shape, D>[];
  answer: (input: Tensor, other: Tensor) => boolean;
  close: (input: Tensor, other: Tensor, options?: CloseOptions) => boolean;
}
