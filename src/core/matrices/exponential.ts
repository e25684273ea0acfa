/**
 * @file The exponential of square matrices by scaling, a quotient of polynomials, and squaring. Pure functions over Float64Arrays.
 * N. J. Higham: The scaling and squaring method for the matrix exponential revisited, 2005.
 */
import { factorize, identity, solveFactored } from "./lu.js";
import { subtractRows } from "./rows.js";

/** The coefficients of Padé's approximant of degree 13, and the norm up to which it is exact in double precision. */
const coefficients = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960,
  16380, 182, 1,
] as const;
const reach = 5.371920351148152;

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) subtractRows(out, i * n, n, { data: a, at: i * n, step: 1 }, { data: b, at: 0, step: n }, n);
  return out.map((x) => -x);
}

/** Σ of the matrices by their factors, elements added one by one. */
function combined(n: number, terms: readonly (readonly [factor: number, matrix: Float64Array])[]): Float64Array {
  const out = new Float64Array(n * n);
  for (const [factor, matrix] of terms) for (let i = 0; i < out.length; i++) out[i] += factor * matrix[i];
  return out;
}

/** The largest sum of a column's absolute values. */
function normOf(a: Float64Array, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j] += Math.abs(a[i * n + j]);
  return sums.reduce((largest, sum) => (sum > largest || Number.isNaN(sum) ? sum : largest), 0);
}

/** e to the power of a matrix; NaN where it holds NaN or infinities. */
export function exponential(a: Float64Array, n: number): Float64Array {
  const norm = normOf(a, n);
  if (!Number.isFinite(norm)) return new Float64Array(n * n).fill(NaN);
  const squarings = norm > reach ? Math.ceil(Math.log2(norm / reach)) : 0;
  const x = a.map((value) => value / 2 ** squarings);
  const c = coefficients;
  const one = identity(n);
  const x2 = product(x, x, n);
  const x4 = product(x2, x2, n);
  const x6 = product(x4, x2, n);
  const high = product(x6, combined(n, [[c[13], x6], [c[11], x4], [c[9], x2]]), n);
  const odd = product(x, combined(n, [[1, high], [c[7], x6], [c[5], x4], [c[3], x2], [c[1], one]]), n);
  const top = product(x6, combined(n, [[c[12], x6], [c[10], x4], [c[8], x2]]), n);
  const even = combined(n, [[1, top], [c[6], x6], [c[4], x4], [c[2], x2], [c[0], one]]);
  let result = solveFactored(factorize(combined(n, [[1, even], [-1, odd]]), n), combined(n, [[1, even], [1, odd]]), n);
  for (let i = 0; i < squarings; i++) result = product(result, result, n);
  return result;
}
