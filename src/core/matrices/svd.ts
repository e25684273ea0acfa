/**
 * @file Singular values and vectors by Golub and Kahan: reflections from both sides down to two diagonals, then implicit QR steps. Tall
 * matrices go through their QR first. Vectors are held as rows, which the rotations turn. Pure functions over Float64Arrays.
 * https://netlib.org/linpack/dsvdc.f
 */
import { determinantOf, factorize, identity, solveFactored } from "./lu.js";
import { columnsOfQ, reflect, rowsOfR } from "./qr.js";
import { dot, hypotenuse, reflectionOf, rotateRows, subtractRows, transposed } from "./rows.js";

/** A = U diag(values) Vᵀ: left vectors as rows of m, right ones as rows of n, values descending. */
export interface Singular {
  readonly values: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** How many vectors are wanted: none, as many as values, or as many as there are dimensions. */
export type Wanted = "none" | "some" | "all";

/** Two diagonals, and both sides' vectors so far. */
interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly u: Float64Array | undefined;
  readonly v: Float64Array | undefined;
  readonly m: number;
  readonly n: number;
}

/**
 * Reflections from the left and from the right until two diagonals are left: A - u yᵀ - x vᵀ for each pair. What a pair does to the matrix is done
 * on the way through it for the next, so that it is written once a pair and read twice. `a`, m × n with m ≥ n, is overwritten.
 */
function bidiagonalize(a: Float64Array, m: number, n: number, wanted: Wanted): Bidiagonal {
  const [d, e] = [new Float64Array(n), new Float64Array(n)];
  const [lefts, rights] = [new Float64Array(n * m), new Float64Array(n * n)];
  const [leftTaus, rightTaus] = [new Float64Array(n), new Float64Array(n)];
  let pair: Pair = { u: new Float64Array(m), y: new Float64Array(n), x: new Float64Array(m), v: new Float64Array(n) };
  let spare: Pick<Pair, "x" | "y"> = { y: new Float64Array(n), x: new Float64Array(m) };
  for (let k = 0; k < n; k++) {
    const [u, v] = [lefts.subarray(k * m, (k + 1) * m), rights.subarray(k * n, (k + 1) * n)];
    for (let i = k; i < m; i++) u[i] = a[i * n + k] - pair.u[i] * pair.y[k] - pair.x[i] * pair.v[k];
    const left = reflectionOf(u, k, m - k);
    d[k] = left.beta;
    leftTaus[k] = left.tau;
    if (k === n - 1) break;
    const { y, x } = spare;
    passRows(a, n, k, m, pair, u, y);
    for (let j = k + 1; j < n; j++) {
      y[j] *= left.tau;
      v[j] = a[k * n + j] - y[j];
    }
    const right = reflectionOf(v, k + 1, n - k - 1);
    e[k] = right.beta;
    rightTaus[k] = right.tau;
    const along = dot(y, k + 1, v, k + 1, n - k - 1);
    for (let i = k + 1; i < m; i++) x[i] = right.tau * (dot(a, i * n + k + 1, v, k + 1, n - k - 1) - u[i] * along);
    spare = { y: pair.y, x: pair.x };
    pair = { u, y, x, v };
  }
  if (wanted === "none") return { d, e, u: undefined, v: undefined, m, n };
  const u = columnsOfQ({ m, v: lefts, taus: leftTaus }, wanted === "all" ? m : n);
  return { d, e, u, v: columnsOfQ({ m: n, v: rights, taus: rightTaus.subarray(0, Math.max(0, n - 1)) }, n, 1), m, n };
}

/** What a left and a right reflection take off a matrix: u yᵀ + x vᵀ. */
interface Pair {
  readonly u: Float64Array;
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly v: Float64Array;
}

/** A - u yᵀ - x vᵀ from row k and behind column k on, and the product of the next reflection with it; two rows at once. */
function passRows(a: Float64Array, n: number, k: number, m: number, pair: Pair, next: Float64Array, product: Float64Array): void {
  const { u, y, x, v } = pair;
  product.fill(0);
  for (let i = k; i < m; i += 2) {
    // A row alone is taken as its own second, of which nothing is kept.
    const second = i + 1 < m ? i + 1 : i;
    const [at, bt] = [i * n, second * n];
    const [u0, x0, f0] = [u[i], x[i], next[i]];
    const [u1, x1, f1] = second === i ? [u0, x0, 0] : [u[second], x[second], next[second]];
    for (let j = k + 1; j < n; j++) {
      const yj = y[j];
      const vj = v[j];
      const p = a[at + j] - u0 * yj - x0 * vj;
      const q = a[bt + j] - u1 * yj - x1 * vj;
      a[at + j] = p;
      a[bt + j] = q;
      product[j] += f0 * p + f1 * q;
    }
  }
}

const tiny = 2 ** -966;
const stepsPerValue = 80;

const turnLeft = ({ u, m }: Bidiagonal, i: number, j: number, c: number, s: number): void => {
  if (u) rotateRows(u, i * m, j * m, c, s, m);
};
const turnRight = ({ v, n }: Bidiagonal, i: number, j: number, c: number, s: number): void => {
  if (v) rotateRows(v, i * n, j * n, c, s, n);
};

/** The cosine of the angle that turns (f, g), of that length, to (length, 0). */
const cosine = (f: number, length: number): number => (length === 0 ? 1 : f / length);
/** Its sine. */
const sine = (g: number, length: number): number => (length === 0 ? 0 : g / length);

/** The last value of the block from k to p - 1 is 0: what stands above it is turned away. */
function clearLast(b: Bidiagonal, k: number, p: number): void {
  const { d, e } = b;
  let f = e[p - 2];
  e[p - 2] = 0;
  for (let j = p - 2; j >= k; j--) {
    const length = hypotenuse(d[j], f);
    const c = cosine(d[j], length);
    const s = sine(f, length);
    d[j] = length;
    if (j !== k) {
      f = -s * e[j - 1];
      e[j - 1] *= c;
    }
    turnRight(b, j, p - 1, c, s);
  }
}

/** Value k - 1 is 0: what stands beside it is turned away, and the block splits there. */
function clearRow(b: Bidiagonal, k: number, p: number): void {
  const { d, e } = b;
  let f = e[k - 1];
  e[k - 1] = 0;
  for (let j = k; j < p; j++) {
    const length = hypotenuse(d[j], f);
    const c = cosine(d[j], length);
    const s = sine(f, length);
    d[j] = length;
    f = -s * e[j];
    e[j] *= c;
    turnLeft(b, j, k - 1, c, s);
  }
}

/** The shift of a QR step on the block from k to p - 1, and its first turn. */
function shifted({ d, e }: Bidiagonal, k: number, p: number): readonly [f: number, g: number] {
  const scale = Math.max(Math.abs(d[p - 1]), Math.abs(d[p - 2]), Math.abs(e[p - 2]), Math.abs(d[k]), Math.abs(e[k]));
  const [sp, before, beside, sk, ek] = [d[p - 1] / scale, d[p - 2] / scale, e[p - 2] / scale, d[k] / scale, e[k] / scale];
  const b = ((before + sp) * (before - sp) + beside * beside) / 2;
  const c = (sp * beside) ** 2;
  let shift = 0;
  if (b !== 0 || c !== 0) {
    const root = Math.sqrt(b * b + c);
    shift = c / (b + (b < 0 ? -root : root));
  }
  return [(sk + sp) * (sk - sp) + shift, sk * ek];
}

function qrStep(b: Bidiagonal, k: number, p: number): void {
  const { d, e } = b;
  let [f, g] = shifted(b, k, p);
  for (let j = k; j < p - 1; j++) {
    const right = hypotenuse(f, g);
    const c = cosine(f, right);
    const s = sine(g, right);
    if (j !== k) e[j - 1] = right;
    f = c * d[j] + s * e[j];
    e[j] = c * e[j] - s * d[j];
    g = s * d[j + 1];
    d[j + 1] *= c;
    turnRight(b, j, j + 1, c, s);
    const left = hypotenuse(f, g);
    const cl = cosine(f, left);
    const sl = sine(g, left);
    d[j] = left;
    f = cl * e[j] + sl * d[j + 1];
    d[j + 1] = cl * d[j + 1] - sl * e[j];
    g = sl * e[j + 1];
    e[j + 1] *= cl;
    turnLeft(b, j, j + 1, cl, sl);
  }
  e[p - 2] = f;
}

/** The start of the block that ends before p: behind the last element beside the diagonal that is nothing. */
function blockStart({ d, e }: Bidiagonal, p: number): number {
  for (let k = p - 2; k >= 0; k--) {
    if (Math.abs(e[k]) > tiny + Number.EPSILON * (Math.abs(d[k]) + Math.abs(d[k + 1]))) continue;
    e[k] = 0;
    return k + 1;
  }
  return 0;
}

/** The last value of the block that is nothing beside its neighbours, or -1. */
function zeroIn({ d, e }: Bidiagonal, k: number, p: number): number {
  for (let i = p - 1; i >= k; i--) {
    const beside = (i < p - 1 ? Math.abs(e[i]) : 0) + (i > k ? Math.abs(e[i - 1]) : 0);
    if (Math.abs(d[i]) > tiny + Number.EPSILON * beside) continue;
    d[i] = 0;
    return i;
  }
  return -1;
}

/** QR steps until one diagonal is left. Whether that was reached. */
function diagonalize(b: Bidiagonal): boolean {
  const { n } = b;
  let steps = 0;
  for (let p = n; p > 0; ) {
    const k = blockStart(b, p);
    if (k === p - 1) {
      p--;
      steps = 0;
      continue;
    }
    if (steps++ > stepsPerValue) return false;
    const zero = zeroIn(b, k, p);
    if (zero === p - 1) clearLast(b, k, p);
    else if (zero >= 0) clearRow(b, zero + 1, p);
    else qrStep(b, k, p);
  }
  return true;
}

/** Rows in another order; those beyond the order stay. */
function reordered(rows: Float64Array | undefined, order: readonly number[], length: number): Float64Array {
  if (!rows) return new Float64Array(0);
  const out = rows.slice();
  order.forEach((from, to) => out.set(rows.subarray(from * length, (from + 1) * length), to * length));
  return out;
}

/** Positive values in descending order, and the vectors that belong to them. */
function finished(b: Bidiagonal): Singular {
  const { d, u, v, m, n } = b;
  for (let i = 0; i < n; i++) {
    if (d[i] >= 0) continue;
    d[i] = -d[i];
    if (v) for (let j = 0; j < n; j++) v[i * n + j] = -v[i * n + j];
  }
  const order = Array.from(d, (_, i) => i).toSorted((i, j) => d[j] - d[i]);
  return { values: Float64Array.from(order, (i) => Math.abs(d[i])), left: reordered(u, order, m), right: reordered(v, order, n) };
}

/** From this many rows for a column on, the QR comes first. */
const tall = 1.6;

/** The singular values and vectors of a matrix (row-major, m × n, finite); undefined where they were not found. It is overwritten. */
export function singular(a: Float64Array, m: number, n: number, wanted: Wanted): Singular | undefined {
  if (m < n) {
    const turned = singular(transposed(a, m, n), n, m, wanted);
    return turned && { values: turned.values, left: turned.right, right: turned.left };
  }
  if (m > tall * n && wanted !== "all" && n > 0) return throughQR(a, m, n, wanted);
  const b = bidiagonalize(a, m, n, wanted);
  return diagonalize(b) ? finished(b) : undefined;
}

/** A = Q R, R = U S Vᵀ: the left vectors of A are Q U. */
function throughQR(a: Float64Array, m: number, n: number, wanted: Wanted): Singular | undefined {
  const factors = reflect(a, m, n);
  const small = singular(rowsOfR(factors, n), n, n, wanted);
  if (!small || wanted === "none") return small;
  const q = columnsOfQ(factors, n);
  const left = new Float64Array(n * m);
  for (let i = 0; i < n; i++) subtractRows(left, i * m, m, { data: small.left, at: i * n, step: 1 }, { data: q, at: 0, step: m }, n);
  for (let i = 0; i < left.length; i++) left[i] = -left[i];
  return { ...small, left };
}

/** V diag(1 / value) Uᵀ over the values above the limit, n × m: the pseudo-inverse. */
export function pseudoInverse({ values, left, right }: Singular, m: number, n: number, limit: number): Float64Array {
  const rank = values.findIndex((value) => !(value > limit));
  const count = rank < 0 ? values.length : rank;
  const scaled = right.slice(0, count * n);
  for (let k = 0; k < count; k++) for (let i = 0; i < n; i++) scaled[k * n + i] /= -values[k];
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) subtractRows(out, i * m, m, { data: scaled, at: i, step: n }, { data: left, at: 0, step: m }, count);
  return out;
}

/**
 * The matrix of cofactors, which is the slope of the determinant: det(A) A⁻ᵀ, and for a matrix that is singular, or all but, by its singular
 * values: det(U) det(V) U diag(product of the other values) Vᵀ.
 */
export function cofactors(a: Float64Array, n: number): Float64Array | undefined {
  const factors = factorize(a.slice(), n);
  const pivots = Array.from({ length: n }, (_, i) => Math.abs(factors.lu[i * n + i]));
  if (Math.min(...pivots) > 1e-8 * Math.max(...pivots)) {
    const inverse = transposed(solveFactored(factors, identity(n), n), n, n);
    const determinant = determinantOf(factors);
    return inverse.map((x) => x * determinant);
  }
  const found = singular(a.slice(), n, n, "some");
  if (!found) return undefined;
  const { values, left, right } = found;
  const sign = -determinantOf(factorize(left.slice(), n)) * determinantOf(factorize(right.slice(), n));
  const scaled = left.slice();
  for (let k = 0; k < n; k++) {
    const others = values.reduce((product, value, j) => (j === k ? product : product * value), sign);
    for (let i = 0; i < n; i++) scaled[k * n + i] *= others;
  }
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) subtractRows(out, i * n, n, { data: scaled, at: i, step: n }, { data: right, at: 0, step: n }, n);
  return out;
}
