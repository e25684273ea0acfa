/**
 * @file The base of everything the library lets people look at: from the forms that a picture, a table or a plot has, it makes
 * files, a notebook's bundle and the one line that `console.log` prints. It knows no place (display.ts does) and no thing.
 */
import { ValueError } from "../core/errors.js";
import type { Displayable, Pixels } from "./displayable.js";
import { escapeMarkup, escapeTerminal } from "./escape.js";
import { builtin } from "./node.js";
import { encodePNG, toBase64 } from "./png.js";

/** What a notebook is given: the same thing in several forms, of which it shows the best it can. */
export type MimeBundle = Readonly<Record<string, string>>;

/** The forms that a thing can have, beside plain text. */
export type Form = "png" | "svg" | "html";

/** A terminal's room, in characters. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");
const denoInspect: unique symbol = Symbol.for("Deno.customInspect");
const jupyter: unique symbol = Symbol.for("Jupyter.display");

/** Something that shows itself: `display(x)`, `x.save("x.png")`, or as the last value of a notebook's cell. */
export abstract class Shown implements Displayable {
  abstract readonly alt: string;
  abstract toText(): string;
  abstract toHTML(): string | Promise<string>;
  toSVG?(): string | Promise<string>;
  toPixels?(options?: { scale?: number }): Pixels | Promise<Pixels>;
  /**
   * For a terminal without graphics: lines of text, and pictures in which a pixel is one column wide and half a row high.
   * Without it, such a terminal gets `toText()`.
   */
  toParts?(room: Room): readonly (string | Pixels)[];
  /** Which forms a notebook gets; every one there is, unless a thing knows better. */
  protected readonly forms: readonly Form[] = ["png", "svg", "html"];
  #alreadyShown = false;

  /** A PNG file, in memory. @throws ValueError where the thing has no pixels, a table for example. */
  async toPNG(options?: { scale?: number }): Promise<Uint8Array> {
    if (this.toPixels === undefined) throw new ValueError(`toPNG: there is no picture of this: ${this.toString()}; use toHTML()`);
    return encodePNG(await this.toPixels(options));
  }

  /**
   * Writes a file: ".png", ".svg" or ".html", whichever of them the thing has. It appears whole or not at all.
   *
   * @throws ValueError for another ending; the file system's error where the folder is missing or cannot be written.
   * @example await (await showImage(mean3)).save("mean3.png")
   */
  async save(path: string | { readonly path: string }): Promise<void> {
    const file = typeof path === "string" ? path : path.path;
    const write = this.#writers()[/\.[^./\\]*$/.exec(file)?.[0].toLowerCase() ?? ""];
    if (write === undefined) {
      throw new ValueError(`save: ${JSON.stringify(file)} must end in ${Object.keys(this.#writers()).join(" or ")}, which says in what form to write`);
    }
    const fs = await builtin("node:fs/promises", "save");
    const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2, 10)}.part`;
    const bytes = await write();
    try {
      await fs.writeFile(temporary, bytes);
      await fs.rename(temporary, file);
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
  }

  #writers(): Record<string, (() => Promise<string | Uint8Array>) | undefined> {
    return {
      ...(this.toPixels === undefined ? {} : { ".png": async () => this.toPNG() }),
      ...(this.toSVG === undefined ? {} : { ".svg": async () => (await this.toSVG?.()) ?? "" }),
      ".html": async () => page(this.alt, await this.toHTML()),
    };
  }

  /** The forms for a notebook, by media type. */
  async toMimeBundle(): Promise<MimeBundle> {
    const bundle: Record<string, string> = {};
    if (this.forms.includes("png") && this.toPixels !== undefined) bundle["image/png"] = toBase64(await this.toPNG());
    if (this.forms.includes("svg") && this.toSVG !== undefined) bundle["image/svg+xml"] = await this.toSVG();
    if (this.forms.includes("html")) bundle["text/html"] = await this.toHTML();
    return { ...bundle, "text/plain": this.toString() };
  }

  /**
   * For functions that show a thing and return it too: the notebook does not show it again as the value of that cell. (Once:
   * as the value of a later cell it shows.)
   */
  markShown(): void {
    this.#alreadyShown = true;
  }

  /** What a notebook calls for the last value of a cell. */
  async [jupyter](): Promise<MimeBundle> {
    const again = this.#alreadyShown;
    this.#alreadyShown = false;
    return again ? {} : this.toMimeBundle();
  }

  /** One line that says what it is. */
  toString(): string {
    return escapeTerminal(this.alt);
  }
  [inspect](): string {
    return this.toString();
  }
  [denoInspect](): string {
    return this.toString();
  }
}

/** A page of its own around a fragment: readable on a phone, light or dark as the reader likes, with nothing to load. */
export const page = (title: string, fragment: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>:root { color-scheme: light dark; } body { margin: 1rem; font-family: system-ui, sans-serif; }</style>
</head>
<body>
${fragment}
</body>
</html>
`;
