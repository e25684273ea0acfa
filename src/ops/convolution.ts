/**
 * @file Convolutions over any number of dimensions, and their two gradients. Each is a matrix product of strided views: the windows of the
 * input are a view that overlaps itself, so nothing is copied but the border. The three are each other's derivatives. `tensor/` makes
 * conv1d, conv2d and PyTorch's torch.nn.grad of them.
 *
 * With x of [N, G·C, ...input], the weight w of [G·O, C, ...kernel] and y of [N, G·O, ...output], in every dimension
 * y[n, o, t] = sum over c, k of x[n, c, t · stride + k · dilation - before] w[o, c, k].
 */
import { isFloating } from "../core/dtype.js";
import { DTypeError, InternalError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, numel, sameShape, type Shape } from "../core/shape.js";
import { contiguousStrides, contiguousView, type View } from "../core/view.js";
import { assemble, constant, dense, expandTo, index, map, reduce, take, withView } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { isTracked } from "../autograd/tensors.js";
import { ruleOf, using, valueOf, type Rules, type Value } from "./gradient.js";
import { record } from "./record.js";

/** How a kernel walks over its input: a number for each of its dimensions. */
export interface Geometry {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Zeros in front of the input. */
  readonly before: readonly number[];
  readonly groups: number;
}

/** The sizes of one convolution. */
interface Sizes {
  readonly batch: number;
  readonly groups: number;
  /** Channels of a group: coming in and going out. */
  readonly channels: number;
  readonly features: number;
  readonly input: Shape;
  readonly kernel: Shape;
  readonly output: Shape;
}

function sizesOf(x: Shape, w: Shape, y: Shape, { groups }: Geometry): Sizes {
  return { batch: x[0], groups, channels: w[1], features: w[0] / groups, input: x.slice(2), kernel: w.slice(2), output: y.slice(2) };
}

/** A dense copy of `x` spread over a larger space: element i of a dimension comes to `before + i * step`, zeros elsewhere. */
function spread(x: Operand, space: readonly number[], before: readonly number[], step: readonly number[]): Operand {
  const lead = x.view.shape.slice(0, -space.length);
  const shape = [...lead, ...space];
  if (before.every((zeros, d) => zeros === 0 && step[d] === 1 && space[d] === x.view.shape[lead.length + d])) return dense(x);
  const strides = contiguousStrides(shape);
  const [from, to] = [{ ...x.view, shape: [...x.view.shape], strides: [...x.view.strides] }, { shape: [...shape], strides: [...strides], offset: 0 }];
  space.forEach((size, d) => {
    const at = lead.length + d;
    const first = Math.max(0, Math.ceil(-before[d] / step[d]));
    const last = Math.min(x.view.shape[at] - 1, Math.floor((size - 1 - before[d]) / step[d]));
    const count = Math.max(0, last - first + 1);
    [from.shape[at], to.shape[at], to.strides[at]] = [count, count, strides[at] * step[d]];
    if (count === 0) return;
    from.offset += first * x.view.strides[at];
    to.offset += (before[d] + first * step[d]) * strides[at];
  });
  const zeros = expandTo(constant(0, x.node.dtype), shape);
  return assemble(shape, x.node.dtype, [{ view: contiguousView(shape), value: zeros }, { view: to, value: withView(x, from) }]);
}

/** Sums products of two views of one shape over their last dimensions. */
function contracted(left: Operand, right: Operand, kept: number): Operand {
  const { dtype } = left.node;
  const dims = left.view.shape.map((_, d) => d).slice(kept);
  return reduce("sum", dtype, map("mul", dtype, left, right), dims);
}

/** The input with its border, and its strides split by groups: [N, G, C, ...space]. */
function bordered(x: Operand, { groups, channels, kernel, output }: Sizes, { stride, dilation, before }: Geometry): { readonly space: Operand; readonly strides: readonly number[] } {
  const space = kernel.map((size, d) => Math.max(1, (output[d] - 1) * stride[d] + dilation[d] * (size - 1) + 1));
  const padded = spread(x, space, before, space.map(() => 1));
  return { space: padded, strides: contiguousStrides([x.view.shape[0], groups, channels, ...space]) };
}

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

function forward(x: Operand, w: Operand, sizes: Sizes, geometry: Geometry): Operand {
  const { batch, groups, channels, features, kernel, output } = sizes;
  const { space, strides } = bordered(x, sizes, geometry);
  const shape = [batch, groups, features, ...output, channels, ...kernel];
  const steps = strides.slice(3);
  const window: View = {
    shape, offset: 0,
    strides: [strides[0], strides[1], 0, ...steps.map((step, d) => step * geometry.stride[d]), strides[2], ...steps.map((step, d) => step * geometry.dilation[d])],
  };
  const filters = dense(w);
  const across = contiguousStrides([groups, features, channels, ...kernel]);
  const weights: View = { shape, offset: 0, strides: [0, across[0], across[1], ...output.map(() => 0), ...across.slice(2)] };
  const result = contracted(withView(space, window), withView(filters, weights), 3 + output.length);
  return withView(result, contiguousView([batch, groups * features, ...output]));
}

/** [G·O, C, ...kernel] with the kernel's elements in reverse: strides are never negative, and this is small. */
function reversed(w: Operand): Operand {
  const [features, channels, ...kernel] = w.view.shape;
  const [filters, elements] = [features * channels, numel(kernel)];
  if (elements === 1) return dense(w);
  const flat = { shape: [filters, elements], offset: 0 };
  const counted = (count: number, strides: readonly number[]): Operand => withView(index([count]), { ...flat, strides });
  const number = (value: number): Operand => expandTo(constant(value, "int64"), flat.shape);
  const start = map("mul", "int64", counted(filters, [1, 0]), number(elements));
  const back = map("sub", "int64", number(elements - 1), counted(elements, [0, 1]));
  const { node } = dense(w);
  return withView(take(node, map("add", "int64", start, back)), contiguousView(w.view.shape));
}

/** The gradient of the input: the gradient of the output, spread by the stride, meets the reversed kernel. */
function inputGradient(y: Operand, w: Operand, sizes: Sizes, { stride, dilation, before }: Geometry): Operand {
  const { batch, groups, channels, features, input, kernel } = sizes;
  const reach = kernel.map((size, d) => dilation[d] * (size - 1));
  const space = input.map((size, d) => size + reach[d]);
  const grads = spread(y, space, reach.map((size, d) => size - before[d]), stride);
  const strides = contiguousStrides([batch, groups, features, ...space]);
  const steps = strides.slice(3);
  const shape = [batch, groups, channels, ...input, features, ...kernel];
  const window: View = {
    shape, offset: 0, strides: [strides[0], strides[1], 0, ...steps, strides[2], ...steps.map((step, d) => step * dilation[d])],
  };
  const across = contiguousStrides([groups, features, channels, ...kernel]);
  const weights: View = { shape, offset: 0, strides: [0, across[0], across[2], ...input.map(() => 0), across[1], ...across.slice(3)] };
  const result = contracted(withView(grads, window), withView(reversed(w), weights), 3 + input.length);
  return withView(result, contiguousView([batch, groups * channels, ...input]));
}

/** The gradient of the weight: every window of the input times the gradient of its output, over the batch and the output. */
function weightGradient(x: Operand, y: Operand, sizes: Sizes, geometry: Geometry): Operand {
  const { batch, groups, channels, features, kernel, output } = sizes;
  const { space, strides } = bordered(x, sizes, geometry);
  const steps = strides.slice(3);
  const shape = [groups, features, channels, ...kernel, batch, ...output];
  const window: View = {
    shape, offset: 0,
    strides: [strides[1], 0, strides[2], ...steps.map((step, d) => step * geometry.dilation[d]), strides[0], ...steps.map((step, d) => step * geometry.stride[d])],
  };
  const grads = dense(y);
  const across = contiguousStrides([batch, groups, features, ...output]);
  const walk: View = { shape, offset: 0, strides: [across[1], across[2], 0, ...kernel.map(() => 0), across[0], ...across.slice(3)] };
  const result = contracted(withView(grads, walk), withView(space, window), 3 + kernel.length);
  return withView(result, contiguousView([groups * features, channels, ...kernel]));
}

/** The size of the output in each dimension. `after`: zeros behind the input. */
export function outputSizes(input: Shape, kernel: Shape, { stride, dilation, before }: Geometry, after: readonly number[]): number[] {
  return input.map((size, d) => Math.floor((size + before[d] + after[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d]) + 1);
}

/** Throws unless a weight of such a shape can walk over such an input. */
export function checkShapes(name: string, x: Shape, w: Shape, rank: number, groups: number): void {
  const both = `${formatShape(x)} and ${formatShape(w)}`;
  if (x.length !== rank + 2 || w.length !== rank + 2) {
    throw new ShapeError(`${name}: expects an input of ${rank + 2} dimensions (or ${rank + 1}, without a batch) and a weight of ${rank + 2}, not ${both}`);
  }
  if (x[1] % groups !== 0 || w[0] % groups !== 0) {
    throw new ShapeError(`${name}: ${groups} groups do not divide the ${x[1]} channels of the input and the ${w[0]} of the weight: ${both}`);
  }
  if (x[1] !== w[1] * groups) {
    throw new ShapeError(`${name}: the input has ${x[1]} channels, but the weight takes ${w[1] * groups}: ${both}${groups === 1 ? "" : ` in ${groups} groups`}`);
  }
}

function checkDTypes(name: string, a: TensorImpl, b: TensorImpl): void {
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: both tensors need one dtype, not ${a.dtype} and ${b.dtype}: cast one with .to("${a.dtype}")`);
  if (!isFloating(a.dtype)) throw new DTypeError(`${name}: got ${a.dtype}, but it takes float32 and float64: cast it first with .float()`);
}

type Rule = (x: Value) => Value;
/** Records what two tensors gave, each with the derivative by it. Both derivatives read the other tensor. */
function recorded(name: string, a: TensorImpl, b: TensorImpl, result: Operand, byA: (grad: Value) => Rule, byB: (grad: Value) => Rule): TensorImpl {
  const out = TensorImpl.of(result);
  if (!isTracked(a) && !isTracked(b)) return out;
  const rules: Rules = {
    a: ruleOf(using(["b"], ({ grad, b: other }) => byA(grad)(other))),
    b: ruleOf(using(["a"], ({ grad, a: other }) => byB(grad)(other))),
  };
  return record({ name, gradName: "ConvolutionBackward0", rules, inputs: { a, b } }, out);
}
const inside = (run: (...impls: TensorImpl[]) => TensorImpl, ...values: readonly Value[]): Value => valueOf(run(...values.map((value) => value.impl)));

function empty(shape: Shape, like: TensorImpl): Operand {
  return dense(expandTo(constant(0, like.dtype), shape));
}

/** x over w; `y` is the shape of the result. */
export function convolve(name: string, x: TensorImpl, w: TensorImpl, y: Shape, geometry: Geometry): TensorImpl {
  checkDTypes(name, x, w);
  const sizes = sizesOf(x.shape, w.shape, y, geometry);
  const isEmpty = numel(y) === 0 || numel(w.shape) === 0 || numel(x.shape) === 0;
  const result = isEmpty ? empty(y, x) : forward(x.operand(), w.operand(), sizes, geometry);
  return recorded(
    name, x, w, result,
    (grad) => (weight) => inside((g, v) => convolutionInput(name, g, v, x.shape, geometry), grad, weight),
    (grad) => (input) => inside((v, g) => convolutionWeight(name, v, g, w.shape, geometry), input, grad),
  );
}

/** The gradient of an input of shape `x`, from that of the output. */
export function convolutionInput(name: string, y: TensorImpl, w: TensorImpl, x: Shape, geometry: Geometry): TensorImpl {
  checkDTypes(name, y, w);
  const sizes = sizesOf(x, w.shape, y.shape, geometry);
  const isEmpty = numel(x) === 0 || numel(y.shape) === 0 || numel(w.shape) === 0;
  const result = isEmpty ? empty(x, y) : inputGradient(y.operand(), w.operand(), sizes, geometry);
  return recorded(
    name, y, w, result,
    (grad) => (weight) => inside((g, v) => convolve(name, g, v, y.shape, geometry), grad, weight),
    (grad) => (output) => inside((g, v) => convolutionWeight(name, g, v, w.shape, geometry), grad, output),
  );
}

/** The gradient of a weight of shape `w`, from that of the output. */
export function convolutionWeight(name: string, x: TensorImpl, y: TensorImpl, w: Shape, geometry: Geometry): TensorImpl {
  checkDTypes(name, x, y);
  const sizes = sizesOf(x.shape, w, y.shape, geometry);
  const isEmpty = numel(w) === 0 || numel(y.shape) === 0 || numel(x.shape) === 0;
  const result = isEmpty ? empty(w, x) : weightGradient(x.operand(), y.operand(), sizes, geometry);
  return recorded(
    name, x, y, result,
    (grad) => (output) => inside((v, g) => convolutionInput(name, v, g, x.shape, geometry), output, grad),
    (grad) => (input) => inside((v, g) => convolve(name, v, g, y.shape, geometry), input, grad),
  );
}

/** What a user may say of a convolution. */
export interface ConvolutionOptions {
  readonly stride?: number | readonly number[];
  /** Zeros around the input: a number, one a dimension, "valid" (none) or "same" (so many that the output has the input's size; stride 1). */
  readonly padding?: number | readonly number[] | "valid" | "same";
  readonly dilation?: number | readonly number[];
  readonly groups?: number;
}

/** The options as numbers, one a dimension. */
export function geometryOf(
  name: string, { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvolutionOptions, kernel: Shape,
): { readonly geometry: Geometry; readonly after: readonly number[] } {
  const each = (what: string, value: number | readonly number[], least: number): readonly number[] => {
    const list = typeof value === "number" ? ones(kernel.length).map(() => value) : value.length === 1 ? ones(kernel.length).map(() => value[0]) : value;
    if (list.length !== kernel.length) throw new ValueError(`${name}: ${what} must be a number or ${kernel.length} of them, not [${list.join(", ")}]`);
    for (const entry of list) if (!Number.isSafeInteger(entry) || entry < least) throw new ValueError(`${name}: ${what} must be at least ${least}, not ${entry}`);
    return list;
  };
  if (!Number.isSafeInteger(groups) || groups < 1) throw new ValueError(`${name}: groups must be a whole number of at least 1, not ${groups}`);
  const [strides, dilations] = [each("stride", stride, 1), each("dilation", dilation, 1)];
  const make = (before: readonly number[], after: readonly number[]) => ({ geometry: { stride: strides, dilation: dilations, before, groups }, after });
  if (padding === "valid") return make(kernel.map(() => 0), kernel.map(() => 0));
  if (padding === "same") {
    if (strides.some((step) => step !== 1)) throw new ValueError(`${name}: padding "same" needs stride 1, not [${strides.join(", ")}]`);
    const total = kernel.map((size, d) => dilations[d] * (size - 1));
    return make(total.map((zeros) => Math.floor(zeros / 2)), total.map((zeros) => zeros - Math.floor(zeros / 2)));
  }
  if (typeof padding === "string") throw new ValueError(`${name}: padding must be numbers, "valid" or "same", not ${JSON.stringify(padding)}`);
  const zeros = each("padding", padding, 0);
  return make(zeros, zeros);
}

/** The shape of the result, from checked shapes. */
export function outputShape(name: string, x: Shape, w: Shape, geometry: Geometry, after: readonly number[]): Shape {
  const output = outputSizes(x.slice(2), w.slice(2), geometry, after);
  if (output.some((size) => size < 1)) {
    const padded = x.slice(2).map((size, d) => size + geometry.before[d] + after[d]);
    const kernel = w.slice(2).map((size, d) => geometry.dilation[d] * (size - 1) + 1);
    throw new ShapeError(`${name}: the kernel of ${formatShape(kernel)} is larger than the padded input of ${formatShape(padded)}`);
  }
  if (geometry.stride.length !== output.length) throw new InternalError(`${name}: ${output.length} dimensions and ${geometry.stride.length} strides`);
  return [x[0], w[0], ...output];
}

/** Throws unless the gradient of an output has the shape of that output. */
export function checkOutput(name: string, given: Shape, wanted: Shape): void {
  if (!sameShape(given, wanted)) throw new ShapeError(`${name}: the gradient of the output has shape ${formatShape(given)}, expected ${formatShape(wanted)}`);
}
