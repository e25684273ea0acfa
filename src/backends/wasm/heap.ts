/**
 * @file The pooled heap: one WebAssembly memory that grows, and pieces of it that go back to the pool when the garbage collector
 * finds their `Allocation` dead. The backend owns one; it knows bytes and nothing of tensors or kernels.
 */
import { InternalError, OutOfMemoryError } from "../../core/errors.js";
import type { Allocation, MemoryReport } from "../backend.js";
import { SegregatedFit, type Block } from "./segregated-fit.js";

/** Every allocation starts at a multiple of this: a cache line. */
export const granule = 64;
/** Bytes kept beyond the last block, since vector loads may read past the end of what they are given. */
export const spareBytes = 64;
const pageBytes = 65536;
const mostPages = 65536;
/** Before the memory grows, garbage is collected if this many bytes were taken since the last time: a collection costs milliseconds. */
const collectEvery = 128 << 20;
/** The memory grows by at least this, so that many small allocations do not grow it each. */
const leastGrowth = 4 << 20;

/** A piece of the heap. The object is the token: nothing in the heap refers to it, so when it dies its bytes are free. */
export class HeapAllocation implements Allocation {
  /** `address` is in bytes from the start of the memory; `hold` is the heap's own number for the block while it is held. */
  constructor(
    readonly bytes: number,
    readonly address: number,
    readonly hold: Hold,
  ) {}

  /** A part of it, for as long as the whole is held. */
  part(byte: number, bytes: number): HeapAllocation {
    return new HeapAllocation(bytes, this.address + byte, partOf);
  }
}

/** The allocation as one of a heap's: where it lies. Throws InternalError for another backend's. */
export function own(allocation: Allocation): HeapAllocation {
  if (!(allocation instanceof HeapAllocation)) throw new InternalError("the allocation belongs to another backend");
  return allocation;
}

/** What the heap knows of an allocation without keeping it alive: its block, until that is taken back. */
interface Hold {
  block: Block;
  /** Where the engine can collect at once: whether the allocation is still there. */
  reference: WeakRef<HeapAllocation> | undefined;
}
/** The block of an allocation that has been given back. */
const gone: Block = -1;
/** Parts have no block of their own to give back. */
const partOf: Hold = { block: gone, reference: undefined };

export interface HeapOptions {
  /** Largest size in bytes, 4 GiB if left out. */
  readonly limit?: number;
  /** Whether to ask for shared memory; taken where SharedArrayBuffer exists. */
  readonly shared?: boolean;
  /** Collects garbage at once, where the engine can (collector.ts). */
  readonly collect?: (() => void) | undefined;
}

/**
 * The pool. Blocks are 64-byte aligned; taking and giving one costs a constant time.
 *
 * Dead allocations come back in two ways: the collector's finalizers run between jobs, and before the memory grows the heap may
 * ask for a collection and look at once which allocations are dead, which works in the middle of a synchronous loop too.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly maximumPages: number;
  private readonly fit = new SegregatedFit();
  private readonly registry: FinalizationRegistry<Hold>;
  /** What may turn out to be dead in the middle of a job; empty where the engine cannot collect there. */
  private readonly watched = new Set<Hold>();
  private readonly collect: (() => void) | undefined;
  private takenSinceCollecting = 0;
  private buffer: ArrayBufferLike;
  private held = 0;
  private count = 0;

  constructor(options: HeapOptions = {}) {
    this.shared = (options.shared ?? true) && typeof SharedArrayBuffer === "function";
    const pages = Math.min(mostPages, Math.max(1, Math.floor((options.limit ?? mostPages * pageBytes) / pageBytes)));
    [this.memory, this.maximumPages] = makeMemory(this.shared, pages);
    this.buffer = this.memory.buffer;
    // The first granule is never given out, so that address 0 is nobody's, nor are the spare bytes at the end.
    this.fit.grow((pageBytes - spareBytes) / granule);
    this.fit.take(1);
    this.collect = options.collect;
    this.registry = new FinalizationRegistry((hold) => this.release(hold));
  }

  /** The memory's bytes. Another object after the memory has grown. */
  get bytes(): ArrayBufferLike {
    return this.buffer;
  }

  /** Takes `bytes` bytes, contents undefined. Throws OutOfMemoryError. */
  allocate(bytes: number): HeapAllocation {
    const granules = Math.max(1, Math.ceil(bytes / granule));
    const block = this.fit.take(granules) ?? this.takeUnderPressure(granules);
    if (block === undefined) throw this.exhausted(bytes);
    this.held += this.fit.sizeOf(block) * granule;
    this.count++;
    this.takenSinceCollecting += granules * granule;
    const hold: Hold = { block, reference: undefined };
    const allocation = new HeapAllocation(bytes, this.fit.startOf(block) * granule, hold);
    this.registry.register(allocation, hold, allocation);
    if (this.collect) {
      hold.reference = new WeakRef(allocation);
      this.watched.add(hold);
    }
    return allocation;
  }

  /** Gives memory back now; a second time does nothing. */
  free(allocation: HeapAllocation): void {
    this.registry.unregister(allocation);
    this.release(allocation.hold);
  }

  /** What an allocation takes of the heap: its bytes and what fills up its last granule. */
  bytesOf(allocation: HeapAllocation): number {
    const { block } = allocation.hold;
    return block === gone ? 0 : this.fit.sizeOf(block) * granule;
  }
  report(): MemoryReport {
    return { held: this.held, allocations: this.count, reserved: this.buffer.byteLength };
  }
  /** How many blocks the pool is cut into, free or taken: 2 when nothing is held (the reserved one and the rest). */
  get blocks(): number {
    return this.fit.blocks;
  }

  private release(hold: Hold): void {
    const { block } = hold;
    if (block === gone) return;
    hold.block = gone;
    this.watched.delete(hold);
    this.held -= this.fit.sizeOf(block) * granule;
    this.count--;
    this.fit.give(block);
  }

  /** Looks for memory in the order of what it costs: garbage if there may be much, growing, garbage in any case. */
  private takeUnderPressure(granules: number): Block | undefined {
    if (this.takenSinceCollecting >= collectEvery && this.reclaim()) {
      const block = this.fit.take(granules);
      if (block !== undefined) return block;
    }
    if (this.grow(granules) || this.reclaim()) return this.fit.take(granules);
    return undefined;
  }

  /** Collects garbage and takes back the allocations that turn out to be dead; whether there were any. */
  private reclaim(): boolean {
    if (!this.collect) return false;
    this.takenSinceCollecting = 0;
    this.collect();
    const before = this.count;
    for (const hold of this.watched) if (hold.reference?.deref() === undefined) this.release(hold);
    return this.count < before;
  }

  /** Grows by what is missing at the end and a little more, a quarter of the present size if it can be had. */
  private grow(granules: number): boolean {
    // The fit looks in the next larger class, one sixteenth above: grow so that the new block is found there.
    const wanted = (granules + Math.ceil(granules / 8) + 1 - this.fit.freeAtEnd) * granule;
    const least = Math.ceil(wanted / pageBytes);
    const present = this.buffer.byteLength / pageBytes;
    const generous = Math.max(least, Math.ceil(Math.max(leastGrowth, this.buffer.byteLength / 4) / pageBytes));
    const room = this.maximumPages - present;
    for (const pages of [Math.min(generous, room), least]) {
      if (pages < least || pages > room || !tryGrow(this.memory, pages)) continue;
      this.buffer = this.memory.buffer;
      this.fit.grow((pages * pageBytes) / granule);
      return true;
    }
    return false;
  }

  private exhausted(bytes: number): OutOfMemoryError {
    const { held, allocations, reserved } = this.report();
    const limit = this.maximumPages * pageBytes;
    return new OutOfMemoryError(
      `out of memory: cannot allocate ${size(bytes)}; ${size(held)} are held by ${allocations} allocations, ` +
      `${size(reserved)} of at most ${size(limit)} are reserved`,
    );
  }
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${["", "KiB", "MiB", "GiB"][power]}`;
}

function tryGrow(memory: WebAssembly.Memory, pages: number): boolean {
  try {
    memory.grow(pages);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A memory with the largest maximum that the engine will reserve: limits on address space may refuse 4 GiB. */
function makeMemory(shared: boolean, pages: number): [WebAssembly.Memory, number] {
  for (let maximum = pages; ; maximum = maximum >> 1) {
    try {
      return [new WebAssembly.Memory({ initial: 1, maximum, shared }), maximum];
    } catch (error) {
      if (!(error instanceof RangeError) || maximum <= 256) throw error;
    }
  }
}
