/**
 * @file Holds docs/operations.md to the code: it is what `npm run docs` writes, every export has its row and every row its export, and the pages of
 * PyTorch that it names exist.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as tesserae from "tesserae";
import { expect, it } from "vitest";

const path = (name: string): URL => new URL(name, import.meta.url);
const text = readFileSync(path("../docs/operations.md"), "utf8");
const rows = [...text.matchAll(/^\| `([\w.]+)` \|(.*)$/gm)].map(([, name, rest]) => ({ name, rest }));
const { names }: { readonly names: Readonly<Record<string, readonly string[]>> } = JSON.parse(readFileSync(path("golden/torch-names.json"), "utf8"));
const namespaces = Object.entries(tesserae).filter(([name, value]) => /^(F|linalg|special|autograd)$/.test(name) && typeof value === "object");

it("is what the code gives (else: npm run docs)", () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(path("../scripts/document-operations.mjs")), "--check"], { encoding: "utf8" });
  expect(`${stdout}${stderr}`).toBe("");
  expect(status).toBe(0);
});

it("has a row for everything that is exported, and for nothing else (else: npm run docs)", () => {
  const hidden = readFileSync(path("../dist/tensor/class.d.ts"), "utf8").matchAll(/^ {4}private (\w+)/gm);
  const skipped = new Set(["constructor", ...[...hidden].map(([, name]) => name)]);
  const methods = Object.getOwnPropertyNames(tesserae.Tensor.prototype).filter((name) => !skipped.has(name));
  const documented = new Set(rows.map(({ name }) => name));
  const places = new Map(rows.map(({ name, rest }) => [name, rest]));
  /** An in-place form is in the row of its operation. */
  const has = (name: string): boolean => documented.has(name) || (name.endsWith("_") && (places.get(name.slice(0, -1)) ?? "").includes("in place"));
  const spaces = new Set(namespaces.map(([name]) => name));
  const exported = [
    ...methods,
    ...Object.keys(tesserae).filter((name) => !spaces.has(name)),
    ...namespaces.flatMap(([space, functions]) => Object.keys(functions).map((name) => `${space}.${name}`)),
  ];
  expect(exported.filter((name) => !has(name))).toEqual([]);
  expect([...documented].filter((name) => !exported.includes(name))).toEqual([]);
});

it("says of every operation which dtypes it takes (else: a sample in scripts/operations/samples.mjs)", () => {
  expect(rows.length).toBeGreaterThan(300);
  expect(rows.filter(({ rest }) => rest.includes("| ? |")).map(({ name }) => name)).toEqual([]);
});

it("names pages of PyTorch that are there", () => {
  const lists: readonly (readonly [prefix: string, list: string])[] = [["torch.nn.functional.", "functional"], ["torch.linalg.", "linalg"], ["torch.Tensor.", "Tensor"], ["torch.", "torch"]];
  const titles = [...text.matchAll(/\[(torch\.[\w.]+)\]\(https:\/\/docs\.pytorch\.org/g)].map(([, title]) => title);
  const unknown = titles.filter((title) => {
    const found = lists.find(([prefix]) => title.startsWith(prefix));
    const last = found === undefined ? "" : title.slice(found[0].length);
    if (found === undefined || last.includes(".")) return false; // autograd, cuda: not in the lists
    return !names[found[1]].includes(last) && !/^(Tensor\.)?(T|mT|grad|is_leaf|requires_grad|abs)$/.test(last);
  });
  expect(titles.length).toBeGreaterThan(250);
  expect(unknown).toEqual([]);
});
