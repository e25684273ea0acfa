/**
 * @file A kernel call without its nodes: all that follows from the shape of a piece of the graph, by the numbers of the nodes in it, so
 * that it can be run again for other nodes of the same shape. run.ts makes one of each lowering, and keeps it where it may come again (memo.ts).
 */
import type { Allocation, Executable } from "../backends/backend.js";
import { canonical } from "../compile/canonical.js";
import type { Node } from "../compile/expression.js";
import type { Lowered } from "../compile/lower.js";
import { itemSize } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import type { KernelArguments } from "../ir/kernel.js";
import type { Engine } from "./engine.js";

/** A node by number, and how often the kernel reads it. */
interface Read {
  readonly node: number;
  readonly edges: number;
}

export interface KernelCall {
  readonly executable: Executable;
  readonly args: Omit<KernelArguments<never>, "buffers">;
  /** The constants that are those of nodes. */
  readonly constants: readonly { readonly slot: number; readonly node: number }[];
  /** The nodes of the buffers, and which of the results each is; -1 for what is only read. */
  readonly buffers: readonly { readonly node: number; readonly target: number }[];
  /** Nodes that are computed inside and not stored: as often as they are, and once each with all their readers inside. */
  readonly recomputed: readonly number[];
  readonly between: readonly Read[];
  /** Inputs in whose memory the only result may lie, if nobody else reads them. */
  readonly overwritable: readonly Read[];
}

/** Numbers nodes as they come. */
export class Numbers {
  readonly nodes: Node[] = [];
  private readonly numbers = new Map<Node, number>();

  of(node: Node): number {
    let number = this.numbers.get(node);
    if (number === undefined) this.numbers.set(node, (number = this.nodes.push(node) - 1));
    return number;
  }
}

/** The call that computes `targets` by these loops. */
export function kernelCall(engine: Engine, lowered: Lowered, targets: readonly Node[], numbers: Numbers): KernelCall {
  const { nest, buffers, inlined, edges } = lowered;
  const { kernel, args } = canonical(nest, buffers.length);
  const inner = inlined.filter((node) => !targets.includes(node));
  const read = (node: Node): Read => ({ node: numbers.of(node), edges: edges.get(node) ?? 0 });
  const [target] = targets;
  const holds = (base: Node): boolean =>
    base !== target && base.count === target.count && itemSize(base.dtype) === itemSize(target.dtype) && readsOnlyWhatItWrites(lowered, base);
  return {
    executable: engine.kernels.get(kernel),
    args,
    constants: [...lowered.constants].map(([slot, node]) => ({ slot, node: numbers.of(node) })),
    buffers: buffers.map((node) => ({ node: numbers.of(node), target: targets.indexOf(node) })),
    recomputed: inner.map((node) => numbers.of(node)),
    between: [...new Set(inner)].map(read),
    overwritable: targets.length === 1 ? buffers.filter(holds).map(read) : [],
  };
}

/**
 * Whether each element of a buffer is read only where that of the result goes. Then the result may lie there, once nobody else wants the
 * old elements: see `isAlone`.
 */
export function readsOnlyWhatItWrites({ nest, buffers }: Lowered, base: Node): boolean {
  if (nest.reductions.length > 0 || nest.passes.length > 0) return false;
  if ([...nest.body, ...nest.epilogue].some((instruction) => instruction.op === "take" && buffers[instruction.buffer] === base)) return false;
  const stored = nest.accesses[(nest.scan ?? nest.stores[0]).access];
  return nest.accesses.every((access) => {
    if (access.buffer < 0 || buffers[access.buffer] !== base) return true;
    return access.affine.offset === stored.affine.offset && access.affine.terms.every((term, i) => term === stored.affine.terms[i]);
  });
}

/** Whether what is computed between the inputs and the results is wanted by nobody else, who would have to compute it again. */
export function isAlone({ between }: KernelCall, nodes: Numbered): boolean {
  for (let i = 0; i < between.length; i++) if (nodeAt(nodes, between[i].node).readers !== between[i].edges) return false;
  return true;
}

/** The input whose memory the only result of the call may take over now. */
export function reusable(call: KernelCall, nodes: Numbered): Node | undefined {
  const { overwritable } = call;
  for (let i = 0; i < overwritable.length; i++) {
    const base = nodeAt(nodes, overwritable[i].node);
    if (base.readers === overwritable[i].edges) return isAlone(call, nodes) ? base : undefined;
  }
  return undefined;
}

/** Nodes by number; those that are done with may be gone. */
export type Numbered = readonly (Node | undefined)[];

export function nodeAt(nodes: Numbered, number: number): Node {
  const node = nodes[number];
  if (node === undefined) throw new InternalError(`a kernel call wants node ${number} of ${nodes.length}`);
  return node;
}

/** Runs the kernel, with the results where `targets` says. */
export function runCall(engine: Engine, call: KernelCall, nodes: Numbered, targets: readonly Allocation[]): void {
  const { sizes, offsets, strides } = call.args;
  const buffers = new Array<Allocation>(call.buffers.length);
  for (let i = 0; i < buffers.length; i++) {
    const { node, target } = call.buffers[i];
    buffers[i] = target < 0 ? bufferOf(nodeAt(nodes, node)) : targets[target];
  }
  engine.backend.run(call.executable, { sizes, offsets, strides, constants: constantsOf(call, nodes), buffers });
  engine.kernelRuns++;
  for (let i = 0; i < call.recomputed.length; i++) nodeAt(nodes, call.recomputed[i]).recomputed++;
}

function constantsOf({ args, constants }: KernelCall, nodes: Numbered): readonly (number | bigint)[] {
  if (constants.length === 0) return args.constants;
  const values = args.constants.slice();
  for (const { slot, node } of constants) {
    const { source } = nodeAt(nodes, node);
    if (source.kind === "constant") values[slot] = source.value;
  }
  return values;
}

export function bufferOf(node: Node): Allocation {
  if (node.source.kind === "buffer") return node.source.allocation;
  throw new InternalError(`node ${node.id} is read by a kernel but is ${node.source.kind}`);
}
