/**
 * @file Every workload of the benchmark, as data: what goes in, how Tesserae writes it, what bounds it, and what is asked of it. The other engines'
 * words for the same names are in python/workloads.py and peers/jax-workloads.mjs. A new workload is an entry here and one there.
 *
 * An entry:
 *   name, title    what `--only` and the other engines call it, and what people read
 *   inputs         name → {shape, dtype = "float32", low = 0, high = 1}, made by measure.mjs in every engine alike
 *   run | ways | makes   Tesserae's expression of ({inputs}, tesserae); or {words: expression}, the fastest counts; or {words: a function that makes
 *                  one}, for what keeps a state. `fresh(tesserae)` gives ms itself, in a new process each time.
 *   work           {read, write} bytes or {madds, shape}: what cannot be avoided; limits/engine.mjs measures how long that takes at the least
 *   threads        the thread counts to measure, [1, 2] if left out
 *   compile        those for which torch.compile is asked too ([2] if left out: compiling takes seconds)
 *   tolerance      by how much engines may differ, of the mean size (1e-4)
 *   targets        {against: engine, times, threads = 2}: at most so many times its time; {under: ms}; {scaling}: one thread's time over two's.
 *                  `wide: true` where it is asked of wide vectors only; `says` in words of its own
 */
import { images } from "./images.mjs";
import { machine } from "./machine.mjs";
import { memory } from "./memory.mjs";
import { products } from "./products.mjs";
import { overRows } from "./rows.mjs";
import { small } from "./small.mjs";

/** Family → its workloads, in the order of the report. */
export const families = { machine, products, images, memory, rows: overRows, small };

const compiledByDefault = { images: [2], memory: [2], rows: [2], small: [1] };

export const workloads = Object.entries(families).flatMap(([family, entries]) =>
  entries.map((entry) => ({ threads: [1, 2], compile: compiledByDefault[family] ?? [], tolerance: 1e-4, targets: [], ...entry, family })),
);
