/**
 * @file Pixels at another size: enlarged so that each stays a crisp tile, reduced by averaging what falls together, so that
 * nothing is lost. Figures and terminals use it; it knows only bytes.
 */
import type { Pixels } from "./displayable.js";

/** How colours between pixels are found: "nearest" repeats pixels, "bilinear" blends them, "antialiased" repeats or averages. */
export type Interpolation = "antialiased" | "nearest" | "bilinear";

export const interpolations: readonly Interpolation[] = ["antialiased", "nearest", "bilinear"];

/** For each pixel of a line: the pixels that it is made of, and how much of each. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
}

function boxTaps(from: number, to: number): Taps {
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const [start, end] = [(i * from) / to, ((i + 1) * from) / to];
    first[i] = Math.min(from - 1, Math.floor(start));
    const last = Math.max(first[i] + 1, Math.min(from, Math.ceil(end - 1e-9)));
    return Float64Array.from({ length: last - first[i] }, (_, k) => Math.min(end, first[i] + k + 1) - Math.max(start, first[i] + k));
  });
  return { first, weights };
}

function linearTaps(from: number, to: number): Taps {
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const centre = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    first[i] = Math.min(Math.max(0, from - 2), Math.floor(centre));
    const share = centre - first[i];
    return from === 1 ? Float64Array.of(1) : Float64Array.of(1 - share, share);
  });
  return { first, weights };
}

/** Every pixel a weighted mean, colours weighted by their alpha. */
function blend({ width, height, rgba }: Pixels, across: Taps, down: Taps): Pixels {
  const [w, h] = [across.first.length, down.first.length];
  const out = new Uint8Array(w * h * 4);
  // First across, into rows of premultiplied sums, then down.
  const rows = new Float64Array(w * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < w; x++) addAcross(rgba, y * width, across, x, rows, (y * w + x) * 4);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) addDown(rows, w, down, x, y, out);
  return { width: w, height: h, rgba: out };
}

function addAcross(rgba: Uint8Array, row: number, { first, weights }: Taps, x: number, out: Float64Array, at: number): void {
  let total = 0;
  weights[x].forEach((weight, k) => {
    const p = (row + first[x] + k) * 4;
    const part = weight * rgba[p + 3];
    for (let c = 0; c < 3; c++) out[at + c] += part * rgba[p + c];
    out[at + 3] += part;
    total += weight;
  });
  for (let c = 0; c < 4; c++) out[at + c] /= total;
}

function addDown(rows: Float64Array, w: number, { first, weights }: Taps, x: number, y: number, out: Uint8Array): void {
  const sums = [0, 0, 0, 0];
  let total = 0;
  weights[y].forEach((weight, k) => {
    const p = ((first[y] + k) * w + x) * 4;
    for (let c = 0; c < 4; c++) sums[c] += weight * rows[p + c];
    total += weight;
  });
  const o = (y * w + x) * 4;
  const alpha = sums[3];
  for (let c = 0; c < 3; c++) out[o + c] = alpha === 0 ? 0 : Math.round(sums[c] / alpha);
  out[o + 3] = Math.round(alpha / total);
}

function repeat({ width, height, rgba }: Pixels, w: number, h: number): Pixels {
  const from = new Uint32Array(rgba.slice().buffer);
  const out = new Uint32Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / h)) * width;
    for (let x = 0; x < w; x++) out[y * w + x] = from[row + Math.min(width - 1, Math.floor(((x + 0.5) * width) / w))];
  }
  return { width: w, height: h, rgba: new Uint8Array(out.buffer) };
}

/** The picture at a size of its own, at least 1 × 1. */
export function scaleTo(pixels: Pixels, width: number, height: number, how: Interpolation = "antialiased"): Pixels {
  const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  if (w === pixels.width && h === pixels.height) return pixels;
  if (how === "bilinear") return blend(pixels, linearTaps(pixels.width, w), linearTaps(pixels.height, h));
  if (how === "nearest" || (w >= pixels.width && h >= pixels.height)) return repeat(pixels, w, h);
  return blend(pixels, boxTaps(pixels.width, w), boxTaps(pixels.height, h));
}

/** The picture as large as it may be without leaving a box or (unless `enlarge`) growing. */
export function fitInto(pixels: Pixels, width: number, height: number, enlarge = false): Pixels {
  const factor = Math.min(width / pixels.width, height / pixels.height);
  return factor >= 1 && !enlarge ? pixels : scaleTo(pixels, pixels.width * factor, pixels.height * factor);
}

/** Paints a picture over another, at a place that must be inside of it; alpha blends. */
export function paint(onto: Pixels, picture: Pixels, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const from = (y * picture.width + x) * 4;
      const to = ((top + y) * onto.width + left + x) * 4;
      const alpha = picture.rgba[from + 3] / 255;
      const under = (onto.rgba[to + 3] / 255) * (1 - alpha);
      const whole = alpha + under;
      for (let c = 0; c < 3; c++) onto.rgba[to + c] = whole === 0 ? 0 : Math.round((picture.rgba[from + c] * alpha + onto.rgba[to + c] * under) / whole);
      onto.rgba[to + 3] = Math.round(whole * 255);
    }
  }
}
