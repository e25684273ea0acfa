/**
 * @file Bins as NumPy and Matplotlib make them: where they begin and end, and how many numbers fall into each. Pure arithmetic.
 */
import { ValueError } from "../../core/errors.js";
import { extent } from "./values.js";

export interface BinOptions {
  /** How many (10 unless told), "auto", or where they begin and end. */
  readonly bins?: number | "auto" | readonly number[];
  /** Numbers outside are left out; the least and the greatest unless told. */
  readonly range?: readonly [from: number, to: number];
}

const MOST_BINS = 100_000;

function rangeOf(values: Float64Array, range: BinOptions["range"]): [number, number] {
  if (range !== undefined) {
    if (!(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] <= range[1])) throw new ValueError(`plot.hist: range is the least and the greatest number, as [0, 1], not [${range.join(", ")}]`);
  } else if (values.some((v) => v === Infinity || v === -Infinity)) throw new ValueError("plot.hist: the data hold an infinite number; give a range that leaves it out");
  const [from, to] = range ?? extent(values) ?? [0, 1];
  return from === to ? [from - 0.5, to + 0.5] : [from, to];
}

/** NumPy's linear percentile of sorted numbers. */
function quantile(sorted: Float64Array, q: number): number {
  const place = (sorted.length - 1) * q;
  const i = Math.floor(place);
  const rest = place - i;
  const [a, b] = [sorted[i], sorted[Math.min(i + 1, sorted.length - 1)]];
  return rest >= 0.5 ? b - (b - a) * (1 - rest) : a + (b - a) * rest;
}

/** NumPy's "auto": Freedman and Diaconis (with a floor), or Sturges where that is finer. */
function automatic(values: Float64Array, from: number, to: number, whole: boolean): number {
  const kept = values.filter((v) => v >= from && v <= to).sort();
  if (kept.length === 0) return 1;
  const span = kept[kept.length - 1] - kept[0];
  const sturges = span / (Math.log2(kept.length) + 1);
  const diaconis = (2 * (quantile(kept, 0.75) - quantile(kept, 0.25))) / Math.cbrt(kept.length);
  const root = span / Math.sqrt(kept.length);
  let width = Math.min(Math.max(diaconis, root / 2), sturges);
  if (width === 0) return 1;
  if (whole && width < 1) width = 1;
  return Math.ceil((to - from) / width);
}

/**
 * The edges of the bins, one more than there are bins, as `numpy.histogram_bin_edges`. Throws ValueError for edges that fall, for no bins.
 * @param whole whether the numbers are of an integer type, whose automatic bins are not narrower than 1.
 */
export function binEdges(values: Float64Array, { bins = 10, range }: BinOptions, whole = false): Float64Array {
  if (typeof bins === "object") {
    const edges = Float64Array.from(bins);
    if (edges.length < 2 || edges.some((edge, i) => Number.isNaN(edge) || (i > 0 && edge < edges[i - 1]))) throw new ValueError("plot.hist: bins that are an array are edges: two numbers at least, none below the one before it");
    return edges;
  }
  const [from, to] = rangeOf(values, range);
  const count = bins === "auto" ? automatic(values, from, to, whole) : bins;
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_BINS)) throw new ValueError(`plot.hist: bins is a number from 1 to ${MOST_BINS}, "auto" or an array of edges, not ${JSON.stringify(bins)}`);
  const step = (to - from) / count;
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => i * step + from);
  edges[count] = to;
  return edges;
}

/** How many numbers fall between each two edges; the last bin holds its end too. As `numpy.histogram`, `density` and all. */
export function countBins(values: Float64Array, edges: Float64Array, density = false): Float64Array {
  const bins = edges.length - 1;
  const counts = new Float64Array(bins);
  for (const v of values) {
    if (!(v >= edges[0] && v <= edges[bins])) continue;
    let [low, high] = [0, bins];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (v >= edges[middle]) low = middle;
      else high = middle;
    }
    counts[low]++;
  }
  if (!density) return counts;
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((n, i) => n / (edges[i + 1] - edges[i]) / total);
}
