/**
 * @file How operations make nodes: the small vocabulary in which every lowering in `ops/` is written. Callers have worked out
 * shapes and dtypes and thrown the user's errors already; nothing is computed here.
 */
import type { DType, TypedArray } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { formatShape, numel, sameShape, type Shape } from "../core/shape.js";
import { contiguousView, expand, permute, type View } from "../core/view.js";
import { isPlain, Node, type MapOp, type Operand, type Piece, type ReduceOp, type RoutineCall } from "../compile/expression.js";
import type { RunningOp } from "../ir/kernel.js";
import { capturing } from "./capture.js";
import { engine } from "./engine.js";

const whole = (node: Node): Operand => ({ node, view: contiguousView(node.shape) });

/** A value that a dtype stores: bigint for int64, 0 or 1 for bool, wrapped or rounded by the kernel otherwise. */
function scalarFor(dtype: DType, value: number | bigint | boolean): number | bigint {
  if (dtype === "int64") return typeof value === "bigint" ? BigInt.asIntN(64, value) : BigInt(Math.trunc(Number(value)));
  if (dtype === "bool") return value === 0 || value === 0n || value === false ? 0 : 1;
  return Number(value);
}

/** The same number everywhere; takes no memory until it is looked at or written to. */
export const constant = (value: number | bigint | boolean, dtype: DType, shape: Shape = []): Operand =>
  whole(new Node(shape, dtype, { kind: "constant", value: scalarFor(dtype, value) }));

/** 0, 1, 2, … in row-major order of the shape. */
export const index = (shape: Shape, dtype: "int32" | "int64" = "int64"): Operand => whole(new Node(shape, dtype, { kind: "index" }));

/** One scalar operation on operands of one shape (broadcast them with `expandTo` first). */
export function map(op: MapOp, dtype: DType, ...inputs: readonly Operand[]): Operand {
  const { shape } = inputs[0].view;
  for (const input of inputs) {
    if (!sameShape(input.view.shape, shape)) {
      throw new InternalError(`map ${op}: ${formatShape(input.view.shape)} beside ${formatShape(shape)}`);
    }
  }
  return whole(new Node(shape, dtype, { kind: "map", op, inputs }));
}

/** The operand in another dtype; itself where it has that dtype already. */
export const cast = (x: Operand, dtype: DType): Operand => (x.node.dtype === dtype ? x : map("cast", dtype, x));

/** The operand broadcast to a shape that it is known to fit. */
export const expandTo = (x: Operand, shape: Shape): Operand =>
  sameShape(x.view.shape, shape) ? x : { node: x.node, view: expand(x.view, shape) };

/** The operand seen through another view of the same node. */
export const withView = (x: Operand, view: View): Operand => ({ node: x.node, view });

/** Folds `dims` (normalised, distinct) away; the result has the other dimensions in order. */
export function reduce(op: ReduceOp, dtype: DType, x: Operand, dims: readonly number[]): Operand {
  const { shape } = x.view;
  const order: number[] = [];
  const kept: number[] = [];
  for (let d = 0; d < shape.length; d++) {
    if (dims.includes(d)) continue;
    order.push(d);
    kept.push(shape[d]);
  }
  for (let d = 0; d < shape.length; d++) if (dims.includes(d)) order.push(d);
  const input = withView(x, permute(x.view, order));
  return whole(new Node(kept, dtype, { kind: "reduce", op, input }));
}

/** The running folds along a dimension of an operand that has one, from its first element on, or from its last one back; where the extremes are so far, as int64. */
export function scan(op: RunningOp, x: Operand, dim: number, reverse = false): Operand {
  const dtype = op === "argmin" || op === "argmax" ? "int64" : x.node.dtype;
  return whole(new Node(x.view.shape, dtype, { kind: "scan", op, dim, reverse, input: x }));
}

/**
 * The elements of a node at positions of its dense layout: int32 or int64, known to exist. The result has the shape of the positions
 * and is computed in one kernel with them and with what follows.
 */
export const take = (from: Node, positions: Operand): Operand =>
  // What is found at a position of positions is that position.
  from.source.kind === "index" ? cast(positions, from.dtype) : whole(new Node(positions.view.shape, from.dtype, { kind: "take", from, index: positions }));

/** What a routine's result is: a shape and a dtype. */
export interface Result {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The results of a computation over dense arrays: see RoutineCall. The operands are made dense first. */
export function routine(
  name: string,
  inputs: readonly Operand[],
  results: readonly Result[],
  run: (inputs: readonly TypedArray[], outputs: readonly TypedArray[]) => void,
): Operand[] {
  const outputs: Node[] = [];
  const call: RoutineCall = { name, inputs: inputs.map((input) => dense(input).node), outputs, run };
  for (const { shape, dtype } of results) outputs.push(new Node(shape, dtype, { kind: "routine", call }));
  return outputs.map(whole);
}

/** A dense node made of pieces that together cover it (stack, cat). */
export const assemble = (shape: Shape, dtype: DType, pieces: readonly Piece[]): Operand =>
  whole(new Node(shape, dtype, { kind: "assemble", base: undefined, pieces }));

/** `base` with the elements under `view` replaced by the value (of the view's shape and the base's dtype). */
export const update = (base: Node, view: View, value: Operand): Node =>
  new Node(base.shape, base.dtype, { kind: "assemble", base, pieces: [{ view, value }] });

/** A node that holds a copy of the data, which lies densely in the shape's order. */
export function fromData(dtype: DType, shape: Shape, data: TypedArray): Operand {
  const allocation = engine().upload(dtype, shape, data);
  if (data.length !== numel(shape)) throw new InternalError(`fromData: ${data.length} elements for ${formatShape(shape)}`);
  return whole(new Node(shape, dtype, { kind: "buffer", allocation }));
}

/** A node of random elements: drawn now, or, while a function is captured, anew at each call of it. */
export function fromDraw(dtype: DType, shape: Shape, draw: () => TypedArray): Operand {
  const capture = capturing();
  return capture ? whole(capture.drawn(shape, dtype, draw)) : fromData(dtype, shape, draw());
}

/** Elements as they lie in memory: the operand itself if dense from its node's first element to its last, else a copying node. */
export function dense(x: Operand): Operand {
  if (isPlain(x)) return x;
  const shape = x.view.shape;
  return assemble(shape, x.node.dtype, [{ view: contiguousView(shape), value: x }]);
}
