/** @file `tesserae baseline` and `tesserae predict` through the command line: figures, JSON, folders as people have them. */
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { darkAndLight, png, run, start, temporaryFolder, write } from "./cli-run.js";

const env = { TESSERAE_CACHE: temporaryFolder() };
const folder = temporaryFolder();

/** An escape sequence, or any control character but a line feed. */
// eslint-disable-next-line no-control-regex
const escapes = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

interface Report {
  dataset: string;
  classes: string[];
  distance: string;
  images: { train: Record<string, number>; valid: Record<string, number> };
  imageShape: number[];
  accuracy: Record<string, number>;
  balancedAccuracy: number;
  overallAccuracy: number;
  confusion: number[][];
  seconds: Record<string, number>;
}

async function report(...words: string[]): Promise<Report> {
  const { code, stdout, stderr } = await run(["baseline", ...words, "--json"], env);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("the embedded digits", () => {
  it("3 against 7: 72 of 74, and exactly the promised object", async () => {
    const { seconds, ...rest } = await report("digits", "--classes", "7", "3");
    expect(rest).toEqual({
      dataset: "digits",
      classes: ["3", "7"],
      distance: "l1",
      images: { train: { "3": 135, "7": 153 }, valid: { "3": 48, "7": 26 } },
      imageShape: [8, 8],
      accuracy: { "3": 46 / 48, "7": 1 },
      balancedAccuracy: (46 / 48 + 1) / 2,
      overallAccuracy: 72 / 74,
      confusion: [[46, 2], [0, 26]],
    });
    expect(Object.keys(seconds)).toEqual(["load", "fit", "evaluate", "total"]);
    for (const value of Object.values(seconds)) expect(value).toBeGreaterThan(0);
    expect(seconds.total).toBeGreaterThanOrEqual(seconds.load + seconds.fit + seconds.evaluate);
  });

  it.each([["l1", 314], ["l2", 317]] as const)("all ten classes, %s: %d of 360", async (distance, right) => {
    const { classes, overallAccuracy, balancedAccuracy, accuracy, confusion, images } = await report("digits", "--distance", distance);
    expect(classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(overallAccuracy).toBe(right / 360);
    expect(confusion.map((row, i) => row[i]).reduce((a, b) => a + b)).toBe(right);
    expect(confusion.map((row) => row.reduce((a, b) => a + b))).toEqual(classes.map((name) => images.valid[name]));
    expect(balancedAccuracy).toBeCloseTo(classes.reduce((sum, name) => sum + accuracy[name], 0) / 10, 12);
  });

  it("needs no data set to be named with --json", async () => {
    expect(await report("--classes", "3", "7")).toMatchObject({ dataset: "digits", overallAccuracy: 72 / 74 });
  });

  it("is a tour without arguments: plain text when piped, with every figure", async () => {
    const { code, stdout, stderr } = await run(["baseline"], env);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toMatch(escapes);
    for (const part of ["3 against 7", "All ten classes", "72 of 74 right", "314 of 360 right", "0.9583", "balanced accuracy", "confusion", "load ", "fit ", "evaluate ", "total "]) expect(stdout).toContain(part);
    expect(stdout).toMatch(/^ +3 +135 +48 +46 +0\.9583$/m);
    expect(stdout).toMatch(/^ +all +1,437 +360 +314$/m);
    expect(stdout).toMatch(/^ +0 +42( +·){9}$/m);
  });

  it("ends quietly when nobody reads on", async () => {
    const { child, ended } = start(["baseline", "digits"], env);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  });
});

describe("save and predict", () => {
  const model = join(folder, "model.safetensors");
  const valid = join(env.TESSERAE_CACHE, "data", "digits", "valid");
  const first = (name: string) => join(valid, name, readdirSync(join(valid, name)).sort()[0]);

  it("gives back what was fitted: a model that sees what the baseline saw", async () => {
    const saved = await run(["baseline", "digits", "--classes", "3", "7", "--save", model], env);
    expect(saved).toMatchObject({ code: 0, stderr: "" });
    expect(saved.stdout).toContain(model);
    const sevens = readdirSync(join(valid, "7")).map((name) => join(valid, "7", name));
    const { code, stdout } = await run(["predict", model, ...sevens, "--json"], env);
    expect(code).toBe(0);
    const { predictions, ...rest }: { predictions: { image: string; class: string; distances: Record<string, number> }[] } = JSON.parse(stdout);
    expect(rest).toEqual({ model, classes: ["3", "7"], distance: "l1" });
    expect(predictions.map(({ image }) => image)).toEqual(sevens);
    for (const { class: name, distances } of predictions) {
      expect(name).toBe("7");
      expect(distances["7"]).toBeLessThan(distances["3"]);
      expect(distances["7"]).toBeGreaterThan(0);
    }
  });

  it("prints a line an image: its name, its class, each distance", async () => {
    const images = [first("3"), first("7")];
    const { code, stdout } = await run(["predict", model, ...images], env);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    for (const [i, name] of ["3", "7"].entries()) expect(lines[i]).toMatch(new RegExp(`^${images[i].replace(/[.\\]/g, "\\$&")} +${name} +3 0\\.\\d{4} +7 0\\.\\d{4}$`));
  });

  it("refuses an image of another size or mode, says both, and resizes when told to", async () => {
    const colour = join(folder, "colour.png");
    write(folder, { "colour.png": png(12, 10, 128, 3), "grey.png": png(12, 10, 128), "red.png": png(8, 8, 128, 3) });
    const refused = await run(["predict", model, colour], env);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    for (const part of [colour, "12 × 10 RGB", "8 × 8 L", "--resize"]) expect(refused.stderr).toContain(part);
    expect((await run(["predict", model, join(folder, "red.png")], env)).stderr).toContain("8 × 8 RGB, but the model was fitted on 8 × 8 L");
    const resized = await run(["predict", model, colour, join(folder, "grey.png"), "--resize", "--json"], env);
    const { predictions }: { predictions: { distances: unknown }[] } = JSON.parse(resized.stdout);
    // A colour whose channels agree is grey, however it is written.
    expect(predictions[0].distances).toEqual(predictions[1].distances);
  });

  it("leaves out bad images only when told to, and counts them", async () => {
    write(folder, { "no-image.png": "not a picture" });
    const images = [join(folder, "no-image.png"), first("3"), join(folder, "missing.png")];
    const refused = await run(["predict", model, ...images], env);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("no-image.png");
    const skipped = await run(["predict", model, ...images, "--skip-bad"], env);
    expect(skipped.code).toBe(0);
    expect(skipped.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(skipped.stderr).toContain("left out 2 images");
    expect(skipped.stderr).toContain("missing.png");
  });

  it.each([
    ["missing.safetensors", undefined, "there is no such file"],
    ["text.safetensors", "hello, this is no model at all", "is not a safetensors file"],
    ["empty.safetensors", "", "it has 0 bytes"],
    ["other.safetensors", "\u0008\0\0\0\0\0\0\0{}      ", "is not a PixelSimilarity model"],
  ])("says what is wrong with %s", async (name, content, part) => {
    if (content !== undefined) write(folder, { [name]: content });
    const { code, stdout, stderr } = await run(["predict", join(folder, name), first("3")], env);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(name);
    expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("leaves nothing behind where it cannot save", async () => {
    mkdirSync(join(folder, "taken.safetensors"));
    const before = readdirSync(folder);
    for (const target of [join(folder, "taken.safetensors"), join(folder, "no-folder", "m.safetensors")]) {
      const { code, stderr } = await run(["baseline", "digits", "--classes", "3", "7", "--save", target], env);
      expect(code).toBe(1);
      expect(stderr).toContain(`${target} cannot be written`);
    }
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("a folder of one's own", () => {
  it("with a split, in colour or grey", async () => {
    const root = join(folder, "split");
    darkAndLight(root);
    const grey = await report(root);
    expect(grey).toMatchObject({ dataset: root, classes: ["dark", "light"], imageShape: [4, 6], overallAccuracy: 1, images: { train: { dark: 4, light: 4 }, valid: { dark: 2, light: 2 } } });
    expect((await report(root, "--mode", "RGB", "--resize", "5x3")).imageShape).toEqual([3, 5, 3]);
  });

  it("without a split: a fraction put aside, the same one for the same seed, another for another", async () => {
    const root = join(folder, "unsplit");
    // Each picture has a level of its own, so the mean of a class tells which ones were learnt from.
    for (let i = 0; i < 10; i++) write(root, { [`2/${i}.png`]: png(4, 4, i * i), [`10/${i}.png`]: png(4, 4, 155 + i * i) });
    const means = async (...words: string[]) => {
      const model = join(folder, `split-${words.join("-")}.safetensors`);
      expect((await run(["baseline", root, ...words, "--save", model], env)).code).toBe(0);
      return readFileSync(model).subarray(-2 * 16 * 4).toString("hex");
    };
    const half = await report(root, "--valid-fraction", "0.5");
    expect(half.classes).toEqual(["2", "10"]);
    expect(half.images).toEqual({ train: { "2": 5, "10": 5 }, valid: { "2": 5, "10": 5 } });
    expect((await report(root)).images.valid).toEqual({ "2": 2, "10": 2 });
    expect(await means("--seed", "42")).toBe(await means());
    expect(await means("--seed", "7")).not.toBe(await means());
  });

  it("refuses pictures that do not fit, names them, and leaves them out when told to", async () => {
    const root = join(folder, "mixed");
    darkAndLight(root);
    write(root, { "train/dark/odd.png": png(9, 9, 20), "train/light/broken.png": "not a picture", "valid/dark/empty.png": "" });
    const refused = await run(["baseline", root], env);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    for (const part of ["odd.png", "9 × 9", "6 × 4"]) expect(refused.stderr).toContain(part);
    const skipped = await run(["baseline", root, "--skip-bad", "--json"], env);
    expect(skipped.code).toBe(0);
    const { images, overallAccuracy }: Report = JSON.parse(skipped.stdout);
    expect([images, overallAccuracy]).toEqual([{ train: { dark: 4, light: 4 }, valid: { dark: 2, light: 2 } }, 1]);
    expect(skipped.stderr).toContain("left out 3 images");
    for (const name of ["odd.png", "broken.png", "empty.png"]) expect(skipped.stderr).toContain(name);
  });

  it("says so where validation pictures differ from those learnt from", async () => {
    const root = join(folder, "apart");
    for (const name of ["a", "b"]) write(root, { [`train/${name}/1.png`]: png(4, 4, 9), [`valid/${name}/1.png`]: png(5, 4, 9) });
    const { code, stderr } = await run(["baseline", root], env);
    expect(code).toBe(1);
    for (const part of [join(root, "valid", "a", "1.png"), "5 × 4 L", "4 × 4 L"]) expect(stderr).toContain(part);
  });

  it("says so where a folder holds nothing to learn from", async () => {
    mkdirSync(join(folder, "nothing"));
    const { code, stderr } = await run(["baseline", join(folder, "nothing")], env);
    expect(code).toBe(1);
    expect(stderr).toContain("no class folders");
  });

  it("prints hostile class names as text, and keeps them whole in JSON", async () => {
    const root = join(folder, "hostile");
    const names = ["\u001b[31mred\u001b]0;owned\u0007", "__proto__", "日本", "\u009b2J\u202e"];
    names.forEach((name, i) => write(root, { [`train/${name}/1.png`]: png(4, 4, i * 80), [`valid/${name}/1.png`]: png(4, 4, i * 80) }));
    const text = await run(["baseline", root], env);
    expect(text.code).toBe(0);
    expect(text.stdout + text.stderr).not.toMatch(escapes);
    expect(text.stdout).not.toContain("\u202e");
    for (const part of ["\\u001b[31mred", "__proto__", "日本", "\\u009b2J\\u202e"]) expect(text.stdout).toContain(part);
    const json = await run(["baseline", root, "--json"], env);
    expect(json.stdout).not.toMatch(escapes);
    const { classes, accuracy, images }: Report = JSON.parse(json.stdout);
    expect(new Set(classes)).toEqual(new Set(names));
    expect(Object.keys(accuracy)).toEqual(classes);
    expect(Object.entries(images.train)).toEqual(classes.map((name) => [name, 1]));
    const error = await run(["baseline", root, "--classes", names[0], "x"], env);
    expect(error.code).toBe(2);
    expect(error.stderr).not.toMatch(escapes);
  });

  it("shows what is confused most where a matrix would not fit", async () => {
    const root = join(folder, "many");
    for (let i = 0; i < 25; i++) write(root, { [`train/c${i}/1.png`]: png(2, 2, i * 10), [`valid/c${i}/1.png`]: png(2, 2, i === 3 ? 40 : i * 10) });
    const { code, stdout } = await run(["baseline", root], env);
    expect(code).toBe(0);
    expect(stdout).toContain("24 of 25 right");
    expect(stdout).toMatch(/^ +c3 +c4 +1$/m);
  });
});
