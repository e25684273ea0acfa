/** @file Tensors in NumPy's .npy and .npz files: both ways, equal to real NumPy's bytes, and strangers' files survived. */
import * as fc from "fast-check";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, crc32 as nodeCrc32 } from "node:zlib";
import { FileError, dtypes, tensor, zeros, type Tensor } from "tesserae";
import { DataPath, loadNpy, loadNpz, saveNpy, saveNpz } from "tesserae/data";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./cli-run.js";

interface Golden {
  readonly cases: readonly { readonly name: string; readonly file: string; readonly dtype: string; readonly shape: number[]; readonly hex: string; readonly ours: boolean }[];
  readonly refused: readonly { readonly name: string; readonly file: string; readonly descr: string }[];
  readonly archives: readonly { readonly name: string; readonly file: string; readonly arrays: Record<string, { readonly shape: number[]; readonly values: unknown }> }[];
}

const golden: Golden = JSON.parse(readFileSync(new URL("golden/npy.json", import.meta.url), "utf8"));
const folder = temporaryFolder();
const bytesOf = (base64: string): Buffer => Buffer.from(base64, "base64");

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const hexOf = (t: Tensor): string => {
  const data = t.toTypedArray();
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
};

function pythonHasNumPy(): boolean {
  return spawnSync("python3", ["-c", "import numpy"]).status === 0;
}

describe("NumPy", () => {
  it.each(golden.cases)("wrote $name", async ({ file, dtype, shape, hex }) => {
    const t = await loadNpy(new DataPath(put("numpy.npy", bytesOf(file))));
    expect([t.dtype, t.shape, hexOf(t)]).toEqual([dtype, shape, hex]);
  });

  it.each(golden.cases.filter(({ ours }) => ours))("would write $name as we do, byte for byte", async ({ file }) => {
    const [theirs, ours] = [put("theirs.npy", bytesOf(file)), join(folder, "ours.npy")];
    await saveNpy(ours, await loadNpy(theirs));
    expect(readFileSync(ours)).toEqual(bytesOf(file));
  });

  it.each(golden.archives)("wrote an archive by $name", async ({ file, arrays }) => {
    const tensors = await loadNpz(put("numpy.npz", bytesOf(file)));
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(arrays).sort());
    for (const [name, { shape, values }] of Object.entries(arrays)) expect([name, tensors[name].shape, tensors[name].tolist()]).toEqual([name, shape, values]);
  });

  it.skipIf(!pythonHasNumPy())("reads what we write (skipped where there is no Python with NumPy)", async () => {
    const paths = [join(folder, "ours.npz"), join(folder, "ours-compressed.npz")];
    for (const [i, path] of paths.entries()) await saveNpz(path, { "3": tensor([[1.5, 2], [3, 4]]), naïve: tensor([true, false]), none: zeros(0, 2) }, { compress: i === 1 });
    const script = "import sys, json, numpy as np\nfor p in sys.argv[1:]:\n  z = np.load(p)\n  print(json.dumps({k: [str(z[k].dtype), list(z[k].shape), z[k].tolist()] for k in sorted(z)}))";
    const out = execFileSync("python3", ["-c", script, ...paths], { encoding: "utf8" });
    const expected = { "3": ["float32", [2, 2], [[1.5, 2], [3, 4]]], naïve: ["bool", [2], [true, false]], none: ["float32", [0, 2], []] };
    expect(out.trim().split("\n").map((line): unknown => JSON.parse(line))).toEqual([expected, expected]);
  });
});

describe("saving", () => {
  it("keeps values, shapes and dtypes of views, in both formats", async () => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]);
    const path = join(folder, "turned.npy");
    await saveNpy(path, x.T);
    expect((await loadNpy(path)).tolist()).toEqual([[1, 4], [2, 5], [3, 6]]);
    const archive = join(folder, "views.npz");
    await saveNpz(archive, { turned: x.T, wide: tensor([7]).expand([3]), truth: x.gt(2), scalar: tensor(2.5) }, { compress: true });
    const { turned, wide, truth, scalar } = await loadNpz(archive);
    expect([turned.tolist(), wide.tolist(), truth.tolist(), scalar.item()]).toEqual([[[1, 4], [2, 5], [3, 6]], [7, 7, 7], [[false, false, true], [true, true, true]], 2.5]);
  });

  it("gives back whatever it was given", async () => {
    const one = fc.record({ dtype: fc.constantFrom(...dtypes), values: fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 9 }) });
    const name = fc.string({ minLength: 1 }).filter((text) => !/[\0\\]|^\/|^[a-z]:/i.test(text) && !text.split("/").includes(".."));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, one, { maxKeys: 4 }), fc.boolean(), async (described, compress) => {
        const path = join(folder, "any.npz");
        const made = Object.fromEntries(Object.entries(described).map(([key, { dtype, values }]) => [key, tensor(Float64Array.from(values)).to(dtype)]));
        await saveNpz(path, made, { compress });
        const tensors = await loadNpz(path);
        expect(new Set(Object.keys(tensors))).toEqual(new Set(Object.keys(made)));
        for (const key of Object.keys(made)) expect([tensors[key].dtype, tensors[key].tolist()]).toEqual([made[key].dtype, made[key].tolist()]);
      }),
      { numRuns: 30 },
    );
  });

  it("makes the same bytes of the same tensors", async () => {
    const [a, b] = [join(folder, "once.npz"), join(folder, "twice.npz")];
    await saveNpz(a, { x: tensor([1, 2]), y: tensor([0.5]) });
    await new Promise((resolve) => setTimeout(resolve, 2100)); // a zip archive's clock ticks every two seconds
    await saveNpz(b, { x: tensor([1, 2]), y: tensor([0.5]) });
    expect(readFileSync(a)).toEqual(readFileSync(b));
  });

  it("replaces a file only by a whole one", async () => {
    const path = join(folder, "kept.npz");
    await saveNpz(path, { a: tensor([1]) });
    const before = [readFileSync(path), readdirSync(folder).sort()];
    for (const name of ["../a", "/a", "a\\b", "a\0", "", "C:a"]) await expect(saveNpz(path, { [name]: tensor([2]) })).rejects.toThrow("cannot be called");
    await expect(saveNpz(join(folder, "no", "such.npz"), { a: tensor([2]) })).rejects.toThrow("no such file or folder");
    mkdirSync(join(folder, "a-folder"));
    await expect(saveNpy(join(folder, "a-folder"), tensor([2]))).rejects.toThrow(FileError);
    expect([readFileSync(path), readdirSync(folder).filter((name) => name !== "a-folder").sort()]).toEqual(before);
  });
});

/** A version 1.0 file with this header, and so many bytes behind it. */
function npy(header: string, data: Uint8Array = new Uint8Array()): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header, "latin1"), data]);
}

describe("hostile .npy files", () => {
  it.each(golden.refused)("of $name are refused, and the dtype named", async ({ file, descr }) => {
    const loading = loadNpy(put("refused.npy", bytesOf(file)));
    await expect(loading).rejects.toThrow(FileError);
    await expect(loading).rejects.toThrow(descr.startsWith("|V") ? "records of several fields" : `its elements are "${descr}"`);
  });

  it.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,)}", "cut short"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296)}", "cut short"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "its shape is no tuple"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': 3}", "its shape is no tuple"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': None}", "its shape is no tuple"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}", "cannot be understood"],
    [`{'descr': '<f4', 'fortran_order': False, 'shape': (${"1,".repeat(65)})}`, "at most 64"],
    ["{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "it needs descr, fortran_order"],
    ["{'descr': '<f4', 'fortran_order': False}", "it needs descr, fortran_order"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (0,), 'more': 1}", "nothing else"],
    ["{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (0,)}", "given twice"],
    ["{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (0,)}", "cannot be understood"],
    ["{'descr': 'constructor', 'fortran_order': False, 'shape': (0,)}", 'its elements are "constructor"'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (0,)} + 1", "cannot be understood"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': ((((((((((0,))))))))))}", "less nesting"],
    ["{'descr': '<f4", "the end of a string"],
    ["      ", "cannot be understood"],
  ])("%j", async (header, message) => {
    const path = put("header.npy", npy(header));
    await expect(loadNpy(path)).rejects.toThrow(FileError);
    await expect(loadNpy(path)).rejects.toThrow(message);
  });

  it("of other kinds, versions and lengths are refused", async () => {
    await expect(loadNpy(put("a.npy", Buffer.from("PK\x03\x04 an archive, perhaps")))).rejects.toThrow("use loadNpz");
    await expect(loadNpy(put("a.npy", Buffer.from("\x93NUMPY\x04\x00\x76\x00\x00\x00\x00", "latin1")))).rejects.toThrow("version 4.0");
    await expect(loadNpy(put("a.npy", Buffer.from("\x93NUMPY\x02\x00\xff\xff\xff\x7f\x00", "latin1")))).rejects.toThrow("10000 are allowed");
    await expect(loadNpy(put("a.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", Buffer.alloc(3))))).rejects.toThrow("2 bytes lie behind");
    await expect(loadNpy(folder)).rejects.toThrow("cannot be read");
    await expect(loadNpy(join(folder, "missing.npy"))).rejects.toThrow("there is no such file");
    expect((await loadNpy(put("old.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2L,)}\n", Buffer.from([5, 6]))))).tolist()).toEqual([5, 6]);
    expect((await loadNpy(put("bool.npy", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}\n", Buffer.from([7, 0, 255]))))).sum().item()).toBe(2);
  });

  it("cut short anywhere, or with any byte changed, never break anything", async () => {
    const whole = bytesOf(golden.cases.find(({ name }) => name === "float32 (2, 3)")?.file ?? "");
    for (let length = 0; length < whole.length; length += 3) await expect(loadNpy(put("cut.npy", whole.subarray(0, length)))).rejects.toThrow(FileError);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const bytes = Buffer.from(whole);
        bytes[at] ^= by;
        try {
          const t = await loadNpy(put("changed.npy", bytes));
          expect(t.toTypedArray()).toHaveLength(t.numel());
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
        }
      }),
    );
  });
});

/** The checksum of zip archives. */
function crc32(data: Uint8Array): number {
  return typeof nodeCrc32 === "function" ? nodeCrc32(data) : slowCrc32(data);
}
function slowCrc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A zip archive with deflated entries; `size` is what an entry says it has, true or not. */
function zip(entries: readonly { readonly name: string; readonly data: Uint8Array; readonly size?: number }[]): Buffer {
  const [locals, central]: Buffer[][] = [[], []];
  let offset = 0;
  for (const { name, data, size = data.length } of entries) {
    const [packed, encoded] = [deflateRawSync(data), Buffer.from(name)];
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x800, 2);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(crc32(data), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(size, 18);
    about.writeUInt16LE(encoded.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), about, encoded, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), about, place, encoded]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(Buffer.concat(central).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...central, Buffer.from("PK\x05\x06"), end]);
}

describe("hostile .npz files", () => {
  const three = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n", Buffer.from([1, 2, 3]));

  it("can be told from good ones by the test", async () => {
    expect((await loadNpz(put("good.npz", zip([{ name: "a.npy", data: three }])))).a.tolist()).toEqual([1, 2, 3]);
  });

  it("with names that lead elsewhere, or come twice, or are no arrays", async () => {
    for (const name of ["../a.npy", "/a.npy", "a/../../b.npy", "C:/a.npy", "a\0.npy", ".npy"]) {
      const loading = loadNpz(put("name.npz", zip([{ name, data: three }])));
      await expect(loading, name).rejects.toThrow(FileError);
      await expect(loading, name).rejects.toThrow(/is no name for an array|not an .npz file/);
    }
    await expect(loadNpz(put("twice.npz", zip([{ name: "a.npy", data: three }, { name: "a.npy", data: three }])))).rejects.toThrow("is there twice");
    await expect(loadNpz(put("other.npz", zip([{ name: "a.txt", data: three }])))).rejects.toThrow("is no array");
    const odd = await loadNpz(put("odd.npz", zip([{ name: "constructor.npy", data: three }, { name: "__proto__.npy", data: three }])));
    expect(Object.entries(odd).map(([name, t]) => [name, t.tolist()])).toEqual([["constructor", [1, 2, 3]], ["__proto__", [1, 2, 3]]]);
  });

  it("that would blow up are refused, however they tell their size", async () => {
    const bomb = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (50000000,), }\n", Buffer.alloc(50_000_000));
    await expect(loadNpz(put("bomb.npz", zip([{ name: "a.npy", data: bomb }])), { maxBytes: 1e6 })).rejects.toThrow("more than 1000000 bytes");
    const many = Array.from({ length: 20 }, (_, i) => ({ name: `${i}.npy`, data: three }));
    await expect(loadNpz(put("many.npz", zip(many)), { maxBytes: 100 })).rejects.toThrow("more than 100 bytes");
    // It says 100 bytes and holds fifty million.
    await expect(loadNpz(put("liar.npz", zip([{ name: "a.npy", data: bomb, size: 100 }])))).rejects.toThrow(FileError);
    await expect(loadNpz(put("huge.npz", zip([{ name: "a.npy", data: three, size: 0xfffffff0 }])), { maxBytes: 2 ** 40 })).rejects.toThrow(FileError);
  });

  it("with objects inside name the array", async () => {
    const objects = bytesOf(golden.refused.find(({ name }) => name === "Python objects")?.file ?? "");
    await expect(loadNpz(put("objects.npz", zip([{ name: "weights.npy", data: objects }])))).rejects.toThrow(/"weights" is not .* its elements are "\|O"/);
  });

  it("cut short anywhere, or with any byte changed, never give wrong numbers", async () => {
    const whole = bytesOf(golden.archives[1].file);
    const truth = await loadNpz(put("whole.npz", whole));
    for (let length = 0; length < whole.length; length += 11) await expect(loadNpz(put("cut.npz", whole.subarray(0, length)))).rejects.toThrow(FileError);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const bytes = Buffer.from(whole);
        bytes[at] ^= by;
        try {
          for (const [name, t] of Object.entries(await loadNpz(put("changed.npz", bytes)))) if (name in truth) expect(t.tolist()).toEqual(truth[name].tolist());
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
        }
      }),
      { numRuns: 200 },
    );
  });
});
