/**
 * @file Windows that slide over the last dimensions of a tensor: their geometry, the constant border that they need, and the view that shows
 * them, which overlaps itself and copies nothing. Pooling, unfold and fold are made of it; it knows none of them.
 *
 * Over dimensions of sizes I with kernels K, window o shows the elements o · stride - before + k · dilation for k in 0..K - 1.
 */
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape, numel, type Shape } from "../core/shape.js";
import { contiguousStrides, contiguousView, slice, type View } from "../core/view.js";
import { assemble, constant, withView } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { ruleOf, valueOf, type Value } from "./gradient.js";
import { record } from "./record.js";
import { viewBy } from "./recorded.js";
import { embedded } from "./view-gradient.js";
import { isTracked } from "../autograd/tensors.js";

/** How windows slide: a number for each of the last dimensions. */
export interface Sliding {
  readonly kernel: Shape;
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Border in front. */
  readonly before: readonly number[];
  /** How many windows there are. */
  readonly output: Shape;
}

/** A number for each dimension, from one for all or a list of them. */
export function sizesFor(name: string, what: string, value: number | readonly number[], rank: number, least: number): readonly number[] {
  const list = typeof value === "number" ? Array.from({ length: rank }, () => value) : value;
  if (!Array.isArray(list) || (list.length !== rank && list.length !== 1)) {
    throw new ValueError(`${name}: ${what} must be a number${rank === 1 ? "" : ` or ${rank} of them`}, not ${JSON.stringify(value)}`);
  }
  const each: readonly number[] = list.length === rank ? list : Array.from({ length: rank }, () => list[0]);
  for (const entry of each) {
    if (!Number.isSafeInteger(entry) || entry < least) throw new ValueError(`${name}: ${what} must be whole numbers of at least ${least}, not ${JSON.stringify(value)}`);
  }
  return each;
}

/** The dimensions that are not slid over, and those that are. */
const leading = (shape: Shape, rank: number): Shape => shape.slice(0, shape.length - rank);

/** A tensor with a border of one value around its last dimensions; where a border is negative, so much is cut off. */
export function bordered(x: TensorImpl, before: readonly number[], after: readonly number[], value: number | bigint | boolean): TensorImpl {
  const rank = before.length;
  const first = x.shape.length - rank;
  const inside = before.reduce<View>((view, front, d) => {
    const cut = Math.max(0, -front);
    return slice(view, first + d, cut, Math.max(0, view.shape[first + d] - cut - Math.max(0, -after[d])), 1);
  }, x.view);
  const shape = x.shape.map((size, d) => (d < first ? size : size + before[d - first] + after[d - first]));
  const place = before.reduce((view, front, d) => slice(view, first + d, Math.max(0, front), inside.shape[first + d], 1), contiguousView(shape));
  const filled = { view: contiguousView(shape), value: constant(value, x.dtype, shape) };
  const pieces = numel(inside.shape) === 0 ? [filled] : [filled, { view: place, value: withView(x.operand(), inside) }];
  const out = TensorImpl.of(assemble(shape, x.dtype, pieces));
  if (!isTracked(x)) return out;
  const back = ({ grad }: { readonly grad: Value }): Value => valueOf(bordered(grad.impl, before.map((n) => -n), after.map((n) => -n), 0));
  return record({ name: "pad", gradName: "ConstantPadNdBackward0", rules: { x: ruleOf(back) }, inputs: { x } }, out);
}

/** How much border the windows need behind. */
const behind = (shape: Shape, { kernel, stride, dilation, before, output }: Sliding): number[] =>
  kernel.map((size, d) => Math.max(0, (output[d] - 1) * stride[d] + dilation[d] * (size - 1) + 1 - before[d] - shape[shape.length - kernel.length + d]));

/** The tensor with the border that the windows need; itself where they need none. */
export function withBorder(x: TensorImpl, sliding: Sliding, value: number | bigint): TensorImpl {
  const after = behind(x.shape, sliding);
  return [...sliding.before, ...after].every((n) => n === 0) ? x : bordered(x, sliding.before, after, value);
}

/** The shape that `withBorder` gives. */
export function borderedShape(shape: Shape, sliding: Sliding): Shape {
  const [rank, after] = [sliding.kernel.length, behind(shape, sliding)];
  return shape.map((size, d) => (d < shape.length - rank ? size : size + sliding.before[d - shape.length + rank] + after[d - shape.length + rank]));
}

/** The windows of a view that has its border: [...lead, ...output, ...kernel]. */
export function windowView({ shape, strides, offset }: View, { kernel, stride, dilation, output }: Sliding): View {
  const first = shape.length - kernel.length;
  const steps = strides.slice(first);
  return {
    shape: [...leading(shape, kernel.length), ...output, ...kernel],
    strides: [...strides.slice(0, first), ...steps.map((step, d) => step * stride[d]), ...steps.map((step, d) => step * dilation[d])],
    offset,
  };
}

/** The windows of a tensor, beyond whose ends lies `value`: [...lead, ...output, ...kernel]. */
export const windowsOf = (x: TensorImpl, sliding: Sliding, value: number | bigint = 0): TensorImpl =>
  viewBy("UnfoldBackward0", withBorder(x, sliding, value), (input) => input.alias(windowView(input.view, sliding)));

/** What windows show, added up where they show it, in a tensor whose last dimensions have the given sizes: undoes `windowsOf`. */
export function overlaid(windows: TensorImpl, input: Shape, sliding: Sliding): TensorImpl {
  const rank = sliding.kernel.length;
  const shape = [...leading(windows.shape, 2 * rank), ...input];
  const whole = borderedShape(shape, sliding);
  const view = windowView({ shape: whole, strides: contiguousStrides(whole), offset: 0 }, sliding);
  return withoutBorder(embedded(windows, view, whole), input, sliding);
}

/** What lies within the border. */
export function withoutBorder(x: TensorImpl, input: Shape, { before }: Sliding): TensorImpl {
  const after = input.map((size, d) => x.shape[x.shape.length - input.length + d] - before[d] - size);
  return [...before, ...after].every((n) => n === 0) ? x : bordered(x, before.map((n) => -n), after.map((n) => -n), 0);
}

/** Throws unless a tensor has `rank` dimensions to slide over, after its channels and perhaps a batch; only the batch may be empty. */
export function checkSpace(name: string, shape: Shape, rank: number): void {
  const fits = shape.length === rank + 1 || shape.length === rank + 2;
  const skipped = shape.length === rank + 2 ? 1 : 0;
  if (fits && numel(shape.slice(skipped)) > 0) return;
  const sizes = rank === 1 ? "L" : "H, W";
  throw new ShapeError(`${name}: expects an input of [N, C, ${sizes}] or [C, ${sizes}], of which only N may be 0, not ${formatShape(shape)}`);
}
