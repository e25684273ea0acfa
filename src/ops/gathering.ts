/**
 * @file Elements picked by an index tensor: `gather`, `indexSelect`, `takeAlongDim`, `take`, and the helpers that advanced indexing is
 * written with. Each is arithmetic on indices and one read at computed positions, so it is one kernel with what surrounds it;
 * `tensor/` makes the methods and functions of it.
 *
 * Whether the indices exist is found out when the call is made, as PyTorch does: their least and largest are computed, in one kernel, once
 * for an index that is used again. Inside `compile(fn)` elements are not known: there each call of the plan computes them too, and throws
 * when it is over. A read never leaves its buffer whatever it is given: it takes the nearest element.
 */
import type { DType } from "../core/dtype.js";
import { DTypeError, IndexError, ShapeError } from "../core/errors.js";
import { broadcastShapes, formatShape, normalizeDim, numel, type Shape } from "../core/shape.js";
import { contiguousView, expand, type View } from "../core/view.js";
import { isPlain, type Node, type Operand } from "../compile/expression.js";
import { cast, constant, dense, expandTo, index as counting, map, reduce, take, withView } from "../graph/build.js";
import { capturing, type Capture } from "../graph/capture.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import { family, type GatherForm, type GatherOp } from "./kinds.js";

// What advanced indexing is made of

/** The least and the largest of some indices. */
export interface IndexRange {
  readonly least: number;
  readonly most: number;
}

/** Ranges that were computed already: a node's elements never change. */
const ranges = new WeakMap<Node, IndexRange>();

/** Of an index that cannot be looked at now. */
const unknown: IndexRange = { least: -Infinity, most: Infinity };

/**
 * Computes the least and the largest of an index; undefined where it has no elements. While a function is captured by `compile`, elements are
 * not known: then every index is possible.
 */
export function rangeOf(index: Operand): IndexRange | undefined {
  const { node, view } = index;
  if (numel(view.shape) === 0) return undefined;
  if (capturing() !== undefined) return unknown;
  const known = isPlain(index) ? ranges.get(node) : undefined;
  if (known !== undefined) return known;
  const [least, most] = extremesOf(index);
  engine().realize([least, most]);
  const range = { least: Number(engine().read(least)[0]), most: Number(engine().read(most)[0]) };
  if (isPlain(index)) ranges.set(node, range);
  return range;
}

function extremesOf(index: Operand): Node[] {
  const { node, view } = index;
  const input = view.shape.length > 0 ? index : withView(index, { shape: [1], strides: [1], offset: view.offset });
  const dims = input.view.shape.map((_, d) => d);
  return (["min", "max"] as const).map((op) => reduce(op, node.dtype, input, dims).node);
}

/** Has each call of the function that is captured look at the index. */
function checkLater(capture: Capture, index: Operand, key: string, hold: (range: IndexRange) => void): void {
  const { id } = index.node;
  const name = `${id}: ${JSON.stringify(index.view)}: ${key}`;
  if (capture.checks.has(name)) return;
  const numbers = extremesOf(index).map((node) => TensorImpl.of({ node, view: contiguousView([]) }));
  capture.checks.set(name, { numbers, hold: ([least, most]) => hold({ least, most }) });
}

/** Throws IndexError unless every index is at least `low` and below `size`; `dim` is for the message. Gives the range. */
export function checkIndices(name: string, index: Operand, size: number, dim: number, low = 0): IndexRange | undefined {
  const hold = ({ least, most }: IndexRange): void => {
    const wrong = most >= size ? most : least < low ? least : undefined;
    if (wrong !== undefined) throw new IndexError(`${name}: index ${wrong} is out of bounds for dimension ${dim} with size ${size}`);
  };
  const range = rangeOf(index);
  const capture = capturing();
  if (range === unknown && capture !== undefined) checkLater(capture, index, `${low}..${size}`, hold);
  else if (range !== undefined) hold(range);
  return range;
}

/** Indices in -size..size-1 as 0..size-1; nothing is computed where the range says that none is negative. */
export function countedFromStart(index: Operand, size: number, range: IndexRange | undefined): Operand {
  if (range === undefined || range.least >= 0) return index;
  const { dtype } = index.node;
  const like = (value: number): Operand => expandTo(constant(value, dtype), index.view.shape);
  return map("where", dtype, map("lt", "bool", index, like(0)), map("add", dtype, index, like(size)), index);
}

/** Along a dimension of the source, indices (of the result's shape, or broadcast to it by `expandTo`) say where to go. */
export interface Selector {
  readonly dim: number;
  readonly index: Operand;
}

/**
 * The elements of a source in a new shape. Dimension i of the result walks along the source's dimension `kept[i]`, or along none
 * where an index decides; the selectors say where to stand in the source's other dimensions. All indices are within their sizes.
 *
 * @example
 * // x.at(rows, ":") of an x of shape [10, 4] and three rows: one index, spread over the second dimension
 * elementsAt(x.operand(), [3, 4], [undefined, 1], [{ dim: 0, index: withView(rows, expand(unsqueeze(rows.view, 1), [3, 4])) }])
 */
export function elementsAt(source: Operand, shape: Shape, kept: readonly (number | undefined)[], selectors: readonly Selector[]): Operand {
  const { node, view } = source;
  const dtype = node.count <= 2 ** 31 ? "int32" : "int64";
  const strides = kept.map((d) => (d === undefined ? 0 : view.strides[d]));
  // Positions counted from 0, seen with the source's strides: the walk along the kept dimensions, at no cost.
  let position = withView(counting([Math.max(1, node.count)], dtype), { shape, strides, offset: view.offset });
  for (const { dim, index } of selectors) {
    const steps = cast(index, dtype);
    const stride = view.strides[dim];
    const far = stride === 1 ? steps : map("mul", dtype, steps, expandTo(constant(stride, dtype), shape));
    position = map("add", dtype, position, far);
  }
  return take(node, position);
}

/** Throws DTypeError unless an index is of one of the dtypes. */
export function checkIndexDType(name: string, index: TensorImpl, allowed: readonly DType[]): void {
  if (allowed.includes(index.dtype)) return;
  throw new DTypeError(`${name}: expected an index of dtype ${allowed.join(" or ")}, not ${index.dtype}: cast it with .long()`);
}

// The operations

const either: readonly DType[] = ["int64", "int32"];
const long: readonly DType[] = ["int64"];

/** The same elements with one dimension at least. */
const withDimension = (view: View): View => (view.shape.length > 0 ? view : { shape: [1], strides: [1], offset: view.offset });

const nothing = (x: TensorImpl, shape: Shape): Operand => constant(0, x.dtype, shape);

/** Every dimension of the result is the source's, but for one. */
const allBut = (shape: Shape, dim: number): (number | undefined)[] => shape.map((_, d) => (d === dim ? undefined : d));

function checkRanks(name: string, x: TensorImpl, index: TensorImpl): void {
  if (Math.max(1, x.shape.length) === Math.max(1, index.shape.length)) return;
  throw new ShapeError(
    `${name}: the index must have as many dimensions as the tensor: ${formatShape(index.shape)} beside ${formatShape(x.shape)}`,
  );
}

function gathered(x: TensorImpl, index: TensorImpl, dim: number, name: string): Operand {
  const d = normalizeDim(name, dim, x.shape.length);
  checkIndexDType(name, index, either);
  if (numel(index.shape) === 0) return nothing(x, index.shape);
  checkRanks(name, x, index);
  const view = withDimension(x.view);
  index.shape.forEach((size, i) => {
    if (i === d || size <= view.shape[i]) return;
    throw new ShapeError(
      `${name}: size ${size} of the index in dimension ${i} is larger than the tensor's: ${formatShape(index.shape)} beside ` +
        `${formatShape(x.shape)}; only dimension ${d} may be`,
    );
  });
  const operand = index.operand();
  checkIndices(name, operand, view.shape[d], d);
  return elementsAt(withView(x.operand(), view), index.shape, allBut(index.shape, d), [{ dim: d, index: operand }]);
}

function selected(x: TensorImpl, index: TensorImpl, dim: number, name: string): Operand {
  const d = normalizeDim(name, dim, x.shape.length);
  checkIndexDType(name, index, either);
  if (index.shape.length > 1) throw new ShapeError(`${name}: the index must be a vector, not of shape ${formatShape(index.shape)}`);
  const count = numel(index.shape);
  if (x.shape.length === 0 && count !== 1) throw new ShapeError(`${name}: the index to a scalar has one element, not ${count}`);
  const view = withDimension(x.view);
  const operand = index.operand();
  checkIndices(name, operand, view.shape[d], d);
  const shape = view.shape.map((size, i) => (i === d ? count : size));
  if (numel(shape) === 0) return nothing(x, shape);
  const strides = shape.map((_, i) => (i === d ? (operand.view.strides[0] ?? 0) : 0));
  const spread = withView(operand, { shape, strides, offset: operand.view.offset });
  const result = elementsAt(withView(x.operand(), view), shape, allBut(shape, d), [{ dim: d, index: spread }]);
  return x.shape.length === 0 ? withView(result, contiguousView([])) : result;
}

/** As PyTorch: with a dimension, an index is taken modulo its size, so that -1 is the last; without one it must exist. */
function takenAlong(x: TensorImpl, index: TensorImpl, dim: number | undefined, name: string): Operand {
  checkIndexDType(name, index, dim === undefined ? either : long);
  if (dim === undefined) return takenFlat(x, index.operand(), [numel(index.shape)], 0, name);
  const d = normalizeDim(name, dim, x.shape.length);
  if (x.shape.length === 0) throw new IndexError(`${name}: a tensor without dimensions has no dimension ${dim}`);
  checkRanks(name, x, index);
  const size = x.shape[d];
  const shape = broadcastShapes(name, x.shape.map((s, i) => (i === d ? index.shape[d] : s)), index.shape);
  if (numel(shape) === 0) return nothing(x, shape);
  if (size === 0) throw new IndexError(`${name}: dimension ${d} of ${formatShape(x.shape)} has no elements to take`);
  const given = index.operand();
  const range = rangeOf(given);
  const isWithin = range === undefined || (range.least >= 0 && range.most < size);
  const modulo = isWithin ? given : map("remainder", "int64", given, expandTo(constant(size, "int64"), given.view.shape));
  const source = withView(x.operand(), expand(x.view, shape.map((s, i) => (i === d ? size : s))));
  return elementsAt(source, shape, allBut(shape, d), [{ dim: d, index: expandTo(modulo, shape) }]);
}

/** Elements by their positions in row-major order. `low` is the least index that there is. */
function takenFlat(x: TensorImpl, given: Operand, shape: Shape, low: number, name: string): Operand {
  const count = numel(x.shape);
  if (numel(shape) === 0) return nothing(x, shape);
  if (count === 0) throw new IndexError(`${name}: tried to take from an empty tensor of shape ${formatShape(x.shape)}`);
  const range = checkIndices(name, given, count, 0, low);
  const flat = dense(x.operand());
  const positions = countedFromStart(given, count, range);
  const result = elementsAt(withView(flat, contiguousView([count])), given.view.shape, given.view.shape.map(() => undefined), [{ dim: 0, index: positions }]);
  return withView(result, contiguousView(shape));
}

const entry = <F extends GatherForm>(form: F, run: GatherOp["run"]): GatherOp<F> => ({ kind: "gather", name: form, form, run });

export const gatherOps = family({
  /**
   * The elements at the indices along a dimension: `x.gather(1, index)` has element [i, j] = x[i, index[i, j]]. The result has the
   * shape of the index, which has as many dimensions as `x` and, but for `dim`, at most its sizes. The index is int64 or int32.
   * Errors: IndexError for an index or a dimension out of range (negative indices are); ShapeError; DTypeError.
   * @example tensor([[1, 2], [3, 4]]).gather(1, tensor([[0, 0], [1, 0]])) // tensor([[1, 1], [4, 3]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.gather.html
   */
  gather: entry("gather", (x, index, dim, name) => gathered(x, index, dim ?? 0, name)),
  /**
   * The slices along a dimension whose numbers a vector gives, in its order: a copy. The index is int64 or int32.
   * Errors: IndexError for an index or a dimension out of range; ShapeError unless the index is a vector or a number; DTypeError.
   * @example tensor([[1, 2], [3, 4]]).indexSelect(0, tensor([1, 1])) // tensor([[3, 4], [3, 4]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.index_select.html
   */
  indexSelect: entry("indexSelect", (x, index, dim, name) => selected(x, index, dim ?? 0, name)),
  /**
   * The elements at the indices along a dimension, the other dimensions broadcast: what `argmax` and `argsort` with `keepdim`
   * give leads to their elements. Indices count modulo the dimension's size. Without a dimension, positions among all elements.
   * Errors: DTypeError unless the index is int64 (without a dimension, int32 will do); IndexError; ShapeError where shapes do not broadcast.
   * @example x.takeAlongDim(x.argmax(1, { keepdim: true }), 1) // the largest of each row
   * @see https://docs.pytorch.org/docs/stable/generated/torch.take_along_dim.html
   */
  takeAlongDim: entry("takeAlongDim", takenAlong),
  /**
   * The elements at positions counted row by row, in the shape of the index; negative positions count from the end.
   * Errors: IndexError for a position that does not exist; DTypeError unless the index is int64.
   * @example tensor([[4, 3], [2, 1]]).take(tensor([0, -1])) // tensor([4, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.take.html
   */
  take: entry("take", (x, index, _, name) => {
    checkIndexDType(name, index, long);
    return takenFlat(x, index.operand(), index.shape, -numel(x.shape), name);
  }),
});
