/**
 * @file Recording: the step that an operation leaves behind for the backward, made of its rules. The recorded forms of each kind of
 * operation (recorded.ts) call it; where no input requires a gradient they do not come here.
 */
import { checkInPlace, edgeOf, isTracked, rebase, historyOf, Saved } from "../autograd/tensors.js";
import { isFloating, type DType } from "../core/dtype.js";
import { AutogradError, InternalError } from "../core/errors.js";
import { constant } from "../graph/build.js";
import { GradFn } from "../graph/history.js";
import { TensorImpl } from "../graph/storage.js";
import { scalarAs } from "./elementwise.js";
import { valueOf, type Rules, type Value } from "./gradient.js";
import type { Argument } from "./kinds.js";

/** An operation that is about to be recorded. */
export interface Call {
  readonly name: string;
  /** The name of the step, as PyTorch prints it. */
  readonly gradName: string;
  readonly rules: Rules | undefined;
  /** By the names that the rules use; numbers are inputs too. */
  readonly inputs: Readonly<Record<string, Argument | undefined>>;
  /** What rules are given beside values. */
  readonly extras?: object;
  /** The dtype in which the rules see their values; as they are, where none is given. */
  readonly dtype?: DType | undefined;
  /** Applied to the gradient and to `out` before a rule sees them: kept dimensions. */
  readonly restore?: (value: Value) => Value;
}

/** Whether a call has to be recorded. Cheap where no gradient is wanted. */
export const tracks = (x: Argument | undefined): boolean => x instanceof TensorImpl && isTracked(x);

/** Records how `out`, a fresh result, came about. */
export function record(call: Call, out: TensorImpl): TensorImpl {
  if (!isFloating(out.dtype)) return out;
  const begun = begin(call, out, undefined);
  finish(begun, call, out);
  historyOf(out).gradFn = begun.step;
  return out;
}

/**
 * Records how several results of one call came about: a step for each, by its own rules, which may read the other results by their names.
 * `call.rules` is not looked at.
 */
export function recordTogether(call: Call, results: Readonly<Record<string, TensorImpl>>, rules: Readonly<Record<string, Rules>>): void {
  const calls = Object.entries(results)
    .filter(([, out]) => isFloating(out.dtype))
    .map(([name, out]) => ({ out, call: { ...call, rules: rules[name] } }));
  const steps = calls.map((one) => ({ ...one, begun: begin(one.call, one.out, undefined, results) }));
  for (const { out, begun } of steps) historyOf(out).gradFn = begun.step;
  for (const { out, begun, call: own } of steps) finish(begun, own, out, results);
}

/**
 * An in-place operation on `x`: checked, recorded where a gradient is wanted, and run. `x` must be among the inputs under the first name;
 * its old value is kept where a rule asks for it.
 */
export function recordInPlace(call: Call, x: TensorImpl, write: () => void): void {
  const others = Object.values(call.inputs).some((input) => input !== x && tracks(input));
  if (!others && !isTracked(x)) return write();
  checkInPlace(call.name, x, others);
  if (!isFloating(x.dtype)) return write();
  const baseEdge = x.link && edgeOf(x.link.base);
  const begun = begin(call, x, x);
  write();
  finish(begun, call, x);
  rebase(x, begun.step, baseEdge);
}

/** A step, and the values that it keeps by the names that its rules use. */
interface Begun {
  readonly step: GradFn;
  readonly shelf: Map<string, Saved>;
}

/**
 * The step, with the inputs that its rules read. `overwritten` is an input about to be written to: its value now is kept. What is read of
 * `results`, made by the same call, is kept when all have their steps.
 */
function begin(call: Call, out: TensorImpl, overwritten: TensorImpl | undefined, results: Readonly<Record<string, TensorImpl>> = {}): Begun {
  const names = Object.keys(call.inputs);
  const edges = names.map((name) => {
    const input = call.inputs[name];
    return input instanceof TensorImpl && isTracked(input) ? edgeOf(input) : undefined;
  });
  const shelf = new Map<string, Saved>();
  names.forEach((name, i) => {
    const isTarget = overwritten !== undefined && call.inputs[name] === overwritten;
    if (!edges[i] && !isTarget) return;
    for (const wanted of ruleFor(call, name).saves) {
      if (wanted === "out" || wanted in results || shelf.has(wanted)) continue;
      const value = call.inputs[wanted];
      if (value === undefined) throw new InternalError(`${call.name}: the rule of ${name} reads ${wanted}, which is no input`);
      shelf.set(wanted, new Saved(kept(value, call, overwritten), value instanceof TensorImpl && value === overwritten ? edges[0] : undefined));
    }
  });
  return { step: new GradFn(call.gradName, edges, out.shape, out.dtype), shelf };
}

function ruleFor(call: Call, name: string): Rules[string] {
  const rule = call.rules?.[name];
  if (rule) return rule;
  throw new AutogradError(`${call.name}: the derivative with respect to ${name} is not implemented: use detach(), or noGrad(() => …)`);
}

function kept(value: Argument, { dtype = "float32" }: Call, overwritten: TensorImpl | undefined): TensorImpl {
  if (!(value instanceof TensorImpl)) return TensorImpl.of(constant(scalarAs(dtype, value), dtype));
  return value === overwritten ? TensorImpl.of(value.operand()) : value;
}

/** Once the result is there: what the rules read of it, and of the results beside it, and what to do backward. */
function finish({ step, shelf }: Begun, call: Call, out: TensorImpl, results: Readonly<Record<string, TensorImpl>> = {}): void {
  const names = Object.keys(call.inputs);
  const isRead = (wanted: string): boolean => names.some((name, i) => step.edges[i] && call.rules?.[name]?.saves.includes(wanted));
  if (isRead("out")) shelf.set("out", new Saved(out, step));
  for (const [name, result] of Object.entries(results)) if (isRead(name)) shelf.set(name, new Saved(result));
  step.kept = [...shelf.values()];
  const { rules, extras, dtype, restore = (value: Value) => value } = call;
  step.backward = (grad, needs) => {
    const context = { ...extras, grad: restore(valueOf(grad)) };
    for (const [name, saved] of shelf) Object.assign(context, { [name]: seen(saved.get(), name === "out" ? restore : undefined, dtype) });
    return names.map((name, i) => (needs(i) ? rules?.[name]?.of(context).impl : undefined));
  };
}

/** A kept value as a rule sees it. */
function seen(impl: TensorImpl, restore: ((value: Value) => Value) | undefined, dtype: DType | undefined): Value {
  const value = restore ? restore(valueOf(impl)) : valueOf(impl);
  return dtype === undefined || impl.dtype === "bool" || impl.dtype === dtype ? value : value.to(dtype);
}
