/**
 * @file What a person would write by hand for the two distances: one v128 loop a row with 4 accumulators (784 = 49 x 4 x 4, so no
 * tail), sizes and all as literals. The engine's emitted kernels are measured beside it.
 */
import { FunctionBuilder, encodeModule } from "../dist/backends/wasm/assembler.js";

const pixels = 784;
const accumulators = 4;

/** run(x, m, out, rows): out[row] = finish(sum over pixels of term(x[row] - m) / pixels). */
function distanceFunction(term, finish) {
  const f = new FunctionBuilder(["i32", "i32", "i32", "i32"], []);
  const [x, m, out, rows] = [0, 1, 2, 3];
  const at = f.local("i32");
  const sums = Array.from({ length: accumulators }, () => f.local("v128"));
  const difference = f.local("v128");
  const step = accumulators * 16;
  const advance = (local, by) => {
    f.get(local);
    f.i32(by);
    f.op("i32.add");
    f.set(local);
  };
  f.loop(() => {
    for (const sum of sums) {
      f.v128(new Uint8Array(16));
      f.set(sum);
    }
    f.i32(0);
    f.set(at);
    f.loop(() => {
      sums.forEach((sum, i) => {
        f.get(sum);
        for (const pointer of [x, m]) {
          f.get(pointer);
          f.get(at);
          f.op("i32.add");
          f.memory("v128.load", i * 16);
        }
        f.simd("f32x4.sub");
        f.set(difference);
        term(f, difference);
        f.simd("f32x4.add");
        f.set(sum);
      });
      advance(at, step);
      f.get(at);
      f.i32(pixels * 4);
      f.op("i32.lt_u");
      f.branchIf(0);
    });
    f.get(out);
    for (const sum of sums) f.get(sum);
    for (let i = 1; i < accumulators; i++) f.simd("f32x4.add");
    f.set(difference);
    for (let lane = 0; lane < 4; lane++) {
      f.get(difference);
      f.lane("f32x4.extract_lane", lane);
      if (lane > 0) f.op("f32.add");
    }
    f.f32(pixels);
    f.op("f32.div");
    finish(f);
    f.memory("f32.store");
    advance(x, pixels * 4);
    advance(out, 4);
    advance(rows, -1);
    f.get(rows);
    f.branchIf(0);
  });
  return f;
}

/** workload → { run: computes all distances once, read: the distances }. */
export function handWritten(pictures, threes) {
  const rows = pictures.length / pixels;
  const pages = Math.ceil((pictures.byteLength + threes.byteLength + rows * 4) / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const l1 = distanceFunction((f, d) => (f.get(d), f.simd("f32x4.abs")), () => {});
  const rmse = distanceFunction((f, d) => (f.get(d), f.get(d), f.simd("f32x4.mul")), (f) => f.op("f32.sqrt"));
  const parts = { memory: { initial: pages, maximum: pages, shared: false }, imports: [], functions: [l1, rmse], exports: { l1: 0, rmse: 1 } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encodeModule(parts)), { env: { memory } });
  const m = pictures.byteLength;
  const out = m + threes.byteLength;
  new Float32Array(memory.buffer, 0, pictures.length).set(pictures);
  new Float32Array(memory.buffer, m, threes.length).set(threes);
  const read = () => new Float32Array(memory.buffer, out, rows);
  return { l1: { run: () => exports.l1(0, m, out, rows), read }, rmse: { run: () => exports.rmse(0, m, out, rows), read } };
}
