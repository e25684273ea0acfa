/**
 * @file `tesserae show`: pictures and tensors in files, in the terminal. What looks like an image is drawn, everything else is printed as
 * numbers. How a terminal is drawn on is display/'s business, what colours mean vision/'s.
 */
import { existsSync } from "node:fs";
import { dirname, extname } from "node:path";
import { FileError, ValueError } from "../core/errors.js";
import { loadNpy, loadNpz, loadSafetensors, openImage } from "../data/index.js";
import { display } from "../display/display.js";
import type { Tensor } from "../tensor/tensor.js";
import { colormap } from "../vision/colormaps.js";
import type { Showable } from "../vision/pixels-of.js";
import { showImages } from "../vision/show.js";
import { type Session, UsageError } from "./session.js";
import { clean, plural } from "./text.js";

export interface ShowArguments {
  readonly files: readonly string[];
  readonly cmap?: string;
  readonly save?: string;
}

/** Something with a name, and the images in it, if it has any. */
interface Shown {
  readonly title: string;
  /** What is said in words: always the kind, and the numbers of what is no image. */
  readonly text: string;
  readonly images: readonly { readonly image: Showable; readonly title: string }[];
}

/** Of a stack of images so many are drawn. */
const MOST_IMAGES = 40;
/** A row of numbers is no image, and neither is a table of weights a thousand times as long as wide. */
const [SMALLEST, FLATTEST] = [4, 4];

export async function runShow({ files, cmap, save }: ShowArguments, session: Session): Promise<void> {
  check(cmap, save);
  const all: Shown["images"][number][] = [];
  const colours = cmap === undefined ? {} : { cmap };
  for (const file of files) {
    for await (const { title, text, images } of contents(file)) {
      session.signal.throwIfAborted();
      session.say(`${session.paint("bold", clean(title))}  ${text}\n`);
      all.push(...images);
      if (images.length === 0) continue;
      const titles = images.length > 1 ? { titles: images.map((one) => one.title) } : {};
      await display(await showImages(images.map(({ image }) => image), { ...colours, ...titles, show: false }));
    }
  }
  if (save === undefined) return;
  if (all.length === 0) throw new ValueError(`--save: nothing in ${files.map(clean).join(", ")} looks like an image`);
  const titles = all.length > 1 ? { titles: all.map(({ title }) => title) } : {};
  await (await showImages(all.map(({ image }) => image), { ...colours, ...titles, show: false })).save(save);
  session.say(`The picture is in ${clean(save)}\n`);
}

function check(cmap: string | undefined, save: string | undefined): void {
  if (cmap !== undefined) colormap(cmap);
  if (save === undefined) return;
  if (![".png", ".svg", ".html"].includes(extname(save).toLowerCase())) throw new UsageError(`--save writes a picture: ${save} should end in .png, .svg or .html`);
  if (!existsSync(dirname(save))) throw new FileError(`${save} cannot be written: there is no folder ${dirname(save)}`);
}

async function* contents(file: string): AsyncGenerator<Shown, void, undefined> {
  const read = readers[extname(file).toLowerCase()] ?? readImage;
  yield* read(file);
}

const readers: Readonly<Record<string, (file: string) => AsyncGenerator<Shown, void, undefined>>> = {
  async *".npy"(file) {
    yield shownTensor(file, await loadNpy(file));
  },
  async *".npz"(file) {
    for (const [name, tensor] of Object.entries(await loadNpz(file))) yield shownTensor(`${file}: ${name}`, tensor);
  },
  async *".safetensors"(file) {
    const { tensors, metadata } = await loadSafetensors(file);
    const about = Object.entries(metadata).map(([key, value]) => `\n  ${clean(key)}: ${clean(value)}`);
    if (about.length > 0) yield { title: file, text: plural(Object.keys(tensors).length, "tensor") + about.join(""), images: [] };
    for (const [name, tensor] of Object.entries(tensors)) yield shownTensor(`${file}: ${name}`, tensor, namesIn(metadata.classes, tensor));
  },
};

async function* readImage(file: string): AsyncGenerator<Shown, void, undefined> {
  const image = await openImage(file);
  yield { title: file, text: `${image.width} × ${image.height} pixels, mode ${image.mode}`, images: [{ image, title: file }] };
}

/** The names of the pictures in a model's tensor: its metadata may list its classes, one for each. */
function namesIn(classes: string | undefined, tensor: Tensor): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(classes ?? "");
    return Array.isArray(list) && list.length === tensor.shape[0] && list.every((name) => typeof name === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}

function shownTensor(title: string, tensor: Tensor, names?: readonly string[]): Shown {
  const text = `${tensor.dtype} [${tensor.shape.join(", ")}]`;
  const images = imagesIn(tensor, names !== undefined).map(({ image, index }) => ({ image, title: index === undefined ? title : (names?.[index] ?? String(index)) }));
  if (images.length === 0) return { title, text: `${text}\n${tensor.toString()}`, images };
  const more = tensor.shape[0] - images.length;
  return { title, text: images.length > 1 && more > 0 ? `${text}, the first ${images.length}` : text, images };
}

const isPlane = (height: number, width: number): boolean => Math.min(height, width) >= SMALLEST && Math.max(height, width) <= FLATTEST * Math.min(height, width);
const isColour = (channels: number): boolean => channels === 1 || channels === 3 || channels === 4;

/** The images that a tensor is: one, or a stack of them. What has a name for each is a stack, should there also be three. */
function imagesIn(tensor: Tensor, named: boolean): { readonly image: Tensor; readonly index?: number }[] {
  const { shape } = tensor;
  const stack = () => Array.from({ length: Math.min(shape[0], MOST_IMAGES) }, (_, index) => ({ image: tensor.at(index), index }));
  if (shape.length === 2) return isPlane(shape[0], shape[1]) ? [{ image: tensor }] : [];
  if (shape.length === 3 && isColour(shape[2]) && isPlane(shape[0], shape[1])) return [{ image: tensor }];
  if (shape.length === 3 && isPlane(shape[1], shape[2])) return !named && isColour(shape[0]) && shape[0] > 1 ? [{ image: tensor }] : stack();
  if (shape.length === 4 && isColour(shape[3]) && isPlane(shape[1], shape[2])) return stack();
  if (shape.length === 4 && isColour(shape[1]) && isPlane(shape[2], shape[3])) return stack();
  return [];
}
