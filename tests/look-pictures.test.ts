/**
 * @file Figures as people see them: PNG files compared with pictures that somebody looked at (tests/approved, UPDATE_APPROVED=1 writes
 * them), the SVG and HTML forms, and what is refused.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { arange, stack, tensor, type Tensor, zeros } from "tesserae";
import { Image } from "tesserae/data";
import { rc, rcdefaults, showImage, showImages, type ShowImageOptions } from "tesserae/vision";
import { afterEach, describe, expect, test } from "vitest";
import { expectApproved } from "./look-run.js";

const hidden = { show: false } as const;
const three = tensor([
  [0, 0, 60, 200, 250, 180, 20, 0],
  [0, 20, 220, 90, 40, 230, 90, 0],
  [0, 0, 0, 0, 90, 240, 40, 0],
  [0, 0, 30, 200, 255, 160, 0, 0],
  [0, 0, 0, 20, 80, 230, 110, 0],
  [0, 10, 40, 0, 0, 190, 170, 0],
  [0, 60, 210, 100, 120, 250, 90, 0],
  [0, 0, 70, 210, 220, 120, 0, 0],
]).float();
const wave = (h: number, w: number): Tensor => {
  const y = arange(h).float().reshape(h, 1).div(h / 6).sin();
  return y.mul(arange(w).float().reshape(1, w).div(w / 9).cos());
};
const HOSTILE = '</text><script>alert(1)</script>"><img src=x onerror=alert(1)>\u0001';

afterEach(rcdefaults);

describe("approved pictures", () => {
  test.each<readonly [string, Tensor | Image, ShowImageOptions]>([
    ["three-greys", three, { cmap: "Greys" }],
    ["three-titled", three, { cmap: "magma", title: "The ideal three & <seven>, Σ|x − m| → 0.1188" }],
    ["wave-coolwarm", wave(60, 90), { cmap: "coolwarm", figsize: [3, 2], interpolation: "bilinear", title: "bilinear" }],
    ["large", wave(1000, 1400), {}],
    ["holes", three.log().sub(3).sqrt(), { title: "no number, no colour" }],
    ["colours", stack([wave(20, 30), wave(20, 30).neg(), wave(20, 30).abs()]), {}],
    ["picture", new Image({ mode: "L", width: 8, height: 8, samples: Uint8Array.from(three.div(2).tolist().flat()) }), { title: "as it is" }],
  ])("%s", async (name, x, options) => {
    expectApproved(name, await (await showImage(x, { ...options, ...hidden })).toPNG());
  });
  test("a grid", async () => {
    const list = [three, three.T, three.neg(), wave(30, 10), wave(10, 30)];
    const figure = await showImages(list, { titles: ["three", "its transpose, a rather long title", "negated", "tall", "wide"], ncols: 3, ...hidden });
    expectApproved("grid", await figure.toPNG());
    expectApproved("grid-figsize", await (await showImages(list, { nrows: 1, figsize: [6, 1.5], cmap: "Greys", ...hidden })).toPNG());
  });
});

/** The size of the PNG file of a figure. */
const sizeOf = async (shape: readonly number[], options: ShowImageOptions = {}): Promise<readonly number[]> => {
  const { width, height } = decode(await (await showImage(zeros(...shape), { ...options, ...hidden })).toPNG());
  return [width, height];
};

describe("sizes", () => {
  test("small images grow by whole multiples, large ones shrink, figsize rules", async () => {
    expect(await sizeOf([28, 28])).toEqual([280, 280]);
    expect(await sizeOf([8, 8])).toEqual([280, 280]);
    expect(await sizeOf([300, 200])).toEqual([200, 300]);
    expect(await sizeOf([1600, 400])).toEqual([200, 800]);
    expect(await sizeOf([28, 28], { figsize: [1, 1.5] })).toEqual([100, 150]);
    expect(await sizeOf([1, 1])).toEqual([280, 280]);
  });
});

describe("forms", () => {
  test("HTML and SVG load nothing, run nothing and escape titles", async () => {
    const figure = await showImages([three, three], { titles: [HOSTILE, "b"], ...hidden });
    for (const text of [await figure.toHTML(), await figure.toSVG()]) {
      expect(text).not.toMatch(/<script|<img src=x|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
      // oxlint-disable-next-line no-control-regex
      expect(text).not.toMatch(/\u0001/);
      expect(text.match(/data:image\/png;base64,/g)?.length).toBe(2);
    }
    expect(await figure.toHTML()).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(await (await showImage(three, { title: "a", ...hidden })).toHTML()).toMatch(/<img [^>]*alt="a" width="280" height="280"/);
    expect(await (await showImage(three, hidden)).toHTML()).toContain('alt="a float32 image of shape [8, 8]"');
  });
  test("pages carry small images as they are, not enlarged", async () => {
    const [, data] = /base64,([^"]+)"/.exec(await (await showImage(three, hidden)).toHTML()) ?? [];
    expect(decode(Buffer.from(data, "base64"))).toMatchObject({ width: 8, height: 8 });
  });
  test("save writes each", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tesserae-look-"));
    const figure = await showImage(three, { title: "three", ...hidden });
    for (const ending of ["png", "svg", "html"]) await figure.save(join(folder, `x.${ending}`));
    expect(decode(readFileSync(join(folder, "x.png")))).toMatchObject({ width: 280 });
    expect(readFileSync(join(folder, "x.svg"), "utf8")).toMatch(/^<svg xmlns=/);
    expect(readFileSync(join(folder, "x.html"), "utf8")).toMatch(/^<!doctype html>/);
    await expect(figure.save(join(folder, "x.gif"))).rejects.toThrow(/must end in .png or .svg or .html/);
  });
});

/** What a notebook is given for a value. */
const asValue = async (x: object): Promise<unknown> => Reflect.apply(Reflect.get(x, Symbol.for("Jupyter.display")), x, []);

describe("notebooks", () => {
  test("figures, images, tensors and lists show themselves", async () => {
    const figure = await showImage(three, hidden);
    expect(await asValue(figure)).toEqual({ "image/png": Buffer.from(await figure.toPNG()).toString("base64"), "text/plain": "a float32 image of shape [8, 8]" });
    expect(await asValue(tensor([1, 2]))).toEqual({ "text/plain": "tensor([1, 2])" });
    const image = new Image({ mode: "RGB", width: 1, height: 2, samples: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    const bundle = await asValue(image);
    expect(bundle).toMatchObject({ "text/plain": "Image(mode=RGB, size=1x2)" });
    const png = decode(Buffer.from(String(Reflect.get(Object(bundle), "image/png")), "base64"));
    expect([png.width, png.height]).toEqual([1, 2]);
    const deep = new Image({ mode: "I;16", width: 1, height: 1, samples: Uint16Array.of(0x8000) });
    expect(decode(Buffer.from(String(Reflect.get(Object(await asValue(deep)), "image/png")), "base64")).data[0]).toBe(0x80);
  });
});

describe("options", () => {
  test("rc sets the default", async () => {
    const grey = await (await showImage(three, { cmap: "Greys", ...hidden })).toPNG();
    rc("image", { cmap: "Greys" });
    expect(await (await showImage(three, hidden)).toPNG()).toEqual(grey);
  });
  test("wrong ones say what would be right", async () => {
    await expect(showImages([], hidden)).rejects.toThrow(/no images/);
    await expect(showImages([three, three], { titles: ["a"], ...hidden })).rejects.toThrow(/1 titles for 2 images/);
    await expect(showImages([three, three, three], { nrows: 1, ncols: 2, ...hidden })).rejects.toThrow(/1 rows of 2 hold 2 images, not 3/);
    await expect(showImages([three], { ncols: 0, ...hidden })).rejects.toThrow(/ncols must be a whole number/);
    await expect(showImage(three, { figsize: [0, 3], ...hidden })).rejects.toThrow(/figsize is \[width, height\] in inches/);
    await expect(showImage(zeros(4), hidden)).rejects.toThrow(/showImage: \[4\] is no image/);
    await expect(showImages(zeros(4, 4), hidden)).rejects.toThrow(/no batch of images/);
  });
});
