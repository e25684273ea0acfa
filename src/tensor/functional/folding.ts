/**
 * @file Images as columns and back, and channels as pixels: unfold, fold, pixelShuffle, pixelUnshuffle, channelShuffle. They move elements and
 * add them up; windows are in ops/sliding.ts. ../functional.ts passes them on.
 */
import type { DType } from "../../core/dtype.js";
import { ShapeError, ValueError } from "../../core/errors.js";
import { formatShape, numel, type Shape } from "../../core/shape.js";
import { checkDomain } from "../../ops/kinds.js";
import { checkSpace, overlaid, sizesFor, windowsOf, type Sliding } from "../../ops/sliding.js";
import { Tensor } from "../class.js";
import { implOf } from "../install.js";
import { checkOptions } from "./options.js";

/** How blocks walk over an image: numbers, or one for each dimension. */
export interface FoldOptions {
  readonly dilation?: number | readonly number[];
  readonly padding?: number | readonly number[];
  /** Default 1. */
  readonly stride?: number | readonly number[];
}

function blocksOf(name: string, input: Shape, kernelSize: number | readonly number[], options: FoldOptions): Sliding {
  checkOptions(name, options, ["dilation", "padding", "stride"]);
  const kernel = sizesFor(name, "kernelSize", kernelSize, 2, 1);
  const stride = sizesFor(name, "stride", options.stride ?? 1, 2, 1);
  const dilation = sizesFor(name, "dilation", options.dilation ?? 1, 2, 1);
  const before = sizesFor(name, "padding", options.padding ?? 0, 2, 0);
  const output = input.map((size, d) => Math.floor((size + 2 * before[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d]) + 1);
  if (output.some((size) => size < 1)) throw new ShapeError(`${name}: blocks of ${formatShape(kernel)} are larger than an image of ${formatShape(input)} with its border`);
  return { kernel, stride, dilation, before, output };
}

/**
 * The blocks of images as columns: [N, C, H, W] gives [N, C · KH · KW, L], L being the number of blocks; without N the same. `kernelSize` is a
 * number or two; options `dilation` 1, `padding` 0, `stride` 1. A copy.
 * @throws ShapeError for another number of dimensions or blocks larger than the image; ValueError for options
 * @example F.unfold(arange(4).reshape(1, 2, 2), 2) // tensor([[0], [1], [2], [3]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html
 */
export function unfold<S extends Shape, D extends DType>(input: Tensor<S, D>, kernelSize: number | readonly number[], options?: FoldOptions): Tensor<Shape, D>;
export function unfold(input: Tensor, kernelSize: number | readonly number[], options: FoldOptions = {}): Tensor {
  const x = implOf("unfold", input);
  checkSpace("unfold", x.shape, 2);
  const blocks = blocksOf("unfold", x.shape.slice(-2), kernelSize, options);
  const lead = x.shape.slice(0, -3);
  const windows: Tensor = new Tensor(windowsOf(x, blocks));
  const columns = windows.movedim([-2, -1], [-4, -3]);
  const result = columns.reshape([...lead, x.shape[x.shape.length - 3] * numel(blocks.kernel), numel(blocks.output)]);
  return apartFrom(input, result);
}

/**
 * Columns as blocks of images, added up where they overlap: [N, C · KH · KW, L] gives [N, C, H, W], `outputSize` being H and W; without N the same.
 * Takes what `unfold` gives with the same options, but is not its inverse: what several blocks have is there several times.
 * @throws ShapeError where the channels or the number of blocks do not fit; ValueError for options; DTypeError for bool
 * @example F.fold(ones([1, 4, 4]), [3, 3], 2) // tensor([[[[1., 2., 1.], [2., 4., 2.], [1., 2., 1.]]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.fold.html
 */
export function fold<S extends Shape, D extends DType>(
  input: Tensor<S, D>, outputSize: number | readonly number[], kernelSize: number | readonly number[], options?: FoldOptions,
): Tensor<Shape, D>;
export function fold(input: Tensor, outputSize: number | readonly number[], kernelSize: number | readonly number[], options: FoldOptions = {}): Tensor {
  const x = implOf("fold", input);
  checkDomain("fold", "number", x.dtype);
  const size = sizesFor("fold", "outputSize", outputSize, 2, 1);
  const blocks = blocksOf("fold", size, kernelSize, options);
  const [rows, columns] = x.shape.slice(-2);
  const [elements, count] = [numel(blocks.kernel), numel(blocks.output)];
  if (x.shape.length < 2 || x.shape.length > 3 || rows % elements !== 0 || rows === 0 || columns !== count) {
    throw new ShapeError(
      `fold: blocks of ${formatShape(blocks.kernel)} in an image of ${formatShape(size)} are [N, C · ${elements}, ${count}], with or without N, not ${formatShape(x.shape)}`,
    );
  }
  const apart = input.reshape([...x.shape.slice(0, -2), rows / elements, ...blocks.kernel, ...blocks.output]);
  const windows = implOf("fold", apart.movedim([-4, -3], [-2, -1]));
  return new Tensor(overlaid(windows, size, blocks));
}

/** The result in memory of its own: where nothing was moved, it is a view of the input. */
const apartFrom = (input: Tensor, result: Tensor): Tensor => (result.impl.storage === input.impl.storage ? result.clone() : result);

const whole = (name: string, what: string, value: number): number => {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ValueError(`${name}: ${what} must be a whole number of at least 1, not ${value}`);
};

/** The last three dimensions, which there must be. */
function imageOf(name: string, shape: Shape): readonly [lead: Shape, channels: number, height: number, width: number] {
  if (shape.length < 3) throw new ShapeError(`${name}: expects an input of [..., C, H, W], not ${formatShape(shape)}`);
  const [channels, height, width] = shape.slice(-3);
  return [shape.slice(0, -3), channels, height, width];
}

/**
 * Channels as pixels: [..., C · r², H, W] gives [..., C, H · r, W · r], for `upscaleFactor` r.
 * @throws ShapeError where r² does not divide the channels; ValueError for a factor below 1
 * @example F.pixelShuffle(arange(4).reshape(4, 1, 1), 2) // tensor([[[0, 1], [2, 3]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pixel_shuffle.html
 */
export function pixelShuffle<S extends Shape, D extends DType>(input: Tensor<S, D>, upscaleFactor: number): Tensor<{ -readonly [I in keyof S]: number }, D>;
export function pixelShuffle(input: Tensor, upscaleFactor: number): Tensor {
  const r = whole("pixelShuffle", "upscaleFactor", upscaleFactor);
  const [lead, channels, height, width] = imageOf("pixelShuffle", implOf("pixelShuffle", input).shape);
  if (channels % (r * r) !== 0) throw new ShapeError(`pixelShuffle: ${r}² does not divide the ${channels} channels of ${formatShape(input.shape)}`);
  const apart = input.reshape([...lead, channels / (r * r), r, r, height, width]).movedim([-4, -3], [-3, -1]);
  return apartFrom(input, apart.reshape([...lead, channels / (r * r), height * r, width * r]));
}

/**
 * Pixels as channels: [..., C, H · r, W · r] gives [..., C · r², H, W], for `downscaleFactor` r.
 * @throws ShapeError where r does not divide the height and the width; ValueError for a factor below 1
 * @example F.pixelUnshuffle(arange(4).reshape(1, 2, 2), 2).shape // [4, 1, 1]
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pixel_unshuffle.html
 */
export function pixelUnshuffle<S extends Shape, D extends DType>(input: Tensor<S, D>, downscaleFactor: number): Tensor<{ -readonly [I in keyof S]: number }, D>;
export function pixelUnshuffle(input: Tensor, downscaleFactor: number): Tensor {
  const r = whole("pixelUnshuffle", "downscaleFactor", downscaleFactor);
  const [lead, channels, height, width] = imageOf("pixelUnshuffle", implOf("pixelUnshuffle", input).shape);
  if (height % r !== 0 || width % r !== 0) throw new ShapeError(`pixelUnshuffle: ${r} does not divide the height and the width of ${formatShape(input.shape)}`);
  const apart = input.reshape([...lead, channels, height / r, r, width / r, r]).movedim([-3, -1], [-4, -3]);
  return apartFrom(input, apart.reshape([...lead, channels * r * r, height / r, width / r]));
}

/**
 * The channels of [N, C, ...], in `groups`, dealt out like cards: the first of each group, then the second of each.
 * @throws ShapeError below three dimensions and where the groups do not divide the channels; ValueError for less than one group
 * @example F.channelShuffle(arange(4).reshape(1, 4, 1), 2).flatten() // tensor([0, 2, 1, 3])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.channel_shuffle.html
 */
export function channelShuffle<S extends Shape, D extends DType>(input: Tensor<S, D>, groups: number): Tensor<S, D>;
export function channelShuffle(input: Tensor, groups: number): Tensor {
  const g = whole("channelShuffle", "groups", groups);
  const { shape } = implOf("channelShuffle", input);
  if (shape.length < 3) throw new ShapeError(`channelShuffle: expects an input of [N, C, ...] with at least three dimensions, not ${formatShape(shape)}`);
  if (shape[1] % g !== 0) throw new ShapeError(`channelShuffle: ${g} groups do not divide the ${shape[1]} channels of ${formatShape(shape)}`);
  return apartFrom(input, input.reshape([shape[0], g, shape[1] / g, ...shape.slice(2)]).transpose(1, 2).reshape(shape));
}
