/**
 * @file Adaptive pooling as functions of `F`: so many nearly equal parts, whatever the input's size. Parts that are equal are windows; others are
 * a table (ops/resampling.ts) or found by position (ops/pooling.ts). ../functional.ts passes them on.
 */
import type { DType } from "../../core/dtype.js";
import { ShapeError, ValueError } from "../../core/errors.js";
import { formatShape, numel, type Shape } from "../../core/shape.js";
import { checkDomain } from "../../ops/kinds.js";
import { adaptivePositions } from "../../ops/pooling.js";
import { means } from "../../ops/resampling-tables.js";
import { resample } from "../../ops/resampling.js";
import { TensorImpl } from "../../graph/storage.js";
import { Tensor } from "../class.js";
import { zeros } from "../create.js";
import { implOf } from "../install.js";
import type { AdaptedShape } from "../signatures-windows.js";
import { checkOptions } from "./options.js";
import { asAsked, avgPooled, maxPooled, type MaxPooled } from "./pooling.js";

/** A number of parts for each dimension, one for all of them; null leaves a dimension as it is. */
export type OutputSize = number | null | readonly (number | null)[];

export interface AdaptiveMaxPoolOptions<I extends boolean = boolean> {
  /** Whether the positions in the input's last dimensions are wanted too. Default false. */
  readonly returnIndices?: I;
}

/** How many parts there are in each of the last dimensions, which must not be empty. */
function outputOf(name: string, shape: Shape, outputSize: OutputSize, rank: number): number[] {
  const input = shape.slice(-rank);
  if ((shape.length !== rank + 1 && shape.length !== rank + 2) || numel(input) === 0) {
    const sizes = rank === 1 ? "L" : "H, W";
    throw new ShapeError(`${name}: expects an input of [N, C, ${sizes}] or [C, ${sizes}], whose ${sizes} must not be 0, not ${formatShape(shape)}`);
  }
  const list: unknown = Array.isArray(outputSize) ? outputSize : input.map(() => outputSize);
  if (!Array.isArray(list) || list.length !== rank) {
    throw new ValueError(`${name}: outputSize must be a number${rank === 1 ? "" : ` or ${rank} of them`}, not ${JSON.stringify(outputSize)}`);
  }
  return input.map((size, d) => {
    const wanted: unknown = list[d] ?? size;
    if (typeof wanted === "number" && Number.isSafeInteger(wanted) && wanted >= 0) return wanted;
    throw new ValueError(`${name}: outputSize must be whole numbers of at least 0, not ${JSON.stringify(outputSize)}`);
  });
}

/** The windows, where all parts are equal and there are elements at all. */
function equalParts(shape: Shape, output: readonly number[]): number[] | undefined {
  const kernel = output.map((count, d) => shape[shape.length - output.length + d] / count);
  return numel(shape) > 0 && kernel.every((size) => Number.isInteger(size)) ? kernel : undefined;
}

const empty = (x: TensorImpl, output: readonly number[], dtype: DType): Tensor => zeros([...x.shape.slice(0, -output.length), ...output], { dtype });

/** The mean of each of nearly equal parts of the last `rank` dimensions. */
export function adaptiveAvg(name: string, rank: number, input: Tensor, outputSize: OutputSize): Tensor {
  const x = implOf(name, input);
  checkDomain(name, "floating", x.dtype);
  const output = outputOf(name, x.shape, outputSize, rank);
  const kernel = equalParts(x.shape, output);
  if (kernel) return avgPooled(name, rank, input, kernel, {});
  const first = x.shape.length - rank;
  return output.reduce((result, count, d) => {
    const size = x.shape[first + d];
    return count === size ? result : new Tensor(resample(name, implOf(name, result), first + d, means(size, count)));
  }, input);
}

function adaptiveMax(name: string, rank: number, input: Tensor, outputSize: OutputSize, options: AdaptiveMaxPoolOptions) {
  checkOptions(name, options, ["returnIndices"]);
  const x = implOf(name, input);
  checkDomain(name, "number", x.dtype);
  const output = outputOf(name, x.shape, outputSize, rank);
  const kernel = equalParts(x.shape, output);
  if (kernel) return asAsked(maxPooled(name, rank, input, kernel, options));
  const shape = [...x.shape.slice(0, -rank), ...output];
  if (numel(shape) === 0) return asAsked({ values: empty(x, output, x.dtype), indices: options.returnIndices ? empty(x, output, "int64") : undefined });
  const indices = new Tensor(TensorImpl.of(adaptivePositions(x.detached(), output))).long();
  const values: Tensor = input.flatten(-rank).gather(-1, indices.flatten(-rank)).reshape(shape);
  return asAsked({ values, indices: options.returnIndices ? indices : undefined });
}

/**
 * The mean of each of `outputSize` (a number or two; null: as many as there are) nearly equal parts of the last two dimensions of [N, C, H, W]
 * or [C, H, W]. Floats only.
 * @throws ShapeError for another number of dimensions or an empty one; ValueError for sizes; DTypeError for integers and bool
 * @example F.adaptiveAvgPool2d(arange(16).float().reshape(1, 4, 4), 1) // tensor([[[7.5000]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html
 */
export function adaptiveAvgPool2d<S extends Shape, D extends DType, const N extends OutputSize>(input: Tensor<S, D>, outputSize: N): Tensor<AdaptedShape<S, N, 2>, D>;
export function adaptiveAvgPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptiveAvg("adaptiveAvgPool2d", 2, input, outputSize);
}

/**
 * As `adaptiveAvgPool2d`, over the last dimension of [N, C, L] or [C, L].
 * @throws ShapeError for another number of dimensions or an empty one; ValueError for sizes; DTypeError for integers and bool
 * @example F.adaptiveAvgPool1d(tensor([[1, 2, 3, 4]]).float(), 2) // tensor([[1.5000, 3.5000]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html
 */
export function adaptiveAvgPool1d<S extends Shape, D extends DType, const N extends OutputSize>(input: Tensor<S, D>, outputSize: N): Tensor<AdaptedShape<S, N, 1>, D>;
export function adaptiveAvgPool1d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptiveAvg("adaptiveAvgPool1d", 1, input, outputSize);
}

/**
 * The largest element of each of `outputSize` (a number or two; null: as many as there are) nearly equal parts of the last two dimensions of
 * [N, C, H, W] or [C, H, W]. `returnIndices` gives `{ values, indices }`, positions in H · W. Integers and floats.
 * @throws ShapeError for another number of dimensions or an empty one; ValueError for sizes; DTypeError for bool
 * @example F.adaptiveMaxPool2d(arange(16).reshape(1, 4, 4), 1) // tensor([[[15]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html
 */
export function adaptiveMaxPool2d<S extends Shape, D extends DType, const N extends OutputSize, const O extends AdaptiveMaxPoolOptions = object>(
  input: Tensor<S, D>, outputSize: N, options?: O & AdaptiveMaxPoolOptions,
): MaxPooled<AdaptedShape<S, N, 2>, D, O>;
export function adaptiveMaxPool2d(input: Tensor, outputSize: OutputSize, options: AdaptiveMaxPoolOptions = {}) {
  return adaptiveMax("adaptiveMaxPool2d", 2, input, outputSize, options);
}

/**
 * As `adaptiveMaxPool2d`, over the last dimension of [N, C, L] or [C, L].
 * @throws ShapeError for another number of dimensions or an empty one; ValueError for sizes; DTypeError for bool
 * @example F.adaptiveMaxPool1d(tensor([[1, 2, 3, 4]]), 2) // tensor([[2, 4]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool1d.html
 */
export function adaptiveMaxPool1d<S extends Shape, D extends DType, const N extends OutputSize, const O extends AdaptiveMaxPoolOptions = object>(
  input: Tensor<S, D>, outputSize: N, options?: O & AdaptiveMaxPoolOptions,
): MaxPooled<AdaptedShape<S, N, 1>, D, O>;
export function adaptiveMaxPool1d(input: Tensor, outputSize: OutputSize, options: AdaptiveMaxPoolOptions = {}) {
  return adaptiveMax("adaptiveMaxPool1d", 1, input, outputSize, options);
}
