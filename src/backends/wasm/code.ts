/**
 * @file Code with values: what the emitter of loops writes to. Adds to the maths' vector code a pool of locals, values of any dtype
 * and the masks between 4-byte and 8-byte lanes. It knows dtypes and vectors, and no kernel.
 *
 * A step of every loop is four elements. A value of a dtype of at most 4 bytes is one v128 of four lanes: bool as a mask of
 * 0 or -1, integers as i32 within their dtype's range, float32. An 8-byte dtype takes two v128: elements 0-1 and 2-3.
 */
import type { DType } from "../../core/dtype.js";
import type { Local, ValueType } from "./assembler.js";
import { weave } from "./lockstep.js";
import { LocalsCode } from "./vector-code.js";

/** Elements of a step: what one value holds. */
export const stepElements = 4;

/** Four elements. */
export interface Value {
  readonly dtype: DType;
  readonly parts: readonly Local[];
}

export type LaneKind = "i32x4" | "f32x4" | "i64x2" | "f64x2";
const kinds: { readonly [D in DType]: LaneKind } = {
  bool: "i32x4", uint8: "i32x4", int8: "i32x4", int16: "i32x4", int32: "i32x4", int64: "i64x2", float32: "f32x4", float64: "f64x2",
};
/** How a dtype lies in a v128. */
export const laneKind = (dtype: DType): LaneKind => kinds[dtype];
/** Whether a value of the dtype takes two v128. */
export const isWide = (dtype: DType): boolean => dtype === "int64" || dtype === "float64";

/** The bytes of four-byte elements of a shuffle's operands: 0..3 of the first, 4..7 of the second. */
const words = (...lanes: readonly number[]): number[] => lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));
const evenWords = words(0, 2, 4, 6);
const firstWord = words(0, 0, 0, 0);
const firstHalf = words(0, 1, 0, 1);
/** Of two vectors: both lower halves, both upper ones; their elements by turns, of the lower halves and of the upper. */
export const lowHalves = words(0, 1, 4, 5);
export const highHalves = words(2, 3, 6, 7);
const lowByTurns = words(0, 4, 1, 5);
const highByTurns = words(2, 6, 3, 7);
const swappedHalves = words(2, 3, 0, 1);
const swappedPairs = words(1, 0, 3, 2);

export class Code extends LocalsCode {
  private pools = emptyPools();
  /** The pools of the second of two pieces that are woven together: their locals are in use at the same time. */
  private otherPools = emptyPools();
  private readonly regions: [ValueType, Local][][] = [];

  /** A local that is free again when the region it is taken in ends. */
  take(type: ValueType): Local {
    const local = this.pools[type].pop() ?? this.f.local(type);
    this.regions.at(-1)?.push([type, local]);
    return local;
  }
  protected override result(): Local {
    const local = this.take("v128");
    this.f.set(local);
    return local;
  }
  /** Takes the v128 on the operand stack into a local. */
  taken(): Local {
    return this.result();
  }

  /** Frees the locals that `inside` takes, but for those it returns, which become the surrounding region's. */
  region(inside: () => readonly Local[]): readonly Local[] {
    const taken: [ValueType, Local][] = [];
    this.regions.push(taken);
    const kept = inside();
    this.regions.pop();
    const outer = this.regions.at(-1);
    for (const entry of taken) {
      if (kept.includes(entry[1])) outer?.push(entry);
      else this.pools[entry[0]].push(entry[1]);
    }
    return kept;
  }
  /** A region that leaves nothing but what it wrote. */
  scope(inside: () => void): void {
    this.region(() => {
      inside();
      return [];
    });
  }
  /** Two pieces of code that do the same and do not depend on each other, in lockstep. */
  lockstep(first: () => void, second: () => void): void {
    const low = this.f.recorded(first);
    [this.pools, this.otherPools] = [this.otherPools, this.pools];
    const high = this.f.recorded(second);
    [this.pools, this.otherPools] = [this.otherPools, this.pools];
    weave(this, low, high);
  }
  /** A region whose result is one value. */
  keep(inside: () => Value): Value {
    let value: Value | undefined;
    this.region(() => (value = inside()).parts);
    return value!;
  }

  /** local = value of `push`. */
  assign(local: Local, push: () => void): void {
    push();
    this.f.set(local);
  }
  /** local += amount, both i32. */
  increase(local: Local, amount: number): void {
    this.f.get(local);
    this.f.i32(amount);
    this.f.op("i32.add");
    this.f.set(local);
  }
  /** local += another local, both i32. */
  increaseBy(local: Local, amount: Local): void {
    this.f.get(local);
    this.f.get(amount);
    this.f.op("i32.add");
    this.f.set(local);
  }
  /** local -= another local, both i32. */
  decreaseBy(local: Local, amount: Local): void {
    this.f.get(local);
    this.f.get(amount);
    this.f.op("i32.sub");
    this.f.set(local);
  }
  copy(from: Local, to: Local): void {
    this.f.get(from);
    this.f.set(to);
  }

  /** A literal of the dtype in every lane; for bool 0 or 1. Integers are taken modulo their width. */
  literalOf(dtype: DType, value: number | bigint): Value {
    return { dtype, parts: this.literalParts(dtype, value) };
  }
  private literalParts(dtype: DType, value: number | bigint): readonly Local[] {
    if (dtype === "int64") return twice(this.i64(BigInt(value)));
    const number = Number(value);
    if (dtype === "float64") return twice(this.f64(number));
    if (dtype === "float32") return [this.f32(number)];
    return [this.i32(dtype === "bool" ? -number : number)];
  }

  /** A mask of four 32-bit lanes from one of 2 x 2 64-bit lanes. */
  narrowMask(parts: readonly Local[]): Local {
    return this.shuffle(parts[0], parts[1], evenWords);
  }
  /** Masks of 2 x 2 64-bit lanes from one of four 32-bit lanes. */
  widenMask(mask: Local): readonly Local[] {
    return [this.op("i64x2.extend_low_i32x4_s", mask), this.op("i64x2.extend_high_i32x4_s", mask)];
  }
  /** The lower 32 bits of four 64-bit lanes. */
  lowWords(parts: readonly Local[]): Local {
    return this.shuffle(parts[0], parts[1], evenWords);
  }
  /** The lower halves of two vectors, one after the other. */
  joinHalves(low: Local, high: Local): Local {
    return this.shuffle(low, high, lowHalves);
  }
  /** The upper halves of two vectors, one after the other. */
  joinHighHalves(low: Local, high: Local): Local {
    return this.shuffle(low, high, highHalves);
  }
  /** The upper half of a vector in the lower. */
  highHalf(x: Local): Local {
    return this.shuffle(x, x, swappedHalves);
  }

  /** Four vectors of four-byte elements, their rows and columns exchanged. */
  transposed([a, b, c, d]: readonly Local[]): readonly Local[] {
    const [ab, cd] = [this.shuffle(a, b, lowByTurns), this.shuffle(c, d, lowByTurns)];
    const [abHigh, cdHigh] = [this.shuffle(a, b, highByTurns), this.shuffle(c, d, highByTurns)];
    return [ab, abHigh].flatMap((pairs, i) => [lowHalves, highHalves].map((lanes) => this.shuffle(pairs, [cd, cdHigh][i], lanes)));
  }

  /** mask ? then : otherwise, lane by lane. */
  choose(mask: Local, then: Value, otherwise: Value): Value {
    const masks = isWide(then.dtype) ? this.widenMask(mask) : [mask];
    return { dtype: then.dtype, parts: then.parts.map((x, i) => this.op("v128.bitselect", x, otherwise.parts[i], masks[i])) };
  }

  /** The first element in all four places. */
  splat({ dtype, parts }: Value): Value {
    if (dtype === "float32") {
      // A scalar in every lane, which V8 has for wide vectors too; a shuffle it has not.
      this.f.get(parts[0]);
      this.f.lane("f32x4.extract_lane", 0);
      this.f.simd("f32x4.splat");
      return { dtype, parts: [this.result()] };
    }
    if (!isWide(dtype)) return { dtype, parts: [this.shuffle(parts[0], parts[0], firstWord)] };
    return { dtype, parts: twice(this.shuffle(parts[0], parts[0], firstHalf)) };
  }
  /** The four elements with their halves swapped, or with neighbours swapped. */
  permuted(value: Value, how: "halves" | "neighbours"): Value {
    const { dtype, parts } = value;
    if (isWide(dtype)) {
      return { dtype, parts: how === "halves" ? [parts[1], parts[0]] : parts.map((x) => this.shuffle(x, x, swappedHalves)) };
    }
    return { dtype, parts: parts.map((x) => this.shuffle(x, x, how === "halves" ? swappedHalves : swappedPairs)) };
  }

  /** Four lanes, each from a scalar that `push` leaves on the operand stack. */
  lanes(kind: "i32x4" | "f32x4", push: (lane: number) => void): Local;
  lanes(kind: "i64x2" | "f64x2", push: (lane: number) => void): Local;
  lanes(kind: LaneKind, push: (lane: number) => void): Local {
    const { f } = this;
    push(0);
    f.simd(`${kind}.splat`);
    for (let lane = 1; lane < (kind === "i32x4" || kind === "f32x4" ? 4 : 2); lane++) {
      push(lane);
      f.lane(`${kind}.replace_lane`, lane);
    }
    return this.result();
  }
}

const emptyPools = (): Record<ValueType, Local[]> => ({ i32: [], i64: [], f32: [], f64: [], v128: [] });
const twice = (local: Local): readonly Local[] => [local, local];
