/**
 * @file Functions of many tensors: `stack` and `cat` and their short forms, `realize`. The users' side of ops/join.ts.
 */
import type { AsShape, Check } from "../core/static-shape.js";
import { engine } from "../graph/engine.js";
import * as join from "../ops/join.js";
import { joined } from "../ops/recorded.js";
import { Tensor } from "./class.js";
import { implOf } from "./install.js";
import { catAs, implsOf, rowsAs } from "./joining.js";
import type { CatShape, HStackShape, JoinedDType, StackShape, VStackShape } from "./static.js";

/**
 * Tensors of one shape beside each other along a new dimension `dim` (0). dtypes are promoted.
 * @throws ShapeError for different shapes; ValueError for an empty list; IndexError for a dimension out of range
 * @example stack([tensor([1, 2]), tensor([3, 4])]) // tensor([[1, 2], [3, 4]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.stack.html
 */
export function stack<const T extends readonly Tensor[], const A extends number = 0>(
  tensors: T & Check<StackShape<NoInfer<T>, NoInfer<A>>>,
  dim?: A,
): Tensor<AsShape<StackShape<T, A>>, JoinedDType<T>>;
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  const impls = implsOf("stack", tensors);
  return new Tensor(joined("stack", impls, join.stack(impls, dim), (grad, i) => grad.select(dim, i)));
}

/**
 * Tensors one after the other along a dimension `dim` (0) that all have; the other sizes must be equal. dtypes are promoted.
 * @throws ShapeError where sizes differ; ValueError for an empty list; IndexError for a dimension out of range
 * @example cat([tensor([1, 2]), tensor([3])]) // tensor([1, 2, 3])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.cat.html
 */
export function cat<const T extends readonly Tensor[], const A extends number = 0>(
  tensors: T & Check<CatShape<NoInfer<T>, NoInfer<A>>>,
  dim?: A,
): Tensor<AsShape<CatShape<T, A>>, JoinedDType<T>>;
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  return catAs("cat", tensors, dim);
}

/**
 * Tensors above one another: `cat` along the first dimension, vectors and scalars as rows.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.vstack.html
 */
export function vstack<const T extends readonly Tensor[]>(tensors: T & Check<VStackShape<NoInfer<T>>>): Tensor<AsShape<VStackShape<T>>, JoinedDType<T>>;
export function vstack(tensors: readonly Tensor[]): Tensor {
  return rowsAs("vstack", tensors);
}

/**
 * Tensors beside one another: `cat` along the second dimension, or the first for vectors and scalars.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.hstack.html
 */
export function hstack<const T extends readonly Tensor[]>(tensors: T & Check<HStackShape<NoInfer<T>>>): Tensor<AsShape<HStackShape<T>>, JoinedDType<T>>;
export function hstack(tensors: readonly Tensor[]): Tensor {
  const rows = tensors.map((x) => (x.ndim === 0 ? x.reshape(1) : x));
  return catAs("hstack", rows, rows[0]?.ndim === 1 ? 0 : 1);
}

/**
 * Computes tensors now, all in one go, so that common parts are computed once and neighbours share kernels. Nothing needs it: looking
 * at a tensor computes it. Use it to say when.
 * @example realize(mean3, mean7);
 */
export function realize(...tensors: readonly Tensor[]): void {
  engine().realize(tensors.map((tensor) => implOf("realize", tensor).storage.node));
}

