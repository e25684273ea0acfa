/**
 * @file What the argument `<dataset>` means: a known name, a folder, an archive or an address; fetched if need be, and looked
 * through for classes. The commands that read data sets call it; how archives and folders are read is data/'s business.
 */
import { didYouMean, nearest } from "../core/suggest.js";
import { statSync } from "node:fs";
import { type ImageFolder, type ImageFolderOptions, imageFolder } from "../data/image-folder.js";
import { DataPath } from "../data/path.js";
import { type UntarProgress, untarData } from "../data/untar.js";
import { knownNames } from "../data/urls.js";
import type { News } from "./progress.js";
import { type Session, UsageError } from "./session.js";

/** fast.ai's archives by the names that fast.ai gives them. */
const archive = /\.(tgz|tar\.gz|tar)$/i;
const address = /^(https?|file):/i;

/** Whether `word` is something that could be a data set, not a class. */
export const isDataset = (word: string): boolean => knownNames().includes(word) || address.test(word) || archive.test(word) || statSync(word, { throwIfNoEntry: false }) !== undefined;

/**
 * The folder of a data set, downloaded and unpacked first where it has to be.
 *
 * @throws UsageError for a word that means nothing, with what would have been right.
 */
export async function openDataset(dataset: string, session: Session): Promise<DataPath> {
  if (!knownNames().includes(dataset) && !address.test(dataset)) {
    const found = statSync(dataset, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return new DataPath(dataset);
    if (found === undefined) throw new UsageError(unknown(dataset));
    if (!archive.test(dataset)) throw new UsageError(`${dataset} is a file, but no .tgz; a data set is a folder, an archive (.tgz), an address of one, or a known name`);
  }
  const progress = await session.progress();
  try {
    return await untarData(dataset, { signal: session.signal, onProgress: (news) => progress.show(told(news)) });
  } finally {
    progress.stop();
  }
}

const stages: Readonly<Record<UntarProgress["stage"], News["stage"]>> = {
  waiting: "waiting for another process that fetches it", downloading: "downloading", extracting: "unpacking",
};

const told = ({ stage, done, total }: UntarProgress): News => ({ stage: stages[stage], done, total, unit: stage === "downloading" ? "bytes" : "items" });

/** Names, as many as a line or two can take. */
const listed = (names: readonly string[]): string => (names.length <= 30 ? names.join(", ") : `${names.slice(0, 30).join(", ")}, … (${names.length})`);

function unknown(dataset: string): string {
  const names = knownNames();
  const hint = didYouMean(dataset, names);
  if (/[/\\]/.test(dataset) || archive.test(dataset)) return `there is no ${dataset}${hint}`;
  return `no data set "${dataset}"${hint || ","} ${hint ? "Known" : "known"} names are ${names.join(", ")}; a folder, a .tgz or an address of one will do too`;
}

/**
 * The pictures of a data set by class.
 *
 * @throws UsageError for a class that is not there, with the nearest one that is.
 */
export function openFolder(path: DataPath, options: ImageFolderOptions): ImageFolder {
  const { classes: wanted, ...split } = options;
  if (wanted === undefined) return imageFolder(path, split);
  try {
    return imageFolder(path, options);
  } catch (error) {
    // Only now is it worth reading the names of all classes.
    const all = imageFolder(path, split).classes;
    const missing = wanted.find((name) => !all.includes(name));
    if (missing === undefined) throw error;
    const swallowed = wanted.length > 1 && missing === wanted.at(-1) && isDataset(missing);
    if (swallowed) throw new UsageError(`no class "${missing}": --classes takes every word behind it, so the data set goes in front: tesserae baseline ${missing} --classes ${wanted.slice(0, -1).join(" ")}`);
    const near = nearest(missing, all).length > 0 ? didYouMean(missing, all) : "";
    throw new UsageError(`no class "${missing}" in ${path.path}${near || "."} There are ${listed(all)}`, { cause: error });
  }
}
