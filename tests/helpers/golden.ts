/**
 * @file Calls recorded under real PyTorch (tests/golden/recorder.py says how), made through the public interface by name, and what is
 * wrong with each. The tests of golden files use it; which file, and what differs on purpose, is theirs to say.
 */
import { readFileSync } from "node:fs";
import * as tesserae from "tesserae";

type Figure = number | string;
type Step = readonly [name: string, ...args: readonly (number | string | null)[]];
export interface TensorFigures {
  readonly shape: readonly number[];
  readonly dtype: tesserae.DType;
  readonly data: readonly Figure[];
  readonly view?: readonly Step[];
}
export type Argument =
  | TensorFigures
  | { readonly list: readonly TensorFigures[] }
  | { readonly each: readonly Argument[] }
  | { readonly scalar: string }
  | number
  | string
  | boolean
  | null
  | readonly number[];
type Outcome =
  | TensorFigures
  | { readonly values: TensorFigures; readonly indices: TensorFigures }
  | { readonly record: Readonly<Record<string, TensorFigures>> }
  | { readonly list: readonly TensorFigures[] }
  | { readonly answer: boolean | number }
  | { readonly error: true };
export interface Call {
  readonly op: string;
  readonly kind: "method" | "function" | "F" | "linalg";
  readonly args: readonly Argument[];
  readonly options?: Readonly<Record<string, boolean | number | string | readonly number[] | TensorFigures>>;
  readonly out: Outcome;
}

const words: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, "-inf": -Infinity };
const toNumber = (figure: Figure): number => (typeof figure === "string" ? (words[figure] ?? Number(figure)) : figure);

/** Calls a property by its name: the golden file is data, so the compiler cannot know which one. */
function invoke(owner: object, name: string, args: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(owner, name);
  if (typeof found !== "function") throw new Error(`there is no ${name}`);
  return Reflect.apply(found, owner, args);
}

function element(dtype: tesserae.DType, figure: Figure): number | bigint | boolean {
  if (dtype === "bool") return figure === 1;
  return dtype === "int64" ? BigInt(figure) : toNumber(figure);
}

/** Done to the data of each tensor before its view is taken. */
export type Prepare = (data: tesserae.Tensor) => tesserae.Tensor;

function build(figures: TensorFigures, prepare: Prepare): tesserae.Tensor {
  const flat = figures.data.map((figure) => element(figures.dtype, figure));
  let result: unknown = prepare(tesserae.tensor(flat, { dtype: figures.dtype }).reshape(figures.shape));
  for (const [name, ...args] of figures.view ?? []) result = invoke(asTensor(result), name, name === "expand" ? [args] : args);
  return asTensor(result);
}

export function asTensor(value: unknown): tesserae.Tensor {
  if (!(value instanceof tesserae.Tensor)) throw new Error(`${String(value)} is no tensor`);
  return value;
}

const isList = (value: Argument): value is readonly number[] => Array.isArray(value);

function argument(value: Argument, op: string, prepare: Prepare): unknown {
  if (value === null) return op === "at" || op === "set" ? null : undefined; // a bound that clamp does not have
  if (typeof value !== "object" || isList(value)) return value;
  if ("list" in value) return value.list.map((figures) => build(figures, prepare));
  if ("each" in value) return value.each.map((entry) => argument(entry, op, prepare));
  return "scalar" in value ? toNumber(value.scalar) : build(value, prepare);
}

const isFigures = (value: unknown): value is TensorFigures => typeof value === "object" && value !== null && "shape" in value;

export function perform(call: Pick<Call, "op" | "kind" | "args" | "options">, prepare: Prepare = (data) => data): unknown {
  const args = call.args.map((value) => argument(value, call.op, prepare));
  if (call.op === "dropout") tesserae.manualSeed(42); // as functional_layers.py does
  if (call.options) args.push(Object.fromEntries(Object.entries(call.options).map(([key, value]) => [key, isFigures(value) ? build(value, (data) => data) : value])));
  if (call.kind === "method") return invoke(asTensor(args[0]), call.op, args.slice(1));
  return invoke({ function: tesserae, F: tesserae.F, linalg: tesserae.linalg }[call.kind], call.op, args);
}

export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}
const tolerances: Partial<Record<tesserae.DType, Tolerance>> = {
  float32: { relative: 1.3e-6, absolute: 1e-5 },
  float64: { relative: 1e-7, absolute: 1e-7 },
};

function isClose(dtype: tesserae.DType, actual: number | bigint, expected: Figure, looser?: Tolerance): boolean {
  const tolerance = tolerances[dtype] && (looser ?? tolerances[dtype]);
  if (tolerance === undefined) return BigInt(actual) === BigInt(expected);
  const [a, b] = [Number(actual), dtype === "float32" ? Math.fround(toNumber(expected)) : toNumber(expected)];
  if (Object.is(a, b) || a === b) return true;
  return Number.isFinite(b) && Math.abs(a - b) <= tolerance.absolute + tolerance.relative * Math.abs(b);
}

/** What is wrong with a result, or undefined. */
export function difference(result: unknown, expected: TensorFigures, looser?: Tolerance): string | undefined {
  if (!(result instanceof tesserae.Tensor)) return `is ${typeof result}, not a tensor`;
  const shape = JSON.stringify(result.shape);
  if (shape !== JSON.stringify(expected.shape)) return `has shape ${shape}, not ${JSON.stringify(expected.shape)}`;
  if (result.dtype !== expected.dtype) return `is ${result.dtype}, not ${expected.dtype}`;
  const data: ArrayLike<number | bigint> = result.toTypedArray();
  if (data.length !== expected.data.length) return `holds ${data.length} elements, not ${expected.data.length}`;
  const wrong = expected.data.findIndex((figure, i) => !isClose(expected.dtype, data[i], figure, looser));
  return wrong < 0 ? undefined : `element ${wrong} is ${data[wrong]}, not ${expected.data[wrong]}`;
}

/** The same for results of several parts, or of none. */
function mismatch(result: unknown, out: Exclude<Outcome, { readonly error: true }>, looser?: Tolerance): string | undefined {
  if ("answer" in out) return result === out.answer ? undefined : `is ${String(result)}, not ${out.answer}`;
  if ("shape" in out) return difference(result, out, looser);
  const parts = "list" in out ? Object.entries(out.list) : Object.entries("record" in out ? out.record : out);
  if (typeof result !== "object" || result === null) return `is ${typeof result}, not of ${parts.length} parts`;
  const given = Object.keys(result);
  if (given.length !== parts.length) return `has the parts ${given.join(", ")}, not ${parts.map(([name]) => name).join(", ")}`;
  for (const [name, figures] of parts) {
    const wrong = difference(Reflect.get(result, name), figures, looser);
    if (wrong !== undefined) return `${name} ${wrong}`;
  }
  return undefined;
}

/** All tensors of a result, read: an error that shows only in the values must show here. */
function read(result: unknown): void {
  if (result instanceof tesserae.Tensor) result.toTypedArray();
  else if (typeof result === "object" && result !== null) for (const part of Object.values(result)) read(part);
}

export function fault(call: Call, looser?: Tolerance): string | undefined {
  if ("error" in call.out) {
    try {
      read(perform(call));
    } catch (error) {
      return error instanceof tesserae.TesseraeError ? undefined : `threw ${String(error)}, which is no TesseraeError`;
    }
    return "was accepted";
  }
  try {
    const result = perform(call);
    return mismatch(result, call.out, looser);
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

export function describeCall(call: Pick<Call, "op" | "args" | "options">): string {
  const shown = call.args.map((arg) => {
    if (arg === null || typeof arg !== "object" || isList(arg) || !("shape" in arg)) return JSON.stringify(arg)?.slice(0, 120);
    return `${arg.dtype}[${arg.shape.join(", ")}]${arg.view ? JSON.stringify(arg.view) : ""}`;
  });
  return `${call.op}(${[...shown, ...(call.options ? [JSON.stringify(call.options)] : [])].join(", ")})`;
}

/** The calls of a section, by operation. */
export function byOperation(calls: readonly Call[]): Map<string, Call[]> {
  const groups = new Map<string, Call[]>();
  for (const call of calls) groups.set(call.op, [...(groups.get(call.op) ?? []), call]);
  return groups;
}


/** The sections of a golden file. */
export function sectionsOf(name: string): Readonly<Record<string, readonly Call[]>> {
  const { sections }: { sections: Readonly<Record<string, readonly Call[]>> } = JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), "utf8"));
  return sections;
}
