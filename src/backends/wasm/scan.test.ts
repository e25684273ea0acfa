/**
 * @file Scans: rows four at a time and what is left of them, columns in strips, tiles and blocks, from either end, with and without a start; against the
 * reference backend, for whole ranges and for ranges cut anywhere.
 */
import { describe, expect, test } from "vitest";
import { itemSize, type DType, type TypedArray } from "../../core/dtype.js";
import { runningDType, type Access, type Instruction, type Kernel, type KernelArguments, type Scan } from "../../ir/kernel.js";
import { blockElements, splitScan, splitScanArguments } from "../../ir/split-scan.js";
import { verify } from "../../ir/verify.js";
import type { Allocation, Backend } from "../backend.js";
import { createReferenceBackend } from "../reference/backend.js";
import { createWasmBackend } from "./backend.js";

const reference = createReferenceBackend();
const wasm = createWasmBackend();

interface Case {
  readonly vector: Kernel["vector"];
  readonly op: "sum" | "prod";
  readonly dtype: Scan["dtype"];
  /** What is loaded, and cast to the scan's dtype. */
  readonly from: DType;
  readonly reverse: boolean;
  readonly starts: boolean;
}

/** out[i, j, r] = running (x[i, j, r] + row[i, j]) along r: in memory, x and out are [i, j, r], or [i, r, j] with the vector axis j. */
function scanOf({ vector, op, dtype, from, reverse, starts }: Case, wide: boolean): Kernel {
  const [along, across] = vector === "axis" ? (["zero", "unit"] as const) : (["unit", "zero"] as const);
  const step = vector === "axis" ? across : along;
  const scan: Scan = { op, dtype, value: 3, access: 1, reverse, ...(starts && { start: 4 }) };
  const running = runningDType(scan);
  const moving = wide ? "other" : step === "unit" || vector === "axis" ? "unit" : "zero";
  const accesses: readonly Access[] = [
    { buffer: 0, dtype: from, step: moving }, { buffer: 1, dtype, step: moving },
    { buffer: 2, dtype, step: vector === "axis" ? "unit" : "zero" }, { buffer: 3, dtype: running, step: vector === "axis" ? "unit" : "zero" },
  ];
  const body: readonly Instruction[] = [
    { op: "load", dtype: from, access: 0 }, { op: "cast", dtype, args: [0] }, { op: "load", dtype, access: 2 }, { op: "add", dtype, args: [1, 2] },
    { op: "load", dtype: running, access: 3 },
  ];
  return { axes: 2, reduceAxes: 1, vector, accesses, body, reductions: [], epilogue: [], stores: [], scan, constants: 0, buffers: 4 };
}

/** Sums of small numbers are exact; products stay small. */
function fill(array: TypedArray, values: (i: number) => number): void {
  for (let i = 0; i < array.length; i++) {
    if (array instanceof BigInt64Array) array[i] = BigInt(values(i));
    else array[i] = values(i);
  }
}

function run(backend: Backend, kernel: Kernel, outer: number, inner: number, length: number, wide: boolean): TypedArray {
  const [i, j, r] = [outer, inner, length];
  const step = wide ? 2 : 1;
  const strides = kernel.vector === "axis" ? [r * j * step, step, j * step] : [j * r * step, r * step, step];
  const isProduct = kernel.scan?.op === "prod";
  const make = (dtype: DType, count: number, values: (at: number) => number): Allocation => {
    const allocation = backend.allocate(Math.max(1, count) * itemSize(dtype));
    fill(backend.view(allocation, dtype, 0, count), values);
    return allocation;
  };
  const count = i * j * r * step;
  const buffers = [
    make(kernel.accesses[0].dtype, count, (at) => (isProduct ? Number(at % 11 === 3) : at % 2)),
    make(kernel.accesses[1].dtype, count, () => 7),
    make(kernel.accesses[2].dtype, i * j, (at) => (isProduct ? 1 : at % 5)),
    make(kernel.accesses[3].dtype, i * j, (at) => 1 + (at % 3)),
  ];
  const call: KernelArguments<Allocation> = { sizes: [i, j, r], offsets: [0, 0, 0, 0], strides: [strides, strides, [j, 1, 0], [j, 1, 0]], constants: [], buffers };
  verify(kernel);
  backend.run(backend.compile(kernel), call);
  const result = backend.view(buffers[1], kernel.accesses[1].dtype, 0, count).slice();
  for (const buffer of buffers) backend.free(buffer);
  return result;
}

const sizes: readonly (readonly [outer: number, inner: number, length: number])[] = [
  [1, 1, 1], [1, 1, 9], [2, 4, 1], [1, 5, 3], [2, 7, 13], [1, 18, 35], [1, 1030, 2],
];
const dtypes = [["float32", "float32"], ["float32", "uint8"], ["float64", "float64"], ["int64", "bool"], ["int64", "int64"], ["int32", "int16"]] as const;
const cases = dtypes.flatMap(([dtype, from]) =>
  (["axis", "reduceAxis"] as const).flatMap((vector) =>
    (["sum", "prod"] as const).flatMap((op) => [false, true].map((reverse): Case => ({ vector, op, dtype, from, reverse, starts: reverse !== (op === "prod") })))));

describe.each([1, 3])("in %i pieces", (pieces) => {
  const backend = createWasmBackend({ pieces });
  test.each(cases)("%o", (given) => {
    for (const wide of pieces === 1 ? [false, true] : [false]) {
      const kernel = scanOf(given, wide);
      for (const [outer, inner, length] of sizes) {
        const [got, wanted] = [backend, reference].map((each) => run(each, kernel, outer, inner, length, wide));
        expect(got, `[${outer}, ${inner}, ${length}]${wide ? ", every other element" : ""}`).toEqual(wanted);
      }
    }
  });
});

/** Where the extremes of x[i, r] are along r, or log-sums of it; in memory x and out are [i, r], or [r, i] with the vector axis i. */
function plainScan(vector: Kernel["vector"], op: "argmin" | "argmax" | "logSumExp", from: DType, dtype: Scan["dtype"], reverse: boolean): Kernel {
  const isSearch = op !== "logSumExp";
  const still = vector === "axis" ? "zero" : "unit";
  return {
    axes: 1, reduceAxes: 1, vector, reductions: [], epilogue: [], stores: [], constants: 0, buffers: 2,
    accesses: [{ buffer: 0, dtype: from, step: "unit" }, { buffer: 1, dtype, step: "unit" }, { buffer: -1, dtype: "int32", step: still }],
    body: [{ op: "load", dtype: from, access: 0 }, { op: "index", dtype: "int32", access: 2 }, { op: "cast", dtype: isSearch ? dtype : from, args: [isSearch ? 1 : 0] }],
    scan: { op, dtype, value: 0, access: 1, reverse, ...(isSearch && { index: 2 }) },
  };
}

const special = [1, 3, 3, -0, 0, -2, 3, Infinity, 2, Infinity, -Infinity, 5, NaN, 4, NaN, 7, -Infinity];
const plain = (["axis", "reduceAxis"] as const).flatMap((vector) => [false, true].flatMap((reverse) => [
  ...(["argmin", "argmax"] as const).flatMap((op) =>
    ([["float32", "int64"], ["float64", "int64"], ["uint8", "int32"], ["int64", "int64"]] as const).map(([from, dtype]) => [op, from, dtype, vector, reverse] as const)),
  ...(["float32", "float64"] as const).map((dtype) => ["logSumExp", dtype, dtype, vector, reverse] as const),
]));

test.each(plain)("running %s of %s to %s, vectors along %s, backwards: %s", (op, from, dtype, vector, reverse) => {
  const kernel = plainScan(vector, op, from, dtype, reverse);
  verify(kernel);
  for (const [lines, length] of [[1, 1], [3, 5], [5, 17], [9, 34], [21, 6]] as const) {
    const [got, wanted] = [wasm, reference].map((backend) => {
      const buffers = [from, dtype].map((type) => backend.allocate(lines * length * itemSize(type)));
      const whole = from !== "float32" && from !== "float64";
      fill(backend.view(buffers[0], from, 0, lines * length), (at) => (whole ? (at * 7) % 5 : special[(at * 5 + Math.floor(at / 23)) % special.length]));
      const strides = vector === "axis" ? [1, lines] : [length, 1];
      backend.run(backend.compile(kernel), { sizes: [lines, length], offsets: [0, 0, 0], strides: [strides, strides, [0, 1]], constants: [], buffers });
      return [...backend.view(buffers[1], dtype, 0, lines * length)].map(Number);
    });
    got.forEach((value, at) => {
      if (op !== "logSumExp" || !Number.isFinite(wanted[at])) expect(value, `[${lines}, ${length}] at ${at}`).toBe(wanted[at]);
      // Both are worked out in float64, by functions that differ in their last bits, and rounded.
      else expect(Math.abs(value - wanted[at])).toBeLessThanOrEqual((from === "float32" ? 1e-7 : 2e-15) * Math.max(1, Math.abs(value)));
    });
  }
});

describe.each([3])("in %i blocks", (parts) => {
  const backend = createWasmBackend({ parts });
  test.each(cases.filter(({ starts }) => !starts))("%o", (given) => {
    const kernel = scanOf(given, false);
    for (const [outer, inner, length] of sizes) {
      const [got, wanted] = [backend, reference].map((each) => run(each, kernel, outer, inner, length, false));
      expect(got, `[${outer}, ${inner}, ${length}]`).toEqual(wanted);
    }
  });
});

test("the kernels of a split and their arguments are sound: the reference backend, which checks them, gives what it gives for the whole", () => {
  const inBlocks: Backend = Object.create(reference);
  for (const given of cases.filter(({ starts }) => !starts)) {
    const kernel = scanOf(given, false);
    const split = splitScan(kernel);
    expect(split === undefined).toBe(given.op === "prod" && given.dtype.startsWith("float"));
    if (split === undefined) continue;
    for (const of of [split.totals, split.offsets, split.blocks]) verify(of);
    for (const [outer, inner, length] of sizes.filter((size) => size[2] > 1)) {
      for (const block of new Set([1, Math.ceil(length / 2), length - 1])) {
        inBlocks.run = (_, args) => {
          const count = blockElements(kernel, args.sizes, block);
          const values = reference.allocate(count * itemSize(split.dtype));
          fill(reference.view(values, split.dtype, 0, count), () => split.identity);
          const calls = splitScanArguments(kernel, args, block, values);
          reference.run(reference.compile(split.totals), calls.totals);
          reference.run(reference.compile(split.offsets), calls.offsets);
          for (const call of calls.blocks) reference.run(reference.compile(split.blocks), call);
        };
        expect(run(inBlocks, kernel, outer, inner, length, false)).toEqual(run(reference, kernel, outer, inner, length, false));
      }
    }
  }
});

test("lines that threads share in blocks have the bits of one thread, and infinities and NaN where they belong", () => {
  for (const vector of ["axis", "reduceAxis"] as const) {
    for (const reverse of [false, true]) {
      const kernel = scanOf({ vector, op: "sum", dtype: "float32", from: "float32", reverse, starts: false }, false);
      const [lines, length] = [3, 50_000];
      const [one, four] = [1, 4].map((threads) => {
        const backend = createWasmBackend({ threads, sharesAll: threads > 1 });
        const buffers = [4 * lines * length, 4 * lines * length, 4 * lines, 8 * lines].map((bytes) => backend.allocate(bytes));
        const strides = vector === "axis" ? [0, 1, lines] : [0, length, 1];
        const x = backend.view(buffers[0], "float32", 0, lines * length);
        for (let i = 0; i < x.length; i++) x[i] = Math.sin(i) / 3;
        x[strides[1] + 30_000 * strides[2]] = Infinity;
        x[2 * strides[1] + 20_000 * strides[2]] = NaN;
        backend.view(buffers[2], "float32", 0, lines).fill(0);
        const call = { sizes: [1, lines, length], offsets: [0, 0, 0, 0], strides: [strides, strides, [0, 1, 0], [0, 1, 0]], constants: [], buffers };
        for (let again = 0; again < 3; again++) backend.run(backend.compile(kernel), call);
        const result = backend.view(buffers[1], "float32", 0, lines * length).slice();
        backend.close();
        const first = reverse ? length - 1 : 0;
        let total = 0;
        for (let k = 0; k < length; k++) {
          const at = (reverse ? first - k : k) * strides[2];
          total += x[at];
          expect(result[at]).toBeCloseTo(Math.fround(total), 5);
        }
        expect(result[strides[1] + 30_000 * strides[2]]).toBe(Infinity);
        expect(result[2 * strides[1] + (reverse ? 19_000 : 21_000) * strides[2]]).toBeNaN();
        expect(result[2 * strides[1] + (reverse ? 21_000 : 19_000) * strides[2]]).not.toBeNaN();
        return result;
      });
      expect(new Int32Array(four.buffer)).toEqual(new Int32Array(one.buffer));
    }
  }
});

test("float32 is added in float64 and rounded where it is written", () => {
  const given: Case = { vector: "reduceAxis", op: "sum", dtype: "float32", from: "float32", reverse: false, starts: false };
  const kernel = scanOf(given, false);
  const backend = createWasmBackend();
  const buffers = [backend.allocate(4 * 3), backend.allocate(4 * 3), backend.allocate(4), backend.allocate(8)];
  backend.view(buffers[0], "float32", 0, 3).set([2 ** 24, 1, 1]);
  backend.view(buffers[2], "float32", 0, 1).set([0]);
  backend.run(backend.compile(kernel), { sizes: [1, 1, 3], offsets: [0, 0, 0, 0], strides: [[3, 3, 1], [3, 3, 1], [1, 1, 0], [1, 1, 0]], constants: [], buffers });
  expect([...backend.view(buffers[1], "float32", 0, 3)]).toEqual([2 ** 24, 2 ** 24, 2 ** 24 + 2]);
});
