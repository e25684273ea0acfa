/**
 * @file showImage and showImages: from tensors and pictures to figures, shown at once where somebody looks. Users and the command
 * line call it; what colours mean is pixels-of.ts', what a figure looks like figure.ts'.
 */
import { ShapeError, ValueError } from "../core/errors.js";
import { display } from "../display/display.js";
import { inNotebook } from "../display/notebook.js";
import type { Interpolation } from "../display/scale.js";
import { Tensor } from "../tensor/tensor.js";
import { Figure } from "./figure.js";
import { type ColourOptions, type Picture, type Showable, pixelsOf } from "./pixels-of.js";
import { checkInterpolation, imageDefaults } from "./rc.js";

export interface ShowOptions extends ColourOptions {
  /** The whole figure in inches of a hundred pixels: [width, height]. Small images grow to some 280 pixels unless told. */
  readonly figsize?: readonly [width: number, height: number];
  /** Between pixels: "antialiased" (crisp when enlarged, averaged when reduced), "nearest" or "bilinear". */
  readonly interpolation?: Interpolation;
  /** false: only make the figure, show nothing. */
  readonly show?: boolean;
}

export interface ShowImageOptions extends ShowOptions {
  /** Words above the image. */
  readonly title?: string;
}

export interface ShowImagesOptions extends ShowOptions {
  /** How many rows; as many as it takes unless told. */
  readonly nrows?: number;
  /** How many columns; as many as there are images, up to 8, unless told. */
  readonly ncols?: number;
  /** Words above each image. */
  readonly titles?: readonly string[];
}

/**
 * Shows an image, and gives the figure.
 *
 * In a terminal, a page or a notebook it appears where and when this is called, also in a loop; as the last value of a notebook's
 * cell it does not appear twice. `fig.save("x.png")` (".svg", ".html") writes it.
 *
 * @param x a tensor of shape [H, W], [H, W, 1 | 3 | 4] or [1 | 3 | 4, H, W] and any dtype, or a picture from `openImage`. One channel
 * is normalised, least to greatest, and drawn with `cmap` (viridis unless `rc` or you say otherwise), as Matplotlib does; three or four
 * are colours: floats from 0 to 1, integers from 0 to 255. NaN is transparent. A picture's grey is grey, from 0 to 255, unless you
 * give `cmap`, `vmin` or `vmax`.
 * @throws ShapeError for another shape; ValueError for an unknown colour map or option value.
 * @example await showImage(mean3, { cmap: "Greys", title: "the ideal three" })
 * @see https://matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.imshow.html
 */
export async function showImage(x: Showable, options: ShowImageOptions = {}): Promise<Figure> {
  const { title } = options;
  return made("showImage", [x], { ...options, ncols: 1, ...(title === undefined ? {} : { titles: [title] }) });
}

/**
 * Shows images in a grid, row by row, each normalised by itself unless `vmin` and `vmax` are given.
 *
 * @param list tensors or pictures as showImage takes them, or one tensor whose first dimension counts the images.
 * @throws ValueError where there are none, more than nrows × ncols, or not as many titles as images; otherwise as showImage.
 * @example await showImages([mean3, mean7], { titles: ["3", "7"], cmap: "Greys" })
 */
export async function showImages(list: Iterable<Showable> | Tensor, options: ShowImagesOptions = {}): Promise<Figure> {
  if (list instanceof Tensor && list.ndim < 3) throw new ShapeError(`showImages: [${list.shape.join(", ")}] is no batch of images; expected [N, H, W], [N, H, W, C] or [N, C, H, W]; showImage shows a single one`);
  return made("showImages", [...list], options);
}

async function made(name: string, images: readonly Showable[], options: ShowImagesOptions): Promise<Figure> {
  const { figsize, titles, show = true, interpolation = imageDefaults().interpolation } = options;
  checkInterpolation(name, interpolation);
  if (figsize !== undefined && (figsize.length !== 2 || !figsize.every((inches) => inches >= 0.1 && inches <= 100))) {
    throw new ValueError(`${name}: figsize is [width, height] in inches, from 0.1 to 100, not [${figsize.join(", ")}]`);
  }
  if (titles !== undefined && titles.length !== images.length) throw new ValueError(`${name}: ${titles.length} titles for ${images.length} images; expected one each`);
  const ncols = columnsOf(name, images.length, options);
  const tiles = await Promise.all(images.map(async (image, i) => ({ pixels: await pixelsOf(image, options, name), title: titles?.[i] })));
  const figure = new Figure(describe(images, titles), tiles, { ncols, figsize, interpolation });
  if (show) {
    await display(figure);
    if (inNotebook()) figure.markShown();
  }
  return figure;
}

function columnsOf(name: string, count: number, { nrows, ncols }: ShowImagesOptions): number {
  if (count === 0) throw new ValueError(`${name}: there are no images to show`);
  for (const [key, value] of Object.entries({ nrows, ncols })) {
    if (value !== undefined && (!Number.isInteger(value) || value < 1)) throw new ValueError(`${name}: ${key} must be a whole number of at least 1, not ${value}`);
  }
  const columns = ncols ?? (nrows === undefined ? Math.min(count, 8) : Math.ceil(count / nrows));
  if (nrows !== undefined && nrows * columns < count) throw new ValueError(`${name}: ${nrows} rows of ${columns} hold ${nrows * columns} images, not ${count}`);
  return columns;
}

const sizeOf = (image: Tensor | Picture): string =>
  image instanceof Tensor ? `a ${image.dtype} image of shape [${image.shape.join(", ")}]` : `a picture of ${image.width} × ${image.height} pixels`;

/** What somebody who cannot see it is told. */
function describe(images: readonly Showable[], titles: readonly string[] | undefined): string {
  if (images.length === 1) return titles === undefined ? sizeOf(images[0]) : `${titles[0]}: ${sizeOf(images[0])}`;
  const named = titles === undefined ? "" : `: ${titles.slice(0, 12).join(", ")}${titles.length > 12 ? ", …" : ""}`;
  return `${images.length} images, the first ${sizeOf(images[0])}${named}`;
}
