/**
 * @file untarData: from the address of an archive to the folder with its files, downloaded once, checked and cached. All of
 * it happens beside the final place, under a lock, and is renamed there at the end, so that whoever looks sees all or
 * nothing. The parts are in download.ts, extract.ts and lock.ts.
 */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DownloadError, FileError, ValueError } from "../core/errors.js";
import type { ArchiveLimits } from "./extract.js";
import { acquire, isAlive } from "./lock.js";
import { DataPath } from "./path.js";
import { type Place, URLs, cacheHome, isKnownUrl, knownNames, knownUrl, mirrored, placeOf, stemOf } from "./urls.js";

/** How far untarData is. `total` is absent where nobody knows it; `waiting` is for another process with the same archive. */
export interface UntarProgress {
  readonly stage: "waiting" | "downloading" | "extracting";
  /** Bytes when downloading, files when extracting. */
  readonly done: number;
  readonly total?: number;
}

export interface UntarOptions {
  /** The folder that the data set's folder is put into. Default: `data` in the cache. */
  readonly dest?: string | DataPath;
  /** What the archive's SHA-256 must be, in hexadecimal. */
  readonly sha256?: string;
  /** Fetch and unpack again even if it is there. */
  readonly force?: boolean;
  readonly onProgress?: (progress: UntarProgress) => void;
  readonly signal?: AbortSignal;
  /** How much the archive may hold: by default a million files and 16 GiB. */
  readonly limits?: ArchiveLimits;
}

/** What is remembered of an archive, in a hidden file beside the folder. */
interface Origin {
  readonly url: string;
  readonly sha256?: string | undefined;
  readonly archiveBytes: number;
  readonly mtimeMs?: number | undefined;
  readonly files: number;
  readonly bytes: number;
}

/** Everything a call works with: where the data set goes, and where from. */
interface Job {
  readonly url: string;
  readonly place: Place;
  /** The folder around the data set, and the data set's name in it. */
  readonly home: string;
  readonly name: string;
  readonly options: UntarOptions;
}

/**
 * Downloads an archive, unpacks it and gives the folder; the next call finds it there.
 *
 * A broken connection or a killed process leaves nothing half-made, and a later call goes on where it stopped. Several
 * processes may ask at once: one fetches, the others wait. An archive with one folder at its top becomes that folder.
 *
 * @param url an address (http, https or file), the path of a .tgz, or a known name such as "digits" or "mnist_sample".
 * Known addresses are fetched from $TESSERAE_MIRROR if that is set, and HTTP_PROXY, HTTPS_PROXY and NO_PROXY are heeded.
 * @throws DownloadError where it cannot be fetched or its checksum is wrong; ArchiveError where it is corrupt or wants to
 * write where it must not; FileError for a missing local file; ValueError for something that is no address.
 * @example
 * const path = await untarData(URLs.MNIST_SAMPLE);
 * await path.ls(); // (#3) [Path('labels.csv'),Path('train'),Path('valid')]
 *
 * Modelled on fast.ai's untar_data: https://docs.fast.ai/data.external.html#untar_data
 */
export async function untarData(url: string | URL | DataPath, options: UntarOptions = {}): Promise<DataPath> {
  options.signal?.throwIfAborted();
  if (options.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(options.sha256)) throw new ValueError("untarData: sha256 must be 64 hexadecimal digits");
  const job = plan(url instanceof DataPath ? url.path : String(url), options);
  const target = join(job.home, job.name);
  if (await isCurrent(job)) return new DataPath(target);
  mkdirSync(job.home, { recursive: true });
  const { signal, onProgress } = options;
  const lock = await acquire(hidden(job, "lock"), { signal, onWait: () => onProgress?.({ stage: "waiting", done: 0 }) });
  const temporary = new Set<string>();
  const cleanUp = () => {
    for (const path of temporary) rmSync(path, { recursive: true, force: true });
    lock.release();
  };
  const disarm = onDeath(cleanUp);
  try {
    // Somebody else may have fetched it while we waited.
    if (!(await isCurrent(job))) await fetchAndUnpack(job, temporary);
    return new DataPath(target);
  } finally {
    disarm();
    cleanUp();
  }
}

function plan(given: string, options: UntarOptions): Job {
  const url = knownUrl(given) ?? given;
  const place = placeOf(mirrored(url));
  if (place === undefined) throw new ValueError(`untarData: ${JSON.stringify(given)} is no http, https or file address`);
  if (place.kind === "file" && !existsSync(place.path)) {
    const hint = given === url && !/[./\\]/.test(given) ? `; known names are ${knownNames().join(", ")}` : "";
    throw new FileError(`untarData: no file ${place.path}${hint}`);
  }
  const stem = stemOf(url).replace(/[^\w.-]/g, "_").replace(/^\.+/, "");
  if (stem === "") throw new ValueError(`untarData: ${JSON.stringify(given)} names no archive`);
  // An address keeps its name wherever a mirror has it; only a plain path is known by what it leads to.
  const own = placeOf(url);
  const id = url === given && own?.kind === "file" && !/^file:/i.test(url) ? own.path : url;
  // In the cache unknown archives of the same name must not meet; in a folder of the user's the plain name is expected.
  const plain = options.dest !== undefined || isKnownUrl(url);
  const name = plain ? stem : `${stem}-${createHash("sha256").update(id).digest("hex").slice(0, 8)}`;
  const dest = options.dest instanceof DataPath ? options.dest.path : options.dest;
  return { url: id, place, home: resolve(dest ?? join(cacheHome(), "data")), name, options };
}

const hidden = ({ home, name }: Job, ending: string): string => join(home, `.${name}.${ending}`);

/** Whether the data set is there and still what the archive holds. A forced call never finds it so. @throws FileError */
async function isCurrent(job: Job): Promise<boolean> {
  const target = join(job.home, job.name);
  if (!existsSync(target)) return false;
  const origin = readOrigin(hidden(job, "json"));
  if (job.options.force === true) {
    if (origin === undefined) throw new FileError(`untarData: ${target} exists and was not made by untarData; it is not overwritten`);
    return false;
  }
  if (origin === undefined) return true;
  if (!sameData(origin.url, job.url)) throw new FileError(`untarData: ${target} holds ${origin.url}; give another dest, or force to replace it`);
  const { sha256 } = job.options;
  if (sha256 !== undefined && origin.sha256 !== sha256.toLowerCase()) return false;
  if (job.place.kind === "http") return true;
  const now = statSync(job.place.path);
  if (now.size !== origin.archiveBytes) return false;
  return now.mtimeMs === origin.mtimeMs || (await hashOf(job.place.path)) === origin.sha256;
}

/** The embedded digits are the same data set wherever this package lies: in another project, another checkout, npx's cache. */
const sameData = (was: string, is: string): boolean => was === is || (is === URLs.DIGITS && was.startsWith("file:") && was.endsWith("/assets/digits.tgz"));

function readOrigin(path: string): Origin | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const o = { url: "", archiveBytes: 0, mtimeMs: undefined, sha256: undefined, files: 0, bytes: 0, ...value };
    return typeof o.url === "string" && typeof o.archiveBytes === "number" && typeof o.files === "number" ? o : undefined;
  } catch {
    return undefined;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

/** What is to be cleared away if the process leaves now. */
const pending = new Set<() => void>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const clearAll = (): void => {
  for (const cleanUp of pending) cleanUp();
  pending.clear();
};

function onSignal(signal: NodeJS.Signals): void {
  // Whoever listens too decides what the signal means; if the process then leaves, `exit` clears up.
  if (process.listenerCount(signal) > 1) return;
  clearAll();
  for (const name of SIGNALS) process.off(name, onSignal);
  process.kill(process.pid, signal);
}

/** Runs `cleanUp` if the process leaves meanwhile; gives back the way to call that off. */
function onDeath(cleanUp: () => void): () => void {
  if (pending.size === 0) {
    process.on("exit", clearAll);
    for (const name of SIGNALS) process.on(name, onSignal);
  }
  pending.add(cleanUp);
  return () => {
    pending.delete(cleanUp);
    if (pending.size > 0) return;
    process.off("exit", clearAll);
    for (const name of SIGNALS) process.off(name, onSignal);
  };
}

/** The work itself, under the lock. Paths in `temporary` are removed by the caller, whatever happens. */
async function fetchAndUnpack(job: Job, temporary: Set<string>): Promise<void> {
  const { options, place } = job;
  const token = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const part = hidden(job, `${token}.part`);
  takeOver(job, part);
  let archive: string;
  if (place.kind === "http") {
    for (const path of [part, `${part}.tag`]) temporary.add(path);
    const { download } = await import("./download.js");
    const onProgress = (done: number, total: number | undefined) => options.onProgress?.({ stage: "downloading", done, ...(total === undefined ? {} : { total }) });
    await download(place.url, part, { maxBytes: options.limits?.bytes ?? 16 * 2 ** 30, signal: options.signal, onProgress });
    archive = part;
  } else {
    archive = place.path;
  }
  const sha256 = await hashOf(archive);
  if (options.sha256 !== undefined && sha256 !== options.sha256.toLowerCase()) {
    throw new DownloadError(`${job.url}: the archive's SHA-256 is ${sha256}, not ${options.sha256.toLowerCase()}`);
  }
  const tree = hidden(job, `${token}.tree`);
  temporary.add(tree);
  mkdirSync(tree);
  const { extract } = await import("./extract.js");
  const { files, bytes, top } = await extract(archive, tree, {
    label: job.url,
    signal: options.signal,
    ...(options.limits ? { limits: options.limits } : {}),
    onProgress: (done) => options.onProgress?.({ stage: "extracting", done }),
  });
  const about = statSync(archive);
  const [only] = top;
  const made = top.length === 1 && statSync(join(tree, only)).isDirectory() ? join(tree, only) : tree;
  const mtimeMs = place.kind === "file" ? about.mtimeMs : undefined;
  putInPlace(job, made, { url: job.url, sha256, archiveBytes: about.size, mtimeMs, files, bytes }, token, temporary);
}

/** Clears away what dead processes left of this data set, and makes the longest part of a download ours to go on with. */
function takeOver(job: Job, part: string): void {
  const prefix = `.${job.name}.`;
  const left = readdirSync(job.home).filter((file) => {
    const match = file.startsWith(prefix) ? /^(\d+)-[0-9a-f]{8}\.(part|part\.tag|tree|old|json)$/.exec(file.slice(prefix.length)) : null;
    return match !== null && !isAlive(Number(match[1]));
  });
  const size = (file: string) => statSync(join(job.home, file), { throwIfNoEntry: false })?.size ?? 0;
  const parts = left.filter((file) => file.endsWith(".part") && left.includes(`${file}.tag`)).sort((a, b) => size(b) - size(a));
  const [best] = job.options.force === true ? [] : parts;
  if (best !== undefined) {
    renameSync(join(job.home, best), part);
    renameSync(join(job.home, `${best}.tag`), `${part}.tag`);
  }
  for (const file of left) rmSync(join(job.home, file), { recursive: true, force: true });
}

/** Renames the finished folder to where everybody looks for it; an older one makes room first. */
function putInPlace(job: Job, made: string, origin: Origin, token: string, temporary: Set<string>): void {
  const target = join(job.home, job.name);
  const note = hidden(job, `${token}.json`);
  temporary.add(note);
  writeFileSync(note, `${JSON.stringify(origin)}\n`);
  if (existsSync(target)) {
    const old = hidden(job, `${token}.old`);
    temporary.add(old);
    renameSync(target, old);
  }
  // The note first: a folder without its note would pass for one that the user made.
  renameSync(note, hidden(job, "json"));
  renameSync(made, target);
}

/** A data set that has a name. */
export interface KnownDataset {
  readonly name: string;
  readonly url: string;
  /** Where its folder is, or will be. */
  readonly path: string;
  readonly cached: boolean;
  /** Bytes of its files, if it is cached. */
  readonly bytes: number | undefined;
  readonly files: number | undefined;
}

/** The data sets known by name, where each is cached and how large it is there. */
export function knownDatasets(): KnownDataset[] {
  return knownNames().map((name) => {
    const job = planned(name);
    const path = join(job.home, job.name);
    const origin = existsSync(path) ? readOrigin(hidden(job, "json")) : undefined;
    return { name, url: job.url, path, cached: existsSync(path), bytes: origin?.bytes, files: origin?.files };
  });
}

const planned = (name: string): Job => ({
  url: knownUrl(name) ?? name,
  place: { kind: "http", url: name },
  home: resolve(join(cacheHome(), "data")),
  name,
  options: {},
});

/**
 * Removes a data set from the cache; false where it was not there. Folders that untarData did not make stay.
 *
 * @param name a known name.
 */
export async function clearCached(name: string): Promise<boolean> {
  if (knownUrl(name) === undefined) throw new ValueError(`clearCached: no data set "${name}"; known names are ${knownNames().join(", ")}`);
  const job = planned(name);
  const target = join(job.home, job.name);
  if (!existsSync(target) || readOrigin(hidden(job, "json")) === undefined) return false;
  const lock = await acquire(hidden(job, "lock"));
  try {
    const old = join(dirname(target), `.${basename(target)}.${process.pid}-${randomBytes(4).toString("hex")}.old`);
    renameSync(target, old);
    rmSync(hidden(job, "json"), { force: true });
    rmSync(old, { recursive: true, force: true });
    return true;
  } finally {
    lock.release();
  }
}
