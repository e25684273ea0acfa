/**
 * @file The safetensors format itself: what its header says, checked word for word because files come from strangers, and
 * the header that the reference implementation would write. safetensors.ts moves the bytes; this file knows neither
 * tensors nor a file system.
 *
 * Format: https://github.com/huggingface/safetensors#format
 */
import { type DType, itemSize } from "../core/dtype.js";
import { FileError, ValueError } from "../core/errors.js";
import { numel, type Shape } from "../core/shape.js";

/** The format's own limit for the header. */
export const MAX_HEADER_BYTES = 100_000_000;
/** In front of the header stands its length, 8 bytes, little endian. */
export const LENGTH_BYTES = 8;
/** PyTorch's limit; a shape of millions of ones is no tensor that anybody saved. */
const MAX_RANK = 64;

/**
 * The format's names of the dtypes, in the order in which the reference implementation lays tensors out: the widest first,
 * so that each lies at a multiple of its item size.
 */
const names = [
  ["int64", "I64"], ["float64", "F64"], ["float32", "F32"], ["int32", "I32"], ["int16", "I16"], ["int8", "I8"], ["uint8", "U8"], ["bool", "BOOL"],
] as const satisfies readonly (readonly [DType, string])[];

const dtypeOfName: ReadonlyMap<unknown, DType> = new Map(names.map(([dtype, name]) => [name, dtype]));
const nameOfDType: ReadonlyMap<DType, string> = new Map(names);
const orderOfDType: ReadonlyMap<DType, number> = new Map(names.map(([dtype], order) => [dtype, order]));

/** A tensor's place in the file. */
export interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Bytes from the end of the header; `end` is exclusive. */
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor about to be written. */
export type Description = Pick<Entry, "name" | "dtype" | "shape">;

/** A record without a prototype: a tensor may be called "constructor". */
export const emptyRecord = <T>(): Record<string, T> => Object.create(null);

const byCharacters = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Lays tensors out as the reference implementation does: by dtype, widest first, then by name, without holes.
 *
 * @returns the entries in the order of their bytes, and the header with its length in front, padded to 8 bytes.
 * @throws ValueError for a name that the format keeps for itself, and for a header past its limit.
 */
export function layOut(tensors: readonly Description[], metadata: Readonly<Record<string, string>> = {}): { entries: Entry[]; header: Uint8Array } {
  const order = ({ dtype }: Description) => orderOfDType.get(dtype) ?? names.length;
  const sorted = [...tensors].sort((a, b) => order(a) - order(b) || byCharacters(a.name, b.name));
  const entries: Entry[] = [];
  const json = emptyRecord<unknown>();
  if (Object.keys(metadata).length > 0) json["__metadata__"] = metadata;
  const parts = Object.entries(json).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  let begin = 0;
  for (const { name, dtype, shape } of sorted) {
    if (name === "__metadata__") throw new ValueError('saveSafetensors: a tensor cannot be called "__metadata__"; the format keeps that name for itself');
    const end = begin + numel(shape) * itemSize(dtype);
    entries.push({ name, dtype, shape, begin, end });
    // Written by hand, not by one JSON.stringify: an object would put names like "10" in front of all others.
    parts.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: nameOfDType.get(dtype), shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  return { entries, header: withLength(`{${parts.join(",")}}`) };
}

function withLength(json: string): Uint8Array {
  const text = Buffer.from(json);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) throw new ValueError(`saveSafetensors: names and metadata take ${length} bytes; the format allows ${MAX_HEADER_BYTES}`);
  const out = Buffer.alloc(LENGTH_BYTES + length, " ");
  out.writeBigUInt64LE(BigInt(length), 0);
  text.copy(out, LENGTH_BYTES);
  return out;
}

/**
 * Checks the length that stands in front of a header.
 *
 * @param first the file's first 8 bytes, or what there is of them.
 * @throws FileError where the header cannot be that long, or the file ends before it does.
 */
export function headerLength(file: string, first: Uint8Array, fileBytes: number): number {
  if (first.length < LENGTH_BYTES) throw broken(file, `it has ${fileBytes} bytes and even the length of its header takes ${LENGTH_BYTES}`);
  const length = Buffer.from(first.buffer, first.byteOffset, LENGTH_BYTES).readBigUInt64LE();
  if (length > BigInt(MAX_HEADER_BYTES)) throw broken(file, `its header would be ${length} bytes long; ${MAX_HEADER_BYTES} are allowed`);
  const rest = fileBytes - LENGTH_BYTES;
  if (Number(length) > rest) throw broken(file, `it is cut short: the header should take ${length} bytes and ${rest} are left`);
  if (length < 2n) throw broken(file, `its header is ${length} bytes long, too short for a JSON object`);
  return Number(length);
}

const broken = (file: string, what: string, cause?: unknown): FileError => new FileError(`${file} is not a safetensors file that can be read: ${what}`, { cause });

/**
 * Reads a header.
 *
 * @param json the header's bytes, without the length.
 * @param dataBytes how many bytes the file has behind it.
 * @throws FileError naming the file and what is wrong: bad JSON, names twice, unknown dtypes, sizes that do not match shape
 * and dtype, bytes that overlap, are missing or belong to no tensor.
 */
export function readHeader(file: string, json: Uint8Array, dataBytes: number): Header {
  const parsed = parseObject(file, json);
  let metadata: Readonly<Record<string, string>> = emptyRecord();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(parsed)) {
    if (name === "__metadata__") metadata = readMetadata(file, value);
    else entries.push(readEntry(file, name, value));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(file, entries, dataBytes);
  return { entries, metadata };
}

function parseObject(file: string, json: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
    value = JSON.parse(text);
    const twice = nameGivenTwice(text);
    if (twice !== undefined) throw new SyntaxError(`${quoted(twice)} is given twice`);
  } catch (cause) {
    throw broken(file, `its header is not good JSON (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
  if (!isObject(value)) throw broken(file, "its header is not a JSON object");
  return value;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Names come from strangers: short, and without characters that a terminal would act on. */
const quoted = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

/**
 * The first name that an object of this (valid) JSON text has twice, however it is written. JSON.parse would silently keep
 * the last one, and two readers could then see two different files.
 */
function nameGivenTwice(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === "{") open.push(new Set());
    else if (c === "}") open.pop();
    else if (c === '"') {
      const start = at;
      for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
      if (!isKey(text, at + 1)) continue;
      const key = String(JSON.parse(text.slice(start, at + 1)));
      const seen = open[open.length - 1];
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}

/** Whether a colon follows: then the string before it was a name, not a value. */
function isKey(text: string, at: number): boolean {
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}

function readMetadata(file: string, value: unknown): Record<string, string> {
  if (!isObject(value)) throw broken(file, "its __metadata__ is not an object of strings");
  const out = emptyRecord<string>();
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw broken(file, `its metadata ${quoted(key)} is not a string`);
    out[key] = text;
  }
  return out;
}

const isSize = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

function readEntry(file: string, name: string, value: unknown): Entry {
  const wrong = (what: string) => broken(file, `tensor ${quoted(name)} ${what}`);
  if (!isObject(value)) throw wrong("is not described by an object");
  const { dtype: dtypeName, shape, data_offsets: offsets } = value;
  const dtype = dtypeOfName.get(dtypeName);
  if (dtype === undefined) throw wrong(`has dtype ${quoted(String(dtypeName))}; ${[...dtypeOfName.keys()].join(", ")} can be read`);
  if (!isSizes(shape) || shape.length > MAX_RANK) throw wrong(`has no shape of at most ${MAX_RANK} whole sizes of at least 0`);
  if (!isSizes(offsets) || offsets.length !== 2) throw wrong("has no data_offsets of two whole numbers of at least 0");
  const [begin, end] = offsets;
  const bytes = numel(shape) * itemSize(dtype);
  if (end < begin) throw wrong(`ends at byte ${end}, before it begins at ${begin}`);
  if (end - begin !== bytes) throw wrong(`has ${end - begin} bytes, but shape [${shape.join(", ")}] of ${String(dtypeName)} takes ${bytes}`);
  return { name, dtype, shape, begin, end };
}

/** Every byte behind the header must belong to exactly one tensor, as the format demands. */
function checkCover(file: string, entries: readonly Entry[], dataBytes: number): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (end > dataBytes) throw broken(file, `it is cut short: tensor ${quoted(name)} ends at byte ${end} and there are ${dataBytes}`);
    if (begin < at) throw broken(file, `tensor ${quoted(name)} begins at byte ${begin}, inside the one before it, which ends at ${at}`);
    if (begin > at) throw broken(file, `bytes ${at} to ${begin} belong to no tensor`);
    at = end;
  }
  if (at !== dataBytes) throw broken(file, `${dataBytes - at} bytes at its end belong to no tensor`);
}
