/**
 * @file Activations that are operations of their own. One entry each, which is all there is to know about it; `tensor/` makes the
 * methods and functions of it. Those that PyTorch has only as functions (gelu, silu) are written with tensors' methods in
 * tensor/functional.ts.
 */
import { constant, expandTo, map } from "../graph/build.js";
import { unary } from "./elementwise.js";
import { using } from "./gradient.js";
import { family } from "./kinds.js";

export const activationOps = family({
  /**
   * Each element, or 0 where it is negative; NaN stays. Any shape; every dtype but bool (DTypeError).
   * @example tensor([-1.5, 2]).relu() // tensor([0., 2.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.relu.html
   */
  relu: unary({
    rule: "same",
    domain: "number",
    lower: (x, dtype) => map("max", dtype, x, expandTo(constant(0, dtype), x.view.shape)),
    gradient: using(["out"], ({ grad, out }) => grad.zeros().where(out.le(0), grad)),
  }),
});
