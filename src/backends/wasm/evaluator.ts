/**
 * @file Evaluates one list of instructions, body or epilogue, as often as it is needed and no oftener: what depends on constants
 * alone once a call, what does not move along the vector axis once a row, the rest once a step. It knows no loops.
 */
import { itemSize, type DType } from "../../core/dtype.js";
import { accessesOf, type Instruction, type Kernel } from "../../ir/kernel.js";
import { indexSplat, loadSplat } from "./accesses.js";
import { isWide, type Value } from "./code.js";
import type { Cursors, Emission } from "./emission.js";
import { integerDivisions } from "./integers.js";
import { operate } from "./operations.js";
import { byteDivisor } from "./reciprocals.js";
import { binaryMathsOps, unaryMathsOps } from "./maths.js";
import { takeElements } from "./taking.js";

/** When an instruction is evaluated. */
const once = 0;
const perRow = 1;
const perStep = 2;
const never = 3;
type Level = typeof once | typeof perRow | typeof perStep | typeof never;

/** Where a step's elements come from. */
export interface Elements {
  load(access: number, step: number): Value;
  index(access: number, step: number): Value;
}

export class Evaluator {
  private readonly levels: readonly Level[];
  private readonly values: Value[] = [];
  /** The accesses that are read. */
  readonly accesses: readonly number[];
  /** Those that are read once a step. */
  readonly moving: readonly number[];

  /**
   * `wanted` are the instructions whose values will be asked for; those that nothing wanted needs are left out. `results` says
   * whether results of reductions are one a row or one an element.
   */
  constructor(
    private readonly e: Emission, private readonly list: readonly Instruction[], wanted: Iterable<number>, results: "perRow" | "perStep",
  ) {
    const needed = neededFor(list, wanted);
    this.levels = levelsOf(e, list, results === "perRow" ? perRow : perStep).map((level, at) => (needed.has(at) ? level : never));
    this.accesses = accessesOf(list.filter((_, at) => needed.has(at)));
    this.moving = this.accesses.filter((access) => e.kernel.accesses[access].step !== "zero");
    this.evaluate(once, () => this.impossible());
  }
  private impossible(): never {
    throw new Error("a load is never evaluated once a call");
  }

  /** Evaluates what stays the same along the vector axis from where the cursors stand. The values are the surrounding region's. */
  row(cursors: Cursors, reduced?: (reduction: number) => Value): void {
    this.evaluate(perRow, (instruction) => {
      if (instruction.op === "reduced") return reduced!(instruction.reduction);
      const cursor = cursors.get(instruction.access)!;
      return (instruction.op === "load" ? loadSplat : indexSplat)(this.e, cursor, instruction.dtype);
    });
  }
  /** Evaluates a step. */
  step(strip: Elements, s: number, reduced?: (reduction: number) => Value): void {
    this.evaluate(perStep, (instruction) => {
      if (instruction.op === "reduced") return reduced!(instruction.reduction);
      return instruction.op === "load" ? strip.load(instruction.access, s) : strip.index(instruction.access, s);
    });
  }
  /** The value of an instruction, as last evaluated. */
  value(instruction: number): Value {
    return this.values[instruction];
  }

  private evaluate(level: Level, leaf: (i: Extract<Instruction, { readonly op: "load" | "index" | "reduced" }>) => Value): void {
    this.list.forEach((instruction, at) => {
      if (this.levels[at] !== level) return;
      this.values[at] = this.e.code.keep(() => {
        const quotient = this.byteQuotient(at);
        if (quotient !== undefined) return quotient;
        if (instruction.op === "take") return takeElements(this.e, instruction, this.values[instruction.args[0]], this.walks(instruction.args[0]));
        if ("args" in instruction) return operate(this.e.code, instruction, instruction.args.map((arg) => this.values[arg]));
        if (instruction.op === "constant") return this.e.parameters.constant(instruction.slot, instruction.dtype);
        return leaf(instruction);
      });
    });
  }

  /** Whether a position goes from element to element along the vector axis: an index that does, and what stays the same in a row. */
  private walks(at: number): boolean {
    const { e, list, levels } = this;
    const instruction = list[at];
    if (instruction.op === "index") return instruction.dtype === "int32" && e.kernel.accesses[instruction.access].step === "unit";
    if (instruction.op !== "add") return false;
    const [a, b] = instruction.args;
    return (this.walks(a) && levels[b] <= perRow) || (levels[a] <= perRow && this.walks(b));
  }

  /** A byte divided by a constant, where that is multiplied. */
  private byteQuotient(at: number): Value | undefined {
    const { e, list } = this;
    const slot = e.multiplies ? byteDivisor(list, at) : undefined;
    if (slot === undefined) return undefined;
    const instruction = list[at];
    const [x] = "args" in instruction ? this.values[instruction.args[0]].parts : [];
    const [high, low] = (["high", "low"] as const).map((part) => e.code.op("f32x4.mul", x, e.parameters.reciprocal(slot, part)));
    return { dtype: "float32", parts: [e.code.op("f32x4.add", high, low)] };
  }

  /** Roughly how many vector instructions a step takes, and whether it reads elements packed four to four bytes. */
  weight(): number {
    let total = 0;
    this.list.forEach((instruction, at) => {
      if (this.levels[at] === perStep) total += weightOf(this.e.kernel, instruction);
    });
    return total;
  }
  /** Whether a step reads one-byte elements side by side, which come sixteen at a time. */
  get readsBytes(): boolean {
    return this.moving.some((access) => {
      const { buffer, dtype, step } = this.e.kernel.accesses[access];
      return buffer >= 0 && step === "unit" && itemSize(dtype) === 1;
    });
  }
}

/** The instructions that wanted ones depend on, and these. */
function neededFor(list: readonly Instruction[], wanted: Iterable<number>): ReadonlySet<number> {
  const needed = new Set(wanted);
  for (let at = list.length - 1; at >= 0; at--) {
    const instruction = list[at];
    if (needed.has(at) && "args" in instruction) for (const arg of instruction.args) needed.add(arg);
  }
  return needed;
}

function levelsOf(e: Emission, list: readonly Instruction[], results: Level): readonly Level[] {
  const levels: Level[] = [];
  for (const instruction of list) {
    if ("args" in instruction) {
      let level: Level = once;
      for (const arg of instruction.args) if (levels[arg] > level) level = levels[arg];
      levels.push(level);
    } else if (instruction.op === "constant") levels.push(once);
    else if (instruction.op === "reduced") levels.push(results);
    else levels.push(e.kernel.accesses[instruction.access].step === "zero" ? perRow : perStep);
  }
  return levels;
}

const mathsWeight = 16;
const longOps: ReadonlySet<string> = new Set<string>([...unaryMathsOps, ...binaryMathsOps, ...integerDivisions]);
const isDear = (op: string, dtype: DType): boolean =>
  longOps.has(op) && !(op === "sign" && dtype !== "float32" && dtype !== "float64");

/** Roughly how many vector instructions one instruction takes a step. */
export function weightOf(kernel: Kernel, instruction: Instruction): number {
  const { op, dtype } = instruction;
  const vectors = isWide(dtype) ? 2 : 1;
  if (op === "take") return 10;
  if (op === "load" && kernel.accesses[instruction.access].step === "other") return 6;
  return (isDear(op, dtype) ? mathsWeight : 1) * vectors;
}
