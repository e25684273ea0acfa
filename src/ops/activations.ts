/**
 * @file Activations that are operations of their own. One entry each, which is all there is to know about it; `tensor/` makes the
 * methods and functions of it. Those that PyTorch has as functions only are in activation-functions.ts.
 */
import { DTypeError, ShapeError } from "../core/errors.js";
import { formatShape, numel } from "../core/shape.js";
import { constant, expandTo, map } from "../graph/build.js";
import type { TensorImpl } from "../graph/storage.js";
import * as functions from "./activation-functions.js";
import { call, numberAt, tensorAt } from "./call.js";
import { unary } from "./elementwise.js";
import { using } from "./gradient.js";
import { family } from "./kinds.js";
import * as recorded from "./recorded.js";
import { viewOps } from "./views.js";

/** One slope for all elements, or one for each channel: the second dimension, where there is one. */
function prelu(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const weight = tensorAt(name, "weight", args[0]);
  if (weight.dtype !== x.dtype) throw new DTypeError(`${name}: the tensor is ${x.dtype}, but the weight ${weight.dtype}: cast it with .to("${x.dtype}")`);
  const [count, channels] = [numel(weight.shape), x.shape[1] ?? 1];
  if (weight.shape.length > 1 || (count !== 1 && count !== channels)) {
    throw new ShapeError(
      `${name}: expected a weight of shape [1] or [${channels}], one for each channel of ${formatShape(x.shape)}, not ${formatShape(weight.shape)}`,
    );
  }
  const shape = x.shape.length < 2 ? [] : [1, count, ...x.shape.slice(2).fill(1)];
  return recorded.binary(functions.prelu, x, recorded.view(viewOps.reshape, weight, [shape]));
}

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
  /**
   * Each element where it is positive, else times the weight: one weight, or one for each channel (dimension 1). Floats of one dtype
   * (DTypeError). Errors: ShapeError for a weight of another size.
   * @example tensor([-2, 3]).float().prelu(tensor([0.25])) // tensor([-0.5000,  3.0000])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.prelu.html
   */
  prelu: call("prelu", prelu),
  /**
   * Each element, or 0 where it is within lambd (0.5) of 0. Any shape; floats only (DTypeError).
   * @example tensor([-2, 0.25, 2]).hardshrink() // tensor([-2.,  0.,  2.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html
   */
  hardshrink: call("hardshrink", (x, [lambd], name) => recorded.unary(functions.hardshrink(numberAt(name, "lambd", lambd, 0.5)), x)),
});
