/**
 * @file pandas' `background_gradient`: numbers to colours, and to the colour of text that can be read on them. Pure arithmetic on one
 * row, column or table at a time; styler.ts says which.
 */
import { ValueError } from "../core/errors.js";
import type { Declaration } from "./css.js";
import type { Colormap, RGBA } from "./colormaps.js";

export interface GradientOptions {
  /** Extends the range below the least value, as a share of the range; 0 unless told. */
  readonly low?: number;
  /** Extends the range above the greatest value. */
  readonly high?: number;
  /** The value of the first colour; the least value unless told. */
  readonly vmin?: number;
  /** The value of the last colour; the greatest value unless told. */
  readonly vmax?: number;
  /** Text is light where the background's relative luminance is below this; 0.408 unless told. */
  readonly textColorThreshold?: number;
}

const LIGHT = "#f1f1f1";
const DARK = "#000000";

const linear = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

/** @see https://www.w3.org/WAI/GL/wiki/Relative_luminance */
export const relativeLuminance = ([r, g, b]: RGBA): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

/** The colour for text on a background. pandas' threshold leaves mid tones a contrast of 2 only; 0.17 gives every tone 4.3. */
const textOn = (background: RGBA, threshold: number): string => (relativeLuminance(background) < threshold ? LIGHT : DARK);

/** Matplotlib's Normalize: 0 at `from`, 1 at `to`; 0 everywhere where they are the same. */
export function normalizer(from: number, to: number): (value: number) => number {
  if (from > to) throw new ValueError(`backgroundGradient: the range ends at ${to}, below its start, ${from}: vmin must not be above vmax`);
  const range = to - from;
  return from === to ? () => 0 : (value) => (value - from) / range;
}

/**
 * Background and text colour of each number. As in pandas: NaN is transparent black to the colour map, which CSS writes #000000, and so
 * is everything where an infinite value takes the range with it.
 */
export function gradient(values: Float64Array, map: Colormap, { low = 0, high = 0, vmin, vmax, textColorThreshold = 0.408 }: GradientOptions): Declaration[][] {
  let [least, most] = [Number.NaN, Number.NaN];
  for (const v of values) {
    if (!(v >= least)) least = Number.isNaN(v) ? least : v;
    if (!(v <= most)) most = Number.isNaN(v) ? most : v;
  }
  const from = vmin ?? least;
  const to = vmax ?? most;
  const range = to - from;
  const place = normalizer(from - range * low, to + range * high);
  const made = new Map<number, Declaration[]>();
  return Array.from(values, (value) => {
    const at = map.place(place(value));
    let css = made.get(at);
    if (css === undefined) {
      const unit = place(value);
      css = [["background-color", map.hex(unit)], ["color", textOn(map.at(unit), textColorThreshold)]];
      made.set(at, css);
    }
    return css;
  });
}
