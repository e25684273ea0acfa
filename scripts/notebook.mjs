/**
 * @file `npm run notebook`: executes examples/pixel-similarity.ipynb on Deno's Jupyter kernel, without a browser. It finds the tools
 * and the data and says how to install what is missing; scripts/execute_notebook.py runs the cells, scripts/notebook-check.mjs
 * judges the result.
 *
 *     npm run notebook                 # executes it into place
 *     npm run notebook -- --check      # executes it aside: does it still run, with the same outputs and the experiment's figures?
 *     npm run notebook -- --digits     # the same on the embedded digits: does every cell run? Needs no network and no data
 *     npm run notebook -- --open       # opens it in Jupyter; nothing is installed in your home folder
 *
 * Ends with 1 where something is wrong with the notebook, and with 3 where a tool is missing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { complaints, differences, sourceOf } from "./notebook-check.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const notebook = join(root, "examples/pixel-similarity.ipynb");
const CELL_SECONDS = 120;

class Missing extends Error {}

const run = (command, words, options = {}) => spawnSync(command, words, { encoding: "utf8", cwd: root, ...options });

/** The Deno that npm installed: its binary, not the script that starts it, so that signals reach the kernel. */
function findDeno() {
  const script = join(root, "node_modules/deno/bin.cjs");
  const path = existsSync(script) ? run(process.execPath, [script, "eval", "console.log(Deno.execPath())"]).stdout.trim() : "";
  if (path === "") throw new Missing("Deno is missing, whose kernel runs the cells. It comes with the development dependencies:\n\n    npm ci");
  return path;
}

/** A Python that has what is needed: the one asked for, else the first on the path, else the system's, for which Debian packages it. */
function findPython(module) {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "/usr/bin/python3", "python"];
  const found = candidates.find((name) => run(name, ["-c", `import ${module}, nbformat, jupyter_client`]).status === 0);
  if (found === undefined) {
    throw new Missing(
      `Jupyter is missing: ${candidates.join(", ")}: no Python with ${module} among them. Install it with one of\n\n` +
        "    apt-get install jupyter-notebook jupyter-nbconvert jupyter-client\n    pip install notebook nbconvert jupyter-client\n\n" +
        "or say in $PYTHON which Python has it.",
    );
  }
  return found;
}

/** A kernel specification of our own, so that nothing needs to be installed in anybody's home folder. */
function writeKernel(folder, deno) {
  const path = join(folder, "kernels/deno");
  mkdirSync(path, { recursive: true });
  const argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"];
  writeFileSync(join(path, "kernel.json"), JSON.stringify({ argv, display_name: "Deno", language: "typescript" }));
}

/** The environment of the kernel: plain text, and the data set from the folder beside the repository where there is one. */
function environment(folder) {
  const beside = join(root, "../shared/data");
  const mirror = process.env.TESSERAE_MIRROR ?? (existsSync(join(beside, "mnist_sample.tgz")) ? beside : undefined);
  const path = process.env.JUPYTER_PATH === undefined ? folder : `${folder}${process.platform === "win32" ? ";" : ":"}${process.env.JUPYTER_PATH}`;
  return { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, JUPYTER_PATH: path, ...(mirror === undefined ? {} : { TESSERAE_MIRROR: mirror }) };
}

/** Runs every cell of the notebook at `source`; the executed notebook's text. */
function execute(python, source, folder) {
  const target = join(folder, "executed.ipynb");
  const words = [join(root, "scripts/execute_notebook.py"), source, target, "deno", dirname(notebook), String(CELL_SECONDS)];
  const { status, stderr, error } = run(python, words, { env: environment(folder), stdio: ["ignore", "inherit", "pipe"] });
  if (status !== 0) throw new Error(`a cell failed, or the kernel did.\n\n${error?.message ?? stderr.trim()}`);
  return readFileSync(target, "utf8");
}

/** The same notebook on the embedded digits. */
function onDigits(text, folder) {
  const copy = JSON.parse(text);
  for (const cell of copy.cells) cell.source = sourceOf(cell).replaceAll("URLs.MNIST_SAMPLE", "URLs.DIGITS");
  const path = join(folder, "digits.ipynb");
  writeFileSync(path, JSON.stringify(copy));
  return path;
}

function fail(sentences) {
  if (sentences.length > 0) throw new Error(sentences.join("\n"));
}

/** What each word on the command line does. */
const modes = {
  "": (folder) => {
    const text = execute(findPython("nbclient"), notebook, folder);
    fail(complaints(JSON.parse(text)));
    writeFileSync(`${notebook}.part`, text);
    renameSync(`${notebook}.part`, notebook);
    return "executed: every cell ran, and the figures are right";
  },
  "--check": (folder) => {
    const fresh = JSON.parse(execute(findPython("nbclient"), notebook, folder));
    fail([...complaints(fresh), ...differences(JSON.parse(readFileSync(notebook, "utf8")), fresh)]);
    return "runs: the figures are right, and every output is the committed one";
  },
  "--digits": (folder) => {
    const source = onDigits(readFileSync(notebook, "utf8"), folder);
    fail(complaints(JSON.parse(execute(findPython("nbclient"), source, folder)), { withFigures: false }));
    return "runs on the embedded digits";
  },
  "--open": (folder) => {
    const { status } = run(findPython("notebook"), ["-m", "notebook", notebook, ...process.argv.slice(3)], { env: environment(folder), stdio: "inherit" });
    process.exitCode = status ?? 1;
    return "closed";
  },
};

function main() {
  const mode = modes[process.argv[2] ?? ""];
  if (mode === undefined) throw new Error(`knows no ${process.argv[2]}; it takes ${Object.keys(modes).filter(Boolean).join(", ")} or nothing`);
  const folder = mkdtempSync(join(tmpdir(), "tesserae-notebook-"));
  try {
    writeKernel(folder, findDeno());
    console.log(`examples/pixel-similarity.ipynb ${mode(folder)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  process.exitCode = error instanceof Missing ? 3 : 1;
  console.error(`notebook: ${error.message}`);
}
