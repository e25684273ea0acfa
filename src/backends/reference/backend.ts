/**
 * @file The reference backend: what every kernel means, in plain JavaScript, slow and obvious. Tests hold the other backends to
 * it; nothing else should run on it.
 */
import { itemSize, viewArray, type DType, type TypedArrays } from "../../core/dtype.js";
import { InternalError, OutOfMemoryError } from "../../core/errors.js";
import type { Kernel, KernelArguments } from "../../ir/kernel.js";
import { verify, verifyArguments } from "../../ir/verify.js";
import { callOnViews, type Allocation, type Backend, type Elements, type Executable, type MemoryReport, type Routine } from "../backend.js";
import { interpret } from "./interpreter.js";

/** What new memory is filled with: contents are undefined, and zeros would hide who relies on them. */
const filler = 0xa5;

/** An allocation is an ArrayBuffer of its own. */
class ReferenceAllocation implements Allocation {
  readonly bytes: number;
  private memory: ArrayBuffer | undefined;

  constructor(buffer: ArrayBuffer) {
    this.memory = buffer;
    this.bytes = buffer.byteLength;
  }

  get buffer(): ArrayBuffer {
    if (this.memory === undefined) throw new InternalError(`an allocation of ${this.bytes} bytes is used after it was freed`);
    return this.memory;
  }

  /** Gives up the memory; a second time is an error. */
  release(): void {
    if (this.memory === undefined) throw new InternalError(`an allocation of ${this.bytes} bytes is freed twice`);
    this.memory = undefined;
  }
}

/**
 * A backend that interprets kernels and checks each, and each call, with the verifier. Memory goes back when the garbage
 * collector finds it; `free` only makes later use an error.
 *
 * @example
 * const backend = createReferenceBackend();
 * backend.run(backend.compile(kernel), args);
 */
export function createReferenceBackend(): Backend {
  return new ReferenceBackend();
}

class ReferenceBackend implements Backend {
  readonly name = "reference";
  private held = 0;
  private allocations = 0;
  private peak = 0;
  private readonly registry = new FinalizationRegistry<number>((bytes) => this.forget(bytes));

  allocate(bytes: number): Allocation {
    const allocation = new ReferenceAllocation(this.memoryOf(bytes));
    this.held += bytes;
    this.peak = Math.max(this.peak, this.held);
    this.allocations++;
    this.registry.register(allocation, bytes, allocation);
    return allocation;
  }

  free(allocation: Allocation): void {
    own(allocation).release();
    this.registry.unregister(allocation);
    this.forget(allocation.bytes);
  }

  /** Memory of its own: an ArrayBuffer has no parts. Shares nothing with the whole, which nobody may rely on. */
  part(_allocation: Allocation, _byte: number, bytes: number): Allocation {
    return new ReferenceAllocation(this.memoryOf(bytes));
  }

  view<D extends DType>(allocation: Allocation, dtype: D, offset: number, length: number): TypedArrays[D] {
    return viewArray(dtype, own(allocation).buffer, offset * itemSize(dtype), length);
  }

  call(routine: Routine, inputs: readonly Elements[], outputs: readonly Elements[]): void {
    callOnViews(this, routine, inputs, outputs);
  }

  copy(from: Allocation, fromByte: number, to: Allocation, toByte: number, bytes: number): void {
    this.view(to, "uint8", toByte, bytes).set(this.view(from, "uint8", fromByte, bytes));
  }

  compile(kernel: Kernel): Executable {
    verify(kernel);
    return { kernel };
  }

  run({ kernel }: Executable, args: KernelArguments<Allocation>): void {
    verifyArguments(kernel, args);
    interpret(kernel, { ...args, buffers: args.buffers.map((allocation) => own(allocation).buffer) });
  }

  memory(): MemoryReport {
    return { held: this.held, allocations: this.allocations, reserved: this.held, peak: this.peak, limit: Number.MAX_SAFE_INTEGER };
  }

  resetPeak(): void {
    this.peak = this.held;
  }

  private memoryOf(bytes: number): ArrayBuffer {
    try {
      const buffer = new ArrayBuffer(bytes);
      new Uint8Array(buffer).fill(filler);
      return buffer;
    } catch (cause) {
      const held = `${this.allocations} allocations hold ${this.held} bytes`;
      throw new OutOfMemoryError(`cannot allocate ${bytes} bytes on the reference backend: ${held}`, { cause });
    }
  }

  private forget(bytes: number): void {
    this.held -= bytes;
    this.allocations--;
  }
}

function own(allocation: Allocation): ReferenceAllocation {
  if (allocation instanceof ReferenceAllocation) return allocation;
  throw new InternalError("an allocation of another backend was given to the reference backend");
}
