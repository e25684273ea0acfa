/**
 * @file Operations over rows beyond their values, which golden-catalogue.test.ts holds to PyTorch's: that each is one kernel, that gradients are
 * slopes, and that long and short rows give what separate kernels give.
 */
import { describe, expect, it } from "vitest";
import { engine } from "../src/graph/engine.js";
import { autograd, AutogradError, F, ones, rand, randn, tensor, varMean, type Tensor } from "../src/index.js";

function kernels(body: () => void): number {
  const before = engine().kernelRuns;
  body();
  return engine().kernelRuns - before;
}
function realized<T extends Tensor>(t: T): T {
  t.toTypedArray();
  return t;
}

const x = realized(randn([64, 100]));
const bytes = realized(ones([64, 100], { dtype: "uint8" }).mul(200));
const weight = realized(rand([100]));

describe("one kernel", () => {
  it.each<[string, () => Tensor]>([
    ["softmax", () => x.softmax(-1)],
    ["logSoftmax", () => x.logSoftmax(1)],
    ["logsumexp", () => x.logsumexp(-1)],
    ["layerNorm", () => F.layerNorm(x, [100], weight, weight)],
    ["rmsNorm", () => F.rmsNorm(x, [100], weight)],
    ["normalize", () => F.normalize(x)],
    ["std", () => x.std(1)],
    ["softmax of scaled bytes", () => bytes.float().div(255).softmax(-1)],
  ])("%s", (_, make) => expect(kernels(() => void make().toTypedArray())).toBe(1));

  it("varMean, both results", () => {
    const [variance, mean] = varMean(x, 1);
    expect(kernels(() => void (variance.toTypedArray(), mean.toTypedArray()))).toBe(1);
  });
});

describe("gradients are slopes", () => {
  const start = tensor([[0.5, -1, 2, 0.25], [1, 1, -2, 0]], { dtype: "float64" });
  const factors = tensor([[1, -2, 0.5, 3], [0.25, 1, 2, -1]], { dtype: "float64" });
  const row = tensor([2, 0.5, -1, 1], { dtype: "float64" });
  it.each<[string, (x: Tensor) => Tensor]>([
    ["softmax", (input) => input.softmax(1).mul(factors).sum()],
    ["softmax across columns", (input) => input.softmax(0).mul(factors).sum()],
    ["logSoftmax", (input) => input.logSoftmax(-1).mul(factors).sum()],
    ["logsumexp", (input) => input.logsumexp(1).mul(factors.at(":", 1)).sum()],
    ["logsumexp of all", (input) => input.logsumexp([0, 1], { keepdim: true }).square().sum()],
    ["varMean", (input) => varMean(input, 1)[0].add(varMean(input, 1)[1].square()).mul(factors.at(":", 0)).sum()],
    ["layerNorm", (input) => F.layerNorm(input, [4], row, row).mul(factors).sum()],
    ["rmsNorm", (input) => F.rmsNorm(input, [4], row).mul(factors).sum()],
    ["normalize", (input) => F.normalize(input).mul(factors).sum()],
    ["cumsum", (input) => input.cumsum(1).mul(factors).sum()],
    ["cumsum down columns", (input) => input.cumsum(0).square().mul(factors).sum()],
    ["cumprod, with a zero", (input) => input.cumprod(1).mul(factors).sum()],
    ["logcumsumexp", (input) => input.logcumsumexp(1).mul(factors).sum()],
  ])("%s", (_, f) => {
    const input = start.clone().requiresGrad_();
    f(input).backward();
    const { grad } = input;
    if (grad === null) throw new Error("no gradient");
    const step = 1e-6;
    for (let i = 0; i < 8; i++) {
      const moved = (by: number): number => {
        const other = start.clone();
        other.reshape([8]).at(i).add_(by);
        return Number(f(other).item());
      };
      // Central differences: off by step² and by the rounding of f over step.
      expect(grad.reshape([8]).at(i).item()).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6);
    }
  });
});

it("running sums and products have second derivatives, third ones of products say that there are none", () => {
  const input = tensor([1, 2, 3], { dtype: "float64", requiresGrad: true });
  const [slope] = autograd.grad(input.cumsum(0).square().sum(), [input], { createGraph: true });
  const [second] = autograd.grad(slope.sum(), [input]);
  // d²/dx² of the squares of 1, 2 and 3 sums: 2 sum over j, k of the number of sums that hold both.
  expect(second.tolist()).toEqual([12, 10, 6]);
  // x₀ + x₀x₁ + x₀x₁x₂ has the slope (1 + x₁ + x₁x₂, x₀ + x₀x₂, x₀x₁); this is the slope of its sum.
  const [steep] = autograd.grad(input.cumprod(0).sum(), [input], { createGraph: true });
  expect(steep.tolist()).toEqual([9, 4, 2]);
  expect(autograd.grad(steep.sum(), [input], { retainGraph: true })[0].tolist()).toEqual([6, 5, 3]);
  expect(() => autograd.grad(steep.sum(), [input], { createGraph: true })).toThrow(AutogradError);
});

it("running sums in place", () => {
  const sums = tensor([[1, 2], [3, 4]]).float();
  sums.cumsum_(0);
  expect(sums.tolist()).toEqual([[1, 2], [4, 6]]);
  const whole = tensor([1, 2, 3, 4], { dtype: "int32" });
  whole.cumprod_(0);
  expect([whole.dtype, whole.tolist()]).toEqual(["int32", [1, 2, 6, 24]]);
});

it.each([1, 2, 7, 8, 9, 31, 1024, 1025, 4099, 65_536, 65_537])("rows of %i elements, with a constant added to all, keep their softmax", (length) => {
  const rows = realized(randn([3, length]));
  const shares = rows.softmax(1);
  for (const sum of shares.sum(1).tolist()) expect(sum).toBeCloseTo(1, 5);
  const shifted = rows.add(64).softmax(1); // exact for numbers of this size but for 6 bits
  expect(shares.sub(shifted).abs().amax().item()).toBeLessThan(1e-5);
  const separately = realized(rows.exp());
  expect(separately.div(realized(separately.sum(1, { keepdim: true }))).sub(shares).abs().amax().item()).toBeLessThan(1e-6);
});
