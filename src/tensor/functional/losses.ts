/**
 * @file The losses of `F` that compare an input with a target element by element. Written with the methods of tensors where that has
 * PyTorch's gradients, else they run what ops/loss-functions.ts has. ../functional.ts passes them on.
 */
import { DTypeError, InternalError, ValueError } from "../../core/errors.js";
import { isFloating, type DType } from "../../core/dtype.js";
import { formatShape, sameShape, type Shape } from "../../core/shape.js";
import { TensorImpl } from "../../graph/storage.js";
import { rangeOf } from "../../ops/gathering.js";
import { checkDomain, type BinaryOp } from "../../ops/kinds.js";
import * as losses from "../../ops/loss-functions.js";
import { binary, callOp } from "../../ops/recorded.js";
import { Tensor } from "../class.js";
import { implOf } from "../install.js";
import type { BroadcastShape, CheckPair, Common, ShapeOf } from "../static.js";
import { checkFits, checkSameShape, folded, foldedBy, reductionOf, type LossOptions, type LossShape, type Reduction } from "./loss-folding.js";
import { checkOptions } from "./options.js";

/** `l1Loss`, `mseLoss`: weights of the elements, by which the mean divides. */
export interface WeightedLossOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  readonly weight?: Tensor;
}

const pairs = (op: BinaryOp, input: Tensor, target: Tensor): Tensor => new Tensor(binary(op, implOf(op.name, input), implOf(op.name, target)));

function weighed(name: string, loss: Tensor, input: Tensor, { weight, reduction }: WeightedLossOptions): Tensor {
  if (weight === undefined) return folded(name, loss, reduction);
  checkSameShape(name, input, "weight", weight);
  return foldedBy(name, loss, weight, reduction);
}

/**
 * The mean absolute difference; `{ reduction: "sum" | "none" }` sums or keeps the elements. `{ weight }`, of the input's shape, weighs
 * them. Broadcast and promoted.
 * @throws ShapeError where shapes do not broadcast; DTypeError for the mean of integers
 * @example F.l1Loss(tensor([1, 2]).float(), tensor([2, 4]).float()) // tensor(1.5000)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 */
export function l1Loss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: WeightedLossOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function l1Loss(input: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkOptions("l1Loss", options, ["reduction", "weight"]);
  return weighed("l1Loss", input.sub(target).abs(), input, options);
}

/**
 * The mean squared difference; `{ reduction: "sum" | "none" }` sums or keeps the elements. `{ weight }`, of the input's shape, weighs
 * them. Broadcast and promoted.
 * @throws ShapeError where shapes do not broadcast; DTypeError for the mean of integers
 * @example F.mseLoss(tensor([1, 2]).float(), tensor([2, 4]).float()) // tensor(2.5000)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 */
export function mseLoss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: WeightedLossOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function mseLoss(input: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkOptions("mseLoss", options, ["reduction", "weight"]);
  return weighed("mseLoss", input.sub(target).square(), input, options);
}

/** `smoothL1Loss`: below which difference it is quadratic (1). */
export interface SmoothL1Options<R extends Reduction = Reduction> extends LossOptions<R> {
  readonly beta?: number;
}

/**
 * The mean of d² / (2 · beta) for differences d below beta, |d| - beta / 2 for others: the absolute difference with a round bottom. Options:
 * beta (1), reduction. Broadcast and promoted; floats only.
 * @throws ShapeError where shapes do not broadcast; DTypeError for integers; ValueError for a negative beta
 * @example F.smoothL1Loss(tensor([0, 3]).float(), tensor([0.5, 1])) // tensor(0.8125)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 */
export function smoothL1Loss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: SmoothL1Options<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  checkOptions("smoothL1Loss", options, ["reduction", "beta"]);
  const { beta = 1, reduction } = options;
  if (!(beta >= 0)) throw new ValueError(`smoothL1Loss: beta must not be negative, but it is ${beta}`);
  if (beta === 0) return folded("smoothL1Loss", input.sub(target).abs(), reduction);
  return folded("smoothL1Loss", pairs(losses.smoothL1(beta), input, target), reduction);
}

/** `huberLoss`: up to which difference it is quadratic (1), and weights of the elements. */
export interface HuberOptions<R extends Reduction = Reduction> extends WeightedLossOptions<R> {
  readonly delta?: number;
}

/**
 * The mean of d² / 2 for differences d up to delta, delta · (|d| - delta / 2) for others. Options: delta (1), reduction, weight (of the
 * input's shape). Broadcast and promoted; floats only.
 * @throws ShapeError where shapes do not broadcast; DTypeError for integers; ValueError unless delta is positive
 * @example F.huberLoss(tensor([0, 3]).float(), tensor([0.5, 1]), { delta: 0.5 }) // tensor(0.5000)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 */
export function huberLoss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: HuberOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  checkOptions("huberLoss", options, ["reduction", "delta", "weight"]);
  const { delta = 1, weight, reduction } = options;
  if (!(delta > 0)) throw new ValueError(`huberLoss: delta must be positive, but it is ${delta}`);
  const loss = pairs(losses.huber(delta), input, target);
  if (weight === undefined) return folded("huberLoss", loss, reduction);
  checkSameShape("huberLoss", input, "weight", weight);
  return folded("huberLoss", loss.mul(weight), reduction); // its mean divides by the number of elements, unlike mseLoss's
}

/** `binaryCrossEntropy`: weights that broadcast to the input. */
export interface BinaryCrossEntropyOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  readonly weight?: Tensor;
}
/** `binaryCrossEntropyWithLogits`: also the weight of the positive, that of each class as a rule. */
export interface LogitsOptions<R extends Reduction = Reduction> extends BinaryCrossEntropyOptions<R> {
  readonly posWeight?: Tensor;
}

function checkProbabilities(name: string, what: string, x: Tensor): void {
  const range = rangeOf(implOf(name, x).operand());
  // Inside compile(fn) elements are not known, and the range is infinite.
  if (range === undefined || range.most === Infinity && range.least === -Infinity) return;
  if (range.least >= 0 && range.most <= 1) return;
  const wrong = range.most <= 1 ? range.least : range.most;
  throw new ValueError(`${name}: all elements of ${what} must be between 0 and 1, but there is ${wrong}: sigmoid() or binaryCrossEntropyWithLogits`);
}

/**
 * The mean of -(t log(p) + (1 - t) log(1 - p)): probabilities beside targets between 0 and 1. The logarithms are not taken below -100. Options:
 * weight (broadcast), reduction. Input and target of one shape and floating dtype. The elements are looked at when the call is made.
 * @throws ShapeError, DTypeError where the two differ; ValueError where an element is not between 0 and 1
 * @example F.binaryCrossEntropy(tensor([0.9, 0.2]), tensor([1, 0]).float()) // tensor(0.1643)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 */
export function binaryCrossEntropy<S extends Shape, D extends DType, const R extends Reduction = "mean">(
  input: Tensor<S, D>, target: Tensor<S, D>, options?: BinaryCrossEntropyOptions<R>,
): Tensor<LossShape<R, S>, D>;
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  const name = "binaryCrossEntropy";
  checkOptions(name, options, ["reduction", "weight"]);
  checkDomain(name, "floating", input.dtype);
  checkSameShape(name, input, "target", target);
  if (target.dtype !== input.dtype) throw new DTypeError(`${name}: the target is ${target.dtype}, but the input ${input.dtype}: cast it with .to("${input.dtype}")`);
  checkProbabilities(name, "the input", input);
  checkProbabilities(name, "the target", target);
  const loss = pairs(losses.binaryCrossEntropy, input, target);
  return folded(name, options.weight === undefined ? loss : weighted(name, loss, options.weight), options.reduction);
}

function weighted(name: string, loss: Tensor, weight: Tensor): Tensor {
  checkFits(name, loss, "weight", weight);
  return loss.mul(weight);
}

/**
 * `binaryCrossEntropy` of the sigmoid of the input, without its overflows. Options: weight (broadcast), posWeight (weighs the positive:
 * above 1 raises recall; broadcast), reduction. Input and target of one shape, the target floating too.
 * @throws ShapeError where shapes differ; DTypeError for a target that is not floating
 * @example F.binaryCrossEntropyWithLogits(tensor([2.5, -1]), tensor([1, 0]).float()) // tensor(0.1961)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 */
export function binaryCrossEntropyWithLogits<S extends Shape, D extends DType, const R extends Reduction = "mean">(
  input: Tensor<S, D>, target: Tensor<S>, options?: LogitsOptions<R>,
): Tensor<LossShape<R, S>, D>;
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options: LogitsOptions = {}): Tensor {
  const name = "binaryCrossEntropyWithLogits";
  checkOptions(name, options, ["reduction", "weight", "posWeight"]);
  const { weight, posWeight, reduction } = options;
  checkSameShape(name, input, "target", target);
  if (!isFloating(target.dtype)) throw new DTypeError(`${name}: the target is ${target.dtype}, but it must be floating: cast it with .float()`);
  if (posWeight) checkFits(name, input, "posWeight", posWeight);
  const dtype = [input, target, posWeight].some((x) => x?.dtype === "float64") ? "float64" : "float32";
  const [x, ...others] = [input, target, posWeight].map((given) => given && implOf(name, given.to(dtype)));
  if (x === undefined) throw new ValueError(`${name}: expected an input`);
  const loss = onlyTensor(callOp(losses.binaryCrossEntropyWithLogits, x, others));
  return folded(name, weight === undefined ? loss : weighted(name, loss, weight), reduction);
}

function onlyTensor(result: ReturnType<typeof callOp>): Tensor {
  if (result instanceof TensorImpl) return new Tensor(result);
  throw new InternalError("a loss is one tensor");
}

/** How `klDiv` is folded: "batchmean" divides the sum by the size of the first dimension, which is the divergence itself. */
export interface KlDivOptions<R extends Reduction | "batchmean" = Reduction | "batchmean"> {
  readonly reduction?: R;
  /** Whether the target too is given as logarithms. Default false. */
  readonly logTarget?: boolean;
}

/**
 * The mean of t (log(t) - x), x being logarithms of probabilities: the Kullback-Leibler divergence, element by element. 0 where t is 0.
 * Options: reduction ("batchmean" gives the divergence per example), logTarget (false: t is given as it is). Broadcast; floats only.
 * @throws ShapeError where shapes do not broadcast; DTypeError for integers
 * @example F.klDiv(tensor([0.5, 0.5]).log(), tensor([0.9, 0.1]), { reduction: "sum" }) // tensor(0.3681)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 */
export function klDiv<A extends Tensor, B extends Tensor, const R extends Reduction | "batchmean" = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: KlDivOptions<R>,
): Tensor<R extends "none" ? BroadcastShape<ShapeOf<A>, ShapeOf<B>> : [], Common<A, B>>;
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkOptions("klDiv", options, ["reduction", "logTarget"]);
  const { reduction, logTarget = false } = options;
  for (const x of [input, target]) checkDomain("klDiv", "floating", x.dtype);
  const loss: Tensor = logTarget ? target.exp().mul(target.sub(input)) : target.xlogy(target).sub(target.mul(input));
  return reduction === "batchmean" ? loss.sum().div(input.shape[0] ?? 1) : folded("klDiv", loss, reduction);
}

/**
 * The mean of log(1 + e^(-t x)), the targets t being 1 or -1. Options: reduction. The target broadcasts to the input; floats only.
 * @throws ShapeError where the target does not fit; DTypeError for an integer input
 * @example F.softMarginLoss(tensor([2, -1]).float(), tensor([1, 1]).float()) // tensor(0.7201)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html
 */
export function softMarginLoss<S extends Shape, D extends DType, const R extends Reduction = "mean">(
  input: Tensor<S, D>, target: Tensor, options?: LossOptions<R>,
): Tensor<LossShape<R, S>, D>;
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions("softMarginLoss", options, ["reduction"]);
  checkDomain("softMarginLoss", "floating", input.dtype);
  checkFits("softMarginLoss", input, "target", target);
  return folded("softMarginLoss", target.neg().mul(input).exp().log1p(), options.reduction);
}

/** `poissonNllLoss`: whether the input is a logarithm (true), whether Stirling's term is added (false), and what keeps log from 0 (1e-8). */
export interface PoissonOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  readonly logInput?: boolean;
  readonly full?: boolean;
  readonly eps?: number;
}

/**
 * The mean of e^x - t x: the negative log likelihood of counts t that are Poisson distributed with rate e^x. Options: logInput (true; false:
 * x is the rate, and the loss x - t log(x + eps)), full (false; true adds Stirling's approximation of log(t!) for t > 1), eps (1e-8),
 * reduction. Broadcast and promoted.
 * @throws ShapeError where shapes do not broadcast
 * @example F.poissonNllLoss(tensor([0.5, 1]), tensor([1, 2]).float()) // tensor(0.9335)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html
 */
export function poissonNllLoss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: PoissonOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function poissonNllLoss(input: Tensor, target: Tensor, options: PoissonOptions = {}): Tensor {
  checkOptions("poissonNllLoss", options, ["reduction", "logInput", "full", "eps"]);
  const { logInput = true, full = false, eps = 1e-8, reduction } = options;
  const loss: Tensor = logInput ? input.exp().sub(target.mul(input)) : input.sub(target.mul(input.add(eps).log()));
  if (!full) return folded("poissonNllLoss", loss, reduction);
  const stirling: Tensor = target.mul(target.log()).sub(target).add(target.mul(2 * Math.PI).log().mul(0.5));
  return folded("poissonNllLoss", loss.add(stirling.maskedFill(target.le(1), 0)), reduction);
}

/** `gaussianNllLoss`: whether the constant is added (false), and the least variance (1e-6). */
export interface GaussianOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  readonly full?: boolean;
  readonly eps?: number;
}

/** A variance for each element: of the input's shape, or without its last dimension, or with size 1 in one dimension. */
function varianceFor(input: Tensor, given: Tensor | number): Tensor {
  const name = "gaussianNllLoss";
  const variance: Tensor = typeof given === "number" ? input.detach().mul(0).add(given) : given;
  if (variance.lt(0).any().item()) throw new ValueError(`${name}: the variance has negative elements`);
  if (sameShape(variance.shape, input.shape)) return variance;
  if (input.ndim > 0 && sameShape(variance.shape, input.shape.slice(0, -1))) return variance.unsqueeze(-1);
  const others = input.shape.map((size, d) => [size, variance.shape[d]]).filter(([size, other]) => size !== other);
  if (variance.ndim === input.ndim && others.length === 1 && others[0][1] === 1) return variance;
  throw new ValueError(
    `${name}: the variance has shape ${formatShape(variance.shape)}: expected ${formatShape(input.shape)}, or that without its last dimension, or with one size 1`,
  );
}

/**
 * The mean of (log(v) + (x - t)² / v) / 2: the negative log likelihood of targets t that are normally distributed around the input x with
 * variance v (a number, or a tensor of the input's shape, without its last dimension, or with size 1 in one dimension). Options: full (false;
 * true adds log(2π) / 2), eps (1e-6: the least variance), reduction. That no variance is negative is looked at when the call is made.
 * @throws ShapeError where shapes do not broadcast; ValueError for a variance that is negative or of another shape
 * @example F.gaussianNllLoss(tensor([1, 2]).float(), tensor([1, 3]).float(), tensor([1, 0.5])) // tensor(0.3267)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html
 */
export function gaussianNllLoss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  variance: Tensor | number,
  options?: GaussianOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function gaussianNllLoss(input: Tensor, target: Tensor, variance: Tensor | number, options: GaussianOptions = {}): Tensor {
  checkOptions("gaussianNllLoss", options, ["reduction", "full", "eps"]);
  const { full = false, eps = 1e-6, reduction } = options;
  reductionOf("gaussianNllLoss", reduction);
  const given = varianceFor(input, variance);
  // The bound holds for the value alone: the gradient passes it by, as in PyTorch.
  const safe = given.add(given.detach().clamp(eps).sub(given.detach()));
  const loss: Tensor = safe.log().add(input.sub(target).square().div(safe)).mul(0.5);
  return folded("gaussianNllLoss", full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss, reduction);
}
