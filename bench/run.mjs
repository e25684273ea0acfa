/**
 * @file `npm run bench`: Tesserae beside its peers, everything in one run. Takes turns in rounds, so that a noisy machine is noisy to all,
 * and prints medians over the rounds and ratios. Peers that are not installed are left out with a word.
 *
 *   npm run bench -- [--rounds 3] [--seconds 0.5] [--no-compile] [--markdown]
 *
 * PyTorch and NumPy: $TESSERAE_PYTHON (else python3) with `pip install torch numpy pillow`. jax-js: $TESSERAE_PEERS, a folder in which
 * `npm install @jax-js/jax` was run. The whole program needs mnist_sample: $TESSERAE_MNIST_SAMPLE, an extracted folder, else the cache's.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./measure.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "0.5" },
    "no-compile": { type: "boolean", default: false },
  },
});
const python = process.env.TESSERAE_PYTHON ?? "python3";
const left = [];

function child(command, args) {
  const text = execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "ignore"] });
  return JSON.parse(text);
}

/** Runs a peer, or notes that it is not here. */
function attempt(name, run) {
  try {
    return run();
  } catch (error) {
    left.push(`${name}: left out (${String(error.message).split("\n")[0]})`);
    return undefined;
  }
}

function jaxPackage() {
  const folder = process.env.TESSERAE_PEERS;
  const root = folder && join(folder, "node_modules/@jax-js/jax");
  if (!root || !existsSync(root)) return undefined;
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entry = manifest.exports?.["."]?.import ?? manifest.module ?? manifest.main;
  const path = typeof entry === "string" ? entry : entry.default;
  return { location: pathToFileURL(join(root, path)).href, version: manifest.version };
}

/** workload → engine → way → times of the rounds. */
const table = new Map();
const record = (results) => {
  for (const { workload, engine, way, ms } of results) {
    const engines = table.get(workload) ?? table.set(workload, new Map()).get(workload);
    const ways = engines.get(engine) ?? engines.set(engine, new Map()).get(engine);
    (ways.get(way) ?? ways.set(way, []).get(way)).push(ms);
  }
};

const jax = jaxPackage();
if (!jax) left.push("jax-js: left out (set TESSERAE_PEERS to a folder with @jax-js/jax installed)");
const versions = { node: process.version };
let withPython = true;
for (let round = 0; round < Number(options.rounds); round++) {
  process.stderr.write(`round ${round + 1} of ${options.rounds}\n`);
  record(child(process.execPath, [join(here, "workloads.mjs"), options.seconds]).results);
  if (jax) {
    const answer = attempt("jax-js", () => child(process.execPath, [join(here, "peers/jax.mjs"), jax.location, jax.version, options.seconds]));
    if (answer) {
      versions["jax-js"] = answer.version;
      record(answer.results);
      if (round === 0) left.push(...answer.notes);
    }
  }
  if (withPython) {
    const args = [join(here, "python/peers.py"), "--threads", "1", "--json", "--seconds", options.seconds];
    const answer = attempt("PyTorch and NumPy", () => child(python, options["no-compile"] ? [...args, "--no-compile"] : args));
    withPython = answer !== undefined;
    if (answer) {
      Object.assign(versions, answer.versions);
      record(answer.results);
      if (round === 0) left.push(...answer.notes);
    }
  }
}

/** The best way of an engine on a workload, over the medians of its rounds. */
function best(workload, engine, only = () => true) {
  const ways = [...(table.get(workload)?.get(engine) ?? [])].filter(([way]) => only(way)).map(([way, times]) => ({ way, ms: median(times) }));
  return ways.sort((a, b) => a.ms - b.ms)[0];
}

const titles = {
  l1: "L1 distance, [2038, 28, 28] to [28, 28]",
  rmse: "RMSE, the same",
  accuracy: "accuracy: two distances, compare, mean",
  "mean image": "uint8 [6131, 28, 28] to its mean image",
  pair: "one 28 × 28 pair, warm, with its building",
};
const engines = ["tesserae", "hand-written", "torch eager", "torch.compile", "numpy", "jax-js"];
const ms = (value) => (value === undefined ? "–" : value < 0.1 ? `${(value * 1000).toFixed(1)} µs` : `${value.toFixed(2)} ms`);

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores; one thread each; ${Object.entries(versions).map(([n, v]) => `${n} ${v}`).join(", ")}`);
console.log(`median of ${options.rounds} rounds; each engine by its fastest way\n`);
console.log(`| workload | ${engines.join(" | ")} |\n|---|${engines.map(() => "--:").join("|")}|`);
for (const [workload, title] of Object.entries(titles)) {
  console.log(`| ${title} | ${engines.map((engine) => ms(best(workload, engine)?.ms)).join(" | ")} |`);
}

console.log("\nways taken");
for (const workload of Object.keys(titles)) {
  for (const engine of engines) {
    for (const [way, times] of table.get(workload)?.get(engine) ?? []) console.log(`  ${workload}, ${engine}: ${ms(median(times))}  ${way}`);
  }
}

const verdicts = [];
const hold = (text, ours, theirs, limit) => void verdicts.push(verdict(text, ours, theirs, limit));
const verdict = (text, ours, theirs, limit) => {
  if (ours === undefined || theirs === undefined) return `  –     ${text}: not measured`;
  const ratio = ours / theirs;
  return `  ${ratio <= limit ? "met   " : "MISSED"} ${text}: ${ratio.toFixed(2)} (at most ${limit})`;
};
const t = (workload, engine) => best(workload, engine)?.ms;
hold("L1 distance / eager PyTorch", t("l1", "tesserae"), t("l1", "torch eager"), 0.45);
hold("L1 distance / hand-written loop", t("l1", "tesserae"), t("l1", "hand-written"), 1.5);
hold("RMSE / eager PyTorch", t("rmse", "tesserae"), t("rmse", "torch eager"), 0.45);
hold("RMSE / hand-written loop", t("rmse", "tesserae"), t("rmse", "hand-written"), 1.5);
const fastest = ["torch eager", "torch.compile"].map((engine) => t("mean image", engine)).filter((value) => value !== undefined);
hold("mean image / PyTorch's fastest way", t("mean image", "tesserae"), fastest.length ? Math.min(...fastest) : undefined, 1);
hold("accuracy expression / eager PyTorch", t("accuracy", "tesserae"), t("accuracy", "torch eager"), 0.5);
hold("one 28 × 28 pair, in units of 15 µs", t("pair", "tesserae"), 0.015, 1);

const folder = process.env.TESSERAE_MNIST_SAMPLE ?? join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache"), "tesserae/mnist_sample");
if (!existsSync(join(folder, "train"))) left.push("the whole program: left out (set TESSERAE_MNIST_SAMPLE to an extracted mnist_sample)");
else if (withPython) {
  const programs = [
    [process.execPath, join(here, "../dist/cli/main.js"), "baseline", folder],
    ...["torch", "numpy"].map((engine) => [python, join(here, "python/baseline_pil.py"), "--engine", engine, folder]),
  ];
  const found = attempt("the whole program", () => child(python, [join(here, "python/measure.py"), "7", ...programs.map((command) => JSON.stringify(command))]));
  if (found) {
    const [ours, torch, numpy] = found.map((entry) => median(entry.seconds));
    console.log("\nthe whole program on mnist_sample's 14,434 extracted files, process start to printed accuracies");
    ["Tesserae", "PIL and PyTorch", "PIL and NumPy"].forEach((name, i) =>
      console.log(`  ${name}: ${median(found[i].seconds).toFixed(2)} s, ${found[i].megabytes.toFixed(0)} MB at its peak`),
    );
    hold("whole program / PIL and PyTorch", ours, torch, 0.25);
    hold("whole program / PIL and NumPy", ours, numpy, 0.6);
    hold("peak memory, in units of 300 MB", found[0].megabytes, 300, 1);
  }
}
const report = spawnSync(process.execPath, [join(here, "report.mjs")], { encoding: "utf8" });
if (report.status === 0) console.log(`\na report for 10,000 validation images\n${report.stdout.trimEnd().replace(/^/gm, "  ")}`);
else left.push(`the report: left out (${report.stderr.trim().split("\n").at(-1)})`);
console.log(`\nagainst the targets\n${verdicts.join("\n")}`);
if (left.length > 0) console.log(`\nnotes\n${[...new Set(left)].map((line) => `  ${line}`).join("\n")}`);
