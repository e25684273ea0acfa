/**
 * @file The static shape of `x.at(…)`: whole numbers, slices as strings, null and "...". What ops/indexing.ts does at run time,
 * for the compiler; and the types of an index, which both share.
 */
import type { DType } from "./dtype.js";
import type { ShapeError } from "./errors.js";
import type { Shape } from "./shape.js";
import type { Chosen } from "./static-index-tensors.js";
import type { CeilDiv, IsUnknown, Min, Sub, SubOrZero } from "./static-number.js";
import type { ArgsIn, Format, IsUnknownRank, Mistake, ShapeIn, ShapeRule } from "./static-shape.js";

/** A slice whose bounds are computed: Python's `start:stop:step`. */
export interface Slice {
  readonly start?: number;
  readonly stop?: number;
  /** At least 1. */
  readonly step?: number;
}
/** One entry of an index: a position, a slice ("4:10", ":", "::2", "-3:", or an object), a new dimension (null), or "..." for all that are left. */
export type Index = number | null | "..." | `${string}:${string}` | Slice;

/** A tensor as an index: of positions, or a mask. */
export interface IndexTensor {
  readonly shape: Shape;
  readonly dtype: DType;
}
/** An entry that may select more than a view: also an index tensor, a mask, true or false, or lists of positions or booleans. */
export type AnyIndex = Index | boolean | IndexTensor | readonly AnyIndex[];

/** How many dimensions some entries use up: all but null. */
type Uses<A extends readonly unknown[], Out extends readonly 0[] = []> = A extends readonly [infer H, ...infer T]
  ? Uses<T, H extends null ? Out : [...Out, 0]>
  : Out["length"];

export type TooMany<S extends Shape> = Mistake<`too many indices for ${Format<S>}`>;

/** An entry of the walk: applies A to the front of S, all of A before "...". Gives [sizes so far, rest of S] or an error. */
type Walk<S extends Shape, A extends readonly unknown[], Whole extends Shape, Seen extends readonly 0[] = [], Out extends Shape = []> = A extends readonly [infer H, ...infer T]
  ? H extends null
    ? Walk<S, T, Whole, Seen, [...Out, 1]>
    : S extends readonly [infer N extends number, ...infer R extends Shape]
      ? H extends number
        ? InRange<N, H> extends true
          ? Walk<R, T, Whole, [...Seen, 0], Out>
          : ShapeError<`index ${H} is out of bounds for dimension ${Seen["length"]} with size ${N}`>
        : Walk<R, T, Whole, [...Seen, 0], [...Out, SliceSize<N, H>]>
      : TooMany<Whole>
  : [Out, S];

export type InRange<N extends number, I extends number> =
  IsUnknown<N> extends true
    ? true
    : IsUnknown<I> extends true
      ? true
      : `${I}` extends `-${infer P extends number}`
        ? [Sub<N, P>] extends [never]
          ? false
          : true
        : [Sub<N, I>] extends [never]
          ? false
          : Sub<N, I> extends 0
            ? false
            : true;

/** The size of a slice of N elements. */
export type SliceSize<N extends number, I> = I extends ":" | "::" | "::1"
  ? N
  : I extends string
    ? string extends I
      ? number
      : IsUnknown<N> extends true
        ? number
        : I extends `${infer A}:${infer B}:${infer C}`
          ? Sized<Bound<A, N, 0>, Bound<B, N, N>, Step<C>>
          : I extends `${infer A}:${infer B}`
            ? Sized<Bound<A, N, 0>, Bound<B, N, N>, 1>
            : number
    : number;
type Bound<B extends string, N extends number, Default extends number> = B extends ""
  ? Default
  : B extends `-${infer P extends number}`
    ? SubOrZero<N, P>
    : B extends `${infer P extends number}`
      ? number extends P
        ? number
        : Min<P, N>
      : number;
type Step<B extends string> = B extends "" ? 1 : B extends `${infer P extends number}` ? P : number;
type Sized<Start extends number, Stop extends number, By extends number> = true extends IsUnknown<Start> | IsUnknown<Stop> | IsUnknown<By>
  ? number
  : CeilDiv<SubOrZero<Stop, Start>, By>;

/** The entries before and after "..."; without one, it is at the end. */
export type Split<A extends readonly unknown[], Before extends readonly unknown[] = []> = A extends readonly [infer H, ...infer T]
  ? H extends "..."
    ? [Before, T]
    : Split<T, [...Before, H]>
  : [Before, []];
/** S cut so that N sizes are in the second part; null if there are not so many. */
export type CutEnd<S extends Shape, N extends number, End extends Shape = []> = End["length"] extends N
  ? [S, End]
  : S extends readonly [...infer R extends Shape, infer L extends number]
    ? CutEnd<R, N, [L, ...End]>
    : null;

type Indexed<S extends Shape, A extends readonly unknown[]> =
  Split<A> extends [infer Before extends readonly unknown[], infer After extends readonly unknown[]]
    ? Walk<S, Before, S> extends infer W
      ? W extends [infer Front extends Shape, infer Rest extends Shape]
        ? IndexedEnd<S, Front, Rest, After>
        : W
      : Shape
    : Shape;
type IndexedEnd<S extends Shape, Front extends Shape, Rest extends Shape, After extends readonly unknown[]> =
  CutEnd<Rest, Uses<After> & number> extends infer C
    ? C extends [infer Middle extends Shape, infer End extends Shape]
      ? Walk<End, After, S> extends infer W
        ? W extends [infer Back extends Shape, readonly []]
          ? [...Front, ...Middle, ...Back]
          : W
        : Shape
      : TooMany<S>
    : Shape;

/** Drops the first size where only the position is unknown: iterating, `x.at(i)`. */
export type At<S extends Shape, A extends readonly unknown[]> =
  IsUnknownRank<S> extends true ? Shape : number extends A["length"] ? Shape : IsBasic<A> extends true ? Indexed<S, A> : Chosen<S, A>;
/** Whether all entries select views. */
type IsBasic<A extends readonly unknown[]> = A extends readonly [infer H, ...infer T] ? ([Exclude<H, Index>] extends [never] ? IsBasic<T> : false) : true;

export interface AtRule extends ShapeRule {
  readonly takes: readonly AnyIndex[];
  readonly result: At<ShapeIn<this>, ArgsIn<this>>;
}
