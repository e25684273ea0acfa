/** @file The WebAssembly backend gives what the reference backend gives: every operation and dtype, and random loops of every kind. */
import { expect, test } from "vitest";
import { category, dtypes, itemSize, viewArray, type DType, type TypedArray } from "../../core/dtype.js";
import {
  binaryOps, compareOps, unaryOps,
  type Access, type FoldOp, type Instruction, type Kernel, type KernelArguments, type Reduction, type Store,
} from "../../ir/kernel.js";
import { printKernel } from "../../ir/print.js";
import { reductionTakes, signatures } from "../../ir/verify.js";
import type { Allocation, Backend } from "../backend.js";
import { createReferenceBackend } from "../reference/backend.js";
import { createWasmBackend } from "./backend.js";
import { isExactDivisor, reciprocalPart } from "./reciprocals.js";

const wasm = createWasmBackend({ limit: 256 << 20 });
const inPieces = createWasmBackend({ limit: 256 << 20, shared: false, pieces: 3 });
const reference = createReferenceBackend();

type Call = Omit<KernelArguments<Allocation>, "buffers">;

/** Runs a kernel on copies of the buffers (bytes) and gives what they hold afterwards. */
function run(backend: Backend, kernel: Kernel, call: Call, buffers: readonly Uint8Array[]): Uint8Array[] {
  const allocations = buffers.map((bytes) => {
    const allocation = backend.allocate(bytes.length);
    backend.view(allocation, "uint8", 0, bytes.length).set(bytes);
    return allocation;
  });
  backend.run(backend.compile(kernel), { ...call, buffers: allocations });
  const after = allocations.map((allocation, i) => backend.view(allocation, "uint8", 0, buffers[i].length).slice());
  for (const allocation of allocations) backend.free(allocation);
  return after;
}

const isClose = (a: number, b: number, tolerance: number) =>
  Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** Compares both backends, buffer by buffer: whole, so that nothing is written beside. */
function compareBackends(
  kernel: Kernel, call: Call, buffers: readonly Uint8Array[], types: readonly DType[], tolerance = 0, tested: Backend = wasm,
): void {
  const [got, wanted] = [tested, reference].map((backend) => run(backend, kernel, call, buffers));
  got.forEach((bytes, i) => {
    const dtype = types[i];
    const [a, b] = [bytes, wanted[i]].map((x): TypedArray => viewArray(dtype, x.buffer, 0, x.length / itemSize(dtype)));
    for (let k = 0; k < a.length; k++) {
      const [x, y] = [Number(a[k]), Number(b[k])];
      if (dtype === "int64" ? a[k] !== b[k] : !isClose(x, y, tolerance)) {
        expect.fail(`buffer ${i} (${dtype}) element ${k}: got ${a[k]}, reference ${b[k]}\n${printKernel(kernel)}\n${describe(call)}`);
      }
    }
  });
}
const describe = (call: Call) => JSON.stringify(call, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));

const bytesOf = (data: TypedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
function arrayOf(dtype: DType, values: readonly number[]): Uint8Array {
  const out: TypedArray = viewArray(dtype, new ArrayBuffer(values.length * itemSize(dtype)), 0, values.length);
  values.forEach((v, i) => {
    if (out instanceof BigInt64Array) out[i] = BigInt(Math.trunc(v));
    else out[i] = dtype === "bool" ? Number(v !== 0) : v;
  });
  return bytesOf(out);
}

const extremes: Record<DType, readonly number[]> = {
  bool: [0, 1],
  uint8: [0, 1, 2, 3, 7, 127, 128, 200, 254, 255],
  int8: [0, 1, -1, 2, -3, 7, 100, -100, 127, -128],
  int16: [0, 1, -1, 5, -7, 300, -300, 32767, -32768],
  int32: [0, 1, -1, 5, -7, 65536, -99999, 46341, 2147483647, -2147483648],
  int64: [0, 1, -1, 5, -7, 3037000500, -4294967296, 2 ** 53, 2 ** 62, -(2 ** 63)],
  float32: [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, 100, -1e10, 1e-30, 2 ** 31, Infinity, -Infinity, NaN],
  float64: [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, 100, -1e10, 1e-300, 2 ** 60, Infinity, -Infinity, NaN],
};

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

/** Every pair of values of a dtype as two lists. */
function pairs(dtype: DType): [number[], number[]] {
  const list = extremes[dtype];
  return [list.flatMap((x) => list.map(() => x)), list.flatMap(() => [...list])];
}

/** One operation over flat buffers: args of `from`, result of `to`. */
function flat(instruction: (args: number[]) => Instruction, from: readonly DType[], to: DType): Kernel {
  const loads = from.map((dtype, access): Instruction => ({ op: "load", dtype, access }));
  return {
    axes: 1, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: from.length + 1,
    accesses: [...from, to].map((dtype, buffer): Access => ({ buffer, dtype, step: "unit" })),
    epilogue: [...loads, instruction(from.map((_, i) => i))],
    stores: [{ access: from.length, value: from.length }],
  };
}
function compareFlat(kernel: Kernel, inputs: readonly (readonly number[])[], tolerance = 0): void {
  const types = kernel.accesses.map(({ dtype }) => dtype);
  const n = inputs[0].length;
  const buffers = types.map((dtype, i) => arrayOf(dtype, inputs[i] ?? ones(n + 3)));
  compareBackends(kernel, { sizes: [n], offsets: types.map(() => 0), strides: types.map(() => [1]), constants: [] }, buffers, types, tolerance);
}

const exactOps: ReadonlySet<string> = new Set(["neg", "abs", "sign", "sqrt", "floor", "ceil", "round", "trunc", "not", "add", "sub", "mul", "div", "min", "max", "and", "or", "xor"]);
const takes = (op: keyof typeof signatures, dtype: DType) => signatures[op].takes.includes(category(dtype));
const tolerances = { float32: 3e-6, float64: 1e-13 } as const;
const toleranceOf = (op: string, dtype: DType) => (exactOps.has(op) || (dtype !== "float32" && dtype !== "float64") ? 0 : tolerances[dtype]);

test.each(unaryOps.flatMap((op) => dtypes.filter((d) => takes(op, d)).map((dtype) => [op, dtype] as const)))("%s of %s", (op, dtype) => {
  const mild = op === "sign" ? extremes[dtype].filter((x) => !Number.isNaN(x)) : extremes[dtype];
  compareFlat(flat(([x]) => ({ op, dtype, args: [x] }), [dtype], dtype), [mild], toleranceOf(op, dtype));
});

test.each(binaryOps.flatMap((op) => dtypes.filter((d) => takes(op, d)).map((dtype) => [op, dtype] as const)))("%s of %s", (op, dtype) => {
  compareFlat(flat(([x, y]) => ({ op, dtype, args: [x, y] }), [dtype, dtype], dtype), pairs(dtype), toleranceOf(op, dtype));
});

test.each(compareOps.flatMap((op) => dtypes.map((dtype) => [op, dtype] as const)))("%s of %s", (op, dtype) => {
  compareFlat(flat(([x, y]) => ({ op, dtype: "bool", args: [x, y] }), [dtype, dtype], "bool"), pairs(dtype));
});

test.each(dtypes)("where of %s", (dtype) => {
  const [x, y] = pairs(dtype);
  compareFlat(flat(([c, a, b]) => ({ op: "where", dtype, args: [c, a, b] }), ["bool", dtype, dtype], dtype), [x.map((_, i) => Number(i % 3 === 0)), x, y]);
});

test.each(dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const)))("cast %s to %s", (from, to) => {
  const limit = { bool: Infinity, uint8: 255, int8: 127, int16: 32767, int32: 2147483520, int64: 2 ** 62, float32: Infinity, float64: Infinity }[to];
  const floating = from === "float32" || from === "float64";
  // Out of range and NaN are unspecified for floats; integers wrap.
  const values = floating && category(to) === "integer"
    ? [...extremes[from], 254.9, 126.9, 30000.5].filter((x) => Math.abs(x) <= limit && (to !== "uint8" || x > -1))
    : extremes[from];
  compareFlat(flat(([x]) => ({ op: "cast", dtype: to, args: [x] }), [from], to), [values]);
});

/** A small generator of pseudo-random numbers (mulberry32), so that a failure names one seed. */
function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const upTo = (n: number) => Math.floor(next() * n);
  return { upTo, pick: <T>(list: readonly T[]): T => list[upTo(list.length)] };
}
type Random = ReturnType<typeof random>;

/** Builds one random kernel with data for a call. Values are small integers, so that every order of adding gives the same. */
class RandomKernel {
  readonly accesses: Access[] = [];
  readonly offsets: number[] = [];
  readonly strides: number[][] = [];
  readonly buffers: Uint8Array[] = [];
  readonly types: DType[] = [];
  readonly constants: (number | bigint)[] = [];
  readonly sizes: number[];
  readonly kernel: Kernel;

  constructor(private readonly r: Random) {
    const reduces = r.upTo(3) > 0;
    const vector = reduces && r.upTo(2) === 0 ? "reduceAxis" : "axis";
    const axes = vector === "axis" ? 1 + r.upTo(3) : r.upTo(3);
    const reduceAxes = reduces ? (vector === "reduceAxis" ? 1 : 0) + r.upTo(3) : 0;
    const vectorAxis = vector === "axis" ? axes - 1 : axes + reduceAxes - 1;
    this.sizes = Array.from({ length: axes + reduceAxes }, (_, axis) => {
      if (axis === vectorAxis) return 1 + r.upTo(r.pick([6, 20, 70]));
      return axis >= axes && r.upTo(25) === 0 ? 0 : 1 + r.upTo(r.pick([1, 3, 5]));
    });
    if (vector === "axis" && r.upTo(8) === 0) this.sizes[vectorAxis] = 1000 + r.upTo(1200);
    if (vector === "reduceAxis" && r.upTo(10) === 0) this.sizes[vectorAxis] = r.pick([0, 1020, 1024, 1025, 3000]);
    if (reduceAxes > 0 && vector === "axis" && r.upTo(6) === 0) this.sizes[axes + reduceAxes - 1] = 20 + r.upTo(60);
    const place = { vector: vectorAxis, inner: vector === "axis" || reduces };
    const body = reduces ? this.list(place.vector, this.sizes.length, 1 + r.upTo(6), []) : [];
    const reductions = reduces ? Array.from({ length: 1 + r.upTo(2) }, () => this.reduction(body, vectorAxis)) : [];
    const results = reductions.map(({ dtype }, reduction): Instruction => ({ op: "reduced", dtype, reduction }));
    const outer = vector === "axis" ? vectorAxis : -1;
    const epilogue = this.list(outer, axes, results.length === 0 ? 1 + r.upTo(7) : r.upTo(4), results);
    const stores = Array.from({ length: 1 + r.upTo(2) }, () => this.store(epilogue, axes, outer));
    this.kernel = {
      axes, reduceAxes, vector, body, reductions, epilogue, stores,
      accesses: this.accesses, constants: this.constants.length, buffers: this.buffers.length,
    };
  }

  /** A new access that steps along `vector` (or stays, if that is -1) and along the axes before `end`. */
  private access(dtype: DType, vector: number, end: number, buffer: boolean): number {
    const { r } = this;
    const step = vector < 0 ? "zero" : r.pick(["zero", "unit", "unit", "other"] as const);
    const strides = this.sizes.map((_, axis) => {
      if (axis >= end) return 0;
      if (axis === vector) return step === "zero" ? 0 : step === "unit" ? 1 : r.pick([2, 3, 4, 33]);
      return r.pick([0, 1, 3, 10, 71]);
    });
    const offset = r.upTo(6);
    this.accesses.push({ buffer: buffer ? this.buffers.length : -1, dtype, step });
    this.offsets.push(offset);
    this.strides.push(strides);
    if (buffer) {
      const span = 1 + offset + strides.reduce((sum, stride, axis) => sum + stride * Math.max(0, this.sizes[axis] - 1), 0);
      const lowest = dtype === "uint8" || dtype === "bool" ? 0 : -5;
      this.buffers.push(arrayOf(dtype, Array.from({ length: span }, () => lowest + r.upTo(dtype === "bool" ? 2 : 11))));
      this.types.push(dtype);
    }
    return this.accesses.length - 1;
  }

  private leaf(vector: number, end: number): Instruction {
    const { r } = this;
    const dtype = r.pick(dtypes);
    const kind = r.upTo(6);
    if (kind === 0) {
      const index = r.pick(["int32", "int64"] as const);
      return { op: "index", dtype: index, access: this.access(index, vector, end, false) };
    }
    if (kind === 1) {
      const value = dtype === "bool" ? r.upTo(2) : r.upTo(5);
      this.constants.push(dtype === "int64" ? BigInt(value) : value);
      return { op: "constant", dtype, slot: this.constants.length - 1 };
    }
    return { op: "load", dtype, access: this.access(dtype, vector, end, true) };
  }

  /** A list that starts with `given` and goes on with leaves and operations. */
  private list(vector: number, end: number, length: number, given: readonly Instruction[]): Instruction[] {
    const { r } = this;
    const list = [...given];
    if (list.length === 0 || r.upTo(2) === 0) list.push(this.leaf(vector, end));
    while (list.length < given.length + length) {
      if (r.upTo(3) === 0) list.push(this.leaf(vector, end));
      else list.push(...this.operation(list));
    }
    return list;
  }
  private operation(list: readonly Instruction[]): Instruction[] {
    const { r } = this;
    const x = r.upTo(list.length);
    const { dtype } = list[x];
    const partners = list.flatMap((i, at) => (i.dtype === dtype ? [at] : []));
    const y = r.pick(partners);
    const to = r.pick(dtypes);
    const options: Instruction[] = [
      { op: r.pick(compareOps), dtype: "bool", args: [x, y] },
      // float to a narrow integer may be out of range, which is unspecified
      { op: "cast", dtype: category(dtype) === "floating" && category(to) === "integer" ? "int64" : to, args: [x] },
    ];
    for (const op of ["add", "sub", "min", "max", "and", "or", "xor", "remainder", "floorDiv"] as const) {
      if (takes(op, dtype)) options.push({ op, dtype, args: [x, y] });
    }
    for (const op of ["neg", "abs", "not", "sign"] as const) if (takes(op, dtype)) options.push({ op, dtype, args: [x] });
    const condition = list.findIndex((i) => i.dtype === "bool");
    if (condition >= 0) options.push({ op: "where", dtype, args: [condition, x, y] });
    return [r.pick(options)];
  }

  private reduction(body: Instruction[], vector: number): Reduction {
    const { r } = this;
    const value = r.upTo(body.length);
    const { dtype } = body[value];
    const folds = (["sum", "min", "max", "and", "or"] as const satisfies readonly FoldOp[])
      .filter((op) => reductionTakes[op].includes(category(dtype)));
    if (dtype !== "bool" && r.upTo(3) === 0 && this.sizes.every((size) => size > 0)) {
      const index = r.pick(["int32", "int64"] as const);
      body.push({ op: "index", dtype: index, access: this.access(index, vector, this.sizes.length, false) });
      return { op: r.pick(["argmin", "argmax"] as const), dtype: index, value, index: body.length - 1 };
    }
    return { op: r.pick(folds), dtype, value };
  }

  /** A store to a buffer of its own, every element once, in an order of axes chosen at random but for the vector axis. */
  private store(epilogue: readonly Instruction[], axes: number, vector: number): Store {
    const { r } = this;
    const value = r.upTo(epilogue.length);
    const { dtype } = epilogue[value];
    const step = vector < 0 ? "zero" : r.pick(["unit", "unit", "other"] as const);
    const strides = this.sizes.map(() => 0);
    let stride = step === "other" ? 2 + r.upTo(2) : 1;
    for (let axis = axes - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride = stride * this.sizes[axis] + r.upTo(3);
    }
    const offset = r.upTo(4);
    this.accesses.push({ buffer: this.buffers.length, dtype, step });
    this.offsets.push(offset);
    this.strides.push(strides);
    this.buffers.push(arrayOf(dtype, ones(offset + stride + 5)));
    this.types.push(dtype);
    return { access: this.accesses.length - 1, value };
  }
}

test.each(Array.from({ length: 40 }, (_, i) => i))("random kernels, series %i", (series) => {
  for (let i = 0; i < 25; i++) {
    const { kernel, sizes, offsets, strides, constants, buffers, types } = new RandomKernel(random(series * 1000 + i));
    compareBackends(kernel, { sizes, offsets, strides, constants }, buffers, types, 0, i % 2 === 0 ? wasm : inPieces);
  }
});

const float32 = (values: readonly number[]) => arrayOf("float32", values);
const load = (access: number): Instruction => ({ op: "load", dtype: "float32", access });
const reduced = (dtype: DType): Instruction => ({ op: "reduced", dtype, reduction: 0 });

/** Sums [outer, inner] of float32 over the axis named, with vectors along the inner one. */
function sumKernel(over: "inner" | "outer"): Kernel {
  return {
    axes: 1, reduceAxes: 1, vector: over === "inner" ? "reduceAxis" : "axis", constants: 0, buffers: 2,
    accesses: [{ buffer: 0, dtype: "float32", step: "unit" }, { buffer: 1, dtype: "float32", step: over === "inner" ? "zero" : "unit" }],
    body: [load(0)], reductions: [{ op: "sum", dtype: "float32", value: 0 }], epilogue: [reduced("float32")], stores: [{ access: 1, value: 0 }],
  };
}

/** Relative error of the sum of `count` times x, in rows of `inner`, over everything or over the outer axis. */
function sumError(x: number, count: number, inner: number, over: "inner" | "outer"): number {
  const input = wasm.allocate(count * 4);
  const output = wasm.allocate(inner * 4);
  wasm.view(input, "float32", 0, count).fill(x);
  const outer = count / inner;
  const call = over === "inner"
    ? { sizes: [1, count], strides: [[count, 1], [1, 0]] }
    : { sizes: [inner, outer], strides: [[1, inner], [1, 0]] };
  wasm.run(wasm.compile(sumKernel(over)), { ...call, offsets: [0, 0], constants: [], buffers: [input, output] });
  const exact = Math.fround(x) * (over === "inner" ? count : outer);
  const worst = Math.max(...wasm.view(output, "float32", 0, over === "inner" ? 1 : inner).map((y) => Math.abs(y / exact - 1)));
  wasm.free(input);
  wasm.free(output);
  return worst;
}

test.each([0.1, 1 / 3, 1.9999])("long float32 sums of %f keep their accuracy", (x) => {
  expect(sumError(x, 1 << 24, 1 << 24, "inner")).toBeLessThan(1.3e-6);
  expect(sumError(x, 1 << 22, 4, "outer")).toBeLessThan(1.3e-6);
});

test.each(["int32", "int64"] as const)("argmin and argmax: the first of equals, the first NaN, infinities, as %s", (dtype) => {
  const rows = [[3, 1, 1, 3, 2], [NaN, 0, NaN, 5, 1], [2, 9, NaN, NaN, 9], [Infinity, Infinity, Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, 0, -Infinity, -Infinity], [0, -0, 0, -0, 0]];
  for (const op of ["argmin", "argmax"] as const) {
    for (const vector of ["axis", "reduceAxis"] as const) {
      for (const repeat of [1, 2, 9]) {
        const data = rows.map((row) => Array.from({ length: repeat }, () => row).flat());
        const n = data[0].length;
        const matrix = vector === "reduceAxis" ? data.flat() : Array.from({ length: n }, (_, i) => data.map((row) => row[i])).flat();
        const step = vector === "axis" ? "unit" : "zero";
        const kernel: Kernel = {
          axes: 1, reduceAxes: 1, vector, constants: 0, buffers: 2,
          accesses: [
            { buffer: 0, dtype: "float32", step: "unit" }, { buffer: -1, dtype, step: vector === "axis" ? "zero" : "unit" },
            { buffer: 1, dtype, step },
          ],
          body: [load(0), { op: "index", dtype, access: 1 }], reductions: [{ op, dtype, value: 0, index: 1 }],
          epilogue: [reduced(dtype)], stores: [{ access: 2, value: 0 }],
        };
        const strides = [vector === "axis" ? [1, rows.length] : [n, 1], [0, 1], [1, 0]];
        const buffers = [float32(matrix), arrayOf(dtype, ones(rows.length))];
        compareBackends(kernel, { sizes: [rows.length, n], offsets: [0, 0, 0], strides, constants: [] }, buffers, ["float32", dtype]);
      }
    }
  }
});

test("a byte times the two parts of a reciprocal is the quotient, for every byte and every divisor that counts as exact", () => {
  const wrong: string[] = [];
  for (let divisor = 1; isExactDivisor(divisor); divisor++) {
    const [high, low] = (["high", "low"] as const).map((part) => reciprocalPart(divisor, part));
    for (let x = -128; x <= 255; x++) {
      const product = Math.fround(Math.fround(x * high) + Math.fround(x * low));
      if (!Object.is(product, Math.fround(x / divisor))) wrong.push(`${x} / ${divisor}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(isExactDivisor(4096)).toBe(true);
});

test.each(["uint8", "int8", "bool"] as const)("%s divided by constants of every kind", (dtype) => {
  const kernel: Kernel = {
    axes: 1, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 1, buffers: 2,
    accesses: [{ buffer: 0, dtype, step: "unit" }, { buffer: 1, dtype: "float32", step: "unit" }],
    epilogue: [
      { op: "load", dtype, access: 0 }, { op: "cast", dtype: "float32", args: [0] }, { op: "constant", dtype: "float32", slot: 0 },
      { op: "div", dtype: "float32", args: [1, 2] },
    ],
    stores: [{ access: 1, value: 3 }],
  };
  const bytes = Array.from({ length: 256 }, (_, i) => (dtype === "bool" ? i % 2 : dtype === "int8" ? i - 128 : i));
  for (const divisor of [255, 1, 3, 4096, 4097, 0.5, -255, 0, 1e-40, Infinity, NaN]) {
    const call = { sizes: [256], offsets: [0, 0], strides: [[1], [1]], constants: [divisor] };
    compareBackends(kernel, call, [arrayOf(dtype, bytes), float32(ones(256))], [dtype, "float32"]);
  }
});

test.each(["uint8", "int8", "bool"] as const)("sums of %s across columns, past what 16 bits hold and across every edge", (dtype) => {
  const kernel: Kernel = {
    axes: 1, reduceAxes: 1, vector: "axis", constants: 0, buffers: 2,
    accesses: [{ buffer: 0, dtype, step: "unit" }, { buffer: 1, dtype: "int32", step: "unit" }],
    body: [{ op: "load", dtype, access: 0 }, { op: "cast", dtype: "int32", args: [0] }],
    reductions: [{ op: "sum", dtype: "int32", value: 1 }],
    epilogue: [{ op: "reduced", dtype: "int32", reduction: 0 }], stores: [{ access: 1, value: 0 }],
  };
  const most = { uint8: 255, int8: -128, bool: 1 }[dtype];
  for (const [rows, columns] of [[0, 5], [1, 64], [127, 63], [128, 65], [129, 3], [300, 130], [257, 7], [2, 1100]]) {
    // Every other column holds the extreme in all rows, so that a block's sum is as large as it can be.
    const bytes = Array.from({ length: rows * columns + 1 }, (_, i) => ((i - 1) % columns) % 2 === 0 ? most : (i * 37) % 2);
    const call = { sizes: [columns, rows], offsets: [1, 0], strides: [[1, columns], [1, 0]], constants: [] };
    const out = viewArray("uint8", new Int32Array(columns + 3).fill(-7).buffer, 0, 4 * (columns + 3));
    for (const backend of [wasm, inPieces]) compareBackends(kernel, call, [arrayOf(dtype, bytes), out], [dtype, "int32"], 0, backend);
  }
});

test("transposed copies across the edges of tiles", () => {
  const kernel: Kernel = {
    axes: 2, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: 2,
    accesses: [{ buffer: 0, dtype: "float32", step: "other" }, { buffer: 1, dtype: "float32", step: "unit" }],
    epilogue: [load(0)], stores: [{ access: 1, value: 0 }],
  };
  for (const [rows, columns] of [[63, 7], [64, 8], [65, 9], [130, 17], [1, 40], [40, 1]]) {
    const buffers = [float32(Array.from({ length: rows * columns }, (_, i) => i)), float32(ones(rows * columns + 5))];
    const call = { sizes: [rows, columns], offsets: [0, 2], strides: [[1, rows], [columns, 1]], constants: [] };
    for (const backend of [wasm, inPieces]) compareBackends(kernel, call, buffers, ["float32", "float32"], 0, backend);
  }
});

test("in place: a kernel may write where it reads", () => {
  for (const dtype of ["uint8", "float32", "int64"] as const) {
    for (const step of ["unit", "other"] as const) {
      const access: Access = { buffer: 0, dtype, step };
      const kernel: Kernel = {
        axes: 1, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: 1, accesses: [access, access],
        epilogue: [{ op: "load", dtype, access: 0 }, { op: "add", dtype, args: [0, 0] }], stores: [{ access: 1, value: 1 }],
      };
      const stride = step === "unit" ? 1 : 2;
      const call = { sizes: [45], offsets: [1, 1], strides: [[stride], [stride]], constants: [] };
      compareBackends(kernel, call, [arrayOf(dtype, Array.from({ length: 100 }, (_, i) => i))], [dtype]);
    }
  }
});

test("a kernel goes on working when the memory has grown, shared or not", () => {
  for (const shared of [true, false]) {
    const backend = createWasmBackend({ shared, limit: 64 << 20 });
    const kernel = flat(([x]) => ({ op: "neg", dtype: "float32", args: [x] }), ["float32"], "float32");
    const executable = backend.compile(kernel);
    const [input, output] = [backend.allocate(40), backend.allocate(40)];
    const call = { sizes: [10], offsets: [0, 0], strides: [[1], [1]], constants: [], buffers: [input, output] };
    for (let i = 1; i <= 3; i++) {
      backend.view(input, "float32", 0, 10).fill(i);
      backend.run(executable, call);
      expect([...backend.view(output, "float32", 8, 2)]).toEqual([-i, -i]);
      backend.allocate(10 << 20);
    }
    expect(backend.memory().reserved).toBeGreaterThan(20 << 20);
  }
});

test("what is held is what callers hold", () => {
  const backend = createWasmBackend({ limit: 64 << 20 });
  expect(backend.memory()).toMatchObject({ held: 0, allocations: 0 });
  const allocation = backend.allocate(1000);
  backend.compile(sumKernel("outer"));
  expect(backend.memory()).toMatchObject({ held: 1024, allocations: 1 });
  backend.free(allocation);
  expect(backend.memory()).toMatchObject({ held: 0, allocations: 0 });
});
