/**
 * @file QR by Householder's reflections, with LAPACK's signs. Everything is held by columns (as rows of the transpose), because reflections work
 * on columns. Pure functions over Float64Arrays.
 */
import { reflectionOf, reflectRow, transposed } from "./rows.js";

/** A of m × n by reflections: row k of `v` is the k-th, from its element k on; `columns` is Rᵀ above it. */
export interface Reflected {
  readonly m: number;
  readonly n: number;
  /** n rows of m: the columns of A, after all reflections. */
  readonly columns: Float64Array;
  readonly v: Float64Array;
  readonly taus: Float64Array;
}

/** The reflections that make a matrix (row-major, m × n) upper triangular. */
export function reflect(a: Float64Array, m: number, n: number): Reflected {
  const count = Math.min(m, n);
  const columns = transposed(a, m, n);
  const v = new Float64Array(count * m);
  const taus = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const from = k * m + k;
    v.set(columns.subarray(from, (k + 1) * m), from);
    const { tau, beta } = reflectionOf(v, from, m - k);
    taus[k] = tau;
    columns[from] = beta;
    columns.fill(0, from + 1, (k + 1) * m);
    for (let j = k + 1; j < n; j++) reflectRow(columns, j * m + k, tau, v, from, m - k);
  }
  return { m, n, columns, v, taus };
}

/** The first `count` columns of Q, as rows of m. */
export function columnsOfQ({ m, v, taus }: Pick<Reflected, "m" | "v" | "taus">, count: number): Float64Array {
  const q = new Float64Array(count * m);
  for (let i = 0; i < count; i++) q[i * m + i] = 1;
  for (let k = taus.length - 1; k >= 0; k--) {
    // Rows before k are still those of I, which the reflection does not touch.
    for (let i = Math.min(k, count); i < count; i++) reflectRow(q, i * m + k, taus[k], v, k * m + k, m - k);
  }
  return q;
}

/** The first `count` rows of R, row-major, of n columns. */
export function rowsOfR({ m, n, columns }: Reflected, count: number): Float64Array {
  const r = new Float64Array(count * n);
  for (let i = 0; i < count; i++) for (let j = i; j < n; j++) r[i * n + j] = columns[j * m + i];
  return r;
}
