/**
 * @file How many threads a computation may use: PyTorch's two functions and the machine's own number. The WebAssembly backend asks before each
 * large call. Knows no workers.
 */
import { ValueError } from "../../../core/errors.js";

const most = 1024;
let chosen: number | undefined;
let available: number | undefined;

/** What the machine offers: Node's own count, which knows of containers, else the browser's, else one. */
function availableThreads(): number {
  const process: { getBuiltinModule?: (name: "node:os") => { availableParallelism?(): number } | undefined } | undefined = globalThis.process;
  const host: { readonly navigator?: { readonly hardwareConcurrency?: number } } = globalThis;
  const count = process?.getBuiltinModule?.("node:os")?.availableParallelism?.() ?? host.navigator?.hardwareConcurrency ?? 1;
  return Math.min(most, Math.max(1, Math.floor(count)));
}

/**
 * Sets how many threads a computation may use, the calling one included; 1 uses no workers. Takes effect with the next computation.
 * Results do not depend on it, not by a bit. Where there is no shared memory (a page that is not cross-origin isolated) everything
 * runs on one thread whatever the number.
 *
 * @throws ValueError for anything but an integer from 1 to 1024
 * @example
 * setNumThreads(1); // leave the other cores to somebody else
 * @see https://docs.pytorch.org/docs/stable/generated/torch.set_num_threads.html
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw new ValueError(`setNumThreads: expected an integer from 1 to ${most}, got ${String(count)}`);
  }
  chosen = count;
}

/**
 * How many threads a computation may use, the calling one included: what `setNumThreads` said, else as many as the machine can run at once.
 *
 * @example
 * getNumThreads(); // 8, on a machine with eight cores
 * @see https://docs.pytorch.org/docs/stable/generated/torch.get_num_threads.html
 */
export function getNumThreads(): number {
  return chosen ?? (available ??= availableThreads());
}
