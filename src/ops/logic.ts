/**
 * @file Comparisons and logic on pairs of elements; all give bool. One entry each, which is all there is to know about it;
 * `tensor/` makes `x.name(y)`, `x.name_(y)` (which keeps x's dtype, 0 and 1) and `name(x, y)` of it.
 */
import { map } from "../graph/build.js";
import { binary } from "./elementwise.js";
import { flat } from "./gradient.js";
import { family } from "./kinds.js";

/** What an in-place form leaves is a step of 0 and 1: flat. (The others give bool, which has no gradient.) */
const step = { a: flat, b: flat };

export const logicOps = family({
  /**
   * True where two elements are equal. Broadcast and promoted; gives bool; NaN equals nothing.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).eq(2) // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.eq.html
   */
  eq: binary({ rule: "compare", lower: (a, b) => map("eq", "bool", a, b), gradient: step }),
  /**
   * True where two elements differ. Broadcast and promoted; gives bool.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).ne(2) // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.ne.html
   */
  ne: binary({ rule: "compare", lower: (a, b) => map("ne", "bool", a, b), gradient: step }),
  /**
   * True where the first is less than the second. Broadcast and promoted; gives bool.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).lt(2) // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.lt.html
   */
  lt: binary({ rule: "compare", lower: (a, b) => map("lt", "bool", a, b), gradient: step }),
  /**
   * True where the first is less than or equal to the second. Broadcast and promoted; gives bool.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 3]).le(2) // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.le.html
   */
  le: binary({ rule: "compare", lower: (a, b) => map("le", "bool", a, b), gradient: step }),
  /**
   * True where the first is greater than the second. Broadcast and promoted; gives bool.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 3]).gt(2) // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.gt.html
   */
  gt: binary({ rule: "compare", lower: (a, b) => map("lt", "bool", b, a), gradient: step }),
  /**
   * True where the first is greater than or equal to the second. Broadcast and promoted; gives bool.
   * Errors: ShapeError where shapes do not broadcast.
   * @example tensor([1, 2]).ge(2) // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.ge.html
   */
  ge: binary({ rule: "compare", lower: (a, b) => map("le", "bool", b, a), gradient: step }),
  /**
   * True where both are not zero. Broadcast; any dtype; gives bool.
   * @example tensor([0, 3]).logicalAnd(tensor([true, true])) // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html
   */
  logicalAnd: binary({ rule: "logic", lower: (a, b) => map("and", "bool", a, b), gradient: step }),
  /**
   * True where one or both are not zero. Broadcast; any dtype; gives bool.
   * @example tensor([0, 3]).logicalOr(tensor([false, false])) // tensor([False,  True])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html
   */
  logicalOr: binary({ rule: "logic", lower: (a, b) => map("or", "bool", a, b), gradient: step }),
  /**
   * True where just one is not zero. Broadcast; any dtype; gives bool.
   * @example tensor([0, 3]).logicalXor(tensor([true, true])) // tensor([ True, False])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html
   */
  logicalXor: binary({ rule: "logic", lower: (a, b) => map("xor", "bool", a, b), gradient: step }),
});
