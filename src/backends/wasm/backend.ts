/**
 * @file The WebAssembly backend: a heap, kernels compiled to modules that share its memory, and the short way from a call's
 * arguments to a running loop. `graph/` drives it through the `Backend` interface and sees no vectors.
 */
import { itemSize, viewArray, type DType, type TypedArrays } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import { rangeLength, type Kernel, type KernelArguments } from "../../ir/kernel.js";
import { blockElements, splitScan, splitScanArguments, type SplitScan } from "../../ir/split-scan.js";
import { longestReduceAxis, partElements, splitArguments, splitReduction, type SplitReduction } from "../../ir/split.js";
import { callOnViews, type Allocation, type Backend, type Elements, type Executable, type Holder, type MemoryReport, type Routine } from "../backend.js";
import { collector } from "./collector.js";
import { emitKernel, emitProduct, type EmittedKernel, type MemoryType } from "./emitter.js";
import { hasRelaxedMadd } from "./features.js";
import {
  areaOf, blockingOf, extentOf, isWorthPacking, partsOfDepth, productOf, tiles, type Blocking, type Extent, type Product, type Tile,
} from "./gemm/plan.js";
import { usesWideVectors } from "./gemm/wide.js";
import { Heap, own, type HeapAllocation, type HeapOptions } from "./heap.js";
import { isPairable, sampleBytes, sampleCall, sampleElements, sampleValue } from "./pairing.js";
import { hostFunctions } from "./host-functions.js";
import { byteDivisors, isExactDivisor } from "./reciprocals.js";
import { canOptimiseAtOnce, instantiate, marked, type Run } from "./module.js";
import { parameterBytes, writeParameters, type ParameterViews } from "./parameters.js";
import { getNumThreads } from "./threads/count.js";
import { Pool, type Job } from "./threads/pool.js";
import { partsOf, productShares, productTime, scanBlockOf, sharesOf, threadsFor, worthSharing } from "./threads/shares.js";
import { elementTime } from "./threads/times.js";

/** Elements of a first call from which it pays to optimise before: a millisecond or two of compiling against one for each million. */
const longCall = 1 << 19;
/** Where the engine cannot be told to optimise, the first calls of a kernel run in pieces, so that it can change code in between. */
const earlyCalls = 8;
const earlyPieces = 16;
/** Nanoseconds of work to share after which one more worker is started: that takes this thread 2 milliseconds, and another 30. */
const worthStarting = 5_000_000;
/** Nanoseconds an element below which a kernel waits for memory, whatever its vectors, and long calls of it from which wide ones are worth their check. */
const worthPairing = 0.4;
const longCallsToPair = 2;
/** Multiplications and additions from which wide vectors are worth what they pad, and their check, once a process. */
const worthWide = 1 << 21;

export interface WasmOptions extends HeapOptions {
  /** Threads for a call, what `setNumThreads` says if left out. */
  readonly threads?: number;
  /** For tests: shares every call, however small, and starts the workers at once. */
  readonly sharesAll?: boolean;
  /** For tests: cuts every reduction in so many parts. */
  readonly parts?: number;
  /** For tests: writes every kernel in lockstep that could be compiled for wide vectors, and compiles it for narrow ones. */
  readonly lockstep?: boolean;
  /** For tests: runs every call in so many pieces of its range, on this thread. */
  readonly pieces?: number;
  /** Milliseconds after which a worker that does not get on counts as dead. */
  readonly patience?: number;
}

/** One module of a kernel. */
class Compiled {
  run: Run | undefined;
  optimised = false;
  calls = 0;
  /** The bytes that `run` was compiled from. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The bytes where other threads find them, and the number by which they know the kernel. */
  shared: { readonly kernel: number; readonly bytes: HeapAllocation } | undefined;

  /** `pairs`: to be compiled into vectors twice as wide. */
  constructor(readonly code: EmittedKernel, readonly pairs: boolean) {
    this.bytes = code.bytes;
  }
}

/** A kernel and its code, written when a call first needs it: for any constants, and for those that divide bytes exactly. */
class WasmExecutable implements Executable {
  readonly byteDivisors: readonly number[];
  /** Nanoseconds an element. */
  readonly elementTime: number;
  /** The two kernels of a reduction that is cut in parts; undefined until the first call that is large enough. */
  split: SplitExecutables | undefined;
  /** The three of a scan that is done in blocks. */
  splitScan: SplitScanExecutables | undefined;
  plain: Compiled | undefined;
  multiplying: Compiled | undefined;
  /** The product that it is, and its code by tile. */
  readonly product: Product | undefined;
  readonly products = new Map<Tile, Compiled>();
  /** Whether its code may be written for wide vectors; that code, or null where its check found other bits; how many long calls there were. */
  readonly isPairable: boolean;
  paired: Compiled | null | undefined;
  longCalls = 0;

  /** `isPart`: one of the kernels of a split reduction or scan. */
  constructor(readonly kernel: Kernel, readonly isPart = false) {
    this.byteDivisors = byteDivisors(kernel);
    this.elementTime = elementTime(kernel);
    this.product = productOf(kernel);
    this.isPairable = this.elementTime >= worthPairing && this.byteDivisors.length === 0 && isPairable(kernel);
  }
}

interface SplitScanExecutables {
  readonly split: SplitScan;
  readonly totals: WasmExecutable;
  readonly offsets: WasmExecutable;
  readonly blocks: WasmExecutable;
}

interface SplitExecutables {
  readonly split: SplitReduction;
  readonly partial: WasmExecutable;
  readonly combine: WasmExecutable;
}

export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly heap: Heap;
  private block: HeapAllocation;
  /** A scratch area for each thread, this one's first, each as large as the most demanding kernel so far wanted when it was made. */
  private readonly scratch: HeapAllocation[];
  private scratchBytes = 0;
  private views: ParameterViews;
  private viewed: ArrayBufferLike;
  private readonly pool: Pool | undefined;
  private readonly worthSharing: number;
  private sharedWork = 0;
  private sharedKernels = 0;
  /** What the backend holds for itself. */
  private readonly kept = new Set<HeapAllocation>();

  constructor(private readonly options: WasmOptions = {}) {
    this.heap = new Heap(options);
    this.block = this.keep(4096);
    this.scratch = [this.keep(0)];
    this.views = this.makeViews();
    this.viewed = this.heap.bytes;
    this.pool = this.heap.shared && options.pieces === undefined ? new Pool(this.heap.memory, options.patience) : undefined;
    this.worthSharing = options.sharesAll === true ? 0 : worthSharing;
  }

  allocate(bytes: number, holder?: Holder): Allocation {
    return this.heap.allocate(bytes, holder);
  }
  free(allocation: Allocation): void {
    this.heap.free(own(allocation));
  }
  part(allocation: Allocation, byte: number, bytes: number): Allocation {
    return own(allocation).part(byte, bytes);
  }
  /** `offset` counts elements, as in the loop IR. */
  view<D extends DType>(allocation: Allocation, dtype: D, offset: number, length: number): TypedArrays[D] {
    return viewArray(dtype, this.heap.bytes, own(allocation).address + offset * itemSize(dtype), length);
  }
  call(routine: Routine, inputs: readonly Elements[], outputs: readonly Elements[]): void {
    callOnViews(this, routine, inputs, outputs);
  }
  copy(from: Allocation, fromByte: number, to: Allocation, toByte: number, bytes: number): void {
    this.view(to, "uint8", toByte, bytes).set(this.view(from, "uint8", fromByte, bytes));
  }
  memory(): MemoryReport {
    const { held, allocations, peak, ...rest } = this.heap.report();
    let kept = 0;
    for (const allocation of this.kept) kept += this.heap.bytesOf(allocation);
    return { ...rest, held: held - kept, allocations: allocations - this.kept.size, peak: peak - kept };
  }
  resetPeak(): void {
    this.heap.resetPeak();
  }
  /** How many worker threads are up. They start at the first call that is worth it, and come up by and by. */
  get workers(): number {
    return this.pool?.up ?? 0;
  }
  private get threads(): number {
    return this.pool === undefined ? 1 : (this.options.threads ?? getNumThreads());
  }
  /** Ends the worker threads. The backend goes on without them. */
  close(): void {
    this.pool?.close();
  }

  /** The code comes at the first run, when the constants are known, and how long it will take. */
  compile(kernel: Kernel): Executable {
    return new WasmExecutable(kernel);
  }
  private get memoryType(): MemoryType {
    return { maximum: this.heap.maximumPages, shared: this.heap.shared };
  }
  private emit(kernel: Kernel, multiplies: boolean, pairs = false): Compiled {
    return this.prepared(emitKernel(kernel, this.memoryType, multiplies, pairs));
  }
  private prepared(code: EmittedKernel, pairs = false): Compiled {
    this.reserve(code.parameters.length * parameterBytes, code.scratchBytes);
    return new Compiled(code, pairs);
  }

  run(executable: Executable, args: KernelArguments<Allocation>): void {
    if (!(executable instanceof WasmExecutable)) throw new InternalError("the executable belongs to another backend");
    let elements = 1;
    for (let i = 0; i < args.sizes.length; i++) elements *= args.sizes[i];
    const plan = executable.product && productPlan(executable.kernel, executable.product, args.sizes, elements, this.threads);
    const blocking = plan?.blocking;
    const time = elements * (blocking ? productTime : executable.elementTime);
    if (!executable.isPart && (this.runInParts(executable, args, time, plan?.extent) || this.runInBlocks(executable, args, time))) return;
    const compiled = plan ? this.productFor(executable, plan) : (this.pairedFor(executable, args.constants, elements) ?? this.codeFor(executable, args.constants));
    const items = blocking ? blocking.items : rangeLength(executable.kernel, args.sizes);
    const run = this.functionOf(compiled, elements);
    const job = time >= this.worthSharing ? this.jobFor(executable.kernel, compiled, run, items, time, blocking) : undefined;
    // From here on nothing is allocated: a buffer that only `args` holds may be found dead once its address is written.
    if (this.viewed !== this.heap.bytes) this.refreshViews();
    writeParameters(compiled.code.parameters, args, blocking, this.views);
    if (blocking) this.forgetPacked(job?.threads ?? 1);
    if (job !== undefined) return this.pool?.run(job);
    const { address } = this.block;
    const { address: scratch } = this.scratch[0];
    const pieces = this.options.pieces ?? piecesOf(compiled, elements);
    if (pieces === 1) run(address, 0, items, scratch);
    else for (let i = 0; i < pieces; i++) run(address, Math.floor((items * i) / pieces), Math.floor((items * (i + 1)) / pieces), scratch);
  }

  /** Tells the pieces of a product to come that no thread has packed anything for them yet. */
  private forgetPacked(threads: number): void {
    const words = new Int32Array(this.heap.bytes);
    for (let thread = 0; thread < threads; thread++) words[areaOf(this.scratch[thread].address) / 4] = 0;
  }

  /** Runs a reduction of few items as many of parts, then combines these; false where that is not worth it. */
  private runInParts(executable: WasmExecutable, args: KernelArguments<Allocation>, time: number, product: Extent | undefined): boolean {
    const { kernel } = executable;
    const parts = this.options.parts === undefined ? usefulParts(kernel, args.sizes, time, product) : this.forcedParts(kernel, args.sizes);
    if (parts <= 1) return false;
    const split = (executable.split ??= splitExecutables(kernel));
    if (split === undefined) return false;
    const count = partElements(kernel, args.sizes, parts);
    const buffers = split.split.parts.map((dtype) => this.heap.allocate(count * itemSize(dtype)));
    const calls = splitArguments<Allocation>(kernel, split.split, args, parts, buffers);
    for (const call of calls.partial) this.run(split.partial, call);
    this.run(split.combine, calls.combine);
    for (const buffer of buffers) this.heap.free(buffer);
    return true;
  }
  /** Runs a scan of few long lines block by block; false where that is not worth it. */
  private runInBlocks(executable: WasmExecutable, args: KernelArguments<Allocation>, time: number): boolean {
    const { kernel } = executable;
    if (kernel.scan === undefined) return false;
    const { parts } = this.options;
    const length = parts === undefined ? scanBlockOf(kernel, args.sizes, time) : Math.ceil(args.sizes[kernel.axes] / parts);
    if (length >= args.sizes[kernel.axes]) return false;
    const executables = (executable.splitScan ??= splitScanExecutables(kernel));
    if (executables === undefined) return false;
    const { split, totals, offsets, blocks } = executables;
    const count = blockElements(kernel, args.sizes, length);
    const values = this.heap.allocate(count * itemSize(split.dtype));
    const view = this.view(values, split.dtype, 0, count);
    if (view instanceof BigInt64Array) view.fill(BigInt(split.identity));
    else view.fill(split.identity);
    const calls = splitScanArguments<Allocation>(kernel, args, length, values);
    this.run(totals, calls.totals);
    this.run(offsets, calls.offsets);
    for (const call of calls.blocks) this.run(blocks, call);
    this.heap.free(values);
    return true;
  }
  private forcedParts(kernel: Kernel, sizes: readonly number[]): number {
    if (kernel.reduceAxes === 0 || sizes.includes(0)) return 1;
    return Math.min(this.options.parts ?? 1, sizes[longestReduceAxis(kernel, sizes)]);
  }

  /** How to run a call on several threads; undefined where there are none to be had, or it is too little for them. */
  private jobFor(kernel: Kernel, compiled: Compiled, run: Run, items: number, time: number, blocking: Blocking | undefined): Job | undefined {
    const { pool } = this;
    const all = this.options.sharesAll === true;
    const available = this.threads;
    const threads = all ? available : threadsFor(time, available);
    if (pool === undefined || threads === 1 || items === 1) return undefined;
    this.sharedWork += time;
    pool.start(all ? available - 1 : Math.min(available - 1, Math.floor(this.sharedWork / worthStarting)));
    if (pool.up === 0) return undefined;
    const { pieceItems, pieces } = blocking ? productShares(items, time, threads) : sharesOf(kernel, items, all ? Infinity : time, threads);
    if (pieces === 1) return undefined;
    const shared = (compiled.shared ??= this.publish(compiled.bytes));
    for (let thread = 0; thread < threads; thread++) this.reserveScratch(thread);
    return {
      run, kernel: shared.kernel, module: shared.bytes.address, moduleBytes: compiled.bytes.length,
      parameters: this.block.address, items, pieceItems, pieces, threads, scratch: (thread) => this.scratch[thread].address,
    };
  }
  /** Puts a module's bytes where other threads find them, and gives it a number. */
  private publish(module: Uint8Array): { readonly kernel: number; readonly bytes: HeapAllocation } {
    const bytes = this.keep(module.length);
    new Uint8Array(this.heap.bytes, bytes.address, module.length).set(module);
    return { kernel: this.sharedKernels++, bytes };
  }
  /** The code that packs its operands. */
  private productFor({ kernel, products }: WasmExecutable, { product, tile }: ProductPlan): Compiled {
    const known = products.get(tile);
    if (known) return known;
    const compiled = this.prepared(emitProduct(kernel, product, this.memoryType, tile, hasRelaxedMadd()), tile.pairs);
    products.set(tile, compiled);
    return compiled;
  }
  /** The code for wide vectors, where it is worth having and was found to give the bits of the narrow one. */
  private pairedFor(executable: WasmExecutable, constants: readonly (number | bigint)[], elements: number): Compiled | undefined {
    if (!executable.isPairable) return undefined;
    if (this.options.lockstep === true) return (executable.paired ??= this.emit(executable.kernel, false, true));
    if (elements >= longCall) executable.longCalls++;
    if (executable.longCalls < longCallsToPair || !usesWideVectors("float32")) return undefined;
    if (executable.paired === undefined) executable.paired = this.checkedPair(executable, constants) ?? null;
    return executable.paired ?? undefined;
  }
  /** Code for wide vectors whose results on a sample are those of narrow code. */
  private checkedPair(executable: WasmExecutable, constants: readonly (number | bigint)[]): Compiled | undefined {
    const { kernel } = executable;
    const buffers = this.sampleBuffers(kernel);
    const call = sampleCall(kernel, constants, buffers);
    const plain = (executable.plain ??= this.emit(kernel, false));
    const paired = this.prepared(emitKernel(kernel, this.memoryType, false, true), true);
    const [got, wanted] = [paired, plain].map((compiled) => {
      this.fillSample(kernel, buffers);
      const run = this.functionOf(compiled, longCall);
      writeParameters(compiled.code.parameters, call, undefined, this.views);
      run(this.block.address, 0, rangeLength(kernel, call.sizes), this.scratch[0].address);
      return buffers.map((buffer) => this.view(buffer, "uint8", 0, sampleBytes(kernel)).slice());
    });
    for (const buffer of buffers) this.heap.free(buffer);
    return got.every((bytes, i) => bytes.every((byte, at) => byte === wanted[i][at])) ? paired : undefined;
  }
  private sampleBuffers(kernel: Kernel): readonly HeapAllocation[] {
    const count = 1 + Math.max(...kernel.accesses.map(({ buffer }) => buffer));
    // Vectors are read whole, past the last element too.
    return Array.from({ length: count }, () => this.heap.allocate(sampleBytes(kernel) + 64));
  }
  /** What is read is filled in, and what is written alone is the same each time too. */
  private fillSample(kernel: Kernel, buffers: readonly HeapAllocation[]): void {
    for (const buffer of buffers) this.view(buffer, "uint8", 0, sampleBytes(kernel)).fill(0);
    for (const { buffer, dtype } of kernel.accesses) {
      const view = this.view(buffers[buffer], dtype, 0, sampleElements(kernel));
      for (let i = 0; i < view.length; i++) {
        const value = sampleValue(dtype, i + 13 * buffer, kernel.reduceAxes > 0);
        if (view instanceof BigInt64Array) view[i] = BigInt(value);
        else view[i] = value;
      }
    }
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
    compiled.bytes = optimise ? marked(code.bytes) : code.bytes;
    if (compiled.shared) this.drop(compiled.shared.bytes);
    compiled.shared = undefined;
    return (compiled.run = instantiate(compiled.bytes, { env: { memory: this.heap.memory }, host }, optimise, compiled.pairs));
  }

  /** Makes room for the parameters and the scratch area of the most demanding kernel so far. */
  private reserve(parameters: number, scratch: number): void {
    if (parameters > this.block.bytes) {
      this.drop(this.block);
      this.block = this.keep(2 * parameters);
    }
    this.scratchBytes = Math.max(this.scratchBytes, scratch);
    this.reserveScratch(0);
    this.refreshViews();
  }
  private reserveScratch(thread: number): void {
    const present = this.scratch.at(thread);
    if (present !== undefined && present.bytes >= this.scratchBytes) return;
    if (present !== undefined) this.drop(present);
    this.scratch[thread] = this.keep(this.scratchBytes);
  }
  private keep(bytes: number): HeapAllocation {
    const allocation = this.heap.allocate(bytes);
    this.kept.add(allocation);
    return allocation;
  }
  private drop(allocation: HeapAllocation): void {
    this.heap.free(allocation);
    this.kept.delete(allocation);
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

const partOf = (kernel: Kernel): WasmExecutable => new WasmExecutable(kernel, true);

function splitExecutables(kernel: Kernel): SplitExecutables | undefined {
  const split = splitReduction(kernel);
  return split && { split, partial: partOf(split.partial), combine: partOf(split.combine) };
}

function splitScanExecutables(kernel: Kernel): SplitScanExecutables | undefined {
  const split = splitScan(kernel);
  return split && { split, totals: partOf(split.totals), offsets: partOf(split.offsets), blocks: partOf(split.blocks) };
}

const usefulParts = (kernel: Kernel, sizes: readonly number[], time: number, product: Extent | undefined): number =>
  product ? partsOfDepth(product, sizes[longestReduceAxis(kernel, sizes)]) : partsOf(kernel, sizes, time);

interface ProductPlan {
  readonly product: Product;
  readonly tile: Tile;
  readonly blocking: Blocking;
  readonly extent: Extent;
}

/** How a call of a matrix product is cut, where it is worth packing. */
function productPlan(kernel: Kernel, product: Product, sizes: readonly number[], elements: number, threads: number): ProductPlan | undefined {
  const extent = extentOf(kernel, sizes);
  if (!isWorthPacking(extent)) return undefined;
  const isWide = elements >= worthWide && extent.columns > 8 && usesWideVectors(product.dtype);
  const tile = isWide ? tiles.wide : tiles.narrow;
  return { product, tile, blocking: blockingOf(extent, tile, product.dtype, threads), extent };
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
