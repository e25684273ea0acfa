/**
 * @file Accumulators: how a reduction starts, takes four elements, and ends in one value. Several copies run side by side, so
 * that additions do not wait for each other. The two reducing loops own them; they know no axes.
 *
 * Floating sums are kept exact enough by blocks: the copies add a bounded number of elements each, and go to a float64 total.
 */
import type { DType } from "../../core/dtype.js";
import type { FoldOp, Reduction } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { cast } from "./casts.js";
import { isWide, stepElements, type Code, type Value } from "./code.js";
import { binary, compare, extremeOf, foldOperation, identityOf } from "./operations.js";

/** One accumulator. */
export interface Reducer {
  /** Whether `flush` must be called from time to time. */
  readonly blocked: boolean;
  /** Sets copies and totals to the identity. */
  start(): void;
  /** Sets the copies to the identity. */
  reset(): void;
  /** Folds four elements, given as values of the body, into a copy; with a mask, only where it is set. */
  fold(copy: number, body: (instruction: number) => Value, mask?: Local): void;
  /** Adds the copies to the totals and resets them. */
  flush(): void;
  /** All copies, totals and lanes in one: the result in the first lane. */
  finish(): Value;
  /** Where the copies are: for each vector of a copy the locals of it, one a copy. Only of those that can be compiled for wide vectors. */
  vectors?(): readonly (readonly Local[])[];
  /** Says that so many steps have been folded, one into each copy from the first on. */
  advance?(steps: number): void;
}

/** One that can keep the totals of four columns in a scratch record. */
export interface ColumnReducer extends Reducer {
  readonly recordBytes: number;
  /** Writes a copy as the totals of a record, or folds it into them. */
  save(copy: number, address: Local, offset: number): void;
  merge(copy: number, address: Local, offset: number): void;
  /** The results of the four columns of a record. */
  load(address: Local, offset: number): Value;
}

export function makeReducer(code: Code, reduction: Reduction, body: (instruction: number) => DType, copies: number): ColumnReducer {
  if ("index" in reduction) return new ExtremeReducer(code, reduction, body(reduction.value), copies);
  return new FoldReducer(code, reduction, body(reduction.value), copies);
}

/** The body values that a reduction folds. */
export const reducedValues = (reduction: Reduction): number[] =>
  "index" in reduction ? [reduction.value, reduction.index] : [reduction.value];

/** How many v128 the accumulator of a reduction takes. */
export const accumulatorVectors = (reduction: Reduction): number =>
  (isWide(reduction.dtype) ? 2 : 1) * (reduction.op === "argmin" || reduction.op === "argmax" || isFloatExtreme(reduction) ? 2 : 1);

/** Extremes of floats take a mask beside each value. */
const isFloatExtreme = ({ op, dtype }: Reduction): boolean => (op === "min" || op === "max") && (dtype === "float32" || dtype === "float64");

const vectorsOf = (dtype: DType): number => (isWide(dtype) ? 2 : 1);

function newLocals(code: Code, dtype: DType): Value {
  return { dtype, parts: Array.from({ length: vectorsOf(dtype) }, () => code.f.local("v128")) };
}
function assign(code: Code, target: Value, value: Value): void {
  target.parts.forEach((local, i) => code.copy(value.parts[i], local));
}
function storeRecord(code: Code, address: Local, offset: number, value: Value): void {
  value.parts.forEach((part, i) => {
    code.f.get(address);
    code.f.get(part);
    code.f.memory("v128.store", offset + 16 * i);
  });
}
function loadRecord(code: Code, address: Local, offset: number, dtype: DType): Value {
  const parts = Array.from({ length: vectorsOf(dtype) }, (_, i) => {
    code.f.get(address);
    code.f.memory("v128.load", offset + 16 * i);
    return code.taken();
  });
  return { dtype, parts };
}

/** From the vectors of each copy to the copies of each vector. */
const acrossCopies = (copies: readonly (readonly Local[])[]): readonly (readonly Local[])[] => copies[0].map((_, part) => copies.map((parts) => parts[part]));

/** Sums, products, extremes, any and all of values of a dtype, which is the result's but for some floating sums. */
class FoldReducer implements ColumnReducer {
  readonly recordBytes: number;
  readonly blocked: boolean;
  private readonly copies: readonly Value[];
  private readonly total: Value;
  private readonly identity: Value;
  private readonly totalDType: DType;
  /** For floating extremes: masks of the lanes that have seen a NaN, for each copy. */
  private readonly unordered: readonly (readonly Local[])[] | undefined;

  constructor(
    private readonly code: Code, private readonly reduction: Extract<Reduction, { readonly op: FoldOp }>, dtype: DType, copies: number,
  ) {
    const { op } = reduction;
    this.blocked = op === "sum" && (dtype === "float32" || dtype === "float64");
    this.totalDType = this.blocked ? "float64" : dtype;
    this.recordBytes = 16 * vectorsOf(this.totalDType);
    this.copies = Array.from({ length: copies }, () => newLocals(code, dtype));
    this.unordered = isFloatExtreme(reduction) ? this.copies.map(() => newLocals(code, dtype).parts) : undefined;
    this.total = newLocals(code, this.totalDType);
    this.identity = code.literalOf(dtype, identityOf(op, dtype));
  }
  private combine(a: Value, b: Value): Value {
    return binary(this.code, foldOperation[this.reduction.op], a, b);
  }

  vectors(): readonly (readonly Local[])[] {
    return [...acrossCopies(this.copies.map(({ parts }) => parts)), ...acrossCopies(this.unordered ?? [[]])];
  }
  start(): void {
    this.reset();
    if (this.blocked) assign(this.code, this.total, this.code.literalOf(this.totalDType, 0));
  }
  reset(): void {
    for (const copy of this.copies) assign(this.code, copy, this.identity);
    for (const mask of this.unordered?.flat() ?? []) this.code.assign(mask, () => this.code.f.v128(new Uint8Array(16)));
  }
  fold(copy: number, body: (instruction: number) => Value, mask?: Local): void {
    this.code.scope(() => {
      const value = body(this.reduction.value);
      const live = mask === undefined ? value : this.code.choose(mask, value, this.identity);
      if (this.unordered) this.foldExtreme(this.copies[copy].parts, this.unordered[copy], live);
      else assign(this.code, this.copies[copy], this.combine(this.copies[copy], live));
    });
  }
  /**
   * f32x4.max is eight instructions on x86, for NaN's and for zeros' sake. `pmax` is one: asked both ways round, its answers differ
   * for zeros, of which `and` gives the larger and `or` the smaller, and for NaN, which is noted apart.
   */
  private foldExtreme(best: readonly Local[], unordered: readonly Local[], { dtype, parts }: Value): void {
    const { code } = this;
    const kind = dtype === "float64" ? "f64x2" : "f32x4";
    const isMax = this.reduction.op === "max";
    parts.forEach((part, i) => {
      const [one, other] = [[best[i], part], [part, best[i]]].map(([a, b]) => code.op(isMax ? `${kind}.pmax` : `${kind}.pmin`, a, b));
      code.copy(code.op("v128.or", unordered[i], code.op(`${kind}.ne`, part, part)), unordered[i]);
      code.copy(code.op(isMax ? "v128.and" : "v128.or", one, other), best[i]);
    });
  }
  /** A copy's value: all bits set are a NaN. */
  private settled(copy: number): Value {
    const masks = this.unordered?.[copy];
    const { dtype, parts } = this.copies[copy];
    return masks === undefined ? this.copies[copy] : { dtype, parts: parts.map((part, i) => this.code.op("v128.or", part, masks[i])) };
  }
  /** The copies as one, in pairs, so that the order does not depend on how many there are to wait for. */
  private joined(): Value {
    let row: readonly Value[] = this.copies.map((_, copy) => this.settled(copy));
    while (row.length > 1) {
      row = row.flatMap((value, i) => (i % 2 === 0 ? [i + 1 < row.length ? this.combine(value, row[i + 1]) : value] : []));
    }
    return row[0];
  }
  flush(): void {
    if (!this.blocked) return;
    this.code.scope(() => {
      assign(this.code, this.total, this.combine(this.total, cast(this.code, this.joined(), this.totalDType)));
    });
    this.reset();
  }
  finish(): Value {
    const { code } = this;
    let value = this.blocked ? this.total : this.joined();
    for (const how of ["halves", "neighbours"] as const) value = this.combine(value, code.permuted(value, how));
    return cast(code, value, this.reduction.dtype);
  }
  save(copy: number, address: Local, offset: number): void {
    this.code.scope(() => storeRecord(this.code, address, offset, cast(this.code, this.settled(copy), this.totalDType)));
  }
  merge(copy: number, address: Local, offset: number): void {
    const { code } = this;
    code.scope(() => {
      const total = loadRecord(code, address, offset, this.totalDType);
      storeRecord(code, address, offset, this.combine(total, cast(code, this.settled(copy), this.totalDType)));
    });
  }
  load(address: Local, offset: number): Value {
    return cast(this.code, loadRecord(this.code, address, offset, this.totalDType), this.reduction.dtype);
  }
}

/** An extreme value so far and where it was. */
interface Extreme {
  readonly value: Value;
  readonly index: Value;
}

/** argmin and argmax. A lane that has seen nothing holds the worst value and the largest index, to which any element is preferred. */
class ExtremeReducer implements ColumnReducer {
  readonly recordBytes: number;
  readonly blocked = false;
  private readonly copies: readonly Extreme[];
  private readonly nothing: Extreme;

  constructor(
    private readonly code: Code, private readonly reduction: Extract<Reduction, { readonly op: "argmin" | "argmax" }>,
    private readonly valueDType: DType, copies: number,
  ) {
    const { op, dtype } = reduction;
    this.recordBytes = 16 * (vectorsOf(valueDType) + vectorsOf(dtype));
    this.copies = Array.from({ length: copies }, () => ({ value: newLocals(code, valueDType), index: newLocals(code, dtype) }));
    this.nothing = {
      value: code.literalOf(valueDType, extremeOf(valueDType, op === "argmin" ? "largest" : "smallest")),
      index: code.literalOf(dtype, extremeOf(dtype, "largest")),
    };
  }

  start(): void {
    this.reset();
  }
  reset(): void {
    for (const copy of this.copies) this.assign(copy, this.nothing);
  }
  private assign(target: Extreme, { value, index }: Extreme): void {
    assign(this.code, target.value, value);
    assign(this.code, target.index, index);
  }

  /** Where `next` is preferred: a better value, or the first NaN, or an equal value with a smaller index. */
  private preferred(best: Extreme, next: Extreme): Local {
    const { code, reduction } = this;
    const [worse, better] = reduction.op === "argmin" ? [best.value, next.value] : [next.value, best.value];
    const earlier = compare(code, "lt", next.index, best.index);
    const equal = compare(code, "eq", best.value, next.value);
    if (this.valueDType !== "float32" && this.valueDType !== "float64") {
      return code.op("v128.or", compare(code, "lt", better, worse), code.op("v128.and", equal, earlier));
    }
    // `not (worse <= better)` is also true where either is NaN.
    const notWorse = code.op("v128.not", compare(code, "le", worse, better));
    const [bestNaN, nextNaN] = [best, next].map(({ value }) => compare(code, "ne", value, value));
    const same = code.op("v128.or", equal, code.op("v128.and", bestNaN, nextNaN));
    return code.op("v128.or", code.op("v128.andnot", notWorse, bestNaN), code.op("v128.and", same, earlier));
  }
  private combine(best: Extreme, next: Extreme, mask?: Local): Extreme {
    const { code } = this;
    const wanted = this.preferred(best, next);
    const take = mask === undefined ? wanted : code.op("v128.and", wanted, mask);
    return { value: code.choose(take, next.value, best.value), index: code.choose(take, next.index, best.index) };
  }

  fold(copy: number, body: (instruction: number) => Value, mask?: Local): void {
    const { code, reduction, copies } = this;
    code.scope(() => {
      const next = { value: body(reduction.value), index: body(reduction.index) };
      this.assign(copies[copy], this.combine(copies[copy], next, mask));
    });
  }
  flush(): void {}
  finish(): Value {
    const { code } = this;
    let best = this.copies[0];
    for (const copy of this.copies.slice(1)) best = this.combine(best, copy);
    for (const how of ["halves", "neighbours"] as const) {
      best = this.combine(best, { value: code.permuted(best.value, how), index: code.permuted(best.index, how) });
    }
    return best.index;
  }
  private get indexOffset(): number {
    return 16 * vectorsOf(this.valueDType);
  }
  private store(address: Local, offset: number, { value, index }: Extreme): void {
    storeRecord(this.code, address, offset, value);
    storeRecord(this.code, address, offset + this.indexOffset, index);
  }
  save(copy: number, address: Local, offset: number): void {
    this.store(address, offset, this.copies[copy]);
  }
  merge(copy: number, address: Local, offset: number): void {
    const { code } = this;
    code.scope(() => {
      const total = {
        value: loadRecord(code, address, offset, this.valueDType),
        index: loadRecord(code, address, offset + this.indexOffset, this.reduction.dtype),
      };
      this.store(address, offset, this.combine(total, this.copies[copy]));
    });
  }
  load(address: Local, offset: number): Value {
    return loadRecord(this.code, address, offset + this.indexOffset, this.reduction.dtype);
  }
}

/** Bytes of the scratch records of so many columns, and one step more for a last step that is not full. */
export const scratchBytesOf = (reducers: readonly ColumnReducer[], columns: number): number =>
  reducers.reduce((sum, { recordBytes }) => sum + recordBytes, 0) * (Math.ceil(columns / stepElements) + 1);
