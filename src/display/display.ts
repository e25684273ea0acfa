/**
 * @file The one place that decides where a thing goes when somebody wants to see it: a notebook, a page, a terminal by what it can,
 * a pipe. Things come as Displayable, from any room; this file knows none of them.
 */
import { ValueError } from "../core/errors.js";
import type { Displayable, Pixels } from "./displayable.js";
import { escapeTerminalLines } from "./escape.js";
import { hasProcess } from "./node.js";
import { findNotebook } from "./notebook.js";
import { fitInto } from "./scale.js";
import { Shown, type MimeBundle } from "./shown.js";
import { halfBlocks } from "./terminal/blocks.js";
import { type Terminal, type TerminalWay, detectTerminal, terminalWays } from "./terminal/detect.js";
import { drawn } from "./terminal/graphics.js";

/** An element of a page, as far as it is needed here. */
export interface ElementLike {
  insertAdjacentHTML(where: "beforeend", html: string): void;
}

export interface DisplayOptions {
  /**
   * Where it goes, instead of where Tesserae thinks best: an element of a page; "text" for plain lines; or a way of drawing in
   * the terminal ("kitty", "iterm2", "sixel", "truecolor", "256", "characters"), should yours be able to more than it says.
   * Standard output that is no terminal gets plain lines whatever is asked for.
   */
  readonly to?: ElementLike | TerminalWay | "text";
}

const isObject = (value: unknown): value is ElementLike => typeof value === "object" && value !== null;

/**
 * Shows a thing where the person is: in a notebook's output, at the end of a page, in the terminal (graphics where it has them,
 * half blocks in colour where not), or as plain lines in a pipe or file, which never gets an escape sequence.
 *
 * @throws ValueError for an unknown `to`.
 * @example await display(plot.line(losses))
 */
export async function display(thing: Displayable, { to }: DisplayOptions = {}): Promise<void> {
  if (isObject(to)) return into(to, thing);
  if (to !== undefined && to !== "text" && !terminalWays.includes(to)) {
    throw new ValueError(`display: cannot show it ${JSON.stringify(to)}; "to" is an element of a page, "text", ${terminalWays.map((way) => `"${way}"`).join(", ")}`);
  }
  const notebook = to === undefined ? findNotebook() : undefined;
  if (notebook !== undefined) return notebook(await bundleOf(thing));
  if (!hasProcess()) return to === undefined && typeof document === "object" ? into(document.body, thing) : log(thing);
  const terminal = process.stdout.isTTY && to !== "text" ? await terminalFor(to) : undefined;
  const text = terminal === undefined ? plain(thing) : await forTerminal(thing, terminal);
  await new Promise<void>((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));
}

async function into(element: ElementLike, thing: Displayable): Promise<void> {
  element.insertAdjacentHTML("beforeend", await thing.toHTML());
}

/** A worker has no page and no terminal, only its console. */
function log(thing: Displayable): void {
  console.log(thing.toText());
}

async function bundleOf(thing: Displayable): Promise<MimeBundle> {
  if (thing instanceof Shown) return thing.toMimeBundle();
  return { "text/html": await thing.toHTML(), "text/plain": thing.toText() };
}

async function terminalFor(to: TerminalWay | undefined): Promise<Terminal> {
  const found = await detectTerminal();
  return to === undefined ? found : { ...found, way: to };
}

const lines = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

/** Text as it may reach a pipe, or a screen: whatever it says, no control character but line feeds is in it. */
const plain = (thing: Displayable): string => lines(escapeTerminalLines(thing.toText()));

async function forTerminal(thing: Displayable, terminal: Terminal): Promise<string> {
  const { way, columns, rows, cell } = terminal;
  if (way === "characters") return plain(thing);
  if (way === "truecolor" || way === "256") {
    const parts = thing instanceof Shown ? thing.toParts?.({ columns, rows }) : undefined;
    if (parts === undefined) return plain(thing);
    return lines(parts.flatMap((part) => (typeof part === "string" ? escapeTerminalLines(part) : halfBlocks(part, way))).join("\n"));
  }
  if (thing.toPixels === undefined) return plain(thing);
  // One column and a few lines less, so that nothing wraps or scrolls away at once.
  const picture: Pixels = fitInto(await thing.toPixels(), (columns - 1) * cell.width, Math.max(1, rows - 2) * cell.height);
  return lines(await drawn(picture, way));
}
