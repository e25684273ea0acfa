/**
 * @file What the operations of linear algebra have in common: which tensors are batches of matrices, algorithms over each matrix of a batch in
 * float64, and the pieces that their gradient rules are written in. The algorithms are in core/matrices/; nothing here knows one.
 */
import { isFloating, type DType, type TypedArray } from "../core/dtype.js";
import { DTypeError, InternalError, LinAlgError, ShapeError } from "../core/errors.js";
import { formatShape, numel, type Shape } from "../core/shape.js";
import { expandTo, routine } from "../graph/build.js";
import { capturing } from "../graph/capture.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { CallOp } from "./call.js";
import { valueOf, type Value } from "./gradient.js";
import { moveOps } from "./moves.js";
import { callOp, view } from "./recorded.js";
import { windowOps } from "./windows.js";

/** Throws unless it holds matrices of float32 or float64. */
export function checkMatrices(name: string, x: TensorImpl): void {
  checkFloating(name, x);
  if (x.shape.length < 2) throw new ShapeError(`${name}: expects matrices, of at least two dimensions, not the shape ${formatShape(x.shape)}`);
}

export function checkFloating(name: string, x: TensorImpl): void {
  if (!isFloating(x.dtype)) throw new DTypeError(`${name}: got ${x.dtype}, but it takes float32 and float64: cast it first with .float()`);
}

/** The same, and throws unless they are square. Gives their size. */
export function checkSquare(name: string, x: TensorImpl): number {
  checkMatrices(name, x);
  const { rows, columns } = sizesOf(x.shape);
  if (rows !== columns) throw new ShapeError(`${name}: expects square matrices, but the shape ${formatShape(x.shape)} has matrices of ${rows} × ${columns}`);
  return rows;
}

export function checkSameDType(name: string, a: TensorImpl, b: TensorImpl): void {
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: the tensors need one dtype, not ${a.dtype} and ${b.dtype}: cast one with .to("${a.dtype}")`);
}

export const sizesOf = (shape: Shape): { readonly rows: number; readonly columns: number } => ({ rows: shape.at(-2) ?? 1, columns: shape.at(-1) ?? 1 });
export const batchOf = (shape: Shape): Shape => shape.slice(0, -2);
export const batchCount = (shape: Shape): number => numel(batchOf(shape));

/** How messages name a matrix of a batch, as PyTorch's do. */
export const batchElement = (batch: Shape, at: number): string => (batch.length === 0 ? "" : `(batch element ${at}) `);

/** What an algorithm is given for one matrix of each input, and where it puts its results. */
type Visit = (inputs: readonly Float64Array[], outputs: readonly Float64Array[], at: number) => void;

interface MatrixRoutine {
  readonly batch: Shape;
  /** Broadcast to the batch; each in front of its own matrix. */
  readonly inputs: readonly TensorImpl[];
  /** The shapes of the results behind the batch. */
  readonly tails: readonly Shape[];
  /** May overwrite what it is given. */
  readonly visit: Visit;
}

/**
 * An algorithm on each matrix of a batch, in float64 whatever the dtype. It may throw LinAlgError for what is in a matrix; so that this
 * happens where the operation was called, as in PyTorch, it is run at once, except while a function is captured.
 */
export function eachMatrix(name: string, { batch, inputs, tails, visit }: MatrixRoutine): TensorImpl[] {
  const { dtype } = inputs[0];
  const count = numel(batch);
  const operands = inputs.map((input) => expandTo(input.operand(), [...batch, ...input.shape.slice(-2)]));
  const sizes = inputs.map((input) => numel(input.shape.slice(-2)));
  const lengths = tails.map(numel);
  const run = (given: readonly TypedArray[], results: readonly TypedArray[]): void => {
    const outputs = lengths.map((length) => new Float64Array(length));
    for (let at = 0; at < count; at++) {
      const matrices = given.map((data, i) => Float64Array.from(floats(data).subarray(at * sizes[i], (at + 1) * sizes[i])));
      visit(matrices, outputs, at);
      outputs.forEach((output, i) => floats(results[i]).set(output, at * lengths[i]));
    }
  };
  const made = routine(name, operands, tails.map((tail) => ({ shape: [...batch, ...tail], dtype })), run);
  if (!capturing() && count > 0) engine().realize(made.map(({ node }) => node));
  return made.map((operand) => TensorImpl.of(operand));
}

function floats(data: TypedArray): Float32Array | Float64Array {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new InternalError("linear algebra got integers");
}

/** What did not come to an end. */
export const unconverged = (name: string, batch: Shape, at: number): LinAlgError =>
  new LinAlgError(`${name}: ${batchElement(batch, at)}the algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated values`);

/** The distance of 1 to the next larger number. */
export const epsilonOf = (dtype: DType): number => (dtype === "float64" ? 2 ** -52 : 2 ** -23);

// The pieces of gradient rules

/** The transposes of matrices. */
export const T = (x: Value): Value => x.transpose(-2, -1);

export function applied(op: CallOp, x: Value, ...args: readonly unknown[]): Value {
  const result = callOp(op, x.impl, args);
  if (result instanceof TensorImpl) return valueOf(result);
  throw new InternalError(`${op.name}: gives no tensor`);
}

export const tril = (x: Value, diagonal = 0): Value => applied(moveOps.tril, x, diagonal);
export const triu = (x: Value, diagonal = 0): Value => applied(moveOps.triu, x, diagonal);
/** A matrix with a vector on its diagonal. */
export const diagonalMatrix = (x: Value): Value => applied(moveOps.diagEmbed, x);
/** The diagonal of a matrix. */
export const diagonalOf = (x: Value): Value => valueOf(view(windowOps.diagonal, x.impl, [0, -2, -1]));
/** A factor for each column. */
export const byColumn = (factors: Value): Value => factors.unsqueeze(-2);
/** A factor for each row. */
export const byRow = (factors: Value): Value => factors.unsqueeze(-1);
/** A number for a matrix. */
export const byMatrix = (factor: Value): Value => factor.unsqueeze(-1).unsqueeze(-1);
