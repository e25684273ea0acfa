/**
 * @file What one run of the command line has to do with the world: where text goes, colours, progress, Ctrl-C, exit codes
 * and how errors are said. program.ts opens a session and the commands work with it; it knows no command.
 *
 * Nothing here calls process.exit: after WebAssembly work that can hang. The process ends by itself.
 */
import { inspect } from "node:util";
import { TesseraeError, ValueError } from "../core/errors.js";
import { type Progress, openProgress } from "./progress.js";
import { type Paint, cleanLines, json, paintFor } from "./text.js";

/** A command line that cannot be meant as it is written: exit code 2. */
export class UsageError extends TesseraeError {}

/** Exit codes. A run ended by a signal gives 128 and the signal's number, as shells do. */
export const exitCodes = { done: 0, failure: 1, usage: 2 } as const;
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof signals;

/** Why work stops early, when it is the user who wants it. */
class Interrupted extends TesseraeError {
  constructor(readonly exitCode: number) {
    super("interrupted");
  }
}

/** Nobody reads the output any more (`tesserae … | head`). No failure, and nobody to tell. */
class ReaderGone extends TesseraeError {}

export class Session {
  readonly paint: Paint;
  readonly #abort = new AbortController();
  #progress: Progress | undefined;
  readonly #listeners = new Map<Signal, () => void>();

  constructor() {
    this.paint = paintFor(process.stdout, process.env);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      const listener = () => this.#onSignal(signal);
      process.on(signal, listener);
      this.#listeners.set(signal, listener);
    }
    for (const stream of [process.stdout, process.stderr]) stream.on("error", (error) => this.#onWriteError(error));
  }

  /** Aborted by Ctrl-C and the like; hand it to whatever takes long. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Text for people, on standard output. */
  say(text: string): void {
    process.stdout.write(text);
  }

  /** The one object that `--json` promises, on standard output. */
  sayJson(value: unknown): void {
    process.stdout.write(json(value));
  }

  /** Something to know that is no failure, on standard error. */
  warn(text: string): void {
    this.#progress?.stop();
    const paint = paintFor(process.stderr, process.env);
    process.stderr.write(`${paint("yellow", "warning:")} ${cleanLines(text)}\n`);
  }

  /** Something to know beside what was asked for, on standard error, which leaves standard output to a program. */
  note(text: string): void {
    process.stderr.write(`${cleanLines(text)}\n`);
  }

  /** Bars, if both outputs are a terminal: someone who sends one of them elsewhere wants no drawings. */
  async progress(): Promise<Progress> {
    this.#progress ??= await openProgress(process.stdout.isTTY && process.stderr.isTTY, process.stderr);
    return this.#progress;
  }

  /** Says what went wrong, without a stack trace unless $TESSERAE_DEBUG is set. @returns the exit code */
  fail(error: unknown): number {
    this.#progress?.stop();
    if (this.signal.aborted) return this.#ended(this.signal.reason);
    const paint = paintFor(process.stderr, process.env);
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${paint("red", "error:")} ${cleanLines(message)}\n`);
    if (process.env.TESSERAE_DEBUG) process.stderr.write(`${cleanLines(trace(error))}\n`);
    else if (!(error instanceof TesseraeError)) process.stderr.write("This is not an error that tesserae expects; TESSERAE_DEBUG=1 shows where it comes from.\n");
    return error instanceof UsageError || error instanceof ValueError ? exitCodes.usage : exitCodes.failure;
  }

  /** Lets go of the process, so that it can end. */
  close(): void {
    this.#progress?.stop();
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  #ended(reason: unknown): number {
    if (reason instanceof ReaderGone) return exitCodes.done;
    process.stderr.write("interrupted\n");
    return reason instanceof Interrupted ? reason.exitCode : exitCodes.failure;
  }

  /** The first one asks everything to stop and clear up; should that not get through, a second one ends the process. */
  #onSignal(signal: Signal): void {
    this.#progress?.stop();
    if (this.signal.aborted) {
      this.close();
      process.kill(process.pid, signal);
    }
    this.#abort.abort(new Interrupted(signals[signal]));
  }

  #onWriteError(error: Error): void {
    const gone = "code" in error && (error.code === "EPIPE" || error.code === "EIO");
    this.#abort.abort(gone ? new ReaderGone("nobody reads the output") : error);
    // Thrown here, a full disk would end the process with a stack trace and nothing tidied up.
    if (!gone) process.exitCode = exitCodes.failure;
  }
}

/** An error with its causes, as Node prints them. */
const trace = (error: unknown): string => inspect(error, { depth: 8 });
