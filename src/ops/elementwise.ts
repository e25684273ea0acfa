/**
 * @file How element-by-element operations run: find the common dtype and shape, bring the arguments there, lower; and how a
 * result is written back in place. The tables of such operations (unary, arithmetic, logic) and `tensor/` call it.
 */
import { canCast, isFloating, type DType } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { broadcastShapes, formatShape, sameShape, type Shape } from "../core/shape.js";
import { hasBroadcast } from "../core/view.js";
import { cast, constant, expandTo } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import {
  asResult,
  checkDomain,
  type Argument,
  type BinaryCall,
  type BinaryOp,
  type BinaryOptions,
  type BinaryRule,
  type Domain,
  type Scalar,
  type UnaryOp,
  type UnaryOptions,
  type UnaryRule,
} from "./kinds.js";
import { ruleOf, type BinaryGradient, type UnaryGradient } from "./gradient.js";
import { resultTypeOfTwo } from "./promotion.js";

/** float32 for what is not floating yet. */
const toFloating = (dtype: DType): DType => (isFloating(dtype) ? dtype : "float32");

const unaryCompute: Readonly<Record<UnaryRule, (dtype: DType) => DType>> = {
  same: (dtype) => dtype,
  float: toFloating,
  bool: (dtype) => dtype,
  number: (dtype) => (dtype === "bool" ? "int64" : dtype),
};

const binaryCompute: Readonly<Record<BinaryRule, (common: DType, options: BinaryOptions) => DType>> = {
  promote: (common) => common,
  float: toFloating,
  double: () => "float64",
  compare: (common) => common,
  logic: () => "bool",
  divide: (common, options) => ((options.roundingMode ?? null) === null ? toFloating(common) : common),
};

const integerRange: Partial<Record<DType, (value: bigint) => bigint>> = {
  uint8: (value) => BigInt.asUintN(8, value),
  int8: (value) => BigInt.asIntN(8, value),
  int16: (value) => BigInt.asIntN(16, value),
  int32: (value) => BigInt.asIntN(32, value),
  int64: (value) => BigInt.asIntN(64, value),
};

/** A plain number as an element of a dtype: truncated and wrapped for integers, as PyTorch wraps the numbers of expressions. */
export function scalarAs(dtype: DType, value: Scalar): number | bigint {
  const wrap = integerRange[dtype];
  if (wrap === undefined) return dtype === "bool" ? Number(Boolean(value) || Number.isNaN(value)) : Number(value);
  if (typeof value === "number" && value >= 0 && value < 128) return dtype === "int64" ? BigInt(Math.trunc(value)) : Math.trunc(value);
  const whole = wrap(typeof value === "number" ? BigInt(Math.trunc(value)) : BigInt(value));
  return dtype === "int64" ? whole : Number(whole);
}

/** An argument as an operand of a dtype and a shape. */
export function bring(value: Argument, dtype: DType, shape: Shape): Operand {
  if (value instanceof TensorImpl) return expandTo(cast(value.operand(), dtype), shape);
  return expandTo(constant(scalarAs(dtype, value), dtype), shape);
}

const noShape: Shape = [];
const none = {};

export function runUnary(op: UnaryOp, x: TensorImpl, options: UnaryOptions = none): Operand {
  if (op.domain !== "any") checkDomain(op.name, op.domain, x.dtype);
  const dtype = unaryCompute[op.rule](x.dtype);
  const input = cast(x.operand(), dtype);
  const result = op.lower(input, dtype, options, op.name);
  // A lowering that returns its argument had nothing to do; the result still is a tensor of its own.
  return result === input ? asResult(result) : result;
}

export function runBinary(op: BinaryOp, a: Argument, b: Argument, options: BinaryOptions = none): Operand {
  const dtype = binaryCompute[op.rule](resultTypeOfTwo(a, b), options);
  if (op.domain !== "any") checkDomain(op.name, op.domain, dtype);
  const call: BinaryCall = { name: op.name, a, b, dtype, options };
  op.check?.(call);
  const shapeA = a instanceof TensorImpl ? a.shape : noShape;
  const shapeB = b instanceof TensorImpl ? b.shape : noShape;
  const shape = sameShape(shapeA, shapeB) ? shapeA : broadcastShapes(op.name, shapeA, shapeB);
  const left = bring(a, dtype, shape);
  const result = op.lower(left, bring(b, dtype, shape), call);
  return result === left ? asResult(result) : result;
}

/** Throws unless a tensor may be written to: PyTorch's message for a tensor that shows one element at several places. */
export function checkWritable(name: string, x: TensorImpl): void {
  if (hasBroadcast(x.view)) {
    throw new ValueError(
      `${name}: unsupported operation: more than one element of the written-to tensor refers to a single memory location; ` +
        `clone() the tensor of shape ${formatShape(x.shape)} before performing the operation`,
    );
  }
}

/** Writes an operation's result into the tensor it was called on: PyTorch's rules for in-place operations. */
export function writeResult(name: string, x: TensorImpl, result: Operand): void {
  if (!canCast(result.node.dtype, x.dtype)) {
    throw new DTypeError(
      `${name}: result type ${result.node.dtype} can't be cast to the desired output type ${x.dtype}: ` +
        `use the form without _, or cast the tensor first`,
    );
  }
  if (!sameShape(result.view.shape, x.shape)) {
    throw new ShapeError(`${name}: output with shape ${formatShape(x.shape)} doesn't match the broadcast shape ${formatShape(result.view.shape)}`);
  }
  checkWritable(name, x);
  x.storage.write(x.view, cast(result, x.dtype));
}

interface UnaryEntry<R extends UnaryRule, K extends keyof UnaryOptions> {
  readonly rule: R;
  readonly domain?: Domain;
  readonly options?: readonly K[];
  readonly lower: UnaryOp["lower"];
  readonly gradient?: UnaryGradient;
  readonly gradName?: UnaryOp["gradName"];
}

const unaryEntry = <R extends UnaryRule, K extends keyof UnaryOptions, P extends boolean>(
  entry: UnaryEntry<R, K>,
  inPlace: P,
): UnaryOp<R, K, P> => ({
  kind: "unary",
  name: "unary",
  rule: entry.rule,
  domain: entry.domain ?? "any",
  inPlace,
  options: entry.options ?? [],
  lower: entry.lower,
  gradient: entry.gradient && ruleOf(entry.gradient),
  gradName: entry.gradName,
});

/** An entry for an operation on each element, with an in-place form. `domain` is "any" unless given. */
export const unary = <R extends UnaryRule, K extends keyof UnaryOptions = never>(entry: UnaryEntry<R, K>): UnaryOp<R, K, true> =>
  unaryEntry(entry, true);

/** The same without an in-place form. */
export const unaryPure = <R extends UnaryRule, K extends keyof UnaryOptions = never>(entry: UnaryEntry<R, K>): UnaryOp<R, K, false> =>
  unaryEntry(entry, false);

interface BinaryEntry<R extends BinaryRule, K extends keyof BinaryOptions> {
  readonly rule: R;
  readonly domain?: Domain;
  readonly options?: readonly K[];
  readonly check?: (call: BinaryCall) => void;
  readonly lower: BinaryOp["lower"];
  readonly gradient?: BinaryGradient;
  readonly gradName?: BinaryOp["gradName"];
}

const binaryEntry = <R extends BinaryRule, K extends keyof BinaryOptions, P extends boolean>(
  entry: BinaryEntry<R, K>,
  inPlace: P,
): BinaryOp<R, K, P> => ({
  kind: "binary",
  name: "binary",
  rule: entry.rule,
  domain: entry.domain ?? "any",
  inPlace,
  options: entry.options ?? [],
  check: entry.check,
  lower: entry.lower,
  gradient: entry.gradient && { a: ruleOf(entry.gradient.a), b: ruleOf(entry.gradient.b) },
  gradName: entry.gradName,
});

/** An entry for an operation on pairs of elements, broadcast and promoted, with an in-place form. */
export const binary = <R extends BinaryRule, K extends keyof BinaryOptions = never>(entry: BinaryEntry<R, K>): BinaryOp<R, K, true> =>
  binaryEntry(entry, true);

/** The same without an in-place form. */
export const binaryPure = <R extends BinaryRule, K extends keyof BinaryOptions = never>(entry: BinaryEntry<R, K>): BinaryOp<R, K, false> =>
  binaryEntry(entry, false);
