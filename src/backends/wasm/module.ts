/**
 * @file From a module's bytes to a callable loop, in one of two ways: quickly, leaving it to the engine to optimise what is called
 * often, or optimised at once, for a first call that is long. The backend says which; nothing here knows of kernels.
 *
 * V8 compiles WebAssembly with its baseline compiler first, and a loop that is running is never exchanged for the optimised one: a
 * first call over millions of elements runs ten times longer than it need. Under Node its flags choose the compiler.
 */
import { InternalError } from "../../core/errors.js";
import { flagSetter, v8Version } from "./features.js";

/** The exported function of a module: addresses of the parameter block and of the thread's scratch area, and the range. */
export type Run = (parameters: number, begin: number, end: number, scratch: number) => void;

const optimising = ["--no-liftoff", "--no-wasm-lazy-compilation"];
const asBefore = ["--liftoff", "--wasm-lazy-compilation"];
/**
 * From version 13 on V8 puts a function into the one that calls it, by counts that the baseline compiler has taken. A module that was never
 * compiled with that one has none, and version 14 ends the process over it (seen on Node 26).
 */
const inlining = "--wasm-inlining";
const notInlining = "--no-wasm-inlining";
const inlines = (): boolean => v8Version() >= 13;
/** Neighbouring stores of two vectors, and what leads to them, become those of one wide one. */
const pairing = "--experimental-wasm-revectorize";
const notPairing = "--no-experimental-wasm-revectorize";

/** Sets a flag of the engine's, unless someone chose a compiler on the command line. */
function compilerSetter(): ((flag: string) => void) | undefined {
  const chosen = globalThis.process?.execArgv?.some((argument) => /liftoff|wasm-lazy|wasm-tier/.test(argument));
  return chosen ? undefined : flagSetter();
}
let setFlag: ((flag: string) => void) | undefined | "unknown" = "unknown";

/** Whether `instantiate` can optimise at once here. */
export function canOptimiseAtOnce(): boolean {
  if (setFlag === "unknown") setFlag = compilerSetter();
  return setFlag !== undefined;
}

/** A custom section, which says nothing: V8 gives equal bytes the code it has already. */
const mark = Uint8Array.of(0, 2, 1, 0x6f);

/** The same module with other bytes, so that it can be optimised at once though the engine knows the first. */
export function marked(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(bytes.length + mark.length);
  both.set(bytes);
  both.set(mark, bytes.length);
  return both;
}

/**
 * Compiles a module and gives its function "run". Other threads that compile the same bytes later get the code that is made here, optimised as
 * it is: V8 keeps one for the process.
 */
export function instantiate(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports, optimise: boolean, pairs = false): Run {
  const { exports } = new WebAssembly.Instance(optimise ? optimisedModule(bytes, pairs) : new WebAssembly.Module(bytes), imports);
  const run = exports["run"];
  if (typeof run !== "function") throw new InternalError("a kernel's module does not export run");
  return (parameters, begin, end, scratch) => void run(parameters, begin, end, scratch);
}

/** Compiles with the optimising compiler where it can be told to; with `pairs`, into vectors twice as wide. */
export function optimisedModule(bytes: Uint8Array<ArrayBuffer>, pairs: boolean): WebAssembly.Module {
  const set = canOptimiseAtOnce() && typeof setFlag === "function" ? setFlag : () => {};
  try {
    for (const flag of optimising) set(flag);
    if (inlines()) set(notInlining);
    if (pairs) set(pairing);
    return new WebAssembly.Module(bytes);
  } finally {
    for (const flag of asBefore) set(flag);
    if (inlines()) set(inlining);
    if (pairs) set(notPairing);
  }
}
