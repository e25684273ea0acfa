/** @file PixelSimilarity as a library: exact running means, distances by their definitions, any shape, what it refuses. */
import * as fc from "fast-check";
import { join } from "node:path";
import { DTypeError, FileError, ShapeError, ValueError, cat, manualSeed, memory, ones, rand, randint, stack, tensor, zeros, type Tensor } from "tesserae";
import { imageFolder, saveSafetensors, untarData } from "tesserae/data";
import { PixelSimilarity, baseline, type LabelledBatch } from "tesserae/learn";
import { describe, expect, it } from "vitest";
import { darkAndLight, png, temporaryFolder, write } from "./cli-run.js";

const folder = temporaryFolder();
/** `count` random pictures of bytes. */
const pictures = (...shape: number[]): Tensor => randint(0, 256, shape, { dtype: "uint8" });
const numbers = (t: Tensor): number[] => Array.from(t.toTypedArray(), Number);

/** The largest difference between two tensors' elements. */
const apart = (a: Tensor, b: Tensor): number => {
  const [x, y] = [numbers(a), numbers(b)];
  expect(x).toHaveLength(y.length);
  return Math.max(...x.map((value, i) => Math.abs(value - y[i])));
};

/** The same 20,000 white pictures again and again. */
async function* whitePictures(batches: number): AsyncGenerator<LabelledBatch> {
  const images = tensor(new Uint8Array(20_000 * 4).fill(255)).reshape([20_000, 2, 2]);
  for (let i = 0; i < batches; i++) yield { images, labels: 0 };
}

describe("fit", () => {
  it.each([[[5, 4]], [[5, 4, 3]], [[1, 1]]])("finds the mean of the stacked pictures of shape %j", async (shape) => {
    manualSeed(1);
    const source = { a: pictures(700, ...shape), b: pictures(1, ...shape), c: pictures(33, ...shape) };
    const model = await new PixelSimilarity({ classes: ["a", "b", "c"] }).fit(source);
    expect(model.imageShape).toEqual(shape);
    expect([model.means.shape, model.means.dtype]).toEqual([[3, ...shape], "float32"]);
    Object.values(source).forEach((images, label) => expect(apart(model.means.at(label), images.double().div(255).mean(0))).toBeLessThan(1e-7));
  });

  it("is the same from a stream, however it is cut and mixed", async () => {
    manualSeed(2);
    const [a, b] = [pictures(40, 3, 3), pictures(25, 3, 3)];
    const whole = await new PixelSimilarity({ classes: ["a", "b"] }).fit({ a, b });
    const all = cat([a, b]);
    const labels = [...Array.from({ length: 40 }, () => 0), ...Array.from({ length: 25 }, () => 1)];
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (at, backwards) => {
        const edges = [0, ...at.sort((x, y) => x - y), 65];
        const parts = edges.slice(1).map((to, i): LabelledBatch => ({ images: all.narrow(0, edges[i], to - edges[i]), labels: labels.slice(edges[i], to) }));
        if (backwards) parts.reverse();
        const model = await new PixelSimilarity({ classes: ["a", "b"] }).fit(parts);
        expect(model.means.tolist()).toEqual(whole.means.tolist());
      }),
      { numRuns: 20 },
    );
    const mixed = Array.from({ length: 65 }, (_, i) => (i * 7) % 65);
    const model = await new PixelSimilarity({ classes: ["a", "b"] }).fit([{ images: stack(mixed.map((i) => all.at(i))), labels: mixed.map((i) => labels[i]) }]);
    expect(model.means.tolist()).toEqual(whole.means.tolist());
  });

  it("takes floats from 0 to 1 as they are, and bytes with them", async () => {
    manualSeed(3);
    const [floats, bytes] = [rand(30, 4, 4), pictures(20, 4, 4)];
    const model = new PixelSimilarity({ classes: ["x"] }).partialFit({ images: floats, labels: 0 }).partialFit({ images: bytes, labels: 0 });
    expect(apart(model.means.at(0), cat([floats.double(), bytes.double().div(255)]).mean(0))).toBeLessThan(1e-7);
  });

  it("stays exact past the pictures that a float32 can count, and holds no more memory for more of them", async () => {
    const few = await new PixelSimilarity({ classes: ["white"] }).fit(whitePictures(2));
    const held = memory().held;
    const many = await new PixelSimilarity({ classes: ["white"] }).fit(whitePictures(60));
    // 1.2 million white pixels add up to 306,000,000, which a running float32 sum would miss.
    expect(many.means.tolist()).toEqual([[[1, 1], [1, 1]]]);
    expect(few.means.tolist()).toEqual(many.means.tolist());
    expect(memory().held - held).toBeLessThan(1_000_000);
  });

  it("starts anew each time, and can go on with partialFit", async () => {
    manualSeed(4);
    const [a, b] = [pictures(5, 2, 2), pictures(6, 2, 2)];
    const model = await new PixelSimilarity({ classes: ["x"] }).fit({ x: a });
    expect(apart((await model.fit({ x: b })).means.at(0), b.float().div(255).mean(0))).toBeLessThan(1e-6);
    model.partialFit({ images: a, labels: [0, 0, 0, 0, 0] });
    expect(apart(model.means.at(0), cat([a, b]).float().div(255).mean(0))).toBeLessThan(1e-6);
  });
});

describe("distances and predictions", () => {
  it.each(["l1", "l2"] as const)("%s is what its name says, for grey and colour", async (distance) => {
    manualSeed(5);
    for (const shape of [[6, 5], [4, 3, 3]]) {
      const model = await new PixelSimilarity({ distance, classes: ["a", "b", "c"] }).fit({ a: pictures(9, ...shape), b: pictures(9, ...shape), c: pictures(9, ...shape) });
      const images = pictures(7, ...shape);
      const got = model.distances(images);
      expect([got.shape, got.dtype]).toEqual([[7, 3], "float32"]);
      const means = [0, 1, 2].map((label) => numbers(model.means.at(label)));
      for (let i = 0; i < 7; i++) {
        const x = numbers(images.at(i));
        const expected = means.map((mean) => {
          const terms = x.map((value, k) => (distance === "l1" ? Math.abs(value / 255 - mean[k]) : (value / 255 - mean[k]) ** 2));
          const average = terms.reduce((sum, term) => sum + term, 0) / x.length;
          return distance === "l1" ? average : Math.sqrt(average);
        });
        numbers(got.at(i)).forEach((value, label) => expect(value).toBeCloseTo(expected[label], 5));
        expect(model.predict(images).at(i).item()).toBe(expected.indexOf(Math.min(...expected)));
      }
      const single = model.distances(images.at(3));
      expect(single.shape).toEqual([3]);
      expect(numbers(single)).toEqual(numbers(got.at(3)));
      expect(model.predict(images.at(3)).shape).toEqual([]);
    }
  });

  it("knows pictures alike however they are given, and no pictures at all", async () => {
    manualSeed(6);
    const model = await new PixelSimilarity({ classes: ["a", "b"] }).fit({ a: pictures(9, 3, 3), b: pictures(9, 3, 3) });
    const images = pictures(5, 3, 3);
    expect(apart(model.distances(images), model.distances(images.float().div(255)))).toBeLessThan(1e-6);
    expect(model.predict(images.narrow(0, 0, 0)).shape).toEqual([0]);
  });

  it("evaluates: confusion, accuracies, and null for a class without pictures", async () => {
    const [dark, light] = [tensor(new Uint8Array(12)).reshape([3, 2, 2]), tensor(new Uint8Array(12).fill(255)).reshape([3, 2, 2])];
    const model = await new PixelSimilarity({ classes: ["dark", "light", "grey"] }).fit({ dark, light, grey: tensor(new Uint8Array(4).fill(128)).reshape([1, 2, 2]) });
    expect(await model.evaluate({ dark: cat([dark, light.narrow(0, 0, 1)]), light })).toEqual({
      confusion: [[3, 1, 0], [0, 3, 0], [0, 0, 0]],
      accuracy: [0.75, 1, null],
      balancedAccuracy: 0.875,
      overallAccuracy: 6 / 7,
    });
  });
});

describe("saving", () => {
  it("comes back the same", async () => {
    manualSeed(7);
    const classes = ["2", "10", "naïve \u0007", "__proto__"];
    const model = new PixelSimilarity({ distance: "l2", classes });
    classes.forEach((_, labels) => model.partialFit({ images: pictures(3, 4, 4, 3), labels, mode: "RGB" }));
    await model.save(join(folder, "m.safetensors"));
    const back = await PixelSimilarity.load(join(folder, "m.safetensors"));
    expect([back.classes, back.distance, back.mode, back.imageShape]).toEqual([classes, "l2", "RGB", [4, 4, 3]]);
    expect(back.means.tolist()).toEqual(model.means.tolist());
    const images = pictures(5, 4, 4, 3);
    expect(numbers(back.distances(images))).toEqual(numbers(model.distances(images)));
    expect(() => back.partialFit({ images, labels: 0 })).toThrow("a loaded model cannot learn on");
    await expect(back.fit([{ images, labels: [0, 1, 2, 3, 0] }])).resolves.toBe(back);
  });

  const good = { format: "tesserae.PixelSimilarity/1", classes: '["a","b"]', distance: "l1", scale: "255" };
  const means = tensor([[[0.1]], [[0.2]]]);
  it.each<[what: string, tensors: Record<string, Tensor>, metadata: Record<string, string>, part: string]>([
    ["another format", { means }, { ...good, format: "pt" }, 'format "pt"'],
    ["no metadata", { means }, {}, 'format "nothing"'],
    ["an unknown distance", { means }, { ...good, distance: "cosine" }, 'distance is "cosine"; l1 and l2 are known'],
    ["another scale", { means }, { ...good, scale: "1" }, 'divided by "1"'],
    ["classes that are no list", { means }, { ...good, classes: '{"a":1}' }, "classes are not"],
    ["classes that are no JSON", { means }, { ...good, classes: "a,b" }, "classes are not"],
    ["a class twice", { means }, { ...good, classes: '["a","a"]' }, "classes are not"],
    ["a class that is no name", { means }, { ...good, classes: '["a",2]' }, "classes are not"],
    ["no means", { weight: means }, good, "no float32 tensor called means"],
    ["means of another dtype", { means: means.double() }, good, "no float32 tensor called means"],
    ["too few means", { means: means.narrow(0, 0, 1) }, good, "no picture for each of 2 classes"],
    ["means without pixels", { means: means.narrow(1, 0, 0) }, good, "no picture for each of 2 classes"],
    ["means that are not numbers", { means: tensor([[[0.1]], [[Number.NaN]]]) }, good, "not finite"],
  ])("refuses a file with %s", async (_, tensors, metadata, part) => {
    const path = join(folder, "bad.safetensors");
    await saveSafetensors(path, tensors, metadata);
    await expect(PixelSimilarity.load(path)).rejects.toThrow(FileError);
    await expect(PixelSimilarity.load(path)).rejects.toThrow(part);
    await expect(PixelSimilarity.load(path)).rejects.toThrow(path);
  });
});

describe("what is refused", () => {
  it("classes that make no sense", () => {
    expect(() => new PixelSimilarity({ classes: [] })).toThrow(ValueError);
    expect(() => new PixelSimilarity({ classes: ["a", "a"] })).toThrow('"a" is given twice');
  });

  it("pictures and labels that do not fit", async () => {
    const model = new PixelSimilarity({ classes: ["a", "b"] });
    expect(() => model.means).toThrow('no pictures of "a", "b"');
    expect(() => model.predict(pictures(1, 2, 2))).toThrow(ValueError);
    expect(() => model.partialFit({ images: pictures(2, 2, 2).int(), labels: 0 })).toThrow(DTypeError);
    expect(() => model.partialFit({ images: pictures(4), labels: 0 })).toThrow(ShapeError);
    expect(() => model.partialFit({ images: pictures(2, 2, 2), labels: [0] })).toThrow("2 pictures and 1 labels");
    for (const labels of [2, -1, 0.5]) expect(() => model.partialFit({ images: pictures(2, 2, 2), labels })).toThrow(ValueError);
    model.partialFit({ images: pictures(2, 2, 2), labels: 0, mode: "L" });
    expect(() => model.partialFit({ images: pictures(2, 2, 3), labels: 1 })).toThrow("pictures of shape [2, 3] do not fit a model of [2, 2]");
    expect(() => model.partialFit({ images: pictures(2, 2, 2), labels: 1, mode: "P" })).toThrow("P pictures do not fit a model of L pictures");
    expect(() => model.means).toThrow('no pictures of "b"');
    await expect(model.fit({ a: pictures(2, 2, 2) })).rejects.toThrow('no pictures of "b"');
    await expect(model.fit({ c: pictures(2, 2, 2) })).rejects.toThrow('"c" is no class; there are a, b');
    await model.fit({ a: pictures(2, 2, 2), b: pictures(2, 2, 2) });
    expect(() => model.distances(pictures(2, 3, 3))).toThrow(ShapeError);
    expect(() => model.distances(pictures(2, 2, 2).bool())).toThrow(DTypeError);
  });
});

describe("baseline", () => {
  it("runs a folder through: counts, progress, times", async () => {
    const root = join(folder, "set");
    darkAndLight(root, 6);
    const news: string[] = [];
    const { seconds, model, ...rest } = await baseline(imageFolder(root), { distance: "l2", onProgress: ({ stage, done, total }) => news.push(`${stage} ${done}/${total}`) });
    expect({ ...rest, images: { train: { ...rest.images.train }, valid: { ...rest.images.valid } } }).toEqual({
      confusion: [[3, 0], [0, 3]],
      accuracy: [1, 1],
      balancedAccuracy: 1,
      overallAccuracy: 1,
      images: { train: { dark: 6, light: 6 }, valid: { dark: 3, light: 3 } },
      skipped: [],
    });
    expect([model.mode, model.imageShape, model.distance]).toEqual(["L", [4, 6], "l2"]);
    expect([news[0].startsWith("fit "), news.includes("fit 12/12"), news.at(-1)]).toEqual([true, true, "evaluate 6/6"]);
    for (const value of Object.values(seconds)) expect(value).toBeGreaterThan(0);
  });

  it("agrees with everything stacked in memory", async () => {
    const found = imageFolder(await untarData("digits", { dest: folder }), { classes: ["3", "7"] });
    const { overallAccuracy, model } = await baseline(found);
    expect(overallAccuracy).toBe(72 / 74);
    expect(model.means.shape).toEqual([2, 8, 8]);
  });

  it("holds no more memory for more pictures", async () => {
    const root = join(folder, "large");
    const data = png(256, 256, 77);
    for (let i = 0; i < 160; i++) write(root, { [`train/a/${i}.png`]: data });
    write(root, { "valid/a/1.png": data });
    const before = memory().reserved;
    const { model } = await baseline(imageFolder(root));
    expect(model.means.at(0, 3, 3).item()).toBeCloseTo(77 / 255, 6);
    // The pictures are 10 MB together.
    expect(memory().reserved - before).toBeLessThan(5_000_000);
  });

  it("ends when it is told to", async () => {
    const root = join(folder, "set");
    await expect(baseline(imageFolder(root), { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

describe("looking at a model", () => {
  const symbol = Symbol.for("Jupyter.display");
  const bundleOf = async (model: PixelSimilarity): Promise<Record<string, string>> => Reflect.apply(Reflect.get(model, symbol), model, []);

  it("says what it is, without control characters of a class's name", async () => {
    const model = new PixelSimilarity({ classes: ["a", "\u001b[31mb"] });
    expect(String(model)).toBe("PixelSimilarity(l1, 2 classes: a, \\x1b[31mb; nothing learnt yet)");
    expect(await bundleOf(model)).toEqual({ "text/plain": String(model) });
  });

  it("shows the mean of each class as the value of a notebook's cell", async () => {
    const model = await new PixelSimilarity({ classes: ["a", "<b>"] }).fit({ a: zeros([2, 8, 8]), "<b>": ones([3, 8, 8]) });
    const bundle = await bundleOf(model);
    expect(Object.keys(bundle)).toEqual(["image/png", "text/plain"]);
    expect(await (await model.show({ show: false })).toHTML()).not.toContain("<b>");
    expect(bundle["text/plain"]).toContain("pictures of [8, 8]");
  });
});
