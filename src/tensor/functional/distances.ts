/**
 * @file How far vectors are apart, and the losses of `F` that are made of it: cosine similarity, distances, margins. Written with the methods of
 * tensors, so they have gradients. ../functional.ts passes them on.
 */
import { ShapeError, ValueError } from "../../core/errors.js";
import { isFloating, type DType } from "../../core/dtype.js";
import { broadcastShapes, formatShape, normalizeDim, type Shape } from "../../core/shape.js";
import type { Reduce } from "../../core/static-shape.js";
import { checkDomain } from "../../ops/kinds.js";
import type { Tensor } from "../class.js";
import type { BroadcastShape, CheckPair, Common, KeepOf, ShapeOf } from "../static.js";
import { folded, type LossOptions, type LossShape, type Reduction } from "./loss-folding.js";
import { checkOptions } from "./options.js";

/** `cosineSimilarity`: along which dimension (1), and the least norm that is divided by (1e-8). */
export interface CosineOptions {
  readonly dim?: number;
  readonly eps?: number;
}

/**
 * x1 · x2 / (‖x1‖ ‖x2‖) along a dimension of the shape that both broadcast to. Options: dim (1), eps (1e-8: the least norm). Floats, or
 * integers beside floats.
 * @throws ShapeError where shapes do not broadcast; DTypeError for two integers; IndexError for a dimension out of range
 * @example F.cosineSimilarity(tensor([[1, 0], [1, 1]]).float(), tensor([[1, 1], [2, 2]]).float()) // tensor([0.7071, 1.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html
 */
export function cosineSimilarity<A extends Tensor, B extends Tensor>(x1: A, x2: B & CheckPair<A, B>, options?: CosineOptions): Tensor<Shape, Common<A, B>>;
export function cosineSimilarity(x1: Tensor, x2: Tensor, options: CosineOptions = {}): Tensor {
  const name = "cosineSimilarity";
  checkOptions(name, options, ["dim", "eps"]);
  const { dim = 1, eps = 1e-8 } = options;
  const shape = broadcastShapes(name, x1.shape, x2.shape);
  const d = normalizeDim(name, dim, shape.length);
  const dtype = isFloating(x1.dtype) && !(x2.dtype === "float64" && x1.dtype === "float32") ? x1.dtype : x2.dtype;
  checkDomain(name, "floating", dtype);
  const [a, b] = [x1, x2].map((x) => unit(x.to(dtype).expand(shape), d, eps));
  return shape.length === 0 ? a.mul(b) : a.mul(b).sum(d);
}

/** x over its norm, or over eps where the norm is smaller; as in PyTorch the gradient passes the bound by. */
function unit(x: Tensor, dim: number, eps: number): Tensor {
  const length: Tensor = x.ndim === 0 ? x.abs() : x.norm(2, dim, { keepdim: true });
  const known = length.detach();
  return x.div(length.add(known.clamp(eps).sub(known)));
}

/** `pairwiseDistance`: the order of the norm (2), what is added to each difference (1e-6), and whether the dimension stays. */
export interface DistanceOptions {
  readonly p?: number;
  readonly eps?: number;
  readonly keepdim?: boolean;
}
type LastReduced<S extends Shape, K extends boolean> = Reduce<S, -1, K>;

/**
 * ‖x1 - x2 + eps‖ of order p, along the last dimension. Options: p (2), eps (1e-6), keepdim (false). Broadcast and promoted.
 * @throws ShapeError where shapes do not broadcast; DTypeError for integers
 * @example F.pairwiseDistance(tensor([[0, 0], [1, 1]]).float(), tensor([3, 4]).float()) // tensor([5.0000, 3.6056])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html
 */
export function pairwiseDistance<A extends Tensor, B extends Tensor, const O extends DistanceOptions = DistanceOptions>(
  x1: A, x2: B & CheckPair<A, B>, options?: O,
): Tensor<LastReduced<BroadcastShape<ShapeOf<A>, ShapeOf<B>>, KeepOf<O>>, Common<A, B>>;
export function pairwiseDistance(x1: Tensor, x2: Tensor, options: DistanceOptions = {}): Tensor {
  checkOptions("pairwiseDistance", options, ["p", "eps", "keepdim"]);
  const { p = 2, eps = 1e-6, keepdim = false } = options;
  return x1.sub(x2).add(eps).norm(p, -1, { keepdim });
}

/** The margin of a loss: what it is by default, the loss says. */
export interface MarginOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  readonly margin?: number;
}

/**
 * The mean of 1 - cos(x1, x2) where the target is 1, and of max(0, cos(x1, x2) - margin) where it is -1. Inputs of [N, D] with a target of [N],
 * or of [D] with []. Options: margin (0), reduction. Floats only.
 * @throws ShapeError for other shapes
 * @example F.cosineEmbeddingLoss(tensor([[1, 0]]).float(), tensor([[1, 1]]).float(), tensor([1])) // tensor(0.2929)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html
 */
export function cosineEmbeddingLoss<D extends DType, T extends Shape, const R extends Reduction = "mean">(
  input1: Tensor<Shape, D>, input2: Tensor<Shape, D>, target: Tensor<T>, options?: MarginOptions<R>,
): Tensor<LossShape<R, T>, D>;
export function cosineEmbeddingLoss(input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const name = "cosineEmbeddingLoss";
  checkOptions(name, options, ["reduction", "margin"]);
  const { margin = 0, reduction } = options;
  if (target.ndim > 1 || input1.ndim !== target.ndim + 1 || input2.ndim !== target.ndim + 1) {
    throw new ShapeError(
      `${name}: inputs of shape ${formatShape(input1.shape)} and ${formatShape(input2.shape)} with a target of ${formatShape(target.shape)}: expected [N, D] with [N], or [D] with []`,
    );
  }
  checkDomain(name, "floating", input1.mul(input2).dtype);
  const least = 1e-12;
  const [products, first, second] = [input1.mul(input2), input1.square(), input2.square()].map((x) => x.sum(-1));
  const cosine: Tensor = products.div(first.add(least).mul(second.add(least)).sqrt());
  return folded(name, byTarget(target, cosine.neg().add(1), cosine.sub(margin).clamp(0)), reduction);
}

/** One where the target is 1, the other where it is -1, both elsewhere added to nothing. */
function byTarget(target: Tensor, one: Tensor, minusOne: Tensor): Tensor {
  return one.where(target.eq(1), 0).add(minusOne.where(target.eq(-1), 0));
}

/**
 * The mean of max(0, margin - t (x1 - x2)): x1 should be the larger where the target is 1, x2 where it is -1. Broadcast; all three have as many
 * dimensions. Options: margin (0), reduction.
 * @throws ShapeError where the numbers of dimensions differ, or shapes do not broadcast
 * @example F.marginRankingLoss(tensor([1, 2]).float(), tensor([2, 1]).float(), tensor([1, 1])) // tensor(0.5000)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html
 */
export function marginRankingLoss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input1: A, input2: B & CheckPair<A, B>, target: Tensor, options?: MarginOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>, Common<A, B>>;
export function marginRankingLoss(input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const name = "marginRankingLoss";
  checkOptions(name, options, ["reduction", "margin"]);
  const { margin = 0, reduction } = options;
  if (input1.ndim !== input2.ndim || input1.ndim !== target.ndim) {
    const shapes = [input1, input2, target].map((x) => formatShape(x.shape)).join(", ");
    throw new ShapeError(`${name}: the two inputs and the target must have as many dimensions, not the shapes ${shapes}`);
  }
  return folded(name, target.neg().mul(input1.sub(input2)).add(margin).clamp(0), reduction);
}

/**
 * The mean of x where the target is 1, and of max(0, margin - x) where it is -1. Broadcast. Options: margin (1), reduction.
 * @throws ShapeError where shapes do not broadcast
 * @example F.hingeEmbeddingLoss(tensor([0.5, 0.25]), tensor([1, -1])) // tensor(0.6250)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html
 */
export function hingeEmbeddingLoss<A extends Tensor, B extends Tensor, const R extends Reduction = "mean">(
  input: A, target: B & CheckPair<A, B>, options?: MarginOptions<R>,
): Tensor<LossShape<R, BroadcastShape<ShapeOf<A>, ShapeOf<B>>>>;
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  checkOptions("hingeEmbeddingLoss", options, ["reduction", "margin"]);
  const { margin = 1, reduction } = options;
  const apart: Tensor = input.neg().add(margin).clamp(0);
  // A target that is neither counts both.
  return folded("hingeEmbeddingLoss", apart.where(target.ne(1), 0).add(input.where(target.ne(-1), 0)), reduction);
}

/** `tripletMarginLoss`: the margin (1), the norm of the distances (2), what is added to differences (1e-6), and whether the harder pair counts. */
export interface TripletOptions<R extends Reduction = Reduction> extends MarginOptions<R> {
  readonly p?: number;
  readonly eps?: number;
  /** Whether the distance of positive and negative counts where it is smaller than that of anchor and negative. Default false. */
  readonly swap?: boolean;
}

/**
 * The mean of max(0, ‖anchor - positive‖ - ‖anchor - negative‖ + margin) over vectors along the last dimension. Options: margin (1), p (2), eps
 * (1e-6), swap (false), reduction. All three have as many dimensions. Floats only.
 * @throws ShapeError where the numbers of dimensions differ, or shapes do not broadcast; ValueError unless the margin is positive
 * @example F.tripletMarginLoss(tensor([[0, 0]]).float(), tensor([[0, 1]]).float(), tensor([[1.5, 0]])) // tensor(0.5000)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_loss.html
 */
export function tripletMarginLoss<S extends Shape, D extends DType, const R extends Reduction = "mean">(
  anchor: Tensor<S, D>, positive: Tensor<Shape, D>, negative: Tensor<Shape, D>, options?: TripletOptions<R>,
): Tensor<LossShape<R, Shape>, D>;
export function tripletMarginLoss(anchor: Tensor, positive: Tensor, negative: Tensor, options: TripletOptions = {}): Tensor {
  const name = "tripletMarginLoss";
  checkOptions(name, options, ["reduction", "margin", "p", "eps", "swap"]);
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction } = options;
  if (!(margin > 0)) throw new ValueError(`${name}: the margin must be positive, but it is ${margin}`);
  if (![positive, negative].every((x) => x.ndim === anchor.ndim)) {
    const shapes = [anchor, positive, negative].map((x) => formatShape(x.shape)).join(", ");
    throw new ShapeError(`${name}: anchor, positive and negative must have as many dimensions, not the shapes ${shapes}`);
  }
  const near: Tensor = pairwiseDistance(anchor, positive, { p, eps });
  const far: Tensor = pairwiseDistance(anchor, negative, { p, eps });
  const nearest = swap ? far.minimum(pairwiseDistance(positive, negative, { p, eps })) : far;
  return folded(name, near.add(margin).sub(nearest).clamp(0), reduction);
}
