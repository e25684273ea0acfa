/**
 * @file Holds every colour map, and its reverse, to Matplotlib's own colours, byte for byte (tests/golden/make_colormaps.py), and
 * the table's edges to Matplotlib's rules.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Colormap, colormap, colormapNames } from "./colormaps.js";

interface Golden {
  readonly maps: Readonly<Record<string, { readonly n: number; readonly bytes: string; readonly hex: string; readonly reversed?: string }>>;
}
const golden: Golden = JSON.parse(readFileSync(new URL("../../tests/golden/colormaps.json", import.meta.url), "utf8"));

const decoded = (text: string): number[] => [...Buffer.from(text, "base64")];
const painted = (map: Colormap): number[] => [...map.bytes.subarray(0, map.n * 4)].filter((_, i) => i % 4 !== 3);

const mirrored = (bytes: readonly number[]): number[] => Array.from({ length: bytes.length / 3 }, (_, i) => bytes.slice(i * 3, i * 3 + 3)).reverse().flat();

test("the names are Matplotlib's, each with its reverse", () => {
  expect(colormapNames.filter((name) => !name.endsWith("_r")).sort()).toEqual(Object.keys(golden.maps).sort());
  expect(colormapNames.length).toBe(2 * Object.keys(golden.maps).length);
});

test.each(Object.entries(golden.maps))("%s and its reverse", (name, { n, bytes, hex, reversed }) => {
  const map = colormap(name);
  expect(map.n).toBe(n);
  expect(painted(map)).toEqual(decoded(bytes));
  const rounded = Array.from({ length: n }, (_, i) => map.hex((i + 0.5) / n)).flatMap((text) => decoded(Buffer.from(text.slice(1), "hex").toString("base64")));
  expect(rounded).toEqual(decoded(hex));
  expect(painted(colormap(`${name}_r`))).toEqual(reversed === undefined ? mirrored(decoded(bytes)) : decoded(reversed));
});

test("values outside, at the edges, and missing", () => {
  const map = colormap("viridis");
  expect([-1e-9, 0, 1 / 256, 1, 1.0000001, Number.NaN, -Infinity, Infinity].map((v) => map.place(v))).toEqual([256, 0, 1, 255, 257, 258, 256, 257]);
  expect(map.at(Number.NaN)).toEqual([0, 0, 0, 0]);
  expect(map.at(-1)).toEqual(map.at(0));
  expect(map.at(2)).toEqual(map.at(1));
  const extreme = map.withExtremes({ under: [1, 0, 0, 1], bad: [0, 0, 1, 0.5] });
  expect(extreme.at(-1)).toEqual([1, 0, 0, 1]);
  expect(extreme.at(2)).toEqual(map.at(1));
  expect(extreme.at(Number.NaN)).toEqual([0, 0, 1, 0.5]);
  expect(colormap("viridis").at(-1)).toEqual(map.at(0));
});

test("an unknown name says what was meant", () => {
  expect(() => colormap("greys")).toThrow(/no colour map "greys"; did you mean "Greys"\?/);
  expect(() => colormap("virdis")).toThrow(/"viridis"/);
  expect(() => colormap("<script>")).toThrow(/for example Greys/);
  expect(() => colormap("toString")).toThrow(/no colour map "toString"/);
  expect(colormap(colormap("jet"))).toBe(colormap("jet"));
});
