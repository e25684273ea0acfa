/**
 * @file Operations that look at the same elements in another shape. They share the storage, so a write through one is seen by
 * all; only `reshape`, `flatten` and `contiguous` copy, where they must. One entry each; `tensor/` makes the methods and functions of it.
 */
import { IndexError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, inferShape, normalizeDim, normalizeDims, numel, type Shape } from "../core/shape.js";
import type * as rules from "../core/static-shape.js";
import type { ShapeRule } from "../core/static-shape.js";
import type { AtRule } from "../core/static-index.js";
import { contiguousView, expand, isContiguous, permute, reshape, select, slice, squeeze, unsqueeze, type View } from "../core/view.js";
import { assemble } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { at } from "./index-tensors.js";
import { entriesOf, index, isNoView } from "./indexing.js";
import { family, type ViewOp } from "./kinds.js";

/** An entry: what it shows, and what PyTorch calls its recorded step (or how that follows from the arguments). */
const view = <R extends ShapeRule>(run: ViewOp<R>["run"], gradName: string | ViewOp<R>["gradName"]): ViewOp<R> => ({
  kind: "view",
  name: "view",
  run,
  gradName: typeof gradName === "string" ? () => gradName : gradName,
});

/** The same, with what it gives for arguments that no view answers. */
const orCopy = <R extends ShapeRule>(op: ViewOp<R>, copy: ViewOp["copy"]): ViewOp<R> => ({ ...op, ...(copy && { copy }) });

/** The last thing that an index does, which is what PyTorch names the step by. */
function indexStep(entries: readonly unknown[]): string {
  const last = entries.findLast((entry) => entry !== "..." && entry !== ":");
  if (last === undefined) return "AliasBackward0";
  return last === null ? "UnsqueezeBackward0" : typeof last === "number" ? "SelectBackward0" : "SliceBackward0";
}

/** The shape in `f(2, 3)` or `f([2, 3])`. */
function shapeFrom(name: string, args: rules.ShapeArguments): Shape {
  const sizes: readonly unknown[] = args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
  const shape: number[] = [];
  for (const size of sizes) {
    if (typeof size !== "number") throw new ValueError(`${name}: expected sizes, as in ${name}(2, 3) or ${name}([2, 3]), not ${String(size)}`);
    shape.push(size);
  }
  return shape;
}

/** A dense copy with a storage of its own. */
function copied(x: TensorImpl): TensorImpl {
  const { shape } = x;
  return TensorImpl.of(assemble(shape, x.dtype, [{ view: contiguousView(shape), value: x.operand() }]));
}

/** The tensor itself if its elements lie densely in row-major order, else a copy for which that is so. */
export const contiguous = (x: TensorImpl): TensorImpl => (isContiguous(x.view) ? x : copied(x));

/** A tensor with a storage of its own. Keeps the strides of a tensor that shows all of its storage, as PyTorch does. */
export function clone(x: TensorImpl): TensorImpl {
  const dense = numel(x.shape) === x.storage.node.count && x.view.offset === 0 && x.view.strides.every((s, d) => s !== 0 || x.shape[d] === 1);
  return dense ? TensorImpl.of(x.operand()) : copied(x);
}

function reshaped(x: TensorImpl, target: Shape, name: string): TensorImpl {
  const shape = inferShape(name, target, numel(x.shape));
  const seen = reshape(x.view, shape);
  return seen ? x.alias(seen) : copied(x).alias(contiguousView(shape));
}

function viewed(x: TensorImpl, target: Shape, name: string): TensorImpl {
  const shape = inferShape(name, target, numel(x.shape));
  const seen = reshape(x.view, shape);
  if (seen) return x.alias(seen);
  throw new ShapeError(
    `${name}: view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). ` +
      `Use .reshape(${shape.join(", ")}) instead`,
  );
}

function flattened(x: TensorImpl, startDim: number, endDim: number, name: string): TensorImpl {
  const { shape } = x;
  if (shape.length === 0) return reshaped(x, [1], name);
  const [start, end] = [normalizeDim(name, startDim, shape.length), normalizeDim(name, endDim, shape.length)];
  if (start > end) throw new ShapeError(`${name}: startDim (${startDim}) must not come after endDim (${endDim})`);
  return start === end ? x : reshaped(x, [...shape.slice(0, start), numel(shape.slice(start, end + 1)), ...shape.slice(end + 1)], name);
}

function unflattened(x: TensorImpl, dim: number, sizes: Shape, name: string): TensorImpl {
  const d = normalizeDim(name, dim, x.shape.length);
  if (x.shape.length === 0) throw new ShapeError(`${name}: a tensor without dimensions has none to unflatten`);
  return viewed(x, [...x.shape.slice(0, d), ...inferShape(name, sizes, x.shape[d]), ...x.shape.slice(d + 1)], name);
}

function transposed(x: TensorImpl, dim0: number, dim1: number, name: string): TensorImpl {
  const rank = x.shape.length;
  const [i, j] = [normalizeDim(name, dim0, rank), normalizeDim(name, dim1, rank)];
  if (i === j) return x.alias(x.view);
  return x.alias(permute(x.view, x.shape.map((_, d) => (d === i ? j : d === j ? i : d))));
}

/** The last two dimensions swapped. */
export function matrixTransposed(x: TensorImpl, name: string): TensorImpl {
  if (x.shape.length < 2) throw new ShapeError(`${name}: needs at least two dimensions, not the shape ${formatShape(x.shape)}`);
  return transposed(x, -2, -1, name);
}

/** All dimensions in reverse. */
export const reversed = (x: TensorImpl): TensorImpl => x.alias(permute(x.view, x.shape.map((_, d) => x.shape.length - 1 - d)));

function permuted(x: TensorImpl, dims: Shape, name: string): TensorImpl {
  if (dims.length !== x.shape.length) {
    throw new ShapeError(`${name}: [${dims.join(", ")}] must name each of the ${x.shape.length} dimensions of ${formatShape(x.shape)} once`);
  }
  return x.alias(permute(x.view, normalizeDims(name, dims, x.shape.length)));
}

function moved(x: TensorImpl, source: number | Shape, destination: number | Shape, name: string): TensorImpl {
  const rank = x.shape.length;
  const from = normalizeDims(name, typeof source === "number" ? [source] : source, rank);
  const to = normalizeDims(name, typeof destination === "number" ? [destination] : destination, rank);
  if (from.length !== to.length) throw new ValueError(`${name}: ${from.length} sources, but ${to.length} destinations`);
  if (rank === 0) return x.alias(x.view);
  const rest = x.shape.map((_, d) => d).filter((d) => !from.includes(d));
  return x.alias(permute(x.view, x.shape.map((_, d) => (to.includes(d) ? from[to.indexOf(d)] : (rest.shift() ?? d)))));
}

function squeezed(x: TensorImpl, dim: number | Shape | undefined, name: string): TensorImpl {
  if (dim === undefined) return x.alias(squeeze(x.view, (d) => x.shape[d] === 1));
  const dims = normalizeDims(name, typeof dim === "number" ? [dim] : dim, x.shape.length);
  return x.alias(squeeze(x.view, (d) => dims.includes(d) && x.shape[d] === 1));
}

function expanded(x: TensorImpl, target: Shape, name: string): TensorImpl {
  const { shape } = x;
  const lead = target.length - shape.length;
  const wrong = (why: string): ShapeError => new ShapeError(`${name}: cannot expand ${formatShape(shape)} to ${formatShape(target)}: ${why}`);
  if (lead < 0) throw wrong(`the target has fewer dimensions`);
  const sizes = target.map((size, i) => {
    if (size === -1 && i >= lead) return shape[i - lead];
    if (!Number.isSafeInteger(size) || size < 0) throw wrong(i < lead ? `-1 is only for dimensions that exist` : `${size} is no size`);
    if (i >= lead && shape[i - lead] !== 1 && shape[i - lead] !== size) throw wrong(`size ${shape[i - lead]} at dimension ${i} cannot become ${size}`);
    return size;
  });
  return x.alias(expand(x.view, sizes));
}

/** `length` elements of a dimension from `start`. */
export function narrowed(x: TensorImpl, dim: number, start: number, length: number, name: string): TensorImpl {
  if (x.shape.length === 0) throw new ShapeError(`${name}: cannot be applied to a tensor without dimensions`);
  const d = normalizeDim(name, dim, x.shape.length);
  const size = x.shape[d];
  const first = start < 0 ? start + size : start;
  if (!Number.isInteger(start) || !Number.isInteger(length) || first < 0 || first > size || length < 0 || first + length > size) {
    throw new IndexError(`${name}: ${length} elements from ${start} do not lie in dimension ${d} of ${formatShape(x.shape)}, which has size ${size}`);
  }
  return x.alias(slice(x.view, d, first, length, 1));
}

/** One position of a dimension, which disappears. */
export function selected(x: TensorImpl, dim: number, position: number, name: string): TensorImpl {
  if (x.shape.length === 0) throw new IndexError(`${name}: a tensor without dimensions has nothing to select from`);
  const d = normalizeDim(name, dim, x.shape.length);
  const size = x.shape[d];
  if (!Number.isInteger(position) || position < -size || position >= size) {
    throw new IndexError(`${name}: index ${position} is out of range for dimension ${d} of ${formatShape(x.shape)}`);
  }
  return x.alias(select(x.view, d, position < 0 ? position + size : position));
}

const checked = (x: TensorImpl, dim: number, name: string): View => {
  const d = normalizeDim(name, dim, x.shape.length + 1);
  return unsqueeze(x.view, d);
};

export const viewOps = family({
  /**
   * The same elements in another shape, `x.reshape(2, 3)` or `x.reshape([2, 3])`; one size may be -1. A view where that is
   * possible, else a copy. Errors: ShapeError where the sizes do not multiply to the number of elements.
   * @example arange(6).reshape(2, -1) // shape [2, 3]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.reshape.html
   */
  reshape: view<rules.ReshapeRule>((x, args, name) => reshaped(x, shapeFrom(name, args), name), "ViewBackward0"),
  /**
   * As `reshape`, but never a copy: ShapeError where only a copy would do.
   * @example arange(6).view(2, 3) // shape [2, 3]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.view.html
   */
  view: view<rules.ReshapeRule>((x, args, name) => viewed(x, shapeFrom(name, args), name), "ViewBackward0"),
  /**
   * As `view`, in the shape of another tensor.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.view_as.html
   */
  viewAs: view<rules.ViewAsRule>((x, [other], name) => viewed(x, other.shape, name), "ViewBackward0"),
  /**
   * Dimensions `startDim` (0) to `endDim` (-1) as one. A view where that is possible, else a copy.
   * Errors: IndexError for a dimension out of range; ShapeError for an end before the start.
   * @example zeros(2, 3, 4).flatten(1) // shape [2, 12]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.flatten.html
   */
  flatten: view<rules.FlattenRule>((x, [startDim = 0, endDim = -1], name) => flattened(x, startDim, endDim, name), "ViewBackward0"),
  /**
   * One dimension as several, of which one size may be -1. Errors: IndexError; ShapeError where the sizes do not multiply to it.
   * @example zeros(2, 12).unflatten(1, [3, -1]) // shape [2, 3, 4]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.unflatten.html
   */
  unflatten: view<rules.UnflattenRule>((x, [dim, sizes], name) => unflattened(x, dim, sizes, name), "ViewBackward0"),
  /**
   * Two dimensions swapped. Errors: IndexError for a dimension out of range.
   * @example zeros(2, 3, 4).transpose(0, -1) // shape [4, 3, 2]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.transpose.html
   */
  transpose: view<rules.TransposeRule>((x, [dim0, dim1], name) => transposed(x, dim0, dim1, name), "TransposeBackward0"),
  /**
   * A matrix transposed; a vector or scalar as it is. Errors: ShapeError for more than two dimensions.
   * @example zeros(2, 3).t() // shape [3, 2]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.t.html
   */
  t: view<rules.TRule>((x, _, name) => {
    if (x.shape.length > 2) throw new ShapeError(`${name}: expects at most 2 dimensions, not ${formatShape(x.shape)}: use transpose or permute`);
    return x.shape.length < 2 ? x.alias(x.view) : transposed(x, 0, 1, name);
  }, "TBackward0"),
  /**
   * The dimensions in another order, `x.permute(2, 0, 1)` or `x.permute([2, 0, 1])`.
   * Errors: ShapeError unless there are as many as dimensions; IndexError; ValueError where one appears twice.
   * @example zeros(2, 3, 4).permute(2, 0, 1) // shape [4, 2, 3]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.permute.html
   */
  permute: view<rules.PermuteRule>((x, args, name) => permuted(x, shapeFrom(name, args), name), "PermuteBackward0"),
  /**
   * Dimensions moved to other places, the others in their order. Errors: IndexError; ValueError for lists of different lengths.
   * @example zeros(2, 3, 4).movedim(0, -1) // shape [3, 4, 2]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.movedim.html
   */
  movedim: view<rules.MoveDimRule>((x, [source, destination], name) => moved(x, source, destination, name), "PermuteBackward0"),
  /**
   * Without its dimensions of size 1: all, or those among `dim` (one or several). Errors: IndexError for a dimension out of range.
   * @example zeros(1, 3, 1).squeeze(0) // shape [3, 1]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.squeeze.html
   */
  squeeze: view<rules.SqueezeRule>((x, [dim], name) => squeezed(x, dim, name), ([dim]) => `SqueezeBackward${dim === undefined ? 0 : typeof dim === "number" ? 1 : 2}`),
  /**
   * A new dimension of size 1 at `dim`, from -(rank + 1) to rank. Errors: IndexError for a dimension out of range.
   * @example zeros(3).unsqueeze(-1) // shape [3, 1]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html
   */
  unsqueeze: view<rules.UnsqueezeRule>((x, [dim], name) => x.alias(checked(x, dim, name)), "UnsqueezeBackward0"),
  /**
   * Dimensions of size 1 (and new ones in front) repeated to a larger shape without a copy; -1 keeps a size. In-place operations
   * refuse such a tensor. Errors: ShapeError where another size would change.
   * @example zeros(3, 1).expand(-1, 4) // shape [3, 4]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand.html
   */
  expand: view<rules.ExpandRule>((x, args, name) => expanded(x, shapeFrom(name, args), name), "ExpandBackward0"),
  /**
   * As `expand`, to the shape of another tensor.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand_as.html
   */
  expandAs: view<rules.ExpandAsRule>((x, [other], name) => expanded(x, other.shape, name), "ExpandBackward0"),
  /**
   * As `expand`: `x.broadcastTo(2, 3)` or `x.broadcastTo([2, 3])`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.broadcast_to.html
   */
  broadcastTo: view<rules.ExpandRule>((x, args, name) => expanded(x, shapeFrom(name, args), name), "ExpandBackward0"),
  /**
   * `length` elements of dimension `dim` from `start` (negative: from its end). Errors: IndexError where they do not lie in it.
   * @example arange(5).narrow(0, 1, 3) // tensor([1, 2, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.narrow.html
   */
  narrow: view<rules.NarrowRule>((x, [dim, start, length], name) => narrowed(x, dim, start, length, name), "SliceBackward0"),
  /**
   * Position `index` (negative: from the end) of dimension `dim`, which disappears. Errors: IndexError out of range.
   * @example tensor([[1, 2], [3, 4]]).select(1, -1) // tensor([2, 4])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.select.html
   */
  select: view<rules.SelectRule>((x, [dim, position], name) => selected(x, dim, position, name), "SelectBackward0"),
  /**
   * PyTorch's `x[…]`. Each argument is a position (negative: from the end), a slice ("4:10", ":", "::2", "-3:", or
   * `{ start, stop, step }`), null for a new dimension, or "..." for all dimensions in between: those give a view. A tensor of positions
   * (int64, int32; negative ones count from the end), a mask (bool, uint8; as many dimensions as it has), true or false, or lists of
   * numbers or booleans in their place give a copy: they are broadcast together, and their dimensions stand where the indexed ones were
   * if those are neighbours, else in front. A lone list of lists is, as in PyTorch, a list of indices: write `tensor(…)` for one index of
   * two dimensions. Masks are looked at now.
   * Errors: IndexError out of range, for too many, and for index tensors of another dtype or masks of another shape; ShapeError for
   * index tensors that do not broadcast; ValueError for what is no index, such as a step below 1.
   * @example tensor([[1, 2, 3], [4, 5, 6]]).at(0, "1:") // tensor([2, 3])
   * @example x.at(x.gt(0)); x.at([0, 2]); x.at(rows, ":", columns)
   * @see https://docs.pytorch.org/docs/stable/tensor_view.html
   */
  at: orCopy(view<AtRule>((x, args, name) => index(x, entriesOf(args, name), name), indexStep), { isFor: isNoView, run: at }),
});
