/**
 * @file The few Node modules that display/ needs, fetched when they are needed and in a way that bundlers do not see, so that
 * the same code loads in a browser. Nothing else in this room names a Node module at run time.
 */
import { TesseraeError } from "../core/errors.js";

interface Builtins {
  readonly "node:fs": typeof import("node:fs");
  readonly "node:fs/promises": typeof import("node:fs/promises");
  readonly "node:path": typeof import("node:path");
  readonly "node:module": typeof import("node:module");
  readonly "node:tty": typeof import("node:tty");
  readonly "node:child_process": typeof import("node:child_process");
}

/** Whether this is Node, Deno or Bun: there is a process with an output of its own. (Bundlers' `process` has none.) */
export const hasProcess = (): boolean => typeof process === "object" && typeof process.versions?.node === "string" && process.stdout !== undefined;

/** A Node module. @throws TesseraeError where there is none, in a browser: `purpose` says what cannot be done there. */
export async function builtin<K extends keyof Builtins>(name: K, purpose: string): Promise<Builtins[K]> {
  if (!hasProcess()) throw new TesseraeError(`${purpose}: needs Node, Deno or Bun; a browser has no ${name}`);
  // Node 20 before 20.16 has no getBuiltinModule; the name in a variable keeps bundlers from following the import.
  const found: Builtins[K] = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  return found;
}
