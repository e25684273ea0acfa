/**
 * @file Printing beside real PyTorch: every case of tests/golden/print.json, to the character, and what the golden
 * file cannot show: that only shown elements are read, how options carry over, and which options are refused.
 */

import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { DType } from "../core/dtype.js";
import { ValueError } from "../core/errors.js";
import { exponential, fixed } from "./decimal.js";
import { formatTensor, getPrintOptions, setPrintOptions, type PrintProfile, type PrintValue } from "./print.js";

type Datum = number | string | boolean;
/** Long data in short: a constant or a range, put through `modulo`, `times` and `divide`; `edges` differ from it. */
interface Recipe {
  readonly arange?: number;
  readonly from?: string;
  readonly modulo?: number;
  readonly times?: number;
  readonly divide?: number;
  readonly full?: number;
  readonly edges?: number;
  readonly edge?: number;
}
interface Case {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly Datum[] | Recipe;
  readonly options?: {
    precision?: number;
    threshold?: number | "inf";
    edgeitems?: number;
    linewidth?: number;
    sciMode?: boolean;
    profile?: PrintProfile;
  };
  readonly suffixes?: readonly string[];
  readonly expected: string;
}

const golden = new URL("../../tests/golden/print.json", import.meta.url);
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(golden, "utf8"));

const isList = (data: Case["data"]): data is readonly Datum[] => Array.isArray(data);
const words: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, "-inf": -Infinity, "-0": -0 };

function value(c: Case, index: number): PrintValue {
  const datum = isList(c.data) ? c.data[index] : recipe(c.data, index, c.shape.reduce((a, b) => a * b, 1));
  if (c.dtype === "int64") return BigInt(datum);
  if (c.dtype === "bool") return datum === true || datum === 1;
  return typeof datum === "string" ? words[datum] : datum === true ? 1 : Number(datum);
}

function recipe(data: Recipe, index: number, numel: number): number {
  const { from = "0", modulo = Infinity, times = 1, divide = 1, full, edges, edge = 0 } = data;
  if (full !== undefined) return edges !== undefined && (index < edge || index >= numel - edge) ? edges : full;
  const n = Number(from) + index;
  return ((modulo === Infinity ? n : n % modulo) * times) / divide;
}

afterEach(() => setPrintOptions({ profile: "default" }));

describe("formatTensor", () => {
  it("has cases", () => expect(cases.length).toBeGreaterThan(150));

  it.each(cases.map((c) => [`${c.name} ${c.dtype}`, c] as const))("%s", (_, c) => {
    if (c.options) {
      const { threshold, ...rest } = c.options;
      setPrintOptions({ ...rest, ...(threshold === undefined ? {} : { threshold: threshold === "inf" ? Infinity : threshold }) });
    }
    const at = (i: number): PrintValue => value(c, i);
    const printable = { shape: c.shape, dtype: c.dtype, at, ...(c.suffixes ? { suffixes: c.suffixes } : {}) };
    expect(formatTensor(printable)).toBe(c.expected);
  });

  it("reads only the elements it shows, each once", () => {
    const read: number[] = [];
    formatTensor({
      shape: [1000, 1000],
      dtype: "float32",
      at: (i) => {
        read.push(i);
        return i;
      },
    });
    const ends = [0, 1, 2, 997, 998, 999];
    expect(read).toEqual(ends.flatMap((row) => ends.map((column) => row * 1000 + column)));
  });
});

describe("setPrintOptions", () => {
  it("keeps what is left out, and makes sciMode automatic again", () => {
    setPrintOptions({ precision: 2, sciMode: true });
    setPrintOptions({ linewidth: 40 });
    expect(getPrintOptions()).toEqual({ precision: 2, threshold: 1000, edgeitems: 3, linewidth: 40, sciMode: null });
  });

  it("refuses what it cannot print with, and then changes nothing", () => {
    const before = getPrintOptions();
    for (const bad of [{ precision: -1 }, { precision: 61 }, { precision: 1.5 }, { edgeitems: -1 }, { linewidth: NaN }, { threshold: NaN }]) {
      expect(() => setPrintOptions(bad)).toThrow(ValueError);
    }
    expect(getPrintOptions()).toBe(before);
  });
});

describe("decimals", () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
  const precisions = fc.integer({ min: 0, max: 20 });

  it("are within half a unit of the last place, ties even", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 12 }), precisions, (n, bits, precision) => {
        const x = n / 2 ** bits;
        // x and its decimal as exact fractions over 2^12 * 10^precision.
        const exact = BigInt(n) * 2n ** BigInt(12 - bits) * 10n ** BigInt(precision);
        const text = fixed(x, precision);
        const shown = BigInt(text.replace(".", "")) * 4096n;
        const error = exact > shown ? exact - shown : shown - exact;
        expect(error * 2n <= 4096n, `${x} as ${text}`).toBe(true);
        if (error * 2n === 4096n) expect(Number(text.at(-1)) % 2).toBe(0);
      }),
    );
  });

  it("read back as the number, with 17 digits", () => {
    fc.assert(fc.property(doubles, (x) => Object.is(Number(exponential(x, 17)), x)));
  });

  it("round ties to even in either notation", () => {
    expect([0.5, 1.5, 2.5, -0.5].map((x) => fixed(x, 0))).toEqual(["0", "2", "2", "-0"]);
    expect([0.03125, 0.09375].map((x) => fixed(x, 4))).toEqual(["0.0312", "0.0938"]);
    expect([2.5, 3.5, 9.5, 8.5, 25, 1e22 + 5e21].map((x) => exponential(x, 0))).toEqual(["2e+00", "4e+00", "1e+01", "8e+00", "2e+01", "2e+22"]);
    expect(fixed(1e25, 2)).toBe("10000000000000000905969664.00");
  });
});
