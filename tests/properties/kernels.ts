/**
 * @file Random valid kernels with the arguments of a call: any loops, strides, dtypes and operations that the verifier accepts, several
 * reductions, passes and stores, in-place and interleaved writes. Tests run them on every backend and compare; this file runs nothing.
 *
 * Each value carries how exactly backends must agree on it. Whatever would turn a small difference into a large one (a comparison,
 * a cast to an integer, a subtraction) is only given values on which they agree exactly.
 */
import { category, dtypes, isFloating, itemSize, type DType } from "../../src/core/dtype.js";
import {
  binaryOps, compareOps, unaryOps,
  type Access, type BinaryOp, type Instruction, type Kernel, type KernelArguments, type Pass, type Reduction, type Step, type Store, type UnaryOp,
} from "../../src/ir/kernel.js";
import { reductionTakes, signatures } from "../../src/ir/verify.js";
import { Tape } from "./tape.js";
import { arrayOf, bytesOf, smallest, valueOf, type Fill } from "./values.js";

/**
 * How far apart two backends may be on a value: not at all; as many ulps as so many mathematical functions err; or as far as the order of
 * addition or multiplication moves a floating reduction.
 */
export type Accuracy =
  | { readonly kind: "exact" }
  | { readonly kind: "maths"; readonly functions: number }
  | { readonly kind: "reduction"; readonly reduction: number };

export type Call = Omit<KernelArguments<never>, "buffers">;

/** A kernel, what it is called with, and what its buffers hold before. */
export interface Case {
  readonly kernel: Kernel;
  readonly call: Call;
  /** Other constants for a second call of the same code. */
  readonly otherConstants: Call["constants"];
  readonly buffers: readonly Uint8Array[];
  readonly bufferDTypes: readonly DType[];
  /** One for each store, in the order of `storesOf`. */
  readonly accuracies: readonly Accuracy[];
  /** For each reduction, how many mathematical functions its values have been through. */
  readonly functionsBefore: readonly number[];
}

/** What is known of a value besides its dtype. */
interface Made {
  readonly dtype: DType;
  readonly accuracy: Accuracy;
  /** The largest magnitude of a value that is always a whole number, never NaN. */
  readonly whole?: number | undefined;
}

const exact: Accuracy = { kind: "exact" };
/** Float operations that IEEE 754 or PyTorch defines to the bit; all others are mathematical functions. */
export const exactFloatOps: ReadonlySet<string> = new Set<UnaryOp | BinaryOp>([
  "neg", "abs", "sign", "sqrt", "floor", "ceil", "round", "trunc",
  "add", "sub", "mul", "div", "floorDiv", "truncDiv", "remainder", "fmod", "min", "max",
]);
/** Operations that leave a relative error as it is. */
const harmless: ReadonlySet<string> = new Set<UnaryOp | BinaryOp>(["neg", "abs", "min", "max"]);
/** Every whole number up to here is a float32, and a float64. */
const wholeLimit = 2 ** 24;

/** The ranges to which floats are cut before they become integers: what lies beyond is unspecified. */
const castRange: Readonly<Partial<Record<DType, readonly [number, number]>>> = {
  uint8: [0, 255], int8: [-128, 127], int16: [-32768, 32767], int32: [-2147483648, 2147483520], int64: [-(2 ** 63), 2 ** 62],
};

/** Builds the case that a list of numbers stands for. */
export function caseOf(numbers: readonly number[]): Case {
  return new CaseBuilder(new Tape(numbers)).build();
}

/** An access and what its buffer was filled with. */
interface Region {
  readonly access: number;
  readonly fill: Fill;
}

class CaseBuilder {
  private readonly vector: "axis" | "reduceAxis";
  private readonly axes: number;
  private readonly reduceAxes: number;
  private readonly sizes: readonly number[];
  private readonly focus: DType;
  private readonly accesses: Access[] = [];
  private readonly offsets: number[] = [];
  private readonly strides: number[][] = [];
  private readonly constants: (number | bigint)[] = [];
  private readonly otherConstants: (number | bigint)[] = [];
  private readonly bufferDTypes: DType[] = [];
  private readonly lengths: number[] = [];
  private readonly fills: Fill[] = [];
  /** Stores are planned first, so that loads can read the elements that they overwrite. */
  private readonly planned: Region[] = [];
  private readonly taken: { readonly buffer: number; readonly dtype: DType; readonly fill: Fill }[] = [];
  /** The same for the stores of the passes, a list for each. */
  private readonly plannedInPasses: Region[][] = [];
  private reductionCount = 0;

  constructor(readonly tape: Tape) {
    const shape = tape.pick(["elementwise", "rows", "columns", "all"] as const);
    this.vector = shape === "elementwise" || shape === "columns" ? "axis" : "reduceAxis";
    this.axes = shape === "all" ? 0 : 1 + tape.pick([0, 0, 1, 2]);
    this.reduceAxes = shape === "elementwise" ? 0 : shape === "columns" ? tape.pick([1, 1, 2, 3, 0]) : 1 + tape.pick([0, 0, 1, 2]);
    this.sizes = this.chooseSizes();
    this.focus = this.anyDType();
  }

  private get hasReductions(): boolean {
    return this.vector === "reduceAxis" || this.reduceAxes > 0;
  }
  private get vectorAxis(): number {
    return (this.vector === "axis" ? this.axes : this.axes + this.reduceAxes) - 1;
  }

  /** Mostly small; the vector axis long now and then, past blocks and tiles; rarely an empty reduction. */
  private chooseSizes(): number[] {
    const { tape } = this;
    let points = 1;
    const count = this.axes + this.reduceAxes;
    const sizes = Array.from({ length: count }, (_, axis) => {
      if (axis === this.vectorAxis) return 0;
      const size = axis >= this.axes && tape.oneIn(40) ? 0 : 1 + tape.below(tape.pick([3, 7, 20]));
      points *= Math.max(1, size);
      return size;
    });
    const most = Math.max(1, Math.floor(3000 / points));
    const least = this.vector === "reduceAxis" && tape.oneIn(40) ? 0 : 1;
    sizes[this.vectorAxis] = least && Math.min(most, 1 + tape.below(tape.pick([4, 17, 70, 70, 300, 2600])));
    return sizes;
  }

  build(): Case {
    const { tape } = this;
    const reduces = this.hasReductions && (this.reduceAxes > 0 || tape.oneIn(2));
    this.planStores();
    if (reduces && this.vector === "reduceAxis" && tape.oneIn(2)) this.planPasses();
    const body = new List(this, this.sizes.length);
    const reductions: Reduction[] = [];
    const functionsBefore: number[] = [];
    const epilogue = new List(this, this.axes);
    if (reduces) {
      body.grow(1 + tape.below(8));
      for (let i = 0; i <= tape.pick([0, 0, 1, 2]); i++) {
        const value = body.recent();
        const reduction = this.reduction(body, value);
        functionsBefore.push(functions(body.made[value].accuracy));
        reductions.push(reduction);
        this.reductionCount++;
        const { accuracy, whole } = this.resultOf(reduction, body.made[value], i);
        epilogue.add({ op: "reduced", dtype: reduction.dtype, reduction: i }, accuracy, whole);
      }
    }
    const accuracies: Accuracy[] = [];
    const passes = this.plannedInPasses.map((planned) => this.pass(planned, epilogue, accuracies));
    epilogue.grow(reduces ? tape.below(6) : 1 + tape.below(10));
    const stores: Store[] = this.planned.map(({ access }) => ({ access, value: epilogue.valueFor(this.accesses[access].dtype) }));
    const buffers = this.bufferDTypes.map((dtype, i) => bytesOf(arrayOf(tape, dtype, this.lengths[i] + tape.below(5), this.fills[i])));
    return {
      kernel: {
        axes: this.axes, reduceAxes: this.reduceAxes, vector: this.vector, accesses: this.accesses, body: body.instructions, reductions,
        ...(passes.length > 0 && { passes }), epilogue: epilogue.instructions, stores, constants: this.constants.length, buffers: buffers.length,
      },
      call: { sizes: this.sizes, offsets: this.offsets, strides: this.strides, constants: this.constants },
      otherConstants: this.otherConstants,
      buffers,
      bufferDTypes: this.bufferDTypes,
      accuracies: [...accuracies, ...stores.map(({ value }) => epilogue.made[value].accuracy)],
      functionsBefore,
    };
  }

  /** One or two passes, with up to two stores each. */
  private planPasses(): void {
    for (let i = 0; i <= this.tape.below(2); i++) {
      const stores = Array.from({ length: this.tape.pick([0, 1, 1, 2]) }, () => {
        const [dtype, fill] = [this.dtype(), this.fill()];
        const strides = this.orderedStrides(this.tape.pick([1, 1, 1, 2]), this.sizes.length);
        return { access: this.newAccess(this.newBuffer(dtype, fill), dtype, strides, this.tape.below(6)), fill };
      });
      this.plannedInPasses.push(stores);
    }
  }

  /**
   * A pass that works on elements and on those results of earlier loops, which the epilogue has, that are the same on every backend or
   * nearly. Its own results go to the epilogue.
   */
  private pass(planned: readonly Region[], epilogue: List, accuracies: Accuracy[]): Pass {
    const { tape } = this;
    const list = new List(this, this.sizes.length);
    this.load(list, undefined);
    const results = epilogue.instructions.flatMap((instruction, at) => (instruction.op === "reduced" ? [{ ...epilogue.made[at], instruction }] : []));
    for (const { instruction, accuracy, whole } of results) if (accuracy.kind !== "reduction") list.add(instruction, accuracy, whole);
    list.grow(1 + tape.below(8));
    const reductions: Reduction[] = [];
    for (let i = 0; i < tape.pick(planned.length > 0 ? [0, 1, 1, 2] : [1, 1, 2]); i++) {
      const value = list.recent();
      const any = this.reduction(list, value);
      const { accuracy, whole } = this.resultOf(any, list.made[value], -1);
      // How far a floating sum may be off is worked out for the first loop only.
      const reduction: Reduction = accuracy.kind === "reduction" ? { op: "max", dtype: any.dtype, value } : any;
      reductions.push(reduction);
      const known = accuracy.kind === "reduction" ? { accuracy: list.made[value].accuracy, whole: undefined } : { accuracy, whole };
      epilogue.add({ op: "reduced", dtype: reduction.dtype, reduction: this.reductionCount + i }, known.accuracy, known.whole);
    }
    this.reductionCount += reductions.length;
    const stores = planned.map(({ access }): Store => ({ access, value: list.valueFor(this.accesses[access].dtype) }));
    accuracies.push(...stores.map(({ value }) => list.made[value].accuracy));
    return { body: list.instructions, reductions, stores };
  }

  /** Any reduction that takes the value: folds, or a search with an index that counts the reduce loops. */
  private reduction(body: List, value: number): Reduction {
    const { tape } = this;
    const { dtype, accuracy } = body.made[value];
    const folds = (["sum", "max", "min", "prod", "or", "and"] as const).filter((op) => reductionTakes[op].includes(category(dtype)));
    const search = dtype !== "bool" && accuracy.kind === "exact" && !this.sizes.includes(0) && tape.oneIn(2);
    if (!search) return { op: tape.pick(folds), dtype, value };
    const type = tape.pick(["int64", "int32"] as const);
    const access = this.newAccess(-1, type, this.denseStrides(this.axes, this.sizes.length), tape.below(3));
    const index = body.add({ op: "index", dtype: type, access }, exact);
    return { op: tape.pick(["argmax", "argmin"] as const), dtype: type, value, index };
  }

  private resultOf(reduction: Reduction, value: Made, number: number): { accuracy: Accuracy; whole?: number | undefined } {
    const { op, dtype } = reduction;
    if (!isFloating(dtype) || op === "argmin" || op === "argmax") return { accuracy: exact };
    if (op === "min" || op === "max") return { accuracy: value.accuracy };
    const count = this.sizes.slice(this.axes).reduce((product, size) => product * size, 1);
    const most = op === "sum" && value.whole !== undefined ? value.whole * count : Infinity;
    return most < wholeLimit ? { accuracy: exact, whole: most } : { accuracy: { kind: "reduction", reduction: number } };
  }

  /** One to three stores: to buffers of their own, or between or behind the elements of an earlier one. */
  private planStores(): void {
    const { tape } = this;
    const count = tape.pick([1, 1, 2, 3]);
    let gap = 1;
    for (let i = 0; i < count; i++) {
      const last = this.planned.at(-1);
      if (last !== undefined && tape.oneIn(4)) {
        const { buffer, dtype } = this.accesses[last.access];
        const beside = gap > 1;
        const offset = beside ? this.offsets[last.access] + 1 : this.lengths[buffer];
        this.planned.push({ ...last, access: this.newAccess(buffer, dtype, this.strides[last.access], offset) });
        gap = 1;
        continue;
      }
      gap = tape.pick([1, 1, 1, 2, 3]);
      const dtype = this.dtype();
      const fill = this.fill();
      const strides = this.orderedStrides(gap, this.axes);
      this.planned.push({ access: this.newAccess(this.newBuffer(dtype, fill), dtype, strides, tape.below(6)), fill });
    }
  }

  /** Strides that visit every element of the first axes once: any order of the axes, with gaps. */
  private orderedStrides(gap: number, axes: number): number[] {
    const { tape } = this;
    const strides = this.sizes.map(() => 0);
    const left = Array.from({ length: axes }, (_, axis) => axis).reverse();
    let stride = gap;
    while (left.length > 0) {
      // Mostly the last axis innermost, and so on: that is what the loops are written for.
      const [axis] = left.splice(tape.oneIn(4) ? tape.below(left.length) : 0, 1);
      strides[axis] = stride;
      stride = stride * Math.max(1, this.sizes[axis]) + tape.pick([0, 0, 0, 1, 5]);
    }
    return strides;
  }

  /** Row-major strides over axes from..to, 0 elsewhere. */
  private denseStrides(from: number, to: number): number[] {
    const strides = this.sizes.map(() => 0);
    let stride = 1;
    for (let axis = to - 1; axis >= from; axis--) {
      strides[axis] = stride;
      stride *= this.sizes[axis];
    }
    return strides;
  }

  /** Any walk for reading over the axes before `end`: dense, broadcast, overlapping, with holes. */
  private looseStrides(end: number): number[] {
    const { tape } = this;
    const vector = this.vectorAxis < end ? this.vectorAxis : -1;
    const dense = this.denseStrides(0, end);
    return this.sizes.map((_, axis) => {
      if (axis >= end) return 0;
      if (axis === vector) return tape.pick([1, 1, 1, 0, 2, 3, 9]);
      return tape.pick([dense[axis], dense[axis], 0, 1, 2, 5, 19]);
    });
  }

  private newBuffer(dtype: DType, fill: Fill): number {
    this.bufferDTypes.push(dtype);
    this.lengths.push(0);
    this.fills.push(fill);
    return this.lengths.length - 1;
  }

  private newAccess(buffer: number, dtype: DType, strides: readonly number[], offset: number): number {
    const stride = strides[this.vectorAxis];
    const step: Step = stride === 0 ? "zero" : stride === 1 ? "unit" : "other";
    this.accesses.push({ buffer, dtype, step });
    this.offsets.push(offset);
    this.strides.push([...strides]);
    const last = strides.reduce((sum, s, axis) => sum + s * Math.max(0, this.sizes[axis] - 1), offset);
    if (buffer >= 0) this.lengths[buffer] = Math.max(this.lengths[buffer], last + 1);
    return this.accesses.length - 1;
  }

  /** The dtype that most of the case is about, else any: a store is to find values that lead up to it. */
  dtype(): DType {
    return this.tape.below(5) < 3 ? this.focus : this.anyDType();
  }
  private anyDType(): DType {
    return this.tape.pick(["float32", "float32", "float32", "float32", "float64", "float64", "int64", "int32", "uint8", "bool", "int8", "int16"] as const);
  }
  fill(): Fill {
    return this.tape.pick(["small", "ordinary", "special", "special"] as const);
  }

  /** A load: of a buffer of its own, of what a planned store overwrites, or of elements behind those of a planned store. */
  load(list: List, wanted: DType | undefined): number {
    const { tape } = this;
    const inLoops = list.end === this.sizes.length ? this.plannedInPasses.flat() : [];
    const region = tape.oneIn(4) ? tape.pick([...inLoops, ...this.planned]) : undefined;
    if (region !== undefined && (wanted === undefined || wanted === this.accesses[region.access].dtype)) {
      const { buffer, dtype } = this.accesses[region.access];
      const behind = tape.oneIn(2);
      const access = behind
        ? this.newAccess(buffer, dtype, this.looseStrides(list.end), this.lengths[buffer])
        : tape.oneIn(2) ? region.access : this.newAccess(buffer, dtype, this.strides[region.access], this.offsets[region.access]);
      return list.add({ op: "load", dtype, access }, exact, wholeBound(dtype, region.fill));
    }
    const dtype = wanted ?? this.dtype();
    const fill = this.fill();
    const access = this.newAccess(this.newBuffer(dtype, fill), dtype, this.looseStrides(list.end), tape.below(6));
    return list.add({ op: "load", dtype, access }, exact, wholeBound(dtype, fill));
  }

  index(list: List): number {
    const dtype = this.tape.pick(["int64", "int32"] as const);
    return list.add({ op: "index", dtype, access: this.newAccess(-1, dtype, this.looseStrides(list.end), this.tape.below(100)) }, exact);
  }

  /** A take from a buffer of its own or one that was taken from, too short for most positions. Planned stores are not taken from. */
  take(list: List, position: number): number {
    const { tape } = this;
    const [dtype, fill] = [this.dtype(), this.fill()];
    const known = this.taken.find((taken) => taken.dtype === dtype);
    const taken = known !== undefined && tape.oneIn(2) ? known : { buffer: this.newBuffer(dtype, fill), dtype, fill };
    this.taken.push(taken);
    this.lengths[taken.buffer] = Math.max(this.lengths[taken.buffer], 1 + tape.below(tape.pick([1, 5, 100, 1000])));
    return list.add({ op: "take", dtype, buffer: taken.buffer, args: [position] }, exact, wholeBound(dtype, taken.fill));
  }

  constant(list: List, dtype: DType): number {
    const fill = this.fill();
    for (const constants of [this.constants, this.otherConstants]) {
      const value = valueOf(this.tape, dtype, fill);
      constants.push(typeof value === "number" && dtype === "float32" ? Math.fround(value) : value);
    }
    return list.add({ op: "constant", dtype, slot: this.constants.length - 1 }, exact, wholeBound(dtype, fill));
  }

  literal(list: List, dtype: DType, value: number, other = value): number {
    this.constants.push(value);
    this.otherConstants.push(other);
    return list.add({ op: "constant", dtype, slot: this.constants.length - 1 }, exact);
  }

}

/** The largest magnitude in a buffer, where that and the dtype keep sums of it exact. */
function wholeBound(dtype: DType, fill: Fill): number | undefined {
  if (fill === "small") return smallest;
  return isFloating(dtype) || itemSize(dtype) > 2 ? undefined : 2 ** 15;
}

const functions = (accuracy: Accuracy): number => (accuracy.kind === "maths" ? accuracy.functions : 0);

/** A body or an epilogue that grows. `end` is the number of axes that its accesses may move along. */
class List {
  readonly instructions: Instruction[] = [];
  readonly made: Made[] = [];

  constructor(
    private readonly owner: CaseBuilder,
    readonly end: number,
  ) {}

  add(instruction: Instruction, accuracy: Accuracy, whole?: number): number {
    this.made.push({ dtype: instruction.dtype, accuracy, whole });
    return this.instructions.push(instruction) - 1;
  }

  grow(times: number): void {
    const tape = this.owner.tape;
    if (this.made.length === 0) this.owner.load(this, undefined);
    for (let i = 0; i < times; i++) {
      const leaf = tape.below(12);
      if (leaf === 1 || leaf === 2) this.owner.load(this, undefined);
      else if (leaf === 3) this.owner.index(this);
      else if (leaf === 4) this.taken();
      else this.operation(this.recent());
    }
  }

  /** Any value, the newest more often than others. */
  recent(): number {
    const tape = this.owner.tape;
    return tape.oneIn(3) ? tape.below(this.made.length) : this.made.length - 1;
  }

  private operation(x: number): void {
    const tape = this.owner.tape;
    const { dtype, accuracy } = this.made[x];
    const kind = tape.below(12);
    if (kind === 1 && accuracy.kind === "exact") this.cast(x, tape.pick(dtypes));
    else if ((kind === 2 || kind === 8) && accuracy.kind === "exact") {
      const y = this.partner(dtype, true);
      this.add({ op: tape.pick(compareOps), dtype: "bool", args: tape.oneIn(2) ? [y, x] : [x, y] }, exact);
    } else if (kind === 9 && (dtype === "uint8" || dtype === "int8" || dtype === "bool")) this.scaled(x);
    else if (kind === 3) this.where(x);
    else if (kind >= 4 && kind <= 7) this.unary(x);
    else this.binary(x);
  }

  /** An element at a computed position: one that is there, or far outside of the buffer. */
  private taken(): void {
    const fits = this.made.flatMap(({ dtype }, at) => (dtype === "int32" || dtype === "int64" ? [at] : []));
    this.owner.take(this, fits.length > 0 && !this.owner.tape.oneIn(3) ? this.owner.tape.pick(fits) : this.owner.index(this));
  }

  /** A byte over a constant: how pictures become numbers from 0 to 1, for which a backend may have a way of its own. */
  private scaled(x: number): void {
    const { tape } = this.owner;
    const float = this.add({ op: "cast", dtype: "float32", args: [x] }, exact, 255);
    const divisor = (): number => tape.pick([255, 256, 1, 3, 784, 0.5, 0, 127, -7]);
    const constant = this.owner.literal(this, "float32", divisor(), divisor());
    this.add({ op: "div", dtype: "float32", args: [float, constant] }, exact);
  }

  private unary(x: number): void {
    const { dtype, accuracy, whole } = this.made[x];
    const ops = unaryOps.filter((op) => takes(op, dtype) && (accuracy.kind === "exact" || op === "neg" || op === "abs"));
    if (ops.length === 0) return;
    const op = this.owner.tape.pick(ops);
    this.add({ op, dtype, args: [x] }, this.after(op, dtype, [accuracy]), wholeAfter(op, dtype, whole ?? Infinity, 0));
  }

  private binary(x: number): void {
    const tape = this.owner.tape;
    const { dtype, accuracy, whole } = this.made[x];
    if (accuracy.kind === "reduction") return;
    const ops = binaryOps.filter((op) => takes(op, dtype) && (accuracy.kind === "exact" || op === "min" || op === "max"));
    if (ops.length === 0) return;
    const op = tape.pick(ops);
    const y = this.partner(dtype, accuracy.kind === "exact");
    const after = this.after(op, dtype, [accuracy, this.made[y].accuracy]);
    const bound = wholeAfter(op, dtype, whole ?? Infinity, this.made[y].whole ?? Infinity);
    this.add({ op, dtype, args: tape.oneIn(2) ? [y, x] : [x, y] }, after, bound);
  }

  private where(x: number): void {
    const { dtype, accuracy, whole } = this.made[x];
    if (accuracy.kind === "reduction") return;
    const condition = this.partner("bool", true);
    const y = this.partner(dtype, accuracy.kind === "exact");
    const bound = Math.max(whole ?? Infinity, this.made[y].whole ?? Infinity);
    this.add({ op: "where", dtype, args: this.owner.tape.oneIn(2) ? [condition, y, x] : [condition, x, y] },
      worse(accuracy, this.made[y].accuracy), bound === Infinity ? undefined : bound);
  }

  private after(op: UnaryOp | BinaryOp, dtype: DType, accuracies: readonly Accuracy[]): Accuracy {
    if (!isFloating(dtype) || harmless.has(op)) return accuracies.reduce(worse);
    return exactFloatOps.has(op) ? exact : { kind: "maths", functions: 1 };
  }

  /** Another value of a dtype: one that is there, or a new constant, load or cast. */
  private partner(dtype: DType, exactly: boolean): number {
    const tape = this.owner.tape;
    const fits = this.made.flatMap((made, at) =>
      made.dtype === dtype && (made.accuracy.kind === "exact" || (!exactly && made.accuracy.kind === "maths")) ? [at] : []);
    const how = tape.below(6);
    if (fits.length > 0 && how < 4) return tape.pick(fits);
    return how === 5 ? this.owner.load(this, dtype) : this.owner.constant(this, dtype);
  }

  /** A cast of an exact value; floats are first cut to the integer's range. */
  private cast(x: number, to: DType): number {
    const { dtype, whole } = this.made[x];
    const bound = whole ?? (dtype === "bool" ? 1 : dtype === "uint8" || dtype === "int8" ? 255 : undefined);
    const range = castRange[to];
    if (!isFloating(dtype) || range === undefined) {
      return this.add({ op: "cast", dtype: to, args: [x] }, exact, isFloating(to) ? bound : undefined);
    }
    const [least, most] = range;
    const number = this.add({ op: "eq", dtype: "bool", args: [x, x] }, exact);
    const zero = this.owner.literal(this, dtype, 0);
    const real = this.add({ op: "where", dtype, args: [number, x, zero] }, exact);
    const above = this.add({ op: "max", dtype, args: [real, this.owner.literal(this, dtype, least)] }, exact);
    const within = this.add({ op: "min", dtype, args: [above, this.owner.literal(this, dtype, most)] }, exact);
    return this.add({ op: "cast", dtype: to, args: [within] }, exact);
  }

  /** A value of the dtype for a store: the newest there is, else a cast or a load. */
  valueFor(dtype: DType): number {
    const tape = this.owner.tape;
    const fits = this.made.flatMap((made, at) => (made.dtype === dtype ? [at] : []));
    if (fits.length > 0 && !tape.oneIn(4)) return fits[fits.length - 1 - tape.below(Math.min(2, fits.length))];
    const castable = this.made.flatMap(({ accuracy }, at) => (accuracy.kind === "exact" ? [at] : []));
    return castable.length === 0 ? this.owner.load(this, dtype) : this.cast(castable[castable.length - 1], dtype);
  }
}

const takes = (op: UnaryOp | BinaryOp, dtype: DType): boolean => signatures[op].takes.includes(category(dtype));

const worse = (a: Accuracy, b: Accuracy): Accuracy =>
  functions(b) > functions(a) || a.kind === "exact" ? b : a;

/** The bound of a whole result, where whole arguments give one. */
function wholeAfter(op: UnaryOp | BinaryOp, dtype: DType, x: number, y: number): number | undefined {
  if (!isFloating(dtype)) return undefined;
  const bounds: Partial<Record<UnaryOp | BinaryOp, number>> = {
    neg: x, abs: x, floor: x, ceil: x, round: x, trunc: x, sign: 1, min: Math.max(x, y), max: Math.max(x, y), add: x + y, sub: x + y, mul: x * y,
  };
  const bound = bounds[op];
  return bound !== undefined && bound < wholeLimit ? bound : undefined;
}
