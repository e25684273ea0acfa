/**
 * @file Holds the list of free functions complete: every operation of the tables is exported under its name, but for those that
 * PyTorch has as methods only; and every entry is documented with a link to PyTorch's page.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Op } from "../ops/kinds.js";
import * as tables from "../ops/tables.js";
import * as functions from "./functions.js";
import { Tensor } from "./tensor.js";

const entries = Object.values(tables).flatMap((table) => Object.entries<Op>(table));
const methodsOnly = new Set([...Object.keys(tables.castOps), "view", "viewAs", "reshapeAs", "expand", "expandAs", "at", "repeat", "unfold"]);
const names = entries.map(([name]) => name);
/** `uniform_` and its like overwrite their tensor, and are nothing else. */
const overwriting = entries.filter(([, op]) => op.kind === "overwrite").map(([name]) => name);

describe("every operation of the tables", () => {
  it("is a method", () => {
    expect(names.filter((name) => !(name in Tensor.prototype))).toEqual([]);
  });

  it("is a free function where PyTorch has one", () => {
    expect(Object.keys(functions).toSorted()).toEqual(names.filter((name) => !methodsOnly.has(name) && !overwriting.includes(name)).toSorted());
  });

  it("knows its name", () => {
    expect(entries.filter(([name, op]) => op.name !== name)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has its in-place form where the entry says so", () => {
    for (const [name, op] of entries) {
      const wanted = op.kind === "clamp" || ((op.kind === "unary" || op.kind === "binary" || op.kind === "call") && op.inPlace) || overwriting.includes(`${name}_`);
      expect([name, `${name}_` in Tensor.prototype]).toEqual([name, wanted]);
    }
  });

  it("is documented, with PyTorch's page", () => {
    const folder = new URL("../ops/", import.meta.url);
    const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
    const documented = (name: string): boolean =>
      sources.some((source) => new RegExp(`@see https://docs\\.pytorch\\.org/\\S+\\n +\\*/\\n +${name}[:,]`).test(source));
    expect(names.filter((name) => !documented(name))).toEqual([]);
  });
});
