/**
 * @file The pooled heap: one WebAssembly memory that grows, and pieces of it that go back to the pool when the garbage collector
 * finds their `Allocation` dead. The backend owns one; it knows bytes and nothing of tensors or kernels.
 */
import { InternalError, OutOfMemoryError } from "../../core/errors.js";
import { formatShape } from "../../core/shape.js";
import type { Allocation, Holder, MemoryReport } from "../backend.js";
import { SegregatedFit, type Block } from "./segregated-fit.js";

/** Every allocation starts at a multiple of this: a cache line. */
export const granule = 64;
/** Bytes kept beyond the last block, since vector loads may read past the end of what they are given. */
export const spareBytes = 64;
const pageBytes = 65536;
const mostPages = 65536;
/** Granules that so many bytes take, at least one. */
const granulesOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / granule));
/** Before the memory grows, garbage is collected if this many bytes were taken since the last time: a collection costs milliseconds. */
const collectEvery = 128 << 20;
/** The memory grows by at least this, so that many small allocations do not grow it each. */
const leastGrowth = 4 << 20;

/**
 * A piece of the heap. The object is the token: nothing in the heap refers to it, so when it dies its bytes are free. Small ones
 * refer to their page instead, which is the token for all of them.
 */
export class HeapAllocation implements Allocation {
  /** `address` is in bytes from the start of the memory; `home` is where the bytes go back to, undefined when they have. */
  constructor(
    readonly bytes: number,
    readonly address: number,
    public home: Hold | Page | undefined,
  ) {}

  /** A part of it, for as long as the whole is held. */
  part(byte: number, bytes: number): HeapAllocation {
    return new HeapAllocation(bytes, this.address + byte, undefined);
  }
}

/** The allocation as one of a heap's: where it lies. Throws InternalError for another backend's. */
export function own(allocation: Allocation): HeapAllocation {
  if (!(allocation instanceof HeapAllocation)) throw new InternalError("the allocation belongs to another backend");
  return allocation;
}

/** What the heap knows of a block without keeping its token alive. */
interface Hold {
  /** The block, until it is taken back. */
  block: Block;
  /** How many allocations live in it, as far as is known, and how many granules they take. */
  count: number;
  granules: number;
  /** Where the engine can collect at once: whether the token is still there. */
  reference: WeakRef<HeapAllocation | Page> | undefined;
  readonly holder: Holder | undefined;
}
/** The block of a hold that has been taken back. */
const gone: Block = -1;

/**
 * A block that small allocations share: watching over one object costs a microsecond, so 64 of them share the cost. Its bytes come
 * back when all of them are dead, at most 4 KiB for one that lives on.
 */
class Page {
  /** Granules given out. */
  used = 0;
  constructor(
    readonly address: number,
    readonly hold: Hold,
  ) {}
}
const pageGranules = 64;
/** Allocations of more granules have a block of their own. */
const mostSmall = 4;

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
  /** Every hold: to find the dead in the middle of a job, and to say who holds the memory when there is none left. */
  private readonly holds = new Set<Hold>();
  /** Where the next small allocation goes. */
  private page: Page | undefined;
  private readonly collect: (() => void) | undefined;
  private takenSinceCollecting = 0;
  private buffer: ArrayBufferLike;
  private heldGranules = 0;
  private count = 0;
  private peakGranules = 0;

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

  /** Takes `bytes` bytes, contents undefined. Throws OutOfMemoryError, whose report names `holder` for those that hold the most. */
  allocate(bytes: number, holder?: Holder): HeapAllocation {
    const granules = granulesOf(bytes);
    const allocation = granules <= mostSmall ? this.small(bytes, granules) : this.large(bytes, granules, holder);
    this.count++;
    this.heldGranules += granules;
    if (this.heldGranules > this.peakGranules) this.peakGranules = this.heldGranules;
    return allocation;
  }

  private large(bytes: number, granules: number, holder: Holder | undefined): HeapAllocation {
    const hold = this.hold(granules, bytes, holder);
    hold.count = 1;
    hold.granules = granules;
    const allocation = new HeapAllocation(bytes, this.fit.startOf(hold.block) * granule, hold);
    this.watch(allocation, hold);
    return allocation;
  }

  private small(bytes: number, granules: number): HeapAllocation {
    let { page } = this;
    if (page === undefined || page.used + granules > pageGranules) {
      const hold = this.hold(pageGranules, bytes, undefined);
      page = new Page(this.fit.startOf(hold.block) * granule, hold);
      this.watch(page, hold);
      this.page = page;
    }
    const allocation = new HeapAllocation(bytes, page.address + page.used * granule, page);
    page.used += granules;
    page.hold.count++;
    page.hold.granules += granules;
    return allocation;
  }

  private hold(granules: number, bytes: number, holder: Holder | undefined): Hold {
    const block = this.fit.take(granules) ?? this.takeUnderPressure(granules);
    if (block === undefined) throw this.exhausted(bytes);
    this.takenSinceCollecting += granules * granule;
    // Not the holder itself, which may lead to the allocation and keep it alive.
    return { block, count: 0, granules: 0, reference: undefined, holder: holder && { shape: holder.shape, dtype: holder.dtype } };
  }

  private watch(token: HeapAllocation | Page, hold: Hold): void {
    this.registry.register(token, hold, token);
    if (this.collect) hold.reference = new WeakRef(token);
    this.holds.add(hold);
  }

  /** Gives memory back now; a second time does nothing, nor does giving back a part. */
  free(allocation: HeapAllocation): void {
    const { home } = allocation;
    allocation.home = undefined;
    if (home instanceof Page) this.freeSmall(home, granulesOf(allocation.bytes));
    else if (home !== undefined) {
      this.registry.unregister(allocation);
      this.release(home);
    }
  }

  private freeSmall(page: Page, granules: number): void {
    page.hold.count--;
    page.hold.granules -= granules;
    this.count--;
    this.heldGranules -= granules;
    if (page.hold.count > 0) return;
    page.used = 0;
    if (page === this.page) return;
    this.registry.unregister(page);
    this.release(page.hold);
  }

  /** What an allocation takes of the heap: its bytes and what fills up its last granule. */
  bytesOf({ home, bytes }: HeapAllocation): number {
    return home === undefined ? 0 : granulesOf(bytes) * granule;
  }
  report(): MemoryReport {
    return {
      held: this.heldGranules * granule,
      allocations: this.count,
      reserved: this.buffer.byteLength,
      peak: this.peakGranules * granule,
      limit: this.maximumPages * pageBytes,
    };
  }
  /** Counts the peak from what is held now. */
  resetPeak(): void {
    this.peakGranules = this.heldGranules;
  }
  /** How many blocks the pool is cut into, free or taken: 2 when nothing is held (the reserved one and the rest), 4 with a page for small ones between. */
  get blocks(): number {
    return this.fit.blocks;
  }

  private release(hold: Hold): void {
    const { block } = hold;
    if (block === gone) return;
    hold.block = gone;
    this.holds.delete(hold);
    this.heldGranules -= hold.granules;
    this.count -= hold.count;
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
    const before = this.holds.size;
    for (const hold of this.holds) if (hold.reference !== undefined && hold.reference.deref() === undefined) this.release(hold);
    return this.holds.size < before;
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
    const { held, allocations, reserved, limit } = this.report();
    const largest = [...this.holds].filter(({ holder }) => holder !== undefined).sort((a, b) => b.granules - a.granules).slice(0, mostNamed);
    const named = largest.map(({ holder, granules }) => holder && `${holder.dtype} ${formatShape(holder.shape)} ${sizeText(granules * granule)}`);
    return new OutOfMemoryError(
      `out of memory: cannot allocate ${sizeText(bytes)}; ${sizeText(held)} are held by ${allocations} tensors` +
      `${named.length > 0 ? ` (the largest: ${named.join(", ")})` : ""}, ${sizeText(reserved)} of at most ${sizeText(limit)} are reserved. ` +
      `Drop tensors that are no longer needed, work on smaller batches, or end what is temporary with scope(…) or using`,
    );
  }
}

/** How many of the largest tensors an OutOfMemoryError names. */
const mostNamed = 5;

function sizeText(bytes: number): string {
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
