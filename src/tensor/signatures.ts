/**
 * @file The static signature of each kind of operation: as a method, as an in-place method, as a free function. The tables in
 * `ops/` are mapped over them, so that one entry there is a typed method here, with its documentation. Types only.
 *
 * Methods take `this: Tensor<S, D>` and infer S and D from it. So the class mentions its parameters nowhere as inputs and stays
 * covariant: every `Tensor<[2, 3]>` is a `Tensor`.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { Apply, AsShape, Check, CheckDims, DimOf, IsUnknownRank, MatMul, Numbers, Product, Reduce, Replace, ShapeRule } from "../core/static-shape.js";
import type { CallOp } from "../ops/call.js";
import type {
  BinaryOp,
  BinaryOptions,
  BinaryRule,
  CastOp,
  ClampOp,
  ExtremeOp,
  GatherForm,
  GatherOp,
  NormOp,
  NormOrder,
  OverwriteOp,
  ProductOp,
  ReduceKey,
  ReduceOptions,
  ReductionOp,
  ReductionRule,
  UnaryOp,
  UnaryOptions,
  UnaryRule,
  ViewOp,
  WhereOp,
} from "../ops/kinds.js";
import type * as tables from "../ops/tables.js";
import type { Tensor } from "./class.js";
import type { CallFunctions, CallInPlace, CallMethods } from "./signatures-calls.js";
import type { OverwriteMethods } from "./signatures-random.js";
import type {
  BinaryDType,
  BroadcastShape,
  CheckPair,
  CheckPairInPlace,
  Common,
  Common3,
  KeepOf,
  ReductionDType,
  ReductionShape,
  ShapeOf,
  TensorLike,
  UnaryDType,
} from "./static.js";

/** The trailing options, for operations that have some. */
type Rest<O> = [keyof O] extends [never] ? [] : [options?: O];

// One argument

type UnaryMethod<R extends UnaryRule, K extends keyof UnaryOptions> = <S extends Shape, D extends DType>(
  this: Tensor<S, D>,
  ...options: Rest<Pick<UnaryOptions, K>>
) => Tensor<S, UnaryDType<R, D>>;
type UnaryInPlace<K extends keyof UnaryOptions> = <T extends Tensor>(this: T, ...options: Rest<Pick<UnaryOptions, K>>) => T;
type UnaryFunction<R extends UnaryRule, K extends keyof UnaryOptions> = <S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  ...options: Rest<Pick<UnaryOptions, K>>
) => Tensor<S, UnaryDType<R, D>>;

// Two arguments

type BinaryMethod<R extends BinaryRule, K extends keyof BinaryOptions> = [K] extends [never]
  ? <S extends Shape, D extends DType, const O extends TensorLike>(
      this: Tensor<S, D>,
      other: O & CheckPair<Tensor<S, D>, O>,
    ) => Tensor<BroadcastShape<S, ShapeOf<O>>, BinaryDType<R, Tensor<S, D>, O>>
  : <S extends Shape, D extends DType, const O extends TensorLike, const P extends Pick<BinaryOptions, K> = Pick<BinaryOptions, K>>(
      this: Tensor<S, D>,
      other: O & CheckPair<Tensor<S, D>, O>,
      options?: P,
    ) => Tensor<BroadcastShape<S, ShapeOf<O>>, BinaryDType<R, Tensor<S, D>, O, P>>;
type BinaryInPlace<K extends keyof BinaryOptions> = <T extends Tensor, const O extends TensorLike>(
  this: T,
  other: O & CheckPairInPlace<T, O>,
  ...options: Rest<Pick<BinaryOptions, K>>
) => T;
type BinaryFunction<R extends BinaryRule, K extends keyof BinaryOptions> = [K] extends [never]
  ? <const A extends TensorLike, const B extends TensorLike>(
      input: A,
      other: B & CheckPair<A, B>,
    ) => Tensor<BroadcastShape<ShapeOf<A>, ShapeOf<B>>, BinaryDType<R, A, B>>
  : <const A extends TensorLike, const B extends TensorLike, const P extends Pick<BinaryOptions, K> = Pick<BinaryOptions, K>>(
      input: A,
      other: B & CheckPair<A, B>,
      options?: P,
    ) => Tensor<BroadcastShape<ShapeOf<A>, ShapeOf<B>>, BinaryDType<R, A, B, P>>;

// Reductions

interface DimArguments {
  one: number;
  many: number | readonly number[];
}
/** The options of a reduction: keepdim and its own. */
type OptionsOf<K extends ReduceKey> = Pick<ReduceOptions, K | "keepdim">;

/** `x.sum()`, `x.sum({ dtype })`, `x.sum(dim)`, `x.sum(dim, { keepdim })`. */
export interface ReductionMethod<R extends ReductionRule, M extends keyof DimArguments, K extends ReduceKey> {
  <S extends Shape, D extends DType, const O extends OptionsOf<K>>(
    this: Tensor<S, D>,
    options: O,
  ): Tensor<Reduce<S, undefined, KeepOf<O>>, ReductionDType<R, D, O>>;
  <S extends Shape, D extends DType, const A extends DimArguments[M] | undefined = undefined, const O extends OptionsOf<K> = OptionsOf<K>>(
    this: Tensor<S, D>,
    dim?: A & CheckDims<S, A>,
    options?: O,
  ): Tensor<ReductionShape<R, S, A, KeepOf<O>>, ReductionDType<R, D, O>>;
}
export interface ReductionFunction<R extends ReductionRule, M extends keyof DimArguments, K extends ReduceKey> {
  <S extends Shape, D extends DType, const O extends OptionsOf<K>>(
    input: Tensor<S, D>,
    options: O,
  ): Tensor<Reduce<S, undefined, KeepOf<O>>, ReductionDType<R, D, O>>;
  <S extends Shape, D extends DType, const A extends DimArguments[M] | undefined = undefined, const O extends OptionsOf<K> = OptionsOf<K>>(
    input: Tensor<S, D>,
    dim?: A & CheckDims<S, A>,
    options?: O,
  ): Tensor<ReductionShape<R, S, A, KeepOf<O>>, ReductionDType<R, D, O>>;
}

/** What `max` and `min` give along a dimension. */
export interface ValuesAndIndices<S extends Shape, D extends DType> {
  readonly values: Tensor<S, D>;
  readonly indices: Tensor<S, "int64">;
}
export interface ExtremeMethod {
  <S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<[], D>;
  <S extends Shape, D extends DType, O extends Tensor>(
    this: Tensor<S, D>,
    other: O & CheckPair<Tensor<S, D>, O>,
  ): Tensor<BroadcastShape<S, ShapeOf<O>>, Common<Tensor<S, D>, O>>;
  <S extends Shape, D extends DType, const A extends number, const O extends OptionsOf<never> = OptionsOf<never>>(
    this: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ): ValuesAndIndices<Reduce<S, A, KeepOf<O>>, D>;
}
export interface ExtremeFunction {
  <S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<[], D>;
  <S extends Shape, D extends DType, O extends Tensor>(
    input: Tensor<S, D>,
    other: O & CheckPair<Tensor<S, D>, O>,
  ): Tensor<BroadcastShape<S, ShapeOf<O>>, Common<Tensor<S, D>, O>>;
  <S extends Shape, D extends DType, const A extends number, const O extends OptionsOf<never> = OptionsOf<never>>(
    input: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ): ValuesAndIndices<Reduce<S, A, KeepOf<O>>, D>;
}

type NormMethod = <
  S extends Shape,
  D extends DType,
  const A extends DimArguments["many"] | undefined = undefined,
  const O extends OptionsOf<"dtype"> = OptionsOf<"dtype">,
>(
  this: Tensor<S, D>,
  p?: NormOrder,
  dim?: A & CheckDims<S, A>,
  options?: O,
) => Tensor<Reduce<S, A, KeepOf<O>>, ReductionDType<"float", D, O>>;
type NormFunction = <
  S extends Shape,
  D extends DType,
  const A extends DimArguments["many"] | undefined = undefined,
  const O extends OptionsOf<"dtype"> = OptionsOf<"dtype">,
>(
  input: Tensor<S, D>,
  p?: NormOrder,
  dim?: A & CheckDims<S, A>,
  options?: O,
) => Tensor<Reduce<S, A, KeepOf<O>>, ReductionDType<"float", D, O>>;

// Views and casts

type ViewMethod<R extends ShapeRule> = <S extends Shape, D extends DType, const A extends R["takes"]>(
  this: Tensor<S, D> & Check<Apply<R, S, A>>,
  ...args: A
) => Tensor<AsShape<Apply<R, S, A>>, D>;
type ViewFunction<R extends ShapeRule> = <S extends Shape, D extends DType, const A extends R["takes"]>(
  input: Tensor<S, D> & Check<Apply<R, S, A>>,
  ...args: A
) => Tensor<AsShape<Apply<R, S, A>>, D>;
type CastMethod<E extends DType> = <S extends Shape>(this: Tensor<S>) => Tensor<S, E>;
type CastFunction<E extends DType> = <S extends Shape>(input: Tensor<S>) => Tensor<S, E>;

// Products and choices

type ProductMethod = <S extends Shape, D extends DType, O extends Tensor>(
  this: Tensor<S, D>,
  other: O & Check<MatMul<S, ShapeOf<O>>>,
) => Tensor<AsShape<MatMul<S, ShapeOf<O>>>, D>;
type ProductFunction = <S extends Shape, D extends DType, O extends Tensor>(
  input: Tensor<S, D>,
  other: O & Check<MatMul<S, ShapeOf<O>>>,
) => Tensor<AsShape<MatMul<S, ShapeOf<O>>>, D>;

type ClampMethod = <S extends Shape, D extends DType, const A extends TensorLike | undefined = undefined, const B extends TensorLike | undefined = undefined>(
  this: Tensor<S, D>,
  min?: A & CheckPair<Tensor<S, D>, A>,
  max?: B & CheckPair<Tensor<S, D>, B>,
) => Tensor<Common3<S, ShapeOf<A>, ShapeOf<B>>, ClampDType<S, D, A, B>>;
type ClampInPlace = <T extends Tensor, const A extends TensorLike | undefined = undefined, const B extends TensorLike | undefined = undefined>(
  this: T,
  min?: A & CheckPairInPlace<T, A>,
  max?: B & CheckPairInPlace<T, B>,
) => T;
type ClampFunction = <S extends Shape, D extends DType, const A extends TensorLike | undefined = undefined, const B extends TensorLike | undefined = undefined>(
  input: Tensor<S, D>,
  min?: A & CheckPair<Tensor<S, D>, A>,
  max?: B & CheckPair<Tensor<S, D>, B>,
) => Tensor<Common3<S, ShapeOf<A>, ShapeOf<B>>, ClampDType<S, D, A, B>>;
type Bounded<X extends Tensor, B> = B extends undefined ? X : Tensor<BroadcastShape<ShapeOf<X>, ShapeOf<B>>, Common<X, B>>;
type ClampDType<S extends Shape, D extends DType, A, B> = Bounded<Bounded<Tensor<S, D>, A>, B>["dtype"];

type WhereMethod = <S extends Shape, D extends DType, C extends Shape, const O extends TensorLike>(
  this: Tensor<S, D>,
  condition: Tensor<C, "bool">,
  other: O & CheckPair<Tensor<S, D>, O>,
) => Tensor<Common3<C, S, ShapeOf<O>>, Common<Tensor<S, D>, O>>;
type WhereFunction = <C extends Shape, const A extends TensorLike, const B extends TensorLike>(
  condition: Tensor<C, "bool">,
  input: A & CheckPair<Tensor<C, "bool">, A>,
  other: B & CheckPair<A, B>,
) => Tensor<Common3<C, ShapeOf<A>, ShapeOf<B>>, Common<A, B>>;

// Elements by an index

/** A tensor of indices. */
type Indices<I extends Shape> = Tensor<I, "int64" | "int32">;
type Selected<S extends Shape, A extends number, I extends Shape> =
  IsUnknownRank<S> extends true ? Shape : S extends readonly [] ? [] : number extends DimOf<S, A> ? Numbers<S> : Replace<S, DimOf<S, A>, [Product<I>]>;

interface GatherMethods {
  gather: <D extends DType, I extends Shape>(this: Tensor<Shape, D>, dim: number, index: Indices<I>) => Tensor<I, D>;
  indexSelect: <S extends Shape, D extends DType, const A extends number, I extends Shape>(
    this: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    index: Indices<I>,
  ) => Tensor<Selected<S, A, I>, D>;
  takeAlongDim: {
    <D extends DType, I extends Shape>(this: Tensor<Shape, D>, indices: Indices<I>): Tensor<[Product<I>], D>;
    <S extends Shape, D extends DType>(this: Tensor<S, D>, indices: Tensor<Shape, "int64">, dim: number): Tensor<Numbers<S>, D>;
  };
  take: <D extends DType, I extends Shape>(this: Tensor<Shape, D>, index: Tensor<I, "int64">) => Tensor<I, D>;
}
interface GatherFunctions {
  gather: <D extends DType, I extends Shape>(input: Tensor<Shape, D>, dim: number, index: Indices<I>) => Tensor<I, D>;
  indexSelect: <S extends Shape, D extends DType, const A extends number, I extends Shape>(
    input: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    index: Indices<I>,
  ) => Tensor<Selected<S, A, I>, D>;
  takeAlongDim: {
    <D extends DType, I extends Shape>(input: Tensor<Shape, D>, indices: Indices<I>): Tensor<[Product<I>], D>;
    <S extends Shape, D extends DType>(input: Tensor<S, D>, indices: Tensor<Shape, "int64">, dim: number): Tensor<Numbers<S>, D>;
  };
  take: <D extends DType, I extends Shape>(input: Tensor<Shape, D>, index: Tensor<I, "int64">) => Tensor<I, D>;
}

// Kinds

type MethodOf<O> = O extends OverwriteOp<infer K extends keyof OverwriteMethods>
  ? OverwriteMethods[K]
  : O extends GatherOp<infer F extends GatherForm>
  ? GatherMethods[F]
  : O extends UnaryOp<infer R, infer K>
  ? UnaryMethod<R, K>
  : O extends BinaryOp<infer R, infer K>
    ? BinaryMethod<R, K>
    : O extends ReductionOp<infer R, infer M, infer K>
      ? ReductionMethod<R, M, K>
      : O extends ViewOp<infer R>
        ? ViewMethod<R>
        : O extends CastOp<infer E>
          ? CastMethod<E>
          : O extends ExtremeOp
            ? ExtremeMethod
            : O extends ProductOp
              ? ProductMethod
              : O extends ClampOp
                ? ClampMethod
                : O extends WhereOp
                  ? WhereMethod
                  : O extends NormOp
                    ? NormMethod
                    : O extends CallOp<infer K>
                      ? CallMethods[K & keyof CallMethods]
                      : never;

type InPlaceOf<O> = O extends UnaryOp<UnaryRule, infer K, true>
  ? UnaryInPlace<K>
  : O extends BinaryOp<BinaryRule, infer K, true>
    ? BinaryInPlace<K>
    : O extends ClampOp
      ? ClampInPlace
      : O extends CallOp<infer K, true>
        ? CallInPlace[K & keyof CallInPlace]
        : never;

type FunctionOf<O> = O extends GatherOp<infer F extends GatherForm>
  ? GatherFunctions[F]
  : O extends UnaryOp<infer R, infer K>
  ? UnaryFunction<R, K>
  : O extends BinaryOp<infer R, infer K>
    ? BinaryFunction<R, K>
    : O extends ReductionOp<infer R, infer M, infer K>
      ? ReductionFunction<R, M, K>
      : O extends ViewOp<infer R>
        ? ViewFunction<R>
        : O extends CastOp<infer E>
          ? CastFunction<E>
          : O extends ExtremeOp
            ? ExtremeFunction
            : O extends ProductOp
              ? ProductFunction
              : O extends ClampOp
                ? ClampFunction
                : O extends WhereOp
                  ? WhereFunction
                  : O extends NormOp
                    ? NormFunction
                    : O extends CallOp<infer K>
                      ? CallFunctions[K & keyof CallFunctions]
                      : never;

type Methods<T> = { [K in keyof T]: MethodOf<T[K]> };
type InPlace<T> = { [K in keyof T as InPlaceOf<T[K]> extends never ? never : `${K & string}_`]: InPlaceOf<T[K]> };
type Functions<T> = { [K in keyof T as T[K] extends OverwriteOp ? never : K]: FunctionOf<T[K]> };

type Intersection<U> = (U extends unknown ? (table: U) => void : never) extends (table: infer I) => void ? I : never;
/** Every entry of every table. */
type Ops = Intersection<(typeof tables)[keyof typeof tables]>;

/** Every operation as a method of Tensor. */
export interface OpMethods extends Methods<Ops>, InPlace<Ops> {}

/** Every operation as a function of its tensor. */
export interface OpFunctions extends Functions<Ops> {}
