/**
 * @file Hostile and broken archives through untarData: refused with an ArchiveError, nothing written outside, nothing
 * half-made left. The archives are built here. Needs dist/.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { untarData } from "tesserae/data";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Entry, paxNamed, tar, tgz } from "./helpers/archives.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tesserae-archives-"));
  mkdirSync(join(root, "dest"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const good: Entry = { name: "set/train/a.txt", body: "a" };
const put = (bytes: Uint8Array): string => {
  writeFileSync(join(root, "set.tgz"), bytes);
  return join(root, "set.tgz");
};
const everything = (): string[] => readdirSync(root, { recursive: true }).map(String).sort();

const hostile: readonly (readonly [what: string, bytes: Buffer, message: RegExp])[] = [
  ["an absolute path", tgz(good, { name: "/tmp/tesserae-escaped", body: "x" }), /is absolute/],
  ["a drive", tgz(good, { name: "C:/x", body: "x" }), /is absolute/],
  ["..", tgz(good, { name: "../escaped", body: "x" }), /leads out of the folder/],
  [".. in the middle", tgz(good, { name: "set/../../escaped", body: "x" }), /leads out of the folder/],
  [".. at the end of a folder", tgz(good, { name: "set/..", type: "5" }), /leads out of the folder/],
  ["a backslash", tgz(good, { name: "..\\escaped", body: "x" }), /backslash/],
  ["a symbolic link", tgz({ name: "set/link", type: "2", link: "/" }, { name: "set/link/escaped", body: "x" }), /is a symlink/],
  ["a hard link", tgz(good, { name: "set/hard", type: "1", link: "/etc/passwd" }), /is a link/],
  ["a character device", tgz(good, { name: "set/null", type: "3" }), /is a character-device/],
  ["a block device", tgz(good, { name: "set/disk", type: "4" }), /is a block-device/],
  ["a pipe", tgz(good, { name: "set/pipe", type: "6" }), /is a fifo/],
  ["a long name", tgz(good, ...paxNamed(`set/${"n".repeat(256)}`)), /is too long/],
  ["a long path", tgz(good, ...paxNamed(`set/${"abcdefghij/".repeat(30)}${"n".repeat(250)}/${"m".repeat(250)}/${"m".repeat(250)}`)), /too long|deep/],
  ["a deep path", tgz(good, { name: "d/".repeat(40) + "x" }), /folders deep/],
  ["a NUL in a name", tgz(good, ...paxNamed("set/a\0b")), /control character/],
  ["a line break in a name", tgz(good, ...paxNamed("set/a\nb")), /control character/],
  ["an empty part", tgz(good, { name: "set//x" }), /empty part/],
  ["the same file twice", tgz(good, good), /comes twice/],
  ["two spellings of a file", tgz(good, { name: "set/train/A.txt" }), /comes twice, also as/],
  ["two spellings of a folder", tgz(good, { name: "set/Train/b.txt" }), /differ only in their spelling/],
  ["a file used as a folder", tgz(good, { name: "set/train/a.txt/b" }), /both a file and a folder/],
  ["a folder replaced by a file", tgz(good, { name: "set/train" }), /comes twice/],
  ["a gzip cut short", tgz(good, { name: "set/b", body: Buffer.alloc(9999, 7) }).subarray(0, 100), /refused/],
  ["a tar cut short", gzipSync(tar(good, { name: "set/b", body: Buffer.alloc(9999) }).subarray(0, 3000)), /refused/],
  ["a tar without its end", gzipSync(tar(good).subarray(0, 1024)), /refused|truncated/],
  ["a size that lies", gzipSync(tar({ name: "set/a", body: "abc", size: 1e9 })), /refused/],
  ["a broken header", gzipSync(Buffer.concat([tar(good).subarray(0, 1024), Buffer.alloc(512, 65), Buffer.alloc(1024)])), /refused/],
  ["an empty archive", tgz(), /no files/],
  ["an empty file", Buffer.alloc(0), /empty/],
  ["a web page", Buffer.from("<html>log in first</html>"), /web page/],
  ["something else", Buffer.from("hello"), /neither gzip nor tar/],
];

describe("untarData refuses", () => {
  it.each(hostile)("%s", async (_, bytes, message) => {
    const archive = put(bytes);
    await expect(untarData(archive, { dest: join(root, "dest") })).rejects.toMatchObject({ name: "ArchiveError", message: expect.stringMatching(message) });
    expect(everything()).toEqual(["dest", "set.tgz"]);
    expect(existsSync("/tmp/tesserae-escaped")).toBe(false);
  });

  it("too many files and too many bytes", async () => {
    const archive = put(tgz(...Array.from({ length: 20 }, (_, i) => ({ name: `set/${i}`, body: "x".repeat(100) }))));
    const dest = join(root, "dest");
    await expect(untarData(archive, { dest, limits: { files: 15, bytes: 1e6 } })).rejects.toThrow(/more than 15 files/);
    await expect(untarData(archive, { dest, limits: { files: 1000, bytes: 1500 } })).rejects.toThrow(/more than 1500 bytes/);
    expect(everything()).toEqual(["dest", "set.tgz"]);
    expect((await untarData(archive, { dest, limits: { files: 21, bytes: 2000 } })).name).toBe("set");
  });
});

describe("untarData unpacks", () => {
  it("an archive with one folder as that folder, whatever it is called", async () => {
    const path = await untarData(put(tgz({ name: "./", type: "5" }, { name: "./other/", type: "5" }, { name: "./other/a.txt", body: "hello" })), { dest: join(root, "dest") });
    expect(path.path).toBe(join(root, "dest", "set"));
    expect(readFileSync(path.join("a.txt").path, "utf8")).toBe("hello");
  });

  it("several things at the top, long names and plain tar files", async () => {
    const long = `${"n".repeat(200)}.txt`;
    const path = await untarData(put(tar({ name: "a.txt", body: "1" }, ...paxNamed(`b/${long}`, { name: "b", body: "2" }), { name: "empty/", type: "5" })), { dest: join(root, "dest") });
    expect(Array.from((await path.ls()).sorted(), (p) => p.name)).toEqual(["a.txt", "b", "empty"]);
    expect(readFileSync(path.join("b", long).path, "utf8")).toBe("2");
  });

  it("again when the local archive has changed, and not when only its date has", async () => {
    const dest = join(root, "dest");
    const path = await untarData(put(tgz({ name: "s/a", body: "1" })), { dest });
    writeFileSync(path.join("mark").path, "");
    await untarData(put(tgz({ name: "s/a", body: "1" })), { dest });
    expect(path.join("mark").exists()).toBe(true);
    await untarData(put(tgz({ name: "s/a", body: "2" })), { dest });
    expect([path.join("mark").exists(), readFileSync(path.join("a").path, "utf8")]).toEqual([false, "2"]);
  });

  it("beside what the user has, never over it", async () => {
    const dest = join(root, "dest");
    mkdirSync(join(dest, "set"));
    writeFileSync(join(dest, "set", "mine"), "");
    await expect(untarData(put(tgz(good)), { dest, force: true })).rejects.toThrow(/not made by untarData/);
    expect(existsSync(join(dest, "set", "mine"))).toBe(true);
  });
});
