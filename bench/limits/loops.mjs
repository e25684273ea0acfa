/**
 * @file The loops that measure the machine, written by hand in v128: copying, reading, touching, and multiply-adds on registers alone. What a
 * kernel is held against is what these reach in the same run on the same engine. Called by limits/engine.mjs and its threads.
 */
import { FunctionBuilder, encodeModule } from "../../dist/backends/wasm/assembler.js";

/** Bytes that one turn of a memory loop handles: eight vectors, so that counting costs next to nothing. */
export const stepBytes = 128;
const vectors = stepBytes / 16;

const advance = (f, local, by) => {
  f.get(local);
  f.i32(by);
  f.op("i32.add");
  f.set(local);
};
/** The end of a loop that runs until `local`, counted down by `by`, is zero. */
const again = (f, local, by) => {
  advance(f, local, -by);
  f.get(local);
  f.branchIf(0);
};
const parameters = ["i32", "i32", "i32", "i32"];

/** A loop (to, from, bytes, turns): each turn goes over the bytes, whole steps, at least one. `each` handles one of a step's vectors. */
function memoryLoop(each, after = () => {}) {
  const f = new FunctionBuilder(parameters, []);
  const [to, from, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const sums = Array.from({ length: vectors }, () => f.local("v128"));
  const value = f.literal(new Uint8Array(16).fill(1));
  f.loop(() => {
    [to, from, left].forEach((local, parameter) => {
      f.get(parameter);
      f.set(local);
    });
    f.loop(() => {
      for (let i = 0; i < vectors; i++) each(f, { to, from, offset: i * 16, sum: sums[i], value });
      advance(f, to, stepBytes);
      advance(f, from, stepBytes);
      again(f, left, stepBytes);
    });
    again(f, 3, 1);
  });
  after(f, sums);
  return f;
}

const copyLoop = () =>
  memoryLoop((f, { to, from, offset }) => {
    f.get(to);
    f.get(from);
    f.memory("v128.load", offset);
    f.memory("v128.store", offset);
  });

/** The sum of what is read goes where `to` is, so that no load can be left out. */
const readLoop = () =>
  memoryLoop(
    (f, { from, offset, sum }) => {
      f.get(sum);
      f.get(from);
      f.memory("v128.load", offset);
      f.simd("f32x4.add");
      f.set(sum);
    },
    (f, sums) => {
      f.get(0);
      for (const sum of sums) f.get(sum);
      for (let i = 1; i < sums.length; i++) f.simd("f32x4.add");
      f.memory("v128.store");
    },
  );

/** One constant everywhere. */
const writeLoop = () =>
  memoryLoop((f, { to, offset, value }) => {
    f.get(to);
    f.get(value);
    f.memory("v128.store", offset);
  });

/** Multiply-adds that one turn of a `maddLoop` makes on each accumulator. */
const unrolled = 8;
export const tiles = [[6, 2], [4, 2], [12, 2]];
/** Lanes' multiply-adds in one turn, for all accumulators of a tile. */
export const maddsOf = ([rows, columns], shape) => rows * columns * unrolled * (shape === "f32x4" ? 4 : 2);

/**
 * A loop (sink, 0, 0, turns): a tile of rows x columns accumulators as a matrix product has it, each row's factor times each column's, loaded once.
 * Columns lie side by side in the sink, so that an engine which pairs vectors (V8's revectorize) finds its pairs.
 */
function maddLoop(shape, relaxed, [rows, columns]) {
  const f = new FunctionBuilder(parameters, []);
  const tile = Array.from({ length: rows * columns }, () => f.local("v128"));
  const right = Array.from({ length: columns }, () => f.local("v128"));
  const left = f.local("v128");
  right.forEach((local, i) => {
    f.get(0);
    f.memory("v128.load", 1024 + 16 * i);
    f.set(local);
  });
  f.get(0);
  f.memory(shape === "f32x4" ? "v128.load32_splat" : "v128.load64_splat", 2048);
  f.set(left);
  f.loop(() => {
    for (let turn = 0; turn < unrolled; turn++) {
      tile.forEach((sum, i) => {
        if (relaxed) {
          f.get(left);
          f.get(right[i % columns]);
          f.get(sum);
          f.simd(`${shape}.relaxed_madd`);
        } else {
          f.get(sum);
          // Another order of factors in each accumulator and turn: a product that is the same for all would be computed once.
          f.get(sum);
          f.get(right[i % columns]);
          f.simd(`${shape}.mul`);
          f.simd(`${shape}.add`);
        }
        f.set(sum);
      });
    }
    again(f, 3, 1);
  });
  tile.forEach((sum, i) => {
    f.get(0);
    f.get(sum);
    f.memory("v128.store", 16 * i);
  });
  return f;
}

/** A module of one function "run", compiled as the engine's flags stand now. */
function moduleOf(f, memory) {
  return encodeModule({ memory, imports: [], functions: [f], exports: { run: 0 } });
}

/** Name → the bytes of its module, for a memory described as in `encodeModule`. */
export function loopModules(memory, relaxed) {
  const named = { copy: copyLoop(), read: readLoop(), write: writeLoop() };
  for (const shape of ["f32x4", "f64x2"]) {
    for (const fused of relaxed ? [false, true] : [false]) {
      for (const tile of tiles) named[maddName(shape, fused, tile)] = maddLoop(shape, fused, tile);
    }
  }
  return Object.fromEntries(Object.entries(named).map(([name, f]) => [name, moduleOf(f, memory)]));
}
export const maddName = (shape, fused, [rows, columns]) => `${shape} ${fused ? "relaxed_madd" : "mul+add"} ${rows}x${columns}`;
