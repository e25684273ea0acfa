/**
 * @file What every operation says of shapes that do not fit and of dtypes that it does not take: the message begins with the operation's name and
 * gives both shapes, or the dtype. A new operation is among them by itself.
 */
import { DTypeError, dtypes, randn, ShapeError, TesseraeError, type Tensor } from "tesserae";
import { describe, expect, it } from "vitest";
import { inputsOf, sampleFunction, shapes, tensorsIn } from "../scripts/operations/inputs.mjs";
import { inPlaceOf, operations, type Operation } from "./helpers/operations.js";

/** No shape fits this one beside any of the inputs' own. */
const odd = [7, 5];

function errorOf(sample: string, inputs: Readonly<Record<string, Tensor>>): unknown {
  try {
    for (const out of tensorsIn(sampleFunction(sample)(inputs))) out.toTypedArray();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Begins with the operation's name, with or without its underscore. What is made of methods (in F and linalg) may speak by the method's. */
function isNamed(name: string, message: string): boolean {
  const own = (name.split(".").at(-1) ?? name).replace(/_$/, "");
  return new RegExp(`^${own}_?:`).test(message) || (name.includes(".") && /^[\w.]+: /.test(message)) || name in composed;
}
const composed: Readonly<Record<string, string>> = { cross: "made of mul and sub, of which sub refuses bool", matrixPower: "made of matmul" };
/** What broadcasts or multiplies: both shapes are in the message. Others say what they need, and one shape at least. */
const takesTwo = new Set(["binary", "clamp", "where", "product"]);
const textOf = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

interface Mismatch {
  readonly name: string;
  readonly what: string;
  readonly error: unknown;
  readonly takesTwo: boolean;
  readonly shapes: readonly string[];
}
/** An operation of several tensors, one of them of a shape that does not fit: what it throws. */
function mismatches({ name, sample, inputs, op }: Operation, label = name): Mismatch[] {
  if (inputs.length < 2) return [];
  return inputs.map((wrong) => {
    const all = inputsOf("float32");
    const error = errorOf(sample, { ...all, [wrong]: randn(odd) });
    return { name: label, takesTwo: op !== undefined && takesTwo.has(op.kind), what: `${sample}, where ${wrong} is ${textOf(odd)}`, error, shapes: [textOf(odd), ...inputs.filter((other) => other !== wrong).map((other) => textOf(shapes[other]))] };
  });
}

describe("shapes that do not fit", () => {
  const all = operations.flatMap((operation) => {
    const inPlace = inPlaceOf(operation);
    return [...mismatches(operation), ...(inPlace === undefined ? [] : mismatches({ ...operation, sample: inPlace }, `${operation.name}_`))];
  });
  const thrown = all.filter(({ error }) => error !== undefined);

  it("are refused by most", () => expect(thrown.length).toBeGreaterThan(150));

  it("are refused by an error of this package", () => {
    expect(thrown.filter(({ error }) => !(error instanceof TesseraeError)).map(({ what, error }) => `${what}: ${String(error)}`)).toEqual([]);
  });

  it("are refused by the operation's name", () => {
    // Some samples cut an input with narrow first, which then is what refuses.
    const wrong = thrown.filter(({ name, error }) => error instanceof TesseraeError && !isNamed(name, error.message) && !/narrow/.test(error.message));
    expect(wrong.map(({ what, error }) => `${what}: ${String(error)}`)).toEqual([]);
  });

  it("are both in the message", () => {
    const wrong = thrown.filter(({ error, takesTwo, shapes: both }) => {
      if (!(error instanceof ShapeError)) return false;
      const { message } = error;
      return takesTwo ? !both.every((shape) => message.includes(shape)) : !/\[(\d+(, \d+)*)?\]/.test(message);
    });
    expect(wrong.map(({ what, error }) => `${what}: ${String(error)}`)).toEqual([]);
  });
});

describe("dtypes that are not taken", () => {
  const all = operations.flatMap(({ name, sample }) => dtypes.map((dtype) => ({ name, what: `${sample} on ${dtype}`, dtype, error: errorOf(sample, inputsOf(dtype)) })));
  const thrown = all.filter(({ error }) => error !== undefined);

  it("are refused by some", () => expect(thrown.length).toBeGreaterThan(200));

  it("are refused by an error that names the operation and the dtype", () => {
    const wrong = thrown.filter(({ name, dtype, error }) => {
      if (!(error instanceof TesseraeError)) return true;
      return !isNamed(name, error.message) || (error instanceof DTypeError && !error.message.includes(dtype));
    });
    expect(wrong.map(({ what, error }) => `${what}: ${String(error)}`)).toEqual([]);
  });
});
