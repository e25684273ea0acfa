/**
 * @file The notebooks that a program may run in, and how each is given something to show: Deno's kernel by its broadcast, tslab by the module
 * that it hides in every cell. display.ts asks; nothing else knows a kernel.
 *
 * https://docs.deno.com/runtime/reference/cli/jupyter/ and https://github.com/yunabe/tslab (dist/executor.js, dist/public.js)
 */
import type { MimeBundle } from "./shown.js";

/** Puts something into the output of the cell that is running. */
export type Notebook = (bundle: MimeBundle) => Promise<void>;

type Call = (...args: readonly unknown[]) => unknown;
const isCall = (value: unknown): value is Call => typeof value === "function";

/** A member of an object that may or may not be there. Anywhere but in its kernel Deno throws for `Deno.jupyter`. */
function member(owner: unknown, name: string): unknown {
  try {
    return typeof owner === "object" && owner !== null ? Reflect.get(owner, name) : undefined;
  } catch {
    return undefined;
  }
}

function inDeno(): Notebook | undefined {
  const kernel = member(member(globalThis, "Deno"), "jupyter");
  const broadcast = member(kernel, "broadcast");
  if (!isCall(broadcast)) return undefined;
  return async (bundle) => {
    await Reflect.apply(broadcast, kernel, ["display_data", { data: bundle, metadata: {}, transient: {} }]);
  };
}

/** What tslab shows takes one form only: the first of these that there is. */
const forms = ["image/png", "text/html", "image/svg+xml", "text/plain"];

function inTslab(): Notebook | undefined {
  const cell = member(globalThis, "__tslab__");
  const require = member(cell, "require");
  if (!isCall(require)) return undefined;
  const display = member(Reflect.apply(require, cell, ["tslab"]), "display");
  const raw = member(display, "raw");
  if (!isCall(raw)) return undefined;
  return async (bundle) => {
    const form = forms.find((name) => name in bundle);
    if (form !== undefined) Reflect.apply(raw, display, [form, bundle[form]]);
  };
}

/** The notebook that the program runs in, if it does. */
export const findNotebook = (): Notebook | undefined => inDeno() ?? inTslab();

/** Whether the program runs in a notebook, where the last value of a cell shows by itself. */
export const inNotebook = (): boolean => findNotebook() !== undefined;
