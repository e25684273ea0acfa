/**
 * @file Compiles a file of wrong programs and holds every sentence that the compiler must say, and that nothing else is
 * refused. The other type tests (tests/types) are part of `npm run types`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = readFileSync(new URL("fixtures/types/mistakes.txt", import.meta.url), "utf8");
const lines = source.split("\n");

/** Inside dist/, where the package's own name is known and nothing else looks. */
const folder = mkdtempSync(join(root, "dist", "static-errors-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of each line, by line number. */
function compile(): Map<number, string> {
  writeFileSync(join(folder, "mistakes.ts"), source);
  const options = { strict: true, noEmit: true, target: "ES2022", module: "NodeNext", lib: ["ES2023", "DOM"], types: [], skipLibCheck: true, noErrorTruncation: true };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["mistakes.ts"] }));
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8" });
  const said = new Map<number, string>();
  let current = 0;
  for (const line of stdout.split("\n")) {
    const start = /^.*mistakes\.ts\((\d+),\d+\): (.*)$/.exec(line);
    if (start) current = Number(start[1]);
    said.set(current, `${said.get(current) ?? ""}${start ? start[2] : line}\n`);
  }
  said.delete(0);
  return said;
}

describe("the compiler", () => {
  const said = compile();
  const expectations = lines.map((line, i) => ({ number: i + 1, code: line, sentence: / \/\/ error: (.*)$/.exec(line)?.[1] }));

  it.each(expectations.filter(({ sentence }) => sentence !== undefined))("refuses line $number: $code", ({ number, sentence }) => {
    expect(said.get(number)).toContain(sentence);
  });

  it("refuses nothing else", () => {
    const meant = new Set(expectations.filter(({ sentence }) => sentence !== undefined).map(({ number }) => number));
    expect([...said].filter(([number]) => !meant.has(number))).toEqual([]);
  });
});
