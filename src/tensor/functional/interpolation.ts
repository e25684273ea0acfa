/**
 * @file `F.interpolate`: images (sequences, volumes) in another size, one dimension after the other. It reads options and shapes; which
 * elements a result is made of is in ops/resampling-tables.ts. ../functional.ts passes it on.
 */
import type { DType } from "../../core/dtype.js";
import { ShapeError, ValueError } from "../../core/errors.js";
import { formatShape, numel, type Shape } from "../../core/shape.js";
import { checkDomain } from "../../ops/kinds.js";
import { cubic, linear, means, nearest, type Resizing } from "../../ops/resampling-tables.js";
import { resample, type Table } from "../../ops/resampling.js";
import { Tensor } from "../class.js";
import { implOf } from "../install.js";
import { checkOptions } from "./options.js";

export type InterpolationMode = "nearest" | "nearest-exact" | "linear" | "bilinear" | "trilinear" | "bicubic" | "area";

export interface InterpolateOptions {
  /** The new size, one number or one for each dimension after the channels. */
  readonly size?: number | readonly number[] | null;
  /** In place of `size`: by how much each dimension grows, rounded down. */
  readonly scaleFactor?: number | readonly number[] | null;
  /** Default "nearest". */
  readonly mode?: InterpolationMode;
  /** Whether the middles of the corner elements stay in the corners, for the linear modes and "bicubic". Default false. */
  readonly alignCorners?: boolean | null;
  /** Whether positions follow from the sizes even where `scaleFactor` is given. Default false. */
  readonly recomputeScaleFactor?: boolean | null;
}

interface Mode {
  /** For how many dimensions it is; for any if undefined. */
  readonly rank: number | undefined;
  readonly corners: boolean;
  readonly table: (resizing: Resizing, alignCorners: boolean) => Table;
}
const modes: Readonly<Record<InterpolationMode, Mode>> = {
  nearest: { rank: undefined, corners: false, table: (resizing) => nearest(resizing, false) },
  "nearest-exact": { rank: undefined, corners: false, table: (resizing) => nearest(resizing, true) },
  area: { rank: undefined, corners: false, table: ({ from, to }) => means(from, to) },
  linear: { rank: 1, corners: true, table: linear },
  bilinear: { rank: 2, corners: true, table: linear },
  trilinear: { rank: 3, corners: true, table: linear },
  bicubic: { rank: 2, corners: true, table: cubic },
};

function eachOf(what: string, value: number | readonly number[], input: Shape): readonly number[] {
  const list: unknown = typeof value === "number" ? input.map(() => value) : value;
  if (!Array.isArray(list) || list.length !== input.length || list.some((entry) => typeof entry !== "number" || Number.isNaN(entry))) {
    throw new ValueError(`interpolate: ${what} must be a number or ${input.length}, one for each of the sizes ${formatShape(input)}, not ${JSON.stringify(value)}`);
  }
  return list;
}

/** New sizes, and the factors by which positions are worked out, if any. */
function sizesOf(input: Shape, { size = null, scaleFactor = null, recomputeScaleFactor = false, mode }: InterpolateOptions) {
  if ((size === null) === (scaleFactor === null)) throw new ValueError("interpolate: either size or scaleFactor must be given, and not both");
  if (size !== null && recomputeScaleFactor === true) throw new ValueError("interpolate: recomputeScaleFactor is for scaleFactor, not for size");
  const factors = scaleFactor === null ? undefined : eachOf("scaleFactor", scaleFactor, input);
  const output = factors ? input.map((n, d) => Math.trunc(n * factors[d])) : eachOf("size", size ?? [], input);
  if (output.some((n) => !Number.isSafeInteger(n) || n < 1) || input.includes(0)) {
    throw new ValueError(`interpolate: sizes must be whole numbers of at least 1, but ${formatShape(input)} becomes ${formatShape(output)}`);
  }
  return { output, factors: recomputeScaleFactor === true || mode === "area" ? undefined : factors };
}

/**
 * An input of [N, C, L], [N, C, H, W] or [N, C, D, H, W] in another size, by `size` or `scaleFactor`. `mode`: "nearest" (the default), "nearest-exact",
 * "linear", "bilinear", "trilinear" (by rank), "bicubic" (images), "area" (means). `alignCorners` false; `recomputeScaleFactor` false. Floats; "nearest"
 * and "nearest-exact" take every dtype.
 * @throws ValueError for options that do not fit together; ShapeError for another number of dimensions; DTypeError
 * @example F.interpolate(tensor([[[1, 2]]]).float(), { scaleFactor: 2, mode: "linear" }) // tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 */
export function interpolate<S extends Shape, D extends DType>(input: Tensor<S, D>, options: InterpolateOptions): Tensor<{ -readonly [I in keyof S]: number }, D>;
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  checkOptions("interpolate", options, ["size", "scaleFactor", "mode", "alignCorners", "recomputeScaleFactor"]);
  const { mode = "nearest", alignCorners = null } = options;
  const x = implOf("interpolate", input);
  const rank = x.shape.length - 2;
  const given = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  if (given === undefined) throw new ValueError(`interpolate: mode must be ${Object.keys(modes).join(", ")}, not ${JSON.stringify(mode)}`);
  if (rank < 1 || rank > 3 || rank !== (given.rank ?? rank) || numel(x.shape.slice(1)) === 0) {
    const sizes = ["L", "H, W", "D, H, W"].filter((_, i) => given.rank === undefined || i === given.rank - 1).map((names) => `[N, C, ${names}]`);
    throw new ShapeError(`interpolate: mode ${JSON.stringify(mode)} takes ${sizes.join(" or ")}, of which only N may be 0, not ${formatShape(x.shape)}`);
  }
  if (alignCorners !== null && !given.corners) throw new ValueError(`interpolate: alignCorners is for the linear modes and "bicubic", not for ${JSON.stringify(mode)}`);
  const { output, factors } = sizesOf(x.shape.slice(2), { ...options, mode });
  if (given.corners || mode === "area") checkDomain("interpolate", "floating", x.dtype);
  // From the last dimension on, as PyTorch adds: first along rows.
  return output.reduceRight((result, to, d) => {
    const resizing = { from: x.shape[d + 2], to, factor: factors?.[d], dtype: x.dtype };
    return new Tensor(resample("interpolate", implOf("interpolate", result), d + 2, given.table(resizing, alignCorners ?? false)));
  }, input);
}
