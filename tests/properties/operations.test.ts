/**
 * @file Every operation on every dtype over thousands of random bit patterns: subnormals, infinities, NaNs, extremes, and pairs of numbers
 * of like size, of which quotients are hard. The random kernels see few numbers in many loops; this sees many numbers in one.
 *
 * `FUZZ_RUNS=1000000 npx vitest run tests/properties/operations` takes more numbers; `FUZZ_SEED` repeats a run.
 */
import { expect, test } from "vitest";
import { category, dtypes, isFloating, newArray, type DType, type TypedArray } from "../../src/core/dtype.js";
import { createReferenceBackend } from "../../src/backends/reference/backend.js";
import { createWasmBackend } from "../../src/backends/wasm/backend.js";
import { binaryOps, compareOps, unaryOps, type Instruction, type Kernel } from "../../src/ir/kernel.js";
import { signatures } from "../../src/ir/verify.js";
import { runsOr, seed } from "./fuzz.js";
import { exactFloatOps } from "./kernels.js";
import { run } from "./running.js";
import { mathsUlps } from "./tolerance.js";
import { bytesOf, elementsOf, ulpsBetween } from "./values.js";

const count = Math.min(2 ** 24, runsOr(3000));
const reference = createReferenceBackend();
const wasm = createWasmBackend();

/** Random 32-bit words: xorshift32 (G. Marsaglia, 2003). */
function words(start: number): () => number {
  let x = start | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

/** Random bit patterns of a dtype; a quarter of the floats are of everyday size, where functions do their work. */
function patterns(dtype: DType, word: () => number): TypedArray {
  const array: TypedArray = newArray(dtype, count);
  const bytes = bytesOf(array);
  for (let i = 0; i < bytes.length; i++) bytes[i] = dtype === "bool" ? word() & 1 : word() >>> 9;
  if (array instanceof Float32Array || array instanceof Float64Array) {
    for (let i = 0; i < count; i += 4) array[i] = (word() / 2 ** 31 - 1) * 2 ** ((word() % 12) - 4);
  }
  return array;
}

/** A second operand: now and then the first, a small multiple or fraction of it, or a small number. */
function partners(dtype: DType, first: TypedArray, word: () => number): TypedArray {
  const array = patterns(dtype, word);
  if (dtype === "bool") return array;
  for (let i = 0; i < count; i++) {
    const how = word() % 8;
    const part = 1 + (word() % 60);
    if (array instanceof BigInt64Array && first instanceof BigInt64Array) {
      if (how < 3) array[i] = how === 0 ? first[i] / BigInt(part) : BigInt(part) - 30n;
    } else if (!(array instanceof BigInt64Array) && !(first instanceof BigInt64Array)) {
      if (how === 0) array[i] = first[i];
      else if (how === 1) array[i] = isFloating(dtype) ? first[i] / (part / 10) : part - 30;
      else if (how === 2) array[i] = isFloating(dtype) ? -first[i] / part : first[i] / part;
    }
  }
  return array;
}

/** Elements of one operation, over flat buffers of the given dtypes. */
function flat(instruction: Instruction, from: readonly DType[]): Kernel {
  return {
    axes: 1, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: from.length + 1,
    accesses: [...from, instruction.dtype].map((dtype, buffer) => ({ buffer, dtype, step: "unit" as const })),
    epilogue: [...from.map((dtype, access): Instruction => ({ op: "load", dtype, access })), instruction],
    stores: [{ access: from.length, value: from.length }],
  };
}

function compare(instruction: Instruction, inputs: readonly TypedArray[], from: readonly DType[]): void {
  const { dtype } = instruction;
  const kernel = flat(instruction, from);
  const size = inputs[0].length;
  const call = { sizes: [size], offsets: kernel.accesses.map(() => 0), strides: kernel.accesses.map(() => [1]), constants: [] };
  const buffers = [...inputs.map(bytesOf), bytesOf(newArray(dtype, size))];
  const [got, wanted] = [wasm, reference].map((backend): TypedArray => elementsOf(dtype, run(backend, kernel, call, buffers)[inputs.length]));
  const tolerance = dtype !== "float32" && dtype !== "float64" || instruction.op === "cast" || exactFloatOps.has(instruction.op) ? 0 : mathsUlps[dtype];
  for (let i = 0; i < size; i++) {
    const [a, b] = [got[i], wanted[i]];
    if (Object.is(a, b)) continue;
    const close = tolerance > 0 && typeof a === "number" && typeof b === "number" && (dtype === "float32" || dtype === "float64")
      && ulpsBetween(dtype, a, b) <= tolerance;
    if (!close) expect.fail(`${instruction.op} ${from.join(", ")} of ${inputs.map((x) => String(x[i])).join(", ")}: got ${a}, the reference has ${b} (FUZZ_SEED=${seed})`);
  }
}

const takes = (op: keyof typeof signatures, dtype: DType): boolean => signatures[op].takes.includes(category(dtype));
const timeout = 60_000 + count;

test.each(dtypes)(`operations on %s (${count} numbers, FUZZ_SEED=${seed})`, { timeout }, (dtype) => {
  const word = words(seed);
  const x = patterns(dtype, word);
  const y = partners(dtype, x, word);
  const wrong: string[] = [];
  const attempt = (instruction: Instruction, inputs: readonly TypedArray[], from: readonly DType[]): void => {
    try {
      compare(instruction, inputs, from);
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
    }
  };
  for (const op of unaryOps) if (takes(op, dtype)) attempt({ op, dtype, args: [0] }, [x], [dtype]);
  for (const op of binaryOps) if (takes(op, dtype)) attempt({ op, dtype, args: [0, 1] }, [x, y], [dtype, dtype]);
  for (const op of compareOps) attempt({ op, dtype: "bool", args: [0, 1] }, [x, y], [dtype, dtype]);
  for (const to of dtypes) {
    if (isFloating(dtype) && category(to) === "integer") continue; // mostly out of range, which is unspecified
    attempt({ op: "cast", dtype: to, args: [0] }, [x], [dtype]);
  }
  const condition = patterns("bool", word);
  attempt({ op: "where", dtype, args: [0, 1, 2] }, [condition, x, y], ["bool", dtype, dtype]);
  expect(wrong).toEqual([]);
});

const integers = { uint8: [0, 255], int8: [-128, 127], int16: [-32768, 32767], int32: [-2147483648, 2147483520], int64: [-(2 ** 63), 2 ** 63 - 2 ** 39] } as const;

test.each(["float32", "float64"] as const)("casts of %s within an integer's range", { timeout }, (dtype) => {
  const word = words(seed);
  for (const to of ["uint8", "int8", "int16", "int32", "int64"] as const) {
    const [least, most] = integers[to];
    const x = newArray(dtype, count);
    for (let i = 0; i < count; i++) x[i] = i === 0 ? least : i === 1 ? most : least + (most - least) * ((word() / 2 ** 32) ** (1 + (i % 3) * 4));
    compare({ op: "cast", dtype: to, args: [0] }, [x], [dtype]);
  }
});
