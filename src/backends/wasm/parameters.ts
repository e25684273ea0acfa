/**
 * @file The parameter block of a kernel: which sizes, strides, pointers and constants its code asks for, where each lies, and how a
 * call writes them. The emitter asks by meaning; the backend writes before each call. It knows nothing of loops.
 *
 * Every parameter has 8 bytes. Pointers and strides of buffers are in bytes, modulo 2^32; those of `index` accesses are in
 * elements, in the width of the index.
 *
 * The threads of a call share one block and only read it. What they write besides the results goes to the scratch area: each thread
 * has one of its own, at least `EmittedKernel.scratchBytes` long, whose address is an argument of the function. Its contents are
 * undefined at the start of every range; the backend may cut a call into any ranges and give several to one thread.
 */
import { itemSize, type DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { Kernel, KernelArguments } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { isWide, laneKind, type Code, type Value } from "./code.js";
import type { Allocation } from "../backend.js";
import { own } from "./heap.js";
import type { Blocking } from "./gemm/plan.js";
import { normalised } from "./integers.js";
import { reciprocalPart, type ReciprocalPart } from "./reciprocals.js";

/** What one parameter is. */
export type Parameter =
  | { readonly kind: "size"; readonly axis: number }
  | { readonly kind: "pointer"; readonly access: number; readonly buffer: number; readonly bytes: number }
  | { readonly kind: "stride"; readonly access: number; readonly axis: number; readonly bytes: number }
  | { readonly kind: "constant"; readonly slot: number; readonly dtype: DType }
  | { readonly kind: "reciprocal"; readonly slot: number; readonly part: ReciprocalPart }
  | { readonly kind: "blocking"; readonly what: keyof Blocking }
  | { readonly kind: "start"; readonly buffer: number }
  | { readonly kind: "last"; readonly buffer: number; readonly bytes: number; readonly most: number };

export const parameterBytes = 8;

/** Whether counters of an access are 64 bits wide: an int64 `index`. */
const isLong = (kernel: Kernel, access: number): boolean =>
  kernel.accesses[access].buffer < 0 && kernel.accesses[access].dtype === "int64";

/** The emitter's side: parameters as locals, each loaded once at the start of the function. */
export class Parameters {
  readonly list: Parameter[] = [];
  private readonly known = new Map<string, Local>();

  private readonly block: Local;
  /** The address of the thread's scratch area (i32, to be read only). */
  readonly scratch: Local;

  constructor(private readonly code: Code, private readonly kernel: Kernel, entry: { readonly parameters: Local; readonly scratch: Local }) {
    this.block = entry.parameters;
    this.scratch = entry.scratch;
  }

  size(axis: number): Local {
    return this.scalar(`size ${axis}`, { kind: "size", axis }, "i32");
  }
  /** Where an access starts: a byte address, or an index's offset. */
  pointer(access: number): Local {
    const { buffer, dtype } = this.kernel.accesses[access];
    return this.scalar(`pointer ${access}`, { kind: "pointer", access, buffer, bytes: buffer < 0 ? 0 : itemSize(dtype) }, this.width(access));
  }
  stride(access: number, axis: number): Local {
    const { buffer, dtype } = this.kernel.accesses[access];
    return this.scalar(`stride ${access} ${axis}`, { kind: "stride", access, axis, bytes: buffer < 0 ? 1 : itemSize(dtype) }, this.width(access));
  }
  /** A number of the plan that the call follows, for a kernel that is a packed product. */
  blocking(what: keyof Blocking): Local {
    return this.scalar(`blocking ${what}`, { kind: "blocking", what }, "i32");
  }
  /** Where a buffer starts, as a byte address in every i32 lane. For what is taken from it. */
  bufferStart(buffer: number): Local {
    return this.splat(`start ${buffer}`, { kind: "start", buffer }, "v128.load32_splat");
  }
  /** The last position in a buffer of elements of so many bytes, in every lane of an int32 or int64 value. */
  lastPosition(buffer: number, bytes: number, dtype: "int32" | "int64"): Value {
    const parameter: Parameter = { kind: "last", buffer, bytes, most: dtype === "int32" ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER };
    const local = this.splat(`last ${buffer} ${bytes} ${dtype}`, parameter, dtype === "int32" ? "v128.load32_splat" : "v128.load64_splat");
    return { dtype, parts: dtype === "int32" ? [local] : [local, local] };
  }
  /** i32 for pointers, i64 for int64 indices. */
  width(access: number): "i32" | "i64" {
    return isLong(this.kernel, access) ? "i64" : "i32";
  }

  /** A constant in every lane. */
  constant(slot: number, dtype: DType): Value {
    const { code, known } = this;
    const key = `constant ${slot} ${dtype}`;
    let local = known.get(key);
    if (local === undefined) {
      local = code.f.local("v128");
      known.set(key, local);
      const offset = this.add({ kind: "constant", slot, dtype });
      const target = local;
      code.f.atStart(() => {
        code.f.get(this.block);
        code.f.memory(isWide(dtype) ? "v128.load64_splat" : "v128.load32_splat", offset);
        code.f.set(target);
        if (laneKind(dtype) === "i32x4") code.copy(constantLanes(code, dtype, target), target);
      });
    }
    return { dtype, parts: isWide(dtype) ? [local, local] : [local] };
  }

  /** A part of the reciprocal of a float32 constant, in every lane. */
  reciprocal(slot: number, part: ReciprocalPart): Local {
    return this.splat(`reciprocal ${slot} ${part}`, { kind: "reciprocal", slot, part }, "v128.load32_splat");
  }

  /** A parameter in every lane. */
  private splat(key: string, parameter: Parameter, load: "v128.load32_splat" | "v128.load64_splat"): Local {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const offset = this.add(parameter);
    return this.derived(key, "v128", () => {
      this.code.f.get(this.block);
      this.code.f.memory(load, offset);
    });
  }

  /** A local computed once at the start of the function from parameters that were asked for before. */
  derived(key: string, type: "i32" | "i64" | "v128", push: () => void): Local {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const local = this.code.f.local(type);
    this.known.set(key, local);
    this.code.f.atStart(() => {
      push();
      this.code.f.set(local);
    });
    return local;
  }

  private scalar(key: string, parameter: Parameter, type: "i32" | "i64"): Local {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const offset = this.add(parameter);
    return this.derived(key, type, () => {
      this.code.f.get(this.block);
      this.code.f.memory(`${type}.load`, offset);
    });
  }
  private add(parameter: Parameter): number {
    this.list.push(parameter);
    return (this.list.length - 1) * parameterBytes;
  }
}

/** A constant of a small integer dtype within its range, a bool as a mask. At the start of the function, so in locals of its own. */
function constantLanes(code: Code, dtype: DType, local: Local): Local {
  if (dtype === "bool") return code.op("i32x4.neg", local);
  return normalised(code, dtype, local);
}

/** The parameter block in memory, as the backend writes it: views of one place in two widths. */
export interface ParameterViews {
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
}

/** Writes the parameters of a call at the start of the views. */
export function writeParameters(
  list: readonly Parameter[], args: KernelArguments<Allocation>, blocking: Blocking | undefined, { words, floats, doubles }: ParameterViews,
): void {
  const { sizes, offsets, strides, constants, buffers } = args;
  for (let i = 0; i < list.length; i++) {
    const parameter = list[i];
    switch (parameter.kind) {
      case "size":
        words[2 * i] = sizes[parameter.axis];
        break;
      case "pointer": {
        const { access, buffer, bytes } = parameter;
        if (buffer < 0) writeLong(words, 2 * i, offsets[access]);
        else words[2 * i] = own(buffers[buffer]).address + offsets[access] * bytes;
        break;
      }
      case "stride": {
        const { access, axis, bytes } = parameter;
        writeLong(words, 2 * i, strides[access][axis] * bytes);
        break;
      }
      case "constant": {
        const value = constants[parameter.slot];
        if (parameter.dtype === "float32") floats[2 * i] = Number(value);
        else if (parameter.dtype === "float64") doubles[i] = Number(value);
        else if (typeof value === "bigint") writeLongInteger(words, 2 * i, value);
        else writeLong(words, 2 * i, value);
        break;
      }
      case "reciprocal":
        floats[2 * i] = reciprocalPart(Number(constants[parameter.slot]), parameter.part);
        break;
      case "blocking":
        if (!blocking) throw new InternalError("a packed product is called without a plan");
        words[2 * i] = blocking[parameter.what];
        break;
      case "start":
        words[2 * i] = own(buffers[parameter.buffer]).address;
        break;
      case "last": {
        const { buffer, bytes, most } = parameter;
        writeLong(words, 2 * i, Math.min(most, Math.max(0, Math.floor(buffers[buffer].bytes / bytes) - 1)));
        break;
      }
      default:
        throw new InternalError(`unknown parameter ${JSON.stringify(parameter satisfies never)}`);
    }
  }
}

/** A safe integer as 64 bits: storing takes it modulo 2^32. */
function writeLong(words: Int32Array, at: number, value: number): void {
  words[at] = value;
  words[at + 1] = Math.floor(value / 0x1_0000_0000);
}

function writeLongInteger(words: Int32Array, at: number, value: bigint): void {
  words[at] = Number(BigInt.asIntN(32, value));
  words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}
