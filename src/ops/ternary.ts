/**
 * @file Functions of three elements and of a mask: lerp, addcmul, addcdiv, maskedFill, and the two that say whether all elements are
 * equal or close. One entry each; `tensor/` makes the methods, in-place methods and functions of it.
 */
import { isFloating, type DType } from "../core/dtype.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import { broadcastShapes, formatShape, sameShape, type Shape } from "../core/shape.js";
import { cast, expandTo, map } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { argumentAt, call, callInPlace, flagAt, numberAt, optionsAt, recordedAs, tensorAt, withOptions, type CallGradient, type CallOp } from "./call.js";
import { full } from "./create.js";
import { bring, runBinary, scalarAs } from "./elementwise.js";
import { Formula } from "./formula.js";
import { same, using } from "./gradient.js";
import { checkDomain, family, type Argument } from "./kinds.js";
import { logicOps } from "./logic.js";
import { pairOps } from "./pairs.js";
import { resultTypeOf } from "./promotion.js";
import { reductionOps } from "./reductions.js";
import { runReduction } from "./reduce.js";

const shapeOf = (x: Argument): Shape => (x instanceof TensorImpl ? x.shape : []);

/** The nearer end is the start, so that both ends are met exactly. Source: PyTorch, aten/src/ATen/native/Lerp.h. */
function lerp(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const end = tensorAt(name, "end", args[0]);
  const weight = argumentAt(name, "weight", args[1]);
  checkDomain(name, "floating", x.dtype);
  for (const [what, other] of [["end", end], ["weight", weight]] as const) {
    if (other instanceof TensorImpl && other.dtype !== x.dtype) {
      throw new DTypeError(`${name}: ${what} has dtype ${other.dtype}, but the tensor's is ${x.dtype}: cast it with .to("${x.dtype}")`);
    }
  }
  const shape = broadcastShapes(name, x.shape, end.shape, shapeOf(weight));
  const [a, b, w] = [x, end, weight].map((value) => bring(value, x.dtype, shape));
  const f = Formula.of(a);
  const distance = f.sub(b, a);
  const fromStart = f.add(a, f.mul(w, distance));
  const fromEnd = f.sub(b, f.mul(distance, f.sub(1, w)));
  return TensorImpl.of(f.where(f.lt(f.do("abs", w), 0.5), fromStart, fromEnd));
}

/** input + value · (first ∘ second), promoted over all three. */
const combined = (op: "mul" | "div") => (x: TensorImpl, args: readonly unknown[], name: string): TensorImpl => {
  const [first, second] = [tensorAt(name, "the first factor", args[0]), tensorAt(name, "the second factor", args[1])];
  const scale = argumentAt(name, "value", optionsAt(name, args[2], ["value"])("value") ?? 1);
  const dtype = resultTypeOf([x, first, second]);
  checkDomain(name, op === "div" ? "floating" : "number", dtype);
  if (op === "div" && !isFloating(resultTypeOf([first, second]))) {
    throw new DTypeError(`${name}: the quotient of two integer tensors is not defined here: cast one with .float(), or use div with roundingMode`);
  }
  const shape = broadcastShapes(name, x.shape, first.shape, second.shape);
  const [a, b, c] = [x, first, second].map((operand) => bring(operand, dtype, shape));
  const f = Formula.of(a);
  const factor = scale instanceof TensorImpl ? bring(scale, dtype, shape) : f.number(scalarAs(dtype, scale));
  return TensorImpl.of(f.add(a, op === "mul" ? f.mul(f.mul(factor, b), c) : f.div(f.mul(factor, b), c)));
};

/** The value of `maskedFill` and its like: a number that the dtype holds, or a tensor without dimensions. */
export function fillValue(name: string, dtype: DType, value: Argument): Operand {
  if (!(value instanceof TensorImpl)) return full(name, [], value, dtype);
  if (value.shape.length > 0) {
    throw new ShapeError(`${name}: the value must be a number or a tensor without dimensions, not one of shape ${formatShape(value.shape)}`);
  }
  return cast(value.operand(), dtype);
}

export function checkMask(name: string, mask: TensorImpl): void {
  if (mask.dtype !== "bool") throw new DTypeError(`${name}: the mask must be a bool tensor, but its dtype is ${mask.dtype}: use .bool()`);
}

function maskedFill(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const mask = tensorAt(name, "mask", args[0]);
  checkMask(name, mask);
  const shape = broadcastShapes(name, x.shape, mask.shape);
  const value = expandTo(fillValue(name, x.dtype, argumentAt(name, "value", args[1])), shape);
  return TensorImpl.of(map("where", x.dtype, expandTo(mask.operand(), shape), value, expandTo(x.operand(), shape)));
}

/** Whether a reduction of bools came out true: looks at it now. */
function isTrue(answer: Operand): boolean {
  return Number(engine().read(answer.node)[0]) === 1;
}

const everywhere = (x: Operand): boolean => isTrue(runReduction(reductionOps.all, TensorImpl.of(x), undefined));

function equal(x: TensorImpl, args: readonly unknown[], name: string): boolean {
  const other = tensorAt(name, "other", args[0]);
  return sameShape(x.shape, other.shape) && everywhere(runBinary(logicOps.eq, x, other));
}

function allclose(x: TensorImpl, args: readonly unknown[], name: string): boolean {
  const [positional, option] = withOptions(name, args, ["rtol", "atol", "equalNan"]);
  const options = {
    rtol: numberAt(name, "rtol", option("rtol"), 1e-5),
    atol: numberAt(name, "atol", option("atol"), 1e-8),
    equalNan: flagAt(name, "equalNan", option("equalNan"), false),
  };
  return everywhere(runBinary({ ...pairOps.isclose, name }, x, tensorAt(name, "other", positional[0]), options));
}

function lerpGradient(x: TensorImpl, args: readonly unknown[]): CallGradient {
  const inputs = { x, end: tensorAt("lerp", "end", args[0]), weight: argumentAt("lerp", "weight", args[1]) };
  return recordedAs(inputs, {
    x: using(["weight"], ({ grad, weight }) => grad.mul(weight.neg().add(1))),
    end: using(["weight"], ({ grad, weight }) => grad.mul(weight)),
    weight: using(["x", "end"], ({ grad, x, end }) => grad.mul(end.sub(x))),
  });
}

const combinedGradient =
  (op: "mul" | "div") =>
  (x: TensorImpl, args: readonly unknown[]): CallGradient => {
    const [first, second] = [tensorAt("addcmul", "the first factor", args[0]), tensorAt("addcmul", "the second factor", args[1])];
    const value = argumentAt("addcmul", "value", optionsAt("addcmul", args[2], ["value"])("value") ?? 1);
    const inputs = { x, first, second, value };
    if (op === "mul") {
      return recordedAs(inputs, {
        x: same,
        first: using(["second", "value"], ({ grad, second, value }) => grad.mul(second.mul(value))),
        second: using(["first", "value"], ({ grad, first, value }) => grad.mul(first.mul(value))),
      });
    }
    return recordedAs(inputs, {
      x: same,
      first: using(["second", "value"], ({ grad, second, value }) => grad.mul(value.div(second))),
      second: using(["first", "second", "value"], ({ grad, first, second, value }) => grad.neg().mul(first.mul(value).div(second.mul(second)))),
    });
  };

function maskedFillGradient(x: TensorImpl, args: readonly unknown[]): CallGradient {
  const inputs = { x, mask: tensorAt("maskedFill", "mask", args[0]), value: argumentAt("maskedFill", "value", args[1]) };
  return recordedAs(inputs, {
    x: using(["mask"], ({ grad, mask }) => grad.zeros().where(mask, grad)),
    value: using(["mask"], ({ grad, mask }) => grad.where(mask, grad.zeros())),
  });
}

export const ternaryOps = family({
  /**
   * The point between x (weight 0) and `end` (weight 1): x + weight · (end - x). The weight is a number or a tensor. Broadcast; floats
   * of one dtype (DTypeError). Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).float().lerp(tensor([3, 4]).float(), 0.5) // tensor([2., 3.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.lerp.html
   */
  lerp: callInPlace("lerp", lerp, lerpGradient),
  /**
   * x + value · first · second; `{ value }` is 1. Broadcast and promoted; every dtype but bool (DTypeError).
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).addcmul(tensor([3, 4]), tensor([5, 6])) // tensor([16, 26])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html
   */
  addcmul: callInPlace("combined", combined("mul"), combinedGradient("mul")),
  /**
   * x + value · first / second; `{ value }` is 1. Broadcast and promoted; not two integer tensors (DTypeError).
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1]).float().addcdiv(tensor([3]).float(), tensor([2]).float()) // tensor([2.5000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html
   */
  addcdiv: callInPlace("combined", combined("div"), combinedGradient("div")),
  /**
   * The tensor with `value` (a number, or a tensor without dimensions) where the mask is true. Broadcast; the dtype stays.
   * Errors: DTypeError unless the mask is bool, and for a value that the dtype cannot hold; ShapeError.
   * @example tensor([1, 2]).maskedFill(tensor([true, false]), 9) // tensor([9, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill.html
   */
  maskedFill: callInPlace("maskedFill", maskedFill, maskedFillGradient),
  /**
   * Whether two tensors have one shape and equal elements: true or false, looked at now. NaN equals nothing.
   * @example tensor([1, 2]).equal(tensor([1, 2])) // true
   * @see https://docs.pytorch.org/docs/stable/generated/torch.equal.html
   */
  equal: call("answer", equal),
  /**
   * Whether all elements are close, as `isclose` says: true or false, looked at now. Options: rtol, atol, equalNan. Broadcast.
   * Errors: as isclose.
   * @example tensor([1, 2]).float().allclose(tensor([1, 2]).float()) // true
   * @see https://docs.pytorch.org/docs/stable/generated/torch.allclose.html
   */
  allclose: call("close", allclose),
} satisfies Readonly<Record<string, CallOp>>);
