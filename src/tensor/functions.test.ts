/**
 * @file Holds the list of free functions complete: every operation of the tables is exported under its name, but for those that
 * PyTorch has as methods only; and every entry is documented with a link to PyTorch's page.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { activationOps } from "../ops/activations.js";
import { aliasOps } from "../ops/aliases.js";
import { arithmeticOps } from "../ops/arithmetic.js";
import { castOps } from "../ops/casts.js";
import { gatherOps } from "../ops/gathering.js";
import { countingOps } from "../ops/counting.js";
import { logicOps } from "../ops/logic.js";
import { productOps } from "../ops/matmul.js";
import { moveOps } from "../ops/moves.js";
import { pairOps } from "../ops/pairs.js";
import { productFormOps } from "../ops/products.js";
import { reductionOps } from "../ops/reductions.js";
import { scatteringOps } from "../ops/scattering.js";
import { selectOps } from "../ops/select.js";
import { sortingOps } from "../ops/sorting.js";
import { specialOps } from "../ops/special.js";
import { statisticOps } from "../ops/statistics.js";
import { scanOps } from "../ops/scans.js";
import { softmaxOps } from "../ops/softmax.js";
import { spreadOps } from "../ops/spread.js";
import { ternaryOps } from "../ops/ternary.js";
import { unaryOps } from "../ops/unary.js";
import { viewOps } from "../ops/views.js";
import { windowOps } from "../ops/windows.js";
import * as functions from "./functions.js";
import { Tensor } from "./tensor.js";

const catalogue = {
  ...specialOps,
  ...pairOps,
  ...ternaryOps,
  ...softmaxOps,
  ...scanOps,
  ...spreadOps,
  ...aliasOps,
  ...gatherOps,
  ...activationOps,
  ...statisticOps,
  ...sortingOps,
  ...countingOps,
  ...scatteringOps,
  ...moveOps,
  ...windowOps,
  ...productFormOps,
};
const tables = { ...unaryOps, ...arithmeticOps, ...logicOps, ...reductionOps, ...viewOps, ...castOps, ...productOps, ...selectOps, ...catalogue };
const methodsOnly = new Set([...Object.keys(castOps), "view", "viewAs", "reshapeAs", "expand", "expandAs", "at", "repeat", "unfold"]);
const names = Object.keys(tables);

describe("every operation of the tables", () => {
  it("is a method", () => {
    expect(names.filter((name) => !(name in Tensor.prototype))).toEqual([]);
  });

  it("is a free function where PyTorch has one", () => {
    expect(Object.keys(functions).toSorted()).toEqual(names.filter((name) => !methodsOnly.has(name)).toSorted());
  });

  it("knows its name", () => {
    expect(Object.entries(tables).filter(([name, op]) => op.name !== name)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has its in-place form where the entry says so", () => {
    for (const [name, op] of Object.entries(tables)) {
      const wanted = op.kind === "clamp" || ((op.kind === "unary" || op.kind === "binary" || op.kind === "call") && op.inPlace);
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
