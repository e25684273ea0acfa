/**
 * @file Holds the in-place methods complete: every `Tensor.*_` of PyTorch (tests/golden/torch-names.json) whose operation is in the catalogue is
 * here, but for those named below with their reasons; and there is none that PyTorch does not have.
 */
import { readFileSync } from "node:fs";
import { Tensor } from "tesserae";
import { expect, it } from "vitest";

const { names }: { readonly names: Readonly<Record<string, readonly string[]>> } = JSON.parse(readFileSync(new URL("golden/torch-names.json", import.meta.url), "utf8"));

/** `masked_fill_` → `maskedFill_`. */
const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const theirs = names["Tensor"].filter((name) => name.endsWith("_")).map(camel);

const reshapes = "it would change the shape of a tensor whose type says its shape: use the form without _, which is a view too";
/** What PyTorch has in place and Tesserae has not, though it has the operation. */
const exempt: Readonly<Record<string, string>> = {
  asStrided_: reshapes,
  squeeze_: reshapes,
  unsqueeze_: reshapes,
  swapaxes_: reshapes,
  swapdims_: reshapes,
  t_: reshapes,
  transpose_: reshapes,
  set_: "it would give a tensor another's storage; `set` here is the assignment x[index] = value",
};

it("has PyTorch's list", () => expect(theirs.length).toBeGreaterThan(150));

it("has every in-place method of an operation that is there", () => {
  const missing = theirs.filter((name) => name.slice(0, -1) in Tensor.prototype && !(name in Tensor.prototype) && !(name in exempt));
  expect(missing, "give the entry an in-place form (callInPlace, unary, binary), or name it in `exempt` with the reason").toEqual([]);
});

it("has those that exist in place only", () => {
  const only = ["fill_", "zero_", "copy_", "detach_", "requiresGrad_", "fillDiagonal_", "uniform_", "normal_", "random_", "exponential_", "geometric_", "cauchy_", "logNormal_"];
  expect(only.filter((name) => !theirs.includes(name) || !(name in Tensor.prototype))).toEqual([]);
});

it("has none that PyTorch does not have", () => {
  expect(Object.getOwnPropertyNames(Tensor.prototype).filter((name) => name.endsWith("_") && !theirs.includes(name))).toEqual([]);
});
