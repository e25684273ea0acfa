/**
 * @file The losses of `F` that compare an input with a target element by element. Written with the methods of tensors where that has
 * PyTorch's gradients. ../functional.ts passes them on.
 */
import { ValueError } from "../../core/errors.js";
import type { Shape } from "../../core/shape.js";
import type { Tensor } from "../class.js";
import type { BroadcastShape, CheckPair, Common, ShapeOf } from "../static.js";

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
