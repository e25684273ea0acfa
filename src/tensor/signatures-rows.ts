/**
 * @file The static signatures of the operations over rows (ops/softmax.ts, ops/spread.ts, ops/scans.ts), by the name that their entries give.
 * signatures-calls.ts passes them on. Types only.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { CheckDims, Reduce } from "../core/static-shape.js";
import type { Tensor } from "./class.js";
import type { ValuesAndIndices } from "./signatures.js";
import type { KeepOf, ReductionDType, UnaryDType } from "./static.js";

/** `softmax`, `logSoftmax`: the dtype to cast to first. */
export interface DTypeChoice {
  readonly dtype?: DType;
}
interface KeepChoice {
  readonly keepdim?: boolean;
}
/** `varMean`, `stdMean`. */
export interface SpreadOptions extends KeepChoice {
  readonly correction?: number;
}
type SpreadAndMean<S extends Shape, D extends DType> = readonly [Tensor<S, D>, Tensor<S, D>];
interface WithMeanMethod {
  <S extends Shape, D extends DType, const O extends SpreadOptions>(this: Tensor<S, D>, options: O): SpreadAndMean<Reduce<S, undefined, KeepOf<O>>, D>;
  <S extends Shape, D extends DType, const A extends number | readonly number[] | undefined = undefined, const O extends SpreadOptions = SpreadOptions>(
    this: Tensor<S, D>,
    dim?: A & CheckDims<S, A>,
    options?: O,
  ): SpreadAndMean<Reduce<S, A, KeepOf<O>>, D>;
}
interface WithMeanFunction {
  <S extends Shape, D extends DType, const O extends SpreadOptions>(input: Tensor<S, D>, options: O): SpreadAndMean<Reduce<S, undefined, KeepOf<O>>, D>;
  <S extends Shape, D extends DType, const A extends number | readonly number[] | undefined = undefined, const O extends SpreadOptions = SpreadOptions>(
    input: Tensor<S, D>,
    dim?: A & CheckDims<S, A>,
    options?: O,
  ): SpreadAndMean<Reduce<S, A, KeepOf<O>>, D>;
}

export interface RowMethods {
  softmax: <S extends Shape, D extends DType, const A extends number, const O extends DTypeChoice = DTypeChoice>(
    this: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ) => Tensor<S, ReductionDType<"float", D, O>>;
  logsumexp: <S extends Shape, D extends DType, const A extends number | readonly number[], const O extends KeepChoice = KeepChoice>(
    this: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ) => Tensor<Reduce<S, A, KeepOf<O>>, UnaryDType<"float", D>>;
  withMean: WithMeanMethod;
  scan: <S extends Shape, D extends DType, const A extends number, const O extends DTypeChoice = DTypeChoice>(
    this: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ) => Tensor<S, ReductionDType<"sum", D, O>>;
  runningExtreme: <S extends Shape, D extends DType, const A extends number>(this: Tensor<S, D>, dim: A & CheckDims<S, A>) => ValuesAndIndices<S, D>;
  runningLogSum: <S extends Shape, D extends DType, const A extends number>(this: Tensor<S, D>, dim: A & CheckDims<S, A>) => Tensor<S, D>;
}

export interface RowInPlace {
  scan: <T extends Tensor, const A extends number>(this: T, dim: A & CheckDims<T["shape"], A>) => T;
}

export interface RowFunctions {
  softmax: <S extends Shape, D extends DType, const A extends number, const O extends DTypeChoice = DTypeChoice>(
    input: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ) => Tensor<S, ReductionDType<"float", D, O>>;
  logsumexp: <S extends Shape, D extends DType, const A extends number | readonly number[], const O extends KeepChoice = KeepChoice>(
    input: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ) => Tensor<Reduce<S, A, KeepOf<O>>, UnaryDType<"float", D>>;
  withMean: WithMeanFunction;
  scan: <S extends Shape, D extends DType, const A extends number, const O extends DTypeChoice = DTypeChoice>(
    input: Tensor<S, D>,
    dim: A & CheckDims<S, A>,
    options?: O,
  ) => Tensor<S, ReductionDType<"sum", D, O>>;
  runningExtreme: <S extends Shape, D extends DType, const A extends number>(input: Tensor<S, D>, dim: A & CheckDims<S, A>) => ValuesAndIndices<S, D>;
  runningLogSum: <S extends Shape, D extends DType, const A extends number>(input: Tensor<S, D>, dim: A & CheckDims<S, A>) => Tensor<S, D>;
}
