/**
 * @file Division of bytes by a constant without dividing: a division takes as long as eight multiplications, and `image / 255` is
 * where every picture begins. Says where it applies, for which divisors it is exact, and with which numbers; knows no loops.
 *
 * The reciprocal is split in two: `high` has 16 significant bits, so that a byte times it is exact in float32, and `low` is the
 * rest. Then x * high + x * low rounds as x / c does, for every byte x and every whole divisor up to 4096: a test tries all.
 */
import { loopsOf, type Instruction, type Kernel } from "../../ir/kernel.js";

/** The slot of the constant by which an instruction divides what was a byte, if that is what it does. */
export function byteDivisor(list: readonly Instruction[], at: number): number | undefined {
  const division = list[at];
  if (division.op !== "div" || division.dtype !== "float32") return undefined;
  const [dividend, divisor] = division.args.map((arg) => list[arg]);
  if (divisor.op !== "constant" || dividend.op !== "cast") return undefined;
  const from = list[dividend.args[0]].dtype;
  return from === "uint8" || from === "int8" || from === "bool" ? divisor.slot : undefined;
}

/** The slots of all constants by which a kernel divides bytes. */
export const byteDivisors = (kernel: Kernel): number[] =>
  [...loopsOf(kernel).map(({ body }) => body), kernel.epilogue].flatMap((list) => list.flatMap((_, at) => byteDivisor(list, at) ?? []));

const largestDivisor = 4096;
/** Whether x * high + x * low is exact for this divisor. */
export const isExactDivisor = (divisor: number | bigint): boolean =>
  typeof divisor === "number" && divisor >= 1 && divisor <= largestDivisor && Number.isInteger(divisor);

export type ReciprocalPart = "high" | "low";
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The upper 16 significant bits of 1 / divisor, or what they leave. */
export function reciprocalPart(divisor: number, part: ReciprocalPart): number {
  float[0] = 1 / divisor;
  bits[0] &= ~0xff;
  return part === "high" ? float[0] : Math.fround(1 / divisor - float[0]);
}
