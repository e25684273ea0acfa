/**
 * @file What a worker thread does: sleeps until its slot holds a job, runs pieces of a kernel's range until none are left, sleeps again.
 * The pool starts it from its source text, so `serve` must use nothing but its arguments and the language; a test runs it so.
 */
import { hostFunctions } from "../host-functions.js";

/** Where a thread stands. The worker leaves `booting` and `running`; the pool `idle`; either may leave `posted`, whoever comes first. */
export const state = { booting: 0, idle: 1, posted: 2, running: 3, failed: 4 } as const;

/**
 * The words of a worker's slot. The pool writes the job while the worker is idle; from `posted` on it only reads. `text` is where the
 * sentence of a failure begins, a UTF-16 code unit a word, after its length.
 */
export const slot = {
  state: 0, kernel: 1, module: 2, moduleBytes: 3, parameters: 4, scratch: 5, items: 6, pieceItems: 7, pieces: 8, progress: 9, textLength: 15, text: 16,
} as const;
export const slotWords = 128;

/** What a worker is given at its start. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  /** One word for all threads of a pool: the number of the next piece that nobody has taken. */
  readonly next: Int32Array;
  readonly words: Int32Array;
  readonly slot: typeof slot;
  readonly state: typeof state;
  /** How often it looks for the next job before it goes to sleep. */
  readonly spins: number;
}

/** Serves jobs for ever; returns when one failed. */
function serve({ memory, next, words, slot, state, spins }: WorkerStart, host: WebAssembly.ModuleImports): void {
  type Kernel = (parameters: number, begin: number, end: number, scratch: number) => void;
  const kernels: (Kernel | undefined)[] = [];
  const instantiate = (): Kernel => {
    // The memory may have grown since this thread last looked at its bytes: growing by nothing looks anew.
    memory.grow(0);
    // A module cannot be compiled from shared bytes: a copy.
    const bytes = new Uint8Array(memory.buffer, words[slot.module] >>> 0, words[slot.moduleBytes]).slice();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory }, host });
    const run = exports["run"];
    if (typeof run !== "function") throw new Error("the module does not export run");
    return (parameters, begin, end, scratch) => void run(parameters, begin, end, scratch);
  };
  const work = (): void => {
    const run = (kernels[words[slot.kernel]] ??= instantiate());
    const [items, size, pieces] = [words[slot.items] >>> 0, words[slot.pieceItems] >>> 0, words[slot.pieces]];
    for (let piece = Atomics.add(next, 0, 1); piece < pieces; piece = Atomics.add(next, 0, 1)) {
      run(words[slot.parameters], piece * size, Math.min(items, (piece + 1) * size), words[slot.scratch]);
      Atomics.add(words, slot.progress, 1);
    }
  };
  const leave = (to: number): void => {
    Atomics.store(words, slot.state, to);
    Atomics.notify(words, slot.state);
  };
  leave(state.idle);
  for (;;) {
    for (let i = 0; i < spins && Atomics.load(words, slot.state) === state.idle; ) i++;
    Atomics.wait(words, slot.state, state.idle);
    if (Atomics.compareExchange(words, slot.state, state.posted, state.running) !== state.posted) continue;
    try {
      work();
      leave(state.idle);
    } catch (error) {
      const text = String(error);
      words[slot.textLength] = Math.min(text.length, words.length - slot.text);
      for (let i = 0; i < words[slot.textLength]; i++) words[slot.text + i] = text.charCodeAt(i);
      leave(state.failed);
      return;
    }
  }
}

/** How a worker gets its `WorkerStart`: from Node's module, or in the first message. */
const entries = {
  node: `start(require("node:worker_threads").workerData);`,
  web: `onmessage = ({ data }) => start(data);`,
} as const;

/** The program of a worker as a classic script that stands alone. The host functions are the caller's own, as text. */
export function workerSource(kind: keyof typeof entries): string {
  const host = Object.entries(hostFunctions).map(([name, body]) => `${JSON.stringify(name)}: ${body.toString()}`);
  return [
    `"use strict";`,
    // What some bundlers wrap functions in to keep their names.
    `const __name = (f) => f;`,
    `const host = {\n${host.join(",\n")}\n};`,
    `const serve = ${serve.toString()};`,
    `const start = (given) => serve(given, host);`,
    entries[kind],
  ].join("\n");
}
