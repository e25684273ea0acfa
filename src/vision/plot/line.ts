/**
 * @file Lines: learning curves and whatever else runs along an axis. Called as `plot.line`.
 */
import { type AxisOptions, axisOptions, checkPlotOptions, seriesColours } from "./options.js";
import { Plot } from "./plot.js";
import { gridOf, lead, legendOf, listed, numeric } from "./scales.js";
import { type Named, type Series, type Values, extent, numbersOf, sameLength, seriesOf, short } from "./values.js";

export interface LineOptions extends AxisOptions {
  /** Where the values stand, the same for every series; 0, 1, 2 … unless told. */
  readonly x?: Values;
  /** Dots on the lines; unless told, where there are few values. */
  readonly markers?: boolean;
}

const FEW = 30;

const summary = ({ name, values }: Series): string => {
  const range = extent(values);
  const last = values[values.length - 1];
  return `${name === undefined ? "" : `${name}: `}${values.length} values${range === undefined ? "" : ` from ${short(range[0])} to ${short(range[1])}, the last ${short(last)}`}`;
};

/**
 * One line, or one a series: a vector, an array, an object of them by name, or a matrix (a line a column). Missing values (NaN, null) are gaps.
 * Throws ValueError for nothing to plot and for unknown options, ShapeError where x has another length.
 *
 * @example plot.line({ train: [0.9, 0.5, 0.3], valid: [1, 0.7, 0.6] }, { title: "Learning", xlabel: "epoch", ylabel: "loss" })
 */
export function line(y: Values | Named<Values>, options: LineOptions = {}): Plot {
  checkPlotOptions("plot.line", options, [...axisOptions, "x", "markers"]);
  const series = seriesOf("plot.line", y);
  const given = options.x === undefined ? undefined : numbersOf("plot.line", options.x, "x");
  const at = series.map(({ name, values }) => {
    if (given !== undefined) sameLength("plot.line", "x", given, name === undefined ? "y" : JSON.stringify(name), values);
    return given ?? Float64Array.from(values, (_, i) => i);
  });
  const colours = seriesColours(series.length);
  const marked = options.markers ?? series.every(({ values }) => values.length <= FEW);
  const x = numeric("plot.line", "x", options, at);
  const yScale = numeric("plot.line", "y", options, series.map(({ values }) => values));
  const clip = options.xlim !== undefined || options.ylim !== undefined;
  const texts = series.map(summary);
  return new Plot(
    {
      options,
      alt: `${lead("line plot", options)}: ${listed(texts)}`,
      width: options.width ?? 640,
      height: options.height ?? 400,
      xlabel: options.xlabel,
      ylabel: options.ylabel,
      legend: legendOf(series.map(({ name }) => name), colours, options),
      draw: (library) => ({
        x,
        y: yScale,
        grid: gridOf(options, "x", "y"),
        marks: series.map(({ values }, i) => {
          const style = { stroke: colours[i], strokeWidth: 2, clip, ...(marked ? { marker: "dot" as const } : {}) };
          return library.line(Array.from(values, (v, k) => [at[i][k], Number.isFinite(v) ? v : Number.NaN]), style);
        }),
      }),
    },
    [lead("line plot", options), ...texts.map((text) => `  ${text}`)].join("\n"),
  );
}
