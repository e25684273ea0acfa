/**
 * @file Going backward: from the gradients of some tensors to those of the leaves, or of any tensors asked for. It knows steps and their
 * edges, never what a step does. Called by `tensor/`.
 *
 * Steps are numbered as they are made and point only to older ones, so the steps that are reachable, in descending order, are in
 * topological order: no counting of consumers, no recursion, and gradients always add up in the same order.
 */
import { AutogradError, InternalError } from "../core/errors.js";
import { formatShape, numel, sameShape, type Shape } from "../core/shape.js";
import { constant } from "../graph/build.js";
import { gradMode, type GradFn } from "../graph/history.js";
import { TensorImpl } from "../graph/storage.js";
import { arithmetic } from "./arithmetic.js";
import { inMode } from "./mode.js";
import { edgeOf, historyOf } from "./tensors.js";

/** What a walk is told. */
export interface WalkOptions {
  /** Keep what the steps saved, so that the graph can be walked again. */
  readonly retainGraph: boolean;
  /** Record the walk itself, so that its results have gradients. */
  readonly createGraph: boolean;
}

/** A tensor to start from, with its gradient (ones, for a single element, where none is given). */
export interface Root {
  readonly output: TensorImpl;
  readonly grad: TensorImpl | undefined;
}

interface Start {
  readonly step: GradFn;
  readonly grad: TensorImpl;
}

function startAt(name: string, { output, grad }: Root, position: number): Start {
  const step = edgeOf(output);
  if (!step) throw new AutogradError(`${name}: element ${position} of tensors does not require grad and does not have a gradFn`);
  if (grad === undefined) {
    if (numel(output.shape) !== 1) {
      throw new AutogradError(`${name}: grad can be implicitly created only for scalar outputs, not for shape ${formatShape(output.shape)}: give the gradient`);
    }
    return { step, grad: TensorImpl.of(constant(1, output.dtype, output.shape)) };
  }
  if (!sameShape(grad.shape, output.shape)) {
    throw new AutogradError(
      `${name}: mismatch in shape: the gradient at ${position} has shape ${formatShape(grad.shape)} and its tensor ${formatShape(output.shape)}`,
    );
  }
  return { step, grad };
}

/** Adds to `grad` of every leaf that the roots depend on, or of the tensors in `inputs` only. */
export function accumulate(name: string, roots: readonly Root[], inputs: readonly TensorImpl[] | undefined, options: WalkOptions): void {
  const starts = roots.map((root, i) => startAt(name, root, i));
  if (!inputs) {
    walk(starts, options, undefined, undefined);
    return;
  }
  const targets = inputs.map((input) => targetOf(name, input));
  const found = walk(starts, options, new Set(targets), new Set(targets));
  inputs.forEach((input, i) => {
    const grad = found.get(targets[i]);
    if (grad) inMode(name, options.createGraph, false, () => addTo(input, grad));
  });
}

/** The gradients of the roots' sum with respect to the inputs; undefined for an input on which they do not depend. */
export function gradients(name: string, roots: readonly Root[], inputs: readonly TensorImpl[], options: WalkOptions): (TensorImpl | undefined)[] {
  const starts = roots.map((root, i) => startAt(name, root, i));
  const targets = inputs.map((input) => targetOf(name, input));
  const found = walk(starts, options, new Set(targets), new Set(targets));
  return targets.map((target) => found.get(target));
}

function targetOf(name: string, input: TensorImpl): GradFn {
  const step = edgeOf(input);
  if (step) return step;
  throw new AutogradError(`${name}: one of the differentiated tensors does not require grad`);
}

/** Every step that the roots depend on, newest first. */
function reachable(starts: readonly Start[]): GradFn[] {
  const seen = new Set<GradFn>();
  const stack = starts.map(({ step }) => step);
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    for (const edge of step.edges) if (edge && !seen.has(edge)) stack.push(edge);
  }
  return [...seen].sort((a, b) => b.id - a.id);
}

/** The steps on a way to the targets: those with an edge to a target or to another such step. */
function leadingTo(order: readonly GradFn[], targets: ReadonlySet<GradFn>): Set<GradFn> {
  const leading = new Set<GradFn>();
  for (let i = order.length - 1; i >= 0; i--) {
    if (order[i].edges.some((edge) => edge && (targets.has(edge) || leading.has(edge)))) leading.add(order[i]);
  }
  return leading;
}

/** Runs the steps. With targets, only what leads to them, and their gradients are the result. */
function walk(
  starts: readonly Start[],
  { retainGraph, createGraph }: WalkOptions,
  targets: ReadonlySet<GradFn> | undefined,
  capture: ReadonlySet<GradFn> | undefined,
): Map<GradFn, TensorImpl> {
  const order = reachable(starts);
  const leading = targets && leadingTo(order, targets);
  const wanted = (step: GradFn): boolean => leading === undefined || leading.has(step) || targets?.has(step) === true;
  const found = new Map<GradFn, TensorImpl>();
  const grads = new Map<GradFn, TensorImpl>();
  const add = (step: GradFn, grad: TensorImpl): void => {
    const sum = grads.get(step);
    grads.set(step, sum ? arithmetic().add(sum, grad) : grad);
  };
  inMode("backward", createGraph, false, () => {
    for (const { step, grad } of starts) add(step, fitted(grad, step));
    for (const step of order) {
      const arrived = grads.get(step);
      grads.delete(step);
      if (!arrived || !wanted(step)) continue;
      const grad = hooked(step, arrived);
      if (capture?.has(step)) found.set(step, grad);
      if (leading && !leading.has(step)) continue;
      if (step.edges.length === 0 && step.retainer) addTo(step.retainer, grad);
      else run(step, grad, wanted, add);
      if (!retainGraph) step.release();
    }
  });
  return found;
}

/** One step: the gradients of its inputs, each handed to the step that made the input. */
function run(step: GradFn, grad: TensorImpl, wanted: (step: GradFn) => boolean, add: (step: GradFn, grad: TensorImpl) => void): void {
  const needs = (input: number): boolean => {
    const edge = step.edges[input];
    return edge !== undefined && wanted(edge);
  };
  const results = step.backward?.(grad, needs) ?? [];
  for (let i = 0; i < step.edges.length; i++) {
    const edge = step.edges[i];
    const result = results[i];
    if (edge && result && wanted(edge)) add(edge, fitted(result, edge));
  }
}

/** Whether a shape broadcasts to another. */
const broadcastsTo = (shape: Shape, target: Shape): boolean => {
  const lead = target.length - shape.length;
  return lead >= 0 && shape.every((size, d) => size === 1 || size === target[lead + d]);
};

/** A gradient in the shape and dtype of what it is the gradient of: broadcasting and promotion are undone here, for every step. */
function fitted(grad: TensorImpl, step: GradFn): TensorImpl {
  if (!broadcastsTo(step.shape, grad.shape)) {
    throw new InternalError(`${step.name} has the shape ${formatShape(step.shape)}, but its gradient ${formatShape(grad.shape)}`);
  }
  const summed = sameShape(grad.shape, step.shape) ? grad : arithmetic().sumTo(grad, step.shape);
  return summed.dtype === step.dtype ? summed : arithmetic().cast(summed, step.dtype);
}

function hooked(step: GradFn, arrived: TensorImpl): TensorImpl {
  let grad = arrived;
  for (const hook of step.hooks ?? []) {
    const other = hook(grad);
    if (other === undefined) continue;
    if (!sameShape(other.shape, step.shape)) {
      throw new AutogradError(`registerHook: the hook returned shape ${formatShape(other.shape)} for a gradient of shape ${formatShape(step.shape)}`);
    }
    grad = other;
  }
  if (step.retainer && step.edges.length > 0) historyOf(step.retainer).grad = gradMode.enabled ? grad : grad.detached();
  return grad;
}

/** Adds to a leaf's gradient: in place, so that whoever holds it sees it, unless the sum itself is to have a gradient. */
function addTo(leaf: TensorImpl, grad: TensorImpl): void {
  const history = historyOf(leaf);
  const { add, copy } = arithmetic();
  if (!history.grad) history.grad = copy(grad);
  else if (gradMode.enabled) history.grad = add(history.grad, grad);
  else {
    const sum = add(history.grad, grad);
    if (sum.dtype !== history.grad.dtype) throw new InternalError(`a ${sum.dtype} gradient for a ${history.grad.dtype} one`);
    history.grad.storage.write(history.grad.view, sum.operand());
  }
}
