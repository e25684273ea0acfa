/**
 * @file Threads do what one thread does, to the bit, whatever the sizes and however often; a worker that dies is an error and never a hang; the
 * worker's program stands alone. Speed is the benchmark's business.
 */
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, test } from "vitest";
import { ThreadError, ValueError } from "../../../core/errors.js";
import type { Instruction, Kernel, UnaryOp } from "../../../ir/kernel.js";
import type { Allocation } from "../../backend.js";
import { createWasmBackend, type WasmBackend } from "../backend.js";
import { hostFunctions } from "../host-functions.js";
import { getNumThreads, setNumThreads } from "./count.js";
import { Pool } from "./pool.js";
import { sharesOf, threadsFor } from "./shares.js";
import { elementTime } from "./times.js";
import { workerSource } from "./worker.js";

const opened: WasmBackend[] = [];
function threaded(threads: number, more: object = {}): WasmBackend {
  const backend = createWasmBackend({ threads, sharesAll: true, limit: 512 << 20, ...more });
  opened.push(backend);
  return backend;
}
afterAll(() => opened.forEach((backend) => backend.close()));

const load = (access: number): Instruction => ({ op: "load", dtype: "float32", access });

/** out = op(x), element by element. */
const map = (op: UnaryOp): Kernel => ({
  axes: 1, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: 2,
  accesses: [{ buffer: 0, dtype: "float32", step: "unit" }, { buffer: 1, dtype: "float32", step: "unit" }],
  epilogue: [load(0), { op, dtype: "float32", args: [0] }], stores: [{ access: 1, value: 1 }],
});

/** Sums down the columns. */
const columnSums: Kernel = {
  axes: 1, reduceAxes: 1, vector: "axis", constants: 0, buffers: 2,
  accesses: [{ buffer: 0, dtype: "float32", step: "unit" }, { buffer: 1, dtype: "float32", step: "unit" }],
  body: [load(0)], reductions: [{ op: "sum", dtype: "float32", value: 0 }],
  epilogue: [{ op: "reduced", dtype: "float32", reduction: 0 }], stores: [{ access: 1, value: 0 }],
};

function floats(backend: WasmBackend, values: ArrayLike<number>): Allocation {
  const allocation = backend.allocate(4 * values.length);
  backend.view(allocation, "float32", 0, values.length).set(values);
  return allocation;
}

/** Runs a map over values and gives the results. */
function runMap(backend: WasmBackend, kernel: Kernel, values: ArrayLike<number>): Float32Array {
  const buffers = [floats(backend, values), backend.allocate(4 * values.length)];
  const call = { sizes: [values.length], offsets: [0, 0], strides: [[1], [1]], constants: [], buffers };
  backend.run(backend.compile(kernel), call);
  const result = backend.view(buffers[1], "float32", 0, values.length).slice();
  for (const buffer of buffers) backend.free(buffer);
  return result;
}

/** Runs something small until all workers are up. */
function wakeAll(backend: WasmBackend, workers: number): void {
  const end = performance.now() + 20_000;
  while (backend.workers < workers && performance.now() < end) runMap(backend, map("neg"), new Float32Array(1000));
  expect(backend.workers).toBe(workers);
}

/** To the bit. */
function expectSame(got: Float32Array, wanted: Float32Array): void {
  expect(got.length).toBe(wanted.length);
  const differ = got.findIndex((value, i) => !Object.is(value, wanted[i]));
  if (differ >= 0) expect.fail(`element ${differ} of ${got.length}: got ${got[differ]}, one thread has ${wanted[differ]}`);
}

const ramp = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i) * 10);

describe("what an element takes", () => {
  test("grows with what is done for it, and not with what is done once a row", () => {
    const added: Kernel = { ...map("neg"), epilogue: [load(0), { op: "add", dtype: "float32", args: [0, 0] }] };
    expect(elementTime(map("neg"))).toBe(elementTime(added));
    expect(elementTime(map("exp"))).toBeGreaterThan(elementTime(map("neg")));
    expect(elementTime(map("atan"))).toBeGreaterThan(elementTime(map("exp")));
    const still: Kernel = { ...map("atan"), accesses: [{ buffer: 0, dtype: "float32", step: "zero" }, { buffer: 1, dtype: "float32", step: "unit" }] };
    expect(elementTime(still)).toBeLessThan(elementTime(map("neg")));
    expect(elementTime(columnSums)).toBeLessThan(elementTime(map("neg")));
  });
});

describe("the number of threads", () => {
  test("is what was set, and nonsense is refused", () => {
    const before = getNumThreads();
    expect(before).toBeGreaterThanOrEqual(1);
    setNumThreads(3);
    expect(getNumThreads()).toBe(3);
    for (const wrong of [0, -1, 1.5, NaN, Infinity, 1025]) expect(() => setNumThreads(wrong)).toThrow(ValueError);
    expect(() => setNumThreads(0)).toThrow("setNumThreads: expected an integer from 1 to 1024, got 0");
    expect(getNumThreads()).toBe(3);
    setNumThreads(before);
  });

  test("follows the work: little of it is done alone", () => {
    expect(threadsFor(1000, 8)).toBe(1);
    expect(threadsFor(41_000, 8)).toBe(2);
    expect(threadsFor(1e9, 8)).toBe(8);
    expect(threadsFor(1e9, 1)).toBe(1);
  });
});

test("pieces cover the range once, and none is empty", () => {
  for (const kernel of [map("exp"), columnSums]) {
    for (const items of [1, 2, 63, 64, 65, 255, 256, 257, 1000, 784, 12_345, 2 ** 31 + 5]) {
      for (const threads of [2, 3, 4, 64]) {
        for (const time of [30_000, 1e6, Infinity]) {
          const { pieceItems, pieces } = sharesOf(kernel, items, time, threads);
          expect(pieceItems * pieces).toBeGreaterThanOrEqual(items);
          expect(pieceItems * (pieces - 1)).toBeLessThan(items);
        }
      }
    }
  }
});

describe("threads do what one thread does", () => {
  const alone = createWasmBackend({ threads: 1, limit: 512 << 20 });

  test.each([2, 3, 4])("%i threads: many sizes, to the bit", (threads) => {
    const backend = threaded(threads);
    wakeAll(backend, threads - 1);
    for (let size = 1; size < 200_000; size = Math.floor(size * 1.7) + 1) {
      for (const op of ["exp", "tan", "neg"] as const) expectSame(runMap(backend, map(op), ramp(size)), runMap(alone, map(op), ramp(size)));
    }
  });

  test("sums down columns, whose scratch areas are a thread's own", () => {
    const backend = threaded(4);
    wakeAll(backend, 3);
    for (const [rows, columns] of [[1000, 784], [37, 5000], [3, 20_000], [500, 70]]) {
      const [got, wanted] = [backend, alone].map((one) => {
        const buffers = [floats(one, ramp(rows * columns)), one.allocate(4 * columns)];
        const call = { sizes: [columns, rows], offsets: [0, 0], strides: [[1, columns], [1, 0]], constants: [], buffers };
        one.run(one.compile(columnSums), call);
        const result = one.view(buffers[1], "float32", 0, columns).slice();
        for (const buffer of buffers) one.free(buffer);
        return result;
      });
      expectSame(got, wanted);
    }
  });

  test("ten thousand calls in a row, each reading what the one before wrote", () => {
    const backend = threaded(3);
    wakeAll(backend, 2);
    const executable = backend.compile(map("neg"));
    const buffers = [floats(backend, ramp(5000)), backend.allocate(20_000)];
    for (let i = 0; i < 10_000; i++) {
      const call = { sizes: [5000], offsets: [0, 0], strides: [[1], [1]], constants: [], buffers: i % 2 === 0 ? buffers : buffers.toReversed() };
      backend.run(executable, call);
    }
    expectSame(backend.view(buffers[0], "float32", 0, 5000), ramp(5000));
  });

  test("the memory may grow while workers live", () => {
    const backend = threaded(2);
    wakeAll(backend, 1);
    const held: Allocation[] = [];
    // A kernel that the workers have and one that they have not, whose bytes lie in the new part.
    for (const op of ["abs", "ceil", "cos", "exp", "exp2", "expm1", "floor", "round", "sin", "sqrt", "tanh", "trunc"] as const) {
      held.push(backend.allocate(24 << 20));
      for (const each of ["neg", op] as const) {
        expectSame(runMap(backend, map(each), ramp(100_000)), runMap(alone, map(each), ramp(100_000)));
      }
    }
    expect(backend.memory().reserved).toBeGreaterThan(280 << 20);
    expect(backend.memory().allocations).toBe(held.length);
  });

  test("without shared memory there is one thread", () => {
    const backend = threaded(4, { shared: false });
    expectSame(runMap(backend, map("exp"), ramp(100_000)), runMap(alone, map("exp"), ramp(100_000)));
    expect(backend.workers).toBe(0);
  });
});

const memory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
/** A module for the pool that is no module. */
const broken = { run: () => {}, kernel: 0, module: 0, moduleBytes: 8, parameters: 0, items: 100, pieceItems: 1, pieces: 100, threads: 2, scratch: () => 0 };
const slow = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);

async function upAndRunning(pool: Pool, workers: number): Promise<void> {
  pool.start(workers);
  while (pool.up < workers) await new Promise((resolve) => setTimeout(resolve, 5));
}
/** Jobs whose pieces take some time, until the worker has taken part in one. */
function runUntilThrown(pool: Pool, job: typeof broken): void {
  for (let i = 0; i < 50; i++) pool.run({ ...job, run: slow });
}

describe("a worker that dies", () => {
  test("of its own failure says what failed, and the next call has a new one", async () => {
    const pool = new Pool(memory());
    await upAndRunning(pool, 1);
    expect(() => runUntilThrown(pool, broken)).toThrow(ThreadError);
    expect(pool.up).toBe(0);
    await upAndRunning(pool, 1);
    expect(() => runUntilThrown(pool, broken)).toThrow(/a worker thread died: CompileError/);
    pool.close();
  });

  test("between calls is told of at the next", async () => {
    const backend = threaded(2);
    wakeAll(backend, 1);
    backend.close();
    // Closed on purpose is no death: the backend goes on alone.
    expect(runMap(backend, map("neg"), [1, 2, 3])).toEqual(Float32Array.of(-1, -2, -3));
    const pool = new Pool(memory());
    await upAndRunning(pool, 1);
    pool.workers[0].thread.terminate();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(() => pool.run(broken)).toThrow(/a worker thread died: it exited with code 1/);
    expect(() => pool.run(broken)).not.toThrow();
  });

  test("in the middle of its work is noticed though nobody is told", async () => {
    const pool = new Pool(memory(), 300);
    await upAndRunning(pool, 1);
    // As if it had taken the job and gone: running, and no progress.
    const { words } = pool.workers[0];
    const before = performance.now();
    const run = (): void => void Atomics.store(words, 0, 3);
    expect(() => pool.run({ ...broken, pieces: 1, run })).not.toThrow();
    expect(() => {
      Atomics.store(words, 0, 1);
      pool.run({ ...broken, pieces: 2, items: 2, run });
    }).toThrow(/a worker thread died: it has not answered/);
    expect(performance.now() - before).toBeLessThan(20_000);
    pool.close();
  });
});

test("the worker's program needs nothing but the language", () => {
  const source = workerSource("web");
  const evaluate = (expression: string): unknown => runInNewContext(`${source}\n${expression}`, { onmessage: undefined });
  expect(evaluate("typeof onmessage")).toBe("function");
  expect(evaluate("Object.keys(host).join()")).toBe(Object.keys(hostFunctions).join());
  for (const [x, y] of [[1, NaN], [-1, Infinity], [2, 10], [-8, 1 / 3], [5.5, 2]]) {
    expect(evaluate(`host.pow(${x}, ${y})`)).toBe(hostFunctions.pow(x, y));
    expect(evaluate(`host.fmod(${x}, ${y})`)).toBe(hostFunctions.fmod(x, y));
    expect(evaluate(`host.sin(${x})`)).toBe(Math.sin(x));
  }
});
