/**
 * @file Norms, products and powers of `linalg`. They are made of recorded operations, in ops/linalg-norms.ts; linalg.ts passes them on.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { Reduce } from "../core/static-shape.js";
import type { TensorImpl } from "../graph/storage.js";
import * as norms from "../ops/linalg-norms.js";
import * as more from "../ops/linalg-more.js";
import { crossAlong } from "../ops/matrix-forms.js";
import { Tensor } from "./class.js";
import { functions, implOf } from "./install.js";
import type { OpFunctions } from "./signatures.js";
import type { Batch, CheckSquare } from "./signatures-linalg.js";
import type { BroadcastShape, CheckPair, JoinedDType, KeepOf, ShapeOf } from "./static.js";

export type { MatrixOrder, NormOptions } from "../ops/linalg-norms.js";

const wrap = (impl: TensorImpl): Tensor => new Tensor(impl);

/** `norm`: the dimensions, and what all norms take. */
interface WithDim<A> extends norms.NormOptions {
  readonly dim?: A;
}
type AnyDim = number | readonly number[];
type VectorOptions = WithDim<AnyDim>;
type MatrixOptions = WithDim<readonly [number, number]>;

/** `norm(x, { keepdim: true })`: options may come first where no order is given. */
function read<P extends string | number, A>(order: P | WithDim<A> | null | undefined, options: WithDim<A> | undefined): readonly [order: P | undefined, options: WithDim<A>] {
  if (typeof order === "object" && order !== null) return [undefined, order];
  return [order ?? undefined, options ?? {}];
}

/** What a norm gives: without the dimensions it is taken over, in the dtype that was asked for. */
type NormOf<S extends Shape, D extends DType, O, Otherwise> = Tensor<
  Reduce<S, O extends { readonly dim: infer A extends AnyDim } ? A : Otherwise, KeepOf<O>>,
  O extends { readonly dtype: infer E extends DType } ? E : D
>;

/**
 * The norm of order `ord` (2), (Σ |x|^ord)^(1/ord), of all elements, or over `dim` (one or several): ±Infinity is the largest or
 * smallest absolute value, 0 the number of elements that are not 0. Options: dim, keepdim, dtype. float32 and float64.
 * @throws DTypeError for integers and bool; IndexError for a dimension out of range, or where nothing has no norm of this order
 * @example linalg.vectorNorm(tensor([3, 4]).float()) // tensor(5.)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
 */
export function vectorNorm<S extends Shape, D extends DType, const O extends VectorOptions>(x: Tensor<S, D>, options: O): NormOf<S, D, O, undefined>;
export function vectorNorm<S extends Shape, D extends DType, const O extends VectorOptions = object>(x: Tensor<S, D>, ord?: number, options?: O): NormOf<S, D, O, undefined>;
export function vectorNorm(x: Tensor, first?: number | VectorOptions, second?: VectorOptions): Tensor {
  const [ord = 2, { dim, ...options }] = read(first, second);
  return wrap(norms.vectorNorm("linalg.vectorNorm", implOf("linalg.vectorNorm", x), ord, dim, options));
}

/**
 * The norm of each matrix, [..., M, N] to [...]: "fro", the default, by all elements' squares; "nuc" the sum of the singular values, 2 and -2
 * the largest and the smallest of them; 1 and -1 the largest and the smallest sum of a column's absolute values, ±Infinity of a row's.
 * Options: dim ([-2, -1]), keepdim, dtype. float32 and float64.
 * @throws ValueError for another order, or for other than two different dimensions; ShapeError below two; DTypeError for integers and bool
 * @example linalg.matrixNorm(tensor([[3, 0], [0, 4]]).float(), "nuc") // tensor(7.)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html
 */
export function matrixNorm<S extends Shape, D extends DType, const O extends MatrixOptions>(A: Tensor<S, D>, options: O): NormOf<S, D, O, readonly [-2, -1]>;
export function matrixNorm<S extends Shape, D extends DType, const O extends MatrixOptions = object>(
  A: Tensor<S, D>, ord?: norms.MatrixOrder, options?: O,
): NormOf<S, D, O, readonly [-2, -1]>;
export function matrixNorm(A: Tensor, first?: norms.MatrixOrder | MatrixOptions, second?: MatrixOptions): Tensor {
  const [ord = "fro", { dim = [-2, -1], ...options }] = read(first, second);
  return wrap(norms.matrixNorm("linalg.matrixNorm", implOf("linalg.matrixNorm", A), ord, dim, options));
}

/**
 * A norm of vectors or matrices. Without `ord` (undefined or null) the length of all elements, or over `dim`; with it the norm of vectors where `dim`
 * is one dimension or the tensor has one, of matrices where it is two. `vectorNorm` and `matrixNorm` say which orders there are. Options: dim,
 * keepdim, dtype. float32 and float64.
 * @throws ShapeError for other numbers of dimensions; ValueError for an order that does not fit; DTypeError for integers and bool
 * @example linalg.norm(tensor([[3, 0], [0, 4]]).float(), 1) // tensor(4.)
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.norm.html
 */
export function norm<S extends Shape, D extends DType, const O extends VectorOptions>(A: Tensor<S, D>, options: O): NormOf<S, D, O, undefined>;
export function norm<S extends Shape, D extends DType, const O extends VectorOptions = object>(
  A: Tensor<S, D>, ord?: norms.MatrixOrder | null, options?: O,
): NormOf<S, D, O, undefined>;
export function norm(A: Tensor, first?: norms.MatrixOrder | VectorOptions | null, second?: VectorOptions): Tensor {
  const [ord, { dim, ...options }] = read(first, second);
  return wrap(norms.norm("linalg.norm", implOf("linalg.norm", A), ord, dim, options));
}

/**
 * The condition number of each matrix: its norm times that of its inverse, [..., N, N] to [...]; Infinity for a singular one. `p` is an order of
 * `matrixNorm`; with 2, the default, and -2, which are quotients of singular values, matrices need not be square.
 * @throws ValueError for another order; ShapeError; DTypeError for integers and bool
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.cond.html
 */
export function cond<S extends Shape, D extends DType>(A: Tensor<S, D>, p?: norms.MatrixOrder | null): Tensor<Batch<S>, D>;
export function cond(A: Tensor, p?: norms.MatrixOrder | null): Tensor {
  return wrap(norms.cond("linalg.cond", implOf("linalg.cond", A), p ?? undefined));
}

/**
 * Each square matrix times itself, n times: n below 0 is the inverse's power, and 0 gives the identity.
 * @throws LinAlgError for n below 0 of a singular one; ShapeError where they are not square; ValueError where n is no whole number
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html
 */
export function matrixPower<S extends Shape, D extends DType>(A: Tensor<S, D> & CheckSquare<S>, n: number): Tensor<S, D>;
export function matrixPower(A: Tensor, n: number): Tensor {
  return wrap(norms.matrixPower("linalg.matrixPower", implOf("linalg.matrixPower", A), n));
}

/** As the method. @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html */
export const matrixExp: OpFunctions["matrixExp"] = functions.matrixExp;

/**
 * The inverse of a tensor as a map from its last dimensions to its first `ind` (2), which hold as many elements: their dimensions come first.
 * float32 and float64.
 * @throws ShapeError where they do not; ValueError for ind below 1; LinAlgError where there is no inverse; DTypeError for integers and bool
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorinv.html
 */
export function tensorinv<D extends DType>(A: Tensor<Shape, D>, options?: { readonly ind?: number }): Tensor<Shape, D>;
export function tensorinv(A: Tensor, { ind = 2 }: { readonly ind?: number } = {}): Tensor {
  return wrap(more.tensorinv("linalg.tensorinv", implOf("linalg.tensorinv", A), ind));
}

/**
 * The X of tensordot(A, X, X.ndim) = B. A has B's dimensions and then X's, which hold as many elements; `dims` of A are moved to its end first.
 * float32 and float64.
 * @throws ShapeError where they do not; LinAlgError where A is singular; DTypeError for integers, bool or two dtypes; IndexError
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorsolve.html
 */
export function tensorsolve<D extends DType>(A: Tensor<Shape, D>, B: Tensor<Shape, D>, options?: { readonly dims?: readonly number[] }): Tensor<Shape, D>;
export function tensorsolve(A: Tensor, B: Tensor, { dims }: { readonly dims?: readonly number[] } = {}): Tensor {
  return wrap(more.tensorsolve("linalg.tensorsolve", implOf("linalg.tensorsolve", A), implOf("linalg.tensorsolve", B), dims));
}

/**
 * The powers 0, 1, 2, … of the elements of vectors: [..., K] gives [..., K, N], N being K where it is not given. Integers give int64.
 * @throws ValueError for N below 2; DTypeError for bool; ShapeError for a scalar
 * @example linalg.vander(tensor([1, 2, 3])) // tensor([[1, 1, 1], [1, 2, 4], [1, 3, 9]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.vander.html
 */
export function vander<S extends Shape, D extends DType, const N extends number = S extends readonly [...Shape, infer K extends number] ? K : number>(
  x: Tensor<S, D>, options?: { readonly N?: N },
): Tensor<[...S, N], D extends "float32" | "float64" ? D : "int64">;
export function vander(x: Tensor, { N }: { readonly N?: number } = {}): Tensor {
  return wrap(more.vander("linalg.vander", implOf("linalg.vander", x), N));
}

/**
 * The product of a list of matrices, in the order that takes the fewest multiplications. The first and the last may be vectors, a row and a
 * column.
 * @throws ShapeError where they cannot be multiplied; ValueError for fewer than two; DTypeError for different dtypes
 * @example linalg.multiDot([ones(10, 100), ones(100, 5), ones(5, 50)]).shape // [10, 50]
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.multi_dot.html
 */
export function multiDot<const T extends readonly Tensor[]>(tensors: T): Tensor<Shape, JoinedDType<T>>;
export function multiDot(tensors: readonly Tensor[]): Tensor {
  return wrap(norms.multiDot("linalg.multiDot", tensors.map((tensor) => implOf("linalg.multiDot", tensor))));
}

/**
 * The cross product of vectors of three along `dim` (-1); the other dimensions broadcast.
 * @throws ShapeError where the dimension is not of size 3 in both, or for different numbers of dimensions; DTypeError for different dtypes
 * @example linalg.cross(tensor([1, 0, 0]), tensor([0, 1, 0])) // tensor([0, 0, 1])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.cross.html
 */
export function cross<S extends Shape, D extends DType, O extends Tensor<Shape, D>>(
  x: Tensor<S, D>, other: O & CheckPair<Tensor<S, D>, O>, options?: { readonly dim?: number },
): Tensor<BroadcastShape<S, ShapeOf<O>>, D>;
export function cross(x: Tensor, other: Tensor, { dim = -1 }: { readonly dim?: number } = {}): Tensor {
  return wrap(crossAlong("linalg.cross", implOf("linalg.cross", x), implOf("linalg.cross", other), dim));
}

/**
 * The sum of products along `dim` (-1): the dot products of vectors. Broadcast. float32 and float64.
 * @throws ShapeError where shapes do not broadcast; DTypeError for integers or different dtypes; IndexError for a dimension out of range
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.vecdot.html
 */
export function vecdot<D extends DType>(x: Tensor<Shape, D>, y: Tensor<Shape, D>, options?: { readonly dim?: number }): Tensor<Shape, D>;
export function vecdot(x: Tensor, y: Tensor, { dim = -1 }: { readonly dim?: number } = {}): Tensor {
  return wrap(norms.vecdot("linalg.vecdot", implOf("linalg.vecdot", x), implOf("linalg.vecdot", y), dim));
}

/** As `matmul`. @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.matmul.html */
export const matmul: OpFunctions["matmul"] = functions.matmul;

/**
 * The elements (i, i + offset) of each matrix: the method, with the last two dimensions where `dim1` (-2) and `dim2` (-1) are not given.
 * @throws as the method
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.diagonal.html
 */
export function diagonal<D extends DType>(A: Tensor<Shape, D>, options?: { readonly offset?: number; readonly dim1?: number; readonly dim2?: number }): Tensor<Shape, D>;
export function diagonal(A: Tensor, { offset = 0, dim1 = -2, dim2 = -1 }: { readonly offset?: number; readonly dim1?: number; readonly dim2?: number } = {}): Tensor {
  return A.diagonal(offset, dim1, dim2);
}
