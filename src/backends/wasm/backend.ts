/**
 * @file The WebAssembly backend: a heap, kernels compiled to modules that share its memory, and the short way from a call's
 * arguments to a running loop. `graph/` drives it through the `Backend` interface and sees no vectors.
 */
import { itemSize, viewArray, type DType, type TypedArrays } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import { rangeLength, type Kernel, type KernelArguments } from "../../ir/kernel.js";
import type { Allocation, Backend, Executable, MemoryReport } from "../backend.js";
import { emitKernel } from "./emitter.js";
import { Heap, own, type HeapAllocation, type HeapOptions } from "./heap.js";
import { hostFunctions } from "./host-functions.js";
import { parameterBytes, writeParameters, type Parameter, type ParameterViews } from "./parameters.js";

/** The exported function of a module: parameters, begin, end. */
type Run = (parameters: number, begin: number, end: number) => void;

class WasmExecutable implements Executable {
  constructor(
    readonly kernel: Kernel, readonly parameters: readonly Parameter[], readonly scratchBytes: number, readonly run: Run,
  ) {}
}

export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly heap: Heap;
  private block: HeapAllocation;
  private scratch: HeapAllocation;
  private views: ParameterViews;
  private viewed: ArrayBufferLike;

  constructor(options: HeapOptions = {}) {
    this.heap = new Heap(options);
    this.block = this.heap.allocate(4096);
    this.scratch = this.heap.allocate(0);
    this.views = this.makeViews();
    this.viewed = this.heap.bytes;
  }

  allocate(bytes: number): Allocation {
    return this.heap.allocate(bytes);
  }
  free(allocation: Allocation): void {
    this.heap.free(own(allocation));
  }
  /** `offset` counts elements, as in the loop IR. */
  view<D extends DType>(allocation: Allocation, dtype: D, offset: number, length: number): TypedArrays[D] {
    return viewArray(dtype, this.heap.bytes, own(allocation).address + offset * itemSize(dtype), length);
  }
  memory(): MemoryReport {
    const { held, allocations, reserved } = this.heap.report();
    const kept = this.block.bytes + Math.max(64, Math.ceil(this.scratch.bytes / 64) * 64);
    return { held: held - kept, allocations: allocations - 2, reserved };
  }

  compile(kernel: Kernel): Executable {
    const { heap } = this;
    const { bytes, parameters, hostFunctions: names, scratchBytes } = emitKernel(kernel, { maximum: heap.maximumPages, shared: heap.shared });
    const host = Object.fromEntries(names.map((name) => [name, hostFunctions[name]]));
    const module = new WebAssembly.Module(bytes.slice());
    const { exports } = new WebAssembly.Instance(module, { env: { memory: heap.memory }, host });
    const run = exports["run"];
    if (typeof run !== "function") throw new InternalError("a kernel's module does not export run");
    this.reserve(parameters.length * parameterBytes, scratchBytes);
    return new WasmExecutable(kernel, parameters, scratchBytes, (at, begin, end) => void run(at, begin, end));
  }

  run(executable: Executable, args: KernelArguments<Allocation>): void {
    if (!(executable instanceof WasmExecutable)) throw new InternalError("the executable belongs to another backend");
    if (this.viewed !== this.heap.bytes) this.refreshViews();
    writeParameters(executable.parameters, args, this.scratch.address, this.views);
    executable.run(this.block.address, 0, rangeLength(executable.kernel, args.sizes));
  }

  /** Makes room for the parameters and the scratch area of the most demanding kernel so far. */
  private reserve(parameters: number, scratch: number): void {
    if (parameters > this.block.bytes) {
      this.heap.free(this.block);
      this.block = this.heap.allocate(2 * parameters);
    }
    if (scratch > this.scratch.bytes) {
      this.heap.free(this.scratch);
      this.scratch = this.heap.allocate(scratch);
    }
    this.refreshViews();
  }
  private makeViews(): ParameterViews {
    const { address, bytes } = this.block;
    const { bytes: buffer } = this.heap;
    return {
      words: new Int32Array(buffer, address, bytes >> 2),
      floats: new Float32Array(buffer, address, bytes >> 2),
      doubles: new Float64Array(buffer, address, bytes >> 3),
    };
  }
  private refreshViews(): void {
    this.views = this.makeViews();
    this.viewed = this.heap.bytes;
  }
}

/** A backend of its own, with a memory of its own. `options` are for tests: a smaller limit, unshared memory. */
export function createWasmBackend(options?: HeapOptions): WasmBackend {
  return new WasmBackend(options);
}
