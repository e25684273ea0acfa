/**
 * @file The static signatures of the operations of kind "call" that order, count and scatter: as signatures-calls.ts, which takes them
 * over, has those of the element-wise ones. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { CheckDims, DimOf, IsUnknownRank, Numbers, Reduce, Replace } from "../core/static-shape.js";
import type { Tensor } from "./class.js";
import type { ValuesAndIndices } from "./signatures.js";
import type { BroadcastShape, CheckPair, CheckPairInPlace, KeepOf, TensorLike } from "./static.js";

/** `sort`, `argsort`. They are always stable. */
export interface StableOptions {
  readonly stable?: boolean;
}
export interface SortOptions extends StableOptions {
  /** Default -1. */
  readonly dim?: number;
  readonly descending?: boolean;
}
export interface TopkOptions {
  /** Default -1. */
  readonly dim?: number;
  /** Default true. */
  readonly largest?: boolean;
  /** The result is always in order. */
  readonly sorted?: boolean;
}
export interface AlongOptions {
  readonly dim?: number;
  readonly keepdim?: boolean;
}
export interface QuantileOptions extends AlongOptions {
  readonly interpolation?: "linear" | "lower" | "higher" | "nearest" | "midpoint";
}
export interface BucketOptions {
  /** Whether the boundary itself belongs to the bucket after it. Default false. */
  readonly right?: boolean;
  /** Gives int32 in place of int64. */
  readonly outInt32?: boolean;
}
export interface SearchOptions extends BucketOptions {
  readonly side?: "left" | "right";
  /** The indices that sort the sequence, where it is not sorted. */
  readonly sorter?: Tensor;
}
export interface UniqueOptions {
  /** The result is always sorted. */
  readonly sorted?: boolean;
  readonly returnInverse?: boolean;
  readonly returnCounts?: boolean;
  readonly dim?: number;
}
export interface BincountOptions {
  readonly weights?: Tensor;
  readonly minlength?: number;
}
export interface HistcOptions {
  /** Default 100. */
  readonly bins?: number;
  readonly min?: number;
  readonly max?: number;
}
export type ScatterFold = "sum" | "prod" | "mean" | "amax" | "amin";

/** What `aminmax` gives. */
export interface Extremes<S extends Shape, D extends DType> {
  readonly min: Tensor<S, D>;
  readonly max: Tensor<S, D>;
}
type DimOption<O> = O extends { readonly dim: infer A extends number } ? A : undefined;

/** What `unique` gives: the tensor, or it with what was asked for. */
export type Unique<D extends DType, O> = O extends { readonly returnInverse: true } | { readonly returnCounts: true }
  ? { readonly output: Tensor<UniqueShape<O>, D> } & (O extends { readonly returnInverse: true } ? { readonly inverseIndices: Tensor<Shape, "int64"> } : unknown) &
      (O extends { readonly returnCounts: true } ? { readonly counts: Tensor<[number], "int64"> } : unknown)
  : Tensor<UniqueShape<O>, D>;
type UniqueShape<O> = O extends { readonly dim: number } ? Shape : [number];

type TopShape<S extends Shape, A extends number, N extends number> =
  IsUnknownRank<S> extends true ? Shape : S extends readonly [] ? [] : number extends A ? Numbers<S> : Replace<S, DimOf<S, A>, [N]>;

export interface OrderMethods {
  sort: {
    <S extends Shape, D extends DType>(this: Tensor<S, D>, dim?: number, descending?: boolean, options?: StableOptions): ValuesAndIndices<S, D>;
    <S extends Shape, D extends DType>(this: Tensor<S, D>, options: SortOptions): ValuesAndIndices<S, D>;
  };
  argsort: {
    <S extends Shape>(this: Tensor<S>, dim?: number, descending?: boolean, options?: StableOptions): Tensor<S, "int64">;
    <S extends Shape>(this: Tensor<S>, options: SortOptions): Tensor<S, "int64">;
  };
  msort: <S extends Shape, D extends DType>(this: Tensor<S, D>) => Tensor<S, D>;
  topk: {
    <S extends Shape, D extends DType, const N extends number, const A extends number = -1>(this: Tensor<S, D>, k: N, dim?: A & CheckDims<S, A>, largest?: boolean, options?: TopkOptions): ValuesAndIndices<TopShape<S, A, N>, D>;
    <S extends Shape, D extends DType>(this: Tensor<S, D>, k: number, options: TopkOptions): ValuesAndIndices<Numbers<S>, D>;
  };
  kthvalue: {
    <S extends Shape, D extends DType, const A extends number = -1, const K extends boolean = false>(this: Tensor<S, D>, k: number, dim?: A & CheckDims<S, A>, keepdim?: K): ValuesAndIndices<Reduce<S, A, K>, D>;
    <S extends Shape, D extends DType>(this: Tensor<S, D>, k: number, options: AlongOptions): ValuesAndIndices<Shape, D>;
  };
  median: {
    <D extends DType>(this: Tensor<Shape, D>): Tensor<[], D>;
    <S extends Shape, D extends DType, const A extends number, const K extends boolean = false>(this: Tensor<S, D>, dim: A & CheckDims<S, A>, keepdim?: K | { readonly keepdim: K }): ValuesAndIndices<Reduce<S, A, K>, D>;
    <D extends DType>(this: Tensor<Shape, D>, options: AlongOptions & { readonly dim: number }): ValuesAndIndices<Shape, D>;
  };
  mode: {
    <S extends Shape, D extends DType, const A extends number = -1, const K extends boolean = false>(this: Tensor<S, D>, dim?: A & CheckDims<S, A>, keepdim?: K): ValuesAndIndices<Reduce<S, A, K>, D>;
    <S extends Shape, D extends DType>(this: Tensor<S, D>, options: AlongOptions): ValuesAndIndices<Shape, D>;
  };
  quantile: {
    <D extends DType>(this: Tensor<Shape, D>, q: number | Tensor, dim?: number, options?: QuantileOptions): Tensor<Shape, D>;
    <D extends DType>(this: Tensor<Shape, D>, q: number | Tensor, options: QuantileOptions): Tensor<Shape, D>;
  };
  searchsorted: {
    <S extends Shape>(this: Tensor, values: Tensor<S>, options?: SearchOptions): Tensor<S, "int64" | "int32">;
    (this: Tensor, values: number, options?: SearchOptions): Tensor<[], "int64" | "int32">;
  };
  bucketize: <S extends Shape>(this: Tensor<S>, boundaries: Tensor, options?: BucketOptions) => Tensor<S, "int64" | "int32">;
  aminmax: {
    <D extends DType>(this: Tensor<Shape, D>): Extremes<[], D>;
    <S extends Shape, D extends DType, const O extends AlongOptions>(this: Tensor<S, D>, options: O): Extremes<Reduce<S, DimOption<O>, KeepOf<O>>, D>;
  };
  unique: <D extends DType, const O extends UniqueOptions = object>(this: Tensor<Shape, D>, options?: O) => Unique<D, O>;
  nonzero: {
    (this: Tensor, options?: { readonly asTuple?: false }): Tensor<[number, number], "int64">;
    (this: Tensor, options: { readonly asTuple: true }): Tensor<[number], "int64">[];
  };
  argwhere: (this: Tensor) => Tensor<[number, number], "int64">;
  maskedSelect: <S extends Shape, D extends DType, M extends Shape>(this: Tensor<S, D>, mask: Tensor<M, "bool"> & CheckPair<Tensor<S, D>, Tensor<M>>) => Tensor<[number], D>;
  bincount: {
    (this: Tensor, weights?: Tensor, minlength?: number): Tensor<[number], "int64" | "float32" | "float64">;
    (this: Tensor, options: BincountOptions): Tensor<[number], "int64" | "float32" | "float64">;
  };
  histc: {
    <D extends DType, const N extends number = 100>(this: Tensor<Shape, D>, bins?: N, min?: number, max?: number): Tensor<[N], D>;
    <D extends DType>(this: Tensor<Shape, D>, options: HistcOptions): Tensor<[number], D>;
  };
  scatter: <S extends Shape, D extends DType>(this: Tensor<S, D>, dim: number, index: Tensor, source: TensorLike, options?: { readonly reduce?: "add" | "multiply" }) => Tensor<S, D>;
  scatterAdd: <S extends Shape, D extends DType>(this: Tensor<S, D>, dim: number, index: Tensor, source: Tensor) => Tensor<S, D>;
  scatterReduce: <S extends Shape, D extends DType>(this: Tensor<S, D>, dim: number, index: Tensor, source: Tensor, reduce: ScatterFold, options?: { readonly includeSelf?: boolean }) => Tensor<S, D>;
  indexAdd: <S extends Shape, D extends DType>(this: Tensor<S, D>, dim: number, index: Tensor, source: Tensor, options?: { readonly alpha?: number }) => Tensor<S, D>;
  indexCopy: <S extends Shape, D extends DType>(this: Tensor<S, D>, dim: number, index: Tensor, source: Tensor) => Tensor<S, D>;
  indexFill: <S extends Shape, D extends DType>(this: Tensor<S, D>, dim: number, index: Tensor, value: TensorLike) => Tensor<S, D>;
  maskedScatter: <S extends Shape, D extends DType, M extends Shape>(this: Tensor<S, D>, mask: Tensor<M, "bool"> & CheckPair<Tensor<S, D>, Tensor<M>>, source: Tensor) => Tensor<BroadcastShape<S, M>, D>;
}

export interface OrderInPlace {
  scatter: <T extends Tensor>(this: T, dim: number, index: Tensor, source: TensorLike, options?: { readonly reduce?: "add" | "multiply" }) => T;
  scatterAdd: <T extends Tensor>(this: T, dim: number, index: Tensor, source: Tensor) => T;
  scatterReduce: <T extends Tensor>(this: T, dim: number, index: Tensor, source: Tensor, reduce: ScatterFold, options?: { readonly includeSelf?: boolean }) => T;
  indexAdd: <T extends Tensor>(this: T, dim: number, index: Tensor, source: Tensor, options?: { readonly alpha?: number }) => T;
  indexCopy: <T extends Tensor>(this: T, dim: number, index: Tensor, source: Tensor) => T;
  indexFill: <T extends Tensor>(this: T, dim: number, index: Tensor, value: TensorLike) => T;
  maskedScatter: <T extends Tensor, M extends Shape>(this: T, mask: Tensor<M, "bool"> & CheckPairInPlace<T, Tensor<M>>, source: Tensor) => T;
}

export interface OrderFunctions {
  sort: {
    <S extends Shape, D extends DType>(input: Tensor<S, D>, dim?: number, descending?: boolean, options?: StableOptions): ValuesAndIndices<S, D>;
    <S extends Shape, D extends DType>(input: Tensor<S, D>, options: SortOptions): ValuesAndIndices<S, D>;
  };
  argsort: {
    <S extends Shape>(input: Tensor<S>, dim?: number, descending?: boolean, options?: StableOptions): Tensor<S, "int64">;
    <S extends Shape>(input: Tensor<S>, options: SortOptions): Tensor<S, "int64">;
  };
  msort: <S extends Shape, D extends DType>(input: Tensor<S, D>) => Tensor<S, D>;
  topk: {
    <S extends Shape, D extends DType, const N extends number, const A extends number = -1>(input: Tensor<S, D>, k: N, dim?: A & CheckDims<S, A>, largest?: boolean, options?: TopkOptions): ValuesAndIndices<TopShape<S, A, N>, D>;
    <S extends Shape, D extends DType>(input: Tensor<S, D>, k: number, options: TopkOptions): ValuesAndIndices<Numbers<S>, D>;
  };
  kthvalue: {
    <S extends Shape, D extends DType, const A extends number = -1, const K extends boolean = false>(input: Tensor<S, D>, k: number, dim?: A & CheckDims<S, A>, keepdim?: K): ValuesAndIndices<Reduce<S, A, K>, D>;
    <S extends Shape, D extends DType>(input: Tensor<S, D>, k: number, options: AlongOptions): ValuesAndIndices<Shape, D>;
  };
  median: {
    <D extends DType>(input: Tensor<Shape, D>): Tensor<[], D>;
    <S extends Shape, D extends DType, const A extends number, const K extends boolean = false>(input: Tensor<S, D>, dim: A & CheckDims<S, A>, keepdim?: K | { readonly keepdim: K }): ValuesAndIndices<Reduce<S, A, K>, D>;
    <D extends DType>(input: Tensor<Shape, D>, options: AlongOptions & { readonly dim: number }): ValuesAndIndices<Shape, D>;
  };
  mode: {
    <S extends Shape, D extends DType, const A extends number = -1, const K extends boolean = false>(input: Tensor<S, D>, dim?: A & CheckDims<S, A>, keepdim?: K): ValuesAndIndices<Reduce<S, A, K>, D>;
    <S extends Shape, D extends DType>(input: Tensor<S, D>, options: AlongOptions): ValuesAndIndices<Shape, D>;
  };
  quantile: {
    <D extends DType>(input: Tensor<Shape, D>, q: number | Tensor, dim?: number, options?: QuantileOptions): Tensor<Shape, D>;
    <D extends DType>(input: Tensor<Shape, D>, q: number | Tensor, options: QuantileOptions): Tensor<Shape, D>;
  };
  searchsorted: {
    <S extends Shape>(input: Tensor, values: Tensor<S>, options?: SearchOptions): Tensor<S, "int64" | "int32">;
    (input: Tensor, values: number, options?: SearchOptions): Tensor<[], "int64" | "int32">;
  };
  bucketize: <S extends Shape>(input: Tensor<S>, boundaries: Tensor, options?: BucketOptions) => Tensor<S, "int64" | "int32">;
  aminmax: {
    <D extends DType>(input: Tensor<Shape, D>): Extremes<[], D>;
    <S extends Shape, D extends DType, const O extends AlongOptions>(input: Tensor<S, D>, options: O): Extremes<Reduce<S, DimOption<O>, KeepOf<O>>, D>;
  };
  unique: <D extends DType, const O extends UniqueOptions = object>(input: Tensor<Shape, D>, options?: O) => Unique<D, O>;
  nonzero: {
    (input: Tensor, options?: { readonly asTuple?: false }): Tensor<[number, number], "int64">;
    (input: Tensor, options: { readonly asTuple: true }): Tensor<[number], "int64">[];
  };
  argwhere: (input: Tensor) => Tensor<[number, number], "int64">;
  maskedSelect: <S extends Shape, D extends DType, M extends Shape>(input: Tensor<S, D>, mask: Tensor<M, "bool"> & CheckPair<Tensor<S, D>, Tensor<M>>) => Tensor<[number], D>;
  bincount: {
    (input: Tensor, weights?: Tensor, minlength?: number): Tensor<[number], "int64" | "float32" | "float64">;
    (input: Tensor, options: BincountOptions): Tensor<[number], "int64" | "float32" | "float64">;
  };
  histc: {
    <D extends DType, const N extends number = 100>(input: Tensor<Shape, D>, bins?: N, min?: number, max?: number): Tensor<[N], D>;
    <D extends DType>(input: Tensor<Shape, D>, options: HistcOptions): Tensor<[number], D>;
  };
  scatter: <S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, index: Tensor, source: TensorLike, options?: { readonly reduce?: "add" | "multiply" }) => Tensor<S, D>;
  scatterAdd: <S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, index: Tensor, source: Tensor) => Tensor<S, D>;
  scatterReduce: <S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, index: Tensor, source: Tensor, reduce: ScatterFold, options?: { readonly includeSelf?: boolean }) => Tensor<S, D>;
  indexAdd: <S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, index: Tensor, source: Tensor, options?: { readonly alpha?: number }) => Tensor<S, D>;
  indexCopy: <S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, index: Tensor, source: Tensor) => Tensor<S, D>;
  indexFill: <S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, index: Tensor, value: TensorLike) => Tensor<S, D>;
  maskedScatter: <S extends Shape, D extends DType, M extends Shape>(input: Tensor<S, D>, mask: Tensor<M, "bool"> & CheckPair<Tensor<S, D>, Tensor<M>>, source: Tensor) => Tensor<BroadcastShape<S, M>, D>;
}
