/**
 * @file `torch.linalg` as `linalg`: solving, decompositions, norms. What they compute is in ops/linalg-*.ts; this is the users' side, which
 * reads arguments, names results and knows static shapes. The norms and products are in linalg-norms.ts.
 */
import type { DType } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import { TensorImpl } from "../graph/storage.js";
import type { CallOp } from "../ops/call.js";
import { eighOp, eigvalshOp, part, qrOp, svdOp, svdvalsOp } from "../ops/linalg-factors.js";
import { lstsq as runLeastSquares, matrixRankOp, pinvOp } from "../ops/linalg-least.js";
import { solveOps } from "../ops/linalg-solve.js";
import { callOp } from "../ops/recorded.js";
import { unwrapped } from "./bind-calls.js";
import { Tensor } from "./class.js";
import { implOf } from "./install.js";
import type { Batch, CheckSquare, FactorsQR, FactorsSVD, ModeOfQR, SignAndLog, SolutionShape, Turned, ValuesShape } from "./signatures-linalg.js";

export type { FactorsQR, FactorsSVD, ModeOfQR, SignAndLog } from "./signatures-linalg.js";
export { cond, cross, diagonal, matmul, matrixExp, matrixNorm, matrixPower, multiDot, norm, tensorinv, tensorsolve, vander, vecdot, vectorNorm, type MatrixOrder, type NormOptions } from "./linalg-norms.js";

/** An entry with rules of its own is recorded; one that is made of others has been. */
const resultOf = (op: CallOp, A: Tensor, args: readonly unknown[]): ReturnType<CallOp["run"]> =>
  op.gradient ? callOp(op, implOf(op.name, A), args.map(unwrapped)) : op.run(implOf(op.name, A), args.map(unwrapped), op.name);

function one(op: CallOp, A: Tensor, ...args: readonly unknown[]): Tensor {
  const result = resultOf(op, A, args);
  if (result instanceof TensorImpl) return new Tensor(result);
  throw new InternalError(`${op.name}: the entry gives no tensor`);
}

/** Several results, of which each is asked for by its name. */
function several(op: CallOp, A: Tensor, ...args: readonly unknown[]): (name: string) => Tensor {
  const result = resultOf(op, A, args);
  return (name) => new Tensor(part(result, name).impl);
}

/**
 * The determinant of each square matrix: [..., N, N] gives [...]. float32 and float64. Its gradient is the matrix of cofactors, also where the
 * matrix is singular.
 * @throws ShapeError where they are not square; DTypeError for integers and bool
 * @example linalg.det(tensor([[2, 1], [1, 3]]).float()) // tensor(5.)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html
 */
export function det<S extends Shape, D extends DType>(A: Tensor<S, D> & CheckSquare<S>): Tensor<Batch<S>, D>;
export function det(A: Tensor): Tensor {
  return one(solveOps.det, A);
}

/**
 * The sign of the determinant of each square matrix and the logarithm of its absolute value, of [...] for [..., N, N]: 0 and -Infinity for a
 * singular one. float32 and float64.
 * @throws ShapeError where they are not square; DTypeError for integers and bool
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.slogdet.html
 */
export function slogdet<S extends Shape, D extends DType>(A: Tensor<S, D> & CheckSquare<S>): SignAndLog<Batch<S>, D>;
export function slogdet(A: Tensor): SignAndLog<Shape, DType> {
  const of = several(solveOps.slogdet, A);
  return { sign: of("sign"), logabsdet: of("logabsdet") };
}

/**
 * The inverse of each square matrix: [..., N, N] gives the same shape. float32 and float64. `solve` is faster and more exact where a system is
 * to be solved.
 * @throws LinAlgError for a singular one; ShapeError where they are not square; DTypeError for integers and bool
 * @example linalg.inv(tensor([[2, 0], [0, 4]]).float()) // tensor([[0.5000, 0.0000], [0.0000, 0.2500]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html
 */
export function inv<S extends Shape, D extends DType>(A: Tensor<S, D> & CheckSquare<S>): Tensor<S, D>;
export function inv(A: Tensor): Tensor {
  return one(solveOps.inv, A);
}

/** `solve`: whether A stands on the left (true), as in A X = B, or on the right. */
export interface SolveOptions {
  readonly left?: boolean;
}

/**
 * The X of A X = B, or of X A = B with `{ left: false }`. A is [..., N, N]; B is [..., N, K], or a vector, [N], or one for each matrix,
 * [..., N]. Batches broadcast. float32 and float64.
 * @throws LinAlgError where A is singular; ShapeError where A is not square or B does not fit; DTypeError for integers, bool, or two dtypes
 * @example linalg.solve(tensor([[2, 1], [1, 3]]).float(), tensor([3, 4]).float()) // tensor([1., 1.])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve.html
 */
export function solve<S extends Shape, B extends Shape, D extends DType>(
  A: Tensor<S, D> & CheckSquare<S>, B: Tensor<B, D>, options?: SolveOptions,
): Tensor<S extends readonly [number, number] ? B : Shape, D>;
export function solve(A: Tensor, B: Tensor, options?: SolveOptions): Tensor {
  return one(solveOps.solve, A, B, options);
}

/** `solveTriangular`: which triangle A is; whether it stands on the left (true); whether its diagonal counts as ones (false). */
export interface TriangleOptions extends SolveOptions {
  readonly upper: boolean;
  readonly unitriangular?: boolean;
}

/**
 * The X of A X = B, or of X A = B with `{ left: false }`, for triangular A: only the triangle that `upper` names is read. A is [..., N, N], B
 * [..., N, K]; batches broadcast. float32 and float64. A singular A gives infinities and NaN.
 * @throws ShapeError where A is not square or B does not fit; DTypeError for integers, bool, or two dtypes; ValueError without `upper`
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html
 */
export function solveTriangular<S extends Shape, B extends Shape, D extends DType>(
  A: Tensor<S, D> & CheckSquare<S>, B: Tensor<B, D>, options: TriangleOptions,
): Tensor<S extends readonly [number, number] ? B : Shape, D>;
export function solveTriangular(A: Tensor, B: Tensor, options: TriangleOptions): Tensor {
  return one(solveOps.solveTriangular, A, B, options);
}

/**
 * The lower triangular L of A = L Lᵀ for each symmetric positive-definite matrix, [..., N, N], of which only the lower triangle is read; with
 * `{ upper: true }` the upper triangular U of A = Uᵀ U, and the upper triangle. float32 and float64.
 * @throws LinAlgError where a matrix is not positive-definite; ShapeError where it is not square; DTypeError for integers and bool
 * @example linalg.cholesky(tensor([[4, 2], [2, 5]]).float()) // tensor([[2., 0.], [1., 2.]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.cholesky.html
 */
export function cholesky<S extends Shape, D extends DType>(A: Tensor<S, D> & CheckSquare<S>, options?: { readonly upper?: boolean }): Tensor<S, D>;
export function cholesky(A: Tensor, options?: { readonly upper?: boolean }): Tensor {
  return one(solveOps.cholesky, A, options);
}

/**
 * Q with orthonormal columns and upper triangular R of A = Q R, for each matrix [..., M, N], with LAPACK's signs. K is the smaller size:
 * "reduced", the default, gives [..., M, K] and [..., K, N]; "complete" [..., M, M] and [..., M, N]; "r" only R, and Q of [0]. float32 and
 * float64. Mode "r", and "complete" for M > N, have no gradient.
 * @throws ShapeError below two dimensions; DTypeError for integers and bool; ValueError for another mode
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.qr.html
 */
export function qr<S extends Shape, D extends DType, const M extends ModeOfQR = "reduced">(A: Tensor<S, D>, options?: { readonly mode?: M }): FactorsQR<S, D, M>;
export function qr(A: Tensor, options?: { readonly mode?: ModeOfQR }): Record<"Q" | "R", Tensor> {
  const of = several(qrOp, A, options);
  return { Q: of("Q"), R: of("R") };
}

/** Which triangle of a symmetric matrix is read. */
export interface TriangleChoice {
  readonly UPLO?: "L" | "U";
}
/** Eigenvalues, ascending, and their vectors as columns. */
export interface EigenPairs<S extends Shape, D extends DType> {
  readonly eigenvalues: Tensor<S extends readonly [...infer L extends Shape, number] ? L : Shape, D>;
  readonly eigenvectors: Tensor<S, D>;
}

/**
 * The eigenvalues of each symmetric matrix, [..., N] in ascending order for [..., N, N], and their vectors, the columns of [..., N, N]. Only the
 * lower triangle is read, or, with `{ UPLO: "U" }`, the upper one. float32 and float64. A vector's sign is arbitrary; its gradient is finite
 * where no two eigenvalues are equal.
 * @throws ShapeError where they are not square; DTypeError for integers and bool; ValueError for another triangle; LinAlgError
 * @example linalg.eigh(tensor([[2, 1], [1, 2]]).float()).eigenvalues // tensor([1., 3.])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigh.html
 */
export function eigh<S extends Shape, D extends DType>(A: Tensor<S, D> & CheckSquare<S>, options?: TriangleChoice): EigenPairs<S, D>;
export function eigh(A: Tensor, options?: TriangleChoice): EigenPairs<Shape, DType> {
  const of = several(eighOp, A, options);
  return { eigenvalues: of("eigenvalues"), eigenvectors: of("eigenvectors") };
}

/**
 * The eigenvalues of each symmetric matrix alone, as `eigh` gives them.
 * @throws as `eigh`
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigvalsh.html
 */
export function eigvalsh<S extends Shape, D extends DType>(A: Tensor<S, D> & CheckSquare<S>, options?: TriangleChoice): EigenPairs<S, D>["eigenvalues"];
export function eigvalsh(A: Tensor, options?: TriangleChoice): Tensor {
  return one(eigvalshOp, A, options);
}

/**
 * The singular values of each matrix, [..., K] in descending order for [..., M, N], and its singular vectors: A = U diag(S) Vh. U is
 * [..., M, M] and Vh [..., N, N]; with `{ fullMatrices: false }`, [..., M, K] and [..., K, N]. float32 and float64. The sign of a pair of vectors
 * is arbitrary; their gradients are finite where no two values are equal, and none is 0 unless A is square.
 * @throws LinAlgError for NaN and infinities; ShapeError below two dimensions; DTypeError for integers and bool
 * @example linalg.svd(tensor([[3, 0], [0, 4]]).float()).S // tensor([4., 3.])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.svd.html
 */
export function svd<S extends Shape, D extends DType, const F extends boolean = true>(A: Tensor<S, D>, options?: { readonly fullMatrices?: F }): FactorsSVD<S, D, F>;
export function svd(A: Tensor, options?: { readonly fullMatrices?: boolean }): Record<"U" | "S" | "Vh", Tensor> {
  const of = several(svdOp, A, options);
  return { U: of("U"), S: of("S"), Vh: of("Vh") };
}

/**
 * The singular values of each matrix alone, as `svd` gives them.
 * @throws as `svd`
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.svdvals.html
 */
export function svdvals<S extends Shape, D extends DType>(A: Tensor<S, D>): Tensor<ValuesShape<S>, D>;
export function svdvals(A: Tensor): Tensor {
  return one(svdvalsOp, A);
}

/** What counts as 0 among singular values: at most `atol`, or `rtol` times the largest. */
export interface ToleranceOptions<T = number> {
  readonly atol?: T;
  readonly rtol?: T;
  /** The matrices are symmetric: by their eigenvalues, which is faster. */
  readonly hermitian?: boolean;
}

/**
 * The pseudo-inverse of each matrix: [..., M, N] gives [..., N, M]. Singular values up to the larger of `atol` (0) and `rtol` times the largest
 * count as 0; `rtol` is the dtype's epsilon times the larger size, or 0 where `atol` is given. float32 and float64.
 * @throws ShapeError below two dimensions; DTypeError for integers and bool; LinAlgError for NaN and infinities
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.pinv.html
 */
export function pinv<S extends Shape, D extends DType>(A: Tensor<S, D>, options?: ToleranceOptions): Tensor<Turned<S>, D>;
export function pinv(A: Tensor, options?: ToleranceOptions): Tensor {
  return one(pinvOp, A, ...(options ? [options] : []));
}

/**
 * How many singular values of each matrix do not count as 0: [..., M, N] gives [...] of int64. The tolerances are those of `pinv`, and may be
 * tensors of a number for each matrix.
 * @throws ShapeError below two dimensions; DTypeError for integers and bool; LinAlgError for NaN and infinities
 * @example linalg.matrixRank(tensor([[1, 2], [2, 4]]).float()) // tensor(1)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_rank.html
 */
export function matrixRank<S extends Shape>(A: Tensor<S>, options?: ToleranceOptions<number | Tensor>): Tensor<Batch<S>, "int64">;
export function matrixRank(A: Tensor, options?: ToleranceOptions<number | Tensor>): Tensor {
  return one(matrixRankOp, A, ...(options ? [options] : []));
}

/** `lstsq`: what counts as 0 among singular values, relative to the largest; and which of LAPACK's results are wanted. */
export interface LeastSquaresOptions {
  readonly rcond?: number;
  readonly driver?: "gelsy" | "gelsd" | "gelss" | "gels";
}
export interface LeastSquares<A extends Shape = Shape, B extends Shape = Shape, D extends DType = DType> {
  readonly solution: Tensor<SolutionShape<A, B>, D>;
  readonly residuals: Tensor<Shape, D>;
  readonly rank: Tensor<Shape, "int64">;
  readonly singularValues: Tensor<Shape, D>;
}

/**
 * The shortest X for which A X is nearest to B: A is [..., M, N], B [..., M, K], or a vector for each matrix, [..., M]; X is [..., N, K] or
 * [..., N]. All drivers compute by singular values; `driver` says what is given beside the solution and the rank, as in PyTorch: "gelsy" (the
 * default) nothing, "gelsd" and "gelss" the squared residuals, where M > N and all matrices have full rank, and the singular values, "gels" the
 * residuals alone, and an error where the rank is not full. What is not given is empty. float32 and float64.
 * @throws ShapeError where the rows differ; DTypeError for integers, bool or two dtypes; LinAlgError for NaN, infinities, and with "gels"
 * @example linalg.lstsq(tensor([[1, 0], [1, 1], [1, 2]]).float(), tensor([1, 3, 5]).float()).solution // tensor([1., 2.])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.lstsq.html
 */
export function lstsq<S extends Shape, B extends Shape, D extends DType>(A: Tensor<S, D>, B: Tensor<B, D>, options?: LeastSquaresOptions): LeastSquares<S, B, D>;
export function lstsq(A: Tensor, B: Tensor, options: LeastSquaresOptions = {}): Record<keyof LeastSquares, Tensor> {
  const name = "linalg.lstsq";
  const result = runLeastSquares(implOf(name, A), [implOf(name, B), options], name);
  const of = (key: string): Tensor => new Tensor(part(result, key).impl);
  return { solution: of("solution"), residuals: of("residuals"), rank: of("rank"), singularValues: of("singularValues") };
}
