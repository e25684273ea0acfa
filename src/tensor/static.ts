/**
 * @file What the compiler knows of a tensor and of the data one is made from: shape and dtype of a value, nested arrays, the
 * results of operations by kind of rule. Types only; signatures.ts and creation use it.
 */
import type { DType } from "../core/dtype.js";
import type { ShapeError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import type { Combine, DTypeOfScalar, Promote, PromoteTensors, ToFloating, ToNumber, ToSum, ToTruth } from "../core/static-dtype.js";
import type { Add, IsUnknown } from "../core/static-number.js";
import type { Broadcast, CheckBroadcast, CheckInPlace, DimOf, Format, InsertAt, IsUnknownRank, Reduce, Replace } from "../core/static-shape.js";
import type { BinaryRule, ReductionRule, Scalar, UnaryRule } from "../ops/kinds.js";
import type { Tensor } from "./class.js";

/** What an operation takes beside a tensor: another tensor, or a number, a bigint, a boolean. */
export type TensorLike = Tensor | Scalar;

/** The shape of a tensor; [] for a number. */
export type ShapeOf<T> = T extends Tensor<infer S, DType> ? S : [];
/** The dtype of a tensor, or of a number on its own. */
export type DTypeOf<T> = T extends Tensor<Shape, infer D> ? D : DTypeOfScalar<T>;

/** The shape without its first dimension. */
export type Rest<S extends Shape> = IsUnknownRank<S> extends true ? Shape : S extends readonly [number, ...infer T extends Shape] ? T : never;

/** Nested arrays in a shape. */
export type Nested<S extends Shape, E> =
  IsUnknownRank<S> extends true ? E | AnyNested<E>[] : S extends readonly [number, ...infer T extends Shape] ? Nested<T, E>[] : E;
/** Nested arrays of any depth. */
export type AnyNested<E> = E | AnyNested<E>[];

// Results of operations

/** The common dtype of two arguments. */
export type Common<A, B> =
  A extends Tensor<infer SA, infer DA>
    ? B extends Tensor<infer SB, infer DB>
      ? PromoteTensors<SA, DA, SB, DB>
      : Combine<DA, DTypeOfScalar<B>>
    : B extends Tensor<Shape, infer DB>
      ? Combine<DB, DTypeOfScalar<A>>
      : Promote<DTypeOfScalar<A>, DTypeOfScalar<B>>;

/** The shape of a result; a mismatch has been reported by then. */
export type BroadcastShape<A extends Shape, B extends Shape> = [Broadcast<A, B>] extends [never] ? Shape : Broadcast<A, B>;
export type Common3<A extends Shape, B extends Shape, C extends Shape> = BroadcastShape<BroadcastShape<A, B>, C>;

/** Nothing, or the error to intersect the second argument with. */
export type CheckPair<A, B> = B extends Tensor ? (A extends Tensor ? CheckBroadcast<ShapeOf<A>, ShapeOf<B>> : unknown) : unknown;
export type CheckPairInPlace<A, B> = B extends Tensor ? (A extends Tensor ? CheckInPlace<ShapeOf<A>, ShapeOf<B>> : unknown) : unknown;

export type UnaryDType<R extends UnaryRule, D extends DType> = { same: D; float: ToFloating<D>; bool: "bool"; number: ToNumber<D> }[R];

export type BinaryDType<R extends BinaryRule, A, B, O = object> = R extends "compare" | "logic"
  ? "bool"
  : R extends "promote"
    ? Common<A, B>
    : R extends "double"
      ? "float64"
      : R extends "divide"
        ? O extends { readonly roundingMode: infer M }
          ? M extends string
            ? Common<A, B>
            : ToFloating<Common<A, B>>
          : ToFloating<Common<A, B>>
        : ToFloating<Common<A, B>>;

export type ReductionDType<R extends ReductionRule, D extends DType, O> = O extends { readonly dtype: infer E extends DType }
  ? E
  : { sum: ToSum<D>; float: ToFloating<D>; same: D; truth: ToTruth<D>; index: "int64"; count: "int64" }[R];
/** The shape of a reduction: `all` and `any` take an empty list of dimensions at its word, the others for all dimensions. */
export type ReductionShape<R extends ReductionRule, S extends Shape, A, K extends boolean> = R extends "truth"
  ? A extends readonly []
    ? S
    : Reduce<S, A, K>
  : Reduce<S, A, K>;
/** Whether options say keepdim; `boolean` if they may. */
export type KeepOf<O> = O extends { readonly keepdim: infer K extends boolean } ? K : false;

// Data that tensors are made from

/** Numbers in arrays in arrays, all of a length at each depth. */
export type NestedData = Scalar | readonly NestedData[];
/** The shape of nested arrays; unknown depths give an unknown rank. */
export type ShapeOfData<N> = N extends Scalar
  ? []
  : N extends readonly []
    ? [0]
    : N extends readonly [infer H, ...(readonly unknown[])]
      ? ShapeOfData<H> extends infer T extends Shape
        ? IsUnknownRank<T> extends true
          ? Shape
          : [N["length"] & number, ...T]
        : never
      : N extends readonly (infer E)[]
        ? IsRecursive<E> extends true
          ? Shape
          : ShapeOfData<E> extends infer T extends Shape
            ? IsUnknownRank<T> extends true
              ? Shape
              : [number, ...T]
            : never
        : Shape;
/** Whether elements may be both numbers and arrays: the depth is not known. */
type IsRecursive<E> = [Extract<E, Scalar>] extends [never] ? false : [Exclude<E, Scalar>] extends [never] ? false : true;

/** All the numbers in nested arrays, as a union. */
type LeavesOf<N> = N extends Scalar ? N : N extends readonly (infer E)[] ? LeavesOf<E> : never;
type Leading<D extends DType> = [D] extends ["bool"] ? "bool" : "float32" extends D ? "float32" : "int64";
/** The dtype that `tensor(data)` infers: bool, int64 or float32. */
export type DTypeOfData<N> = [LeavesOf<N>] extends [never]
  ? "float32"
  : number extends LeavesOf<N>
    ? "int64" | "float32"
    : [DTypeOfScalar<LeavesOf<N>>] extends [infer D extends DType]
      ? Leading<D>
      : DType;


/** The dtype of a typed array's elements. */
export type DTypeOfArray<A> = A extends Uint8Array | Uint8ClampedArray
  ? "uint8"
  : A extends Int8Array
    ? "int8"
    : A extends Int16Array
      ? "int16"
      : A extends Int32Array | Uint16Array
        ? "int32"
        : A extends BigInt64Array | Uint32Array
          ? "int64"
          : A extends Float32Array
            ? "float32"
            : A extends Float64Array
              ? "float64"
              : DType;

// Joining

/** The common shape of some tensors; ShapeError if two known ones differ. */
type SameShape<T extends readonly Tensor[], S extends Shape> = T extends readonly [infer H, ...infer R extends readonly Tensor[]]
  ? MergeShapes<S, ShapeOf<H>> extends infer M
    ? M extends Shape
      ? SameShape<R, M>
      : M
    : never
  : S;
type MergeShapes<A extends Shape, B extends Shape> =
  IsUnknownRank<A> extends true
    ? B
    : IsUnknownRank<B> extends true
      ? A
      : [A, B] extends [B, A]
        ? A
        : A["length"] extends B["length"]
          ? Differs<A, B> extends true
            ? ShapeError<`expects tensors of one shape, but got ${Format<A>} and ${Format<B>}`>
            : { -readonly [K in keyof A]: number extends A[K] ? B[K & keyof B] & number : A[K] }
          : ShapeError<`expects tensors of one shape, but got ${Format<A>} and ${Format<B>}`>;
type Differs<A extends Shape, B extends Shape> = A extends readonly [infer AH extends number, ...infer AT extends Shape]
  ? B extends readonly [infer BH extends number, ...infer BT extends Shape]
    ? IsUnknown<AH> extends true
      ? Differs<AT, BT>
      : IsUnknown<BH> extends true
        ? Differs<AT, BT>
        : AH extends BH
          ? Differs<AT, BT>
          : true
    : true
  : false;

/** The shape of `stack(tensors, dim)`. */
export type StackShape<T extends readonly Tensor[], D extends number> = T extends readonly [infer H, ...infer R extends readonly Tensor[]]
  ? SameShape<R, ShapeOf<H>> extends infer S
    ? S extends Shape
      ? InsertAt<S, D, T["length"] & number>
      : S
    : never
  : number extends T["length"]
    ? InsertAt<ShapeOf<T[number]>, D, number>
    : ShapeError<"stack: expects at least one tensor">;

/** The shape of `cat(tensors, dim)`: the sizes along the dimension add up. */
export type CatShape<T extends readonly Tensor[], D extends number> = T extends readonly [infer H, ...infer R extends readonly Tensor[]]
  ? IsNothing<ShapeOf<H>, R> extends true
    ? CatShape<R, D>
    : CatAll<R, ShapeOf<H>, D>
  : number extends T["length"]
    ? CatUnknown<ShapeOf<T[number]>, D>
    : ShapeError<"cat: expects at least one tensor">;
/** Whether a tensor is an empty vector beside others: PyTorch leaves it out, whatever their shapes. */
type IsNothing<S extends Shape, Others extends readonly Tensor[]> = [S] extends [readonly [0]] ? (Others extends readonly [] ? false : true) : false;
type CatUnknown<S extends Shape, D extends number> = IsUnknownRank<S> extends true ? Shape : number extends D ? Shape : Replace<S, DimOf<S, D>, [number]>;
type CatAll<T extends readonly Tensor[], S extends Shape, D extends number> =
  IsUnknownRank<S> extends true
    ? Shape
    : [DimOf<S, D>] extends [never]
      ? ShapeError<`cat: dimension ${D} is out of range for ${Format<S>}`>
      : T extends readonly [infer H, ...infer R extends readonly Tensor[]]
        ? (ShapeOf<H> extends readonly [0] ? S : CatTwo<S, ShapeOf<H>, DimOf<S, D>>) extends infer M
          ? M extends Shape
            ? CatAll<R, M, D>
            : M
          : never
        : S;
type CatTwo<A extends Shape, B extends Shape, D extends number> =
  IsUnknownRank<B> extends true
    ? Shape
    : number extends D
      ? Shape
      : MergeShapes<Replace<A, D, [0]>, Replace<B, D, [0]>> extends infer M
        ? M extends Shape
          ? Replace<M, D, [Add<A[D] & number, B[D] & number>]>
          : ShapeError<`cat: sizes must match except in dimension ${D}: ${Format<A>} and ${Format<B>}`>
        : never;

/** The shape of `hstack(tensors)`: along the first dimension for vectors, the second for what has more. */
export type HStackShape<T extends readonly Tensor[]> = RankOf<T> extends 1 ? CatShape<T, 0> : RankOf<T> extends 0 | "unknown" ? Shape : CatShape<T, 1>;
/** The shape of `vstack(tensors)`: along the first dimension, but vectors become rows. */
export type VStackShape<T extends readonly Tensor[]> = RankOf<T> extends 0 | 1 | "unknown" ? Shape : CatShape<T, 0>;
/** The rank of the first of some tensors. */
type RankOf<T extends readonly Tensor[]> = T extends readonly [infer H, ...(readonly Tensor[])]
  ? IsUnknownRank<ShapeOf<H>> extends true ? "unknown" : ShapeOf<H>["length"]
  : "unknown";

/** The common dtype of some tensors. */
export type JoinedDType<T extends readonly Tensor[]> = T extends readonly [infer H, ...infer R extends readonly Tensor[]]
  ? R extends readonly []
    ? DTypeOf<H> & DType
    : Promote<DTypeOf<H> & DType, JoinedDType<R>>
  : number extends T["length"]
    ? DTypeOf<T[number]> & DType
    : never;
