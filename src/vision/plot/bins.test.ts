/**
 * @file Holds the bins of histograms to NumPy's, edge by edge and count by count (tests/golden/pandas.json).
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BinOptions, binEdges, countBins } from "./bins.js";

interface Golden {
  samples: Record<string, { dtype: string; data: (number | string)[] }>;
  histograms: { sample: string; options: { bins?: number | "auto" | number[]; range?: [number, number]; density?: boolean }; counts: (number | "nan")[]; edges: number[] }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL("../../../tests/golden/pandas.json", import.meta.url), "utf8"));

describe("NumPy's", () => {
  for (const { sample, options, counts, edges } of golden.histograms) {
    test(`${sample} with ${JSON.stringify(options)}`, () => {
      const { data, dtype } = golden.samples[sample];
      const values = Float64Array.from(data, Number).filter((v) => !Number.isNaN(v));
      const found = binEdges(values, options, dtype === "int64");
      expect(found).toHaveLength(edges.length);
      edges.forEach((edge, i) => expect(found[i]).toBeCloseTo(edge, 12));
      const counted = countBins(values, found, options.density);
      counts.forEach((count, i) => (count === "nan" ? expect(counted[i]).toBeNaN() : expect(counted[i]).toBeCloseTo(count, 12)));
    });
  }
});

test("every number falls into one bin", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 }), fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant("auto" as const)), (list, bins) => {
      const values = Float64Array.from(list);
      const counts = countBins(values, binEdges(values, { bins }));
      expect(counts.reduce((a, b) => a + b, 0)).toBe(list.length);
    }),
    // Numbers so near to each other that no edges fit between them are NumPy's error too.
    { numRuns: 200, examples: [[[0.1 + 0.2, 0.3], 10]] },
  );
});

test.each<readonly [BinOptions, RegExp]>([
  [{ bins: 0 }, /bins is a number from 1/],
  [{ bins: 2.5 }, /bins is a number from 1/],
  [{ bins: [1] }, /two numbers at least/],
  [{ bins: [1, 3, 2] }, /none below the one before/],
  [{ range: [1, 0] }, /range is the least and the greatest/],
])("%j is refused", (options, message) => {
  expect(() => binEdges(Float64Array.of(1, 2), options)).toThrow(message);
});
test("infinite numbers need a range", () => {
  expect(() => binEdges(Float64Array.of(1, Infinity), {})).toThrow(/infinite/);
  expect(countBins(Float64Array.of(1, Infinity), binEdges(Float64Array.of(1, Infinity), { range: [0, 2], bins: 2 }))).toEqual(Float64Array.of(0, 1));
});
