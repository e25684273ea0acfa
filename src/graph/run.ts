/**
 * @file Runs what the schedule decided: lowers a group, finds memory for its results, calls the kernel, and records the results in
 * their nodes. `realize` calls it, group after group. Knows allocations and nodes, not tensors.
 */
import type { Allocation } from "../backends/backend.js";
import { canonical } from "../compile/canonical.js";
import type { Node, Piece, RoutineCall } from "../compile/expression.js";
import { lowerGroup, lowerPiece, MustRealize, type Lowered } from "../compile/lower.js";
import { lowerRows } from "../compile/lower-rows.js";
import type { Group } from "../compile/schedule.js";
import { itemSize } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { numel } from "../core/shape.js";
import { isContiguous } from "../core/view.js";
import type { Engine } from "./engine.js";

/** Computes every node of a group. */
export function runGroup(engine: Engine, group: Group): void {
  const { nodes, rows } = group;
  const { source } = nodes[0];
  if (source.kind === "assemble") return runAssemble(engine, nodes[0]);
  if (source.kind === "routine") return runRoutine(engine, source.call);
  // What has to be realised before the lowering succeeds may be a member of the group itself, so look anew each time.
  const pending = (): Node[] => nodes.filter((node) => node.source.kind !== "buffer");
  const kernel = lowered(engine, () => {
    const left = pending();
    if (left.length === 0 || left[0].count === 0) return undefined;
    return rows === undefined ? lowerGroup(left) : lowerRows(left, rows);
  });
  const left = pending();
  const base = kernel && left.length === 1 ? reusable(kernel, left[0]) : undefined;
  const targets = new Map(left.map((node) => [node, base ? bufferOf(base) : allocate(engine, node)]));
  if (kernel) runLowered(engine, kernel, targets);
  if (base) base.source = { kind: "moved" };
  for (const [node, allocation] of targets) settle(engine, node, allocation);
}

/** A node has been computed. What it alone was waiting for goes back to the pool now, not when the collector finds it. */
function settle(engine: Engine, node: Node, allocation: Allocation): void {
  for (const dead of node.realized(allocation)) engine.release(dead);
}

/** An input that nobody reads after this kernel, whose memory may hold the result: each of its elements is read where that of the result goes. */
function reusable(kernel: Lowered, target: Node): Node | undefined {
  return kernel.buffers.find(
    (base) =>
      base !== target && base.count === target.count && itemSize(base.dtype) === itemSize(target.dtype) && base.readers === kernel.edges.get(base) &&
      readsOnlyWhatItWrites(kernel, base, target),
  );
}

/** Calls a routine and records all of its results. */
function runRoutine(engine: Engine, { inputs, outputs, run }: RoutineCall): void {
  const targets = outputs.map((node) => allocate(engine, node));
  engine.backend.call(
    run,
    inputs.map((node) => ({ allocation: bufferOf(node), dtype: node.dtype, count: node.count })),
    outputs.map((node, i) => ({ allocation: targets[i], dtype: node.dtype, count: node.count })),
  );
  outputs.forEach((node, i) => settle(engine, node, targets[i]));
}

/** Lowers, realising first what turns out not to be inlinable. Each round realises one more node, so it ends. */
function lowered<T extends Lowered | undefined>(engine: Engine, lower: () => T): T {
  for (;;) {
    try {
      return lower();
    } catch (error) {
      if (!(error instanceof MustRealize)) throw error;
      engine.realize([error.node]);
    }
  }
}

const allocate = (engine: Engine, node: Node): Allocation => engine.backend.allocate(node.count * itemSize(node.dtype), node);

function runLowered(engine: Engine, { nest, buffers, inlined }: Lowered, targets: ReadonlyMap<Node, Allocation>): void {
  const { kernel, args } = canonical(nest, buffers.length);
  const allocations = buffers.map((node) => targets.get(node) ?? bufferOf(node));
  engine.backend.run(engine.kernels.get(kernel), { ...args, buffers: allocations });
  engine.kernelRuns++;
  for (const node of inlined) if (!targets.has(node)) node.recomputed++;
}

function bufferOf(node: Node): Allocation {
  if (node.source.kind === "buffer") return node.source.allocation;
  throw new InternalError(`node ${node.id} is read by a kernel but is ${node.source.kind}`);
}

/** Copies the base (or takes over its buffer, if nobody else can read it) and writes each piece into its place. */
function runAssemble(engine: Engine, node: Node): void {
  if (node.source.kind !== "assemble") throw new InternalError(`node ${node.id} is not assembled`);
  const { base, pieces } = node.source;
  let target: Allocation | undefined;
  for (const piece of pieces) {
    if (numel(piece.view.shape) === 0) continue;
    if (copies(node, piece)) {
      target ??= base && isOnlyReader(base) ? takeOver(base) : baseCopy(engine, node, base);
      copyPiece(engine, node, target, piece);
      continue;
    }
    const kernel = lowered(engine, () => lowerPiece(node, piece));
    const inPlace = target === undefined && base !== undefined && pieces.length === 1 && base.readers === 1 + (kernel.edges.get(base) ?? 0) && readsOnlyWhatItWrites(kernel, base, node);
    if (inPlace) {
      const allocation = bufferOf(base);
      runLowered(engine, kernel, new Map([[node, allocation]]));
      target = takeOver(base);
    } else {
      target ??= baseCopy(engine, node, base);
      runLowered(engine, kernel, new Map([[node, target]]));
    }
  }
  settle(engine, node, target ?? baseCopy(engine, node, base));
}

/** The one edge is that of the update that asks. */
const isOnlyReader = (base: Node): boolean => base.readers === 1;

function takeOver(base: Node): Allocation {
  const allocation = bufferOf(base);
  base.source = { kind: "moved" };
  return allocation;
}

function baseCopy(engine: Engine, node: Node, base: Node | undefined): Allocation {
  const target = allocate(engine, node);
  if (base && node.count > 0) {
    engine.backend.copy(bufferOf(base), 0, target, 0, node.count * itemSize(node.dtype));
  }
  return target;
}

/**
 * Whether a result may lie in a buffer that its kernel reads: whatever still wants the old elements is part of this very kernel
 * (the caller has counted the readers of the buffer itself), and reads only the element that it then writes.
 */
function readsOnlyWhatItWrites({ nest, buffers, inlined, edges }: Lowered, base: Node, target: Node): boolean {
  if (nest.reductions.length > 0 || nest.passes.length > 0) return false;
  for (const inner of inlined) if (inner !== target && inner.readers !== edges.get(inner)) return false;
  if (nest.epilogue.some((instruction) => instruction.op === "take" && buffers[instruction.buffer] === base)) return false;
  const stored = nest.accesses[nest.stores[0].access];
  return nest.accesses.every((access) => {
    if (access.buffer < 0 || buffers[access.buffer] !== base) return true;
    return access.affine.offset === stored.affine.offset && access.affine.terms.every((term, i) => term === stored.affine.terms[i]);
  });
}

/** A piece that lies densely in memory and lands densely is copied as bytes, without a kernel. */
function copies(node: Node, { view, value }: Piece): boolean {
  return value.node.source.kind === "buffer" && value.node.dtype === node.dtype && isContiguous(view) && isContiguous(value.view);
}

function copyPiece(engine: Engine, node: Node, target: Allocation, { view, value }: Piece): void {
  const size = itemSize(node.dtype);
  engine.backend.copy(bufferOf(value.node), value.view.offset * size, target, view.offset * size, numel(view.shape) * size);
}
