/**
 * @file QR by Householder's reflections, with LAPACK's signs. Everything is held by columns (as rows of the transpose), because reflections work
 * on columns. Pure functions over Float64Arrays.
 */
import { reflectionOf, reflectRows, transposed } from "./rows.js";

/** A of m × n by reflections: row k of `v` is the k-th, from its element k on; `columns` is Rᵀ above it. */
export interface Reflected {
  readonly m: number;
  readonly n: number;
  /** n rows of m: the columns of A, after all reflections. */
  readonly columns: Float64Array;
  readonly v: Float64Array;
  readonly taus: Float64Array;
}

/** Rows that are worked on together. */
const group = 4;

/**
 * The reflections that make a matrix (row-major, m × n) upper triangular. Four columns at a time get all reflections before them, so that
 * they stay in the cache, and then make their own.
 */
export function reflect(a: Float64Array, m: number, n: number): Reflected {
  const count = Math.min(m, n);
  const columns = transposed(a, m, n);
  const v = new Float64Array(count * m);
  const taus = new Float64Array(count);
  for (let start = 0; start < n; start += group) {
    const end = Math.min(n, start + group);
    for (let k = 0; k < Math.min(start, count); k++) reflectRows(columns, start * m + k, m, end - start, taus[k], v, k * m + k, m - k);
    for (let k = start; k < Math.min(end, count); k++) {
      const from = k * m + k;
      v.set(columns.subarray(from, (k + 1) * m), from);
      const { tau, beta } = reflectionOf(v, from, m - k);
      taus[k] = tau;
      columns[from] = beta;
      columns.fill(0, from + 1, (k + 1) * m);
      reflectRows(columns, from + m, m, end - k - 1, tau, v, from, m - k);
    }
  }
  return { m, n, columns, v, taus };
}

/**
 * The first `count` columns of the product of reflections, as rows of m. Reflection k begins at element k + `shift`; rows before that are still
 * those of I, which it does not touch.
 */
export function columnsOfQ({ m, v, taus }: Pick<Reflected, "m" | "v" | "taus">, count: number, shift = 0): Float64Array {
  const q = new Float64Array(count * m);
  for (let i = 0; i < count; i++) q[i * m + i] = 1;
  for (let start = 0; start < count; start += group) {
    const rows = Math.min(group, count - start);
    for (let k = Math.min(start + rows - shift, taus.length) - 1; k >= 0; k--) {
      const from = k + shift;
      reflectRows(q, start * m + from, m, rows, taus[k], v, k * m + from, m - from);
    }
  }
  return q;
}

/** The first `count` rows of R, row-major, of n columns. */
export function rowsOfR({ m, n, columns }: Reflected, count: number): Float64Array {
  const r = new Float64Array(count * n);
  for (let i = 0; i < count; i++) for (let j = i; j < n; j++) r[i * n + j] = columns[j * m + i];
  return r;
}
