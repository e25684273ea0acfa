/**
 * @file NumPy's .npy format itself, versions 1 to 3: the header that NumPy would write, and what a stranger's header says, read as
 * the few Python literals it may hold and never evaluated. npy.ts and npz.ts move the bytes; this file knows neither tensors nor files.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type DType, dtypes, itemSize } from "../core/dtype.js";
import { FileError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import { PythonLiterals } from "./python-literals.js";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const; // \x93NUMPY
/** Magic, version, and the longest length field: what must be read to know how long the header is. */
export const PREAMBLE_BYTES = 12;
/** NumPy refuses longer ones from strangers; an honest header has some hundred. */
const MAX_HEADER_BYTES = 10_000;
/** NumPy's own limit is 64 (32 before NumPy 2). */
const MAX_RANK = 64;
const ALIGNMENT = 64;
/** NumPy leaves room for the first size to grow to this many digits. */
const GROWTH_DIGITS = 21;

/** How each dtype is called, without the byte order. */
const codes = { bool: "b1", uint8: "u1", int8: "i1", int16: "i2", int32: "i4", int64: "i8", float32: "f4", float64: "f8" } as const satisfies Record<DType, string>;
const dtypeOfCode: ReadonlyMap<string, DType> = new Map(dtypes.map((dtype) => [codes[dtype], dtype]));

/** Kinds of elements that NumPy has and Tesserae has not, by the first letter of their code. */
const foreign: Readonly<Record<string, string>> = {
  O: "Python objects, which are pickled and could run anything when read",
  c: "complex numbers", S: "byte strings", a: "byte strings", U: "strings", V: "raw bytes or records", M: "dates", m: "time spans", f: "floats of that size", u: "unsigned integers of that size", i: "integers of that size", T: "strings",
};

/** What a header says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: Shape;
  /** The first index runs fastest. */
  readonly fortran: boolean;
  /** The bytes of each element come in the other order than this machine's. */
  readonly swapped: boolean;
  /** Where the elements begin. */
  readonly start: number;
  /** How many bytes they take. */
  readonly bytes: number;
}

/** The header that NumPy writes for a tensor in row-major order: magic, version 1.0, length, and the dictionary. */
export function npyHeader(dtype: DType, shape: Shape): Uint8Array {
  const order = itemSize(dtype) === 1 ? "|" : "<";
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const room = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const dictionary = `{'descr': '${order}${codes[dtype]}', 'fortran_order': False, 'shape': ${sizes}, }${" ".repeat(room)}`;
  const front = MAGIC.length + 4;
  const total = Math.ceil((front + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const out = Buffer.alloc(total, " ");
  out.set([...MAGIC, 1, 0]);
  out.writeUInt16LE(total - front, MAGIC.length + 2);
  out.write(dictionary, front, "latin1");
  out[total - 1] = 0x0a;
  return out;
}

/** The error of a file that is not what it should be. `name` may be "x.npz: weights". */
export const brokenNpy = (name: string, what: string, cause?: unknown): FileError => new FileError(`${name} is not an .npy file that can be read: ${what}`, { cause });

/**
 * Where the dictionary lies.
 *
 * @param first the file's first 12 bytes, or what there is of them.
 * @throws FileError naming what is wrong: another kind of file, an unknown version, a length that cannot be.
 */
export function dictionaryPlace(name: string, first: Uint8Array, fileBytes: number): { readonly from: number; readonly length: number; readonly version: number } {
  const found = MAGIC.every((byte, i) => first[i] === byte);
  if (!found) throw brokenNpy(name, `it does not begin with "\\x93NUMPY"${first[0] === 0x50 && first[1] === 0x4b ? "; it is a zip archive: use loadNpz" : ""}`);
  if (first.length < PREAMBLE_BYTES) throw brokenNpy(name, `it is cut short: it has ${fileBytes} bytes`);
  const version = first[6];
  if (version < 1 || version > 3 || first[7] !== 0) throw brokenNpy(name, `it has version ${version}.${first[7]} of the format; 1.0, 2.0 and 3.0 are known`);
  const view = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  const [length, from] = version === 1 ? [view.readUInt16LE(8), 10] : [view.readUInt32LE(8), 12];
  if (length > MAX_HEADER_BYTES) throw brokenNpy(name, `its header would be ${length} bytes long; ${MAX_HEADER_BYTES} are allowed`);
  if (from + length > fileBytes) throw brokenNpy(name, `it is cut short: the header should take ${length} bytes and ${Math.max(0, fileBytes - from)} are left`);
  return { from, length, version };
}

/**
 * Reads the dictionary.
 *
 * @param start where the elements begin: behind the dictionary.
 * @param fileBytes the size of the whole file, which must be neither too short nor too long for what the dictionary says.
 * @throws FileError naming the file and what is wrong; for Python objects and other dtypes that Tesserae lacks, which.
 */
export function readDictionary(name: string, bytes: Uint8Array, version: number, start: number, fileBytes: number): NpyHeader {
  const { descr, fortran, shape } = parsed(name, bytes, version);
  const { dtype, swapped } = dtypeOf(name, descr);
  const sizes = isShape(shape) ? shape : undefined;
  if (sizes === undefined || sizes.length > MAX_RANK) throw brokenNpy(name, `its shape is no tuple of at most ${MAX_RANK} whole sizes of at least 0`);
  const count = elementsOf(sizes);
  const [needed, there] = [count * itemSize(dtype), fileBytes - start];
  if (!Number.isSafeInteger(needed) || needed > there) throw brokenNpy(name, `it is cut short: shape (${sizes.join(", ")}) of ${dtype} takes ${needed} bytes and there are ${there}`);
  if (needed < there) throw brokenNpy(name, `${there - needed} bytes lie behind its array; one array a file can be read`);
  return { dtype, shape: sizes, fortran, swapped, start, bytes: needed };
}

const isShape = (value: unknown): value is Shape => Array.isArray(value) && value.every((size) => typeof size === "number" && Number.isSafeInteger(size) && size >= 0);

/** How many elements a shape has. Infinite for shapes past all bounds, unless one size is 0. */
const elementsOf = (shape: Shape): number => (shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1));

function parsed(name: string, bytes: Uint8Array, version: number) {
  let dictionary;
  try {
    const text = version === 3 ? new TextDecoder("utf-8", { fatal: true }).decode(bytes) : Buffer.from(bytes).toString("latin1");
    dictionary = new PythonLiterals(text).dictionary();
  } catch (cause) {
    throw brokenNpy(name, `its header cannot be understood: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  const [descr, fortran, shape] = ["descr", "fortran_order", "shape"].map((key) => dictionary.get(key));
  if (dictionary.size !== 3 || descr === undefined || shape === undefined || typeof fortran !== "boolean") {
    throw brokenNpy(name, `its header has ${[...dictionary.keys()].map((key) => JSON.stringify(key)).join(", ") || "nothing"}; it needs descr, fortran_order (True or False) and shape, and nothing else`);
  }
  return { descr, fortran, shape };
}

function dtypeOf(name: string, descr: unknown): { readonly dtype: DType; readonly swapped: boolean } {
  const known = Object.keys(codes).join(", ");
  if (typeof descr !== "string") throw brokenNpy(name, `its elements are records of several fields; ${known} can be read`);
  const match = /^([<>=|])?([a-zA-Z?])(\d*)(.*)$/s.exec(descr);
  const [order, code] = [match?.[1] ?? "=", `${match?.[2] ?? ""}${match?.[3] ?? ""}`];
  const dtype = match?.[4] === "" ? (code === "?" ? "bool" : dtypeOfCode.get(code)) : undefined;
  if (dtype === undefined) {
    const kind = foreign[match?.[2] ?? ""];
    throw brokenNpy(name, `its elements are ${JSON.stringify(descr.slice(0, 80))}${kind === undefined ? "" : ` (${kind})`}; ${known} can be read`);
  }
  return { dtype, swapped: order === ">" && itemSize(dtype) > 1 };
}

/** Turns round the bytes of each element, in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
