/**
 * @file Sums of products, distances and linear algebra through the public interface: first and second gradients by differences in float64,
 * and what is said of bad input. Values beside PyTorch's are in golden-catalogue.test.ts, its gradients in autograd-golden.test.ts.
 */
import {
  autograd, AutogradError, cdist, compile, DTypeError, einsum, eye, LinAlgError, linalg, manualSeed, ones, rand, randn, ShapeError, tensor, tensordot, ValueError,
  type Tensor,
} from "tesserae";
import { describe, expect, expectTypeOf, it } from "vitest";
import { asTensor, describeCall, perform, sectionsOf, type TensorFigures } from "./helpers/golden.js";

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

const symmetric = (x: Tensor): Tensor => x.add(x.mT);
const positive = (x: Tensor): Tensor => x.matmul(x.mT).add(eye(x.size(-1), { dtype: "float64" }));
/** All but the signs of vectors, which are arbitrary. */
const svdParts = (x: Tensor): Tensor[] => {
  const { U, S, Vh } = linalg.svd(x, { fullMatrices: false });
  return [U.square(), S, Vh.square(), U.matmul(Vh)];
};

const decompositions: Readonly<Record<string, Case>> = {
  det: [(x) => linalg.det(x), draw(2, 3, 3)],
  slogdet: [(x) => linalg.slogdet(x).logabsdet, draw(2, 3, 3)],
  logdet: [(x) => positive(x).logdet(), draw(2, 2)],
  inv: [(x) => linalg.inv(x), draw(2, 2, 2)],
  solve: [(a, b) => linalg.solve(a, b), draw(3, 3), draw(2, 3, 2)],
  "solve of a vector": [(a, b) => linalg.solve(a, b), draw(2, 3, 3), draw(3)],
  "solve from the right": [(a, b) => linalg.solve(a, b, { left: false }), draw(2, 2), draw(3, 2)],
  "solveTriangular, upper": [(a, b) => linalg.solveTriangular(a, b, { upper: true }), draw(2, 2), draw(3, 2, 2)],
  "solveTriangular, lower": [(a, b) => linalg.solveTriangular(a, b, { upper: false, unitriangular: true }), draw(3, 3), draw(3, 2)],
  "solveTriangular from the right": [(a, b) => linalg.solveTriangular(a, b, { upper: false, left: false }), draw(2, 2), draw(3, 2)],
  cholesky: [(x) => linalg.cholesky(positive(x)), draw(3, 3)],
  "cholesky, upper": [(x) => linalg.cholesky(positive(x), { upper: true }), draw(2, 2, 2)],
  qr: [(x) => Object.values(linalg.qr(x)), draw(4, 3)],
  "qr of square matrices": [(x) => Object.values(linalg.qr(x)), draw(2, 2, 2)],
  "qr of a wide matrix": [(x) => Object.values(linalg.qr(x, { mode: "complete" })), draw(2, 4)],
  eigh: [(x) => { const { eigenvalues, eigenvectors } = linalg.eigh(symmetric(x)); return [eigenvalues, eigenvectors.square()]; }, draw(3, 3)],
  eigvalsh: [(x) => linalg.eigvalsh(symmetric(x), { UPLO: "U" }), draw(2, 2, 2)],
  svd: [svdParts, draw(3, 3)],
  "svd of a tall matrix": [svdParts, draw(4, 2)],
  "svd of wide matrices": [svdParts, draw(2, 2, 3)],
  "svd, full": [(x) => { const { U, S, Vh } = linalg.svd(x); return [U.narrow(-1, 0, 2).square(), S, Vh.square()]; }, draw(4, 2)],
  svdvals: [(x) => linalg.svdvals(x), draw(2, 3, 2)],
  pinv: [(x) => linalg.pinv(x), draw(3, 2)],
  "pinv of wide matrices": [(x) => linalg.pinv(x), draw(2, 2, 3)],
  "pinv of a symmetric matrix": [(x) => linalg.pinv(symmetric(x), { hermitian: true }), draw(3, 3)],
  pinverse: [(x) => x.pinverse(), draw(2, 3)],
  "lstsq, overdetermined": [(a, b) => linalg.lstsq(a, b).solution, draw(4, 2), draw(4, 2)],
  "lstsq, underdetermined": [(a, b) => linalg.lstsq(a, b).solution, draw(2, 3), draw(2, 2)],
  "lstsq, its residuals": [(a, b) => linalg.lstsq(a, b, { driver: "gelsd" }).residuals, draw(4, 2), draw(4)],
  matrixPower: [(x) => linalg.matrixPower(x, 3), draw(2, 2)],
  "matrixPower of the inverse": [(x) => linalg.matrixPower(x, -2), draw(2, 2)],
  matrixExp: [(x) => linalg.matrixExp(x), draw(2, 2, 2)],
  tensorinv: [(x) => linalg.tensorinv(x.reshape(2, 2, 4)), draw(4, 4)],
  tensorsolve: [(a, b) => linalg.tensorsolve(a, b, { dims: [0] }), draw(4, 2, 2), draw(2, 2)],
  vander: [(x) => linalg.vander(x, { N: 4 }), draw(2, 3)],
  multiDot: [(a, b, c) => linalg.multiDot([a, b, c]), draw(2), draw(2, 3), draw(3, 2)],
  vecdot: [(a, b) => linalg.vecdot(a, b), draw(2, 3), draw(3)],
  "vectorNorm of order 3": [(x) => linalg.vectorNorm(x, 3, { dim: 0 }), draw(3, 2)],
  ...Object.fromEntries(
    (["fro", "nuc", 1, -1, 2, -2, Infinity, -Infinity] as const).flatMap((p): [string, Case][] => [
      [`matrixNorm of order ${p}`, [(x) => linalg.matrixNorm(x, p, { dim: [0, 2] }), draw(2, 2, 3)]],
      [`cond of order ${p}`, [(x) => linalg.cond(x, p), draw(2, 2)]],
    ]),
  ),
};

describe.each(Object.entries({ ...contractions, ...decompositions }))("%s", (_, [fn, ...inputs]) => {
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
  const [x, y]: Tensor[] = [ones(2, 3), ones(4, 5)];
  expect(() => einsum("ij,jk->ik", x, y)).toThrow(
    new ShapeError("einsum: the subscript j stands for sizes 3 and 4 in [2, 3], [4, 5]: they must be equal, or one of them 1"),
  );
  expect(() => einsum("ijk->i", x)).toThrow(new ShapeError('einsum: operand 0 has the shape [2, 3], but the equation gives it 3 subscripts, "ijk"'));
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

// Beside PyTorch, what has more than one right answer

/** PyTorch's float32 factors are rounded on their way; a vector's error grows with the inverse of the gap beside its value. */
const roundings: Readonly<Record<string, number>> = { float32: 2e-5, float64: 1e-10 };

function expectSameSizes(actual: Tensor, { shape, dtype, data }: TensorFigures): void {
  expect([actual.shape, actual.dtype]).toEqual([shape, dtype]);
  Array.from(actual.toTypedArray(), Number).forEach((value, i) => {
    expect(Math.abs(Math.abs(value) - Math.abs(Number(data[i])))).toBeLessThanOrEqual(roundings[dtype] * (1 + Math.abs(Number(data[i]))));
  });
}

const largest = (x: Tensor): number => (x.numel() === 0 ? 0 : Number(x.abs().amax().item()));

describe.each(Object.entries(sectionsOf("linalg-signs.json")))("%s has PyTorch's factors but for signs", (_, calls) => {
  it.each(calls.map((call) => [describeCall(call), call] as const))("%s", (name, call) => {
    const result = Object(perform(call));
    if (!("record" in call.out)) throw new Error(`${name}: the record has no parts`);
    const [, ...parts] = Object.entries(call.out.record).map(([part, figures]) => { expectSameSizes(asTensor(result[part]), figures); return part; });
    expect(parts.length).toBeGreaterThan(0);
  });
});

const unit = (n: number): Tensor => eye(n, { dtype: "float64" });

describe.each([[1, 1], [2, 2], [5, 3], [3, 5], [34, 34], [40, 12], [12, 40]])("of %i by %i", (rows, columns) => {
  const A = randn([2, rows, columns], { dtype: "float64" });
  const k = Math.min(rows, columns);
  const expectEqual = (a: Tensor, b: Tensor): void => expect(largest(a.sub(b))).toBeLessThan(1e-12 * Math.max(rows, columns));

  it("qr multiplies to the matrix, with orthonormal columns", () => {
    for (const mode of ["reduced", "complete"] as const) {
      const { Q, R } = linalg.qr(A, { mode });
      expectEqual(Q.matmul(R), A);
      expectEqual(Q.mT.matmul(Q), unit(Q.size(-1)));
      expectEqual(R.tril(-1), R.mul(0));
    }
  });

  it("svd multiplies to the matrix, with orthonormal vectors and values that descend", () => {
    for (const fullMatrices of [false, true]) {
      const { U, S, Vh } = linalg.svd(A, { fullMatrices });
      expectEqual(U.narrow(-1, 0, k).mul(S.unsqueeze(-2)).matmul(Vh.narrow(-2, 0, k)), A);
      expectEqual(U.mT.matmul(U), unit(U.size(-1)));
      expectEqual(Vh.matmul(Vh.mT), unit(Vh.size(-2)));
      expect(S.diff().le(0).all().item() && S.ge(0).all().item()).toBe(true);
      expectEqual(linalg.svdvals(A), S);
    }
  });

  it("eigh multiplies to the matrix, with orthonormal vectors and values that ascend", () => {
    const square = A.matmul(A.mT).sub(unit(rows).mul(3));
    const { eigenvalues, eigenvectors } = linalg.eigh(square);
    expectEqual(eigenvectors.mul(eigenvalues.unsqueeze(-2)).matmul(eigenvectors.mT).div(rows), square.div(rows));
    expectEqual(eigenvectors.mT.matmul(eigenvectors), unit(rows));
    expect(eigenvalues.diff().ge(0).all().item()).toBe(true);
  });

  it("the pseudo-inverse and the least squares say the same", () => {
    const B = randn([2, rows, 3], { dtype: "float64" });
    expect(largest(linalg.pinv(A).matmul(B).sub(linalg.lstsq(A, B).solution))).toBeLessThan(1e-9);
  });
});

it("finds the values of matrices that are hard on a decomposition", () => {
  const zeros = tensor([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]], { dtype: "float64" });
  for (const A of [zeros, zeros.mT, zeros.mul(1e-200), zeros.mul(1e200), ones(4, 4).double(), ones(4, 4).double().mul(0), eye(4, { dtype: "float64" })]) {
    const { U, S, Vh } = linalg.svd(A);
    const scale = Math.max(S.at(0).item(), Number.MIN_VALUE);
    expect(largest(U.mul(S.div(scale)).matmul(Vh).sub(A.div(scale)))).toBeLessThan(1e-14);
    const { eigenvalues, eigenvectors } = linalg.eigh(A.add(A.mT));
    expect(largest(eigenvectors.mul(eigenvalues.div(scale)).matmul(eigenvectors.mT).sub(A.add(A.mT).div(scale)))).toBeLessThan(1e-14);
  }
});

it("has cofactors as the gradient of a determinant that is 0", () => {
  const A = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]], { dtype: "float64", requiresGrad: true });
  const [grad] = autograd.grad(linalg.det(A), A);
  expect(largest(grad.sub(tensor([[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]).double()))).toBeLessThan(1e-12);
  const zeros = ones(3, 3).double().mul(0).requiresGrad_();
  expect(autograd.grad(linalg.det(zeros), zeros)[0].tolist()).toEqual([[0, 0, 0], [0, 0, 0], [0, 0, 0]]);
});

it("says what a matrix lacks, where it is called", () => {
  const singular = tensor([[[1, 0], [0, 1]], [[1, 2], [2, 4]]]).float();
  expect(() => linalg.inv(singular)).toThrow(
    new LinAlgError("linalg.inv: (batch element 1) the diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular"),
  );
  expect(() => singular.at(1).inverse()).toThrow(
    new LinAlgError("inverse: the diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular"),
  );
  expect(() => linalg.solve(singular, ones(2))).toThrow(new LinAlgError("linalg.solve: (batch element 1) the solver failed because the input matrix is singular"));
  expect(() => linalg.cholesky(tensor([[1, 2], [2, 1]]).float())).toThrow(
    new LinAlgError("linalg.cholesky: the factorization could not be completed because the input is not positive-definite (the leading minor of order 2 is not positive-definite)"),
  );
  expect(() => linalg.svd(tensor([[1, Infinity]]))).toThrow(
    new LinAlgError("linalg.svd: the algorithm failed to converge because the input matrix contained non-finite values"),
  );
});

it("says which shapes do not fit", () => {
  const wide: Tensor = ones(2, 3);
  expect(() => linalg.inv(wide)).toThrow(new ShapeError("linalg.inv: expects square matrices, but the shape [2, 3] has matrices of 2 × 3"));
  expect(() => linalg.solve(ones(2, 2), ones(3, 1))).toThrow(
    new ShapeError("linalg.solve: matrices of 2 × 2 do not fit A X = B with B of 3 × 1: the shapes are [2, 2] and [3, 1]"),
  );
  expect(() => linalg.multiDot([ones(2, 2), ones(3, 2)])).toThrow(new ShapeError("linalg.multiDot: tensors 0 and 1 of shapes [2, 2] and [3, 2] cannot be multiplied"));
  expect(() => linalg.det(ones(2, 2).long())).toThrow(new DTypeError("linalg.det: got int64, but it takes float32 and float64: cast it first with .float()"));
});

it("has no gradient of QR where PyTorch has none", () => {
  const A = draw(3, 2);
  expect(() => linalg.qr(A, { mode: "r" }).R.sum().backward()).toThrow(AutogradError);
  expect(() => linalg.qr(A, { mode: "complete" }).R.sum().backward()).toThrow(AutogradError);
});

it("keeps the factors of one decomposition under the tape's eye", () => {
  const A = draw(3, 3);
  const { eigenvalues, eigenvectors } = linalg.eigh(symmetric(A));
  eigenvectors.mul_(2);
  expect(() => eigenvalues.sum().backward()).toThrow(/modified by an inplace operation/);
});

it("runs in compiled functions, which throw when they are called", () => {
  const step = compile((A: Tensor, b: Tensor) => linalg.solve(A.add(A.mT), b).sum());
  const [A, b] = [eye(2).mul(2), ones(2)];
  expect(step(A, b).item()).toBe(0.5);
  expect(step(A.mul(2), b).item()).toBe(0.25);
  expect(() => step(ones(2, 2), b).item()).toThrow(LinAlgError);
  expect(step(A, b).item()).toBe(0.5);
});

it("knows the shapes of factors", () => {
  expectTypeOf(linalg.qr(ones(2, 4, 3)).Q.shape).toEqualTypeOf<readonly [2, 4, 3]>();
  expectTypeOf(linalg.qr(ones(4, 3), { mode: "complete" }).R.shape).toEqualTypeOf<readonly [4, 3]>();
  expectTypeOf(linalg.qr(ones(3, 4), { mode: "r" }).Q.shape).toEqualTypeOf<readonly [0]>();
  expectTypeOf(linalg.svd(ones(4, 3)).U.shape).toEqualTypeOf<readonly [4, 4]>();
  expectTypeOf(linalg.svd(ones(4, 3), { fullMatrices: false }).Vh.shape).toEqualTypeOf<readonly [3, 3]>();
  expectTypeOf(linalg.svdvals(ones(5, 4, 3)).shape).toEqualTypeOf<readonly [5, 3]>();
  expectTypeOf(linalg.lstsq(ones(4, 3), ones(4, 2)).solution.shape).toEqualTypeOf<readonly [3, 2]>();
});

it("knows the shapes of sums of products", () => {
  expectTypeOf(einsum("bij, bjk -> bik", ones(2, 3, 4), ones(1, 4, 5)).shape).toEqualTypeOf<readonly [2, 3, 5]>();
  expectTypeOf(einsum("ij->ji", ones(2, 3)).shape).toEqualTypeOf<readonly [3, 2]>();
  expectTypeOf(einsum("ii->", ones(3, 3))).toEqualTypeOf<Tensor<[], "float32">>();
  expectTypeOf(einsum("ij,jk", ones(2, 3), ones(3, 4)).shape).toEqualTypeOf<readonly number[]>();
  const unknown: Tensor = ones(2, 3);
  expectTypeOf(einsum("ij,jk->ikj", unknown, ones(3, 4)).shape).toEqualTypeOf<readonly [number, 4, number]>();
});

it("knows its shapes", () => {
  expectTypeOf(linalg.inv(eye(2)).shape).toEqualTypeOf<readonly [2, 2]>();
  expectTypeOf(linalg.det(ones(4, 2, 2).add(eye(2))).shape).toEqualTypeOf<readonly [4]>();
  expectTypeOf(linalg.eigh(eye(3)).eigenvalues.shape).toEqualTypeOf<readonly [3]>();
  expectTypeOf(linalg.pinv(ones(2, 3)).shape).toEqualTypeOf<readonly [3, 2]>();
  expectTypeOf(linalg.matrixNorm(ones(4, 2, 3)).shape).toEqualTypeOf<readonly [4]>();
  expectTypeOf(linalg.vectorNorm(ones(4, 3), 1, { dim: 1, keepdim: true }).shape).toEqualTypeOf<readonly [4, 1]>();
  expectTypeOf(linalg.norm(ones(4, 3), { dtype: "float64" })).toEqualTypeOf<Tensor<[], "float64">>();
  expectTypeOf(cdist(ones(2, 3), ones(4, 3)).shape).toEqualTypeOf<readonly [2, 4]>();
  expectTypeOf(ones(2, 3).kron(ones(4)).shape).toEqualTypeOf<readonly [2, 12]>();
  expectTypeOf(ones(2, 3).trace().shape).toEqualTypeOf<readonly []>();
  expectTypeOf(ones(2, 3).cross(ones(1, 3), 1).shape).toEqualTypeOf<readonly [2, 3]>();
});
