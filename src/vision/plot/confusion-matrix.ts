/**
 * @file Confusion matrices: what each class was taken for. Called as `plot.confusionMatrix`.
 */
import { IndexError, ShapeError, ValueError } from "../../core/errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { dataFrame } from "../data-frame.js";
import { cellPlan, type CellOptions } from "./cells.js";
import { namesOf } from "./heatmap.js";
import { checkPlotOptions, plotOptions } from "./options.js";
import { Plot } from "./plot.js";
import { lead } from "./scales.js";
import { type Matrix, matrixOf, numbersOf, sameLength, short, type Values } from "./values.js";

export interface ConfusionMatrixOptions extends CellOptions {
  /** The classes' names, in order. */
  readonly labels?: readonly (string | number)[];
  /** Shares instead of counts: of each true class ("true"), of each predicted class ("predicted"), or of all ("all"). */
  readonly normalize?: "true" | "predicted" | "all";
}

/** What images show and what was said of each, as class numbers. */
export interface Predictions {
  readonly targets: Values;
  readonly predictions: Values;
}

const NAME = "plot.confusionMatrix";
const isPredictions = (data: Tensor | readonly Values[] | Predictions): data is Predictions => !(data instanceof Tensor) && !Array.isArray(data);

/** Counts of pairs. Throws IndexError for a class that there is none of. */
function counted({ targets, predictions }: Predictions, classes: number | undefined): Matrix {
  if (targets === undefined || predictions === undefined) throw new ValueError(`${NAME}: expects a matrix of counts, or { targets, predictions }`);
  const [truth, said] = [numbersOf(NAME, targets, "targets"), numbersOf(NAME, predictions, "predictions")];
  sameLength(NAME, "targets", truth, "predictions", said);
  const size = classes ?? Math.max(...truth, ...said) + 1;
  const values = new Float64Array(size * size);
  truth.forEach((label, i) => {
    for (const each of [label, said[i]]) {
      if (!(Number.isInteger(each) && each >= 0 && each < size)) throw new IndexError(`${NAME}: ${each}, at ${i}, is no class: classes are whole numbers from 0 to ${size - 1}`);
    }
    values[label * size + said[i]]++;
  });
  return { rows: size, columns: size, values };
}

/** The share of each count in its row, its column or in all; 0 where there is nothing. */
function shares({ rows, columns, values }: Matrix, of: ConfusionMatrixOptions["normalize"]): Matrix {
  const group = (i: number): number => (of === "true" ? Math.floor(i / columns) : of === "predicted" ? i % columns : 0);
  const totals = new Float64Array(Math.max(rows, columns));
  values.forEach((n, i) => (totals[group(i)] += n));
  return { rows, columns, values: values.map((n, i) => (totals[group(i)] === 0 ? 0 : n / totals[group(i)])) };
}

/**
 * Counts by true class (rows) and predicted class (columns), written into their cells. A square matrix, or `{ targets, predictions }`.
 * Throws ShapeError for a matrix that is not square, IndexError for a class that there is none of, ValueError for counts below 0 and
 * unknown options.
 *
 * @example plot.confusionMatrix([[68, 3], [0, 74]], { labels: ["3", "7"] })
 */
export function confusionMatrix(data: Tensor | readonly Values[] | Predictions, options: ConfusionMatrixOptions = {}): Plot {
  checkPlotOptions(NAME, options, [...plotOptions, "cmap", "vmin", "vmax", "colorbar", "labels", "normalize"]);
  const { normalize } = options;
  if (normalize !== undefined && !["true", "predicted", "all"].includes(normalize)) throw new ValueError(`${NAME}: normalize is "true", "predicted" or "all", not ${JSON.stringify(normalize)}`);
  const counts = isPredictions(data) ? counted(data, options.labels?.length) : matrixOf(NAME, data);
  if (counts.rows !== counts.columns) throw new ShapeError(`${NAME}: expects a square matrix, a row and a column for each class, not [${counts.rows}, ${counts.columns}]`);
  if (counts.values.some((n) => !(n >= 0 && Number.isFinite(n)))) throw new ValueError(`${NAME}: counts must be numbers from 0 up`);
  const labels = namesOf(NAME, "classes", options.labels, counts.rows) ?? Array.from({ length: counts.rows }, (_, i) => String(i));
  const matrix = normalize === undefined ? counts : shares(counts, normalize);
  const total = counts.values.reduce((a, b) => a + b, 0);
  const right = labels.reduce((sum, _, i) => sum + counts.values[i * counts.columns + i], 0);
  const alt = `${lead("confusion matrix", options)}: ${short(right)} of ${short(total)} right, ${labels.length} classes`;
  const texts = Array.from(matrix.values, (n) => (normalize === undefined ? short(n) : n.toFixed(2)));
  const plan = cellPlan({
    matrix,
    options: { vmin: 0, ...options },
    cmap: options.cmap ?? "Blues",
    rows: labels,
    columns: labels,
    texts,
    xlabel: options.xlabel ?? "predicted",
    ylabel: options.ylabel ?? "true",
    alt,
  });
  const unique = new Set(labels).size === labels.length && !labels.includes("__proto__");
  const rows = labels.map((_, r) => texts.slice(r * labels.length, (r + 1) * labels.length));
  return new Plot(plan, `${alt}\n${dataFrame(rows, { index: labels, ...(unique ? { columns: labels } : {}) }).toText()}`);
}
