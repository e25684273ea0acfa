/**
 * @file How long a baseline with a report takes on 10,000 validation images of 28 × 28, from process start to end, and how large the page
 * is: under two seconds and 5 MB. Run: npm run build && node bench/report.mjs
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";

const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tesserae-bench-"));
const RUNS = 5;

/** Noisy bars, ten classes: 100 images each to learn from, 1000 each to test on. */
function make() {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let label = 0; label < 10; label++) {
    for (const [part, count] of [["train", 100], ["valid", 1000]]) {
      const to = join(folder, "data", part, String(label));
      mkdirSync(to, { recursive: true });
      for (let i = 0; i < count; i++) {
        const [middle, weight] = [4 + 2 * label + random() * 6 - 3, 2 + random() * 2];
        const data = Uint8Array.from({ length: 784 }, (_, p) => 255 * Math.max(0, 1 - Math.abs((p % 28) - middle) / weight) * (0.7 + 0.3 * random()));
        writeFileSync(join(to, `${i}.png`), encode({ width: 28, height: 28, channels: 1, data }));
      }
    }
  }
}

function timed(...words) {
  const times = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [program, "baseline", join(folder, "data"), ...words], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1];
}

try {
  make();
  const page = join(folder, "report.html");
  const [without, with_] = [timed(), timed("--report", page)];
  const bytes = statSync(page).size;
  console.log(`baseline on 10,000 validation images   ${without.toFixed(2)} s`);
  console.log(`the same with --report                 ${with_.toFixed(2)} s   (at most 2)`);
  console.log(`the page                               ${(bytes / 1e6).toFixed(2)} MB  (at most 5)`);
  if (with_ > 2 || bytes > 5e6) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
