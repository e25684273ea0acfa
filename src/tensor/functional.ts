/**
 * @file `torch.nn.functional` as `F`: losses and activations, written with the methods of tensors, so they fuse like what a user
 * would write.
 */
import type { DType } from "../core/dtype.js";
import { ValueError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import { checkDomain } from "../ops/kinds.js";
import type { Tensor } from "./class.js";
import { functions } from "./install.js";
import type { OpFunctions } from "./signatures.js";
import type { BroadcastShape, CheckPair, Common, ShapeOf } from "./static.js";

/** How a loss is folded: "mean" (the default), "sum", or "none". */
export type Reduction = "mean" | "sum" | "none";
export interface LossOptions<R extends Reduction = Reduction> {
  readonly reduction?: R;
}
type LossShape<R extends Reduction, S extends Shape> = R extends "none" ? S : [];

/** As it is, summed or averaged. */
function folded(name: string, loss: Tensor, reduction: Reduction = "mean"): Tensor {
  if (reduction === "none") return loss;
  if (reduction === "sum") return loss.sum();
  if (reduction === "mean") return loss.mean();
  throw new ValueError(`${name}: reduction must be "mean", "sum" or "none", not ${JSON.stringify(reduction)}`);
}

/**
 * The mean absolute difference; `{ reduction: "sum" | "none" }` sums or keeps the elements. Broadcast and promoted.
 * @throws ShapeError where shapes do not broadcast; DTypeError for the mean of integers
 * @example F.l1Loss(tensor([1, 2]).float(), tensor([2, 4]).float()) // tensor(1.5000)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 */
export function l1Loss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: LossOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return folded("l1Loss", input.sub(target).abs(), options.reduction);
}

/**
 * The mean squared difference; `{ reduction: "sum" | "none" }` sums or keeps the elements. Broadcast and promoted.
 * @throws ShapeError where shapes do not broadcast; DTypeError for the mean of integers
 * @example F.mseLoss(tensor([1, 2]).float(), tensor([2, 4]).float()) // tensor(2.5000)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 */
export function mseLoss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A,
  target: B & CheckPair<A, B>,
  options?: LossOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return folded("mseLoss", input.sub(target).square(), options.reduction);
}

export { conv1d, conv1dInput, conv1dWeight, conv2d, conv2dInput, conv2dWeight, linear } from "./products.js";

/** As the method. */
export const relu: OpFunctions["relu"] = functions.relu;

/** How gelu is computed: with the error function ("none", the default), or by its approximation with tanh. */
export interface GeluOptions {
  readonly approximate?: "none" | "tanh";
}

/**
 * x Φ(x), Φ the distribution function of the standard normal distribution. Any shape; floats only.
 * `approximate: "tanh"` gives x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) instead.
 * @throws DTypeError for integers and bool; ValueError for another `approximate`
 * @example F.gelu(tensor([-1, 0, 1]).float()) // tensor([-0.1587,  0.0000,  0.8413])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html
 */
export function gelu<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: GeluOptions): Tensor<S, D>;
export function gelu(input: Tensor, options: GeluOptions = {}): Tensor {
  checkDomain("gelu", "floating", input.dtype);
  const { approximate = "none" } = options;
  if (approximate === "none") return input.mul(0.5).mul(input.mul(Math.SQRT1_2).erf().add(1));
  if (approximate !== "tanh") throw new ValueError(`gelu: approximate must be "none" or "tanh", not ${JSON.stringify(approximate)}`);
  const inner = input.add(input.mul(input).mul(input).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return input.mul(0.5).mul(inner.tanh().add(1));
}

/**
 * x times its sigmoid: x / (1 + e^-x). Any shape; floats only.
 * @throws DTypeError for integers and bool
 * @example F.silu(tensor([-1, 0, 1]).float()) // tensor([-0.2689,  0.0000,  0.7311])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html
 */
export function silu<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function silu(input: Tensor): Tensor {
  checkDomain("silu", "floating", input.dtype);
  return input.div(input.neg().exp().add(1));
}

/** As the method. */
export const sigmoid: OpFunctions["sigmoid"] = functions.sigmoid;
/** As the method. */
export const tanh: OpFunctions["tanh"] = functions.tanh;
export { layerNorm, logSoftmax, normalize, rmsNorm, softmax, type NormalizeOptions } from "./functional/normalization.js";
export {
  avgPool1d, avgPool2d, lpPool1d, lpPool2d, maxPool1d, maxPool2d, type AvgPool2dOptions, type AvgPoolOptions, type LpPoolOptions, type MaxPoolOptions,
} from "./functional/pooling.js";
export { convTranspose1d, convTranspose2d, type TransposedConvolutionOptions } from "./functional/transposed.js";
