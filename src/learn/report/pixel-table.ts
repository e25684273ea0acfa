/** @file The report's section that shows a mean image as what it is: a table of numbers, shaded by their size. */
import { Image } from "../../data/image.js";
import { tensor } from "../../tensor/create.js";
import type { MakeSection } from "./facts.js";
import { Markup, html } from "./markup.js";

/** A larger table is no longer looked at; of larger images the middle is shown. */
const MOST = 28;

/** Below this luminance white is easier to read than black; pandas changes over later, for its own taste. */
const THRESHOLD = 0.179;

const middle = (length: number): readonly [from: number, to: number] => {
  const from = Math.max(0, Math.floor((length - MOST) / 2));
  return [from, Math.min(length, from + MOST)];
};
const range = ([from, to]: readonly [number, number]): number[] => Array.from({ length: to - from }, (_, i) => from + i);

export const pixelTableSection: MakeSection = async ({ classes, format, means }) => {
  const { dataFrame } = await import("../../vision/data-frame.js");
  const { width, height, mode } = format;
  const grey = new Image({ mode, width, height, samples: means[0] }).convert("L").data;
  const [rows, columns] = [middle(height), middle(width)];
  const numbers = tensor(grey, { shape: [height, width] }).at(`${rows[0]}:${rows[1]}`, `${columns[0]}:${columns[1]}`);
  const frame = dataFrame(numbers, { index: range(rows), columns: range(columns) });
  // As small as the original's where it must be, larger where there is room.
  const fontSize = columns[1] - columns[0] > MOST / 2 ? "6pt" : "9pt";
  const table = frame.style.setProperties({ fontSize }).backgroundGradient("Greys", { axis: null, textColorThreshold: THRESHOLD }).setUuid("pixels").toHTML();
  const cut = height > MOST || width > MOST;
  return {
    id: "pixels",
    title: "An image is numbers",
    lead: html`The mean image of ${classes[0]} again, as the computer sees it${mode === "L" ? "" : " (in grey)"}: ${cut ? `its middle, ${rows[1] - rows[0]} rows and ${columns[1] - columns[0]} columns` : `${height} rows and ${width} columns`} from 0 (black) to 255 (white), the higher the number the darker the cell.`,
    body: html`<div class="scroll pixels" style="font-size:${fontSize}" role="region" tabindex="0" aria-label="Pixel table of the mean image of ${classes[0]}">${new Markup(accessible(table))}</div>`,
  };
};

/** pandas' structure, with what screen readers ask for: which cells a heading is for, and no empty heading. */
const accessible = (table: string): string =>
  table
    .replaceAll("color: #f1f1f1", "color: #ffffff")
    .replaceAll(' class="col_heading', ' scope="col" class="col_heading')
    .replaceAll(' class="row_heading', ' scope="row" class="row_heading')
    .replace('<th class="blank level0">&nbsp;</th>', '<td class="blank level0"></td>');
