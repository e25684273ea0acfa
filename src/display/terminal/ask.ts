/**
 * @file Asks a terminal what it can: writes a few questions, reads the answers in raw mode, and leaves the terminal as it was.
 * detect.ts decides what the answers mean; whoever calls has made sure that a terminal is at both ends.
 */

const ESC = "\u001b";

/**
 * Whether kitty's graphics work (a transparent pixel, not drawn), who is there (XTVERSION), how many pixels a letter has, and
 * last the question that every terminal answers, DA1: when that answer is here, no other will come.
 */
const questions = `${ESC}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${ESC}\\${ESC}[>0q${ESC}[16t${ESC}[c`;

/** What a terminal said. */
export interface Answers {
  readonly kitty: boolean;
  readonly sixel: boolean;
  /** As XTVERSION gives it: "tmux 3.3a", "iTerm2 3.5.0"; "" where it said nothing. */
  readonly name: string;
  /** The size of a letter in pixels. */
  readonly cell: { readonly width: number; readonly height: number } | undefined;
}

/* oxlint-disable no-control-regex -- escape sequences are what this file is about */
const patterns = {
  kitty: /\u001b_Gi=31;([^\u001b]*)\u001b\\/,
  name: /\u001bP>\|([^\u001b]*)\u001b\\/,
  cell: /\u001b\[6;(\d+);(\d+)t/,
  attributes: /\u001b\[\?([\d;]*)c/,
};
/* oxlint-enable no-control-regex */

/** The answers in what a terminal sent, once the last of them is there. */
export function readAnswers(text: string): Answers | undefined {
  const attributes = patterns.attributes.exec(text);
  if (attributes === null) return undefined;
  const cell = patterns.cell.exec(text);
  return {
    kitty: patterns.kitty.exec(text)?.[1] === "OK",
    sixel: attributes[1].split(";").slice(1).includes("4"),
    name: patterns.name.exec(text)?.[1] ?? "",
    cell: cell === null ? undefined : { width: Number(cell[2]), height: Number(cell[1]) },
  };
}

/** What is left of the input without the answers: keys that somebody pressed meanwhile. */
const withoutAnswers = (text: string): string => Object.values(patterns).reduce((rest, pattern) => rest.replace(pattern, ""), text);

/** The part of `process.stdin` that is needed here. */
export interface TerminalInput {
  readonly isRaw?: boolean;
  setRawMode(raw: boolean): unknown;
  on(event: "data", listener: (chunk: Uint8Array | string) => void): unknown;
  off(event: "data", listener: (chunk: Uint8Array | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  unshift(chunk: Uint8Array): unknown;
}

/** For a timer that runs out before anything waits for it. */
const finished = (): void => {};

/**
 * Asks, and waits for the answers; undefined where none came in time. Afterwards the terminal is in the mode it was in, and keys
 * pressed meanwhile are put back for the program to read (Ctrl-C interrupts, as always).
 */
export async function ask(input: TerminalInput, write: (text: string) => void, milliseconds: number, interrupt: () => void): Promise<Answers | undefined> {
  let received = "";
  let done: (answers: Answers | undefined) => void = finished;
  const listener = (chunk: Uint8Array | string): void => {
    // One character a byte: answers are ASCII, and everything else goes back as it came.
    received += typeof chunk === "string" ? chunk : String.fromCharCode(...chunk);
    const answers = readAnswers(received);
    if (answers !== undefined || received.includes("\u0003")) done(answers);
  };
  const timer = setTimeout(() => done(undefined), milliseconds);
  input.setRawMode(true);
  try {
    return await new Promise<Answers | undefined>((resolve) => {
      done = resolve;
      input.on("data", listener);
      input.resume();
      write(questions);
    });
  } finally {
    clearTimeout(timer);
    input.off("data", listener);
    input.pause();
    input.setRawMode(false);
    const keys = withoutAnswers(received);
    if (keys.includes("\u0003")) interrupt();
    else if (keys !== "") input.unshift(Uint8Array.from(keys, (c) => c.charCodeAt(0)));
  }
}
