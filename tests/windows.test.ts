/**
 * @file Windows through the public interface: first and second gradients by differences in float64, static shapes, and what is said of bad
 * input. Values beside PyTorch's are in golden-catalogue.test.ts, its gradients in autograd-golden.test.ts.
 */
import { autograd, compile, DTypeError, F, manualSeed, ones, rand, randperm, ShapeError, tensor, ValueError, zeros, type Tensor } from "tesserae";
import { describe, expect, expectTypeOf, it } from "vitest";

manualSeed(9);
/** Numbers in [-1, 1), float64, of which gradients are asked. */
const draw = (...shape: readonly number[]): Tensor => rand([...shape], { dtype: "float64" }).mul(2).sub(1).detach().requiresGrad_();
/** The same, no two closer than differences reach: for what takes the largest. */
const apart = (...shape: readonly number[]): Tensor => {
  const count = shape.reduce((a, b) => a * b, 1);
  return randperm(count).to("float64").div(count).sub(0.4).reshape([...shape]).requiresGrad_();
};
const positive = (...shape: readonly number[]): Tensor => rand([...shape], { dtype: "float64" }).add(0.2).detach().requiresGrad_();

type Case = readonly [fn: (...inputs: Tensor[]) => Tensor | readonly Tensor[], ...inputs: Tensor[]];

const cases: Readonly<Record<string, Case>> = {
  maxPool2d: [(x) => F.maxPool2d(x, 2), apart(1, 2, 4, 5)],
  "maxPool2d, overlapping": [(x) => F.maxPool2d(x, 3, { stride: 1, padding: 1 }), apart(1, 1, 4, 3)],
  "maxPool2d, dilated": [(x) => F.maxPool2d(x, 2, { stride: 1, dilation: 2 }), apart(1, 4, 4)],
  maxPool1d: [(x) => F.maxPool1d(x, 3, { stride: 2, ceilMode: true }), apart(2, 6)],
  avgPool2d: [(x) => F.avgPool2d(x, 2, { padding: 1, countIncludePad: false }), draw(1, 2, 3, 4)],
  "avgPool2d, overlapping": [(x) => F.avgPool2d(x, 3, { stride: 1 }), draw(1, 4, 4)],
  avgPool1d: [(x) => F.avgPool1d(x, 2, { stride: 1 }), draw(2, 5)],
  lpPool2d: [(x) => F.lpPool2d(x, 2, 2), positive(1, 4, 4)],
  lpPool1d: [(x) => F.lpPool1d(x, 3, 2, { stride: 1 }), positive(2, 4)],
  adaptiveAvgPool2d: [(x) => F.adaptiveAvgPool2d(x, [2, 3]), draw(1, 3, 5)],
  adaptiveMaxPool2d: [(x) => F.adaptiveMaxPool2d(x, [2, 3]), apart(1, 3, 5)],
  adaptiveAvgPool1d: [(x) => F.adaptiveAvgPool1d(x, 2), draw(2, 4)],
  adaptiveMaxPool1d: [(x) => F.adaptiveMaxPool1d(x, 3), apart(2, 5)],
  "pad, constant": [(x) => F.pad(x, [1, -1, 0, 2], { value: 3 }), draw(2, 3)],
  "pad, reflect": [(x) => F.pad(x, [2, 1, 1, 0], { mode: "reflect" }), draw(1, 2, 3)],
  "pad, replicate": [(x) => F.pad(x, [2, -1], { mode: "replicate" }), draw(1, 3)],
  "pad, circular": [(x) => F.pad(x, [2, 1], { mode: "circular" }), draw(2, 3)],
  "interpolate, nearest": [(x) => F.interpolate(x, { size: [3, 5] }), draw(1, 1, 2, 3)],
  "interpolate, linear": [(x) => F.interpolate(x, { scaleFactor: 1.7, mode: "linear" }), draw(1, 2, 3)],
  "interpolate, bilinear": [(x) => F.interpolate(x, { size: [3, 2], mode: "bilinear", alignCorners: true }), draw(1, 1, 2, 4)],
  "interpolate, bicubic": [(x) => F.interpolate(x, { size: [3, 5], mode: "bicubic" }), draw(1, 1, 2, 3)],
  "interpolate, area": [(x) => F.interpolate(x, { size: 2, mode: "area" }), draw(1, 1, 3)],
  unfold: [(x) => F.unfold(x, 2, { padding: 1, stride: 2 }), draw(1, 3, 3)],
  fold: [(x) => F.fold(x, [3, 3], 2), draw(1, 4, 4)],
  pixelShuffle: [(x) => F.pixelShuffle(x, 2).square(), draw(4, 1, 2)],
  pixelUnshuffle: [(x) => F.pixelUnshuffle(x, 2).square(), draw(1, 2, 2)],
  channelShuffle: [(x) => F.channelShuffle(x, 2).square(), draw(1, 4, 1)],
  convTranspose2d: [(x, w, b) => F.convTranspose2d(x, w, b, { stride: 2, padding: 1, outputPadding: 1 }), draw(1, 2, 2, 3), draw(2, 2, 3, 2), draw(2)],
  "convTranspose2d in groups": [(x, w) => F.convTranspose2d(x, w, null, { groups: 2, dilation: 2 }), draw(2, 2, 2), draw(2, 1, 2, 2)],
  convTranspose1d: [(x, w, b) => F.convTranspose1d(x, w, b, { stride: 2 }), draw(1, 2, 3), draw(2, 1, 2), draw(1)],
};

describe.each(Object.entries(cases))("%s", (_, [fn, ...inputs]) => {
  it("has the gradients that differences give", () => expect(autograd.gradcheck(fn, inputs)).toBe(true));
  it("has their gradients too", () => expect(autograd.gradgradcheck(fn, inputs)).toBe(true));
});

const norms: Readonly<Record<string, Case>> = {
  batchNorm: [(x, w, b) => F.batchNorm(x, null, null, w, b, { training: true }), draw(3, 2, 2), draw(2), draw(2)],
  "batchNorm by running statistics": [(x, w) => F.batchNorm(x, tensor([0.5, 1], { dtype: "float64" }), tensor([2, 0.5], { dtype: "float64" }), w), draw(3, 2), draw(2)],
  instanceNorm: [(x, w, b) => F.instanceNorm(x, null, null, w, b), draw(2, 2, 3), draw(2), draw(2)],
  groupNorm: [(x, w, b) => F.groupNorm(x, 2, w, b), draw(2, 4, 2), draw(4), draw(4)],
  localResponseNorm: [(x) => F.localResponseNorm(x, 3, { alpha: 0.5 }), draw(1, 4, 2)],
};

describe.each(Object.entries(norms))("%s", (_, [fn, ...inputs]) => {
  it("has the gradients that differences give", () => expect(autograd.gradcheck(fn, inputs)).toBe(true));
  it("has their gradients too", () => expect(autograd.gradgradcheck(fn, inputs)).toBe(true));
});

describe("running statistics", () => {
  it("go towards the batch's: its mean, and its variance divided by one less", () => {
    const [mean, variance] = [tensor([1, 0]).float(), tensor([1, 4]).float()];
    const x = tensor([[1, 2], [3, 6], [5, 4]]).float();
    F.batchNorm(x, mean, variance, null, null, { training: true, momentum: 0.25 });
    expect(mean.tolist()).toEqual([1.5, 1]); // of 3 and 4
    expect(variance.tolist()).toEqual([1.75, 4]); // of 4 and 4
  });

  it("of images go towards the batch's mean of them", () => {
    const [mean, variance] = [tensor([0]).float(), tensor([1]).float()];
    F.instanceNorm(tensor([[[1, 3]], [[2, 6]]]).float(), mean, variance, null, null, { momentum: 0.5 });
    expect(mean.tolist()).toEqual([1.5]); // of 2 and 4
    expect(variance.tolist()).toEqual([3]); // of 2 and 8
  });

  it("stay as they are where they are used, and for an empty batch", () => {
    const [mean, variance] = [tensor([1, 0]).float(), tensor([1, 4]).float()];
    F.batchNorm(ones([3, 2]), mean, variance);
    F.batchNorm(zeros(0, 2), mean, variance, null, null, { training: true });
    expect([mean.tolist(), variance.tolist()]).toEqual([[1, 0], [1, 4]]);
  });

  it("are brought up to date by compiled functions too", () => {
    const [mean, variance, wanted, wantedVariance] = [zeros(3), ones(3), zeros(3), ones(3)];
    const compiled = compile((x: Tensor) => F.batchNorm(x, mean, variance, null, null, { training: true }));
    for (let i = 0; i < 3; i++) {
      const x = rand(4, 3, 2);
      expect(compiled(x).allclose(F.batchNorm(x, wanted, wantedVariance, null, null, { training: true }), { atol: 1e-5 })).toBe(true);
    }
    expect(mean.allclose(wanted)).toBe(true);
    expect(variance.allclose(wantedVariance)).toBe(true);
  });
});

/** What gives a result of its own, also where it has nothing to do. */
const copies: readonly (readonly [name: string, fn: (x: Tensor) => Tensor])[] = [
  ["pad", (x) => F.pad(x, [])],
  ["pad of nothing", (x) => F.pad(x, [0, 0, 0, 0], { mode: "reflect" })],
  ["interpolate", (x) => F.interpolate(x, { size: [2, 2] })],
  ["unfold", (x) => F.unfold(x, 1)],
  ["fold", (x) => F.fold(x.reshape(1, 1, 4), 2, 1)],
  ["pixelShuffle", (x) => F.pixelShuffle(x, 1)],
  ["pixelUnshuffle", (x) => F.pixelUnshuffle(x, 1)],
  ["channelShuffle", (x) => F.channelShuffle(x, 1)],
  ["maxPool2d", (x) => F.maxPool2d(x, 1)],
  ["adaptiveAvgPool2d", (x) => F.adaptiveAvgPool2d(x, null)],
];
it.each(copies)("%s gives a tensor of its own", (_, fn) => {
  const x = tensor([[[[1, 2], [3, 4]]]]).float();
  const y = fn(x);
  y.fill_(0);
  expect(x.tolist()).toEqual([[[[1, 2], [3, 4]]]]);
});

const blurred = (x: Tensor): Tensor => F.interpolate(F.pad(F.maxPool2d(x, 3, { stride: 2, padding: 1 }), [1, 1, 1, 1], { mode: "reflect" }), { scaleFactor: 2, mode: "bilinear" });
it("works inside compiled functions, with other inputs each time", () => {
  const compiled = compile(blurred);
  for (let i = 0; i < 3; i++) {
    const x = rand(2, 3, 8, 8);
    expect(compiled(x).allclose(blurred(x))).toBe(true);
    expect(compile((given: Tensor) => F.adaptiveMaxPool2d(given, 3))(x).equal(F.adaptiveMaxPool2d(x, 3))).toBe(true);
  }
});

describe("borders and sizes", () => {
  it("say what is wrong", () => {
    expect(() => F.pad(ones([2, 3]), [1])).toThrow(new ValueError("pad: expects two numbers for each dimension, from the last one, but got 1: [1]"));
    expect(() => F.pad(ones([2, 3]), [1, 1, 1, 1, 1, 1])).toThrow(new ShapeError("pad: 6 numbers are for 3 dimensions, but the input has shape [2, 3]"));
    expect(() => F.pad(ones([2, 3]), [-2, -2])).toThrow(new ShapeError("pad: [-2, -2] cut off more than there is of [2, 3]"));
    expect(() => F.pad(ones([2, 3]), [3, 0], { mode: "reflect" })).toThrow('pad: mode "reflect" takes less than the size, 3, but got [3, 0] for a dimension of [2, 3]');
    expect(() => F.interpolate(ones([1, 1, 4, 4]), {})).toThrow(new ValueError("interpolate: either size or scaleFactor must be given, and not both"));
    expect(() => F.interpolate(ones([1, 4, 4]), { size: 2, mode: "bilinear" })).toThrow('interpolate: mode "bilinear" takes [N, C, H, W], of which only N may be 0, not [1, 4, 4]');
    expect(() => F.interpolate(ones([1, 1, 4]).int(), { size: 2, mode: "linear" })).toThrow(DTypeError);
    expect(() => F.fold(ones([1, 11, 9]), [4, 5], [2, 3])).toThrow("fold: blocks of [2, 3] in an image of [4, 5] are [N, C · 6, 9], with or without N, not [1, 11, 9]");
    expect(() => F.adaptiveAvgPool2d(ones([1, 4, 4]), [1, 2, 3])).toThrow("adaptiveAvgPool2d: outputSize must be a number or 2 of them, not [1,2,3]");
    expect(() => F.adaptiveMaxPool2d(ones([4]), 1)).toThrow(ShapeError);
  });

  it("have static shapes", () => {
    const images = zeros(64, 3, 28, 28);
    expectTypeOf(F.adaptiveAvgPool2d(images, 1).shape).toEqualTypeOf<readonly [64, 3, 1, 1]>();
    expectTypeOf(F.adaptiveMaxPool2d(images, [7, null]).shape).toEqualTypeOf<readonly [64, 3, 7, 28]>();
    expectTypeOf(F.pad(images, [1, 1]).shape).toEqualTypeOf<readonly [number, number, number, number]>();
    expect(F.adaptiveMaxPool2d(images, [7, null]).shape).toEqual([64, 3, 7, 28]);
  });
});

describe("pooling", () => {
  it("gives the gradient to the first of equal elements", () => {
    const x = ones([1, 3, 3], { requiresGrad: true });
    F.maxPool2d(x, 2, { stride: 1 }).sum().backward();
    expect(x.grad?.tolist()).toEqual([[[1, 1, 0], [1, 1, 0], [0, 0, 0]]]);
  });

  it("leaves alone what it pools, and what is written to that afterwards", () => {
    const x = tensor([[1, 2, 3, 4]]);
    const pooled = F.maxPool1d(x, 2);
    x.fill_(0);
    expect(pooled.tolist()).toEqual([[2, 4]]);
  });

  it("says what is wrong", () => {
    expect(() => F.maxPool2d(ones([4, 4]), 2)).toThrow(new ShapeError("maxPool2d: expects an input of [N, C, H, W] or [C, H, W], of which only N may be 0, not [4, 4]"));
    expect(() => F.maxPool2d(ones([1, 4, 4]), 5)).toThrow(new ShapeError("maxPool2d: a kernel of [5, 5] is larger than the padded input of [4, 4]"));
    expect(() => F.maxPool2d(ones([1, 4, 4]), 2, { padding: 2 })).toThrow(new ValueError("maxPool2d: padding may be at most half of the kernel's reach of 2, not 2"));
    expect(() => F.maxPool2d(ones([1, 4, 4]), [2, 2, 2])).toThrow("maxPool2d: kernelSize must be a number or 2 of them, not [2,2,2]");
    expect(() => F.maxPool2d(ones([1, 4, 4]).bool(), 2)).toThrow(DTypeError);
    expect(() => F.avgPool2d(ones([1, 4, 4]).int(), 2)).toThrow(DTypeError);
    expect(() => Reflect.apply(F.avgPool2d, undefined, [ones([1, 4, 4]), 2, { dilation: 2 }])).toThrow('avgPool2d: unknown option "dilation"');
    expect(() => Reflect.apply(F.maxPool2d, undefined, [ones([1, 4, 4]), 2, 2])).toThrow("maxPool2d: the options must be an object such as { stride: … }, not 2");
    expect(() => F.convTranspose2d(ones([1, 2, 4, 4]), ones([3, 1, 2, 2]))).toThrow(ShapeError);
    expect(() => F.convTranspose2d(ones([1, 1, 4, 4]), ones([1, 1, 2, 2]), null, { outputPadding: 1 })).toThrow("outputPadding must be less than the stride or the dilation, but 1 is not below 1 or 1");
  });

  it("has static shapes", () => {
    const images = zeros(64, 3, 28, 28);
    expectTypeOf(F.maxPool2d(images, 2).shape).toEqualTypeOf<readonly [64, 3, 14, 14]>();
    expectTypeOf(F.maxPool2d(images, [3, 2], { stride: 2, padding: 1 }).shape).toEqualTypeOf<readonly [64, 3, 14, 15]>();
    expectTypeOf(F.maxPool2d(images, 2, { ceilMode: true }).shape).toEqualTypeOf<readonly [64, 3, number, number]>();
    expectTypeOf(F.maxPool2d(images, 2, { returnIndices: true }).indices.dtype).toEqualTypeOf<"int64">();
    expectTypeOf(F.avgPool1d(zeros(3, 10), 3, { stride: 1 }).shape).toEqualTypeOf<readonly [3, 8]>();
    expectTypeOf(F.convTranspose2d(images, zeros(3, 8, 4, 4), null, { stride: 2, padding: 1 }).shape).toEqualTypeOf<readonly [64, 8, 56, 56]>();
    expect(F.convTranspose2d(images, zeros(3, 8, 4, 4), null, { stride: 2, padding: 1 }).shape).toEqual([64, 8, 56, 56]);
    expect(F.maxPool2d(images, [3, 2], { stride: 2, padding: 1 }).shape).toEqual([64, 3, 14, 15]);
  });
});
