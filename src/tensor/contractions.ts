/**
 * @file Sums of products of several tensors as free functions: einsum, tensordot, and the distances of all pairs of rows. The users' side of
 * ops/einsum.ts, ops/matrix-forms.ts and ops/distances.ts.
 */
import type { DType } from "../core/dtype.js";
import { InternalError, ValueError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import type { CheckEinsum, EinsumShape } from "../core/static-einsum.js";
import { TensorImpl } from "../graph/storage.js";
import { callOp } from "../ops/recorded.js";
import { cdistOp, type ComputeMode } from "../ops/distances.js";
import { einsum as runEinsum, equationOf } from "../ops/einsum.js";
import { tensordot as runTensordot } from "../ops/matrix-forms.js";
import { Tensor } from "./class.js";
import { implOf } from "./install.js";
import type { JoinedDType, ShapeOf } from "./static.js";

/** A subscript of einsum's other form: 0 to 51, or "..." for the dimensions in front. */
export type Subscript = number | "...";

/** The shapes of some tensors. */
type ShapesOf<T extends readonly Tensor[]> = { readonly [I in keyof T]: ShapeOf<T[I]> };
/** Small integers stay in a product and grow to int64 in a sum, as in PyTorch. */
type EinsumDType<D extends DType> = D extends "float32" | "float64" | "int64" ? D : DType;

/**
 * The sum of products that an equation in Einstein's notation says: `"bij,bjk->bik"` is a product of batches of matrices. A letter names a
 * dimension; one that appears twice for one operand stands for its diagonal; "..." for dimensions in front, which broadcast. Letters that the
 * result does not have are summed over. Without `->` the result has "..." and the letters that appear once, capitals first. Sizes of 1
 * broadcast. The operands are contracted two by two, the cheapest first, without being copied into place. Subscripts may be lists instead:
 * `einsum(a, [0, 1], b, [1, 2], [0, 2])`.
 * @throws ValueError for an equation that is none, or for another number of operands; ShapeError where sizes or numbers of dimensions do not
 * fit; DTypeError where different dtypes, or bool, are summed over
 * @example einsum("ij,jk->ik", ones(2, 3), ones(3, 4)).shape // [2, 4]
 * @see https://docs.pytorch.org/docs/stable/generated/torch.einsum.html
 */
export function einsum(...operandsAndSubscripts: readonly (Tensor | readonly Subscript[])[]): Tensor;
export function einsum<const E extends string, const T extends readonly Tensor[]>(
  equation: E & CheckEinsum<NoInfer<E>, ShapesOf<NoInfer<T>>>, operands: T,
): Tensor<EinsumShape<E, ShapesOf<T>>, EinsumDType<JoinedDType<T>>>;
export function einsum<const E extends string, const T extends readonly Tensor[]>(
  equation: E & CheckEinsum<NoInfer<E>, ShapesOf<NoInfer<T>>>, ...operands: T
): Tensor<EinsumShape<E, ShapesOf<T>>, EinsumDType<JoinedDType<T>>>;
export function einsum(first: unknown, ...rest: readonly unknown[]): Tensor {
  if (typeof first === "string") {
    const operands: readonly unknown[] = rest.length === 1 && Array.isArray(rest[0]) ? rest[0] : rest;
    return new Tensor(runEinsum(first, operands.map((operand) => implOf("einsum", operand))));
  }
  const all = [first, ...rest];
  const count = Math.floor(all.length / 2);
  const listAt = (i: number): readonly unknown[] => {
    const list: unknown = all[i];
    if (Array.isArray(list)) return list;
    throw new ValueError("einsum: expects an equation and tensors, or each tensor with a list of its subscripts behind it");
  };
  const subscripts = Array.from({ length: count }, (_, i) => listAt(2 * i + 1));
  const equation = equationOf(subscripts, all.length % 2 === 1 ? listAt(all.length - 1) : undefined);
  return new Tensor(runEinsum(equation, subscripts.map((_, i) => implOf("einsum", all[2 * i]))));
}

/**
 * Sums of products over several dimensions: `dims` (2) of the last of `a` and the first of `b`, or two lists, of `a`'s and of `b`'s. The
 * result has the other dimensions of `a`, then those of `b`. Sizes of 1 broadcast.
 * @throws ShapeError where sizes do not fit; ValueError for lists of different lengths; IndexError; DTypeError for different dtypes or bool
 * @example tensordot(ones(2, 3, 4), ones(3, 4, 5)).shape // [2, 5]
 * @see https://docs.pytorch.org/docs/stable/generated/torch.tensordot.html
 */
export function tensordot<D extends DType>(
  a: Tensor<Shape, D>, b: Tensor<Shape, D>, dims?: number | readonly [readonly number[], readonly number[]] | { readonly dims: number | readonly [readonly number[], readonly number[]] },
): Tensor<Shape, D>;
export function tensordot(a: Tensor, b: Tensor, dims: number | readonly unknown[] | { readonly dims: number | readonly unknown[] } = 2): Tensor {
  const given = typeof dims === "object" && "dims" in dims ? dims.dims : dims;
  return new Tensor(runTensordot(implOf("tensordot", a), implOf("tensordot", b), dimensionsOf(given)));
}

function dimensionsOf(given: unknown): number | readonly [readonly number[], readonly number[]] {
  if (typeof given === "number") return given;
  if (Array.isArray(given) && given.length === 2 && given.every(isListOfNumbers)) return [given[0], given[1]];
  throw new ValueError("tensordot: dims must be a whole number, or a list of a's dimensions and one of b's");
}
const isListOfNumbers = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every((entry) => typeof entry === "number");

/** `cdist`: the order of the norm (2), and how Euclidean distances are taken. */
export interface CdistOptions {
  readonly p?: number;
  readonly computeMode?: ComputeMode;
}
/** The distances of [P, M] and [R, M] are [P, R]. */
type DistanceShape<A extends Shape, B extends Shape> = A extends readonly [infer P extends number, number]
  ? B extends readonly [infer R extends number, number] ? [P, R] : Shape
  : Shape;

/**
 * The distance of each row of `x1` from each row of `x2`: [..., P, M] and [..., R, M] give [..., P, R]; batches broadcast. `p` (2) is the order of
 * the norm, from 0 to Infinity. Euclidean distances of more than 25 rows go through a product of matrices, which is fast, and inexact where
 * rows are close to each other beside their length; `{ computeMode: "donot_use_mm_for_euclid_dist" }` takes the differences.
 * @throws ShapeError below two dimensions, or where rows are not equally long; DTypeError for integers, bool or different dtypes; ValueError for
 * a negative p or an unknown mode
 * @example cdist(tensor([[0, 0], [3, 0]]).float(), tensor([[0, 4]]).float()) // tensor([[4.], [5.]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.cdist.html
 */
export function cdist<A extends Shape, B extends Shape, D extends DType>(
  x1: Tensor<A, D>, x2: Tensor<B, D>, p?: number | CdistOptions, options?: Omit<CdistOptions, "p">,
): Tensor<DistanceShape<A, B>, D>;
export function cdist(x1: Tensor, x2: Tensor, ...rest: readonly unknown[]): Tensor {
  const result = callOp(cdistOp, implOf("cdist", x1), [implOf("cdist", x2), ...rest]);
  if (result instanceof TensorImpl) return new Tensor(result);
  throw new InternalError("cdist: the entry gives no tensor");
}
