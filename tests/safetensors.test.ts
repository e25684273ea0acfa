/** @file Tensors in safetensors files: both ways, equal to the reference implementation's bytes, and nothing half-written. */
import * as fc from "fast-check";
import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileError, tensor, zeros, type DType, type Tensor } from "tesserae";
import { DataPath, loadSafetensors, saveSafetensors } from "tesserae/data";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./cli-run.js";

const folder = temporaryFolder();
const golden = fileURLToPath(new URL("golden/reference.safetensors", import.meta.url));

interface Described {
  metadata: Record<string, string>;
  tensors: Record<string, { dtype: string; shape: number[]; hex: string }>;
}

const hexOf = (t: Tensor): string => {
  const data = t.toTypedArray();
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
};

describe("the reference implementation", () => {
  it("wrote a file that reads as it should, every dtype to the bit", async () => {
    const expected: Described = JSON.parse(readFileSync(new URL("golden/safetensors.json", import.meta.url), "utf8"));
    const { tensors, metadata } = await loadSafetensors(new DataPath(golden));
    expect({ ...metadata }).toEqual(expected.metadata);
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected.tensors).sort());
    for (const [name, { dtype, shape, hex }] of Object.entries(expected.tensors)) {
      expect([name, tensors[name].dtype, tensors[name].shape, hexOf(tensors[name])]).toEqual([name, dtype, shape, hex]);
    }
  });

  it("would have written what we write, byte for byte", async () => {
    const { tensors, metadata } = await loadSafetensors(golden);
    const path = join(folder, "again.safetensors");
    await saveSafetensors(path, tensors, metadata);
    expect(readFileSync(path)).toEqual(readFileSync(golden));
  });
});

describe("saving", () => {
  it("keeps values, shapes and dtypes, of views too", async () => {
    const path = join(folder, "views.safetensors");
    const x = tensor([[1, 2, 3], [4, 5, 6]]);
    await saveSafetensors(path, { turned: x.T, part: x.at(":", "1:"), wide: tensor([7]).expand([3]), truth: x.gt(2), none: zeros(0, 4) }, { "naïve": "✓" });
    const { tensors, metadata } = await loadSafetensors(path);
    expect(tensors.turned.tolist()).toEqual([[1, 4], [2, 5], [3, 6]]);
    expect(tensors.part.tolist()).toEqual([[2, 3], [5, 6]]);
    expect(tensors.wide.tolist()).toEqual([7, 7, 7]);
    expect(tensors.truth.tolist()).toEqual([[false, false, true], [true, true, true]]);
    expect([tensors.none.shape, tensors.none.dtype]).toEqual([[0, 4], "float32"]);
    expect(metadata.naïve).toBe("✓");
  });

  it("gives back whatever it was given", async () => {
    const dtypes: DType[] = ["bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64"];
    const one = fc.record({ dtype: fc.constantFrom(...dtypes), values: fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 9 }) });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ minLength: 1 }), one, { maxKeys: 5 }), async (described) => {
        const path = join(folder, "any.safetensors");
        await saveSafetensors(path, Object.fromEntries(Object.entries(described).map(([name, { dtype, values }]) => [name, tensor(Float64Array.from(values)).to(dtype)])));
        const { tensors } = await loadSafetensors(path);
        expect(new Set(Object.keys(tensors))).toEqual(new Set(Object.keys(described)));
        for (const [name, { dtype, values }] of Object.entries(described)) {
          expect(tensors[name].dtype).toBe(dtype);
          expect(tensors[name].tolist()).toEqual(tensor(Float64Array.from(values)).to(dtype).tolist());
        }
      }),
      { numRuns: 30 },
    );
  });

  it("replaces a file only by a whole one", async () => {
    const path = join(folder, "kept.safetensors");
    await saveSafetensors(path, { a: tensor([1]) });
    const before = [readFileSync(path), readdirSync(folder)];
    await expect(saveSafetensors(path, { __metadata__: tensor([2]) })).rejects.toThrow("__metadata__");
    mkdirSync(join(folder, "a-folder"), { recursive: true });
    await expect(saveSafetensors(join(folder, "a-folder"), { a: tensor([2]) })).rejects.toThrow(FileError);
    await expect(saveSafetensors(join(folder, "no", "such.safetensors"), { a: tensor([2]) })).rejects.toThrow("no such file or folder");
    expect([readFileSync(path), readdirSync(folder).filter((name) => name !== "a-folder")]).toEqual(before);
  });
});

describe("hostile files", () => {
  it("cut short anywhere are refused, and named", async () => {
    const whole = readFileSync(golden);
    const path = join(folder, "cut.safetensors");
    for (let length = whole.length - 1; length >= 0; length -= 7) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      await expect(loadSafetensors(path)).rejects.toThrow(FileError);
      await expect(loadSafetensors(path)).rejects.toThrow(path);
    }
  });

  it("with any byte changed are refused or read as something, and never break anything", async () => {
    const whole = readFileSync(golden);
    const path = join(folder, "changed.safetensors");
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] ^= by;
        writeFileSync(path, bytes);
        try {
          const { tensors } = await loadSafetensors(path);
          for (const t of Object.values(tensors)) expect(t.toTypedArray()).toHaveLength(t.numel());
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
        }
      }),
    );
  });

  it("hold bools that are 0 or 1, whatever the bytes", async () => {
    const path = join(folder, "bool.safetensors");
    await saveSafetensors(path, { truth: tensor([true, false, true]) });
    const bytes = readFileSync(path);
    bytes.set([7, 0, 255], bytes.length - 3);
    writeFileSync(path, bytes);
    const { truth } = (await loadSafetensors(path)).tensors;
    expect([...truth.toTypedArray()]).toEqual([1, 0, 1]);
    expect(truth.sum().item()).toBe(2);
  });

  it("that are no files are refused", async () => {
    await expect(loadSafetensors(folder)).rejects.toThrow(`${folder} cannot be read`);
    await expect(loadSafetensors(join(folder, "missing"))).rejects.toThrow("there is no such file");
  });
});
