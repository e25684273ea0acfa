/**
 * @file What line, scatter, bar and hist have in common: axes from options, whole-number ticks, grids, legends. compose.ts draws them.
 */
import type { ScaleOptions } from "@observablehq/plot";
import { ValueError } from "../../core/errors.js";
import type { LegendEntry } from "./compose.js";
import type { AxisOptions } from "./options.js";
import { extent, short } from "./values.js";

/** A few whole numbers are ticks themselves: there is no epoch 1.5. */
function wholeTicks(values: readonly Float64Array[], limits: readonly [number, number] | undefined): number[] | undefined {
  const range = limits ?? extent(...values);
  if (range === undefined || range[1] - range[0] > 10 || values.some((row) => row.some((v) => Number.isFinite(v) && !Number.isInteger(v)))) return undefined;
  const from = Math.ceil(Math.min(...range));
  return Array.from({ length: Math.floor(Math.max(...range)) - from + 1 }, (_, i) => from + i);
}

/** An axis of numbers. Throws ValueError for a logarithmic one of numbers that are not above 0. */
export function numeric(plot: string, axis: "x" | "y", options: AxisOptions, values: readonly Float64Array[]): ScaleOptions {
  const limits = axis === "x" ? options.xlim : options.ylim;
  const scale = (axis === "x" ? options.xscale : options.yscale) ?? "linear";
  const range = limits ?? extent(...values);
  if (range === undefined) throw new ValueError(`${plot}: no ${axis} is a finite number: there is nothing to plot`);
  if (scale === "log") {
    if (limits === undefined ? values.some((row) => row.some((v) => v <= 0)) : Math.min(...limits) <= 0) {
      throw new ValueError(`${plot}: ${axis}scale "log" takes only numbers above 0${limits === undefined ? "; give " + axis + "lim to leave others out" : ""}`);
    }
    const domain: readonly [number, number] = range[0] === range[1] ? [range[0] / 2, range[0] * 2] : range;
    const ticks = powers(domain);
    return { type: "log", domain: [...domain], ...(ticks === undefined ? {} : { ticks, tickFormat: short }) };
  }
  const ticks = wholeTicks(values, limits);
  // One value alone has no extent: half a step each way.
  const domain = range[0] === range[1] ? [range[0] - 0.5, range[1] + 0.5] : [...range];
  return { type: "linear", domain, ...(limits === undefined && ticks === undefined ? { nice: true } : {}), ...(ticks === undefined ? {} : { ticks, tickFormat: "d" }) };
}

/** Powers of ten, where there are two at least; Plot's own ticks else. */
function powers(domain: readonly [number, number]): number[] | undefined {
  const [from, to] = [Math.ceil(Math.log10(Math.min(...domain)) - 1e-9), Math.floor(Math.log10(Math.max(...domain)) + 1e-9)];
  const every = Math.ceil((to - from + 1) / 10);
  return to > from ? Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => 10 ** (from + i * every)) : undefined;
}

/** Across which axes lines run behind the data. */
export const gridOf = ({ grid = true }: AxisOptions, ...axes: readonly ("x" | "y")[]): readonly ("x" | "y")[] => (grid ? axes : []);

/** The legend of several series (of one only where it has a name that the title does not tell). */
export function legendOf(names: readonly (string | undefined)[], colours: readonly string[], { legend = true }: AxisOptions): LegendEntry[] {
  if (!legend || names.length < 2) return [];
  return names.map((name, i) => ({ name: name ?? String(i), colour: colours[i] }));
}

/** "training loss: " and so on, for texts. */
export const lead = (kind: string, { title }: AxisOptions): string => (title === undefined || title.trim() === "" ? kind : `${kind}, ${title}`);

/** Names for a sentence, of which there may be hundreds. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${first} and ${names.length - 12} more` : first;
}
