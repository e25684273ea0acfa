/**
 * @file Opening and handling pictures through `tesserae/data`, held against what PIL says of the same files
 * (tests/fixtures/images/make.py), and the refusal of what is no picture. Needs dist/.
 */
import { readFileSync, readdirSync, mkdtempSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateSync } from "node:zlib";
import { array, assert, asyncProperty, constantFrom, nat, tuple } from "fast-check";
import { Image, type Mode, type Resample, openImage } from "tesserae/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Seen {
  readonly mode: Mode;
  readonly size: readonly [number, number];
  readonly data: string;
}
interface Expected {
  readonly files: Readonly<Record<string, Seen>>;
  readonly derived: readonly (Seen & ({ file: string; do: "convert"; to: Mode } | { file: string; do: "resize"; to: [number, number]; filter: Resample } | { file: string; do: "crop"; to: [number, number, number, number] }))[];
}

const fixtures = new URL("./fixtures/images/", import.meta.url);
const expected: Expected = JSON.parse(readFileSync(new URL("expected.json", fixtures), "utf8"));

/** PIL's bytes as samples: 16 bits are little-endian there. */
function samples(seen: Seen): number[] {
  const bytes = Buffer.from(seen.data, "base64");
  if (seen.mode !== "I;16") return [...bytes];
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(i * 2));
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tesserae-images-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe("openImage", () => {
  it("has an expectation for every picture in the folder", () => {
    const pictures = readdirSync(fixtures).filter((name) => !/\.(py|json)$/.test(name));
    expect(Object.keys(expected.files).sort()).toEqual(pictures.sort());
    expect(pictures.length).toBeGreaterThan(50);
  });

  it.each(Object.entries(expected.files))("%s is what PIL sees", async (name, seen) => {
    const image = await openImage(new URL(name, fixtures));
    expect([image.mode, image.size]).toEqual([seen.mode, seen.size]);
    // JPEG leaves the exact arithmetic to the decoder; everything else is exact.
    expect(largestDifference(image.samples, samples(seen))).toBeLessThanOrEqual(name.endsWith(".jpg") ? 4 : 0);
  });

  it("takes a path, a file address and bytes", async () => {
    const url = new URL("png-2-8.png", fixtures);
    const bytes = readFileSync(url);
    for (const source of [url.pathname, url.href, bytes, pathToFileURL(url.pathname)]) expect((await openImage(source)).shape).toEqual([9, 13, 3]);
  });

  it.each(["png-2-8.png", "png-0-8.png", "png-0-4-adam7.png", "rgb.jpg", "rgb-progressive.jpg", "lossy.webp", "lossless.webp", "rgb.tiff", "rgb-lzw.tiff", "palette.gif", "noisy.gif"])(
    "%s cut short anywhere is an ImageError that names the file",
    async (name) => {
      const whole = readFileSync(new URL(name, fixtures));
      for (const part of [0.05, 0.2, 0.4, 0.6, 0.8, 0.95]) {
        const path = file(`cut-${name}`, whole.subarray(0, Math.floor(whole.length * part)));
        await expect(openImage(path), `${part}`).rejects.toMatchObject({ name: "ImageError", message: expect.stringContaining(path) });
      }
    },
  );

  it("finds corrupt PNG data by its checksum, on the fast way too", async () => {
    const whole = readFileSync(new URL("png-0-8-1x1.png", fixtures));
    for (const at of [45, 48]) {
      const bytes = Uint8Array.from(whole);
      bytes[at] ^= 0x41;
      await expect(openImage(bytes)).rejects.toMatchObject({ name: "ImageError" });
    }
  });

  it("refuses empty, non-image and missing files by name", async () => {
    await expect(openImage(file("empty.png", new Uint8Array(0)))).rejects.toThrow(/empty\.png: the file is empty/);
    await expect(openImage(file("text.png", Buffer.from("this is a text")))).rejects.toThrow(/text\.png: not a picture; PNG, JPEG, WebP, GIF and TIFF/);
    await expect(openImage(join(folder, "none.png"))).rejects.toMatchObject({ name: "FileError", message: expect.stringContaining("none.png: no such file") });
    await expect(openImage(folder)).rejects.toMatchObject({ name: "ImageError" });
    await expect(openImage("https://example.com/a.png")).rejects.toMatchObject({ name: "FileError" });
  });

  it("refuses a decompression bomb before decoding it", async () => {
    const header = Buffer.alloc(33);
    header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    header.writeUInt32BE(20_000, 16);
    header.writeUInt32BE(20_000, 20);
    header.set([8, 0, 0, 0, 0], 24);
    await expect(openImage(file("bomb.png", Buffer.concat([header, deflateSync(Buffer.alloc(1000))])))).rejects.toThrow(/bomb\.png: 20000 × 20000 pixels are more than 178956970/);
    await expect(openImage(new URL("png-0-8.png", fixtures), { maxPixels: 100 })).rejects.toThrow(/more than 100/);
    const gif = readFileSync(new URL("palette.gif", fixtures));
    gif.writeUInt16LE(60_000, 6);
    gif.writeUInt16LE(60_000, 8);
    await expect(openImage(gif)).rejects.toThrow(/bomb/);
  });

  it("never does anything but open or refuse, whatever the bytes", async () => {
    const names = Object.keys(expected.files);
    await assert(
      asyncProperty(constantFrom(...names), array(tuple(nat(2000), nat(255)), { maxLength: 6 }), async (name, edits) => {
        const bytes = readFileSync(new URL(name, fixtures));
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        try {
          const image = await openImage(bytes, { maxPixels: 100_000 });
          expect(image.samples.length).toBe(image.width * image.height * image.channels);
        } catch (error) {
          expect(error).toMatchObject({ name: "ImageError" });
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("Image", () => {
  it.each(expected.derived.map((d) => [`${d.file} ${d.do} ${String(d.to)} ${"filter" in d ? d.filter : ""}`, d] as const))("%s equals PIL's", async (_, wanted) => {
    const image = await openImage(new URL(wanted.file, fixtures));
    const made =
      wanted.do === "convert" ? image.convert(wanted.to) : wanted.do === "crop" ? image.crop(wanted.to) : image.resize(wanted.to, { resample: wanted.filter });
    expect([made.mode, made.size]).toEqual([wanted.mode, wanted.size]);
    expect([...made.samples]).toEqual(samples(wanted));
  });

  it("says its shape, prints itself and gives nested arrays", async () => {
    const image = new Image({ mode: "RGB", width: 2, height: 1, samples: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect([image.shape, image.channels, image.size]).toEqual([[1, 2, 3], 3, [2, 1]]);
    expect(image.toArray()).toEqual([[[1, 2, 3], [4, 5, 6]]]);
    expect(image.convert("L").toArray()).toEqual([[2, 5]]);
    expect(String(image)).toBe("Image(mode=RGB, size=2x1)");
  });

  it("clips 16 bits when it becomes grey, and has no bytes before", () => {
    const image = new Image({ mode: "I;16", width: 3, height: 1, samples: Uint16Array.of(7, 255, 4000) });
    expect([...image.convert("L").data]).toEqual([7, 255, 255]);
    expect(() => image.data).toThrow(/16 bits a pixel.*samples.*convert\("L"\)/);
  });

  it("refuses sizes, boxes, modes and samples that cannot be", () => {
    const image = new Image({ mode: "L", width: 2, height: 2, samples: new Uint8Array(4) });
    for (const size of [[0, 1], [1.5, 1], [-1, 2], [1e6, 1e6]] as const) expect(() => image.resize(size)).toThrow(/resize/);
    for (const box of [[0, 0, 3, 1], [1, 1, 1, 2], [-1, 0, 1, 1]] as const) expect(() => image.crop(box)).toThrow(/inside 2 × 2/);
    expect(() => image.convert("I;16")).toThrow(/one of L, LA, RGB, RGBA/);
    expect(() => new Image({ mode: "RGB", width: 2, height: 2, samples: new Uint8Array(4) })).toThrow(/Uint8Array of 12/);
  });
});
