/**
 * @file What users ask about dtypes: PyTorch's `promote_types`, `result_type`, `can_cast`.
 */
import { canCast, promoteTypes as promote, type DType } from "../core/dtype.js";
import type { Promote } from "../core/static-dtype.js";
import { resultTypeOfTwo } from "../ops/promotion.js";
import { Tensor } from "./class.js";
import type { Common, TensorLike } from "./static.js";

/**
 * The smallest dtype of no lower category that holds both.
 * @example promoteTypes("uint8", "int8") // "int16"
 * @see https://docs.pytorch.org/docs/stable/generated/torch.promote_types.html
 */
export function promoteTypes<A extends DType, B extends DType>(a: A, b: B): Promote<A, B>;
export function promoteTypes(a: DType, b: DType): DType {
  return promote(a, b);
}

/**
 * The dtype of an operation on two tensors or numbers.
 * @example resultType(tensor([1]), 0.5) // "float32"
 * @see https://docs.pytorch.org/docs/stable/generated/torch.result_type.html
 */
export function resultType<const A extends TensorLike, const B extends TensorLike>(a: A, b: B): Common<A, B>;
export function resultType(a: TensorLike, b: TensorLike): DType {
  return resultTypeOfTwo(a instanceof Tensor ? a.impl : a, b instanceof Tensor ? b.impl : b);
}

export { canCast };
