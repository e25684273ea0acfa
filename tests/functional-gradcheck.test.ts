/**
 * @file First and second gradients of the functions of F against central differences in float64, and what their errors say.
 */
import { autograd, AutogradError, compile, DTypeError, F, Generator, IndexError, manualSeed, ones, rand, ShapeError, tensor, ValueError, type Tensor } from "tesserae";
import { describe, expect, expectTypeOf, it } from "vitest";

manualSeed(7);
/** Numbers in [low, high); the corners of the functions lie between them with probability 1. */
function draw(shape: readonly number[], low = -4, high = 4): Tensor {
  return rand([...shape], { dtype: "float64" }).mul(high - low).add(low).detach().requiresGrad_();
}

type Case = readonly [fn: (...inputs: Tensor[]) => Tensor | readonly Tensor[], ...inputs: Tensor[]];
const matrix = (): Tensor => draw([2, 3]);
const classes = tensor([2, 0, 1, 1]);
const classWeights = tensor([0.5, 1, 2], { dtype: "float64" });

const cases: Readonly<Record<string, Case>> = {
  relu6: [(x) => F.relu6(x), draw([2, 3], -3, 9)],
  leakyRelu: [(x) => F.leakyRelu(x, { negativeSlope: 0.2 }), matrix()],
  elu: [(x) => F.elu(x, { alpha: 0.7 }), matrix()],
  selu: [(x) => F.selu(x), matrix()],
  celu: [(x) => F.celu(x, { alpha: 2 }), matrix()],
  hardtanh: [(x) => F.hardtanh(x, { minVal: -2 }), matrix()],
  hardswish: [(x) => F.hardswish(x), draw([3, 3], -6, 6)],
  hardsigmoid: [(x) => F.hardsigmoid(x), draw([3, 3], -6, 6)],
  softplus: [(x) => F.softplus(x, { beta: 2, threshold: 3 }), matrix()],
  softsign: [(x) => F.softsign(x), matrix()],
  mish: [(x) => F.mish(x), matrix()],
  silu: [(x) => F.silu(x), matrix()],
  tanhshrink: [(x) => F.tanhshrink(x), matrix()],
  logsigmoid: [(x) => F.logsigmoid(x), matrix()],
  hardshrink: [(x) => F.hardshrink(x), matrix()],
  softshrink: [(x) => F.softshrink(x, { lambd: 1 }), matrix()],
  threshold: [(x) => F.threshold(x, 0.5, 3), matrix()],
  prelu: [(x, w) => F.prelu(x, w), draw([2, 3, 2]), draw([3])],
  glu: [(x) => F.glu(x, 0), draw([4, 3])],
  softmin: [(x) => F.softmin(x, 1), matrix()],
  l1Loss: [(x, t, w) => F.l1Loss(x, t, { weight: w }), matrix(), matrix(), draw([2, 3], 0.1, 1)],
  smoothL1Loss: [(x, t) => F.smoothL1Loss(x, t, { beta: 2 }), matrix(), draw([3])],
  huberLoss: [(x, t) => F.huberLoss(x, t, { delta: 2, reduction: "none" }), matrix(), draw([3])],
  klDiv: [(x, t) => F.klDiv(x, t, { reduction: "batchmean" }), matrix(), draw([2, 3], 0.1, 1)],
  "klDiv of logarithms": [(x, t) => F.klDiv(x, t, { logTarget: true }), matrix(), matrix()],
  softMarginLoss: [(x) => F.softMarginLoss(x, tensor([1, -1, 1])), matrix()],
  poissonNllLoss: [(x) => F.poissonNllLoss(x, tensor([0, 1, 3]), { full: true }), matrix()],
  gaussianNllLoss: [(x, t, v) => F.gaussianNllLoss(x, t, v), matrix(), matrix(), draw([2, 3], 0.2, 2)],
  binaryCrossEntropy: [(x, t) => F.binaryCrossEntropy(x, t), draw([2, 3], 0.1, 0.9), draw([2, 3], 0.1, 0.9)],
  binaryCrossEntropyWithLogits: [(x, t) => F.binaryCrossEntropyWithLogits(x, t), matrix(), matrix()],
  "binaryCrossEntropyWithLogits, weighed": [
    (x, t) => F.binaryCrossEntropyWithLogits(x, t, { posWeight: tensor([0.5, 1, 2]), weight: tensor([1, 2, 3]) }), matrix(), matrix(),
  ],
  nllLoss: [(x) => F.nllLoss(x, classes, { weight: classWeights }), draw([4, 3])],
  crossEntropy: [(x) => F.crossEntropy(x, classes), draw([4, 3])],
  "crossEntropy, weighed and smoothed": [(x) => F.crossEntropy(x, classes, { weight: classWeights, labelSmoothing: 0.2, ignoreIndex: 1 }), draw([4, 3])],
  "crossEntropy of images": [(x) => F.crossEntropy(x, tensor([[0, 2]]), { reduction: "none" }), draw([1, 3, 2])],
  "crossEntropy of probabilities": [(x, t) => F.crossEntropy(x, t, { labelSmoothing: 0.1 }), draw([4, 3]), draw([4, 3], 0.1, 1)],
  cosineSimilarity: [(x, y) => F.cosineSimilarity(x, y), matrix(), draw([3])],
  pairwiseDistance: [(x, y) => F.pairwiseDistance(x, y), matrix(), draw([3])],
  cosineEmbeddingLoss: [(x, y) => F.cosineEmbeddingLoss(x, y, tensor([1, -1]), { margin: -0.9 }), matrix(), matrix()],
  marginRankingLoss: [(x, y) => F.marginRankingLoss(x, y, tensor([[1, -1, 1]]), { margin: 0.5 }), matrix(), matrix()],
  hingeEmbeddingLoss: [(x) => F.hingeEmbeddingLoss(x, tensor([1, -1, 1])), matrix()],
  tripletMarginLoss: [(a, p, n) => F.tripletMarginLoss(a, p, n, { margin: 5, swap: true }), matrix(), matrix(), matrix()],
  embedding: [(w) => F.embedding(tensor([[0, 3], [3, 1]]), w, { paddingIdx: 1 }).mul(tensor([1, 2])).at(":", 0), draw([4, 2])],
  attention: [(q, k, v) => F.scaledDotProductAttention(q, k, v, { isCausal: true }), draw([3, 2], -1, 1), draw([4, 2], -1, 1), draw([4, 2], -1, 1)],
  "attention with a mask": [
    (q, k, v) => F.scaledDotProductAttention(q, k, v, { attnMask: tensor([[true, false], [false, false]]) }), draw([2, 2], -1, 1), draw([2, 2], -1, 1), draw([2, 3]),
  ],
  bilinear: [(x, y, w, b) => F.bilinear(x, y, w, b), draw([2, 3]), draw([2, 2]), draw([2, 3, 2]), draw([2])],
  dropout: [(x) => F.dropout(x, { generator: new Generator().manualSeed(1) }), matrix()],
  "in place": [(x) => F.elu_(F.leakyRelu_(x.mul(1))), matrix()],
};

describe.each(Object.entries(cases))("%s", (_, [fn, ...inputs]) => {
  it("has the gradients that differences give", () => expect(autograd.gradcheck(fn, inputs)).toBe(true));
  it("has their gradients too", () => expect(autograd.gradgradcheck(fn, inputs)).toBe(true));
});

/** The gradient of a function at a number, in float32. */
function slope(fn: (x: Tensor) => Tensor, at: number): number {
  const x = tensor([at], { dtype: "float32", requiresGrad: true });
  return autograd.grad(fn(x), x)[0].item();
}

it("has no NaN for a gradient where an exponential overflows", () => {
  for (const fn of [F.silu, F.mish, F.elu, F.selu, F.celu, F.softplus, F.logsigmoid]) {
    for (const at of [-200, -100, 100, 200]) expect([fn.name, at, slope(fn, at)]).not.toContain(NaN);
  }
  expect(slope(F.silu, 100)).toBe(1);
  expect(slope(F.mish, 100)).toBe(1);
});

it("says what an activation does not take", () => {
  expect(() => F.elu(tensor([1, 2]))).toThrow(DTypeError);
  expect(() => F.hardtanh(ones(2), { minVal: 2, maxVal: 1 })).toThrow(new ValueError("hardtanh: minVal 2 is greater than maxVal 1"));
  expect(() => F.leakyRelu(ones(2), JSON.parse('{"slope":1}'))).toThrow(
    new ValueError('leakyRelu: unknown option "slope": it takes negativeSlope'),
  );
  expect(() => F.glu(ones(2, 3))).toThrow(new ShapeError("glu: the size of dimension 1 must be even, but it is 3 in [2, 3]"));
  expect(() => F.prelu(ones(2, 3), ones(2))).toThrow(
    new ShapeError("prelu: expected a weight of shape [1] or [3], one for each channel of [2, 3], not [2]"),
  );
});

it("says what a loss does not take", () => {
  expect(() => F.crossEntropy(ones(2, 3), tensor([0, 3]))).toThrow(new IndexError("crossEntropy: target 3 is out of bounds: there are 3 classes, counted from 0"));
  expect(() => F.crossEntropy(ones(2, 3), tensor([0, 1, 2]))).toThrow(
    new ShapeError("crossEntropy: an input of shape [2, 3] expects a target of shape [2] with classes, not [3]"),
  );
  expect(() => F.nllLoss(ones(2, 3), tensor([0, 1]).int())).toThrow(
    new DTypeError("nllLoss: the target is int32, but classes must be int64 or uint8: cast it with .long()"),
  );
  expect(() => F.nllLoss(ones(2, 3), tensor([0, 1]), { weight: ones(3).requiresGrad_() })).toThrow(AutogradError);
  expect(() => F.binaryCrossEntropy(tensor([1.5]), ones(1))).toThrow(/all elements of the input must be between 0 and 1, but there is 1.5/);
  expect(() => F.mseLoss(ones(2), ones(2), JSON.parse('{"reduction":"average"}'))).toThrow(
    new ValueError('mseLoss: reduction must be "mean", "sum" or "none", not "average"'),
  );
});

it("looks at no target inside compile(fn), where a target that is no class takes the nearest", () => {
  const [x, t] = [rand(4, 3), tensor([0, -100, 2, 1])];
  const loss = compile((logits: Tensor, target: Tensor) => F.crossEntropy(logits, target));
  for (let i = 0; i < 3; i++) expect(loss(x, t).item()).toBeCloseTo(F.crossEntropy(x, t).item(), 6);
});

it("knows the shapes of losses", () => {
  expectTypeOf(F.crossEntropy(ones(4, 3), tensor([0, 1, 2, 0])).shape).toEqualTypeOf<readonly []>();
  expectTypeOf(F.crossEntropy(ones(4, 3), tensor([0, 1, 2, 0]), { reduction: "none" }).shape).toEqualTypeOf<readonly [4]>();
  expectTypeOf(F.huberLoss(ones(4, 3), ones(3), { reduction: "none", delta: 2 }).shape).toEqualTypeOf<readonly [4, 3]>();
  expectTypeOf(F.pairwiseDistance(ones(4, 3), ones(3)).shape).toEqualTypeOf<readonly [4]>();
});

it("draws anew at each call of a compiled dropout", () => {
  const x = ones(1000);
  const dropped = compile((input: Tensor) => F.dropout(input, { p: 0.25 }));
  const kept = [1, 2, 3].map(() => dropped(x).ne(0).float());
  for (const mask of kept) expect(Math.abs(mask.mean().item() - 0.75)).toBeLessThan(0.06);
  expect(kept[1].equal(kept[2])).toBe(false);
});

it("knows the shapes of lookups and attention", () => {
  expectTypeOf(F.embedding(tensor([[0, 1, 0]]), ones(4, 5)).shape).toEqualTypeOf<readonly [1, 3, 5]>();
  expectTypeOf(F.oneHot(tensor([0, 1]), 3).shape).toEqualTypeOf<readonly [2, 3]>();
  expectTypeOf(F.scaledDotProductAttention(ones(2, 4, 8), ones(2, 6, 8), ones(2, 6, 3)).shape).toEqualTypeOf<readonly [2, 4, 3]>();
  expectTypeOf(F.bilinear(ones(4, 3), ones(4, 2), ones(5, 3, 2)).shape).toEqualTypeOf<readonly [4, 5]>();
});
