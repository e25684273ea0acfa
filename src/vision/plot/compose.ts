/**
 * @file One drawing of a plot: Observable Plot's axes and marks, with a title above and the legend in the same SVG, in colours for light
 * and dark pages. The kinds of plots say what to draw; plot.ts makes files and pixels of it.
 */
import type { AxisXOptions, AxisYOptions, Markish, ScaleOptions } from "@observablehq/plot";
import { escapeMarkup } from "../../display/escape.js";
import { hashOf } from "../styler.js";
import type { PlotOptions, Theme } from "./options.js";
import { attributesOf, childrenOf, type Plotting, plotting } from "./svg.js";
import { fitted, widthOf, wrapped } from "./words.js";

/** Room that is left around the axes. */
export interface Margins {
  readonly marginTop: number;
  readonly marginRight: number;
  readonly marginBottom: number;
  readonly marginLeft: number;
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
}

/** What Plot is told: scales, marks, and what is special about the axes, which are drawn over the marks. */
export interface Drawn {
  readonly x: ScaleOptions;
  readonly y: ScaleOptions;
  readonly marks: readonly Markish[];
  /** Across which axes' ticks lines run behind the marks. */
  readonly grid?: readonly ("x" | "y")[];
  readonly axisX?: AxisXOptions;
  readonly axisY?: AxisYOptions;
}

/** What a kind of plot says about itself. */
export interface Plan {
  readonly options: PlotOptions;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  readonly xlabel: string | undefined;
  readonly ylabel: string | undefined;
  readonly legend: readonly LegendEntry[];
  /** Marks and scales, in the room that the margins leave. */
  readonly draw: (library: Plotting, margins: Margins) => Drawn | Promise<Drawn>;
  /** Whether the marks name categories below the x axis, which turn where they would touch. */
  readonly categories?: readonly string[];
  /** Room on the right for a colour bar. */
  readonly right?: number;
}

const TITLE = 16;
const LABEL = 13;
const TICK = 12;
/** The widest that a name of a category may be. */
export const LONGEST = 150;
const GAP = 10;

interface Colours {
  readonly ink: string;
  readonly paper: string;
}
const light: Colours = { ink: "#1f2328", paper: "#ffffff" };
const dark: Colours = { ink: "#e6edf3", paper: "#0d1117" };

/** How names of categories stand below the axis: turned where they are too wide for their places. */
export function turned(categories: readonly string[], room: number): { rotate: number; height: number } {
  const widest = Math.max(0, ...categories.map((name) => widthOf(fitted(name, TICK, LONGEST), TICK)));
  if (widest <= room / Math.max(1, categories.length) - 6) return { rotate: 0, height: TICK };
  return { rotate: -45, height: Math.min(LONGEST, widest) * 0.72 + TICK };
}

/** The widest label at the ticks of the y axis. */
function tickWidth(svg: Element): number {
  const group = Array.from(svg.querySelectorAll("g")).filter((g) => g.getAttribute("aria-label") === "y-axis tick label");
  return Math.max(0, ...group.flatMap((g) => Array.from(g.querySelectorAll("text"), (text) => widthOf(text.textContent ?? "", TICK))));
}

/** Ticks that a scale asks for: Plot's axes, drawn by hand, would not look. */
const ticksOf = ({ ticks, tickFormat }: ScaleOptions): Pick<ScaleOptions, "ticks" | "tickFormat"> => ({
  ...(ticks === undefined ? {} : { ticks }),
  ...(tickFormat === undefined ? {} : { tickFormat }),
});

/** Plot's drawing, with as much room on the left as the ticks turn out to need. */
async function axes({ width, height, draw, xlabel, ylabel, categories, right = 0 }: Plan): Promise<Element> {
  const { library, document } = await plotting();
  const left = (ticks: number): number => Math.ceil(ticks) + 14 + (ylabel === undefined ? 0 : LABEL + GAP);
  const bottom = (marginLeft: number): number => (categories === undefined ? TICK : turned(categories, width - marginLeft - 16 - right).height) + 16 + (xlabel === undefined ? 0 : LABEL + GAP);
  const make = async (marginLeft: number): Promise<Element> => {
    const margins: Margins = { marginTop: 12, marginRight: 16 + right, marginBottom: bottom(marginLeft), marginLeft };
    const { x, y, marks, grid = [], axisX, axisY } = await draw(library, margins);
    const centred = { labelAnchor: "center", labelArrow: "none" } as const;
    const ticksX = ticksOf(x);
    const ticksY = ticksOf(y);
    const below = xlabel === undefined ? null : fitted(xlabel, LABEL, width - marginLeft);
    const beside = ylabel === undefined ? null : fitted(ylabel, LABEL, height);
    return library.plot({
      ...margins,
      width,
      height,
      document,
      x: { ...x, label: null },
      y: { ...y, label: null },
      marks: [
        ...(grid.includes("x") ? [library.gridX({ ...ticksX, strokeOpacity: 0.12 })] : []),
        ...(grid.includes("y") ? [library.gridY({ ...ticksY, strokeOpacity: 0.12 })] : []),
        ...marks,
        library.axisX({ ...centred, ...ticksX, label: below, labelOffset: margins.marginBottom - 6, ...axisX }),
        library.axisY({ ...centred, ...ticksY, label: beside, labelOffset: marginLeft - 6, ...axisY }),
      ],
      style: { fontSize: `${TICK}px`, background: "none" },
    });
  };
  const guess = left(4 * TICK * 0.64);
  const first = await make(guess);
  const needed = left(tickWidth(first));
  return Math.abs(needed - guess) <= 2 ? first : make(needed);
}

interface Block {
  readonly svg: string;
  readonly height: number;
}

function title(text: string | undefined, width: number): Block {
  if (text === undefined || text.trim() === "") return { svg: "", height: 0 };
  const lines = wrapped(text, TITLE, width - 2 * GAP);
  const svg = lines.map((line, i) => `<text x="${width / 2}" y="${GAP + TITLE + i * (TITLE + 4) - 3}" text-anchor="middle" font-size="${TITLE}" font-weight="bold">${escapeMarkup(line)}</text>`).join("");
  return { svg, height: GAP + lines.length * (TITLE + 4) };
}

/** Squares of colour and names, in as many rows as they need. */
function legend(entries: readonly LegendEntry[], width: number, top: number): Block {
  if (entries.length === 0) return { svg: "", height: 0 };
  const square = 12;
  const row = 20;
  let [x, y] = [GAP, top + GAP];
  const svg = entries.map(({ name, colour }) => {
    const text = fitted(name, TICK, Math.min(2 * LONGEST, width - 2 * GAP - square - 6));
    const takes = square + 6 + widthOf(text, TICK) + 16;
    if (x > GAP && x + takes > width) [x, y] = [GAP, y + row];
    const at = x;
    x += takes;
    return `<rect x="${Math.round(at)}" y="${y}" width="${square}" height="${square}" rx="2" fill="${colour}"/><text x="${Math.round(at + square + 6)}" y="${y + square / 2}" dy="0.35em">${escapeMarkup(text)}</text>`;
  });
  return { svg: svg.join(""), height: y + row - top };
}

const colours = (theme: Theme): Colours => (theme === "dark" ? dark : light);

/** The whole drawing: a standalone SVG document, which can also stand in a page. */
export async function compose(plan: Plan): Promise<string> {
  const { options, alt } = plan;
  const theme = options.theme ?? "auto";
  const inner = await axes(plan);
  const heading = title(options.title, plan.width);
  const key = legend(plan.legend, plan.width, heading.height);
  const top = heading.height + key.height;
  const { ink, paper } = colours(theme);
  const content = renumbered(childrenOf(inner));
  const name = `plot-${hashOf(alt + heading.svg + key.svg + content)}`;
  const height = top + plan.height;
  // A page that is dark, by the reader's choice, gets a dark picture; what cannot ask (a rasteriser) sees the attributes.
  const follow = theme === "auto" ? `<style>@media (prefers-color-scheme: dark) { .${name} { color: ${dark.ink}; } .${name} > .paper { fill: ${dark.paper}; } }</style>` : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${name}" width="${plan.width}" height="${height}" viewBox="0 0 ${plan.width} ${height}" role="img" aria-label="${escapeMarkup(alt)}"`,
    ` color="${ink}" fill="currentColor" font-family="'DejaVu Sans', Verdana, system-ui, sans-serif" font-size="${TICK}">`,
    follow,
    `<rect class="paper" width="${plan.width}" height="${height}" fill="${paper}"/>`,
    heading.svg,
    key.svg,
    `<g transform="translate(0,${top})"${attributesOf(inner, ["width", "height", "viewBox", "class", "style", "fill", "font-size", "font-family"])}>`,
    content.replace(/plot-(?=(?:clip|marker)-\d)/g, `${name}-`),
    "</g></svg>\n",
  ].join("");
}

/** Plot counts its clips and markers through the whole program; here each drawing counts its own. */
function renumbered(content: string): string {
  const seen = new Map<string, string>();
  return content.replace(/plot-(clip|marker)-\d+/g, (id, kind: string) => {
    const mine = seen.get(id) ?? `plot-${kind}-${seen.size + 1}`;
    seen.set(id, mine);
    return mine;
  });
}
