/**
 * @file Gradients of the catalogue's operations that move elements, and of the reductions that leave NaN out: first and second ones by
 * central differences in float64, and that what has no gradient says so.
 */
import { arange, autograd, cartesianProd, columnStack, dstack, meshgrid, tensor, type Tensor } from "tesserae";
import { describe, expect, it } from "vitest";

const matrix = (): Tensor => tensor([[0.3, -1.2, 2.5], [1.7, 0.4, -0.6]], { dtype: "float64", requiresGrad: true });
const square = (): Tensor => tensor([[0.3, -1.2], [1.7, 0.4]], { dtype: "float64", requiresGrad: true });
const vector = (): Tensor => tensor([0.3, -1.2, 2.5, 0.7], { dtype: "float64", requiresGrad: true });

const cases: readonly (readonly [name: string, of: (x: Tensor) => Tensor, input: () => Tensor])[] = [
  ["flip", (x) => x.flip(0, 1).square(), matrix],
  ["fliplr", (x) => x.fliplr().square(), matrix],
  ["flipud", (x) => x.flipud().square(), matrix],
  ["roll", (x) => x.roll([1, -2], [0, 1]).square(), matrix],
  ["roll of everything", (x) => x.roll(2).square(), matrix],
  ["rot90", (x) => x.rot90().square(), matrix],
  ["repeat", (x) => x.repeat(2, 1, 2).square(), matrix],
  ["tile", (x) => x.tile(2).square(), matrix],
  ["repeatInterleave", (x) => x.repeatInterleave(2, 1).square(), matrix],
  ["tril", (x) => x.tril(1).square(), matrix],
  ["triu", (x) => x.triu().square(), matrix],
  ["diag of a vector", (x) => x.diag(1).square(), vector],
  ["diag of a matrix", (x) => x.diag().square(), square],
  ["diagEmbed", (x) => x.diagEmbed(-1).square(), matrix],
  ["diagonal", (x) => x.diagonal(1).square(), matrix],
  ["diff", (x) => x.diff(2).square(), vector],
  ["unfold, overlapping", (x) => x.unfold(0, 3, 1).square(), vector],
  ["ravel", (x) => x.t().ravel().square(), matrix],
  ["asStrided", (x) => x.asStrided([2, 2], [1, 2]).square(), vector],
  ["tensorSplit", (x) => x.tensorSplit(2)[0].square(), vector],
  ["atleast3d", (x) => x.atleast3d().square(), vector],
  ["dstack", (x) => dstack([x, x.mul(2)]).square(), matrix],
  ["columnStack", (x) => columnStack([x, x.mul(2)]).square(), vector],
  ["meshgrid", (x) => meshgrid([x, x.mul(2)])[1].square(), vector],
  ["cartesianProd", (x) => cartesianProd(x, x.mul(2)).square(), vector],
  ["nansum", (x) => x.square().nansum(0), matrix],
  ["nanmean", (x) => x.square().nanmean(1), matrix],
];

/** A scalar of a result: its elements under weights that differ. */
const weighed = (y: Tensor): Tensor => y.mul(arange(1, y.numel() + 1).to("float64").mul(0.37).sin().reshape(y.shape)).sum();

/** The slope of a scalar function along each element, by central differences. */
function differences(of: (x: Tensor) => Tensor, x: Tensor): number[] {
  const [step, values] = [1e-6, Array.from(x.detach().toTypedArray(), Number)];
  const at = (i: number, by: number): number =>
    Number(of(tensor(values.map((v, j) => (i === j ? v + by : v)), { dtype: "float64", requiresGrad: true }).reshape(x.shape)).item());
  return values.map((_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}

function isNear(actual: Tensor, wanted: readonly number[]): void {
  Array.from(actual.toTypedArray(), Number).forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 6));
}

describe("gradients by differences", () => {
  it.each(cases)("%s", (_, of, input) => {
    const first = (x: Tensor): Tensor => weighed(of(x));
    const x = input();
    const [slope] = autograd.grad(first(x), x, { createGraph: true });
    isNear(slope, differences(first, x));
    const [curve] = autograd.grad(weighed(slope), x);
    isNear(curve, differences((at) => weighed(autograd.grad(first(at), at, { createGraph: true })[0]), x));
  });
});

it("leaves NaN without a gradient in nansum and nanmean", () => {
  const x = tensor([1, NaN, 3], { requiresGrad: true });
  x.nanmean().backward();
  expect(x.grad?.tolist()).toEqual([0.5, 0, 0.5]);
});

it("writes a triangle in place under the tape", () => {
  const x = square();
  const y = x.mul(2);
  y.tril_();
  y.sum().backward();
  expect(x.grad?.tolist()).toEqual([[2, 0], [2, 2]]);
});
