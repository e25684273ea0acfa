/**
 * @file DataPath, L and imageFolder through `tesserae/data`: what is found, how it is ordered and how it prints. Works on
 * folders made for the test; the pictures in them are empty, since only names are read.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { DataPath, L, imageFolder, naturalOrder } from "tesserae/data";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tesserae-paths-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const make = (...files: string[]): void => {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
  }
};

describe("L", () => {
  it("prints as fastcore does: all of ten, ten of eleven", () => {
    expect(String(L.from([3, 1, 2]))).toBe("(#3) [3,1,2]");
    expect(inspect(L.from(["a", "it's"]))).toBe(`(#2) ['a',"it's"]`);
    expect(String(L.from(Array.from({ length: 11 }, (_, i) => i)))).toBe("(#11) [0,1,2,3,4,5,6,7,8,9...]");
  });

  it("sorts numbers by size, strings by character, by key and backwards, without touching the original", () => {
    const list = L.from([10, 9, 1]);
    expect([...list.sorted()]).toEqual([1, 9, 10]);
    expect([...list]).toEqual([10, 9, 1]);
    expect([...L.from(["b", "B", "10", "9"]).sorted()]).toEqual(["10", "9", "B", "b"]);
    expect([...L.from(["aaa", "b", "cc"]).sorted((s) => s.length, { reverse: true })]).toEqual(["aaa", "cc", "b"]);
  });

  it("stays an L through map, filter, slice and from", () => {
    const list = L.from([1, 2, 3], (x) => x * 2);
    for (const made of [list.map((x) => x + 1), list.filter((x) => x > 2), list.slice(1), list.sorted()]) expect(made).toBeInstanceOf(L);
    expect(list.map(String).length).toBe(3);
  });
});

describe("DataPath", () => {
  it("prints relative to its data set, and has pathlib's parts", async () => {
    make("train/3/10.png", "train/3/10000.png", "train/3/2.png");
    const path = new DataPath(root);
    const threes = (await path.join("train/3").ls()).sorted();
    expect(String(threes)).toBe("(#3) [Path('train/3/10.png'),Path('train/3/10000.png'),Path('train/3/2.png')]");
    const [, second] = threes;
    expect([second.name, second.stem, second.suffix, second.parent.name, second.exists(), second.join("x").exists()]).toEqual(["10000.png", "10000", ".png", "3", true, false]);
    expect(inspect(path)).toBe("Path('.')");
    expect(String(path.parent)).toBe(`Path('${dirname(root)}')`);
    expect(second.path).toBe(join(root, "train", "3", "10000.png"));
  });

  it("says what is wrong with a folder that cannot be listed", async () => {
    make("file");
    await expect(new DataPath(root).join("none").ls()).rejects.toMatchObject({ name: "FileError", message: expect.stringContaining("missing") });
    await expect(new DataPath(root).join("file").ls()).rejects.toThrow(/no folder/);
  });
});

describe("imageFolder", () => {
  it("finds the split on disk, classes in natural order, pictures sorted as strings, nothing hidden or foreign", () => {
    make("train/10/b.PNG", "train/10/a.jpg", "train/10/.hidden.png", "train/10/notes.txt", "train/2/100.png", "train/2/20.png", "train/.git/x.png", "valid/10/c.png", "valid/2/d.webp", "labels.csv");
    mkdirSync(join(root, "train/2/folder.png"));
    const found = imageFolder(root);
    expect(found.classes).toEqual(["2", "10"]);
    expect(String(found.train["10"])).toBe("(#2) [Path('train/10/a.jpg'),Path('train/10/b.PNG')]");
    expect(found.train["2"].map((f) => f.name)).toEqual(L.from(["100.png", "20.png"]));
    expect(found.valid["2"].length).toBe(1);
  });

  it("takes val and follows links", () => {
    make("train/a/1.png", "val/a/2.png", "elsewhere/3.png");
    symlinkSync(join(root, "elsewhere/3.png"), join(root, "train/a/link.png"));
    expect(imageFolder(root).train.a.length).toBe(2);
    expect(imageFolder(root).valid.a.length).toBe(1);
  });

  it("splits by a shuffle that a seed fixes", () => {
    make(...Array.from({ length: 20 }, (_, i) => `cat/${i}.png`), ...Array.from({ length: 10 }, (_, i) => `dog/${i}.png`));
    const names = (seed?: number) => imageFolder(root, seed === undefined ? {} : { seed }).valid.cat.map((f) => f.stem).join(" ");
    const found = imageFolder(root);
    expect([found.train.cat.length, found.valid.cat.length, found.train.dog.length, found.valid.dog.length]).toEqual([16, 4, 8, 2]);
    expect(new Set([...found.train.cat, ...found.valid.cat].map((f) => f.name)).size).toBe(20);
    expect(names()).toBe(names(42));
    expect(names()).not.toBe(names(43));
    expect(names()).toBe("0 12 3 9");
    expect(imageFolder(root, { validFraction: 0.5 }).valid.dog.length).toBe(5);
  });

  it("keeps only the classes asked for, and lists what there is when one is missing", () => {
    make("train/3/a.png", "train/7/a.png", "train/10/a.png", "valid/3/a.png", "valid/7/a.png", "valid/10/a.png");
    expect(imageFolder(root, { classes: ["7", "3"] }).classes).toEqual(["3", "7"]);
    expect(() => imageFolder(root, { classes: ["8"] })).toThrow(/no class "8".*"3", "7", "10"/);
  });

  it("refuses empty folders, missing parts and classes that are on one side only", () => {
    expect(() => imageFolder(join(root, "none"))).toThrow(/does not exist/);
    expect(() => imageFolder(root)).toThrow(/no class folders/);
    make("train/a/1.png");
    expect(() => imageFolder(root)).toThrow(/no valid/);
    make("valid/b/1.png");
    expect(() => imageFolder(root)).toThrow(/class "a" is in .*train but not in .*valid, which has "b"/);
    make("valid/a/readme.txt");
    expect(() => imageFolder(root, { classes: ["a"] })).toThrow(/no pictures in .*valid.a/);
    make("valid/a/1.png");
    expect(() => imageFolder(root)).toThrow(/"b" in .*valid but not in/);
    expect(() => imageFolder(join(root, "valid"), { validFraction: 1.5 })).toThrow(/between 0 and 1/);
  });

  it("orders numbers inside names by value", () => {
    expect(["10", "2", "1", "a10", "a9", "b", "a", "02"].sort(naturalOrder)).toEqual(["1", "02", "2", "10", "a", "a9", "a10", "b"]);
  });
});
