/** @file The metrics against their definitions, and that none is ever NaN. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError, ValueError } from "../core/errors.js";
import { accuracyPerClass, balancedAccuracy, confusionMatrix, overallAccuracy, rightOf, totalOf } from "./metrics.js";

describe("metrics", () => {
  it("reads everything off the matrix", () => {
    const confusion = confusionMatrix([0, 0, 0, 0, 1, 1, 2], [0, 0, 0, 1, 1, 1, 0], 3);
    expect(confusion).toEqual([[3, 1, 0], [0, 2, 0], [1, 0, 0]]);
    expect(accuracyPerClass(confusion)).toEqual([0.75, 1, 0]);
    expect(balancedAccuracy(confusion)).toBeCloseTo(1.75 / 3, 12);
    expect(overallAccuracy(confusion)).toBe(5 / 7);
    expect([rightOf(confusion), totalOf(confusion)]).toEqual([5, 7]);
  });

  it("has no number for a class without pictures, and leaves it out of the balance", () => {
    const confusion = confusionMatrix([0, 0], [0, 2], 3);
    expect(accuracyPerClass(confusion)).toEqual([0.5, null, null]);
    expect(balancedAccuracy(confusion)).toBe(0.5);
    expect(balancedAccuracy(confusionMatrix([], [], 2))).toBeNull();
    expect(overallAccuracy(confusionMatrix([], [], 2))).toBeNull();
  });

  it("agrees with counting one by one, for any predictions", () => {
    const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1 });
    fc.assert(
      fc.property(pairs, (all) => {
        const confusion = confusionMatrix(all.map(([a]) => a), all.map(([, p]) => p), 5);
        expect(overallAccuracy(confusion)).toBeCloseTo(all.filter(([a, p]) => a === p).length / all.length, 12);
        accuracyPerClass(confusion).forEach((accuracy, c) => {
          const mine = all.filter(([a]) => a === c);
          if (mine.length === 0) expect(accuracy).toBeNull();
          else expect(accuracy).toBeCloseTo(mine.filter(([, p]) => p === c).length / mine.length, 12);
        });
      }),
    );
  });

  it("refuses what is no class, and lists that do not match", () => {
    expect(() => confusionMatrix([0, 1], [0], 2)).toThrow(ShapeError);
    for (const label of [2, -1, 0.5, Number.NaN]) expect(() => confusionMatrix([0], [label], 2)).toThrow(ValueError);
    expect(() => confusionMatrix([], [], 0)).toThrow(ValueError);
  });
});
