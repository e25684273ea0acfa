/**
 * @file Choosing between elements: `where` and `clamp`, which take more than two arguments. One entry each; `tensor/` makes the
 * methods and functions of it.
 */
import { DTypeError, ValueError } from "../core/errors.js";
import { broadcastShapes, type Shape } from "../core/shape.js";
import { map } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { bring } from "./elementwise.js";
import { flat, ruleOf, using } from "./gradient.js";
import { asResult, family, checkDomain, type Argument, type ClampOp, type WhereOp } from "./kinds.js";
import { resultTypeOf } from "./promotion.js";

const shapeOf = (x: Argument): Shape => (x instanceof TensorImpl ? x.shape : []);

const clamp: ClampOp = {
  kind: "clamp",
  name: "clamp",
  run: (x, min, max, name) => {
    const bounds = [min, max].filter((bound) => bound !== undefined);
    if (bounds.length === 0) throw new ValueError(`${name}: at least one of min and max must be given`);
    const dtype = resultTypeOf([x, ...bounds]);
    checkDomain(name, "number", dtype);
    const shape = broadcastShapes(name, x.shape, ...bounds.map(shapeOf));
    const input = bring(x, dtype, shape);
    const above = min === undefined ? input : map("max", dtype, input, bring(min, dtype, shape));
    return max === undefined ? above : map("min", dtype, above, bring(max, dtype, shape));
  },
  gradient: {
    x: ruleOf(using(["x", "min", "max"], ({ grad, x, min, max }) => grad.where(x.ge(min).logicalAnd(x.le(max)), grad.zeros()))),
    min: ruleOf(using(["x", "min", "max"], ({ grad, x, min, max }) => grad.where(min.lt(max).logicalAnd(x.lt(min)), grad.zeros()))),
    max: ruleOf(using(["x", "min", "max"], ({ grad, x, min, max }) => grad.where(x.gt(max).logicalOr(max.lt(min)), grad.zeros()))),
  },
};

const where: WhereOp = {
  kind: "where",
  name: "where",
  run: (condition, x, y, name) => {
    if (condition.dtype !== "bool") {
      throw new DTypeError(`${name}: expected the condition to be a bool tensor, but its dtype is ${condition.dtype}: use .bool()`);
    }
    const dtype = resultTypeOf([x, y]);
    const shape = broadcastShapes(name, condition.shape, shapeOf(x), shapeOf(y));
    return asResult(map("where", dtype, bring(condition, "bool", shape), bring(x, dtype, shape), bring(y, dtype, shape)));
  },
  gradient: {
    x: ruleOf(using(["condition"], ({ grad, condition }) => grad.where(condition, grad.zeros()))),
    y: ruleOf(using(["condition"], ({ grad, condition }) => grad.zeros().where(condition, grad))),
    condition: ruleOf(flat),
  },
};

export const selectOps = family({
  /**
   * Each element brought into [min, max]; numbers or tensors, one of both may be left out (undefined). Broadcast and promoted;
   * NaN stays; where min > max the result is max. Errors: ValueError without bounds; DTypeError for bool; ShapeError.
   * @example tensor([1, 5, 9]).clamp(2, 6) // tensor([2, 5, 6])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.clamp.html
   */
  clamp,
  /**
   * `x.where(condition, y)`: x where the condition is true, else y. `where(condition, x, y)` as a function; numbers or tensors.
   * Broadcast and promoted. Errors: DTypeError unless the condition is bool; ShapeError where shapes do not broadcast.
   * @example tensor([1, 5]).where(tensor([true, false]), 0) // tensor([1, 0])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.where.html
   */
  where,
});
