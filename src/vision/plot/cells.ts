/**
 * @file Matrices drawn as coloured cells with a colour bar: what heat maps and confusion matrices share.
 */
import type { Data, Markish } from "@observablehq/plot";
import { ValueError } from "../../core/errors.js";
import { toDataURL } from "../../display/png.js";
import { colormap, type Colormap } from "../colormaps.js";
import { normalizer, relativeLuminance } from "../gradient.js";
import { type Drawn, LONGEST, type Margins, type Plan, turned } from "./compose.js";
import type { PlotOptions } from "./options.js";
import type { Plotting } from "./svg.js";
import { extent, type Matrix, short } from "./values.js";
import { fitted, widthOf } from "./words.js";

export interface CellOptions extends PlotOptions {
  /** A colour map by Matplotlib's name. */
  readonly cmap?: string | Colormap;
  /** The value of the first colour; the least unless told. */
  readonly vmin?: number;
  /** The value of the last colour; the greatest unless told. */
  readonly vmax?: number;
  /** The colour bar at the right; yes unless told. */
  readonly colorbar?: boolean;
}

export interface Cells {
  readonly matrix: Matrix;
  readonly options: CellOptions;
  readonly cmap: string | Colormap;
  readonly rows: readonly string[] | undefined;
  readonly columns: readonly string[] | undefined;
  /** What is written into each cell; undefined for nothing. */
  readonly texts: readonly string[] | undefined;
  readonly xlabel: string | undefined;
  readonly ylabel: string | undefined;
  readonly alt: string;
}

/** Beyond this many cells they are one picture, not rectangles: the drawing stays small. */
const MOST_RECTANGLES = 4096;
const BAR = 14;
const BAR_GAP = 12;
const TICK = 12;
const STEPS = 64;
/** The luminance on which black and white are read equally well, at a contrast of 4.58. (pandas changes later, down to 2.) */
const EQUAL_CONTRAST = 0.179;
/** Cells that are no wider than this are too small to read numbers in. */
const SMALLEST_TEXT = 5;

interface Ramp {
  readonly map: Colormap;
  readonly from: number;
  readonly to: number;
  readonly place: (value: number) => number;
}

function ramp({ matrix, options, cmap }: Cells): Ramp {
  const range = extent(matrix.values);
  const from = options.vmin ?? range?.[0] ?? 0;
  const to = options.vmax ?? range?.[1] ?? 1;
  if (!(from <= to)) throw new ValueError(`plot: vmin, ${from}, must not be above vmax, ${to}`);
  return { map: colormap(cmap), from, to, place: normalizer(from, to) };
}

/** A few ticks for the colour bar, round numbers inside its range. */
function barTicks(from: number, to: number): number[] {
  if (from === to) return [from];
  const raw = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? raw;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

/** The bar's marks, right of the frame, in the frame's own coordinates: x from `columns` on, y from `rows` (bottom) to 0. */
function bar(library: Plotting, { map, from, to, place }: Ramp, { rows, columns }: Matrix, cell: number): Markish[] {
  const x = columns + BAR_GAP / cell;
  const wide = BAR / cell;
  const steps = Array.from({ length: STEPS }, (_, i) => ({ y1: rows - (i * rows) / STEPS, y2: rows - ((i + 1) * rows) / STEPS - (i < STEPS - 1 ? 1 / cell : 0), fill: map.hex(from === to ? 0 : (i + 0.5) / STEPS) }));
  const ticks = barTicks(from, to).map((value) => ({ y: from === to ? rows / 2 : rows - place(value) * rows, text: short(value) }));
  return [
    library.rect(steps, { x1: () => x, x2: () => x + wide, y1: "y1", y2: "y2", fill: "fill" }),
    library.link(ticks, { x1: () => x + wide, x2: () => x + wide + 4 / cell, y1: "y", y2: "y", stroke: "currentColor" }),
    library.text(ticks, { x: () => x + wide + 7 / cell, y: "y", text: "text", textAnchor: "start" }),
  ];
}

/** One picture of all cells, for matrices too large for rectangles. */
function picture({ rows, columns, values }: Matrix, { map, place }: Ramp): Promise<string> {
  const rgba = new Uint8Array(rows * columns * 4);
  for (let i = 0; i < values.length; i++) {
    const p = map.place(place(values[i])) * 4;
    rgba.set(map.bytes.subarray(p, p + 4), i * 4);
  }
  return toDataURL({ width: columns, height: rows, rgba });
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly fill: string;
  readonly ink: string;
  readonly text: string;
}

function squares({ matrix, texts }: Cells, { map, place }: Ramp): Square[] {
  return Array.from(matrix.values, (value, i) => {
    const unit = place(value);
    const none = Number.isNaN(unit);
    return { x: i % matrix.columns, y: Math.floor(i / matrix.columns), fill: none ? "none" : map.hex(unit), ink: none ? "currentColor" : relativeLuminance(map.at(unit)) < EQUAL_CONTRAST ? "#ffffff" : "#000000", text: texts?.[i] ?? "" };
  });
}

/** Marks of the cells: rectangles with their texts, or the picture. */
function content(library: Plotting, cells: Cells, scale: Ramp, cell: number, image: string | undefined): Markish[] {
  const { rows, columns } = cells.matrix;
  if (image !== undefined) {
    const one: Data = [image];
    return [library.image(one, { x: columns / 2, y: rows / 2, src: (src: string) => src, width: columns * cell, height: rows * cell, preserveAspectRatio: "none", imageRendering: "pixelated" })];
  }
  const all = squares(cells, scale);
  const longest = Math.max(1, ...all.map(({ text }) => widthOf(text, 1)));
  const size = Math.min(13, (cell - 3) / longest, cell * 0.6);
  // Each cell reaches a pixel under its next neighbours, which are drawn later: no seams between them.
  const seam = 1 / cell;
  return [
    library.rect(all, { x1: "x", x2: ({ x }: Square) => x + 1 + (x + 1 < columns ? seam : 0), y1: "y", y2: ({ y }: Square) => y + 1 + (y + 1 < rows ? seam : 0), fill: "fill" }),
    ...(cells.texts === undefined || size < SMALLEST_TEXT ? [] : [library.text(all, { x: ({ x }: Square) => x + 0.5, y: ({ y }: Square) => y + 0.5, text: "text", fill: "ink", fontSize: size })]),
  ];
}

/** Names at every cell, or numbers at some: as many as there is room for. */
function axisOf(names: readonly string[] | undefined, count: number, cell: number): { ticks: number[]; tickFormat: (place: number) => string; tickSize: number } {
  const every = names === undefined ? ([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((step) => step * cell >= 28) ?? Math.ceil(count / 10)) : Math.max(1, Math.ceil(14 / cell));
  const ticks = Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every + 0.5);
  return { ticks, tickFormat: (place) => fitted(names?.[place - 0.5] ?? String(place - 0.5), TICK, LONGEST), tickSize: names === undefined ? 4 : 0 };
}

/** How large a cell is, and the drawing with it: square cells, as large as the width (and some height) allows. */
function sizeOf({ matrix, options, rows: names, ylabel }: Cells, right: number): { cell: number; width: number; inner: number } {
  const width = options.width ?? 640;
  const label = Math.max(0, ...(names ?? [String(matrix.rows)]).map((name) => widthOf(fitted(name, TICK, LONGEST), TICK)));
  const left = Math.ceil(label) + 14 + (ylabel === undefined ? 0 : 23);
  const room = width - left - right - 16;
  const most = options.height ?? 460;
  const cell = Math.max(0.05, Math.min(room / matrix.columns, (most - 30) / matrix.rows, 64));
  return { cell, width: Math.max(180, Math.ceil(left + cell * matrix.columns + right + 16)), inner: cell * matrix.columns };
}

/** The plan of a matrix of cells. */
export function cellPlan(cells: Cells): Plan {
  const { matrix, options, columns, xlabel, ylabel, alt } = cells;
  const scale = ramp(cells);
  const ticks = barTicks(scale.from, scale.to).map(short);
  const right = options.colorbar === false ? 0 : BAR_GAP + BAR + 10 + Math.ceil(Math.max(...ticks.map((text) => widthOf(text, TICK))));
  const { cell, width, inner } = sizeOf(cells, right);
  const below = columns === undefined ? { rotate: 0, height: TICK } : turned(columns, inner);
  let image: string | undefined;
  const draw = async (library: Plotting, { marginLeft, marginRight }: Margins): Promise<Drawn> => {
    if (matrix.values.length > MOST_RECTANGLES) image ??= await picture(matrix, scale);
    // The margins are known only now; the cells fill what they leave.
    const size = (width - marginLeft - marginRight) / matrix.columns;
    return {
      x: { type: "linear", domain: [0, matrix.columns] },
      y: { type: "linear", domain: [matrix.rows, 0] },
      axisX: { ...axisOf(columns, matrix.columns, size), tickRotate: below.rotate },
      axisY: axisOf(cells.rows, matrix.rows, size),
      marks: [
        ...content(library, cells, scale, size, image),
        ...(options.colorbar === false ? [] : bar(library, scale, matrix, size)),
      ],
    };
  };
  const height = Math.ceil(cell * matrix.rows) + 12 + below.height + 16 + (xlabel === undefined ? 0 : 23);
  return { options, alt, width, height, xlabel, ylabel, legend: [], draw, right, ...(columns === undefined ? {} : { categories: columns }) };
}
