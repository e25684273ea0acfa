/**
 * @file A short way to write lowerings: operations on operands of one shape and dtype, in which plain numbers stand for themselves.
 * The tables of `ops/` use it where a formula has more than a step or two. Knows shapes and dtypes, no operation by PyTorch's name.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import { constant, expandTo, map } from "../graph/build.js";
import type { MapOp, Operand } from "../compile/expression.js";
import type { CompareOp } from "../ir/kernel.js";

/** An operand of the formula's shape, or a number beside every element. */
export type Term = Operand | number;

export class Formula {
  constructor(
    readonly dtype: DType,
    readonly shape: Shape,
  ) {}

  /** The formula of an operand's own shape and dtype. */
  static of(x: Operand): Formula {
    return new Formula(x.node.dtype, x.view.shape);
  }

  number(value: number | bigint): Operand {
    return expandTo(constant(value, this.dtype), this.shape);
  }

  /** One scalar operation that gives the formula's dtype. */
  do(op: MapOp, ...terms: readonly Term[]): Operand {
    return map(op, this.dtype, ...terms.map((term) => this.operand(term)));
  }
  compare(op: CompareOp, a: Term, b: Term): Operand {
    return map(op, "bool", this.operand(a), this.operand(b));
  }
  where(condition: Operand, then: Term, otherwise: Term): Operand {
    return map("where", this.dtype, condition, this.operand(then), this.operand(otherwise));
  }

  add(a: Term, b: Term): Operand {
    return this.do("add", a, b);
  }
  sub(a: Term, b: Term): Operand {
    return this.do("sub", a, b);
  }
  mul(a: Term, b: Term): Operand {
    return this.do("mul", a, b);
  }
  div(a: Term, b: Term): Operand {
    return this.do("div", a, b);
  }
  lt(a: Term, b: Term): Operand {
    return this.compare("lt", a, b);
  }
  eq(a: Term, b: Term): Operand {
    return this.compare("eq", a, b);
  }

  /** The term with the sign of `like`, for a term that is not negative: makes an odd function of its right half. */
  odd(like: Operand, term: Operand): Operand {
    return this.where(this.lt(like, 0), this.do("neg", term), term);
  }
  /** True where the sign bit is set; a NaN has none here. 1 / -0 is -Infinity. */
  signBit(x: Operand): Operand {
    return or(this.lt(x, 0), this.lt(this.div(1, x), 0));
  }

  private operand(term: Term): Operand {
    return typeof term === "number" ? this.number(term) : term;
  }
}

export const or = (a: Operand, b: Operand): Operand => map("or", "bool", a, b);
export const and = (a: Operand, b: Operand): Operand => map("and", "bool", a, b);
export const not = (a: Operand): Operand => map("not", "bool", a);
