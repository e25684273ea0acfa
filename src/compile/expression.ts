/**
 * @file What the compiler is given: a graph of nodes, each the dense row-major result of one operation on strided views of
 * other nodes. `graph/` builds it; scheduling and lowering read it. A node has a value that never changes; it knows no storage, no
 * tensor and no gradient.
 */
import type { Allocation } from "../backends/backend.js";
import { CaptureError, DisposedError, InternalError, type TesseraeError } from "../core/errors.js";
import { formatShape, numel, type Shape } from "../core/shape.js";
import type { DType, TypedArray } from "../core/dtype.js";
import { isContiguous, type View } from "../core/view.js";
import type { BinaryOp, CompareOp, FoldOp, RunningOp, UnaryOp } from "../ir/kernel.js";

/** A view of a node's elements: what an operation reads. */
export interface Operand {
  readonly node: Node;
  readonly view: View;
}

/** Whether an operand is its node, element by element: no index along a dimension is needed to read it. */
export function isPlain({ node, view }: Operand): boolean {
  return view.offset === 0 && node.count === numel(view.shape) && isContiguous(view);
}

export type MapOp = UnaryOp | BinaryOp | CompareOp | "cast" | "where";
export type ReduceOp = FoldOp | "argmin" | "argmax";

/** One write into part of an assembled node: `view` places the value among the node's elements. */
export interface Piece {
  readonly view: View;
  readonly value: Operand;
}

/**
 * How a node comes by its elements.
 * - `buffer`: they are in memory.
 * - `constant`: all the same (0 or 1 for bool, a bigint for int64).
 * - `index`: their own positions 0, 1, 2, … in row-major order.
 * - `map`: one scalar operation; every operand's view has the node's shape.
 * - `reduce`: the operand's view has the node's shape followed by the dimensions to reduce over; `argmin` and `argmax` give the
 *   row-major position within those.
 * - `scan`: running folds of the operand, whose view has the node's shape, along dimension `dim`, or with `reverse` from its end: each
 *   element is folded with all before it. Of the operand's dtype, but for `argmin` and `argmax`, which give positions along the dimension. Computed in a kernel of its own, with the arithmetic that it reads.
 * - `take`: for each element of the index (int32 or int64, seen in the node's shape) the element of `from` at that position of its dense
 *   layout. `from` is computed first; the index is computed in the same kernel, and so may be arithmetic on indices. Positions
 *   that do not exist read the nearest that does: whoever makes the node has checked them.
 * - `routine`: one of the results of a computation that is no loop nest, such as a sort: see RoutineCall.
 * - `assemble`: a copy of `base` (undefined elements without one) into which the pieces are written in order. What stack, cat
 *   and writes through views become.
 * - `moved`: the buffer was given back, or taken over by whoever was its only reader; never read again. `because` says why where a
 *   user may see it.
 */
export type Source =
  | { readonly kind: "buffer"; readonly allocation: Allocation }
  | { readonly kind: "constant"; readonly value: number | bigint }
  | { readonly kind: "index" }
  | { readonly kind: "map"; readonly op: MapOp; readonly inputs: readonly Operand[] }
  | { readonly kind: "reduce"; readonly op: ReduceOp; readonly input: Operand }
  | { readonly kind: "scan"; readonly op: RunningOp; readonly dim: number; readonly reverse: boolean; readonly input: Operand }
  | { readonly kind: "take"; readonly from: Node; readonly index: Operand }
  | { readonly kind: "routine"; readonly call: RoutineCall }
  | { readonly kind: "assemble"; readonly base: Node | undefined; readonly pieces: readonly Piece[] }
  | { readonly kind: "moved"; readonly because?: Reason | undefined };

/** Why a node that users may still hold has no elements any more. */
export type Reason = "disposed" | "captured";

/** The error for whoever reads a node whose buffer is gone. */
export function goneError(node: Node, because: Reason | undefined): TesseraeError {
  const what = `the ${node.dtype} tensor of shape ${formatShape(node.shape)}`;
  if (because === "disposed") {
    return new DisposedError(`${what} is read after its memory was given up by using, dispose() or the end of a scope: return it from the scope, or dispose of it later`);
  }
  if (because === "captured") {
    return new CaptureError(`${what} was made inside a compiled function and not returned by it: return it, and use what the call gives`);
  }
  return new InternalError(`node ${node.id} is read after its buffer was given away`);
}

/**
 * A computation over dense arrays, written in TypeScript: what needs an algorithm and not loops over scalars. It reads its inputs, each
 * a whole node in memory, and fills all of its outputs in one go; it depends on nothing else, so it may be run again. Its shapes were known when
 * it was made.
 */
export interface RoutineCall {
  readonly name: string;
  readonly inputs: readonly Node[];
  /** The nodes that hold the results, in the order in which `run` fills them. Filled when the call is made. */
  readonly outputs: readonly Node[];
  readonly run: (inputs: readonly TypedArray[], outputs: readonly TypedArray[]) => void;
}

let created = 0;

/** One value of the lazy graph. `source` changes once: from an operation to the buffer that holds its result. */
export class Node {
  readonly id = created++;
  readonly count: number;
  /** Edges from operations not yet computed, and storages that hold this node: who may still read it. */
  readers = 0;
  /** How often its elements were computed inside another kernel without being kept. */
  recomputed = 0;
  /** A node that is best computed together with this one (the indices of `max` beside its values). */
  companion: Node | undefined = undefined;
  /** Nobody reads it, and it is pending: it does not count as a reader of its operands. */
  abandoned = false;
  /** Where the last fingerprint that met it counts it (fingerprint.ts). */
  mark = 0;

  constructor(
    readonly shape: Shape,
    readonly dtype: DType,
    public source: Source,
  ) {
    this.count = numel(shape);
    forEachInput(source, addReader);
  }

  /** Records that the elements are in memory now, and lets go of the operands. Gives the buffers that nobody will read again. */
  realized(allocation: Allocation): Node[] {
    const { source } = this;
    this.source = { kind: "buffer", allocation };
    return lettingGo(source);
  }

  /** One reader fewer. Gives the buffers that nobody will read again. */
  dropReader(): Node[] {
    const dead: Node[] = [];
    return dropped(this, dead) ? lettingGo(this.source) : dead;
  }
}

/** One reader more: an operation, or a storage. */
export function addReader(node: Node): void {
  if (node.readers++ > 0 || !node.abandoned) return;
  // An operation in its middle may come back to what it had left: the operands have their reader again.
  const stack = [node];
  for (let back = stack.pop(); back !== undefined; back = stack.pop()) {
    back.abandoned = false;
    forEachInput(back.source, (input) => {
      input.readers++;
      if (input.abandoned) stack.push(input);
    });
  }
}

/** What follows when nobody will compute a source any more: its operands have a reader fewer, and so on down. Gives the dead buffers. */
function lettingGo(source: Source): Node[] {
  const dead: Node[] = [];
  const stack = [source];
  for (let left = stack.pop(); left !== undefined; left = stack.pop()) {
    forEachInput(left, (input) => {
      if (dropped(input, dead)) stack.push(input.source);
    });
  }
  return dead;
}

/** Takes a reader off; true where the node is pending and has none left. */
function dropped(node: Node, dead: Node[]): boolean {
  if (--node.readers > 0) return false;
  if (node.source.kind === "buffer") dead.push(node);
  else if (node.source.kind !== "moved" && !node.abandoned) return (node.abandoned = true);
  return false;
}

/** The nodes that a source reads, an edge at a time; those that must be in memory for it without an operand. Hot path: called for every node of every realised graph. */
export function forEachInput(source: Source, visit: (input: Node, operand: Operand | undefined) => void): void {
  switch (source.kind) {
    case "map":
      for (let i = 0; i < source.inputs.length; i++) visit(source.inputs[i].node, source.inputs[i]);
      return;
    case "reduce":
    case "scan":
      visit(source.input.node, source.input);
      return;
    case "take":
      visit(source.from, undefined);
      visit(source.index.node, source.index);
      return;
    case "routine":
      for (let i = 0; i < source.call.inputs.length; i++) visit(source.call.inputs[i], undefined);
      return;
    case "assemble":
      if (source.base) visit(source.base, undefined);
      for (let i = 0; i < source.pieces.length; i++) visit(source.pieces[i].value.node, source.pieces[i].value);
      return;
    case "buffer":
    case "constant":
    case "index":
    case "moved":
      return;
    default:
      source satisfies never;
  }
}
