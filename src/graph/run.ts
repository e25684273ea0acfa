/**
 * @file Computes a graph: has it scheduled, lowers each group, finds memory for its results, calls the kernel, and records the results in
 * their nodes; or does again what it did for a graph of the same shape. `realize` calls it. Knows allocations and nodes, not tensors.
 */
import type { Allocation } from "../backends/backend.js";
import type { Node, Piece, RoutineCall } from "../compile/expression.js";
import { takeFingerprint, type Fingerprint } from "../compile/fingerprint.js";
import { lowerGroup, lowerPiece, lowerScan, MustRealize, type Lowered } from "../compile/lower.js";
import { lowerRows } from "../compile/lower-rows.js";
import { schedule, type Group } from "../compile/schedule.js";
import { itemSize } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { numel } from "../core/shape.js";
import { isContiguous } from "../core/view.js";
import type { Engine } from "./engine.js";
import { bufferOf, isAlone, kernelCall, nodeAt, Numbers, readsOnlyWhatItWrites, reusable, runCall, type KernelCall, type Numbered } from "./kernel-call.js";
import type { Done, Step } from "./memo.js";

/** Computes the nodes, and what they need: as a graph of this shape was computed before, if one was. */
export function compute(engine: Engine, outputs: readonly Node[]): void {
  const print = takeFingerprint(outputs, mostNodes);
  remembered(engine, print, (note) => {
    // Off the list as they are run, so that nothing here keeps dead intermediates from the collector.
    const groups = schedule(outputs).reverse();
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      if (print !== undefined) note(runGroup(engine, group));
      else runPart(engine, group);
    }
  });
}
/** The most nodes of a graph that is remembered as a whole. */
const mostNodes = 512;

/** Computes a group of a graph that is not remembered as a whole. */
function runPart(engine: Engine, group: Group): void {
  const isPending = group.nodes.every((node) => node.source.kind !== "buffer");
  const print = isPending ? takeFingerprint(group.nodes, mostNodes, group.rows) : undefined;
  remembered(engine, print, (note) => note(runGroup(engine, group)));
}

/** Computes what a fingerprint was taken of: by the steps that are known for it, or by `run`, which notes what it does. */
function remembered(engine: Engine, print: Fingerprint | undefined, run: (note: (done: Done | undefined) => void) => void): void {
  const { memo } = engine;
  if (print === undefined) return run(() => {});
  const steps = memo.find(print);
  if (steps !== undefined) return replay(engine, steps, print.nodes);
  const recording = memo.recording(print);
  print.nodes.length = 0;
  run((done) => recording?.add(done));
  if (recording !== undefined) memo.add(recording);
}

/** Runs known steps on the nodes of another graph, which are let go of on the way. */
function replay(engine: Engine, steps: readonly Step[], all: (Node | undefined)[]): void {
  for (let i = 0; i < steps.length; i++) {
    const { call, targets, nodes, last } = steps[i];
    computeTogether(engine, call, targets.map((number) => nodeAt(all, number)), nodes.map((number) => nodeAt(all, number)));
    for (let k = 0; k < last.length; k++) all[last[k]] = undefined;
  }
}

/** Computes every node of a group. Gives what it did, where a group of the same shape can be computed the same way. */
function runGroup(engine: Engine, group: Group): Done | undefined {
  const { nodes, rows } = group;
  const { source } = nodes[0];
  if (source.kind === "assemble" || source.kind === "routine") {
    if (source.kind === "assemble") runAssemble(engine, nodes[0]);
    else runRoutine(engine, source.call);
    return undefined;
  }
  // What has to be realised before the lowering succeeds may be a member of the group itself, so look anew each time.
  const pending = (): Node[] => nodes.filter((node) => node.source.kind !== "buffer");
  let rounds = 0;
  const kernel = lowered(engine, () => {
    rounds++;
    const left = pending();
    if (left.length === 0 || left[0].count === 0) return undefined;
    if (rows !== undefined) return lowerRows(left, rows);
    return source.kind === "scan" ? lowerScan(left[0]) : lowerGroup(left);
  });
  const targets = pending();
  const numbers = new Numbers();
  const call = kernel && kernelCall(engine, kernel, targets, numbers);
  computeTogether(engine, call, targets, numbers.nodes);
  return rounds === 1 && targets.length === nodes.length ? { call, targets, nodes: numbers.nodes } : undefined;
}

/** Finds memory for the targets, computes them by one call, and records that they are there. */
function computeTogether(engine: Engine, call: KernelCall | undefined, targets: readonly Node[], nodes: Numbered): void {
  const base = call && reusable(call, nodes);
  const allocations = targets.map((node) => (base ? bufferOf(base) : allocate(engine, node)));
  if (call) runCall(engine, call, nodes, allocations);
  if (base) base.source = { kind: "moved" };
  for (let i = 0; i < targets.length; i++) settle(engine, targets[i], allocations[i]);
}

/** A node has been computed. What it alone was waiting for goes back to the pool now, not when the collector finds it. */
function settle(engine: Engine, node: Node, allocation: Allocation): void {
  for (const dead of node.realized(allocation)) engine.release(dead);
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
    const numbers = new Numbers();
    const call = kernelCall(engine, kernel, [node], numbers);
    if (target === undefined && base !== undefined && pieces.length === 1 && mayWriteOver(kernel, call, numbers.nodes, base)) {
      runCall(engine, call, numbers.nodes, [bufferOf(base)]);
      target = takeOver(base);
    } else {
      target ??= baseCopy(engine, node, base);
      runCall(engine, call, numbers.nodes, [target]);
    }
  }
  settle(engine, node, target ?? baseCopy(engine, node, base));
}

/** The one edge is that of the update that asks. */
const isOnlyReader = (base: Node): boolean => base.readers === 1;

/** Whether the kernel of a piece may write into its base's memory: nobody else wants the base, nor does the kernel but where it writes. */
function mayWriteOver(kernel: Lowered, call: KernelCall, nodes: Numbered, base: Node): boolean {
  if (!kernel.buffers.includes(base)) return isOnlyReader(base);
  return base.readers === 1 + (kernel.edges.get(base) ?? 0) && readsOnlyWhatItWrites(kernel, base) && isAlone(call, nodes);
}

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

/** A piece that lies densely in memory and lands densely is copied as bytes, without a kernel. */
function copies(node: Node, { view, value }: Piece): boolean {
  return value.node.source.kind === "buffer" && value.node.dtype === node.dtype && isContiguous(view) && isContiguous(value.view);
}

function copyPiece(engine: Engine, node: Node, target: Allocation, { view, value }: Piece): void {
  const size = itemSize(node.dtype);
  engine.backend.copy(bufferOf(value.node), value.view.offset * size, target, view.offset * size, numel(view.shape) * size);
}
