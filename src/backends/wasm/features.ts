/**
 * @file What this engine's WebAssembly can do beyond the standard that every engine has, found by trying once a process. Emitters ask
 * before they use an instruction; on Node, what is only hidden behind a flag is switched on here. Knows no kernels.
 */
import { FunctionBuilder, encodeModule } from "./assembler.js";

/**
 * Node's own way to V8's flags; absent in browsers, and in engines that only look like Node. Flags hold for the process, all of
 * its threads included, and for modules compiled from then on.
 */
export function flagSetter(): ((flag: string) => void) | undefined {
  const process = globalThis.process as Partial<NodeJS.Process> | undefined;
  if (process?.versions?.["v8"] === undefined || process.versions["bun"] !== undefined || process.versions["deno"] !== undefined) return undefined;
  const v8 = process.getBuiltinModule?.("node:v8");
  return v8 && ((flag) => v8.setFlagsFromString(flag));
}

/** Whether the engine accepts a module with one function of the code that `write` gives. */
function accepts(write: (f: FunctionBuilder) => void): boolean {
  const f = new FunctionBuilder(["v128"], ["v128"]);
  write(f);
  const memory = { initial: 0, maximum: 1, shared: false };
  return WebAssembly.validate(encodeModule({ memory, imports: [], functions: [f], exports: {} }));
}

const usesRelaxedMadd = (f: FunctionBuilder): void => {
  for (let i = 0; i < 3; i++) f.get(0);
  f.simd("f32x4.relaxed_madd");
};

let relaxed: boolean | undefined;

/**
 * Whether there are `f32x4.relaxed_madd` and `f64x2.relaxed_madd`: a * b + c, in one instruction and rounded once where the machine
 * can. Node 20 has them behind a flag.
 */
export function hasRelaxedMadd(): boolean {
  if (relaxed === undefined) {
    relaxed = accepts(usesRelaxedMadd);
    const setFlag = relaxed ? undefined : flagSetter();
    if (setFlag) {
      setFlag("--experimental-wasm-relaxed-simd");
      relaxed = accepts(usesRelaxedMadd);
    }
  }
  return relaxed;
}
