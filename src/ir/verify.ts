/**
 * @file The rules that a kernel and its arguments keep, checked one by one. `compile/` calls it between passes and tests call it
 * on everything they make; a refusal is a defect of whoever wrote the kernel, never of the user. Knows no backend.
 */
import { category, dtypes, isFloating, itemSize, type Category, type DType } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import {
  accessesOf, foldOps, instructionsOf, loopsOf, reductionsOf, storesOf,
  type BinaryOp, type CompareOp, type FoldOp, type Instruction, type Kernel, type KernelArguments, type Pass, type Reduction, type Take,
  type UnaryOp,
} from "./kernel.js";
import { contractionProblem, movedOperand } from "./verify-contraction.js";
import { movedStart, scanProblem } from "./verify-scan.js";
import { printInstruction, printKernel, printReduction } from "./print.js";

/** How the dtypes of an operation's arguments follow from that of its result. */
type ArgumentRule = "any" | "sameAsResult" | "sameAsEachOther" | "conditionThenResult";

interface Signature {
  readonly count: 1 | 2 | 3;
  readonly rule: ArgumentRule;
  /** Categories that the arguments (and, but for casts and comparisons, the result) may have. */
  readonly takes: readonly Category[];
}

const all = ["bool", "integer", "floating"] as const;
const numbers = ["integer", "floating"] as const;
const floats = ["floating"] as const;
const logic = ["bool", "integer"] as const;
const unary = (takes: readonly Category[]): Signature => ({ count: 1, rule: "sameAsResult", takes });
const binary = (takes: readonly Category[]): Signature => ({ count: 2, rule: "sameAsResult", takes });
const compare: Signature = { count: 2, rule: "sameAsEachOther", takes: all };

/** A scalar operation: all that it knows are its arguments. */
type Operation = Exclude<Extract<Instruction, { readonly args: readonly number[] }>, Take>;
type OpWithArguments = "cast" | "where" | UnaryOp | BinaryOp | CompareOp;

/** What each operation takes. Rounding is for floats: on integers it does nothing, and the caller leaves it out. */
export const signatures: Readonly<Record<OpWithArguments, Signature>> = {
  cast: { count: 1, rule: "any", takes: all },
  where: { count: 3, rule: "conditionThenResult", takes: all },
  neg: unary(numbers), abs: unary(numbers), sign: unary(numbers), not: unary(logic),
  floor: unary(floats), ceil: unary(floats), round: unary(floats), trunc: unary(floats),
  sqrt: unary(floats), exp: unary(floats), exp2: unary(floats), expm1: unary(floats),
  log: unary(floats), log2: unary(floats), log10: unary(floats), log1p: unary(floats),
  sin: unary(floats), cos: unary(floats), tan: unary(floats), asin: unary(floats), acos: unary(floats), atan: unary(floats),
  sinh: unary(floats), cosh: unary(floats), tanh: unary(floats), erf: unary(floats),
  add: binary(numbers), sub: binary(numbers), mul: binary(numbers), div: binary(floats),
  floorDiv: binary(numbers), truncDiv: binary(numbers), remainder: binary(numbers), fmod: binary(numbers),
  min: binary(numbers), max: binary(numbers), pow: binary(numbers), atan2: binary(floats),
  and: binary(logic), or: binary(logic), xor: binary(logic),
  eq: compare, ne: compare, lt: compare, le: compare,
};

/** What each reduction takes. */
export const reductionTakes: Readonly<Record<Reduction["op"], readonly Category[]>> = {
  sum: numbers, prod: numbers, min: numbers, max: numbers, and: ["bool"], or: ["bool"], argmin: numbers, argmax: numbers,
};

/**
 * Checks the structure of a kernel: counts and axes, references to earlier instructions, dtypes, steps.
 *
 * @throws InternalError naming the instruction and what is wrong, with a listing of the kernel
 */
export function verify(kernel: Kernel): void {
  const checker = new Checker(kernel);
  checker.counts();
  checker.accesses();
  let reductions = 0;
  loopsOf(kernel).forEach((pass, at) => {
    const place = at === 0 ? "body" : `pass ${at}`;
    checker.list(place, pass.body, reductions);
    checker.reductions(pass, place, reductions);
    checker.stores(pass.stores, pass.body, `the ${place}`);
    reductions += pass.reductions.length;
  });
  checker.list("epilogue", kernel.epilogue, reductions);
  checker.stores(kernel.stores, kernel.epilogue, "the epilogue");
  checker.epilogueSteps();
  checker.contraction();
  checker.scan();
}

/** Throws InternalError with a message and the kernel it is about. */
export function refuse(kernel: Kernel, message: string): never {
  throw new InternalError(`invalid kernel: ${message}\n${printKernel(kernel)}`);
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isBelow = (value: number, count: number): boolean => Number.isSafeInteger(value) && value >= 0 && value < count;

/** One kernel under examination. */
class Checker {
  constructor(private readonly kernel: Kernel) {}

  private fail(message: string): never {
    return refuse(this.kernel, message);
  }

  counts(): void {
    const { axes, reduceAxes, vector, body, reductions, passes, scan, constants, buffers } = this.kernel;
    for (const [name, value] of Object.entries({ axes, reduceAxes, constants, buffers })) {
      if (!isCount(value)) this.fail(`${name} is ${value}, not a count`);
    }
    if (vector === "axis" && axes < 1) this.fail(`vector is "axis", and there are no axes`);
    if (vector === "reduceAxis" && reduceAxes < 1) this.fail(`vector is "reduceAxis", and there are no reduce axes`);
    if (scan !== undefined) return;
    if (reductions.length === 0 && body.length > 0) this.fail(`a body of ${body.length} instructions and no reductions`);
    if (reductions.length > 0 && body.length === 0) this.fail(`${reductions.length} reductions and an empty body`);
    if (reductions.length === 0 && reduceAxes > 0 && passes === undefined) this.fail(`${reduceAxes} reduce axes and no reductions`);
    if (storesOf(this.kernel).length === 0) this.fail("no stores");
    if (passes !== undefined) this.passCounts(passes);
  }

  private passCounts(passes: readonly Pass[]): void {
    if (passes.length === 0) this.fail("an empty list of passes: leave it out");
    if (this.kernel.vector !== "reduceAxis") this.fail(`vector is "${this.kernel.vector}", and there are passes: expected "reduceAxis"`);
    passes.forEach(({ body, reductions, stores }, at) => {
      if (body.length === 0) this.fail(`pass ${at + 1} has an empty body`);
      if (reductions.length === 0 && stores.length === 0) this.fail(`pass ${at + 1} neither reduces nor stores`);
    });
  }

  accesses(): void {
    const { accesses, buffers } = this.kernel;
    accesses.forEach(({ buffer, dtype, step }, at) => {
      if (buffer !== -1 && !isBelow(buffer, buffers)) this.fail(`access ${at} is of buffer ${buffer} of ${buffers}`);
      if (!dtypes.includes(dtype)) this.fail(`access ${at} has the unknown dtype ${dtype}`);
      if (!["zero", "unit", "other"].includes(step)) this.fail(`access ${at} has the unknown step ${step}`);
    });
  }

  /** The instructions of a list; `reduced` says how many reductions are done before it. */
  list(place: string, list: readonly Instruction[], reduced: number): void {
    list.forEach((instruction, at) => {
      const problem = this.problemOf(list, instruction, at, reduced);
      if (problem === undefined) return;
      this.fail(`${place} %${at} = ${printInstruction(this.kernel, instruction)}: ${problem}`);
    });
  }

  private problemOf(list: readonly Instruction[], instruction: Instruction, at: number, reduced: number): string | undefined {
    if (instruction.op === "take") return this.take(list, instruction, at);
    return "args" in instruction ? this.operation(list, instruction, at) : this.leaf(instruction, reduced);
  }

  private take(list: readonly Instruction[], { dtype, buffer, args }: Take, at: number): string | undefined {
    const { accesses, buffers } = this.kernel;
    if (!dtypes.includes(dtype)) return `unknown dtype ${dtype}`;
    if (!isBelow(buffer, buffers)) return `buffer ${buffer} of ${buffers}`;
    const { length }: readonly number[] = args;
    if (length !== 1) return `${length} arguments, expected 1`;
    if (!isBelow(args[0], at)) return `argument %${args[0]} is not an earlier instruction`;
    const position = list[args[0]].dtype;
    if (position !== "int32" && position !== "int64") return `the position is ${position}, expected int32 or int64`;
    return storesOf(this.kernel).some(({ access }) => accesses[access]?.buffer === buffer) ? `buffer ${buffer} is stored to` : undefined;
  }

  private leaf(
    instruction: Exclude<Instruction, { readonly args: readonly number[] }>, reduced: number,
  ): string | undefined {
    const { accesses, constants } = this.kernel;
    const { op, dtype } = instruction;
    if (!dtypes.includes(dtype)) return `unknown dtype ${dtype}`;
    if (op === "constant") {
      return isBelow(instruction.slot, constants) ? undefined : `slot ${instruction.slot} of ${constants} constants`;
    }
    if (op === "reduced") {
      if (reduced === 0) return "reduced belongs in the epilogue, or in a pass after its reduction";
      if (!isBelow(instruction.reduction, reduced)) return `reduction ${instruction.reduction} of ${reduced} before it`;
      const reduction = reductionsOf(this.kernel)[instruction.reduction];
      return reduction.dtype === dtype ? undefined : `reduction ${instruction.reduction} is ${reduction.dtype}`;
    }
    const access = accesses[instruction.access];
    if (access === undefined) return `access ${instruction.access} of ${accesses.length}`;
    if (access.dtype !== dtype) return `access ${instruction.access} is ${access.dtype}`;
    if (op === "load") return access.buffer >= 0 ? undefined : `access ${instruction.access} has no buffer to load from`;
    if (dtype !== "int32" && dtype !== "int64") return "an index is int32 or int64";
    return access.buffer === -1 ? undefined : `access ${instruction.access} has buffer ${access.buffer}; an index has none (-1)`;
  }

  private operation(
    list: readonly Instruction[], { op, dtype, args }: Operation, at: number,
  ): string | undefined {
    if (!Object.hasOwn(signatures, op)) return `unknown operation ${op}`;
    const { count, rule, takes } = signatures[op];
    if (!dtypes.includes(dtype)) return `unknown dtype ${dtype}`;
    if (args.length !== count) return `${args.length} arguments, expected ${count}`;
    for (const arg of args) {
      if (!isBelow(arg, at)) return `argument %${arg} is not an earlier instruction`;
    }
    const given = args.map((arg) => list[arg].dtype);
    const wanted = wantedDTypes(rule, dtype, given);
    for (const [i, want] of wanted.entries()) {
      if (given[i] !== want) return `argument %${args[i]} is ${given[i]}, expected ${want}`;
    }
    if (rule === "sameAsEachOther" && dtype !== "bool") return "a comparison is bool";
    const bad = given.find((d) => !takes.includes(category(d)));
    return bad === undefined ? undefined : `${op} takes ${takes.join(" and ")} dtypes, not ${bad}`;
  }

  /** The reductions of one loop, the first of which has number `first`. */
  reductions({ body, reductions }: Pass, place: string, first: number): void {
    reductions.forEach((reduction, at) => {
      const wrong = (what: string): never => this.fail(`reduction s${first + at} = ${printReduction(reduction)}: ${what}`);
      const { op, dtype, value } = reduction;
      if (!Object.hasOwn(reductionTakes, op)) wrong(`unknown reduction ${op}`);
      if (!isBelow(value, body.length)) wrong(`value %${value} of ${body.length} instructions of the ${place}`);
      const given = body[value].dtype;
      const takes = reductionTakes[op];
      if (!takes.includes(category(given))) wrong(`${op} takes ${takes.join(" and ")} dtypes, not ${given}`);
      if (isFold(op)) {
        if (given !== dtype && !(op === "sum" && isFloating(given) && isFloating(dtype))) wrong(`value %${value} is ${given}, expected ${dtype}`);
        return;
      }
      if (dtype !== "int32" && dtype !== "int64") wrong("the result is an index: int32 or int64");
      if (!("index" in reduction) || !isBelow(reduction.index, body.length)) wrong(`index is not an instruction of the ${place}`);
      else if (body[reduction.index].dtype !== dtype) wrong(`index %${reduction.index} is ${body[reduction.index].dtype}, expected ${dtype}`);
    });
  }

  stores(stores: Pass["stores"], list: readonly Instruction[], place: string): void {
    const { accesses } = this.kernel;
    stores.forEach(({ access, value }, at) => {
      const target = accesses[access];
      if (target === undefined) this.fail(`store ${at} to access ${access} of ${accesses.length}`);
      if (target.buffer === -1) this.fail(`store ${at} to access ${access}, which has no buffer`);
      if (!isBelow(value, list.length)) this.fail(`store ${at} of value %${value} of ${list.length} instructions of ${place}`);
      if (list[value].dtype !== target.dtype) {
        this.fail(`store ${at} of %${value}, which is ${list[value].dtype}, to access ${access}, which is ${target.dtype}`);
      }
    });
  }

  /** With the vector along a reduce axis, what runs once a point of the axes does not move along it. */
  epilogueSteps(): void {
    if (this.kernel.vector === "axis") return;
    for (const access of outerAccesses(this.kernel)) {
      const { step } = this.kernel.accesses[access];
      if (step !== "zero") this.fail(`access ${access} is used outside of the reduce loops and has step "${step}", expected "zero"`);
    }
  }

  scan(): void {
    const problem = scanProblem(this.kernel);
    if (problem !== undefined) this.fail(problem);
  }

  contraction(): void {
    const problem = contractionProblem(this.kernel);
    if (problem !== undefined) this.fail(problem);
  }
}

const isFold = (op: Reduction["op"]): op is FoldOp => foldOps.some((fold) => fold === op);

function wantedDTypes(rule: ArgumentRule, result: DType, given: readonly DType[]): readonly DType[] {
  switch (rule) {
    case "any":
      return given;
    case "sameAsResult":
      return given.map(() => result);
    case "sameAsEachOther":
      return given.map(() => given[0]);
    case "conditionThenResult":
      return ["bool", result, result];
    default:
      return rule satisfies never;
  }
}

/** The accesses used once a point of the axes: those of the epilogue and of the stores. */
function outerAccesses(kernel: Kernel): ReadonlySet<number> {
  return new Set([...accessesOf(kernel.epilogue), ...kernel.stores.map((store) => store.access)]);
}

/** A buffer as far as checking goes: how many bytes it has. Two arguments are the same memory when they are the same object. */
export interface SizedBuffer {
  readonly bytes: number;
}

/**
 * Checks what a kernel is called with against its structure: counts, sizes, strides that match the accesses' steps, reach within
 * the buffers, constants of their dtypes, and that every element is written once and read by nobody but its writer.
 *
 * @param kernel a kernel that `verify` accepts
 * @throws InternalError naming the access, buffer or constant and what is wrong, with a listing of the call
 */
export function verifyArguments(kernel: Kernel, args: KernelArguments<SizedBuffer>): void {
  new ArgumentChecker(kernel, args).all();
}

/** The elements that an access touches: from `first` to `last`, with what decides which of those between. */
interface Reach {
  readonly access: number;
  readonly first: number;
  readonly last: number;
  /** [size, stride] of every axis along which the access moves. */
  readonly moves: readonly (readonly [number, number])[];
}

/** One call under examination. */
class ArgumentChecker {
  constructor(
    private readonly kernel: Kernel,
    private readonly args: KernelArguments<SizedBuffer>,
  ) {}

  all(): void {
    this.counts();
    this.sizes();
    this.kernel.accesses.forEach((_, access) => this.strides(access));
    const outer = outerAccesses(this.kernel);
    for (const access of outer) this.staysInReduceLoops(access);
    const empty = this.args.sizes.includes(0);
    const inner = loopsOf(this.kernel).flatMap(({ body, stores }) => [...accessesOf(body), ...stores.map(({ access }) => access)]);
    const used = empty ? outer : new Set([...outer, ...inner]);
    for (const access of used) this.bounds(access);
    this.writers(used);
    this.takes();
    const problem = movedOperand(this.kernel, this.args.strides) ?? movedStart(this.kernel, this.args.strides);
    if (problem !== undefined) this.fail(problem);
    this.constants();
  }

  private fail(message: string): never {
    throw new InternalError(`invalid arguments: ${message}\n${printKernel(this.kernel, this.args)}`);
  }

  private counts(): void {
    const { kernel, args } = this;
    const axes = kernel.axes + kernel.reduceAxes;
    const expected = [
      ["sizes", args.sizes.length, axes],
      ["offsets", args.offsets.length, kernel.accesses.length],
      ["lists of strides", args.strides.length, kernel.accesses.length],
      ["constants", args.constants.length, kernel.constants],
      ["buffers", args.buffers.length, kernel.buffers],
    ] as const;
    for (const [name, given, wanted] of expected) {
      if (given !== wanted) this.fail(`${given} ${name}, expected ${wanted}`);
    }
    args.strides.forEach((strides, access) => {
      if (strides.length !== axes) this.fail(`access ${access} has ${strides.length} strides, expected ${axes}`);
    });
  }

  private sizes(): void {
    const { kernel, args } = this;
    args.sizes.forEach((size, axis) => {
      const least = axis < kernel.axes ? 1 : 0;
      if (!isCount(size) || size < least) this.fail(`size ${size} of axis ${axis}, expected an integer of at least ${least}`);
    });
    const search = reductionsOf(kernel).find(({ op }) => op === "argmin" || op === "argmax");
    if (search !== undefined && args.sizes.includes(0)) this.fail(`${search.op} of no elements`);
  }

  private strides(access: number): void {
    const { kernel, args } = this;
    const strides = args.strides[access];
    for (const value of [args.offsets[access], ...strides]) {
      if (!isCount(value)) this.fail(`access ${access} has the offset or stride ${value}, expected an integer of at least 0`);
    }
    const { step } = kernel.accesses[access];
    const stride = strides[(kernel.vector === "axis" ? kernel.axes : strides.length) - 1];
    if (step === "zero" && stride !== 0) this.fail(`access ${access} has step "zero" and stride ${stride} along the vector axis`);
    if (step === "unit" && stride !== 1) this.fail(`access ${access} has step "unit" and stride ${stride} along the vector axis`);
  }

  private staysInReduceLoops(access: number): void {
    const strides = this.args.strides[access].slice(this.kernel.axes);
    if (strides.some((stride) => stride !== 0)) {
      this.fail(`access ${access} is used outside of the reduce loops and has strides ${strides.join(", ")} along them, expected 0`);
    }
  }

  private reach(access: number): Reach {
    const { sizes, offsets, strides } = this.args;
    const moves = sizes.map((size, axis) => [size, strides[access][axis]] as const).filter(([size, stride]) => size > 1 && stride > 0);
    const first = offsets[access];
    return { access, first, last: moves.reduce((last, [size, stride]) => last + (size - 1) * stride, first), moves };
  }

  private bounds(access: number): void {
    const { buffer, dtype } = this.kernel.accesses[access];
    if (buffer === -1) return;
    const { last } = this.reach(access);
    const { bytes } = this.args.buffers[buffer];
    if ((last + 1) * itemSize(dtype) > bytes) {
      this.fail(`access ${access} reaches ${dtype} element ${last} of buffer ${buffer}, which has ${bytes} bytes`);
    }
  }

  /** Each element is stored once, and loaded only by the point that stores it. */
  private writers(used: ReadonlySet<number>): void {
    const { accesses } = this.kernel;
    const memory = (access: number): SizedBuffer | undefined => this.args.buffers[accesses[access].buffer];
    const stores = storesOf(this.kernel);
    stores.forEach((store, at) => {
      const written = this.reach(store.access);
      const perPoint = this.kernel.stores.includes(store);
      if (!visitsOnce(written.moves, perPoint ? this.args.sizes.slice(0, this.kernel.axes) : this.args.sizes)) {
        this.fail(`store ${at} writes some elements of buffer ${accesses[store.access].buffer} more than once`);
      }
      for (const access of used) {
        if (memory(access) !== memory(store.access) || this.isOwnElement(access)) continue;
        const read = this.reach(access);
        const size = (r: Reach): number => itemSize(accesses[r.access].dtype);
        const apart = (read.last + 1) * size(read) <= written.first * size(written) || (written.last + 1) * size(written) <= read.first * size(read);
        if (!apart) this.fail(`access ${access} loads elements that other points store through access ${store.access}`);
      }
      for (const later of stores.slice(at + 1)) {
        // What one pass stores, a later one may replace.
        const inDifferentPasses = loopsOf(this.kernel).some((pass) => pass.stores.includes(store) !== pass.stores.includes(later));
        if (!inDifferentPasses && memory(later.access) === memory(store.access) && this.sameElements(later.access, store.access)) {
          this.fail(`accesses ${store.access} and ${later.access} store to the same elements`);
        }
      }
    });
  }

  /** What is taken from has an element at least, and is not stored to: any point may read any of its elements. */
  private takes(): void {
    const { accesses } = this.kernel;
    const { buffers } = this.args;
    const stores = storesOf(this.kernel);
    for (const instruction of instructionsOf(this.kernel)) {
      if (instruction.op !== "take") continue;
      const { buffer, dtype } = instruction;
      if (buffers[buffer].bytes < itemSize(dtype)) this.fail(`${dtype} elements are taken from buffer ${buffer}, which has ${buffers[buffer].bytes} bytes`);
      if (stores.some(({ access }) => buffers[accesses[access].buffer] === buffers[buffer])) {
        this.fail(`buffer ${buffer} is taken from and stored to`);
      }
    }
  }

  /** Whether an access touches at every point what the point itself stores, and so nobody else. */
  private isOwnElement(access: number): boolean {
    const { accesses } = this.kernel;
    const stores = storesOf(this.kernel);
    const memory = (of: number): SizedBuffer | undefined => this.args.buffers[accesses[of].buffer];
    return stores.some((store) => memory(store.access) === memory(access) && this.sameElements(access, store.access));
  }

  /** Whether two accesses touch the same element at every point, of the same memory. */
  private sameElements(a: number, b: number): boolean {
    const { sizes, offsets, strides } = this.args;
    if (itemSize(this.kernel.accesses[a].dtype) !== itemSize(this.kernel.accesses[b].dtype)) return false;
    return offsets[a] === offsets[b] && sizes.every((size, axis) => size <= 1 || strides[a][axis] === strides[b][axis]);
  }

  private constants(): void {
    for (const instruction of instructionsOf(this.kernel)) {
      if (instruction.op !== "constant") continue;
      const value = this.args.constants[instruction.slot];
      if (!isValueOf(instruction.dtype, value)) {
        this.fail(`constant ${instruction.slot} is the ${typeof value} ${value}, which is no ${instruction.dtype}`);
      }
    }
  }
}

/**
 * Whether every point of the axes lands on another element: ordered by stride, each stride steps over all that the smaller ones
 * reach. True of every view that PyTorch lets one write to, short of hand-made strides.
 */
function visitsOnce(moves: Reach["moves"], sizes: readonly number[]): boolean {
  if (moves.length < sizes.filter((size) => size > 1).length) return false; // an axis with stride 0
  let covered = 0;
  for (const [size, stride] of [...moves].sort((a, b) => a[1] - b[1])) {
    if (stride <= covered) return false;
    covered += (size - 1) * stride;
  }
  return true;
}

/** Whether a constant is what `KernelArguments.constants` says for its dtype. */
function isValueOf(dtype: DType, value: number | bigint): boolean {
  if (dtype === "int64") return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
  if (typeof value === "bigint") return false;
  if (dtype === "bool") return value === 0 || value === 1;
  if (isFloating(dtype)) return true;
  const bits = itemSize(dtype) * 8;
  const least = dtype === "uint8" ? 0 : -(2 ** (bits - 1));
  return Number.isInteger(value) && value >= least && value < least + 2 ** bits;
}
