/**
 * @file Products with something around them: addmm and its like, outer. Made of recorded operations, so they record themselves, and what is
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
import { binary, product, reduction, view } from "./recorded.js";
import { reductionOps } from "./reductions.js";
import { viewOps } from "./views.js";

function scaled(name: string, what: string, x: TensorImpl, factor: number): TensorImpl {
  if (factor === 1) return x;
  if (category(x.dtype) !== "floating" && !Number.isInteger(factor)) {
    throw new DTypeError(`${name}: ${what} is ${factor}, but it must be a whole number for tensors of ${x.dtype}`);
  }
  return binary(arithmeticOps.mul, x, factor);
}

type Multiply = (a: TensorImpl, b: TensorImpl, name: string) => TensorImpl;
const by = (op: ProductOp): Multiply => (a, b, name) => product({ ...op, name }, a, b);

/** beta · x + alpha · (a @ b). With beta 0 what is in x does not matter, NaN included. */
const added = (multiply: Multiply) => (x: TensorImpl, args: readonly unknown[], name: string): TensorImpl => {
  const [a, b] = [tensorAt(name, "the first factor", args[0]), tensorAt(name, "the second factor", args[1])];
  const option = optionsAt(name, args[2], ["beta", "alpha"]);
  const [beta, alpha] = [numberAt(name, "beta", option("beta"), 1), numberAt(name, "alpha", option("alpha"), 1)];
  const result = multiply(a, b, name);
  if (x.dtype !== result.dtype) {
    throw new DTypeError(`${name}: the tensor has dtype ${x.dtype}, but the product is ${result.dtype}: cast it with .to("${result.dtype}")`);
  }
  if (!sameShape(broadcastShapes(name, x.shape, result.shape), result.shape)) {
    throw new ShapeError(`${name}: ${formatShape(x.shape)} cannot be broadcast to the product's shape ${formatShape(result.shape)}`);
  }
  const all = scaled(name, "alpha", result, alpha);
  return beta === 0 ? all : binary(arithmeticOps.add, all, scaled(name, "beta", x, beta));
};

function outerProduct(x: TensorImpl, other: TensorImpl, name: string): TensorImpl {
  if (x.shape.length !== 1 || other.shape.length !== 1) {
    throw new ShapeError(`${name}: expects two vectors, not the shapes ${formatShape(x.shape)} and ${formatShape(other.shape)}`);
  }
  return binary(arithmeticOps.mul, view(viewOps.unsqueeze, x, [1]), other);
}

const outer = (x: TensorImpl, args: readonly unknown[], name: string): TensorImpl => outerProduct(x, tensorAt(name, "the other vector", args[0]), name);

/** The matrix products of a batch, added up. */
function addedUp(a: TensorImpl, b: TensorImpl, name: string): TensorImpl {
  return reduction(reductionOps.sum, by(productOps.bmm)(a, b, name), 0);
}

export const productFormOps = family({
  /**
   * beta · x + alpha · (mat1 @ mat2), x broadcast to the product's shape; `{ beta, alpha }` are 1. With beta 0, x is not looked at.
   * Errors: ShapeError as mm's, or where x does not broadcast; DTypeError for different dtypes or bool.
   * @example tensor([1, 1]).addmm(tensor([[1, 2]]), tensor([[3, 4], [5, 6]])) // tensor([[14, 17]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.addmm.html
   */
  addmm: callInPlace("addedProduct", added(by(productOps.mm))),
  /**
   * As `addmm`, of batches: beta · x + alpha · (batch1 @ batch2), of shapes [B, M, K] and [B, K, N].
   * @see https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html
   */
  baddbmm: callInPlace("addedProduct", added(by(productOps.bmm))),
  /**
   * beta · x + alpha · (mat @ vec), x broadcast to the product's shape; `{ beta, alpha }` are 1. Errors: as addmm's.
   * @example tensor([1, 1]).addmv(tensor([[1, 2], [3, 4]]), tensor([1, 1])) // tensor([4, 8])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.addmv.html
   */
  addmv: callInPlace("addedToVector", added(by(productOps.mv))),
  /**
   * beta · x + alpha · (the products of all pairs of two vectors), x broadcast; `{ beta, alpha }` are 1. Errors: as addmm's.
   * @example tensor([1]).addr(tensor([1, 2]), tensor([3, 4])) // tensor([[4, 5], [7, 9]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.addr.html
   */
  addr: callInPlace("addedOuter", added(outerProduct)),
  /**
   * beta · x + alpha · (the sum over the batch of batch1 @ batch2), of shapes [B, M, K] and [B, K, N]; x broadcast; `{ beta, alpha }` are 1.
   * Errors: as addmm's.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html
   */
  addbmm: callInPlace("addedBatches", added(addedUp)),
  /**
   * The products of all pairs of two vectors: [M] and [N] give [M, N]. Promoted. Errors: ShapeError for anything but vectors.
   * @example tensor([1, 2]).outer(tensor([3, 4])) // tensor([[3, 4], [6, 8]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.outer.html
   */
  outer: call("outer", outer),
} satisfies Readonly<Record<string, CallOp>>);
