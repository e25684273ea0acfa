/**
 * @file The options that plots share, checked: sizes, labels, limits, themes. Each kind of plot adds its own; compose.ts reads them.
 */
import { ValueError } from "../../core/errors.js";
import { colormap } from "../colormaps.js";
import { checkOptions } from "../options.js";

/** Light or dark for good, or as the reader's system has it ("auto"; where nobody can tell, light). */
export type Theme = "light" | "dark" | "auto";

export interface PlotOptions {
  readonly title?: string;
  readonly xlabel?: string;
  readonly ylabel?: string;
  /** Pixels; 640 unless told. */
  readonly width?: number;
  /** Pixels, without title and legend; 400 unless told. */
  readonly height?: number;
  /** "auto" unless told. A picture always has a background of its own, so that it can be read on any page. */
  readonly theme?: Theme;
}

export interface AxisOptions extends PlotOptions {
  /** Where the axis starts and ends. */
  readonly xlim?: readonly [from: number, to: number];
  readonly ylim?: readonly [from: number, to: number];
  readonly xscale?: "linear" | "log";
  readonly yscale?: "linear" | "log";
  /** Lines behind the data; yes unless told. */
  readonly grid?: boolean;
  /** Which series is which; yes unless told, where there are several. */
  readonly legend?: boolean;
}

export const plotOptions = ["title", "xlabel", "ylabel", "width", "height", "theme"] as const;
export const axisOptions = [...plotOptions, "xlim", "ylim", "xscale", "yscale", "grid", "legend"] as const;

const themes: readonly string[] = ["light", "dark", "auto"];
const scales: readonly string[] = ["linear", "log"];

function checkLimits(plot: string, name: string, limits: unknown): void {
  const two = Array.isArray(limits) && limits.length === 2 && limits.every((v) => typeof v === "number" && Number.isFinite(v)) && limits[0] !== limits[1];
  if (limits !== undefined && !two) throw new ValueError(`${plot}: ${name} is where the axis starts and ends: two different numbers, as [0, 1]`);
}

/** Throws ValueError for an unknown option, or one with a value that it cannot have. */
export function checkPlotOptions(plot: string, options: AxisOptions, known: readonly string[]): void {
  checkOptions(plot, options, known);
  const { width = 640, height = 400, theme = "auto" } = options;
  for (const [name, size] of [["width", width], ["height", height]] as const) {
    if (!(typeof size === "number" && size >= 100 && size <= 8000)) throw new ValueError(`${plot}: ${name} is a number of pixels from 100 to 8000, not ${String(size)}`);
  }
  if (!themes.includes(theme)) throw new ValueError(`${plot}: theme is ${themes.map((t) => `"${t}"`).join(", ")}, not ${JSON.stringify(theme)}`);
  for (const name of ["title", "xlabel", "ylabel"] as const) {
    if (options[name] !== undefined && typeof options[name] !== "string") throw new ValueError(`${plot}: ${name} is a string, not ${typeof options[name]}`);
  }
  checkLimits(plot, "xlim", options.xlim);
  checkLimits(plot, "ylim", options.ylim);
  for (const name of ["xscale", "yscale"] as const) {
    const scale: string = options[name] ?? "linear";
    if (!scales.includes(scale)) throw new ValueError(`${plot}: ${name} is "linear" or "log", not ${JSON.stringify(scale)}`);
  }
}

/** The colour of each of so many series: Matplotlib's ten, or its twenty. */
export function seriesColours(count: number): string[] {
  const map = colormap(count <= 10 ? "tab10" : "tab20");
  return Array.from({ length: count }, (_, i) => map.hex(((i % map.n) + 0.5) / map.n));
}
