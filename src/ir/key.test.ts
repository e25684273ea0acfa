/** @file The key of a kernel: equal exactly when the kernels are, over random and slightly changed structures, and quick to build. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { dtypes } from "../core/dtype.js";
import { kernelKey } from "./key.js";
import { binaryOps, compareOps, contractionRoles, foldOps, runningOps, unaryOps, type Access, type Instruction, type Kernel, type Reduction } from "./kernel.js";

// Small numbers, so that two random kernels often differ in one place or none; now and then one that needs an escape.
const n = fc.oneof({ weight: 20, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.constantFrom(65_534, 65_535, 65_536, 131_071) });
const dtype = fc.constantFrom(...dtypes);
const indexType = fc.constantFrom("int32" as const, "int64" as const);
const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  fc.record({ op: fc.constant("load" as const), dtype, access: n }),
  fc.record({ op: fc.constant("index" as const), dtype: indexType, access: n }),
  fc.record({ op: fc.constant("constant" as const), dtype, slot: n }),
  fc.record({ op: fc.constant("reduced" as const), dtype, reduction: n }),
  fc.record({ op: fc.constantFrom("cast" as const, ...unaryOps), dtype, args: fc.tuple(n) }),
  fc.record({ op: fc.constantFrom(...binaryOps), dtype, args: fc.tuple(n, n) }),
  fc.record({ op: fc.constantFrom(...compareOps), dtype: fc.constant("bool" as const), args: fc.tuple(n, n) }),
  fc.record({ op: fc.constant("where" as const), dtype, args: fc.tuple(n, n, n) }),
  fc.record({ op: fc.constant("take" as const), dtype, buffer: n, args: fc.tuple(n) }),
);
const reduction: fc.Arbitrary<Reduction> = fc.oneof(
  fc.record({ op: fc.constantFrom(...foldOps), dtype, value: n }),
  fc.record({ op: fc.constantFrom("argmin" as const, "argmax" as const), dtype: indexType, value: n, index: n }),
);
const access: fc.Arbitrary<Access> = fc.record({
  buffer: fc.integer({ min: -1, max: 2 }), dtype, step: fc.constantFrom("zero" as const, "unit" as const, "other" as const),
});
const fields = {
  axes: n,
  reduceAxes: n,
  vector: fc.constantFrom("axis" as const, "reduceAxis" as const),
  accesses: fc.array(access, { maxLength: 2 }),
  body: fc.array(instruction, { maxLength: 2 }),
  reductions: fc.array(reduction, { maxLength: 2 }),
  epilogue: fc.array(instruction, { maxLength: 2 }),
  stores: fc.array(fc.record({ access: n, value: n }), { maxLength: 2 }),
  constants: n,
  buffers: n,
  scan: fc.option(
    fc.record({ op: fc.constantFrom(...runningOps), dtype, value: n, access: n, reverse: fc.boolean(), start: fc.option(n, { nil: undefined }), index: fc.option(n, { nil: undefined }) }), { nil: undefined },
  ),
  contraction: fc.option(
    fc.record({ left: n, right: n, roles: fc.array(fc.constantFrom(...contractionRoles), { maxLength: 2 }) }), { nil: undefined },
  ),
};
const kernel: fc.Arbitrary<Kernel> = fc.record(fields);
const names = Object.keys(fields);
/** A kernel, and another that takes some of its fields from a third. */
const neighbours = fc.tuple(kernel, kernel, fc.subarray(names, { maxLength: 2 })).map(([a, b, taken]): [Kernel, Kernel] => {
  const changes = Object.fromEntries(Object.entries(b).filter(([name]) => taken.includes(name)));
  return [a, { ...a, ...changes }];
});

test("two kernels have one key exactly when they are equal", () => {
  fc.assert(fc.property(neighbours, ([a, b]) => (kernelKey(a) === kernelKey(b)) === (JSON.stringify(a) === JSON.stringify(b))), { numRuns: 3000 });
});

const empty: Kernel = {
  axes: 1, reduceAxes: 0, vector: "axis", accesses: [], body: [], reductions: [], epilogue: [], stores: [], constants: 0, buffers: 0,
};
const key = (change: Partial<Kernel>): string => kernelKey({ ...empty, ...change });

test("no list runs into the next", () => {
  const load: Instruction = { op: "load", dtype: "int8", access: 0 };
  expect(key({ body: [load] })).not.toBe(key({ epilogue: [load] }));
  const pass = { body: [load], reductions: [], stores: [] };
  const keys = [{}, { passes: [pass] }, { passes: [pass, pass] }, { passes: [{ ...pass, stores: [{ access: 0, value: 0 }] }] }, { passes: [{ ...pass, body: [load, load] }] }].map(key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(key({ axes: 65_535 })).not.toBe(key({ axes: 65_535 + 65_536 }));
});

test("every opcode of every dtype has its own key, and a long kernel has one too", () => {
  const keys = new Set<string>();
  let count = 0;
  for (const dtype of dtypes) {
    const leaves: Instruction[] = [
      { op: "load", dtype, access: 0 }, { op: "constant", dtype, slot: 0 }, { op: "reduced", dtype, reduction: 0 },
      { op: "index", dtype: "int64", access: count }, { op: "cast", dtype, args: [0] }, { op: "where", dtype, args: [0, 0, 0] },
      { op: "take", dtype, buffer: 0, args: [0] },
    ];
    const operations: Instruction[] = [
      ...unaryOps.map((op): Instruction => ({ op, dtype, args: [0] })), ...binaryOps.map((op): Instruction => ({ op, dtype, args: [0, 0] })),
    ];
    for (const one of [...leaves, ...operations]) {
      keys.add(key({ epilogue: [one] }));
      count++;
    }
  }
  expect(keys.size).toBe(count);
  const long = Array.from({ length: 20_000 }, (): Instruction => ({ op: "add", dtype: "int8", args: [0, 0] }));
  expect(key({ epilogue: long })).not.toBe(key({ epilogue: [...long.slice(1), { op: "sub", dtype: "int8", args: [0, 0] }] }));
});
