/**
 * @file Who takes part: each engine, the process it lives in, and what it may be asked. run.mjs asks them in turn; what is not installed is left
 * out with a word.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Child } from "./children.mjs";
import { otherNode } from "./verdicts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const path = (...parts) => join(here, ...parts);

function jaxPackage() {
  const folder = process.env.TESSERAE_PEERS;
  const root = folder && join(folder, "node_modules/@jax-js/jax");
  if (!root || !existsSync(root)) return undefined;
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entry = manifest.exports?.["."]?.import ?? manifest.module ?? manifest.main;
  const file = typeof entry === "string" ? entry : entry.default;
  return { location: pathToFileURL(join(root, file)).href, version: manifest.version };
}

/** A Node's version, and whether it can pair vectors (V8's revectorize, sound from Node 24 on). */
function nodeFacts(program) {
  const { stdout } = spawnSync(program, ["--print", "process.version"], { encoding: "utf8" });
  const version = stdout?.trim();
  if (!version) throw new Error(`${program} is not a Node`);
  return { version, wide: Number(/^v(\d+)/.exec(version)?.[1]) >= 24 };
}

/**
 * Our engine and its bound on one Node, and the mode it is in: wide vectors are tried by themselves where V8 can pair them, so that is what
 * products are held against there, whether or not its own check found them worth it.
 */
function onNode(program, id, bound) {
  const { version, wide } = nodeFacts(program);
  const flags = wide ? ["--experimental-wasm-revectorize"] : [];
  const ours = new Child({ program, args: [path("tesserae.mjs")] });
  const limits = new Child({ program, args: [...flags, path("limits/engine.mjs")] });
  return {
    version,
    engines: [
      { id, asks: "tesserae", label: `Tesserae, Node ${version.slice(1).split(".")[0]}${wide ? ", wide" : ""}`, ours: true, wide, child: () => ours, takes: ({ family }) => family !== "machine" },
      { id: bound, asks: "bound", label: `limit${wide ? ", wide" : ""}`, child: () => limits },
    ],
    limits,
  };
}

/** Whether a workload is one that a peer may have. */
const measured = ({ family, fresh }) => family !== "machine" && !fresh;

/** { engines, versions, notes }. An engine: {id, asks: its name in its child, label, child(threads), takes(entry, threads)?}. */
export function participants({ only, compile }) {
  const notes = [];
  const here = onNode(process.execPath, "tesserae", "bound");
  const versions = { Node: here.version };
  const engines = [...here.engines];
  if (process.env.TESSERAE_NODE) {
    const other = onNode(process.env.TESSERAE_NODE, otherNode, "bound, other Node");
    versions["other Node"] = other.version;
    engines.push(...other.engines);
  }
  engines.push({ id: "by hand", asks: "by hand", label: "by hand, v128", child: () => here.limits, takes: ({ family }) => family === "images" });
  const python = new Child({ program: process.env.TESSERAE_PYTHON ?? "python3", args: [path("python/peers.py")] });
  const inPython = (id, label, takes) => engines.push({ id, asks: id, label, child: () => python, takes });
  inPython("torch eager", "PyTorch, eager", measured);
  if (compile) inPython("torch.compile", "torch.compile", (entry, threads) => measured(entry) && entry.compile.includes(threads));
  inPython("numpy", "NumPy", ({ family, name }) => family === "images" || name === "pair");
  const jax = jaxPackage();
  if (jax) {
    versions["jax-js"] = jax.version;
    const children = new Map();
    const child = (threads) => {
      const known = children.get(threads);
      if (known) return known;
      const made = new Child({ program: process.execPath, args: [path("peers/jax.mjs"), jax.location, String(threads)] });
      children.set(threads, made);
      return made;
    };
    engines.push({ id: "jax-js", asks: "jax-js", label: "jax-js, jit", child, takes: measured });
  } else notes.push("jax-js: left out (set TESSERAE_PEERS to a folder with @jax-js/jax installed)");
  return { engines: engines.filter(({ id, asks, ours }) => ours || asks === "bound" || only.length === 0 || only.some((part) => id.includes(part))), versions, notes };
}
