/**
 * @file Type tests of static dtypes: inference from data, promotion with tensors and numbers, results of each kind of
 * operation, and what reading gives. Each expectation is exact.
 */
import { add, full, randn, type DType, resultType, Tensor, tensor, where, zeros } from "tesserae";
import type { Equal, Expect } from "./expect.js";

declare const number: number;
declare const unknown: Tensor;

const i = tensor([1, 2]);
const f = tensor([1.5, 2]);
const u = zeros([2], { dtype: "uint8" });
const b = tensor([true, false]);
const d = zeros([2], { dtype: "float64" });

export const results = {
  inferred: [i.dtype, f.dtype, b.dtype, tensor([1, true]).dtype, tensor([0.5, true]).dtype, tensor(1n).dtype] as const,
  given: tensor([1], { dtype: "int8" }).dtype,
  full: [full([1], 1).dtype, full([1], 0.5).dtype, full([1], false).dtype] as const,
  tensors: [i.add(f).dtype, u.add(i).dtype, b.mul(u).dtype, f.sub(d).dtype] as const,
  numbers: [u.add(1).dtype, u.add(0.5).dtype, b.add(1).dtype, b.add(true).dtype, i.add(number).dtype, f.add(number).dtype] as const,
  dimensionless: [u.add(tensor(1)).dtype, f.add(d.sum()).dtype, u.add(tensor(0.5)).dtype, tensor(1).add(tensor(0.5)).dtype] as const,
  divided: [i.div(2).dtype, d.div(i).dtype, i.div(2, { roundingMode: "floor" }).dtype, i.div(2, { roundingMode: null }).dtype] as const,
  unary: [i.sqrt().dtype, d.exp().dtype, i.neg().dtype, b.square().dtype, f.isnan().dtype, i.logicalNot().dtype] as const,
  compared: [i.lt(f).dtype, f.logicalAnd(i).dtype, i.atan2(i).dtype] as const,
  reduced: [u.sum().dtype, f.sum().dtype, b.prod().dtype, u.sum({ dtype: "float64" }).dtype, u.all().dtype, i.any().dtype, i.argmax().dtype] as const,
  means: [f.mean().dtype, i.mean({ dtype: "float32" }).dtype, d.var(0).dtype] as const,
  cast: [i.float().dtype, f.long().dtype, f.to("int16").dtype, f.type("bool").dtype, i.typeAs(f).dtype] as const,
  chosen: [where(b, 1, 0.5).dtype, where(b, i, 0).dtype, i.clamp(0.5).dtype, i.clamp(undefined, 3).dtype] as const,
  functions: [add(1, u).dtype, resultType(u, 0.5), resultType(1, true)] as const,
  unknown: unknown.float().dtype,
};
type R = typeof results;
export type Results = [
  Expect<Equal<R["inferred"], readonly ["int64", "float32", "bool", "int64", "float32", "int64"]>>,
  Expect<Equal<R["given"], "int8">>,
  Expect<Equal<R["full"], readonly ["int64", "float32", "bool"]>>,
  Expect<Equal<R["tensors"], readonly ["float32", "int64", "uint8", "float64"]>>,
  Expect<Equal<R["numbers"], readonly ["uint8", "float32", "int64", "bool", "int64" | "float32", "float32"]>>,
  Expect<Equal<R["dimensionless"], readonly ["uint8", "float32", "float32", "float32"]>>,
  Expect<Equal<R["divided"], readonly ["float32", "float64", "int64", "float32"]>>,
  Expect<Equal<R["unary"], readonly ["float32", "float64", "int64", "int64", "bool", "bool"]>>,
  Expect<Equal<R["compared"], readonly ["bool", "bool", "float32"]>>,
  Expect<Equal<R["reduced"], readonly ["int64", "float32", "int64", "float64", "uint8", "bool", "int64"]>>,
  Expect<Equal<R["means"], readonly ["float32", "float32", "float64"]>>,
  Expect<Equal<R["cast"], readonly ["float32", "int64", "int16", "bool", "float32"]>>,
  Expect<Equal<R["chosen"], readonly ["float32", "int64", "float32", "int64"]>>,
  Expect<Equal<R["functions"], readonly ["uint8", "float32", "int64"]>>,
  Expect<Equal<R["unknown"], "float32">>,
];

export const read = {
  item: [i.at(0).item(), b.at(0).item(), unknown.item()] as const,
  list: zeros(2, 3).tolist(),
  bools: b.tolist(),
  scalar: tensor(1).tolist(),
  arrays: [i.toTypedArray(), f.toTypedArray(), b.toTypedArray()] as const,
  inPlace: f.add_(1).mul_(i),
  rows: zeros(2, 3).unbind(),
  sized: [randn(4, 1, { requiresGrad: true }), zeros(2, 3, { dtype: "uint8" })] as const,
  iterated: [...zeros(2, 3)],
};
type Q = typeof read;
export type Reading = [
  Expect<Equal<Q["item"], readonly [number, boolean, number | boolean]>>,
  Expect<Equal<Q["list"], number[][]>>,
  Expect<Equal<Q["bools"], boolean[]>>,
  Expect<Equal<Q["scalar"], number>>,
  Expect<Equal<Q["arrays"], readonly [BigInt64Array, Float32Array, Uint8Array]>>,
  Expect<Equal<Q["inPlace"], Tensor<[2], "float32">>>,
  Expect<Equal<Q["sized"], readonly [Tensor<[4, 1], "float32">, Tensor<[2, 3], "uint8">]>>,
  Expect<Equal<Q["rows"], Tensor<[3], "float32">[]>>,
  Expect<Equal<Q["iterated"], Tensor<readonly number[], "float32">[]>>,
  Expect<Equal<Tensor["dtype"], DType>>,
];
