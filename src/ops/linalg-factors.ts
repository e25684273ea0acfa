/**
 * @file Orthogonal factors of matrices: QR, eigenvalues of symmetric matrices, singular values. One entry each, with PyTorch's gradient
 * (torch/csrc/autograd/FunctionsManual.cpp), for real numbers; `tensor/` makes the functions of it.
 */
import { isTracked } from "../autograd/tensors.js";
import { AutogradError, InternalError, LinAlgError } from "../core/errors.js";
import { columnsOfQ, reflect, rowsOfR } from "../core/matrices/qr.js";
import { largestOf, transposed } from "../core/matrices/rows.js";
import { singular, type Singular, type Wanted } from "../core/matrices/svd.js";
import { eigen } from "../core/matrices/symmetric.js";
import type { Shape } from "../core/shape.js";
import { TensorImpl } from "../graph/storage.js";
import { call, flagAt, optionsAt, wordAt, type CallOp, type CallResult } from "./call.js";
import { ruleOf, using, valueOf, type Value } from "./gradient.js";
import { cat, startsOf } from "./join.js";
import {
  batchElement, batchOf, byColumn, byRow, checkMatrices, checkSquare, diagonalMatrix, diagonalOf, eachMatrix, sizesOf, T, triu, unconverged,
} from "./linalg-batch.js";
import { triangular } from "./linalg-solve.js";
import { callOp, joined } from "./recorded.js";

/** One of several results by its name. */
export function part(result: CallResult, name: string): Value {
  const found = typeof result === "object" && !(result instanceof TensorImpl) && !Array.isArray(result) ? Reflect.get(result, name) : undefined;
  if (found instanceof TensorImpl) return valueOf(found);
  throw new InternalError(`there is no result ${name}`);
}

// QR

type Mode = "reduced" | "complete" | "r";
const modeOf = (name: string, args: readonly unknown[]): Mode =>
  wordAt(name, "mode", typeof args[0] === "string" ? args[0] : (optionsAt(name, args[0], ["mode"])("mode") ?? "reduced"), ["reduced", "complete", "r"]);

/** X + Xᵀ of an upper triangle, with the diagonal once. */
const symmetric = (x: Value): Value => {
  const upper = triu(x);
  return upper.add(T(upper)).sub(diagonalMatrix(diagonalOf(upper)));
};

/** The gradient of A = Q R, R square, from those of its factors. */
function squareQR(q: Value, r: Value, gradQ: Value | undefined, gradR: Value | undefined): Value {
  const fromR = gradR?.matmul(T(r));
  const fromQ = gradQ && T(q).matmul(gradQ);
  const inner = fromR && fromQ ? fromR.sub(fromQ) : (fromR ?? fromQ?.neg() ?? q.zeros());
  const turned = q.matmul(symmetric(inner));
  return triangular(T(r), gradQ ? turned.add(gradQ) : turned, { upper: false, left: false });
}

interface FactorsOfQR {
  readonly Q: Value;
  readonly R: Value;
  readonly x: Value;
}

/** With more columns than rows A = [A₁ A₂], A₁ = Q R₁, and R₂ = Qᵀ A₂. */
function qrGradient({ Q: q, R: r, x }: FactorsOfQR, gradQ: Value | undefined, gradR: Value | undefined): Value {
  const { rows, columns } = sizesOf(x.shape);
  if (rows >= columns) return squareQR(q, r, gradQ, gradR);
  const first = (value: Value): Value => value.narrow(-1, 0, rows);
  const rest = (value: Value): Value => value.narrow(-1, rows, columns - rows);
  const slope = gradR && rest(x).matmul(T(rest(gradR)));
  const ofQ = gradQ && slope ? gradQ.add(slope) : (gradQ ?? slope);
  return beside(squareQR(q, first(r), ofQ, gradR && first(gradR)), gradR ? q.matmul(rest(gradR)) : rest(x).zeros());
}

/** Matrices side by side. */
export function beside(...matrices: readonly Value[]): Value {
  const dim = matrices[0].shape.length - 1;
  const parts = matrices.map(({ impl }) => impl);
  const starts = startsOf(parts, dim);
  return valueOf(joined("cat", parts, cat(parts, dim), (grad, i) => grad.narrow(dim, starts[i], starts[i + 1] - starts[i])));
}

/** Throws where PyTorch has no gradient either. */
function checkDifferentiable(mode: Mode, shape: Shape): void {
  const { rows, columns } = sizesOf(shape);
  if (mode === "r") throw new AutogradError('linalg.qr: has no gradient in mode "r": use mode "reduced"');
  if (mode === "complete" && rows > columns) {
    throw new AutogradError('linalg.qr: has no gradient in mode "complete" where there are more rows than columns: use mode "reduced"');
  }
}

export const qrOp: CallOp = {
  ...call("qr", (x, args, name) => {
    const mode = modeOf(name, args);
    checkMatrices(name, x);
    const { rows, columns } = sizesOf(x.shape);
    const inner = mode === "complete" ? rows : Math.min(rows, columns);
    const tails = mode === "r" ? [[inner, columns]] : [[rows, inner], [inner, columns]];
    const visit = ([a]: readonly Float64Array[], outputs: readonly Float64Array[]): void => {
      const factors = reflect(a, rows, columns);
      outputs[outputs.length - 1].set(rowsOfR(factors, inner));
      if (mode !== "r") outputs[0].set(transposed(columnsOfQ(factors, inner), inner, rows));
    };
    const made = eachMatrix(name, { batch: batchOf(x.shape), inputs: [x], tails, visit });
    return { Q: mode === "r" ? valueOf(x).zeros().reshape([-1]).narrow(0, 0, 0).impl : made[0], R: made[made.length - 1] };
  }),
  name: "linalg.qr",
  gradient: (x, args) => {
    const mode = modeOf("linalg.qr", args);
    const rule = (of: (factors: FactorsOfQR, grad: Value) => Value) =>
      ruleOf(
        using<"Q" | "R" | "x", object>(["Q", "R", "x"], ({ grad, ...factors }) => {
          checkDifferentiable(mode, factors.x.shape);
          return of(factors, grad);
        }),
      );
    return {
      inputs: { x },
      rules: {},
      results: { Q: { x: rule((factors, grad) => qrGradient(factors, grad, undefined)) }, R: { x: rule((factors, grad) => qrGradient(factors, undefined, grad)) } },
    };
  },
};

// Symmetric matrices

const upperOf = (name: string, args: readonly unknown[]): boolean => {
  const given = typeof args[0] === "string" ? args[0] : (optionsAt(name, args[0], ["UPLO"])("UPLO") ?? "L");
  return wordAt(name, "UPLO", typeof given === "string" ? given.toUpperCase() : given, ["L", "U"]) === "U";
};

/** What makes the largest element 1; NaN or infinite where one is. */
function scaleOf(a: Float64Array): number {
  const largest = largestOf(a);
  return largest === 0 ? 1 : largest;
}

/** A symmetric matrix of which only one triangle is read, in both halves, with its largest element 1; what it was divided by. */
function prepared(a: Float64Array, n: number, upper: boolean): number {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) {
    if (upper) a[i * n + j] = a[j * n + i];
    else a[j * n + i] = a[i * n + j];
  }
  const scale = scaleOf(a);
  for (let i = 0; i < a.length; i++) a[i] /= scale;
  return scale;
}

/** Eigenvalues, and the vectors where a second output is there for them. NaN and infinities give NaN, as in PyTorch. */
function eigenEach(x: TensorImpl, upper: boolean, withVectors: boolean, name: string): TensorImpl[] {
  const n = checkSquare(name, x);
  const batch = batchOf(x.shape);
  const visit = ([a]: readonly Float64Array[], outputs: readonly Float64Array[], at: number): void => {
    const scale = prepared(a, n, upper);
    if (!Number.isFinite(scale)) {
      for (const output of outputs) output.fill(NaN);
      return;
    }
    const found = eigen(a, n, withVectors);
    if (!found) throw unconverged(name, batch, at);
    outputs[0].set(found.values.map((value) => value * scale));
    if (found.vectors) outputs[1].set(transposed(found.vectors, n, n));
  };
  return eachMatrix(name, { batch, inputs: [x], tails: withVectors ? [[n], [n, n]] : [[n]], visit });
}

const skew = (x: Value): Value => x.sub(T(x));
/** The differences value_j - value_i, with 1 on the diagonal, to divide by. */
const gaps = (values: Value): Value => byColumn(values).sub(byRow(values)).add(diagonalMatrix(values.zeros().add(1)));

export const eighOp: CallOp = {
  ...call("eigh", (x, args, name) => {
    const [eigenvalues, eigenvectors] = eigenEach(x, upperOf(name, args), true, name);
    return { eigenvalues, eigenvectors };
  }),
  name: "linalg.eigh",
  gradient: (x) => ({
    inputs: { x },
    rules: {},
    results: {
      eigenvalues: { x: ruleOf(using<"eigenvectors", object>(["eigenvectors"], ({ grad, eigenvectors: v }) => v.mul(byColumn(grad)).matmul(T(v)))) },
      eigenvectors: {
        x: ruleOf(
          using<"eigenvalues" | "eigenvectors", object>(["eigenvalues", "eigenvectors"], ({ grad, eigenvalues: l, eigenvectors: v }) =>
            // Half of the skew part, so that the gradient is symmetric, as PyTorch's is.
            v.matmul(skew(T(v).matmul(grad)).div(gaps(l).mul(2))).matmul(T(v)),
          ),
        ),
      },
    },
  }),
};

/** The eigenvalues alone; their gradient needs the vectors. */
export const eigvalshOp: CallOp = {
  ...call("eigvalsh", (x, args, name) => {
    if (isTracked(x)) return part(callOp({ ...eighOp, name }, x, args), "eigenvalues").impl;
    return eigenEach(x, upperOf(name, args), false, name)[0];
  }),
  name: "linalg.eigvalsh",
};

// Singular values

/** The singular values and vectors of a matrix of any size of elements. Throws where it holds NaN or infinities. */
export function singularOf(name: string, a: Float64Array, rows: number, columns: number, wanted: Wanted, where: { readonly batch: Shape; readonly at: number }): Singular {
  const scale = scaleOf(a);
  if (!Number.isFinite(scale)) {
    throw new LinAlgError(`${name}: ${batchElement(where.batch, where.at)}the algorithm failed to converge because the input matrix contained non-finite values`);
  }
  const found = singular(a.map((value) => value / scale), rows, columns, wanted);
  if (!found) throw unconverged(name, where.batch, where.at);
  return { ...found, values: found.values.map((value) => value * scale) };
}

const isFull = (name: string, args: readonly unknown[]): boolean => {
  const given = typeof args[0] === "boolean" ? args[0] : optionsAt(name, args[0], ["fullMatrices"])("fullMatrices");
  return flagAt(name, "fullMatrices", given, true);
};

/** S_j² - S_i², with 1 on the diagonal. */
const squareGaps = (s: Value): Value => gaps(s.square());

interface Factors {
  readonly U: Value;
  readonly S: Value;
  readonly Vh: Value;
}

/** The gradient of A from that of U, of which only the first columns have one. */
function gradientOfU({ U, S, Vh }: Factors, grad: Value): Value {
  const core = U.matmul(skew(T(U).matmul(grad)).div(squareGaps(S)).mul(byColumn(S)));
  const { rows, columns } = sizesOf(U.shape);
  if (rows === columns) return core.matmul(Vh);
  const scaled = grad.div(byColumn(S));
  return core.add(scaled.sub(U.matmul(T(U).matmul(scaled)))).matmul(Vh);
}

/** From that of Vᵀ: the same of the transposed matrix. */
const gradientOfVh = ({ U, S, Vh }: Factors, grad: Value): Value => T(gradientOfU({ U: T(Vh), S, Vh: T(U) }, T(grad)));

export const svdOp: CallOp = {
  ...call("svd", (x, args, name) => {
    checkMatrices(name, x);
    const full = isFull(name, args);
    const { rows, columns } = sizesOf(x.shape);
    const inner = Math.min(rows, columns);
    const [left, right] = full ? [rows, columns] : [inner, inner];
    const batch = batchOf(x.shape);
    const visit = ([a]: readonly Float64Array[], [u, s, vh]: readonly Float64Array[], at: number): void => {
      const found = singularOf(name, a, rows, columns, full ? "all" : "some", { batch, at });
      u.set(transposed(found.left, left, rows));
      s.set(found.values);
      vh.set(found.right);
    };
    const [U, S, Vh] = eachMatrix(name, { batch, inputs: [x], tails: [[rows, left], [inner], [right, columns]], visit });
    return { U, S, Vh };
  }),
  name: "linalg.svd",
  gradient: (x) => {
    const inner = Math.min(sizesOf(x.shape).rows, sizesOf(x.shape).columns);
    const rule = (of: (factors: Factors, grad: Value) => Value) =>
      ruleOf(using<"U" | "S" | "Vh", object>(["U", "S", "Vh"], ({ grad, U, S, Vh }) => of({ U: U.narrow(-1, 0, inner), S, Vh: Vh.narrow(-2, 0, inner) }, grad)));
    return {
      inputs: { x },
      rules: {},
      results: {
        U: { x: rule((factors, grad) => gradientOfU(factors, grad.narrow(-1, 0, inner))) },
        S: { x: rule(({ U, Vh }, grad) => U.mul(byColumn(grad)).matmul(Vh)) },
        Vh: { x: rule((factors, grad) => gradientOfVh(factors, grad.narrow(-2, 0, inner))) },
      },
    };
  },
};

/** The singular values alone; their gradient needs the vectors. */
export const svdvalsOp: CallOp = {
  ...call("svdvals", (x, _, name) => {
    if (isTracked(x)) return part(callOp({ ...svdOp, name }, x, [{ fullMatrices: false }]), "S").impl;
    checkMatrices(name, x);
    const { rows, columns } = sizesOf(x.shape);
    const batch = batchOf(x.shape);
    const visit = ([a]: readonly Float64Array[], [s]: readonly Float64Array[], at: number): void => s.set(singularOf(name, a, rows, columns, "none", { batch, at }).values);
    return eachMatrix(name, { batch, inputs: [x], tails: [[Math.min(rows, columns)]], visit })[0];
  }),
  name: "linalg.svdvals",
};
