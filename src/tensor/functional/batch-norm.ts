/**
 * @file The normalisations of `F` over batches, groups, images and neighbouring channels. Written with the methods of tensors, so that they have
 * gradients and fuse with what is around them. ../functional.ts passes them on.
 */
import type { DType } from "../../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../../core/errors.js";
import { formatShape, numel, type Shape } from "../../core/shape.js";
import { noGrad } from "../../autograd/mode.js";
import { checkDomain } from "../../ops/kinds.js";
import type { Tensor } from "../class.js";
import { implOf } from "../install.js";
import { realize } from "../join.js";
import { checkOptions } from "./options.js";
import { pad } from "./padding.js";

export interface BatchNormOptions {
  /** Whether mean and variance are the batch's own, and the running ones are brought up to date. Default false. */
  readonly training?: boolean;
  /** How much of the running statistics is new. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}
export interface InstanceNormOptions extends Omit<BatchNormOptions, "training"> {
  /** Whether mean and variance are each image's own. Default true. */
  readonly useInputStats?: boolean;
}
export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

type Factors = Readonly<Record<string, Tensor | null | undefined>>;

/** Throws unless each of some vectors has an element for each channel, and the input's dtype. */
function checkFactors(name: string, input: Tensor, channels: number, factors: Factors): void {
  for (const [what, factor] of Object.entries(factors)) {
    if (factor === undefined || factor === null) continue;
    const { shape, dtype } = implOf(name, factor);
    if (shape.length !== 1 || shape[0] !== channels) {
      throw new ShapeError(`${name}: ${what} has shape ${formatShape(shape)}, expected [${channels}] for an input of ${formatShape(input.shape)}`);
    }
    if (dtype !== input.dtype) throw new DTypeError(`${name}: ${what} is ${dtype}, but the input is ${input.dtype}`);
  }
}

/** A vector with an element for each channel, beside an input. */
const channelled = (vector: Tensor, rank: number): Tensor => vector.reshape([vector.numel(), ...Array.from({ length: rank - 2 }, () => 1)]);

/** With weight and bias, one for each channel. */
function scaled(x: Tensor, weight: Tensor | null | undefined, bias: Tensor | null | undefined): Tensor {
  const multiplied = weight ? x.mul(channelled(weight, x.ndim)) : x;
  return bias ? multiplied.add(channelled(bias, x.ndim)) : multiplied;
}

/** Both or neither. */
function pairOf(name: string, mean: Tensor | null | undefined, variance: Tensor | null | undefined): readonly [Tensor, Tensor] | undefined {
  if (mean && variance) return [mean, variance];
  if (mean || variance) throw new ValueError(`${name}: runningMean and runningVar must both be given, or neither`);
  return undefined;
}

/**
 * What is old in running statistics gives way to what is new; `variance` is that of the elements, of which there were `count`. Computed at once: a
 * training loop may not look at them for a thousand batches, all of which would have to be kept until then.
 */
function bringUpToDate(running: readonly [Tensor, Tensor], mean: Tensor, variance: Tensor, count: number, momentum: number): void {
  noGrad(() => {
    running[0].mul_(1 - momentum).add_(mean, { alpha: momentum });
    running[1].mul_(1 - momentum).add_(variance, { alpha: (momentum * count) / (count - 1) });
  });
  realize(...running);
}

/** x - mean over the root of the variance, both over some dimensions, which are kept. */
function standardized(x: Tensor, dims: readonly number[], eps: number): { readonly result: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const mean = x.mean(dims, { keepdim: true });
  const centered = x.sub(mean);
  const variance = centered.square().mean(dims, { keepdim: true });
  return { result: centered.mul(variance.add(eps).rsqrt()), mean, variance };
}

/** With given mean and variance of each channel. */
const shifted = (x: Tensor, [mean, variance]: readonly [Tensor, Tensor], eps: number): Tensor =>
  x.sub(channelled(mean, x.ndim)).mul(channelled(variance.add(eps).rsqrt(), x.ndim));

const otherDims = (rank: number, ...kept: readonly number[]): number[] => Array.from({ length: rank }, (_, d) => d).filter((d) => !kept.includes(d));

/**
 * Each channel of [N, C, ...] with mean 0 and variance 1, times `weight`, plus `bias` (both [C]). With `training`, mean and variance (divided by the
 * number of elements) are the batch's own, and `runningMean` and `runningVar` are brought up to date in place: (1 - momentum) · old + momentum · new, with
 * the variance that is divided by one less. Without, those are what is used. Options: `training` false, `momentum` 0.1, `eps` 1e-5. Floats only.
 * @throws ShapeError where a vector does not have C elements; ValueError for a batch of one element a channel in training, or without running
 * statistics otherwise; DTypeError for integers, bool and different dtypes
 * @example F.batchNorm(tensor([[1], [3]]).float(), null, null, null, null, { training: true }) // tensor([[-1.0000], [ 1.0000]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
 */
export function batchNorm<S extends Shape, D extends DType>(
  input: Tensor<S, D>, runningMean?: Tensor | null, runningVar?: Tensor | null, weight?: Tensor | null, bias?: Tensor | null, options?: BatchNormOptions,
): Tensor<S, D>;
export function batchNorm(
  input: Tensor, runningMean?: Tensor | null, runningVar?: Tensor | null, weight?: Tensor | null, bias?: Tensor | null, options: BatchNormOptions = {},
): Tensor {
  checkOptions("batchNorm", options, ["training", "momentum", "eps"]);
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  const { shape, dtype } = implOf("batchNorm", input);
  checkDomain("batchNorm", "floating", dtype);
  if (shape.length < 2) throw new ShapeError(`batchNorm: expects an input of [N, C, ...], not ${formatShape(shape)}`);
  if (eps < 0) throw new ValueError(`batchNorm: eps must not be negative, but is ${eps}`);
  checkFactors("batchNorm", input, shape[1], { runningMean, runningVar, weight, bias });
  const running = pairOf("batchNorm", runningMean, runningVar);
  if (!training) {
    if (running) return scaled(shifted(input, running, eps), weight, bias);
    throw new ValueError("batchNorm: runningMean and runningVar must be given where training is not true");
  }
  const count = numel(shape) / Math.max(1, shape[1]);
  if (count === 1) throw new ValueError(`batchNorm: expected more than one element a channel when training, got an input of ${formatShape(shape)}`);
  const { result, mean, variance } = standardized(input, otherDims(shape.length, 1), eps);
  // Few sums of many elements each, far apart in memory: at once, and each element by itself then, is 10 times faster than channel by channel.
  realize(mean, variance);
  if (running && count > 0) bringUpToDate(running, mean.flatten(), variance.flatten(), count, momentum);
  return scaled(result, weight, bias);
}

/**
 * Each channel of each image of [N, C, ...] with mean 0 and variance 1, times `weight`, plus `bias` (both [C]). With `useInputStats` (true) mean and
 * variance are the image's own, and `runningMean` and `runningVar`, if given, are brought up to date with the batch's mean of them; without, those
 * are what is used. Options: `useInputStats`, `momentum` 0.1, `eps` 1e-5. Floats only.
 * @throws ShapeError where a vector does not have C elements; ValueError for images of one element, or without running statistics where those
 * are to be used; DTypeError for integers, bool and different dtypes
 * @example F.instanceNorm(tensor([[[1, 3]]]).float()) // tensor([[[-1.0000,  1.0000]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.instance_norm.html
 */
export function instanceNorm<S extends Shape, D extends DType>(
  input: Tensor<S, D>, runningMean?: Tensor | null, runningVar?: Tensor | null, weight?: Tensor | null, bias?: Tensor | null, options?: InstanceNormOptions,
): Tensor<S, D>;
export function instanceNorm(
  input: Tensor, runningMean?: Tensor | null, runningVar?: Tensor | null, weight?: Tensor | null, bias?: Tensor | null, options: InstanceNormOptions = {},
): Tensor {
  checkOptions("instanceNorm", options, ["useInputStats", "momentum", "eps"]);
  const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  const { shape, dtype } = implOf("instanceNorm", input);
  checkDomain("instanceNorm", "floating", dtype);
  if (shape.length < 2) throw new ShapeError(`instanceNorm: expects an input of [N, C, ...], not ${formatShape(shape)}`);
  checkFactors("instanceNorm", input, shape[1], { runningMean, runningVar, weight, bias });
  const running = pairOf("instanceNorm", runningMean, runningVar);
  if (!useInputStats) {
    if (running) return scaled(shifted(input, running, eps), weight, bias);
    throw new ValueError("instanceNorm: runningMean and runningVar must be given where useInputStats is false");
  }
  const count = numel(shape.slice(2));
  if (count === 1) throw new ValueError(`instanceNorm: expected more than one element an image, got an input of ${formatShape(shape)}`);
  const { result, mean, variance } = standardized(input, otherDims(shape.length, 0, 1), eps);
  if (running && numel(shape) > 0) bringUpToDate(running, mean.flatten(1).mean(0), variance.flatten(1).mean(0), count, momentum);
  return scaled(result, weight, bias);
}

/**
 * The channels of [N, C, ...] in groups, each group of each image with mean 0 and variance 1; times `weight`, plus `bias` (both [C]). Floats only.
 * @throws ShapeError where the groups do not divide the channels, or a vector does not have C elements; ValueError for less than one group;
 * DTypeError for integers, bool and different dtypes
 * @example F.groupNorm(tensor([[[1], [3], [5], [9]]]).float(), 2).flatten() // tensor([-1.0000,  1.0000, -1.0000,  1.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
 */
export function groupNorm<S extends Shape, D extends DType>(
  input: Tensor<S, D>, numGroups: number, weight?: Tensor | null, bias?: Tensor | null, eps?: number,
): Tensor<S, D>;
export function groupNorm(input: Tensor, numGroups: number, weight?: Tensor | null, bias?: Tensor | null, eps = 1e-5): Tensor {
  const { shape, dtype } = implOf("groupNorm", input);
  checkDomain("groupNorm", "floating", dtype);
  if (shape.length < 2) throw new ShapeError(`groupNorm: expects an input of [N, C, ...], not ${formatShape(shape)}`);
  if (!Number.isSafeInteger(numGroups) || numGroups < 1) throw new ValueError(`groupNorm: numGroups must be a whole number of at least 1, not ${numGroups}`);
  if (shape[1] % numGroups !== 0) throw new ShapeError(`groupNorm: ${numGroups} groups do not divide the ${shape[1]} channels of ${formatShape(shape)}`);
  checkFactors("groupNorm", input, shape[1], { weight, bias });
  if (numel(shape) === 0) return scaled(input.clone(), weight, bias);
  if (numel(shape) === numGroups) throw new ValueError(`groupNorm: expected more than one element a group, got an input of ${formatShape(shape)} in ${numGroups} groups`);
  const { result } = standardized(input.reshape([shape[0], numGroups, -1]), [2], eps);
  return scaled(result.reshape(shape), weight, bias);
}

/**
 * x over (k + alpha · the mean of the squares of `size` neighbouring channels) to the power of beta, for [N, C, ...] with at least three dimensions.
 * Options: `alpha` 1e-4, `beta` 0.75, `k` 1. Floats only.
 * @throws ShapeError below three dimensions; ValueError for a size below 1; DTypeError for integers and bool
 * @example F.localResponseNorm(ones([1, 1, 1]), 1, { alpha: 1, beta: 1 }) // tensor([[[0.5000]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html
 */
export function localResponseNorm<S extends Shape, D extends DType>(input: Tensor<S, D>, size: number, options?: LocalResponseNormOptions): Tensor<S, D>;
export function localResponseNorm(input: Tensor, size: number, options: LocalResponseNormOptions = {}): Tensor {
  checkOptions("localResponseNorm", options, ["alpha", "beta", "k"]);
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  const { shape, dtype } = implOf("localResponseNorm", input);
  checkDomain("localResponseNorm", "floating", dtype);
  if (shape.length < 3) throw new ShapeError(`localResponseNorm: expects an input of [N, C, ...] with at least three dimensions, not ${formatShape(shape)}`);
  if (!Number.isSafeInteger(size) || size < 1) throw new ValueError(`localResponseNorm: size must be a whole number of at least 1, not ${size}`);
  if (numel(shape) === 0) return input.clone();
  const sides = [...shape.slice(2).flatMap(() => [0, 0]), Math.floor(size / 2), Math.floor((size - 1) / 2)];
  const squares: Tensor = pad(input.square(), sides);
  return input.div(squares.unfold(1, size, 1).mean(-1).mul(alpha).add(k).pow(beta));
}
