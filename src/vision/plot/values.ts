/**
 * @file What people plot, as numbers: tensors, typed arrays and arrays, alone or by name. Every kind of plot reads its data here; the
 * errors name the plot and the series.
 */
import { ShapeError, ValueError } from "../../core/errors.js";
import { type AnyTypedArray, isTypedArray } from "../../tensor/from-data.js";
import { Tensor } from "../../tensor/tensor.js";

/** A row of numbers. */
export type Values = Tensor | AnyTypedArray | readonly (number | bigint | boolean | null)[];

/** Several rows of numbers by name: an object, or a Map where names are like numbers and their order matters. */
export type Named<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>;

export interface Series {
  /** Undefined where there is but one, without a name. */
  readonly name: string | undefined;
  readonly values: Float64Array;
}

const isValues = (data: unknown): data is Values => data instanceof Tensor || isTypedArray(data) || Array.isArray(data);

/** Whether data are by name. */
export const isNamed = <T>(data: Values | Named<T>): data is Named<T> => !isValues(data);

/** The entries of an object or a Map. Throws ValueError for anything else. */
export function entriesOf<T>(plot: string, data: Named<T>): [string, T][] {
  if (typeof data !== "object" || data === null) throw new ValueError(`${plot}: expects a tensor, an array of numbers or an object of them by name, not ${data === null ? "null" : typeof data}`);
  const entries: [string, T][] = data instanceof Map ? [...data] : Object.entries(data);
  if (entries.length === 0) throw new ValueError(`${plot}: there is nothing to plot: no series`);
  return entries;
}

const describe = (name: string | undefined): string => (name === undefined ? "the data" : JSON.stringify(name));

/** The numbers of a row: null is NaN. Throws ShapeError for a tensor that is no vector, ValueError for what is no number or for nothing. */
export function numbersOf(plot: string, data: Values, name?: string): Float64Array {
  if (!isValues(data)) throw new ValueError(`${plot}: ${describe(name)} must be a vector or an array of numbers`);
  if (data instanceof Tensor && data.ndim !== 1) throw new ShapeError(`${plot}: ${describe(name)} is a tensor of shape [${data.shape.join(", ")}]; a vector is expected`);
  const raw: ArrayLike<number | bigint | boolean | null> = data instanceof Tensor ? data.toTypedArray() : data;
  if (raw.length === 0) throw new ValueError(`${plot}: ${describe(name)} is empty: there is nothing to plot`);
  return Float64Array.from({ length: raw.length }, (_, i) => {
    const value = raw[i];
    if (value === null || value === undefined) return Number.NaN;
    if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
      throw new ValueError(`${plot}: ${describe(name)} holds ${Array.isArray(value) ? "an array" : `a ${typeof value}`} at ${i}, not a number`);
    }
    return Number(value);
  });
}

/** Series: one without a name, several by name, or the columns of a matrix. */
export function seriesOf(plot: string, data: Values | Named<Values>): Series[] {
  if (isNamed(data)) return entriesOf(plot, data).map(([name, values]) => ({ name, values: numbersOf(plot, values, name) }));
  if (data instanceof Tensor && data.ndim === 2) {
    return Array.from({ length: data.shape[1] }, (_, c) => ({ name: data.shape[1] === 1 ? undefined : String(c), values: numbersOf(plot, data.select(1, c)) }));
  }
  return [{ name: undefined, values: numbersOf(plot, data) }];
}

/** A matrix, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix of a tensor or of rows. Throws ShapeError where it is none, ValueError where it is empty. */
export function matrixOf(plot: string, data: Tensor | readonly Values[]): Matrix {
  if (data instanceof Tensor) {
    if (data.ndim !== 2) throw new ShapeError(`${plot}: expects a matrix, not a tensor of shape [${data.shape.join(", ")}]`);
    if (data.numel() === 0) throw new ValueError(`${plot}: the matrix is empty: there is nothing to plot`);
    return { rows: data.shape[0], columns: data.shape[1], values: Float64Array.from(numbersOf(plot, data.reshape([-1]))) };
  }
  if (!Array.isArray(data) || data.length === 0) throw new ValueError(`${plot}: expects a matrix: a tensor of two dimensions, or an array of rows`);
  const rows = data.map((row, r) => numbersOf(plot, row, `row ${r}`));
  const odd = rows.findIndex((row) => row.length !== rows[0].length);
  if (odd >= 0) throw new ShapeError(`${plot}: row ${odd} has ${rows[odd].length} numbers, but row 0 has ${rows[0].length}`);
  const values = new Float64Array(rows.length * rows[0].length);
  rows.forEach((row, r) => values.set(row, r * row.length));
  return { rows: rows.length, columns: rows[0].length, values };
}

/** Throws ShapeError unless both have the same length. */
export function sameLength(plot: string, one: string, a: ArrayLike<unknown>, other: string, b: ArrayLike<unknown>): void {
  if (a.length !== b.length) throw new ShapeError(`${plot}: ${one} and ${other} must have the same length, but have ${a.length} and ${b.length}`);
}

/** Least and greatest of the finite numbers; undefined where there are none. */
export function extent(...rows: readonly Float64Array[]): [least: number, most: number] | undefined {
  let [least, most] = [Infinity, -Infinity];
  for (const row of rows) {
    for (const v of row) {
      if (!Number.isFinite(v)) continue;
      if (v < least) least = v;
      if (v > most) most = v;
    }
  }
  return least <= most ? [least, most] : undefined;
}

/** A number for people: few digits, no noise of doubles. */
export const short = (value: number): string => (Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : String(Number(value.toPrecision(4))));
