/**
 * @file The order of the elements of a row: unsigned keys that sort as the elements do, and a stable radix sort of their positions.
 * Sorting, ranks, unique values and quantiles ask here. Knows typed arrays, not tensors.
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
    if (this.length <= shortRow) this.insert();
    else {
      if (this.low) this.sortBy(this.low);
      this.sortBy(this.high);
    }
    return this.positions;
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

  private insert(): void {
    const { high, low, positions, length } = this;
    for (let i = 1; i < length; i++) {
      const [top, bottom] = [high[i], low ? low[i] : 0];
      let j = i;
      while (j > 0) {
        const before = positions[j - 1];
        if (high[before] < top || (high[before] === top && (low ? low[before] : 0) <= bottom)) break;
        positions[j] = before;
        j--;
      }
      positions[j] = i;
    }
  }

  /** Least significant digit first; a digit that all keys share costs only its counting. */
  private sortBy(keys: Uint32Array): void {
    const { counts, length, bits } = this;
    const mask = (1 << bits) - 1;
    for (let shift = 0; shift < 32; shift += bits) {
      counts.fill(0);
      for (let i = 0; i < length; i++) counts[(keys[i] >>> shift) & mask]++;
      if (counts[(keys[0] >>> shift) & mask] === length) continue;
      let total = 0;
      for (let digit = 0; digit <= mask; digit++) {
        const count = counts[digit];
        counts[digit] = total;
        total += count;
      }
      const { positions, spare } = this;
      for (let i = 0; i < length; i++) {
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
