/**
 * @file How the losses of `F` are folded: the options that all of them take, their types, and the sum or mean. The files of losses use it.
 */
import { ShapeError, ValueError } from "../../core/errors.js";
import { broadcastShapes, formatShape, sameShape, type Shape } from "../../core/shape.js";
import type { Tensor } from "../class.js";

/** How a loss is folded: "mean" (the default), "sum", or "none". */
export type Reduction = "mean" | "sum" | "none";
export interface LossOptions<R extends Reduction = Reduction> {
  readonly reduction?: R;
}
export type LossShape<R extends Reduction, S extends Shape> = R extends "none" ? S : [];

/** Throws ValueError for another word. */
export function reductionOf(name: string, reduction: Reduction = "mean"): Reduction {
  if (reduction === "none" || reduction === "sum" || reduction === "mean") return reduction;
  throw new ValueError(`${name}: reduction must be "mean", "sum" or "none", not ${JSON.stringify(reduction)}`);
}

/** As it is, summed or averaged. */
export function folded(name: string, loss: Tensor, reduction: Reduction | undefined): Tensor {
  const how = reductionOf(name, reduction);
  if (how === "none") return loss;
  return how === "sum" ? loss.sum() : loss.mean();
}

/** The same of elements with weights, by which the mean divides. */
export function foldedBy(name: string, loss: Tensor, weight: Tensor, reduction: Reduction | undefined): Tensor {
  const weighted = loss.mul(weight);
  return reductionOf(name, reduction) === "mean" ? weighted.sum().div(weight.sum()) : folded(name, weighted, reduction);
}

/** Throws ShapeError unless two tensors have one shape. */
export function checkSameShape(name: string, input: Tensor, what: string, other: Tensor): void {
  if (sameShape(input.shape, other.shape)) return;
  throw new ShapeError(`${name}: the ${what} has shape ${formatShape(other.shape)}, but the input ${formatShape(input.shape)}: they must be the same`);
}

/** Throws ShapeError unless a tensor broadcasts to the shape of the input. */
export function checkFits(name: string, input: Tensor, what: string, other: Tensor): void {
  if (sameShape(broadcastShapes(name, input.shape, other.shape), input.shape)) return;
  throw new ShapeError(`${name}: the ${what} of shape ${formatShape(other.shape)} cannot be broadcast to the input's shape ${formatShape(input.shape)}`);
}
