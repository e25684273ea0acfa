/**
 * @file The operations as tensors call them: run, and recorded where a gradient is wanted. One function a kind of operation, with its
 * in-place form; `tensor/` binds them to names, and the vocabulary of gradient rules (value.ts) is made of them.
 */
import { isTracked } from "../autograd/tensors.js";
import type { DType } from "../core/dtype.js";
import { DTypeError, InternalError } from "../core/errors.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import type { CallGradient, CallOp, CallResult } from "./call.js";
import { castTo } from "./casts.js";
import { checkWritable, runBinary, runUnary, writeResult } from "./elementwise.js";
import { full } from "./create.js";
import { flat, ruleOf, same, valueOf, type Rule, type Rules, type Value } from "./gradient.js";
import type {
  Argument,
  BinaryOp,
  BinaryOptions,
  Bound,
  ClampOp,
  ExtremeOp,
  GatherOp,
  NormOp,
  NormOrder,
  OverwriteOp,
  ProductOp,
  ReduceOptions,
  ReductionOp,
  Scalar,
  UnaryOp,
  UnaryOptions,
  ViewOp,
  WhereOp,
} from "./kinds.js";
import { record, recordInPlace, recordTogether, tracks, type Call } from "./record.js";
import { reducedDims, runReduction, type Dims } from "./reduce.js";
import { recordPick } from "./pick-gradient.js";
import { recordView } from "./view-gradient.js";
import { writeInto } from "./write.js";

const none = {};
const computedIn = (operand: Operand): DType => operand.node.dtype;

/** The name PyTorch prints: that of the function in its derivatives.yaml. */
export const stepName = (name: string, form = 0): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}Backward${form}`;

function unaryCall(op: UnaryOp, x: TensorImpl, options: UnaryOptions, dtype: DType): Call {
  const rules: Rules | undefined = op.gradient && { x: op.gradient };
  return { name: op.name, gradName: op.gradName?.(options) ?? stepName(op.name), rules, inputs: { x }, extras: { options }, dtype };
}

export function unary(op: UnaryOp, x: TensorImpl, options: UnaryOptions = none): TensorImpl {
  const result = runUnary(op, x, options);
  const out = TensorImpl.of(result);
  return isTracked(x) ? record(unaryCall(op, x, options, computedIn(result)), out) : out;
}

export function unaryInPlace(op: UnaryOp, x: TensorImpl, options: UnaryOptions = none): void {
  const result = runUnary(op, x, options);
  recordInPlace({ ...unaryCall(op, x, options, x.dtype), name: `${op.name}_` }, x, () => writeResult(`${op.name}_`, x, result));
}

function binaryCall(op: BinaryOp, a: Argument, b: Argument, options: BinaryOptions, dtype: DType): Call {
  const scalars = { a: a instanceof TensorImpl ? undefined : a, b: b instanceof TensorImpl ? undefined : b };
  const gradName = op.gradName?.(scalars, options) ?? stepName(op.name);
  return { name: op.name, gradName, rules: op.gradient, inputs: { a, b }, extras: { options, scalars }, dtype };
}

export function binary(op: BinaryOp, a: Argument, b: Argument, options: BinaryOptions = none): TensorImpl {
  const result = runBinary(op, a, b, options);
  const out = TensorImpl.of(result);
  return tracks(a) || tracks(b) ? record(binaryCall(op, a, b, options, computedIn(result)), out) : out;
}

export function binaryInPlace(op: BinaryOp, a: TensorImpl, b: Argument, options: BinaryOptions = none): void {
  const result = runBinary(op, a, b, options);
  if (op.keepsDType === true && a.dtype !== result.node.dtype) {
    throw new DTypeError(`${op.name}_: the tensor has dtype ${a.dtype}, but the result is ${result.node.dtype}: use the form without _, or cast the tensor first`);
  }
  recordInPlace({ ...binaryCall(op, a, b, options, a.dtype), name: `${op.name}_` }, a, () => writeResult(`${op.name}_`, a, result));
}

export function reduction(op: ReductionOp, x: TensorImpl, dim?: Dims, options: ReduceOptions = none): TensorImpl {
  const result = runReduction(op, x, dim, options);
  const out = TensorImpl.of(result);
  return isTracked(x) ? record(reductionCall(op, x, dim, options, computedIn(result)), out) : out;
}

export function reductionCall(op: Pick<ReductionOp, "name" | "gradient" | "gradName">, x: TensorImpl, dim: Dims, options: ReduceOptions, dtype: DType): Call {
  const { shape } = x;
  const dims = reducedDims(op.name, dim, shape.length);
  const restored = shape.map((size, d) => (dims.includes(d) ? 1 : size));
  const count = dims.reduce((product, d) => product * shape[d], 1);
  return {
    name: op.name,
    gradName: op.gradName?.(dim) ?? stepName(op.name),
    rules: op.gradient && { x: op.gradient },
    inputs: { x },
    extras: { dims, shape, count, options },
    dtype,
    restore: (value) => value.reshape(restored),
  };
}

const copying: Rules = { x: ruleOf(same) };

/** In another dtype; the very same tensor where it has that dtype. */
export function cast(x: TensorImpl, dtype: DType): TensorImpl {
  const out = castTo(x, dtype);
  return out !== x && isTracked(x) ? record({ name: "to", gradName: "ToCopyBackward0", rules: copying, inputs: { x } }, out) : out;
}

/** A copy of all the elements. */
export function copied(x: TensorImpl, copy: (x: TensorImpl) => TensorImpl): TensorImpl {
  const out = copy(x);
  if (out === x || !isTracked(x)) return out;
  return record({ name: "clone", gradName: "CloneBackward0", rules: copying, inputs: { x } }, out);
}

export function where(op: WhereOp, condition: TensorImpl, x: Argument, y: Argument): TensorImpl {
  const out = TensorImpl.of(op.run(condition, x, y, op.name));
  if (!tracks(x) && !tracks(y)) return out;
  return record({ name: op.name, gradName: "WhereBackward0", rules: op.gradient, inputs: { x, y, condition } }, out);
}

function clampCall(op: ClampOp, x: TensorImpl, min: Bound, max: Bound, dtype: DType): Call {
  const form = min instanceof TensorImpl || max instanceof TensorImpl ? 0 : 1;
  const inputs = { x, min: min ?? -Infinity, max: max ?? Infinity };
  return { name: op.name, gradName: stepName(op.name, form), rules: op.gradient, inputs, dtype };
}

export function clamp(op: ClampOp, x: TensorImpl, min: Bound, max: Bound): TensorImpl {
  const result = op.run(x, min, max, op.name);
  const out = TensorImpl.of(result);
  return tracks(x) || tracks(min) || tracks(max) ? record(clampCall(op, x, min, max, computedIn(result)), out) : out;
}

export function clampInPlace(op: ClampOp, x: TensorImpl, min: Bound, max: Bound): void {
  const result = op.run(x, min, max, op.name);
  recordInPlace({ ...clampCall(op, x, min, max, x.dtype), name: `${op.name}_` }, x, () => writeResult(`${op.name}_`, x, result));
}

export function product(op: ProductOp, a: TensorImpl, b: TensorImpl): TensorImpl {
  const out = TensorImpl.of(op.run(a, b, op.name));
  if (!isTracked(a) && !isTracked(b)) return out;
  const ranks = `${a.shape.length}${b.shape.length}`;
  return record({ name: op.name, gradName: productNames[ranks] ?? "UnsafeViewBackward0", rules: op.gradient, inputs: { a, b } }, out);
}
const productNames: Readonly<Record<string, string>> = { 11: "DotBackward0", 21: "MvBackward0", 22: "MmBackward0", 12: "SqueezeBackward4", 33: "BmmBackward0" };

/** The largest or smallest of everything. */
export function extremeOfAll(op: ExtremeOp, x: TensorImpl): TensorImpl {
  const out = TensorImpl.of(op.all(x, op.name));
  if (!isTracked(x)) return out;
  const call = reductionCall({ name: op.name, gradient: op.gradientAll, gradName: () => stepName(op.name, 1) }, x, undefined, none, out.dtype);
  return record(call, out);
}

/** Those along a dimension, with their positions. */
export function extremeAlong(op: ExtremeOp, x: TensorImpl, dim: number, keepdim: boolean): { readonly values: TensorImpl; readonly indices: TensorImpl } {
  const found = op.along(x, dim, keepdim, op.name);
  const [values, indices] = [TensorImpl.of(found.values), TensorImpl.of(found.indices)];
  if (!isTracked(x)) return { values, indices };
  const call = reductionCall({ name: op.name, gradient: op.gradientAlong }, x, dim, none, x.dtype);
  const kept = indices.detached();
  const shown = call.restore ? call.restore(valueOf(kept)).impl : kept;
  record({ ...call, inputs: { x, indices: shown }, dtype: undefined }, values);
  return { values, indices };
}

export function norm(op: NormOp, x: TensorImpl, p: NormOrder, dim: Dims, options: ReduceOptions): TensorImpl {
  const result = op.run(x, p, dim, options, op.name);
  const out = TensorImpl.of(result);
  if (!isTracked(x)) return out;
  const entry = { name: op.name, gradient: op.gradient(p), gradName: () => "LinalgVectorNormBackward0" };
  return record(reductionCall(entry, x, dim, options, computedIn(result)), out);
}

/** Many tensors joined; `part` takes the gradient of one of them out of that of the result. */
export function joined(name: string, tensors: readonly TensorImpl[], operand: Operand, part: (grad: Value, position: number) => Value): TensorImpl {
  const out = TensorImpl.of(operand);
  if (!tensors.some(isTracked)) return out;
  const inputs: Record<string, TensorImpl> = {};
  const rules: Record<string, Rule> = {};
  tensors.forEach((tensor, i) => {
    inputs[String(i)] = tensor;
    rules[String(i)] = ruleOf(({ grad }) => part(grad, i));
  });
  return record({ name, gradName: stepName(name), rules, inputs }, out);
}

/** A view by the table: recorded under the name of what PyTorch calls. */
export function view(op: ViewOp, x: TensorImpl, args: readonly unknown[]): TensorImpl {
  return recordView(op.gradName(args), x, (input) => op.run(input, args, op.name), "UnsafeViewBackward0");
}

/** A view by a function: `x.T`, the pieces of `split`. Those made several at once may not be written to where gradients are recorded. */
export function viewBy(gradName: string, x: TensorImpl, run: (x: TensorImpl) => TensorImpl, isOneOfSeveral = false): TensorImpl {
  const out = recordView(gradName, x, run);
  if (isOneOfSeveral && out.link?.origin === "tracked") out.link.origin = "several";
  return out;
}

/** Values written into a tensor, broadcast and cast: `copy_`, and `fill_` with a tensor. */
export function copyInto(name: string, gradName: string, x: TensorImpl, source: TensorImpl): void {
  recordInPlace({ name, gradName, rules: overwriting, inputs: { x, source } }, x, () => writeInto(name, x, source));
}
const overwriting: Rules = { x: ruleOf(flat), source: ruleOf(same) };

/** One number written everywhere. */
export function fillWith(name: string, gradName: string, x: TensorImpl, value: Scalar): void {
  const filling = full(name, x.shape, value, x.dtype);
  recordInPlace({ name, gradName, rules: overwriting, inputs: { x } }, x, () => x.storage.write(x.view, filling));
}

/** Values that do not depend on the tensor, written everywhere. */
export function overwrite(op: OverwriteOp, x: TensorImpl, args: readonly unknown[]): void {
  checkWritable(op.name, x);
  const rules = op.gradient ? { x: op.gradient(x, args, op.name) } : overwriting;
  recordInPlace({ name: op.name, gradName: stepName(op.name.slice(0, -1)), rules, inputs: { x } }, x, () => writeResult(op.name, x, op.values(x, args, op.name)));
}

/** Elements picked by an index. */
export function gather(op: GatherOp, x: TensorImpl, index: TensorImpl, dim: number | undefined): TensorImpl {
  return recordPick(stepName(op.name), x, (source) => TensorImpl.of(op.run(source, index, dim, op.name)));
}

/** An operation of kind "call": it records itself, being made of recorded operations, or by the rules of its entry. */
export function callOp(op: CallOp, x: TensorImpl, args: readonly unknown[]): CallResult {
  if (op.picks) return recordPick(stepName(op.name), x, (source) => onlyTensor(op, op.run(source, args, op.name)));
  const result = op.run(x, args, op.name);
  if (typeof result === "boolean" || op.detached === true) return result;
  const tensors = tensorsIn([x, args]);
  if (!tensors.some(isTracked)) return result;
  const call = describedCall(op, x, args, tensors);
  if (call.results && isNamed(result)) {
    recordTogether(call, result, call.results);
    return result;
  }
  const results: readonly TensorImpl[] = result instanceof TensorImpl ? [result] : Object.values(result);
  for (const out of results) if (!tensors.includes(out) && !out.history?.gradFn) record(call, out);
  return result;
}

/** The same in place: its one result is written into `x`. */
export function callInPlace(op: CallOp, x: TensorImpl, args: readonly unknown[]): void {
  const name = `${op.name}_`;
  const result = op.run(x, args, name);
  const value = onlyTensor(op, result);
  // An entry that is made of recorded operations has recorded how the value came about; writing it is one step more.
  const call = isTracked(value)
    ? { name, gradName: stepName(op.name), rules: overwriting, inputs: { x, source: value } }
    : { ...describedCall(op, x, args, tensorsIn([x, args])), name };
  recordInPlace(call, x, () => writeResult(name, x, value.operand()));
}

function onlyTensor(op: CallOp, result: CallResult): TensorImpl {
  if (result instanceof TensorImpl) return result;
  throw new InternalError(`${op.name}: the entry gives no single tensor`);
}

const isNamed = (result: Exclude<CallResult, boolean>): result is Readonly<Record<string, TensorImpl>> =>
  !(result instanceof TensorImpl) && !Array.isArray(result);

function describedCall(op: CallOp, x: TensorImpl, args: readonly unknown[], tensors: readonly TensorImpl[]): Call & Pick<CallGradient, "results"> {
  const described = op.gradient?.(x, args);
  const inputs = described?.inputs ?? Object.fromEntries(tensors.map((tensor, i) => [i === 0 ? "x" : `argument ${i}`, tensor]));
  return { name: op.name, gradName: stepName(op.name), rules: undefined, ...described, inputs };
}

/** The tensors among arguments, also within lists and options. */
function tensorsIn(value: unknown): TensorImpl[] {
  if (value instanceof TensorImpl) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.values(value).flatMap(tensorsIn) : [];
}
