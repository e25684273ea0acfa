/**
 * @file What a backend is: somewhere to keep numbers and something to run kernels on them. `graph/` holds one and calls it;
 * the rooms below fulfil it. It knows the loop IR and nothing of tensors.
 */
import type { DType, TypedArray, TypedArrays } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { Kernel, KernelArguments } from "../ir/kernel.js";

/**
 * A piece of a backend's memory. Its bytes go back to the pool when the garbage collector finds the object dead, or at once by
 * `Backend.free`; nobody may use it after that.
 */
export interface Allocation {
  readonly bytes: number;
}

/** What `memory()` reports, in bytes. */
export interface MemoryReport {
  /** Bytes that living allocations hold, and how many they are. */
  readonly held: number;
  readonly allocations: number;
  /** Bytes of the pool: what the backend has taken from the engine, used or not. */
  readonly reserved: number;
  /** The most bytes that were held at once, since the start or the last `resetPeakMemory()`. */
  readonly peak: number;
  /** The most bytes that can be reserved. */
  readonly limit: number;
}

/** What an allocation is for: who runs out of memory is told of the largest. */
export interface Holder {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A compiled kernel: made once for each structure, called with any sizes. Opaque to callers. */
export interface Executable {
  readonly kernel: Kernel;
}

/** Elements of an allocation, from its start. */
export interface Elements {
  readonly allocation: Allocation;
  readonly dtype: DType;
  readonly count: number;
}

/** What is done by plain code on arrays, where no kernel can: it reads some and fills others. */
export type Routine = (inputs: readonly TypedArray[], outputs: readonly TypedArray[]) => void;

/** `Backend.call` for a backend whose memory is where JavaScript can see it. */
export function callOnViews(backend: Backend, routine: Routine, inputs: readonly Elements[], outputs: readonly Elements[]): void {
  const view = ({ allocation, dtype, count }: Elements): TypedArray => backend.view(allocation, dtype, 0, count);
  routine(inputs.map(view), outputs.map(view));
}

export interface Backend {
  readonly name: string;
  /** Memory for `bytes` bytes, aligned to 16, contents undefined. Throws OutOfMemoryError. */
  allocate(bytes: number, holder?: Holder): Allocation;
  /** Gives memory back now. */
  free(allocation: Allocation): void;
  /** A part of an allocation, as an allocation that cannot be freed by itself and is used as if nothing else lay
   * there: whether it shares its bytes with the whole is not said. `byte` is a multiple of 64. */
  part(allocation: Allocation, byte: number, bytes: number): Allocation;
  /** A live view of `length` elements. Valid until the next `allocate`: take it, use it, drop it. */
  view<D extends DType>(allocation: Allocation, dtype: D, offset: number, length: number): TypedArrays[D];
  /** Copies bytes from one allocation into another (or into another part of the same one, if the two do not overlap). */
  copy(from: Allocation, fromByte: number, to: Allocation, toByte: number, bytes: number): void;
  /** Calls a routine on the elements. */
  call(routine: Routine, inputs: readonly Elements[], outputs: readonly Elements[]): void;
  compile(kernel: Kernel): Executable;
  /** Runs the whole range of the kernel; returns when it is done. */
  run(executable: Executable, args: KernelArguments<Allocation>): void;
  memory(): MemoryReport;
  /** Counts the peak of the report from what is held now. */
  resetPeak(): void;
}
