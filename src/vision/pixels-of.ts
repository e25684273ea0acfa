/**
 * @file From numbers to colours as Matplotlib's imshow does it: one channel is normalised and goes through a colour map; three or
 * four are colours already. Takes tensors and pictures; knows nothing of where the pixels go.
 */
import { isFloating } from "../core/dtype.js";
import { ShapeError, ValueError } from "../core/errors.js";
import type { Pixels } from "../display/displayable.js";
import { Tensor } from "../tensor/tensor.js";
import { type Colormap, colormap } from "./colormaps.js";
import { imageDefaults } from "./rc.js";

/** A picture in memory: what `openImage` gives, and anything of its form. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
  /** The numbers where they may be other than bytes: 16-bit greys. */
  readonly samples?: Uint8Array | Uint16Array;
}

/** What can be shown as an image: [H, W], [H, W, 1 | 3 | 4] or [1 | 3 | 4, H, W], or a picture. */
export type Showable = Tensor | Picture;

export interface ColourOptions {
  /** The colour map of single-channel images: Matplotlib's names, or a Colormap. `rc("image", { cmap })` sets the default. */
  readonly cmap?: string | Colormap;
  /** The value that gets the first colour; the least one unless told. */
  readonly vmin?: number;
  /** The value that gets the last colour; the greatest one unless told. */
  readonly vmax?: number;
}

/** Numbers of an image, channels last. */
interface Raster {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: ArrayLike<number>;
  /** How Matplotlib computes with these numbers: float32 for small types, else float64. */
  readonly single: boolean;
  /** Whether 1 is full, as in floats, or 255. */
  readonly unit: boolean;
}

const colourful = (channels: number): boolean => channels === 1 || channels === 3 || channels === 4;

/** Which dimensions are height, width and channels. @throws ShapeError */
function layoutOf(shape: readonly number[], name: string): { readonly order: readonly number[]; readonly channels: number } {
  const [first, , last] = shape;
  const empty = shape.some((size) => size === 0);
  if (!empty && shape.length === 2) return { order: [0, 1], channels: 1 };
  // As Matplotlib, channels last where that is possible; PyTorch's channels first otherwise.
  if (!empty && shape.length === 3 && colourful(last)) return { order: [0, 1, 2], channels: last };
  if (!empty && shape.length === 3 && colourful(first)) return { order: [1, 2, 0], channels: first };
  throw new ShapeError(`${name}: [${shape.join(", ")}] is no image; expected [H, W], [H, W, C] or [C, H, W] with C = 1, 3 or 4${hintFor(shape)}`);
}

function hintFor(shape: readonly number[]): string {
  if (shape.length === 4 || (shape.length === 3 && shape[1] > 0 && shape[2] > 0)) return "; for a batch of images use showImages, which takes them one by one";
  return shape.length === 1 ? "; reshape it first" : "";
}

const wide: readonly string[] = ["float64", "int32", "int64"];

async function rasterOfTensor(x: Tensor, name: string): Promise<Raster> {
  const { order, channels } = layoutOf(x.shape, name);
  const image = x.detach().permute(...order);
  const data = await image.contiguous().data();
  const values = data instanceof BigInt64Array ? Float64Array.from(data, Number) : data;
  return { height: image.shape[0], width: image.shape[1], channels, values, single: !wide.includes(x.dtype), unit: isFloating(x.dtype) || x.dtype === "bool" };
}

/** `data` is looked at only where there are no samples: 16-bit pictures have none. */
const numbersOf = (picture: Picture): Uint8Array | Uint16Array => picture.samples ?? picture.data;

/** A picture's own colours: grey stays grey from 0 to full, whatever numbers are in it. */
function pixelsOfPicture(picture: Picture): Pixels {
  const { width, height, channels } = picture;
  const all = numbersOf(picture);
  const most = all instanceof Uint16Array ? 257 : 1;
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const grey = channels < 3;
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = Math.trunc(all[i * channels + (grey ? 0 : c)] / most);
    rgba[i * 4 + 3] = channels % 2 === 0 ? Math.trunc(all[i * channels + channels - 1] / most) : 255;
  }
  return { width, height, rgba };
}

function checkPicture(name: string, picture: Picture): void {
  const { width, height, channels } = picture;
  const { length } = numbersOf(picture);
  const whole = [width, height].every((size) => Number.isInteger(size) && size > 0) && [1, 2, 3, 4].includes(channels);
  if (!whole || length !== width * height * channels) {
    throw new ShapeError(`${name}: a picture of ${width} × ${height} with ${channels} channels cannot have ${length} numbers`);
  }
}

/** The least and the greatest number, those that are none left out. */
function rangeOf(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (!Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low > high ? [0, 1] : [low, high];
}

function checkedRange(name: string, values: ArrayLike<number>, { vmin, vmax }: ColourOptions): [low: number, high: number] {
  const [low, high] = vmin === undefined || vmax === undefined ? rangeOf(values) : [vmin, vmax];
  const range: [number, number] = [vmin ?? low, vmax ?? high];
  if (!range.every(Number.isFinite) || range[0] > range[1]) {
    throw new ValueError(`${name}: vmin must be less than or equal to vmax, both finite, not ${range[0]} and ${range[1]}`);
  }
  return range;
}

/** Matplotlib's Normalize and colour map, in the precision that Matplotlib uses for the dtype. */
function mapped({ width, height, values, single }: Raster, map: Colormap, [low, high]: readonly [number, number]): Pixels {
  const round = single ? Math.fround : (v: number) => v;
  const [from, range] = [round(low), round(high - low)];
  const rgba = new Uint8Array(width * height * 4);
  const flat = low === high;
  for (let i = 0; i < width * height; i++) {
    const v = values[i];
    // NaN and infinities are masked: they get the map's colour for what is missing.
    const place = Number.isFinite(v) ? map.place(flat ? 0 : round(round(round(v) - from) / range), single) : map.n + 2;
    for (let c = 0; c < 4; c++) rgba[i * 4 + c] = map.bytes[place * 4 + c];
  }
  return { width, height, rgba };
}

/** Numbers that are colours: floats from 0 to 1, whole numbers from 0 to 255, cut off at both ends. */
function coloured({ width, height, channels, values, single, unit }: Raster): Pixels {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    rgba[i * 4 + 3] = 255;
    for (let c = 0; c < channels; c++) {
      const v = values[i * channels + c];
      const full = unit ? Math.min(1, Math.max(0, v)) * 255 : Math.min(255, Math.max(0, v));
      rgba[i * 4 + c] = Math.trunc(single ? Math.fround(full) : full) || 0;
    }
  }
  return { width, height, rgba };
}

/**
 * The colours of an image, with Matplotlib's meaning of `cmap`, `vmin` and `vmax`.
 *
 * A tensor with one channel is normalised (its least number gets the map's first colour, its greatest the last, also for uint8) and
 * mapped; one with three or four is colours already, and the options do not matter. A picture (from `openImage`) shows as it is,
 * grey in grey, unless `cmap`, `vmin` or `vmax` is given for it.
 *
 * @throws ShapeError for another shape; ValueError for an unknown colour map or vmin > vmax.
 */
export async function pixelsOf(x: Showable, options: ColourOptions = {}, name = "pixelsOf"): Promise<Pixels> {
  if (!(x instanceof Tensor)) {
    checkPicture(name, x);
    const asked = options.cmap !== undefined || options.vmin !== undefined || options.vmax !== undefined;
    if (!asked || x.channels !== 1) return pixelsOfPicture(x);
    const values = numbersOf(x);
    const raster: Raster = { height: x.height, width: x.width, channels: 1, values, single: true, unit: false };
    return mapped(raster, colormap(options.cmap ?? "gray"), checkedRange(name, values, options));
  }
  const raster = await rasterOfTensor(x, name);
  if (raster.channels !== 1) return coloured(raster);
  return mapped(raster, colormap(options.cmap ?? imageDefaults().cmap), checkedRange(name, raster.values, options));
}
