/**
 * @file Eigenvalues and eigenvectors of symmetric matrices: Householder's reduction to three diagonals, then implicit QL steps. Pure
 * functions over Float64Arrays. https://netlib.org/eispack/ tred2, tql2
 */
import { addRow, dot, hypotenuse, reflectionOf, reflectRow, rotateRows } from "./rows.js";

/** Eigenvalues in ascending order, and their vectors as rows; none where the steps did not converge. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array | undefined;
}

/** The diagonal and the one beside it, and the reflections that lead there: row k of `v` from its element k + 1 on. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
  readonly v: Float64Array;
  readonly taus: Float64Array;
}

/** A ← H A H for one reflection after the other. `a`, symmetric in both halves, is overwritten. */
function tridiagonalize(a: Float64Array, n: number): Tridiagonal {
  const [v, taus] = [new Float64Array(n * n), new Float64Array(n)];
  const [diagonal, beside] = [new Float64Array(n), new Float64Array(n)];
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const [from, length] = [k * n + k + 1, n - k - 1];
    v.set(a.subarray(from, from + length), from);
    const { tau, beta } = reflectionOf(v, from, length);
    taus[k] = tau;
    beside[k] = beta;
    diagonal[k] = a[k * n + k];
    if (tau === 0) continue;
    // A - v wᵀ - w vᵀ with w = tau A v - (tau² vᵀ A v / 2) v
    for (let i = k + 1; i < n; i++) w[i] = tau * dot(a, i * n + k + 1, v, from, length);
    addRow(w, k + 1, (-tau / 2) * dot(w, k + 1, v, from, length), v, from, length);
    for (let i = k + 1; i < n; i++) {
      const vi = v[k * n + i];
      const wi = w[i];
      for (let j = k + 1; j < n; j++) a[i * n + j] -= vi * w[j] + wi * v[k * n + j];
    }
  }
  if (n > 0) diagonal[n - 1] = a[n * n - 1];
  return { diagonal, beside, v, taus };
}

/** The transpose of the product of the reflections: its rows become the eigenvectors. */
function startingVectors({ v, taus }: Tridiagonal, n: number): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let k = n - 2; k >= 0; k--) for (let i = k + 1; i < n; i++) reflectRow(q, i * n + k + 1, taus[k], v, k * n + k + 1, n - k - 1);
  return q;
}

const stepsPerValue = 60;

/** Where the element beside the diagonal is nothing: the end of the block that begins at l. */
function blockEnd(d: Float64Array, e: Float64Array, l: number): number {
  let m = l;
  while (m < d.length - 1 && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1])) && Math.abs(e[m]) > Number.MIN_VALUE) m++;
  return m;
}

/** Implicit QL steps on three diagonals until only the middle one is left. Whether that was reached. */
function diagonalize(d: Float64Array, e: Float64Array, q: Float64Array | undefined): boolean {
  const n = d.length;
  for (let l = 0; l < n; l++) {
    for (let steps = 0; ; steps++) {
      const m = blockEnd(d, e, l);
      if (m === l) break;
      if (steps === stepsPerValue) return false;
      step(d, e, l, m, q);
    }
  }
  return true;
}

/** One step on the block from l to m, with Wilkinson's shift. */
function step(d: Float64Array, e: Float64Array, l: number, m: number, q: Float64Array | undefined): void {
  const n = d.length;
  const half = (d[l + 1] - d[l]) / (2 * e[l]);
  const root = hypotenuse(half, 1);
  let g = d[m] - d[l] + e[l] / (half + (half >= 0 ? root : -root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const [f, b] = [s * e[i], c * e[i]];
    const r = hypotenuse(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    [s, c] = [f / r, g / r];
    const before = d[i + 1] - p;
    const turned = (d[i] - before) * s + 2 * c * b;
    p = s * turned;
    d[i + 1] = before + p;
    g = c * turned - b;
    if (q) rotateRows(q, (i + 1) * n, i * n, c, s, n);
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

/** Eigenvalues of a symmetric matrix with finite elements, given in both halves and overwritten; undefined where they were not found. */
export function eigen(a: Float64Array, n: number, withVectors: boolean): Eigen | undefined {
  const reduced = tridiagonalize(a, n);
  const q = withVectors ? startingVectors(reduced, n) : undefined;
  const { diagonal, beside } = reduced;
  if (!diagonalize(diagonal, beside, q)) return undefined;
  const order = Array.from(diagonal, (_, i) => i).toSorted((i, j) => diagonal[i] - diagonal[j]);
  const vectors = q && new Float64Array(n * n);
  if (q) order.forEach((from, to) => vectors?.set(q.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors };
}
