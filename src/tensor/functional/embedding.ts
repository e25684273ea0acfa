/**
 * @file Rows looked up by number, and numbers as rows: embedding and oneHot. Written with the methods of tensors, so a lookup has a gradient:
 * each row's is added where it came from. ../functional.ts passes them on.
 */
import { DTypeError, IndexError, ShapeError, ValueError } from "../../core/errors.js";
import type { DType } from "../../core/dtype.js";
import { formatShape, type Shape } from "../../core/shape.js";
import type { IsUnknownRank } from "../../core/static-shape.js";
import { checkIndices, rangeOf } from "../../ops/gathering.js";
import { arange } from "../create.js";
import type { Tensor } from "../class.js";
import { implOf } from "../install.js";
import { checkOptions } from "./options.js";

/** S with one more size. */
type With<S extends Shape, N extends number> = IsUnknownRank<S> extends true ? Shape : [...S, N];

/** `embedding`: the row that is not learned. */
export interface EmbeddingOptions {
  /** Its gradient stays 0; a negative number counts from the end. */
  readonly paddingIdx?: number | undefined;
}

/** The number of the padding row, counted from the start. */
function paddingRow(paddingIdx: number | undefined, rows: number): number | undefined {
  if (paddingIdx === undefined) return undefined;
  if (!Number.isInteger(paddingIdx) || paddingIdx >= rows || paddingIdx < -rows) {
    throw new ValueError(`embedding: paddingIdx must be a row of the weight, from ${-rows} to ${rows - 1}, not ${paddingIdx}`);
  }
  return paddingIdx < 0 ? rows + paddingIdx : paddingIdx;
}

const isIndex = (x: Tensor): x is Tensor<Shape, "int64" | "int32"> => x.dtype === "int64" || x.dtype === "int32";

/**
 * The rows of a weight of [V, E] that the input's elements number: an input of any shape S gives [...S, E]. The input is int64 or int32. Options:
 * paddingIdx (the row whose gradient stays 0).
 * @throws IndexError for a number that is no row, when the call is made; ShapeError unless the weight is a matrix; DTypeError; ValueError
 * @example F.embedding(tensor([2, 0]), tensor([[1, 2], [3, 4], [5, 6]])) // tensor([[5, 6], [1, 2]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
 */
export function embedding<S extends Shape, D extends DType, const W extends Shape>(
  input: Tensor<S>, weight: Tensor<W, D>, options?: EmbeddingOptions,
): Tensor<W extends readonly [number, infer E extends number] ? With<S, E> : Shape, D>;
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkOptions("embedding", options, ["paddingIdx"]);
  const numbers = implOf("embedding", input);
  if (weight.ndim !== 2) throw new ShapeError(`embedding: expected a weight of shape [V, E], not ${formatShape(weight.shape)}`);
  if (!isIndex(input)) throw new DTypeError(`embedding: expected an input of dtype int64 or int32, not ${input.dtype}: cast it with .long()`);
  const padding = paddingRow(options.paddingIdx, weight.shape[0]);
  checkIndices("embedding", numbers.operand(), weight.shape[0], 0);
  const rows: Tensor = weight.indexSelect(0, input.reshape(-1)).reshape([...input.shape, weight.shape[1]]);
  return padding === undefined || !rows.requiresGrad ? rows : rows.detach().where(input.eq(padding).unsqueeze(-1), rows);
}

/**
 * 1 at each element's own place along a new last dimension, 0 elsewhere: int64 numbers of shape S give int64 of [...S, numClasses]. Without
 * `numClasses` (or with -1) there are as many classes as the largest element needs; the elements are looked at when the call is made.
 * @throws DTypeError unless the input is int64; IndexError for a class that is negative or too large; ValueError where the number of classes
 * cannot be known: for an empty input, and inside compile(fn)
 * @example F.oneHot(tensor([0, 2])) // tensor([[1, 0, 0], [0, 0, 1]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
 */
export function oneHot<S extends Shape, const N extends number = number>(input: Tensor<S, "int64">, numClasses?: N): Tensor<With<S, N>, "int64">;
export function oneHot(input: Tensor, numClasses = -1): Tensor {
  if (input.dtype !== "int64") throw new DTypeError(`oneHot: the input is ${input.dtype}, but classes must be int64: cast it with .long()`);
  if (!Number.isInteger(numClasses) || numClasses < -1) throw new ValueError(`oneHot: numClasses must be a whole number from 0, or -1, not ${numClasses}`);
  const range = rangeOf(implOf("oneHot", input).operand());
  const isKnown = range !== undefined && Number.isFinite(range.most);
  if (!isKnown && numClasses <= 0 && (numClasses === -1 || range === undefined)) {
    throw new ValueError("oneHot: the number of classes cannot be told from an empty input, nor inside compile(fn): give numClasses");
  }
  const count = numClasses === -1 ? (range?.most ?? -1) + 1 : numClasses;
  if (isKnown && (range.least < 0 || range.most >= count)) {
    throw new IndexError(`oneHot: class ${range.least < 0 ? range.least : range.most} is not among the ${count} classes, counted from 0`);
  }
  return input.unsqueeze(-1).eq(arange(count)).long();
}
