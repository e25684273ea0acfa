/**
 * @file First and second gradients against central differences in float64, for each operation that has one; and that the checks
 * themselves find what is wrong.
 */
import { autograd, AutogradError, cat, F, manualSeed, rand, stack, tensor, where, type Tensor } from "tesserae";
import { describe, expect, it } from "vitest";

manualSeed(7);
/** Numbers in [low, high), no two close to each other where an operation has a corner between them. */
function draw(shape: readonly number[], low = -2, high = 2): Tensor {
  return rand([...shape], { dtype: "float64" }).mul(high - low).add(low).detach().requiresGrad_();
}

type Case = readonly [fn: (...inputs: Tensor[]) => Tensor | readonly Tensor[], ...inputs: Tensor[]];
const matrix = (): Tensor => draw([2, 3]);
const positive = (): Tensor => draw([2, 3], 0.2, 3);
const unit = (): Tensor => draw([2, 3], -0.9, 0.9);
const index = tensor([[0, 2], [1, 1]]);

const cases: Readonly<Record<string, Case>> = {
  neg: [(x) => x.neg(), matrix()],
  abs: [(x) => x.abs(), matrix()],
  square: [(x) => x.square(), matrix()],
  sqrt: [(x) => x.sqrt(), positive()],
  rsqrt: [(x) => x.rsqrt(), positive()],
  reciprocal: [(x) => x.reciprocal(), positive()],
  exp: [(x) => x.exp(), matrix()],
  exp2: [(x) => x.exp2(), matrix()],
  expm1: [(x) => x.expm1(), matrix()],
  log: [(x) => x.log(), positive()],
  log2: [(x) => x.log2(), positive()],
  log10: [(x) => x.log10(), positive()],
  log1p: [(x) => x.log1p(), positive()],
  sin: [(x) => x.sin(), matrix()],
  cos: [(x) => x.cos(), matrix()],
  tan: [(x) => x.tan(), unit()],
  asin: [(x) => x.asin(), unit()],
  acos: [(x) => x.acos(), unit()],
  atan: [(x) => x.atan(), matrix()],
  sinh: [(x) => x.sinh(), matrix()],
  cosh: [(x) => x.cosh(), matrix()],
  tanh: [(x) => x.tanh(), matrix()],
  asinh: [(x) => x.asinh(), matrix()],
  acosh: [(x) => x.acosh(), draw([2, 3], 1.2, 3)],
  atanh: [(x) => x.atanh(), unit()],
  sigmoid: [(x) => x.sigmoid(), matrix()],
  erf: [(x) => x.erf(), matrix()],
  erfc: [(x) => x.erfc(), matrix()],
  sinc: [(x) => x.sinc(), positive()],
  logit: [(x) => x.logit(), draw([2, 3], 0.1, 0.9)],
  relu: [(x) => x.relu(), matrix()],
  gelu: [(x) => F.gelu(x), matrix()],
  silu: [(x) => F.silu(x), matrix()],
  frac: [(x) => x.frac(), draw([2, 3], 0.1, 0.9)],
  add: [(x, y) => x.add(y, { alpha: 2 }), matrix(), draw([3])],
  sub: [(x, y) => x.sub(y), matrix(), draw([2, 1])],
  mul: [(x, y) => x.mul(y), matrix(), draw([])],
  div: [(x, y) => x.div(y), matrix(), positive()],
  pow: [(x, y) => x.pow(y), positive(), matrix()],
  "pow of a number": [(x) => x.pow(3.5), positive()],
  atan2: [(x, y) => x.atan2(y), matrix(), positive()],
  hypot: [(x, y) => x.hypot(y), matrix(), positive()],
  logaddexp: [(x, y) => x.logaddexp(y), matrix(), matrix()],
  xlogy: [(x, y) => x.xlogy(y), matrix(), positive()],
  maximum: [(x, y) => x.maximum(y), matrix(), matrix()],
  remainder: [(x, y) => x.remainder(y), draw([3], 3.1, 3.9), draw([3], 0.96, 0.99)],
  clamp: [(x) => x.clamp(-1, 1), matrix()],
  where: [(x, y) => where(tensor([true, false, true]), x, y), matrix(), matrix()],
  lerp: [(x, y, w) => x.lerp(y, w), matrix(), matrix(), matrix()],
  addcdiv: [(x, y, z) => x.addcdiv(y, z, { value: 2 }), matrix(), matrix(), positive()],
  "at, with index tensors apart": [(x) => x.at(index, ":", [0, 1]).square(), draw([3, 2, 2])],
  "at, with a mask": [(x) => x.at(tensor([[true, false, true], [false, true, true]])).square(), matrix()],
  set: [(x, y) => x.mul(1).set([[1, 0], tensor([2, 0])], y).square(), matrix(), draw([2])],
  "set, one value under a mask": [(x, y) => x.mul(1).set([tensor([true, false])], y).square(), matrix(), draw([])],
  indexPut: [(x, y) => x.indexPut([tensor([1, 1])], y, { accumulate: true }).square(), matrix(), draw([2, 3])],
  sort: [(x) => x.sort(1).values.square(), matrix()],
  msort: [(x) => x.msort().square(), matrix()],
  topk: [(x) => x.topk(2).values.square(), matrix()],
  kthvalue: [(x) => x.kthvalue(2).values.square(), matrix()],
  median: [(x) => x.median().square(), matrix()],
  "median along a dimension": [(x) => x.median(1).values.square(), matrix()],
  nanmedian: [(x) => x.nanmedian(0).values.square(), matrix()],
  mode: [(x) => x.mode(1).values.square(), matrix()],
  quantile: [(x, q) => x.quantile(q, 1).square(), matrix(), tensor([0.3, 0.85], { dtype: "float64", requiresGrad: true })],
  nanquantile: [(x, q) => x.nanquantile(q).square(), matrix(), tensor([0.33], { dtype: "float64", requiresGrad: true })],
  "quantile of the nearest rank": [(x) => x.quantile(0.3, 1, { interpolation: "nearest" }).square(), matrix()],
  aminmax: [(x) => Object.values(x.aminmax({ dim: 1 })).map((part) => part.square()), matrix()],
  scatter: [(x, y) => x.scatter(1, tensor([[0, 2], [1, 0]]), y).square(), draw([2, 3]), draw([2, 2])],
  "scatter of a number": [(x) => x.scatter(1, tensor([[0, 2], [1, 0]]), 2).square(), draw([2, 3])],
  "scatter, with a source larger than the index": [(x, y) => x.scatter(1, tensor([[0, 2], [1, 0]]), y).square(), draw([2, 3]), draw([3, 4])],
  scatterAdd: [(x, y) => x.scatterAdd(1, tensor([[0, 0], [1, 0]]), y).square(), draw([2, 3]), draw([2, 2])],
  "scatterReduce by sum": [(x, y) => x.scatterReduce(1, tensor([[0, 0], [1, 0]]), y, "sum", { includeSelf: false }).square(), draw([2, 3]), draw([2, 2])],
  "scatterReduce by prod": [(x, y) => x.scatterReduce(1, tensor([[0, 0], [1, 0]]), y, "prod"), positive(), draw([2, 2], 0.3, 2)],
  "scatterReduce by mean": [(x, y) => x.scatterReduce(1, tensor([[0, 0], [1, 0]]), y, "mean", { includeSelf: false }).square(), matrix(), draw([2, 2])],
  "scatterReduce by amax": [(x, y) => x.scatterReduce(1, tensor([[0, 0], [1, 0]]), y, "amax").square(), matrix(), draw([2, 2])],
  "scatterReduce by amin": [(x, y) => x.scatterReduce(1, tensor([[0, 0], [1, 0]]), y, "amin").square(), matrix(), draw([2, 2])],
  indexAdd: [(x, y) => x.indexAdd(1, tensor([2, 2]), y, { alpha: 1.5 }).square(), draw([2, 3]), draw([2, 2])],
  indexCopy: [(x, y) => x.indexCopy(1, tensor([2, 0]), y).square(), draw([2, 3]), draw([2, 2])],
  indexFill: [(x, y) => x.indexFill(1, tensor([2, -3]), y).square(), draw([2, 3]), draw([])],
  maskedScatter: [(x, y) => x.maskedScatter(tensor([[true, false, true], [false, true, false]]), y).square(), draw([2, 3]), draw([4])],
  maskedSelect: [(x) => x.maskedSelect(tensor([true, false, true])).square(), matrix()],
  "cumprod, of zeros too": [(x) => x.cumprod(1), tensor([[0.5, 0, 1.5, -2], [0, 0, 0.7, 1]], { dtype: "float64", requiresGrad: true })],
  cumprod: [(x) => x.cumprod(0), draw([4, 2])],
  logcumsumexp: [(x) => x.logcumsumexp(1), draw([2, 4])],
  cummax: [(x) => x.cummax(1).values.square(), draw([2, 4])],
  cummin: [(x) => x.cummin(0).values.square(), draw([4, 2])],
  sum: [(x) => x.sum(1), matrix()],
  mean: [(x) => x.mean(0, { keepdim: true }), matrix()],
  prod: [(x) => x.prod(1), matrix()],
  "prod of all": [(x) => x.prod(), matrix()],
  amax: [(x) => x.amax(1), matrix()],
  max: [(x) => x.max(1).values, matrix()],
  var: [(x) => x.var(1), matrix()],
  std: [(x) => x.std(), matrix()],
  norm: [(x) => x.norm(2, 1), matrix()],
  "norm of order 3": [(x) => x.norm(3), matrix()],
  matmul: [(x, y) => x.matmul(y), matrix(), draw([3, 2])],
  "matmul, broadcast": [(x, y) => x.matmul(y), draw([2, 1, 2, 3]), draw([2, 3, 2])],
  mv: [(x, y) => x.matmul(y), matrix(), draw([3])],
  dot: [(x, y) => x.dot(y), draw([3]), draw([3])],
  views: [(x) => x.t().at("1:", null).squeeze().reshape(-1), matrix()],
  expand: [(x) => x.expand(2, 2, 3), matrix()],
  unbind: [(x) => x.unbind(1), matrix()],
  stack: [(x, y) => stack([x, y], 1), matrix(), matrix()],
  cat: [(x, y) => cat([x, y], 1), matrix(), matrix()],
  gather: [(x) => x.gather(1, index), matrix()],
  indexSelect: [(x) => x.indexSelect(1, tensor([2, 2, 0])), matrix()],
  "in place": [(x, y) => { const z = x.mul(1); z.at(0).mul_(y); z.exp_(); return z; }, matrix(), draw([3])],
  softmax: [(x) => x.softmax(1), matrix()],
  logSoftmax: [(x) => x.logSoftmax(0), matrix()],
  logsumexp: [(x) => x.logsumexp(1), matrix()],
  "softmax by hand": [(x) => { const e = x.sub(x.amax(1, { keepdim: true })).exp(); return e.div(e.sum(1, { keepdim: true })); }, matrix()],
};

describe.each(Object.entries(cases))("%s", (_, [fn, ...inputs]) => {
  it("has the gradients that differences give", () => expect(autograd.gradcheck(fn, inputs)).toBe(true));
  it("has their gradients too", () => expect(autograd.gradgradcheck(fn, inputs)).toBe(true));
});

/** x², but only one of its factors is seen. */
const wrong = (x: Tensor): Tensor => x.mul(x.detach());
/** x³, written so that its slope 3x² is there but does not know of x. */
const cube = (x: Tensor): Tensor => x.detach().square().mul(3).mul(x).sub(x.detach().pow(3).mul(2));

describe("the checks", () => {
  it("find a gradient that is wrong", () => {
    expect(() => autograd.gradcheck(wrong, [matrix()])).toThrow(AutogradError);
    expect(autograd.gradcheck(wrong, [matrix()], { raiseException: false })).toBe(false);
  });

  it("find a second gradient that is wrong where the first is right", () => {
    expect(autograd.gradcheck(cube, [matrix()])).toBe(true);
    expect(() => autograd.gradgradcheck(cube, [matrix()])).toThrow(AutogradError);
  });

  it("want an input and an output that require grad", () => {
    expect(() => autograd.gradcheck((x) => x.mul(2), [matrix().detach()])).toThrow(/at least one input/);
    expect(() => autograd.gradcheck((x) => x.detach(), [matrix()])).toThrow(/no output/);
  });
});
