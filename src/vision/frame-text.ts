/**
 * @file How a table prints: pandas' layout of columns, with the middle left out of what does not fit. data-frame.ts calls it;
 * it takes columns of text and knows nothing of numbers.
 */
import { escapeTerminal } from "../display/escape.js";

export interface TextTable {
  readonly names: readonly string[];
  /** Whether a column's heading keeps the place of a sign, as numbers' do. */
  readonly signed: readonly boolean[];
  readonly index: readonly string[];
  /** The cells of each column, with a place for the sign. Only as many as are shown. */
  readonly cells: readonly (readonly string[])[];
  /** Before which of the shown rows some were left out; undefined where all are shown. */
  readonly gap: number | undefined;
  /** How many characters a line may have. */
  readonly width: number;
}

/** Characters that take two columns of a terminal. */
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const widthOf = (text: string): number => Array.from(text).reduce((sum, c) => sum + (wide.test(c) ? 2 : /\p{M}/u.test(c) ? 0 : 1), 0);
const padding = (text: string, width: number): string => " ".repeat(Math.max(0, width - widthOf(text)));

interface Strip {
  readonly lines: readonly string[];
  readonly width: number;
}

/** One column: heading, cells and the dots where rows were left out, all of one width. */
function strip(heading: string, cells: readonly string[], gap: number | undefined, align: "left" | "right"): Strip {
  const texts = [heading, ...cells].map(escapeTerminal);
  const width = Math.max(...texts.map(widthOf));
  const pad = (text: string): string => (align === "left" ? text + padding(text, width) : padding(text, width) + text);
  const lines = texts.map(pad);
  if (gap !== undefined) lines.splice(gap + 1, 0, pad(align === "left" || width <= 3 ? ".." : "..."));
  return { lines, width };
}

/** The table as lines. */
export function layOut({ names, signed, index, cells, gap, width }: TextTable): string {
  const rows = strip("", index, gap, "left");
  const columns = names.map((name, c) => strip(signed[c] ? ` ${name}` : name, cells[c], gap, "right"));
  const dots = { lines: rows.lines.map(() => "..."), width: 3 };
  let total = rows.width + columns.reduce((sum, column) => sum + column.width + 1, 0);
  let [left, right] = [columns.slice(0, Math.ceil(columns.length / 2)), columns.slice(Math.ceil(columns.length / 2))];
  const whole = total <= width;
  // From the middle outwards, as pandas: what remains is the first and the last columns.
  while (total + (whole ? 0 : dots.width + 1) > width && left.length + right.length > 2) {
    const from = left.length > right.length ? left : right;
    const gone = from === left ? left[left.length - 1] : right[0];
    if (from === left) left = left.slice(0, -1);
    else right = right.slice(1);
    total -= gone.width + 1;
  }
  const strips = [rows, ...left, ...(left.length + right.length < columns.length ? [dots] : []), ...right];
  return rows.lines.map((_, line) => strips.map(({ lines }) => lines[line]).join(" ").trimEnd()).join("\n");
}
