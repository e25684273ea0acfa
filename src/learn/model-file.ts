/**
 * @file How a PixelSimilarity lies in a file: a safetensors file with the means, and everything else in its metadata, checked
 * when it is read because files come from strangers. Only similarity.ts calls it; the format is data/safetensors.ts's.
 */
import { FileError } from "../core/errors.js";
import type { DataPath } from "../data/path.js";
import { loadSafetensors, saveSafetensors } from "../data/safetensors.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Distance, SCALE, distanceNames } from "./distance.js";

/** What is written and read. */
export interface Model {
  readonly means: Tensor;
  readonly classes: readonly string[];
  readonly distance: Distance;
  readonly mode: string | undefined;
}

const FORMAT = "tesserae.PixelSimilarity/1";

export async function writeModel(path: string | DataPath, { means, classes, distance, mode }: Model): Promise<void> {
  const known = mode === undefined ? {} : { mode };
  await saveSafetensors(path, { means }, { format: FORMAT, classes: JSON.stringify(classes), distance, scale: String(SCALE), ...known });
}

/** @throws FileError naming the file and what is wrong with it. */
export async function readModel(path: string | DataPath): Promise<Model> {
  const { tensors, metadata } = await loadSafetensors(path);
  const wrong = (what: string) => new FileError(`${typeof path === "string" ? path : path.path} is not a PixelSimilarity model: ${what}`);
  if (metadata.format !== FORMAT) throw wrong(`its metadata say format ${JSON.stringify(metadata.format ?? "nothing")}, not ${JSON.stringify(FORMAT)}`);
  const distance = distanceNames.find((name) => name === metadata.distance);
  if (distance === undefined) throw wrong(`its distance is ${JSON.stringify(metadata.distance ?? "nothing")}; ${distanceNames.join(" and ")} are known`);
  if (metadata.scale !== String(SCALE)) throw wrong(`its pixels were divided by ${JSON.stringify(metadata.scale ?? "nothing")}, not by "${SCALE}"`);
  const classes = classNames(metadata.classes);
  if (classes === undefined) throw wrong("its classes are not a JSON list of different names");
  const { means } = tensors;
  if (means?.dtype !== "float32") throw wrong("it has no float32 tensor called means");
  if (means.ndim < 2 || means.shape[0] !== classes.length || means.numel() === 0) throw wrong(`its means are [${means.shape.join(", ")}], which is no picture for each of ${classes.length} classes`);
  if (!means.isfinite().all().item()) throw wrong("some of its means are not finite");
  return { means, classes, distance, mode: metadata.mode };
}

function classNames(text: string | undefined): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
  const names = Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
  return Array.isArray(value) && names.length === value.length && names.length > 0 && new Set(names).size === names.length ? names : undefined;
}
