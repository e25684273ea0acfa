/**
 * @file The kernel cache: one executable for each structure. Sizes, strides, offsets and constants are not part of the key, so it does
 * not grow with batch sizes or learning rates. Keys are whole strings: equal keys mean equal kernels.
 */
import type { Backend, Executable } from "../backends/backend.js";
import type { Kernel } from "../ir/kernel.js";
import { kernelKey } from "../ir/key.js";
import { verify } from "../ir/verify.js";

export class KernelCache {
  private readonly executables = new Map<string, Executable>();

  constructor(private readonly backend: Backend) {}

  /** The compiled kernel; verified and compiled at first sight. */
  get(kernel: Kernel): Executable {
    const key = kernelKey(kernel);
    let executable = this.executables.get(key);
    if (!executable) {
      verify(kernel);
      executable = this.backend.compile(kernel);
      this.executables.set(key, executable);
    }
    return executable;
  }

  /** Number of different kernels so far. */
  get size(): number {
    return this.executables.size;
  }
}
