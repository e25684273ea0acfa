/**
 * @file One column of a table: its values, what kind they are, and how pandas would print them. data-frame.ts and styler.ts call it;
 * it knows neither rows' labels nor other columns.
 */
import { dtypeOfArray, isFloating, type DType, type TypedArray } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { isTypedArray } from "../tensor/from-data.js";
import { Tensor } from "../tensor/tensor.js";

/** What a cell can hold. `null` and `undefined` are missing, as NaN is. */
export type Cell = number | bigint | boolean | string | null | undefined;

/** What a column can be made of. */
export type ColumnData = Tensor | TypedArray | Uint8ClampedArray | Uint16Array | Uint32Array | readonly Cell[];

/** "int" and "float" are numbers; everything else prints as it is. */
export type Kind = "int" | "float" | "bool" | "text";

export interface Column {
  readonly kind: Kind;
  readonly values: ArrayLike<Cell>;
  /** The dtype that a tensor of it has; undefined for text. */
  readonly dtype: DType | undefined;
}

const missing = (value: Cell): boolean => value === null || value === undefined || (typeof value === "number" && Number.isNaN(value));

/** The kind of the values of a plain array: whole numbers are "int" unless one is missing or has a fraction, as in pandas. */
function kindOf(values: readonly Cell[]): Kind {
  let [numbers, whole, booleans] = [0, 0, 0];
  for (const value of values) {
    if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) whole++;
    if (typeof value === "bigint" || typeof value === "number") numbers++;
    else if (typeof value === "boolean") booleans++;
    else if (!missing(value)) return "text";
  }
  if (booleans > 0) return booleans === values.length ? "bool" : "text";
  if (numbers === 0) return values.length === 0 || values.some((value) => value !== null && value !== undefined) ? "float" : "text";
  return whole === values.length ? "int" : "float";
}

const dtypeOf: Readonly<Record<Kind, DType | undefined>> = { int: "int64", float: "float32", bool: "bool", text: undefined };

/** Elements of a dtype as a column: booleans as booleans, int64 as numbers where they fit. */
export function columnOf(values: TypedArray, dtype: DType): Column {
  if (dtype === "bool") return { kind: "bool", dtype, values: Array.from({ length: values.length }, (_, i) => Number(values[i]) !== 0) };
  if (values instanceof BigInt64Array) {
    const fits = values.every((v) => v >= Number.MIN_SAFE_INTEGER && v <= Number.MAX_SAFE_INTEGER);
    return { kind: "int", dtype, values: fits ? Array.from(values, Number) : values };
  }
  return { kind: isFloating(dtype) ? "float" : "int", dtype, values };
}

/** A column from what the user has. Throws ShapeError for a tensor that is no vector, ValueError for a cell of another type. */
export function column(name: string, data: ColumnData): Column {
  if (data instanceof Tensor) {
    if (data.ndim !== 1) throw new ShapeError(`dataFrame: column ${JSON.stringify(name)} is a tensor of shape [${data.shape.join(", ")}]; a column is a vector`);
    return columnOf(data.toTypedArray(), data.dtype);
  }
  if (isTypedArray(data)) {
    const dtype = dtypeOfArray(data);
    if (dtype === undefined || data instanceof Uint8ClampedArray || data instanceof Uint16Array || data instanceof Uint32Array) {
      return { kind: "int", dtype: data instanceof Uint8ClampedArray ? "uint8" : data instanceof Uint16Array ? "int32" : "int64", values: data.slice() };
    }
    return columnOf(data.slice(), dtype);
  }
  const values: Cell[] = Array.from(data);
  const odd = values.find((value) => value !== null && !["number", "bigint", "boolean", "string", "undefined"].includes(typeof value));
  if (odd !== undefined) throw new ValueError(`dataFrame: column ${JSON.stringify(name)} holds ${typeof odd === "object" ? "an object" : `a ${typeof odd}`}; a cell is a number, bigint, boolean, string or null`);
  const kind = kindOf(values);
  return { kind, dtype: dtypeOf[kind], values: kind === "float" ? values.map((v) => (missing(v) ? Number.NaN : v)) : values };
}

export const isNumeric = ({ kind }: Column): boolean => kind === "int" || kind === "float";

/** The values as doubles, NaN where there is none. Throws DTypeError for text. */
export function numbers(name: string, { kind, values }: Column): Float64Array {
  if (kind === "text") throw new DTypeError(`dataFrame: column ${JSON.stringify(name)} is text, not numbers`);
  return Float64Array.from({ length: values.length }, (_, i) => {
    const value = values[i];
    return missing(value) ? Number.NaN : Number(value);
  });
}

/** A float as Python writes it: "1e+09" has two digits at least. */
const exponential = (value: number, digits: number): string => value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");

/** A number with digits after the point; "nan" and "inf" spelled as pandas does. */
export function spell(value: number, digits: number, exponent = false): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (exponent) return exponential(value, digits);
  // toFixed gives up at 1e21.
  return Math.abs(value) < 1e21 ? value.toFixed(digits) : `${BigInt(value)}.${"0".repeat(digits)}`;
}

const DIGITS = 6;

/** pandas' FloatArrayFormatter: six digits, fewer where all end in zeros, exponents where numbers are very large or very small. */
function floats(values: ArrayLike<Cell>): string[] {
  const all = Array.from(values, Number);
  const fixed = trimmed(all.map((v) => spell(v, DIGITS)));
  const small = all.some((v) => v !== 0 && Math.abs(v) < 10 ** -DIGITS);
  const large = all.some((v) => Math.abs(v) > 1e6);
  // One place is the sign's, as in pandas, whether or not there is one.
  const long = Math.max(...fixed.map((text) => (text.startsWith("-") ? text.length : text.length + 1))) > DIGITS + 6;
  return small || (long && large) ? all.map((v) => spell(v, DIGITS, true)) : fixed;
}

const plain = (text: string): boolean => /^-?\d+\.\d*$/.test(text);

/** Zeros at the ends go where every number has them, down to one digit after the point. */
function trimmed(texts: readonly string[]): string[] {
  let out = [...texts];
  while (out.some(plain) && out.every((text) => !plain(text) || text.endsWith("0"))) out = out.map((text) => (plain(text) ? text.slice(0, -1) : text));
  return out.map((text) => (text.endsWith(".") ? `${text}0` : text));
}

/** How the values look in a printed table, each with one place before it for the sign. */
export function printed(kind: Kind, values: ArrayLike<Cell>): string[] {
  if (values.length === 0) return [];
  const texts = kind === "float" ? floats(values) : Array.from(values, (v) => (v === null || v === undefined ? "None" : String(v)));
  return texts.map((text) => (kind !== "text" && text.startsWith("-") ? text : ` ${text}`));
}
