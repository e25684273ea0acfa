/**
 * @file What is given back before the garbage collector finds it: the storages that were made in a scope, and those that nobody shares any
 * more. `tensor/memory.ts` says what users see of it. Knows storages, not tensors.
 */
import { capturing } from "./capture.js";
import { engine } from "./engine.js";
import { Storage, TensorImpl, withBirths } from "./storage.js";

/** Gives up a storage's value; its memory goes back to the pool as soon as nobody is waiting for it. */
function give(storage: Storage): void {
  for (const node of storage.dispose()) engine().release(node, "disposed");
}

/** Runs `body`, then gives up the storages made in it, but for those that `survivors` finds in its result. They belong to the scope around it. */
export function inScope<T>(body: () => T, survivors: (result: T) => Iterable<Storage>): T {
  // A plan knows by itself what lives for how long.
  if (capturing()) return body();
  const born: Storage[] = [];
  let kept: ReadonlySet<Storage> = new Set();
  try {
    const result = withBirths(born, body);
    kept = new Set(survivors(result));
    return result;
  } finally {
    for (const storage of born) {
      if (kept.has(storage) || storage.isKept) storage.announce();
      else give(storage);
    }
  }
}

/** Gives up one tensor, and its storage if no other tensor was made of it that was not given up. */
export function disposeOf(impl: TensorImpl): void {
  if (capturing()) return;
  const { storage } = impl;
  if (!impl.giveUp()) return;
  if (storage.tensors === 0) give(storage);
}
