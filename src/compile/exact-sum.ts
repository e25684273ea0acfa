/**
 * @file One rewriting of sums, for the commonest pipeline there is: bytes to floats, scaled, averaged. Lowering asks it about every
 * sum; it looks at nodes and decides, and emits nothing.
 *
 *     sum(float(x) / c) = float(sum(x)) / c        x whole numbers of at most 16 bits, c a plain constant
 *
 * The right side adds integers, exactly, and divides once instead of once an element. It is the more accurate side: the left one
 * rounds at every step. The conditions make it sound: integers of 16 bits have no NaN and no infinity, their sum of `count`
 * elements fits 32 bits, and c is neither so small nor so large that one side overflows or vanishes where the other does not.
 */
import type { DType } from "../core/dtype.js";
import { isPlain, type Node, type Operand } from "./expression.js";

/** A sum that can be taken over integers: of the pending `integers`, converted and scaled once at the end. */
export interface ExactSum {
  readonly integers: Operand;
  readonly scale: { readonly op: "div" | "mul"; readonly constant: Node } | undefined;
}

/** Largest magnitude of the dtypes that count as small. */
const largest: Partial<Record<DType, number>> = { bool: 1, uint8: 255, int8: 128, int16: 32768 };
/** Whether scaling by a constant can neither overflow nor vanish: all that is asked of its value here, and by a fingerprint. */
export const isModerate = (c: number | bigint): boolean => Math.abs(Number(c)) > 2 ** -40 && Math.abs(Number(c)) < 2 ** 40;

/** How to take the float sum over `count` elements of a pending node exactly, or undefined where the conditions do not hold. */
export function exactSum(node: Node, count: number): ExactSum | undefined {
  const scaled = scaling(node);
  const converted = scaled ? scaled.of : node;
  if (converted.source.kind !== "map" || converted.source.op !== "cast" || !isFloat(converted.dtype)) return undefined;
  const [integers] = converted.source.inputs;
  const bound = largest[integers.node.dtype];
  return bound !== undefined && bound * count < 2 ** 31 ? { integers, scale: scaled?.scale } : undefined;
}

const isFloat = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** node = of / c or of x c, where `of` is read element by element. */
function scaling({ source }: Node): { of: Node; scale: NonNullable<ExactSum["scale"]> } | undefined {
  if (source.kind !== "map" || (source.op !== "div" && source.op !== "mul")) return undefined;
  const [of, by] = source.inputs;
  if (!isPlain(of) || by.node.source.kind !== "constant" || !isModerate(by.node.source.value)) return undefined;
  return { of: of.node, scale: { op: source.op, constant: by.node } };
}
