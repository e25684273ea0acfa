/**
 * @file `npm run bench`: Tesserae beside its peers and beside the machine's own limits, everything in one run. Engines take turns round by
 * round, so that a noisy machine is noisy to all; what is printed are medians, ratios and whether the targets are met.
 *
 *   npm run bench -- [--only matmul,softmax,memory] [--peers eager,jax] [--threads 1,2] [--rounds 3] [--seconds 0.1]
 *                    [--no-compile] [--no-program] [--json FILE] [--readme]
 *
 * PyTorch and NumPy: $TESSERAE_PYTHON (else python3) with `pip install torch numpy pillow`. jax-js: $TESSERAE_PEERS, a folder in which
 * `npm install @jax-js/jax` was run. $TESSERAE_NODE: another Node to run Tesserae on as well (24 or later has wide vectors). The whole
 * program needs mnist_sample: $TESSERAE_MNIST_SAMPLE, an extracted folder, else the cache's.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { endAll } from "./children.mjs";
import { participants } from "./engines.mjs";
import { longMs, median } from "./measure.mjs";
import { wholePrograms } from "./program.mjs";
import { report, withTables } from "./table.mjs";
import { agrees, verdicts } from "./verdicts.mjs";
import { families, workloads } from "./workloads/index.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    peers: { type: "string", default: "" },
    threads: { type: "string", default: "1,2" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "0.1" },
    compile: { type: "boolean", default: true },
    program: { type: "boolean", default: true },
    json: { type: "string" },
    readme: { type: "boolean", default: false },
  },
  allowNegative: true,
});
const list = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)];
const threadCounts = list(options.threads).map(Number);
const only = list(options.only);
const wanted = ({ name, family }) => only.length === 0 || only.some((part) => family === part || name.includes(part));
const entries = workloads.filter(wanted);
if (entries.length === 0) {
  console.error(`no workload is called ${options.only}; there are the families ${Object.keys(families).join(", ")} and ${workloads.map(({ name }) => name).join(", ")}`);
  process.exitCode = 2;
}

const { engines, versions, notes } = participants({ only: list(options.peers), compile: options.compile });
const results = new Map();
const samples = [];
const ways = [];
/** What went wrong → the workloads it went wrong in: one line each, however many. */
const troubles = new Map();
const note = (name, text) => void (troubles.get(text) ?? troubles.set(text, new Set()).get(text)).add(name);
const interrupt = new AbortController();
/** Whether somebody has had enough: what is left is not measured. */
const interrupted = () => interrupt.signal.aborted;

/** Progress: one line that is written over on a terminal, a line a workload elsewhere. */
function progress(text, settled = false) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
  else if (settled) process.stderr.write(`${text}\n`);
}

/** Engines that have died on a workload are asked about the next, but not about this one again. */
async function asked(engine, threads, question) {
  if (interrupted()) return {};
  const child = engine.child(threads);
  try {
    Object.assign(versions, versionsOf(await child.start()));
    return await child.ask({ ...question, engine: engine.asks });
  } catch (error) {
    return interrupted() ? {} : { error: error.message };
  }
}
const versionsOf = ({ torch, numpy } = {}) => (torch ? { PyTorch: torch, NumPy: numpy } : {});

/** The engines that have the workload and get it right, each by its fastest way. */
async function prepared(entry, threads) {
  const found = [];
  for (const engine of engines) {
    if (interrupted() || (engine.takes && !engine.takes(entry, threads))) continue;
    progress(`${entry.title}, ${threads} thread${threads > 1 ? "s" : ""}: ${engine.label}`);
    const answer = await asked(engine, threads, { do: "prepare", workload: entry.name, inputs: entry.inputs, threads, work: entry.work });
    const tried = answer.ways?.map((way, index) => ({ ...way, index })) ?? [];
    const gone = tried.filter(({ failed }) => !failed);
    for (const { way, failed } of tried) if (failed) note(entry.name, `${engine.label}: ${failed}${tried.length > 1 ? ` (${way})` : ""}`);
    if (gone.length > 0) found.push({ engine, ways: gone });
    else if (answer.error) note(entry.name, `${engine.label}: ${answer.error}`);
    else if (answer.absent && engine.ours) note(entry.name, `${engine.label}: ${answer.absent}`);
  }
  const judge = found.find(({ engine }) => engine.id === "torch eager") ?? found.find(({ engine }) => engine.ours);
  const expected = judge?.ways[0].digest;
  for (const each of found) {
    each.ways = each.ways.filter(({ way, digest }) => {
      const right = !digest || !expected || agrees(digest, expected, entry.tolerance);
      if (!right) note(entry.name, `${each.engine.label}: ${way} gives something else than ${judge.engine.label}`);
      return right;
    });
    each.fastest = each.ways.toSorted((a, b) => a.ms - b.ms)[0];
  }
  return found.filter(({ fastest }) => fastest);
}

async function measured(entry, threads) {
  const taking = await prepared(entry, threads);
  const times = new Map(taking.map(({ engine, fastest }) => [engine.id, fastest.ms > longMs ? [fastest.ms] : []]));
  for (let round = 0; round < rounds && !interrupted(); round++) {
    // Every other round in the other order: who comes after whom should not matter.
    for (const { engine, fastest } of round % 2 ? taking.toReversed() : taking) {
      if (fastest.ms > longMs) continue;
      progress(`${entry.title}, ${threads} thread${threads > 1 ? "s" : ""}, round ${round + 1}: ${engine.label}`);
      const { ms, error } = await asked(engine, threads, { do: "measure", index: fastest.index, seconds });
      if (ms !== undefined) times.get(engine.id).push(ms);
      else if (error) note(entry.name, `${engine.label}: ${error}`);
    }
  }
  const at = new Map();
  for (const { engine, fastest, ways: tried } of taking) {
    const all = times.get(engine.id);
    if (all.length === 0) continue;
    at.set(engine.id, { ms: median(all), way: fastest.way });
    samples.push({ workload: entry.name, threads, engine: engine.id, way: fastest.way, ms: median(all), rounds: all });
    if (tried.length > 1 && engine.asks !== "bound") ways.push(`${entry.name}, ${threads}, ${engine.label}: ${fastest.way}`);
  }
  const known = results.get(entry.name) ?? results.set(entry.name, new Map()).get(entry.name);
  known.set(threads, at);
}

async function everything() {
  for (const [i, entry] of entries.entries()) {
    for (const threads of entry.threads.filter((count) => threadCounts.includes(count))) {
      if (!interrupted()) await measured(entry, threads);
    }
    for (const child of new Set(engines.flatMap((engine) => threadCounts.map((count) => engine.child(count))))) {
      if (!interrupted()) await child.forget().catch(() => {});
    }
    progress(`${i + 1} of ${entries.length}: ${entry.title}`, true);
    if (interrupted()) break;
  }
}

process.once("SIGINT", () => {
  interrupt.abort();
  process.exitCode = 130;
  endAll();
  process.stderr.write("\ninterrupted: what has been measured so far\n");
});

const start = performance.now();
await everything();
endAll();
progress("");
const programs = options.program && only.length === 0 && !interrupted() ? wholePrograms() : { lines: [], verdicts: [], notes: [] };
const run = {
  machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores`, versions, rounds, threadCounts, engines, entries, results, ways,
  notes: [...notes, ...[...troubles].map(([text, names]) => `${text} (${[...names].join("; ")})`), ...programs.notes], seconds: (performance.now() - start) / 1000,
  verdicts: [...verdicts(entries, results, engines.filter(({ ours }) => ours), threadCounts), ...programs.verdicts],
};
if (run.entries.length > 0) console.log([report(run), ...programs.lines].join("\n\n"));
if (options.json) {
  const { machine, seconds: took, verdicts: judged } = run;
  writeFileSync(options.json, JSON.stringify({ machine, versions, rounds, took, results: samples, verdicts: judged, notes: run.notes }, undefined, 1));
}
if (options.readme) {
  const readme = new URL("../README.md", import.meta.url);
  writeFileSync(readme, withTables(readFileSync(readme, "utf8"), run));
}
