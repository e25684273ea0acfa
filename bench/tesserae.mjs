/**
 * @file Tesserae on the workloads, through the public interface: a child of run.mjs. What a workload needs and this version does not have is
 * said and left out.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as tesserae from "tesserae";
import { makeInputs } from "./measure.mjs";
import { Absent, serve } from "./serve.mjs";
import { workloads } from "./workloads/index.mjs";

const { realize, tensor } = tesserae;
const byName = new Map(workloads.map((entry) => [entry.name, entry]));

let held;
/** The inputs as tensors, kept from one thread count to the next. */
function tensors({ workload, inputs }) {
  if (held?.workload === workload) return held.tensors;
  const data = makeInputs(inputs);
  const made = Object.entries(data).map(([name, values]) => [name, tensor(values, { shape: inputs[name].shape })]);
  held = { workload, tensors: Object.fromEntries(made) };
  return held.tensors;
}

/** Computes what an expression gave and leaves it in memory, as PyTorch does; a number has been computed already. */
function settle(result) {
  if (Array.isArray(result)) realize(...result);
  else if (typeof result !== "number") realize(result);
  return result;
}

/** The numbers to hold equal: all of a list's, one tensor after the other. */
function numbers(result) {
  if (typeof result === "number") return [result];
  if (Array.isArray(result)) return result.flatMap((part) => [...numbers(part)]);
  return result.contiguous().toTypedArray();
}

/** What an expression is called, if it has no words of its own: its source, less the arguments. */
const words = (expression) => String(expression).replace(/^.*?=>\s*/, "");

const asWay = (way, call) => ({ way, run: () => settle(call()), read: numbers });

/** A workload that must be new to the process: measured in one of its own. */
function fresh(name) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), "--fresh", name], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim().split("\n").at(-1));
  return Number(stdout);
}

function ways(message) {
  const entry = byName.get(message.workload);
  if (entry.fresh) return [{ way: "new processes", time: () => fresh(entry.name) }];
  if (tesserae.setNumThreads) tesserae.setNumThreads(message.threads);
  else if (message.threads > 1) throw new Absent("one thread only in this version");
  const given = tensors(message);
  if (entry.makes) return Object.entries(entry.makes).map(([way, make]) => lazily(way, () => make(given, tesserae)));
  const named = entry.ways ?? { [words(entry.run)]: entry.run };
  return Object.entries(named).map(([way, run]) => asWay(way, () => run(given, tesserae)));
}

/** Made at the first call, so that one that cannot be made here is left out like one that cannot be run. */
function lazily(way, make) {
  let call;
  return asWay(way, () => (call ??= make())());
}

if (process.argv[2] === "--fresh") process.stdout.write(String(byName.get(process.argv[3]).fresh(tesserae)));
else await serve({ engines: { tesserae: { ways } }, hello: { node: process.version }, drop: () => (held = undefined) });
