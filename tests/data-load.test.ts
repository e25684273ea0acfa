/**
 * @file loadImages through `tesserae/data`: the same pictures as openImage whatever the number of threads, in order, with
 * errors that name files, bounded memory, and workers that neither hang nor hold the process. Needs dist/.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DataPath, type ImageBatch, type LoadImagesOptions, imageFolder, loadImages, openImage, untarData } from "tesserae/data";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const fixtures = fileURLToPath(new URL("./fixtures/images/", import.meta.url));
let root = "";
let files: DataPath[] = [];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "tesserae-load-"));
  vi.stubEnv("TESSERAE_CACHE", join(root, "cache"));
  const { classes, train } = imageFolder(await untarData("digits"));
  files = classes.flatMap((name) => [...train[name]]);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

async function all(paths: readonly (DataPath | string)[], options: LoadImagesOptions = {}): Promise<{ batches: ImageBatch[]; data: Buffer; indices: number[]; skipped: readonly { index: number; message: string }[] }> {
  const stream = loadImages(paths, options);
  const batches: ImageBatch[] = [];
  const data: Buffer[] = [];
  for await (const batch of stream) {
    batches.push(batch);
    data.push(Buffer.from(batch.data)); // copied, so that reused memory is seen as it was
  }
  return { batches, data: Buffer.concat(data), indices: batches.flatMap((b) => [...b.indices]), skipped: stream.skipped };
}

const bad = (name: string, bytes: string): string => {
  writeFileSync(join(root, name), bytes);
  return join(root, name);
};

describe("loadImages", () => {
  it.each([0, 1, 3])("with %i workers gives what openImage gives, in the files' order", async (workers) => {
    const pictures = await Promise.all(files.map(async (file) => (await openImage(file)).data));
    for (const reuse of [false, true]) {
      const { batches, data, indices } = await all(files, { workers, reuse, batchSize: 100 });
      expect(data.equals(Buffer.concat(pictures))).toBe(true);
      expect(indices).toEqual(files.map((_, i) => i));
      expect(batches.map((b) => b.count)).toEqual([...Array.from({ length: 14 }, () => 100), 37]);
      expect(batches[0]).toMatchObject({ shape: [8, 8], mode: "L" });
    }
  });

  it("keeps batches apart unless their memory may be reused", async () => {
    const { batches, data } = await all(files, { workers: 1, batchSize: 50 });
    expect(Buffer.concat(batches.map((b) => b.data)).equals(data)).toBe(true);
  });

  it("converts and resizes any format, in workers too", async () => {
    const names = ["rgb.jpg", "png-0-8.png", "png-6-16.png", "palette.gif", "lossy.webp", "grey16.tiff", "png-3-4-adam7.png", "alpha.webp"].map((n) => join(fixtures, n));
    const many = Array.from({ length: 40 }, (_, i) => names[i % names.length]);
    const wanted = await Promise.all(many.map(async (f) => (await openImage(f)).convert("RGB").resize([10, 6]).data));
    for (const workers of [0, 2]) {
      const { batches, data } = await all(many, { size: [10, 6], mode: "RGB", workers, batchSize: 3 });
      expect(batches[0].shape).toEqual([6, 10, 3]);
      expect(data.equals(Buffer.concat(wanted))).toBe(true);
    }
  });

  it("names the file and both sizes when one differs, at the same place with any number of workers", async () => {
    const [small, wide] = [files[0].path, join(fixtures, "png-0-8.png")];
    const mixed = files.map((file, i) => (i === 777 || i === 1200 ? wide : file));
    for (const workers of [0, 2]) {
      await expect(all(mixed, { workers, batchSize: 64 })).rejects.toMatchObject({
        name: "ImageError",
        message: `${wide} is 13 × 9 L, but ${small} 8 × 8 L; give a size to resize to`,
      });
    }
    await expect(all([join(fixtures, "png-0-8.png"), join(fixtures, "png-2-8.png")])).rejects.toThrow(/13 × 9 RGB, but .*13 × 9 L; give a mode/);
  });

  it("throws at a bad file, or leaves it out and says so", async () => {
    const [text, empty] = [bad("text.png", "not a picture"), bad("empty.png", "")];
    const mixed = [empty, ...files.slice(0, 500), text, ...files.slice(500), join(root, "missing.png")];
    for (const workers of [0, 2]) {
      await expect(all(mixed, { workers })).rejects.toThrow(/empty\.png: the file is empty/);
      const { data, indices, skipped } = await all(mixed, { workers, skipBad: true, batchSize: 64 });
      expect(skipped.map((s) => s.index)).toEqual([0, 501, mixed.length - 1]);
      expect(skipped.map((s) => s.message)).toEqual([expect.stringContaining("empty"), expect.stringContaining("not a picture"), expect.stringContaining("no such file")]);
      expect(data.equals((await all(files)).data)).toBe(true);
      expect(indices.length).toBe(files.length);
      expect(indices[500]).toBe(502);
    }
    const none = await all([text, empty], { skipBad: true });
    expect([none.batches.length, none.skipped.length]).toEqual([0, 2]);
  });

  it("gives nothing for nothing, and refuses options that make no sense", async () => {
    expect((await all([])).batches).toEqual([]);
    expect(() => loadImages(files, { workers: -1 })).toThrow(/workers is -1/);
    expect(() => loadImages(files, { batchSize: 0 })).toThrow(/batchSize is 0/);
    expect(() => loadImages(files, { size: [0, 3] })).toThrow(/size/);
    expect(() => loadImages(["a\0b"])).toThrow(/no file name/);
    await expect(all([join(fixtures, "png-0-16.png")])).rejects.toThrow(/16 bits a pixel.*give a mode/);
  });

  it("reports progress, stops when aborted and can be left early", async () => {
    const seen: number[] = [];
    await all(files, { workers: 1, batchSize: 500, onProgress: ({ done, total }) => seen.push(done, total) });
    expect(seen).toEqual([500, 1437, 1000, 1437, 1437, 1437]);
    const control = new AbortController();
    const aborted = all(files, { workers: 1, batchSize: 10, signal: control.signal, onProgress: () => control.abort(new Error("enough")) });
    await expect(aborted).rejects.toThrow("enough");
    for await (const batch of loadImages(files, { workers: 2, batchSize: 10 })) {
      expect(batch.count).toBe(10);
      break;
    }
    expect((await all(files, { workers: 2 })).data.length).toBe(files.length * 64);
  });

  it("runs several streams at once", async () => {
    const [a, b, c] = await Promise.all([all(files, { workers: 1 }), all(files, { workers: 2, batchSize: 30 }), all(files, { workers: 0 })]);
    expect(a.data.equals(b.data) && b.data.equals(c.data)).toBe(true);
  });
});

/** A process of its own that runs `code` with loadImages, warmDecoders and the digits' names. */
function run(code: string, dist = fileURLToPath(new URL("../dist", import.meta.url))) {
  const start = `const { loadImages, warmDecoders } = await import(${JSON.stringify(`${dist}/data/index.js`)});\nconst files = ${JSON.stringify(files.map((f) => f.path))};\n`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", start + code], { encoding: "utf8", timeout: 30_000 });
}

describe("the decoder threads", () => {
  it("do not keep the process alive: idle, after use, or after a stream that was dropped", () => {
    for (const code of [
      "warmDecoders(2)",
      "for await (const b of loadImages(files, { workers: 2 })) void b; console.log('done')",
      "const it = loadImages(files, { workers: 2, batchSize: 5 })[Symbol.asyncIterator](); console.log((await it.next()).value.count)",
    ]) {
      const { status, stderr } = run(code);
      expect([status, stderr]).toEqual([0, ""]);
    }
  });

  it("raise an error when one dies, instead of a hang", () => {
    // A copy of the package whose worker dies at its first task.
    const dist = join(root, "broken");
    cpSync(fileURLToPath(new URL("../dist", import.meta.url)), dist, { recursive: true });
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    const worker = join(dist, "data/decode-worker.js");
    writeFileSync(worker, `${readFileSync(worker, "utf8").replace("async function run(", "async function unused(")}\nfunction run(task) { claim(new Int32Array(task.counters), 1e9); process.exit(7); }\n`);
    // The reader dawdles, so that the calling thread does not have it all decoded before the worker is there.
    const dawdle = "await new Promise((r) => setTimeout(r, 50))";
    const { status, stdout, stderr } = run(`try { for await (const b of loadImages(files, { workers: 1, batchSize: 10 })) ${dawdle}; } catch (e) { console.log(e.message) }`, dist);
    expect([status, stderr, stdout]).toEqual([0, "", "loadImages: a decoder thread has ended with code 7\n"]);
  });

  it("take memory that does not grow with the number of files", () => {
    const { stdout } = run(`
      const rss = () => process.resourceUsage().maxRSS / 1024;
      const pass = async (times) => { const list = Array.from({ length: times }, () => files).flat(); let n = 0; for await (const b of loadImages(list, { workers: 1, size: [128, 128], mode: "RGB" })) n += b.count; return n; };
      await pass(1);
      const before = rss();
      const n = await pass(7);
      console.log(n, rss() - before);`);
    const [count, grown] = stdout.split(" ").map(Number);
    expect(count).toBe(7 * files.length);
    // All those pictures together are 494 MB; the rest of the growth is V8's own slack, which levels off.
    expect(grown).toBeLessThan(220);
  });
});
