/**
 * @file The parent's side of the benchmark: an engine lives in a process of its own from the first workload to the last, so that what it
 * compiles it compiles once, and engines can take turns call by call. One question at a time, a JSON object a line.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const alive = new Set();
/** Seconds after which an engine has lost its way: compiling takes some ten on a busy machine. */
const patience = 120;

/** Ends every child, for good. */
export function endAll() {
  for (const child of alive) child.end();
}

export class Child {
  #process;
  #lines;
  #complaints = "";
  #command;

  /** `command`: program, arguments and more environment. Nothing starts before the first question. */
  constructor(command) {
    this.#command = command;
  }

  /** Starts the process unless it runs; what it says of itself. */
  async start() {
    if (this.#process) return this.hello;
    const { program, args, env } = this.#command;
    // A group of its own, so that an interrupt at the terminal reaches run.mjs alone, which ends its children.
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env }, detached: true });
    this.#process = child;
    this.#complaints = "";
    alive.add(this);
    child.on("error", (error) => (this.#complaints += error.message));
    child.stdin.on("error", () => {}); // the process has ended; reading its output says so
    child.stderr.on("data", (text) => (this.#complaints = (this.#complaints + text).slice(-4000)));
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.hello = (await this.#next()).hello;
    return this.hello;
  }

  async #next() {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    const said = this.#complaints.trim().split("\n").at(-1);
    this.end();
    throw new Error(said || "the process ended without a word");
  }

  /** Asks one thing. Throws where the process has ended, or takes too long and is ended; the next question starts another. */
  async ask(question) {
    await this.start();
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const timer = setTimeout(() => {
      this.#complaints = `no answer in ${patience} s`;
      this.end();
    }, patience * 1000);
    try {
      return await this.#next();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Drops what was prepared, if there is a process that holds it. */
  async forget() {
    if (this.#process) await this.ask({ do: "drop" });
  }

  end() {
    const child = this.#process;
    this.#process = undefined;
    alive.delete(this);
    if (!child?.pid) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
}
