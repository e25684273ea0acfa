/**
 * @file Gradients of picks, all by one rule: the same pick of the positions 0, 1, 2, … says where each element came from, and there its
 * gradient is added. recorded.ts calls it for what reads at computed positions; it knows no operation by name.
 */
import { edgeOf, historyOf, isTracked } from "../autograd/tensors.js";
import type { Operand } from "../compile/expression.js";
import { numel, type Shape } from "../core/shape.js";
import { constant, dense, index, take } from "../graph/build.js";
import { GradFn } from "../graph/history.js";
import { TensorImpl } from "../graph/storage.js";
import { elementsAt } from "./gathering.js";
import { putAt } from "./scattering.js";

/** Runs a pick, and records it where a gradient is wanted. The pick may only move elements, never change them. */
export function recordPick(gradName: string, x: TensorImpl, run: (x: TensorImpl) => TensorImpl): TensorImpl {
  const out = run(x);
  if (!isTracked(x)) return out;
  const positions = run(TensorImpl.of(index(x.shape)));
  return step(gradName, out, x, (grad) => added(grad, positions, x));
}

/** The same for a result that is there already; `positionsOf` says where in `x` each of its elements was found. */
export function recordPicked(gradName: string, x: TensorImpl, out: TensorImpl, positionsOf: () => TensorImpl): TensorImpl {
  if (!isTracked(x)) return out;
  const positions = positionsOf();
  return step(gradName, out, x, (grad) => added(grad, positions, x));
}

/** Positions in a shape, where indices say where to stand along `dim`: of the result's shape, which may lack that dimension. */
export function positionsAlong(shape: Shape, dim: number, indices: Operand): TensorImpl {
  const source = shape.length === 0 ? [1] : shape;
  const result = indices.view.shape;
  const others = source.map((_, d) => (d === dim ? undefined : d));
  const kept = result.length === source.length ? others : others.filter((d) => d !== undefined);
  return TensorImpl.of(elementsAt(index(source), result, kept, [{ dim, index: indices }]));
}

/** Zeros in the shape of `like`, with each element of `grad` added at its position. */
function added(grad: TensorImpl, positions: TensorImpl, like: TensorImpl): TensorImpl {
  const zeros = TensorImpl.of(constant(0, grad.dtype, like.shape));
  const out = numel(grad.shape) === 0 ? zeros : putAt("gather", zeros, positions.operand(), grad, true);
  return step("PutBackward0", out, grad, (again) => picked(again, positions));
}

/** The elements at positions that are known to exist, in their shape. */
export function picked(x: TensorImpl, positions: TensorImpl): TensorImpl {
  if (numel(positions.shape) === 0) return TensorImpl.of(constant(0, x.dtype, positions.shape));
  return recordPick("TakeBackward0", x, (from) => TensorImpl.of(take(dense(from.operand()).node, positions.operand())));
}

/** A copy with zeros at positions. */
export function cleared(x: TensorImpl, positions: TensorImpl): TensorImpl {
  const out = putAt("set", x, positions.operand(), TensorImpl.of(constant(0, x.dtype)), false);
  return step("IndexPutBackward0", out, x, (grad) => cleared(grad, positions));
}

function step(name: string, out: TensorImpl, input: TensorImpl, backward: (grad: TensorImpl) => TensorImpl): TensorImpl {
  if (!isTracked(input)) return out;
  const made = new GradFn(name, [edgeOf(input)], out.shape, out.dtype);
  made.backward = (grad) => [backward(grad)];
  historyOf(out).gradFn = made;
  return out;
}
