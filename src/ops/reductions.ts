/**
 * @file Operations that fold dimensions away: sums, means, extremes, positions, truth, spread, norms. One entry each, which is
 * all there is to know about it; `tensor/` makes `x.name(dim, options)` and `name(x, dim, options)` of it.
 */
import { IndexError, ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import { contiguousView } from "../core/view.js";
import { cast, constant, expandTo, map, reduce, withView } from "../graph/build.js";
import type { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { arithmeticOps } from "./arithmetic.js";
import { ruleOf, using, type ReductionGradient, type Value } from "./gradient.js";
import { family, type BinaryOp, type ExtremeOp, type NormOp, type NormOrder, type ReduceOptions, type ReductionOp } from "./kinds.js";
import { checkNonEmpty, countOf, fold, reduction, runAlong, runReduction } from "./reduce.js";

const number = (like: Operand, value: number): Operand => expandTo(constant(value, like.node.dtype), like.view.shape);
const squared = (x: Operand): Operand => map("mul", x.node.dtype, x, x);

function mean(x: Operand, dims: readonly number[]): Operand {
  const total = fold("sum", x, dims);
  return map("div", x.node.dtype, total, number(total, countOf(x, dims)));
}

/** In two passes, the second over the distances from the mean: what PyTorch's accuracy (Welford) asks for. */
export function variance(x: Operand, dims: readonly number[], { correction = 1 }: ReduceOptions, known?: Operand): Operand {
  const { dtype } = x.node;
  const { shape } = x.view;
  const center = withView(known ?? mean(x, dims), contiguousView(shape.map((size, d) => (dims.includes(d) ? 1 : size))));
  const total = fold("sum", squared(map("sub", dtype, x, expandTo(center, shape))), dims);
  return map("div", dtype, total, number(total, Math.max(0, countOf(x, dims) - correction)));
}

function extreme(op: "max" | "min", x: Operand, dims: readonly number[], name: string): Operand {
  checkNonEmpty(name, x.view.shape, dims);
  return fold(op, x, dims);
}

/** Positions of bools are those of their numbers. */
function position(op: "argmax" | "argmin", x: Operand, dims: readonly number[], name: string): Operand {
  checkNonEmpty(name, x.view.shape, dims);
  return reduce(op, "int64", x.node.dtype === "bool" ? cast(x, "uint8") : x, dims);
}

/** PyTorch's `amax`: the gradient is shared evenly by all that are extreme. */
const shared: ReductionGradient = using(["x", "out"], ({ grad, x, out, dims }) => {
  const mask = x.eq(out);
  return grad.mul(mask).div(mask.sum(dims, { keepdim: true }));
});
/** The same of everything, where NaNs count as equal. */
const sharedByAll: ReductionGradient = using(["x", "out"], ({ grad, x, out, dims }) => {
  const mask = x.eq(out).logicalOr(x.isnan().logicalAnd(out.isnan()));
  return grad.mul(mask).div(mask.sum(dims, { keepdim: true }));
});

/** 2 (x - mean) over the degrees of freedom; where there are none, NaN at the mean and infinite elsewhere. */
function varianceSlope(grad: Value, x: Value, dims: readonly number[], freedom: number): Value {
  const center = dims.length === 0 ? x : x.mean(dims, { keepdim: true });
  if (freedom > 0) return grad.mul(2 / freedom).mul(x.sub(center));
  const nowhere = x.zeros();
  return grad.mul(nowhere.add(NaN).where(x.eq(center), nowhere.add(Infinity)));
}

/**
 * The product of the others. Without zeros that is out / x. With zeros it is the product of the rest and of the other zeros, which are
 * multiplied in by their sum, so that second derivatives see them too (past two zeros nobody has a slope or a curvature).
 */
const productOfOthers: ReductionGradient = using(["x"], ({ grad, x, dims }) => {
  const isZero = x.eq(0);
  const zeros = dims.length === 0 ? isZero.to("int64") : isZero.sum(dims, { keepdim: true });
  const filled = x.zeros().add(1).where(isZero, x);
  const rest = dims.length === 0 ? filled : filled.prod(dims.length === 1 ? dims[0] : undefined, { keepdim: true });
  const nought = x.where(isZero, x.zeros());
  const noughts = dims.length === 0 ? nought : nought.sum(dims, { keepdim: true });
  const atZero = rest.where(zeros.eq(1), noughts.sub(nought).mul(rest).where(zeros.eq(2), x.zeros()));
  const others = rest.div(filled);
  const elsewhere = others.where(zeros.eq(0), noughts.mul(others).where(zeros.eq(1), x.zeros()));
  return grad.mul(atZero.where(isZero, elsewhere));
});

/** Where the condition holds 0, else the value. */
const zeroWhere = (condition: Value, value: Value): Value => value.zeros().where(condition, value);

/** PyTorch's `linalg_vector_norm_backward`: 0 where a norm has a corner. */
function normGradient(p: number): ReductionGradient {
  if (p === 0) return ({ grad, shape }) => grad.zeros().expand(shape);
  if (p === 1) return using(["x"], ({ grad, x }) => grad.mul(x.sign()));
  if (p === 2) return using(["x", "out"], ({ grad, x, out }) => grad.mul(zeroWhere(out.eq(0), x.div(out))));
  if (p === Infinity || p === -Infinity) {
    return using(["x", "out"], ({ grad, x, out, dims }) => {
      const mask = x.abs().eq(out).logicalOr(x.isnan().logicalAnd(out.isnan()));
      return x.sign().mul(grad.div(mask.sum(dims, { keepdim: true })).mul(mask));
    });
  }
  if (p < 1) {
    return using(["x", "out"], ({ grad, x, out }) => zeroWhere(x.eq(0), x.sign().mul(x.abs().pow(p - 1))).mul(grad.mul(out.pow(1 - p))));
  }
  return using(["x", "out"], ({ grad, x, out }) => {
    const direction = p < 2 ? x.sign().mul(x.abs().pow(p - 1)) : x.mul(x.abs().pow(p - 2));
    return direction.mul(zeroWhere(out.eq(0), grad.div(out.pow(p - 1))));
  });
}

const spread: ReductionGradient = ({ grad, shape }) => grad.expand(shape);
const averaged: ReductionGradient = ({ grad, shape, count }) => grad.div(count).expand(shape);
const varianceGradient: ReductionGradient = using(["x"], ({ grad, x, dims, count, options: { correction = 1 } }) =>
  varianceSlope(grad, x, dims, count - correction),
);

/** Which of PyTorch's two functions was called: with or without dimensions. */
const byDim =
  (name: string) =>
  (dim: number | readonly number[] | undefined): string =>
    `${name}Backward${dim === undefined ? 0 : 1}`;

const extremeEntry = (op: "max" | "min", between: BinaryOp): ExtremeOp => ({
  kind: "extreme",
  name: op,
  all: (x, name) => runReduction(op === "max" ? reductionOps.amax : reductionOps.amin, named(x, name), undefined),
  along: (x, dim, keepdim, name) =>
    runAlong(name, x, dim, keepdim, (input, dims) => ({
      values: extreme(op, input, dims, name),
      indices: position(op === "max" ? "argmax" : "argmin", input, dims, name),
    })),
  between,
  gradientAll: ruleOf(sharedByAll),
  gradientAlong: ruleOf(
    using<"indices", { readonly shape: readonly number[]; readonly dims: readonly number[] }>(["indices"], ({ grad, indices, shape, dims }) => {
      const whole = grad.expand(shape);
      return dims.length === 0 ? whole : whole.where(whole.positions(dims[0]).eq(indices), whole.zeros());
    }),
  ),
});
const named = (x: TensorImpl, name: string): TensorImpl => {
  checkNonEmpty(name, x.shape, x.shape.map((_, d) => d));
  return x;
};

/** The norms that have a fold of their own, by order; `[fold of |x|, what to do with it]`. */
function normOf(x: Operand, p: number, dims: readonly number[], name: string): Operand {
  const { dtype } = x.node;
  if (p === 2) return map("sqrt", dtype, fold("sum", squared(x), dims));
  if (p === 0) return fold("sum", cast(map("ne", "bool", x, number(x, 0)), dtype), dims);
  const magnitude = map("abs", dtype, x);
  if (p === 1) return fold("sum", magnitude, dims);
  if ((p === Infinity || p < 0) && countOf(x, dims) === 0) {
    throw new IndexError(`${name}: the norm of order ${p} of an empty tensor of shape ${formatShape(x.view.shape)} has no value`);
  }
  if (p === Infinity || p === -Infinity) return fold(p > 0 ? "max" : "min", magnitude, dims);
  const total = fold("sum", map("pow", dtype, magnitude, number(x, p)), dims);
  return map("pow", dtype, total, number(total, 1 / p));
}

function orderOf(name: string, p: NormOrder): number {
  if (p === "fro") return 2;
  if (typeof p === "number" && !Number.isNaN(p)) return p;
  throw new ValueError(`${name}: the order must be a number or "fro", not ${String(p)}`);
}

const norm: NormOp = {
  kind: "norm",
  name: "norm",
  run: (x, p, dim, options, name) => {
    const order = orderOf(name, p);
    const op: ReductionOp = { ...normEntry, name, lower: (input, dims) => normOf(input, order, dims, name) };
    return runReduction(op, x, dim, options);
  },
  gradient: (p) => ruleOf(normGradient(orderOf("norm", p))),
};
const normEntry = reduction({ rule: "float", dims: "many", options: ["dtype"], lower: (x) => x });

export const reductionOps = family({
  /**
   * The sum of all elements, or along `dim` (one or several). Integers and bool are summed as int64.
   * Options: keepdim, dtype. Errors: IndexError for a dimension out of range.
   * @example tensor([[1, 2], [3, 4]]).sum(0) // tensor([4, 6])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sum.html
   */
  sum: reduction({ rule: "sum", dims: "many", options: ["dtype"], lower: (x, dims) => fold("sum", x, dims), gradient: spread, gradName: byDim("Sum") }),
  /**
   * The product of all elements, or along `dim` (one). Integers and bool are multiplied as int64.
   * Options: keepdim, dtype. Errors: IndexError for a dimension out of range.
   * @example tensor([[1, 2], [3, 4]]).prod(0) // tensor([3, 8])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.prod.html
   */
  prod: reduction({
    rule: "sum",
    dims: "one",
    options: ["dtype"],
    lower: (x, dims) => fold("prod", x, dims),
    gradient: productOfOthers,
    gradName: byDim("Prod"),
  }),
  /**
   * The mean of all elements, or along `dim` (one or several). Floats only: DTypeError for integers and bool, which need
   * `.float()` first or `{ dtype: "float32" }`. Options: keepdim, dtype. The mean of nothing is NaN.
   * @example tensor([[1, 2], [3, 4]]).float().mean(0) // tensor([2., 3.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.mean.html
   */
  mean: reduction({ rule: "float", dims: "many", options: ["dtype"], lower: mean, gradient: averaged, gradName: byDim("Mean") }),
  /**
   * The largest of all elements, or along `dim` (one or several); NaN if one is. The dtype stays.
   * Options: keepdim. Errors: IndexError for a dimension out of range or of size 0.
   * @example tensor([[1, 2], [3, 4]]).amax(0) // tensor([3, 4])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.amax.html
   */
  amax: reduction({ rule: "same", dims: "many", lower: (x, dims, _, name) => extreme("max", x, dims, name), gradient: shared }),
  /**
   * The smallest of all elements, or along `dim` (one or several); NaN if one is. The dtype stays.
   * Options: keepdim. Errors: IndexError for a dimension out of range or of size 0.
   * @example tensor([[1, 2], [3, 4]]).amin(0) // tensor([1, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.amin.html
   */
  amin: reduction({ rule: "same", dims: "many", lower: (x, dims, _, name) => extreme("min", x, dims, name), gradient: shared }),
  /**
   * The position of the largest element, among all in row-major order or along `dim`; the first one on ties. Gives int64.
   * Options: keepdim. Errors: DTypeError for bool; IndexError for a dimension out of range or of size 0.
   * @example tensor([[1, 9], [3, 4]]).argmax(1) // tensor([1, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.argmax.html
   */
  argmax: reduction({ rule: "index", dims: "one", lower: (x, dims, _, name) => position("argmax", x, dims, name) }),
  /**
   * The position of the smallest element, among all in row-major order or along `dim`; the first one on ties. Gives int64.
   * Options: keepdim. Errors: DTypeError for bool; IndexError for a dimension out of range or of size 0.
   * @example tensor([[1, 9], [3, 4]]).argmin(1) // tensor([0, 0])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.argmin.html
   */
  argmin: reduction({ rule: "index", dims: "one", lower: (x, dims, _, name) => position("argmin", x, dims, name) }),
  /**
   * True if all elements, or all along `dim` (one or several), are not zero. Gives bool (uint8 for uint8). Options: keepdim.
   * @example tensor([[1, 0], [3, 4]]).all(1) // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.all.html
   */
  all: reduction({ rule: "truth", dims: "many", lower: (x, dims) => reduce("and", "bool", x, dims) }),
  /**
   * True if some element, or some along `dim` (one or several), is not zero. Gives bool (uint8 for uint8). Options: keepdim.
   * @example tensor([[1, 0], [0, 0]]).any(1) // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.any.html
   */
  any: reduction({ rule: "truth", dims: "many", lower: (x, dims) => reduce("or", "bool", x, dims) }),
  /**
   * The variance of all elements, or along `dim` (one or several): the squared distances from the mean, over their number less
   * `correction` (1). Options: keepdim, correction. Floats only (DTypeError).
   * @example tensor([1, 2, 3, 4]).float().var() // tensor(1.6667)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.var.html
   */
  var: reduction({ rule: "float", dims: "many", options: ["correction"], lower: (x, dims, options) => variance(x, dims, options), gradient: varianceGradient }),
  /**
   * The standard deviation: the square root of `var`. Options: keepdim, correction. Floats only (DTypeError).
   * @example tensor([1, 2, 3, 4]).float().std() // tensor(1.2910)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.std.html
   */
  std: reduction({
    rule: "float",
    dims: "many",
    options: ["correction"],
    lower: (x, dims, options) => map("sqrt", x.node.dtype, variance(x, dims, options)),
    gradient: using(["x", "out"], ({ grad, x, out, dims, count, options: { correction = 1 } }) =>
      varianceSlope(zeroWhere(out.eq(0), grad.div(out.mul(2))), x, dims, count - correction),
    ),
  }),
  /**
   * `x.max()`: the largest element. `x.max(dim, { keepdim })`: `{ values, indices }` along a dimension, the first one on ties.
   * `x.max(y)`: the larger of two, as `maximum`. NaN is the largest. The dtype stays.
   * Errors: IndexError for a dimension out of range or of size 0, and for an empty tensor.
   * @example tensor([[1, 9], [3, 4]]).max(1).values // tensor([9, 4])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.max.html
   */
  max: extremeEntry("max", arithmeticOps.maximum),
  /**
   * `x.min()`: the smallest element. `x.min(dim, { keepdim })`: `{ values, indices }` along a dimension, the first one on ties.
   * `x.min(y)`: the smaller of two, as `minimum`. NaN is the smallest. The dtype stays.
   * Errors: IndexError for a dimension out of range or of size 0, and for an empty tensor.
   * @example tensor([[1, 9], [3, 4]]).min(1).values // tensor([1, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.min.html
   */
  min: extremeEntry("min", arithmeticOps.minimum),
  /**
   * The vector norm of order `p` (2, the default, or "fro"; 0 counts what is not zero; Infinity and -Infinity; any number) of all
   * elements or along `dim` (one or several). Options: keepdim, dtype. Floats only (DTypeError); IndexError for an infinite order
   * of nothing.
   * @example tensor([3, 4]).float().norm() // tensor(5.)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.norm.html
   */
  norm,
});
