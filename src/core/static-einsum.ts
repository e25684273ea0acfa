/**
 * @file Einstein's summation in types: the shape that an equation gives for shapes that are known, and the sentence where sizes do not fit. An
 * equation with an ellipsis, or without an arrow, gives an unknown shape. Gone at run time.
 */
import type { ShapeError } from "./errors.js";
import type { Shape } from "./shape.js";
import type { Format, IsUnknownRank } from "./static-shape.js";

/** The letters of a term, without its spaces. */
type Letters<T extends string, Out extends readonly string[] = []> = T extends `${infer H}${infer Rest}` ? Letters<Rest, H extends " " ? Out : [...Out, H]> : Out;
/** The terms before the arrow. */
type Terms<E extends string> = E extends `${infer H},${infer Rest}` ? [Letters<H>, ...Terms<Rest>] : [Letters<E>];

/** The left side and the right side of an equation that can be followed; never for others. */
type Sides<E extends string> = string extends E ? never : E extends `${string}...${string}` ? never : E extends `${infer L}->${infer R}` ? [Terms<L>, Letters<R>] : never;

/** Each letter of a term beside its size: a union of pairs. Unknown ranks say nothing. */
type Pairs<L extends readonly string[], S extends Shape> = L extends readonly [infer H extends string, ...infer LT extends readonly string[]]
  ? S extends readonly [infer N extends number, ...infer ST extends Shape]
    ? readonly [H, N] | Pairs<LT, ST>
    : never
  : never;
type AllPairs<T extends readonly unknown[], S extends readonly Shape[]> = T extends readonly [infer L extends readonly string[], ...infer TT extends readonly unknown[]]
  ? S extends readonly [infer H extends Shape, ...infer ST extends readonly Shape[]]
    ? (IsUnknownRank<H> extends true ? readonly [L[number], number] : Pairs<L, H>) | AllPairs<TT, ST>
    : never
  : never;

type SizesOf<P, L extends string> = P extends readonly [infer H, infer N extends number] ? (H extends L ? N : never) : never;
type IsOne<N, All = N> = N extends All ? ([All] extends [N] ? true : false) : never;
/** One size out of several: sizes of 1 broadcast. `number` where one is not known, never where two differ. */
type Common<N extends number> = number extends N ? number : [Exclude<N, 1>] extends [never] ? 1 : IsOne<Exclude<N, 1>> extends true ? Exclude<N, 1> : never;

type SizesFor<P, L extends readonly string[], Out extends Shape = []> = L extends readonly [infer H extends string, ...infer T extends readonly string[]]
  ? [Common<SizesOf<P, H>>] extends [never]
    ? Shape
    : SizesFor<P, T, [...Out, Common<SizesOf<P, H>>]>
  : Out;

/** The shape of the result. */
export type EinsumShape<E extends string, S extends readonly Shape[]> = [Sides<E>] extends [readonly [infer T extends readonly unknown[], infer R extends readonly string[]]]
  ? [Sides<E>] extends [never] ? Shape : number extends S["length"] ? Shape : SizesFor<AllPairs<T, S>, R>
  : Shape;

/** The first operand whose rank is not the number of its letters, as a sentence. */
type RankFault<T extends readonly unknown[], S extends readonly Shape[]> = T extends readonly [infer L extends readonly string[], ...infer TT extends readonly unknown[]]
  ? S extends readonly [infer H extends Shape, ...infer ST extends readonly Shape[]]
    ? IsUnknownRank<H> extends true ? RankFault<TT, ST> : H["length"] extends L["length"] ? RankFault<TT, ST> : ShapeError<`einsum: the equation gives ${L["length"]} subscripts to an operand of shape ${Format<H>}`>
    : unknown
  : unknown;
/** The letters that stand for sizes which differ. */
type Clash<P, L extends string> = L extends string ? ([Common<SizesOf<P, L>>] extends [never] ? L : never) : never;
type SizeFault<P> = P extends readonly [infer L extends string, number] ? L : never;

/** Nothing, or the error to intersect the equation with. */
export type CheckEinsum<E extends string, S extends readonly Shape[]> = [Sides<E>] extends [never]
  ? unknown
  : number extends S["length"]
    ? unknown
    : Sides<E> extends readonly [infer T extends readonly unknown[], readonly string[]]
      ? RankFault<T, S> extends ShapeError
        ? RankFault<T, S>
        : [Clash<AllPairs<T, S>, SizeFault<AllPairs<T, S>>>] extends [never]
          ? unknown
          : ShapeError<`einsum: the subscript ${Clash<AllPairs<T, S>, SizeFault<AllPairs<T, S>>>} stands for different sizes`>
      : unknown;
