/** @file View arithmetic against brute force: the positions that a view visits, written out one by one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { forEachOffset } from "../../tests/helpers/offsets.js";
import { numel } from "./shape.js";
import { contiguousView, expand, isContiguous, permute, reshape, select, slice, squeeze, unsqueeze, type View } from "./view.js";

function positions(view: View): number[] {
  const all: number[] = [];
  forEachOffset(view, (offset) => all.push(offset));
  return all;
}

/** Strides under which `shape` visits exactly these positions, if there are any: fixed by the first step along each dimension. */
function stridesFor(shape: readonly number[], visited: readonly number[]): number[] | null {
  let step = 1;
  const strides = new Array<number>(shape.length);
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = shape[d] > 1 ? visited[step] - visited[0] : 0;
    step *= shape[d];
  }
  const tried = positions({ shape, strides, offset: visited[0] });
  return tried.every((position, i) => position === visited[i]) ? strides : null;
}

const shapes = fc.array(fc.constantFrom(1, 2, 3, 4, 6), { minLength: 0, maxLength: 4 });
const views: fc.Arbitrary<View> = shapes.chain((shape) =>
  fc
    .record({
      order: fc.shuffledSubarray(shape.map((_, d) => d), { minLength: shape.length, maxLength: shape.length }),
      cuts: fc.array(fc.record({ dim: fc.nat(3), start: fc.nat(3), step: fc.integer({ min: 1, max: 3 }) }), { maxLength: 2 }),
      repeat: fc.boolean(),
    })
    .map(({ order, cuts, repeat }) => {
      let view = permute(contiguousView(shape), order);
      for (const { dim, start, step } of cuts) {
        if (dim >= view.shape.length || start >= view.shape[dim]) continue;
        view = slice(view, dim, start, Math.ceil((view.shape[dim] - start) / step), step);
      }
      return repeat ? expand(view, [2, ...view.shape]) : view;
    }),
);

/** All shapes of as many elements that factor a number into at most three sizes. */
const reshaped = (count: number): fc.Arbitrary<number[]> => {
  const divisors = Array.from({ length: count }, (_, i) => i + 1).filter((n) => count % n === 0);
  return fc.constantFrom(...divisors).chain((a) => {
    const rest = count / a;
    return fc.constantFrom(...divisors.filter((n) => rest % n === 0)).map((b) => [a, b, rest / b]);
  });
};

test("reshape gives a view exactly where one exists, and it visits the same elements in the same order", () => {
  fc.assert(
    fc.property(views.chain((view) => fc.tuple(fc.constant(view), reshaped(numel(view.shape)))), ([view, shape]) => {
      const visited = positions(view);
      const result = reshape(view, shape);
      if (result) expect(positions(result)).toEqual(visited);
      else expect(stridesFor(shape, visited)).toBeNull();
    }),
    { numRuns: 2000 },
  );
});

test("isContiguous means: neighbours in order are neighbours in memory", () => {
  fc.assert(
    fc.property(views, (view) => {
      const visited = positions(view);
      expect(isContiguous(view)).toBe(visited.every((position, i) => position === visited[0] + i));
    }),
  );
});

test("select, unsqueeze and squeeze agree with slicing", () => {
  const view = permute(contiguousView([2, 3, 4]), [2, 0, 1]);
  expect(positions(select(view, 1, 1))).toEqual(positions(slice(view, 1, 1, 1, 1)));
  expect(positions(unsqueeze(view, 1))).toEqual(positions(view));
  expect(squeeze(unsqueeze(view, 3), (d) => d === 3)).toEqual(view);
});

test("a reshape of nothing is a view", () => {
  expect(reshape({ shape: [0, 3], strides: [7, 2], offset: 5 }, [3, 0, 2])?.shape).toEqual([3, 0, 2]);
});
