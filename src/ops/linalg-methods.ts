/**
 * @file The operations of linear algebra that are methods of tensors too. What they do stands in the other files of linalg; one entry each,
 * and `tensor/` makes the methods and functions of it.
 */
import type { TensorImpl } from "../graph/storage.js";
import { call, wholeAt, type CallOp } from "./call.js";
import { family } from "./kinds.js";
import { part } from "./linalg-factors.js";
import { pinvOp } from "./linalg-least.js";
import { matrixExpOp } from "./linalg-more.js";
import { matrixPower } from "./linalg-norms.js";
import { solveOps } from "./linalg-solve.js";
import { callOp } from "./recorded.js";

/** NaN where the determinant is negative. */
function logdet(x: TensorImpl, _: readonly unknown[], name: string): TensorImpl {
  const result = callOp({ ...solveOps.slogdet, name }, x, []);
  const [sign, logarithm] = [part(result, "sign"), part(result, "logabsdet")];
  return logarithm.zeros().add(NaN).where(sign.eq(-1), logarithm).impl;
}

/** An entry of linalg as a method. */
const method = <K extends string>(signature: K, op: CallOp): CallOp<K, false> => ({ ...op, signature, inPlace: false });

export const matrixOps = family({
  /**
   * The determinant of each square matrix: [..., N, N] gives [...]. float32 and float64. Its gradient is the matrix of cofactors, also where
   * the matrix is singular. Errors: ShapeError where they are not square; DTypeError for integers and bool.
   * @example tensor([[2, 1], [1, 3]]).float().det() // tensor(5.)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html
   */
  det: method("perMatrix", solveOps.det),
  /**
   * The sign of the determinant of each square matrix and the logarithm of its absolute value, `{ sign, logabsdet }`, of [...] for
   * [..., N, N]: 0 and -Infinity for a singular one. Errors: ShapeError where they are not square; DTypeError for integers and bool.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.slogdet.html
   */
  slogdet: method("slogdet", solveOps.slogdet),
  /**
   * The logarithm of the determinant of each square matrix: -Infinity for a singular one, NaN where the determinant is negative.
   * Errors: ShapeError where they are not square; DTypeError for integers and bool.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logdet.html
   */
  logdet: call("perMatrix", logdet),
  /**
   * The inverse of each square matrix: [..., N, N] gives the same shape. float32 and float64.
   * Errors: LinAlgError for a singular one; ShapeError where they are not square; DTypeError for integers and bool.
   * @example tensor([[2, 0], [0, 4]]).float().inverse() // tensor([[0.5000, 0.0000], [0.0000, 0.2500]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html
   */
  inverse: method("matrix", solveOps.inv),
  /**
   * The pseudo-inverse of each matrix: [..., M, N] gives [..., N, M]. Singular values up to `rcond` (1e-15) times the largest count as 0.
   * `linalg.pinv` has more options. Errors: ShapeError below two dimensions; DTypeError for integers and bool.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.pinverse.html
   */
  pinverse: call("pinverse", (x, args, name) => pinvOp.run(x, [args[0] ?? 1e-15], name)),
  /**
   * Each square matrix times itself, n times: n below 0 is the inverse's power, and 0 gives the identity.
   * Errors: LinAlgError for n below 0 of a singular one; ShapeError where they are not square; ValueError where n is no whole number.
   * @example tensor([[1, 1], [0, 1]]).matrixPower(3) // tensor([[1, 3], [0, 1]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html
   */
  matrixPower: call("matrixPower", (x, args, name) => matrixPower(name, x, wholeAt(name, "n", args[0]))),
  /**
   * The exponential of each square matrix, 1 + A + A²/2 + …: [..., N, N] gives the same shape. float32 and float64.
   * Errors: ShapeError where they are not square; DTypeError for integers and bool.
   * @example tensor([[0, 1], [0, 0]]).float().matrixExp() // tensor([[1., 1.], [0., 1.]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html
   */
  matrixExp: method("matrix", matrixExpOp),
} satisfies Readonly<Record<string, CallOp>>);
