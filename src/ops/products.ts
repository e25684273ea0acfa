/**
 * @file Products with something around them: addmm, baddbmm, outer. Made of recorded operations, so they record themselves, and what is
 * added or scaled goes into the product's kernel. One entry each; `tensor/` makes the methods and functions of it.
 */
import { category } from "../core/dtype.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import { broadcastShapes, formatShape, sameShape } from "../core/shape.js";
import type { TensorImpl } from "../graph/storage.js";
import { arithmeticOps } from "./arithmetic.js";
import { call, callInPlace, numberAt, optionsAt, tensorAt, type CallOp } from "./call.js";
import { family, type ProductOp } from "./kinds.js";
import { productOps } from "./matmul.js";
import { binary, product, view } from "./recorded.js";
import { viewOps } from "./views.js";

function scaled(name: string, what: string, x: TensorImpl, factor: number): TensorImpl {
  if (factor === 1) return x;
  if (category(x.dtype) !== "floating" && !Number.isInteger(factor)) {
    throw new DTypeError(`${name}: ${what} is ${factor}, but it must be a whole number for tensors of ${x.dtype}`);
  }
  return binary(arithmeticOps.mul, x, factor);
}

/** beta · x + alpha · (a @ b). With beta 0 what is in x does not matter, NaN included. */
const added = (op: ProductOp) => (x: TensorImpl, args: readonly unknown[], name: string): TensorImpl => {
  const [a, b] = [tensorAt(name, "the first factor", args[0]), tensorAt(name, "the second factor", args[1])];
  const option = optionsAt(name, args[2], ["beta", "alpha"]);
  const [beta, alpha] = [numberAt(name, "beta", option("beta"), 1), numberAt(name, "alpha", option("alpha"), 1)];
  const result = product({ ...op, name }, a, b);
  if (x.dtype !== result.dtype) {
    throw new DTypeError(`${name}: the tensor has dtype ${x.dtype}, but the product is ${result.dtype}: cast it with .to("${result.dtype}")`);
  }
  if (!sameShape(broadcastShapes(name, x.shape, result.shape), result.shape)) {
    throw new ShapeError(`${name}: ${formatShape(x.shape)} cannot be broadcast to the product's shape ${formatShape(result.shape)}`);
  }
  const all = scaled(name, "alpha", result, alpha);
  return beta === 0 ? all : binary(arithmeticOps.add, all, scaled(name, "beta", x, beta));
};

function outer(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const other = tensorAt(name, "the other vector", args[0]);
  if (x.shape.length !== 1 || other.shape.length !== 1) {
    throw new ShapeError(`${name}: expects two vectors, not the shapes ${formatShape(x.shape)} and ${formatShape(other.shape)}`);
  }
  return binary(arithmeticOps.mul, view(viewOps.unsqueeze, x, [1]), other);
}

export const productFormOps = family({
  /**
   * beta · x + alpha · (mat1 @ mat2), x broadcast to the product's shape; `{ beta, alpha }` are 1. With beta 0, x is not looked at.
   * Errors: ShapeError as mm's, or where x does not broadcast; DTypeError for different dtypes or bool.
   * @example tensor([1, 1]).addmm(tensor([[1, 2]]), tensor([[3, 4], [5, 6]])) // tensor([[14, 17]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.addmm.html
   */
  addmm: callInPlace("addedProduct", added(productOps.mm)),
  /**
   * As `addmm`, of batches: beta · x + alpha · (batch1 @ batch2), of shapes [B, M, K] and [B, K, N].
   * @see https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html
   */
  baddbmm: callInPlace("addedProduct", added(productOps.bmm)),
  /**
   * The products of all pairs of two vectors: [M] and [N] give [M, N]. Promoted. Errors: ShapeError for anything but vectors.
   * @example tensor([1, 2]).outer(tensor([3, 4])) // tensor([[3, 4], [6, 8]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.outer.html
   */
  outer: call("outer", outer),
} satisfies Readonly<Record<string, CallOp>>);
