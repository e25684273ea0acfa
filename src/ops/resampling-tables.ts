/**
 * @file Which elements a result reads, and with what weight: nearest, linear and cubic interpolation, means of nearly equal parts, borders that
 * reflect, repeat or go round. Pure arithmetic; resampling.ts computes with the tables.
 */
import type { DType } from "../core/dtype.js";
import type { Read, Table } from "./resampling.js";

const table = (from: number, to: number, row: (o: number) => readonly Read[]): Table => ({ from, rows: Array.from({ length: to }, (_, o) => row(o)) });
const one = (at: number): readonly Read[] => [{ at, weight: 1 }];
const clamp = (value: number, from: number): number => Math.min(Math.max(value, 0), from - 1);

/** How a size becomes another. */
export interface Resizing {
  readonly from: number;
  readonly to: number;
  /** The factor that the user gave, by which positions are worked out in place of the sizes. */
  readonly factor: number | undefined;
  /** Positions are worked out in float32 unless the elements are float64, as PyTorch does: which element is nearest depends on it. */
  readonly dtype: DType;
}

/** Source: PyTorch, UpSample.h: area_pixel_compute_scale, nearest_neighbor_compute_source_index. */
const rounding = (dtype: DType): ((value: number) => number) => (dtype === "float64" ? (value) => value : Math.fround);
const stepOf = ({ from, to, factor, dtype }: Resizing): number => rounding(dtype)(factor !== undefined && factor > 0 ? 1 / factor : rounding(dtype)(from) / to);

/** The element whose cell the result's corner (or, `exact`, its middle) falls into. */
export function nearest(resizing: Resizing, exact: boolean): Table {
  const { from, to } = resizing;
  const step = stepOf({ ...resizing, dtype: "float32" });
  return table(from, to, (o) => one(Math.min(Math.floor(Math.fround((exact ? o + 0.5 : o) * step)), from - 1)));
}

/** Where a result lies among the elements: between corners that coincide, or cell by cell. */
function position(resizing: Resizing, alignCorners: boolean): (o: number) => number {
  const { from, to, dtype } = resizing;
  const round = rounding(dtype);
  const step = alignCorners ? (to > 1 ? round(round(from - 1) / (to - 1)) : 0) : stepOf(resizing);
  return alignCorners ? (o) => round(step * o) : (o) => round(round(step * (o + 0.5)) - 0.5);
}

/** Between two neighbours by distance. */
export function linear(resizing: Resizing, alignCorners: boolean): Table {
  const { from, to, dtype } = resizing;
  if (from === to) return table(from, to, one);
  const [at, round] = [position(resizing, alignCorners), rounding(dtype)];
  return table(from, to, (o) => {
    const place = Math.max(at(o), 0);
    const first = Math.min(Math.floor(place), from - 1);
    const weight = Math.min(Math.max(round(place - first), 0), 1);
    return [{ at: first, weight: round(1 - weight) }, { at: Math.min(first + 1, from - 1), weight }];
  });
}

/** Keys' cubic convolution with a = -3/4, the edge elements going on outside. Source: PyTorch, UpSample.h, get_cubic_upsample_coefficients. */
export function cubic(resizing: Resizing, alignCorners: boolean): Table {
  const { from, to, dtype } = resizing;
  const [at, round, a] = [position(resizing, alignCorners), rounding(dtype), -0.75];
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return table(from, to, (o) => {
    const place = at(o);
    const first = Math.floor(place);
    const t = round(place - first);
    return [far(t + 1), near(t), near(1 - t), far(2 - t)].map((weight, i) => ({ at: clamp(first - 1 + i, from), weight }));
  });
}

/** Where part `o` of `to` nearly equal parts begins and ends: neighbours may share an element. Source: PyTorch, AdaptivePooling.h. */
export const partOf = (from: number, to: number, o: number): readonly [start: number, end: number] => [Math.floor((o * from) / to), Math.ceil(((o + 1) * from) / to)];

/** The mean of each of nearly equal parts. */
export const means = (from: number, to: number): Table =>
  table(from, to, (o) => {
    const [start, end] = partOf(from, to, o);
    return Array.from({ length: end - start }, (_, i) => ({ at: start + i, weight: 1 / (end - start) }));
  });

/** What lies `at` elements from the first one, in a tensor whose border repeats it. */
export type Border = "reflect" | "replicate" | "circular";

export const borders: Readonly<Record<Border, (from: number, before: number, after: number) => Table>> = {
  reflect: (from, before, after) => table(from, from + before + after, (o) => {
    const at = Math.abs(o - before);
    return one(at < from ? at : 2 * (from - 1) - at);
  }),
  replicate: (from, before, after) => table(from, from + before + after, (o) => one(clamp(o - before, from))),
  // What is cut off does not come back at the other end.
  circular: (from, before, after) => {
    const [cut, front] = [Math.max(0, -before), Math.max(0, before)];
    const period = from - cut - Math.max(0, -after);
    return table(from, from + before + after, (o) => one(cut + ((((o - front) % period) + period) % period)));
  },
};
