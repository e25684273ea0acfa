/**
 * @file Whole programs: the baseline on mnist_sample from process start to printed accuracies, beside the same in Python, and a report of 10,000
 * images. run.mjs adds them to its own report.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./measure.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.TESSERAE_PYTHON ?? "python3";
const runs = 7;

const judged = (title, says, value, limit) => ({ name: "program", title, ours: "tesserae", says, ratio: value / limit, limit: 1, met: value <= limit });

const line = (name, { seconds, megabytes }) => `  ${name}: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB at its peak`;

function baseline(folder) {
  const programs = [
    [process.execPath, join(here, "../dist/cli/main.js"), "baseline", folder],
    ...["torch", "numpy"].map((engine) => [python, join(here, "python/baseline_pil.py"), "--engine", engine, folder]),
  ];
  const commands = programs.map((command) => JSON.stringify(command));
  const text = execFileSync(python, [join(here, "python/measure.py"), String(runs), ...commands], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [ours, torch, numpy] = JSON.parse(text).map(({ seconds, megabytes }) => ({ seconds: median(seconds), megabytes }));
  const lines = ["mnist_sample's 14,434 files, process start to printed accuracies", line("Tesserae", ours), line("PIL and PyTorch", torch), line("PIL and NumPy", numpy)];
  return {
    lines: [lines.join("\n")],
    verdicts: [
      judged("the whole program", "at most 0.25 × PIL and PyTorch", ours.seconds, 0.25 * torch.seconds),
      judged("the whole program", "at most 0.6 × PIL and NumPy", ours.seconds, 0.6 * numpy.seconds),
      judged("the whole program", "at most 300 MB", ours.megabytes, 300),
    ],
  };
}

/** { lines, verdicts, notes } */
export function wholePrograms() {
  const cache = process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache");
  const folder = process.env.TESSERAE_MNIST_SAMPLE ?? join(cache, "tesserae/mnist_sample");
  const found = { lines: [], verdicts: [], notes: [] };
  if (!existsSync(join(folder, "train"))) found.notes.push("the whole program: left out (set TESSERAE_MNIST_SAMPLE to an extracted mnist_sample)");
  else {
    try {
      const { lines, verdicts } = baseline(folder);
      found.lines.push(...lines);
      found.verdicts.push(...verdicts);
    } catch (error) {
      found.notes.push(`the whole program: left out (${String(error.message).split("\n")[0]})`);
    }
  }
  const report = spawnSync(process.execPath, [join(here, "report.mjs")], { encoding: "utf8" });
  if (report.status === 0) found.lines.push(`a report for 10,000 validation images\n${report.stdout.trimEnd().replace(/^/gm, "  ")}`);
  else found.notes.push(`the report: left out (${report.stderr.trim().split("\n").at(-1)})`);
  return found;
}
