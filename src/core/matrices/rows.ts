/**
 * @file The inner loops of linear algebra over rows of numbers: dot products, sums of rows, rotations and reflections. Rows are contiguous
 * stretches of a Float64Array; everything in this folder is arranged so that it works on rows. Pure functions that know no tensor.
 */

/** Σ a[at + i] · b[bt + i] over `length` elements, in four sums, which the processor adds at once. */
export function dot(a: Float64Array, at: number, b: Float64Array, bt: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[at + i] * b[bt + i];
    s1 += a[at + i + 1] * b[bt + i + 1];
    s2 += a[at + i + 2] * b[bt + i + 2];
    s3 += a[at + i + 3] * b[bt + i + 3];
  }
  for (; i < length; i++) s0 += a[at + i] * b[bt + i];
  return s0 + s1 + (s2 + s3);
}

/** target[at + i] += factor · source[from + i]. */
export function addRow(target: Float64Array, at: number, factor: number, source: Float64Array, from: number, length: number): void {
  for (let i = 0; i < length; i++) target[at + i] += factor * source[from + i];
}

/** Rows of a matrix: row k begins at `at + k * step`. */
export interface Rows {
  readonly data: Float64Array;
  readonly at: number;
  readonly step: number;
}

/** target -= Σ over k of factors[from + k · step] · row k; four rows at once, so that the target is loaded and stored a fourth as often. */
export function subtractRows(target: Float64Array, at: number, length: number, factors: Rows, rows: Rows, count: number): void {
  const { data, step } = rows;
  const f = factors.data;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const from = factors.at + k * factors.step;
    const [f0, f1, f2, f3] = [f[from], f[from + factors.step], f[from + 2 * factors.step], f[from + 3 * factors.step]];
    const r0 = rows.at + k * step;
    const [r1, r2, r3] = [r0 + step, r0 + 2 * step, r0 + 3 * step];
    for (let i = 0; i < length; i++) target[at + i] -= f0 * data[r0 + i] + f1 * data[r1 + i] + (f2 * data[r2 + i] + f3 * data[r3 + i]);
  }
  for (; k < count; k++) addRow(target, at, -f[factors.at + k * factors.step], data, rows.at + k * step, length);
}

/** Two rows turned: (c · a + s · b, c · b - s · a). */
export function rotateRows(data: Float64Array, at: number, bt: number, c: number, s: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const a = data[at + i];
    const b = data[bt + i];
    data[at + i] = c * a + s * b;
    data[bt + i] = c * b - s * a;
  }
}

/** √(a² + b²). Squares that would be lost or overflow are scaled first; Math.hypot always does that, and is slow. */
export function hypotenuse(a: number, b: number): number {
  const squares = a * a + b * b;
  if (squares > 1e-280 && squares < 1e300) return Math.sqrt(squares);
  return Math.hypot(a, b);
}

/** The Euclidean length of a row. */
export function lengthOf(x: Float64Array, at: number, length: number): number {
  const squares = dot(x, at, x, at, length);
  if ((squares > 1e-280 && squares < 1e300) || Number.isNaN(squares)) return Math.sqrt(squares);
  let largest = 0;
  for (let i = 0; i < length; i++) largest = Math.max(largest, Math.abs(x[at + i]));
  if (largest === 0 || largest === Infinity) return largest;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (x[at + i] / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** A reflection H = I - tau v vᵀ with v[0] = 1, and the number that it leaves of the row it was made for. */
export interface Reflection {
  readonly tau: number;
  readonly beta: number;
}

/**
 * The reflection that takes a row x to (beta, 0, 0, …); x becomes v. Where nothing but x[0] is there, H is I and beta is x[0]: that is what
 * gives R the signs that LAPACK's has. https://netlib.org/lapack/explore-html/ dlarfg
 */
export function reflectionOf(x: Float64Array, at: number, length: number): Reflection {
  if (length === 0) return { tau: 0, beta: 0 };
  const alpha = x[at];
  const rest = lengthOf(x, at + 1, length - 1);
  x[at] = 1;
  if (rest === 0) return { tau: 0, beta: alpha };
  const beta = alpha >= 0 ? -hypotenuse(alpha, rest) : hypotenuse(alpha, rest);
  const scale = 1 / (alpha - beta);
  for (let i = 1; i < length; i++) x[at + i] *= scale;
  return { tau: (beta - alpha) / beta, beta };
}

/** row ← row (I - tau v vᵀ). */
export function reflectRow(row: Float64Array, at: number, tau: number, v: Float64Array, vt: number, length: number): void {
  if (tau === 0) return;
  addRow(row, at, -tau * dot(row, at, v, vt, length), v, vt, length);
}

/**
 * The same for up to four rows, `step` apart: v, which comes from farther away than they do, is read once for all of them, and their sums
 * do not wait for each other.
 */
export function reflectRows(data: Float64Array, at: number, step: number, count: number, tau: number, v: Float64Array, vt: number, length: number): void {
  if (tau === 0) return;
  if (count < 4) {
    for (let r = 0; r < count; r++) reflectRow(data, at + r * step, tau, v, vt, length);
    return;
  }
  const [r0, r1, r2, r3] = [at, at + step, at + 2 * step, at + 3 * step];
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const x = v[vt + i];
    s0 += x * data[r0 + i];
    s1 += x * data[r1 + i];
    s2 += x * data[r2 + i];
    s3 += x * data[r3 + i];
  }
  s0 *= tau;
  s1 *= tau;
  s2 *= tau;
  s3 *= tau;
  for (let i = 0; i < length; i++) {
    const x = v[vt + i];
    data[r0 + i] -= s0 * x;
    data[r1 + i] -= s1 * x;
    data[r2 + i] -= s2 * x;
    data[r3 + i] -= s3 * x;
  }
}

/** The transpose of a matrix of `rows` × `columns`. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}

/** The largest absolute value; NaN or infinite where one is. */
export function largestOf(a: Float64Array): number {
  let largest = 0;
  for (const value of a) {
    const size = Math.abs(value);
    if (!(size <= largest)) largest = size;
    if (Number.isNaN(largest)) return largest;
  }
  return largest;
}
