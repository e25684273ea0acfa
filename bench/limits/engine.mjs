/**
 * @file The machine as an engine among the others: for a workload that says what it must move or multiply, the time that loops written by
 * hand take for no more than that. A child of run.mjs, on the Node and with the V8 flags of the engine it is the bound of.
 *
 *   work {read, write}: bytes; as much is copied as is both read and written, the rest read or written alone, over as much memory
 *                       (`turns` times over, where once is too short to wake a thread for).
 *   work {madds, shape, only?}: multiply-adds on "f32x4" or "f64x2"; registers only, the best of some tiles, "mul+add" or "relaxed_madd".
 *   work {touch}: bytes of memory that nobody has touched.
 */
import v8 from "node:v8";
import { hasRelaxedMadd } from "../../dist/backends/wasm/features.js";
import { handWritten } from "../hand-written.mjs";
import { makeInputs, median } from "../measure.mjs";
import { Absent, serve } from "../serve.mjs";
import { loopModules, maddName, maddsOf, stepBytes, tiles } from "./loops.mjs";
import { Pool } from "./pool.mjs";

const pageBytes = 65536;
const relaxed = hasRelaxedMadd();
// Optimised code from the first call: these loops run for long and are not called often.
for (const flag of ["--no-liftoff", "--no-wasm-lazy-compilation"]) v8.setFlagsFromString(flag);
const limits = { initial: 1, maximum: 8192, shared: true };
const memory = new WebAssembly.Memory(limits);
const compiled = (parts) => Object.fromEntries(Object.entries(loopModules(parts, relaxed)).map(([name, bytes]) => [name, new WebAssembly.Module(bytes)]));
const mostThreads = 2;
/** Code is optimised and memory touched from the start: only clocks have to get up to speed. */
const warm = 30;
const pool = new Pool(compiled(limits), memory, mostThreads - 1);

/** The first page is the threads' sinks; regions begin after it. */
const sink = (thread) => thread * (pageBytes / mostThreads);
const whole = (bytes) => Math.ceil(bytes / stepBytes) * stepBytes;

/** Copies, reads and writes as a kernel has to at the least, split over the threads. */
function traffic({ read, write, turns = 1 }, threads) {
  const [reads, writes] = [read, write].map((bytes) => whole(bytes / threads));
  const pages = Math.ceil((threads * (reads + writes)) / pageBytes) + 2;
  const present = memory.buffer.byteLength / pageBytes;
  if (pages > present) memory.grow(pages - present);
  new Float32Array(memory.buffer).fill(1);
  const both = Math.min(reads, writes);
  const parts = Array.from({ length: threads }, (_, thread) => ({ thread, from: pageBytes + thread * reads, to: pageBytes + threads * reads + thread * writes }));
  const steps = [
    both > 0 && ["copy", parts.map(({ from, to }) => [to, from, both, turns])],
    reads > both && ["read", parts.map(({ thread, from }) => [sink(thread), from + both, reads - both, turns])],
    writes > both && ["write", parts.map(({ to }) => [to + both, 0, writes - both, turns])],
  ].filter(Boolean);
  const way = steps.map(([name]) => name).join(", then ");
  return [{ way: `${way} by hand`, warm, scale: 1 / turns, run: () => steps.forEach(([name, parameters]) => pool.run(name, parameters)) }];
}

const turnsFor = (madds, tile, shape, threads) => Math.max(1, Math.round(madds / threads / maddsOf(tile, shape)));
/** A run so short would be all waking: the loops run for at least this many multiply-adds, and the time is scaled. */
const leastMadds = 8e6;

/** Every loop that may be the fastest here; the parent takes the fastest, as it does for engines. */
function multiplications({ madds, shape, only }, threads) {
  const counted = Math.max(madds, leastMadds);
  const kinds = only ? [only === "relaxed_madd"] : [false, true];
  const candidates = kinds.filter((fused) => relaxed || !fused).flatMap((fused) => tiles.map((tile) => ({ fused, tile })));
  if (candidates.length === 0) throw new Absent("this engine has no relaxed multiply-add");
  return candidates.map(({ fused, tile }) => {
    const name = maddName(shape, fused, tile);
    const turns = turnsFor(counted, tile, shape, threads);
    const parameters = Array.from({ length: threads }, (_, thread) => [sink(thread), 0, 0, turns]);
    return { way: name, warm, scale: madds / (turns * threads * maddsOf(tile, shape)), run: () => pool.run(name, parameters) };
  });
}

/** Memory that was never touched: a new one each time. */
function firstTouch({ touch }) {
  const parts = { initial: Math.ceil(touch / pageBytes), maximum: Math.ceil(touch / pageBytes), shared: false };
  const module = compiled(parts).write;
  const once = () => {
    const { run } = new WebAssembly.Instance(module, { env: { memory: new WebAssembly.Memory(parts) } }).exports;
    const start = performance.now();
    run(0, 0, touch, 1);
    return performance.now() - start;
  };
  return [{ way: "written by hand", time: () => median([once(), once(), once()]) }];
}

function boundWays({ work, threads }) {
  if (!work) throw new Absent("nothing bounds it");
  if (threads > mostThreads) throw new Absent(`limits are measured on at most ${mostThreads} threads`);
  if (work.touch) return firstTouch(work);
  return work.madds ? multiplications(work, threads) : traffic(work, threads);
}

let pictures;
/** The hand-written loops for the two distances. One thread only. */
function handWays({ workload, inputs, threads }) {
  if (threads > 1 || !["l1", "rmse"].includes(workload)) throw new Absent("not written by hand");
  pictures ??= makeInputs(inputs);
  const { run, read } = handWritten(pictures.x, pictures.m)[workload];
  return [{ way: "one v128 loop, 4 accumulators", run, read }];
}

await serve({
  engines: { bound: { ways: boundWays }, "by hand": { ways: handWays } },
  hello: { node: process.version, relaxed },
  drop: () => (pictures = undefined),
});
