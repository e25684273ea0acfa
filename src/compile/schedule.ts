/**
 * @file What fuses: decides which pending nodes get memory of their own ("roots", a kernel each) and which are computed inside
 * the kernels of others. `graph/` calls it with the nodes asked for. One pass forwards for costs, one pass backwards for decisions,
 * never recursive: graphs can be a hundred thousand nodes long.
 *
 * A node is realised only when it must be:
 *   1. it is asked for, is a scan, is assembled from pieces, is the base of an in-place write, is taken from at computed positions,
 *      or is read or made by a routine;
 *   2. several kernels would compute it, one kernel would compute it at several places, or it would be computed again for each element
 *      of a broadcast - and it is not trivially cheap;
 *   3. it was computed inside another kernel before, and is wanted again (so nothing dear is computed more than twice);
 *   4. it is a reduction that cannot be the inner loop of its consumer's kernel, nor one of several over the same rows (rows.ts);
 *   5. the kernel would grow past its cap.
 */
import { sameShape, type Shape } from "../core/shape.js";
import { hasBroadcast, type View } from "../core/view.js";
import { productOf } from "./contraction.js";
import { forEachInput, goneError, isPlain, type MapOp, type Node, type Operand } from "./expression.js";
import { mergeRows, type Limits, type Rows, type Unit } from "./rows.js";

/** Nodes that one kernel computes together, in the order of the schedule: one, siblings over the same range, or those of common rows. */
export interface Group {
  readonly nodes: readonly Node[];
  /** Set where the kernel runs over rows several times. */
  readonly rows: Rows | undefined;
}

/** The most nodes that one kernel takes in: long chains are cut so that code stays small and compiles fast. */
const kernelCap = 64;
/** The most that may be computed again to save a round trip through memory: a conversion, a scaling and one more. */
const cheapCost = 4;

const cheapOps: Partial<Record<MapOp, number>> = {
  neg: 1, abs: 1, sign: 1, not: 1, cast: 1, where: 1, add: 1, sub: 1, mul: 1, div: 2, min: 1, max: 1, and: 1, or: 1, xor: 1,
  eq: 1, ne: 1, lt: 1, le: 1, floor: 1, ceil: 1, round: 1, trunc: 1,
};
const dearOp = 12;
/** A read at a computed position costs more than it saves to do again, even where the position costs nothing. */
const takeCost = 6;

const rowLimits: Limits = { nodes: kernelCap, cheap: cheapCost, costOf: (op) => cheapOps[op] ?? dearOp };

/** One kernel to be: how much it has taken in, what it loops over, and what it reads or computes on the way. */
interface KernelPlan {
  size: number;
  reduceShape: Shape | undefined;
  /** Its reduction is a matrix product, which is computed in an order of its own: no other reduction goes with it. */
  product: boolean;
  readonly reads: Node[];
}

/** What the backward pass knows of a node: its cost, and the union of all the edges by which kernels want it. */
interface Info {
  readonly node: Node;
  /** The operands where it is a matrix product. */
  readonly product: readonly Operand[] | undefined;
  /** Scalar work of one element if everything pending below is computed in place. */
  cost: number;
  forced: boolean;
  /** The kernel that computes it: its own, or its only consumers'. Undefined until an edge is seen. */
  plan: KernelPlan | undefined;
  isRoot: boolean;
  severalKernels: boolean;
  /** Where the kernel computes it: undefined is its own range, a view is relative to that, `elsewhere` is not comparable. */
  place: View | undefined | typeof elsewhere;
  severalPlaces: boolean;
  broadcast: boolean;
  /** Part of the inner loop of a reduction or a scan. */
  inBody: boolean;
}
const elsewhere = Symbol("elsewhere");

/** Groups of nodes to compute, each after everything it needs. */
export function schedule(outputs: readonly Node[]): Group[] {
  const infos = collect(outputs);
  for (const info of infos.values()) info.cost = costOf(info.node, infos);
  const order = [...infos.values()];
  const roots: Info[] = [];
  for (let i = order.length - 1; i >= 0; i--) {
    decide(order[i]);
    if (order[i].isRoot) roots.push(order[i]);
    spread(order[i], infos);
  }
  return groupSiblings(mergeRows(roots.reverse(), rowLimits));
}

/** Pending nodes below the outputs, inputs before consumers. Leaves that take no memory are always computed in place. */
function collect(outputs: readonly Node[]): Map<Node, Info> {
  const infos = new Map<Node, Info>();
  const open = new Set<Node>();
  const stack: Node[] = [];
  const visit = (node: Node) => {
    const { kind } = node.source;
    if (node.source.kind === "moved") throw goneError(node, node.source.because);
    if (kind === "map" || kind === "reduce" || kind === "take" || kind === "scan" || kind === "routine" || kind === "assemble") stack.push(node);
  };
  const ask = (node: Node) => {
    if (node.source.kind === "constant" || node.source.kind === "index") infos.set(node, newInfo(node));
    else visit(node);
  };
  for (const output of outputs) {
    ask(output);
    if (output.companion) ask(output.companion);
  }
  const wanted = stack.slice();
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    if (infos.has(node)) stack.pop();
    else if (open.has(node)) {
      stack.pop();
      infos.set(node, newInfo(node));
    } else {
      open.add(node);
      forEachInput(node.source, (input, operand) => {
        if (infos.has(input)) return;
        if (operand === undefined) ask(input); // it needs memory, even a constant
        else visit(input);
      });
    }
  }
  for (const node of wanted) infos.get(node)!.forced = true;
  return infos;
}

const newInfo = (node: Node): Info => ({
  node,
  product: productOf(node),
  cost: 0,
  forced: node.source.kind !== "map" && node.source.kind !== "reduce" && node.source.kind !== "take",
  plan: undefined,
  isRoot: false,
  severalKernels: false,
  place: undefined,
  severalPlaces: false,
  broadcast: false,
  inBody: false,
});

function costOf(node: Node, infos: ReadonlyMap<Node, Info>): number {
  if (node.source.kind === "take") return takeCost + (infos.get(node.source.index.node)?.cost ?? 0);
  if (node.source.kind !== "map") return node.source.kind === "reduce" || isAlone(node) ? Infinity : 0;
  let cost = cheapOps[node.source.op] ?? dearOp;
  for (const { node: input } of node.source.inputs) cost += infos.get(input)?.cost ?? 0;
  return cost;
}

/** Root or not, once every consumer has been seen. */
function decide(info: Info): void {
  info.isRoot = info.forced || info.plan === undefined || mustRealize(info, info.plan);
  if (info.isRoot) {
    const { source } = info.node;
    const reduceShape = source.kind === "reduce" ? reducedShape(info.node, source.input) : undefined;
    info.plan = { size: 1, reduceShape, product: info.product !== undefined, reads: [] };
    info.place = undefined;
    info.inBody = false;
  } else if (info.plan) {
    info.plan.size++;
    const { source } = info.node;
    if (source.kind === "reduce") {
      info.plan.reduceShape = reducedShape(info.node, source.input);
      info.plan.product = info.product !== undefined;
    }
  }
}

function mustRealize(info: Info, plan: KernelPlan): boolean {
  const { node } = info;
  if (node.source.kind === "reduce") {
    const fits =
      !info.severalKernels && !info.severalPlaces && !info.inBody && info.place === undefined && plan.size < kernelCap && node.recomputed === 0;
    if (plan.reduceShape !== undefined && (plan.product || info.product !== undefined)) return true;
    return !fits || (plan.reduceShape !== undefined && !sameShape(plan.reduceShape, reducedShape(node, node.source.input)));
  }
  if (info.cost <= cheapCost) return false;
  return info.severalKernels || info.severalPlaces || info.broadcast || node.recomputed > 0 || plan.size >= kernelCap;
}

const reducedShape = (node: Node, input: Operand): Shape => input.view.shape.slice(node.shape.length);

/** Tells the inputs of a decided node which kernel wants them, and where. */
function spread(info: Info, infos: ReadonlyMap<Node, Info>): void {
  const { node } = info;
  const plan = info.plan!;
  // Its operands are read more than once, and fastest as they lie in memory.
  for (const operand of info.product ?? []) {
    const seen = infos.get(operand.node);
    if (seen) seen.forced = true;
  }
  forEachInput(node.source, (input, operand) => {
    plan.reads.push(input);
    const seen = infos.get(input);
    if (!seen) return;
    if (operand === undefined) {
      seen.forced = true; // the base of an in-place write, or what is taken from
      return;
    }
    // Every piece of an assembled node is a kernel of its own.
    const target = node.source.kind === "assemble" ? { size: 1, reduceShape: undefined, product: false, reads: [] } : plan;
    const isBody = node.source.kind === "reduce" || node.source.kind === "scan";
    const place = node.source.kind === "assemble" ? undefined : placeOf(info, operand, isBody);
    if (seen.plan === undefined) {
      seen.plan = target;
      seen.place = place;
      seen.inBody = info.inBody || isBody;
    } else {
      if (seen.plan !== target) seen.severalKernels = true;
      if (!samePlace(seen.place, place) || seen.inBody !== (info.inBody || isBody)) seen.severalPlaces = true;
      seen.inBody ||= info.inBody || isBody;
    }
    seen.severalKernels ||= !info.isRoot && info.severalKernels;
    seen.severalPlaces ||= !info.isRoot && info.severalPlaces;
    seen.broadcast ||= hasBroadcast(operand.view);
  });
}

function placeOf(consumer: Info, operand: Operand, isBody: boolean): Info["place"] {
  if (!isBody && isPlain(operand)) return consumer.place;
  return consumer.place === undefined ? operand.view : elsewhere;
}

function samePlace(a: Info["place"], b: Info["place"]): boolean {
  if (a === b) return a !== elsewhere;
  if (typeof a !== "object" || typeof b !== "object") return false;
  return a.offset === b.offset && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides);
}

/** Neighbouring kernels over the same range that read something in common become one kernel with several stores. */
function groupSiblings(units: readonly Unit<Info>[]): Group[] {
  const groups: Group[] = [];
  let last: Info[] = [];
  let nodes: Node[] = [];
  for (const unit of units) {
    if (unit.rows !== undefined) {
      groups.push(unit);
      last = [];
      continue;
    }
    const { root } = unit;
    if (last.length > 0 && last.every((other) => areSiblings(other, root))) {
      nodes.push(root.node);
      last.push(root);
    } else {
      nodes = [root.node];
      groups.push({ nodes, rows: undefined });
      last = [root];
    }
  }
  return groups;
}

/** Whether a node is computed on its own and never within the kernel of another. */
const isAlone = ({ source }: Node): boolean => source.kind === "assemble" || source.kind === "routine" || source.kind === "scan";

function areSiblings(a: Info, b: Info): boolean {
  const [p, q] = [a.plan!, b.plan!];
  if (isAlone(a.node) || isAlone(b.node) || p.size + q.size > kernelCap) return false;
  if (p.product || q.product) return false;
  if (!sameShape(a.node.shape, b.node.shape) || q.reads.includes(a.node)) return false;
  const sameLoops = p.reduceShape && q.reduceShape ? sameShape(p.reduceShape, q.reduceShape) : p.reduceShape === q.reduceShape;
  return sameLoops && q.reads.some((node) => p.reads.includes(node));
}
