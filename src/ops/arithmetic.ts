/**
 * @file Arithmetic on pairs of elements: sums, products, quotients, remainders, powers, extremes, bits. One entry each, which
 * is all there is to know about it; `tensor/` makes `x.name(y)`, `x.name_(y)` and `name(x, y)` of it.
 */
import { isFloating, type DType } from "../core/dtype.js";
import { DTypeError, ValueError } from "../core/errors.js";
import { constant, expandTo, map } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { binary, binaryPure, scalarAs } from "./elementwise.js";
import { same, using, type BinaryGradient, type Value } from "./gradient.js";
import { checkDomain, family, type Argument, type BinaryCall } from "./kinds.js";

const isBool = (x: Argument): boolean => (x instanceof TensorImpl ? x.dtype === "bool" : typeof x === "boolean");

/** PyTorch's `alpha_check`. */
function checkAlpha({ name, dtype, options }: BinaryCall): void {
  const { alpha } = options;
  if (alpha === undefined) return;
  if (typeof alpha === "boolean" && dtype !== "bool") throw new DTypeError(`${name}: a boolean alpha is only supported for boolean results, not ${dtype}`);
  if (!isFloating(dtype) && typeof alpha === "number" && !Number.isInteger(alpha)) {
    throw new DTypeError(`${name}: for integral input tensors, alpha must not be a floating point number, but it is ${alpha}`);
  }
}

/** PyTorch's `sub_check`. */
function checkSub(call: BinaryCall): void {
  const [a, b] = [isBool(call.a), isBool(call.b)];
  if (a && b) {
    throw new DTypeError(`${call.name}: subtraction with two bool tensors is not supported: use bitwiseXor or logicalXor instead`);
  }
  if (a || b) {
    throw new DTypeError(`${call.name}: subtraction with a bool tensor is not supported: to invert a mask, use bitwiseNot or logicalNot instead`);
  }
  checkAlpha(call);
}

/** PyTorch throws ZeroDivisionError. A divisor in a tensor is not looked at here, and gives 0. */
function checkIntegerDivisor({ name, b, dtype }: BinaryCall): void {
  if (!isFloating(dtype) && !(b instanceof TensorImpl) && Number(b) === 0) throw new ValueError(`${name}: integer division by zero`);
}

function checkDiv(call: BinaryCall): void {
  const { roundingMode = null } = call.options;
  if (roundingMode === null) return;
  if (roundingMode !== "trunc" && roundingMode !== "floor") {
    throw new ValueError(`${call.name}: roundingMode must be "trunc", "floor" or null, not ${JSON.stringify(roundingMode)}`);
  }
  if (call.dtype === "bool") throw new DTypeError(`${call.name}: roundingMode is for integers and floats, not bool: cast it first`);
  checkIntegerDivisor(call);
}

function checkPow({ name, b, dtype }: BinaryCall): void {
  // PyTorch: a bool to the power of true or false is a copy or ones; there is no power of bools otherwise.
  if (typeof b !== "boolean") checkDomain(name, "number", dtype);
  if (!isFloating(dtype) && !(b instanceof TensorImpl) && Number(b) < 0) {
    throw new ValueError(`${name}: integers to negative integer powers are not allowed (${dtype} to the power of ${b}): use .float() first`);
  }
}

const quotients = { trunc: "truncDiv", floor: "floorDiv" } as const;

function scaled(b: Operand, { dtype, options }: BinaryCall): Operand {
  const { alpha } = options;
  if (alpha === undefined || alpha === 1) return b;
  return map(dtype === "bool" ? "and" : "mul", dtype, b, expandTo(constant(scalarAs(dtype, alpha), dtype), b.view.shape));
}

const ones = (x: Operand, dtype: DType): Operand => expandTo(constant(1, dtype), x.view.shape);
const squared = (x: Operand, dtype: DType): Operand => map("mul", dtype, x, x);

/** The exponents that PyTorch computes in a simpler way (pow_tensor_scalar_kernel), where the exponent is a plain number. */
const powers = new Map<number, (x: Operand, dtype: DType) => Operand>([
  [0, (x, dtype) => constant(1, dtype, x.view.shape)],
  [1, (x) => x],
  [2, squared],
  [3, (x, dtype) => map("mul", dtype, squared(x, dtype), x)],
]);
const floatingPowers = new Map<number, (x: Operand, dtype: DType) => Operand>([
  ...powers,
  [0.5, (x, dtype) => map("sqrt", dtype, x)],
  [-0.5, (x, dtype) => map("div", dtype, ones(x, dtype), map("sqrt", dtype, x))],
  [-1, (x, dtype) => map("div", dtype, ones(x, dtype), x)],
  [-2, (x, dtype) => map("div", dtype, ones(x, dtype), squared(x, dtype))],
]);

function pow(a: Operand, b: Operand, { b: exponent, dtype }: BinaryCall): Operand {
  const simple = exponent instanceof TensorImpl ? undefined : (isFloating(dtype) ? floatingPowers : powers).get(Number(exponent));
  return simple ? simple(a, dtype) : map("pow", dtype, a, b);
}

/** PyTorch's `pow_backward_self` and `pow_backward_exponent`: x to the power of 0 is flat, and so is 0 to the power of what is positive. */
export const powGradient: BinaryGradient = {
  a: using(["a", "b"], ({ grad, a, b, scalars: { b: scalar } }) => {
    if (scalar === undefined) return grad.zeros().where(b.eq(0), grad.mul(b.mul(a.pow(b.sub(1)))));
    const exponent = Number(scalar);
    return exponent === 0 ? grad.zeros() : grad.mul(a.pow(exponent - 1).mul(exponent));
  }),
  b: using(["a", "b", "out"], ({ grad, a, b, out }) => grad.zeros().where(a.eq(0).logicalAnd(b.ge(0)), grad.mul(out.mul(a.log())))),
};

const shared = (grad: Value, a: Value, b: Value): Value => grad.mul(0.5).where(a.eq(b), grad);

/** The gradient goes to the one that was taken, half to each of two equal ones, and where there is a NaN to both. `loses`: how the first loses. */
function extremeGradient(loses: "lt" | "gt"): BinaryGradient {
  const wins = loses === "lt" ? "gt" : "lt";
  return {
    a: using(["a", "b"], ({ grad, a, b }) => grad.zeros().where(a[loses](b), shared(grad, a, b))),
    b: using(["a", "b"], ({ grad, a, b }) => grad.zeros().where(a[wins](b), shared(grad, a, b))),
  };
}

/** Over the squared distance from the origin; at the origin itself 0. */
function angleSlope(slope: Value, a: Value, b: Value): Value {
  const squares = a.square().add(b.square());
  return slope.zeros().where(squares.eq(0), slope.div(squares));
}

export const arithmeticOps = family({
  /**
   * The sum, broadcast and promoted. `{ alpha }` multiplies the second argument. Integers wrap; bool is `or`.
   * Errors: ShapeError where shapes do not broadcast; DTypeError for a fractional alpha with integers.
   * @example tensor([1, 2]).add(tensor([[10], [20]])) // tensor([[11, 12], [21, 22]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.add.html
   */
  add: binary({
    rule: "promote",
    options: ["alpha"],
    check: checkAlpha,
    lower: (a, b, call) => map(call.dtype === "bool" ? "or" : "add", call.dtype, a, scaled(b, call)),
    gradient: { a: same, b: ({ grad, options: { alpha = 1 } }) => (alpha === 1 ? grad : grad.mul(alpha)) },
  }),
  /**
   * The difference, broadcast and promoted. `{ alpha }` multiplies the second argument. Integers wrap.
   * Errors: ShapeError where shapes do not broadcast; DTypeError for bool.
   * @example tensor([1, 2]).sub(0.5) // tensor([0.5000, 1.5000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sub.html
   */
  sub: binary({
    rule: "promote",
    options: ["alpha"],
    check: checkSub,
    lower: (a, b, call) => map("sub", call.dtype, a, scaled(b, call)),
    gradient: { a: same, b: ({ grad, options: { alpha = 1 } }) => (alpha === 1 ? grad.neg() : grad.neg().mul(alpha)) },
    gradName: ({ a }) => (a === undefined ? "SubBackward0" : "RsubBackward1"),
  }),
  /**
   * The product, broadcast and promoted. Integers wrap; bool is `and`.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).mul(3) // tensor([3, 6])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.mul.html
   */
  mul: binary({
    rule: "promote",
    lower: (a, b, { dtype }) => map(dtype === "bool" ? "and" : "mul", dtype, a, b),
    gradient: { a: using(["b"], ({ grad, b }) => grad.mul(b)), b: using(["a"], ({ grad, a }) => grad.mul(a)) },
  }),
  /**
   * The quotient, broadcast and promoted; integers give float32. `{ roundingMode: "trunc" | "floor" }` rounds and keeps integers
   * integers; then an integer division by a zero in a tensor gives 0, and by the number 0 throws.
   * Errors: ShapeError where shapes do not broadcast; ValueError for another rounding mode; DTypeError for bool with one.
   * @example tensor([7, -7]).div(2, { roundingMode: "floor" }) // tensor([ 3, -4])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.div.html
   */
  div: binary({
    rule: "divide",
    options: ["roundingMode"],
    check: checkDiv,
    lower: (a, b, { dtype, options }) => map(options.roundingMode ? quotients[options.roundingMode] : "div", dtype, a, b),
    gradient: {
      a: using(["b"], ({ grad, b, options }) => (options.roundingMode ? grad.zeros() : grad.div(b))),
      b: using(["a", "b"], ({ grad, a, b, options }) => (options.roundingMode ? grad.zeros() : grad.neg().mul(a.div(b).div(b)))),
    },
    gradName: (_, { roundingMode }) => (roundingMode === undefined ? "DivBackward0" : "DivBackward2"),
  }),
  /**
   * The quotient rounded down, broadcast and promoted. Integer division by a zero in a tensor gives 0, and by the number 0
   * throws (ValueError). Errors: ShapeError where shapes do not broadcast; DTypeError for bool.
   * @example tensor([7, -7]).floorDivide(2) // tensor([ 3, -4])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html
   */
  floorDivide: binary({
    rule: "promote",
    domain: "number",
    check: checkIntegerDivisor,
    lower: (a, b, { dtype }) => map("floorDiv", dtype, a, b),
  }),
  /**
   * What is left by division, with the sign of the divisor (Python's %). Integers by a zero in a tensor give 0, by the number
   * 0 throw (ValueError). Errors: ShapeError where shapes do not broadcast; DTypeError for bool.
   * @example tensor([7, -7]).remainder(3) // tensor([1, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.remainder.html
   */
  remainder: binary({
    rule: "promote",
    domain: "number",
    check: checkIntegerDivisor,
    lower: (a, b, { dtype }) => map("remainder", dtype, a, b),
    gradient: { a: same, b: using(["a", "b"], ({ grad, a, b }) => grad.neg().mul(a.div(b, { roundingMode: "floor" }))) },
    gradName: ({ b }) => `RemainderBackward${b === undefined ? 1 : 0}`,
  }),
  /**
   * What is left by division, with the sign of the dividend (JavaScript's %). Integers by a zero in a tensor give 0, by the
   * number 0 throw (ValueError). Errors: ShapeError where shapes do not broadcast; DTypeError for bool.
   * @example tensor([7, -7]).fmod(3) // tensor([ 1, -1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.fmod.html
   */
  fmod: binary({
    rule: "promote",
    domain: "number",
    check: checkIntegerDivisor,
    lower: (a, b, { dtype }) => map("fmod", dtype, a, b),
    gradient: { a: same, b: using(["a", "b"], ({ grad, a, b }) => grad.neg().mul(a.div(b, { roundingMode: "trunc" }))) },
    gradName: ({ b }) => `FmodBackward${b === undefined ? 1 : 0}`,
  }),
  /**
   * The first to the power of the second, broadcast and promoted. Integers wrap; to a negative power in a tensor they give 0, 1
   * or -1, to a negative number they throw (ValueError). Errors: ShapeError where shapes do not broadcast; DTypeError for bool.
   * @example tensor([1, 2, 3]).pow(2) // tensor([1, 4, 9])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.pow.html
   */
  pow: binary({
    rule: "promote",
    check: checkPow,
    lower: pow,
    gradient: powGradient,
    gradName: ({ a, b }) => `PowBackward${b !== undefined ? 0 : a !== undefined ? 2 : 1}`,
  }),
  /**
   * The angle of the point (second, first), in radians. Broadcast; integers and bool give float32.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, -1]).atan2(tensor([1, 1])) // tensor([ 0.7854, -0.7854])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.atan2.html
   */
  atan2: binary({
    rule: "float",
    lower: (a, b, { dtype }) => map("atan2", dtype, a, b),
    gradient: {
      a: using(["a", "b"], ({ grad, a, b }) => angleSlope(grad.mul(b), a, b)),
      b: using(["a", "b"], ({ grad, a, b }) => angleSlope(grad.mul(a.neg()), a, b)),
    },
  }),
  /**
   * The larger of two elements, broadcast and promoted; NaN if one is.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 5]).maximum(3) // tensor([3, 5])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.maximum.html
   */
  maximum: binaryPure({ rule: "promote", lower: (a, b, { dtype }) => map(dtype === "bool" ? "or" : "max", dtype, a, b), gradient: extremeGradient("lt") }),
  /**
   * The smaller of two elements, broadcast and promoted; NaN if one is.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 5]).minimum(3) // tensor([1, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.minimum.html
   */
  minimum: binaryPure({ rule: "promote", lower: (a, b, { dtype }) => map(dtype === "bool" ? "and" : "min", dtype, a, b), gradient: extremeGradient("gt") }),
  /**
   * Bits that are set in both; logical for bool. Broadcast and promoted; bool and integers (DTypeError for floats).
   * @example tensor([6]).bitwiseAnd(3) // tensor([2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html
   */
  bitwiseAnd: binary({ rule: "promote", domain: "bits", lower: (a, b, { dtype }) => map("and", dtype, a, b) }),
  /**
   * Bits that are set in one or both; logical for bool. Broadcast and promoted; bool and integers (DTypeError for floats).
   * @example tensor([6]).bitwiseOr(3) // tensor([7])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html
   */
  bitwiseOr: binary({ rule: "promote", domain: "bits", lower: (a, b, { dtype }) => map("or", dtype, a, b) }),
  /**
   * Bits that are set in just one; logical for bool. Broadcast and promoted; bool and integers (DTypeError for floats).
   * @example tensor([6]).bitwiseXor(3) // tensor([5])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html
   */
  bitwiseXor: binary({ rule: "promote", domain: "bits", lower: (a, b, { dtype }) => map("xor", dtype, a, b) }),
});
