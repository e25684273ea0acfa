/**
 * @file The workloads of the benchmark on Tesserae's side, through the public interface, on one thread. Run by run.mjs as a child
 * process; prints one JSON object {name, results: [{workload, engine, way, ms}]}.
 */
import { realize, tensor } from "tesserae";
import { handWritten } from "./hand-written.mjs";
import { inputs, medianMs } from "./measure.mjs";

const seconds = Number(process.argv[2] ?? 0.6);
const { pictures, threes, sevens, stacked, counts } = inputs();
const x = tensor(pictures, { shape: [counts.valid, 28, 28] });
const m3 = tensor(threes, { shape: [28, 28] });
const m7 = tensor(sevens, { shape: [28, 28] });
const u = tensor(stacked, { shape: [counts.train, 28, 28] });
const one = x.at(0).clone();

const distance = (a, b) => a.sub(b).abs().mean([-1, -2]);
const results = [];
const time = (workload, engine, way, run) => results.push({ workload, engine, way, ms: medianMs(run, seconds) });
const ours = (workload, way, run) => time(workload, "tesserae", way, run);

// `realize` computes and leaves the elements in the tensor, as PyTorch does.
ours("l1", "x.sub(m).abs().mean([-1, -2])", () => realize(distance(x, m3)));
ours("rmse", "x.sub(m).square().mean([-1, -2]).sqrt()", () => realize(x.sub(m3).square().mean([-1, -2]).sqrt()));
ours("accuracy", "distance(x, m3).lt(distance(x, m7)).float().mean()", () => distance(x, m3).lt(distance(x, m7)).float().mean().item());
ours("pair", "a.sub(m).abs().mean().item()", () => one.sub(m3).abs().mean().item());
ours("mean image", "x.float().div(255).mean(0)", () => realize(u.float().div(255).mean(0)));
ours("mean image", "x.sum(0, { dtype: \"int32\" }).div(n * 255)", () => realize(u.sum(0, { dtype: "int32" }).div(counts.train * 255)));

for (const [workload, run] of Object.entries(handWritten({ pictures, threes }))) {
  time(workload, "hand-written", "one v128 loop, 4 accumulators", run);
}
process.stdout.write(JSON.stringify({ name: "tesserae", results }));
