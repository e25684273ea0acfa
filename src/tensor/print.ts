/**
 * @file How a tensor is written down: PyTorch's `torch/_tensor_str.py`, to the character. Tensor's `toString` and its
 * inspect hook call it; it sees plain data (a shape, a dtype and a way to read an element) and knows no tensor.
 *
 * The one difference is DESIGN.md's: `dtype=torch.uint8` is written `dtype=uint8`. Lines break where PyTorch's do.
 */

import { isFloating, type DType } from "../core/dtype.js";
import { ValueError } from "../core/errors.js";
import { exponential, fixed, maxPrecision } from "./decimal.js";

/** An element as it is read for printing: a bigint for int64, a boolean for bool, a number for the rest. */
export type PrintValue = number | bigint | boolean;

/** What {@link formatTensor} prints. */
export interface Printable {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The element at a row-major index of `shape`; asked only for the elements that are shown. */
  at(flatIndex: number): PrintValue;
  /** What follows the shape and the dtype: `requires_grad=True`, `grad_fn=<MeanBackward>`. */
  readonly suffixes?: readonly string[];
}

/** The settings of printing, with PyTorch's meanings. */
export interface PrintOptions {
  /** Digits after the point of a float (4). */
  readonly precision: number;
  /** More elements than this are summarised with `...` (1000). */
  readonly threshold: number;
  /** How many items a summary shows at each end of a dimension (3). */
  readonly edgeitems: number;
  /** Characters a line (80); summarised matrices ignore it. */
  readonly linewidth: number;
  /** Scientific notation always, never, or where the values ask for it (null). */
  readonly sciMode: boolean | null;
}

const profiles = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80 },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80 },
} as const;

/** A named set of print options: PyTorch's `default`, `short` and `full`. */
export type PrintProfile = keyof typeof profiles;

let current: PrintOptions = { ...profiles.default, sciMode: null };

/** The print options in force. */
export const getPrintOptions = (): PrintOptions => current;

/**
 * Sets how tensors are printed, from now on, as `torch.set_printoptions`: what is left out stays as it is, but for
 * `sciMode`, which goes back to automatic whenever it is left out, as there.
 *
 * @param options any of the print options, and `profile`: `"default"`, `"short"` or `"full"`, applied first
 * @throws ValueError for a precision outside 0 to 60, or a negative or fractional count
 * @example setPrintOptions({ precision: 2 }); setPrintOptions({ profile: "default" });
 * @see https://docs.pytorch.org/docs/stable/generated/torch.set_printoptions.html
 */
export function setPrintOptions(options: Partial<PrintOptions> & { readonly profile?: PrintProfile }): void {
  const { profile, ...given } = options;
  if (profile !== undefined && !Object.hasOwn(profiles, profile)) {
    throw new ValueError(`setPrintOptions: profile must be one of ${Object.keys(profiles).join(", ")}, not ${profile}`);
  }
  const base = profile === undefined ? current : profiles[profile];
  const next = { ...base, ...dropUndefined(given), sciMode: given.sciMode ?? null };
  checkCount("precision", next.precision, maxPrecision);
  checkCount("edgeitems", next.edgeitems, Infinity);
  checkCount("linewidth", next.linewidth, Infinity);
  if (Number.isNaN(next.threshold)) throw new ValueError("setPrintOptions: threshold must be a number or Infinity, not NaN");
  current = next;
}

function dropUndefined(given: Partial<PrintOptions>): Partial<PrintOptions> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function checkCount(name: string, value: number, most: number): void {
  if (value === Infinity && most === Infinity) return;
  if (!Number.isInteger(value) || value < 0 || value > most) {
    const range = most === Infinity ? "not below 0" : `from 0 to ${most}`;
    throw new ValueError(`setPrintOptions: ${name} must be an integer ${range}, not ${value}`);
  }
}

/**
 * Writes a tensor as PyTorch's `repr` does.
 *
 * @param tensor any shape (0-d and empty ones too) and dtype
 * @param options the print options; those of {@link setPrintOptions} unless given
 * @returns `tensor([[0.0000, 0.4078], …])`, with `size=`, `dtype=` and the suffixes where PyTorch writes them
 * @example formatTensor({ shape: [2], dtype: "uint8", at: (i) => i }) // "tensor([0, 1], dtype=uint8)"
 * @see https://github.com/pytorch/pytorch/blob/main/torch/_tensor_str.py
 */
export function formatTensor(tensor: Printable, options: PrintOptions = current): string {
  const { shape, dtype } = tensor;
  const numel = shape.reduce((a, b) => a * b, 1);
  const suffixes: string[] = [];
  const hidden = new Set<string>();
  if (numel === 0 ? shape.length !== 1 : options.edgeitems === 0) suffixes.push(`size=${tuple(shape)}`);
  const assumed: readonly DType[] = numel === 0 ? ["float32"] : ["float32", "int64", "bool"];
  if (!assumed.includes(dtype)) {
    suffixes.push(`dtype=${dtype}`);
    hidden.add(`dtype=${dtype}`);
  }
  suffixes.push(...(tensor.suffixes ?? []));
  const contents = numel === 0 ? "[]" : new Writer(tensor, numel, options).write();
  return addSuffixes(prefix + contents, suffixes, hidden, options.linewidth);
}

const prefix = "tensor(";

/** Python's `str(tuple)`: `(3,)` with one item, `()` with none. */
const tuple = (shape: readonly number[]): string => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

/** Appends the suffixes, each on the same line if it fits. `hidden` ones count PyTorch's `torch.`, which is not written. */
function addSuffixes(text: string, suffixes: readonly string[], hidden: ReadonlySet<string>, linewidth: number): string {
  const indent = prefix.length;
  let result = text;
  // One more than the line's real length (and two more without a line break): so counts PyTorch.
  let lastLine = text.length - text.lastIndexOf("\n") + 1;
  for (const suffix of suffixes) {
    const length = suffix.length + (hidden.has(suffix) ? "torch.".length : 0);
    if (lastLine + length + 2 > linewidth) {
      result += `,\n${" ".repeat(indent)}${suffix}`;
      lastLine = indent + length;
    } else {
      result += `, ${suffix}`;
      lastLine += length + 2;
    }
  }
  return `${result})`;
}

/** One printing: reads the elements to be shown, settles their common format, and lays them out. */
class Writer {
  private readonly summarise: boolean;
  private readonly shape: readonly number[];
  private readonly options: PrintOptions;
  /** The shown elements in row-major order. */
  private readonly values: PrintValue[] = [];
  private readonly formatter: Formatter;
  private taken = 0;

  constructor(tensor: Printable, numel: number, options: PrintOptions) {
    this.shape = tensor.shape;
    this.options = options;
    this.summarise = numel > options.threshold;
    this.read(tensor, 0, 0, numel);
    this.formatter = formatterFor(this.values, tensor.dtype, options);
  }

  write(): string {
    if (this.shape.length === 0) return this.formatter.format(this.values[0]);
    return this.writeDimension(0, prefix.length);
  }

  /** Whether dimension `dim` shows only its two ends. */
  private isCut(dim: number): boolean {
    return this.summarise && this.shape[dim] > 2 * this.options.edgeitems;
  }

  private read(tensor: Printable, dim: number, start: number, count: number): void {
    if (dim === this.shape.length) {
      this.values.push(tensor.at(start));
      return;
    }
    const size = this.shape[dim];
    const step = count / size;
    const edge = this.options.edgeitems;
    for (let i = 0; i < size; i++) {
      if (i === edge && this.isCut(dim)) i = size - edge;
      if (i < size) this.read(tensor, dim + 1, start + i * step, step);
    }
  }

  private writeDimension(dim: number, indent: number): string {
    const last = dim === this.shape.length - 1;
    const cut = this.isCut(dim);
    const edge = this.options.edgeitems;
    const shown = cut ? 2 * edge : this.shape[dim];
    const items: string[] = [];
    for (let i = 0; i < shown; i++) {
      if (cut && i === edge) items.push(last ? " ..." : "...");
      items.push(last ? this.formatter.format(this.values[this.taken++]) : this.writeDimension(dim + 1, indent + 1));
    }
    if (cut && edge === 0) items.push("...");
    const separator = `,${"\n".repeat(this.shape.length - dim - 1)}${" ".repeat(indent + 1)}`;
    return `[${last ? this.wrap(items, indent) : items.join(separator)}]`;
  }

  private wrap(items: readonly string[], indent: number): string {
    const perLine = Math.max(1, Math.floor((this.options.linewidth - indent) / (this.formatter.width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(", "));
    return lines.join(`,\n${" ".repeat(indent + 1)}`);
  }
}

/** The format that all shown elements share. */
interface Formatter {
  /** The columns of one element, without the comma. */
  readonly width: number;
  format(value: PrintValue): string;
}

function formatterFor(values: readonly PrintValue[], dtype: DType, options: PrintOptions): Formatter {
  if (!isFloating(dtype)) return padded(exactText, widest(values, exactText));
  const { precision } = options;
  const numbers = values.map(Number).filter((x) => Number.isFinite(x) && x !== 0);
  const scientific = (value: PrintValue): string => exponential(Number(value), precision);
  const plain = (value: PrintValue): string => fixed(Number(value), precision);
  // Nothing finite but zeros: PyTorch leaves its first guess, whole numbers in one column.
  if (numbers.length === 0) return padded(wholeFloat, 1);
  if (isScientific(numbers, options.sciMode)) return padded(scientific, widest(numbers, scientific));
  if (numbers.every(Number.isInteger)) return padded(wholeFloat, widest(numbers, wholeFloat));
  return padded(plain, widest(numbers, plain));
}

function padded(write: (value: PrintValue) => string, width: number): Formatter {
  return { width, format: (value) => write(value).padStart(width) };
}

function widest(values: readonly PrintValue[], write: (value: PrintValue) => string): number {
  return values.reduce<number>((most, value) => Math.max(most, write(value).length), 1);
}

/** Integers in full and Python's True and False. */
function exactText(value: PrintValue): string {
  if (typeof value !== "boolean") return String(value);
  return value ? "True" : "False";
}

/** A float without a fraction: `3.`; infinities and nan have no point. */
function wholeFloat(value: PrintValue): string {
  const text = fixed(Number(value), 0);
  return Number.isFinite(Number(value)) ? `${text}.` : text;
}

/** PyTorch's rule for scientific notation, over the finite values that are not zero. */
function isScientific(numbers: readonly number[], sciMode: boolean | null): boolean {
  if (sciMode !== null) return sciMode;
  let [low, high] = [Infinity, 0];
  for (const x of numbers) {
    low = Math.min(low, Math.abs(x));
    high = Math.max(high, Math.abs(x));
  }
  return high / low > 1000 || high > 1e8 || low < 1e-4;
}
