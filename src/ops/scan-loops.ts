/**
 * @file The loops of running sums, products and extremes over dense arrays, along one dimension: what the routines of scans.ts run. Lines
 * whose elements lie side by side are walked one by one; across columns a whole row of running values moves down, so that memory is read
 * in order either way. Knows arrays and no tensors.
 *
 * Floats are added and multiplied in double and rounded at each element, as in PyTorch (at::acc_type<float, /*is_cuda=*\/false>).
 */
import type { TypedArray } from "../core/dtype.js";
import { onCells, type Cells, type Lines } from "./routine.js";

type Numbers = Cells<number>;

/** Running sums of floats. Written out, as the products are: one loop for both would call a function for each element. */
function sums(from: Numbers, into: Numbers, { outer, size, inner }: Lines): void {
  if (inner === 1) {
    const four = outer - (outer % 4);
    for (let o = 0; o < four; o += 4) sumFourLines(from, into, o * size, size);
    for (let o = four; o < outer; o++) sumLine(from, into, o * size, size);
    return;
  }
  const running = new Float64Array(inner);
  for (let o = 0, at = 0; o < outer; o++) {
    running.fill(0);
    for (let row = 0; row < size; row++) for (let i = 0; i < inner; i++, at++) into[at] = running[i] += from[at];
  }
}

function sumLine(from: Numbers, into: Numbers, start: number, size: number): void {
  let sum = 0;
  for (let at = start; at < start + size; at++) into[at] = sum += from[at];
}
/** Four lines at once: each addition waits for the one before it on its line, and four lines wait together. */
function sumFourLines(from: Numbers, into: Numbers, start: number, size: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = start, j = i + size, k = j + size, l = k + size; i < start + size; i++, j++, k++, l++) {
    into[i] = a += from[i];
    into[j] = b += from[j];
    into[k] = c += from[k];
    into[l] = d += from[l];
  }
}

function products(from: Numbers, into: Numbers, { outer, size, inner }: Lines): void {
  if (inner === 1) {
    for (let o = 0, at = 0; o < outer; o++) {
      let product = 1;
      for (const end = at + size; at < end; at++) into[at] = product *= from[at];
    }
    return;
  }
  const running = new Float64Array(inner);
  for (let o = 0, at = 0; o < outer; o++) {
    running.fill(1);
    for (let row = 0; row < size; row++) for (let i = 0; i < inner; i++, at++) into[at] = running[i] *= from[at];
  }
}

/** Running sums of int64 by halves: a bigint for each element would take twenty times as long. */
function wideSums(from: Int32Array, into: Int32Array, { outer, size, inner }: Lines): void {
  const running = new Int32Array(2 * inner);
  for (let o = 0, at = 0; o < outer; o++) {
    running.fill(0);
    for (let row = 0; row < size; row++) {
      for (let i = 0; i < 2 * inner; i += 2, at += 2) {
        const low = (running[i] + from[at]) | 0;
        const carry = low >>> 0 < from[at] >>> 0 ? 1 : 0;
        into[at] = running[i] = low;
        into[at + 1] = running[i + 1] = (running[i + 1] + from[at + 1] + carry) | 0;
      }
    }
  }
}

/** The halves of 64-bit integers, the lower one first (WebAssembly's memory is little-endian). */
const halves = (array: BigInt64Array): Int32Array => new Int32Array(array.buffer, array.byteOffset, 2 * array.length);

/** Calls `step` with the position of each element and of the one before it on its line (-1 at the first). */
export function alongLines({ outer, size, inner }: Lines, step: (at: number, before: number) => void): void {
  for (let o = 0, at = 0; o < outer; o++) {
    for (let row = 0; row < size; row++) for (let i = 0; i < inner; i++, at++) step(at, row === 0 ? -1 : at - inner);
  }
}
/** The same from the end of each line: `after` is the position of the next element, -1 at the last. */
export function backAlongLines({ outer, size, inner }: Lines, step: (at: number, after: number) => void): void {
  for (let o = outer - 1, at = outer * size * inner - 1; o >= 0; o--) {
    for (let row = size - 1; row >= 0; row--) for (let i = 0; i < inner; i++, at--) step(at, row === size - 1 ? -1 : at + inner);
  }
}

/** Running sums of float32, float64 or int64. */
export function runningSums(from: TypedArray, into: TypedArray, lines: Lines): void {
  if (from instanceof BigInt64Array && into instanceof BigInt64Array) return wideSums(halves(from), halves(into), lines);
  onCells([from, into], { numbers: ([a, b]) => sums(a, b, lines), bigints: () => {} });
}

/** Running products; of integers modulo 2^64 (int64) or of their dtype. */
export function runningProducts(from: TypedArray, into: TypedArray, lines: Lines): void {
  onCells([from, into], {
    numbers: ([a, b]) => products(a, b, lines),
    bigints: ([a, b]) => alongLines(lines, (at, before) => (b[at] = before < 0 ? a[at] : BigInt.asIntN(64, b[before] * a[at]))),
  });
}

/** Running sums from the end of each line: the gradient of running sums. */
export function runningSumsBack(from: TypedArray, into: TypedArray, lines: Lines): void {
  const running = new Float64Array(into.length);
  onCells([from, into], {
    numbers: ([a, b]) => backAlongLines(lines, (at, after) => (b[at] = running[at] = after < 0 ? a[at] : running[after] + a[at])),
    bigints: () => {},
  });
}

/** log(e^a + e^b) in double. Source: PyTorch, aten/src/ATen/native/cpu/LogAddExp.h. */
function logAddExp(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === high && !Number.isFinite(low) ? high : Math.log1p(Math.exp(low - high)) + high;
}

export function runningLogSums(from: TypedArray, into: TypedArray, lines: Lines): void {
  const running = new Float64Array(into.length);
  onCells([from, into], {
    numbers: ([a, b]) => alongLines(lines, (at, before) => (b[at] = running[at] = logAddExp(before < 0 ? -Infinity : running[before], a[at]))),
    bigints: () => {},
  });
}

/** The position on its line of the latest extreme so far; of the latest NaN, once there was one. `sign`: 1 for the largest, -1 for the smallest. */
export function runningExtremes(from: TypedArray, positions: BigInt64Array, lines: Lines, sign: 1 | -1): void {
  const best = new Uint32Array(from.length);
  const { inner, size } = lines;
  const positionOf = (at: number): bigint => BigInt(Math.floor(at / inner) % size);
  const isBetter = (next: number | bigint, last: number | bigint): boolean =>
    Number.isNaN(next) || (!Number.isNaN(last) && (sign === 1 ? next >= last : next <= last));
  alongLines(lines, (at, before) => {
    best[at] = before < 0 || isBetter(from[at], from[best[before]]) ? at : best[before];
    positions[at] = positionOf(best[at]);
  });
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
