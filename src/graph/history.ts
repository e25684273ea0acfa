/**
 * @file What a tensor remembers for its gradient: the step that made it, its own gradient, what it is a view of. Data and a switch;
 * `autograd/` works on it. It stands here because tensors carry it.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import { capturing } from "./capture.js";
import type { TensorImpl } from "./storage.js";

/** Whether operations are recorded. `autograd/mode.ts` sets it. */
export const gradMode = { enabled: true, inference: false };

/** What is done to a gradient on its way: another may be put in its place. */
export type Hook = (grad: TensorImpl) => TensorImpl | undefined;

/** Values that a step keeps for its backward, until they are given up. */
export interface Kept {
  release(): void;
}

/** The gradients of a step's inputs from that of its result. Only those that are needed have to be given. */
export type Backward = (grad: TensorImpl, needs: (input: number) => boolean) => readonly (TensorImpl | undefined)[];

let made = 0;

/**
 * One recorded step: PyTorch's `grad_fn`. A step has one result; what gives several tensors records a step for each, and their gradients
 * add up, as gradients do. Steps point only to older steps, so their numbers are a topological order.
 */
export class GradFn {
  readonly id = made++;
  hooks: Hook[] | undefined = undefined;
  /** The tensor that keeps its gradient although it is no leaf (`retainGrad`), or the leaf to which gradients are added. */
  retainer: TensorImpl | undefined = undefined;
  backward: Backward | undefined = undefined;
  kept: readonly Kept[] = [];

  constructor(
    readonly name: string,
    /** The steps that made the inputs, by input; none where an input needs no gradient. */
    readonly edges: readonly (GradFn | undefined)[],
    /** The shape and dtype of the result, which are those of its gradient. */
    readonly shape: Shape,
    readonly dtype: DType,
  ) {}

  /** Gives up what was kept. Running it again is an error then. */
  release(): void {
    for (const value of this.kept) value.release();
  }
}

/** The gradient side of one tensor. */
export class History {
  /** Asked for by the user; makes it a leaf. */
  requiresGrad = false;
  gradFn: GradFn | undefined = undefined;
  private gradient: TensorImpl | undefined = undefined;
  /** For a leaf: the step that adds to `grad`. */
  accumulator: GradFn | undefined = undefined;

  /** The capture in which it was made, if any. */
  private readonly bornIn = capturing();

  get grad(): TensorImpl | undefined {
    const capture = capturing();
    if (capture === undefined || capture === this.bornIn) return this.gradient;
    return capture.gradient(this, this.gradient).current;
  }
  /** A gradient outlives the scope in which it was computed, as its tensor does. In a capture it is only noted what to do at each call. */
  set grad(grad: TensorImpl | undefined) {
    const capture = capturing();
    if (capture !== undefined && capture !== this.bornIn) {
      capture.assignGradient(this, this.gradient, grad);
      return;
    }
    if (grad) grad.storage.isKept = true;
    this.gradient = grad;
  }
}

/** How a view is bound to what it is a view of. */
export interface ViewLink {
  readonly base: TensorImpl;
  /** The storage's version that the view's step belongs to: after a write it is found anew from the base's. */
  seen: number;
  /** Views made under `noGrad`, or several at once, may not be written to where gradients are recorded. */
  origin: "tracked" | "noGrad" | "several";
}
