/** @file What people see: harmless names, aligned tables, numbers as they are said, slips of the keyboard. */
import * as fc from "fast-check";
import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { fraction, pictureSize, whole } from "./options.js";
import { didYouMean, editDistance, nearest } from "../core/suggest.js";
import { table } from "./table.js";
import { clean, cleanLines, coloured, count, duration, json, paintFor, plain, size, widthOf } from "./text.js";

describe("names from strangers", () => {
  it("lose what a terminal would obey, and nothing else", () => {
    expect(clean("\u001b[2J\u0007a\nb\u009b1m\u202egnp.exe\u2028")).toBe("\\u001b[2J\\u0007a\\u000ab\\u009b1m\\u202egnp.exe\\u2028");
    expect(cleanLines("a\n\u001bb")).toBe("a\n\\u001bb");
    expect(clean("größe 日本 👍🏽 x̂")).toBe("größe 日本 👍🏽 x̂");
  });

  it("keep their value in JSON that is safe to show", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const text = json({ [name]: name });
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ [name]: name })));
        // eslint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });

  it("take the columns that a terminal gives them", () => {
    expect(["abc", "größe", "日本", "x̂", "👍🏽", "\u0301"].map(widthOf)).toEqual([3, 5, 4, 1, 2, 0]);
  });
});

describe("colours", () => {
  it("are for terminals whose owner wants them", () => {
    expect(paintFor({ isTTY: true }, { TERM: "xterm" })).toBe(coloured);
    expect(paintFor({ isTTY: true }, { TERM: "xterm", NO_COLOR: "1" })).toBe(plain);
    expect(paintFor({ isTTY: true }, { TERM: "dumb" })).toBe(plain);
    expect(paintFor({ isTTY: false }, { TERM: "xterm" })).toBe(plain);
    expect(paintFor({}, {})).toBe(plain);
    expect(coloured("green", "a")).toBe("\u001b[32ma\u001b[39m");
  });
});

describe("numbers", () => {
  it("are said as people say them", () => {
    expect([0, 999, 1000, 14434, 1234567].map(count)).toEqual(["0", "999", "1,000", "14,434", "1,234,567"]);
    expect([0, 999, 1000, 3_405_399, 222_000, 16e9].map(size)).toEqual(["0 B", "999 B", "1.0 kB", "3.4 MB", "222 kB", "16.0 GB"]);
    expect([0.0004, 0.004, 0.0994, 0.38, 9.99, 12.4].map(duration)).toEqual(["0.4 ms", "4 ms", "99 ms", "0.38 s", "9.99 s", "12 s"]);
  });
});

describe("table", () => {
  const columns = [{ title: "class" }, { title: "n", align: "right" }] as const;
  it("aligns by what is seen", () => {
    expect(table(columns, [["日本", "6,131"], [{ text: "b", style: "green" }, "7"], ["", ""]], { rulesBefore: [2] })).toBe(
      ["  class       n", "  ─────   ─────", "  日本    6,131", "  b           7", "  ─────   ─────", "", ""].join("\n"),
    );
  });

  it("does not count colours as width", () => {
    const rows = [[{ text: "a", style: "green" } as const, "1"], ["bb", { text: "22", style: "red" } as const]];
    const escape = String.fromCodePoint(27);
    const bare = table(columns, rows, { paint: coloured }).replaceAll(new RegExp(`${escape}\\[\\d+m`, "g"), "");
    expect(bare).toBe(table(columns, rows));
  });

  it("needs no titles", () => {
    expect(table([{ title: "" }, { title: "" }], [["a", "b"]], { indent: "" })).toBe("a   b\n");
  });
});

describe("did you mean", () => {
  it.each([["", "abc", 3], ["kitten", "sitting", 3], ["digist", "digits", 1], ["a", "a", 0], ["ca", "abc", 3]])("%j to %j is %d", (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
    expect(editDistance(b, a)).toBe(expected);
  });

  it("finds what is near, and only that", () => {
    const names = ["digits", "mnist_sample", "mnist_tiny"];
    expect(nearest("digist", names)).toEqual(["digits"]);
    expect(nearest("MNIST-Sample", names)).toEqual(["mnist_sample"]);
    expect(nearest("photos", names)).toEqual([]);
    expect(nearest("x".repeat(10_000), names)).toEqual([]);
    expect(nearest("a", [])).toEqual([]);
    expect(didYouMean("mnist_smaple", names)).toBe('; did you mean "mnist_sample"?');
    expect(didYouMean("photos", names)).toBe("");
  });
});

describe("options", () => {
  it("become values in their range", () => {
    expect([fraction("0.2"), fraction("2e-1"), fraction(".5")]).toEqual([0.2, 0.2, 0.5]);
    expect([whole(0, 64)("8"), whole(0, 64)("0")]).toEqual([8, 0]);
    expect([pictureSize("28"), pictureSize("32x24"), pictureSize(" 32×24 ")]).toEqual([[28, 28], [32, 24], [32, 24]]);
  });

  it.each<[(text: string) => unknown, string[]]>([
    [fraction, ["0", "1", "-0.5", "", "half", "0x1", "NaN", "Infinity"]],
    [whole(0, 64), ["-1", "65", "1.5", "", "two", "1_0"]],
    [pictureSize, ["", "0", "28x", "x28", "28x0", "-3", "28 by 28", "123456"]],
  ])("refuse all else", (parse, texts) => {
    for (const text of texts) expect(() => parse(text), text).toThrow(InvalidArgumentError);
  });
});
