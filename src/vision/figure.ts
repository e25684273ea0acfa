/**
 * @file A figure: one picture or a grid of them, with titles, in every form that display/ asks for. show.ts makes figures; this file
 * lays them out and knows only pixels and words.
 */
import type { Pixels } from "../display/displayable.js";
import { escapeMarkup, escapeTerminal } from "../display/escape.js";
import { toDataURL } from "../display/png.js";
import { FONT, rasterize } from "../display/rasterize.js";
import { type Interpolation, fitInto, paint, scaleTo } from "../display/scale.js";
import { type Form, type Room, Shown } from "../display/shown.js";
import { characters } from "../display/terminal/blocks.js";

/** One picture of a figure. */
export interface Tile {
  readonly pixels: Pixels;
  readonly title: string | undefined;
}

export interface FigureLayout {
  readonly ncols: number;
  /** The whole figure, in inches of a hundred pixels, as Matplotlib's. */
  readonly figsize: readonly [width: number, height: number] | undefined;
  readonly interpolation: Interpolation;
}

/** Pixels an inch: Matplotlib's figure.dpi. */
const DPI = 100;
/** Small pictures grow to about this size, so that one can see them: alone, and in a grid. */
const ALONE = 280;
const IN_GRID = 140;
/** Pictures larger than this shrink in a grid. */
const LARGEST_IN_GRID = 280;
/** Pictures larger than this shrink when nothing says how large the figure is. */
const LARGEST = 800;
const GAP = 12;
const LETTER = 14;
const LINE = 18;
/** How wide a letter is on average, in its heights: for breaking titles. */
const ASPECT = 0.62;

interface Placed {
  readonly tile: Tile;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The title's lines, and where the first one's middle is. */
  readonly words: readonly string[];
  readonly middle: number;
}

interface Plan {
  readonly width: number;
  readonly height: number;
  readonly placed: readonly Placed[];
}

/** A title in lines that are no wider than its picture (or than a word). */
function broken(title: string, width: number): string[] {
  const most = Math.max(6, Math.floor(width / (LETTER * ASPECT)));
  const lines: string[] = [];
  for (const word of title.trim().split(/\s+/)) {
    for (let rest = escapeTerminal(word); rest !== ""; rest = rest.slice(most)) {
      const last = lines[lines.length - 1];
      const piece = rest.slice(0, most);
      if (last !== undefined && last.length + 1 + piece.length <= most) lines[lines.length - 1] = `${last} ${piece}`;
      else lines.push(piece);
    }
  }
  return lines;
}

/** A picture's size when nothing else says it: whole multiples for small ones, so that all pixels are alike. */
function naturalSize({ width, height }: Pixels, alone: boolean): readonly [width: number, height: number] {
  const longer = Math.max(width, height);
  const factor = Math.max(1, Math.floor((alone ? ALONE : IN_GRID) / longer));
  const shrink = Math.min(1, (alone ? LARGEST : LARGEST_IN_GRID) / longer);
  return [Math.max(1, Math.round(width * factor * shrink)), Math.max(1, Math.round(height * factor * shrink))];
}

/** Where everything goes, at a scale. */
function planOf(tiles: readonly Tile[], { ncols, figsize }: FigureLayout, scale: number): Plan {
  const nrows = Math.ceil(tiles.length / ncols);
  const alone = tiles.length === 1;
  const gap = alone ? 0 : Math.round(GAP * scale);
  const natural = tiles.map(({ pixels }) => naturalSize(pixels, alone));
  const cellWidth = figsize === undefined ? Math.max(...natural.map(([w]) => w)) * scale : (figsize[0] * DPI * scale - gap * (ncols - 1)) / ncols;
  const words = tiles.map(({ title }) => (title === undefined ? [] : broken(title, cellWidth / scale)));
  // A row is as high as its longest title needs; all pictures have the same room.
  const heads = Array.from({ length: nrows }, (_, row) => headOf(words.slice(row * ncols, (row + 1) * ncols), scale));
  const headroom = heads.reduce((a, b) => a + b, 0) + gap * (nrows - 1);
  const cellHeight = figsize === undefined ? Math.max(...natural.map(([, h]) => h)) * scale : (figsize[1] * DPI * scale - headroom) / nrows;
  const [cw, ch] = [Math.max(1, Math.round(cellWidth)), Math.max(1, Math.round(cellHeight))];
  const tops = heads.map((_, row) => heads.slice(0, row + 1).reduce((a, b) => a + b, 0) + row * (ch + gap));
  const placed = tiles.map((tile, i): Placed => {
    const { pixels } = tile;
    const factor = Math.min(cw / pixels.width, ch / pixels.height);
    const [w, h] = figsize === undefined ? natural[i].map((v) => v * scale) : [pixels.width * factor, pixels.height * factor];
    const [width, height] = [Math.max(1, Math.round(w)), Math.max(1, Math.round(h))];
    const x = (i % ncols) * (cw + gap);
    return { tile, left: x + Math.floor((cw - width) / 2), top: tops[Math.floor(i / ncols)] + Math.floor((ch - height) / 2), width, height, words: words[i], middle: x + cw / 2 };
  });
  return { width: ncols * cw + (ncols - 1) * gap, height: headroom + nrows * ch, placed };
}

/** The room above a row of pictures, for the longest of its titles. */
const headOf = (titles: readonly (readonly string[])[], scale: number): number => {
  const lines = Math.max(...titles.map((words) => words.length));
  return lines === 0 ? 0 : Math.round((lines * LINE + 6) * scale);
};

/** A line of a title, its middle and its baseline in place. */
function textAt({ words, middle, top }: Placed, scale: number): string {
  const size = LETTER * scale;
  return words
    .map((line, i) => {
      const y = top - ((words.length - i - 1) * LINE + 8) * scale;
      return `<text x="${middle}" y="${y}" font-family="${FONT}, Verdana, sans-serif" font-size="${size}" text-anchor="middle" fill="#000">${escapeMarkup(line)}</text>`;
    })
    .join("");
}

/** One picture or several, to look at: what showImage and showImages give. */
export class Figure extends Shown {
  /** A picture alone is a picture: every notebook, and every site that shows notebooks, knows how. */
  protected override readonly forms: readonly Form[] = ["png"];
  readonly #tiles: readonly Tile[];
  readonly #layout: FigureLayout;

  /** `showImage` and `showImages` make them. */
  constructor(
    readonly alt: string,
    tiles: readonly Tile[],
    layout: FigureLayout,
  ) {
    super();
    this.#tiles = tiles;
    this.#layout = layout;
  }

  /** The titles and, in plain characters, the pictures, one below the other: what a pipe gets. */
  toText(): string {
    return this.#tiles.flatMap(({ pixels, title }) => [...(title === undefined ? [] : [escapeTerminal(title)]), ...characters(pixels)]).join("\n");
  }

  /** Pictures as they are, enlarged by the browser; the titles are text. Nothing is loaded from elsewhere. */
  async toHTML(): Promise<string> {
    const { placed } = planOf(this.#tiles, this.#layout, 1);
    const items = await Promise.all(
      placed.map(async ({ tile, width, height }) => {
        const caption = tile.title === undefined ? "" : `<figcaption style="margin-bottom:4px;overflow-wrap:anywhere">${escapeMarkup(tile.title)}</figcaption>`;
        const { pixels, how } = this.#forPage(tile.pixels, width, height);
        const alt = escapeMarkup(tile.title ?? (placed.length === 1 ? this.alt : ""));
        const image = `<img src="${await toDataURL(pixels)}" alt="${alt}" width="${width}" height="${height}" style="max-width:100%;height:auto;image-rendering:${how}">`;
        return `<figure style="margin:0;text-align:center;max-width:${width}px">${caption}${image}</figure>`;
      }),
    );
    if (items.length === 1) return items[0];
    const columns = Math.min(this.#layout.ncols, items.length);
    const widest = Math.max(...placed.map(({ width }) => width));
    const style = `display:grid;grid-template-columns:repeat(${columns},minmax(0,${widest}px));gap:${GAP}px;justify-items:center;align-items:end`;
    return `<div role="group" aria-label="${escapeMarkup(this.alt)}" style="${style}">${items.join("")}</div>`;
  }

  override async toSVG(): Promise<string> {
    const { width, height, placed } = planOf(this.#tiles, this.#layout, 1);
    const images = placed.map(async (place) => {
      const { pixels, how } = this.#forPage(place.tile.pixels, place.width, place.height);
      const rendering = how === "pixelated" ? 'image-rendering="optimizeSpeed" style="image-rendering:pixelated"' : "";
      const box = `x="${place.left}" y="${place.top}" width="${place.width}" height="${place.height}" preserveAspectRatio="none"`;
      return `<image ${box} ${rendering} href="${await toDataURL(pixels)}"/>${textAt(place, 1)}`;
    });
    return this.#svg(width, height, this.#paper() + (await Promise.all(images)).join(""));
  }

  /** Pictures at the size at which they are shown, titles above them; on white where there is more than one picture alone. */
  override async toPixels({ scale = 1 }: { scale?: number } = {}): Promise<Pixels> {
    const { width, height, placed } = planOf(this.#tiles, this.#layout, scale);
    const { interpolation } = this.#layout;
    const words = placed.map((place) => textAt(place, scale)).join("");
    const paper = words === "" ? { width, height, rgba: new Uint8Array(width * height * 4).fill(this.#paper() === "" ? 0 : 255) } : await rasterize(this.#svg(width, height, this.#paper() + words));
    for (const { tile, left, top, width: w, height: h } of placed) paint(paper, scaleTo(tile.pixels, w, h, interpolation), left, top);
    return paper;
  }

  /** For half blocks: each picture as its own pixels, whole multiples of them, or averaged to the width there is. */
  override toParts({ columns, rows }: Room): readonly (string | Pixels)[] {
    const ncols = Math.min(this.#layout.ncols, this.#tiles.length);
    const room = Math.max(1, Math.floor((columns - 1 - (ncols - 1)) / ncols));
    const tall = Math.max(2, (rows - 3) * 2);
    const parts: (string | Pixels)[] = [];
    for (let i = 0; i < this.#tiles.length; i += ncols) {
      const row = this.#tiles.slice(i, i + ncols);
      const pictures = row.map(({ pixels }) => {
        const factor = Math.floor(Math.min(room / pixels.width, tall / pixels.height, 32 / Math.max(pixels.width, pixels.height)));
        return factor >= 1 ? scaleTo(pixels, pixels.width * factor, pixels.height * factor) : fitInto(pixels, room, tall);
      });
      const cell = Math.max(...pictures.map(({ width }) => width));
      if (row.some(({ title }) => title !== undefined)) {
        parts.push(ncols === 1 ? escapeTerminal(row[0].title ?? "") : row.map(({ title }) => escapeTerminal(title ?? "").slice(0, cell).padEnd(cell)).join(" ").trimEnd());
      }
      parts.push(ncols === 1 ? pictures[0] : sideBySide(pictures, cell));
    }
    return parts;
  }

  /** White behind titles and grids, as Matplotlib's figures; a picture alone keeps what is transparent in it. */
  #paper(): string {
    return this.#tiles.length === 1 && this.#tiles[0].title === undefined ? "" : '<rect width="100%" height="100%" fill="#fff"/>';
  }

  #svg(width: number, height: number, inside: string): string {
    const label = escapeMarkup(this.alt);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}"><title>${label}</title>${inside}</svg>`;
  }

  /** Where pixels repeat, a page repeats them; anything else is done here. */
  #forPage(pixels: Pixels, width: number, height: number): { readonly pixels: Pixels; readonly how: "pixelated" | "auto" } {
    const { interpolation } = this.#layout;
    const grows = width >= pixels.width && height >= pixels.height;
    if (interpolation !== "bilinear" && grows) return { pixels, how: width === pixels.width ? "auto" : "pixelated" };
    return { pixels: scaleTo(pixels, width, height, interpolation), how: "auto" };
  }
}

/** Pictures in one row, a column apart. */
function sideBySide(pictures: readonly Pixels[], cell: number): Pixels {
  const width = pictures.length * (cell + 1) - 1;
  const height = Math.max(...pictures.map((picture) => picture.height));
  const row: Pixels = { width, height, rgba: new Uint8Array(width * height * 4) };
  pictures.forEach((picture, i) => paint(row, picture, i * (cell + 1), 0));
  return row;
}
