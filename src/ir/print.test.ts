/** @file The listing of a kernel, with and without the arguments of a call. */
import { expect, test } from "vitest";
import type { Kernel } from "./kernel.js";
import { printKernel } from "./print.js";

const kernel: Kernel = {
  axes: 1,
  reduceAxes: 1,
  vector: "reduceAxis",
  accesses: [
    { buffer: 0, dtype: "float32", step: "unit" },
    { buffer: 1, dtype: "float32", step: "other" },
    { buffer: -1, dtype: "int64", step: "unit" },
    { buffer: 2, dtype: "int64", step: "zero" },
  ],
  body: [
    { op: "load", dtype: "float32", access: 0 },
    { op: "load", dtype: "float32", access: 1 },
    { op: "sub", dtype: "float32", args: [0, 1] },
    { op: "index", dtype: "int64", access: 2 },
  ],
  reductions: [{ op: "argmin", dtype: "int64", value: 2, index: 3 }],
  epilogue: [
    { op: "reduced", dtype: "int64", reduction: 0 },
    { op: "constant", dtype: "int64", slot: 0 },
    { op: "mul", dtype: "int64", args: [0, 1] },
  ],
  stores: [{ access: 3, value: 2 }],
  constants: 1,
  buffers: 3,
};

test("with arguments it shows sizes, offsets, strides and constants", () => {
  const args = { sizes: [2038, 784], offsets: [0, 5, 0, 7], strides: [[784, 1], [0, 2], [0, 1], [1, 0]], constants: [-3n] };
  expect(printKernel(kernel, args)).toBe(
    [
      "for i0 < 2038:",
      "  for r0 < 784:  # vector",
      "    %0 = load float32 a0[784·i0 + r0]",
      "    %1 = load float32 a1[5 + 2·r0]",
      "    %2 = sub float32 %0, %1",
      "    %3 = index int64 (r0)",
      "    s0 = argmin int64 %2 at %3",
      "  %0 = reduced int64 s0",
      "  %1 = constant int64 -3",
      "  %2 = mul int64 %0, %1",
      "  store int64 a2[7 + i0] = %2",
    ].join("\n"),
  );
});

test("without arguments it names them", () => {
  const lines = printKernel(kernel).split("\n");
  expect(lines.slice(0, 4)).toEqual([
    "for i0 < n0:",
    "  for r0 < n1:  # vector",
    "    %0 = load float32 a0[?·i0 + r0]",
    "    %1 = load float32 a1[?·i0 + ?·r0]",
  ]);
  expect(lines[8]).toBe("  %1 = constant int64 c0");
});

test("a take shows the buffer and the position", () => {
  const taking: Kernel = { ...kernel, epilogue: [kernel.epilogue[0], { op: "take", dtype: "int64", buffer: 1, args: [0] }] };
  expect(printKernel(taking)).toContain("  %1 = take int64 a1[%0]");
});

test("passes are loops of their own, and reductions are numbered through them", () => {
  const shares: Kernel = {
    axes: 1, reduceAxes: 1, vector: "reduceAxis", constants: 0, buffers: 1, accesses: [{ buffer: 0, dtype: "float32", step: "unit" }],
    body: [{ op: "load", dtype: "float32", access: 0 }],
    reductions: [{ op: "sum", dtype: "float32", value: 0 }],
    passes: [{
      body: [{ op: "reduced", dtype: "float32", reduction: 0 }],
      reductions: [{ op: "max", dtype: "float32", value: 0 }],
      stores: [{ access: 0, value: 0 }],
    }],
    epilogue: [],
    stores: [],
  };
  expect(printKernel(shares, { sizes: [4, 6], offsets: [0], strides: [[6, 1]], constants: [] }).split("\n")).toEqual([
    "for i0 < 4:",
    "  for r0 < 6:  # vector",
    "    %0 = load float32 a0[6·i0 + r0]",
    "    s0 = sum float32 %0",
    "  for r0 < 6:  # vector",
    "    %0 = reduced float32 s0",
    "    store float32 a0[6·i0 + r0] = %0",
    "    s1 = max float32 %0",
  ]);
});

test("a scan is a running value that is stored in its loop", () => {
  const scan: Kernel = {
    axes: 1, reduceAxes: 1, vector: "reduceAxis", constants: 0, buffers: 2,
    accesses: [{ buffer: 0, dtype: "float32", step: "unit" }, { buffer: 1, dtype: "float64", step: "zero" }],
    body: [{ op: "load", dtype: "float32", access: 0 }, { op: "load", dtype: "float64", access: 1 }],
    reductions: [], epilogue: [], stores: [],
    scan: { op: "sum", dtype: "float32", value: 0, access: 0, reverse: true, start: 1 },
  };
  expect(printKernel(scan, { sizes: [4, 6], offsets: [0, 0], strides: [[6, 1], [1, 0]], constants: [] }).split("\n")).toEqual([
    "for i0 < 4:",
    "  for r0 < 6:  # vector",
    "    %0 = load float32 a0[6·i0 + r0]",
    "    %1 = load float64 a1[i0]",
    "    s0 = running sum float32 %0 from %1, backwards",
    "    store float32 a0[6·i0 + r0] = s0",
  ]);
});

test("a scalar kernel has no loops, and a broken one still prints", () => {
  const broken: Kernel = { ...kernel, axes: 0, stores: [{ access: 9, value: 9 }] };
  expect(printKernel(broken, { sizes: [3], offsets: [], strides: [], constants: [] })).toContain("store ? a?[? + ?·r0] = %9");
});
