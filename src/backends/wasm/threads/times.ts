/**
 * @file What an element of a kernel's loops takes: nanoseconds of one thread whose operands are in the second cache. Sharing decides by it,
 * and nothing else: a figure that is half or twice the truth moves the size from which threads are woken, never a result.
 *
 * Measured on one core at 3 GHz, each operation alone over 32,768 elements, by the least of 300 optimised calls.
 */
import { isFloating, itemSize, type DType } from "../../../core/dtype.js";
import { loopsOf, type Instruction, type Kernel, type Reduction } from "../../../ir/kernel.js";
import { isWide } from "../code.js";
import type { MathsOp } from "../maths.js";

/** A vector instruction for a quarter of its lanes, a load of neighbours, an element loaded by itself, one at a computed position. */
const instruction = 0.025;
const load = 0.03;
const loadApart = 0.12;
const take = 0.35;
/** Storing: for itself, and for each byte. */
const store = 0.03;
const storedByte = 0.045;
/** Turning, folding and rounding an element of a scan. */
const scan = 0.3;
/** Folding an element into a sum; into the extreme of floats, which minds NaN; into the place of an extreme. */
const folding = { sum: 0.03, extreme: 0.1, search: 0.25 };
/** Lanes that an engine converts one by one. */
const convertedByLanes = 0.3;

/** What takes longer than an instruction, by the dtype that it works in. */
const float32: { readonly [Op in MathsOp]: number } = {
  sign: 0.1, exp: 0.3, exp2: 0.25, expm1: 0.55, log: 0.9, log2: 1.3, log10: 1.4, log1p: 1.4, sin: 1.1, cos: 1.1, tan: 2.2, asin: 0.7, acos: 0.9,
  atan: 1, sinh: 1, cosh: 0.6, tanh: 0.75, erf: 0.4, pow: 4.1, atan2: 5.1, floorDiv: 1, truncDiv: 0.2, remainder: 1, fmod: 0.8,
};
const float64: { readonly [Op in MathsOp]: number } = {
  sign: 0.2, exp: 2.3, exp2: 1.6, expm1: 2.4, log: 2.7, log2: 3.5, log10: 3.5, log1p: 3.5, sin: 4.2, cos: 4.2, tan: 4.9, asin: 2.3, acos: 2.3,
  atan: 3, sinh: 4.5, cosh: 4.5, tanh: 4.1, erf: 6, pow: 70, atan2: 5, floorDiv: 15, truncDiv: 0.5, remainder: 15, fmod: 30,
};
const integers: Readonly<Partial<Record<Instruction["op"], number>>> = { floorDiv: 0.4, truncDiv: 0.4, remainder: 0.4, fmod: 0.4, pow: 1.9 };
const longs: Readonly<Partial<Record<Instruction["op"], number>>> = { floorDiv: 1.6, truncDiv: 1.6, remainder: 1.6, fmod: 1.6, pow: 4 };
/** Plain instructions that the processor takes long for. */
const roots = { float32: { div: 0.06, sqrt: 0.1 }, float64: { div: 0.25, sqrt: 0.7 } };

const tables: { readonly [D in DType]: Readonly<Partial<Record<Instruction["op"], number>>> } = {
  bool: {}, uint8: integers, int8: integers, int16: integers, int32: integers, int64: longs,
  float32: { ...float32, ...roots.float32 }, float64: { ...float64, ...roots.float64 },
};

/** Roughly the nanoseconds that a kernel takes for an element of its loops. */
export function elementTime(kernel: Kernel): number {
  const loops = kernel.reduceAxes > 0 ? loopsOf(kernel) : [{ body: kernel.epilogue, stores: kernel.stores, reductions: [] }];
  let time = kernel.scan === undefined ? 0 : scan;
  for (const { body, stores, reductions } of loops) {
    const moving = movingOf(kernel, body);
    body.forEach((given, at) => {
      if (moving[at]) time += timeOf(kernel, body, given);
    });
    for (const { access } of stores) time += store + storedByte * itemSize(kernel.accesses[access].dtype);
    for (const reduction of reductions) time += foldTime(reduction, body[reduction.value].dtype);
  }
  return time;
}

/** Which instructions are evaluated for each element, and not once for a row of them. */
function movingOf({ accesses, vector }: Kernel, list: readonly Instruction[]): readonly boolean[] {
  const moving: boolean[] = [];
  for (const given of list) {
    if ("args" in given) moving.push(given.args.some((arg) => moving[arg]));
    else if ("access" in given) moving.push(accesses[given.access].step !== "zero");
    else moving.push(given.op === "reduced" && vector === "axis");
  }
  return moving;
}

function timeOf({ accesses }: Kernel, list: readonly Instruction[], given: Instruction): number {
  const { op, dtype } = given;
  const vectors = isWide(dtype) ? 2 : 1;
  if (op === "load") return accesses[given.access].step === "other" ? loadApart * vectors : load * vectors;
  if (op === "take") return take;
  if (op === "cast") return castTime(list[given.args[0]].dtype, dtype);
  return tables[dtype][op] ?? instruction * vectors;
}

function castTime(from: DType, to: DType): number {
  if (from === "int64" && isFloating(to)) return convertedByLanes;
  if (to === "int64" && isFloating(from)) return 2 * convertedByLanes;
  return instruction * (isWide(from) || isWide(to) ? 2 : 1);
}

function foldTime({ op }: Reduction, dtype: DType): number {
  const vectors = isWide(dtype) ? 2 : 1;
  if (op === "argmin" || op === "argmax") return folding.search * vectors;
  const isExtreme = (op === "min" || op === "max") && isFloating(dtype);
  return (isExtreme ? folding.extreme : folding.sum) * vectors;
}
