/** @file How a product with a small result is cut along its depth: equal parts, enough for threads, and never where there are blocks enough. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { partsOfDepth } from "./plan.js";

const weightGradient = { batch: 1, rows: 16, columns: 9, depth: 64 * 28 * 28 };

test("the gradient of a convolution by its weight is cut by images", () => {
  expect(partsOfDepth(weightGradient, 64)).toBe(8);
  expect(partsOfDepth({ ...weightGradient, depth: 60 * 28 * 28 }, 60)).toBe(6);
});

test("what has blocks enough, is small, or has nothing to cut evenly is left whole", () => {
  expect(partsOfDepth({ batch: 1, rows: 1024, columns: 1024, depth: 1024 }, 1024)).toBe(1);
  expect(partsOfDepth({ ...weightGradient, batch: 8 }, 64)).toBe(1);
  expect(partsOfDepth({ ...weightGradient, depth: 2048 }, 2048)).toBe(1);
  expect(partsOfDepth({ ...weightGradient, depth: 61 * 28 * 28 }, 61)).toBe(1);
});

test("parts are equal, and long", () => {
  const size = fc.integer({ min: 1, max: 300 });
  fc.assert(fc.property(size, size, fc.integer({ min: 1, max: 1 << 18 }), (rows, columns, depth) => {
    const parts = partsOfDepth({ batch: 1, rows, columns, depth }, depth);
    expect(depth % parts).toBe(0);
    expect(parts === 1 || depth / parts >= 1024).toBe(true);
  }));
});
