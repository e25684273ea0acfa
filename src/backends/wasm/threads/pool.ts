/**
 * @file The worker threads of one memory: starts them, gives them pieces of a kernel's range, waits for them, and notices those that
 * die. The backend owns one and says how a call is cut; nothing here knows kernels.
 *
 * A call is cut into pieces, and every thread, the calling one first, takes the next piece that nobody has taken. A worker that has not woken by
 * the time all pieces are gone is told to sleep on: a call never waits for a thread that does nothing for it, be it slow to wake,
 * still starting, or dead.
 */
import { ThreadError } from "../../../core/errors.js";
import type { Run } from "../module.js";
import { spawn, type Thread } from "./spawn.js";
import { slot, slotWords, state } from "./worker.js";

/** A call as the threads share it. */
export interface Job {
  /** The kernel: its function on this thread; on others its number, and the address and length of its module's bytes. */
  readonly run: Run;
  readonly kernel: number;
  readonly module: number;
  readonly moduleBytes: number;
  readonly parameters: number;
  readonly items: number;
  /** Items of a piece, and how many pieces that makes. */
  readonly pieceItems: number;
  readonly pieces: number;
  /** The most threads that may take pieces, the calling one included. */
  readonly threads: number;
  /** The address of the scratch area of thread number so-and-so; the calling one is 0. */
  readonly scratch: (thread: number) => number;
}

interface WorkerThread {
  readonly words: Int32Array;
  readonly thread: Thread;
  /** Why it is no more; undefined while it lives. */
  ended: string | undefined;
}

/**
 * Loads of a state before a thread goes to sleep for it, 20 to 80 microseconds: the calling one for the last piece of a worker, a worker for the next
 * call, which often comes as soon as this one is done. A sleeping thread comes too late for calls of a few hundred microseconds: with
 * 400 loads, and workers that slept at once, these took up to twice as long.
 */
const spins = 4000;
/** Milliseconds of one sleep while a worker is waited for, after which it is looked at again. */
const look = 100;

export class Pool {
  /** Living and dead, in the order of their numbers. */
  readonly workers: WorkerThread[] = [];
  private readonly next = new Int32Array(new SharedArrayBuffer(64));
  private readonly sleeps = maySleep();
  /** The host has no workers to give: it is not asked again. */
  private unavailable = false;

  /** `patience`: milliseconds after which a worker that has finished no piece counts as dead. */
  constructor(private readonly memory: WebAssembly.Memory, private readonly patience = 10_000) {}

  /** Starts workers until there are so many. They come up by and by. */
  start(count: number): void {
    while (this.workers.length < count && !this.unavailable) {
      const words = new Int32Array(new SharedArrayBuffer(4 * slotWords));
      const ended = (reason: string): void => {
        worker.ended ??= reason;
        // One that never came up: workers are forbidden here, or cannot share this memory.
        if (Atomics.load(words, slot.state) === state.booting) this.unavailable = true;
      };
      const thread = spawn({ memory: this.memory, next: this.next, words, slot, state, spins }, ended);
      if (thread === undefined) {
        this.unavailable = true;
        return;
      }
      const worker: WorkerThread = { words, thread, ended: undefined };
      this.workers.push(worker);
    }
  }

  /** How many workers have come up so far, of which some may have died since the last call. */
  get up(): number {
    let count = 0;
    for (const { words } of this.workers) if (Atomics.load(words, slot.state) !== state.booting) count++;
    return count;
  }

  /**
   * Runs a job; returns when all of it is done.
   *
   * @throws ThreadError when a worker has died, in this call or since the last one; the next call gets a new one
   */
  run(job: Job): void {
    this.bury();
    const posted: WorkerThread[] = [];
    Atomics.store(this.next, 0, 0);
    for (let i = 0; i < this.workers.length && posted.length < Math.min(job.threads, job.pieces) - 1; i++) {
      if (this.post(this.workers[i], job, posted.length + 1)) posted.push(this.workers[i]);
    }
    let longest = 0;
    try {
      longest = this.ownPieces(job);
    } finally {
      // After a failure nobody begins another piece; and nobody may still be writing when the caller goes on.
      Atomics.store(this.next, 0, job.pieces);
      for (const worker of posted) this.settle(worker, longest);
    }
    if (posted.some(({ ended }) => ended !== undefined)) this.bury();
  }

  /** Ends all workers. */
  close(): void {
    for (const worker of this.workers) worker.thread.terminate();
    this.workers.length = 0;
    this.unavailable = true;
  }

  private post({ words, ended }: WorkerThread, job: Job, thread: number): boolean {
    if (ended !== undefined || Atomics.load(words, slot.state) !== state.idle) return false;
    words[slot.kernel] = job.kernel;
    words[slot.module] = job.module;
    words[slot.moduleBytes] = job.moduleBytes;
    words[slot.parameters] = job.parameters;
    words[slot.scratch] = job.scratch(thread);
    words[slot.items] = job.items;
    words[slot.pieceItems] = job.pieceItems;
    words[slot.pieces] = job.pieces;
    Atomics.store(words, slot.state, state.posted);
    Atomics.notify(words, slot.state);
    return true;
  }

  /** This thread's part; gives the milliseconds of its longest piece. */
  private ownPieces({ run, parameters, items, pieceItems, pieces, scratch }: Job): number {
    const area = scratch(0);
    let longest = 0;
    let before = performance.now();
    for (let piece = Atomics.add(this.next, 0, 1); piece < pieces; piece = Atomics.add(this.next, 0, 1)) {
      run(parameters, piece * pieceItems, Math.min(items, (piece + 1) * pieceItems), area);
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
    }
    return longest;
  }

  /** Returns when the worker has no part in the call any more: it never began, it is done, or it is dead. */
  private settle(worker: WorkerThread, longest: number): void {
    const { words } = worker;
    if (Atomics.compareExchange(words, slot.state, state.posted, state.idle) === state.posted) return;
    for (let i = 0; i < spins; i++) if (Atomics.load(words, slot.state) !== state.running) break;
    const patience = Math.max(this.patience, 100 * longest);
    let progress = Atomics.load(words, slot.progress);
    let waited = 0;
    while (Atomics.load(words, slot.state) === state.running && waited <= patience) {
      waited += this.sleep(words);
      const now = Atomics.load(words, slot.progress);
      if (now !== progress) waited = 0;
      progress = now;
    }
    const at = Atomics.load(words, slot.state);
    if (at === state.failed) worker.ended ??= failure(words);
    if (at !== state.running) return;
    worker.ended ??= `it has not answered for ${Math.round(waited / 1000)} s`;
    worker.thread.terminate();
  }

  /** Waits a while for the worker to leave `running`; gives the milliseconds that count, which a suspended machine's do not. */
  private sleep(words: Int32Array): number {
    const before = performance.now();
    if (this.sleeps) Atomics.wait(words, slot.state, state.running, look);
    else for (let i = 0; i < 1000; i++) if (Atomics.load(words, slot.state) !== state.running) break;
    return Math.min(look, performance.now() - before);
  }

  /** Forgets the dead; says of one why it is. Those that never came up say nothing: the calling thread does without. */
  private bury(): void {
    const dead = this.workers.filter(({ ended }) => ended !== undefined);
    if (dead.length === 0) return;
    for (const worker of dead) this.workers.splice(this.workers.indexOf(worker), 1);
    const missed = dead.find(({ words }) => Atomics.load(words, slot.state) !== state.booting);
    if (missed !== undefined) {
      throw new ThreadError(`a worker thread died: ${missed.ended}. Results of this computation are not complete; the next one starts a new worker`);
    }
  }
}

function failure(words: Int32Array): string {
  return String.fromCharCode(...words.subarray(slot.text, slot.text + words[slot.textLength]));
}

/** Whether this thread may sleep: a page's own may not. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
