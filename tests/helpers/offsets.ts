/**
 * @file What a view visits, one position after the other: how the tests say what views mean. The library itself composes views into loops.
 */
import { numel } from "../../src/core/shape.js";
import type { View } from "../../src/core/view.js";

/** Calls `visit` with the storage position of each element, in row-major order of the view. Iterative; allocates two arrays. */
export function forEachOffset(view: View, visit: (offset: number, index: number) => void): void {
  const count = numel(view.shape);
  const rank = view.shape.length;
  const counter = new Array<number>(rank).fill(0);
  let offset = view.offset;
  for (let i = 0; i < count; i++) {
    visit(offset, i);
    for (let d = rank - 1; d >= 0; d--) {
      offset += view.strides[d];
      if (++counter[d] < view.shape[d]) break;
      offset -= view.strides[d] * view.shape[d];
      counter[d] = 0;
    }
  }
}
