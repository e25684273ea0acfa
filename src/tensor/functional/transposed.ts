/**
 * @file Transposed convolutions as functions of `F`: the gradient of a convolution by its input, used forwards. They read options and shapes;
 * what is computed is in ops/convolution.ts. ../functional.ts passes them on.
 */
import { ShapeError, ValueError } from "../../core/errors.js";
import type { DType } from "../../core/dtype.js";
import { formatShape, type Shape } from "../../core/shape.js";
import { convolutionInput, geometryOf } from "../../ops/convolution.js";
import { sizesFor } from "../../ops/sliding.js";
import { Tensor } from "../class.js";
import { implOf } from "../install.js";
import type { TransposedShape } from "../signatures-windows.js";
import { checkOptions } from "./options.js";

/** Numbers, or one for each dimension. */
export interface TransposedConvolutionOptions {
  /** How far apart the input's elements come to lie in the output. Default 1. */
  readonly stride?: number | readonly number[];
  /** How much is cut off at both ends of the output. Default 0. */
  readonly padding?: number | readonly number[];
  /** Added at one end of the output: less than the stride or the dilation. Default 0. */
  readonly outputPadding?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  readonly groups?: number;
}

function checkShapes(name: string, rank: number, x: Shape, w: Shape, groups: number): void {
  const both = `${formatShape(x)} and ${formatShape(w)}`;
  if (w.length !== rank + 2 || (x.length !== rank + 2 && x.length !== rank + 1)) {
    throw new ShapeError(`${name}: expects an input of ${rank + 2} dimensions (or ${rank + 1}, without a batch) and a weight of ${rank + 2}, not ${both}`);
  }
  const channels = x[x.length - rank - 1];
  if (channels !== w[0]) throw new ShapeError(`${name}: the input has ${channels} channels, but the weight takes ${w[0]}: ${both}`);
  if (w[0] % groups !== 0) throw new ShapeError(`${name}: ${groups} groups do not divide the ${w[0]} channels of the weight: ${both}`);
}

function transposed(name: string, rank: number, input: Tensor, weight: Tensor, bias: Tensor | null | undefined, options: TransposedConvolutionOptions): Tensor {
  checkOptions(name, options, ["stride", "padding", "outputPadding", "dilation", "groups"]);
  const [given, w] = [implOf(name, input), implOf(name, weight)];
  const { outputPadding = 0, ...rest } = options;
  if (typeof rest.padding === "string") throw new ValueError(`${name}: padding must be numbers, not ${JSON.stringify(rest.padding)}`);
  const { geometry } = geometryOf(name, rest, w.shape.slice(2));
  checkShapes(name, rank, given.shape, w.shape, geometry.groups);
  const more = sizesFor(name, "outputPadding", outputPadding, rank, 0);
  const sizes = given.shape.slice(-rank).map((size, d) => {
    const [stride, dilation] = [geometry.stride[d], geometry.dilation[d]];
    if (more[d] >= stride && more[d] >= dilation) {
      throw new ValueError(`${name}: outputPadding must be less than the stride or the dilation, but ${more[d]} is not below ${stride} or ${dilation}`);
    }
    return (size - 1) * stride - 2 * geometry.before[d] + dilation * (w.shape[d + 2] - 1) + more[d] + 1;
  });
  const x = given.shape.length === rank + 1 ? implOf(name, input.unsqueeze(0)) : given;
  if (sizes.some((size) => size < 1) || x.shape.slice(1).includes(0)) {
    throw new ShapeError(`${name}: an input of ${formatShape(given.shape)} and a kernel of ${formatShape(w.shape.slice(2))} leave an output of ${formatShape(sizes)}`);
  }
  const features = w.shape[1] * geometry.groups;
  const result: Tensor = new Tensor(convolutionInput(name, x, w, [x.shape[0], features, ...sizes], geometry));
  const biased = bias === undefined || bias === null ? result : result.add(channelled(name, bias, features, rank));
  return given === x ? biased : biased.squeeze(0);
}

function channelled(name: string, bias: Tensor, features: number, rank: number): Tensor {
  const { shape } = implOf(name, bias);
  if (shape.length !== 1 || shape[0] !== features) throw new ShapeError(`${name}: the bias must have shape [${features}], not ${formatShape(shape)}`);
  return bias.reshape([features, ...Array.from({ length: rank }, () => 1)]);
}

/**
 * Puts a kernel, times the input's element, at each place of a larger image: an input of [N, C, H, W] (or [C, H, W]) and a weight of
 * [C, O / groups, KH, KW] give [N, O, H', W'], H' = (H - 1) · stride - 2 · padding + dilation · (KH - 1) + outputPadding + 1. Options: `stride` 1,
 * `padding` 0, `outputPadding` 0, `dilation` 1, `groups` 1; one number or two. The bias has shape [O].
 * @throws ShapeError where channels, groups or sizes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.convTranspose2d(ones([1, 1, 2, 2]), ones([1, 1, 2, 2]), null, { stride: 2 }).shape // [1, 1, 4, 4]
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html
 */
export function convTranspose2d<S extends Shape, D extends DType, W extends Shape, const O extends TransposedConvolutionOptions = object>(
  input: Tensor<S, D>, weight: Tensor<W, D>, bias?: Tensor<Shape, D> | null, options?: O & TransposedConvolutionOptions,
): Tensor<TransposedShape<S, W, O>, D>;
export function convTranspose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: TransposedConvolutionOptions = {}): Tensor {
  return transposed("convTranspose2d", 2, input, weight, bias, options);
}

/**
 * As `convTranspose2d`, of sequences: an input of [N, C, L] (or [C, L]) and a weight of [C, O / groups, K] give [N, O, L'].
 * @throws ShapeError where channels, groups or sizes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.convTranspose1d(tensor([[[1, 2]]]).float(), tensor([[[1, 1]]]).float()) // tensor([[[1., 3., 2.]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html
 */
export function convTranspose1d<S extends Shape, D extends DType, W extends Shape, const O extends TransposedConvolutionOptions = object>(
  input: Tensor<S, D>, weight: Tensor<W, D>, bias?: Tensor<Shape, D> | null, options?: O & TransposedConvolutionOptions,
): Tensor<TransposedShape<S, W, O>, D>;
export function convTranspose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: TransposedConvolutionOptions = {}): Tensor {
  return transposed("convTranspose1d", 1, input, weight, bias, options);
}
