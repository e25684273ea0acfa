/**
 * @file The activations of `F`. Each reads its options; what it computes and its gradient are in ops/activation-functions.ts, or it is
 * written with the methods of tensors. ../functional.ts passes them on.
 */
import type { DType } from "../../core/dtype.js";
import { ShapeError, ValueError } from "../../core/errors.js";
import { formatShape, normalizeDim, type Shape } from "../../core/shape.js";
import type { ToFloating } from "../../core/static-dtype.js";
import * as activations from "../../ops/activation-functions.js";
import { checkDomain, type UnaryOp } from "../../ops/kinds.js";
import { unary, unaryInPlace } from "../../ops/recorded.js";
import { Tensor } from "../class.js";
import { functions, implOf } from "../install.js";
import type { OpFunctions } from "../signatures.js";

/** As the method. */
export const relu: OpFunctions["relu"] = functions.relu;
/** As the method. */
export const prelu: OpFunctions["prelu"] = functions.prelu;
/** As the method. */
export const hardshrink: OpFunctions["hardshrink"] = functions.hardshrink;
/** As the method. */
export const sigmoid: OpFunctions["sigmoid"] = functions.sigmoid;
/** As the method. */
export const tanh: OpFunctions["tanh"] = functions.tanh;

const applied = (op: UnaryOp, input: Tensor): Tensor => new Tensor(unary(op, implOf(op.name, input)));

/** The same written into the input. */
function written<T extends Tensor>(op: UnaryOp, input: T): T {
  unaryInPlace(op, implOf(op.name, input));
  return input;
}

/** Throws ValueError for an option that is no number, and for one that does not exist. */
function checkNumbers(name: string, options: object, allowed: readonly string[]): void {
  const given: readonly (readonly [string, unknown])[] = Object.entries(options);
  for (const [key, value] of given) {
    if (!allowed.includes(key)) throw new ValueError(`${name}: unknown option ${JSON.stringify(key)}: it takes ${allowed.join(" and ")}`);
    if (value !== undefined && typeof value !== "number") throw new ValueError(`${name}: ${key} must be a number, not ${JSON.stringify(value)}`);
  }
}

/** How gelu is computed: with the error function ("none", the default), or by its approximation with tanh. */
export interface GeluOptions {
  readonly approximate?: "none" | "tanh";
}

/**
 * x Φ(x), Φ the distribution function of the standard normal distribution. Any shape; floats only.
 * `approximate: "tanh"` gives x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) instead.
 * @throws DTypeError for integers and bool; ValueError for another `approximate`
 * @example F.gelu(tensor([-1, 0, 1]).float()) // tensor([-0.1587,  0.0000,  0.8413])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html
 */
export function gelu<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: GeluOptions): Tensor<S, D>;
export function gelu(input: Tensor, options: GeluOptions = {}): Tensor {
  checkDomain("gelu", "floating", input.dtype);
  const { approximate = "none" } = options;
  if (approximate === "none") return input.mul(0.5).mul(input.mul(Math.SQRT1_2).erf().add(1));
  if (approximate !== "tanh") throw new ValueError(`gelu: approximate must be "none" or "tanh", not ${JSON.stringify(approximate)}`);
  const inner = input.add(input.mul(input).mul(input).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return input.mul(0.5).mul(inner.tanh().add(1));
}

/**
 * x times its sigmoid: x / (1 + e^-x). Any shape; floats only.
 * @throws DTypeError for integers and bool
 * @example F.silu(tensor([-1, 0, 1]).float()) // tensor([-0.2689,  0.0000,  0.7311])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html
 */
export function silu<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function silu(input: Tensor): Tensor {
  return applied(activations.silu, input);
}

/**
 * min(max(x, 0), 6). Any shape; integers and floats.
 * @throws DTypeError for bool
 * @example F.relu6(tensor([-1, 3, 8])) // tensor([0, 3, 6])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html
 */
export function relu6<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function relu6(input: Tensor): Tensor {
  return applied(activations.hardtanh("relu6", 0, 6), input);
}

/** The least and the largest value of `hardtanh`: -1 and 1. */
export interface HardtanhOptions {
  readonly minVal?: number;
  readonly maxVal?: number;
}
function hardtanhOf(options: HardtanhOptions): UnaryOp {
  checkNumbers("hardtanh", options, ["minVal", "maxVal"]);
  return activations.hardtanh("hardtanh", options.minVal ?? -1, options.maxVal ?? 1);
}

/**
 * Each element brought into [minVal, maxVal]. Options: minVal (-1), maxVal (1). Any shape; integers and floats. `hardtanh_` writes it
 * into the input.
 * @throws DTypeError for bool, and for uint8 where minVal is negative; ValueError where minVal > maxVal
 * @example F.hardtanh(tensor([-2, 0.5, 3])) // tensor([-1.0000,  0.5000,  1.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html
 */
export function hardtanh<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: HardtanhOptions): Tensor<S, D>;
export function hardtanh(input: Tensor, options: HardtanhOptions = {}): Tensor {
  return applied(hardtanhOf(options), input);
}
/**
 * `hardtanh`, written into the input.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh_.html
 */
export const hardtanh_ = <T extends Tensor>(input: T, options: HardtanhOptions = {}): T => written(hardtanhOf(options), input);

/** The slope of `leakyRelu` below 0: 0.01. */
export interface LeakyReluOptions {
  readonly negativeSlope?: number;
}
function leakyReluOf(options: LeakyReluOptions): UnaryOp {
  checkNumbers("leakyRelu", options, ["negativeSlope"]);
  return activations.leakyRelu(options.negativeSlope ?? 0.01);
}

/**
 * x where it is positive, else negativeSlope · x. Options: negativeSlope (0.01). Any shape; floats only. `leakyRelu_` writes it into
 * the input.
 * @throws DTypeError for integers and bool
 * @example F.leakyRelu(tensor([-1, 2]).float()) // tensor([-0.0100,  2.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html
 */
export function leakyRelu<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: LeakyReluOptions): Tensor<S, D>;
export function leakyRelu(input: Tensor, options: LeakyReluOptions = {}): Tensor {
  return applied(leakyReluOf(options), input);
}
/**
 * `leakyRelu`, written into the input.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu_.html
 */
export const leakyRelu_ = <T extends Tensor>(input: T, options: LeakyReluOptions = {}): T => written(leakyReluOf(options), input);

/** The factor of `elu` and `celu` below 0: 1. */
export interface EluOptions {
  readonly alpha?: number;
}
function eluOf(options: EluOptions): UnaryOp {
  checkNumbers("elu", options, ["alpha"]);
  return activations.exponential("elu", { below: options.alpha ?? 1, above: 1, inside: 1 });
}
function celuOf(options: EluOptions): UnaryOp {
  checkNumbers("celu", options, ["alpha"]);
  const { alpha = 1 } = options;
  if (alpha === 0) throw new ValueError("celu: alpha must not be 0");
  return activations.exponential("celu", { below: alpha, above: 1, inside: 1 / alpha });
}
const seluOp = activations.exponential("selu", { below: 1.0507009873554805 * 1.6732632423543772, above: 1.0507009873554805, inside: 1 });

/**
 * x where it is positive, else alpha · (e^x - 1). Options: alpha (1). Any shape; floats only. `elu_` writes it into the input.
 * @throws DTypeError for integers and bool
 * @example F.elu(tensor([-1, 2]).float()) // tensor([-0.6321,  2.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.elu.html
 */
export function elu<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: EluOptions): Tensor<S, D>;
export function elu(input: Tensor, options: EluOptions = {}): Tensor {
  return applied(eluOf(options), input);
}
/**
 * `elu`, written into the input.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.elu_.html
 */
export const elu_ = <T extends Tensor>(input: T, options: EluOptions = {}): T => written(eluOf(options), input);

/**
 * x where it is positive, else alpha · (e^(x / alpha) - 1): continuous slopes for every alpha. Options: alpha (1). Any shape; floats only.
 * `celu_` writes it into the input.
 * @throws DTypeError for integers and bool; ValueError for an alpha of 0
 * @example F.celu(tensor([-1, 2]).float(), { alpha: 2 }) // tensor([-0.7869,  2.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.celu.html
 */
export function celu<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: EluOptions): Tensor<S, D>;
export function celu(input: Tensor, options: EluOptions = {}): Tensor {
  return applied(celuOf(options), input);
}
/**
 * `celu`, written into the input.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.celu.html
 */
export const celu_ = <T extends Tensor>(input: T, options: EluOptions = {}): T => written(celuOf(options), input);

/**
 * 1.0507 · elu(x, 1.6733): keeps mean 0 and variance 1 from layer to layer. Any shape; floats only. `selu_` writes it into the input.
 * @throws DTypeError for integers and bool
 * @example F.selu(tensor([-1, 2]).float()) // tensor([-1.1113,  2.1014])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.selu.html
 */
export function selu<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function selu(input: Tensor): Tensor {
  return applied(seluOp, input);
}
/**
 * `selu`, written into the input.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.selu.html
 */
export const selu_ = <T extends Tensor>(input: T): T => written(seluOp, input);

/**
 * x where it is greater than the threshold, else the value. Any shape; integers and floats. `threshold_` writes it into the input.
 * @throws DTypeError for bool
 * @example F.threshold(tensor([-1, 2, 5]), 2, 9) // tensor([9, 9, 5])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html
 */
export function threshold<S extends Shape, D extends DType>(input: Tensor<S, D>, limit: number, value: number): Tensor<S, D>;
export function threshold(input: Tensor, limit: number, value: number): Tensor {
  return applied(activations.threshold(limit, value), input);
}
/**
 * `threshold`, written into the input.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold_.html
 */
export const threshold_ = <T extends Tensor>(input: T, limit: number, value: number): T => written(activations.threshold(limit, value), input);

/** `softplus`: how steep it is (1), and where it becomes x itself (20). */
export interface SoftplusOptions {
  readonly beta?: number;
  readonly threshold?: number;
}

/**
 * log(1 + e^(beta · x)) / beta, a smooth relu; x itself where beta · x > threshold. Options: beta (1), threshold (20). Any shape;
 * floats only.
 * @throws DTypeError for integers and bool
 * @example F.softplus(tensor([-1, 0, 30]).float()) // tensor([ 0.3133,  0.6931, 30.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html
 */
export function softplus<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: SoftplusOptions): Tensor<S, D>;
export function softplus(input: Tensor, options: SoftplusOptions = {}): Tensor {
  checkNumbers("softplus", options, ["beta", "threshold"]);
  return applied(activations.softplus(options.beta ?? 1, options.threshold ?? 20), input);
}

/**
 * The logarithm of the sigmoid: -log(1 + e^-x), without overflow. Any shape; floats only.
 * @throws DTypeError for integers and bool
 * @example F.logsigmoid(tensor([-100, 0]).float()) // tensor([-100.0000,   -0.6931])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html
 */
export function logsigmoid<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function logsigmoid(input: Tensor): Tensor {
  return applied(activations.logsigmoid, input);
}

/**
 * x tanh(log(1 + e^x)). Any shape; floats only.
 * @throws DTypeError for integers and bool
 * @example F.mish(tensor([-1, 1]).float()) // tensor([-0.3034,  0.8651])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mish.html
 */
export function mish<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function mish(input: Tensor): Tensor {
  return applied(activations.mish, input);
}

/**
 * 0 up to -3, 1 from 3 on, a straight line between: min(max(x + 3, 0), 6) / 6. Any shape; floats only.
 * @throws DTypeError for integers and bool
 * @example F.hardsigmoid(tensor([-4, 0, 1]).float()) // tensor([0.0000, 0.5000, 0.6667])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html
 */
export function hardsigmoid<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function hardsigmoid(input: Tensor): Tensor {
  return applied(activations.hardsigmoid, input);
}

/**
 * x times its `hardsigmoid`. Any shape; floats only.
 * @throws DTypeError for integers and bool
 * @example F.hardswish(tensor([-4, 1, 4]).float()) // tensor([-0.0000,  0.6667,  4.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardswish.html
 */
export function hardswish<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>;
export function hardswish(input: Tensor): Tensor {
  return applied(activations.hardswish, input);
}

/** How far `softshrink` moves towards 0: 0.5. */
export interface ShrinkOptions {
  readonly lambd?: number;
}

/**
 * x moved towards 0 by lambd, and 0 where it is within lambd of 0. Options: lambd (0.5). Any shape; floats only.
 * @throws DTypeError for integers and bool; ValueError for a negative lambd
 * @example F.softshrink(tensor([-2, 0.25, 2])) // tensor([-1.5000,  0.0000,  1.5000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html
 */
export function softshrink<S extends Shape, D extends DType>(input: Tensor<S, D>, options?: ShrinkOptions): Tensor<S, D>;
export function softshrink(input: Tensor, options: ShrinkOptions = {}): Tensor {
  checkNumbers("softshrink", options, ["lambd"]);
  const { lambd = 0.5 } = options;
  if (!(lambd >= 0)) throw new ValueError(`softshrink: lambd must not be negative, but it is ${lambd}`);
  return applied(activations.softshrink(lambd), input);
}

/**
 * x / (1 + |x|). Any shape; integers give float32.
 * @throws DTypeError for bool
 * @example F.softsign(tensor([-1, 0, 3])) // tensor([-0.5000,  0.0000,  0.7500])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html
 */
export function softsign<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, ToFloating<D>>;
export function softsign(input: Tensor): Tensor {
  return input.div(input.abs().add(1));
}

/**
 * x - tanh(x). Any shape; integers and bool give float32.
 * @example F.tanhshrink(tensor([-1, 0, 2])) // tensor([-0.2384,  0.0000,  1.0360])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html
 */
export function tanhshrink<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, ToFloating<D>>;
export function tanhshrink(input: Tensor): Tensor {
  return input.sub(input.tanh());
}

/**
 * The first half of a dimension times the sigmoid of its second half; the last dimension by default. Floats only.
 * @throws ShapeError where the size along the dimension is odd, or there is none; DTypeError for integers and bool; IndexError
 * @example F.glu(tensor([1, 2, 0, 3]).float()) // tensor([0.5000, 1.9051])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.glu.html
 */
export function glu<D extends DType>(input: Tensor<Shape, D>, dim?: number): Tensor<Shape, D>;
export function glu(input: Tensor, dim = -1): Tensor {
  checkDomain("glu", "floating", input.dtype);
  if (input.ndim === 0) throw new ShapeError("glu: a tensor without dimensions has no halves");
  const d = normalizeDim("glu", dim, input.ndim);
  const size = input.shape[d];
  if (size % 2 !== 0) throw new ShapeError(`glu: the size of dimension ${d} must be even, but it is ${size} in ${formatShape(input.shape)}`);
  const half: Tensor = input.narrow(d, 0, size / 2);
  return half.mul(input.narrow(d, size / 2, size / 2).sigmoid());
}

/**
 * The softmax of -x along a dimension. Any shape; floats only.
 * @throws DTypeError for integers and bool; IndexError for a dimension out of range
 * @example F.softmin(tensor([1, 2, 3]).float(), 0) // tensor([0.6652, 0.2447, 0.0900])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html
 */
export function softmin<S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number): Tensor<S, D>;
export function softmin(input: Tensor, dim: number): Tensor {
  return input.neg().softmax(dim);
}
