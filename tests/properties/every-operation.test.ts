/**
 * @file Every operation of the inventory on random inputs full of NaN, infinities, -0 and the extremes of each integer type (and, where each element
 * is for itself, of subnormals and huge floats): both backends give the same, or throw the same; in place an operation writes what its plain form gives. A new operation is among them by itself.
 * FUZZ_RUNS and FUZZ_SEED: fuzz.ts.
 */
import fc from "fast-check";
import { canCast, dtypes, manualSeed, Tensor, tensor, TesseraeError, type DType } from "tesserae";
import { describe, expect, it } from "vitest";
import { createReferenceBackend } from "../../dist/backends/reference/backend.js";
import { Engine, withEngine } from "../../dist/graph/engine.js";
import { inputsOf, sampleFunction, shapes, tensorsIn } from "../../scripts/operations/inputs.mjs";
import { inPlaceOf, isRandom, operations, type Operation } from "../helpers/operations.js";
import { runsOr, seed } from "./fuzz.js";
import { Tape } from "./tape.js";
import { arrayOf, type Fill } from "./values.js";

/** Of each operation and dtype: some 400 of the one, 8 of the other. */
const runs = Math.ceil(runsOr(400) / 200);
const reference = new Engine(createReferenceBackend());

const open = "past the range of an integer C++ leaves the cast of a float open, and processors differ";
const long = "counts up to its largest element: a result of that length";
/** What is not tried on special values, with the reason and the values it is tried on. */
const exempt: Readonly<Record<string, readonly [fill: Fill, reason: string]>> = {
  int: ["ordinary", open],
  long: ["ordinary", open],
  short: ["ordinary", open],
  byte: ["ordinary", open],
  char: ["ordinary", open],
  bincount: ["small", long],
};

interface Outcome {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: ArrayLike<number | bigint>;
}
type Result = readonly Outcome[] | string;

/** The kinds in which an element of the result follows from one of each argument, or is one. */
const elementwise = new Set(["unary", "binary", "clamp", "where", "view", "gather", "cast", "extreme"]);
/** What sums up has whole numbers beside NaN, infinities and -0: their sums are the same in every order. */
type Values = Fill | "exact";
const exact = [0, -0, 1, -1, 2, -3, 0.5, NaN, Infinity, -Infinity, 4, -2];
const valuesFor = ({ name, op }: Operation): Values => exempt[name]?.[0] ?? (op !== undefined && elementwise.has(op.kind) ? "special" : "exact");

function drawn(tape: Tape, dtype: DType, count: number, values: Values): (number | bigint | boolean)[] {
  if (values === "exact" && dtype.startsWith("float")) return Array.from({ length: count }, () => tape.pick(exact));
  const array = arrayOf(tape, dtype, count, values === "exact" ? "special" : values);
  return Array.from({ length: count }, (_, i) => (dtype === "bool" ? array[i] !== 0 : array[i]));
}

/** The tensors of a result, read; a plain answer as a word; or the message of the error. */
function outcomeOf(sample: string, dtype: DType, numbers: readonly number[], values: Values): Result {
  manualSeed(1);
  const tape = new Tape(numbers);
  try {
    const inputs = inputsOf(dtype, undefined, (_, count) => drawn(tape, dtype, count, values));
    const result = sampleFunction(sample)(inputs);
    if (typeof result === "boolean") return String(result);
    return tensorsIn(result).map((out) => ({ shape: out.shape, dtype: out.dtype, data: out.toTypedArray() }));
  } catch (error) {
    if (error instanceof TesseraeError) return `${error.name}: ${error.message}`;
    throw error;
  }
}
/** What two results differ in, or undefined. */
function difference(a: Result, b: Result, isElementwise: boolean): string | undefined {
  if (typeof a === "string" || typeof b === "string") return a === b ? undefined : `${show(a)} beside ${show(b)}`;
  if (a.length !== b.length) return `${show(a)} beside ${show(b)}`;
  for (const [k, one] of a.entries()) {
    const other = b[k];
    if (one.dtype !== other.dtype || String(one.shape) !== String(other.shape)) return `${one.dtype} [${String(one.shape)}] beside ${other.dtype} [${String(other.shape)}]`;
    const wrong = Array.from({ length: one.data.length }, (_, i) => i).find((i) => !isSame(one.dtype, one.data[i], other.data[i], isElementwise));
    if (wrong !== undefined) return `output ${k}, element ${wrong}: ${one.data[wrong]} beside ${other.data[wrong]}`;
  }
  return undefined;
}
const show = (result: Result): string => (typeof result === "string" ? result : `${result.length} tensors`);

/** Mathematical functions differ by an ulp or two; where such numbers cancel each other, by as much of what was cancelled. */
const roundings: Partial<Record<DType, number>> = { float32: 2e-6, float64: 1e-14 };
function isSame(dtype: DType, a: number | bigint, b: number | bigint, isElementwise: boolean): boolean {
  if (Object.is(a, b)) return true;
  const allowed = roundings[dtype];
  if (allowed === undefined) return a === b;
  const [x, y] = [Number(a), Number(b)];
  if (x === 0 && y === 0) return !isElementwise; // one of them is -0
  const subnormal = dtype === "float32" ? 1e-44 : 1e-322;
  return Math.abs(x - y) <= allowed * Math.max(Math.abs(x), Math.abs(y)) + (isElementwise ? subnormal : allowed);
}

/** A tape of numbers that follow from one: shrinking a list would not make a special value plainer. */
function numbersFrom(start: number): number[] {
  let state = start;
  return Array.from({ length: 400 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 16;
  });
}

/** Fails with the first difference that is found: shrinking the number would not make a special value plainer. */
function check(sample: string, dtype: DType, compare: (numbers: readonly number[]) => string | undefined): void {
  let fault: string | undefined;
  const details = fc.check(
    fc.property(fc.integer(), (start) => {
      fault = compare(numbersFrom(start));
      return fault === undefined;
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );
  if (details.failed) throw new Error(`${sample} on ${dtype}: ${fault} (from ${String(details.counterexample)})`);
}

describe(`both backends agree (seed ${seed})`, () => {
  it.each(operations.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
    const [{ sample }, values] = [operation, valuesFor(operation)];
    for (const dtype of dtypes) {
      check(sample, dtype, (numbers) => {
        const wanted = withEngine(reference, () => outcomeOf(sample, dtype, numbers, values));
        return difference(outcomeOf(sample, dtype, numbers, values), wanted, values === "special");
      });
    }
  });
});

/** What the plain form gives, cast as the in-place form has to; undefined where that must refuse to. */
function written(plain: Result, dtype: DType, shape: readonly number[]): Result | undefined {
  if (typeof plain === "string") return plain;
  const [out] = plain;
  if (plain.length !== 1 || !canCast(out.dtype, dtype) || String(out.shape) !== String(shape)) return undefined;
  const cast = tensor(Array.from({ length: out.data.length }, (_, i) => out.data[i]), { dtype: out.dtype }).reshape(out.shape).to(dtype);
  return [{ shape: out.shape, dtype, data: cast.toTypedArray() }];
}

/** In place the dtype has to be the result's own. */
const sameDType = new Set(["floatPower"]);

describe(`in place as its plain form (seed ${seed})`, () => {
  const inPlace = operations.filter((operation) => !isRandom(operation)).flatMap((operation) => {
    const sample = inPlaceOf(operation);
    return sample === undefined ? [] : [[operation.name, operation, sample] as const];
  });
  it("is there", () => expect(inPlace.length).toBeGreaterThan(100));
  it.each(inPlace)("%s", (name, operation, sample) => {
    const [target] = /^\w+/.exec(sample) ?? [""];
    const values = valuesFor(operation);
    for (const dtype of dtypes) {
      check(sample, dtype, (numbers) => {
        const plain = outcomeOf(operation.sample, dtype, numbers, values);
        const wanted = sameDType.has(name) && dtype !== "float64" ? undefined : written(plain, dtype, shapes[target]);
        const found = outcomeOf(sample, dtype, numbers, values);
        if (wanted === undefined) return typeof found === "string" ? undefined : `was to refuse, as the result is another dtype or shape, but gave ${show(found)}`;
        if (typeof wanted === "string") return typeof found === "string" ? undefined : `${show(found)}, but the plain form throws ${wanted}`;
        return difference(found, wanted, true);
      });
    }
  });
});

it("keeps NaN: nothing is rewritten that holds for numbers only", () => {
  const odd = tensor([NaN, Infinity, -Infinity, -0, 0, 1], { dtype: "float32" });
  const rewritings: readonly (readonly [name: string, result: Tensor, wanted: readonly number[]])[] = [
    ["x * 0", odd.mul(0), [NaN, NaN, NaN, -0, 0, 0]],
    ["x - x", odd.sub(odd), [NaN, NaN, NaN, 0, 0, 0]],
    ["x / x", odd.div(odd), [NaN, NaN, NaN, NaN, NaN, 1]],
    ["x + 0", odd.add(0), [NaN, Infinity, -Infinity, 0, 0, 1]],
    ["x ** 0", odd.pow(0), [1, 1, 1, 1, 1, 1]],
    ["0 - x", tensor(0).sub(odd), [NaN, -Infinity, Infinity, 0, 0, -1]],
    ["-x", odd.neg(), [NaN, -Infinity, Infinity, 0, -0, -1]],
    ["max(x, x)", odd.maximum(odd), [NaN, Infinity, -Infinity, -0, 0, 1]],
    ["relu", odd.relu(), [NaN, Infinity, 0, -0, 0, 1]],
    ["sum of x * 0", odd.mul(0).sum(), [NaN]],
  ];
  for (const [name, result, wanted] of rewritings) {
    const found = Array.from(result.toTypedArray(), Number);
    expect(found.map((value, i) => Object.is(value, wanted[i]) || (value === 0 && wanted[i] === 0)), name).toEqual(wanted.map(() => true));
  }
  expect(Array.from(odd.mul(0).toTypedArray(), (value) => Object.is(value, -0))).toEqual([false, false, false, true, false, false]);
  expect(odd.eq(odd).tolist()).toEqual([false, true, true, true, true, true]);
});
