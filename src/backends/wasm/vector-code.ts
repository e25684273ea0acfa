/**
 * @file Where vector code is written: `VectorCode` is what the maths of this room are written against, `LocalsCode` the plain
 * implementation of it over a `FunctionBuilder`. The loop emitter brings one and hands it to `maths`; it knows no kernel and no
 * mathematics.
 */
import type { FunctionBuilder, Local } from "./assembler.js";
import { hasRelaxedMadd } from "./features.js";
import type { SimdOpcode } from "./opcodes.js";
import type { HostFunction } from "./host-functions.js";

/** Vector instructions without immediates, v128 in and v128 out. */
export type VectorOpcode = Exclude<SimdOpcode, `${string}.splat` | `${string}_lane${string}` | `${string}_true` | `${string}.bitmask`>;
export type ShiftOpcode = Extract<SimdOpcode, `${string}.sh${"l" | "r_s" | "r_u"}`>;

/** Each call appends one instruction (or a few) and leaves the result in a local, which is never written again. */
export interface VectorCode {
  /** Whether `f32x4.relaxed_madd` and its like may be used: one instruction for a product and a sum. */
  readonly fuses: boolean;
  /** An instruction without immediates, v128.bitselect(a, b, mask) included. Shifts go through `shift`. */
  op(name: Exclude<VectorOpcode, ShiftOpcode>, ...args: readonly Local[]): Local;
  /** A shift by a constant number of bits. */
  shift(name: ShiftOpcode, x: Local, bits: number): Local;
  /** i8x16.shuffle: 16 byte numbers, 0..15 of x and 16..31 of y. */
  shuffle(x: Local, y: Local, lanes: readonly number[]): Local;
  /** A literal in every lane. The same literal is the same local. */
  f32(value: number): Local;
  i32(value: number): Local;
  f64(value: number): Local;
  i64(value: bigint): Local;
  /** f64x2: calls a function of the host for each lane. */
  host(name: HostFunction, x: Local, y?: Local): Local;
  /**
   * `value`, but in the lanes that `mask` has set what `slow` gives. For cases so rare that they are worth a branch; `slow` appends its
   * instructions inside the branch, and what it makes may not be used outside. An element's result never depends on its neighbours,
   * which at the end of a tensor are whatever lies behind it.
   */
  unlessAny(mask: Local, value: Local, slow: () => Local): Local;
}

const bytesOf = new DataView(new ArrayBuffer(16));

/**
 * Writes instructions to one function. Literals are set once, at the start of the function (`FunctionBuilder.literal`), and
 * live in locals from there on; those needed only in a slow branch are written there.
 *
 * `hostIndex` gives the function index of an imported host function; every one asked for must be imported.
 */
export class LocalsCode implements VectorCode {
  private branches = 0;

  constructor(
    readonly f: FunctionBuilder,
    private readonly hostIndex: (name: HostFunction) => number,
    readonly fuses = hasRelaxedMadd(),
  ) {}

  /** Takes the v128 on the operand stack into a local that nobody else uses. */
  protected result(): Local {
    const local = this.f.local("v128");
    this.f.set(local);
    return local;
  }
  op(name: Exclude<VectorOpcode, ShiftOpcode>, ...args: readonly Local[]): Local {
    for (const local of args) this.f.get(local);
    this.f.simd(name);
    return this.result();
  }
  shift(name: ShiftOpcode, x: Local, bits: number): Local {
    this.f.get(x);
    this.f.i32(bits);
    this.f.simd(name);
    return this.result();
  }
  shuffle(x: Local, y: Local, lanes: readonly number[]): Local {
    this.f.get(x);
    this.f.get(y);
    this.f.shuffle(lanes);
    return this.result();
  }
  f32(value: number): Local {
    for (let i = 0; i < 16; i += 4) bytesOf.setFloat32(i, value, true);
    return this.literal();
  }
  i32(value: number): Local {
    for (let i = 0; i < 16; i += 4) bytesOf.setInt32(i, value, true);
    return this.literal();
  }
  f64(value: number): Local {
    for (let i = 0; i < 16; i += 8) bytesOf.setFloat64(i, value, true);
    return this.literal();
  }
  i64(value: bigint): Local {
    for (let i = 0; i < 16; i += 8) bytesOf.setBigInt64(i, value, true);
    return this.literal();
  }
  private literal(): Local {
    const bytes = new Uint8Array(bytesOf.buffer);
    if (this.branches === 0) return this.f.literal(bytes);
    this.f.v128(bytes);
    return this.result();
  }
  host(name: HostFunction, x: Local, y?: Local): Local {
    const lane = (k: number) => {
      for (const v of y === undefined ? [x] : [x, y]) {
        this.f.get(v);
        this.f.lane("f64x2.extract_lane", k);
      }
      this.f.call(this.hostIndex(name));
    };
    lane(0);
    this.f.simd("f64x2.splat");
    lane(1);
    this.f.lane("f64x2.replace_lane", 1);
    return this.result();
  }
  unlessAny(mask: Local, value: Local, slow: () => Local): Local {
    this.f.get(value);
    const chosen = this.result();
    this.f.ifAny(mask, () => {
      this.branches++;
      this.f.get(slow());
      this.f.get(value);
      this.f.get(mask);
      this.f.simd("v128.bitselect");
      this.f.set(chosen);
      this.branches--;
    });
    return chosen;
  }
}
