/**
 * @file What autograd says of a tensor: whether it requires a gradient, which step made it, what may be written to in place. It keeps
 * the history of views true to their base. `ops/` asks here when it records, `tensor/` when a user asks.
 */
import { AutogradError } from "../core/errors.js";
import { isFloating } from "../core/dtype.js";
import { sameShape, formatShape } from "../core/shape.js";
import { isContiguous, type View } from "../core/view.js";
import { GradFn, gradMode, History, type Hook, type Kept, type ViewLink } from "../graph/history.js";
import { TensorImpl } from "../graph/storage.js";
import { arithmetic } from "./arithmetic.js";

/** Whether a gradient is wanted for it, or for what it was made of. */
export function requiresGrad(x: TensorImpl): boolean {
  const { history } = x;
  if (history !== undefined && (history.requiresGrad || history.gradFn !== undefined)) return true;
  return x.link !== undefined && requiresGrad(x.link.base);
}

/** Whether an operation on it is to be recorded. The first line is all that a program without gradients pays. */
export function isTracked(x: TensorImpl): boolean {
  if (x.history === undefined && x.link === undefined) return false;
  return gradMode.enabled && requiresGrad(x);
}

/** The step that made it. A view of something that was written to since shows that write: its step is found anew, from the base's. */
export function gradFnOf(x: TensorImpl): GradFn | undefined {
  const { link } = x;
  if (link !== undefined && link.seen !== x.storage.version) {
    const edge = edgeOf(link.base);
    link.seen = x.storage.version;
    if (edge) {
      checkOrigin("gradFn", link, "its base, or another view of it, has been");
      historyOf(x).gradFn = viewOfBase(x, link.base, edge);
    }
  }
  return x.history?.gradFn;
}

/** Whether it was not made by a recorded operation. */
export const isLeaf = (x: TensorImpl): boolean => gradFnOf(x) === undefined;

export const historyOf = (x: TensorImpl): History => (x.history ??= new History());

/** Where the gradient of a tensor goes: the step that made it, or, for a leaf, the step that adds to its `grad`. */
export function edgeOf(x: TensorImpl): GradFn | undefined {
  const made = gradFnOf(x);
  if (made) return made;
  if (!requiresGrad(x)) return undefined;
  const history = historyOf(x);
  if (!history.accumulator) {
    history.accumulator = new GradFn("AccumulateGrad", [], x.shape, x.dtype);
    history.accumulator.retainer = x;
  }
  return history.accumulator;
}

/** Makes a leaf require a gradient or not. */
export function setRequiresGrad(x: TensorImpl, wanted: boolean): void {
  if (!wanted && gradFnOf(x)) {
    throw new AutogradError(
      "requiresGrad_: you can only change the requiresGrad flag of leaf tensors. To use a computed tensor in a part that doesn't require " +
        "differentiation use its detach()",
    );
  }
  if (wanted && !isFloating(x.dtype)) throw new AutogradError(`requiresGrad_: only tensors of floating point dtype can require gradients, not ${x.dtype}`);
  if (wanted || x.history) historyOf(x).requiresGrad = wanted;
}

/** Sets or clears the gradient of a leaf. */
export function setGrad(x: TensorImpl, grad: TensorImpl | undefined): void {
  if (grad && !sameShape(grad.shape, x.shape)) {
    throw new AutogradError(`grad: attempting to assign a gradient of shape ${formatShape(grad.shape)} to a tensor of shape ${formatShape(x.shape)}`);
  }
  if (grad && grad.dtype !== x.dtype) throw new AutogradError(`grad: attempting to assign a ${grad.dtype} gradient to a ${x.dtype} tensor`);
  if (grad === x) throw new AutogradError("grad: a tensor cannot be its own gradient");
  if (grad || x.history) historyOf(x).grad = grad;
}

/** Cuts a tensor off its history, in place. */
export function detachInPlace(x: TensorImpl): void {
  if (x.link && requiresGrad(x)) throw new AutogradError("detach_: can't detach views in place: use detach() instead");
  if (!x.history) return;
  x.history.gradFn = undefined;
  x.history.requiresGrad = false;
}

/** Calls `hook` with the gradient of a tensor whenever it has been computed. Gives back the way to take it off. */
export function addHook(x: TensorImpl, hook: Hook): () => void {
  const step = edgeOf(x);
  if (!step) throw new AutogradError("registerHook: cannot register a hook on a tensor that doesn't require a gradient");
  const entry: Hook = (grad) => hook(grad);
  (step.hooks ??= []).push(entry);
  return () => {
    step.hooks = step.hooks?.filter((other) => other !== entry);
  };
}

/** Lets a tensor that is no leaf keep its gradient. */
export function retainGrad(x: TensorImpl): void {
  if (!requiresGrad(x)) throw new AutogradError("retainGrad: can't retain the gradient of a tensor that doesn't require one");
  const made = gradFnOf(x);
  if (made) made.retainer = x;
}

/** A value kept for a backward: what it was, and at which version of its storage. */
export class Saved implements Kept {
  private tensor: TensorImpl | undefined;
  private readonly gradFn: GradFn | undefined;
  private readonly version: number;

  /** The step that made the value is taken now: an in-place operation may give the tensor another. */
  constructor(tensor: TensorImpl, gradFn: GradFn | undefined = gradFnOf(tensor)) {
    this.tensor = tensor;
    this.gradFn = gradFn;
    this.version = tensor.storage.version;
  }

  /** The value. Throws where it is gone or overwritten. */
  get(): TensorImpl {
    const { tensor } = this;
    if (!tensor) {
      throw new AutogradError(
        "backward: trying to go backward through the graph a second time (or directly access saved tensors after they have already been freed). " +
          "What a graph saved is freed by backward() and autograd.grad(). Specify { retainGraph: true } to go through it a second time",
      );
    }
    if (tensor.storage.version !== this.version) {
      const origin = this.gradFn ? `, which is output 0 of ${this.gradFn.name},` : "";
      throw new AutogradError(
        `backward: one of the variables needed for gradient computation has been modified by an inplace operation: ` +
          `[${tensor.dtype} ${formatShape(tensor.shape)}]${origin} is at version ${tensor.storage.version}; expected version ${this.version} instead`,
      );
    }
    if (tensor.history?.gradFn === this.gradFn) return tensor;
    const same = tensor.detached();
    historyOf(same).gradFn = this.gradFn;
    return same;
  }

  release(): void {
    this.tensor = undefined;
  }
}

/** Throws where a tensor must not be written to while its gradient is wanted. `others`: whether what is written requires one. */
export function checkInPlace(name: string, x: TensorImpl, others: boolean): void {
  if (!gradMode.enabled || (!others && !requiresGrad(x))) return;
  const { link } = x;
  if (!link) {
    if (requiresGrad(x) && isLeaf(x)) throw new AutogradError(`${name}: a leaf tensor that requires grad is being used in an in-place operation: use noGrad(() => …), or detach()`);
    return;
  }
  checkOrigin(name, link, "it is being");
  if (requiresGrad(x) && isLeaf(link.base)) {
    throw new AutogradError(`${name}: a view of a leaf tensor that requires grad is being used in an in-place operation: use noGrad(() => …), or detach()`);
  }
}

/** PyTorch's `handle_view_on_rebase`: views whose history could not be told are not written to, nor read after their base was. */
function checkOrigin(name: string, { origin }: ViewLink, what: string): void {
  switch (origin) {
    case "tracked":
      return;
    case "several":
      throw new AutogradError(
        `${name}: a view was made by a function that returns several views, and ${what} modified in place: such views do not allow it. Use the form without _`,
      );
    case "noGrad":
      throw new AutogradError(
        `${name}: a view was created in noGrad, and ${what} modified in place where gradients are recorded: move both into noGrad, or both out of it`,
      );
    default:
      origin satisfies never;
  }
}

/** After a write: the step that made the new value becomes the tensor's. Written through a view, the base has a new step, and all its views. */
export function rebase(x: TensorImpl, step: GradFn, baseEdge: GradFn | undefined): void {
  const target = x.link?.base ?? x;
  const history = historyOf(target);
  const before = history.gradFn;
  history.gradFn = x.link ? copySlices(x, target, step, baseEdge) : step;
  history.requiresGrad = false;
  if (before?.retainer === target) {
    before.retainer = undefined;
    history.gradFn.retainer = target;
  }
}

/** A view as it lies over a dense tensor in which `frame` shows what `base` shows. */
const within = (view: View, base: View): View => ({ shape: view.shape, strides: view.strides, offset: view.offset - base.offset });

/** How many elements of storage a view spans. */
function spanOf({ shape, strides }: View): number {
  return shape.reduce((last, size, d) => last + (size - 1) * strides[d], 1);
}

/**
 * Gradients of a base, laid out as its storage is, so that views of the storage are views of them. Where the base is dense, that is
 * how they lie already.
 */
const toFrame = (grad: TensorImpl, base: View): TensorImpl =>
  isContiguous(base) ? grad : arithmetic().embedded(grad, within(base, base), [spanOf(base)]);
const fromFrame = (frame: TensorImpl, base: View): TensorImpl => (isContiguous(base) ? frame : arithmetic().strided(frame, within(base, base)));

/** The step of a view that is found anew after a write: PyTorch's AsStridedBackward. */
function viewOfBase(x: TensorImpl, base: TensorImpl, edge: GradFn): GradFn {
  const step = new GradFn("AsStridedBackward0", [edge], x.shape, x.dtype);
  const shape = isContiguous(base.view) ? base.shape : [spanOf(base.view)];
  const view = within(x.view, base.view);
  const frameOf = base.view;
  step.backward = (grad) => [fromFrame(arithmetic().embedded(grad, view, shape), frameOf)];
  return step;
}

/** The step of a base that was written to through a view: outside the view gradients go to the old base, under it through `step`. */
function copySlices(x: TensorImpl, base: TensorImpl, step: GradFn, baseEdge: GradFn | undefined): GradFn {
  const result = new GradFn("CopySlices", [baseEdge, ...step.edges.slice(1)], base.shape, base.dtype);
  const view = within(x.view, base.view);
  const frameOf = base.view;
  result.kept = step.kept;
  result.backward = (grad, needs) => {
    const { strided, written } = arithmetic();
    const frame = toFrame(grad, frameOf);
    const under = step.backward?.(strided(frame, view), needs) ?? [];
    const outside = needs(0) ? fromFrame(written(frame, view, under[0]), frameOf) : undefined;
    return [outside, ...under.slice(1)];
  };
  return result;
}
