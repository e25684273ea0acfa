/**
 * @file A lock between processes: a file that says who holds it. It keeps two processes from fetching the same archive at
 * the same time; that nothing is corrupted even if a lock is broken by mistake is untar.ts's business, which renames
 * finished folders into place.
 */
import { linkSync, readFileSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** How often a holder shows that it lives, and after how long without that it counts as dead, in milliseconds. */
const BEAT = 5_000;
const DEAD_AFTER = 60_000;
const POLL = 100;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

let made = 0;
const myToken = (): string => `${process.pid}-${Date.now().toString(36)}-${made++}`;

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to someone else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Whether a file is there and readable; its text if so. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Creates `path` with `text` in one step, so that nobody ever reads half a lock; false where it exists. */
function createWhole(path: string, text: string, token: string): boolean {
  const own = `${path}.${token}`;
  try {
    writeFileSync(own, text, { flag: "wx" });
    linkSync(own, path);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return false;
    // A file system without hard links: create it directly; a reader of half a lock takes it for a foreign one and waits.
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return createDirectly(path, text);
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function createDirectly(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function parse(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, host, token } = { pid: 0, host: "", token: "", ...value };
    return typeof pid === "number" && typeof host === "string" && typeof token === "string" ? { pid, host, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether nobody can be behind a lock any more: its process is gone, or it has not moved for a minute. */
function isStale(path: string, text: string): boolean {
  const holder = parse(text);
  if (holder !== undefined && holder.host === hostname() && !isAlive(holder.pid)) return true;
  try {
    return Date.now() - statSync(path).mtimeMs > DEAD_AFTER;
  } catch {
    return false; // just released
  }
}

/**
 * Removes a stale lock. Two processes may want that at once, and the slower must not remove the faster one's new lock:
 * so only who holds `path.break` may, and it looks again before.
 */
function breakStale(path: string): void {
  const guard = `${path}.break`;
  const token = myToken();
  if (!createWhole(guard, JSON.stringify({ pid: process.pid, host: hostname(), token }), token)) {
    const other = readText(guard);
    // Whoever broke locks died in the middle of it: breaking takes microseconds.
    if (other !== undefined && isStale(guard, other)) rmSync(guard, { force: true });
    return;
  }
  try {
    const text = readText(path);
    if (text !== undefined && isStale(path, text)) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** A lock that is held. */
export interface Lock {
  release(): void;
}

/**
 * Waits until the lock `path` is free and takes it; locks of dead processes are broken.
 *
 * @param onWait called once if somebody else holds it.
 * @throws the signal's reason when it aborts while waiting.
 */
export async function acquire(path: string, options: { readonly signal?: AbortSignal | undefined; readonly onWait?: () => void } = {}): Promise<Lock> {
  const { signal, onWait } = options;
  const token = myToken();
  const text = JSON.stringify({ pid: process.pid, host: hostname(), token });
  for (let waited = false; !createWhole(path, text, token); waited = true) {
    const other = readText(path);
    if (other !== undefined && isStale(path, other)) {
      breakStale(path);
      continue;
    }
    if (!waited) onWait?.();
    await sleep(POLL, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
  const beat = setInterval(() => touch(path, text), BEAT);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      // Only if it is still ours: it may have been broken while this machine slept.
      if (readText(path) === text) unlinkSync(path);
    },
  };
}

function touch(path: string, text: string): void {
  try {
    const now = new Date();
    if (readText(path) === text) utimesSync(path, now, now);
  } catch {
    // Lost or unreachable: then others may take it, which costs a download, not correctness.
  }
}
