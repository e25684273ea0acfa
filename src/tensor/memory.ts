/**
 * @file Memory as users ask for it: how much is held, `scope(() => …)`, and what `using` does. Nobody has to call any of it in Node; it is for
 * synchronous loops in browsers, and for those who want the last word.
 */
import type { MemoryReport } from "../backends/backend.js";
import { ValueError } from "../core/errors.js";
import { engine } from "../graph/engine.js";
import { inScope } from "../graph/scope.js";
import type { Storage } from "../graph/storage.js";
import { Tensor } from "./class.js";

/**
 * How much memory tensors hold, and the engine with them, in bytes: `held` now, by `allocations` tensors; at most `peak` since the start or the
 * last `resetPeakMemory()`; `reserved` is what the engine has taken from the system, at most `limit`. Tensors that were dropped count until
 * the garbage collector has found them; small ones are found in groups.
 * @example memory() // { held: 3136, allocations: 1, reserved: 4259840, peak: 6272, limit: 4294967296 }
 * @see https://docs.pytorch.org/docs/stable/generated/torch.cuda.memory.memory_allocated.html
 */
export const memory = (): MemoryReport => engine().memory();

/**
 * Counts `memory().peak` anew from now on.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.cuda.memory.reset_peak_memory_stats.html
 */
export const resetPeakMemory = (): void => engine().resetPeak();

/** The storages of all tensors that can be reached from a value. */
function* storagesIn(value: unknown, seen = new Set<object>()): Generator<Storage> {
  if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
  seen.add(value);
  if (value instanceof Tensor) {
    yield value.impl.storage;
    if (value.impl.history?.grad) yield value.impl.history.grad.storage;
  } else if (value instanceof Map) for (const entry of value) yield* storagesIn(entry, seen);
  else if (value instanceof Set) for (const item of value) yield* storagesIn(item, seen);
  else for (const item of Object.values(value)) yield* storagesIn(item, seen);
}

/**
 * Runs `body` and gives back at once the memory of all tensors made in it, except for those that it returns: a tensor, or arrays, objects, maps
 * and sets of them. What was written in place into tensors from outside stays, and so do their gradients. Any other tensor that was kept from
 * inside is an error to read. Scopes nest.
 *
 * Node gives dropped memory back by itself, in the middle of a synchronous loop too. A browser does so only between jobs: there a long
 * synchronous loop wants a scope a round.
 *
 * @throws ValueError if `body` returns a promise: a scope ends when its function returns
 * @example for (const batch of batches) total += scope(() => loss(model(batch)).item());
 */
export function scope<T>(body: () => T): T {
  return inScope(() => {
    const result = body();
    if (typeof result === "object" && result !== null && "then" in result && typeof result.then === "function") {
      throw new ValueError("scope: the function returned a promise, but the scope ends when the function returns: await outside, with a scope for each synchronous stretch");
    }
    return result;
  }, storagesIn);
}
