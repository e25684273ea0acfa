/**
 * @file Type tests of random tensors: their shapes and dtypes, those of what is drawn by weights, and which arguments are refused. Each
 * expectation is exact.
 */
import { bernoulli, Generator, multinomial, normal, randintLike, randLike, zeros, type Tensor } from "tesserae";
import type { Equal, Expect } from "./expect.js";

declare const unknown: Tensor;
const x = zeros(2, 3);
const d = zeros([2, 1], { dtype: "float64" });
const generator = new Generator();

export const drawn = {
  weights: multinomial(x, 5),
  vector: zeros(4).multinomial(2, { replacement: true, generator }),
  dynamic: unknown.multinomial(2),
  coins: bernoulli(x, 0.5),
  inPlace: x.uniform_(0, 1).normal_({ std: 2 }).bernoulli_(x, { generator }).exponential_().random_(10),
  around: normal(d, x.double()),
  shaped: normal(0, 1, [4, 5]),
  shapedWide: normal(0, 1, [4], { dtype: "float64" }),
  like: randintLike(x, 3, { dtype: "uint8" }),
  uniform: randLike(d),
};
type V = typeof drawn;

export type Checks = [
  Expect<Equal<V["weights"], Tensor<[2, 5], "int64">>>,
  Expect<Equal<V["vector"], Tensor<[2], "int64">>>,
  Expect<Equal<V["dynamic"], Tensor<number[], "int64">>>,
  Expect<Equal<V["coins"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<V["inPlace"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<V["around"], Tensor<[2, 3], "float64">>>,
  Expect<Equal<V["shaped"], Tensor<[4, 5], "float32">>>,
  Expect<Equal<V["shapedWide"], Tensor<[4], "float64">>>,
  Expect<Equal<V["like"], Tensor<[2, 3], "uint8">>>,
  Expect<Equal<V["uniform"], Tensor<[2, 1], "float64">>>,
];

// @ts-expect-error -- two numbers have no shape of their own
normal(0, 1);
// @ts-expect-error -- 0.5 is a probability, not a generator
x.bernoulli_(0.5, 3);
