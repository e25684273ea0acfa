/**
 * @file The WebAssembly backend: a heap, kernels compiled to modules that share its memory, and the short way from a call's
 * arguments to a running loop. `graph/` drives it through the `Backend` interface and sees no vectors.
 */
import { itemSize, viewArray, type DType, type TypedArrays } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import { rangeLength, type Kernel, type KernelArguments } from "../../ir/kernel.js";
import type { Allocation, Backend, Executable, MemoryReport } from "../backend.js";
import { collector } from "./collector.js";
import { emitKernel, type EmittedKernel } from "./emitter.js";
import { Heap, own, type HeapAllocation, type HeapOptions } from "./heap.js";
import { hostFunctions } from "./host-functions.js";
import { byteDivisors, isExactDivisor } from "./reciprocals.js";
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

/** One module of a kernel. */
class Compiled {
  run: Run | undefined;
  optimised = false;
  calls = 0;

  constructor(readonly code: EmittedKernel) {}
}

/** A kernel and its code, written when a call first needs it: for any constants, and for those that divide bytes exactly. */
class WasmExecutable implements Executable {
  readonly byteDivisors: readonly number[];
  plain: Compiled | undefined;
  multiplying: Compiled | undefined;

  constructor(readonly kernel: Kernel) {
    this.byteDivisors = byteDivisors(kernel);
  }
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
    const kept = this.heap.bytesOf(this.block) + this.heap.bytesOf(this.scratch);
    return { held: held - kept, allocations: allocations - 2, reserved };
  }

  /** The code comes at the first run, when the constants are known, and how long it will take. */
  compile(kernel: Kernel): Executable {
    return new WasmExecutable(kernel);
  }
  private emit(kernel: Kernel, multiplies: boolean): Compiled {
    const code = emitKernel(kernel, { maximum: this.heap.maximumPages, shared: this.heap.shared }, multiplies);
    this.reserve(code.parameters.length * parameterBytes, code.scratchBytes);
    return new Compiled(code);
  }

  run(executable: Executable, args: KernelArguments<Allocation>): void {
    if (!(executable instanceof WasmExecutable)) throw new InternalError("the executable belongs to another backend");
    const compiled = this.codeFor(executable, args.constants);
    if (this.viewed !== this.heap.bytes) this.refreshViews();
    writeParameters(compiled.code.parameters, args, this.views);
    const items = rangeLength(executable.kernel, args.sizes);
    let elements = 1;
    for (let i = 0; i < args.sizes.length; i++) elements *= args.sizes[i];
    const run = this.functionOf(compiled, elements);
    const { address } = this.block;
    const { address: scratch } = this.scratch;
    const pieces = this.options.pieces ?? piecesOf(compiled, elements);
    if (pieces === 1) run(address, 0, items, scratch);
    else for (let i = 0; i < pieces; i++) run(address, Math.floor((items * i) / pieces), Math.floor((items * (i + 1)) / pieces), scratch);
  }
  private codeFor(executable: WasmExecutable, constants: readonly (number | bigint)[]): Compiled {
    const { kernel, byteDivisors: slots } = executable;
    let exact = slots.length > 0;
    for (let i = 0; i < slots.length; i++) exact &&= isExactDivisor(constants[slots[i]]);
    return exact ? (executable.multiplying ??= this.emit(kernel, true)) : (executable.plain ??= this.emit(kernel, false));
  }
  /** The compiled function: the quick one until a call is long. */
  private functionOf(compiled: Compiled, elements: number): Run {
    const { run, optimised, code } = compiled;
    const optimise = elements >= longCall && canOptimiseAtOnce();
    if (run !== undefined && (optimised || !optimise)) return run;
    const host = Object.fromEntries(code.hostFunctions.map((name) => [name, hostFunctions[name]]));
    compiled.optimised = optimise;
    return (compiled.run = instantiate(code.bytes, { env: { memory: this.heap.memory }, host }, optimise));
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

function piecesOf(compiled: Compiled, elements: number): number {
  if (elements < longCall || compiled.optimised || compiled.calls > earlyCalls) return 1;
  compiled.calls++;
  return earlyPieces;
}

/** A backend of its own, with a memory of its own. `options` are for tests: a smaller limit, unshared memory, pieces. */
export function createWasmBackend(options?: WasmOptions): WasmBackend {
  return new WasmBackend({ collect: collector(), ...options });
}
