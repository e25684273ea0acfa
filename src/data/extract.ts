/**
 * @file Unpacks a .tgz or .tar into a new folder, and treats it as hostile until shown otherwise: everything but plain
 * files and folders with honest names inside the folder is refused. untar.ts calls it with a temporary folder, which it
 * throws away after any error; nothing here cleans up.
 */
import { closeSync, createReadStream, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Readable, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { type ParsedTarEntry, createTarDecoder } from "modern-tar";
import { ArchiveError } from "../core/errors.js";

/** How much an archive may hold. */
export interface ArchiveLimits {
  /** Files and folders. */
  readonly files: number;
  /** Bytes of all files together, unpacked. */
  readonly bytes: number;
}

/** Enough for every data set that fast.ai has. */
const DEFAULT_LIMITS: ArchiveLimits = { files: 1_000_000, bytes: 16 * 2 ** 30 };

const LONGEST_NAME = 255;
const LONGEST_PATH = 1024;
const DEEPEST = 32;
/** What Windows cannot have in a name, or takes for a device. */
const WINDOWS = /[<>:"|?*]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

export interface Extracted {
  readonly files: number;
  readonly bytes: number;
  /** The folder's direct entries. */
  readonly top: readonly string[];
}

/** Which names an archive has used so far, so that no entry takes another one's place. */
class Names {
  /** Folded name to how it was written and what it is: on a case-blind file system two spellings are one file. */
  readonly #seen = new Map<string, { readonly name: string; kind: "file" | "folder" }>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  get count(): number {
    return this.#seen.size;
  }

  get top(): string[] {
    return [...this.#seen.values()].map(({ name }) => name).filter((name) => !name.includes("/"));
  }

  addFolder(name: string): void {
    const parts = name.split("/");
    for (let i = 1; i <= parts.length; i++) this.#folder(parts.slice(0, i).join("/"));
  }

  addFile(name: string): void {
    const cut = name.lastIndexOf("/");
    if (cut > 0 && !this.#isFolder(name.slice(0, cut))) this.addFolder(name.slice(0, cut));
    const other = this.#seen.get(fold(name));
    if (other !== undefined) throw new ArchiveError(`${show(name)} comes twice${other.name === name ? "" : `, also as ${show(other.name)}`}`);
    this.#seen.set(fold(name), { name, kind: "file" });
  }

  #isFolder(name: string): boolean {
    const known = this.#seen.get(fold(name));
    return known?.kind === "folder" && known.name === name;
  }

  #folder(name: string): void {
    const other = this.#seen.get(fold(name));
    if (other === undefined) {
      mkdirSync(join(this.#root, name));
      this.#seen.set(fold(name), { name, kind: "folder" });
    } else if (other.kind === "file") throw new ArchiveError(`${show(name)} is both a file and a folder`);
    else if (other.name !== name) throw new ArchiveError(`${show(name)} and ${show(other.name)} differ only in their spelling`);
  }
}

const fold = (name: string): string => name.normalize("NFC").toLowerCase();
const show = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

/** An entry's name as a relative path with single slashes; undefined for the root itself. @throws ArchiveError */
function checkedName(raw: string): string | undefined {
  const refuse = (why: string): never => {
    throw new ArchiveError(`the name ${show(raw)} ${why}`);
  };
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\0-\x1f\x7f]/.test(raw)) refuse("has a control character");
  if (raw.includes("\\")) refuse("has a backslash");
  if (raw.startsWith("/") || /^[a-z]:/i.test(raw)) refuse("is absolute");
  if (raw === "") refuse("is empty");
  const parts = raw.replace(/\/+$/, "").split("/").filter((part) => part !== ".");
  if (parts.length === 0) return undefined;
  if (parts.includes("..")) refuse("leads out of the folder");
  if (parts.includes("")) refuse("has an empty part");
  if (parts.length > DEEPEST) refuse(`is more than ${DEEPEST} folders deep`);
  if (Buffer.byteLength(raw) > LONGEST_PATH || parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME)) refuse("is too long");
  if (process.platform === "win32" && parts.some((part) => WINDOWS.test(part))) refuse("cannot exist on Windows");
  return parts.join("/");
}

/**
 * Unpacks `archive` into the existing, empty folder `to`.
 *
 * @throws ArchiveError naming the archive and the reason: corrupt, cut short, too large, or an entry that is refused.
 */
export async function extract(
  archive: string,
  to: string,
  options: { readonly limits?: ArchiveLimits; readonly signal?: AbortSignal | undefined; readonly onProgress?: (files: number) => void; readonly label?: string } = {},
): Promise<Extracted> {
  const { limits = DEFAULT_LIMITS, signal, onProgress, label = archive } = options;
  let tar: Readable | undefined;
  try {
    tar = openTar(archive);
    const names = new Names(to);
    let [files, bytes] = [0, 0];
    for await (const entry of chunks(tar).pipeThrough(createTarDecoder({ strict: true }))) {
      signal?.throwIfAborted();
      const name = checkEntry(entry);
      if (name === undefined) {
        await entry.body.cancel();
        continue;
      }
      bytes += entry.header.size;
      if (bytes > limits.bytes) throw new ArchiveError(`it unpacks to more than ${limits.bytes} bytes`);
      if (entry.header.type === "directory") {
        names.addFolder(name);
        await entry.body.cancel();
      } else {
        names.addFile(name);
        await writeBody(entry, join(to, name));
        files++;
        if (files % 256 === 0) onProgress?.(files);
      }
      if (names.count > limits.files) throw new ArchiveError(`it has more than ${limits.files} files and folders`);
    }
    if (files === 0) throw new ArchiveError("it has no files");
    onProgress?.(files);
    return { files, bytes, top: names.top };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Error && "code" in cause && /^E(NOSPC|DQUOT|ROFS|ACCES|IO)$/.test(String(cause.code))) throw cause;
    throw new ArchiveError(`${label}: refused: ${cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause)}`, { cause });
  } finally {
    tar?.destroy();
  }
}

/** The name of an entry that may be written. @throws ArchiveError */
function checkEntry({ header }: ParsedTarEntry): string | undefined {
  const name = checkedName(header.name);
  if (header.type !== "file" && header.type !== "directory") throw new ArchiveError(`${show(header.name)} is a ${header.type ?? "thing of unknown kind"}; only files and folders are allowed`);
  if (Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse"))) throw new ArchiveError(`${show(header.name)} is a sparse file`);
  if (!Number.isSafeInteger(header.size) || header.size < 0) throw new ArchiveError(`${show(header.name)} has no sensible size`);
  if (header.type === "file" && (name === undefined || header.name.endsWith("/"))) throw new ArchiveError(`${show(header.name)} is a file with a folder's name`);
  return name;
}

async function writeBody({ header, body }: ParsedTarEntry, path: string): Promise<void> {
  const out = openSync(path, "wx", 0o644);
  try {
    let written = 0;
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      for (let at = 0; at < part.value.length;) at += writeSync(out, part.value, at);
      written += part.value.length;
    }
    if (written !== header.size) throw new ArchiveError(`${show(header.name)} is cut short`);
  } finally {
    closeSync(out);
  }
}

/** The archive's bytes; gunzipped where the first two say so. @throws ArchiveError where it can be no archive */
function openTar(archive: string): Readable {
  const magic = firstBytes(archive);
  const gzipped = magic[0] === 0x1f && magic[1] === 0x8b;
  if (!gzipped && String.fromCharCode(...magic.subarray(257, 262)) !== "ustar") {
    const page = /^\s*</.test(String.fromCharCode(...magic.subarray(0, 64)));
    throw new ArchiveError(magic.length === 0 ? "the file is empty" : page ? "it is a web page, not an archive" : "it is neither gzip nor tar");
  }
  const file = createReadStream(archive, { highWaterMark: 256 * 1024 });
  // pipeline passes an error of the file on, and closes the file when the reader goes; the reader reports both.
  return gzipped ? pipeline(file, createGunzip({ chunkSize: 256 * 1024 }), () => undefined) : file;
}

function firstBytes(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const head = new Uint8Array(512);
    return head.subarray(0, readSync(file, head, 0, 512, 0));
  } finally {
    closeSync(file);
  }
}

/** A Node stream as a web stream, one chunk at a time. */
function chunks(source: Readable): ReadableStream<Uint8Array> {
  const reader: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await reader.next();
      if (part.done === true) controller.close();
      else controller.enqueue(part.value);
    },
    async cancel() {
      await reader.return?.();
    },
  });
}
