/**
 * @file Turned reads: blocks, what is left beside and below them, tiles and bands, alone and beside other accesses; against plain arithmetic,
 * for whole ranges and for ranges cut anywhere.
 */
import { describe, expect, test } from "vitest";
import type { Kernel } from "../../ir/kernel.js";
import { createWasmBackend } from "./backend.js";

/** out[i, j] = x[j, i] - row[j] * column[i] + y[i, j], with x, y and out in rows as long as their own strides say. */
const kernel: Kernel = {
  axes: 2, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: 5,
  accesses: [
    { buffer: 0, dtype: "float32", step: "other" }, { buffer: 1, dtype: "float32", step: "unit" }, { buffer: 2, dtype: "float32", step: "zero" },
    { buffer: 3, dtype: "float32", step: "unit" }, { buffer: 4, dtype: "float32", step: "unit" },
  ],
  epilogue: [
    { op: "load", dtype: "float32", access: 0 }, { op: "load", dtype: "float32", access: 1 }, { op: "load", dtype: "float32", access: 2 },
    { op: "load", dtype: "float32", access: 3 }, { op: "mul", dtype: "float32", args: [1, 2] }, { op: "sub", dtype: "float32", args: [0, 4] },
    { op: "add", dtype: "float32", args: [5, 3] },
  ],
  stores: [{ access: 4, value: 6 }],
};
/** out[i, j] = x[j, i], of integers. */
const copying: Kernel = {
  ...kernel, buffers: 2, accesses: [{ buffer: 0, dtype: "int32", step: "other" }, { buffer: 1, dtype: "int32", step: "unit" }],
  epilogue: [{ op: "load", dtype: "int32", access: 0 }], stores: [{ access: 1, value: 0 }],
};

const sizes: readonly (readonly [rows: number, columns: number])[] = [
  [1, 1], [3, 3], [4, 4], [4, 7], [7, 4], [5, 6], [8, 12], [13, 9], [2, 50], [50, 2], [17, 33], [40, 300], [530, 21], [517, 261],
];

describe.each([1, 3, 7])("in %i pieces", (pieces) => {
  const backend = createWasmBackend({ pieces });
  const floats = (count: number, value: (i: number) => number) => {
    const allocation = backend.allocate(count * 4);
    backend.view(allocation, "float32", 0, count).forEach((_, i, all) => (all[i] = value(i)));
    return allocation;
  };

  test.each(sizes)("%i rows of %i, beside other accesses", (rows, columns) => {
    const [wide, gap] = [rows + 3, columns + 5];
    const x = floats(columns * wide + 2, (i) => i % 1009);
    const [row, column, y] = [floats(columns, (i) => i % 13), floats(rows, (i) => i % 7), floats(rows * gap, (i) => i % 101)];
    const out = floats(rows * gap, () => -1);
    const strides = [[1, wide], [0, 1], [1, 0], [gap, 1], [gap, 1]];
    backend.run(backend.compile(kernel), { sizes: [rows, columns], offsets: [2, 0, 0, 0, 0], strides, constants: [], buffers: [x, row, column, y, out] });
    const wanted = Float32Array.from({ length: rows * gap }, (_, at) => {
      const [i, j] = [Math.floor(at / gap), at % gap];
      return j >= columns ? -1 : ((2 + j * wide + i) % 1009) - (j % 13) * (i % 7) + (at % 101);
    });
    expect(backend.view(out, "float32", 0, rows * gap)).toEqual(wanted);
  });

  test.each(sizes)("%i rows of %i, copied; and with a step along the rows too, which are no blocks", (rows, columns) => {
    for (const step of [1, 2]) {
      const x = backend.allocate(rows * columns * step * 4);
      backend.view(x, "int32", 0, rows * columns * step).forEach((_, i, all) => (all[i] = i));
      const out = backend.allocate(rows * columns * 4);
      const strides = [[step, rows * step], [columns, 1]];
      backend.run(backend.compile(copying), { sizes: [rows, columns], offsets: [0, 0], strides, constants: [], buffers: [x, out] });
      const wanted = Int32Array.from({ length: rows * columns }, (_, at) => ((at % columns) * rows + Math.floor(at / columns)) * step);
      expect(backend.view(out, "int32", 0, rows * columns)).toEqual(wanted);
    }
  });
});
