/** @file Runs a kernel on a backend, from bytes to bytes. Tests compare what comes out; this file judges nothing. */
import type { Allocation, Backend } from "../../src/backends/backend.js";
import type { Kernel } from "../../src/ir/kernel.js";
import type { Call } from "./kernels.js";

/** Runs a kernel on copies of the buffers and gives what they hold afterwards. */
export function run(backend: Backend, kernel: Kernel, call: Call, buffers: readonly Uint8Array[]): Uint8Array[] {
  return runEach(backend, kernel, [call], buffers)[0];
}

/** The same for several calls of one compiled kernel, each on copies of its own. */
export function runEach(backend: Backend, kernel: Kernel, calls: readonly Call[], buffers: readonly Uint8Array[]): Uint8Array[][] {
  const executable = backend.compile(kernel);
  return calls.map((call) => {
    const allocations = buffers.map((bytes): Allocation => {
      const allocation = backend.allocate(bytes.length);
      backend.view(allocation, "uint8", 0, bytes.length).set(bytes);
      return allocation;
    });
    try {
      backend.run(executable, { ...call, buffers: allocations });
      return allocations.map((allocation, i) => backend.view(allocation, "uint8", 0, buffers[i].length).slice());
    } finally {
      for (const allocation of allocations) backend.free(allocation);
    }
  });
}
