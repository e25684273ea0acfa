/**
 * @file Takes along a row: positions that go from element to element, within the buffer and over both of its ends, for every dtype and length
 * of row; against clamping each position by itself.
 */
import { expect, test } from "vitest";
import { dtypes } from "../../core/dtype.js";
import type { Kernel } from "../../ir/kernel.js";
import { createWasmBackend } from "./backend.js";

const backend = createWasmBackend();

test.each(dtypes)("%s rows from anywhere", (dtype) => {
  // out[i, j] = x[starts[i] + j]
  const kernel: Kernel = {
    axes: 2, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: 3,
    accesses: [{ buffer: 1, dtype: "int32", step: "zero" }, { buffer: -1, dtype: "int32", step: "unit" }, { buffer: 2, dtype, step: "unit" }],
    epilogue: [
      { op: "load", dtype: "int32", access: 0 }, { op: "index", dtype: "int32", access: 1 }, { op: "add", dtype: "int32", args: [1, 0] },
      { op: "take", dtype, buffer: 0, args: [2] },
    ],
    stores: [{ access: 2, value: 3 }],
  };
  const executable = backend.compile(kernel);
  const count = 37;
  const x = backend.allocate(count * 8);
  const starts = [0, 1, 5, 33, 34, 35, 36, 37, 100, -1, -2, -4, -30, 2 ** 31 - 2, -(2 ** 31)];
  const from = backend.allocate(starts.length * 4);
  backend.view(from, "int32", 0, starts.length).set(starts);
  const bytes = dtype === "bool" ? [0, 1, 1] : [3, 7, 11, 250];
  backend.view(x, "uint8", 0, count * 8).forEach((_, i, all) => (all[i] = bytes[i % bytes.length]));
  const items = Math.floor(x.bytes / backend.view(x, dtype, 0, 1).BYTES_PER_ELEMENT);
  const elements: (number | bigint)[] = Array.from(backend.view(x, dtype, 0, items) as Iterable<number | bigint>);
  for (const columns of [1, 2, 3, 4, 5, 8, 17, 40]) {
    const out = backend.allocate(starts.length * columns * 8);
    const strides = [[1, 0], [0, 1], [columns, 1]];
    backend.run(executable, { sizes: [starts.length, columns], offsets: [0, 0, 0], strides, constants: [], buffers: [x, from, out] });
    const got: (number | bigint)[] = Array.from(backend.view(out, dtype, 0, starts.length * columns) as Iterable<number | bigint>);
    const wanted = starts.flatMap((start) => Array.from({ length: columns }, (_, j) => elements[Math.min(items - 1, Math.max(0, (start + j) | 0))]));
    expect(got, `${columns} columns`).toEqual(wanted);
  }
});
