/**
 * @file Starts a worker thread, in Node's way where Node's module is there (Node, Deno, Bun), else in the browser's. The pool calls it. Knows how
 * threads begin and end, and nothing of what they do.
 */
import { workerSource, type WorkerStart } from "./worker.js";

/** A thread that was started. It does not keep the process alive. */
export interface Thread {
  terminate(): void;
}

interface NodeWorker {
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "exit", listener: (code: number) => void): void;
  unref(): void;
  terminate(): unknown;
}
interface NodeWorkers {
  readonly Worker: new (source: string, options: object) => NodeWorker;
}

/** Node's module by its name, where there is one. */
function nodeWorkers(): NodeWorkers | undefined {
  const host: { readonly process?: { getBuiltinModule?: (name: "node:worker_threads") => NodeWorkers | undefined } } = globalThis;
  return host.process?.getBuiltinModule?.("node:worker_threads");
}

/**
 * Starts a worker; `ended` hears once, later, why it is no more. Undefined where the host has no workers or forbids them (a content
 * security policy, Node's permission model).
 */
export function spawn(start: WorkerStart, ended: (reason: string) => void): Thread | undefined {
  const workers = nodeWorkers();
  try {
    return workers ? inNode(workers, start, ended) : onPage(start, ended);
  } catch {
    return undefined;
  }
}

/** Without the program's own preloads and environment, which a thread that only computes has no use for. */
function inNode({ Worker }: NodeWorkers, start: WorkerStart, ended: (reason: string) => void): Thread {
  const worker = new Worker(workerSource("node"), {
    eval: true, workerData: start, name: "tesserae", execArgv: [], env: {}, stdin: false, trackUnmanagedFds: false,
  });
  worker.on("error", (error) => ended(String(error)));
  worker.on("exit", (code) => ended(`it exited with code ${code}`));
  worker.unref();
  return { terminate: () => void worker.terminate() };
}

function onPage(start: WorkerStart, ended: (reason: string) => void): Thread | undefined {
  if (typeof Worker !== "function") return undefined;
  const address = URL.createObjectURL(new Blob([workerSource("web")], { type: "text/javascript" }));
  const worker = new Worker(address, { name: "tesserae" });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    ended(event.message || "it could not start");
  });
  worker.postMessage(start, []);
  return { terminate: () => worker.terminate() };
}
