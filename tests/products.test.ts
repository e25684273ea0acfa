/**
 * @file Layers' products through the public interface: their gradients are those that PyTorch names, bias and activation go into their
 * kernel, and what does not fit is refused with both shapes. Values beside PyTorch's are in golden-catalogue.test.ts.
 */
import { describe, expect, expectTypeOf, it } from "vitest";
import { F, ShapeError, addmm, manualSeed, memory, outer, randn, tensor, type Tensor } from "tesserae";

const close = (a: Tensor, b: Tensor): boolean => a.allclose(b, { rtol: 1e-4, atol: 1e-4 }); // other orders of some hundred additions

const given = (t: Tensor): Tensor => t.grad ?? tensor([]);

describe("a convolution's gradients", () => {
  it.each([{}, { stride: 2, padding: 1 }, { dilation: 2, padding: 3 }, { groups: 2, stride: [1, 2] }])("%j", (options) => {
    manualSeed(1);
    const groups = "groups" in options ? 2 : 1;
    const [x, w, b] = [randn([2, 4, 11, 9]).requiresGrad_(), randn([6, 4 / groups, 3, 3]).requiresGrad_(), randn([6]).requiresGrad_()];
    const y: Tensor = F.conv2d(x, w, b, options);
    const g = randn([...y.shape]);
    y.mul(g).sum().backward();
    expect(close(given(x), F.conv2dInput(x.shape, w.detach(), g, options))).toBe(true);
    expect(close(given(w), F.conv2dWeight(x.detach(), w.shape, g, options))).toBe(true);
    expect(close(given(b), g.sum([0, 2, 3]))).toBe(true);
  });
});

it("a convolution never writes its windows out: it takes a border, and the result", () => {
  const [x, w] = [randn([4, 16, 40, 40]), randn([16, 16, 5, 5])];
  for (const t of [x, w]) t.toTypedArray();
  const before = memory().reserved;
  F.conv2d(x, w, null, { padding: 2 }).toTypedArray();
  const windows = 4 * 16 * 40 * 40 * 25 * 4;
  expect(memory().reserved - before).toBeLessThan(windows);
});

it("gradients flow through linear and addmm", () => {
  const [x, w, b] = [randn([5, 7]).requiresGrad_(), randn([3, 7]).requiresGrad_(), randn([3]).requiresGrad_()];
  F.linear(x, w, b).sum().backward();
  expect(close(given(b), tensor([5, 5, 5]).float())).toBe(true);
  expect(close(given(w), x.detach().sum(0).expand([3, 7]))).toBe(true);
  const y = randn([3]).requiresGrad_();
  addmm(y, x.detach(), w.detach().transpose(0, 1), { beta: 2 }).sum().backward();
  expect(close(given(y), tensor([10, 10, 10]).float())).toBe(true);
});

/** Sizes that the compiler does not know: it would refuse what follows. */
const shape = (...sizes: number[]): number[] => sizes;

it("says what does not fit", () => {
  expect(() => F.linear(randn(shape(2, 3)), randn(shape(4, 5)))).toThrow(new ShapeError("linear: an input of [2, 3] and a weight of [4, 5]: expected [..., in] and [out, in], with one size for in"));
  expect(() => F.conv2d(randn(shape(1, 3, 8, 8)), randn(shape(4, 2, 3, 3)))).toThrow("conv2d: the input has 3 channels, but the weight takes 2: [1, 3, 8, 8] and [4, 2, 3, 3]");
  expect(() => F.conv2d(randn(shape(1, 3, 2, 2)), randn(shape(4, 3, 3, 3)))).toThrow("conv2d: the kernel of [3, 3] is larger than the padded input of [2, 2]");
  expect(() => F.conv1d(randn([1, 3, 8]), randn([4, 3, 3]), randn([5]))).toThrow("conv1d: the bias must have shape [4], not [5]");
});

it("knows its shapes", () => {
  expectTypeOf(F.linear(randn([2, 3]), randn([4, 3])).shape).toEqualTypeOf<readonly [2, 4]>();
  expectTypeOf(F.conv2d(randn([1, 3, 8, 8]), randn([4, 3, 3, 3])).shape).toEqualTypeOf<readonly [1, 4, 6, 6]>();
  expectTypeOf(F.conv1d(randn([3, 8]), randn([4, 3, 3])).shape).toEqualTypeOf<readonly [4, 6]>();
  expectTypeOf(outer(randn([2]), randn([3])).shape).toEqualTypeOf<readonly [2, 3]>();
});
