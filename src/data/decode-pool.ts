/**
 * @file Keeps decoder threads between runs, because starting one costs some 30 ms. The bulk loader borrows workers here and
 * gives them back; a worker never keeps the process alive while nobody waits for it, and one that dies is an error.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { InternalError } from "../core/errors.js";
import type { BatchResult, BatchSpec } from "./batch-decoder.js";

/** What a worker is asked to do. Memory is shared, never copied. */
export interface Task {
  /** All file names, joined by NUL: one string is cloned faster than thousands. */
  readonly names: string;
  readonly spec: BatchSpec;
  readonly counters: SharedArrayBuffer;
  readonly pixels: SharedArrayBuffer;
  /** How many batches `pixels` has room for; batch b lies in slot b % slots. */
  readonly slots: number;
}

/** What a worker says: a batch is done, or it has nothing left to do. */
export type FromWorker = BatchResult | "idle";

/** The calling thread decodes too, so one core is left for it. */
export const defaultWorkers = (): number => Math.max(1, Math.min(availableParallelism() - 1, 8));

const idle: Worker[] = [];

function start(): Worker {
  const worker = new Worker(new URL("./decode-worker.js", import.meta.url), {
    name: "tesserae-decode",
    // None of the process's own flags: some, such as --input-type, would stop a worker from starting.
    execArgv: [],
    // Decoding makes short-lived objects only; left alone, V8 lets them pile up to a hundred megabytes (Node 24).
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  // Idle workers hold no process open, and one that dies idle is only forgotten.
  worker.unref();
  worker.on("error", () => undefined);
  worker.once("exit", () => forget(worker));
  return worker;
}

function forget(worker: Worker): void {
  const at = idle.indexOf(worker);
  if (at >= 0) idle.splice(at, 1);
}

/** Starts workers ahead of their first task, so that they boot while the caller still looks for files. */
export function warmDecoders(count: number = defaultWorkers()): void {
  while (idle.length < count) idle.push(start());
}

/** Workers on loan for one task. */
export interface Crew {
  /** Throws if a worker has died: its batches may be lost, and nothing good is to be expected of the others. */
  check(): void;
  /** The next report of any worker; rejects when a worker has died. Keeps the process alive while it waits. */
  next(signal: AbortSignal | undefined): Promise<void>;
  /** Ends the loan: workers that still decode come back to the pool when they are through. */
  release(): void;
}

/** Borrows `count` workers, sets them to work and hands each result to `onResult`. */
export function hire(count: number, task: Task, onResult: (result: BatchResult) => void): Crew {
  const workers = Array.from({ length: count }, () => idle.pop() ?? start());
  let dead: Error | undefined;
  let wake: (() => void) | undefined;
  const fail = (reason: string, cause?: unknown) => {
    dead ??= new InternalError(`loadImages: ${reason}`, { cause });
    wake?.();
  };
  for (const worker of workers) {
    const onMessage = (message: FromWorker) => {
      if (message === "idle") {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        worker.unref();
        idle.push(worker);
      } else onResult(message);
      wake?.();
    };
    const onError = (error: unknown) => fail(`a decoder thread has died: ${String(error)}`, error);
    const onExit = (code: number) => fail(`a decoder thread has ended with code ${code}`);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.unref(); // listening for messages refs it again
    worker.postMessage(task, []);
  }
  const check = () => {
    if (dead !== undefined) throw dead;
  };
  return {
    check,
    async next(signal) {
      check();
      for (const worker of workers) worker.ref();
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
      await woken;
      wake = undefined;
      for (const worker of workers) worker.unref();
      check();
    },
    release() {
      for (const worker of workers) worker.unref();
    },
  };
}
