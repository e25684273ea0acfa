/**
 * @file Which dtype an operation computes in: PyTorch's `result_type` for tensors, dimensionless tensors and plain numbers
 * together. Every family in `ops/` asks here; it knows no operation.
 *
 * https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
import { category, categoryOfScalar, isFloating, promoteScalar, promoteTypes, type DType } from "../core/dtype.js";
import { TensorImpl } from "../graph/storage.js";
import type { Argument } from "./kinds.js";

/** `combine_categories` of c10: the weaker operand only lifts the stronger one across categories. */
function combine(stronger: DType | undefined, weaker: DType | undefined): DType | undefined {
  if (stronger === undefined) return weaker;
  if (weaker === undefined || isFloating(stronger)) return stronger;
  return category(stronger) === "bool" || isFloating(weaker) ? promoteTypes(stronger, weaker) : stronger;
}

const defaults = { bool: "bool", integer: "int64", floating: "float32" } as const;
const promoteMaybe = (a: DType | undefined, b: DType): DType => (a === undefined ? b : promoteTypes(a, b));

/** The common dtype of two arguments. The hot path of every binary operation. */
export function resultTypeOfTwo(a: Argument, b: Argument): DType {
  if (a instanceof TensorImpl && b instanceof TensorImpl) {
    const [da, db] = [a.dtype, b.dtype];
    if (da === db) return da;
    const [aIsScalar, bIsScalar] = [a.shape.length === 0, b.shape.length === 0];
    if (aIsScalar === bIsScalar) return promoteTypes(da, db);
    return (aIsScalar ? combine(db, da) : combine(da, db)) ?? da;
  }
  if (a instanceof TensorImpl) return b instanceof TensorImpl ? b.dtype : promoteScalar(a.dtype, categoryOfScalar(b));
  if (b instanceof TensorImpl) return promoteScalar(b.dtype, categoryOfScalar(a));
  return promoteTypes(defaults[categoryOfScalar(a)], defaults[categoryOfScalar(b)]);
}

/** The common dtype of any number of arguments, in which tensors weigh more than dimensionless tensors, and those more than numbers. */
export function resultTypeOf(values: readonly Argument[]): DType {
  let dimensioned: DType | undefined;
  let dimensionless: DType | undefined;
  let plain: DType | undefined;
  for (const value of values) {
    if (!(value instanceof TensorImpl)) plain = promoteMaybe(plain, defaults[categoryOfScalar(value)]);
    else if (value.shape.length === 0) dimensionless = promoteMaybe(dimensionless, value.dtype);
    else dimensioned = promoteMaybe(dimensioned, value.dtype);
  }
  return combine(dimensioned, combine(dimensionless, plain)) ?? "float32";
}
