/**
 * @file jax-js on the workloads, under jit on its WebAssembly device. Its path comes from run.mjs; it prints one JSON object as
 * workloads.mjs does. It wants a `navigator`, which Node has from version 21 on.
 */
import { inputs, medianMsAsync } from "../measure.mjs";

globalThis.navigator ??= { hardwareConcurrency: 1, userAgent: "node" };
const [location, version, seconds] = process.argv.slice(2);
const { init, defaultDevice, jit, numpy: np } = await import(location);
await init("wasm");
defaultDevice("wasm");

const { pictures, threes, sevens, stacked, counts } = inputs();
const x = np.array(pictures).reshape([counts.valid, 28, 28]);
const m3 = np.array(threes).reshape([28, 28]);
const m7 = np.array(sevens).reshape([28, 28]);
const one = np.array(pictures.slice(0, 784)).reshape([28, 28]);
const floats = np.array(Float32Array.from(stacked)).reshape([counts.train, 28, 28]);

const distance = (a, b) => np.mean(np.abs(a.sub(b)), [-1, -2]);
const cases = {
  l1: [jit(distance), () => [x.ref, m3.ref]],
  rmse: [jit((a, b) => np.sqrt(np.mean(np.square(a.sub(b)), [-1, -2]))), () => [x.ref, m3.ref]],
  accuracy: [jit((a, b, c) => np.mean(np.less(distance(a.ref, b), distance(a, c)).astype(np.float32))), () => [x.ref, m3.ref, m7.ref]],
  pair: [jit((a, b) => np.mean(np.abs(a.sub(b)))), () => [one.ref, m3.ref]],
  "mean image": [jit((a) => np.mean(a.div(255), 0)), () => [floats.ref]],
};
const results = [];
const notes = ["jax-js has no uint8 arrays: its mean image starts from float32"];
for (const [workload, [run, args]] of Object.entries(cases)) {
  try {
    const ms = await medianMsAsync(async () => void (await run(...args()).data()), Number(seconds));
    results.push({ workload, engine: "jax-js", way: "jit", ms });
  } catch (error) {
    notes.push(`jax-js ${workload}: ${error.message}`);
  }
}
process.stdout.write(JSON.stringify({ name: "jax-js", version, results, notes }));
