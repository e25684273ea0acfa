/**
 * @file `tesserae predict`: what images show, by a saved model: class and distance to each class, a line an image. An image that
 * does not look like those the model learnt from is refused, or made to look like them with --resize.
 */
import { FileError, ImageError } from "../core/errors.js";
import { type ByteMode, type Image, openImage } from "../data/index.js";
import { PixelSimilarity } from "../learn/index.js";
import { tensor } from "../tensor/create.js";
import type { Session } from "./session.js";
import { type Cell, type Column, table } from "./table.js";
import { clean, plural } from "./text.js";

export interface PredictArguments {
  readonly model: string;
  readonly images: readonly string[];
  readonly resize?: boolean;
  readonly json?: boolean;
  readonly skipBad?: boolean;
}

/** What a model says of one image. */
interface Prediction {
  readonly image: string;
  readonly class: string;
  /** By class number. */
  readonly distances: readonly number[];
}

export async function runPredict(options: PredictArguments, session: Session): Promise<void> {
  const model = await PixelSimilarity.load(options.model);
  const predictions: Prediction[] = [];
  const skipped: string[] = [];
  for (const image of options.images) {
    session.signal.throwIfAborted();
    try {
      predictions.push(await predict(model, image, options.resize === true));
    } catch (error) {
      if (options.skipBad !== true || !(error instanceof ImageError || error instanceof FileError)) throw error;
      skipped.push(error.message);
    }
  }
  if (options.json === true) session.sayJson(asJson(options.model, model, predictions));
  else if (predictions.length > 0) session.say(asText(model, predictions, session));
  if (skipped.length > 0) session.warn(`left out ${plural(skipped.length, "image")} that cannot be used:\n${skipped.map((message) => `  ${clean(message)}`).join("\n")}`);
}

async function predict(model: PixelSimilarity, file: string, resize: boolean): Promise<Prediction> {
  const image = fitted(await openImage(file), file, model, resize);
  const distances = Array.from(model.distances(tensor(image)).toTypedArray(), Number);
  // The first of the nearest, as argmin has it.
  return { image: file, class: model.classes[distances.indexOf(Math.min(...distances))], distances };
}

const byteModes: Readonly<Record<number, ByteMode>> = { 1: "L", 2: "LA", 3: "RGB", 4: "RGBA" };
const isByteMode = (mode: string): mode is ByteMode => Object.values(byteModes).some((known) => known === mode);

/** The image as the model knows images. @throws ImageError saying both sizes and modes */
function fitted(image: Image, file: string, model: PixelSimilarity, resize: boolean): Image {
  const [height, width, channels = 1] = model.imageShape ?? [];
  const mode = model.mode ?? byteModes[channels];
  if (image.width === width && image.height === height && image.mode === mode) return image;
  if (!resize) {
    throw new ImageError(`${file} is ${image.width} × ${image.height} ${image.mode}, but the model was fitted on ${width} × ${height} ${mode}; --resize brings images to the model's size and mode`);
  }
  if (!isByteMode(mode)) throw new ImageError(`${file}: the model was fitted on mode ${mode}, which images cannot be converted to`);
  return image.convert(mode).resize([width, height]);
}

function asJson(path: string, model: PixelSimilarity, predictions: readonly Prediction[]): unknown {
  const byClass = (distances: readonly number[]) => {
    const out: Record<string, number> = Object.create(null);
    model.classes.forEach((name, label) => (out[name] = distances[label]));
    return out;
  };
  return {
    model: path,
    classes: model.classes,
    distance: model.distance,
    predictions: predictions.map(({ image, class: name, distances }) => ({ image, class: name, distances: byClass(distances) })),
  };
}

/** A line an image: its name, its class, and the distance to each class. */
function asText(model: PixelSimilarity, predictions: readonly Prediction[], session: Session): string {
  const columns: Column[] = ["", "", ...model.classes].map(() => ({ title: "" }));
  const rows = predictions.map(({ image, class: name, distances }): Cell[] => {
    const nearest = distances.indexOf(Math.min(...distances));
    const cells = distances.map((distance, label): Cell => {
      const text = `${clean(model.classes[label])} ${distance.toFixed(4)}`;
      return label === nearest ? { text, style: "green" } : text;
    });
    return [clean(image), { text: clean(name), style: "bold" }, ...cells];
  });
  return table(columns, rows, { paint: session.paint, indent: "" });
}
