/**
 * @file Every backend gives what the reference backend gives, on random kernels: to the bit for integers, bools and the float operations
 * that IEEE 754 defines; within a few ulps for mathematical functions; within what the order of addition allows for floating sums.
 *
 * `FUZZ_RUNS=20000 npx vitest run tests/properties` looks further; `FUZZ_SEED` repeats a run.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isFloating, itemSize, type DType, type TypedArray } from "../../src/core/dtype.js";
import type { Allocation } from "../../src/backends/backend.js";
import { createReferenceBackend } from "../../src/backends/reference/backend.js";
import { createWasmBackend } from "../../src/backends/wasm/backend.js";
import { instructionsOf, reductionsOf, storesOf } from "../../src/ir/kernel.js";
import { printKernel } from "../../src/ir/print.js";
import { longestReduceAxis, partElements, splitArguments, splitReduction, type SplitReduction } from "../../src/ir/split.js";
import { verify } from "../../src/ir/verify.js";
import { runsOr, seed } from "./fuzz.js";
import { caseOf, type Accuracy, type Case } from "./kernels.js";
import { run, runEach } from "./running.js";
import { allowances, mathsUlps, type Allowance } from "./tolerance.js";
import { elementsOf, ulpsBetween } from "./values.js";

const numRuns = runsOr(500);
const reference = createReferenceBackend();
/** The second cuts every call in pieces; the others share it out among threads, and the last cuts reductions in parts. */
const threaded = [createWasmBackend({ threads: 2, sharesAll: true }), createWasmBackend({ threads: 4, sharesAll: true, parts: 5 })];
const backends = [createWasmBackend(), createWasmBackend({ pieces: 3 }), ...threaded];

// Without fast-check's bias to small numbers and short lists: those are the simple kernels.
const numbers = fc.noBias(fc.array(fc.nat(65_535), { minLength: 40, maxLength: 400, size: "max" }));

/** Each element that a store writes, to what may be wrong with it; all other elements must stay as they were. */
function writtenElements(test: Case): Map<number, { accuracy: Accuracy; point: number }>[] {
  const { kernel, call } = test;
  const written = test.buffers.map(() => new Map<number, { accuracy: Accuracy; point: number }>());
  storesOf(kernel).forEach((store, at) => {
    const { access } = store;
    const sizes = kernel.stores.includes(store) ? call.sizes.slice(0, kernel.axes) : call.sizes;
    const points = sizes.reduce((product, size) => product * size, 1);
    for (let point = 0; point < points; point++) {
      let position = call.offsets[access];
      let rest = point;
      for (let axis = sizes.length - 1; axis >= 0; axis--) {
        position += (rest % sizes[axis]) * call.strides[access][axis];
        rest = Math.floor(rest / sizes[axis]);
      }
      written[kernel.accesses[access].buffer].set(position, { accuracy: test.accuracies[at], point });
    }
  });
  return written;
}

/** Whether two elements agree as far as they must. */
function agrees(
  dtype: DType, got: number | bigint, wanted: number | bigint, how: { accuracy: Accuracy; point: number } | undefined,
  allowed: readonly (Allowance | undefined)[],
): boolean {
  if (Object.is(got, wanted)) return true;
  if (typeof got === "bigint" || typeof wanted === "bigint" || (dtype !== "float32" && dtype !== "float64")) return false;
  if (how?.accuracy.kind === "maths") return ulpsBetween(dtype, got, wanted) <= mathsUlps[dtype] * how.accuracy.functions;
  if (how?.accuracy.kind !== "reduction") return false;
  const error = allowed[how.accuracy.reduction]?.(how.point, wanted) ?? 0;
  return error === Infinity || Math.abs(got - wanted) <= error;
}

/** The first element on which a backend differs from the reference, as a sentence; undefined where there is none. */
function difference(test: Case, got: readonly Uint8Array[], wanted: readonly Uint8Array[]): string | undefined {
  const allowed = allowances(test);
  const written = writtenElements(test);
  for (const [buffer, dtype] of test.bufferDTypes.entries()) {
    const [a, b]: TypedArray[] = [elementsOf(dtype, got[buffer]), elementsOf(dtype, wanted[buffer])];
    for (let i = 0; i < a.length; i++) {
      const how = written[buffer].get(i);
      if (agrees(dtype, a[i], b[i], how, allowed)) continue;
      const before = elementsOf(dtype, test.buffers[buffer])[i];
      return `buffer ${buffer} (${dtype}) element ${i}, ${how === undefined ? "written by nobody" : how.accuracy.kind}: `
        + `got ${show(a[i])}, the reference has ${show(b[i])}, it was ${show(before)}`;
    }
  }
  return undefined;
}

const show = (x: number | bigint): string => (Object.is(x, -0) ? "-0" : String(x));

/** Everything that makes a failure reproducible by hand. */
function describeCase({ kernel, call, buffers, bufferDTypes }: Case): string {
  const contents = buffers.map((bytes, i) => {
    const elements = Array.from(elementsOf(bufferDTypes[i], bytes), show);
    return `a${i} ${bufferDTypes[i]} [${elements.slice(0, 24).join(", ")}${elements.length > 24 ? `, … ${elements.length}` : ""}]`;
  });
  return [printKernel(kernel, call), ...contents].join("\n");
}

test("the generator covers what kernels can be", () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const list of fc.sample(numbers, { numRuns: 600, seed: 1 })) {
    const { kernel, call, accuracies } = caseOf(list);
    verify(kernel);
    count(`${kernel.vector}, ${kernel.axes === 0 ? "no axes" : "axes"}, ${kernel.reductions.length === 0 ? "no reductions" : "reductions"}`);
    for (const { kind } of accuracies) count(kind);
    for (const { op, dtype } of instructionsOf(kernel)) {
      count(op);
      count(dtype);
    }
    for (const { op } of reductionsOf(kernel)) count(`${op} reduction`);
    for (const { body, reductions, stores } of kernel.passes ?? []) {
      if (reductions.length > 0) count("pass that reduces");
      if (stores.length > 0) count("pass that stores");
      if (body.some((i) => i.op === "reduced")) count("pass that uses results");
      const earlier = kernel.passes!.flatMap((pass) => pass.stores);
      if (body.some((i) => i.op === "load" && earlier.some(({ access }) => access === i.access))) count("pass that loads what is stored");
    }
    if (call.sizes.includes(0)) count("empty");
    if (storesOf(kernel).some(({ access }) => instructionsOf(kernel).some((i) => i.op === "load" && i.access === access))) count("in place");
  }
  for (const what of [
    "axis, axes, no reductions", "axis, axes, reductions", "reduceAxis, axes, reductions", "reduceAxis, no axes, reductions",
    "exact", "maths", "reduction", "empty", "in place", "where", "cast", "index", "take", "exp", "pow", "floorDiv", "lt", "sum reduction",
    "prod reduction", "argmin reduction", "argmax reduction", "or reduction", "and reduction", "bool", "uint8", "int64", "float64",
    "pass that reduces", "pass that stores", "pass that uses results", "pass that loads what is stored",
  ]) expect(seen.get(what) ?? 0, what).toBeGreaterThan(3);
});

test(`the WebAssembly backend agrees with the reference (${numRuns} runs, FUZZ_SEED=${seed})`, { timeout: 60_000 + numRuns * 200 }, () => {
  fc.assert(
    fc.property(numbers, (list) => {
      const first = caseOf(list);
      // The same code runs with other constants and then with the first ones again: nothing may stay from call to call.
      const second = { ...first, call: { ...first.call, constants: first.otherConstants } };
      const cases = first.kernel.constants > 0 ? [first, second, first] : [first];
      const calls = cases.map(({ call }) => call);
      const wanted = runEach(reference, first.kernel, calls, first.buffers);
      for (const backend of backends) {
        const got = runEach(backend, first.kernel, calls, first.buffers);
        cases.forEach((one, i) => {
          const wrong = difference(one, got[i], wanted[i]);
          if (wrong !== undefined) throw new Error(`call ${i + 1}: ${wrong}\n${describeCase(one)}`);
        });
      }
    }),
    { numRuns, seed },
  );
  // The workers come up while the first cases run.
  expect(threaded.map((backend) => backend.workers)).toEqual([1, 3]);
});

test("a reduction in parts gives what it gives whole, on the reference backend", () => {
  const seen = { split: 0, passes: 0, "not a reduction": 0 };
  for (const list of fc.sample(numbers, { numRuns: 500, seed: 3 })) {
    const one = caseOf(list);
    const { kernel, call } = one;
    const split = splitReduction(kernel);
    if (split === undefined) {
      seen[kernel.passes === undefined ? "not a reduction" : "passes"]++;
      expect(kernel.passes !== undefined || kernel.reductions.length === 0 || kernel.reduceAxes === 0).toBe(true);
      continue;
    }
    verify(split.partial);
    verify(split.combine);
    const size = call.sizes[longestReduceAxis(kernel, call.sizes)];
    if (size === 0) continue;
    seen.split++;
    const wanted = run(reference, kernel, call, one.buffers);
    for (const parts of new Set([1, Math.min(2, size), Math.ceil(size / 3), size])) {
      const wrong = difference(one, runSplit(one, split, parts), wanted);
      if (wrong !== undefined) throw new Error(`${parts} parts: ${wrong}\n${describeCase(one)}`);
    }
  }
  expect(seen.split).toBeGreaterThan(100);
});

/** Runs a case as the two kernels of a split, with as many parts. */
function runSplit({ kernel, call, buffers }: Case, split: SplitReduction, parts: number): Uint8Array[] {
  const allocations = buffers.map((bytes): Allocation => {
    const allocation = reference.allocate(bytes.length);
    reference.view(allocation, "uint8", 0, bytes.length).set(bytes);
    return allocation;
  });
  const between = split.parts.map((dtype) => reference.allocate(partElements(kernel, call.sizes, parts) * itemSize(dtype)));
  const calls = splitArguments<Allocation>(kernel, split, { ...call, buffers: allocations }, parts, between);
  for (const args of calls.partial) reference.run(reference.compile(split.partial), args);
  reference.run(reference.compile(split.combine), calls.combine);
  return allocations.map((allocation, i) => reference.view(allocation, "uint8", 0, buffers[i].length).slice());
}

test("a wrong result is noticed", () => {
  const noticed = { exact: 0, maths: 0, reduction: 0 };
  for (const list of fc.sample(numbers, { numRuns: 400, seed: 2 })) {
    const one = caseOf(list);
    const wanted = run(reference, one.kernel, one.call, one.buffers);
    storesOf(one.kernel).forEach(({ access }, at) => {
      const { buffer, dtype } = one.kernel.accesses[access];
      const broken = wanted.map((bytes) => bytes.slice());
      const first = elementsOf(dtype, broken[buffer]);
      const position = one.call.offsets[access];
      const value = first[position];
      // A hundredth more: far beyond every tolerance but that of an overflow.
      if (typeof value === "bigint" || !isFloating(dtype) || !Number.isFinite(value) || Math.abs(value) < 1e-30 || Math.abs(value) > 1e30) return;
      first[position] = value * 1.01;
      broken[buffer].set(new Uint8Array(first.buffer, first.byteOffset, first.byteLength));
      if (difference(one, broken, wanted) !== undefined) noticed[one.accuracies[at].kind]++;
      else if (one.accuracies[at].kind !== "reduction") expect.fail(`not noticed in ${describeCase(one)}`);
    });
  }
  expect(noticed.exact).toBeGreaterThan(20);
  expect(noticed.maths).toBeGreaterThan(3);
  expect(noticed.reduction).toBeGreaterThan(3);
});
