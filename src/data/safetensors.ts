/**
 * @file Tensors in safetensors files: written whole or not at all, read with every word of the header checked. Models are kept
 * so. The header is safetensors-format.ts's business; this file moves the bytes between files and tensors.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { newArray, type TypedArray } from "../core/dtype.js";
import { FileError } from "../core/errors.js";
import { numel } from "../core/shape.js";
import { fromData } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { Tensor } from "../tensor/tensor.js";
import { DataPath } from "./path.js";
import { type Entry, LENGTH_BYTES, emptyRecord, headerLength, layOut, readHeader } from "./safetensors-format.js";

/** What a safetensors file holds. Both records have no prototype: a tensor may have any name. */
export interface SafeTensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const pathOf = (path: string | DataPath): string => (path instanceof DataPath ? path.path : path);
const bytesOf = (data: TypedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The error of a file that the system would not give or take. */
function refused(path: string, doing: string, cause: unknown): FileError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const reasons: Readonly<Record<string, string>> = { ENOENT: "there is no such file or folder", EISDIR: "it is a folder", ENOTDIR: "part of its path is no folder", EACCES: "access is denied", ENOSPC: "the disk is full", EROFS: "the disk is read-only" };
  return new FileError(`${path} cannot be ${doing}: ${reasons[code] ?? code}`, { cause });
}

/**
 * Writes tensors of any dtype to a safetensors file, as the reference implementation would: widest dtype first, then by name.
 * The file is there whole or not at all: it is written under another name beside it and then renamed.
 *
 * @param metadata any strings by name.
 * @throws FileError where it cannot be written, ValueError for a tensor called "__metadata__".
 * @example await saveSafetensors("model.safetensors", { weight, bias }, { classes: '["3","7"]' });
 *
 * Format: https://github.com/huggingface/safetensors#format
 */
export async function saveSafetensors(path: string | DataPath, tensors: Readonly<Record<string, Tensor>>, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
  const target = pathOf(path);
  const described = Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const { entries, header } = layOut(described, metadata);
  const temporary = join(dirname(target), `.${process.pid}-${randomBytes(6).toString("hex")}.safetensors.part`);
  try {
    const file = openSync(temporary, "wx");
    try {
      writeAll(file, header);
      for (const { name } of entries) writeAll(file, bytesOf(await tensors[name].data()));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause instanceof Error && "code" in cause ? refused(target, "written", cause) : cause;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done);
}

/**
 * Reads all tensors of a safetensors file.
 *
 * @throws FileError naming the file where it is missing, cut short, or wrong in any way that the format forbids; dtypes that
 * Tesserae does not have (F16, BF16, …) too.
 * @example const { tensors: { weight }, metadata } = await loadSafetensors("model.safetensors");
 *
 * Format: https://github.com/huggingface/safetensors#format
 */
export async function loadSafetensors(path: string | DataPath): Promise<SafeTensors> {
  const name = pathOf(path);
  let file: number | undefined;
  try {
    file = openSync(name, "r");
    return readAll(file, name);
  } catch (cause) {
    throw cause instanceof Error && "code" in cause ? refused(name, "read", cause) : cause;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readAll(file: number, name: string): SafeTensors {
  const about = fstatSync(file);
  if (!about.isFile()) throw new FileError(`${name} cannot be read: it is no file`);
  const first = new Uint8Array(LENGTH_BYTES);
  const length = headerLength(name, first.subarray(0, readInto(file, first, 0)), about.size);
  const json = new Uint8Array(length);
  const start = LENGTH_BYTES + length;
  if (readInto(file, json, LENGTH_BYTES) !== length) throw cutShort(name);
  const { entries, metadata } = readHeader(name, json, about.size - start);
  const tensors = emptyRecord<Tensor>();
  for (const entry of entries) tensors[entry.name] = readTensor(file, name, entry, start);
  return { tensors, metadata };
}

const cutShort = (name: string): FileError => new FileError(`${name} cannot be read: it became shorter meanwhile`);

/** Fills `bytes` from a place in the file. @returns how many there were */
function readInto(file: number, bytes: Uint8Array, from: number): number {
  let done = 0;
  while (done < bytes.length) {
    const more = readSync(file, bytes, done, bytes.length - done, from + done);
    if (more === 0) break;
    done += more;
  }
  return done;
}

function readTensor(file: number, name: string, { dtype, shape, begin }: Entry, start: number): Tensor {
  const data = newArray(dtype, numel(shape));
  const bytes = bytesOf(data);
  if (readInto(file, bytes, start + begin) !== bytes.length) throw cutShort(name);
  // Kernels rely on a bool being 0 or 1; a stranger's file may hold anything.
  if (dtype === "bool") for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i] === 0 ? 0 : 1;
  return new Tensor(TensorImpl.of(fromData(dtype, shape, data)));
}
