/**
 * @file What is solved by triangular factors: determinants, inverses, systems of equations, Cholesky. One entry each, with PyTorch's gradient
 * (torch/csrc/autograd/FunctionsManual.cpp), for real numbers; `tensor/` makes the functions of it.
 */
import { LinAlgError, ShapeError, ValueError } from "../core/errors.js";
import {
  cholesky as factorCholesky, determinantOf, factorize, identity, logDeterminantOf, solveFactored, solveTriangular as solveTriangle,
} from "../core/matrices/lu.js";
import { transposed } from "../core/matrices/rows.js";
import { cofactors } from "../core/matrices/svd.js";
import { broadcastShapes, formatShape, sameShape, type Shape } from "../core/shape.js";
import { TensorImpl } from "../graph/storage.js";
import { call, flagAt, optionsAt, recordedAs, tensorAt, type CallOp } from "./call.js";
import { ruleOf, using, valueOf, type Value } from "./gradient.js";
import {
  applied, batchElement, batchOf, byMatrix, checkMatrices, checkSameDType, checkSquare, diagonalMatrix, diagonalOf, eachMatrix, sizesOf, T, tril, triu, unconverged,
} from "./linalg-batch.js";

// Determinants

/** A number for each matrix. */
function numbersOf(name: string, x: TensorImpl, outputs: number, visit: (a: Float64Array, n: number) => readonly number[]): TensorImpl[] {
  const n = checkSquare(name, x);
  const tails = Array.from({ length: outputs }, () => []);
  return eachMatrix(name, { batch: batchOf(x.shape), inputs: [x], tails, visit: ([a], out) => visit(a, n).forEach((value, i) => (out[i][0] = value)) });
}

const cofactorOp: CallOp = {
  ...call("matrix", (x, _, name) => {
    const n = checkSquare(name, x);
    const batch = batchOf(x.shape);
    const visit = ([a]: readonly Float64Array[], [out]: readonly Float64Array[], at: number): void => {
      const found = a.every(Number.isFinite) ? cofactors(a, n) : a.fill(NaN);
      if (!found) throw unconverged(name, batch, at);
      out.set(found);
    };
    return eachMatrix(name, { batch, inputs: [x], tails: [[n, n]], visit })[0];
  }),
  name: "linalg.det",
  // C = det(A) A⁻ᵀ, so dC = (⟨C, dA⟩ C - C dAᵀ C) / det(A), which has no value where A is singular.
  gradient: (x) =>
    recordedAs({ x }, {
      x: using(["x", "out"], ({ grad, x: a, out }) => {
        const along = byMatrix(grad.mul(out).sum([-2, -1])).mul(out);
        return along.sub(out.matmul(T(grad)).matmul(out)).div(byMatrix(applied(detOp, a)));
      }),
    }),
};

/** PyTorch's gradient of a singular matrix is this one under createGraph; without it, by a shortcut, it may be 0. This one always is the cofactors. */
const detOp: CallOp = {
  ...call("perMatrix", (x, _, name) => numbersOf(name, x, 1, (a, n) => [determinantOf(factorize(a, n))])[0]),
  name: "linalg.det",
  gradient: (x) => recordedAs({ x }, { x: using(["x"], ({ grad, x: a }) => byMatrix(grad).mul(applied(cofactorOp, a))) }),
};

const slogdetOp: CallOp = {
  ...call("slogdet", (x, _, name) => {
    const [sign, logabsdet] = numbersOf(name, x, 2, (a, n) => logDeterminantOf(factorize(a, n)));
    return { sign, logabsdet };
  }),
  name: "linalg.slogdet",
  gradient: (x) => ({
    inputs: { x },
    rules: {},
    results: {
      sign: { x: ruleOf(({ grad }: { readonly grad: Value }) => byMatrix(grad.zeros()).expand(x.shape)) },
      logabsdet: { x: ruleOf(using<"x", object>(["x"], ({ grad, x: a }) => byMatrix(grad).mul(T(applied(inverseOrInfinity, a))))) },
    },
  }),
};

// Inverses and systems

/** A⁻¹ for each matrix. `checked`: a singular one throws; else all of its inverse is infinite. */
const inverse = (checked: boolean) => (x: TensorImpl, _: readonly unknown[], name: string): TensorImpl => {
  const n = checkSquare(name, x);
  const batch = batchOf(x.shape);
  const visit = ([a]: readonly Float64Array[], [out]: readonly Float64Array[], at: number): void => {
    const factors = factorize(a, n);
    if (checked && factors.zero >= 0) {
      throw new LinAlgError(
        `${name}: ${batchElement(batch, at)}the diagonal element ${factors.zero + 1} is zero, the inversion could not be completed because the input matrix is singular`,
      );
    }
    if (factors.zero >= 0) out.fill(Infinity);
    else out.set(solveFactored(factors, identity(n), n));
  };
  return eachMatrix(name, { batch, inputs: [x], tails: [[n, n]], visit })[0];
};
const inverseGradient: CallOp["gradient"] = (x) =>
  recordedAs({ x }, { x: using(["out"], ({ grad, out }) => T(out).matmul(grad).matmul(T(out)).neg()) });

const invOp: CallOp = { ...call("matrix", inverse(true), inverseGradient), name: "linalg.inv" };
/** What gradients and condition numbers use: it does not throw. */
export const inverseOrInfinity: CallOp = { ...call("matrix", inverse(false), inverseGradient), name: "linalg.slogdet" };

/** Whether b is a vector (or a batch of them) for matrices of a shape. Source: PyTorch, linalg_solve_is_vector_rhs. */
const isVector = (a: Shape, b: Shape): boolean => b.length === 1 || (a.length - 1 === b.length && sameShape(a.slice(0, -1), b));

interface System {
  readonly b: TensorImpl;
  readonly batch: Shape;
  readonly left: boolean;
}

/** A x = b, or x A = b, with b's matrices. */
function systemOf(name: string, a: TensorImpl, args: readonly unknown[]): System {
  const b = tensorAt(name, "b", args[0]);
  const left = flagAt(name, "left", optionsAt(name, args[1], ["left"])("left"), true);
  const n = checkSquare(name, a);
  checkMatrices(name, b);
  checkSameDType(name, a, b);
  const { rows, columns } = sizesOf(b.shape);
  if ((left ? rows : columns) !== n) {
    throw new ShapeError(`${name}: matrices of ${n} × ${n} do not fit ${left ? "A X = B" : "X A = B"} with B of ${rows} × ${columns}: the shapes are ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  return { b, batch: broadcastShapes(name, batchOf(a.shape), batchOf(b.shape)), left };
}

const solveOp: CallOp = {
  ...call("solve", (a, args, name) => {
    const { b, batch, left } = systemOf(name, a, args);
    const { rows, columns } = sizesOf(b.shape);
    const n = a.shape.at(-1) ?? 0;
    const visit = ([matrix, right]: readonly Float64Array[], [out]: readonly Float64Array[], at: number): void => {
      const factors = factorize(left ? matrix : transposed(matrix, n, n), n);
      if (factors.zero >= 0) throw new LinAlgError(`${name}: ${batchElement(batch, at)}the solver failed because the input matrix is singular`);
      if (left) out.set(solveFactored(factors, right, columns));
      else out.set(transposed(solveFactored(factors, transposed(right, rows, columns), rows), n, rows));
    };
    return eachMatrix(name, { batch, inputs: [a, b], tails: [[rows, columns]], visit })[0];
  }),
  name: "linalg.solve",
  gradient: (a, args) => {
    const { b, left } = systemOf("linalg.solve", a, args);
    const back = (x: Value, grad: Value): Value => applied(solveOp, T(x), grad.impl, { left });
    return recordedAs({ a, b }, {
      a: using(["a", "out"], ({ grad, a: x, out }) => (left ? back(x, grad).matmul(T(out)) : T(out).matmul(back(x, grad))).neg()),
      b: using(["a"], ({ grad, a: x }) => back(x, grad)),
    });
  },
};

/** A system whose right side may be vectors: those become matrices of one column, and their solutions vectors again. */
function solve(a: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const b = tensorAt(name, "b", args[0]);
  checkSquare(name, a);
  if (!isVector(a.shape, b.shape)) return applied(solveOp, valueOf(a), b, args[1]).impl;
  return applied(solveOp, valueOf(a), valueOf(b).unsqueeze(-1).impl, args[1]).squeeze(-1).impl;
}

// Triangles

const triangleOptions = ["upper", "left", "unitriangular"] as const;
interface Triangle extends System {
  readonly upper: boolean;
  readonly unitriangular: boolean;
}

function triangleOf(name: string, a: TensorImpl, args: readonly unknown[]): Triangle {
  const option = optionsAt(name, args[1], triangleOptions);
  const upper = option("upper");
  if (typeof upper !== "boolean") throw new ValueError(`${name}: the option upper must be given: true or false`);
  const unitriangular = flagAt(name, "unitriangular", option("unitriangular"), false);
  return { ...systemOf(name, a, [args[0], { left: flagAt(name, "left", option("left"), true) }]), upper, unitriangular };
}

const solveTriangularOp: CallOp = {
  ...call("solve", (a, args, name) => {
    const { b, batch, left, upper, unitriangular } = triangleOf(name, a, args);
    const { rows, columns } = sizesOf(b.shape);
    const n = a.shape.at(-1) ?? 0;
    const visit = ([matrix, right]: readonly Float64Array[], [out]: readonly Float64Array[]): void => {
      if (left) return out.set(solveTriangle(matrix, n, right, columns, upper, unitriangular));
      const turned = solveTriangle(transposed(matrix, n, n), n, transposed(right, rows, columns), rows, !upper, unitriangular);
      out.set(transposed(turned, n, rows));
    };
    return eachMatrix(name, { batch, inputs: [a, b], tails: [[rows, columns]], visit })[0];
  }),
  name: "linalg.solveTriangular",
  gradient: (a, args) => {
    const { b, left, upper, unitriangular } = triangleOf("linalg.solveTriangular", a, args);
    const back = (x: Value, grad: Value): Value => applied(solveTriangularOp, T(x), grad.impl, { upper: !upper, left, unitriangular });
    const within = (x: Value): Value => (upper ? triu(x, unitriangular ? 1 : 0) : tril(x, unitriangular ? -1 : 0));
    return recordedAs({ a, b }, {
      a: using(["a", "out"], ({ grad, a: x, out }) => within((left ? back(x, grad).matmul(T(out)) : T(out).matmul(back(x, grad))).neg())),
      b: using(["a"], ({ grad, a: x }) => back(x, grad)),
    });
  },
};

/** The triangular system that gradient rules solve: a x = b, or x a = b. */
export const triangular = (a: Value, b: Value, options: { readonly upper: boolean; readonly left?: boolean }): Value => applied(solveTriangularOp, a, b.impl, options);

const isUpper = (name: string, args: readonly unknown[]): boolean => flagAt(name, "upper", optionsAt(name, args[0], ["upper"])("upper"), false);

const choleskyOp: CallOp = {
  ...call("cholesky", (x, args, name) => {
    const upper = isUpper(name, args);
    const n = checkSquare(name, x);
    const batch = batchOf(x.shape);
    const visit = ([a]: readonly Float64Array[], [out]: readonly Float64Array[], at: number): void => {
      const matrix = upper ? transposed(a, n, n) : a;
      const minor = factorCholesky(matrix, n);
      if (minor > 0) {
        throw new LinAlgError(
          `${name}: ${batchElement(batch, at)}the factorization could not be completed because the input is not positive-definite ` +
            `(the leading minor of order ${minor} is not positive-definite)`,
        );
      }
      out.set(upper ? transposed(matrix, n, n) : matrix);
    };
    return eachMatrix(name, { batch, inputs: [x], tails: [[n, n]], visit })[0];
  }),
  name: "linalg.cholesky",
  gradient: (x, args) => {
    const upper = isUpper("linalg.cholesky", args);
    return recordedAs({ x }, {
      x: using(["out"], ({ grad, out }) => {
        const [lower, slope] = upper ? [T(out), T(grad)] : [out, grad];
        const part = tril(T(lower).matmul(slope));
        const symmetric = part.add(T(part)).sub(diagonalMatrix(diagonalOf(part))).mul(0.5);
        return triangular(lower, triangular(T(lower), symmetric, { upper: true }), { upper: false, left: false });
      }),
    });
  },
};

/** The entries as linalg has them, not bound to tensors. */
export const solveOps = {
  det: detOp,
  slogdet: slogdetOp,
  inv: invOp,
  solve: { ...call("solve", solve), name: "linalg.solve" },
  solveTriangular: solveTriangularOp,
  cholesky: choleskyOp,
} satisfies Readonly<Record<string, CallOp>>;
