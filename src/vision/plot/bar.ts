/**
 * @file Bars: one a category, or one a series side by side. Called as `plot.bar`.
 */
import { ValueError } from "../../core/errors.js";
import { fitted } from "./words.js";
import { LONGEST, turned } from "./compose.js";
import { type AxisOptions, axisOptions, checkPlotOptions, seriesColours } from "./options.js";
import { Plot } from "./plot.js";
import { gridOf, lead, legendOf, listed, numeric } from "./scales.js";
import { type Named, type Series, type Values, entriesOf, extent, isNamed, sameLength, seriesOf, short } from "./values.js";

export interface BarOptions extends AxisOptions {
  /** The categories, in order; their numbers unless told. */
  readonly labels?: readonly (string | number)[];
  /** Bars that lie; for many categories, or long names. */
  readonly horizontal?: boolean;
}

interface Bars {
  readonly categories: readonly string[];
  readonly series: readonly Series[];
}

const isCounts = (entries: [string, Values | number][]): entries is [string, number][] => entries.every(([, value]) => typeof value === "number");
const isSeries = (entries: [string, Values | number][]): entries is [string, Values][] => entries.every(([, value]) => typeof value !== "number");

/** Categories and series, from whatever was given. */
function barsOf(data: Values | Named<Values | number>, labels: BarOptions["labels"]): Bars {
  if (isNamed(data)) {
    const entries = entriesOf("plot.bar", data);
    if (isCounts(entries)) {
      if (labels !== undefined) throw new ValueError("plot.bar: numbers by name have their labels already");
      return { categories: entries.map(([name]) => name), series: [{ name: undefined, values: Float64Array.from(entries, ([, value]) => value) }] };
    }
    if (!isSeries(entries)) throw new ValueError("plot.bar: either every name has one number, or every name has a row of them");
    return labelled(seriesOf("plot.bar", new Map(entries)), labels);
  }
  return labelled(seriesOf("plot.bar", data), labels);
}

function labelled(series: readonly Series[], labels: BarOptions["labels"]): Bars {
  const categories = (labels ?? Array.from(series[0].values, (_, i) => i)).map(String);
  for (const { name, values } of series) sameLength("plot.bar", labels === undefined ? "series" : "labels", categories, name === undefined ? "values" : JSON.stringify(name), values);
  return { categories, series };
}

/** The share of a category's place that its bars take. */
const FULL = 0.8;

/**
 * Bars: an array (with `labels`), an object of numbers by category, or an object of rows by series. From 0, unless `ylim` says where.
 * Throws ShapeError where lengths differ, ValueError for nothing to plot and for unknown options.
 *
 * @example plot.bar({ "3": 0.9168, "7": 0.9854 }, { ylabel: "accuracy", ylim: [0, 1] })
 * @example plot.bar({ train: [6131, 6265], valid: [1010, 1028] }, { labels: ["3", "7"] })
 */
export function bar(data: Values | Named<Values | number>, options: BarOptions = {}): Plot {
  checkPlotOptions("plot.bar", options, [...axisOptions, "labels", "horizontal"]);
  const { categories, series } = barsOf(data, options.labels);
  const { horizontal = false } = options;
  const colours = seriesColours(series.length);
  const zero = Float64Array.of(0);
  const finite = extent(...series.map(({ values }) => values));
  if (finite === undefined) throw new ValueError("plot.bar: no value is a finite number: there is nothing to plot");
  const axis = horizontal ? "x" : "y";
  const log = (horizontal ? options.xscale : options.yscale) === "log";
  const lengths = numeric("plot.bar", axis, options, log ? series.map(({ values }) => values) : [zero, ...series.map(({ values }) => values)]);
  const base = log ? Math.min(...(lengths.domain === undefined ? [1] : Array.from(lengths.domain, Number))) : 0;
  const width = options.width ?? 640;
  const texts = categories.map((name, i) => `${name}: ${series.map(({ name: of, values }) => `${of === undefined ? "" : `${of} `}${short(values[i])}`).join(", ")}`);
  const clip = (horizontal ? options.xlim : options.ylim) !== undefined;
  const rectangles = series.flatMap(({ values }, s) => Array.from(values, (v, i) => ({ from: i - FULL / 2 + (s * FULL) / series.length, to: i - FULL / 2 + ((s + 1) * FULL) / series.length, v, fill: colours[s] })).filter(({ v }) => Number.isFinite(v)));
  return new Plot(
    {
      options,
      alt: `${lead("bar chart", options)}: ${listed(texts)}`,
      width,
      height: options.height ?? (horizontal ? Math.max(200, 60 + 26 * categories.length * Math.max(1, series.length * 0.6)) : 400),
      xlabel: options.xlabel,
      ylabel: options.ylabel,
      legend: legendOf(series.map(({ name }) => name), colours, options),
      ...(horizontal ? {} : { categories }),
      draw: (library, { marginLeft, marginRight }) => {
        const { rotate } = horizontal ? { rotate: 0 } : turned(categories, width - marginLeft - marginRight);
        // Names that stand closer than their letters are high could not be read.
        const every = Math.max(1, Math.ceil((15 * categories.length) / (horizontal ? Infinity : width - marginLeft - marginRight)));
        const shown = categories.map((_, i) => i).filter((i) => i % every === 0);
        const names = { ticks: shown, tickFormat: (i: number) => fitted(categories[i], 12, LONGEST), tickSize: 0 };
        const places = { type: "linear", domain: horizontal ? [categories.length - 0.5, -0.5] : [-0.5, categories.length - 0.5] } as const;
        const common = { fill: "fill", clip } as const;
        return {
          x: horizontal ? lengths : places,
          y: horizontal ? places : lengths,
          ...(horizontal ? { axisY: names } : { axisX: { ...names, tickRotate: rotate } }),
          grid: gridOf(options, axis),
          marks: [
            horizontal
              ? library.rect(rectangles, { ...common, x1: () => base, x2: "v", y1: "from", y2: "to" })
              : library.rect(rectangles, { ...common, y1: () => base, y2: "v", x1: "from", x2: "to" }),
            ...(clip || log ? [] : [horizontal ? library.ruleX([0]) : library.ruleY([0])]),
          ],
        };
      },
    },
    [lead("bar chart", options), ...texts.map((text) => `  ${text}`)].join("\n"),
  );
}
