/**
 * @file Layers' products as functions of `F`: linear, the convolutions, and the two gradients of a convolution. It reads options and
 * shapes; what is computed is in ops/convolution.ts and ops/matmul.ts.
 */
import { ShapeError, ValueError } from "../core/errors.js";
import type { DType } from "../core/dtype.js";
import { formatShape, type Shape } from "../core/shape.js";
import type { TensorImpl } from "../graph/storage.js";
import {
  checkOutput, checkShapes, convolutionInput, convolutionWeight, convolve, geometryOf, outputShape, type ConvolutionOptions,
} from "../ops/convolution.js";
import { Tensor } from "./class.js";
import { implOf } from "./install.js";
import type { CheckConvolution, CheckLinear, ConvolutionShape, LinearShape } from "./signatures-products.js";

/**
 * x Wᵀ + b: an input of [..., K] and a weight of [N, K] give [..., N]; with a weight of [K] they give [...]. The bias, of [N], goes into
 * the same kernel, and so does an activation that follows.
 * @throws ShapeError where K differs; DTypeError for different dtypes
 * @example F.linear(tensor([[1, 2]]), tensor([[1, 0], [0, 1], [1, 1]]), tensor([0, 0, 1])) // tensor([[1, 2, 4]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
export function linear<S extends Shape, D extends DType, W extends Shape>(
  input: Tensor<S, D>, weight: Tensor<W, D> & CheckLinear<S, W>, bias?: Tensor<Shape, D> | null,
): Tensor<LinearShape<S, W>, D>;
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  const [x, w] = [implOf("linear", input), implOf("linear", weight)];
  const inner = w.shape.at(-1);
  if (w.shape.length < 1 || w.shape.length > 2 || x.shape.at(-1) !== inner) {
    throw new ShapeError(
      `linear: an input of ${formatShape(x.shape)} and a weight of ${formatShape(w.shape)}: expected [..., in] and [out, in], with one size for in`,
    );
  }
  const result: Tensor = input.matmul(w.shape.length === 2 ? weight.transpose(0, 1) : weight);
  return bias === undefined || bias === null ? result : result.add(bias);
}

const optionNames = ["stride", "padding", "dilation", "groups"];

function checkNames(name: string, options: object): void {
  for (const key of Object.keys(options)) {
    if (!optionNames.includes(key)) throw new ValueError(`${name}: unknown option ${JSON.stringify(key)}: it takes ${optionNames.join(" and ")}`);
  }
}

/** A convolution over `rank` dimensions. */
function convolution(name: string, rank: number, input: Tensor, weight: Tensor, bias: Tensor | null | undefined, options: ConvolutionOptions): Tensor {
  checkNames(name, options);
  const [given, w] = [implOf(name, input), implOf(name, weight)];
  const x = given.shape.length === rank + 1 ? implOf(name, input.unsqueeze(0)) : given;
  checkShapes(name, x.shape, w.shape, rank, options.groups ?? 1);
  const { geometry, after } = geometryOf(name, options, w.shape.slice(2));
  const y = outputShape(name, x.shape, w.shape, geometry, after);
  const result: Tensor = new Tensor(convolve(name, x, w, y, geometry));
  const biased = bias === undefined || bias === null ? result : result.add(channelled(name, bias, w.shape[0], rank));
  return given === x ? biased : biased.squeeze(0);
}

function channelled(name: string, bias: Tensor, features: number, rank: number): Tensor {
  const { shape } = implOf(name, bias);
  if (shape.length !== 1 || shape[0] !== features) throw new ShapeError(`${name}: the bias must have shape [${features}], not ${formatShape(shape)}`);
  return bias.reshape([features, ...Array.from({ length: rank }, () => 1)]);
}

/** Checks what a gradient is made of, and gives the geometry. */
function gradientOf(name: string, rank: number, x: Shape, w: Shape, output: TensorImpl, options: ConvolutionOptions) {
  checkNames(name, options);
  checkShapes(name, x, w, rank, options.groups ?? 1);
  const { geometry, after } = geometryOf(name, options, w.slice(2));
  checkOutput(name, output.shape, outputShape(name, x, w, geometry, after));
  return geometry;
}

function byInput(name: string, rank: number, size: Shape, weight: Tensor, gradOutput: Tensor, options: ConvolutionOptions): Tensor {
  const [w, y] = [implOf(name, weight), implOf(name, gradOutput)];
  return new Tensor(convolutionInput(name, y, w, [...size], gradientOf(name, rank, size, w.shape, y, options)));
}

function byWeight(name: string, rank: number, input: Tensor, size: Shape, gradOutput: Tensor, options: ConvolutionOptions): Tensor {
  const [x, y] = [implOf(name, input), implOf(name, gradOutput)];
  return new Tensor(convolutionWeight(name, x, y, [...size], gradientOf(name, rank, x.shape, size, y, options)));
}

/**
 * Slides kernels over images: an input of [N, C, H, W] (or [C, H, W]) and a weight of [O, C / groups, KH, KW] give [N, O, H', W'],
 * H' = ⌊(H + 2 · padding - dilation · (KH - 1) - 1) / stride⌋ + 1. Options: `stride` 1, `padding` 0 (or "valid", "same"), `dilation`
 * 1, `groups` 1; one number or two. The bias, of [O], goes into the same kernel.
 * @throws ShapeError where channels, groups or sizes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2])) // tensor([[[[4., 4.], [4., 4.]]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 */
export function conv2d<S extends Shape, D extends DType, W extends Shape, const O extends ConvolutionOptions = object>(
  input: Tensor<S, D>, weight: Tensor<W, D> & CheckConvolution<"conv2d", S, W, O>, bias?: Tensor<Shape, D> | null, options?: O,
): Tensor<ConvolutionShape<S, W, O>, D>;
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvolutionOptions = {}): Tensor {
  return convolution("conv2d", 2, input, weight, bias, options);
}

/**
 * Slides kernels over sequences: an input of [N, C, L] (or [C, L]) and a weight of [O, C / groups, K] give [N, O, L']. All else as in
 * `conv2d`.
 * @throws ShapeError where channels, groups or sizes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.conv1d(tensor([[[1, 2, 3]]]).float(), tensor([[[1, 1]]]).float()) // tensor([[[3., 5.]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
 */
export function conv1d<S extends Shape, D extends DType, W extends Shape, const O extends ConvolutionOptions = object>(
  input: Tensor<S, D>, weight: Tensor<W, D> & CheckConvolution<"conv1d", S, W, O>, bias?: Tensor<Shape, D> | null, options?: O,
): Tensor<ConvolutionShape<S, W, O>, D>;
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvolutionOptions = {}): Tensor {
  return convolution("conv1d", 1, input, weight, bias, options);
}

/**
 * The gradient of `conv2d`'s input, which has shape `inputSize`, from the gradient of its output: PyTorch's torch.nn.grad.conv2d_input.
 * @throws ShapeError where shapes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.conv2dInput([1, 1, 2, 2], ones([1, 1, 2, 2]), ones([1, 1, 1, 1])) // tensor([[[[1., 1.], [1., 1.]]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 */
export function conv2dInput<const S extends Shape, D extends DType>(
  inputSize: S, weight: Tensor<Shape, D>, gradOutput: Tensor<Shape, D>, options?: ConvolutionOptions,
): Tensor<S, D>;
export function conv2dInput(inputSize: Shape, weight: Tensor, gradOutput: Tensor, options: ConvolutionOptions = {}): Tensor {
  return byInput("conv2dInput", 2, inputSize, weight, gradOutput, options);
}

/**
 * The gradient of `conv2d`'s weight, which has shape `weightSize`, from the gradient of its output: PyTorch's
 * torch.nn.grad.conv2d_weight.
 * @throws ShapeError where shapes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.conv2dWeight(ones([1, 1, 2, 2]), [1, 1, 2, 2], ones([1, 1, 1, 1])) // tensor([[[[1., 1.], [1., 1.]]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 */
export function conv2dWeight<const S extends Shape, D extends DType>(
  input: Tensor<Shape, D>, weightSize: S, gradOutput: Tensor<Shape, D>, options?: ConvolutionOptions,
): Tensor<S, D>;
export function conv2dWeight(input: Tensor, weightSize: Shape, gradOutput: Tensor, options: ConvolutionOptions = {}): Tensor {
  return byWeight("conv2dWeight", 2, input, weightSize, gradOutput, options);
}

/**
 * As `conv2dInput`, of `conv1d`.
 * @throws ShapeError where shapes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.conv1dInput([1, 1, 2], ones([1, 1, 2]), ones([1, 1, 1])) // tensor([[[1., 1.]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
 */
export function conv1dInput<const S extends Shape, D extends DType>(
  inputSize: S, weight: Tensor<Shape, D>, gradOutput: Tensor<Shape, D>, options?: ConvolutionOptions,
): Tensor<S, D>;
export function conv1dInput(inputSize: Shape, weight: Tensor, gradOutput: Tensor, options: ConvolutionOptions = {}): Tensor {
  return byInput("conv1dInput", 1, inputSize, weight, gradOutput, options);
}

/**
 * As `conv2dWeight`, of `conv1d`.
 * @throws ShapeError where shapes do not fit; DTypeError for integers or different dtypes; ValueError for options
 * @example F.conv1dWeight(ones([1, 1, 2]), [1, 1, 2], ones([1, 1, 1])) // tensor([[[1., 1.]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
 */
export function conv1dWeight<const S extends Shape, D extends DType>(
  input: Tensor<Shape, D>, weightSize: S, gradOutput: Tensor<Shape, D>, options?: ConvolutionOptions,
): Tensor<S, D>;
export function conv1dWeight(input: Tensor, weightSize: Shape, gradOutput: Tensor, options: ConvolutionOptions = {}): Tensor {
  return byWeight("conv1dWeight", 1, input, weightSize, gradOutput, options);
}
