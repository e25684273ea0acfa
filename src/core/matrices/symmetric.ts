/**
 * @file Eigenvalues and eigenvectors of symmetric matrices: Householder's reduction to three diagonals, then implicit QL steps. Pure
 * functions over Float64Arrays. https://netlib.org/eispack/ tred2, tql2
 */
import { columnsOfQ } from "./qr.js";
import { addRow, dot, hypotenuse, reflectionOf, rotateRows } from "./rows.js";

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

/**
 * H A H for one reflection after the other: A - v wᵀ - w vᵀ. Only the lower triangle is read and written, and once for each reflection: what one
 * does to it is done on the way through it for the next. `a` is overwritten.
 */
function tridiagonalize(a: Float64Array, n: number): Tridiagonal {
  const [v, taus] = [new Float64Array(n * n), new Float64Array(n)];
  const [diagonal, beside] = [new Float64Array(n), new Float64Array(n)];
  let [before, w, next] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    const current = v.subarray(k * n, (k + 1) * n);
    diagonal[k] = a[k * n + k] - 2 * before[k] * w[k];
    for (let i = k + 1; i < n; i++) current[i] = a[i * n + k] - before[i] * w[k] - w[i] * before[k];
    if (k === n - 1) break;
    const { tau, beta } = reflectionOf(current, k + 1, n - k - 1);
    taus[k] = tau;
    beside[k] = beta;
    passTriangle(a, n, k, before, w, current, next);
    // w = tau A v - (tau² vᵀ A v / 2) v
    for (let i = k + 1; i < n; i++) next[i] *= tau;
    addRow(next, k + 1, (-tau / 2) * dot(next, k + 1, current, k + 1, n - k - 1), current, k + 1, n - k - 1);
    [before, w, next] = [current, next, w];
  }
  return { diagonal, beside, v, taus };
}

/** A - before wᵀ - w beforeᵀ behind row and column k, and its product with v. */
function passTriangle(a: Float64Array, n: number, k: number, before: Float64Array, w: Float64Array, v: Float64Array, product: Float64Array): void {
  for (let i = k + 1; i < n; i++) {
    const at = i * n;
    const bi = before[i];
    const wi = w[i];
    const vi = v[i];
    let sum = 0;
    for (let j = k + 1; j < i; j++) {
      const x = a[at + j] - bi * w[j] - wi * before[j];
      a[at + j] = x;
      sum += x * v[j];
      product[j] += x * vi;
    }
    const x = a[at + i] - 2 * bi * wi;
    a[at + i] = x;
    product[i] = sum + x * vi;
  }
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
    const f = s * e[i];
    const b = c * e[i];
    const r = hypotenuse(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
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

/** Eigenvalues of a symmetric matrix with finite elements, of which the lower triangle is read and overwritten; undefined where they were not found. */
export function eigen(a: Float64Array, n: number, withVectors: boolean): Eigen | undefined {
  const reduced = tridiagonalize(a, n);
  const q = withVectors ? columnsOfQ({ ...reduced, m: n }, n, 1) : undefined;
  const { diagonal, beside } = reduced;
  if (!diagonalize(diagonal, beside, q)) return undefined;
  const order = Array.from(diagonal, (_, i) => i).toSorted((i, j) => diagonal[i] - diagonal[j]);
  const vectors = q && new Float64Array(n * n);
  if (q) order.forEach((from, to) => vectors?.set(q.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors };
}
