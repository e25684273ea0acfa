/**
 * @file Holds the colours of images to Matplotlib's, byte for byte (tests/golden/make_images.py): colour maps, dtypes, limits, NaN;
 * and to what is said of layouts and of pictures.
 */
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { tensor, zeros, type Tensor } from "../tensor/tensor.js";
import { type ColourOptions, pixelsOf } from "./pixels-of.js";
import { rc, rcdefaults } from "./rc.js";

interface Golden {
  readonly arrays: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly data: string }>>;
  readonly cases: readonly { readonly array: string; readonly options: ColourOptions; readonly rgba: string }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL("../../tests/golden/images.json", import.meta.url), "utf8"));

const kinds: Readonly<Record<string, (data: ArrayBuffer) => Tensor>> = {
  float32: (data) => tensor(new Float32Array(data)),
  float64: (data) => tensor(new Float64Array(data)),
  uint8: (data) => tensor(new Uint8Array(data)),
  int16: (data) => tensor(new Int16Array(data)),
  int64: (data) => tensor(new BigInt64Array(data)),
  bool: (data) => tensor(new Uint8Array(data)).ne(0),
};

function arrayOf(name: string): Tensor {
  const { dtype, shape, data } = golden.arrays[name];
  return kinds[dtype](Uint8Array.from(Buffer.from(data, "base64")).buffer).reshape(...shape);
}

afterEach(rcdefaults);

test.each(golden.cases.map((run) => [`${run.array} ${JSON.stringify(run.options)}`, run] as const))("%s", async (_, { array, options, rgba }) => {
  const pixels = await pixelsOf(arrayOf(array), options);
  expect([pixels.width, pixels.height]).toEqual([11, 9]);
  expect([...pixels.rgba]).toEqual([...Buffer.from(rgba, "base64")]);
});

test("channels first and last give the same", async () => {
  const last = arrayOf("rgb uint8");
  expect(await pixelsOf(last.permute(2, 0, 1))).toEqual(await pixelsOf(last));
  const grey = arrayOf("float32");
  expect(await pixelsOf(grey.unsqueeze(0))).toEqual(await pixelsOf(grey));
  expect(await pixelsOf(grey.unsqueeze(2))).toEqual(await pixelsOf(grey));
  // Both ends would do: the last dimension is the channels, as in Matplotlib.
  expect(await pixelsOf(zeros(3, 5, 4))).toMatchObject({ width: 5, height: 3 });
});

test("rc sets the colour map of tensors, and a call overrules it", async () => {
  const x = arrayOf("float32");
  const plain = await pixelsOf(x);
  expect(plain).toEqual(await pixelsOf(x, { cmap: "viridis" }));
  rc("image", { cmap: "Greys" });
  expect(await pixelsOf(x)).toEqual(await pixelsOf(x, { cmap: "Greys" }));
  expect(await pixelsOf(x, { cmap: "viridis" })).toEqual(plain);
});

test("a picture keeps its greys and colours; a colour map is for those who ask", async () => {
  const grey = { width: 2, height: 1, channels: 1, data: Uint8Array.of(10, 20) };
  rc("image", { cmap: "Reds" });
  expect([...(await pixelsOf(grey)).rgba]).toEqual([10, 10, 10, 255, 20, 20, 20, 255]);
  expect(await pixelsOf(grey, { cmap: "Greys" })).toEqual(await pixelsOf(tensor(Uint8Array.of(10, 20)).reshape(1, 2), { cmap: "Greys" }));
  expect([...(await pixelsOf(grey, { vmin: 10, vmax: 20 })).rgba.subarray(4)]).toEqual([255, 255, 255, 255]);
  expect([...(await pixelsOf({ width: 1, height: 1, channels: 2, data: Uint8Array.of(7, 100) })).rgba]).toEqual([7, 7, 7, 100]);
  expect([...(await pixelsOf({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) })).rgba]).toEqual([1, 2, 3, 255]);
  const deep = { width: 1, height: 1, channels: 1, samples: Uint16Array.of(65_535), get data(): Uint8Array { throw new Error("16 bits"); } };
  expect([...(await pixelsOf(deep)).rgba]).toEqual([255, 255, 255, 255]);
});

test("what is no image says so", async () => {
  await expect(pixelsOf(zeros(5))).rejects.toThrow(/\[5\] is no image; expected \[H, W\], .*reshape it first/);
  await expect(pixelsOf(zeros(2, 28, 28))).rejects.toThrow(/\[2, 28, 28\] is no image.*showImages/);
  await expect(pixelsOf(zeros(10, 3, 8, 8))).rejects.toThrow(/showImages/);
  await expect(pixelsOf(zeros(0, 4))).rejects.toThrow(/\[0, 4\] is no image/);
  await expect(pixelsOf(zeros(2, 2), { vmin: 2, vmax: 1 })).rejects.toThrow(/vmin must be less than or equal to vmax, both finite, not 2 and 1/);
  await expect(pixelsOf(zeros(2, 2), { cmap: "virids" })).rejects.toThrow(/did you mean "viridis"/);
  await expect(pixelsOf({ width: 2, height: 2, channels: 1, data: new Uint8Array(3) })).rejects.toThrow(/cannot have 3 numbers/);
  expect(() => rc("image", { cmap: "nope-nope-nope" })).toThrow(/no colour map/);
});
