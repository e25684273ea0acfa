/**
 * @file The rest of linear algebra that PyTorch has for real numbers: the exponential of matrices, inverses and systems of tensors, powers of
 * vectors. `tensor/` makes the functions of it.
 */
import { isFloating } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { exponential } from "../core/matrices/exponential.js";
import { formatShape, normalizeDims, numel } from "../core/shape.js";
import type { TensorImpl } from "../graph/storage.js";
import { call, recordedAs, type CallOp } from "./call.js";
import { using, valueOf, type Value } from "./gradient.js";
import { applied, batchOf, checkFloating, checkSameDType, checkSquare, eachMatrix, T } from "./linalg-batch.js";
import { beside } from "./linalg-factors.js";
import { solveOps } from "./linalg-solve.js";

/** Matrices above one another. */
const above = (upper: Value, lower: Value): Value => T(beside(T(upper), T(lower)));

/**
 * Its gradient is the block behind the diagonal of the exponential of [[Aᵀ, G], [0, Aᵀ]]. Source: PyTorch, FunctionsManual.cpp,
 * linalg_matrix_exp_differential.
 */
export const matrixExpOp: CallOp = {
  ...call("matrix", (x, _, name) => {
    const n = checkSquare(name, x);
    const visit = ([a]: readonly Float64Array[], [out]: readonly Float64Array[]): void => out.set(exponential(a, n));
    return eachMatrix(name, { batch: batchOf(x.shape), inputs: [x], tails: [[n, n]], visit })[0];
  }),
  name: "linalg.matrixExp",
  gradient: (x) =>
    recordedAs({ x }, {
      x: using(["x"], ({ grad, x: a }) => {
        const n = a.shape[a.shape.length - 1];
        const turned = T(a);
        const whole = above(beside(turned, grad), beside(turned.zeros(), turned));
        return applied(matrixExpOp, whole).narrow(-2, 0, n).narrow(-1, n, n);
      }),
    }),
};

/** The inverse of a tensor as a map from its last dimensions to its first `ind`. */
export function tensorinv(name: string, x: TensorImpl, ind: number): TensorImpl {
  checkFloating(name, x);
  if (!Number.isSafeInteger(ind) || ind < 1) throw new ValueError(`${name}: ind must be a whole number of at least 1, not ${ind}`);
  const [first, last] = [x.shape.slice(0, ind), x.shape.slice(ind)];
  if (numel(first) !== numel(last)) {
    throw new ShapeError(`${name}: the first ${ind} dimensions of ${formatShape(x.shape)} hold ${numel(first)} elements, the others ${numel(last)}: they must be equal`);
  }
  return applied({ ...solveOps.inv, name }, valueOf(x).reshape([numel(last), numel(first)])).reshape([...last, ...first]).impl;
}

/** The X for which tensordot(A, X, X.ndim) is B. `dims` of A are moved to its end first. */
export function tensorsolve(name: string, a: TensorImpl, b: TensorImpl, dims: readonly number[] | undefined): TensorImpl {
  checkFloating(name, a);
  checkSameDType(name, a, b);
  const moved = dims ? normalizeDims(name, dims, a.shape.length) : [];
  const order = [...a.shape.map((_, d) => d).filter((d) => !moved.includes(d)), ...moved];
  const whole = valueOf(a).permute(order);
  const shape = whole.shape.slice(b.shape.length);
  const count = numel(b.shape);
  if (numel(shape) !== count || numel(a.shape) !== count * count) {
    throw new ShapeError(
      `${name}: A of ${formatShape(a.shape)} and B of ${formatShape(b.shape)}: A must have as many elements before and behind its first ${b.shape.length} dimensions as B has`,
    );
  }
  return applied({ ...solveOps.solve, name }, whole.reshape([count, count]), valueOf(b).reshape([count]).impl).reshape(shape).impl;
}

/** Powers 0, 1, 2, … of each element, beside each other. */
export function vander(name: string, x: TensorImpl, count: number | undefined): TensorImpl {
  if (x.shape.length === 0) throw new ShapeError(`${name}: expects vectors, not a tensor without dimensions`);
  if (x.dtype === "bool") throw new DTypeError(`${name}: is not defined for bool: cast it first with .float() or .long()`);
  const n = count ?? x.shape[x.shape.length - 1];
  if (!Number.isSafeInteger(n) || n < 2) throw new ValueError(`${name}: N must be a whole number of at least 2, not ${n}`);
  const base = valueOf(x).to(isFloating(x.dtype) ? x.dtype : "int64").unsqueeze(-1);
  let column = base.zeros().add(1);
  const columns = [column];
  for (let i = 1; i < n; i++) columns.push((column = column.mul(base)));
  return beside(...columns).impl;
}
