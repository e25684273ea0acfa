/**
 * @file Pooling over windows: how many there are, the largest element of each with its position, how many elements each counts.
 * tensor/functional/pooling.ts reads options and calls it; what a window is, is in sliding.ts.
 */
import { isTracked } from "../autograd/tensors.js";
import { isFloating, type DType } from "../core/dtype.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape, numel, type Shape } from "../core/shape.js";
import { contiguousStrides, contiguousView } from "../core/view.js";
import type { Operand } from "../compile/expression.js";
import { cast, constant, expandTo, fromData, index, map, reduce, update, withView } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { elementsAt } from "./gathering.js";
import { ruleOf, using, valueOf, type Value } from "./gradient.js";
import { record } from "./record.js";
import { partOf } from "./resampling-tables.js";
import { borderedShape, overlaid, sizesFor, windowsOf, windowView, withoutBorder, type Sliding } from "./sliding.js";

/** What a user may say of the windows. */
export interface WindowOptions {
  readonly stride?: number | readonly number[] | undefined;
  readonly padding?: number | readonly number[] | undefined;
  readonly dilation?: number | readonly number[] | undefined;
  readonly ceilMode?: boolean | undefined;
}

/** Source: PyTorch, Pool.h, pooling_output_shape: with `ceilMode` a last window may hang over the end, but must begin within the input or its front border. */
function outputSize(size: number, kernel: number, stride: number, dilation: number, padding: number, ceilMode: boolean): number {
  const room = size + 2 * padding - dilation * (kernel - 1) - 1;
  const count = Math.floor((room + (ceilMode ? stride - 1 : 0)) / stride) + 1;
  return ceilMode && (count - 1) * stride >= size + padding ? count - 1 : count;
}

/** The windows over the last `rank` dimensions. The stride is the kernel's size where none is given. */
export function slidingOf(name: string, shape: Shape, kernelSize: number | readonly number[], rank: number, options: WindowOptions): Sliding {
  const kernel = sizesFor(name, "kernelSize", kernelSize, rank, 1);
  const stride = sizesFor(name, "stride", options.stride ?? kernel, rank, 1);
  const dilation = sizesFor(name, "dilation", options.dilation ?? 1, rank, 1);
  const before = sizesFor(name, "padding", options.padding ?? 0, rank, 0);
  before.forEach((padding, d) => {
    const reach = dilation[d] * (kernel[d] - 1) + 1;
    if (padding > Math.floor(reach / 2)) throw new ValueError(`${name}: padding may be at most half of the kernel's reach of ${reach}, not ${padding}`);
  });
  const input = shape.slice(-rank);
  const output = input.map((size, d) => outputSize(size, kernel[d], stride[d], dilation[d], before[d], options.ceilMode ?? false));
  if (output.some((size) => size < 1)) {
    throw new ShapeError(`${name}: a kernel of ${formatShape(kernel)} is larger than the padded input of ${formatShape(input.map((size, d) => size + 2 * before[d]))}`);
  }
  return { kernel, stride, dilation, before, output };
}

const least: Readonly<Record<DType, number | bigint>> = {
  bool: 0, uint8: 0, int8: -128, int16: -32768, int32: -(2 ** 31), int64: -(2n ** 63n), float32: -Infinity, float64: -Infinity,
};

const like = (value: number, x: Operand): Operand => expandTo(constant(value, x.node.dtype), x.view.shape);

/** Small whole numbers along one dimension of a shape, the same along the others. */
function along(values: readonly number[], shape: Shape, dim: number): Operand {
  const { node } = fromData("int32", [values.length], Int32Array.from(values));
  return withView({ node, view: contiguousView([values.length]) }, { shape, strides: shape.map((_, d) => (d === dim ? 1 : 0)), offset: 0 });
}

/** Up to so many elements a window, a chain of comparisons is faster than the search of a reduction: by 2 to 4 for 2 × 2 and 3 × 3. */
const chained = 9;

/** Which element of each window is taken, counted row by row: the first largest one or, as PyTorch has it, the last NaN. */
function takenOf({ node, view }: Operand, kernel: Shape): Operand {
  const first = view.shape.length - kernel.length;
  const shape = view.shape.slice(0, first);
  if (numel(kernel) <= chained) return takenInChain(elementsOf({ node, view }, kernel), shape);
  const dims = kernel.map((_, d) => first + d);
  const taken = cast(reduce("argmax", "int64", { node, view }, dims), "int32");
  if (!isFloating(node.dtype)) return taken;
  const position = withView(index(kernel, "int32"), { shape: view.shape, strides: [...shape.map(() => 0), ...contiguousStrides(kernel)], offset: 0 });
  const nan = reduce("max", "int32", map("where", "int32", map("ne", "bool", { node, view }, { node, view }), position, like(-1, position)), dims);
  return map("where", "int32", map("lt", "bool", nan, like(0, nan)), taken, nan);
}

/** The elements of windows, one after the other. */
function elementsOf({ node, view }: Operand, kernel: Shape): Operand[] {
  const first = view.shape.length - kernel.length;
  const strides = view.strides.slice(first);
  const steps = contiguousStrides(kernel);
  return Array.from({ length: numel(kernel) }, (_e, tap) => {
    const offset = kernel.reduce((at, size, d) => at + (Math.floor(tap / steps[d]) % size) * strides[d], view.offset);
    return { node, view: { shape: view.shape.slice(0, first), strides: view.strides.slice(0, first), offset } };
  });
}

function takenInChain(elements: readonly Operand[], shape: Shape): Operand {
  const { dtype } = elements[0].node;
  let largest = elements[0];
  let taken = constant(0, "int32", shape);
  elements.slice(1).forEach((element, i) => {
    const larger = map("lt", "bool", largest, element);
    const takes = isFloating(dtype) ? map("or", "bool", larger, map("ne", "bool", element, element)) : larger;
    taken = map("where", "int32", takes, constant(i + 1, "int32", shape), taken);
    largest = map("where", dtype, takes, element, largest);
  });
  return taken;
}

/** The same for windows with a border: one of nothing but -Infinity takes its first element that is not border. */
function tapsOf(windows: Operand, { kernel, stride, dilation, before, output }: Sliding): Operand {
  const taps = takenOf(windows, kernel);
  if (before.every((padding) => padding === 0)) return taps;
  const first = taps.view.shape.length - kernel.length;
  const steps = contiguousStrides(kernel);
  const starts = kernel.map((_, d) => {
    const skipped = Array.from({ length: output[d] }, (_o, o) => Math.ceil(Math.max(0, before[d] - o * stride[d]) / dilation[d]) * steps[d]);
    return along(skipped, taps.view.shape, first + d);
  });
  const start = starts.reduce((total, each) => map("add", "int32", total, each));
  return map("where", "int32", map("eq", "bool", taps, like(0, taps)), start, taps);
}

/** Where in the (unpadded) last dimensions the taken elements lie, counted row by row. */
function positionsOf(taps: Operand, input: Shape, { kernel, stride, dilation, before, output }: Sliding): Operand {
  const { shape } = taps.view;
  const first = shape.length - kernel.length;
  const [steps, strides] = [contiguousStrides(kernel), contiguousStrides(input)];
  let rest = taps;
  let total: Operand | undefined;
  kernel.forEach((_, d) => {
    const tap = map("truncDiv", "int32", rest, like(steps[d], rest));
    rest = map("sub", "int32", rest, map("mul", "int32", tap, like(steps[d], tap)));
    const corner = along(Array.from({ length: output[d] }, (_o, o) => (o * stride[d] - before[d]) * strides[d]), shape, first + d);
    const place = map("add", "int32", corner, map("mul", "int32", tap, like(dilation[d] * strides[d], tap)));
    total = total ? map("add", "int32", total, place) : place;
  });
  return cast(total ?? taps, "int64");
}

/** Whether no element is in two windows. */
const isApart = ({ kernel, stride, dilation }: Sliding): boolean => kernel.every((size, d) => stride[d] >= dilation[d] * (size - 1) + 1);

/** For each element of each window whether it was taken: [...lead, ...output, ...kernel]. */
const isTaken = (taps: Value, { kernel }: Sliding): Value =>
  taps.reshape([...taps.shape, ...kernel.map(() => 1)]).eq(valueOf(TensorImpl.of(index(kernel, "int32"))));

/** What a window's element is given goes to the one that was taken. */
function maxGradient(grad: Value, taps: Value, input: Shape, sliding: Sliding): Value {
  if (!isApart(sliding)) return valueOf(putBack(grad.impl, taps.impl, input, sliding));
  const taken = isTaken(taps, sliding);
  const shared = grad.reshape([...grad.shape, ...sliding.kernel.map(() => 1)]).expand(taken.shape);
  return valueOf(overlaid(shared.where(taken, shared.zeros()).impl, input, sliding));
}

/** The same where windows overlap: one of their elements after the other, each added in the same buffer. */
function putBack(grad: TensorImpl, taps: TensorImpl, input: Shape, sliding: Sliding): TensorImpl {
  const { shape, dtype } = grad;
  const whole = borderedShape([...shape.slice(0, -input.length), ...input], sliding);
  let { node } = constant(0, dtype, whole);
  const [given, taken, zeros] = [grad.operand(), taps.operand(), constant(0, dtype, shape)];
  const places = numel(shape) === 0 ? [] : elementsOf({ node, view: windowView(contiguousView(whole), sliding) }, sliding.kernel);
  places.forEach(({ view }, tap) => {
    const part = map("where", dtype, map("eq", "bool", taken, constant(tap, "int32", shape)), given, zeros);
    node = update(node, view, map("add", dtype, { node, view }, part));
  });
  const out = withoutBorder(TensorImpl.of({ node, view: contiguousView(whole) }), input, sliding);
  if (!isTracked(grad)) return out;
  const picked = using<"taps", object>(["taps"], ({ grad: again, taps: positions }) => {
    const windows = valueOf(windowsOf(again.impl, sliding));
    return windows.where(isTaken(positions, sliding), windows.zeros()).sum(sliding.kernel.map((_, d) => shape.length + d));
  });
  return record({ name: "maxPool", gradName: "MaxPoolBackwardBackward0", rules: { grad: ruleOf(picked) }, inputs: { grad, taps } }, out);
}

/** The largest element of each window, and where it lies in the last dimensions if that is asked for. */
export function maxPool(name: string, x: TensorImpl, sliding: Sliding, wantsIndices: boolean): { readonly values: TensorImpl; readonly indices: TensorImpl | undefined } {
  const rank = sliding.kernel.length;
  const input = x.shape.slice(-rank);
  const windows = windowsOf(x.detached(), sliding, least[x.dtype]);
  const isEmpty = numel(windows.shape) === 0;
  const shape = windows.shape.slice(0, -rank);
  const dims = sliding.kernel.map((_, d) => shape.length + d);
  const values = TensorImpl.of(isEmpty ? constant(0, x.dtype, shape) : reduce("max", x.dtype, windows.operand(), dims));
  if (!wantsIndices && !isTracked(x)) return { values, indices: undefined };
  const taps = TensorImpl.of(isEmpty ? constant(0, "int32", shape) : tapsOf(windows.operand(), sliding));
  const rule = using<"taps", object>(["taps"], ({ grad, taps: taken }) => maxGradient(grad, taken, input, sliding));
  if (isTracked(x)) record({ name, gradName: `MaxPool${rank}DWithIndicesBackward0`, rules: { x: ruleOf(rule) }, inputs: { x, taps } }, values);
  return { values, indices: wantsIndices ? TensorImpl.of(positionsOf(taps.operand(), input, sliding)) : undefined };
}

/**
 * Where the largest element of each of nearly equal parts of the last dimensions lies, counted row by row in them. The parts are made
 * equally long: a short one shows its last element again, which changes nothing, being not the first.
 */
export function adaptivePositions(x: TensorImpl, output: Shape): Operand {
  const rank = output.length;
  const first = x.shape.length - rank;
  const input = x.shape.slice(first);
  const parts = input.map((from, d) => Array.from({ length: output[d] }, (_, o) => partOf(from, output[d], o)));
  const kernel = parts.map((each) => Math.max(...each.map(([start, end]) => end - start)));
  const shape = [...x.shape.slice(0, first), ...output, ...kernel];
  const selectors = parts.map((each, d) => {
    const data = each.flatMap(([start, end]) => Array.from({ length: kernel[d] }, (_, i) => Math.min(start + i, end - 1)));
    const strides = shape.map((_, i) => (i === first + d ? kernel[d] : i === first + rank + d ? 1 : 0));
    return { dim: first + d, index: withView(fromData("int32", [data.length], Int32Array.from(data)), { shape, strides, offset: 0 }) };
  });
  const kept = shape.map((_, d) => (d < first ? d : undefined));
  const taken = takenOf(elementsAt(x.operand(), shape, kept, selectors), kernel);
  const steps = contiguousStrides(input);
  let rest = taken;
  let total = constant(0, "int32", taken.view.shape);
  contiguousStrides(kernel).forEach((step, d) => {
    const within = map("truncDiv", "int32", rest, like(step, rest));
    rest = map("sub", "int32", rest, map("mul", "int32", within, like(step, within)));
    const start = along(parts[d].map(([at]) => at * steps[d]), taken.view.shape, first + d);
    total = map("add", "int32", map("add", "int32", total, start), map("mul", "int32", within, like(steps[d], within)));
  });
  return cast(total, "int64");
}

/** How many elements each window counts along one dimension: those of the input, or those of its border too. */
export function windowCounts(size: number, { kernel, stride, before, output }: Sliding, d: number, countIncludePad: boolean): number[] {
  return Array.from({ length: output[d] }, (_, o) => {
    const start = o * stride[d] - before[d];
    const end = Math.min(start + kernel[d], size + before[d]);
    return countIncludePad ? end - start : Math.min(end, size) - Math.max(start, 0);
  });
}
