/**
 * @file Tensors one after the other, by the name of the function that was called: what `cat` and its forms (vstack, hstack, concat …) share.
 * join.ts and join-more.ts make the functions of it.
 */
import { ValueError } from "../core/errors.js";
import type { TensorImpl } from "../graph/storage.js";
import * as join from "../ops/join.js";
import { joined } from "../ops/recorded.js";
import { Tensor } from "./class.js";
import { implOf } from "./install.js";

export function implsOf(name: string, tensors: Iterable<Tensor>): TensorImpl[] {
  if (typeof tensors !== "object" || tensors instanceof Tensor) throw new ValueError(`${name}: expected a list of tensors`);
  return Array.from(tensors, (tensor) => implOf(name, tensor));
}

/** `cat`, under a name. */
export function catAs(name: string, tensors: readonly Tensor[], dim: number): Tensor {
  const impls = implsOf(name, tensors);
  const starts = join.startsOf(impls, dim);
  return new Tensor(joined("cat", impls, join.cat(impls, dim, name), (grad, i) => grad.narrow(dim, starts[i], starts[i + 1] - starts[i])));
}

/** Vectors and scalars as rows, then one above the other. */
export const rowsAs = (name: string, tensors: readonly Tensor[]): Tensor => catAs(name, tensors.map((x) => (x.ndim < 2 ? x.reshape(1, -1) : x)), 0);
