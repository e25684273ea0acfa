/** @file The safetensors header: laid out as the reference implementation does, and refused where a stranger's file is wrong. */
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FileError, ValueError } from "../core/errors.js";
import { headerLength, layOut, readHeader, type Description } from "./safetensors-format.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const first = (length: bigint) => new Uint8Array(new BigUint64Array([length]).buffer);
const entry = (shape: readonly number[], begin: number, end: number, dtype = "F32") => ({ dtype, shape, data_offsets: [begin, end] });
const read = (header: unknown, dataBytes: number) => readHeader("model.safetensors", bytes(typeof header === "string" ? header : JSON.stringify(header)), dataBytes);

describe("layOut", () => {
  it("writes the reference implementation's header byte for byte", () => {
    const golden = readFileSync(new URL("../../tests/golden/reference.safetensors", import.meta.url));
    const length = headerLength("reference", golden.subarray(0, 8), golden.length);
    const { entries, metadata } = readHeader("reference", golden.subarray(8, 8 + length), golden.length - 8 - length);
    expect(entries).toHaveLength(12);
    const mixed = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(Buffer.from(layOut(mixed, metadata).header)).toEqual(golden.subarray(0, 8 + length));
  });

  it("gives what readHeader reads, for any tensors", () => {
    const dtypes = ["bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64"] as const;
    const description = fc.record({ name: fc.string({ unit: "grapheme" }), dtype: fc.constantFrom(...dtypes), shape: fc.array(fc.nat(5), { maxLength: 4 }) });
    const tensors = fc.uniqueArray(description, { selector: (d) => d.name, maxLength: 12 }).filter((all) => all.every((d) => d.name !== "__metadata__"));
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (all: Description[], metadata) => {
        const { entries, header } = layOut(all, metadata);
        expect(header.length % 8).toBe(0);
        const dataBytes = Math.max(0, ...entries.map(({ end }) => end));
        const length = headerLength("any", header.subarray(0, 8), header.length + dataBytes);
        const back = readHeader("any", header.subarray(8, 8 + length), dataBytes);
        // Tensors without elements have no place of their own among those that begin where they do.
        const named = (list: typeof entries) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
        expect(named([...back.entries])).toEqual(named(entries));
        expect({ ...back.metadata }).toEqual({ ...metadata });
      }),
    );
  });

  it("keeps __metadata__ for the format", () => {
    expect(() => layOut([{ name: "__metadata__", dtype: "int8", shape: [] }])).toThrow(ValueError);
  });
});

describe("readHeader", () => {
  it.each<[what: string, header: unknown, dataBytes: number, message: string]>([
    ["bad JSON", '{"a":', 4, "not good JSON"],
    ["a header of NULs", "\u0000\u0000", 4, "not good JSON"],
    ["an array", "[]", 0, "not a JSON object"],
    ["null", "null", 0, "not a JSON object"],
    ["a name twice", `{"a":${JSON.stringify(entry([1], 0, 4))},"a":${JSON.stringify(entry([1], 4, 8))}}`, 8, '"a" is given twice'],
    ["a name twice, once escaped", `{"a":${JSON.stringify(entry([1], 0, 4))},"\\u0061" :${JSON.stringify(entry([1], 4, 8))}}`, 8, '"a" is given twice'],
    ["a field twice", '{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4, '"shape" is given twice'],
    ["metadata that are not strings", { __metadata__: { classes: ["3"] } }, 0, 'metadata "classes" is not a string'],
    ["metadata that are a list", { __metadata__: ["3"] }, 0, "__metadata__ is not an object"],
    ["no description", { a: 7 }, 0, "not described by an object"],
    ["an unknown dtype", { a: entry([1], 0, 2, "BF16") }, 2, 'has dtype "BF16"; I64, F64'],
    ["a negative size", { a: entry([-1], 0, 4) }, 4, "no shape of at most 64"],
    ["a broken size", { a: entry([1.5], 0, 6) }, 6, "no shape of at most 64"],
    ["too many dimensions", { a: entry(Array<number>(65).fill(1), 0, 4) }, 4, "no shape of at most 64"],
    ["sizes whose product is past every number", { a: entry(Array<number>(64).fill(2 ** 52), 0, 4) }, 4, "takes Infinity"],
    ["three offsets", { a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } }, 8, "no data_offsets"],
    ["offsets the wrong way round", { a: entry([1], 4, 0) }, 4, "ends at byte 0, before it begins at 4"],
    ["bytes that do not match the shape", { a: entry([2, 3], 0, 20) }, 20, "has 20 bytes, but shape [2, 3] of F32 takes 24"],
    ["overlapping tensors", { a: entry([2], 0, 8), b: entry([2], 4, 12) }, 12, 'tensor "b" begins at byte 4, inside the one before it'],
    ["a hole", { a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12, "bytes 4 to 8 belong to no tensor"],
    ["a hole in front", { a: entry([1], 4, 8) }, 8, "bytes 0 to 4 belong to no tensor"],
    ["bytes left over", { a: entry([1], 0, 4) }, 9, "5 bytes at its end belong to no tensor"],
    ["a file cut short", { a: entry([4], 0, 16) }, 12, "cut short"],
    ["a name for the terminal", { "\u001b[31mred": 1 }, 0, '"\\u001b[31mred"'],
  ])("refuses %s", (_, header, dataBytes, message) => {
    expect(() => read(header, dataBytes)).toThrow(FileError);
    expect(() => read(header, dataBytes)).toThrow(message);
    expect(() => read(header, dataBytes)).toThrow(/^model\.safetensors is not a safetensors file/);
  });

  it("refuses bytes that are no UTF-8", () => {
    expect(() => readHeader("model.safetensors", Uint8Array.of(0x7b, 0xff, 0x7d), 0)).toThrow("not good JSON");
  });

  it("takes names that objects have already, in any spacing", () => {
    const { entries } = read(`{ "__proto__" : ${JSON.stringify(entry([1], 0, 4))} , "constructor":${JSON.stringify(entry([], 4, 8))}}   `, 8);
    expect(entries.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
  });

  it("never throws anything but FileError, whatever the header", () => {
    const size = fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constantFrom(2 ** 53, 1e300, "4", null));
    const any = fc.record({ dtype: fc.constantFrom("F32", "U8", "X", 3), shape: fc.array(size, { maxLength: 3 }), data_offsets: fc.array(size, { maxLength: 3 }) }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(any, fc.jsonValue())), fc.nat(64), (header, dataBytes) => {
        try {
          const { entries } = read(header, dataBytes);
          expect(entries.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(dataBytes);
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
        }
      }),
    );
  });
});

describe("headerLength", () => {
  it.each<[what: string, first: Uint8Array, fileBytes: number, message: string]>([
    ["an empty file", new Uint8Array(), 0, "it has 0 bytes"],
    ["a stub", new Uint8Array(5), 5, "it has 5 bytes"],
    ["a length past the limit", first(100_000_001n), 2 ** 40, "100000000 are allowed"],
    ["a length past every number", first(2n ** 64n - 1n), 100, "100000000 are allowed"],
    ["a length past the file", first(93n), 100, "cut short: the header should take 93 bytes and 92 are left"],
    ["no header", first(0n), 8, "too short for a JSON object"],
  ])("refuses %s", (_, bytes, fileBytes, message) => {
    expect(() => headerLength("model.safetensors", bytes, fileBytes)).toThrow(message);
  });
});
