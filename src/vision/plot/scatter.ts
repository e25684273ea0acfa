/**
 * @file Points in the plane, by class where they have one. Called as `plot.scatter`.
 */
import { ValueError } from "../../core/errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { type AxisOptions, axisOptions, checkPlotOptions, seriesColours } from "./options.js";
import { Plot } from "./plot.js";
import { gridOf, lead, legendOf, listed, numeric } from "./scales.js";
import { type Named, type Values, entriesOf, numbersOf, sameLength } from "./values.js";

export interface ScatterOptions extends AxisOptions {
  /** The class of each point: one colour a class. */
  readonly labels?: Values | readonly string[];
  /** Radius in pixels; 3 unless told, less where there are thousands. */
  readonly size?: number;
  /** From 0 to 1; 0.8 unless told, less where there are thousands. */
  readonly alpha?: number;
}

/** Points by name. */
export type Points = Readonly<{ x: Values; y: Values }>;

const isCoordinates = (data: Values | Named<Points> | ScatterOptions | undefined): data is Values => data instanceof Tensor || Array.isArray(data) || ArrayBuffer.isView(data);

interface Group {
  readonly name: string | undefined;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The points, by class if they have one, in the order in which classes appear. */
function groupsOf(x: Values, y: Values | undefined, labels: ScatterOptions["labels"]): Group[] {
  if (y === undefined) throw new ValueError("plot.scatter: expects x and y, plot.scatter(x, y), or points by name, plot.scatter({ name: { x, y } })");
  const [xs, ys] = [numbersOf("plot.scatter", x, "x"), numbersOf("plot.scatter", y, "y")];
  sameLength("plot.scatter", "x", xs, "y", ys);
  if (labels === undefined) return [{ name: undefined, x: xs, y: ys }];
  const names = Array.from<number | bigint | boolean | null | string>(labels instanceof Tensor ? labels.toTypedArray() : labels).map(String);
  sameLength("plot.scatter", "labels", names, "x", xs);
  return [...new Set(names)].map((name) => {
    const mine = (values: Float64Array): Float64Array => values.filter((_, i) => names[i] === name);
    return { name, x: mine(xs), y: mine(ys) };
  });
}

function namedGroups(data: Named<Points>): Group[] {
  return entriesOf("plot.scatter", data).map(([name, points]) => {
    if (typeof points !== "object" || points === null || !("x" in points && "y" in points)) throw new ValueError(`plot.scatter: ${JSON.stringify(name)} must have x and y, as { x: […], y: […] }`);
    const group = { name, x: numbersOf("plot.scatter", points.x, `${name}.x`), y: numbersOf("plot.scatter", points.y, `${name}.y`) };
    sameLength("plot.scatter", `${name}.x`, group.x, `${name}.y`, group.y);
    return group;
  });
}

/**
 * Points: two vectors, with `labels` for colours, or points by name. Points with a missing coordinate are left out.
 * Throws ShapeError where lengths differ, ValueError for nothing to plot and for unknown options.
 *
 * @example plot.scatter(height, weight, { labels: species, xlabel: "height", ylabel: "weight" })
 * @example plot.scatter({ threes: { x: toThree, y: toSeven }, sevens: { x: a, y: b } })
 */
export function scatter(points: Named<Points>, options?: ScatterOptions): Plot;
export function scatter(x: Values, y: Values, options?: ScatterOptions): Plot;
export function scatter(first: Values | Named<Points>, second?: Values | ScatterOptions, third?: ScatterOptions): Plot {
  const two = isCoordinates(first);
  const rest = two ? third : second;
  const options: ScatterOptions = rest === undefined || isCoordinates(rest) ? {} : rest;
  checkPlotOptions("plot.scatter", options, [...axisOptions, "labels", "size", "alpha"]);
  const groups = two ? groupsOf(first, isCoordinates(second) ? second : undefined, options.labels) : namedGroups(first);
  const count = groups.reduce((sum, { x }) => sum + x.length, 0);
  const { size = count > 2000 ? 2 : 3, alpha = count > 2000 ? 0.5 : 0.8 } = options;
  if (!(size > 0) || !(alpha > 0 && alpha <= 1)) throw new ValueError(`plot.scatter: size must be above 0, and alpha from 0 to 1; not ${size} and ${alpha}`);
  const colours = seriesColours(groups.length);
  const x = numeric("plot.scatter", "x", options, groups.map((group) => group.x));
  const y = numeric("plot.scatter", "y", options, groups.map((group) => group.y));
  const clip = options.xlim !== undefined || options.ylim !== undefined;
  const texts = groups.map((group) => `${group.name === undefined ? "" : `${group.name}: `}${group.x.length} points`);
  return new Plot(
    {
      options,
      alt: `${lead("scatter plot", options)}: ${listed(texts)}`,
      width: options.width ?? 640,
      height: options.height ?? 400,
      xlabel: options.xlabel,
      ylabel: options.ylabel,
      legend: legendOf(groups.map(({ name }) => name), colours, options),
      draw: (library) => ({
        x,
        y,
        grid: gridOf(options, "x", "y"),
        marks: groups.map((group, i) => {
          const points = Array.from(group.x, (v, k) => [v, group.y[k]]).filter((point) => point.every(Number.isFinite));
          return library.dot(points, { fill: colours[i], fillOpacity: alpha, r: size, clip });
        }),
      }),
    },
    [lead("scatter plot", options), ...texts.map((text) => `  ${text}`)].join("\n"),
  );
}
