/**
 * @file Sums of products, distances and linear algebra through the public interface: first and second gradients by differences in float64,
 * and what is said of bad input. Values beside PyTorch's are in golden-catalogue.test.ts, its gradients in autograd-golden.test.ts.
 */
import { autograd, cdist, DTypeError, einsum, manualSeed, ones, rand, ShapeError, tensor, tensordot, ValueError, type Tensor } from "tesserae";
import { describe, expect, expectTypeOf, it } from "vitest";

manualSeed(5);
/** Numbers in [-2, 2), float64, of which gradients are asked. */
const draw = (...shape: readonly number[]): Tensor => rand([...shape], { dtype: "float64" }).mul(4).sub(2).detach().requiresGrad_();

type Case = readonly [fn: (...inputs: Tensor[]) => Tensor | readonly Tensor[], ...inputs: Tensor[]];

const contractions: Readonly<Record<string, Case>> = {
  "einsum of matrices": [(x, y) => einsum("ij,jk->ki", x, y), draw(2, 3), draw(3, 2)],
  "einsum of three": [(x, y, z) => einsum("bn,anm,bm->ba", x, y, z), draw(2, 2), draw(3, 2, 2), draw(2, 2)],
  "einsum of a diagonal": [(x) => einsum("iij->ij", x), draw(2, 2, 3)],
  "einsum of the same twice": [(x) => einsum("ij,kj->ik", x, x), draw(2, 3)],
  "einsum with an ellipsis": [(x, y) => einsum("...ij,...jk", x, y), draw(2, 1, 2, 2), draw(3, 2, 2)],
  "einsum with sizes of 1": [(x, y) => einsum("ij,ik->jk", x, y), draw(1, 2), draw(3, 2)],
  tensordot: [(x, y) => tensordot(x, y, [[2, 0], [0, 1]]), draw(2, 2, 3), draw(3, 2)],
  trace: [(x) => x.trace(), draw(2, 3)],
  kron: [(x, y) => x.kron(y), draw(2, 2), draw(3)],
  cross: [(x, y) => x.cross(y, 1), draw(2, 3), draw(1, 3)],
  ...Object.fromEntries([0, 0.5, 1, 1.5, 2, 3, Infinity].map((p): [string, Case] => [`cdist of order ${p}`, [(x, y) => cdist(x, y, p), draw(2, 1, 2, 3), draw(2, 3)]])),
  "cdist by products": [(x, y) => cdist(x, y, { computeMode: "use_mm_for_euclid_dist" }), draw(3, 2), draw(2, 2)],
};

describe.each(Object.entries(contractions))("%s", (_, [fn, ...inputs]) => {
  it("has the gradients that differences give", () => expect(autograd.gradcheck(fn, inputs)).toBe(true));
  it("has their gradients too", () => expect(autograd.gradgradcheck(fn, inputs)).toBe(true));
});

it("contracts the cheapest pair first, in whatever order they are given", () => {
  const [a, b, c] = [rand(40, 2), rand(2, 40), rand(40, 1)];
  const wanted = a.matmul(b.matmul(c));
  expect(einsum("ij,jk,kl->il", a, b, c).allclose(wanted, { rtol: 1e-5, atol: 1e-5 })).toBe(true);
  expect(einsum("kl,ij,jk->il", c, a, b).allclose(wanted, { rtol: 1e-5, atol: 1e-5 })).toBe(true);
});

it("gives no gradient where a distance is 0", () => {
  const x = tensor([[1, 2], [3, 4]], { dtype: "float64", requiresGrad: true });
  for (const p of [0.5, 1, 1.5, 2, 3, Infinity]) {
    const [grad] = autograd.grad(cdist(x, x.detach(), p).diagonal().sum(), x);
    expect(grad.tolist()).toEqual([[0, 0], [0, 0]]);
  }
});

it("says what does not fit", () => {
  expect(() => einsum("ij,jk->ik", ones(2, 3), ones(4, 5))).toThrow(
    new ShapeError("einsum: the subscript j stands for sizes 3 and 4 in [2, 3], [4, 5]: they must be equal, or one of them 1"),
  );
  expect(() => einsum("ijk->i", ones(2, 3))).toThrow(new ShapeError('einsum: operand 0 has the shape [2, 3], but the equation gives it 3 subscripts, "ijk"'));
  expect(() => einsum("ij->iz", ones(2, 3))).toThrow(new ValueError('einsum: the result\'s subscript z appears in no operand of "ij->iz"'));
  expect(() => einsum(ones(2, 3), [0, 99])).toThrow(new ValueError('einsum: a subscript in a list is a whole number from 0 to 51, or "...", not 99'));
  expect(() => tensordot(ones(2, 3), ones(2, 3), 1)).toThrow(
    new ShapeError("tensordot: dimension 1 of [2, 3] and 0 of [2, 3] must be equally large, not 3 and 2"),
  );
  expect(() => ones(2, 3, 4).trace()).toThrow(new ShapeError("trace: expects a matrix, not the shape [2, 3, 4]"));
  expect(() => cdist(ones(2, 3), ones(2, 4))).toThrow(
    new ShapeError("cdist: rows of 3 and 4 elements: [2, 3] and [2, 4] must end in the same size"),
  );
  expect(() => cdist(ones(2, 3).long(), ones(2, 3).long())).toThrow(DTypeError);
});

it("knows its shapes", () => {
  expectTypeOf(cdist(ones(2, 3), ones(4, 3)).shape).toEqualTypeOf<readonly [2, 4]>();
  expectTypeOf(ones(2, 3).kron(ones(4)).shape).toEqualTypeOf<readonly [2, 12]>();
  expectTypeOf(ones(2, 3).trace().shape).toEqualTypeOf<readonly []>();
  expectTypeOf(ones(2, 3).cross(ones(1, 3), 1).shape).toEqualTypeOf<readonly [2, 3]>();
});
