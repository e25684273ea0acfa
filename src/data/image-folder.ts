/**
 * @file imageFolder: which pictures there are, by split and class, from the folders they lie in. learn/ and the command
 * line start here; it reads names only and opens no picture.
 */
import { type Dirent, readdirSync } from "node:fs";
import { extname } from "node:path";
import { FileError, ValueError } from "../core/errors.js";
import { imageSuffixes } from "./formats.js";
import { L } from "./list.js";
import { DataPath } from "./path.js";

/** The pictures of a data set. */
export interface ImageFolder {
  readonly root: DataPath;
  /** In natural order: "2" before "10". */
  readonly classes: readonly string[];
  /** For each class its pictures, sorted by name. */
  readonly train: Readonly<Record<string, L<DataPath>>>;
  readonly valid: Readonly<Record<string, L<DataPath>>>;
}

export interface ImageFolderOptions {
  /** Only these classes, in natural order. Default: all. */
  readonly classes?: readonly string[];
  /** For a folder without a split: which part of each class is put aside for validation. Default 0.2. */
  readonly validFraction?: number;
  /** For a folder without a split: seeds the shuffle. Default 42. */
  readonly seed?: number;
}

/** Names of the training and the validation folder, in the order they are looked for. fast.ai's mnist_png has the last ones. */
const TRAIN_NAMES = ["train", "training"];
const VALID_NAMES = ["valid", "val", "validation", "test", "testing"];
/** A byte-wise comparison, unlike a locale's, is the same on every machine. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Orders names as people do: numbers inside them by value. Ties are broken by characters. */
export function naturalOrder(a: string, b: string): number {
  const [x, y] = [a, b].map((s) => s.split(/(\d+)/));
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    // Odd parts are digits; comparing as numbers up to 2^53 and then by length and text keeps long ones in order.
    const [p, q] = i % 2 === 1 ? [x[i].replace(/^0+/, ""), y[i].replace(/^0+/, "")] : [x[i], y[i]];
    const order = (i % 2 === 1 ? p.length - q.length : 0) || byName(p, q);
    if (order !== 0) return order;
  }
  return x.length - y.length || byName(a, b);
}

/**
 * Finds the pictures under `root`.
 *
 * With `train/<class>/*` (or `training`) and `valid/<class>/*` (or `val`, `validation`, `test`, `testing`) the split is the one on disk. With only
 * `<class>/*` each class is sorted by name, shuffled (Fisher-Yates with the generator mulberry32, seeded by `seed` and
 * independent of the other classes) and its first round(n × validFraction) pictures, at least one, are for validation.
 * Hidden files and files without a picture's ending are left out; folders inside a class are not searched.
 *
 * @throws FileError where folders are missing, empty or do not match; ValueError for a class that is not there.
 * @example
 * const { classes, train, valid } = imageFolder(path, { classes: ["3", "7"] });
 * train["3"].length; // 6131
 *
 * Modelled on torchvision's ImageFolder and fast.ai's ImageDataLoaders.from_folder.
 */
export function imageFolder(root: DataPath | string, options: ImageFolderOptions = {}): ImageFolder {
  const path = root instanceof DataPath ? root : new DataPath(root);
  const here = folders(path);
  const trainName = TRAIN_NAMES.find((name) => here.includes(name));
  if (trainName !== undefined) {
    const validName = VALID_NAMES.find((name) => here.includes(name));
    if (validName === undefined) throw new FileError(`imageFolder: ${path.path} has ${trainName}/ but no valid/`);
    return splitOnDisk(path, path.join(trainName), path.join(validName), options.classes);
  }
  return splitByShuffle(path, here, options);
}

function splitOnDisk(root: DataPath, train: DataPath, valid: DataPath, wanted: readonly string[] | undefined): ImageFolder {
  const [inTrain, inValid] = [folders(train), folders(valid)];
  const classes = chooseClasses(train, inTrain, wanted);
  for (const name of classes) {
    if (!inValid.includes(name)) throw new FileError(`imageFolder: class "${name}" is in ${train.path} but not in ${valid.path}, which has ${listed(inValid)}`);
  }
  const extra = wanted === undefined ? inValid.filter((name) => !classes.includes(name)) : [];
  if (extra.length > 0) throw new FileError(`imageFolder: ${listed(extra)} in ${valid.path} but not in ${train.path}`);
  const all = (part: DataPath) => record(classes, (name) => pictures(part.join(name)));
  return { root, classes, train: all(train), valid: all(valid) };
}

function splitByShuffle(root: DataPath, here: readonly string[], { classes: wanted, validFraction = 0.2, seed = 42 }: ImageFolderOptions): ImageFolder {
  if (!(validFraction > 0 && validFraction < 1)) throw new ValueError(`imageFolder: validFraction is ${validFraction}; it must lie between 0 and 1`);
  if (!Number.isSafeInteger(seed)) throw new ValueError(`imageFolder: seed is ${seed}; it must be a whole number`);
  const classes = chooseClasses(root, here, wanted);
  const shuffled = record(classes, (name) => {
    const files = pictures(root.join(name));
    if (files.length < 2) throw new FileError(`imageFolder: ${root.join(name).path} has ${files.length} picture; splitting takes at least 2`);
    return shuffle(files, seed);
  });
  const cut = (name: string) => Math.min(shuffled[name].length - 1, Math.max(1, Math.round(shuffled[name].length * validFraction)));
  return {
    root,
    classes,
    train: record(classes, (name) => shuffled[name].slice(cut(name)).sorted()),
    valid: record(classes, (name) => shuffled[name].slice(0, cut(name)).sorted()),
  };
}

/** A record without a prototype: a class may be called "constructor". */
function record<T>(keys: readonly string[], value: (key: string) => T): Record<string, T> {
  const out: Record<string, T> = Object.create(null);
  for (const key of keys) out[key] = value(key);
  return out;
}

const listed = (names: readonly string[]): string => (names.length === 0 ? "none" : [...names].sort(naturalOrder).map((n) => `"${n}"`).join(", "));

function chooseClasses(folder: DataPath, found: readonly string[], wanted: readonly string[] | undefined): string[] {
  if (found.length === 0) throw new FileError(`imageFolder: ${folder.path} has no class folders; <class>/* or train/<class>/* and valid/<class>/* is expected`);
  for (const name of wanted ?? []) {
    if (!found.includes(name)) throw new ValueError(`imageFolder: no class "${name}" in ${folder.path}; there are ${listed(found)}`);
  }
  return [...new Set(wanted ?? found)].sort(naturalOrder);
}

function entries(folder: DataPath): Dirent[] {
  try {
    return readdirSync(folder.path, { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
  } catch (cause) {
    throw new FileError(`imageFolder: ${folder.path} ${folder.exists() ? "is no folder that can be read" : "does not exist"}`, { cause });
  }
}

/** A link may lead to a folder or a file; only following it tells, and only links pay for that. */
const isFolder = (folder: DataPath, entry: Dirent): boolean => entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(folder.join(entry.name).path));

function leadsToFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

const folders = (folder: DataPath): string[] =>
  entries(folder)
    .filter((entry) => isFolder(folder, entry))
    .map((entry) => entry.name);

function pictures(folder: DataPath): L<DataPath> {
  const names = entries(folder)
    .filter((entry) => imageSuffixes.includes(extname(entry.name).toLowerCase()) && (entry.isFile() || (entry.isSymbolicLink() && !isFolder(folder, entry))))
    .map((entry) => entry.name)
    .sort(byName);
  if (names.length === 0) throw new FileError(`imageFolder: no pictures in ${folder.path}; files ending in ${imageSuffixes.join(", ")} are looked for`);
  return L.from(names, (name) => folder.child(name));
}

/** Fisher-Yates with mulberry32, so that a seed means the same split everywhere and for ever. */
function shuffle(items: L<DataPath>, seed: number): L<DataPath> {
  const out = items.slice();
  let state = seed | 0;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
