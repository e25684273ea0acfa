/**
 * @file Sums and products of matrices that are made of simpler ones: trace, kron, cross, and tensordot. Written in recorded operations, so they
 * record themselves. One entry each; `tensor/` makes the methods and functions of it.
 */
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, normalizeDim, normalizeDims } from "../core/shape.js";
import type { TensorImpl } from "../graph/storage.js";
import { call, tensorAt, wholeAt, withOptions, type CallOp } from "./call.js";
import { contracted } from "./contract.js";
import { valueOf, type Value } from "./gradient.js";
import { stack } from "./join.js";
import { family } from "./kinds.js";
import { joined, reduction, view } from "./recorded.js";
import { reductionOps } from "./reductions.js";
import { windowOps } from "./windows.js";

function trace(x: TensorImpl, _: readonly unknown[], name: string): TensorImpl {
  if (x.shape.length !== 2) throw new ShapeError(`${name}: expects a matrix, not the shape ${formatShape(x.shape)}`);
  if (x.dtype === "bool") throw new DTypeError(`${name}: is not defined for bool: cast it first, say with .long()`);
  return reduction(reductionOps.sum, view(windowOps.diagonal, x, []));
}

/** Each dimension of one beside that of the other, and both as one. */
function kron(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [a, b] = [valueOf(x), valueOf(tensorAt(name, "the other tensor", args[0]))];
  const rank = Math.max(a.shape.length, b.shape.length);
  const whole = (value: Value): number[] => [...Array.from({ length: rank - value.shape.length }, () => 1), ...value.shape];
  const [left, right] = [whole(a), whole(b)];
  const product = a.reshape(left.flatMap((size) => [size, 1])).mul(b.reshape(right.flatMap((size) => [1, size])));
  return product.reshape(left.map((size, d) => size * right[d])).impl;
}

/** (a₂b₃ - a₃b₂, a₃b₁ - a₁b₃, a₁b₂ - a₂b₁) along a dimension. */
export function crossAlong(name: string, x: TensorImpl, other: TensorImpl, dim: number): TensorImpl {
  const [a, b] = [valueOf(x), valueOf(other)];
  if (a.shape.length !== b.shape.length) {
    throw new ShapeError(`${name}: both tensors need as many dimensions, not ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  const d = normalizeDim(name, dim, a.shape.length);
  if (a.shape[d] !== 3 || b.shape[d] !== 3) {
    throw new ShapeError(`${name}: dimension ${dim} must have size 3, but the shapes are ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: both tensors need one dtype, not ${a.dtype} and ${b.dtype}: cast one with .to("${a.dtype}")`);
  const product = (i: number, j: number): Value => a.select(d, i).mul(b.select(d, j));
  const parts = [[1, 2], [2, 0], [0, 1]].map(([i, j]) => product(i, j).sub(product(j, i)).impl);
  return joined(name, parts, stack(parts, d), (grad, i) => grad.select(d, i));
}

function cross(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [positional, option] = withOptions(name, args, ["dim"]);
  const other = tensorAt(name, "the other tensor", positional[0]);
  const dim = positional[1] ?? option("dim");
  if (dim !== undefined && dim !== null) return crossAlong(name, x, other, wholeAt(name, "dim", dim));
  const first = x.shape.indexOf(3);
  if (first < 0) throw new ShapeError(`${name}: needs a dimension of size 3, but the shape is ${formatShape(x.shape)}`);
  return crossAlong(name, x, other, first);
}

/** Sums of products over `dims` of both: the last of the one with the first of the other, or as listed. */
export function tensordot(a: TensorImpl, b: TensorImpl, dims: number | readonly [readonly number[], readonly number[]]): TensorImpl {
  const name = "tensordot";
  const [left, right] = typeof dims === "number" ? lastAndFirst(name, a, b, dims) : [dims[0], dims[1]];
  if (left.length !== right.length) throw new ValueError(`${name}: both lists of dimensions must be equally long, not ${left.length} and ${right.length}`);
  const [dimsA, dimsB] = [normalizeDims(name, left, a.shape.length), normalizeDims(name, right, b.shape.length)];
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: the tensors need one dtype, not ${a.dtype} and ${b.dtype}: cast one with .to("${a.dtype}")`);
  if (a.dtype === "bool") throw new DTypeError(`${name}: is not defined for bool: cast with .float() or .long() first`);
  dimsA.forEach((d, i) => {
    const [size, other] = [a.shape[d], b.shape[dimsB[i]]];
    if (size === other || size === 1 || other === 1) return;
    throw new ShapeError(`${name}: dimension ${left[i]} of ${formatShape(a.shape)} and ${right[i]} of ${formatShape(b.shape)} must be equally large, not ${size} and ${other}`);
  });
  const labelsA = a.shape.map((_, d) => (dimsA.includes(d) ? `sum ${dimsA.indexOf(d)}` : `left ${d}`));
  const labelsB = b.shape.map((_, d) => (dimsB.includes(d) ? `sum ${dimsB.indexOf(d)}` : `right ${d}`));
  const keep = new Set([...labelsA, ...labelsB].filter((label) => !label.startsWith("sum")));
  return contracted(name, { value: valueOf(a), labels: labelsA }, { value: valueOf(b), labels: labelsB }, keep).value.impl;
}

function lastAndFirst(name: string, a: TensorImpl, b: TensorImpl, count: number): readonly [number[], number[]] {
  if (!Number.isSafeInteger(count) || count < 0) throw new ValueError(`${name}: dims must be a whole number of at least 0, or two lists, not ${count}`);
  if (count > a.shape.length || count > b.shape.length) {
    throw new ShapeError(`${name}: cannot sum over ${count} dimensions of tensors of shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  return [Array.from({ length: count }, (_, i) => a.shape.length - count + i), Array.from({ length: count }, (_, i) => i)];
}

export const matrixFormOps = family({
  /**
   * The sum of a matrix's diagonal; integers give int64. Errors: ShapeError for other ranks; DTypeError for bool.
   * @example tensor([[1, 2], [3, 4]]).trace() // tensor(5)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.trace.html
   */
  trace: call("trace", trace),
  /**
   * Kronecker's product: each element of one tensor times all of the other, block by block. Dimensions that one has not got count as of size
   * 1 in front, and each of the result is the product of both. Promoted.
   * @example tensor([[1, 2]]).kron(tensor([[1], [3]])) // tensor([[1, 2], [3, 6]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.kron.html
   */
  kron: call("kron", kron),
  /**
   * The cross product of vectors of three along `dim`, which is the first dimension of size 3 if not given. The other dimensions broadcast.
   * Errors: ShapeError where the dimension is not of size 3 in both, or for different numbers of dimensions; DTypeError for different dtypes.
   * @example tensor([1, 0, 0]).cross(tensor([0, 1, 0])) // tensor([0, 0, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.cross.html
   */
  cross: call("cross", cross),
} satisfies Readonly<Record<string, CallOp>>);
