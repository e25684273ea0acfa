/**
 * @file Sums of products over named dimensions: what einsum, tensordot and the products of linear algebra are made of. Operands are strided
 * views that are multiplied and summed, so the compiler makes one contraction of each pair; nothing is copied into place first. Written in
 * recorded operations, so it has its gradients; it reads no equations (einsum.ts does).
 */
import { DTypeError, ShapeError } from "../core/errors.js";
import { valueOf, type Value } from "./gradient.js";
import { view } from "./recorded.js";
import { windowOps } from "./windows.js";

/** A tensor whose dimensions have names. */
export interface Labelled {
  readonly value: Value;
  readonly labels: readonly string[];
}

/** The diagonal of two dimensions, which becomes the last one. */
const diagonalOf = (x: Value, dim1: number, dim2: number): Value => valueOf(view(windowOps.diagonal, x.impl, [0, dim1, dim2]));

/** Each name once: dimensions of one name become their diagonal. */
export function withoutRepeats(name: string, { value, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, d) => labels.indexOf(label) < d);
  if (second < 0) return { value, labels };
  const first = labels.indexOf(labels[second]);
  if (value.shape[first] !== value.shape[second]) {
    throw new ShapeError(`${name}: the subscript ${labels[second]} is repeated for one operand, but the sizes ${value.shape[first]} and ${value.shape[second]} differ`);
  }
  const left = labels.filter((_, d) => d !== first && d !== second);
  return withoutRepeats(name, { value: diagonalOf(value, first, second), labels: [...left, labels[second]] });
}

/** The sum over all dimensions but those named. */
export function summed({ value, labels }: Labelled, keep: ReadonlySet<string>): Labelled {
  const dims = labels.flatMap((label, d) => (keep.has(label) ? [] : [d]));
  return dims.length === 0 ? { value, labels } : { value: value.sum(dims), labels: labels.filter((label) => keep.has(label)) };
}

/** The dimensions in another order; those it does not have, with size 1. */
function arranged({ value, labels }: Labelled, order: readonly string[]): Value {
  const permuted = value.permute(order.filter((label) => labels.includes(label)).map((label) => labels.indexOf(label)));
  return order.reduce((x, label, d) => (labels.includes(label) ? x : x.unsqueeze(d)), permuted);
}

/** The product of two, summed over the dimensions that are not kept. Sizes of 1 broadcast. The result lies batch, left, right. */
export function contracted(name: string, a: Labelled, b: Labelled, keep: ReadonlySet<string>): Labelled {
  const shared = new Set(a.labels.filter((label) => b.labels.includes(label)));
  const [left, right] = [summed(a, new Set([...keep, ...shared])), summed(b, new Set([...keep, ...shared]))];
  const kept = [
    ...left.labels.filter((label) => shared.has(label) && keep.has(label)),
    ...left.labels.filter((label) => !shared.has(label)),
    ...right.labels.filter((label) => !shared.has(label)),
  ];
  const folded = left.labels.filter((label) => shared.has(label) && !keep.has(label));
  if (folded.length > 0) checkContraction(name, left.value, right.value);
  const product = arranged(left, [...kept, ...folded]).mul(arranged(right, [...kept, ...folded]));
  if (folded.length === 0) return { value: product, labels: kept };
  const sum = product.sum(folded.map((_, i) => kept.length + i));
  return { value: sum.dtype === product.dtype ? sum : sum.to(product.dtype), labels: kept };
}

/** PyTorch's products take one dtype, and no bool. */
function checkContraction(name: string, a: Value, b: Value): void {
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: the tensors need one dtype, not ${a.dtype} and ${b.dtype}: cast one with .to("${a.dtype}")`);
  if (a.dtype === "bool") throw new DTypeError(`${name}: is not defined for bool: cast with .float() or .long() first`);
}

/** The dimensions in the order of these names, each of which it has. */
export const inOrder = ({ value, labels }: Labelled, order: readonly string[]): Value =>
  order.every((label, d) => labels[d] === label) ? value : value.permute(order.map((label) => labels.indexOf(label)));
