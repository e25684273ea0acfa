/**
 * @file What users ask about dtypes and memory: PyTorch's `promote_types`, `result_type`, `can_cast`, and how much the engine holds.
 */
import type { MemoryReport } from "../backends/backend.js";
import { canCast, promoteTypes as promote, type DType } from "../core/dtype.js";
import type { Promote } from "../core/static-dtype.js";
import { engine } from "../graph/engine.js";
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

/**
 * How much memory tensors hold, and the engine with them, in bytes: `held` now, by `allocations` tensors; at most `peak` since the start or the
 * last `resetPeakMemory()`; `reserved` is what the engine has taken from the system, at most `limit`. Tensors that were dropped count until
 * the garbage collector has found them; small ones are found in groups.
 * @example memory() // { held: 3136, allocations: 1, reserved: 4259840, peak: 6272, limit: 4294967296 }
 * @see https://docs.pytorch.org/docs/stable/generated/torch.cuda.memory.memory_allocated.html
 */
export const memory = (): MemoryReport => engine().memory();

/**
 * From now on `memory().peak` is the most that is held from now on.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.cuda.memory.reset_peak_memory_stats.html
 */
export const resetPeakMemory = (): void => engine().resetPeak();

export { canCast };
