/**
 * @file Nodes to loops: composes the views on the way down with the loads at the bottom, by integer arithmetic, and writes each
 * pending node's operation as one instruction. `graph/` calls it for each group of the schedule; canonical form comes after it.
 */
import { InternalError, TesseraeError } from "../core/errors.js";
import { formatShape, numel, sameShape } from "../core/shape.js";
import type { DType } from "../core/dtype.js";
import { contiguousStrides } from "../core/view.js";
import { compareOps, unaryOps, type CompareOp, type Instruction, type Reduction, type Scan, type UnaryOp } from "../ir/kernel.js";
import { exactSum, type ExactSum } from "./exact-sum.js";
import { goneError, isPlain, type MapOp, type Node, type Operand, type Piece } from "./expression.js";
import { LoopNest, type Affine } from "./loops.js";

/** Thrown when a pending node is seen through a view that cannot be composed with it: realise it, then lower again. */
export class MustRealize extends TesseraeError {
  constructor(readonly node: Node) {
    super(`node ${node.id} is seen through a view that cannot be inlined`);
  }
}

/** Loops, and the nodes whose buffers they read and write, by the numbers that the accesses use. */
export interface Lowered {
  readonly nest: LoopNest;
  readonly buffers: readonly Node[];
  /** The nodes computed inside, without memory of their own, and how many edges to each node were followed. */
  readonly inlined: readonly Node[];
  readonly edges: ReadonlyMap<Node, number>;
  /** The nodes that the constants are from, by slot; other constants are part of the structure. */
  readonly constants: ReadonlyMap<number, Node>;
}

/** One kernel that computes sibling nodes and stores each densely. */
export function lowerGroup(roots: readonly Node[]): Lowered {
  const lowering = new Lowering(roots[0].shape);
  for (const root of roots) {
    const position = lowering.denseIndex(root.shape);
    lowering.store(root, position, lowering.compute(root, position, lowering.outer));
  }
  return lowering.finish();
}

/** One kernel that computes a scan and what it reads. */
export function lowerScan(root: Node): Lowered {
  const { source, shape, dtype } = root;
  if (source.kind !== "scan") throw new InternalError(`node ${root.id} is no scan`);
  const lowering = new Lowering(shape.filter((_, d) => d !== source.dim));
  const { value, access, index } = lowering.scanned(root, source);
  const { nest } = lowering;
  if (nest.sizes.length > nest.parallel + 1) throw new MustRealize(source.input.node); // a view below cuts the lines in two
  nest.scan = { op: source.op, dtype, value, access, reverse: source.reverse, ...(index !== undefined && { index }) };
  return lowering.finish();
}

/** One kernel that writes a piece into its place in `target`. */
export function lowerPiece(target: Node, piece: Piece): Lowered {
  const { shape } = piece.view;
  const lowering = new Lowering(shape);
  const counters = shape.map((_, axis) => lowering.nest.unit(axis));
  const value = lowering.operand(piece.value, lowering.denseIndex(shape), counters, lowering.outer);
  lowering.store(target, lowering.nest.combine(piece.view.offset, piece.view.strides, counters), value);
  return lowering.finish();
}

/** Instructions of one level of the loops, and what they already compute: the same node at the same place is computed once. */
export interface Section {
  /** How many loops over the reduce axes are before it: what it may use the results of. */
  readonly after: number;
  readonly code: Instruction[];
  readonly done: Map<Node, { readonly position: Affine; readonly value: number }[]>;
}

/** A loop over the reduce axes: its instructions, the sizes that are reduced over, and how a reduction is added to it and numbered. */
export interface ReduceLoop {
  readonly section: Section;
  readonly count: number;
  /** The row-major position in what is reduced over. */
  readonly counter: () => Affine;
  readonly add: (reduction: Reduction) => number;
}

/** Nodes to loops of one kernel. Written to be extended by kernels that run over rows several times: lower-rows.ts. */
export class Lowering {
  readonly nest: LoopNest;
  readonly outer: Section;
  private readonly inner: Section;
  private readonly buffers: Node[] = [];
  private readonly inlined: Node[] = [];
  protected readonly edges = new Map<Node, number>();
  private readonly constants = new Map<number, Node>();
  private reduceShape: readonly number[] | undefined;
  private reduceCounters: Affine[] = [];

  constructor(private readonly shape: readonly number[]) {
    this.nest = new LoopNest(shape);
    this.outer = { after: Infinity, code: this.nest.epilogue, done: new Map() };
    this.inner = { after: 0, code: this.nest.body, done: new Map() };
  }

  finish(): Lowered {
    return { nest: this.nest, buffers: this.buffers, inlined: this.inlined, edges: this.edges, constants: this.constants };
  }

  /** The position of the loops' own point in a dense layout of their shape. */
  denseIndex(shape: readonly number[]): Affine {
    const { parallel, sizes } = this.nest;
    const points = numel(sizes.slice(0, parallel));
    if (numel(shape) !== points) throw new InternalError(`sibling of shape ${formatShape(shape)} beside ${formatShape(this.shape)}`);
    return this.denseOver(0, parallel);
  }
  /** The row-major position over the loop axes from..to. Axes may have been split since the start; the strides of the parts follow from the sizes. */
  protected denseOver(from: number, to: number): Affine {
    const position = this.nest.affine(0, new Array<number>(this.nest.sizes.length).fill(0));
    let step = 1;
    for (let axis = to - 1; axis >= from; axis--) {
      position.terms[axis] = step;
      step *= this.nest.sizes[axis];
    }
    return position;
  }

  store(node: Node, position: Affine, value: number): void {
    this.nest.stores.push({ access: this.access(node, position), value });
  }

  /** The elements of a scan's operand, by an inner loop along one dimension, and where those of its result go. */
  scanned(node: Node, { op, dim, input }: Extract<Node["source"], { kind: "scan" }>): Pick<Scan, "value" | "access" | "index"> {
    const { nest, shape } = this;
    const [along] = nest.addReduceAxes([node.shape[dim]]);
    const maps = shape.map((_, axis) => nest.unit(axis)).toSpliced(dim, 0, along);
    const position = nest.combine(0, contiguousStrides(node.shape), maps);
    const value = this.operand(input, position, maps, this.inner);
    const isSearch = op === "argmin" || op === "argmax";
    const index = isSearch ? this.index(node.shape[dim], node.dtype === "int32" ? "int32" : "int64", along, this.inner) : undefined;
    return { value, access: this.access(node, position), index };
  }

  protected access(node: Node, affine: Affine): number {
    return this.nest.accesses.push({ buffer: this.buffer(node), dtype: node.dtype, affine }) - 1;
  }
  private buffer(node: Node): number {
    const known = this.buffers.indexOf(node);
    return known < 0 ? this.buffers.push(node) - 1 : known;
  }

  /** The value of an operand whose consumer's index along each dimension is `maps` (not needed where it is read plainly). */
  operand(operand: Operand, position: Affine, maps: readonly Affine[], section: Section): number {
    const { node, view } = operand;
    this.edges.set(node, (this.edges.get(node) ?? 0) + 1);
    if (isInPlace(operand)) return this.value(node, position, section);
    return this.value(node, this.nest.combine(view.offset, view.strides, maps), section);
  }

  /** The node's element at a position of its dense layout: loaded, or computed here. */
  protected value(node: Node, position: Affine, section: Section): number {
    const known = section.done.get(node);
    const same = known?.find((entry) => node.source.kind === "constant" || samePosition(entry.position, position));
    if (same) return same.value;
    const value = this.compute(node, position, section);
    const entry = { position, value };
    if (known) known.push(entry);
    else section.done.set(node, [entry]);
    return value;
  }

  compute(node: Node, position: Affine, section: Section): number {
    const { source, dtype } = node;
    switch (source.kind) {
      case "buffer":
        return emit(section, { op: "load", dtype, access: this.access(node, position) });
      case "constant":
        return this.constant(node, source.value, section);
      case "index":
        return this.index(node.count, dtype === "int32" ? "int32" : "int64", position, section);
      case "map": {
        this.inlined.push(node);
        const maps = source.inputs.every(isInPlace) ? none : this.nest.decompose(position, node.shape);
        if (!maps) throw new MustRealize(node);
        const args = source.inputs.map((x) => this.operand(x, position, maps, section));
        return emit(section, mapInstruction(source.op, dtype, args));
      }
      case "reduce":
        this.inlined.push(node);
        return this.reduction(node, source.input, source.op, position, section);
      case "take":
        this.inlined.push(node);
        return this.take(node, source.from, source.index, position, section);
      case "scan":
      case "routine":
      case "assemble":
        throw new MustRealize(node);
      case "moved":
        throw goneError(node, source.because);
      default:
        return source satisfies never;
    }
  }

  private constant(node: Node, value: number | bigint, section: Section): number {
    const slot = this.nest.constants.push(value) - 1;
    this.constants.set(slot, node);
    return emit(section, { op: "constant", dtype: node.dtype, slot });
  }

  /** Positions count in 32 bits where they fit, which is twice as many lanes. */
  private index(count: number, dtype: "int32" | "int64", position: Affine, section: Section): number {
    const counted = count <= 2 ** 31 ? "int32" : dtype;
    const access = this.nest.accesses.push({ buffer: -1, dtype: counted, affine: position }) - 1;
    const value = emit(section, { op: "index", dtype: counted, access });
    return counted === dtype ? value : emit(section, { op: "cast", dtype, args: [value] });
  }

  /** Positions are cut to 32 bits where the buffer has no others: the check that they exist has been made. */
  private take(node: Node, from: Node, index: Operand, position: Affine, section: Section): number {
    if (from.source.kind !== "buffer") throw new MustRealize(from);
    this.edges.set(from, (this.edges.get(from) ?? 0) + 1);
    const maps = isInPlace(index) ? none : this.nest.decompose(position, node.shape);
    if (!maps) throw new MustRealize(node);
    const given = this.operand(index, position, maps, section);
    const isWider = index.node.dtype !== "int32" && from.count <= 2 ** 31;
    const at = isWider ? emit(section, { op: "cast", dtype: "int32", args: [given] }) : given;
    return emit(section, { op: "take", dtype: node.dtype, buffer: this.buffer(from), args: [at] });
  }

  protected reduction(node: Node, input: Operand, op: Reduced, position: Affine, section: Section): number {
    // The reduction's elements must be the points of the parallel axes, each once: then its loops nest inside them.
    if (section !== this.outer || node.count !== numel(this.shape) || !samePosition(position, this.denseIndex(node.shape))) throw new MustRealize(node);
    const reduceShape = input.view.shape.slice(node.shape.length);
    if (numel(reduceShape) === 0) {
      return emit(section, { op: "constant", dtype: node.dtype, slot: this.nest.constants.push(emptyFold(op, node)) - 1 });
    }
    if (this.reduceShape === undefined) {
      this.reduceShape = reduceShape;
      this.reduceCounters = this.nest.addReduceAxes(reduceShape);
    } else if (!sameShape(this.reduceShape, reduceShape)) throw new MustRealize(node);
    this.edges.set(input.node, (this.edges.get(input.node) ?? 0) + 1);
    const maps = this.nest.decompose(position, node.shape);
    if (!maps) throw new MustRealize(node);
    const at = this.nest.combine(input.view.offset, input.view.strides, [...maps, ...this.reduceCounters]);
    const loop: ReduceLoop = {
      section: this.inner,
      count: numel(reduceShape),
      counter: () => this.nest.combine(0, contiguousStrides(reduceShape), this.reduceCounters),
      add: (reduction) => this.nest.reductions.push(reduction) - 1,
    };
    return this.fold(node, input.node, op, at, loop)(section);
  }

  /** Adds the fold of a node's elements at a position to a loop; gives what emits its result in a section after that. */
  protected fold(node: Node, folded: Node, op: Reduced, at: Affine, loop: ReduceLoop): (section: Section) => number {
    const exact = op === "sum" ? exactSum(folded, loop.count) : undefined;
    if (exact) return this.exactSum(node, folded, exact, at, loop);
    const value = this.value(folded, at, loop.section);
    if (op !== "argmin" && op !== "argmax") {
      const reduction = loop.add({ op, dtype: node.dtype, value });
      return (section) => emit(section, { op: "reduced", dtype: node.dtype, reduction });
    }
    const dtype = loop.count <= 2 ** 31 ? "int32" : "int64";
    const index = this.index(loop.count, dtype, loop.counter(), loop.section);
    const reduction = loop.add({ op, dtype, value, index });
    return (section) => {
      const found = emit(section, { op: "reduced", dtype, reduction });
      return dtype === node.dtype ? found : emit(section, { op: "cast", dtype: node.dtype, args: [found] });
    };
  }

  /** A sum over small integers: added as int32, converted and scaled once. See exact-sum.ts. */
  private exactSum(node: Node, summed: Node, { integers, scale }: ExactSum, at: Affine, loop: ReduceLoop): (section: Section) => number {
    const maps = isInPlace(integers) ? none : this.nest.decompose(at, summed.shape);
    if (!maps) throw new MustRealize(summed);
    const small = this.operand(integers, at, maps, loop.section);
    const value = emit(loop.section, { op: "cast", dtype: "int32", args: [small] });
    const reduction = loop.add({ op: "sum", dtype: "int32", value });
    const { dtype } = node;
    return (section) => {
      const sum = emit(section, { op: "reduced", dtype: "int32", reduction });
      const converted = emit(section, { op: "cast", dtype, args: [sum] });
      if (!scale) return converted;
      return emit(section, { op: scale.op, dtype, args: [converted, this.value(scale.constant, at, section)] });
    };
  }
}

export type Reduced = Extract<Node["source"], { kind: "reduce" }>["op"];

/** Constants are the same wherever they are read. */
const isInPlace = (operand: Operand): boolean => operand.node.source.kind === "constant" || isPlain(operand);

export function emit(section: Section, instruction: Instruction): number {
  return section.code.push(instruction) - 1;
}

export function samePosition(a: Affine, b: Affine): boolean {
  if (a.offset !== b.offset) return false;
  for (let i = 0; i < a.terms.length; i++) if (a.terms[i] !== b.terms[i]) return false;
  return true;
}

/** What a fold over nothing gives. The extremes of nothing are errors that `ops/` has raised already. */
function emptyFold(op: Reduced, node: Node): number | bigint {
  if (op !== "sum" && op !== "prod" && op !== "and" && op !== "or") throw new InternalError(`${op} over no elements`);
  const identity = op === "prod" || op === "and" ? 1 : 0;
  return node.dtype === "int64" ? BigInt(identity) : identity;
}

const isUnary = oneOf<UnaryOp | "cast">([...unaryOps, "cast"]);
const isCompare = oneOf<CompareOp>(compareOps);

function oneOf<Op extends MapOp>(ops: readonly Op[]): (op: MapOp) => op is Op {
  const names: ReadonlySet<MapOp> = new Set(ops);
  return (op): op is Op => names.has(op);
}

function mapInstruction(op: MapOp, dtype: DType, args: readonly number[]): Instruction {
  if (op === "where") return { op, dtype, args: [args[0], args[1], args[2]] };
  if (isUnary(op)) return { op, dtype, args: [args[0]] };
  if (isCompare(op)) return { op, dtype: "bool", args: [args[0], args[1]] };
  return { op, dtype, args: [args[0], args[1]] };
}

const none: readonly Affine[] = [];
