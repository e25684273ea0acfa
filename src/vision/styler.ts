/**
 * @file Tables with style: pandas' Styler. Collects what to do (properties, gradients, formats), works it out when asked for HTML, and
 * writes pandas' structure: one scoped style sheet and a table whose cells it names. Made by `frame.style`.
 */
import { ValueError } from "../core/errors.js";
import { escapeMarkup } from "../display/escape.js";
import { Shown } from "../display/shown.js";
import { type Cell, isNumeric, numbers, spell } from "./column.js";
import { colormap, type Colormap } from "./colormaps.js";
import { declarations, type Declaration, type Properties } from "./css.js";
import type { DataFrame, Label } from "./data-frame.js";
import { gradient, type GradientOptions } from "./gradient.js";
import { checkOptions } from "./options.js";

/** Which columns a style goes to. */
export interface Subset {
  /** Columns by name; every one (for a gradient: every one of numbers) unless told. */
  readonly subset?: Label | readonly Label[];
}

export interface BackgroundGradientOptions extends GradientOptions, Subset {
  /** The range is that of each column (0, as pandas has it), each row (1) or the whole table (null). */
  readonly axis?: 0 | 1 | null;
}

export interface FormatOptions extends Subset {
  /** Digits after the point of floats; 6 unless told. */
  readonly precision?: number;
  /** What is written where a value is missing; "nan" unless told. */
  readonly naRep?: string;
  /** What stands between thousands; nothing unless told. */
  readonly thousands?: string;
  /** What stands before the fraction; "." unless told. */
  readonly decimal?: string;
  /** Writes a value in another way. */
  readonly formatter?: (value: Cell) => string;
}

/** Adds declarations to the cells, row by row: `cells[row][column]`. */
type Step = (cells: Declaration[][][]) => void;

interface State {
  readonly frame: DataFrame;
  readonly steps: readonly Step[];
  readonly formats: ReadonlyMap<string, FormatOptions>;
  readonly caption: string | undefined;
  readonly hideIndex: boolean;
  readonly hideColumns: boolean;
  readonly uuid: string | undefined;
}

const gradientOptions = ["low", "high", "axis", "vmin", "vmax", "textColorThreshold", "subset"];

/**
 * A table with style. Each method gives a new one, so that they chain; colours are worked out when the HTML is asked for.
 *
 * @example dataFrame(im3).style.setProperties({ fontSize: "6pt" }).backgroundGradient("Greys").toHTML()
 * @see https://pandas.pydata.org/docs/reference/api/pandas.io.formats.style.Styler.html
 */
export class Styler extends Shown {
  readonly #state: State;
  #html: string | undefined;

  /** For the library's own use: `frame.style` makes stylers. */
  constructor(from: DataFrame | State) {
    super();
    this.#state = "steps" in from ? from : { frame: from, steps: [], formats: new Map(), caption: undefined, hideIndex: false, hideColumns: false, uuid: undefined };
  }

  get alt(): string {
    const { frame, caption } = this.#state;
    return caption === undefined ? frame.alt : `${caption}: ${frame.alt}`;
  }
  /** The table that is styled. */
  get data(): DataFrame {
    return this.#state.frame;
  }
  override toString(): string {
    return this.toText();
  }
  toText(): string {
    return this.#state.frame.toText();
  }

  /**
   * CSS for every cell (or those of some columns): names in camelCase, values as CSS has them. Throws ValueError for a value that is
   * more than a value, or that would load something.
   * @example frame.style.setProperties({ fontSize: "6pt", border: "1px solid #ccc" })
   */
  setProperties(properties: Properties, { subset }: Subset = {}): Styler {
    const css = declarations("setProperties", properties);
    const places = this.#places(subset);
    return this.#with((cells) => {
      for (const row of cells) for (const c of places) row[c].push(...css);
    });
  }

  /**
   * Colours every cell of numbers by its value, with text light on dark ones: pandas' colours exactly. The range is each column's unless
   * `axis` says otherwise. Throws ValueError for an unknown colour map or a range that is upside down.
   * @see https://pandas.pydata.org/docs/reference/api/pandas.io.formats.style.Styler.background_gradient.html
   */
  backgroundGradient(cmap: string | Colormap = "PuBu", options: BackgroundGradientOptions = {}): Styler {
    checkOptions("backgroundGradient", options, gradientOptions);
    const { axis = 0, subset } = options;
    if (axis !== 0 && axis !== 1 && axis !== null) throw new ValueError(`backgroundGradient: axis is 0 (each column), 1 (each row) or null (the whole table), not ${String(axis)}`);
    const map = colormap(cmap);
    const { frame } = this.#state;
    const places = subset === undefined ? this.#places(undefined).filter((c) => isNumeric(frame.column(frame.columns[c]))) : this.#places(subset);
    const values = places.map((c) => numbers(frame.columns[c], frame.column(frame.columns[c])));
    const rows = frame.length;
    const groups = groupsOf(axis, rows, places.length);
    // A range that is upside down shows now, not when the table is looked at.
    const coloured = groups.map((group) => gradient(Float64Array.from(group, (i) => values[Math.floor(i / rows)][i % rows]), map, options));
    return this.#with((cells) => {
      groups.forEach((group, g) => group.forEach((i, k) => cells[i % rows][places[Math.floor(i / rows)]].push(...coloured[g][k])));
    });
  }

  /** How values are written: digits, missing values, thousands, or a function of your own. What it returns is escaped. */
  format(options: FormatOptions | ((value: Cell) => string) = {}): Styler {
    const given = typeof options === "function" ? { formatter: options } : options;
    checkOptions("format", given, ["precision", "naRep", "thousands", "decimal", "formatter", "subset"]);
    const { precision } = given;
    if (precision !== undefined && !(Number.isInteger(precision) && precision >= 0 && precision <= 100)) throw new ValueError(`format: precision is a number of digits from 0 to 100, not ${precision}`);
    const names = this.#places(given.subset).map((c) => this.#state.frame.columns[c]);
    return new Styler({ ...this.#state, formats: new Map([...this.#state.formats, ...names.map((name) => [name, given] as const)]) });
  }
  /** Without the rows' labels (axis "index") or the columns' names (axis "columns"). */
  hide(axis: "index" | "columns" = "index"): Styler {
    return new Styler({ ...this.#state, ...(axis === "index" ? { hideIndex: true } : { hideColumns: true }) });
  }
  /** Without the rows' labels. */
  hideIndex(): Styler {
    return this.hide("index");
  }
  /** A line above the table. */
  setCaption(caption: string): Styler {
    return new Styler({ ...this.#state, caption });
  }
  /** The name that the style sheet and the cells carry; made from the content unless told. */
  setUuid(uuid: string): Styler {
    if (!/^[\w-]+$/.test(uuid)) throw new ValueError(`setUuid: ${JSON.stringify(uuid)} must consist of letters, digits, "_" and "-"`);
    return new Styler({ ...this.#state, uuid });
  }

  /** The style sheet and the table. */
  toHTML(): string {
    return (this.#html ??= this.#written());
  }
  /** As `toHTML`. */
  render(): string {
    return this.toHTML();
  }

  #with(step: Step): Styler {
    return new Styler({ ...this.#state, steps: [...this.#state.steps, step] });
  }

  /** Which columns, as places. Throws IndexError for an unknown name. */
  #places(subset: Label | readonly Label[] | undefined): number[] {
    const { frame } = this.#state;
    if (subset === undefined) return frame.columns.map((_, c) => c);
    const names: readonly Label[] = typeof subset === "object" ? subset : [subset];
    return names.map((name) => {
      frame.column(name);
      return frame.columns.indexOf(String(name));
    });
  }

  #written(): string {
    const { frame, steps, uuid } = this.#state;
    const cells = Array.from({ length: frame.length }, () => frame.columns.map((): Declaration[] => []));
    for (const step of steps) step(cells);
    const rules = rulesOf(cells);
    const table = this.#table();
    const id = `T_${uuid ?? hashOf(rules.map(({ css, selectors }) => css + selectors.join()).join() + table.join("\u0001"))}`;
    const sheet = rules.map(({ css, selectors }) => `${selectors.map((selector) => `#${id}_${selector}`).join(", ")} {\n${css}}\n`).join("");
    return `<style type="text/css">\n${sheet}</style>\n${table.join(id)}`;
  }

  /** The table, in pieces between which its name goes. */
  #table(): string[] {
    const { frame, caption, hideIndex, hideColumns } = this.#state;
    const texts = frame.columns.map((name) => this.#texts(name));
    const lines = [`<table id="\0">`];
    if (caption !== undefined) lines.push(`  <caption>${escapeMarkup(caption)}</caption>`);
    lines.push("  <thead>");
    if (!hideColumns) {
      const heads = frame.columns.map((name, c) => `      <th id="\0_level0_col${c}" class="col_heading level0 col${c}">${escapeMarkup(name)}</th>`);
      lines.push("    <tr>", ...(hideIndex ? [] : ['      <th class="blank level0">&nbsp;</th>']), ...heads, "    </tr>");
    }
    lines.push("  </thead>", "  <tbody>");
    frame.index.forEach((label, r) => {
      lines.push("    <tr>");
      if (!hideIndex) lines.push(`      <th id="\0_level0_row${r}" class="row_heading level0 row${r}">${escapeMarkup(String(label))}</th>`);
      for (let c = 0; c < texts.length; c++) lines.push(`      <td id="\0_row${r}_col${c}" class="data row${r} col${c}">${texts[c][r]}</td>`);
      lines.push("    </tr>");
    });
    lines.push("  </tbody>", "</table>", "");
    // No text holds U+0000: escapeMarkup replaces it.
    return lines.join("\n").split("\0");
  }

  /** The values of a column as they are written, escaped. */
  #texts(name: string): string[] {
    const { kind, values } = this.#state.frame.column(name);
    const options = this.#state.formats.get(name) ?? {};
    return Array.from(values, (value) => escapeMarkup(written(value, kind === "float", options)));
  }
}

/** One value, as pandas writes it. */
function written(value: Cell, float: boolean, { formatter, precision = 6, naRep, thousands = "", decimal = "." }: FormatOptions): string {
  const missing = value === null || value === undefined || (typeof value === "number" && Number.isNaN(value));
  if (missing && naRep !== undefined) return naRep;
  if (formatter !== undefined) return formatter(value);
  if (missing) return typeof value === "number" ? "nan" : "None";
  if (typeof value !== "number" && typeof value !== "bigint") return String(value);
  const text = float ? spell(Number(value), precision) : String(value);
  const [, sign, whole, fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const grouped = thousands === "" ? whole : whole.replace(/\B(?=(\d{3})+$)/g, () => thousands);
  return `${sign}${grouped}${fraction === undefined ? "" : decimal + fraction}`;
}

/** Which cells share a range, as places in the columns one after the other. */
function groupsOf(axis: 0 | 1 | null, rows: number, columns: number): number[][] {
  const all = Array.from({ length: rows * columns }, (_, i) => i);
  if (axis === null) return [all];
  if (axis === 0) return Array.from({ length: columns }, (_, c) => all.slice(c * rows, (c + 1) * rows));
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => c * rows + r));
}

interface Rule {
  readonly css: string;
  readonly selectors: string[];
}

/** One rule for all cells of the same style, in the order in which they appear; the last word on a property counts. */
function rulesOf(cells: readonly (readonly (readonly Declaration[])[])[]): Rule[] {
  const rules = new Map<string, Rule>();
  cells.forEach((row, r) => {
    row.forEach((css, c) => {
      if (css.length === 0) return;
      const text = css.map(([property, value]) => `  ${property}: ${value};\n`).join("");
      const rule = rules.get(text) ?? { css: text, selectors: [] };
      rules.set(text, rule);
      rule.selectors.push(`row${r}_col${c}`);
    });
  });
  return [...rules.values()];
}

/** Eight letters that tell one table from another (FNV-1a): the same table has the same name each time it is made. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  let second = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    second = Math.imul(second ^ text.charCodeAt(i), 0x85ebca6b) ^ (second >>> 13);
  }
  return ((hash >>> 0).toString(36) + (second >>> 0).toString(36)).slice(0, 8);
}
