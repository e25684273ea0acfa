/**
 * @file Holds tables to pandas: what they print, their statistics, the colours of `background_gradient` cell by cell and the markup, by
 * tests/golden/pandas.json; and to what they promise about bad input and hostile names.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dtypes } from "../core/dtype.js";
import { tensor } from "../tensor/tensor.js";
import type { Cell } from "./column.js";
import { dataFrame, type DataFrame } from "./data-frame.js";
import type { BackgroundGradientOptions } from "./styler.js";

/** Numbers that JSON cannot hold are "nan", "inf" and "-inf". */
type Golden = Cell;
interface GoldenFile {
  frames: Record<string, { columns: [string, Golden[]][]; dtypes: string[] }>;
  gradients: { frame: string; options: Record<string, never>; cells: string[][] }[];
  pages: { frame: string; what: "gradient" | "plain" | "format"; html: string }[];
  prints: { frame: string; text: string | null; short: string | null }[];
  describes: { frame: string; columns: [string, Golden[]][]; index: string[] }[];
}
const golden: GoldenFile = JSON.parse(readFileSync(new URL("../../tests/golden/pandas.json", import.meta.url), "utf8"));

const special = new Map<Golden, number>([["nan", Number.NaN], ["inf", Infinity], ["-inf", -Infinity]]);
const plain = (value: Golden): number => special.get(value) ?? Number(value);
const frames = new Map<string, DataFrame>(
  Object.entries(golden.frames).map(([name, { columns, dtypes: types }]) => {
    const made = columns.map(([column, values], c) => [column, types[c] === "float64" ? Float64Array.from(values, plain) : types[c] === "uint8" ? Uint8Array.from(values, Number) : values] as const);
    return [name, dataFrame(new Map<string, Float64Array | Uint8Array | Golden[]>(made))];
  }),
);
const frame = (name: string): DataFrame => frames.get(name) ?? dataFrame({});

/** The colours of each cell, read from the HTML: "#ffffff #000000", or "" where there is none. */
function coloursOf(html: string, rows: number, columns: number): string[][] {
  const found = new Map<string, string>();
  for (const [, selectors, css] of html.matchAll(/^(#T_\S+_row[^{]*) \{\n([^}]*)\}/gm)) {
    const read = (property: string): string => new RegExp(`^ {2}${property}: (.*);$`, "m").exec(css)?.[1] ?? "";
    for (const selector of selectors.split(", ")) found.set(/row\d+_col\d+$/.exec(selector)?.[0] ?? "", `${read("background-color")} ${read("color")}`.trim());
  }
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => found.get(`row${r}_col${c}`) ?? ""));
}

describe("pandas' own", () => {
  const renamed: Readonly<Record<string, keyof BackgroundGradientOptions>> = { text_color_threshold: "textColorThreshold" };
  for (const { frame: name, options, cells } of golden.gradients) {
    test(`colours of ${name} with ${JSON.stringify(options)}`, () => {
      const { cmap, ...rest } = options;
      const given = Object.fromEntries(Object.entries(rest).map(([key, value]) => [renamed[key] ?? key, value]));
      const styled = frame(name).style.backgroundGradient(cmap, given);
      expect(coloursOf(styled.toHTML(), ...frame(name).shape)).toEqual(cells);
    });
  }

  test.each(golden.pages)("markup of $frame, $what", ({ frame: name, what, html }) => {
    const style = frame(name).style.setUuid("x");
    const made = { gradient: style.setProperties({ fontSize: "6pt" }).backgroundGradient("Greys"), plain: style, format: style.format({ precision: 2 }).hide("index").setCaption("a < b") }[what];
    // pandas leaves a caption as it is, which we do not.
    expect(made.toHTML()).toBe(html.replace("a < b", "a &lt; b"));
  });

  test.each(golden.prints.filter(({ text, short }) => (text ?? short) !== null))("printing of $frame", ({ frame: name, text, short }) => {
    const printed = frame(name).toString();
    if (text === null) expect(printed).toBe(`${short}\n\n[100 rows x 2 columns]`);
    else expect(printed).toBe(text.replace(/ +$/gm, ""));
  });

  test.each(golden.describes)("describe of $frame", ({ frame: name, columns, index }) => {
    const described = frame(name).describe();
    expect(described.index).toEqual(index);
    expect(described.columns).toEqual(columns.map(([column]) => column));
    for (const [column, values] of columns) {
      values.forEach((value, i) => {
        const found = Number(described.at(i, column));
        if (Number.isFinite(plain(value))) expect(found, `${column} ${index[i]}`).toBeCloseTo(plain(value), 10);
        else expect(found, `${column} ${index[i]}`).toBe(plain(value));
      });
    }
  });
});

describe("from and to tensors", () => {
  test("a matrix has columns by number and comes back as it was, in every dtype", () => {
    for (const dtype of dtypes) {
      const t = tensor([[0, 1, 1], [1, 0, 1]], { dtype });
      const made = dataFrame(t);
      expect(made.columns).toEqual(["0", "1", "2"]);
      expect(made.shape).toEqual([2, 3]);
      expect(made.toTensor().dtype).toBe(dtype);
      expect(made.toTensor().tolist()).toEqual(t.tolist());
    }
  });
  test("any matrix of floats", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.infiniteStream(fc.double()), (rows, columns, stream) => {
        const t = tensor(Float64Array.from({ length: rows * columns }, () => stream.next().value ?? 0), { shape: [rows, columns] });
        expect(dataFrame(t).toTensor().toTypedArray()).toEqual(t.toTypedArray());
      }),
      { numRuns: 50 },
    );
  });
  test("int64 past 2^53 stays exact", () => {
    const t = tensor([[2n ** 60n + 1n, 3n]]);
    expect(dataFrame(t).toTensor().toBigIntArray()).toEqual([2n ** 60n + 1n, 3n]);
    expect(dataFrame(t).toString()).toContain("1152921504606846977");
  });
  test("a picture, a vector, and what is no matrix", () => {
    expect(dataFrame({ width: 2, height: 1, channels: 1, data: Uint8Array.of(7, 9) }).toString()).toBe("   0  1\n0  7  9");
    expect(dataFrame(tensor([1, 2])).shape).toEqual([2, 1]);
    expect(() => dataFrame(tensor([[[1]]]))).toThrow(/expects a matrix .* not a tensor of shape \[1, 1, 1\]/);
    expect(() => dataFrame({ a: ["x"] }).toTensor()).toThrow(/column "a" is text/);
  });
});

describe("rows and columns", () => {
  const made = dataFrame([{ a: 3, b: "x" }, { a: 1, b: "y" }, { a: 2, b: null }]);
  test("head, tail, slice, select, sortValues and get", () => {
    expect(made.head(2).get("b")).toEqual(["x", "y"]);
    expect(made.tail(2).index).toEqual([1, 2]);
    expect(made.tail(-1).index).toEqual([1, 2]);
    expect(made.tail(0).length).toBe(0);
    expect(made.head(-1).get("a")).toEqual([3, 1]);
    expect(made.sortValues("a").index).toEqual([1, 2, 0]);
    expect(made.sortValues("a", { ascending: false }).get("a")).toEqual([3, 2, 1]);
    expect(made.select("b", "a").columns).toEqual(["b", "a"]);
    expect(made.at(-1, "a")).toBe(2);
    expect(made.table.numRows()).toBe(3);
  });
  test("many rows are cut in the middle, many columns too", () => {
    const big = dataFrame(tensor(new Uint8Array(28 * 100), { shape: [100, 28] }));
    expect(big.toString()).toMatch(/\[100 rows x 28 columns\]$/);
    expect(Math.max(...big.toString().split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(big.toString().split("\n")).toHaveLength(1 + 11 + 2);
    expect(big.toHTML()).toContain("100 rows × 28 columns; the first and the last 5 rows; the first and the last 10 columns");
    expect(big.style.toHTML().match(/<td /g)).toHaveLength(2800);
  });
  test("what is wrong is named", () => {
    expect(() => dataFrame({ loss: [1] }).get("lsos")).toThrow(/no column "lsos"; did you mean "loss"/);
    expect(() => dataFrame({ a: [1], b: [1, 2] })).toThrow(/column "b" has 2 values, but "a" has 1/);
    expect(() => dataFrame([[1, 2], [3]])).toThrow(/row 1 does not have 2 cells/);
    expect(() => dataFrame({ a: [1] }, { index: [1, 2] })).toThrow(/2 row labels for 1 rows/);
    expect(() => dataFrame([[1, 2]], { columns: ["a", "a"] })).toThrow(/two columns are called "a"/);
    expect(() => made.style.backgroundGradient("Grey")).toThrow(/Greys/);
    expect(() => made.style.backgroundGradient("Greys", { vmin: 2, vmax: 1 })).toThrow(/upside|below its start/);
    expect(() => made.style.backgroundGradient("Greys", { subset: "b" })).toThrow(/column "b" is text/);
    expect(() => dataFrame({ a: ["x"] }).describe()).toThrow(/no column holds numbers/);
  });
  test("an empty table prints and has HTML", () => {
    expect(dataFrame({}).toString()).toMatch(/^Empty DataFrame/);
    expect(dataFrame({ a: [] }).style.backgroundGradient("Greys").toHTML()).toContain("<table");
  });
});

describe("hostile names", () => {
  const hostile = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "\u001b[2J\u0000", "constructor"];
  const made = dataFrame(new Map(hostile.map((name) => [name, [name, "b"]])), { index: ["</td><b>", "\u0007"] });
  test("cannot leave their cell in HTML", () => {
    const html = made.style.setCaption("<script>").backgroundGradient("Greys").toHTML();
    expect(html).not.toMatch(/<script|<img|<b>/);
    // oxlint-disable-next-line no-control-regex
    expect(html).not.toMatch(/[\u0000-\u0008\u001b]/);
  });
  test("do nothing to a terminal, and stay where they are", () => {
    // oxlint-disable-next-line no-control-regex
    expect(made.toString()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(made.head(1).get("constructor")).toEqual(["constructor"]);
    expect(() => dataFrame(JSON.parse('{"__proto__": [1]}'))).toThrow(/__proto__/);
  });
  test("styles cannot leave their declaration or load anything", () => {
    const { style } = made;
    for (const value of ["red; } body { display: none", "url(http://x)", "</style><script>", "expression(alert(1))", "red/*", "a\\b", "image-set('x')"]) {
      expect(() => style.setProperties({ color: value }), value).toThrow(/cannot be the value of color/);
    }
    expect(() => style.setProperties({ "color: red; x": 1 })).toThrow(/not the name of a CSS property/);
    expect(() => style.setUuid("x } body {")).toThrow(/must consist of/);
    expect(style.setProperties({ fontFamily: '"DejaVu Sans", serif', WebkitTextStroke: "1px rgb(0 0 0 / 50%)" }).toHTML()).toContain('font-family: "DejaVu Sans", serif;\n  -webkit-text-stroke: 1px');
  });
});

test("formats: precision, missing values, thousands and a function", () => {
  const made = dataFrame({ v: [1234.5, null, -1], n: [1234567, 2, 3] });
  expect(made.style.format({ precision: 1, naRep: "–", thousands: "," }).toHTML()).toMatch(/>1,234\.5<[^]*>1,234,567<[^]*>–<[^]*>-1\.0</);
  expect(made.style.format({ formatter: () => "<b>", subset: "v" }).toHTML()).toContain(">&lt;b&gt;<");
});
