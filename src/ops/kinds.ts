/**
 * @file The kinds of operation: what a table in `ops/` says about each of its entries, as a type that `tensor/` turns into the
 * method, the in-place method and the free function, and as data that the runners here turn into graph nodes. Knows no
 * operation by name and not the class Tensor.
 *
 * An entry may carry a gradient rule: `gradient: using(["out"], ({ grad, out }) => grad.mul(out))`. gradient.ts says how to write one and
 * what it may use; recorded.ts has, for each kind, the form that is run and recorded (bind that in `tensor/`, not the bare runner). What
 * gives a tensor by another way is recorded with `record` (record.ts), or as a view with `recordView` (view-gradient.ts).
 */
import { category, isFloating, type DType } from "../core/dtype.js";
import { DTypeError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import type { ShapeRule } from "../core/static-shape.js";
import { dense } from "../graph/build.js";
import type { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { hasBroadcast } from "../core/view.js";
import type { CallOp } from "./call.js";
import type { Rule, Rules } from "./gradient.js";

/** A plain number, as users write it. */
export type Scalar = number | bigint | boolean;
/** What an operation takes: a tensor's inside or a plain number. */
export type Argument = TensorImpl | Scalar;

/** How the dtype of a result follows from the input's: as it is; ints and bools to float32; bool; or bools to int64. */
export type UnaryRule = "same" | "float" | "bool" | "number";
/** The same for two arguments: their promotion; that made floating; float64; bool after promotion; bool of each; or by `roundingMode`. */
export type BinaryRule = "promote" | "float" | "double" | "compare" | "logic" | "divide";
/** For reductions: sums widen ints to int64; means need floats; the input's dtype; bool (uint8 stays); positions; counts. */
export type ReductionRule = "sum" | "float" | "same" | "truth" | "index" | "count";

/** Which dtypes an operation is defined for. */
export type Domain = "any" | "number" | "floating" | "bits";

const domains: Readonly<Record<Domain, { readonly has: (dtype: DType) => boolean; readonly says: string }>> = {
  any: { has: () => true, says: "every dtype" },
  number: { has: (dtype) => dtype !== "bool", says: "integers and floats, not bool: cast it first, say with .int() or .float()" },
  floating: { has: isFloating, says: "float32 and float64: cast it first with .float()" },
  bits: { has: (dtype) => category(dtype) !== "floating", says: "bool and integers: cast it first, say with .long()" },
};

/** Throws DTypeError unless the dtype belongs to the domain. */
export function checkDomain(name: string, domain: Domain, dtype: DType): void {
  if (!domains[domain].has(dtype)) throw new DTypeError(`${name}: got ${dtype}, but it takes ${domains[domain].says}`);
}

/** What unary operations can be told beside their tensor. */
export interface UnaryOptions {
  /** `round`: how many digits after the point to keep; negative ones count to the left of it. Default 0. */
  readonly decimals?: number;
  /** `logit`: clamps to [eps, 1 - eps] first. */
  readonly eps?: number;
  /** `nanToNum`: what NaN becomes. Default 0. */
  readonly nan?: number;
  /** `nanToNum`: what infinity becomes. Default the largest finite number. */
  readonly posinf?: number;
  /** `nanToNum`: what minus infinity becomes. Default the smallest finite number. */
  readonly neginf?: number;
}

export interface UnaryOp<R extends UnaryRule = UnaryRule, K extends keyof UnaryOptions = keyof UnaryOptions, P extends boolean = boolean> {
  readonly kind: "unary";
  name: string;
  readonly rule: R;
  readonly domain: Domain;
  /** Whether `x.name_()` exists. */
  readonly inPlace: P;
  /** The options that it takes. */
  readonly options: readonly K[];
  /** `x` has the dtype that the rule computes in, which is `dtype`. */
  readonly lower: (x: Operand, dtype: DType, options: UnaryOptions, name: string) => Operand;
  /** Its gradient rule, for `x`. How to write one: gradient.ts. */
  readonly gradient?: Rule | undefined;
  /** The name of its recorded step, where it is not simply `NameBackward0`. */
  readonly gradName?: ((options: UnaryOptions) => string) | undefined;
}

/** What binary operations can be told beside their arguments. */
export interface BinaryOptions {
  /** `add`, `sub`: multiplies the second argument. Default 1. */
  readonly alpha?: Scalar;
  /** `div`: "trunc" rounds the quotient towards zero, "floor" down; null, the default, is true division. */
  readonly roundingMode?: "trunc" | "floor" | null;
  /** `isclose`: the tolerance relative to the second argument. Default 1e-5. */
  readonly rtol?: number;
  /** `isclose`: the tolerance besides. Default 1e-8. */
  readonly atol?: number;
  /** `isclose`: whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
}

export interface BinaryOp<R extends BinaryRule = BinaryRule, K extends keyof BinaryOptions = keyof BinaryOptions, P extends boolean = boolean> {
  readonly kind: "binary";
  name: string;
  readonly rule: R;
  /** The domain of the dtype it computes in. */
  readonly domain: Domain;
  readonly inPlace: P;
  readonly options: readonly K[];
  /** Whether in place the tensor must have the very dtype of the result. */
  readonly keepsDType?: boolean;
  /** Throws for what the domain does not say: looks at the arguments as the user gave them. */
  readonly check: ((call: BinaryCall) => void) | undefined;
  /** `a` and `b` have the common shape and the dtype of the call. */
  readonly lower: (a: Operand, b: Operand, call: BinaryCall) => Operand;
  /** Its gradient rules, for `a` and `b`. */
  readonly gradient?: Rules | undefined;
  /** The name of its recorded step, by which arguments are plain numbers. */
  readonly gradName?: ((scalars: Scalars, options: BinaryOptions) => string) | undefined;
}

/** The arguments that are plain numbers. */
export interface Scalars {
  readonly a: Scalar | undefined;
  readonly b: Scalar | undefined;
}

/** One call of a binary operation: its arguments as the user gave them, and the dtype to compute in. */
export interface BinaryCall {
  readonly name: string;
  readonly a: Argument;
  readonly b: Argument;
  readonly dtype: DType;
  readonly options: BinaryOptions;
}

/** What reductions can be told beside their tensor and dimensions. */
export interface ReduceOptions {
  /** Keep each reduced dimension, with size 1. Default false. */
  readonly keepdim?: boolean;
  /** Cast to this dtype first, and give it back. */
  readonly dtype?: DType;
  /** `var`, `std`: subtracted from the number of elements in the divisor. Default 1 (Bessel's correction). */
  readonly correction?: number;
}
/** The options of reductions other than `keepdim`, which all of them take. */
export type ReduceKey = Exclude<keyof ReduceOptions, "keepdim">;

export interface ReductionOp<R extends ReductionRule = ReductionRule, M extends "one" | "many" = "one" | "many", K extends ReduceKey = ReduceKey> {
  readonly kind: "reduction";
  name: string;
  readonly rule: R;
  /** Whether `dim` may be a list. */
  readonly dims: M;
  /** The options that it takes beside `keepdim`. */
  readonly options: readonly K[];
  /** Folds `dims` (normalised, at least one unless `x` has none) of `x` away. */
  readonly lower: (x: Operand, dims: readonly number[], options: ReduceOptions, name: string) => Operand;
  /** Its gradient rule, for `x`; it sees `grad` and `out` with the folded dimensions kept. */
  readonly gradient?: Rule | undefined;
  /** The name of its recorded step, by what was given as dimensions. */
  readonly gradName?: ((dim: number | readonly number[] | undefined) => string) | undefined;
}

/** A view of the same storage, or a copy where PyTorch copies. The rule says which arguments it takes and the static shape. */
export interface ViewOp<R extends ShapeRule = ShapeRule> {
  readonly kind: "view";
  name: string;
  run(x: TensorImpl, args: R["takes"], name: string): TensorImpl;
  /** For arguments that no view answers (index tensors): the copy, recorded. Tensors come as their insides. */
  readonly copy?: { readonly isFor: (arg: unknown) => boolean; run(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl };
  /** The name of its recorded step. The gradient is the same for all: view-gradient.ts. */
  gradName(args: R["takes"]): string;
}

/** `x.float()` and its like. */
export interface CastOp<D extends DType = DType> {
  readonly kind: "cast";
  name: string;
  readonly dtype: D;
}

/** `max` and `min`: of everything, of one dimension with positions, or with another tensor element by element. */
export interface ExtremeOp {
  readonly kind: "extreme";
  name: string;
  all(x: TensorImpl, name: string): Operand;
  along(x: TensorImpl, dim: number, keepdim: boolean, name: string): { readonly values: Operand; readonly indices: Operand };
  /** The operation of `x.max(y)`. */
  readonly between: BinaryOp;
  /** The rule of the extreme of everything, as a reduction's. */
  readonly gradientAll: Rule;
  /** That of the values along a dimension, which reads their `indices`. */
  readonly gradientAlong: Rule;
}

/** A product of vectors and matrices. */
export interface ProductOp {
  readonly kind: "product";
  name: string;
  run(a: TensorImpl, b: TensorImpl, name: string): Operand;
  /** The rules of `a` and `b`. */
  readonly gradient?: Rules | undefined;
}

/** A bound of `clamp`: of its two, at least one is given. */
export type Bound = Argument | undefined;
export interface ClampOp {
  readonly kind: "clamp";
  name: string;
  run(x: TensorImpl, min: Bound, max: Bound, name: string): Operand;
  /** The rules of `x`, `min` and `max`; a bound that is not given is infinite. */
  readonly gradient?: Rules | undefined;
}

export interface WhereOp {
  readonly kind: "where";
  name: string;
  run(condition: TensorImpl, x: Argument, y: Argument, name: string): Operand;
  /** The rules of `x` and `y`. */
  readonly gradient?: Rules | undefined;
}

/** The order of a vector norm. */
export type NormOrder = number | "fro";
export interface NormOp {
  readonly kind: "norm";
  name: string;
  run(x: TensorImpl, p: NormOrder, dim: number | readonly number[] | undefined, options: ReduceOptions, name: string): Operand;
  /** The rule of an order, as a reduction's. */
  gradient(p: NormOrder): Rule;
}

/** Which arguments an operation with an index tensor takes: the dimension before the index, after it if at all, or none. */
export type GatherForm = "gather" | "indexSelect" | "takeAlongDim" | "take";
export interface GatherOp<F extends GatherForm = GatherForm> {
  readonly kind: "gather";
  name: string;
  readonly form: F;
  run(x: TensorImpl, index: TensorImpl, dim: number | undefined, name: string): Operand;
}

/** A method that overwrites its tensor, all or a part, with values that do not depend on it; its name ends in an underscore. */
export interface OverwriteOp<K extends string = string> {
  readonly kind: "overwrite";
  name: string;
  /** The name of its static types (OverwriteMethods). */
  readonly signature: K;
  /** The new elements, of the tensor's shape and dtype. */
  values(x: TensorImpl, args: readonly unknown[], name: string): Operand;
  /** The rule of the tensor's old value, where some of it stays. */
  gradient?(x: TensorImpl, args: readonly unknown[], name: string): Rule;
}

/** Any entry of any table. */
export type Op = OverwriteOp | UnaryOp | BinaryOp | ReductionOp | ViewOp | CastOp | ExtremeOp | ProductOp | ClampOp | WhereOp | NormOp | CallOp | GatherOp;

/** A table of operations, in which each entry learns its own name for its messages. */
export function family<T extends Readonly<Record<string, { name: string }>>>(table: T): T {
  for (const [name, op] of Object.entries(table)) op.name = name;
  return table;
}

/** An operand as the result of an operation that had nothing to compute: no element may be seen twice, none hidden. */
export function asResult(x: Operand): Operand {
  return x.view.offset === 0 && countOf(x.view.shape) === x.node.count && !hasBroadcast(x.view) ? x : dense(x);
}

function countOf(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}
