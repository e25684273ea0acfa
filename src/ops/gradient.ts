/**
 * @file How a gradient rule is written: the vocabulary of recorded operations, what a rule is given, which values it keeps. Every table
 * in `ops/` uses these types; the vocabulary is implemented in value.ts, which the tables must not import (it is made of them).
 *
 * A rule stands in its operation's entry, one row an operation and an input, as in PyTorch's tools/autograd/derivatives.yaml:
 *
 *     neg: unary({ …, gradient: ({ grad }) => grad.neg() })
 *     exp: unary({ …, gradient: using(["out"], ({ grad, out }) => grad.mul(out)) })
 *     mul: binary({ …, gradient: { a: using(["b"], ({ grad, b }) => grad.mul(b)), b: using(["a"], ({ grad, a }) => grad.mul(a)) } })
 *
 * `grad` is the gradient of the result; what else a rule reads it names in `using`, and only that is kept until the backward (and checked
 * for in-place writes). The result may have the broadcast shape and the promoted dtype: the tape sums and casts it to the input's. A
 * reduction's rule is given `grad` and `out` with the reduced dimensions kept. An operation whose result is floating and that has no
 * rule throws when its input requires grad; integers and bools have no gradient and need no rule.
 */
import { InternalError } from "../core/errors.js";
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { TensorImpl } from "../graph/storage.js";
import type { BinaryOptions, ReduceOptions, Scalar, UnaryOptions } from "./kinds.js";

type Unary = "neg" | "abs" | "sign" | "square" | "sqrt" | "rsqrt" | "reciprocal" | "exp" | "expm1" | "log" | "sin" | "cos" | "sinh" | "cosh" | "tanh" | "sigmoid"
  | "floor" | "trunc" | "isnan" | "logicalNot";
type Binary = "add" | "sub" | "mul" | "pow" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "logicalAnd" | "logicalOr" | "remainder" | "maximum" | "minimum";
type Reducing = "sum" | "mean" | "amax" | "amin" | "any" | "all" | "prod";

/** A tensor as a gradient rule sees it: the operations of Tensor under the same names, recorded where second derivatives are wanted. */
export interface Value
  extends Readonly<Record<Unary, () => Value>>,
    Readonly<Record<Binary, (other: Value | Scalar) => Value>>,
    Readonly<Record<Reducing, (dim?: number | readonly number[], options?: { readonly keepdim?: boolean }) => Value>> {
  readonly impl: TensorImpl;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Itself where the condition is true, else the other. */
  where(condition: Value, other: Value | Scalar): Value;
  div(other: Value | Scalar, options?: Pick<BinaryOptions, "roundingMode">): Value;
  matmul(other: Value): Value;
  reshape(shape: Shape): Value;
  expand(shape: Shape): Value;
  permute(dims: readonly number[]): Value;
  transpose(dim0: number, dim1: number): Value;
  unsqueeze(dim: number): Value;
  squeeze(dim: number | readonly number[]): Value;
  narrow(dim: number, start: number, length: number): Value;
  select(dim: number, position: number): Value;
  to(dtype: DType): Value;
  /** Zeros in its shape and dtype. */
  zeros(): Value;
  /** 0, 1, 2, … along a dimension, shaped to broadcast with it: int64. */
  positions(dim: number): Value;
}

/** What a rule is given: the gradient of the result, the values it named, and what its kind of operation adds. */
export type Context<N extends string, E> = { readonly grad: Value } & { readonly [K in N]: Value } & E;

/** A rule that reads values: those are kept until the backward. */
export interface Using<N extends string, E> {
  readonly saves: readonly N[];
  of(context: Context<N, E>): Value;
}
/** A rule: the gradient of an input. It may read inputs and result (`N`) if it says so with `using`. */
export type Gradient<N extends string, E> = ((context: Context<never, E>) => Value) | Using<N, E>;

/** A rule that reads the values it names. */
export const using = <K extends string, E>(saves: readonly K[], of: (context: Context<K, E>) => Value): Using<K, E> => ({ saves, of });

/** A rule with its own types forgotten, as the tables keep it. */
export interface Rule {
  readonly saves: readonly string[];
  of(context: { readonly grad: Value }): Value;
}
export const ruleOf = <N extends string, E>(gradient: Gradient<N, E>): Rule => (typeof gradient === "function" ? { saves: [], of: gradient } : gradient);

/** Rules by the name of the input. */
export type Rules = Readonly<Record<string, Rule>>;

/** The rule of what is flat wherever it has a slope: rounding, signs. */
export const flat = ({ grad }: { readonly grad: Value }): Value => grad.zeros();
/** The rule of what changes nothing: copies, casts. */
export const same = ({ grad }: { readonly grad: Value }): Value => grad;

/** An operation on each element: of `x` and `out`, in the dtype it computes in. */
export type UnaryGradient = Gradient<"x" | "out", { readonly options: UnaryOptions }>;
/** Two arguments, in the dtype it computes in. `scalars` are those that are plain numbers. */
interface BinaryExtras {
  readonly options: BinaryOptions;
  readonly scalars: { readonly a: Scalar | undefined; readonly b: Scalar | undefined };
}
export interface BinaryGradient {
  readonly a: Gradient<"a" | "b" | "out", BinaryExtras>;
  readonly b: Gradient<"a" | "b" | "out", BinaryExtras>;
}
/** A reduction: `grad` and `out` have the reduced dimensions, of size 1. `count`: how many elements each result folds. */
interface ReductionExtras {
  readonly dims: readonly number[];
  readonly shape: Shape;
  readonly count: number;
  readonly options: ReduceOptions;
}
export type ReductionGradient = Gradient<"x" | "out", ReductionExtras>;

let make: ((impl: TensorImpl) => Value) | undefined;

/** value.ts calls it once, when it is loaded. */
export function provideValues(maker: (impl: TensorImpl) => Value): void {
  make = maker;
}

/** A tensor in the vocabulary of rules. */
export function valueOf(impl: TensorImpl): Value {
  if (make) return make(impl);
  throw new InternalError("a gradient rule was run before value.ts was loaded");
}
