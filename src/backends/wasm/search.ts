/**
 * @file argmin and argmax along one contiguous walk: instead of indices, a lane keeps the number of the step in which it saw its extreme,
 * and the index is worked out once at the end. The row reduction uses it where the index is the place on its only reduce axis.
 */
import type { DType } from "../../core/dtype.js";
import type { Instruction, Reduction } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { countingLanes } from "./accesses.js";
import { isWide, type Value } from "./code.js";
import type { Cursors, Emission } from "./emission.js";
import { compare, extremeOf } from "./operations.js";
import type { Reducer } from "./reducers.js";

type Search = Extract<Reduction, { readonly op: "argmin" | "argmax" }>;

/** The access whose index a search along the vector axis gives, if the search can count steps: one reduce axis, a plain index. */
export function plainIndex(e: Emission, body: readonly Instruction[], reduction: Reduction): number | undefined {
  if (!("index" in reduction) || e.kernel.reduceAxes !== 1 || e.kernel.vector !== "reduceAxis") return undefined;
  const index = body[reduction.index];
  return index.op === "index" ? index.access : undefined;
}

interface Best {
  readonly value: Value;
  /** Step numbers while searching, then element numbers; all bits set where nothing was better than the worst value there is. */
  readonly place: Local;
}

export class SearchReducer implements Reducer {
  readonly blocked = false;
  private readonly copies: readonly Best[];
  private readonly worst: Value;
  /** The number of the present strip's first step, in every lane. */
  private readonly step: Local;

  constructor(
    private readonly e: Emission, private readonly reduction: Search, private readonly dtype: DType,
    private readonly access: number, private readonly places: Cursors, copies: number,
  ) {
    const { code } = e;
    this.worst = code.literalOf(dtype, extremeOf(dtype, reduction.op === "argmin" ? "largest" : "smallest"));
    this.copies = Array.from({ length: copies }, () => ({
      value: { dtype, parts: this.worst.parts.map(() => e.f.local("v128")) }, place: e.f.local("v128"),
    }));
    this.step = e.f.local("v128");
  }

  start(): void {
    this.reset();
    this.e.code.copy(this.e.code.i32(0), this.step);
  }
  reset(): void {
    for (const copy of this.copies) this.assign(copy, { value: this.worst, place: this.e.code.i32(-1) });
  }
  private assign(target: Best, { value, place }: Best): void {
    target.value.parts.forEach((local, i) => this.e.code.copy(value.parts[i], local));
    this.e.code.copy(place, target.place);
  }
  advance(steps: number): void {
    const { code } = this.e;
    code.scope(() => code.copy(code.op("i32x4.add", this.step, code.i32(steps)), this.step));
  }

  /** Where `next` is better than `best`, or is a NaN and `best` is not. */
  private better(best: Value, next: Value): Local {
    const { code } = this.e;
    const [low, high] = this.reduction.op === "argmin" ? [best, next] : [next, best];
    if (this.dtype !== "float32" && this.dtype !== "float64") return compare(code, "lt", high, low);
    return code.op("v128.andnot", compare(code, "eq", best, best), compare(code, "le", low, high));
  }
  private choose(take: Local, next: Best, best: Best): Best {
    const { code } = this.e;
    return { value: code.choose(take, next.value, best.value), place: code.op("v128.bitselect", next.place, best.place, take) };
  }
  /** Within a lane elements come in the order of their indices, so the first of equals is kept by never exchanging it. */
  fold(copy: number, body: (instruction: number) => Value, mask?: Local): void {
    const { code } = this.e;
    code.scope(() => {
      const best = this.copies[copy];
      const next = { value: body(this.reduction.value), place: this.step };
      const better = this.better(best.value, next.value);
      this.assign(best, this.choose(mask === undefined ? better : code.op("v128.and", better, mask), next, best));
    });
  }
  flush(): void {}

  finish(): Value {
    const { code } = this.e;
    const unset = code.i32(-1);
    const found = this.copies.map(({ value, place }, copy): Best => {
      const step = code.op("i32x4.add", place, code.i32(copy));
      const element = code.op("i32x4.add", code.shift("i32x4.shl", step, 2), countingLanes(this.e, "i32x4", 0));
      return { value, place: code.op("v128.or", element, code.op("i32x4.eq", place, unset)) };
    });
    let best = found[0];
    for (const next of found.slice(1)) best = this.joined(best, next);
    for (const how of ["halves", "neighbours"] as const) {
      const place = code.permuted({ dtype: "int32", parts: [best.place] }, how).parts[0];
      best = this.joined(best, { value: code.permuted(best.value, how), place });
    }
    return this.indexAt(best.place);
  }
  private joined(best: Best, next: Best): Best {
    const { code } = this.e;
    const same = code.op("v128.or", compare(code, "eq", best.value, next.value), code.op("v128.and", this.isNaN(best), this.isNaN(next)));
    const earlier = code.op("v128.and", same, code.op("i32x4.lt_u", next.place, best.place));
    return this.choose(code.op("v128.or", this.better(best.value, next.value), earlier), next, best);
  }
  private isNaN({ value }: Best): Local {
    return compare(this.e.code, "ne", value, value);
  }
  /** The index of an element number in the first lane. Where nothing was better than the worst, all are equal: the first. */
  private indexAt(place: Local): Value {
    const { e, access } = this;
    const { dtype } = this.reduction;
    const { code, f } = e;
    const width = e.parameters.width(access);
    const element = code.take("i32");
    f.get(place);
    f.lane("i32x4.extract_lane", 0);
    f.set(element);
    f.i32(0);
    f.get(element);
    f.get(element);
    f.i32(-1);
    f.op("i32.eq");
    f.select("i32");
    f.set(element);
    e.pushProduct(access, element, e.parameters.stride(access, e.vectorAxis));
    f.get(this.places.get(access)!);
    f.op(`${width}.add`);
    f.simd(isWide(dtype) ? "i64x2.splat" : "i32x4.splat");
    const index = code.taken();
    return { dtype, parts: isWide(dtype) ? [index, index] : [index] };
  }
}
