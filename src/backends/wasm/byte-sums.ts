/**
 * @file Sums of one-byte elements across columns, eight columns to a v128: within a block of rows the sums fit 16 bits, so they are
 * added there, and widened once a block instead of once an element. The column loop asks whether a kernel is such a sum; nothing
 * else knows of it.
 */
import { itemSize } from "../../core/dtype.js";
import type { Kernel } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import type { Code, Value } from "./code.js";

/** The most rows whose sums stay within 16 bits with sign: 128 x 255 < 32768. */
export const mostByteRows = 128;
/** Steps of a strip: a cache line of bytes, so that each line is read once. */
export const byteSteps = 16;

/** The access whose elements a kernel sums as int32 and nothing more, where they are bytes that lie side by side. */
function byteSumAccess({ body, reductions, accesses }: Kernel): number | undefined {
  const [load, cast] = body;
  const [sum] = reductions;
  if (body.length !== 2 || reductions.length !== 1 || load.op !== "load" || cast.op !== "cast") return undefined;
  const isSum = sum.op === "sum" && sum.dtype === "int32" && sum.value === 1 && cast.dtype === "int32" && cast.args[0] === 0;
  const { dtype, step } = accesses[load.access];
  return isSum && step === "unit" && itemSize(dtype) === 1 ? load.access : undefined;
}

/** The sums of a strip of a kernel that adds bytes and does nothing else; undefined for any other. */
export function byteSums(code: Code, kernel: Kernel): ByteSums | undefined {
  const access = byteSumAccess(kernel);
  return access === undefined ? undefined : new ByteSums(code, access, kernel.accesses[access].dtype === "bool");
}

/** Sums of `byteSteps` times four columns, in i16 lanes. */
export class ByteSums {
  private readonly sums: readonly Local[];

  constructor(
    private readonly code: Code,
    readonly access: number,
    /** Bools come as masks: -1 for true. */
    private readonly areMasks: boolean,
  ) {
    this.sums = Array.from({ length: byteSteps / 2 }, () => code.f.local("v128"));
  }

  start(): void {
    for (const sum of this.sums) this.code.assign(sum, () => this.code.f.v128(new Uint8Array(16)));
  }
  /** Adds a row: eight elements as i16 lanes a vector. */
  add(row: readonly Local[]): void {
    const { f } = this.code;
    row.forEach((elements, i) => {
      f.get(this.sums[i]);
      f.get(elements);
      f.simd(this.areMasks ? "i16x8.sub" : "i16x8.add");
      f.set(this.sums[i]);
    });
  }
  /** The sums of the four columns of a step. */
  of(step: number): Value {
    const half = step % 2 === 0 ? "low" : "high";
    return { dtype: "int32", parts: [this.code.op(`i32x4.extend_${half}_i16x8_s`, this.sums[step >> 1])] };
  }
}
