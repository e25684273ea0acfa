/**
 * @file Text for people: names from strangers made harmless, widths as a terminal shows them, colours where they are wanted.
 * Everything the commands print goes through here or table.ts; it knows no command.
 */

/**
 * Control characters (also the 8-bit ones, which some terminals obey), marks that turn the direction of writing, and
 * line separators: what a file name could use to make a terminal show something else.
 */
const harmful = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const escaped = (c: string): string => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;

/** A name from a file or an archive, on one line, with harmful characters written out as JSON writes them. */
export const clean = (text: string): string => text.replace(harmful, escaped);

/** A message, which may have several lines: only its line feeds stay as they are. */
export const cleanLines = (text: string): string => text.replace(harmful, (c) => (c === "\n" ? c : escaped(c)));

/** One JSON object on lines of its own; harmful characters inside its strings are escaped, which changes no value. */
export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2).replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped)}\n`;

/** Made when first needed: waking Intl takes 20 ms, which `--version` need not pay. */
let graphemes: Intl.Segmenter | undefined;
/** East Asian wide and fullwidth letters, and emoji: two columns each. */
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

/** How many columns a terminal gives the text. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : /^\p{M}+$/u.test(segment) ? 0 : 1;
  return columns;
}

/** The ways in which text can stand out. */
export type Style = "bold" | "dim" | "green" | "yellow" | "red" | "cyan";

const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22], dim: [2, 22], green: [32, 39], yellow: [33, 39], red: [31, 39], cyan: [36, 39],
};

/** Colours text, or leaves it alone. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (style, text) => `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m`;

/** Colours only on a terminal that knows them, and never against the wish of $NO_COLOR (https://no-color.org). */
export const paintFor = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint =>
  stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb" ? coloured : plain;

/** 14434 as 14,434. */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
/** "1 picture", "2 pictures". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** Bytes as people say them: 812 B, 3.2 MB. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Seconds as people say them: 4 ms, 0.38 s, 12 s. */
export function duration(seconds: number): string {
  if (seconds < 0.0995) return `${seconds < 0.00095 ? (seconds * 1000).toFixed(1) : Math.round(seconds * 1000)} ms`;
  return seconds < 9.995 ? `${seconds.toFixed(2)} s` : `${Math.round(seconds)} s`;
}
