/**
 * @file Holds examples/pixel-similarity.ipynb: committed executed, with its pictures and the experiment's figures, from nobody's
 * machine in particular; its cells are TypeScript that the compiler accepts; and where Jupyter is, it still runs as committed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { complaints, differences, figures, type Notebook, pictures, sourceOf, textOf } from "../scripts/notebook-check.mjs";
import { repository, sharedData } from "./cli-run.js";

const path = join(repository, "examples/pixel-similarity.ipynb");
const text = readFileSync(path, "utf8");
const read = (): Notebook => JSON.parse(text);
const codeCells = read().cells.filter((cell) => cell.cell_type === "code");
const shown = (id: string): string => {
  const cell = codeCells.find((one) => one.id === id);
  return cell === undefined ? `no cell ${id}` : textOf(cell);
};

/** The committed notebook with one cell changed. */
const changed = (id: string, change: (cell: Notebook["cells"][number]) => void): Notebook => {
  const notebook = read();
  const cell = notebook.cells.find((one) => one.id === id);
  if (cell === undefined) throw new Error(`no cell ${id}`);
  change(cell);
  return notebook;
};

describe("the committed notebook", () => {
  it("is executed from the first cell to the last, with its pictures and its figures", () => {
    expect(codeCells.length).toBeGreaterThan(30);
    expect(complaints(read())).toEqual([]);
  });

  it("shows the experiment's figures", () => {
    expect(shown("files")).toBe("[ 6131, 6265 ]");
    expect(shown("valid-shapes")).toBe("[ [ 1010, 28, 28 ], [ 1028, 28, 28 ] ]");
    expect(shown("digit-tensor")).toContain("[  0, 107, 253, 253, 230,  48]");
    expect(shown("by-functions")).toBe("[ tensor(0.1188), tensor(0.2160), tensor(0.1702), tensor(0.3053) ]");
    expect(shown("accuracies")).toBe("[ tensor(0.9168), tensor(0.9854), tensor(0.9511) ]");
  });

  it("has pictures that are PNG files, and is small", () => {
    const found = codeCells.flatMap((cell) => cell.outputs ?? []).flatMap((output) => output.data?.["image/png"] ?? []);
    expect(found).toHaveLength(pictures.length);
    for (const picture of found) expect(Buffer.from(picture, "base64").subarray(1, 4).toString("latin1")).toBe("PNG");
    expect(statSync(path).size).toBeLessThan(1_500_000);
  });

  it("says nothing of the machine and the moment it was executed on", () => {
    expect(text).not.toMatch(/\/(?:home|root|tmp|work|Users)\/|[A-Z]:\\\\|\\u001b/);
    expect(Object.keys(read().metadata).toSorted()).toEqual(["kernelspec", "language_info"]);
    for (const cell of read().cells) expect(cell.metadata, cell.id).toEqual({});
  });

  it("is TypeScript that the compiler accepts, cell after cell", () => {
    // In the repository, where "tesserae" is found by its own name; in a folder that git does not know.
    const folder = join(repository, "dist-examples", "notebook-types");
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cells.ts"), codeCells.map((cell) => `// cell "${cell.id}"\n${sourceOf(cell)};`).join("\n"));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["."] }));
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, ""]);
  });
});

describe("what would be noticed", () => {
  it("a figure that is another, a cell that failed, did not run or lost its picture", () => {
    for (const id of Object.keys(figures)) expect(complaints(changed(id, (cell) => (cell.outputs = []))), id).toHaveLength(1);
    expect(complaints(changed("stack", (cell) => (cell.outputs = [{ output_type: "error", ename: "TypeError", evalue: "no" }])))).toEqual(['cell "stack" failed: TypeError: no']);
    expect(complaints(changed("stack", (cell) => (cell.execution_count = null)))[0]).toMatch(/^cell "stack" is number \d+ but was executed as none$/);
    expect(complaints(changed("ideal-three", (cell) => (cell.outputs = [])))).toEqual(['cell "ideal-three" shows no picture']);
    expect(complaints(changed("pixel-table", (cell) => (cell.outputs = [])))).toEqual(['cell "pixel-table" shows no table']);
  });

  it("any text or table that is not the committed one, or a picture too many", () => {
    expect(differences(read(), read())).toEqual([]);
    const table = changed("pixel-table", (cell) => (cell.outputs = [{ output_type: "execute_result", data: { "text/html": "<table></table>" } }]));
    expect(differences(read(), table)).toHaveLength(1);
    const listing = changed("listing", (cell) => (cell.outputs = [{ output_type: "stream", text: "(#0) []" }]));
    expect(differences(read(), listing)[0]).toContain("(#0) []");
    expect(differences(read(), changed("ideal-three", (cell) => cell.outputs?.push(...(cell.outputs ?? []))))).toHaveLength(1);
  });
});

describe("npm run notebook", () => {
  const script = join(repository, "scripts/notebook.mjs");
  const start = (env: NodeJS.ProcessEnv, ...words: string[]) => spawnSync(process.execPath, [script, ...words], { encoding: "utf8", env: { ...process.env, TESSERAE_MIRROR: sharedData, ...env } });
  const MISSING_TOOL = 3;

  it("runs as committed (skipped where Jupyter or Deno is missing; on the embedded digits where there is no MNIST_SAMPLE)", { timeout: 180_000 }, (context) => {
    const mnist = existsSync(join(sharedData, "mnist_sample.tgz"));
    const { status, stdout, stderr } = start({}, mnist ? "--check" : "--digits");
    if (status === MISSING_TOOL) context.skip(stderr);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(mnist ? /every output is the committed one\n$/ : /runs on the embedded digits\n$/);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("says what is missing and how to install it", () => {
    const { status, stderr } = start({ PYTHON: process.execPath }, "--check");
    expect(status).toBe(MISSING_TOOL);
    expect(stderr).toMatch(/Jupyter is missing: .* no Python with nbclient[^]*apt-get install jupyter-notebook[^]*pip install/);
  });

  it("knows its words", () => {
    const { status, stderr } = start({}, "--chekc");
    expect([status, stderr]).toEqual([1, "notebook: knows no --chekc; it takes --check, --digits, --open or nothing\n"]);
  });
});
