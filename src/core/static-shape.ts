/**
 * @file Shape arithmetic in types: what core/shape.ts and core/view.ts compute, for the compiler, where sizes are literal. An
 * unknown size is `number`, an unknown rank is `readonly number[]`; a mistake is `ShapeError<"a sentence">`. Gone at run time.
 *
 * Views are rules: an interface that says which arguments it takes and, from `ShapeIn<this>` and `ArgsIn<this>`, the resulting
 * shape. `ops/` names the rule beside the operation's meaning, `tensor/` applies it. Indexing is in static-index.ts.
 */
import type { ShapeError } from "./errors.js";
import type { Shape } from "./shape.js";
import type { Div, IsUnknown, Mul, Sub } from "./static-number.js";

/** A rule for a view: see the file's comment. */
export interface ShapeRule {
  readonly takes: readonly unknown[];
  readonly shape: unknown;
  readonly args: unknown;
  readonly result: unknown;
}
/** The shape and the arguments that a rule is applied to, inside of the rule. */
export type ShapeIn<R extends ShapeRule> = R["shape"] extends infer S extends Shape ? S : Shape;
export type ArgsIn<R extends ShapeRule> = R["args"] extends infer A extends readonly unknown[] ? A : readonly unknown[];
/** The shape (or ShapeError) that a rule gives for a shape and arguments. */
export type Apply<R extends ShapeRule, S extends Shape, A extends readonly unknown[]> = (R & { readonly shape: S; readonly args: A })["result"];

/** A result that is known to be a shape: what is wrong has been reported, or is only known at run time. */
export type AsShape<R> = [R] extends [never] ? Shape : R extends Shape ? R : Shape;
/** What to intersect a parameter with: nothing, or the error. */
export type Check<R> = R extends ShapeError ? R : unknown;

/** `[2, 3]` as text; an unknown size is `?`. */
export type Format<S extends Shape> = number extends S["length"] ? "[...]" : `[${Join<S>}]`;
type Join<S extends Shape> = S extends readonly [infer H extends number, ...infer T extends Shape]
  ? `${FormatSize<H>}${T extends readonly [] ? "" : `, ${Join<T>}`}`
  : "";
type FormatSize<N extends number> = number extends N ? "?" : `${N}`;

/** A tuple that may be written to: shorter to read, and assignable to the readonly one. */
export type Mutable<S extends Shape> = number extends S["length"] ? Shape : { -readonly [K in keyof S]: S[K] };
export type IsUnknownRank<S extends Shape> = number extends S["length"] ? true : false;
/** The same rank, nothing known of the sizes. */
export type Numbers<S extends Shape> = { -readonly [K in keyof S]: number };
type Ones<S extends Shape> = { -readonly [K in keyof S]: 1 };

/** Number of elements; `number` if it is not known. */
export type Product<S extends Shape, Out extends number = 1> =
  IsUnknownRank<S> extends true ? number : S extends readonly [infer H extends number, ...infer T extends Shape] ? Product<T, Mul<Out, H>> : Out;

// Broadcasting

type BroadcastSize<A extends number, B extends number> =
  IsUnknown<A> extends true
    ? IsUnknown<B> extends true
      ? number
      : B extends 1
        ? number
        : B
    : IsUnknown<B> extends true
      ? A extends 1
        ? number
        : A
      : A extends 1
        ? B
        : B extends 1
          ? A
          : A extends B
            ? A
            : never;

/** The shape that two shapes broadcast to; never if they do not. Goes from the right with the result so far in `Tail`. */
export type Broadcast<A extends Shape, B extends Shape, Tail extends Shape = []> =
  IsUnknownRank<A> extends true
    ? Shape
    : IsUnknownRank<B> extends true
      ? Shape
      : A extends readonly [...infer AI extends Shape, infer AL extends number]
        ? B extends readonly [...infer BI extends Shape, infer BL extends number]
          ? [BroadcastSize<AL, BL>] extends [never]
            ? never
            : Broadcast<AI, BI, [BroadcastSize<AL, BL>, ...Tail]>
          : [...A, ...Tail]
        : [...B, ...Tail];

/** Nothing, or the error that two shapes do not broadcast. */
export type CheckBroadcast<A extends Shape, B extends Shape> = [Broadcast<A, B>] extends [never]
  ? ShapeError<`cannot broadcast ${Format<A>} with ${Format<B>}`>
  : unknown;

/** Nothing, or the error that B does not broadcast to A, which an in-place operation needs. */
export type CheckInPlace<A extends Shape, B extends Shape> = [Broadcast<A, B>] extends [never]
  ? ShapeError<`cannot broadcast ${Format<A>} with ${Format<B>}`>
  : Broadcast<A, B> extends A
    ? unknown
    : A extends Broadcast<A, B>
      ? unknown
      : ShapeError<`output with shape ${Format<A>} doesn't match the broadcast shape ${Format<Broadcast<A, B>>}`>;

// Dimension numbers

/** A dimension number in 0..rank-1; never if out of range; `number` if not known. A scalar has one, as in PyTorch. */
export type DimOf<S extends Shape, D extends number> =
  IsUnknown<D> extends true
    ? number
    : IsUnknownRank<S> extends true
      ? number
      : S["length"] extends 0
        ? D extends 0 | -1
          ? 0
          : never
        : D extends number
          ? `${D}` extends `-${infer P extends number}`
            ? Sub<S["length"], P>
            : `${D}` extends keyof S
              ? D
              : never
          : never;
/** The same for several: a union; never if one is out of range. */
type DimsOf<S extends Shape, D> = D extends number
  ? DimOf<S, D>
  : D extends readonly number[]
    ? "bad" extends { [K in keyof D]: [DimOf<S, D[K] & number>] extends [never] ? "bad" : "good" }[number]
      ? never
      : DimOf<S, D[number]>
    : never;

/** An error with a sentence. Conditional, so that messages show the sentence and not the name of a type that makes it. */
export type Mistake<Sentence> = Sentence extends string ? ShapeError<Sentence> : never;

type OutOfRange<S extends Shape, D> = Mistake<`dimension ${FormatDims<D>} is out of range for ${Format<S>}`>;
type FormatDims<D> = D extends number ? FormatSize<D> : D extends Shape ? Format<D> : "?";

// Reductions

/** The shape that is left of S without the dimensions D (undefined or []: all), or with them as 1 where K is true. */
export type Reduce<S extends Shape, D, K extends boolean = false> =
  IsUnknownRank<S> extends true
    ? D extends undefined | readonly []
      ? K extends true
        ? Shape
        : []
      : Shape
    : D extends undefined | readonly []
      ? K extends true
        ? Ones<S>
        : []
      : S extends readonly []
        ? []
        : number extends DimsOf<S, D>
          ? ReduceUnknown<S, D, K>
          : Drop<S, DimsOf<S, D>, K>;
type ReduceUnknown<S extends Shape, D, K extends boolean> = K extends true
  ? Numbers<S>
  : D extends number
    ? S extends readonly [number, ...infer T extends Shape]
      ? Numbers<T>
      : Shape
    : Shape;
/** S without the dimensions in the union I. */
type Drop<S extends Shape, I, K extends boolean = false, Seen extends readonly 0[] = [], Out extends Shape = []> = S extends readonly [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Drop<T, I, K, [...Seen, 0], Seen["length"] extends I ? (K extends true ? [...Out, 1] : Out) : [...Out, H]>
  : Out;

/** Nothing, or the error that a dimension does not exist. */
export type CheckDims<S extends Shape, D> = D extends undefined | readonly []
  ? unknown
  : D extends number | readonly number[]
    ? [DimsOf<S, D>] extends [never]
      ? OutOfRange<S, D>
      : unknown
    : unknown;

// Products of matrices

type SameSize<A extends number, B extends number> = IsUnknown<A> extends true ? true : IsUnknown<B> extends true ? true : A extends B ? true : false;
type InnerDiffers<A extends Shape, B extends Shape> = Mistake<`matmul: inner dimensions differ: ${Format<A>} @ ${Format<B>}`>;

/** The shape of `a.matmul(b)`, or the error. */
export type MatMul<A extends Shape, B extends Shape> =
  IsUnknownRank<A> extends true
    ? Shape
    : IsUnknownRank<B> extends true
      ? Shape
      : A extends readonly []
        ? ShapeError<"matmul: both tensors need at least one dimension">
        : B extends readonly []
          ? ShapeError<"matmul: both tensors need at least one dimension">
          : A extends readonly [infer K extends number]
            ? VectorMatMul<A, K, B>
            : A extends readonly [...infer Batch extends Shape, infer M extends number, infer K extends number]
              ? BatchMatMul<A, Batch, M, K, B>
              : Shape;
type VectorMatMul<A extends Shape, K extends number, B extends Shape> = B extends readonly [infer K2 extends number]
  ? SameSize<K, K2> extends true
    ? []
    : InnerDiffers<A, B>
  : B extends readonly [...infer Batch extends Shape, infer K2 extends number, infer N extends number]
    ? SameSize<K, K2> extends true
      ? [...Batch, N]
      : InnerDiffers<A, B>
    : Shape;
type BatchMatMul<A extends Shape, Batch extends Shape, M extends number, K extends number, B extends Shape> = B extends readonly [infer K2 extends number]
  ? SameSize<K, K2> extends true
    ? [...Batch, M]
    : InnerDiffers<A, B>
  : B extends readonly [...infer Batch2 extends Shape, infer K2 extends number, infer N extends number]
    ? SameSize<K, K2> extends true
      ? [Broadcast<Batch, Batch2>] extends [never]
        ? ShapeError<`matmul: cannot broadcast the batches of ${Format<A>} @ ${Format<B>}`>
        : [...Broadcast<Batch, Batch2>, M, N]
      : InnerDiffers<A, B>
    : Shape;

// Arguments that are a shape: `f(2, 3)` or `f([2, 3])`

/** How a method takes a shape. */
export type ShapeArguments = readonly number[] | readonly [shape: Shape];
/** The shape among such arguments. */
export type ShapeFrom<A> = A extends readonly [infer L extends Shape] ? Mutable<L> : A extends Shape ? Mutable<A> : Shape;

// Reshaping

/** The product of the sizes other than -1. */
type KnownProduct<T extends Shape, Out extends number = 1> = T extends readonly [infer H extends number, ...infer R extends Shape]
  ? KnownProduct<R, H extends -1 ? Out : Mul<Out, H>>
  : Out;
type FillIn<T extends Shape, N extends number> = { -readonly [K in keyof T]: T[K] extends -1 ? N : T[K] };
type HoleIn<T extends Shape> = T extends readonly [infer H extends number, ...infer R extends Shape] ? (H extends -1 ? true : HoleIn<R>) : false;

/** S seen as T, of which one size may be -1; or the error. */
export type Reshape<S extends Shape, T extends Shape> =
  IsUnknownRank<T> extends true
    ? Shape
    : HoleIn<T> extends true
      ? [Div<Product<S>, KnownProduct<T>>] extends [never]
        ? ShapeError<`shape ${Format<T>} is invalid for ${FormatSize<Product<S>>} elements`>
        : FillIn<T, Div<Product<S>, KnownProduct<T>>>
      : SameSize<Product<S>, Product<T>> extends true
        ? T
        : ShapeError<`shape ${Format<T>} is invalid for ${FormatSize<Product<S>>} elements`>;

export interface ReshapeRule extends ShapeRule {
  readonly takes: ShapeArguments;
  readonly result: Reshape<ShapeIn<this>, ShapeFrom<ArgsIn<this>>>;
}

/** An object with a shape, such as a tensor. */
export interface Shaped {
  readonly shape: Shape;
}
type ShapeOfFirst<A> = A extends readonly [{ readonly shape: infer S extends Shape }] ? Mutable<S> : Shape;
export interface ViewAsRule extends ShapeRule {
  readonly takes: readonly [other: Shaped];
  readonly result: Reshape<ShapeIn<this>, ShapeOfFirst<ArgsIn<this>>>;
}

type FlattenFrom<S extends Shape, A> = S extends readonly []
  ? [1]
  : A extends readonly [infer I extends number, infer J extends number]
    ? number extends I | J
      ? Shape
      : [DimOf<S, I>, DimOf<S, J>] extends [infer P extends number, infer Q extends number]
        ? [P] extends [never]
          ? OutOfRange<S, I>
          : [Q] extends [never]
            ? OutOfRange<S, J>
            : Merge<S, P, Q>
        : Shape
    : Shape;
/** Dimensions P..Q multiplied into one. */
type Merge<S extends Shape, P extends number, Q extends number, Seen extends readonly 0[] = [], Out extends Shape = [], Group extends Shape = []> = S extends readonly [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Seen["length"] extends Q
    ? [Group, Q] extends [readonly [], Exclude<Q, P>]
      ? ShapeError<"flatten: startDim must not come after endDim">
      : [...Out, Product<[...Group, H]>, ...T]
    : Group extends readonly []
      ? Seen["length"] extends P
        ? Merge<T, P, Q, [...Seen, 0], Out, [H]>
        : Merge<T, P, Q, [...Seen, 0], [...Out, H]>
      : Merge<T, P, Q, [...Seen, 0], Out, [...Group, H]>
  : ShapeError<"flatten: startDim must not come after endDim">;
type FlattenArguments<A> = A extends readonly []
  ? [0, -1]
  : A extends readonly [infer I extends number]
    ? [I, -1]
    : A extends readonly [infer I extends number, infer J extends number]
      ? [I, J]
      : [number, number];
export interface FlattenRule extends ShapeRule {
  readonly takes: readonly [startDim?: number, endDim?: number];
  readonly result: IsUnknownRank<ShapeIn<this>> extends true ? Shape : FlattenFrom<ShapeIn<this>, FlattenArguments<ArgsIn<this>>>;
}

type Unflatten<S extends Shape, A> = A extends readonly [infer D extends number, infer T extends Shape]
  ? IsUnknownRank<S> extends true
    ? Shape
    : IsUnknownRank<T> extends true
      ? Shape
      : number extends D
        ? Shape
        : [DimOf<S, D>] extends [never]
          ? OutOfRange<S, D>
          : Reshape<[SizeAt<S, DimOf<S, D>>], Mutable<T>> extends infer R
            ? R extends Shape
              ? Replace<S, DimOf<S, D>, R>
              : R
            : Shape
  : Shape;
export interface UnflattenRule extends ShapeRule {
  readonly takes: readonly [dim: number, sizes: Shape];
  readonly result: Unflatten<ShapeIn<this>, ArgsIn<this>>;
}

// Moving dimensions

type SizeAt<S extends Shape, I extends number> = S[I] & number;
/** S with dimension I replaced by the sizes R. */
export type Replace<S extends Shape, I extends number, R extends Shape, Seen extends readonly 0[] = [], Out extends Shape = []> = S extends readonly [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Seen["length"] extends I
    ? [...Out, ...R, ...T]
    : Replace<T, I, R, [...Seen, 0], [...Out, H]>
  : Out;

type Swap<S extends Shape, I extends number, J extends number, Seen extends readonly 0[] = [], Out extends Shape = [], Rest extends Shape = S> = Rest extends readonly [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Swap<S, I, J, [...Seen, 0], [...Out, Seen["length"] extends I ? SizeAt<S, J> : Seen["length"] extends J ? SizeAt<S, I> : H], T>
  : Out;
type Transpose<S extends Shape, I extends number, J extends number> =
  IsUnknownRank<S> extends true
    ? Shape
    : [DimOf<S, I>] extends [never]
      ? OutOfRange<S, I>
      : [DimOf<S, J>] extends [never]
        ? OutOfRange<S, J>
        : number extends I | J
          ? Numbers<S>
          : Swap<S, DimOf<S, I>, DimOf<S, J>>;
export interface TransposeRule extends ShapeRule {
  readonly takes: readonly [dim0: number, dim1: number];
  readonly result: ArgsIn<this> extends readonly [infer I extends number, infer J extends number] ? Transpose<ShapeIn<this>, I, J> : Shape;
}
/** `t()`: at most two dimensions. */
export interface TRule extends ShapeRule {
  readonly takes: readonly [];
  readonly result: IsUnknownRank<ShapeIn<this>> extends true
    ? Shape
    : ShapeIn<this>["length"] extends 0 | 1
      ? ShapeIn<this>
      : ShapeIn<this>["length"] extends 2
        ? Transpose<ShapeIn<this>, 0, 1>
        : ShapeError<`t: expects at most 2 dimensions, not ${Format<ShapeIn<this>>}: use transpose or permute`>;
}

type Permute<S extends Shape, D extends Shape> =
  IsUnknownRank<S> extends true
    ? Shape
    : IsUnknownRank<D> extends true
      ? Numbers<S>
      : D["length"] extends S["length"]
        ? [DimsOf<S, D>] extends [never]
          ? OutOfRange<S, D>
          : { -readonly [K in keyof D]: number extends D[K] ? number : SizeAt<S, DimOf<S, D[K]>> }
        : ShapeError<`permute: ${Format<D>} must name each dimension of ${Format<S>} once`>;
export interface PermuteRule extends ShapeRule {
  readonly takes: ShapeArguments;
  readonly result: Permute<ShapeIn<this>, ShapeFrom<ArgsIn<this>>>;
}

/** The rank stays; with literal single dimensions the sizes are known too. */
type MoveDim<S extends Shape, A> =
  IsUnknownRank<S> extends true
    ? Shape
    : A extends readonly [infer I extends number, infer J extends number]
      ? number extends I | J
        ? Numbers<S>
        : [DimOf<S, I>] extends [never]
          ? OutOfRange<S, I>
          : [DimOf<S, J>] extends [never]
            ? OutOfRange<S, J>
            : Insert<Drop<S, DimOf<S, I>>, DimOf<S, J>, SizeAt<S, DimOf<S, I>>>
      : Numbers<S>;
export interface MoveDimRule extends ShapeRule {
  readonly takes: readonly [source: number | readonly number[], destination: number | readonly number[]];
  readonly result: MoveDim<ShapeIn<this>, ArgsIn<this>>;
}

// Dimensions of size 1

/** S with the size N before dimension I (0..rank). */
export type Insert<S extends Shape, I extends number, N extends number, Seen extends readonly 0[] = [], Out extends Shape = []> = Seen["length"] extends I
  ? [...Out, N, ...S]
  : S extends readonly [infer H extends number, ...infer T extends Shape]
    ? Insert<T, I, N, [...Seen, 0], [...Out, H]>
    : never;
/** S with one more dimension, of size N, at D: -(rank + 1)..rank. */
export type InsertAt<S extends Shape, D extends number, N extends number> =
  IsUnknownRank<S> extends true
    ? Shape
    : number extends D
      ? [number, ...Numbers<S>]
      : [DimOf<[...S, 1], D>] extends [never]
        ? OutOfRange<[...S, 1], D>
        : Insert<S, DimOf<[...S, 1], D>, N>;
export interface UnsqueezeRule extends ShapeRule {
  readonly takes: readonly [dim: number];
  readonly result: ArgsIn<this> extends readonly [infer D extends number] ? InsertAt<ShapeIn<this>, D, 1> : Shape;
}

/** S without its ones among the dimensions I; an unknown size there may or may not go. */
type DropOnes<S extends Shape, I, Seen extends readonly 0[] = [], Out extends Shape = []> = S extends readonly [infer H extends number, ...infer T extends Shape]
  ? Seen["length"] extends I
    ? IsUnknown<H> extends true
      ? Shape
      : DropOnes<T, I, [...Seen, 0], H extends 1 ? Out : [...Out, H]>
    : DropOnes<T, I, [...Seen, 0], [...Out, H]>
  : Out;
type Squeeze<S extends Shape, A> =
  IsUnknownRank<S> extends true
    ? Shape
    : A extends readonly []
      ? DropOnes<S, number>
      : A extends readonly [infer D]
        ? [DimsOf<S, D>] extends [never]
          ? OutOfRange<S, D>
          : number extends DimsOf<S, D>
            ? Shape
            : DropOnes<S, DimsOf<S, D>>
        : Shape;
export interface SqueezeRule extends ShapeRule {
  readonly takes: readonly [dim?: number | readonly number[]];
  readonly result: Squeeze<ShapeIn<this>, ArgsIn<this>>;
}

// Expanding

type ExpandTo<S extends Shape, T extends Shape, Whole extends Shape, Original extends Shape, Out extends Shape = []> = T extends readonly [
  ...infer TI extends Shape,
  infer TL extends number,
]
  ? S extends readonly [...infer SI extends Shape, infer SL extends number]
    ? TL extends -1
      ? ExpandTo<SI, TI, Whole, Original, [SL, ...Out]>
      : SL extends 1
        ? ExpandTo<SI, TI, Whole, Original, [TL, ...Out]>
        : SameSize<SL, TL> extends true
          ? ExpandTo<SI, TI, Whole, Original, [TL, ...Out]>
          : CannotExpand<Original, Whole>
    : TL extends -1
      ? CannotExpand<Original, Whole>
      : ExpandTo<[], TI, Whole, Original, [TL, ...Out]>
  : S extends readonly []
    ? Out
    : CannotExpand<Original, Whole>;
type CannotExpand<S extends Shape, T extends Shape> = Mistake<`cannot expand ${Format<S>} to ${Format<T>}`>;
type Expand<S extends Shape, T extends Shape> = IsUnknownRank<T> extends true ? Shape : IsUnknownRank<S> extends true ? Known<T> : ExpandTo<S, T, T, S>;
type Known<T extends Shape> = { -readonly [K in keyof T]: T[K] extends -1 ? number : T[K] };
export interface ExpandRule extends ShapeRule {
  readonly takes: ShapeArguments;
  readonly result: Expand<ShapeIn<this>, ShapeFrom<ArgsIn<this>>>;
}
export interface ExpandAsRule extends ShapeRule {
  readonly takes: readonly [other: Shaped];
  readonly result: Expand<ShapeIn<this>, ShapeOfFirst<ArgsIn<this>>>;
}

// Parts of a dimension

type Narrow<S extends Shape, A> = A extends readonly [infer D extends number, number, infer L extends number]
  ? IsUnknownRank<S> extends true
    ? Shape
    : number extends D
      ? Numbers<S>
      : [DimOf<S, D>] extends [never]
        ? OutOfRange<S, D>
        : Replace<S, DimOf<S, D>, [L]>
  : Shape;
export interface NarrowRule extends ShapeRule {
  readonly takes: readonly [dim: number, start: number, length: number];
  readonly result: Narrow<ShapeIn<this>, ArgsIn<this>>;
}
export interface SelectRule extends ShapeRule {
  readonly takes: readonly [dim: number, index: number];
  readonly result: ArgsIn<this> extends readonly [infer D extends number, number]
    ? [DimsOf<ShapeIn<this>, D>] extends [never]
      ? OutOfRange<ShapeIn<this>, D>
      : ShapeIn<this> extends readonly []
        ? ShapeError<"select: a tensor without dimensions has nothing to select from">
        : Reduce<ShapeIn<this>, D>
    : Shape;
}
