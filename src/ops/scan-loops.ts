/**
 * @file The loops of the gradients of running products and log-sums over dense arrays, along one dimension: what the routines of scans.ts run.
 * Elements are visited in the order of memory, so that it is read in order either way. Knows arrays and no tensors.
 */
import type { TypedArray } from "../core/dtype.js";
import { onCells, type Lines } from "./routine.js";

/** Calls `step` with the position of each element and of the one before it on its line (-1 at the first). */
function alongLines({ outer, size, inner }: Lines, step: (at: number, before: number) => void): void {
  for (let o = 0, at = 0; o < outer; o++) {
    for (let row = 0; row < size; row++) for (let i = 0; i < inner; i++, at++) step(at, row === 0 ? -1 : at - inner);
  }
}
/** The same from the end of each line: `after` is the position of the next element, -1 at the last. */
function backAlongLines({ outer, size, inner }: Lines, step: (at: number, after: number) => void): void {
  for (let o = outer - 1, at = outer * size * inner - 1; o >= 0; o--) {
    for (let row = size - 1; row >= 0; row--) for (let i = 0; i < inner; i++, at--) step(at, row === size - 1 ? -1 : at + inner);
  }
}

/**
 * The gradient of running products without a division, so that zeros are like all others:
 * dx[k] = P[k - 1] S[k], P the running product, S[k] = grad[k] + x[k + 1] S[k + 1].
 */
export function productSlopes(x: TypedArray, grad: TypedArray, into: TypedArray, lines: Lines): void {
  const [before, later] = [new Float64Array(into.length), new Float64Array(into.length)];
  onCells([x, grad, into], {
    numbers: ([a, g, b]) => {
      alongLines(lines, (at, last) => (before[at] = last < 0 ? 1 : before[last] * a[last]));
      backAlongLines(lines, (at, next) => {
        later[at] = next < 0 ? g[at] : g[at] + a[next] * later[next];
        b[at] = before[at] * later[at];
      });
    },
    bigints: () => {},
  });
}

/** e^a / e^b, where both may be 0. */
const ratio = (a: number, b: number): number => (a === b ? 1 : Math.exp(a - b));

/**
 * The gradient of running log-sums: dx[k] = e^(x[k] - out[k]) T[k], T[k] = grad[k] + e^(out[k] - out[k + 1]) T[k + 1]. No exponent is above 0.
 */
export function logSumSlopes(x: TypedArray, out: TypedArray, grad: TypedArray, into: TypedArray, lines: Lines): void {
  const later = new Float64Array(into.length);
  onCells([x, out, grad, into], {
    numbers: ([a, o, g, b]) =>
      backAlongLines(lines, (at, next) => {
        later[at] = next < 0 ? g[at] : g[at] + ratio(o[at], o[next]) * later[next];
        b[at] = a[at] === -Infinity ? 0 : ratio(a[at], o[at]) * later[at];
      }),
    bigints: () => {},
  });
}
