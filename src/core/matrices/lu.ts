/**
 * @file Triangular factors of square matrices and what is solved by them: LU with partial pivoting, Cholesky, triangular systems,
 * determinants, cofactors. Matrices are row-major Float64Arrays. Pure functions; what cannot be factored is told by a number, not thrown.
 */
import { addRow, dot, subtractRows } from "./rows.js";

/** P A = L U: row i of P A is row `rows[i]` of A; L, with ones on its diagonal, below U's in one array. */
export interface Factors {
  readonly n: number;
  readonly lu: Float64Array;
  readonly rows: Int32Array;
  /** The sign of the permutation. */
  readonly sign: 1 | -1;
  /** The first pivot that is 0, or -1. */
  readonly zero: number;
}

const panelWidth = 32;

/** Factors a matrix, which it overwrites, by panels, so that the rows of one stay in the cache while the rest is updated. */
export function factorize(lu: Float64Array, n: number): Factors {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  let [sign, zero]: [1 | -1, number] = [1, -1];
  for (let start = 0; start < n; start += panelWidth) {
    const end = Math.min(n, start + panelWidth);
    for (let k = start; k < end; k++) {
      const pivot = pivotOf(lu, n, k);
      if (pivot !== k) {
        swapRows(lu, n, k, pivot);
        [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
        sign = sign === 1 ? -1 : 1;
      }
      if (lu[k * n + k] === 0) zero = zero < 0 ? k : zero;
      else eliminate(lu, n, k, end);
    }
    updateRest(lu, n, start, end);
  }
  return { n, lu, rows, sign, zero };
}

/** The row of the largest element of a column on or below its diagonal. */
function pivotOf(lu: Float64Array, n: number, k: number): number {
  let [best, largest] = [k, Math.abs(lu[k * n + k])];
  for (let i = k + 1; i < n; i++) {
    const size = Math.abs(lu[i * n + k]);
    if (size > largest) [best, largest] = [i, size];
  }
  return best;
}

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  for (let c = 0; c < n; c++) [a[i * n + c], a[j * n + c]] = [a[j * n + c], a[i * n + c]];
}

/** One column's elimination, within its panel. */
function eliminate(lu: Float64Array, n: number, k: number, end: number): void {
  const pivot = lu[k * n + k];
  for (let i = k + 1; i < n; i++) {
    const factor = (lu[i * n + k] /= pivot);
    if (factor !== 0) addRow(lu, i * n + k + 1, -factor, lu, k * n + k + 1, end - k - 1);
  }
}

/** What a panel does to the columns behind it. */
function updateRest(lu: Float64Array, n: number, start: number, end: number): void {
  const width = n - end;
  if (width === 0) return;
  const panel = { data: lu, at: start * n + end, step: n };
  for (let i = start + 1; i < n; i++) {
    const count = Math.min(i, end) - start;
    subtractRows(lu, i * n + end, width, { data: lu, at: i * n + start, step: 1 }, panel, count);
  }
}

/** X of A X = B, for B of n × k. */
export function solveFactored({ n, lu, rows }: Factors, b: Float64Array, k: number): Float64Array {
  const x = new Float64Array(n * k);
  for (let i = 0; i < n; i++) x.set(b.subarray(rows[i] * k, (rows[i] + 1) * k), i * k);
  const all = { data: x, at: 0, step: k };
  for (let i = 1; i < n; i++) subtractRows(x, i * k, k, { data: lu, at: i * n, step: 1 }, all, i);
  for (let i = n - 1; i >= 0; i--) {
    subtractRows(x, i * k, k, { data: lu, at: i * n + i + 1, step: 1 }, { data: x, at: (i + 1) * k, step: k }, n - 1 - i);
    for (let j = 0; j < k; j++) x[i * k + j] /= lu[i * n + i];
  }
  return x;
}

/** X of A X = B for a triangular A; with `unit` its diagonal counts as ones. Only that triangle is read. */
export function solveTriangular(a: Float64Array, n: number, b: Float64Array, k: number, upper: boolean, unit: boolean): Float64Array {
  const x = b.slice();
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const from = upper ? i + 1 : 0;
    subtractRows(x, i * k, k, { data: a, at: i * n + from, step: 1 }, { data: x, at: from * k, step: k }, step);
    if (!unit) for (let j = 0; j < k; j++) x[i * k + j] /= a[i * n + i];
  }
  return x;
}

export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

export function determinantOf({ n, lu, sign }: Factors): number {
  let product: number = sign;
  for (let i = 0; i < n; i++) product *= lu[i * n + i];
  return product;
}

/** The sign and the logarithm of the absolute value of a determinant: 0 and -Infinity for a singular matrix. */
export function logDeterminantOf({ n, lu, sign }: Factors): readonly [sign: number, logarithm: number] {
  let [total, logarithm]: [number, number] = [sign, 0];
  for (let i = 0; i < n; i++) {
    const pivot = lu[i * n + i];
    total *= Math.sign(pivot);
    logarithm += Math.log(Math.abs(pivot));
  }
  return [total, logarithm];
}

/**
 * The matrix L of A = L Lᵀ, of which only the lower triangle is read, over it. Gives the order of the first leading minor that is not positive
 * definite, counted from 1, or 0.
 */
export function cholesky(a: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) a[i * n + j] = (a[i * n + j] - dot(a, i * n, a, j * n, j)) / a[j * n + j];
    const square = a[i * n + i] - dot(a, i * n, a, i * n, i);
    if (!(square > 0)) return i + 1;
    a[i * n + i] = Math.sqrt(square);
    a.fill(0, i * n + i + 1, (i + 1) * n);
  }
  return 0;
}
