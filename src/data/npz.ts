/**
 * @file Several tensors in one .npz file, NumPy's zip archive of .npy files: written whole or not at all, and read as what it is, an
 * archive from a stranger. Zip itself is zip.js's business, loaded when first needed; the arrays are npy.ts's.
 */
import type { Entry as ZipEntry, FileEntry } from "@zip.js/zip.js";
import { FileError, ValueError } from "../core/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { npyHeader } from "./npy-format.js";
import { readNpy } from "./npy.js";
import type { DataPath } from "./path.js";
import { emptyRecord } from "./safetensors-format.js";
import { type OpenFile, bytesOf, withFile, writeWhole } from "./whole-file.js";

export interface SaveNpzOptions {
  /** Deflate the arrays, as `numpy.savez_compressed` does. Default false, as `numpy.savez`. */
  readonly compress?: boolean;
}

export interface LoadNpzOptions {
  /** The most bytes that all arrays together may have; an archive that holds more is taken for a zip bomb. Default 2 GiB. */
  readonly maxBytes?: number;
}

const SUFFIX = ".npy";
const MAX_BYTES = 2 ** 31;
const MAX_ENTRIES = 10_000;
/** No file in a zip archive older than this can be told; the same tensors give the same bytes. */
const EPOCH = new Date(1980, 0, 1);

const loadZip = async (): Promise<typeof import("@zip.js/zip.js")> => {
  const zip = await import("@zip.js/zip.js");
  zip.configure({ useWebWorkers: false });
  return zip;
};

/**
 * Writes tensors as `numpy.savez` writes arrays. The file is there whole or not at all, and the same tensors give the same bytes.
 *
 * @param tensors by name: `np.load(path)[name]` in Python.
 * @throws FileError where it cannot be written, ValueError for a name that other programs would take for a place elsewhere.
 * @example await saveNpz("means.npz", { mean3, mean7 }, { compress: true });
 *
 * As https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 */
export async function saveNpz(path: string | DataPath, tensors: Readonly<Record<string, Tensor>>, { compress = false }: SaveNpzOptions = {}): Promise<void> {
  for (const name of Object.keys(tensors)) {
    const wrong = whyNoName(name);
    if (wrong !== undefined) throw new ValueError(`saveNpz: a tensor cannot be called ${JSON.stringify(name)}: ${wrong}`);
  }
  const { ZipWriter } = await loadZip();
  await writeWhole(path, async (write) => {
    const sink = new WritableStream<Uint8Array>({ write: (bytes) => write(bytes) });
    const zip = new ZipWriter(sink, { level: compress ? 6 : 0, extendedTimestamp: false, lastModDate: EPOCH, keepOrder: true });
    for (const [name, tensor] of Object.entries(tensors)) {
      await zip.add(name + SUFFIX, streamOf(npyHeader(tensor.dtype, tensor.shape), bytesOf(await tensor.data())));
    }
    await zip.close();
  });
}

const streamOf = (...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) if (piece.length > 0) controller.enqueue(piece);
      controller.close();
    },
  });

/**
 * Reads all tensors of an archive that `numpy.savez` or `numpy.savez_compressed` wrote.
 *
 * Nothing is ever written to a place that the archive names; names are only keys. A name that tries to lead elsewhere (`..`,
 * a leading `/`), twice the same name, encrypted or overlapping entries, wrong checksums and sizes are refused.
 *
 * @returns a record without a prototype: a tensor may have any name.
 * @throws FileError naming the file and the array, and what is wrong with it; for arrays of Python objects too.
 * @example const { mean3, mean7 } = await loadNpz("means.npz");
 */
export async function loadNpz(path: string | DataPath, { maxBytes = MAX_BYTES }: LoadNpzOptions = {}): Promise<Readonly<Record<string, Tensor>>> {
  const zip = await loadZip();
  return withFile(path, async (file) => {
    const reader = new zip.ZipReader(new (readerOf(zip))(file), { checkSignature: true, checkOverlappingEntry: true, useWebWorkers: false });
    try {
      return await readAll(file, reader.getEntriesGenerator(), maxBytes);
    } finally {
      await reader.close();
    }
  });
}

const broken = (name: string, what: string, cause?: unknown): FileError => new FileError(`${name} is not an .npz file that can be read: ${what}`, { cause });
const quoted = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

/** The open file as zip.js reads it: a piece at a time, from any place. */
function readerOf({ Reader }: typeof import("@zip.js/zip.js")) {
  return class extends Reader<OpenFile> {
    readonly #file: OpenFile;
    constructor(file: OpenFile) {
      super(file);
      this.#file = file;
      this.size = file.size;
    }
    override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#file.size - index)));
      return bytes.subarray(0, this.#file.readInto(bytes, index));
    }
  };
}

async function readAll({ name }: OpenFile, entries: AsyncGenerator<ZipEntry, unknown>, maxBytes: number): Promise<Record<string, Tensor>> {
  const out = emptyRecord<Tensor>();
  const chosen: FileEntry[] = [];
  let bytes = 0;
  try {
    for await (const entry of entries) {
      const wrong = whyNoEntry(entry, chosen);
      if (wrong !== undefined || entry.directory) throw broken(name, `${quoted(entry.filename)} ${wrong}`);
      bytes += entry.uncompressedSize;
      if (!(bytes <= maxBytes)) throw broken(name, `its arrays would take more than ${maxBytes} bytes; give a larger maxBytes if that is meant`);
      if (chosen.push(entry) > MAX_ENTRIES) throw broken(name, `it has more than ${MAX_ENTRIES} arrays`);
    }
    for (const entry of chosen) {
      const key = entry.filename.slice(0, -SUFFIX.length);
      out[key] = readNpy(inMemory(`${name}: ${quoted(key)}`, await unpacked(name, entry)));
    }
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    // zip.js's own errors are one sentence each: "Invalid CRC32", "End of central directory not found", …
    throw broken(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
  return out;
}

/** Why a name cannot be one: another program would unpack it to a place outside of its folder, or not at all. */
function whyNoName(name: string): string | undefined {
  if (name === "" || name.length > 1000) return "it is empty or longer than 1000 characters";
  if (name.includes("\0") || name.includes("\\")) return "it has a NUL or a backslash in it";
  if (name.startsWith("/") || name.split("/").includes("..") || /^[a-z]:/i.test(name)) return "as a path it would lead out of its folder";
  return undefined;
}

function whyNoEntry({ filename, directory, encrypted }: ZipEntry, before: readonly ZipEntry[]): string | undefined {
  if (directory || !filename.endsWith(SUFFIX)) return `is no array; every file in it ends in ${SUFFIX}`;
  const wrong = whyNoName(filename.slice(0, -SUFFIX.length));
  if (wrong !== undefined) return `is no name for an array: ${wrong}`;
  if (encrypted) return "is encrypted";
  return before.some((other) => other.filename === filename) ? "is there twice" : undefined;
}

/** An entry's bytes; never more than it says to have, however far it could be blown up. */
async function unpacked(name: string, entry: FileEntry): Promise<Uint8Array> {
  const size = entry.uncompressedSize;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      bytes += chunk.length;
      if (bytes > size) throw broken(name, `${quoted(entry.filename)} holds more than the ${size} bytes that it says`);
      chunks.push(chunk.slice());
    },
  });
  await entry.getData(sink);
  if (bytes !== size) throw broken(name, `${quoted(entry.filename)} holds ${bytes} bytes and says ${size}`);
  return Buffer.concat(chunks);
}

function inMemory(name: string, whole: Uint8Array): OpenFile {
  const readInto = (bytes: Uint8Array, from: number): number => {
    const part = whole.subarray(from, from + bytes.length);
    bytes.set(part);
    return part.length;
  };
  return { name, size: whole.length, readInto };
}
