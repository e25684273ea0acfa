/**
 * @file Histograms. Called as `plot.hist`; bins.ts counts.
 */
import { ValueError } from "../../core/errors.js";
import { isInteger } from "../../core/dtype.js";
import { Tensor } from "../../tensor/tensor.js";
import { binEdges, type BinOptions, countBins } from "./bins.js";
import { type AxisOptions, axisOptions, checkPlotOptions, seriesColours } from "./options.js";
import { Plot } from "./plot.js";
import { gridOf, lead, legendOf, listed, numeric } from "./scales.js";
import { type Named, type Values, entriesOf, extent, isNamed, numbersOf, short } from "./values.js";

export interface HistOptions extends AxisOptions, BinOptions {
  /** Shares whose area is 1, instead of counts. */
  readonly density?: boolean;
}

const isWhole = (data: Values): boolean =>
  data instanceof Tensor ? isInteger(data.dtype) : ArrayBuffer.isView(data) ? !(data instanceof Float32Array || data instanceof Float64Array) : data.every((v) => typeof v === "bigint" || Number.isInteger(v));

/**
 * How numbers are spread, as Matplotlib's `hist`: ten bins from the least to the greatest, the same for every series. Missing values (NaN) do
 * not count. A tensor of any shape, an array, or several by name.
 * Throws ValueError for nothing to plot, infinite numbers, edges that fall and unknown options.
 *
 * @example plot.hist({ threes: margins3, sevens: margins7 }, { bins: "auto", xlabel: "margin", ylabel: "images" })
 * @see https://matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.hist.html
 */
export function hist(data: Values | Named<Values>, options: HistOptions = {}): Plot {
  checkPlotOptions("plot.hist", options, [...axisOptions, "bins", "range", "density"]);
  const given: [string | undefined, Values][] = isNamed(data) ? entriesOf("plot.hist", data) : [[undefined, data]];
  const series = given.map(([name, values]) => ({ name, values: numbersOf("plot.hist", values instanceof Tensor ? values.reshape([-1]) : values, name).filter((v) => !Number.isNaN(v)) }));
  const all = Float64Array.from(series.flatMap(({ values }) => Array.from(values)));
  if (all.length === 0) throw new ValueError("plot.hist: no value is a number: there is nothing to plot");
  const edges = binEdges(all, options, given.every(([, values]) => isWhole(values)));
  const counts = series.map(({ values }) => countBins(values, edges, options.density));
  const colours = seriesColours(series.length);
  const log = options.yscale === "log";
  const heights = log ? counts.map((row) => row.filter((n) => n > 0)) : [Float64Array.of(0), ...counts];
  const clip = options.xlim !== undefined || options.ylim !== undefined;
  const texts = series.map(({ name, values }) => {
    const range = extent(values);
    return `${name === undefined ? "" : `${name}: `}${values.length} values${range === undefined ? "" : ` from ${short(range[0])} to ${short(range[1])}`}`;
  });
  const x = numeric("plot.hist", "x", options, [edges]);
  const y = numeric("plot.hist", "y", options, heights);
  const base = log ? Math.min(...(y.domain === undefined ? [1] : Array.from(y.domain, Number))) : 0;
  return new Plot(
    {
      options,
      alt: `${lead("histogram", options)}: ${listed(texts)}, in ${edges.length - 1} bins`,
      width: options.width ?? 640,
      height: options.height ?? 400,
      xlabel: options.xlabel,
      ylabel: options.ylabel ?? (options.density === true ? "density" : "count"),
      legend: legendOf(series.map(({ name }) => name), colours, options),
      draw: (library) => ({
        x,
        y,
        grid: gridOf(options, "y"),
        marks: [
          ...counts.map((row, s) =>
            library.rect(
              Array.from(row, (n, i) => ({ from: edges[i], to: edges[i + 1], n })).filter(({ n }) => n > 0),
              // Series lie over each other; thin lines keep the ones below in sight.
              { x1: "from", x2: "to", y1: () => base, y2: "n", fill: colours[s], fillOpacity: series.length > 1 ? 0.55 : 1, stroke: series.length > 1 ? colours[s] : "none", insetLeft: 0.5, insetRight: 0.5, clip },
            ),
          ),
          ...(clip || log ? [] : [library.ruleY([0])]),
        ],
      }),
    },
    [lead("histogram", options), ...texts.map((text, s) => `  ${text}; by bin: ${listed(Array.from(counts[s], short))}`)].join("\n"),
  );
}
