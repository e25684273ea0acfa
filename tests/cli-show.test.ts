/** @file `tesserae show`: images and tensors as text in a pipe, as pictures in files, and names that do no harm. Run in child processes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { randn, stack, tensor, zeros } from "tesserae";
import { openImage, saveNpy, saveNpz, saveSafetensors } from "tesserae/data";
import { expect, test } from "vitest";
import { png, run, temporaryFolder, write } from "./cli-run.js";

const folder = temporaryFolder();
const ramp = (x: number, y: number): number => (x * 8 + y * 4) % 256;
write(folder, { "ramp.png": png(16, 12, ramp), "colour.png": png(8, 8, (x, y, c) => x * y * (c + 1), 3), "evil\u001b[31m\u0007.png": png(8, 8, 0), "text.txt": "no image" });
const at = (name: string): string => join(folder, name);
// oxlint-disable-next-line no-control-regex
const harmful = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

test("an image, in a pipe, is plain text", async () => {
  const { code, stdout, stderr } = await run(["show", at("ramp.png"), at("colour.png")]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`${at("ramp.png")}  16 × 12 pixels, mode L\n`);
  expect(stdout).toContain(`${at("colour.png")}  8 × 8 pixels, mode RGB\n`);
  expect(stdout).not.toMatch(harmful);
  expect(stdout.split("\n").length).toBeGreaterThan(20);
});

test("tensors that look like images are drawn, others are printed", async () => {
  const square = tensor(Uint8Array.from({ length: 64 }, (_, i) => i * 4), { shape: [8, 8] });
  await saveNpy(at("square.npy"), square);
  await saveNpz(at("many.npz"), { stack: stack([square, square.T, square]), weights: tensor([[0.5, 1], [2, 3]]), vector: randn(2000), empty: zeros(0, 5) });
  const { code, stdout, stderr } = await run(["show", at("square.npy"), at("many.npz"), "--cmap", "Greys"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`${at("square.npy")}  uint8 [8, 8]\n`);
  expect(stdout).toContain(`${at("many.npz")}: weights  float32 [2, 2]\ntensor([[0.5000, 1.0000],\n        [2.0000, 3.0000]])\n`);
  expect(stdout).toMatch(/vector {2}float32 \[2000\]\ntensor\(\[.*\.\.\..*\]\)/s);
  expect(stdout).toContain("tensor([], size=(0, 5))");
  expect(stdout).not.toMatch(/square\.npy {2}uint8 \[8, 8\]\ntensor\(/);
  expect(stdout).not.toMatch(harmful);
});

test("a model's means carry the names of their classes, and can be saved as a picture", async () => {
  const path = at("model.safetensors");
  expect((await run(["baseline", "digits", "--save", path])).code).toBe(0);
  const picture = at("means.png");
  const { code, stdout } = await run(["show", path, "--save", picture]);
  expect(code).toBe(0);
  expect(stdout).toContain("means  float32 [10, 8, 8]");
  expect(stdout).toContain('classes: ["0","1","2"');
  expect(stdout).toContain(`The picture is in ${picture}`);
  const { width, height } = await openImage(picture);
  expect(width).toBeGreaterThan(500);
  expect(height).toBeGreaterThan(200);
});

test("names and metadata with control characters are spelled out", async () => {
  await saveSafetensors(at("evil.safetensors"), { "a\u001b[2J\u009bb": tensor([1]) }, { "key\u0007": "value\u001b]0;x\u0007" });
  const { code, stdout } = await run(["show", at("evil.safetensors"), at("evil\u001b[31m\u0007.png")]);
  expect(code).toBe(0);
  expect(stdout).toContain("evil\\u001b[31m\\u0007.png");
  expect(stdout).not.toMatch(harmful);
});

test("what is wrong is said, and what would have been right", async () => {
  const cases = [
    { words: ["show"], code: 2, says: "missing required argument" },
    { words: ["show", at("missing.png")], code: 1, says: "missing.png" },
    { words: ["show", at("missing.npy")], code: 1, says: "there is no such file" },
    { words: ["show", at("text.txt")], code: 1, says: "text.txt" },
    { words: ["show", at("ramp.png"), "--cmap", "virdis"], code: 2, says: "viridis" },
    { words: ["show", at("ramp.png"), "--save", at("x.bmp")], code: 2, says: ".png, .svg or .html" },
    { words: ["show", at("ramp.png"), "--save", join(folder, "no", "x.png")], code: 1, says: "there is no folder" },
  ];
  await saveNpy(at("row.npy"), tensor([1, 2, 3]));
  for (const { words, code, says } of [...cases, { words: ["show", at("row.npy"), "--save", at("row.png")], code: 2, says: "looks like an image" }]) {
    const ended = await run(words);
    expect([words, ended.code]).toEqual([words, code]);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toContain("not an error that tesserae expects");
  }
  expect(existsSync(at("row.png"))).toBe(false);
});

test("help tells of it", async () => {
  const { stdout } = await run(["show", "--help"]);
  for (const word of ["--cmap", "--save", ".npz"]) expect(stdout).toContain(word);
});
