/**
 * @file The WebAssembly backend: a heap, kernels compiled to modules that share its memory, and the short way from a call's
 * arguments to a running loop. `graph/` drives it through the `Backend` interface and sees no vectors.
 */
import { itemSize, viewArray, type DType, type TypedArrays } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import { rangeLength, type Kernel, type KernelArguments } from "../../ir/kernel.js";
import type { Allocation, Backend, Executable, MemoryReport } from "../backend.js";
import { emitKernel, type EmittedKernel } from "./emitter.js";
import { Heap, own, type HeapAllocation, type HeapOptions } from "./heap.js";
import { hostFunctions } from "./host-functions.js";
import { canOptimiseAtOnce, instantiate, type Run } from "./module.js";
import { parameterBytes, writeParameters, type ParameterViews } from "./parameters.js";

/** Elements of a first call from which it pays to optimise before: a millisecond or two of compiling against one for each million. */
const longCall = 1 << 19;
/** Where the engine cannot be told to optimise, the first calls of a kernel run in pieces, so that it can change code in between. */
const earlyCalls = 8;
const earlyPieces = 16;

export interface WasmOptions extends HeapOptions {
  /** Runs every call in so many pieces of its range, as threads will; for tests. */
  readonly pieces?: number;
}

class WasmExecutable implements Executable {
  run: Run | undefined;
  optimised = false;
  calls = 0;

  constructor(readonly kernel: Kernel, readonly code: EmittedKernel) {}
}

export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly heap: Heap;
  private block: HeapAllocation;
  private scratch: HeapAllocation;
  private views: ParameterViews;
  private viewed: ArrayBufferLike;

  constructor(private readonly options: WasmOptions = {}) {
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

  /** Writes the kernel's code; the engine compiles it at the first run, when it is known how long that will take. */
  compile(kernel: Kernel): Executable {
    const code = emitKernel(kernel, { maximum: this.heap.maximumPages, shared: this.heap.shared });
    this.reserve(code.parameters.length * parameterBytes, code.scratchBytes);
    return new WasmExecutable(kernel, code);
  }

  run(executable: Executable, args: KernelArguments<Allocation>): void {
    if (!(executable instanceof WasmExecutable)) throw new InternalError("the executable belongs to another backend");
    const { kernel, code } = executable;
    if (this.viewed !== this.heap.bytes) this.refreshViews();
    writeParameters(code.parameters, args, this.scratch.address, this.views);
    const items = rangeLength(kernel, args.sizes);
    let elements = 1;
    for (let i = 0; i < args.sizes.length; i++) elements *= args.sizes[i];
    const run = this.functionOf(executable, elements);
    const { address } = this.block;
    const pieces = this.options.pieces ?? this.piecesOf(executable, elements);
    if (pieces === 1) run(address, 0, items);
    else for (let i = 0; i < pieces; i++) run(address, Math.floor((items * i) / pieces), Math.floor((items * (i + 1)) / pieces));
  }
  private piecesOf(executable: WasmExecutable, elements: number): number {
    if (elements < longCall || executable.optimised || executable.calls > earlyCalls) return 1;
    executable.calls++;
    return earlyPieces;
  }
  /** The compiled function: the quick one until a call is long. */
  private functionOf(executable: WasmExecutable, elements: number): Run {
    const { run, optimised, code } = executable;
    const optimise = elements >= longCall && canOptimiseAtOnce();
    if (run !== undefined && (optimised || !optimise)) return run;
    const host = Object.fromEntries(code.hostFunctions.map((name) => [name, hostFunctions[name]]));
    executable.optimised = optimise;
    return (executable.run = instantiate(code.bytes, { env: { memory: this.heap.memory }, host }, optimise));
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

/** A backend of its own, with a memory of its own. `options` are for tests: a smaller limit, unshared memory, pieces. */
export function createWasmBackend(options?: WasmOptions): WasmBackend {
  return new WasmBackend(options);
}
