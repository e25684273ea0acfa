/**
 * @file Kernel in, WebAssembly module out: `run(parameters, begin, end, scratch)` over v128. Chooses the loop by the kernel's structure and
 * puts the module together. The backend calls it once a structure.
 */
import type { Kernel } from "../../ir/kernel.js";
import { FunctionBuilder, encodeModule, type FunctionImport } from "./assembler.js";
import { Code } from "./code.js";
import { emitColumnReduction } from "./column-reduction.js";
import { emitElementwise } from "./elementwise.js";
import { Emission, entry } from "./emission.js";
import { emitContraction } from "./gemm/contraction.js";
import { microKernel } from "./gemm/micro-kernel.js";
import { packing } from "./gemm/pack.js";
import { layoutOf, leftRunVectors, type Product, type Tile } from "./gemm/plan.js";
import { runCopying } from "./gemm/runs.js";
import { hostFunctionNames, hostFunctions, type HostFunction } from "./host-functions.js";
import { Parameters, type Parameter } from "./parameters.js";
import { emitRowReduction } from "./row-reduction.js";
import { emitScan } from "./scan.js";

export interface EmittedKernel {
  /** A module that imports "env" "memory" and functions of "host", and exports "run". */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the parameter block holds, in order. */
  readonly parameters: readonly Parameter[];
  readonly hostFunctions: readonly HostFunction[];
  /** Bytes of scratch memory that each thread needs to itself in a call. */
  readonly scratchBytes: number;
}

export interface MemoryType {
  readonly maximum: number;
  readonly shared: boolean;
}

/**
 * Writes the code of a kernel that `verify` accepts. With `multiplies`, code for calls whose `byteDivisors`
 * are all exact divisors. With `pairs`, code in lockstep, for a kernel that `isPairable` accepts (pairing.ts).
 *
 * @throws InternalError for an operation that a dtype does not have
 */
export function emitKernel(kernel: Kernel, memory: MemoryType, multiplies = false, pairs = false): EmittedKernel {
  const imports: HostFunction[] = [];
  return emitModule(kernel, memory, imports, [], multiplies, emitLoops, false, pairs);
}

/** Writes the code of a kernel that is a matrix product, for calls that are given a plan. */
export function emitProduct(kernel: Kernel, { contraction, dtype }: Product, memory: MemoryType, tile: Tile, madd: boolean): EmittedKernel {
  // All host functions are imported, so that the numbers of the module's own are known before its code is written.
  const imports = hostFunctionNames();
  const own = [
    microKernel(tile, dtype, madd), packing(dtype, tile.pairs),
    runCopying(leftRunVectors, layoutOf(tile, dtype).leftPitch, tile.pairs), runCopying(tile.vectors, tile.vectors * 16, tile.pairs),
  ];
  const [microKernelAt, packingAt, leftRuns, rightRuns] = own.map((_, i) => imports.length + 1 + i);
  const functions = { microKernel: microKernelAt, packing: packingAt, leftRuns, rightRuns };
  return emitModule(kernel, memory, imports, own, false, (e) => emitContraction(e, contraction, dtype, tile, functions), tile.pairs);
}

/** A module whose first function is "run", with other functions of its own behind it. */
function emitModule(
  kernel: Kernel, memory: MemoryType, imports: HostFunction[], own: readonly FunctionBuilder[], multiplies: boolean, emit: (e: Emission) => number,
  storesApart = false, pairs = false,
): EmittedKernel {
  const f = new FunctionBuilder(["i32", "i32", "i32", "i32"], []);
  const code = new Code(f, (name) => {
    if (!imports.includes(name)) imports.push(name);
    return imports.indexOf(name);
  });
  const e = new Emission(code, kernel, new Parameters(code, kernel, entry), multiplies, storesApart, pairs);
  f.get(entry.begin);
  f.get(entry.end);
  f.op("i32.ge_u");
  f.if(() => f.op("return"));
  const scratchBytes = emit(e);
  const bytes = encodeModule({
    memory: { initial: 1, ...memory },
    imports: imports.map(importOf),
    functions: [f, ...own],
    exports: { run: imports.length },
  });
  return { bytes, parameters: e.parameters.list, hostFunctions: imports, scratchBytes };
}

function emitLoops(e: Emission): number {
  const { kernel } = e;
  if (kernel.scan) return emitScan(e, kernel.scan);
  if (kernel.vector === "reduceAxis") return emitRowReduction(e);
  if (kernel.reductions.length > 0) return emitColumnReduction(e);
  emitElementwise(e);
  return 0;
}

function importOf(name: HostFunction): FunctionImport {
  return { module: "host", name, params: Array.from({ length: hostFunctions[name].length }, () => "f64" as const), results: ["f64"] };
}
