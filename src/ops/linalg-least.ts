/**
 * @file What the singular values of matrices give: pseudo-inverses, least squares, ranks. One entry each, with PyTorch's gradient; `tensor/`
 * makes the functions of it.
 */
import { LinAlgError, ShapeError } from "../core/errors.js";
import { subtractRows, transposed } from "../core/matrices/rows.js";
import { pseudoInverse } from "../core/matrices/svd.js";
import { broadcastShapes, formatShape, sameShape } from "../core/shape.js";
import { fromData } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import { dense } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { call, flagAt, numberAt, recordedAs, tensorAt, withOptions, wordAt, type CallOp } from "./call.js";
import { using, valueOf, type Value } from "./gradient.js";
import {
  applied, batchCount, batchElement, batchOf, byColumn, checkMatrices, checkSameDType, checkSquare, eachMatrix, epsilonOf, sizesOf, T,
} from "./linalg-batch.js";
import { eighOp, eigvalshOp, part, singularOf, svdvalsOp } from "./linalg-factors.js";
import { callOp } from "./recorded.js";

/** What counts as 0 among singular values: at most the larger of `atol` and `rtol` times the largest. */
interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** By default only a relative one, of the dtype's epsilon times the larger size; none where an absolute one is given. */
function toleranceOf(name: string, x: TensorImpl, atol: unknown, rtol: unknown): Tolerance {
  const { rows, columns } = sizesOf(x.shape);
  const absolute = numberAt(name, "atol", atol, 0);
  const relative = absolute > 0 ? 0 : Math.max(rows, columns) * epsilonOf(x.dtype);
  return { atol: absolute, rtol: numberAt(name, "rtol", rtol, relative) };
}
const limitOf = ({ atol, rtol }: Tolerance, values: Float64Array): number => Math.max(atol, rtol * (values[0] ?? 0));

const toleranceOptions = ["atol", "rtol", "hermitian"] as const;

interface PinvRequest {
  readonly tolerance: Tolerance;
  readonly hermitian: boolean;
}
function pinvRequest(name: string, x: TensorImpl, args: readonly unknown[]): PinvRequest {
  const [[rcond], option] = withOptions(name, args, toleranceOptions);
  return { tolerance: toleranceOf(name, x, option("atol"), rcond ?? option("rtol")), hermitian: flagAt(name, "hermitian", option("hermitian"), false) };
}

/** dP = -P dA P + P Pᵀ dAᵀ (I - A P) + (I - P A) dAᵀ Pᵀ P, where the rank stays. Golub and Pereyra, 1973. */
function pinvGradient(grad: Value, p: Value, a: Value): Value {
  const turned = T(grad);
  const ofRows = turned.matmul(p).matmul(T(p));
  const ofColumns = T(p).matmul(p).matmul(turned);
  return ofRows.sub(a.matmul(p.matmul(ofRows))).add(ofColumns.sub(ofColumns.matmul(p).matmul(a))).sub(T(p).matmul(grad).matmul(T(p)));
}

/** The pseudo-inverse by singular values; the tolerance is its one argument. */
const generalPinv: CallOp = {
  ...call("pinv", (x, args, name) => {
    const { tolerance } = pinvRequest(name, x, args);
    const { rows, columns } = sizesOf(x.shape);
    const batch = batchOf(x.shape);
    const visit = ([a]: readonly Float64Array[], [out]: readonly Float64Array[], at: number): void => {
      const found = singularOf(name, a, rows, columns, "some", { batch, at });
      out.set(pseudoInverse(found, rows, columns, limitOf(tolerance, found.values)));
    };
    return eachMatrix(name, { batch, inputs: [x], tails: [[columns, rows]], visit })[0];
  }),
  name: "linalg.pinv",
  gradient: (x) => recordedAs({ x }, { x: using(["x", "out"], ({ grad, x: a, out }) => pinvGradient(grad, out, a)) }),
};

/** Of symmetric matrices by their eigenvalues: made of recorded operations. */
function symmetricPinv(x: TensorImpl, { atol, rtol }: Tolerance, name: string): TensorImpl {
  const found = callOp({ ...eighOp, name }, x, []);
  const [values, vectors] = [part(found, "eigenvalues"), part(found, "eigenvectors")];
  if (values.shape.at(-1) === 0) return x;
  const sizes = values.abs();
  const limit = sizes.amax(-1, { keepdim: true }).mul(rtol).maximum(atol);
  const isKept = sizes.gt(limit);
  const safe = values.where(isKept, 1);
  return vectors.mul(byColumn(safe.reciprocal().where(isKept, values.zeros()))).matmul(T(vectors)).impl;
}

export const pinvOp: CallOp = {
  ...call("pinv", (x, args, name) => {
    checkMatrices(name, x);
    const { tolerance, hermitian } = pinvRequest(name, x, args);
    if (!hermitian) return applied({ ...generalPinv, name }, valueOf(x), tolerance).impl;
    checkSquare(name, x);
    return symmetricPinv(x, tolerance, name);
  }),
  name: "linalg.pinv",
};

/** How many singular values count. */
export const matrixRankOp: CallOp = {
  ...call("matrixRank", (x, args, name) => {
    checkMatrices(name, x);
    const [[tol], option] = withOptions(name, args, toleranceOptions);
    const hermitian = flagAt(name, "hermitian", option("hermitian"), false);
    if (hermitian) checkSquare(name, x);
    const plain = x.detached();
    const values = hermitian ? applied({ ...eigvalshOp, name }, valueOf(plain)).abs() : applied({ ...svdvalsOp, name }, valueOf(plain));
    if (values.shape.at(-1) === 0) return values.sum(-1).to("int64").impl;
    return values.gt(limits(name, x, values, tol ?? option("atol"), tol === undefined ? option("rtol") : 0)).sum(-1).impl;
  }),
  name: "linalg.matrixRank",
};

/** As limitOf, with tolerances that may be tensors of a number for each matrix. */
function limits(name: string, x: TensorImpl, values: Value, atol: unknown, rtol: unknown): Value {
  const largest = values.amax(-1, { keepdim: true });
  const plain = toleranceOf(name, x, atol instanceof TensorImpl ? 1 : atol, rtol instanceof TensorImpl ? 0 : rtol);
  const relative = rtol instanceof TensorImpl ? largest.mul(valueOf(rtol).unsqueeze(-1)) : largest.mul(plain.rtol);
  return relative.maximum(atol instanceof TensorImpl ? valueOf(atol).unsqueeze(-1) : plain.atol);
}

// Least squares

const drivers = ["gelsy", "gelsd", "gelss", "gels"] as const;
interface LeastSquares {
  readonly b: TensorImpl;
  readonly rcond: number;
  readonly driver: (typeof drivers)[number];
}

function leastSquaresOf(name: string, a: TensorImpl, args: readonly unknown[]): LeastSquares {
  const [positional, option] = withOptions(name, args.slice(1), ["rcond", "driver"]);
  const b = tensorAt(name, "b", args[0]);
  checkMatrices(name, a);
  checkSameDType(name, a, b);
  const { rows, columns } = sizesOf(a.shape);
  const driver = wordAt(name, "driver", option("driver") ?? drivers[0], drivers);
  return { b, rcond: numberAt(name, "rcond", positional[0] ?? option("rcond"), Math.max(rows, columns) * epsilonOf(a.dtype)), driver };
}

/** The shortest of the X for which A X is nearest to B, for B's matrices. */
const solutionOp: CallOp = {
  ...call("lstsq", (a, args, name) => {
    const { b, rcond, driver } = leastSquaresOf(name, a, args);
    const { rows, columns } = sizesOf(a.shape);
    const right = sizesOf(b.shape).columns;
    const batch = broadcastShapes(name, batchOf(a.shape), batchOf(b.shape));
    const visit = ([matrix, wanted]: readonly Float64Array[], [out]: readonly Float64Array[], at: number): void => {
      const found = singularOf(name, matrix, rows, columns, "some", { batch, at });
      const limit = limitOf({ atol: 0, rtol: rcond }, found.values);
      if (driver === "gels" && found.values.some((value) => !(value > limit))) {
        throw new LinAlgError(`${name}: ${batchElement(batch, at)}the least squares solution could not be computed because the input matrix does not have full rank`);
      }
      const negated = transposed(pseudoInverse(found, rows, columns, limit), columns, rows).map((x) => -x);
      out.fill(0);
      for (let i = 0; i < columns; i++) {
        subtractRows(out, i * right, right, { data: negated, at: i, step: columns }, { data: wanted, at: 0, step: right }, rows);
      }
    };
    return eachMatrix(name, { batch, inputs: [a, b], tails: [[columns, right]], visit })[0];
  }),
  name: "linalg.lstsq",
  gradient: (a, args) => {
    const { b, rcond } = leastSquaresOf("linalg.lstsq", a, args);
    const inverse = (x: Value): Value => applied(generalPinv, x, { rtol: rcond });
    return recordedAs({ a, b }, {
      a: using(["a", "b"], ({ grad, a: x, b: wanted }) => pinvGradient(grad.matmul(T(wanted)), inverse(x), x)),
      b: using(["a"], ({ grad, a: x }) => T(inverse(x)).matmul(grad)),
    });
  },
};

const emptyOf = (dtype: "float32" | "float64" | "int64"): TensorImpl =>
  TensorImpl.of(fromData(dtype, [0], dtype === "int64" ? new BigInt64Array(0) : dtype === "float64" ? new Float64Array(0) : new Float32Array(0)));

/** Whether all of them are matrices of this rank: looked at now, because the shape of the residuals depends on it. */
function haveRank(rank: TensorImpl, wanted: number): boolean {
  const ranks: ArrayLike<number | bigint> = engine().read(dense(rank.operand()).node);
  return Array.from(ranks).every((value) => Number(value) === wanted);
}

export function lstsq(a: TensorImpl, args: readonly unknown[], name: string): { readonly [part: string]: TensorImpl } {
  const { b, rcond, driver } = leastSquaresOf(name, a, args);
  const isVector = b.shape.length === 1 || (a.shape.length - 1 === b.shape.length && sameShape(a.shape.slice(0, -1), b.shape));
  const matrix = isVector ? valueOf(b).unsqueeze(-1) : valueOf(b);
  const { rows, columns } = sizesOf(a.shape);
  if (matrix.shape.at(-2) !== rows) {
    throw new ShapeError(`${name}: A of ${formatShape(a.shape)} and B of ${formatShape(b.shape)} do not have as many rows`);
  }
  const x = applied({ ...solutionOp, name }, valueOf(a), matrix.impl, { rcond, driver });
  const values = applied({ ...svdvalsOp, name }, valueOf(a.detached()));
  const rank = values.shape.at(-1) === 0 ? values.sum(-1).to("int64") : values.gt(values.amax(-1, { keepdim: true }).mul(rcond)).sum(-1);
  const hasResiduals = driver !== "gelsy" && rows > columns && batchCount(a.shape) > 0 && haveRank(rank.impl, columns);
  const residuals = hasResiduals ? valueOf(a).matmul(x).sub(matrix).square().sum(-2) : undefined;
  const dtype = a.dtype === "float64" ? "float64" : "float32";
  return {
    solution: isVector ? x.squeeze(-1).impl : x.impl,
    residuals: residuals?.impl ?? emptyOf(dtype),
    rank: driver === "gels" ? emptyOf("int64") : rank.impl,
    singularValues: driver === "gelsd" || driver === "gelss" ? values.impl : emptyOf(dtype),
  };
}
