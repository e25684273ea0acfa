/**
 * @file Heat maps: a matrix as colours. Called as `plot.heatmap`.
 */
import { ShapeError } from "../../core/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { cellPlan, type Cells, type CellOptions } from "./cells.js";
import { checkPlotOptions, plotOptions } from "./options.js";
import { Plot } from "./plot.js";
import { lead } from "./scales.js";
import { extent, matrixOf, short, type Values } from "./values.js";

export interface HeatmapOptions extends CellOptions {
  /** The rows' names, from the top; their numbers unless told. */
  readonly rows?: readonly (string | number)[];
  /** The columns' names; their numbers unless told. */
  readonly columns?: readonly (string | number)[];
  /** The numbers in their cells (where they can be read): yes or no, or how each is written. No unless told. */
  readonly annotate?: boolean | ((value: number) => string);
}

/** Names for each row or column. Throws ShapeError unless there is one for each. */
export function namesOf(plot: string, what: string, names: readonly (string | number)[] | undefined, count: number): string[] | undefined {
  if (names !== undefined && names.length !== count) throw new ShapeError(`${plot}: ${names.length} names for ${count} ${what}`);
  return names?.map(String);
}

/**
 * A matrix as coloured cells, the first row on top, with a colour bar: a tensor of two dimensions, or an array of rows. NaN has no colour.
 * Throws ShapeError for what is no matrix and for names that are too many or too few, ValueError for nothing to plot and unknown options.
 *
 * @example plot.heatmap(mean3, { cmap: "Greys" })
 */
export function heatmap(data: Tensor | readonly Values[], options: HeatmapOptions = {}): Plot {
  const name = "plot.heatmap";
  checkPlotOptions(name, options, [...plotOptions, "cmap", "vmin", "vmax", "colorbar", "rows", "columns", "annotate"]);
  const matrix = matrixOf(name, data);
  const { annotate = false } = options;
  const write = typeof annotate === "function" ? annotate : short;
  const range = extent(matrix.values);
  const alt = `${lead("heat map", options)}: ${matrix.rows} rows and ${matrix.columns} columns${range === undefined ? "" : `, values from ${short(range[0])} to ${short(range[1])}`}`;
  const cells: Cells = {
    matrix,
    options,
    cmap: options.cmap ?? "viridis",
    rows: namesOf(name, "rows", options.rows, matrix.rows),
    columns: namesOf(name, "columns", options.columns, matrix.columns),
    texts: annotate === false ? undefined : Array.from(matrix.values, (v) => (Number.isNaN(v) ? "" : write(v))),
    xlabel: options.xlabel,
    ylabel: options.ylabel,
    alt,
  };
  return new Plot(cellPlan(cells), alt);
}
