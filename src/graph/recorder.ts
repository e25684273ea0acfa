/**
 * @file A backend that runs nothing and writes down what it was asked to do: kernels, copies, and the memory between them. planner.ts gives it to
 * an engine of its own, so that a graph becomes a list of steps by the very code that would compute it.
 */
import type { Allocation, Backend, Elements, Executable, MemoryReport, Routine } from "../backends/backend.js";
import { CaptureError, InternalError } from "../core/errors.js";
import type { TypedArrays } from "../core/dtype.js";
import type { Kernel, KernelArguments } from "../ir/kernel.js";

/** Memory that a kernel of the plan asked for. */
export class Slot implements Allocation {
  constructor(readonly bytes: number) {}
}

/** One thing to do; allocations are Slots, Placeholders or the real memory of constants. */
export type Recorded =
  | { readonly kind: "run"; readonly executable: Executable; readonly args: KernelArguments<Allocation> }
  | { readonly kind: "copy"; readonly from: Allocation; readonly fromByte: number; readonly to: Allocation; readonly toByte: number; readonly bytes: number }
  | { readonly kind: "call"; readonly routine: Routine; readonly inputs: readonly Elements[]; readonly outputs: readonly Elements[] };

export class Recorder implements Backend {
  readonly name = "recorder";
  readonly steps: Recorded[] = [];

  allocate(bytes: number): Allocation {
    return new Slot(bytes);
  }
  part(_allocation: Allocation, _byte: number, bytes: number): Allocation {
    return new Slot(bytes);
  }
  /** Who uses what when is read off the steps. */
  free(): void {}
  view(): TypedArrays[never] {
    throw new CaptureError("an operation inside a compiled function looks at elements, which are not known while it is captured: call it outside");
  }
  copy(from: Allocation, fromByte: number, to: Allocation, toByte: number, bytes: number): void {
    this.steps.push({ kind: "copy", from, fromByte, to, toByte, bytes });
  }
  call(routine: Routine, inputs: readonly Elements[], outputs: readonly Elements[]): void {
    this.steps.push({ kind: "call", routine, inputs, outputs });
  }
  compile(kernel: Kernel): Executable {
    throw new InternalError(`a plan's kernels are compiled by the backend that runs them (${kernel.stores.length} stores)`);
  }
  run(executable: Executable, args: KernelArguments<Allocation>): void {
    this.steps.push({ kind: "run", executable, args });
  }
  memory(): MemoryReport {
    return { held: 0, allocations: 0, reserved: 0, peak: 0, limit: 0 };
  }
  resetPeak(): void {}
}
