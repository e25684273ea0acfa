/**
 * @file Holds that the benchmark runs, not what it measures: one small workload from beginning to end, and the peers' words for workloads
 * that there are. Times nothing.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const bench = fileURLToPath(new URL("../bench", import.meta.url));
const program = join(bench, "run.mjs");

interface Report {
  readonly results: readonly { readonly workload: string; readonly threads: number; readonly engine: string; readonly ms: number }[];
  readonly verdicts: readonly { readonly name: string; readonly met?: boolean }[];
}

test("a workload is prepared, held equal, measured and judged", () => {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-bench-"));
  try {
    const file = join(folder, "report.json");
    const env = { ...process.env, TESSERAE_PYTHON: join(folder, "no-python"), TESSERAE_PEERS: undefined, TESSERAE_NODE: undefined };
    const words = ["--only", "l1,pair", "--threads", "1", "--rounds", "1", "--seconds", "0.01", "--json", file];
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: "utf8", env });
    expect(stderr).toContain("2 of 2");
    expect(status).toBe(0);
    const { results, verdicts }: Report = JSON.parse(readFileSync(file, "utf8"));
    expect(results.map(({ workload, engine }) => `${workload}, ${engine}`).toSorted()).toEqual(["l1, bound", "l1, by hand", "l1, tesserae", "pair, tesserae"]);
    expect(results.every(({ ms }) => ms > 0)).toBe(true);
    expect(verdicts.filter(({ met }) => met !== undefined).map(({ name }) => name)).toEqual(["l1", "pair"]); // by hand and in µs: no peers here
    expect(stdout).toContain("PyTorch, eager: ");
    expect(stdout).toContain("against the targets");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

test("an unknown workload is refused with the names there are", () => {
  const { status, stderr } = spawnSync(process.execPath, [program, "--only", "matmull"], { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toContain("matmul 1024");
});

test("the other engines speak of workloads that there are", () => {
  const listed = spawnSync(process.execPath, ["--input-type=module", "--eval", `
    import { workloads } from ${JSON.stringify(new URL("../bench/workloads/index.mjs", import.meta.url).href)};
    import { jaxWorkloads } from ${JSON.stringify(new URL("../bench/peers/jax-workloads.mjs", import.meta.url).href)};
    console.log(JSON.stringify([workloads.map(({ name }) => name), Object.keys(jaxWorkloads)]));
  `], { encoding: "utf8" });
  const [names, jax]: [string[], string[]] = JSON.parse(listed.stdout);
  expect(new Set(names).size).toBe(names.length);
  const python = [...readFileSync(join(bench, "python/workloads.py"), "utf8").matchAll(/^ {4}"([^"]+)":/gm)].map((match) => match[1]);
  expect(python.length).toBeGreaterThan(40);
  expect([...jax, ...python].filter((name) => !names.includes(name))).toEqual([]);
});
