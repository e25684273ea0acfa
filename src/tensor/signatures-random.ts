/**
 * @file The static signatures of ops/random.ts: of `bernoulli` and `multinomial` as methods and functions, and of the methods that
 * overwrite a tensor (ops/filling.ts too). signatures-calls.ts and signatures.ts pass them on. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { Generator } from "../core/random.js";
import type { Shape } from "../core/shape.js";
import type { IsUnknownRank } from "../core/static-shape.js";
import type { Tensor } from "./class.js";

/** Where random numbers come from: the default generator, which `manualSeed` seeds, unless given. */
export interface GeneratorOption {
  readonly generator?: Generator;
}
/** `bernoulli`. */
export interface BernoulliOptions extends GeneratorOption {
  readonly p?: number;
}
/** `multinomial`: whether a position may be drawn again. Default false. */
export interface MultinomialOptions extends GeneratorOption {
  readonly replacement?: boolean;
}

/** The same rows, with as many columns as samples. */
type Samples<S extends Shape, N extends number> =
  IsUnknownRank<S> extends true ? number[] : S extends readonly [infer R extends number, number] ? [R, N] : S extends readonly [number] ? [N] : number[];

export interface RandomMethods {
  bernoulli: {
    <S extends Shape, D extends DType>(this: Tensor<S, D>, options?: BernoulliOptions): Tensor<S, D>;
    <S extends Shape, D extends DType>(this: Tensor<S, D>, p: number, options?: GeneratorOption): Tensor<S, D>;
  };
  multinomial: <S extends Shape, const N extends number>(
    this: Tensor<S>,
    numSamples: N,
    options?: MultinomialOptions,
  ) => Tensor<Samples<S, N>, "int64">;
}

export interface RandomFunctions {
  bernoulli: {
    <S extends Shape, D extends DType>(input: Tensor<S, D>, options?: BernoulliOptions): Tensor<S, D>;
    <S extends Shape, D extends DType>(input: Tensor<S, D>, p: number, options?: GeneratorOption): Tensor<S, D>;
  };
  multinomial: <S extends Shape, const N extends number>(
    input: Tensor<S>,
    numSamples: N,
    options?: MultinomialOptions,
  ) => Tensor<Samples<S, N>, "int64">;
}

/** Two numbers by position or by name. */
interface Pair<A extends string, B extends string> {
  <T extends Tensor>(this: T, options?: GeneratorOption & { readonly [K in A | B]?: number }): T;
  <T extends Tensor>(this: T, first: number, options?: GeneratorOption & { readonly [K in B]?: number }): T;
  <T extends Tensor>(this: T, first: number, second: number, options?: GeneratorOption): T;
}

export interface OverwriteMethods {
  uniform: Pair<"from", "to">;
  meanAndStd: Pair<"mean", "std">;
  medianAndSigma: Pair<"median", "sigma">;
  rate: {
    <T extends Tensor>(this: T, options?: GeneratorOption & { readonly lambd?: number }): T;
    <T extends Tensor>(this: T, lambd: number, options?: GeneratorOption): T;
  };
  probability: <T extends Tensor>(this: T, p: number, options?: GeneratorOption) => T;
  probabilities: {
    <T extends Tensor>(this: T, options?: BernoulliOptions): T;
    <T extends Tensor>(this: T, p: number | Tensor, options?: GeneratorOption): T;
  };
  diagonal: <T extends Tensor>(this: T, value: number | bigint | boolean, wrap?: boolean) => T;
  bounds: {
    <T extends Tensor>(this: T, options?: GeneratorOption): T;
    <T extends Tensor>(this: T, to: number | bigint, options?: GeneratorOption): T;
    <T extends Tensor>(this: T, from: number | bigint, to: number | bigint | null, options?: GeneratorOption): T;
  };
}
