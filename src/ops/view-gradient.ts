/**
 * @file Gradients of views, all by one rule of index arithmetic: what a view shows of its input goes back to where it was seen. Also
 * the tape's own arithmetic (sums to a shape, writes under a view), which is made of the same. Knows no operation by name.
 */
import { provideArithmetic } from "../autograd/arithmetic.js";
import { historyOf, edgeOf, isTracked } from "../autograd/tensors.js";
import type { DType } from "../core/dtype.js";
import { numel, sameShape, type Shape } from "../core/shape.js";
import { contiguousStrides, contiguousView, isContiguous, permute, reshape, select, type View } from "../core/view.js";
import { assemble, cast, constant, dense, map, reduce, update, withView } from "../graph/build.js";
import { GradFn, type Backward } from "../graph/history.js";
import { TensorImpl } from "../graph/storage.js";
import type { Node, Operand } from "../compile/expression.js";

/** Records a step whose backward is written with tensors. */
function step(name: string, out: TensorImpl, inputs: readonly TensorImpl[], backward: Backward): TensorImpl {
  if (!inputs.some(isTracked)) return out;
  const made = new GradFn(name, inputs.map((x) => (isTracked(x) ? edgeOf(x) : undefined)), out.shape, out.dtype);
  made.backward = backward;
  historyOf(out).gradFn = made;
  return out;
}

/**
 * A view (or the copy that PyTorch makes where there is no view), recorded. Which elements of its input it shows is found by taking
 * the same view of a dense stand-in.
 */
export function recordView(gradName: string, x: TensorImpl, run: (x: TensorImpl) => TensorImpl, copyName = gradName): TensorImpl {
  const out = run(x);
  if (out === x) return x;
  if (out.storage !== x.storage) out.link = undefined;
  if (!isTracked(x)) return out;
  const { shape } = x;
  const { view } = run(TensorImpl.of(constant(0, x.dtype, shape)));
  return step(out.storage === x.storage ? gradName : copyName, out, [x], (grad) => [embedded(grad, view, shape)]);
}

/** The elements that a view shows of a dense tensor. */
export function strided(x: TensorImpl, view: View): TensorImpl {
  const source = dense(x.operand());
  const out = source.node === x.storage.node ? x.alias(view) : TensorImpl.of(withView(source, view));
  return step("AsStridedBackward0", out, [x], (grad) => [embedded(grad, view, x.shape)]);
}

/** Zeros in a shape, with `x` added under a view: the transpose of `strided`. */
export function embedded(x: TensorImpl, view: View, shape: Shape): TensorImpl {
  return step("StridedBackward0", TensorImpl.of(embed(x.operand(), view, shape)), [x], (grad) => [strided(grad, view)]);
}

/** A dense copy of `x` with another tensor, or zeros, under a view that shows no element twice. */
function written(x: TensorImpl, view: View, value: TensorImpl | undefined): TensorImpl {
  const zeros = constant(0, x.dtype, view.shape);
  const base = dense(x.operand());
  const out = TensorImpl.of(withView({ node: update(base.node, view, value ? cast(value.operand(), x.dtype) : zeros), view: base.view }, contiguousView(x.shape)));
  return step("SliceScatterBackward0", out, value ? [x, value] : [x], (grad) => [written(grad, view, undefined), strided(grad, view)]);
}

const without = <T>(list: readonly T[], drop: (d: number) => boolean): T[] => list.filter((_, d) => !drop(d));

function embed(x: Operand, view: View, shape: Shape): Operand {
  const { dtype } = x.node;
  if (numel(view.shape) === 0) return constant(0, dtype, shape);
  // What was repeated is summed; what has size 1 says nothing.
  const repeated = view.shape.map((_, d) => d).filter((d) => view.strides[d] === 0 && view.shape[d] > 1);
  const summed = repeated.length > 0 ? reduce("sum", dtype, x, repeated) : x;
  const kept = without(view.shape.map((_, d) => d), (d) => repeated.includes(d));
  const order = kept.map((_, i) => i).filter((i) => view.shape[kept[i]] > 1);
  order.sort((i, j) => view.strides[kept[j]] - view.strides[kept[i]]);
  const sizes = order.map((i) => view.shape[kept[i]]);
  const strides = order.map((i) => view.strides[kept[i]]);
  const ones = kept.map((_, i) => i).filter((i) => !order.includes(i));
  const turned = permute(summed.view, [...order, ...ones]);
  const value = withView(summed, { shape: sizes, strides: turned.strides.slice(0, sizes.length), offset: turned.offset });
  const place: View = { shape: sizes, strides, offset: view.offset };
  if (place.offset === 0 && numel(sizes) === numel(shape) && isContiguous(place)) return inShape(value, shape);
  if (!overlap(place)) return intoZeros(value, place, shape);
  return { node: addedUnder(constant(0, dtype, shape).node, value, place), view: contiguousView(shape) };
}

/** The same elements in row-major order in another shape. */
function inShape(x: Operand, shape: Shape): Operand {
  const seen = reshape(x.view, shape);
  return seen ? withView(x, seen) : withView(dense(x), contiguousView(shape));
}

function intoZeros(value: Operand, place: View, shape: Shape): Operand {
  const node = update(constant(0, value.node.dtype, shape).node, place, value);
  return { node, view: contiguousView(shape) };
}

/** Whether a view, its dimensions sorted from the largest stride, may show an element twice. */
function overlap({ shape, strides }: View): boolean {
  let reach = 0;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (strides[d] <= reach) return true;
    reach += (shape[d] - 1) * strides[d];
  }
  return false;
}

/**
 * Adds a value under windows that overlap: one dimension is taken apart, so that each part shows no element twice. Every part reads only
 * what it writes, so that all of them work in one buffer.
 */
function addedUnder(base: Node, value: Operand, place: View): Node {
  if (!overlap(place)) return update(base, place, map("add", value.node.dtype, { node: base, view: place }, value));
  const smallest = place.shape.indexOf(Math.min(...place.shape));
  let total = base;
  for (let i = 0; i < place.shape[smallest]; i++) {
    total = addedUnder(total, withView(value, select(value.view, smallest, i)), select(place, smallest, i));
  }
  return total;
}

/** Broadcasting undone: summed over the dimensions in which `shape` has size 1 or none. */
function sumTo(x: TensorImpl, shape: Shape): TensorImpl {
  const lead = x.shape.length - shape.length;
  const dims = x.shape.map((_, d) => d).filter((d) => d < lead || (shape[d - lead] === 1 && x.shape[d] !== 1));
  const kept = x.shape;
  // A repeated dimension (a broadcast gradient) is a product, not a sum over equal numbers: `reduce` sees only its size.
  const out = TensorImpl.of(withView(reduce("sum", x.dtype, x.operand(), dims), contiguousView(shape)));
  const strides = contiguousStrides(shape);
  const view: View = { shape: kept, strides: kept.map((_, d) => (dims.includes(d) ? 0 : strides[d - lead])), offset: 0 };
  return step("SumToSizeBackward0", out, [x], (grad) => [strided(grad, view)]);
}

function castRecorded(x: TensorImpl, dtype: DType): TensorImpl {
  return step("ToCopyBackward0", TensorImpl.of(cast(x.operand(), dtype)), [x], (grad) => [grad]);
}

function copy(x: TensorImpl): TensorImpl {
  const { shape, dtype } = x;
  const { node } = x.storage;
  const operand = node.source.kind === "constant" ? constant(node.source.value, dtype, shape) : isContiguous(x.view) ? dense(x.operand()) : assemble(shape, dtype, [{ view: contiguousView(shape), value: x.operand() }]);
  return step("CloneBackward0", TensorImpl.of(operand), [x], (grad) => [grad]);
}

function add(a: TensorImpl, b: TensorImpl): TensorImpl {
  const dtype = a.dtype;
  const other = sameShape(a.shape, b.shape) ? b : sumTo(b, a.shape);
  return step("AddBackward0", TensorImpl.of(map("add", dtype, a.operand(), cast(other.operand(), dtype))), [a, other], (grad) => [grad, grad]);
}

provideArithmetic({ add, cast: castRecorded, sumTo, copy, strided, embedded, written });
