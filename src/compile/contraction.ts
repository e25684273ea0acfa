/**
 * @file What a matrix product is: a sum of products of two operands, of which each walks along an axis of the result where the
 * other stays. The scheduler asks it of nodes, canonical form of loops; no backend is known here.
 */
import { isFloating } from "../core/dtype.js";
import { contiguousStrides } from "../core/view.js";
import type { Contraction, ContractionRole } from "../ir/kernel.js";
import type { Node, Operand } from "./expression.js";
import type { LoopNest } from "./loops.js";

/** An axis by how far each access moves along it. */
interface Walk {
  readonly strides: readonly number[];
}

/** What an axis is to two operands that move by so much along it. */
function roleOf(left: number, right: number): ContractionRole {
  if (left !== 0 && right === 0) return "row";
  return left === 0 && right !== 0 ? "column" : "batch";
}

const otherWay: Readonly<Record<ContractionRole, ContractionRole>> = { row: "column", column: "row", batch: "batch" };

/** The contraction that loops with these outer axes are, if they are one. */
export function contractionOf(nest: LoopNest, outer: readonly Walk[]): Contraction | undefined {
  const { body, reductions } = nest;
  if (reductions.length !== 1 || body.length !== 3 || outer.length < 2) return undefined;
  const [first, second, product] = body;
  if (first.op !== "load" || second.op !== "load" || product.op !== "mul" || product.args[0] === product.args[1]) return undefined;
  if (reductions[0].op !== "sum" || reductions[0].value !== 2 || !isFloating(reductions[0].dtype)) return undefined;
  const roles = outer.map(({ strides }) => roleOf(strides[first.access], strides[second.access]));
  if (!roles.includes("row") || !roles.includes("column")) return undefined;
  const last = roles[roles.length - 1];
  if (last === "batch") return undefined;
  if (last === "column") return { left: first.access, right: second.access, roles };
  // The same product of the transposed matrices.
  return { left: second.access, right: first.access, roles: roles.map((role) => otherWay[role]) };
}

/** The two operands of a node that will become a contraction. They are best in memory before it runs. */
export function productOf({ source, shape, dtype }: Node): readonly Operand[] | undefined {
  if (source.kind !== "reduce" || source.op !== "sum" || !isFloating(dtype)) return undefined;
  const { node: product, view } = source.input;
  if (product.source.kind !== "map" || product.source.op !== "mul" || view.offset !== 0) return undefined;
  const [left, right] = product.source.inputs;
  const dense = contiguousStrides(product.shape);
  const roles: ContractionRole[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const dim = product.shape.findIndex((size, d) => size === shape[axis] && dense[d] === view.strides[axis]);
    if (dim < 0) return undefined; // seen through more than a permutation
    roles.push(roleOf(left.view.strides[dim], right.view.strides[dim]));
  }
  const isProduct = roles.includes("row") && roles.includes("column") && roles.at(-1) !== "batch";
  return isProduct ? product.source.inputs : undefined;
}
