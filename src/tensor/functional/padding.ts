/**
 * @file `F.pad`: a border of one value, or of what the tensor itself goes on with. It reads options and shapes; borders of a value are in
 * ops/sliding.ts, the others are tables (ops/resampling-tables.ts). ../functional.ts passes it on.
 */
import type { DType } from "../../core/dtype.js";
import { ShapeError, ValueError } from "../../core/errors.js";
import { formatShape, numel, type Shape } from "../../core/shape.js";
import { full } from "../../ops/create.js";
import { borders, type Border } from "../../ops/resampling-tables.js";
import { resample } from "../../ops/resampling.js";
import { bordered } from "../../ops/sliding.js";
import { Tensor } from "../class.js";
import { implOf } from "../install.js";
import { checkOptions } from "./options.js";

export interface PadOptions {
  /** What the border is made of. Default "constant". */
  readonly mode?: "constant" | Border;
  /** The constant. Default 0. */
  readonly value?: number | boolean | null;
}

/** The pairs of `pad`, of the last dimension first, as two numbers for each of the last dimensions in order. */
function sidesOf(shape: Shape, pad: readonly number[]): { readonly before: number[]; readonly after: number[] } {
  if (!Array.isArray(pad) || pad.some((n) => !Number.isSafeInteger(n))) throw new ValueError(`pad: expects a list of whole numbers, not ${JSON.stringify(pad)}`);
  if (pad.length % 2 !== 0) throw new ValueError(`pad: expects two numbers for each dimension, from the last one, but got ${pad.length}: [${pad.join(", ")}]`);
  const rank = pad.length / 2;
  if (rank > shape.length) throw new ShapeError(`pad: ${pad.length} numbers are for ${rank} dimensions, but the input has shape ${formatShape(shape)}`);
  const sides = Array.from({ length: rank }, (_, d) => [pad[2 * (rank - 1 - d)], pad[2 * (rank - 1 - d) + 1]]);
  return { before: sides.map(([first]) => first), after: sides.map(([, second]) => second) };
}

/** How much of the tensor a border that repeats it may reach over, and what is said where it reaches farther. */
const limits: Readonly<Record<Border, readonly [least: (size: number) => number, says: string] | undefined>> = {
  reflect: [(size) => size - 1, "less than the size"],
  circular: [(size) => size, "at most the size that is left"],
  replicate: undefined,
};

function checkBorder(mode: Border, shape: Shape, before: readonly number[], after: readonly number[]): void {
  const rank = before.length;
  const batched = shape.length === rank + 2 ? 1 : 0;
  if (rank < 1 || rank > 3 || (shape.length !== rank + 1 && shape.length !== rank + 2) || numel(shape.slice(batched)) === 0) {
    throw new ShapeError(
      `pad: mode ${JSON.stringify(mode)} pads the last 1, 2 or 3 dimensions, in front of which there are one or two (only a batch may be empty): ` +
        `not ${rank} of ${formatShape(shape)}`,
    );
  }
  const limit = limits[mode];
  before.forEach((front, d) => {
    const [size, back] = [shape[shape.length - rank + d], after[d]];
    const left = mode === "circular" ? size + Math.min(front, 0) + Math.min(back, 0) : size;
    if (limit && Math.max(front, back) > limit[0](left)) {
      throw new ValueError(`pad: mode ${JSON.stringify(mode)} takes ${limit[1]}, ${left}, but got [${front}, ${back}] for a dimension of ${formatShape(shape)}`);
    }
    if (size + front + back < (mode === "circular" ? 0 : 1)) throw new ShapeError(`pad: [${front}, ${back}] leave nothing of a dimension of ${formatShape(shape)}`);
  });
}

/**
 * A border around the last dimensions: `pad` has two numbers (in front, behind) for each, the last dimension first; negative ones cut off. Options:
 * `mode` "constant" (any shape and dtype; `value` 0), or "reflect" (about the edge element), "replicate" (the edge element) and "circular" (the other
 * end), for the last 1, 2 or 3 dimensions of an input with a channel and perhaps a batch in front.
 * @throws ShapeError for more numbers than dimensions or where nothing is left; ValueError for options and borders that are too wide
 * @example F.pad(tensor([[1, 2, 3]]), [1, 2], { mode: "reflect" }) // tensor([[2, 1, 2, 3, 2, 1]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 */
export function pad<S extends Shape, D extends DType>(input: Tensor<S, D>, pad: readonly number[], options?: PadOptions): Tensor<{ -readonly [I in keyof S]: number }, D>;
export function pad(input: Tensor, sides: readonly number[], options: PadOptions = {}): Tensor {
  checkOptions("pad", options, ["mode", "value"]);
  const { mode = "constant", value = null } = options;
  const x = implOf("pad", input);
  const { before, after } = sidesOf(x.shape, sides);
  const first = x.shape.length - before.length;
  if (mode === "constant") {
    if (before.some((front, d) => x.shape[first + d] + Math.min(front, 0) + Math.min(after[d], 0) < 0)) {
      throw new ShapeError(`pad: [${sides.join(", ")}] cut off more than there is of ${formatShape(x.shape)}`);
    }
    full("pad", [], value ?? 0, x.dtype); // throws for a value that the dtype does not hold
    return before.length === 0 ? input.clone() : new Tensor(bordered(x, before, after, value ?? 0));
  }
  if (!Object.hasOwn(borders, mode)) throw new ValueError(`pad: mode must be "constant", "reflect", "replicate" or "circular", not ${JSON.stringify(mode)}`);
  if (value !== null && value !== 0) throw new ValueError(`pad: mode ${JSON.stringify(mode)} takes no value`);
  checkBorder(mode, x.shape, before, after);
  const padded = before.reduce((result, front, d) => {
    if (front === 0 && after[d] === 0) return result;
    return new Tensor(resample("pad", implOf("pad", result), first + d, borders[mode](x.shape[first + d], front, after[d])));
  }, input);
  return padded === input ? input.clone() : padded;
}
