/**
 * @file `npm run fuzz`: the property tests again and again with new seeds, for as long as you like. Every round runs random kernels,
 * random programs, random threads through the WebAssembly backend and the reference one; the first round that finds a difference ends
 * it, says the seed, and how to run it again. `npm test` runs the same tests once, in well under a minute.
 *
 *     npm run fuzz                        # one minute
 *     npm run fuzz -- --minutes 60        # an hour
 *     npm run fuzz -- --runs 5000         # runs of each property in a round; 1000 unless given
 *
 * Ends with 1 where a property failed; Ctrl-C ends it after saying how far it came.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const properties = ["tests/properties", "src/backends/wasm", "src/ir"];

function options() {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "1" }, runs: { type: "string", default: "1000" } } });
  const minutes = Number(values.minutes);
  const runs = Number(values.runs);
  if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}`);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a whole number of at least 1, not ${values.runs}`);
  return { minutes, runs };
}

/** One round: vitest over the properties with one seed. Resolves with its exit code, or with the signal that ended it. */
function round(seed, runs) {
  const command = ["node_modules/vitest/vitest.mjs", "run", "--reporter=dot", ...properties];
  const env = { ...process.env, FUZZ_SEED: String(seed), FUZZ_RUNS: String(runs) };
  const child = spawn(process.execPath, command, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code: signal ?? code, output })));
}

const say = (text) => process.stdout.write(`${text}\n`);

async function main() {
  const { minutes, runs } = options();
  const start = Date.now();
  const stop = new AbortController();
  process.on("SIGINT", () => stop.abort());
  let rounds = 0;
  while (!stop.signal.aborted && Date.now() - start < minutes * 60_000) {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const { code, output } = await round(seed, runs);
    if (stop.signal.aborted) break;
    if (code !== 0) {
      say(output);
      say(`a property failed. Again: FUZZ_SEED=${seed} FUZZ_RUNS=${runs} npx vitest run ${properties.join(" ")}`);
      process.exitCode = 1;
      return;
    }
    rounds++;
    say(`round ${rounds}: ${runs} runs of each property agree (seed ${seed}), ${((Date.now() - start) / 60_000).toFixed(1)} of ${minutes} minutes`);
  }
  say(`${stop.signal.aborted ? "interrupted after" : "done:"} ${rounds} rounds of ${runs} runs, no difference`);
  if (stop.signal.aborted) process.exitCode = 130;
}

await main().catch((error) => {
  process.stderr.write(`fuzz: ${error.message}\n`);
  process.exitCode = 2;
});
