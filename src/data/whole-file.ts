/**
 * @file Files that are there whole or not at all, and what a person is told where the system will not give or take one. The
 * formats of this room and the report in learn/ read and write through here; it knows no format.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { FileError } from "../core/errors.js";
import { DataPath } from "./path.js";

const pathOf = (path: string | DataPath): string => (path instanceof DataPath ? path.path : path);

/** The same memory as bytes. */
export const bytesOf = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EISDIR: "it is a folder",
  ENOTDIR: "part of its path is no folder",
  EACCES: "access is denied",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
};

const isSystemError = (cause: unknown): cause is Error & { readonly code: unknown } => cause instanceof Error && "code" in cause;

/** A system's error as a FileError that says what it means; any other error as it is. */
const told = (path: string, doing: "read" | "written", cause: unknown): unknown =>
  isSystemError(cause) ? new FileError(`${path} cannot be ${doing}: ${reasons[String(cause.code)] ?? String(cause.code)}`, { cause }) : cause;

/** The system takes no more than 2 GiB at once. */
const AT_ONCE = 2 ** 30;

/** Puts bytes at the end of the file being written. */
export type Write = (bytes: Uint8Array) => void;

/**
 * Writes a file under another name beside its place, and moves it there once it is whole. Whatever goes wrong, what lay there
 * before stays as it was.
 *
 * @throws FileError naming the file and the reason where it cannot be written, and what `fill` throws.
 */
export async function writeWhole(path: string | DataPath, fill: (write: Write) => void | Promise<void>): Promise<void> {
  const target = pathOf(path);
  const temporary = join(dirname(target), `.${process.pid}-${randomBytes(6).toString("hex")}.part`);
  try {
    const file = openSync(temporary, "wx");
    try {
      await fill((bytes) => {
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, Math.min(AT_ONCE, bytes.length - done));
      });
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw told(target, "written", cause);
  }
}

/** An open file: its name for messages, its size, and its bytes from any place. */
export interface OpenFile {
  readonly name: string;
  readonly size: number;
  /** Fills `bytes` from a place in the file. @returns how many there were */
  readonly readInto: (bytes: Uint8Array, from: number) => number;
}

/**
 * Opens a file for as long as `read` takes.
 *
 * @throws FileError naming the file where it is missing, unreadable or no file, and what `read` throws.
 */
export async function withFile<T>(path: string | DataPath, read: (file: OpenFile) => T | Promise<T>): Promise<T> {
  const name = pathOf(path);
  let file: number | undefined;
  try {
    const descriptor = (file = openSync(name, "r"));
    const about = fstatSync(descriptor);
    if (!about.isFile()) throw new FileError(`${name} cannot be read: it is no file`);
    return await read({ name, size: about.size, readInto: (bytes, from) => readInto(descriptor, bytes, from) });
  } catch (cause) {
    throw told(name, "read", cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readInto(file: number, bytes: Uint8Array, from: number): number {
  let done = 0;
  while (done < bytes.length) {
    const more = readSync(file, bytes, done, Math.min(AT_ONCE, bytes.length - done), from + done);
    if (more === 0) break;
    done += more;
  }
  return done;
}

/** The error of a file that lost its end while it was read. */
export const cutShort = (name: string): FileError => new FileError(`${name} cannot be read: it became shorter meanwhile`);
