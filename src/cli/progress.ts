/**
 * @file Progress bars on a terminal, nothing anywhere else. Commands say which stage has come how far; this file draws it on
 * standard error and takes it away again. It loads the drawing library only when there is something to draw on.
 */
import type { SingleBar } from "cli-progress";
import { count, size } from "./text.js";

/** How a stage's numbers are written. */
export type Unit = "bytes" | "items";

/** A stage's news: so much of so much; `total` is absent where nobody knows it. */
export interface News {
  readonly stage: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly unit?: Unit;
}

export interface Progress {
  /** Draws the news; a new stage replaces the last one's bar. */
  show(news: News): void;
  /** Takes the bar away and gives the cursor back. May be called at any time, again too. */
  stop(): void;
}

const silent: Progress = { show: () => undefined, stop: () => undefined };

/** A bar on `stream`, or nothing where `interactive` is false. */
export async function openProgress(interactive: boolean, stream: NodeJS.WritableStream): Promise<Progress> {
  if (!interactive) return silent;
  const { default: cliProgress } = await import("cli-progress");
  return new Bar((format) => new cliProgress.SingleBar({ stream, format, barCompleteChar: "█", barIncompleteChar: "░", barsize: 30, hideCursor: true, clearOnComplete: true, stopOnComplete: false, gracefulExit: false, fps: 20, linewrap: null }));
}

const write: Readonly<Record<Unit, (n: number) => string>> = { bytes: size, items: count };

class Bar implements Progress {
  readonly #make: (format: string) => SingleBar;
  #bar: SingleBar | undefined;
  #stage = "";

  constructor(make: (format: string) => SingleBar) {
    this.#make = make;
  }

  show({ stage, done, total, unit = "items" }: News): void {
    const text = total === undefined ? write[unit](done) : `${write[unit](done)} of ${write[unit](total)}`;
    // Without a total there is nothing to fill: only the words.
    const key = `${stage}${total === undefined ? "" : " {bar}"} {text}`;
    const all = Math.max(total ?? 1, 1);
    if (key === this.#stage && this.#bar !== undefined) {
      this.#bar.setTotal(all);
      this.#bar.update(Math.min(done, all), { text });
      return;
    }
    this.stop();
    this.#stage = key;
    this.#bar = this.#make(key);
    this.#bar.start(all, Math.min(done, all), { text });
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
