/**
 * @file Two-level segregated fit over an abstract range of granules: where a block of a size lies, in constant time, with
 * neighbours merged when they are free. The heap owns one; nothing here knows of memory, bytes or garbage.
 *
 * Source: M. Masmano, I. Ripoll, A. Crespo, J. Real: TLSF, a new dynamic memory allocator for real-time systems (2004).
 */

/** Subdivisions of a power of two, as a power of two itself. */
const fineBits = 4;
const fine = 1 << fineBits;
/** Sizes up to 2^27 granules: more than 4 GiB in granules of 64 bytes. */
const coarse = 28;
const none = -1;

/** A block by its number; numbers are used again after the block has gone. */
export type Block = number;

/** Which list a free block of this size belongs to. */
function listOf(size: number): number {
  if (size < fine) return size;
  const power = 31 - Math.clz32(size);
  return ((power - fineBits + 1) << fineBits) | ((size >>> (power - fineBits)) & (fine - 1));
}

/** The first list all of whose blocks hold `size`: the size rounded up to the next subdivision. */
function listHolding(size: number): number {
  if (size < fine) return size;
  const power = 31 - Math.clz32(size);
  return listOf(size + (1 << (power - fineBits)) - 1);
}

/**
 * The book-keeping of one range [0, length). Every block is in a chain with its neighbours in address order; free blocks
 * are in a list of their size as well.
 */
export class SegregatedFit {
  private readonly start: number[] = [];
  private readonly size: number[] = [];
  private readonly before: Block[] = [];
  private readonly after: Block[] = [];
  private readonly taken: boolean[] = [];
  private readonly previousFree: Block[] = [];
  private readonly nextFree: Block[] = [];
  private readonly spareNumbers: Block[] = [];
  private readonly heads: Block[] = Array.from({ length: coarse * fine }, () => none);
  private readonly fineMaps = new Int32Array(coarse);
  private coarseMap = 0;
  private last: Block = none;
  private end = 0;

  /** Granules in the range, taken or free. */
  get length(): number {
    return this.end;
  }
  /** How many blocks there are, taken or free: 1 when everything is free again. */
  get blocks(): number {
    return this.start.length - this.spareNumbers.length;
  }
  /** First granule of a block. */
  startOf(block: Block): number {
    return this.start[block];
  }
  sizeOf(block: Block): number {
    return this.size[block];
  }
  /** Free granules at the very end of the range, which growing would lengthen. */
  get freeAtEnd(): number {
    return this.last !== none && !this.taken[this.last] ? this.size[this.last] : 0;
  }

  /** Adds granules at the end of the range. */
  grow(granules: number): void {
    const block = this.make(this.end, granules, this.last, none);
    if (this.last !== none) this.after[this.last] = block;
    this.last = block;
    this.end += granules;
    this.taken[block] = true;
    this.give(block);
  }

  /** Takes a block of exactly `size` granules, or gives undefined where no free block is known to hold them. */
  take(size: number): Block | undefined {
    const block = this.find(size);
    if (block === none) return undefined;
    this.unlink(block);
    this.taken[block] = true;
    const rest = this.size[block] - size;
    if (rest > 0) {
      this.size[block] = size;
      const next = this.after[block];
      const remainder = this.make(this.start[block] + size, rest, block, next);
      this.after[block] = remainder;
      if (next === none) this.last = remainder;
      else this.before[next] = remainder;
      this.link(remainder);
    }
    return block;
  }

  /** Gives a taken block back and merges it with free neighbours. */
  give(block: Block): void {
    this.taken[block] = false;
    const next = this.after[block];
    if (next !== none && !this.taken[next]) {
      this.unlink(next);
      this.absorb(block, next);
    }
    const previous = this.before[block];
    if (previous !== none && !this.taken[previous]) {
      this.unlink(previous);
      this.absorb(previous, block);
      this.link(previous);
    } else this.link(block);
  }

  private make(start: number, size: number, before: Block, after: Block): Block {
    const block = this.spareNumbers.pop() ?? this.start.length;
    this.start[block] = start;
    this.size[block] = size;
    this.before[block] = before;
    this.after[block] = after;
    this.taken[block] = false;
    this.previousFree[block] = none;
    this.nextFree[block] = none;
    return block;
  }

  /** `left` takes over the granules of `right`, its neighbour, which ceases to be. */
  private absorb(left: Block, right: Block): void {
    this.size[left] += this.size[right];
    const next = this.after[right];
    this.after[left] = next;
    if (next === none) this.last = left;
    else this.before[next] = left;
    this.spareNumbers.push(right);
  }

  private find(size: number): Block {
    const list = listHolding(size);
    let row = list >> fineBits;
    if (row >= coarse) return none;
    let map = this.fineMaps[row] & (-1 << (list & (fine - 1)));
    if (map === 0) {
      const rows = row === 31 ? 0 : this.coarseMap & (-1 << (row + 1));
      if (rows === 0) return none;
      row = lowestBit(rows);
      map = this.fineMaps[row];
    }
    return this.heads[(row << fineBits) | lowestBit(map)];
  }

  private link(block: Block): void {
    const list = listOf(this.size[block]);
    const head = this.heads[list];
    this.previousFree[block] = none;
    this.nextFree[block] = head;
    if (head !== none) this.previousFree[head] = block;
    this.heads[list] = block;
    this.fineMaps[list >> fineBits] |= 1 << (list & (fine - 1));
    this.coarseMap |= 1 << (list >> fineBits);
  }

  private unlink(block: Block): void {
    const [previous, next] = [this.previousFree[block], this.nextFree[block]];
    if (next !== none) this.previousFree[next] = previous;
    if (previous !== none) {
      this.nextFree[previous] = next;
      return;
    }
    const list = listOf(this.size[block]);
    this.heads[list] = next;
    if (next !== none) return;
    const row = list >> fineBits;
    this.fineMaps[row] &= ~(1 << (list & (fine - 1)));
    if (this.fineMaps[row] === 0) this.coarseMap &= ~(1 << row);
  }
}

const lowestBit = (map: number): number => 31 - Math.clz32(map & -map);
