/**
 * @file What the compiler knows of layers' products: the shapes that `linear` and the convolutions give, and the sentences it says of
 * shapes that do not fit. products.ts puts them on its functions. Types only.
 */
import type { Shape } from "../core/shape.js";
import type { Format, IsUnknownRank, Mistake } from "../core/static-shape.js";
import type { IsUnknown } from "../core/static-number.js";
import type { IsDefault, OptionAt, WindowCount } from "../core/static-window.js";

/** [..., K] with [N, K] gives [..., N]; with [K] it gives [...]. */
export type LinearShape<S extends Shape, W extends Shape> = number extends S["length"] ? Shape
  : S extends readonly [...infer Lead extends Shape, number]
    ? W extends readonly [infer N extends number, number] ? [...Lead, N] : W extends readonly [number] ? Lead : Shape
    : Shape;

/** Nothing, or the error that a weight does not take what the input has. */
export type CheckLinear<S extends Shape, W extends Shape> = [S, W] extends [readonly [...Shape, infer K extends number], readonly [...Shape, infer L extends number]]
  ? Same<K, L> extends true ? unknown : Mistake<`linear: an input of ${Format<S>} and a weight of ${Format<W>}: expected [..., in] and [out, in], with one size for in`>
  : unknown;

/** Whether two sizes are one, or may be. */
type Same<A extends number, B extends number> = true extends IsUnknown<A> | IsUnknown<B> ? true : A extends B ? true : false;

/** The size of dimension I, of size N, after a kernel of size K; never where that is larger. */
type Slid<N extends number, K extends number, O, I extends number> = OptionAt<O, "padding", I, 0> extends infer P extends number
  ? O extends { readonly padding: "same" }
    ? N
    : WindowCount<N, K, OptionAt<O, "stride", I, 1>, O extends { readonly padding: "valid" } ? 0 : P, OptionAt<O, "dilation", I, 1>>
  : number;
type AllSlid<N extends Shape, K extends Shape, O, Out extends Shape = []> = [N, K] extends [
  readonly [infer NH extends number, ...infer NT extends Shape],
  readonly [infer KH extends number, ...infer KT extends Shape],
]
  ? [Slid<NH, KH, O, Out["length"]>] extends [never]
    ? never
    : AllSlid<NT, KT, O, [...Out, Slid<NH, KH, O, Out["length"]>]>
  : Out;

/** [N, C, ...sizes] (or without N) with a weight of [F, C / groups, ...kernel] gives [N, F, ...sizes], by the options O. */
export type ConvolutionShape<S extends Shape, W extends Shape, O> = true extends IsUnknownRank<S> | IsUnknownRank<W>
  ? Shape
  : W extends readonly [infer F extends number, number, ...infer K extends Shape]
    ? S extends readonly [infer N extends number, number, ...infer Sizes extends Shape]
      ? Sizes["length"] extends K["length"]
        ? WithFront<[N, F], AllSlid<Sizes, K, O>>
        : S extends readonly [number, ...infer Unbatched extends Shape]
          ? Unbatched["length"] extends K["length"] ? WithFront<[F], AllSlid<Unbatched, K, O>> : Shape
          : Shape
      : Shape
    : Shape;
type WithFront<Front extends Shape, Sizes extends Shape> = [Sizes] extends [never] ? Shape : [...Front, ...Sizes];

/** Nothing, or the error that channels differ (of one group) or that the kernel is larger than the input. */
export type CheckConvolution<Name extends string, S extends Shape, W extends Shape, O> = true extends IsUnknownRank<S> | IsUnknownRank<W>
  ? unknown
  : W extends readonly [number, infer C extends number, ...infer K extends Shape]
    ? S extends readonly [...infer Lead extends Shape, ...{ [I in keyof K]: number }]
      ? Lead extends readonly [...Shape, infer G extends number]
        ? [IsDefault<O, "groups", 1>, Same<G, C>] extends [true, false]
          ? Mistake<`${Name}: the input has ${G} channels, but the weight takes ${C}: ${Format<S>} and ${Format<W>}`>
          : S extends readonly [...Lead, ...infer Sizes extends Shape]
            ? [AllSlid<Sizes, K, O>] extends [never] ? Mistake<`${Name}: the kernel of ${Format<W>} is larger than the input of ${Format<S>}`> : unknown
            : unknown
        : unknown
      : unknown
    : unknown;
