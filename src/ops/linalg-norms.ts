/**
 * @file Norms of vectors and matrices, condition numbers, powers and chains of products: made of recorded operations, so they have their
 * gradients. `tensor/` makes the functions of it.
 */
import type { DType } from "../core/dtype.js";
import { DTypeError, IndexError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, normalizeDim, normalizeDims } from "../core/shape.js";
import { full } from "./create.js";
import { TensorImpl } from "../graph/storage.js";
import { valueOf, type Value } from "./gradient.js";
import { applied, batchOf, checkFloating, checkMatrices, checkSquare, diagonalMatrix, sizesOf } from "./linalg-batch.js";
import { svdvalsOp } from "./linalg-factors.js";
import { inverseOrInfinity, solveOps } from "./linalg-solve.js";
import { norm as vectorNormOf } from "./recorded.js";
import { reductionOps } from "./reductions.js";

/** What norms can be told beside their order and dimensions. */
export interface NormOptions {
  readonly keepdim?: boolean;
  /** Cast to this dtype first. */
  readonly dtype?: DType;
}
export type MatrixOrder = number | "fro" | "nuc";

/** (Σ |x|^p)^(1/p) over dimensions; over all elements without. */
export function vectorNorm(name: string, x: TensorImpl, p: number, dim: number | readonly number[] | undefined, options: NormOptions): TensorImpl {
  checkFloating(name, x);
  if (typeof p !== "number") throw new ValueError(`${name}: the order must be a number, not ${JSON.stringify(p)}`);
  return vectorNormOf({ ...reductionOps.norm, name }, x, p, dim, options);
}

/** The last two dimensions are the matrix. */
const byValues: Readonly<Record<string, (values: Value) => Value>> = {
  nuc: (values) => values.sum(-1),
  "2": (values) => values.amax(-1),
  "-2": (values) => values.amin(-1),
};
/** Sums along the one dimension, of which the other has the largest or smallest. */
const bySums: Readonly<Record<string, readonly [summed: number, extreme: "amax" | "amin"]>> = {
  "1": [-2, "amax"],
  "-1": [-2, "amin"],
  Infinity: [-1, "amax"],
  "-Infinity": [-1, "amin"],
};

export function matrixNorm(name: string, x: TensorImpl, order: MatrixOrder, dim: readonly number[], { keepdim = false, dtype }: NormOptions): TensorImpl {
  checkMatrices(name, x);
  if (dim.length !== 2) throw new ValueError(`${name}: dim must be two dimensions, not [${dim.join(", ")}]`);
  const rank = x.shape.length;
  const dims = normalizeDims(name, dim, rank);
  if (order === "fro") return vectorNorm(name, x, 2, dims, { keepdim, ...(dtype && { dtype }) });
  const [values, sums] = [byValues[String(order)], bySums[String(order)]];
  if (!values && !sums) throw new ValueError(`${name}: the order must be "fro", "nuc", 1, -1, 2, -2, Infinity or -Infinity, not ${JSON.stringify(order)}`);
  const batch = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const matrices = valueOf(x).permute([...batch, ...dims]).to(dtype ?? x.dtype);
  const result = values ? extremeOr0(name, values, applied({ ...svdvalsOp, name }, matrices), order) : extremeOr0(name, (x) => x[sums[1]](-1), matrices.abs().sum(sums[0]), order);
  return keepdim ? result.reshape(x.shape.map((size, d) => (dims.includes(d) ? 1 : size))).impl : result.impl;
}

/** A fold of nothing is 0, but for a smallest one, which has no value. */
function extremeOr0(name: string, fold: (values: Value) => Value, values: Value, order: MatrixOrder): Value {
  if (values.shape.at(-1) !== 0) return fold(values);
  if (typeof order === "number" && order < 0) throw new IndexError(`${name}: the norm of order ${order} of an empty matrix has no value`);
  return values.sum(-1);
}

/** Of vectors or matrices, by what is given. Source: PyTorch, LinearAlgebra.cpp, linalg_norm. */
export function norm(name: string, x: TensorImpl, order: MatrixOrder | undefined, dim: number | readonly number[] | undefined, options: NormOptions): TensorImpl {
  checkFloating(name, x);
  const dims = dim === undefined ? undefined : typeof dim === "number" ? [dim] : dim;
  if (dims && dims.length !== 1 && dims.length !== 2) throw new ValueError(`${name}: dim must be one or two dimensions, not [${dims.join(", ")}]`);
  if (order === undefined) return vectorNorm(name, x, 2, dims, options);
  if (!dims && x.shape.length !== 1 && x.shape.length !== 2) {
    throw new ShapeError(`${name}: with an order and without dim it takes a vector or a matrix, not the shape ${formatShape(x.shape)}`);
  }
  if (dims ? dims.length === 2 : x.shape.length === 2) return matrixNorm(name, x, order, dims ?? [-2, -1], options);
  if (typeof order !== "number") throw new ValueError(`${name}: the order ${JSON.stringify(order)} is for matrices: a vector's is a number`);
  return vectorNorm(name, x, order, dims, options);
}

/** How much a matrix's inverse can grow an error: the norm times that of the inverse; Infinity for a singular matrix. */
export function cond(name: string, x: TensorImpl, order: MatrixOrder | undefined): TensorImpl {
  checkMatrices(name, x);
  const p = order ?? 2;
  if (p !== "fro" && !byValues[String(p)] && !bySums[String(p)]) {
    throw new ValueError(`${name}: p must be "fro", "nuc", 1, -1, 2, -2, Infinity or -Infinity, not ${JSON.stringify(order)}`);
  }
  if (p === 2 || p === -2) {
    if (sizesOf(x.shape).rows === 0 || sizesOf(x.shape).columns === 0) return valueOf(x).sum([-2, -1]).impl;
    const values = applied({ ...svdvalsOp, name }, valueOf(x));
    const [largest, smallest] = [values.select(-1, 0), values.select(-1, values.shape[values.shape.length - 1] - 1)];
    return (p === 2 ? largest.div(smallest) : smallest.div(largest)).impl;
  }
  checkSquare(name, x);
  if (p === "nuc") {
    const values = applied({ ...svdvalsOp, name }, valueOf(x));
    return values.sum(-1).mul(values.reciprocal().sum(-1)).impl;
  }
  const inverse = applied(inverseOrInfinity, valueOf(x));
  return valueOf(matrixNorm(name, x, p, [-2, -1], {})).mul(valueOf(matrixNorm(name, inverse.impl, p, [-2, -1], {}))).impl;
}

/** A matrix times itself, n times; n below 0 is the inverse's. By squaring. */
export function matrixPower(name: string, x: TensorImpl, n: number): TensorImpl {
  if (!Number.isSafeInteger(n)) throw new ValueError(`${name}: n must be a whole number, not ${n}`);
  if (x.shape.length < 2 || sizesOf(x.shape).rows !== sizesOf(x.shape).columns) {
    throw new ShapeError(`${name}: expects square matrices, not the shape ${formatShape(x.shape)}`);
  }
  let base = n < 0 ? applied({ ...solveOps.inv, name }, valueOf(x)) : valueOf(x);
  if (n === 0) return identityLike(base).impl;
  if (n === 1) return base.mul(1).impl;
  let result: Value | undefined;
  for (let left = Math.abs(n); ; base = base.matmul(base)) {
    if (left % 2 === 1) result = result ? result.matmul(base) : base;
    left = Math.floor(left / 2);
    if (left === 0) break;
  }
  return (result ?? base).impl;
}

/** As PyTorch, an identity of which no gradient goes back. */
const identityLike = (x: Value): Value => diagonalMatrix(valueOf(TensorImpl.of(full("matrixPower", [...batchOf(x.shape), x.shape[x.shape.length - 1]], 1, x.dtype))));

/** A product of matrices, in the order of the fewest multiplications; the first and the last may be vectors. */
export function multiDot(name: string, tensors: readonly TensorImpl[]): TensorImpl {
  if (tensors.length < 2) throw new ValueError(`${name}: expects at least two tensors, not ${tensors.length}`);
  const last = tensors.length - 1;
  tensors.forEach((tensor, i) => {
    const isEnd = i === 0 || i === last;
    if (tensor.shape.length !== 2 && !(isEnd && tensor.shape.length === 1)) {
      throw new ShapeError(`${name}: tensor ${i} must be a matrix${isEnd ? " or a vector" : ""}, not of shape ${formatShape(tensor.shape)}`);
    }
    if (tensor.dtype !== tensors[0].dtype) throw new DTypeError(`${name}: the tensors need one dtype, but tensor 0 is ${tensors[0].dtype} and tensor ${i} ${tensor.dtype}`);
  });
  const matrices = tensors.map((tensor, i) => (tensor.shape.length === 2 ? valueOf(tensor) : valueOf(tensor).unsqueeze(i === 0 ? 0 : 1)));
  for (let i = 0; i < last; i++) {
    if (matrices[i].shape[1] === matrices[i + 1].shape[0]) continue;
    throw new ShapeError(`${name}: tensors ${i} and ${i + 1} of shapes ${formatShape(tensors[i].shape)} and ${formatShape(tensors[i + 1].shape)} cannot be multiplied`);
  }
  let result = chained(matrices, cutsOf(matrices), 0, last);
  if (tensors[last].shape.length === 1) result = result.squeeze(1);
  if (tensors[0].shape.length === 1) result = result.squeeze(0);
  return result.impl;
}

/** Where a chain from i to j is best cut in two. Cormen, Leiserson, Rivest, Stein: Introduction to Algorithms, 15.2. */
function cutsOf(matrices: readonly Value[]): readonly (readonly number[])[] {
  const n = matrices.length;
  const sizes = [...matrices.map((x) => x.shape[0]), matrices[n - 1].shape[1]];
  const [costs, cuts] = [0, 0].map(() => Array.from({ length: n }, () => new Array<number>(n).fill(0)));
  for (let length = 2; length <= n; length++) {
    for (let i = 0; i + length <= n; i++) {
      const j = i + length - 1;
      costs[i][j] = Infinity;
      for (let k = i; k < j; k++) {
        const cost = costs[i][k] + costs[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
        if (cost < costs[i][j]) [costs[i][j], cuts[i][j]] = [cost, k];
      }
    }
  }
  return cuts;
}

function chained(matrices: readonly Value[], cuts: readonly (readonly number[])[], i: number, j: number): Value {
  if (i === j) return matrices[i];
  const k = cuts[i][j];
  return chained(matrices, cuts, i, k).matmul(chained(matrices, cuts, k + 1, j));
}

/** The sum of products along a dimension. */
export function vecdot(name: string, x: TensorImpl, y: TensorImpl, dim: number): TensorImpl {
  checkFloating(name, x);
  if (x.dtype !== y.dtype) throw new DTypeError(`${name}: the tensors need one dtype, not ${x.dtype} and ${y.dtype}: cast one with .to("${x.dtype}")`);
  const product = valueOf(x).mul(valueOf(y));
  return product.sum(normalizeDim(name, dim, product.shape.length)).to(x.dtype).impl;
}

