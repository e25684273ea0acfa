/**
 * @file What the parts of the emitter share while a kernel is written: the code, the kernel, its parameters, and cursors: one local
 * an access that says where the access stands. It knows how to move along axes, and not what is done there.
 */
import { itemSize } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { Kernel } from "../../ir/kernel.js";
import type { FunctionBuilder, Local } from "./assembler.js";
import { stepElements, type Code } from "./code.js";
import type { Parameters } from "./parameters.js";

/** Access → the local with its present place: a byte address, or the value of an index. */
export type Cursors = ReadonlyMap<number, Local>;

/** The cursor of an access that must have one. */
export function cursorOf(cursors: Cursors, access: number): Local {
  const local = cursors.get(access);
  if (local === undefined) throw new InternalError(`access ${access} has no cursor`);
  return local;
}

/** The locals of the exported function's parameters: the parameter block, the range, the scratch area of the calling thread. */
export const entry = { parameters: 0, begin: 1, end: 2, scratch: 3 } as const;

/** What is done before and after the loop of whole strips, where a strip is several steps. */
export interface Around {
  before(): void;
  after(): void;
}

export class Emission {
  readonly f: FunctionBuilder;

  /**
   * `multiplies`: bytes are multiplied by the divisors' reciprocals instead. `storesApart`: no two stores of a value are neighbours to the engine,
   * which would make wide ones of them where only another loop has been checked for that (gemm/wide.ts).
   */
  constructor(
    readonly code: Code, readonly kernel: Kernel, readonly parameters: Parameters, readonly multiplies: boolean, readonly storesApart = false,
    /** Whether two steps at a time are written in lockstep, for V8 to make wide vectors of. */
    readonly pairs = false,
  ) {
    this.f = code.f;
  }

  /** The axis that vectors lie along, as an index into the sizes. */
  get vectorAxis(): number {
    const { axes, reduceAxes, vector } = this.kernel;
    return vector === "axis" ? axes - 1 : axes + reduceAxes - 1;
  }

  /** New cursors for accesses, not set yet. */
  cursors(accesses: Iterable<number>): Cursors {
    return new Map([...accesses].map((access) => [access, this.f.local(this.parameters.width(access))]));
  }
  /** Sets cursors to where the accesses start. */
  toStart(cursors: Cursors): void {
    for (const [access, local] of cursors) this.code.copy(this.parameters.pointer(access), local);
  }
  /** Sets cursors to where others stand. */
  toPlace(cursors: Cursors, others: Cursors): void {
    for (const [access, local] of cursors) this.code.copy(others.get(access)!, local);
  }

  /** Moves a cursor by what `push` leaves on the operand stack, in the cursor's width. */
  move(access: number, local: Local, push: () => void, how: "add" | "sub" = "add"): void {
    this.f.get(local);
    push();
    this.f.op(`${this.parameters.width(access)}.${how}`);
    this.f.set(local);
  }
  /** Moves all cursors by one along an axis, on or back. */
  stepAlong(cursors: Cursors, axis: number, how: "add" | "sub" = "add"): void {
    for (const [access, local] of cursors) {
      const stride = this.parameters.stride(access, axis);
      this.move(access, local, () => this.f.get(stride), how);
    }
  }
  /** Moves all cursors by a number of elements, known now, along the vector axis. */
  stepVector(cursors: Cursors, elements: number): void {
    for (const [access, local] of cursors) {
      const { step } = this.kernel.accesses[access];
      if (step === "zero") continue;
      const width = this.parameters.width(access);
      if (step === "unit") this.move(access, local, () => this.number(width, elements * this.unit(access)));
      else {
        const far = this.strideTimes(access, elements);
        this.move(access, local, () => this.f.get(far));
      }
    }
  }
  /** Moves all cursors along the vector axis by the number of elements that a local holds (i32, unsigned). */
  stepVectorBy(cursors: Cursors, elements: Local): void {
    for (const [access, local] of cursors) {
      if (this.kernel.accesses[access].step === "zero") continue;
      const stride = this.parameters.stride(access, this.vectorAxis);
      this.move(access, local, () => this.pushProduct(access, elements, stride));
    }
  }
  /** Pushes count x stride in the width of an access's cursor. */
  pushProduct(access: number, count: Local, stride: Local): void {
    const width = this.parameters.width(access);
    this.f.get(count);
    if (width === "i64") this.f.op("i64.extend_i32_u");
    this.f.get(stride);
    this.f.op(`${width}.mul`);
  }

  /** An access's stride along the vector axis times a number, computed once. */
  strideTimes(access: number, times: number): Local {
    const width = this.parameters.width(access);
    const stride = this.parameters.stride(access, this.vectorAxis);
    if (times === 1) return stride;
    return this.parameters.derived(`stride ${access} x ${times}`, width, () => {
      this.f.get(stride);
      this.number(width, times);
      this.f.op(`${width}.mul`);
    });
  }
  /** How far an access of step "unit" moves by one element: its item's bytes, 1 for an index. */
  unit(access: number): number {
    const { buffer, dtype } = this.kernel.accesses[access];
    return buffer < 0 ? 1 : itemSize(dtype);
  }
  number(width: "i32" | "i64", value: number): void {
    if (width === "i64") this.f.i64(BigInt(value));
    else this.f.i32(value);
  }

  /**
   * Runs over `count` elements (a local, which is used up): by strips of `unroll` steps, then by single steps, then the one to
   * three elements that are left, when `live` is the local with how many.
   */
  strips(count: Local, unroll: number, strip: (steps: number, live?: Local) => void, around?: Around): void {
    const { f, code } = this;
    for (const steps of unroll === 1 ? [1] : [unroll, 1]) {
      const elements = steps * stepElements;
      if (steps > 1) around?.before();
      f.block(() => {
        f.get(count);
        f.i32(elements);
        f.op("i32.lt_u");
        f.branchIf(0);
        f.loop(() => {
          code.scope(() => strip(steps));
          code.increase(count, -elements);
          f.get(count);
          f.i32(elements);
          f.op("i32.ge_u");
          f.branchIf(0);
        });
      });
      if (steps > 1) around?.after();
    }
    f.get(count);
    f.if(() => code.scope(() => strip(1, count)));
  }

  /** local = min(local, what `push` leaves on the operand stack), unsigned. `push` must not change anything. */
  lessen(local: Local, push: () => void): void {
    const { f } = this;
    f.get(local);
    push();
    f.get(local);
    push();
    f.op("i32.lt_u");
    f.select("i32");
    f.set(local);
  }

  /** do { inside } while (--count), count an i32 local that is at least 1. */
  repeat(count: Local, inside: () => void): void {
    this.f.loop(() => {
      inside();
      this.f.get(count);
      this.f.i32(-1);
      this.f.op("i32.add");
      this.f.tee(count);
      this.f.branchIf(0);
    });
  }
}

/** Walks cursors over several axes, outermost first, in row-major order, one point at a time. */
export class Odometer {
  private readonly counters: readonly Local[];

  constructor(private readonly e: Emission, private readonly axes: readonly number[], private readonly cursors: Cursors) {
    this.counters = axes.map(() => e.f.local("i32"));
  }

  /** Puts counters at the first point; the cursors must be there. */
  first(): void {
    for (const counter of this.counters.slice(1)) this.e.code.assign(counter, () => this.e.f.i32(0));
  }

  /** Moves counters and cursors from the first point to point number `item`. */
  seek(item: Local): void {
    const { e, axes, counters } = this;
    const { f } = e;
    if (axes.length === 0) return;
    const rest = f.local("i32");
    e.code.copy(item, rest);
    for (let i = axes.length - 1; i >= 0; i--) {
      const size = e.parameters.size(axes[i]);
      if (i > 0) {
        for (const [op, target] of [["i32.rem_u", counters[i]], ["i32.div_u", rest]] as const) {
          f.get(rest);
          f.get(size);
          f.op(op);
          f.set(target);
        }
      } else e.code.copy(rest, counters[0]);
      for (const [access, local] of this.cursors) {
        const stride = e.parameters.stride(access, axes[i]);
        e.move(access, local, () => e.pushProduct(access, counters[i], stride));
      }
    }
  }

  /** Moves to the next point. The outermost counter is not kept: the caller counts points. */
  next(): void {
    this.carry(this.axes.length - 1);
  }
  /** Moves on by so many points, a local, of which the present run along the innermost axis has at least as many left. */
  skip(points: Local): void {
    const { e, axes, counters } = this;
    const last = axes.length - 1;
    for (const [access, local] of this.cursors) {
      const stride = e.parameters.stride(access, axes[last]);
      e.move(access, local, () => e.pushProduct(access, points, stride));
    }
    e.code.increaseBy(counters[last], points);
    if (last > 0) this.wrap(last);
  }
  /** Pushes how many points are left along the innermost axis. For `skip`, which keeps its counter even where it is the outermost. */
  pushRunLength(): void {
    const last = this.axes.length - 1;
    this.e.f.get(this.e.parameters.size(this.axes[last]));
    this.e.f.get(this.counters[last]);
    this.e.f.op("i32.sub");
  }
  private carry(i: number): void {
    const { e, axes, counters } = this;
    if (i < 0) return;
    e.stepAlong(this.cursors, axes[i]);
    if (i === 0) return;
    e.code.increase(counters[i], 1);
    this.wrap(i);
  }
  /** At the end of an axis, goes back to its start and on along the next outer one. */
  private wrap(i: number): void {
    const { e, axes, counters } = this;
    const size = e.parameters.size(axes[i]);
    e.f.get(counters[i]);
    e.f.get(size);
    e.f.op("i32.eq");
    e.f.if(() => {
      e.code.assign(counters[i], () => e.f.i32(0));
      for (const [access, local] of this.cursors) {
        const back = this.wholeAxis(access, axes[i]);
        e.move(access, local, () => e.f.get(back), "sub");
      }
      this.carry(i - 1);
    });
  }
  /** How far an access moves along all of an axis. */
  private wholeAxis(access: number, axis: number): Local {
    const { parameters } = this.e;
    const [size, stride] = [parameters.size(axis), parameters.stride(access, axis)];
    return parameters.derived(`whole ${access} ${axis}`, parameters.width(access), () => this.e.pushProduct(access, size, stride));
  }

  /** A local with the number of points: the product of the sizes, computed once. */
  points(): Local {
    const { e, axes } = this;
    const sizes = axes.map((axis) => e.parameters.size(axis));
    return e.parameters.derived(`points ${axes.join(" ")}`, "i32", () => {
      e.f.i32(1);
      for (const size of sizes) {
        e.f.get(size);
        e.f.op("i32.mul");
      }
    });
  }
}
