/**
 * @file First and second gradients of the functions of F against central differences in float64, and what their errors say.
 */
import { autograd, DTypeError, F, manualSeed, ones, rand, ShapeError, tensor, ValueError, type Tensor } from "tesserae";
import { describe, expect, it } from "vitest";

manualSeed(7);
/** Numbers in [low, high); the corners of the functions lie between them with probability 1. */
function draw(shape: readonly number[], low = -4, high = 4): Tensor {
  return rand([...shape], { dtype: "float64" }).mul(high - low).add(low).detach().requiresGrad_();
}

type Case = readonly [fn: (...inputs: Tensor[]) => Tensor | readonly Tensor[], ...inputs: Tensor[]];
const matrix = (): Tensor => draw([2, 3]);

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
