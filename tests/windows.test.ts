/**
 * @file Windows through the public interface: first and second gradients by differences in float64, static shapes, and what is said of bad
 * input. Values beside PyTorch's are in golden-catalogue.test.ts, its gradients in autograd-golden.test.ts.
 */
import { autograd, DTypeError, F, manualSeed, ones, rand, randperm, ShapeError, tensor, ValueError, zeros, type Tensor } from "tesserae";
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
  convTranspose2d: [(x, w, b) => F.convTranspose2d(x, w, b, { stride: 2, padding: 1, outputPadding: 1 }), draw(1, 2, 2, 3), draw(2, 2, 3, 2), draw(2)],
  "convTranspose2d in groups": [(x, w) => F.convTranspose2d(x, w, null, { groups: 2, dilation: 2 }), draw(2, 2, 2), draw(2, 1, 2, 2)],
  convTranspose1d: [(x, w, b) => F.convTranspose1d(x, w, b, { stride: 2 }), draw(1, 2, 3), draw(2, 1, 2), draw(1)],
};

describe.each(Object.entries(cases))("%s", (_, [fn, ...inputs]) => {
  it("has the gradients that differences give", () => expect(autograd.gradcheck(fn, inputs)).toBe(true));
  it("has their gradients too", () => expect(autograd.gradgradcheck(fn, inputs)).toBe(true));
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
