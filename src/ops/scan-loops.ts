/**
 * @file The loops of the gradients of running products and log-sums over dense arrays, along one dimension: what the routines of scan-gradients.ts run.
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

/** Running products in the direction v: t[k] = t[k - 1] x[k] + P[k - 1] v[k]. */
export function productTangents(x: TypedArray, v: TypedArray, into: TypedArray, lines: Lines): void {
  const [before, moved] = [new Float64Array(into.length), new Float64Array(into.length)];
  onCells([x, v, into], {
    numbers: ([a, d, b]) =>
      alongLines(lines, (at, last) => {
        before[at] = last < 0 ? 1 : before[last] * a[last];
        b[at] = moved[at] = (last < 0 ? 0 : moved[last] * a[at]) + before[at] * d[at];
      }),
    bigints: () => {},
  });
}

/**
 * The gradient by x of Σ g[k] t[k], t the running products in the direction v: the loop of t gone through backward.
 * T[k] = g[k] + x[k + 1] T[k + 1], B[k] = v[k] T[k] + x[k] B[k + 1], dx[k] = T[k] t[k - 1] + B[k + 1] P[k - 1].
 */
export function productCurves(x: TypedArray, g: TypedArray, v: TypedArray, into: TypedArray, lines: Lines): void {
  const [before, moved, later, byBefore] = Array.from({ length: 4 }, () => new Float64Array(into.length));
  onCells([x, g, v, into], {
    numbers: ([a, weights, d, b]) => {
      alongLines(lines, (at, last) => {
        before[at] = last < 0 ? 1 : before[last] * a[last];
        moved[at] = (last < 0 ? 0 : moved[last] * a[at]) + before[at] * d[at];
      });
      const { inner, size } = lines;
      backAlongLines(lines, (at, next) => {
        later[at] = next < 0 ? weights[at] : weights[at] + a[next] * later[next];
        const after = next < 0 ? 0 : byBefore[next];
        byBefore[at] = d[at] * later[at] + a[at] * after;
        const isFirst = Math.floor(at / inner) % size === 0;
        b[at] = (isFirst ? 0 : later[at] * moved[at - inner]) + after * before[at];
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

/** Running log-sums in the direction v, the means of v under the weights e^x: m[k] = e^(out[k - 1] - out[k]) m[k - 1] + e^(x[k] - out[k]) v[k]. */
export function logSumTangents(x: TypedArray, out: TypedArray, v: TypedArray, into: TypedArray, lines: Lines): void {
  const mean = new Float64Array(into.length);
  onCells([x, out, v, into], {
    numbers: ([a, o, d, b]) =>
      alongLines(lines, (at, last) => {
        const own = a[at] === -Infinity ? 0 : ratio(a[at], o[at]) * d[at];
        b[at] = mean[at] = (last < 0 ? 0 : ratio(o[last], o[at]) * mean[last]) + own;
      }),
    bigints: () => {},
  });
}
