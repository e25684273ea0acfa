/**
 * @file Methods that write a value into some places of their tensor and exist in place only: `fillDiagonal_`. `fill_` and `zero_`, which write
 * everywhere, are in the class Tensor; random ones are in random.ts. One entry each; `tensor/` makes the methods of it.
 */
import { ShapeError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import { contiguousStrides } from "../core/view.js";
import { expandTo, index, map } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { argumentAt, flagAt } from "./call.js";
import { and, Formula } from "./formula.js";
import { ruleOf, valueOf } from "./gradient.js";
import { family, type OverwriteOp } from "./kinds.js";
import { fillValue } from "./ternary.js";

/**
 * True on the main diagonal: where the row-major position is a multiple of the way from one of its elements to the next. In a matrix taller
 * than wide that goes on below, after a free row, which is what `wrap` means.
 */
function diagonalOf(x: TensorImpl, wrap: boolean, name: string): Operand {
  const { shape } = x;
  if (shape.length < 2) throw new ShapeError(`${name}: needs at least two dimensions, not the shape ${formatShape(shape)}`);
  if (shape.length > 2 && shape.some((size) => size !== shape[0])) {
    throw new ShapeError(`${name}: with more than two dimensions all must have one size, but the shape is ${formatShape(shape)}`);
  }
  const step = contiguousStrides(shape).reduce((a, b) => a + b, 0);
  const position = index(shape);
  const f = Formula.of(position);
  const onLine = f.eq(f.do("remainder", position, step), 0);
  const [height, width] = shape;
  return wrap || shape.length > 2 || height <= width ? onLine : and(onLine, f.lt(position, width * step));
}

const fillDiagonal: OverwriteOp<"diagonal"> = {
  kind: "overwrite",
  name: "fillDiagonal",
  signature: "diagonal",
  values: (x, args, name) => {
    const mask = diagonalOf(x, flagAt(name, "wrap", args[1], false), name);
    return map("where", x.dtype, mask, expandTo(fillValue(name, x.dtype, argumentAt(name, "value", args[0])), x.shape), x.operand());
  },
  gradient: (x, args, name) => {
    const mask = TensorImpl.of(diagonalOf(x, flagAt(name, "wrap", args[1], false), name));
    return ruleOf(({ grad }) => grad.zeros().where(valueOf(mask), grad));
  },
};

export const fillingOps = family({
  /**
   * The main diagonal set to a number, in place; with `wrap` (false) it begins anew below, after a free row, in a matrix taller than wide.
   * Errors: ShapeError below two dimensions, and above two unless all have one size; DTypeError for a number that the dtype cannot hold.
   * @example zeros(2, 2).fillDiagonal_(5) // tensor([[5., 0.], [0., 5.]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.fill_diagonal_.html
   */
  fillDiagonal_: fillDiagonal,
});
