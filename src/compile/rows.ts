/**
 * @file Which kernels of a schedule become one that runs over each row several times. A row is what a reduction reads for one of its
 * results: softmax's maximum, its sum and its quotient all read the same rows, which are in the cache from the first on. The
 * schedule calls it with its roots; it looks at ranges and positions and knows no operation by name.
 *
 * With `length` elements a row, a node has either one element a row (node[p]) or all of them (node[p x length + r], row-major). Members
 * of a group read each other only at their own row: an element of the first kind from anywhere in the row, one of the second kind at the same place.
 */
import { numel, type Shape } from "../core/shape.js";
import { forEachInput, isPlain, type MapOp, type Node, type Operand } from "./expression.js";

/** How a group runs over rows. */
export interface Rows {
  readonly points: number;
  readonly length: number;
  /** Nodes that a later pass loads again, to the node of the group in whose memory they are until then: their own, or one that is written last. */
  readonly kept: ReadonlyMap<Node, Node>;
}

/** A root of the schedule, as far as it matters here. */
export interface Root {
  readonly node: Node;
  readonly forced: boolean;
  readonly plan: { readonly size: number; readonly reduceShape: Shape | undefined } | undefined;
}

/** One kernel to be: a root alone, or the roots of a group that are stored. */
export type Unit<R extends Root> = { readonly root: R; readonly rows?: undefined } | { readonly nodes: readonly Node[]; readonly rows: Rows };

/** What decides whether to fuse, and what to keep: the most nodes in a kernel, and what an operation costs. */
export interface Limits {
  readonly nodes: number;
  readonly cheap: number;
  readonly costOf: (op: MapOp) => number;
}

/**
 * Elements of a row from which it does not pay: an element must still be in the cache when the next pass comes to it, and it is the rows
 * that threads share out.
 */
const mostElements = 1 << 16;
/** Elements of a row below which a loop over it is all beginning and end. */
const fewestElements = 8;

/** Where a root is read from a member's row: one element a row, the same element, or anywhere else. */
type Place = "point" | "element" | "elsewhere";

interface Frame {
  readonly points: number;
  readonly length: number;
}

/** A root in a frame. */
interface Member {
  readonly at: number;
  readonly node: Node;
  readonly place: "point" | "element";
  /** The roots it reads, by number, and where. */
  readonly needs: ReadonlyMap<number, ReadonlySet<Place>>;
  /** What an element costs, beside what its needs cost. */
  readonly cost: number;
}

interface RowGroup extends Frame {
  /** In the order of the schedule; the group runs in the place of the first. */
  readonly members: readonly Member[];
}

/** The units of a schedule, in an order in which each comes after all it reads. */
export function mergeRows<R extends Root>(roots: readonly R[], limits: Limits): Unit<R>[] {
  if (roots.length < 2 || !roots.some(({ plan }) => plan?.reduceShape !== undefined)) return roots.map((root) => ({ root }));
  return new Merging(roots, limits).units();
}

class Merging<R extends Root> {
  private readonly numbers: ReadonlyMap<Node, number>;
  /** For each root the roots that its kernel reads. */
  private readonly under: readonly (readonly number[])[];
  private readonly groups: (RowGroup | undefined)[] = [];

  constructor(private readonly roots: readonly R[], private readonly limits: Limits) {
    this.numbers = new Map(roots.map(({ node }, at) => [node, at]));
    this.under = roots.map(({ node }) => this.rootsUnder(node));
    for (let at = 0; at < roots.length; at++) this.put(at);
  }

  private rootsUnder(node: Node): number[] {
    const found = new Set<number>();
    const seen = new Set([node]);
    const stack = [node];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      forEachInput(next.source, (input) => {
        const root = this.numbers.get(input);
        if (root !== undefined) found.add(root);
        else if (!seen.has(input)) {
          seen.add(input);
          stack.push(input);
        }
      });
    }
    return [...found];
  }

  /** Puts a root into the groups it reads from, joined, or begins one where it reduces rows. */
  private put(at: number): void {
    const { node } = this.roots[at];
    const { kind } = node.source;
    if (kind !== "map" && kind !== "reduce" && kind !== "take") return;
    const own = this.frameOf(at);
    const read = new Set(this.under[at].flatMap((number) => this.groups[number] ?? []));
    const fitting = [...read].filter((group) => (own === undefined ? fits(node, group) : sameFrame(own, group)));
    const frame = own ?? fitting.at(-1);
    if (frame === undefined) return;
    const member = this.examine(at, frame);
    if (member === undefined) return;
    const alike = fitting.filter((group) => sameFrame(group, frame));
    for (const choice of alike.length > 1 ? [alike, [alike[alike.length - 1]]] : alike.length === 1 ? [alike] : []) {
      const members = [...choice.flatMap((group) => group.members), member].sort((a, b) => a.at - b.at);
      if (!this.isSound(members)) continue;
      const joined: RowGroup = { points: frame.points, length: frame.length, members };
      for (const { at: number } of members) this.groups[number] = joined;
      return;
    }
    if (own !== undefined) this.groups[at] = { ...own, members: [member] };
  }

  /** The frame of a root that reduces rows of a length that pays. */
  private frameOf(at: number): Frame | undefined {
    const { node, plan } = this.roots[at];
    if (plan?.reduceShape === undefined || node.count === 0) return undefined;
    const length = numel(plan.reduceShape);
    return length >= fewestElements && length <= mostElements ? { points: node.count, length } : undefined;
  }

  /** Whether members read each other at their own rows, and everything else before the first of them. */
  private isSound(members: readonly Member[]): boolean {
    const places = new Map(members.map(({ at, place }) => [at, place]));
    const first = members[0].at;
    if (members.reduce((sum, { at }) => sum + (this.roots[at].plan?.size ?? 0), 0) > this.limits.nodes) return false;
    return members.every(({ needs }) =>
      [...needs].every(([number, read]) => {
        const place = places.get(number);
        if (place === undefined) return (this.groups[number]?.members[0].at ?? number) < first;
        return read.size === 1 && read.has(place);
      }));
  }

  /** What a root reads in a frame; undefined where rows do not fit it, or would be walked in steps apart. */
  private examine(at: number, frame: Frame): Member | undefined {
    const { node } = this.roots[at];
    const place = node.count === frame.points ? "point" : "element";
    const walk = new Walk(this.numbers, frame, this.limits);
    walk.from(node, place);
    return walk.fails ? undefined : { at, node, place, needs: walk.needs, cost: walk.cost };
  }

  units(): Unit<R>[] {
    const outside = new Set(this.under.flatMap((read, at) => read.filter((number) => this.groups[number] !== this.groups[at])));
    return this.roots.flatMap((root, at): Unit<R>[] => {
      const group = this.groups[at];
      if (group === undefined || group.members.length === 1) return [{ root }];
      if (group.members[0].at !== at) return [];
      const isStored = (member: Member): boolean => this.roots[member.at].forced || outside.has(member.at);
      return [new Plan(group, isStored, (number) => this.roots[number].plan?.reduceShape !== undefined, this.limits.cheap).unit()];
    });
  }
}

const sameFrame = (a: Frame, b: Frame): boolean => a.points === b.points && a.length === b.length;
const fits = (node: Node, { points, length }: Frame): boolean => node.count === points || node.count === points * length;

/** Goes through what one root computes, and notes what it reads. */
class Walk {
  readonly needs = new Map<number, Set<Place>>();
  cost = 0;
  fails = false;
  private readonly seen = new Map<Node, Set<Place>>();
  private readonly stack: (readonly [Node, Place])[] = [];

  constructor(private readonly numbers: ReadonlyMap<Node, number>, private readonly frame: Frame, private readonly limits: Limits) {}

  from(root: Node, place: Place): void {
    this.inside(root, place);
    for (let next = this.stack.pop(); next !== undefined; next = this.stack.pop()) this.inside(...next);
  }

  private inside(node: Node, place: Place): void {
    const { source } = node;
    if (source.kind === "map") {
      if (place === "element") this.cost += this.limits.costOf(source.op);
      for (const input of source.inputs) this.visit(input, place, this.placeOf(input, place));
    } else if (source.kind === "take") {
      this.visit({ node: source.from, view: source.index.view }, "elsewhere", "elsewhere");
      this.visit(source.index, place, this.placeOf(source.index, place));
      this.cost += place === "element" ? this.limits.cheap : 0;
    } else if (source.kind === "reduce") {
      const { input } = source;
      if (place === "point" && input.node.count > 0 && numel(input.view.shape) !== this.frame.points * this.frame.length) this.fails = true;
      const inner = place === "point" ? "element" : "elsewhere";
      this.visit(input, inner, isPlain(input) ? inner : "elsewhere");
    }
  }

  /** Notes an operand that is read by a node at `reader`: a root, memory, or something to go into. */
  private visit({ node, view }: Operand, reader: Place, place: Place): void {
    const { kind } = node.source;
    if (kind === "constant" || kind === "index") return;
    const number = this.numbers.get(node);
    if ((kind === "buffer" || number !== undefined) && reader === "element" && isApart(view)) this.fails = true;
    if (kind === "buffer") return;
    if (number !== undefined) note(this.needs, number, place);
    else if (note(this.seen, node, place)) this.stack.push([node, place]);
  }

  private placeOf(input: Operand, reader: Place): Place {
    if (reader === "elsewhere" || isPlain(input)) return reader;
    return reader === "element" && this.repeatsRows(input) ? "point" : "elsewhere";
  }
  /** Whether a view shows element p of its node at all `length` places of row p. */
  private repeatsRows({ node, view }: Operand): boolean {
    const { points, length } = this.frame;
    if (node.count !== points || view.offset !== 0) return false;
    let inner = 1;
    for (let d = view.shape.length - 1; d >= 0; d--) {
      const size = view.shape[d];
      if (size === 1) continue;
      const outer = inner * size;
      if (inner < length ? view.strides[d] !== 0 || length % outer !== 0 : view.strides[d] !== inner / length) return false;
      inner = outer;
    }
    return true;
  }
}

/** Adds a place to those of a key; whether it is new. */
function note<K>(places: Map<K, Set<Place>>, key: K, place: Place): boolean {
  const known = places.get(key) ?? new Set<Place>();
  if (known.has(place)) return false;
  places.set(key, known.add(place));
  return true;
}

/** Whether neighbouring elements of a view lie apart in memory. */
function isApart({ shape, strides }: Operand["view"]): boolean {
  for (let d = shape.length - 1; d >= 0; d--) if (shape[d] > 1) return strides[d] > 1;
  return false;
}

/** Decides what of a group is stored, and what is kept for a later pass. */
class Plan {
  private readonly byNumber: ReadonlyMap<number, Member>;
  /** After how many loops over the row a member is there, and what an element of it costs. */
  private readonly levels = new Map<Member, number>();
  private readonly costs = new Map<Member, number>();
  private readonly stored = new Set<Member>();
  private readonly kept = new Map<Node, Node>();
  /** The loops in which the elements of a member are wanted. */
  private readonly uses = new Map<Member, Set<number>>();

  constructor(
    private readonly group: RowGroup, isStored: (member: Member) => boolean,
    private readonly reduces: (number: number) => boolean, private readonly cheap: number,
  ) {
    const { members } = group;
    this.byNumber = new Map(members.map((member) => [member.at, member]));
    for (const member of members) {
      this.uses.set(member, new Set());
      if (isStored(member)) this.stored.add(member);
      this.weigh(member);
    }
    for (const member of [...members].reverse()) this.decide(member);
  }

  private needsOf(member: Member): Member[] {
    return [...member.needs.keys()].flatMap((number) => this.byNumber.get(number) ?? []);
  }
  private weigh(member: Member): void {
    let [level, { cost }] = [0, member];
    for (const need of this.needsOf(member)) {
      level = Math.max(level, this.levels.get(need) ?? 0);
      if (need.place === "element") cost += this.costs.get(need) ?? 0;
    }
    this.levels.set(member, this.reduces(member.at) ? level + 1 : level);
    this.costs.set(member, cost);
  }
  /** The loop in which a member is stored, or folded. The first loop stores nothing. */
  private loopOf(member: Member): number {
    const level = this.levels.get(member) ?? 0;
    return member.place === "element" ? Math.max(1, level) : level - 1;
  }

  private decide(member: Member): void {
    const wanted = new Set(this.uses.get(member));
    const loop = this.loopOf(member);
    if (member.place === "point") wanted.add(loop);
    else {
      if (this.stored.has(member)) wanted.add(loop);
      if (wanted.size > 1 && (this.costs.get(member) ?? 0) > this.cheap) {
        this.keep(member, Math.max(...wanted));
        wanted.clear();
        wanted.add(loop);
      }
    }
    for (const need of this.needsOf(member)) for (const at of wanted) this.uses.get(need)?.add(at);
  }

  /** Finds memory: that of a result of the dtype that is written when nobody wants the kept elements any more, or its own. */
  private keep(member: Member, until: number): void {
    const taken = new Set(this.kept.values());
    const place = this.stored.has(member) ? undefined : this.group.members.find((other) =>
      other.place === "element" && this.stored.has(other) && other.node.dtype === member.node.dtype
      && this.loopOf(other) >= until && !taken.has(other.node));
    if (place === undefined) this.stored.add(member);
    this.kept.set(member.node, (place ?? member).node);
  }

  unit(): { readonly nodes: readonly Node[]; readonly rows: Rows } {
    const { points, length, members } = this.group;
    return { nodes: members.filter((member) => this.stored.has(member)).map(({ node }) => node), rows: { points, length, kept: this.kept } };
  }
}
