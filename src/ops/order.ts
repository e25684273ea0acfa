/**
 * @file The order of the elements of a row: unsigned keys that sort as the elements do, a stable radix sort of their positions, and a
 * selection that finds one rank, or the first few, without sorting the rest. Sorting, ranks, unique values and quantiles ask here. Knows
 * typed arrays, not tensors.
 *
 * NaN is above every number (PyTorch's rule), -0 equals 0, and what is equal keeps its order, also in descending order.
 */
import { isFloating, itemSize, type DType, type TypedArray } from "../core/dtype.js";

/** Rows up to here are sorted by insertion, which needs no counters. */
const shortRow = 48;
/** From here on digits of 11 bits pay for their larger tables. */
const longRow = 4096;
const signBit = 0x80000000;

/** Puts the positions of rows of one length into order. Its arrays are used again for each row. */
export class RowOrder {
  private readonly high: Uint32Array;
  private readonly low: Uint32Array | undefined;
  private positions: Uint32Array;
  private spare: Uint32Array;
  private readonly bits: 8 | 11;
  private readonly counts: Uint32Array;

  constructor(
    private readonly dtype: DType,
    readonly length: number,
    private readonly descending: boolean,
  ) {
    this.high = new Uint32Array(length);
    this.low = itemSize(dtype) === 8 ? new Uint32Array(length) : undefined;
    this.positions = new Uint32Array(length);
    this.spare = new Uint32Array(length);
    this.bits = length < longRow ? 8 : 11;
    this.counts = new Uint32Array(1 << this.bits);
  }

  /** The positions 0..length-1 of the row `data[start + i * stride]` in order. Valid until the next call. */
  of(data: TypedArray, start: number, stride: number): Uint32Array {
    this.fillKeys(data, start, stride);
    for (let i = 0; i < this.length; i++) this.positions[i] = i;
    this.sortFirst(this.length);
    return this.positions;
  }

  /** The position that `of` would put at a rank. */
  at(data: TypedArray, start: number, stride: number, rank: number): number {
    if (this.length <= shortRow) return this.of(data, start, stride)[rank];
    this.fillKeys(data, start, stride);
    return this.positions[this.select(rank)];
  }

  /** The first `count` positions that `of` would give, and others after them. Valid until the next call. */
  first(data: TypedArray, start: number, stride: number, count: number): Uint32Array {
    if (this.length <= shortRow || count > this.length / 4) return this.of(data, start, stride);
    if (count === 0) return this.positions;
    this.fillKeys(data, start, stride);
    let equals = this.select(count - 1) + 1;
    const { high, low, positions, length } = this;
    const last = positions[equals - 1];
    const [top, bottom] = [high[last], low ? low[last] : 0];
    for (let i = 0, to = 0; i < length && to < count; i++) {
      if (high[i] > top) continue;
      if (high[i] === top && low !== undefined && low[i] > bottom) continue;
      if (high[i] === top && (low === undefined || low[i] === bottom) && equals-- <= 0) continue;
      positions[to++] = i;
    }
    this.sortFirst(count);
    return this.positions;
  }

  /** Puts the first `count` positions in order. */
  private sortFirst(count: number): void {
    if (count <= shortRow) return this.insert(count);
    if (this.low) this.sortBy(this.low, count);
    this.sortBy(this.high, count);
  }

  /**
   * Leaves in `positions`, in their order, the elements that equal the one of a rank, and gives its number among them: digit by digit from
   * the highest, only those remain that share the digit of the rank.
   */
  private select(rank: number): number {
    let [left, count] = [rank, this.length];
    for (const keys of this.low ? [this.high, this.low] : [this.high]) {
      for (let top = 32; top > 0 && count > 1; top -= this.bits) {
        const shift = Math.max(0, top - this.bits);
        const digit = this.countDigits(keys, shift, top - shift, count, left);
        left -= digit.below;
        count = this.keepDigit(keys, shift, top - shift, count, digit.value);
      }
    }
    return left;
  }

  /** Of the candidates, the digit that has the rank, and how many have a lower one. Candidates are all elements at first. */
  private countDigits(keys: Uint32Array, shift: number, bits: number, count: number, rank: number): { readonly value: number; readonly below: number } {
    const { counts, positions, length } = this;
    const mask = (1 << bits) - 1;
    counts.fill(0);
    if (count === length) for (let i = 0; i < length; i++) counts[(keys[i] >>> shift) & mask]++;
    else for (let i = 0; i < count; i++) counts[(keys[positions[i]] >>> shift) & mask]++;
    let below = 0;
    let value = 0;
    while (below + counts[value] <= rank) below += counts[value++];
    return { value, below };
  }

  private keepDigit(keys: Uint32Array, shift: number, bits: number, count: number, digit: number): number {
    const { positions, length } = this;
    const mask = (1 << bits) - 1;
    let kept = 0;
    if (count === length) {
      for (let i = 0; i < length; i++) if (((keys[i] >>> shift) & mask) === digit) positions[kept++] = i;
      return kept;
    }
    for (let i = 0; i < count; i++) {
      const position = positions[i];
      if (((keys[position] >>> shift) & mask) === digit) positions[kept++] = position;
    }
    return kept;
  }

  private fillKeys(data: TypedArray, start: number, stride: number): void {
    const { dtype, high, low, length } = this;
    if (low) this.fillWideKeys(data, start, stride, low);
    else if (dtype === "float32") {
      const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
      for (let i = 0; i < length; i++) high[i] = floatKey(words[start + i * stride]);
    } else if (!(data instanceof BigInt64Array)) {
      const offset = dtype === "bool" || dtype === "uint8" ? 0 : signBit;
      for (let i = 0; i < length; i++) high[i] = (data[start + i * stride] ^ offset) >>> 0;
    }
    if (!this.descending) return;
    for (let i = 0; i < length; i++) high[i] = ~high[i];
    if (low) for (let i = 0; i < length; i++) low[i] = ~low[i];
  }

  private fillWideKeys(data: TypedArray, start: number, stride: number, low: Uint32Array): void {
    const { high, length } = this;
    const floating = isFloating(this.dtype);
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
    for (let i = 0; i < length; i++) {
      const at = 2 * (start + i * stride);
      const [bottom, top] = [words[at], words[at + 1]];
      if (!floating) {
        high[i] = top ^ signBit;
        low[i] = bottom;
      } else if ((top & 0x7fffffff) > 0x7ff00000 || ((top & 0x7fffffff) === 0x7ff00000 && bottom !== 0)) {
        high[i] = 0xffffffff;
        low[i] = 0xffffffff;
      } else if ((top & signBit) === 0 || (top === signBit && bottom === 0)) {
        high[i] = top | signBit;
        low[i] = bottom;
      } else {
        high[i] = ~top;
        low[i] = ~bottom;
      }
    }
  }

  private insert(count: number): void {
    const { high, low, positions } = this;
    for (let i = 1; i < count; i++) {
      const position = positions[i];
      const [top, bottom] = [high[position], low ? low[position] : 0];
      let j = i;
      while (j > 0) {
        const before = positions[j - 1];
        if (high[before] < top || (high[before] === top && (low ? low[before] : 0) <= bottom)) break;
        positions[j] = before;
        j--;
      }
      positions[j] = position;
    }
  }

  /** Least significant digit first; a digit that all keys share costs only its counting. */
  private sortBy(keys: Uint32Array, count: number): void {
    const { counts, length, bits } = this;
    const mask = (1 << bits) - 1;
    for (let shift = 0; shift < 32; shift += bits) {
      counts.fill(0);
      const { positions, spare } = this;
      if (count === length) for (let i = 0; i < length; i++) counts[(keys[i] >>> shift) & mask]++;
      else for (let i = 0; i < count; i++) counts[(keys[positions[i]] >>> shift) & mask]++;
      if (counts[(keys[positions[0]] >>> shift) & mask] === count) continue;
      let total = 0;
      for (let digit = 0; digit <= mask; digit++) {
        const here = counts[digit];
        counts[digit] = total;
        total += here;
      }
      for (let i = 0; i < count; i++) {
        const position = positions[i];
        spare[counts[(keys[position] >>> shift) & mask]++] = position;
      }
      this.positions = spare;
      this.spare = positions;
    }
  }
}

/** The bits of a float32 as a number that sorts like it. */
function floatKey(word: number): number {
  if ((word & 0x7fffffff) > 0x7f800000) return 0xffffffff;
  if ((word & signBit) === 0 || word === signBit) return (word | signBit) >>> 0;
  return ~word >>> 0;
}
