/**
 * @file The vector maths by themselves: nanoseconds an element over a million elements, warm, one thread, beside a loop of JavaScript's
 * own Math. `node bench/maths.mjs [float32|float64] [function…]` after `npm run build`; without names, the ones that matter most.
 */
import { FunctionBuilder, encodeModule } from "../dist/backends/wasm/assembler.js";
import { hostFunctions } from "../dist/backends/wasm/host-functions.js";
import { binaryMathsOps, maths } from "../dist/backends/wasm/maths.js";
import { LocalsCode } from "../dist/backends/wasm/vector-code.js";

const COUNT = 1 << 20;
const SPAN = COUNT * 8;
const pages = (3 * SPAN) / 65536;
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
const hostNames = Object.keys(hostFunctions);

/** out[i] = op(x[i], y[i]), at 0, SPAN and 2 SPAN. */
function build(dtype, op) {
  const f = new FunctionBuilder(["i32"], []);
  const code = new LocalsCode(f, (name) => hostNames.indexOf(name));
  const at = f.local("i32");
  const load = (offset) => {
    f.get(at);
    f.memory("v128.load", offset);
    const local = f.local("v128");
    f.set(local);
    return local;
  };
  f.loop(() => {
    const x = load(0);
    const result = binaryMathsOps.includes(op) ? maths[dtype][op](code, x, load(SPAN)) : maths[dtype][op](code, x);
    f.get(at);
    f.get(result);
    f.memory("v128.store", 2 * SPAN);
    f.get(at);
    f.i32(16);
    f.op("i32.add");
    f.tee(at);
    f.get(0);
    f.op("i32.lt_u");
    f.branchIf(0);
  });
  const imports = hostNames.map((name) => ({
    module: "host", name, params: Array.from({ length: hostFunctions[name].length }, () => "f64"), results: ["f64"],
  }));
  const parts = { memory: { initial: pages, maximum: pages, shared: false }, imports, functions: [f], exports: { run: imports.length } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encodeModule(parts)), { env: { memory }, host: hostFunctions });
  return exports.run;
}

/** The best and the median of warm runs, in ns an element. */
function measure(run) {
  for (let i = 0; i < 8; i++) run();
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    run();
    return ((performance.now() - start) * 1e6) / COUNT;
  }).sort((a, b) => a - b);
  return { best: times[0], median: times[7] };
}

const random = (scale) => (Math.random() * 2 - 1) * scale;

const [dtype = "float32", ...names] = process.argv.slice(2);
const ops = names.length > 0 ? names : ["exp", "log", "tanh", "sin", "pow", "erf"];
const View = dtype === "float32" ? Float32Array : Float64Array;
const [x, y, out] = [0, SPAN, 2 * SPAN].map((offset) => new View(memory.buffer, offset, COUNT));

console.log(`${dtype}, ns an element (best / median of 15 warm runs over ${COUNT} elements), Node ${process.version}`);
for (const op of ops) {
  const positive = op.startsWith("log") || op === "pow";
  for (let i = 0; i < COUNT; i++) x[i] = positive ? Math.exp(random(3)) : random(op === "asin" || op === "acos" ? 1 : 4);
  for (let i = 0; i < COUNT; i++) y[i] = random(4);
  const run = build(dtype, op);
  const ours = measure(() => run(COUNT * View.BYTES_PER_ELEMENT));
  const scalar = Math[op];
  const loop = () => {
    for (let i = 0; i < COUNT; i++) out[i] = scalar(x[i], y[i]);
  };
  const theirs = scalar ? `   Math.${op} in a loop: ${measure(loop).best.toFixed(2)}` : "";
  console.log(`${op.padEnd(8)} ${ours.best.toFixed(2).padStart(6)} / ${ours.median.toFixed(2).padStart(6)}${theirs}`);
}
