/**
 * @file What the compiler knows of windows: the shapes that pooling and transposed convolutions give where sizes and options are
 * literal. The functions in functional/ apply it. Types only.
 */
import type { Shape } from "../core/shape.js";
import type { Add, IsUnknown, Mul, Sub } from "../core/static-number.js";
import type { IsUnknownRank } from "../core/static-shape.js";
import type { IsDefault, NumberAt, OptionAt, WindowCount } from "../core/static-window.js";

/** A size that is not known rather than none: that a kernel is too large is said when it runs. */
type Known<N> = [N] extends [never] ? number : N extends number ? N : number;

/** What is left of a size N along dimension I. Windows that may hang over the end are not counted here. */
type Pooled<N extends number, K, O, I extends number> =
  IsDefault<O, "ceilMode", false> extends true
    ? Known<WindowCount<N, NumberAt<K, I>, OptionAt<O, "stride", I, NumberAt<K, I>>, OptionAt<O, "padding", I, 0>, OptionAt<O, "dilation", I, 1>>>
    : number;

/** The shape of pooling over the last one or two dimensions. */
export type PooledShape<S extends Shape, K, O, Rank extends 1 | 2> =
  IsUnknownRank<S> extends true
    ? Shape
    : Rank extends 1
      ? S extends readonly [...infer Lead extends Shape, infer L extends number] ? [...Lead, Pooled<L, K, O, 0>] : Shape
      : S extends readonly [...infer Lead extends Shape, infer H extends number, infer W extends number] ? [...Lead, Pooled<H, K, O, 0>, Pooled<W, K, O, 1>] : Shape;

/** (N - 1) · stride - 2 · padding + dilation · (K - 1) + outputPadding + 1 */
type Spread<N extends number, K extends number, O, I extends number> =
  true extends IsUnknown<N> | IsUnknown<K>
    ? number
    : Known<Sub<
        Add<Add<Mul<Sub<N, 1>, OptionAt<O, "stride", I, 1>>, Mul<OptionAt<O, "dilation", I, 1>, Sub<K, 1>>>, Add<OptionAt<O, "outputPadding", I, 0>, 1>>,
        Mul<2, OptionAt<O, "padding", I, 0>>
      >>;
type AllSpread<N extends Shape, K extends Shape, O, Out extends Shape = []> = [N, K] extends [
  readonly [infer NH extends number, ...infer NT extends Shape],
  readonly [infer KH extends number, ...infer KT extends Shape],
]
  ? AllSpread<NT, KT, O, [...Out, Spread<NH, KH, O, Out["length"]>]>
  : Out;

/** [N, C, ...sizes] (or without N) with a weight of [C, F / groups, ...kernel] gives [N, F, ...sizes], by the options O. */
export type TransposedShape<S extends Shape, W extends Shape, O> = true extends IsUnknownRank<S> | IsUnknownRank<W>
  ? Shape
  : W extends readonly [number, infer F extends number, ...infer K extends Shape]
    ? S["length"] extends W["length"]
      ? S extends readonly [infer N extends number, number, ...infer Sizes extends Shape] ? [N, Mul<F, OptionAt<O, "groups", 0, 1>>, ...AllSpread<Sizes, K, O>] : Shape
      : S extends readonly [number, ...infer Sizes extends Shape] ? [Mul<F, OptionAt<O, "groups", 0, 1>>, ...AllSpread<Sizes, K, O>] : Shape
    : Shape;

/** The number of parts of a dimension, or its size where there is none given. */
type Part<N extends number, V, I extends number> = V extends null ? N : V extends number ? V : V extends readonly unknown[] ? Part1<N, V[I]> : number;
type Part1<N extends number, V> = V extends null ? N : V extends number ? V : number;

/** The shape of adaptive pooling over the last one or two dimensions. */
export type AdaptedShape<S extends Shape, V, Rank extends 1 | 2> =
  IsUnknownRank<S> extends true
    ? Shape
    : Rank extends 1
      ? S extends readonly [...infer Lead extends Shape, infer L extends number] ? [...Lead, Part<L, V, 0>] : Shape
      : S extends readonly [...infer Lead extends Shape, infer H extends number, infer W extends number] ? [...Lead, Part<H, V, 0>, Part<W, V, 1>] : Shape;
