/**
 * @file Attention, dropout and the bilinear product of `F`: contractions with what stands around them. Written with the methods of tensors, so
 * they have gradients. ../functional.ts passes them on.
 */
import { DTypeError, ShapeError, ValueError } from "../../core/errors.js";
import type { DType } from "../../core/dtype.js";
import { bernoulli } from "../../core/distributions.js";
import type { Generator } from "../../core/random.js";
import { formatShape, sameShape, type Shape } from "../../core/shape.js";
import { TensorImpl } from "../../graph/storage.js";
import { checkDomain } from "../../ops/kinds.js";
import { drawn, generatorOf } from "../../ops/random.js";
import { Tensor } from "../class.js";
import { arange } from "../create.js";
import { implOf } from "../install.js";
import { checkOptions } from "./options.js";

/** `dropout`: the probability of a zero (0.5), whether anything happens (true), and where the random numbers come from. */
export interface DropoutOptions {
  readonly p?: number;
  readonly training?: boolean;
  readonly generator?: Generator;
}

/**
 * Each element 0 with probability p, else times 1 / (1 - p): in training. Options: p (0.5), training (true; false gives the input itself), generator.
 * Any shape; floats only. With a seed, the elements that CPU PyTorch drops (where it does not draw with MKL's own generator, which it
 * does on Intel's processors).
 * @throws ValueError unless p is from 0 to 1; DTypeError for integers and bool
 * @example manualSeed(42); F.dropout(ones(5)) // tensor([2., 2., 2., 2., 0.])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
 */
export function dropout<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: DropoutOptions): Tensor<S, D>;
export function dropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  checkOptions("dropout", options, ["p", "training", "generator"]);
  const { p = 0.5, training = true, generator } = options;
  if (!(p >= 0 && p <= 1)) throw new ValueError(`dropout: the probability must be from 0 to 1, but it is ${p}`);
  if (p === 0 || !training || input.numel() === 0) return input;
  checkDomain("dropout", "floating", input.dtype);
  if (p === 1) return input.mul(0);
  const { view } = implOf("dropout", input);
  const source = generatorOf("dropout", generator);
  // PyTorch draws in the order in which the input lies in memory.
  const kept: Tensor = new Tensor(TensorImpl.of(drawn(view, input.dtype, (out) => bernoulli(source, out, 1 - p))));
  return input.mul(kept.div(1 - p));
}

/** The options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /** Broadcasts to [..., L, S]: true takes part; or numbers that are added to the scores. */
  readonly attnMask?: Tensor | undefined;
  /** The probability with which a weight is dropped. Default 0. */
  readonly dropoutP?: number;
  /** Whether position i sees only positions up to i. Default false. */
  readonly isCausal?: boolean;
  /** What the scores are multiplied by. Default 1 / √E. */
  readonly scale?: number | undefined;
}

/** [..., L, E] and values of [..., S, N] with the same batches give [..., L, N]. */
type AttentionShape<Q extends Shape, V extends Shape> = V extends readonly [...infer Batch extends Shape, number, infer N extends number]
  ? Q extends readonly [...Batch, infer L extends number, number] ? [...Batch, L, N] : Shape
  : Shape;

function checkAttention(name: string, query: Tensor, key: Tensor, value: Tensor, { attnMask, isCausal }: AttentionOptions): void {
  for (const x of [query, key, value]) checkDomain(name, "floating", x.dtype);
  const shapes = [query, key, value].map((x) => formatShape(x.shape)).join(", ");
  if (key.dtype !== query.dtype || value.dtype !== query.dtype) {
    throw new DTypeError(`${name}: query, key and value must have one dtype, not ${query.dtype}, ${key.dtype}, ${value.dtype}`);
  }
  const fits = [query, key, value].every((x) => x.ndim >= 2) && query.shape.at(-1) === key.shape.at(-1) && key.shape.at(-2) === value.shape.at(-2);
  if (!fits) throw new ShapeError(`${name}: expected a query of [..., L, E], a key of [..., S, E] and a value of [..., S, N], not ${shapes}`);
  if (attnMask && isCausal === true) throw new ValueError(`${name}: attnMask and isCausal exclude each other`);
  if (attnMask && attnMask.dtype !== "bool" && attnMask.dtype !== query.dtype) {
    throw new DTypeError(`${name}: the mask is ${attnMask.dtype}, but must be bool or ${query.dtype}, as the query`);
  }
}

const isBool = (x: Tensor): x is Tensor<Shape, "bool"> => x.dtype === "bool";

/**
 * softmax(Q Kᵀ · scale + mask) V: a query of [..., L, E], a key of [..., S, E] and a value of [..., S, N] give [..., L, N]; what stands in front
 * broadcasts. Options: attnMask (bool: true takes part; or numbers to add), isCausal (false), scale (1 / √E), dropoutP (0). A row that is
 * masked altogether gives 0. Floats of one dtype.
 * @throws ShapeError, DTypeError for what does not fit; ValueError for a mask beside isCausal
 * @example F.scaledDotProductAttention(query, key, value, { isCausal: true })
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
 */
export function scaledDotProductAttention<Q extends Shape, V extends Shape, D extends DType>(
  query: Tensor<Q, D>, key: Tensor<Shape, D>, value: Tensor<V, D>, options?: AttentionOptions,
): Tensor<AttentionShape<Q, V>, D>;
export function scaledDotProductAttention(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor {
  const name = "scaledDotProductAttention";
  checkOptions(name, options, ["attnMask", "dropoutP", "isCausal", "scale"]);
  checkAttention(name, query, key, value, options);
  const { attnMask, dropoutP = 0, isCausal = false, scale = 1 / Math.sqrt(query.shape.at(-1) ?? 1) } = options;
  const scores: Tensor = query.matmul(key.transpose(-2, -1)).mul(scale);
  const weights = attnMask ? maskedWeights(scores, attnMask) : (isCausal ? causal(scores) : scores).softmax(-1);
  return (dropoutP === 0 ? weights : dropout(weights, { p: dropoutP })).matmul(value);
}

/** Minus infinity above the diagonal. */
function causal(scores: Tensor): Tensor {
  const [rows, columns] = scores.shape.slice(-2);
  return scores.where(arange(rows).unsqueeze(1).ge(arange(columns)), -Infinity);
}

/** The softmax of the rows that have something left, 0 in the others; their gradients too are 0, not NaN. */
function maskedWeights(scores: Tensor, mask: Tensor): Tensor {
  const masked: Tensor = isBool(mask) ? scores.where(mask, -Infinity) : scores.add(mask);
  if (masked.shape.at(-1) === 0) return masked.softmax(-1);
  const isEmpty = masked.detach().amax(-1, { keepdim: true }).eq(-Infinity);
  return masked.maskedFill(isEmpty, 0).softmax(-1).maskedFill(isEmpty, 0);
}

/** [..., A], [..., B] and a weight of [O, A, B] give [..., O]. */
type BilinearShape<S extends Shape, W extends Shape> = S extends readonly [...infer Lead extends Shape, number]
  ? W extends readonly [infer O extends number, number, number] ? [...Lead, O] : Shape
  : Shape;

/**
 * x1ᵀ W x2 + b for each matrix of the weight: inputs of [..., A] and [..., B] with a weight of [O, A, B] and a bias of [O] give [..., O].
 * @throws ShapeError for shapes that do not fit; DTypeError for different dtypes
 * @example F.bilinear(tensor([[1, 2]]).float(), tensor([[3, 4]]).float(), ones(1, 2, 2)) // tensor([[21.]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html
 */
export function bilinear<S extends Shape, W extends Shape, D extends DType>(
  input1: Tensor<S, D>, input2: Tensor<Shape, D>, weight: Tensor<W, D>, bias?: Tensor<Shape, D> | null,
): Tensor<BilinearShape<S, W>, D>;
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  const [lead, first, second] = [input1.shape.slice(0, -1), input1.shape.at(-1), input2.shape.at(-1)];
  const [features, a, b] = weight.shape;
  const fits = weight.ndim === 3 && first === a && second === b && input1.ndim === input2.ndim && sameShape(lead, input2.shape.slice(0, -1));
  if (!fits || (bias && !sameShape(bias.shape, [features]))) {
    throw new ShapeError(
      `bilinear: inputs of ${formatShape(input1.shape)} and ${formatShape(input2.shape)} with a weight of ${formatShape(weight.shape)}` +
        `${bias ? ` and a bias of ${formatShape(bias.shape)}` : ""}: expected [..., A], [..., B], [O, A, B] and [O]`,
    );
  }
  // [N, A] times [A, O · B]; then each of the O rows of B by x2.
  const count = lead.reduce((product, size) => product * size, 1);
  const products: Tensor = input1.reshape([count, a]).matmul(weight.permute([1, 0, 2]).reshape([a, features * b]));
  const sums: Tensor = products.reshape([count, features, b]).mul(input2.reshape([count, 1, b])).sum(-1).reshape([...lead, features]);
  return bias ? sums.add(bias) : sums;
}
