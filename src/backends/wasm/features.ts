/**
 * @file What this engine's WebAssembly can do beyond the standard that every engine has, found by trying once a process. Emitters ask
 * before they use an instruction; on Node, what is only hidden behind a flag is switched on here. Knows no kernels.
 */
import { ValueError } from "../../core/errors.js";
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

/** What `configure` sets. */
export interface Configuration {
  /**
   * Whether large matrix products, and large kernels that compute much for each element of 4 bytes (`exp`, `gelu`, softmax), use vectors twice as wide as
   * WebAssembly has (V8 makes pairs of its vectors into AVX2's, on x64 under Node 24 and later). "auto", the default: where a check finds
   * them to give the same bits (for products once a process, for other kernels once each), and products to be faster. true: where it
   * finds the same bits. false: never.
   */
  readonly wideVectors?: "auto" | boolean;
}

let wide: "auto" | boolean = "auto";

/**
 * Sets how the engine below computes, for the whole process. Results do not depend on it, not by a bit.
 *
 * @throws ValueError for anything that is not an option
 * @example
 * configure({ wideVectors: false }); // only what the standard has
 */
export function configure(options: Configuration): void {
  for (const [key, value] of Object.entries(options)) {
    if (key !== "wideVectors") throw new ValueError(`configure: unknown option ${JSON.stringify(key)}: it takes wideVectors`);
    if (value !== "auto" && typeof value !== "boolean") throw new ValueError(`configure: wideVectors must be "auto", true or false, not ${String(value)}`);
    wide = value;
  }
}

export const wideVectors = (): "auto" | boolean => wide;

/** The first number of V8's version; 0 where there is no V8, or it does not say. */
export function v8Version(): number {
  const process = globalThis.process as Partial<NodeJS.Process> | undefined;
  return Number.parseInt(process?.versions?.["v8"] ?? "0", 10);
}

/** Whether there is a flag with which V8 makes pairs of vectors into wide ones: from version 13 on, on x64. */
export function canPairVectors(): boolean {
  const process = globalThis.process as Partial<NodeJS.Process> | undefined;
  return flagSetter() !== undefined && process?.arch === "x64" && v8Version() >= 13;
}
