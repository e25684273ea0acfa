/**
 * @file Every operation beside real PyTorch: the calls of tests/golden/ops.json, made through the public interface by
 * name. Shapes, dtypes, integers and bools must be equal, floats close; what PyTorch refuses must be refused.
 */

import { readFileSync } from "node:fs";
import * as tesserae from "tesserae";
import { describe, expect, it } from "vitest";

type Figure = number | string;
type Step = readonly [name: string, ...args: readonly (number | string | null)[]];
interface TensorFigures {
  readonly shape: readonly number[];
  readonly dtype: tesserae.DType;
  readonly data: readonly Figure[];
  readonly view?: readonly Step[];
}
type Argument =
  | TensorFigures
  | { readonly list: readonly TensorFigures[] }
  | { readonly scalar: string }
  | number
  | string
  | boolean
  | null
  | readonly number[];
type Outcome = TensorFigures | { readonly values: TensorFigures; readonly indices: TensorFigures } | { readonly error: true };
interface Call {
  readonly op: string;
  readonly kind: "method" | "function" | "F";
  readonly args: readonly Argument[];
  readonly options?: Readonly<Record<string, boolean | number | string>>;
  readonly out: Outcome;
}

const file = new URL("golden/ops.json", import.meta.url);
const { sections }: { sections: Readonly<Record<string, readonly Call[]>> } = JSON.parse(readFileSync(file, "utf8"));

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

function build(figures: TensorFigures): tesserae.Tensor {
  const flat = figures.data.map((figure) => element(figures.dtype, figure));
  let result: unknown = tesserae.tensor(flat, { dtype: figures.dtype }).reshape(figures.shape);
  for (const [name, ...args] of figures.view ?? []) result = invoke(asTensor(result), name, name === "expand" ? [args] : args);
  return asTensor(result);
}

function asTensor(value: unknown): tesserae.Tensor {
  if (!(value instanceof tesserae.Tensor)) throw new Error(`${String(value)} is no tensor`);
  return value;
}

const isList = (value: Argument): value is readonly number[] => Array.isArray(value);

function argument(value: Argument, op: string): unknown {
  if (value === null) return op === "at" ? null : undefined; // a bound that clamp does not have
  if (typeof value !== "object" || isList(value)) return value;
  if ("list" in value) return value.list.map(build);
  return "scalar" in value ? toNumber(value.scalar) : build(value);
}

function perform(call: Call): unknown {
  const args = call.args.map((value) => argument(value, call.op));
  if (call.options) args.push(call.options);
  if (call.kind === "method") return invoke(asTensor(args[0]), call.op, args.slice(1));
  return invoke(call.kind === "F" ? tesserae.F : tesserae, call.op, args);
}

const tolerances: Partial<Record<tesserae.DType, { readonly relative: number; readonly absolute: number }>> = {
  float32: { relative: 1.3e-6, absolute: 1e-5 },
  float64: { relative: 1e-7, absolute: 1e-7 },
};

function isClose(dtype: tesserae.DType, actual: number | bigint, expected: Figure): boolean {
  const tolerance = tolerances[dtype];
  if (tolerance === undefined) return BigInt(actual) === BigInt(expected);
  const [a, b] = [Number(actual), dtype === "float32" ? Math.fround(toNumber(expected)) : toNumber(expected)];
  if (Object.is(a, b) || a === b) return true;
  return Number.isFinite(b) && Math.abs(a - b) <= tolerance.absolute + tolerance.relative * Math.abs(b);
}

/** What is wrong with a result, or undefined. */
function difference(result: unknown, expected: TensorFigures): string | undefined {
  if (!(result instanceof tesserae.Tensor)) return `is ${typeof result}, not a tensor`;
  const shape = JSON.stringify(result.shape);
  if (shape !== JSON.stringify(expected.shape)) return `has shape ${shape}, not ${JSON.stringify(expected.shape)}`;
  if (result.dtype !== expected.dtype) return `is ${result.dtype}, not ${expected.dtype}`;
  const data: ArrayLike<number | bigint> = result.toTypedArray();
  if (data.length !== expected.data.length) return `holds ${data.length} elements, not ${expected.data.length}`;
  const wrong = expected.data.findIndex((figure, i) => !isClose(expected.dtype, data[i], figure));
  return wrong < 0 ? undefined : `element ${wrong} is ${data[wrong]}, not ${expected.data[wrong]}`;
}

/** All tensors of a result, read: an error that shows only in the values must show here. */
function read(result: unknown): void {
  if (result instanceof tesserae.Tensor) result.toTypedArray();
}

function fault(call: Call): string | undefined {
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
    if (!("values" in call.out)) return difference(result, call.out);
    if (typeof result !== "object" || result === null) return `is ${typeof result}, not { values, indices }`;
    const values = difference(Reflect.get(result, "values"), call.out.values);
    return values ?? difference(Reflect.get(result, "indices"), call.out.indices);
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

function describeCall(call: Call): string {
  const shown = call.args.map((arg) => {
    if (arg === null || typeof arg !== "object" || isList(arg) || !("shape" in arg)) return JSON.stringify(arg)?.slice(0, 120);
    return `${arg.dtype}[${arg.shape.join(", ")}]${arg.view ? JSON.stringify(arg.view) : ""}`;
  });
  return `${call.op}(${[...shown, ...(call.options ? [JSON.stringify(call.options)] : [])].join(", ")})`;
}

/**
 * Where Tesserae differs on purpose. PyTorch looks at the divisor and throws ZeroDivisionError; here values are not known
 * when the call is made, so an integer divided by zero is 0.
 */
function isDivisionByZero(call: Call): boolean {
  const [, divisor] = call.args;
  const integer = divisor !== null && typeof divisor === "object" && "shape" in divisor && divisor.dtype === "int32";
  return "error" in call.out && integer && divisor.data.includes(0) && ["floorDivide", "remainder", "fmod"].includes(call.op);
}

function byOperation(calls: readonly Call[]): Map<string, Call[]> {
  const groups = new Map<string, Call[]>();
  for (const call of calls) groups.set(call.op, [...(groups.get(call.op) ?? []), call]);
  return groups;
}

it("has thousands of calls", () => expect(Object.values(sections).flat().length).toBeGreaterThan(3500));

describe.each(Object.entries(sections))("%s", (_, calls) => {
  it.each([...byOperation(calls)])("%s", (_, group) => {
    const faults = group.filter((call) => !isDivisionByZero(call)).map((call) => [describeCall(call), fault(call)] as const);
    expect(faults.filter(([, wrong]) => wrong !== undefined).map(([name, wrong]) => `${name}: ${wrong}`)).toEqual([]);
  });
});

it("gives 0 for an integer divided by zero, where PyTorch throws", () => {
  const calls = sections["binary"].filter(isDivisionByZero);
  expect(calls.map((call) => call.op)).toEqual(["floorDivide", "remainder", "fmod"]);
  for (const call of calls) expect(Number(asTensor(perform(call)).toTypedArray()[1])).toBe(0);
});
