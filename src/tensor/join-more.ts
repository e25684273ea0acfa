/**
 * @file More functions of many tensors: stacking by depth and by columns, grids, products and combinations of elements. Written with the
 * methods of tensors, so that gradients go through them.
 */
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape, type Shape } from "../core/shape.js";
import type { AsShape, Check } from "../core/static-shape.js";
import type { Tensor } from "./class.js";
import { stack } from "./join.js";
import { catAs, rowsAs } from "./joining.js";
import type { CatShape, JoinedDType, VStackShape } from "./static.js";

/**
 * Tensors behind one another: `cat` along the third dimension, which those with fewer get as `atleast3d` says.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.dstack.html
 */
export function dstack<const T extends readonly Tensor[]>(tensors: T): Tensor<Shape, JoinedDType<T>>;
export function dstack(tensors: readonly Tensor[]): Tensor {
  return catAs("dstack", tensors.map((x) => x.atleast3d()), 2);
}

/**
 * Columns beside one another: vectors and scalars become columns, then as `hstack`.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.column_stack.html
 */
export function columnStack<const T extends readonly Tensor[]>(tensors: T): Tensor<Shape, JoinedDType<T>>;
export function columnStack(tensors: readonly Tensor[]): Tensor {
  return catAs("columnStack", tensors.map((x) => (x.ndim < 2 ? x.reshape(-1, 1) : x)), 1);
}

/** As `vstack`. @see https://docs.pytorch.org/docs/stable/generated/torch.row_stack.html */
export function rowStack<const T extends readonly Tensor[]>(tensors: T & Check<VStackShape<NoInfer<T>>>): Tensor<AsShape<VStackShape<T>>, JoinedDType<T>>;
export function rowStack(tensors: readonly Tensor[]): Tensor {
  return rowsAs("rowStack", tensors);
}
/** As `cat`. @see https://docs.pytorch.org/docs/stable/generated/torch.concat.html */
export function concat<const T extends readonly Tensor[], const A extends number = 0>(
  tensors: T & Check<CatShape<NoInfer<T>, NoInfer<A>>>,
  dim?: A,
): Tensor<AsShape<CatShape<T, A>>, JoinedDType<T>>;
export function concat(tensors: readonly Tensor[], dim = 0): Tensor {
  return catAs("concat", tensors, dim);
}
/** As `cat`. @see https://docs.pytorch.org/docs/stable/generated/torch.concatenate.html */
export function concatenate<const T extends readonly Tensor[], const A extends number = 0>(
  tensors: T & Check<CatShape<NoInfer<T>, NoInfer<A>>>,
  dim?: A,
): Tensor<AsShape<CatShape<T, A>>, JoinedDType<T>>;
export function concatenate(tensors: readonly Tensor[], dim = 0): Tensor {
  return catAs("concatenate", tensors, dim);
}

/**
 * A grid of the elements of vectors (or scalars): as many tensors, each with one dimension for each vector: views. `indexing` is "ij"
 * (the default) or "xy", which swaps the first two dimensions.
 * @throws ShapeError for more than one dimension; ValueError for nothing, for different dtypes, or another indexing
 * @example meshgrid([arange(2), arange(3)])[1] // tensor([[0, 1, 2], [0, 1, 2]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.meshgrid.html
 */
export function meshgrid<const T extends readonly Tensor[]>(tensors: T, options?: { readonly indexing?: "ij" | "xy" }): Tensor<Shape, JoinedDType<T>>[];
export function meshgrid(tensors: readonly Tensor[], { indexing = "ij" }: { readonly indexing?: "ij" | "xy" } = {}): Tensor[] {
  if (indexing !== "ij" && indexing !== "xy") throw new ValueError(`meshgrid: indexing must be "ij" or "xy", not ${JSON.stringify(indexing)}`);
  const vectors = vectorsOf("meshgrid", tensors);
  if (vectors.some((x) => x.dtype !== vectors[0].dtype)) throw new ValueError(`meshgrid: the tensors need one dtype, not ${vectors.map((x) => x.dtype).join(", ")}`);
  const swap = indexing === "xy" && vectors.length >= 2;
  const order = swap ? [vectors[1], vectors[0], ...vectors.slice(2)] : vectors;
  const shape = order.map((x) => x.numel());
  const grids = order.map((x, i) => x.reshape(shape.map((size, d) => (d === i ? size : 1))).expand(shape));
  return swap ? [grids[1], grids[0], ...grids.slice(2)] : grids;
}

/** At least one tensor, each of at most one dimension, as vectors. */
function vectorsOf(name: string, tensors: readonly Tensor[]): Tensor[] {
  if (tensors.length === 0) throw new ValueError(`${name}: expects at least one tensor`);
  return tensors.map((x) => {
    if (x.ndim > 1) throw new ShapeError(`${name}: expects vectors, not a tensor of shape ${formatShape(x.shape)}`);
    return x.reshape(-1);
  });
}

/**
 * Every choice of one element from each vector, a row each; one vector alone is given back as it is.
 * @throws ShapeError for more or fewer than one dimension
 * @example cartesianProd(tensor([1, 2]), tensor([3, 4])) // tensor([[1, 3], [1, 4], [2, 3], [2, 4]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.cartesian_prod.html
 */
export function cartesianProd<const T extends readonly Tensor[]>(...tensors: T): Tensor<Shape, JoinedDType<T>>;
export function cartesianProd(...tensors: readonly Tensor[]): Tensor {
  for (const x of tensors) if (x.ndim !== 1) throw new ShapeError(`cartesianProd: expects vectors, not a tensor of shape ${formatShape(x.shape)}`);
  const grids = meshgrid(tensors).map((x) => x.reshape(-1));
  return grids.length === 1 ? tensors[0] : stack(grids, 1);
}
