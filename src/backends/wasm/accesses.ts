/**
 * @file Loads and stores: how four elements come from where a cursor stands and go there, for every dtype and step. The
 * evaluator calls it a step at a time; it knows no operations and no loops.
 *
 * Neighbouring elements are read whole, past the end of the buffer too (the heap keeps spare bytes); elements apart from each
 * other are read one by one, and never past the last live one. Only live elements are written.
 */
import { itemSize, type DType } from "../../core/dtype.js";
import type { Local } from "./assembler.js";
import { isWide, stepElements, type Value } from "./code.js";
import type { Cursors, Emission } from "./emission.js";
import { scalarLoad } from "./taking.js";

/** Several steps of the innermost loop that are written one after the other, and where they stand. */
export class Strip {
  /** Elements of one-byte and two-byte accesses, read for the whole strip at once: access → eight as i16 lanes, each. */
  private readonly packed = new Map<number, Local[]>();
  /** Where the accesses of step "other" stand in the present step. */
  private readonly walking = new Map<number, Local>();

  constructor(
    readonly e: Emission, readonly cursors: Cursors,
    /** Number of steps, and where it is one, a local with how many of its elements are live. */
    readonly steps: number, readonly live?: Local,
  ) {}

  /** Goes from one step to the next. */
  advance(accesses: Iterable<number>): void {
    const { e } = this;
    for (const access of accesses) {
      if (e.kernel.accesses[access].step !== "other") continue;
      const far = e.strideTimes(access, stepElements);
      let place = this.walking.get(access);
      if (place === undefined) {
        place = e.code.take(e.parameters.width(access));
        e.code.copy(this.cursors.get(access)!, place);
        this.walking.set(access, place);
      }
      e.move(access, place, () => e.f.get(far));
    }
  }
  private place(access: number): Local {
    return this.walking.get(access) ?? this.cursors.get(access)!;
  }

  /** Reads what the strip needs of packed accesses of step "unit". */
  prefetch(accesses: Iterable<number>): void {
    const { e, steps } = this;
    for (const access of accesses) {
      const { buffer, dtype, step } = e.kernel.accesses[access];
      if (buffer < 0 || step !== "unit" || itemSize(dtype) > 2) continue;
      const bytes = steps * stepElements * itemSize(dtype);
      const chunks: Local[] = [];
      for (let at = 0; at < bytes; at += 16) {
        e.f.get(this.cursors.get(access)!);
        e.f.memory(bytes - at >= 16 ? "v128.load" : bytes - at === 8 ? "v128.load64_zero" : "v128.load32_zero", at);
        const chunk = e.code.taken();
        if (itemSize(dtype) === 2) chunks.push(chunk);
        else chunks.push(...this.widened(dtype, chunk, bytes - at > 8));
      }
      this.packed.set(access, chunks);
    }
  }

  /** What `prefetch` read of a packed access: eight elements as i16 lanes a vector, bools as masks. */
  eights(access: number): readonly Local[] {
    return this.packed.get(access) ?? [];
  }

  /** One-byte elements as i16 lanes; bools as masks. */
  private widened(dtype: DType, chunk: Local, both: boolean): Local[] {
    const { code } = this.e;
    const sign = dtype === "uint8" ? "u" : "s";
    const bytes = dtype === "bool" ? code.op("i8x16.neg", chunk) : chunk;
    const low = code.op(`i16x8.extend_low_i8x16_${sign}`, bytes);
    return both ? [low, code.op(`i16x8.extend_high_i8x16_${sign}`, bytes)] : [low];
  }

  /** Four elements that lie along the vector axis, in step number `s`. */
  load(access: number, s: number): Value {
    const { dtype, step } = this.e.kernel.accesses[access];
    if (step === "other") return this.loadApart(access, dtype);
    if (itemSize(dtype) <= 2) return { dtype, parts: [this.unpack(access, dtype, s)] };
    const parts = (isWide(dtype) ? [0, 16] : [0]).map((at) => {
      this.e.f.get(this.cursors.get(access)!);
      this.e.f.memory("v128.load", s * stepElements * itemSize(dtype) + at);
      return this.e.code.taken();
    });
    return { dtype, parts };
  }

  /** Widens four packed elements to i32 lanes. */
  private unpack(access: number, dtype: DType, s: number): Local {
    const eight = this.packed.get(access)![s >> 1];
    return this.e.code.op(`i32x4.extend_${s % 2 === 0 ? "low" : "high"}_i16x8_${dtype === "uint8" ? "u" : "s"}`, eight);
  }

  /** Four elements at any distance, one after the other. */
  private loadApart(access: number, dtype: DType): Value {
    const { code, f } = this.e;
    const place = code.take("i32");
    code.copy(this.place(access), place);
    const vectors: Local[] = [];
    const lanes = isWide(dtype) ? 2 : stepElements;
    for (let element = 0; element < stepElements; element++) {
      const lane = element % lanes;
      if (element > 0) this.toNextElement(access, place, element);
      if (lane === 0) {
        f.get(place);
        this.loadFirstLane(dtype);
        vectors.push(code.taken());
        continue;
      }
      const vector = vectors[vectors.length - 1];
      if (itemSize(dtype) >= 4) {
        f.get(place);
        f.get(vector);
        f.memory(isWide(dtype) ? "v128.load64_lane" : "v128.load32_lane", 0, lane);
      } else {
        f.get(vector);
        f.get(place);
        f.memory(scalarLoad[dtype] ?? "i32.load");
        f.lane("i32x4.replace_lane", lane);
      }
      f.set(vector);
    }
    return { dtype, parts: dtype === "bool" ? [code.op("i32x4.neg", vectors[0])] : vectors };
  }
  private loadFirstLane(dtype: DType): void {
    const { f } = this.e;
    if (itemSize(dtype) >= 4) f.memory(isWide(dtype) ? "v128.load64_zero" : "v128.load32_zero");
    else {
      f.memory(scalarLoad[dtype] ?? "i32.load");
      f.simd("i32x4.splat");
    }
  }
  /** Moves a place to the next element, or leaves it where that one is not live. */
  private toNextElement(access: number, place: Local, element: number): void {
    const { live } = this;
    const { f } = this.e;
    const stride = this.e.strideTimes(access, 1);
    f.get(place);
    f.get(stride);
    if (live !== undefined) {
      f.i32(0);
      f.get(live);
      f.i32(element);
      f.op("i32.gt_u");
      f.select("i32");
    }
    f.op("i32.add");
    f.set(place);
  }
  /** The values of an index along the vector axis, in step number `s`. */
  index(access: number, s: number): Value {
    const { e } = this;
    const { dtype, step } = e.kernel.accesses[access];
    const { code } = e;
    const kind = dtype === "int64" ? "i64x2" : "i32x4";
    const width = e.parameters.width(access);
    e.f.get(this.place(access));
    if (step === "unit" && s > 0) {
      e.number(width, s * stepElements);
      e.f.op(`${width}.add`);
    }
    e.f.simd(`${kind}.splat`);
    const base = code.taken();
    const parts = (kind === "i64x2" ? [0, 2] : [0]).map((first) => code.op(`${kind}.add`, base, this.ramp(access, kind, first)));
    return { dtype, parts };
  }
  /** first, first + 1, ... times the stride, one a lane: the same in every step. */
  private ramp(access: number, kind: "i32x4" | "i64x2", first: number): Local {
    const { e } = this;
    const counting = countingLanes(e, kind, first);
    if (e.kernel.accesses[access].step === "unit") return counting;
    const stride = e.strideTimes(access, 1);
    return e.parameters.derived(`ramp ${access} ${first}`, "v128", () => {
      e.f.get(counting);
      e.f.get(stride);
      e.f.simd(`${kind}.splat`);
      e.f.simd(`${kind}.mul`);
    });
  }

  /** Writes the live elements of a step. */
  store(access: number, value: Value, s: number): void {
    const { dtype, step } = this.e.kernel.accesses[access];
    if (step === "unit" && this.live === undefined) return this.storeNeighbours(access, value, s);
    const stored = dtype === "bool" ? { dtype, parts: [this.e.code.op("v128.and", value.parts[0], this.e.code.i32(1))] } : value;
    if (step === "zero") storeElement(this.e, this.place(access), stored, 0, 0);
    else if (step === "unit") this.storeLive(this.cursors.get(access)!, stored, itemSize(dtype));
    else this.storeApart(access, stored);
  }
  private storeNeighbours(access: number, value: Value, s: number): void {
    const { e } = this;
    const cursor = this.cursors.get(access)!;
    const size = itemSize(value.dtype);
    if (size <= 2) return this.storePacked(access, [value.parts[0]], s);
    value.parts.forEach((part, i) => {
      const offset = s * stepElements * size + 16 * i;
      const apart = e.storesApart && offset > 0;
      e.f.get(cursor);
      if (apart) {
        e.f.i32(offset);
        e.f.op("i32.add");
      }
      e.f.get(part);
      e.f.memory("v128.store", apart ? 0 : offset);
    });
  }
  /** Writes one, two or four steps of packed elements at once, from step number `s` on. */
  storePacked(access: number, vectors: readonly Local[], s: number): void {
    const { e } = this;
    const { dtype } = e.kernel.accesses[access];
    const size = itemSize(dtype);
    const bytes = vectors.length * stepElements * size;
    const packed = packLanes(e, dtype, vectors);
    e.f.get(this.cursors.get(access)!);
    e.f.get(packed);
    const offset = s * stepElements * size;
    if (bytes === 16) e.f.memory("v128.store", offset);
    else if (bytes === 8) e.f.memory("v128.store64_lane", offset, 0);
    else e.f.memory("v128.store32_lane", offset, 0);
  }
  /** How many steps of an access are written together: what fills a vector. */
  stepsStoredTogether(access: number): number {
    const { dtype, step } = this.e.kernel.accesses[access];
    const size = itemSize(dtype);
    if (step !== "unit" || size > 2 || this.live !== undefined) return 1;
    return Math.min(this.steps, 4 / size);
  }
  /** Neighbours, of which one to three are live. */
  private storeLive(cursor: Local, value: Value, size: number): void {
    const { f } = this.e;
    storeElement(this.e, cursor, value, 0, 0);
    for (let element = 1; element < stepElements - 1; element++) {
      f.get(this.live!);
      f.i32(element);
      f.op("i32.gt_u");
      f.if(() => storeElement(this.e, cursor, value, element, element * size));
    }
  }
  private storeApart(access: number, value: Value): void {
    const { code, f } = this.e;
    const stride = this.e.strideTimes(access, 1);
    const place = code.take("i32");
    code.copy(this.place(access), place);
    storeElement(this.e, place, value, 0, 0);
    const last = this.live === undefined ? stepElements : stepElements - 1;
    for (let element = 1; element < last; element++) {
      code.increaseBy(place, stride);
      if (this.live === undefined) storeElement(this.e, place, value, element, 0);
      else {
        f.get(this.live);
        f.i32(element);
        f.op("i32.gt_u");
        f.if(() => storeElement(this.e, place, value, element, 0));
      }
    }
  }
}

const splatLoad = { 4: "v128.load32_splat", 8: "v128.load64_splat" } as const;

/** The element at a cursor in every lane. */
export function loadSplat(e: Emission, cursor: Local, dtype: DType): Value {
  const { code, f } = e;
  const size = itemSize(dtype);
  f.get(cursor);
  if (size === 4 || size === 8) f.memory(splatLoad[size]);
  else {
    f.memory(scalarLoad[dtype] ?? "i32.load");
    if (dtype === "bool") {
      f.i32(-1);
      f.op("i32.mul");
    }
    f.simd("i32x4.splat");
  }
  const local = code.taken();
  return { dtype, parts: isWide(dtype) ? [local, local] : [local] };
}

/** An index's value in every lane. */
export function indexSplat(e: Emission, cursor: Local, dtype: DType): Value {
  e.f.get(cursor);
  e.f.simd(dtype === "int64" ? "i64x2.splat" : "i32x4.splat");
  const local = e.code.taken();
  return { dtype, parts: isWide(dtype) ? [local, local] : [local] };
}

/** Writes one of the four elements (a bool as 0 or 1 already) at an address plus an offset. */
function storeElement(e: Emission, address: Local, { dtype, parts }: Value, element: number, offset: number): void {
  const size = itemSize(dtype);
  const lanes = size === 8 ? 2 : stepElements;
  e.f.get(address);
  e.f.get(parts[Math.floor(element / lanes)]);
  const lane = (element % lanes) * (size === 8 ? 1 : 4 / size);
  e.f.memory(`v128.store${size === 8 ? 64 : size === 4 ? 32 : size === 2 ? 16 : 8}_lane`, offset, lane);
}

/** i32 lanes of one, two or four steps, which are within the range of a packed dtype, side by side. */
function packLanes(e: Emission, dtype: DType, vectors: readonly Local[]): Local {
  const { code } = e;
  const at = (i: number) => vectors[Math.min(i, vectors.length - 1)];
  const low = code.op("i16x8.narrow_i32x4_s", at(0), at(1));
  if (itemSize(dtype) === 2) return low;
  const high = vectors.length > 2 ? code.op("i16x8.narrow_i32x4_s", at(2), at(3)) : low;
  const bytes = code.op(dtype === "uint8" ? "i8x16.narrow_i16x8_u" : "i8x16.narrow_i16x8_s", low, high);
  return dtype === "bool" ? code.op("i8x16.abs", bytes) : bytes;
}

/** A literal: first, first + 1, ... */
export function countingLanes(e: Emission, kind: "i32x4" | "i64x2", first: number): Local {
  if (kind === "i32x4") return e.f.literal(new Uint8Array(Int32Array.from([0, 1, 2, 3], (k) => first + k).buffer));
  return e.f.literal(new Uint8Array(BigInt64Array.from([0n, 1n], (k) => BigInt(first) + k).buffer));
}
