/**
 * @file The normalisations of `F`: layer norm, RMS norm, normalize. Written with the methods of tensors, so they have gradients, and so
 * that each is one kernel over rows. ../functional.ts passes them on.
 */
import { ShapeError, ValueError } from "../../core/errors.js";
import type { DType } from "../../core/dtype.js";
import { formatShape, sameShape, type Shape } from "../../core/shape.js";
import { checkDomain } from "../../ops/kinds.js";
import type { Tensor } from "../class.js";
import { functions } from "../install.js";
import type { OpFunctions } from "../signatures.js";

/** As the method. */
export const softmax: OpFunctions["softmax"] = functions.softmax;
/** As the method. */
export const logSoftmax: OpFunctions["logSoftmax"] = functions.logSoftmax;

/** The last dimensions of a tensor, which must have the given shape; so must the factors, where there are any. */
function normalizedDims(name: string, input: Tensor, normalizedShape: Shape, factors: Readonly<Record<string, Tensor | undefined>>): number[] {
  checkDomain(name, "floating", input.dtype);
  const rank = normalizedShape.length;
  if (rank === 0) throw new ValueError(`${name}: normalizedShape must have at least one dimension`);
  const first = input.ndim - rank;
  if (first < 0 || !sameShape(input.shape.slice(first), normalizedShape)) {
    throw new ShapeError(`${name}: the input's shape ${formatShape(input.shape)} does not end in normalizedShape ${formatShape(normalizedShape)}`);
  }
  for (const [what, factor] of Object.entries(factors)) {
    if (factor && !sameShape(factor.shape, normalizedShape)) {
      throw new ShapeError(`${name}: ${what} has shape ${formatShape(factor.shape)}, expected normalizedShape ${formatShape(normalizedShape)}`);
    }
  }
  return normalizedShape.map((_, d) => first + d);
}

/**
 * (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance (divided by the number of elements) taken over the last dimensions, which
 * have `normalizedShape`. Any shape that ends in it; floats only. `weight` and `bias` have `normalizedShape`; without them nothing is multiplied
 * or added.
 * @throws ShapeError where a shape is not as said; DTypeError for integers and bool; ValueError for an empty normalizedShape
 * @example F.layerNorm(tensor([1, 2, 3]).float(), [3]) // tensor([-1.2247,  0.0000,  1.2247])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
 */
export function layerNorm<S extends Shape, D extends DType>(
  input: Tensor<S, D>, normalizedShape: Shape, weight?: Tensor, bias?: Tensor, eps?: number,
): Tensor<S, D>;
export function layerNorm(input: Tensor, normalizedShape: Shape, weight?: Tensor, bias?: Tensor, eps = 1e-5): Tensor {
  const dims = normalizedDims("layerNorm", input, normalizedShape, { weight, bias });
  const centered = input.sub(input.mean(dims, { keepdim: true }));
  const scale = centered.square().mean(dims, { keepdim: true }).add(eps).rsqrt();
  const scaled = weight ? centered.mul(scale).mul(weight) : centered.mul(scale);
  return bias ? scaled.add(bias) : scaled;
}

/** What 1 is away from the next larger number. */
const epsilon = { float32: 2 ** -23, float64: 2 ** -52 } as const;

/**
 * x / sqrt(mean of x² + eps) · weight, the mean taken over the last dimensions, which have `normalizedShape`. Any shape that ends in it; floats
 * only. `eps` is the dtype's own epsilon where none is given.
 * @throws ShapeError where a shape is not as said; DTypeError for integers and bool; ValueError for an empty normalizedShape
 * @example F.rmsNorm(tensor([3, 4]).float(), [2]) // tensor([0.8485, 1.1314])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.rms_norm.html
 */
export function rmsNorm<S extends Shape, D extends DType>(input: Tensor<S, D>, normalizedShape: Shape, weight?: Tensor, eps?: number): Tensor<S, D>;
export function rmsNorm(input: Tensor, normalizedShape: Shape, weight?: Tensor, eps?: number): Tensor {
  const dims = normalizedDims("rmsNorm", input, normalizedShape, { weight });
  const least = eps ?? (input.dtype === "float64" ? epsilon.float64 : epsilon.float32);
  const scaled = input.mul(input.square().mean(dims, { keepdim: true }).add(least).rsqrt());
  return weight ? scaled.mul(weight) : scaled;
}

/** The order of the norm (2), the dimension (1), and the least that is divided by (1e-12). */
export interface NormalizeOptions {
  readonly p?: number;
  readonly dim?: number;
  readonly eps?: number;
}

/**
 * x over its norm along a dimension, or over `eps` where the norm is smaller. Options: p (2), dim (1), eps (1e-12). Any shape; floats only.
 * @throws DTypeError for integers and bool; IndexError for a dimension out of range
 * @example F.normalize(tensor([3, 4]).float(), { dim: 0 }) // tensor([0.6000, 0.8000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html
 */
export function normalize<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: NormalizeOptions): Tensor<S, D>;
export function normalize(input: Tensor, { p = 2, dim = 1, eps = 1e-12 }: NormalizeOptions = {}): Tensor {
  checkDomain("normalize", "floating", input.dtype);
  return input.div(input.norm(p, dim, { keepdim: true }).clamp(eps));
}
