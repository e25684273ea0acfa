/**
 * @file Plain tables: columns padded to the width of what they hold, numbers at the right, a rule under the titles. The
 * commands hand over text that is already clean; this file knows nothing of what it means.
 */
import { type Paint, type Style, plain, widthOf } from "./text.js";

export interface Column {
  readonly title: string;
  /** Default: left. */
  readonly align?: "left" | "right";
}

/** What stands in a cell; `style` is put on after padding, so that it does not count as width. */
export type Cell = string | { readonly text: string; readonly style: Style };

export interface TableOptions {
  readonly paint?: Paint;
  /** Put in front of every line. Default: two spaces. */
  readonly indent?: string;
  /** Between two columns. Default: three spaces. */
  readonly gap?: string;
  /** Whether a rule goes under the titles. Default true. */
  readonly rule?: boolean;
  /** Rows before which another rule goes. */
  readonly rulesBefore?: readonly number[];
}

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);

/**
 * The table as lines, each ended by a line feed; spaces at a line's end are left out.
 *
 * @example table([{ title: "class" }, { title: "n", align: "right" }], [["3", "6131"]])
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], options: TableOptions = {}): string {
  const { paint = plain, indent = "  ", gap = "   ", rule = true, rulesBefore = [] } = options;
  const widths = columns.map(({ title }, c) => Math.max(widthOf(title), ...rows.map((row) => widthOf(textOf(row[c])))));
  const line = (cells: readonly Cell[]) => {
    const last = cells.findLastIndex((cell) => textOf(cell) !== "");
    const padded = cells.slice(0, last + 1).map((cell, c) => {
      const text = textOf(cell);
      const painted = typeof cell === "string" ? text : paint(cell.style, text);
      const space = " ".repeat(widths[c] - widthOf(text));
      if (columns[c].align === "right") return space + painted;
      return c === last ? painted : painted + space;
    });
    return `${(indent + padded.join(gap)).trimEnd()}\n`;
  };
  const ruler = line(widths.map((width): Cell => ({ text: "─".repeat(width), style: "dim" })));
  const head = columns.some(({ title }) => title !== "") ? line(columns.map(({ title }): Cell => ({ text: title, style: "bold" }))) + (rule ? ruler : "") : "";
  return head + rows.map((row, r) => (rulesBefore.includes(r) ? ruler : "") + line(row)).join("");
}
