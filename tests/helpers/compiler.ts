/**
 * @file Compiles a program against the built package as a user's compiler would, for the tests that hold what it says and how long it
 * takes. Knows no test.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

export interface Compiled {
  /** What the compiler says of each line, by line number. */
  readonly said: Map<number, string>;
  readonly seconds: number;
}

/** Compiles `source` in a new folder inside dist/, where the package's own name is known and nothing else looks. */
export function compileProgram(source: string): Compiled {
  const folder = mkdtempSync(join(dist, "program-"));
  try {
    writeFileSync(join(folder, "program.ts"), source);
    const options = { strict: true, noEmit: true, target: "ES2022", module: "NodeNext", lib: ["ES2023", "DOM"], types: [], skipLibCheck: true, noErrorTruncation: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["program.ts"] }));
    const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
    const start = performance.now();
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8" });
    return { said: byLine(stdout), seconds: (performance.now() - start) / 1000 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function byLine(output: string): Map<number, string> {
  const said = new Map<number, string>();
  let current = 0;
  for (const line of output.split("\n")) {
    const start = /^.*program\.ts\((\d+),\d+\): (.*)$/.exec(line);
    if (start) current = Number(start[1]);
    if (current > 0 || line.includes("error")) said.set(current, `${said.get(current) ?? ""}${start ? start[2] : line}\n`);
  }
  return said;
}
