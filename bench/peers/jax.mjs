/**
 * @file jax-js on the workloads, under jit on its WebAssembly device: a child of run.mjs, which says where the package is and on how many threads
 * (its pool takes what `navigator` says, once). It has no bytes and no int64: those inputs become float32 and int32 beforehand.
 */
import { resolveObjectURL } from "node:buffer";
import { Worker as NodeWorker } from "node:worker_threads";
import { makeInputs } from "../measure.mjs";
import { Absent, serve } from "../serve.mjs";
import { jaxWorkloads } from "./jax-workloads.mjs";

const [location, threads] = process.argv.slice(2);

/** As much of a browser's Worker as jax-js uses: a module in a blob, messages both ways. */
class BlobWorker {
  #waiting = [];
  #worker;
  constructor(url) {
    void this.#start(resolveObjectURL(url).text());
  }
  async #start(text) {
    const prelude = `
      const { parentPort } = require("node:worker_threads");
      globalThis.self = globalThis;
      globalThis.postMessage = (message) => parentPort.postMessage(message);
      parentPort.on("message", (data) => self.onmessage({ data }));
    `;
    this.#worker = new NodeWorker(prelude + (await text), { eval: true });
    this.#worker.on("message", (data) => this.onmessage({ data }));
    this.#worker.on("error", (error) => this.onerror?.(error));
    this.#worker.unref();
    for (const message of this.#waiting) this.#worker.postMessage(message, []);
    this.#waiting = [];
  }
  postMessage(message) {
    if (this.#worker) this.#worker.postMessage(message, []);
    else this.#waiting.push(message);
  }
}

if (Number(threads) > 1) globalThis.Worker = BlobWorker;
Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: Number(threads), userAgent: "node" }, configurable: true });
globalThis.Float16Array ??= Float32Array; // asked for by name where float64 comes in; no Node before 24 has it
const jax = await import(location);
const { init, defaultDevice, jit, numpy: np } = jax;
await init("wasm");
defaultDevice("wasm");

const converted = { uint8: (data) => Float32Array.from(data), int64: (data) => Int32Array.from(data, Number) };
let held;
function arrays({ workload, inputs }) {
  if (held?.workload === workload) return held.arrays;
  forget();
  const data = makeInputs(inputs);
  const made = Object.entries(inputs).map(([name, { shape, dtype }]) => np.array(converted[dtype]?.(data[name]) ?? data[name]).reshape(shape));
  held = { workload, arrays: made };
  return made;
}
function forget() {
  for (const array of held?.arrays ?? []) array.dispose();
  held = undefined;
}

/** jit frees nothing of what it gave: the last result is let go at the next call. */
function ways(message) {
  const make = jaxWorkloads[message.workload];
  if (!make) throw new Absent("not written for jax-js");
  const call = jit(make(jax));
  const given = arrays(message).slice(0, make(jax).length);
  let last;
  const run = async () => {
    last?.dispose();
    last = call(...given.map((array) => array.ref));
    await last.blockUntilReady();
    return last;
  };
  return [{ way: "jit", run, read: (result) => result.ref.data() }];
}

await serve({ engines: { "jax-js": { ways } }, hello: {}, drop: forget });
