/**
 * @file Nodes to loops where one kernel runs over each row several times: what a reduction gives is used on the very elements that it was
 * reduced from, in a later pass over them. `graph/` calls it for the groups that rows.ts has put together.
 *
 * A node is reduced in the pass that comes after all those whose results its elements need: its level. What is dear and wanted in
 * several passes is computed in the first, kept in the memory of a result that is written last, and loaded from there.
 */
import { InternalError } from "../core/errors.js";
import { numel } from "../core/shape.js";
import type { Instruction, Reduction } from "../ir/kernel.js";
import { forEachInput, isPlain, type Node, type Operand } from "./expression.js";
import type { Affine } from "./loops.js";
import { emit, Lowering, MustRealize, samePosition, type Lowered, type Reduced, type Section } from "./lower.js";
import type { Rows } from "./rows.js";

/** One kernel that computes nodes of one element a row, or of all elements, and stores each densely. */
export function lowerRows(roots: readonly Node[], rows: Rows): Lowered {
  const lowering = new RowLowering(rows, roots);
  for (const node of rows.kept.keys()) lowering.keep(node);
  for (const root of roots) lowering.root(root);
  return lowering.finish();
}

class RowLowering extends Lowering {
  /** The loops over a row, in order. */
  private readonly loops: Section[] = [];
  private readonly stores: { readonly loop: number; readonly access: number; readonly value: number }[] = [];
  /** Reductions by the number that the instructions know them by, with their loops. */
  private readonly found: { readonly loop: number; readonly reduction: Reduction }[] = [];
  private readonly results = new Map<Node, (section: Section) => number>();
  private readonly levels = new Map<Node, number>();

  constructor(private readonly rows: Rows, private readonly roots: readonly Node[]) {
    super(rows.points === 1 ? [] : [rows.points]); // an axis of size 1 would have steps that mean nothing
    this.nest.addReduceAxes([rows.length]);
  }

  private loop(at: number): Section {
    while (this.loops.length <= at) {
      const after = this.loops.length;
      const nested: Section["code"] = [];
      this.loops.push({ after, code: nested, done: new Map() });
    }
    return this.loops[at];
  }

  /** The place of a row's element among all. */
  private get element(): Affine {
    return this.denseOver(0, this.nest.sizes.length);
  }

  /** After how many loops a node's elements can be computed. */
  private level(node: Node): number {
    const known = this.levels.get(node);
    if (known !== undefined) return known;
    let level = 0;
    forEachInput(node.source, (input) => {
      level = Math.max(level, this.level(input));
    });
    if (node.source.kind === "reduce") level++;
    this.levels.set(node, level);
    return level;
  }
  /** The loop in which a node of all elements is stored. The first loop of a kernel stores nothing. */
  private loopOf(node: Node): number {
    return Math.max(1, this.level(node));
  }

  root(node: Node): void {
    if (node.count === this.rows.points) return this.store(node, this.denseIndex([node.count]), this.value(node, this.denseIndex([node.count]), this.outer));
    if (this.rows.kept.get(node) !== node) this.storeElements(node, node);
  }
  /** Writes a node where it is to be kept, unless it has been computed before or the place has. */
  keep(node: Node): void {
    const place = this.placeOf(node);
    if (place) this.storeElements(node, place);
  }
  private storeElements(node: Node, place: Node): void {
    const loop = this.loopOf(node);
    const value = this.value(node, this.element, this.loop(loop));
    this.stores.push({ loop, access: this.access(place, this.element), value });
  }
  private placeOf(node: Node): Node | undefined {
    const place = this.rows.kept.get(node);
    return place !== undefined && node.source.kind !== "buffer" && this.roots.includes(place) ? place : undefined;
  }

  override compute(node: Node, position: Affine, section: Section): number {
    const place = section.after > this.loopOf(node) ? this.placeOf(node) : undefined;
    if (place === undefined) return super.compute(node, position, section);
    if (!samePosition(position, this.element)) throw new MustRealize(node);
    return emit(section, { op: "load", dtype: node.dtype, access: this.access(place, position) });
  }

  protected override reduction(node: Node, input: Operand, op: Reduced, position: Affine, section: Section): number {
    const { length } = this.rows;
    const reduceShape = input.view.shape.slice(node.shape.length);
    if (numel(reduceShape) !== length || !samePosition(position, this.denseOver(0, this.nest.parallel))) throw new MustRealize(node);
    let result = this.results.get(node);
    if (result === undefined) {
      const loop = this.level(node) - 1;
      this.edges.set(input.node, (this.edges.get(input.node) ?? 0) + 1);
      result = this.fold(node, input.node, op, this.elementOf(node, input, reduceShape), {
        section: this.loop(loop),
        count: length,
        counter: () => this.denseOver(this.nest.parallel, this.nest.sizes.length),
        add: (reduction) => this.found.push({ loop, reduction }) - 1,
      });
      this.results.set(node, result);
    }
    return result(section);
  }
  /** The place of a row's element in what is reduced. */
  private elementOf(node: Node, input: Operand, reduceShape: readonly number[]): Affine {
    if (isPlain(input)) return this.element;
    const maps = this.nest.decompose(this.element, [...node.shape, ...reduceShape]);
    if (!maps) throw new MustRealize(node);
    return this.nest.combine(input.view.offset, input.view.strides, maps);
  }

  /** Puts the loops into the kernel and numbers the reductions through them. */
  override finish(): Lowered {
    const { nest } = this;
    const order = this.found.map((_, at) => at).sort((a, b) => this.found[a].loop - this.found[b].loop || a - b);
    const numbers = new Map(order.map((old, number) => [old, number]));
    const renumber = (list: Instruction[]): void => list.forEach((instruction, at) => {
      if (instruction.op !== "reduced") return;
      const reduction = numbers.get(instruction.reduction);
      if (reduction === undefined) throw new InternalError(`reduction ${instruction.reduction} is not known`);
      list[at] = { ...instruction, reduction };
    });
    this.loops.forEach(({ code }, at) => {
      renumber(code);
      const reductions = order.filter((number) => this.found[number].loop === at).map((number) => this.found[number].reduction);
      const stores = this.stores.filter(({ loop }) => loop === at).map(({ access, value }) => ({ access, value }));
      if (at > 0) nest.passes.push({ body: code, reductions, stores });
      else {
        nest.body.push(...code);
        nest.reductions.push(...reductions);
      }
    });
    renumber(nest.epilogue);
    return super.finish();
  }
}
