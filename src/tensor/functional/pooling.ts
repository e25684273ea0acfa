/**
 * @file Pooling as functions of `F`: the largest, the mean and the norm of windows. They read options and shapes; windows and what is taken of
 * them are in ops/sliding.ts and ops/pooling.ts. ../functional.ts passes them on.
 */
import type { DType } from "../../core/dtype.js";
import { ValueError } from "../../core/errors.js";
import type { Shape } from "../../core/shape.js";
import { checkDomain } from "../../ops/kinds.js";
import { maxPool, slidingOf, windowCounts, type WindowOptions } from "../../ops/pooling.js";
import { checkSpace, windowsOf } from "../../ops/sliding.js";
import { Tensor } from "../class.js";
import { tensor } from "../create.js";
import { implOf } from "../install.js";
import { checkOptions } from "./options.js";
import type { PooledShape } from "../signatures-windows.js";

/** How windows walk. `stride` is the kernel's size where it is not given. */
export interface PoolOptions extends Omit<WindowOptions, "dilation"> {}
export interface MaxPoolOptions<I extends boolean = boolean> extends WindowOptions {
  /** Whether the positions in the input's last dimensions are wanted too. Default false. */
  readonly returnIndices?: I;
}
export interface AvgPoolOptions extends PoolOptions {
  /** Whether zeros of the border count as elements. Default true. */
  readonly countIncludePad?: boolean;
}
export interface AvgPool2dOptions extends AvgPoolOptions {
  /** What the sum is divided by, in place of the number of elements. */
  readonly divisorOverride?: number | null;
}
export interface LpPoolOptions extends Pick<PoolOptions, "stride" | "ceilMode"> {}

/** Values, or values and positions if those are asked for. */
export type MaxPooled<S extends Shape, D extends DType, O> = O extends { readonly returnIndices: true }
  ? { readonly values: Tensor<S, D>; readonly indices: Tensor<S, "int64"> }
  : Tensor<S, D>;

/** The largest element of each window of the last `rank` dimensions, and where it was. */
export function maxPooled(name: string, rank: number, input: Tensor, kernelSize: number | readonly number[], options: MaxPoolOptions) {
  checkOptions(name, options, ["stride", "padding", "dilation", "ceilMode", "returnIndices"]);
  const x = implOf(name, input);
  checkDomain(name, "number", x.dtype);
  checkSpace(name, x.shape, rank);
  const { values, indices } = maxPool(name, x, slidingOf(name, x.shape, kernelSize, rank, options), options.returnIndices ?? false);
  return { values: new Tensor(values), indices: indices && new Tensor(indices) };
}

/** Values, and where they were if that is wanted. */
export const asAsked = ({ values, indices }: { readonly values: Tensor; readonly indices: Tensor | undefined }) => (indices ? { values, indices } : values);

/**
 * The largest element of each window of `kernelSize` (a number or two) over the last two dimensions of [N, C, H, W] or [C, H, W]. Options: `stride`
 * (the kernel's size), `padding` 0 (at most half of the kernel), `dilation` 1, `ceilMode` (a last window may hang over the end),
 * `returnIndices` (gives `{ values, indices }`, positions in H · W). The gradient goes to the first of equal elements. Integers and floats.
 * @throws ShapeError for another number of dimensions or a kernel larger than the input; ValueError for options; DTypeError for bool
 * @example F.maxPool2d(arange(16).reshape(1, 1, 4, 4), 2) // tensor([[[[ 5,  7], [13, 15]]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
 */
export function maxPool2d<S extends Shape, D extends DType, const K extends number | readonly number[], const O extends MaxPoolOptions = object>(
  input: Tensor<S, D>, kernelSize: K, options?: O & MaxPoolOptions,
): MaxPooled<PooledShape<S, K, O, 2>, D, O>;
export function maxPool2d(input: Tensor, kernelSize: number | readonly number[], options: MaxPoolOptions = {}) {
  return asAsked(maxPooled("maxPool2d", 2, input, kernelSize, options));
}

/**
 * As `maxPool2d`, over the last dimension of [N, C, L] or [C, L].
 * @throws ShapeError for another number of dimensions or a kernel larger than the input; ValueError for options; DTypeError for bool
 * @example F.maxPool1d(tensor([[1, 3, 2, 4]]), 2) // tensor([[3, 4]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html
 */
export function maxPool1d<S extends Shape, D extends DType, const K extends number | readonly number[], const O extends MaxPoolOptions = object>(
  input: Tensor<S, D>, kernelSize: K, options?: O & MaxPoolOptions,
): MaxPooled<PooledShape<S, K, O, 1>, D, O>;
export function maxPool1d(input: Tensor, kernelSize: number | readonly number[], options: MaxPoolOptions = {}) {
  return asAsked(maxPooled("maxPool1d", 1, input, kernelSize, options));
}

/** Sums over windows, divided by how many elements each counts. */
export function avgPooled(name: string, rank: number, input: Tensor, kernelSize: number | readonly number[], options: AvgPool2dOptions): Tensor {
  const x = implOf(name, input);
  if (x.dtype !== "int64") checkDomain(name, "floating", x.dtype);
  checkSpace(name, x.shape, rank);
  const sliding = slidingOf(name, x.shape, kernelSize, rank, options);
  const { countIncludePad = true, divisorOverride = null } = options;
  if (divisorOverride === 0) throw new ValueError(`${name}: divisorOverride must not be 0`);
  const windows: Tensor = new Tensor(windowsOf(x, sliding));
  const total = windows.sum(sliding.kernel.map((_, d) => d - rank), { dtype: x.dtype });
  const divided = (sum: Tensor, divisor: Tensor | number): Tensor => sum.div(divisor, { roundingMode: x.dtype === "float32" || x.dtype === "float64" ? null : "trunc" });
  if (divisorOverride !== null) return divided(total, divisorOverride);
  const counts = sliding.kernel.map((_, d) => windowCounts(x.shape[x.shape.length - rank + d], sliding, d, countIncludePad));
  const same = counts.every((each) => each.every((count) => count === each[0]));
  if (same) return divided(total, counts.reduce((product, each) => product * each[0], 1));
  const apart = counts.map((each, d) => tensor(each, { dtype: x.dtype }).reshape([each.length, ...counts.slice(d + 1).map(() => 1)]));
  return divided(total, apart.reduce((product: Tensor, each: Tensor) => product.mul(each)));
}

/**
 * The mean of each window of `kernelSize` (a number or two) over the last two dimensions of [N, C, H, W] or [C, H, W]. Options: `stride` (the
 * kernel's size), `padding` 0 (at most half of the kernel), `ceilMode` (a last window may hang over the end), `countIncludePad` (true: zeros of
 * the border are elements), `divisorOverride`. Floats, and int64, which is rounded towards zero.
 * @throws ShapeError for another number of dimensions or a kernel larger than the input; ValueError for options; DTypeError for other dtypes
 * @example F.avgPool2d(arange(16).float().reshape(1, 1, 4, 4), 2) // tensor([[[[ 2.5000,  4.5000], [10.5000, 12.5000]]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
 */
export function avgPool2d<S extends Shape, D extends DType, const K extends number | readonly number[], const O extends AvgPool2dOptions = object>(
  input: Tensor<S, D>, kernelSize: K, options?: O & AvgPool2dOptions,
): Tensor<PooledShape<S, K, O, 2>, D>;
export function avgPool2d(input: Tensor, kernelSize: number | readonly number[], options: AvgPool2dOptions = {}): Tensor {
  checkOptions("avgPool2d", options, ["stride", "padding", "ceilMode", "countIncludePad", "divisorOverride"]);
  return avgPooled("avgPool2d", 2, input, kernelSize, options);
}

/**
 * As `avgPool2d`, over the last dimension of [N, C, L] or [C, L]; there is no `divisorOverride`.
 * @throws ShapeError for another number of dimensions or a kernel larger than the input; ValueError for options; DTypeError for other dtypes
 * @example F.avgPool1d(tensor([[1, 3, 2, 4]]).float(), 2) // tensor([[2., 3.]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html
 */
export function avgPool1d<S extends Shape, D extends DType, const K extends number | readonly number[], const O extends AvgPoolOptions = object>(
  input: Tensor<S, D>, kernelSize: K, options?: O & AvgPoolOptions,
): Tensor<PooledShape<S, K, O, 1>, D>;
export function avgPool1d(input: Tensor, kernelSize: number | readonly number[], options: AvgPoolOptions = {}): Tensor {
  checkOptions("avgPool1d", options, ["stride", "padding", "ceilMode", "countIncludePad"]);
  return avgPooled("avgPool1d", 1, input, kernelSize, options);
}

/** PyTorch's composition, whose gradient at 0 is its own: the mean of the powers, times the kernel's size, to the power of 1 / p. */
function lpPooled(name: string, rank: number, input: Tensor, normType: number, kernelSize: number | readonly number[], options: LpPoolOptions): Tensor {
  checkOptions(name, options, ["stride", "ceilMode"]);
  if (typeof normType !== "number" || Number.isNaN(normType) || normType === 0) throw new ValueError(`${name}: normType must be a number other than 0, not ${normType}`);
  checkDomain(name, "floating", implOf(name, input).dtype);
  const { stride, ceilMode } = options;
  if (Math.abs(normType) === Infinity) {
    const largest = maxPooled(name, rank, normType > 0 ? input.abs() : input.abs().neg(), kernelSize, { stride, ceilMode }).values;
    return normType > 0 ? largest : largest.neg();
  }
  const mean = avgPooled(name, rank, input.pow(normType), kernelSize, { stride, ceilMode });
  const count = typeof kernelSize === "number" ? kernelSize ** rank : kernelSize.reduce((product, size) => product * size, 1);
  return mean.sign().mul(mean.abs().relu()).mul(count).pow(1 / normType);
}

/**
 * The norm of order `normType` of each window over the last two dimensions of [N, C, H, W] or [C, H, W]: the power 1 / p of the sum of x to
 * the power of p (of x, not of its magnitude). Options: `stride` (the kernel's size), `ceilMode`. Floats only.
 * @throws ShapeError for another number of dimensions or a kernel larger than the input; ValueError for options; DTypeError for integers and bool
 * @example F.lpPool2d(ones([1, 1, 4, 4]), 2, 2) // tensor([[[[2., 2.], [2., 2.]]]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html
 */
export function lpPool2d<S extends Shape, D extends DType, const K extends number | readonly number[], const O extends LpPoolOptions = object>(
  input: Tensor<S, D>, normType: number, kernelSize: K, options?: O & LpPoolOptions,
): Tensor<PooledShape<S, K, O, 2>, D>;
export function lpPool2d(input: Tensor, normType: number, kernelSize: number | readonly number[], options: LpPoolOptions = {}): Tensor {
  return lpPooled("lpPool2d", 2, input, normType, kernelSize, options);
}

/**
 * As `lpPool2d`, over the last dimension of [N, C, L] or [C, L].
 * @throws ShapeError for another number of dimensions or a kernel larger than the input; ValueError for options; DTypeError for integers and bool
 * @example F.lpPool1d(tensor([[3, 4]]).float(), 2, 2) // tensor([[5.]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool1d.html
 */
export function lpPool1d<S extends Shape, D extends DType, const K extends number | readonly number[], const O extends LpPoolOptions = object>(
  input: Tensor<S, D>, normType: number, kernelSize: K, options?: O & LpPoolOptions,
): Tensor<PooledShape<S, K, O, 1>, D>;
export function lpPool1d(input: Tensor, normType: number, kernelSize: number | readonly number[], options: LpPoolOptions = {}): Tensor {
  return lpPooled("lpPool1d", 1, input, normType, kernelSize, options);
}
