/**
 * @file Rarer views: diagonals, overlapping windows, views by explicit strides, pieces, at least so many dimensions. They share the
 * storage, and a write through one is seen by all. One entry each; `tensor/` makes the methods and functions of it.
 */
import { isTracked } from "../autograd/tensors.js";
import { AutogradError, IndexError, ShapeError, ValueError } from "../core/errors.js";
import { checkShape, formatShape, normalizeDim, numel, type Shape } from "../core/shape.js";
import type { ShapeRule } from "../core/static-shape.js";
import type { DiagonalRule, RavelRule, ReshapeAsRule, UnfoldRule } from "../core/static-views.js";
import { contiguousView, type View } from "../core/view.js";
import type { TensorImpl } from "../graph/storage.js";
import { call, wholeAt, wholesAt } from "./call.js";
import { family, type ViewOp } from "./kinds.js";
import { viewBy } from "./recorded.js";
import { narrowed, viewOps } from "./views.js";

const view = <R extends ShapeRule>(gradName: string, run: ViewOp<R>["run"]): ViewOp<R> => ({ kind: "view", name: "view", run, gradName: () => gradName });

/** The elements (i, i + offset) of two dimensions, which become one at the end. Source: PyTorch, TensorShape.cpp, diagonal. */
export function diagonalView(view: View, offset: number, dim1: number, dim2: number, name: string): View {
  const rank = view.shape.length;
  const [first, second] = [normalizeDim(name, dim1, rank), normalizeDim(name, dim2, rank)];
  if (rank < 2) throw new ShapeError(`${name}: needs at least two dimensions, not the shape ${formatShape(view.shape)}`);
  if (first === second) throw new ValueError(`${name}: the two dimensions must differ, but both are ${first}`);
  if (!Number.isInteger(offset)) throw new ValueError(`${name}: offset must be a whole number, not ${offset}`);
  const [rows, columns] = [view.shape[first], view.shape[second]];
  const length = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
  const start = offset >= 0 ? offset * view.strides[second] : -offset * view.strides[first];
  const others = view.shape.map((_, d) => d).filter((d) => d !== first && d !== second);
  return {
    shape: [...others.map((d) => view.shape[d]), length],
    strides: [...others.map((d) => view.strides[d]), view.strides[first] + view.strides[second]],
    offset: length > 0 ? view.offset + start : view.offset,
  };
}

function unfolded(x: TensorImpl, dim: number, size: number, step: number, name: string): TensorImpl {
  const d = normalizeDim(name, dim, x.shape.length);
  const whole = x.shape[d] ?? 1;
  if (!Number.isInteger(size) || size < 0 || size > whole) {
    throw new ShapeError(`${name}: the size must lie between 0 and ${whole}, the size of dimension ${d} of ${formatShape(x.shape)}, but is ${size}`);
  }
  if (!Number.isInteger(step) || step < 1) throw new ValueError(`${name}: the step must be a whole number of at least 1, not ${step}`);
  if (x.shape.length === 0) return x.alias({ shape: [size], strides: [1], offset: x.view.offset });
  const stride = x.view.strides[d];
  return x.alias({
    shape: [...x.shape.map((n, i) => (i === d ? Math.floor((whole - size) / step) + 1 : n)), size],
    strides: [...x.view.strides.map((s, i) => (i === d ? s * step : s)), stride],
    offset: x.view.offset,
  });
}

function asStrided(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [shape, strides] = [wholesAt(name, "size", args[0]), wholesAt(name, "stride", args[1])];
  const offset = wholeAt(name, "storageOffset", args[2], x.view.offset);
  checkShape(name, shape);
  if (shape.length !== strides.length) throw new ShapeError(`${name}: ${shape.length} sizes, but ${strides.length} strides`);
  if (strides.some((stride) => stride < 0) || offset < 0) throw new ValueError(`${name}: strides and the offset must not be negative`);
  const last = shape.reduce((at, size, d) => at + (size - 1) * strides[d], offset);
  if (numel(shape) > 0 && last >= x.storage.node.count) {
    throw new IndexError(`${name}: the view reaches element ${last} of a storage that has ${x.storage.node.count}`);
  }
  const whole = x.view.offset === 0 && numel(x.shape) === x.storage.node.count && contiguousView(x.shape).strides.every((s, d) => s === x.view.strides[d]);
  if (isTracked(x) && !whole) throw new AutogradError(`${name}: has a gradient only for a tensor that is dense and all of its storage: use contiguous() first`);
  return viewBy("AsStridedBackward0", x, (input) => input.alias({ shape, strides, offset }));
}

/** Where pieces begin: at the indices (Python's slices: from the end if negative, cut off at the ends), or evenly. */
function boundaries(size: number, cut: number | readonly number[], name: string): number[] {
  if (typeof cut !== "number") return [0, ...cut.map((at) => Math.min(size, Math.max(0, at < 0 ? at + size : at)))];
  if (cut < 1) throw new ValueError(`${name}: the number of sections must be at least 1, not ${cut}`);
  const [base, extra] = [Math.floor(size / cut), size % cut];
  return Array.from({ length: cut }, (_, i) => i * base + Math.min(i, extra));
}

function tensorSplit(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl[] {
  if (x.shape.length === 0) throw new ShapeError(`${name}: a tensor without dimensions cannot be split`);
  const cut = typeof args[0] === "number" ? wholeAt(name, "sections", args[0]) : wholesAt(name, "indices", args[0]);
  const dim = normalizeDim(name, wholeAt(name, "dim", args[1], 0), x.shape.length);
  const starts = boundaries(x.shape[dim], cut, name);
  return starts.map((start, i) => {
    const length = Math.max(0, (starts[i + 1] ?? x.shape[dim]) - start);
    return viewBy("SliceBackward0", x, (input) => narrowed(input, dim, start, length, name), true);
  });
}

/** Split along one fixed dimension: evenly, where a number is given, without a rest. */
const splitAlong = (dimOf: (rank: number) => number, least: number) => (x: TensorImpl, args: readonly unknown[], name: string): TensorImpl[] => {
  const rank = x.shape.length;
  if (rank < least) throw new ShapeError(`${name}: needs at least ${least} dimensions, not the shape ${formatShape(x.shape)}`);
  const dim = dimOf(rank);
  const [cut] = args;
  if (typeof cut === "number" && cut > 0 && x.shape[dim] % cut !== 0) {
    throw new ShapeError(`${name}: dimension ${dim} of ${formatShape(x.shape)} cannot be split evenly into ${cut}`);
  }
  return tensorSplit(x, [cut, dim], name);
};

/** A shape with at least so many dimensions, as PyTorch adds them. */
const atLeast = (shapeOf: (shape: Shape) => Shape) => (x: TensorImpl): TensorImpl => {
  const shape = shapeOf(x.shape);
  return viewBy("UnsqueezeBackward0", x, (input) => viewOps.view.run(input, [shape], "view"));
};

export const windowOps = family({
  /**
   * The elements (i, i + offset) of dimensions `dim1` (0) and `dim2` (1), which become one at the end: a view.
   * Errors: ShapeError below two dimensions; IndexError for a dimension out of range; ValueError for one dimension twice.
   * @example tensor([[1, 2], [3, 4]]).diagonal() // tensor([1, 4])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.diagonal.html
   */
  diagonal: view<DiagonalRule>("DiagonalBackward0", (x, [offset = 0, dim1 = 0, dim2 = 1], name) => x.alias(diagonalView(x.view, offset, dim1, dim2, name))),
  /**
   * Windows of `size` elements, `step` apart, along a dimension, in a new dimension at the end: a view whose windows may overlap.
   * Errors: ShapeError for a size larger than the dimension; ValueError for a step below 1; IndexError.
   * @example arange(4).unfold(0, 2, 1) // tensor([[0, 1], [1, 2], [2, 3]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.unfold.html
   */
  unfold: view<UnfoldRule>("UnfoldBackward0", (x, [dim, size, step], name) => unfolded(x, dim, size, step, name)),
  /**
   * All elements in one dimension. A view where that is possible, else a copy.
   * @example tensor([[1, 2], [3, 4]]).ravel() // tensor([1, 2, 3, 4])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.ravel.html
   */
  ravel: view<RavelRule>("ViewBackward0", (x, _, name) => viewOps.reshape.run(x, [-1], name)),
  /**
   * As `reshape`, in the shape of another tensor.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.reshape_as.html
   */
  reshapeAs: view<ReshapeAsRule>("ViewBackward0", (x, [other], name) => viewOps.reshape.run(x, [other.shape], name)),
  /**
   * `x.asStrided(size, stride, storageOffset)`: any view of the storage; the offset is the tensor's own if left out.
   * Errors: IndexError where it reaches past the storage; ValueError for negative strides; ShapeError.
   * @example arange(4).asStrided([2, 2], [1, 2]) // tensor([[0, 2], [1, 3]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.as_strided.html
   */
  asStrided: call("anyShape", asStrided),
  /**
   * Pieces along `dim` (0): so many nearly equal ones, or cut at the indices in a list: views.
   * Errors: ValueError for less than one section; ShapeError for a scalar; IndexError for a dimension out of range.
   * @example arange(5).tensorSplit(2) // [tensor([0, 1, 2]), tensor([3, 4])]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.tensor_split.html
   */
  tensorSplit: call("pieces", tensorSplit),
  /**
   * Equal pieces along the second dimension (the first of a vector), or cut at the indices in a list: views.
   * Errors: ShapeError where the size is no multiple, and for a scalar.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.hsplit.html
   */
  hsplit: call("pieces", splitAlong((rank) => (rank === 1 ? 0 : 1), 1)),
  /**
   * Equal pieces along the first dimension of at least two, or cut at the indices in a list: views. Errors: as hsplit.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.vsplit.html
   */
  vsplit: call("pieces", splitAlong(() => 0, 2)),
  /**
   * Equal pieces along the third dimension, or cut at the indices in a list: views. Errors: as hsplit.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.dsplit.html
   */
  dsplit: call("pieces", splitAlong(() => 2, 3)),
  /**
   * The tensor, with one dimension at least: a view.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.atleast_1d.html
   */
  atleast1d: call("anyShape", atLeast((shape) => (shape.length === 0 ? [1] : shape))),
  /**
   * The tensor, with two dimensions at least, new ones in front: a view.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.atleast_2d.html
   */
  atleast2d: call("anyShape", atLeast((shape) => (shape.length === 0 ? [1, 1] : shape.length === 1 ? [1, ...shape] : shape))),
  /**
   * The tensor, with three dimensions at least: [n] becomes [1, n, 1] and [m, n] becomes [m, n, 1]: a view.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.atleast_3d.html
   */
  atleast3d: call("anyShape", atLeast((shape) => [[1, 1, 1], [1, ...shape, 1], [...shape, 1]][shape.length] ?? shape)),
});
