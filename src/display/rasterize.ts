/**
 * @file Drawings to pixels: resvg with a font of its own where there is a process (the same picture on every machine, with or
 * without fonts installed), a canvas in a browser. Plots and titles are drawn through here; it knows only SVG.
 */
import { ValueError } from "../core/errors.js";
import type { Pixels } from "./displayable.js";
import { builtin, hasProcess } from "./node.js";

/** The font that comes with the package, Matplotlib's own; name it first in SVG text. */
export const FONT = "DejaVu Sans";

/** Letters that DejaVu Sans lacks (East Asian ones, emoji): only for those are the machine's fonts looked through, which is slow. */
const foreign = /[^\s\u0020-\u06ff\u1e00-\u2bff\u2c60-\u2c7f\ua720-\ua7ff\ufb00-\ufb06\ufffd]/u;

export interface RasterizeOptions {
  /** Pixels a unit of the drawing; 1 unless told. */
  readonly scale?: number;
  /** A CSS colour behind the drawing; transparent unless told. */
  readonly background?: string;
}

/**
 * The pixels of an SVG document.
 *
 * @throws ValueError where it is no SVG document, or the scale is not a positive number.
 */
export async function rasterize(svg: string, { scale = 1, background }: RasterizeOptions = {}): Promise<Pixels> {
  if (!(scale > 0 && Number.isFinite(scale))) throw new ValueError(`rasterize: the scale must be a positive number, not ${scale}`);
  return hasProcess() ? withResvg(svg, scale, background) : withCanvas(svg, scale, background);
}

async function withResvg(svg: string, scale: number, background: string | undefined): Promise<Pixels> {
  const { createRequire } = await builtin("node:module", "rasterize");
  // By require, which bundlers for browsers do not follow into native code.
  const find = createRequire(import.meta.url);
  const { Resvg }: typeof import("@resvg/resvg-js") = find("@resvg/resvg-js");
  const fontFiles = ["DejaVuSans", "DejaVuSans-Bold"].map((name) => find.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
  const font = { loadSystemFonts: foreign.test(svg), fontFiles, defaultFontFamily: FONT, sansSerifFamily: FONT };
  try {
    const image = new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale }, ...(background === undefined ? {} : { background }) }).render();
    return { width: image.width, height: image.height, rgba: unmultiplied(image.pixels) };
  } catch (cause) {
    throw new ValueError(`rasterize: this is no SVG document that can be drawn: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** resvg's colours are multiplied by their alpha; PNG's, and everybody else's, are not. */
function unmultiplied(pixels: Uint8Array): Uint8Array {
  const rgba = Uint8Array.from(pixels);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3];
    if (alpha === 255 || alpha === 0) continue;
    for (let c = i; c < i + 3; c++) rgba[c] = Math.min(255, Math.round((rgba[c] * 255) / alpha));
  }
  return rgba;
}

async function withCanvas(svg: string, scale: number, background: string | undefined): Promise<Pixels> {
  const image = document.createElement("img");
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new ValueError("rasterize: this browser draws on no canvas");
  if (background !== undefined) {
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, rgba: new Uint8Array(data.buffer) };
}
