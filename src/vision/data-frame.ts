/**
 * @file Tables with named columns: a thin thing over arquero's, which keeps the columns, cuts them and computes statistics; what is added
 * is pandas' manners: row labels, printing, `describe`, `style`, and the way to tensors and back. Knows no colours (styler.ts does).
 */
import { type ColumnTable, desc, op, table as arqueroTable } from "arquero";
import { promoteTypes, type DType } from "../core/dtype.js";
import { DTypeError, IndexError, ShapeError, ValueError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";
import { Shown } from "../display/shown.js";
import { type ImageLike, isImage, isTypedArray } from "../tensor/from-data.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { type Cell, type Column, type ColumnData, column, columnOf, isNumeric, numbers, printed } from "./column.js";
import { layOut } from "./frame-text.js";
import { checkOptions } from "./options.js";
import { Styler } from "./styler.js";

export type Label = string | number;

export interface DataFrameOptions {
  /** The columns' names, in order; for rows that are objects, which of their keys. */
  readonly columns?: readonly Label[];
  /** The rows' labels: 0, 1, 2 … unless told. */
  readonly index?: readonly Label[];
}

/** What a data frame can be made of. */
export type FrameData = Tensor | ImageLike | Readonly<Record<string, ColumnData>> | ReadonlyMap<string, ColumnData> | readonly Readonly<Record<string, Cell>>[] | readonly (readonly Cell[])[];

/** pandas' limits: tables of more rows show the first and the last five. */
const MOST_ROWS = 60;
const EDGE_ROWS = 5;
const MOST_COLUMNS = 20;
const LINE = 80;

type Columns = ReadonlyMap<string, Column>;

/**
 * A table with named columns and labelled rows. `dataFrame(…)` makes them; none of its methods changes it.
 *
 * @example dataFrame(tensor([[1, 2], [3, 4]])).style.backgroundGradient("Greys")
 * @see https://pandas.pydata.org/docs/reference/frame.html
 */
export class DataFrame extends Shown {
  /** The table of arquero that keeps the columns: filter, join, group and roll up with its verbs, then `dataFrame(…)` of its columns. */
  readonly table: ColumnTable;
  /** The columns' names, in order. */
  readonly columns: readonly string[];
  /** The rows' labels. */
  readonly index: readonly Label[];
  readonly #columns: Columns;

  /** For the library's own use: `dataFrame(…)` makes data frames. */
  constructor(columns: Columns, index: readonly Label[]) {
    super();
    this.#columns = columns;
    this.columns = [...columns.keys()];
    this.index = index;
    this.table = arqueroTable(new Map([...columns].map(([name, { values }]) => [name, values])));
  }

  /** How many rows and how many columns. */
  get shape(): [rows: number, columns: number] {
    return [this.index.length, this.columns.length];
  }
  /** The number of rows. */
  get length(): number {
    return this.index.length;
  }
  get alt(): string {
    return `table of ${this.length} rows and ${this.columns.length} columns`;
  }

  /** A frame of the elements of a matrix (columns "0", "1", …) or of a vector (column "0"). Throws ShapeError for any other. */
  static fromTensor(t: Tensor, options: DataFrameOptions = {}): DataFrame {
    return dataFrame(t, options);
  }

  /** For the library's own use: a column with what is known of it. Throws IndexError for an unknown name. */
  column(name: Label): Column {
    const found = this.#columns.get(String(name));
    if (found !== undefined) return found;
    const some = this.columns.slice(0, 10).map((known) => JSON.stringify(known)).join(", ");
    const all = this.columns.length > 10 ? `${some}, …` : some;
    throw new IndexError(`dataFrame: there is no column ${JSON.stringify(String(name))}${didYouMean(String(name), this.columns) || `; there are ${all || "none"}`}`);
  }
  /** The values of a column, in a new array. Throws IndexError for an unknown name. @example frame.get("loss") */
  get(name: Label): Cell[] {
    return Array.from(this.column(name).values);
  }
  /** One cell, by the row's place and the column's name. */
  at(row: number, name: Label): Cell {
    const { values } = this.column(name);
    const place = row < 0 ? row + values.length : row;
    if (!Number.isInteger(row) || place < 0 || place >= values.length) throw new IndexError(`dataFrame: row ${row} is not among the ${values.length} rows`);
    return values[place];
  }
  /** Some of the columns, in the order that is asked for. @example frame.select("a", "b") */
  select(...names: readonly Label[]): DataFrame {
    return new DataFrame(new Map(names.map((name) => [String(name), this.column(name)])), this.index);
  }
  /** The first rows, five unless told; with a negative number all but the last. */
  head(n = 5): DataFrame {
    return this.slice(0, n);
  }
  /** The last rows, five unless told; with a negative number all but the first. */
  tail(n = 5): DataFrame {
    return n === 0 ? this.slice(0, 0) : this.slice(-n);
  }
  /** The rows from a place up to another, counted as `Array.prototype.slice` counts. */
  slice(start?: number, end?: number): DataFrame {
    return this.#rows(this.index.map((_, i) => i).slice(start, end));
  }
  /** The rows ordered by a column. @example frame.sortValues("loss", { ascending: false }) */
  sortValues(name: Label, { ascending = true }: { readonly ascending?: boolean } = {}): DataFrame {
    this.column(name);
    return this.#rows(Array.from(this.table.orderby(ascending ? String(name) : desc(String(name))).indices()));
  }

  #rows(places: readonly number[]): DataFrame {
    const { table } = this;
    const cut = table.reify([...places]);
    const columns = new Map<string, Column>();
    for (const [name, known] of this.#columns) columns.set(name, { ...known, values: cellsOf(cut, name) });
    return new DataFrame(columns, places.map((i) => this.index[i]));
  }

  /**
   * Count, mean, standard deviation (of a sample), least, quartiles and greatest of each column of numbers; missing values do not count.
   * Throws ValueError where no column holds numbers.
   * @see https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.describe.html
   */
  describe(): DataFrame {
    const described = [...this.#columns].filter(([, known]) => isNumeric(known));
    if (described.length === 0) throw new ValueError("describe: no column holds numbers");
    const columns = described.map(([name, known]) => [name, columnOf(Float64Array.from(statistics(numbers(name, known))), "float64")] as const);
    return new DataFrame(new Map(columns), ["count", "mean", "std", "min", "25%", "50%", "75%", "max"]);
  }

  /**
   * The cells as a matrix, in the dtype that holds every column. Throws DTypeError for text, or where the dtype cannot hold a value.
   * @example dataFrame({ a: [1, 2], b: [3, 4] }).toTensor().shape // [2, 2]
   */
  toTensor(options: { readonly dtype?: DType } = {}): Tensor {
    const kept = [...this.#columns];
    const text = kept.find(([, { dtype }]) => dtype === undefined);
    if (text !== undefined) throw new DTypeError(`toTensor: column ${JSON.stringify(text[0])} is text; select the columns of numbers first`);
    const dtype = options.dtype ?? kept.map(([, known]) => known.dtype ?? "float32").reduce<DType | undefined>((a, b) => (a === undefined ? b : promoteTypes(a, b)), undefined) ?? "float32";
    if (dtype === "int64") {
      // Doubles hold not every int64.
      const whole = BigInt64Array.from({ length: this.length * kept.length }, (_, i) => BigInt(kept[i % kept.length][1].values[Math.floor(i / kept.length)] ?? 0));
      return tensor(whole, { shape: [this.length, kept.length] });
    }
    const flat = new Float64Array(this.length * kept.length);
    kept.forEach(([name, known], c) => numbers(name, known).forEach((value, r) => (flat[r * kept.length + c] = value)));
    return tensor(flat, { shape: [this.length, kept.length], dtype });
  }

  /** The table with colours: see Styler. */
  get style(): Styler {
    return new Styler(this);
  }

  /** What pandas prints. */
  override toString(): string {
    return this.toText();
  }
  toText(): string {
    const [rows, columns] = this.shape;
    if (columns === 0) return `Empty DataFrame\nColumns: []\nIndex: [${this.index.slice(0, EDGE_ROWS).join(", ")}${rows > EDGE_ROWS ? ", …" : ""}]`;
    const { places, gap } = this.#shownRows();
    const text = layOut({
      names: this.columns,
      signed: this.columns.map((name) => isNumeric(this.column(name))),
      index: places.map((i) => String(this.index[i])),
      cells: this.columns.map((name) => {
        const { kind, values } = this.column(name);
        return printed(kind, places.map((i) => values[i]));
      }),
      gap,
      width: LINE,
    });
    const cut = gap !== undefined || text.slice(0, text.indexOf("\n") + 1 || undefined).includes(" ...");
    return cut ? `${text}\n\n[${rows} rows x ${columns} columns]` : text;
  }
  #shownRows(): { places: number[]; gap: number | undefined } {
    const all = this.index.map((_, i) => i);
    if (all.length <= MOST_ROWS) return { places: all, gap: undefined };
    return { places: [...all.slice(0, EDGE_ROWS), ...all.slice(-EDGE_ROWS)], gap: EDGE_ROWS };
  }

  /** An HTML table: of long ones the first and the last rows, of broad ones the first and the last columns. `style.toHTML()` has all. */
  toHTML(): string {
    const { places, gap } = this.#shownRows();
    const names = this.columns.length > MOST_COLUMNS ? [...this.columns.slice(0, MOST_COLUMNS / 2), ...this.columns.slice(-MOST_COLUMNS / 2)] : this.columns;
    const shown = gap === undefined ? this.select(...names) : this.select(...names).#rows(places);
    const what = gap === undefined && names === this.columns ? undefined : `${this.length} rows × ${this.columns.length} columns${gap === undefined ? "" : `; the first and the last ${EDGE_ROWS} rows`}${names === this.columns ? "" : `; the first and the last ${MOST_COLUMNS / 2} columns`}`;
    return (what === undefined ? shown.style : shown.style.setCaption(what)).toHTML();
  }
}

/** A column of a table that arquero made. */
function cellsOf(table: ColumnTable, name: string): ArrayLike<Cell> {
  const values: unknown = table.array(name);
  return isTypedArray(values) || Array.isArray(values) ? values : [];
}

/** pandas' eight, by arquero. */
function statistics(values: Float64Array): number[] {
  const known = values.filter((v) => !Number.isNaN(v));
  if (known.length === 0) return [0, ...Array<number>(7).fill(Number.NaN)];
  const found: unknown = arqueroTable({ v: known })
    .rollup({ mean: op.mean("v"), std: op.stdev("v"), min: op.min("v"), q1: op.quantile("v", 0.25), q2: op.quantile("v", 0.5), q3: op.quantile("v", 0.75), max: op.max("v") })
    .object();
  const read = (key: string): number => Number(typeof found === "object" && found !== null ? Reflect.get(found, key) : Number.NaN);
  // arquero's running mean is lost at an infinity.
  const mean = known.every(Number.isFinite) ? read("mean") : known.reduce((a, b) => a + b, 0);
  return [known.length, mean, known.length > 1 ? read("std") : Number.NaN, ...["min", "q1", "q2", "q3", "max"].map(read)];
}

const isRow = (value: unknown): value is readonly Cell[] => Array.isArray(value);
const isRows = (data: FrameData): data is readonly Readonly<Record<string, Cell>>[] | readonly (readonly Cell[])[] => Array.isArray(data);

/** The columns of a matrix or a vector. */
function fromTensor(t: Tensor): (readonly [string, Column])[] {
  if (t.ndim !== 1 && t.ndim !== 2) throw new ShapeError(`dataFrame: expects a matrix (or a vector), not a tensor of shape [${t.shape.join(", ")}]`);
  const columns = t.ndim === 1 ? 1 : t.shape[1];
  // Columns one after the other in memory: one read, then cuts.
  const flat = (t.ndim === 1 ? t : t.T.contiguous()).toTypedArray();
  const rows = t.shape[0];
  return Array.from({ length: columns }, (_, c) => [String(c), columnOf(flat.slice(c * rows, (c + 1) * rows), t.dtype)]);
}

function fromRows(rows: readonly Readonly<Record<string, Cell>>[] | readonly (readonly Cell[])[], wanted: readonly Label[] | undefined): (readonly [string, Column])[] {
  const lists = rows.filter(isRow);
  if (lists.length > 0) {
    const odd = rows.findIndex((row) => !isRow(row) || row.length !== lists[0].length);
    if (odd >= 0) throw new ShapeError(`dataFrame: row ${odd} does not have ${lists[0].length} cells, as row 0 has`);
    return lists[0].map((_, c) => [String(c), column(String(c), lists.map((row) => row[c]))]);
  }
  const maps = rows.map((row) => new Map<string, Cell>(Object.entries(row)));
  const names = wanted?.map(String) ?? [...new Set(maps.flatMap((row) => [...row.keys()]))];
  return names.map((name) => [name, column(name, maps.map((row) => row.get(name) ?? null))]);
}

/** The columns, named, of whatever was given; with `whole` the names given are all of them, else some were chosen already. */
function columnsOf(data: FrameData, wanted: readonly Label[] | undefined): { columns: (readonly [string, Column])[]; chosen: boolean } {
  if (data instanceof Tensor) return { columns: fromTensor(data), chosen: false };
  if (isRows(data)) return { columns: fromRows(data, wanted), chosen: data.length > 0 && !isRow(data[0]) };
  if (isPicture(data)) return { columns: fromTensor(tensor(data)), chosen: false };
  const entries = data instanceof Map ? [...data] : Object.entries(data);
  const columns = entries.map(([name, values]) => [String(name), column(String(name), values)] as const);
  if (wanted === undefined) return { columns, chosen: true };
  const found = new Map(columns);
  return {
    chosen: true,
    columns: wanted.map((name) => {
      const known = found.get(String(name));
      if (known === undefined) throw new IndexError(`dataFrame: there is no column ${JSON.stringify(String(name))} among ${[...found.keys()].map((n) => JSON.stringify(n)).join(", ")}`);
      return [String(name), known];
    }),
  };
}

const isPicture = (data: unknown): data is ImageLike => isImage(data) && typeof data.width === "number" && data.data instanceof Uint8Array;

/**
 * A table of a matrix, a grey picture, rows (objects or arrays) or columns (an object or a Map: vectors, typed arrays or arrays).
 * JavaScript puts keys like "10" of an object in numeric order; a Map, or `columns`, keeps yours.
 *
 * @throws ShapeError where columns have different lengths or a tensor is no matrix; IndexError for an unknown column
 * @example dataFrame(tensor(im3)).style.setProperties({ fontSize: "6pt" }).backgroundGradient("Greys")
 * @see https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.html
 */
export function dataFrame(data: FrameData, options: DataFrameOptions = {}): DataFrame {
  checkOptions("dataFrame", options, ["columns", "index"]);
  if (typeof data !== "object" || data === null) throw new ValueError(`dataFrame: expects a tensor, rows or columns, not ${typeof data}`);
  const { columns, chosen } = columnsOf(data, options.columns);
  const names = chosen ? columns.map(([name]) => name) : (options.columns?.map(String) ?? columns.map(([name]) => name));
  if (names.length !== columns.length) throw new ShapeError(`dataFrame: ${names.length} names for ${columns.length} columns`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ValueError(`dataFrame: two columns are called ${JSON.stringify(twice)}; names must differ`);
  if (names.includes("__proto__")) throw new ValueError('dataFrame: no column can be called "__proto__", which JavaScript keeps for itself');
  const rows = columns.length === 0 ? (options.index?.length ?? 0) : columns[0][1].values.length;
  const odd = columns.findIndex(([, { values }]) => values.length !== rows);
  if (odd >= 0) throw new ShapeError(`dataFrame: column ${JSON.stringify(names[odd])} has ${columns[odd][1].values.length} values, but ${JSON.stringify(names[0])} has ${rows}`);
  const index = options.index ?? Array.from({ length: rows }, (_, i) => i);
  if (index.length !== rows) throw new ShapeError(`dataFrame: ${index.length} row labels for ${rows} rows`);
  return new DataFrame(new Map(columns.map(([, known], i) => [names[i], known])), index);
}
