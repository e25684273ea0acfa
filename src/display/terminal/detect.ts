/**
 * @file What the terminal at standard output can show: asked once a process where asking is safe, guessed from the environment
 * where it is not. display.ts draws accordingly. Pipes and files never come here.
 */
import { builtin } from "../node.js";
import type { Colours } from "./blocks.js";
import { type Answers, ask } from "./ask.js";
import type { Protocol } from "./graphics.js";

/** Every way to show a picture in a terminal, the best first. */
export const terminalWays = ["kitty", "iterm2", "sixel", "truecolor", "256", "characters"] as const satisfies readonly (Protocol | Colours | "characters")[];
export type TerminalWay = (typeof terminalWays)[number];

/** What a terminal can, and how large it is. */
export interface Terminal {
  readonly way: TerminalWay;
  readonly columns: number;
  readonly rows: number;
  /** A letter's size in pixels, which is guessed where the terminal did not say. */
  readonly cell: { readonly width: number; readonly height: number };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** No colours at all: the terminal knows none, or the user wants none (https://no-color.org). */
const colourless = (env: Environment): boolean => env.TERM === "dumb" || (env.NO_COLOR !== undefined && env.NO_COLOR !== "");

/** tmux and screen pass on what they know themselves; the environment they inherited speaks of a terminal behind them. */
const multiplexed = (env: Environment): boolean => Boolean(env.TMUX) || Boolean(env.STY) || /^(screen|tmux)/.test(env.TERM ?? "");

/** How many colours letters can have. */
export function coloursOf(env: Environment): Colours | "characters" {
  if (colourless(env)) return "characters";
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? "") || Boolean(env.WT_SESSION)) return "truecolor";
  const term = env.TERM ?? "";
  if (/-direct|kitty|ghostty|alacritty|wezterm|foot|rio/.test(term)) return "truecolor";
  if (/^(iTerm\.app|vscode|WezTerm|ghostty)$/.test(env.TERM_PROGRAM ?? "")) return "truecolor";
  return /256|^(screen|tmux|xterm)/.test(term) || env.TERM_PROGRAM === "Apple_Terminal" ? "256" : "characters";
}

/** Terminals that draw iTerm2's images, by the names they answer with. */
const drawsInline = /^(iTerm2|WezTerm|mintty)\b/i;

/** What can be said without asking, by the environment. */
export interface Guess {
  readonly kitty: boolean;
  readonly iterm2: boolean;
  readonly sixel: boolean;
}

/** The best way, by what the terminal answered and, where it was not asked, by what the environment says. */
export function choose(env: Environment, answers: Answers | undefined, guess: Guess): TerminalWay {
  const colours = coloursOf(env);
  if (colours === "characters" && colourless(env)) return "characters";
  const trusted = multiplexed(env) ? { kitty: false, iterm2: false, sixel: false } : guess;
  const can: Guess =
    answers === undefined
      ? trusted
      : { kitty: answers.kitty, iterm2: drawsInline.test(answers.name) || (answers.name === "" && trusted.iterm2), sixel: answers.sixel };
  return can.kitty ? "kitty" : can.iterm2 ? "iterm2" : can.sixel ? "sixel" : colours;
}

let known: Promise<Pick<Terminal, "way" | "cell">> | undefined;

/** What the terminal at standard output can. Call it only where `process.stdout.isTTY`. */
export async function detectTerminal(): Promise<Terminal> {
  known ??= find();
  const { columns, rows } = process.stdout;
  return { ...(await known), columns: columns || 80, rows: rows || 24 };
}

async function find(): Promise<Pick<Terminal, "way" | "cell">> {
  const { env, stdout } = process;
  const answers = colourless(env) ? undefined : await askSafely();
  const { createSupportsTerminalGraphics } = await import("supports-terminal-graphics");
  const cell = answers?.cell !== undefined && answers.cell.width > 0 ? answers.cell : { width: 8, height: 16 };
  return { way: choose(env, answers, createSupportsTerminalGraphics(stdout)), cell };
}

/** Long enough for an answer through a slow connection; a terminal that answers nothing costs this once. */
const PATIENCE = 500;

/** Asks where nobody else reads the keys, and where the terminal is ours: a background job would be stopped by it. */
async function askSafely(): Promise<Answers | undefined> {
  const { stdin, stdout } = process;
  const read = ["data", "readable", "keypress"].some((event) => stdin.listenerCount(event) > 0);
  if (!stdin.isTTY || stdin.isRaw || read || stdin.readableFlowing || !(await inForeground())) return undefined;
  return ask(stdin, (text) => stdout.write(text), PATIENCE, () => process.kill(process.pid, "SIGINT"));
}

/** Whether this process may use its terminal: on Linux /proc says so, elsewhere ps. */
async function inForeground(): Promise<boolean> {
  if (process.platform === "win32") return true;
  try {
    const { readFileSync } = await builtin("node:fs", "display");
    // After the name in brackets: state, parent, process group, session, terminal, the terminal's foreground group.
    const fields = /\)\s(.*)$/s.exec(readFileSync("/proc/self/stat", "latin1"))?.[1].split(" ");
    if (fields !== undefined) return fields[2] === fields[5];
  } catch {
    // No /proc here.
  }
  try {
    const { execFileSync } = await builtin("node:child_process", "display");
    return execFileSync("ps", ["-o", "stat=", "-p", String(process.pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).includes("+");
  } catch {
    return false;
  }
}
