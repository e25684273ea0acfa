/**
 * @file Gradients as users ask for them: `backward`, `autograd.grad`, hooks. It unwraps tensors, reads options and hands over to
 * `autograd/`. The class calls it for its methods.
 */
import { accumulate, gradients } from "../autograd/backward.js";
import { addHook } from "../autograd/tensors.js";
import { AutogradError, ValueError } from "../core/errors.js";
import type { Hook } from "../graph/history.js";
import type { TensorImpl } from "../graph/storage.js";
import { Tensor } from "./class.js";

/** What `backward` can be told. */
export interface BackwardOptions {
  /** Keep what the graph saved, so that it can be walked again. Default: as `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the walk, so that the gradients have gradients. Default false. */
  readonly createGraph?: boolean;
  /** The leaves whose `grad` is added to; all of them by default. */
  readonly inputs?: Tensor | readonly Tensor[];
}

/** What `autograd.grad` can be told. */
export interface GradOptions {
  /** The gradients of the outputs, one each (null: ones, for a single element). */
  readonly gradOutputs?: Tensor | null | readonly (Tensor | null)[];
  /** Keep what the graph saved, so that it can be walked again. Default: as `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the walk, so that the gradients have gradients. Default false. */
  readonly createGraph?: boolean;
  /** Give null for an input that no output depends on, where it is an error otherwise. Default false. */
  readonly allowUnused?: boolean;
}

/** The way to take a hook off again. */
export interface HookHandle {
  remove(): void;
}

const listOf = <T extends Tensor | null>(value: T | readonly T[]): readonly T[] => (isList(value) ? value : [value]);
const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

function tensorsOf(name: string, value: Tensor | readonly Tensor[]): readonly TensorImpl[] {
  const list = listOf(value);
  if (list.length === 0) throw new ValueError(`${name}: expected at least one tensor`);
  return list.map((tensor) => {
    if (tensor instanceof Tensor) return tensor.impl;
    throw new ValueError(`${name}: expected tensors, not ${String(tensor)}`);
  });
}

const walkOptions = ({ createGraph = false, retainGraph = createGraph }: Pick<GradOptions, "createGraph" | "retainGraph">) => ({ createGraph, retainGraph });

export function backwardFrom(output: TensorImpl, grad: TensorImpl | undefined, options: BackwardOptions): void {
  const inputs = options.inputs === undefined ? undefined : tensorsOf("backward", options.inputs);
  accumulate("backward", [{ output, grad }], inputs, walkOptions(options));
}

/** One gradient for each input, of its shape and dtype. */
type Gradients<I extends Tensor | readonly Tensor[], Unused = never> = I extends readonly Tensor[]
  ? { -readonly [K in keyof I]: I[K] | Unused }
  : [I | Unused];

/**
 * The gradients of the outputs' sum with respect to the inputs, as a list; no `grad` is touched. Outputs of one element need no
 * `gradOutputs`. With `{ createGraph: true }` the results can be differentiated again.
 * @throws AutogradError where an input does not require grad, or is unused without `{ allowUnused: true }` (which gives null for it);
 *   where an output has several elements and no gradient; where the graph was freed
 * @example const [g] = autograd.grad(x.square().sum(), [x]);
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html
 */
export function grad<const I extends Tensor | readonly Tensor[]>(
  outputs: Tensor | readonly Tensor[], inputs: I, options: GradOptions & { readonly allowUnused: true },
): Gradients<I, null>;
export function grad<const I extends Tensor | readonly Tensor[]>(outputs: Tensor | readonly Tensor[], inputs: I, options?: GradOptions): Gradients<I>;
export function grad(outputs: Tensor | readonly Tensor[], inputs: Tensor | readonly Tensor[], options: GradOptions = {}): (Tensor | null)[] {
  const roots = tensorsOf("grad", outputs);
  const given = options.gradOutputs === undefined ? [] : listOf(options.gradOutputs);
  if (given.length > 0 && given.length !== roots.length) throw new ValueError(`grad: ${roots.length} outputs, but ${given.length} gradOutputs`);
  const started = roots.map((output, i) => ({ output, grad: given[i]?.impl }));
  const found = gradients("grad", started, tensorsOf("grad", inputs), walkOptions(options));
  return found.map((impl, i) => {
    if (impl) return new Tensor(impl);
    if (options.allowUnused === true) return null;
    throw new AutogradError(
      `grad: the differentiated tensor at index ${i} appears to not have been used in the graph: set { allowUnused: true } if this is the desired behavior`,
    );
  });
}

/** Wraps a user's hook. */
export function hookOn(impl: TensorImpl, hook: (grad: Tensor) => Tensor | void | null): HookHandle {
  const inner: Hook = (arrived) => hook(new Tensor(arrived))?.impl;
  return { remove: addHook(impl, inner) };
}

const wrappers = new WeakMap<TensorImpl, Tensor>();

/** A gradient as a tensor: the same object each time, as in PyTorch. */
export function wrapperOf(impl: TensorImpl): Tensor {
  const known = wrappers.get(impl);
  if (known) return known;
  const made = new Tensor(impl);
  wrappers.set(impl, made);
  return made;
}
export const remember = (tensor: Tensor): void => void wrappers.set(tensor.impl, tensor);
