/**
 * @file Products of vectors and matrices. All are one thing: both operands seen as [..., rows, columns, inner] with strides of
 * 0 where they repeat, multiplied, and summed over the last dimension. One entry each; `tensor/` makes methods and functions of it.
 */
import { DTypeError, ShapeError } from "../core/errors.js";
import { broadcastShapes, formatShape, type Shape } from "../core/shape.js";
import { contiguousView, expand, permute, unsqueeze, type View } from "../core/view.js";
import { map, reduce, withView } from "../graph/build.js";
import type { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { ruleOf, using, type Rules, type Value } from "./gradient.js";
import { family, type ProductOp } from "./kinds.js";

function checkDTypes(a: TensorImpl, b: TensorImpl, name: string): void {
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: both tensors need one dtype, not ${a.dtype} and ${b.dtype}: cast one with .to("${a.dtype}")`);
  if (a.dtype === "bool") throw new DTypeError(`${name}: is not defined for bool: cast with .float() or .long() first`);
}

const swapLast = (view: View): View => permute(view, view.shape.map((_, d, { length }) => (d < length - 2 ? d : 2 * length - 3 - d)));

/** Matrices (each with at least two dimensions, batches in front) multiplied. */
function matrices(a: Operand, b: Operand, name: string): Operand {
  const { dtype } = a.node;
  const [rows, inner] = a.view.shape.slice(-2);
  const columns = b.view.shape[b.view.shape.length - 1];
  const batch = broadcastShapes(name, a.view.shape.slice(0, -2), b.view.shape.slice(0, -2));
  const whole = [...batch, rows, columns, inner];
  const left = withView(a, expand(unsqueeze(a.view, a.view.shape.length - 1), whole));
  const right = withView(b, expand(unsqueeze(swapLast(b.view), b.view.shape.length - 2), whole));
  return reduce("sum", dtype, map("mul", dtype, left, right), [whole.length - 1]);
}

/** Vectors become matrices of one row (left) or one column (right), and that dimension goes again at the end. */
function product(a: TensorImpl, b: TensorImpl, name: string): Operand {
  checkDTypes(a, b, name);
  const [ra, rb] = [a.shape.length, b.shape.length];
  if (ra === 0 || rb === 0) {
    throw new ShapeError(`${name}: both tensors need at least one dimension, but their shapes are ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  const [inner, other] = [a.shape[ra - 1], b.shape[Math.max(0, rb - 2)]];
  if (inner !== other) {
    throw new ShapeError(`${name}: inner dimensions differ: ${formatShape(a.shape)} @ ${formatShape(b.shape)}: ${inner} must equal ${other}`);
  }
  const left = ra === 1 ? withView(a.operand(), unsqueeze(a.view, 0)) : a.operand();
  const right = rb === 1 ? withView(b.operand(), unsqueeze(b.view, 1)) : b.operand();
  const result = matrices(left, right, name);
  if (ra > 1 && rb > 1) return result;
  const { shape } = result.view;
  const kept: Shape = shape.filter((_, d) => !(ra === 1 && d === shape.length - 2) && !(rb === 1 && d === shape.length - 1));
  return withView(result, contiguousView(kept));
}

/** The gradient of a product with its vectors as matrices: a row on the left, a column on the right. */
function asMatrices(grad: Value, a: Value, b: Value): { readonly grad: Value; readonly a: Value; readonly b: Value } {
  const [row, column] = [a.shape.length === 1, b.shape.length === 1];
  const columned = column ? grad.unsqueeze(-1) : grad;
  return { grad: row ? columned.unsqueeze(-2) : columned, a: row ? a.unsqueeze(0) : a, b: column ? b.unsqueeze(1) : b };
}

/** grad @ bᵀ and aᵀ @ grad; the tape sums over the batches that were broadcast. */
const gradient: Rules = {
  a: ruleOf(
    using(["a", "b"], (context) => {
      const { grad, b } = asMatrices(context.grad, context.a, context.b);
      const product = grad.matmul(b.transpose(-2, -1));
      return context.a.shape.length === 1 ? product.squeeze(-2) : product;
    }),
  ),
  b: ruleOf(
    using(["a", "b"], (context) => {
      const { grad, a } = asMatrices(context.grad, context.a, context.b);
      const product = a.transpose(-2, -1).matmul(grad);
      return context.b.shape.length === 1 ? product.squeeze(-1) : product;
    }),
  ),
};

/** A product that wants exactly these numbers of dimensions. */
const strict = (rankA: number, rankB: number): ProductOp => ({
  kind: "product",
  name: "product",
  run: (a, b, name) => {
    if (a.shape.length !== rankA || b.shape.length !== rankB) {
      throw new ShapeError(
        `${name}: expects ${rankA} and ${rankB} dimensions, not the shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}: matmul takes any`,
      );
    }
    if (rankA === 3 && a.shape[0] !== b.shape[0]) {
      throw new ShapeError(`${name}: batches of ${a.shape[0]} and ${b.shape[0]} matrices: they must be equal (matmul broadcasts them)`);
    }
    return product(a, b, name);
  },
  gradient,
});

export const productOps = family({
  /**
   * The product of matrices: [..., M, K] with [..., K, N] gives [..., M, N], batches broadcast. A vector on the left is a row, on
   * the right a column, and that dimension is left out of the result. Integers wrap.
   * Errors: ShapeError where K differs or a shape is []; DTypeError for different dtypes or bool.
   * @example tensor([[1, 2], [3, 4]]).matmul(tensor([1, 1])) // tensor([3, 7])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
   */
  matmul: { kind: "product", name: "matmul", run: product, gradient } satisfies ProductOp,
  /**
   * As `matmul`, of two matrices and nothing else.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.mm.html
   */
  mm: strict(2, 2),
  /**
   * As `matmul`, of two equally long batches of matrices ([B, M, K] and [B, K, N]) and nothing else.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bmm.html
   */
  bmm: strict(3, 3),
  /**
   * As `matmul`, of a matrix and a vector and nothing else.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.mv.html
   */
  mv: strict(2, 1),
  /**
   * As `matmul`, of two vectors and nothing else: the sum of their products.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.dot.html
   */
  dot: strict(1, 1),
});
