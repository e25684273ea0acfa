/**
 * @file The losses of `F` over classes: nllLoss and crossEntropy. They check shapes and classes; what is picked and its gradient are in
 * ops/loss-functions.ts. ../functional.ts passes them on.
 */
import { DTypeError, InternalError, ShapeError, ValueError } from "../../core/errors.js";
import { isFloating, type DType } from "../../core/dtype.js";
import { formatShape, sameShape, type Shape } from "../../core/shape.js";
import { TensorImpl } from "../../graph/storage.js";
import { checkDomain } from "../../ops/kinds.js";
import { hasIgnored, negativeAtTarget, weightsOfTargets } from "../../ops/loss-functions.js";
import { callOp } from "../../ops/recorded.js";
import { Tensor } from "../class.js";
import { implOf } from "../install.js";
import type { DTypeOf, ShapeOf } from "../static.js";
import { folded, reductionOf, type LossOptions, type LossShape, type Reduction } from "./loss-folding.js";
import { checkOptions } from "./options.js";

/** `nllLoss`: a weight for each class, and the target that does not count (-100). */
export interface NllOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  readonly weight?: Tensor | undefined;
  readonly ignoreIndex?: number | undefined;
}
/** `crossEntropy`: also how much of each target is spread over all classes (0). */
export interface CrossEntropyOptions<R extends Reduction = Reduction> extends NllOptions<R> {
  readonly labelSmoothing?: number;
}

/** A loss for each target; the targets' shape is not known where they are probabilities. */
type ClassLossShape<R extends Reduction, T> = LossShape<R, DTypeOf<T> extends "int64" | "uint8" ? ShapeOf<T> : Shape>;

const targetTypes: readonly DType[] = ["int64", "uint8"];
const noIndex = -100;

function checkClasses(name: string, input: Tensor, weight: Tensor | undefined): number {
  checkDomain(name, "floating", input.dtype);
  const { shape } = input;
  if (shape.length === 0) throw new ShapeError(`${name}: expected an input of shape [C], [N, C] or [N, C, …], not a tensor without dimensions`);
  const classes = shape[shape.length === 1 ? 0 : 1];
  if (weight === undefined) return classes;
  if (weight.ndim !== 1 || weight.shape[0] !== classes) {
    throw new ShapeError(`${name}: expected a weight of shape [${classes}], one for each class, not ${formatShape(weight.shape)}`);
  }
  return classes;
}

/** Of each target its loss; and by what the sum of them is divided for their mean, where that is not their number. */
interface TargetLosses {
  readonly each: Tensor;
  readonly total: Tensor | undefined;
  /** True where a target counts; undefined where all do. */
  readonly counts: Tensor<Shape, "bool"> | undefined;
}

/** The input has shape [N, C, …] and the target [N, …]. */
function lossesOf(name: string, input: Tensor, target: Tensor, classes: number, { weight, ignoreIndex = noIndex }: NllOptions): TargetLosses {
  if (!targetTypes.includes(target.dtype)) {
    throw new DTypeError(`${name}: the target is ${target.dtype}, but classes must be int64 or uint8: cast it with .long()`);
  }
  if (weight && weight.dtype !== input.dtype) {
    throw new DTypeError(`${name}: the weight is ${weight.dtype}, but the input ${input.dtype}: cast it with .to("${input.dtype}")`);
  }
  const expected = input.shape.toSpliced(1, 1);
  if (!sameShape(target.shape, expected)) {
    throw new ShapeError(
      `${name}: an input of shape ${formatShape(input.shape)} expects a target of shape ${formatShape(expected)} with classes, not ${formatShape(target.shape)}`,
    );
  }
  const t = implOf(name, target);
  const ignored = hasIgnored(name, t, classes, ignoreIndex) ? ignoreIndex : undefined;
  const each = callOp(negativeAtTarget, implOf(name, input), [t, weight && implOf(name, weight), ignored]);
  if (!(each instanceof TensorImpl)) throw new InternalError(`${name}: the losses are one tensor`);
  const counts = ignored === undefined ? undefined : target.ne(ignored);
  const total = weight ? new Tensor(weightsOfTargets(implOf(name, weight), t, ignored)).sum() : counts?.sum();
  return { each: new Tensor(each), total, counts };
}

function foldedOver(name: string, { each, total }: Pick<TargetLosses, "each" | "total">, reduction: Reduction | undefined): Tensor {
  return total !== undefined && reductionOf(name, reduction) === "mean" ? each.sum().div(total) : folded(name, each, reduction);
}

/** The input with a batch of one where it has none, and the target with it: PyTorch takes [] and [1] there. */
function batched(input: Tensor, target: Tensor): readonly [Tensor, Tensor, boolean] {
  if (input.ndim !== 1) return [input, target, false];
  return [input.unsqueeze(0), target.ndim === 0 ? target.unsqueeze(0) : target, true];
}

/**
 * The mean of minus the input at the target's class: the negative log likelihood, the input being logarithms of probabilities. An input of
 * [N, C], [N, C, d1, …] or [C] with targets of [N], [N, d1, …] or [], int64 classes. Options: weight ([C]; the mean divides by the sum of the
 * targets' weights), ignoreIndex (-100: such targets count nothing), reduction. Where all targets are ignored the mean is NaN.
 * @throws ShapeError, DTypeError for what does not fit; IndexError for a target that is no class, when the call is made
 * @example F.nllLoss(tensor([[0.9, 0.1], [0.2, 0.8]]).log(), tensor([0, 1])) // tensor(0.1643)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 */
export function nllLoss<D extends DType, T extends Tensor, const R extends Reduction = "mean">(
  input: Tensor<Shape, D>, target: T, options?: NllOptions<R>,
): Tensor<ClassLossShape<R, T>, D>;
export function nllLoss(input: Tensor, target: Tensor, options: NllOptions = {}): Tensor {
  checkOptions("nllLoss", options, ["reduction", "weight", "ignoreIndex"]);
  const classes = checkClasses("nllLoss", input, options.weight);
  const [x, t, isSingle] = batched(input, target);
  const loss = foldedOver("nllLoss", lossesOf("nllLoss", x, t, classes, options), options.reduction);
  return isSingle && loss.ndim > 0 ? loss.squeeze(0) : loss;
}

/**
 * The mean of minus the logarithm of the softmax at the target's class. An input of [N, C], [N, C, d1, …] or [C] with targets of [N],
 * [N, d1, …] or [], int64 classes; or with targets of the input's shape: probabilities of the classes. Options: weight ([C]; with classes the mean
 * divides by the sum of the targets' weights), ignoreIndex (-100: such targets count nothing; classes only), labelSmoothing (0 to 1: how
 * much of each target is spread evenly over all classes), reduction.
 * @throws ShapeError, DTypeError for what does not fit; IndexError for a target that is no class, when the call is made; ValueError
 * @example F.crossEntropy(tensor([[2, 0.5], [0, 1]]), tensor([0, 1])) // tensor(0.2573)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 */
export function crossEntropy<D extends DType, T extends Tensor, const R extends Reduction = "mean">(
  input: Tensor<Shape, D>, target: T, options?: CrossEntropyOptions<R>,
): Tensor<ClassLossShape<R, T>, D>;
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const name = "crossEntropy";
  checkOptions(name, options, ["reduction", "weight", "ignoreIndex", "labelSmoothing"]);
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) throw new ValueError(`${name}: labelSmoothing must be from 0 to 1, but it is ${labelSmoothing}`);
  const classes = checkClasses(name, input, options.weight);
  if (sameShape(input.shape, target.shape)) return ofProbabilities(name, input, target, classes, options, labelSmoothing);
  const [x, t, isSingle] = batched(input, target);
  const logs: Tensor = x.logSoftmax(1);
  const losses = lossesOf(name, logs, t, classes, options);
  const loss = foldedOver(name, losses, options.reduction);
  const smoothed = labelSmoothing === 0 ? loss : smoothedOver(name, logs, loss, losses, classes, options, labelSmoothing);
  return isSingle && smoothed.ndim > 0 ? smoothed.squeeze(0) : smoothed;
}

/** The weights of the classes, along dimension `dim` of so many. */
const alongClasses = (weight: Tensor, rank: number, dim: number): Tensor => weight.reshape(Array.from({ length: rank }, (_, d) => (d === dim ? -1 : 1)));

/** (1 - smoothing) · the loss + smoothing · the mean over the classes of the losses that they would be as targets. */
function smoothedOver(
  name: string, logs: Tensor, loss: Tensor, { counts, total }: TargetLosses, classes: number, { weight, reduction }: CrossEntropyOptions, smoothing: number,
): Tensor {
  const all: Tensor = (weight ? logs.mul(alongClasses(weight, logs.ndim, 1)) : logs).sum(1).neg();
  const even = foldedOver(name, { each: counts ? all.where(counts, 0) : all, total }, reduction);
  return loss.mul(1 - smoothing).add(even.mul(smoothing / classes));
}

function ofProbabilities(
  name: string, input: Tensor, target: Tensor, classes: number, { weight, reduction, ignoreIndex = noIndex }: CrossEntropyOptions, smoothing: number,
): Tensor {
  if (!isFloating(target.dtype)) {
    throw new DTypeError(`${name}: a target of the input's shape ${formatShape(input.shape)} holds probabilities, which must be floating, not ${target.dtype}`);
  }
  if (ignoreIndex >= 0) throw new ValueError(`${name}: ignoreIndex is for targets that are classes, not for probabilities`);
  const dim = input.ndim === 1 ? 0 : 1;
  const spread: Tensor = smoothing === 0 ? target : target.mul(1 - smoothing).add(smoothing / classes);
  const terms: Tensor = input.logSoftmax(dim).mul(spread);
  const loss: Tensor = (weight ? terms.mul(alongClasses(weight, input.ndim, dim)) : terms).neg();
  const how = reductionOf(name, reduction);
  if (how === "none") return loss.sum(dim);
  return how === "sum" ? loss.sum() : loss.sum().div(input.numel() / classes);
}
