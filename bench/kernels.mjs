/**
 * @file Times kernels of the WebAssembly backend on one thread, built by hand as loop IR: warm medians and the first call
 * (which compiles), each beside a hand-written loop where there is one. `node bench/kernels.mjs [name…]` after `npm run build`.
 */
import { createWasmBackend } from "../dist/backends/wasm/backend.js";
import { FunctionBuilder, encodeModule } from "../dist/backends/wasm/assembler.js";

const wanted = process.argv.slice(2);
const backend = createWasmBackend();

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** Median milliseconds of a call, over at least 15 calls and 0.3 s, after a warm-up that lets the engine optimise. */
async function time(call) {
  const start = performance.now();
  call();
  const first = performance.now() - start;
  for (let i = 0; i < 30; i++) {
    call();
    if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const times = [];
  const repeat = Math.max(1, Math.round(0.05 / first));
  for (const end = performance.now() + 400; times.length < 15 || performance.now() < end; ) {
    const begin = performance.now();
    for (let i = 0; i < repeat; i++) call();
    times.push((performance.now() - begin) / repeat);
  }
  return { first, warm: median(times) };
}

function filled(dtype, count) {
  const bytes = { float32: 4, uint8: 1, float64: 8, int64: 8 }[dtype];
  const allocation = backend.allocate(count * bytes);
  const view = backend.view(allocation, dtype, 0, count);
  if (dtype !== "int64") for (let i = 0; i < count; i++) view[i] = dtype === "uint8" ? i * 7 : ((i * 2654435761) % 1000) / 1000;
  return allocation;
}

/** A kernel's parts in short: accesses as [buffer, dtype, step]. */
const kernel = (parts) => ({
  axes: 0, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, ...parts,
  accesses: parts.accesses.map(([buffer, dtype, step]) => ({ buffer, dtype, step })),
  buffers: 1 + Math.max(...parts.accesses.map(([buffer]) => buffer)),
});
const f32 = (op, ...args) => ({ op, dtype: "float32", args });
const load = (access, dtype = "float32") => ({ op: "load", dtype, access });
const constant = (slot) => ({ op: "constant", dtype: "float32", slot });
const reduced = { op: "reduced", dtype: "float32", reduction: 0 };
const sumOf = (value) => [{ op: "sum", dtype: "float32", value }];

/** mean(|x - m|) or sqrt(mean((x - m)^2)) over the rows of x. */
function distance(rows, columns, square) {
  const body = [load(0), load(1), f32("sub", 0, 1), square ? f32("mul", 2, 2) : f32("abs", 2)];
  const epilogue = [reduced, constant(0), f32("div", 0, 1), ...(square ? [f32("sqrt", 2)] : [])];
  return {
    kernel: kernel({
      axes: 1, reduceAxes: 1, vector: "reduceAxis", constants: 1,
      accesses: [[0, "float32", "unit"], [1, "float32", "unit"], [2, "float32", "zero"]],
      body, reductions: sumOf(3), epilogue, stores: [{ access: 2, value: epilogue.length - 1 }],
    }),
    args: {
      sizes: [rows, columns], offsets: [0, 0, 0], strides: [[columns, 1], [0, 1], [1, 0]], constants: [columns],
      buffers: [filled("float32", rows * columns), filled("float32", columns), filled("float32", rows)],
    },
  };
}

/** The mean over the first axis of uint8 rows, as float32, with or without a division by 255 of each element. */
function meanImage(rows, columns, scaled) {
  const body = [load(0, "uint8"), f32("cast", 0), ...(scaled ? [constant(1), f32("div", 1, 2)] : [])];
  return {
    kernel: kernel({
      axes: 1, reduceAxes: 1, constants: 2, accesses: [[0, "uint8", "unit"], [1, "float32", "unit"]],
      body, reductions: sumOf(body.length - 1), epilogue: [reduced, constant(0), f32("div", 0, 1)], stores: [{ access: 1, value: 2 }],
    }),
    args: {
      sizes: [columns, rows], offsets: [0, 0], strides: [[1, columns], [1, 0]], constants: [rows, 255],
      buffers: [filled("uint8", rows * columns), filled("float32", columns)],
    },
  };
}

function sum(rows, columns) {
  return {
    kernel: kernel({
      axes: 1, reduceAxes: 1, vector: "reduceAxis", accesses: [[0, "float32", "unit"], [1, "float32", "zero"]],
      body: [load(0)], reductions: sumOf(0), epilogue: [reduced], stores: [{ access: 1, value: 0 }],
    }),
    args: {
      sizes: [rows, columns], offsets: [0, 0], strides: [[columns, 1], [1, 0]], constants: [],
      buffers: [filled("float32", rows * columns), filled("float32", rows)],
    },
  };
}

function elementwise(count, op, inputs) {
  const loads = Array.from({ length: inputs }, (_, i) => load(i));
  return {
    kernel: kernel({
      axes: 1, accesses: Array.from({ length: inputs + 1 }, (_, i) => [i, "float32", "unit"]),
      epilogue: [...loads, f32(op, ...loads.keys())], stores: [{ access: inputs, value: inputs }],
    }),
    args: {
      sizes: [count], offsets: [0, ...loads.map(() => 0)], strides: [[1], ...loads.map(() => [1])], constants: [],
      buffers: Array.from({ length: inputs + 1 }, () => filled("float32", count)),
    },
  };
}

/** The index of the greatest of each row, as PyTorch's int64. */
function argmax(rows, columns) {
  return {
    kernel: kernel({
      axes: 1, reduceAxes: 1, vector: "reduceAxis",
      accesses: [[0, "float32", "unit"], [-1, "int64", "unit"], [1, "int64", "zero"]],
      body: [load(0), { op: "index", dtype: "int64", access: 1 }],
      reductions: [{ op: "argmax", dtype: "int64", value: 0, index: 1 }],
      epilogue: [{ op: "reduced", dtype: "int64", reduction: 0 }], stores: [{ access: 2, value: 0 }],
    }),
    args: {
      sizes: [rows, columns], offsets: [0, 0, 0], strides: [[columns, 1], [0, 1], [1, 0]], constants: [],
      buffers: [filled("float32", rows * columns), filled("int64", rows)],
    },
  };
}

/** A transposed copy: loads a column apart. */
function transpose(rows, columns) {
  return {
    kernel: kernel({
      axes: 2, accesses: [[0, "float32", "other"], [1, "float32", "unit"]], epilogue: [load(0)], stores: [{ access: 1, value: 0 }],
    }),
    args: {
      sizes: [rows, columns], offsets: [0, 0], strides: [[1, rows], [columns, 1]], constants: [],
      buffers: [filled("float32", rows * columns), filled("float32", rows * columns)],
    },
  };
}

/** The sum of bytes as int64, PyTorch's default. */
function sumOfBytes(count) {
  return {
    kernel: kernel({
      reduceAxes: 1, vector: "reduceAxis", accesses: [[0, "uint8", "unit"], [1, "int64", "zero"]],
      body: [load(0, "uint8"), { op: "cast", dtype: "int64", args: [0] }], reductions: [{ op: "sum", dtype: "int64", value: 1 }],
      epilogue: [{ op: "reduced", dtype: "int64", reduction: 0 }], stores: [{ access: 1, value: 0 }],
    }),
    args: {
      sizes: [count], offsets: [0, 0], strides: [[1], [0]], constants: [],
      buffers: [filled("uint8", count), filled("int64", 1)],
    },
  };
}

/** x < y for float32, stored as bool. */
function less(count) {
  return {
    kernel: kernel({
      axes: 1, accesses: [[0, "float32", "unit"], [1, "float32", "unit"], [2, "bool", "unit"]],
      epilogue: [load(0), load(1), { op: "lt", dtype: "bool", args: [0, 1] }], stores: [{ access: 2, value: 2 }],
    }),
    args: {
      sizes: [count], offsets: [0, 0, 0], strides: [[1], [1], [1]], constants: [],
      buffers: [filled("float32", count), filled("float32", count), filled("uint8", count)],
    },
  };
}

/** Does one thing after the other. */
const run = (...steps) => steps.forEach((step) => step());

/** The L1 distance as one would write it by hand: eight accumulators, 784 columns, nothing else. */
function handWritten(rows, columns, buffers) {
  const f = new FunctionBuilder(["i32", "i32", "i32", "i32"], []); // x, m, out, rows
  const [p, q, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const sums = Array.from({ length: 8 }, () => f.local("v128"));
  const each = (k) => {
    f.get(sums[k % 8]);
    f.get(p);
    f.memory("v128.load", 16 * k);
    f.get(q);
    f.memory("v128.load", 16 * k);
    f.simd("f32x4.sub");
    f.simd("f32x4.abs");
    f.simd("f32x4.add");
    f.set(sums[k % 8]);
  };
  const copy = (from, to) => run(() => f.get(from), () => f.set(to));
  const add = (local, amount) => run(() => f.get(local), () => f.i32(amount), () => f.op("i32.add"), () => f.set(local));
  const again = (count) => run(() => add(count, -1), () => f.get(count), () => f.branchIf(0));
  f.loop(() => {
    f.v128(new Uint8Array(16));
    f.set(sums[0]);
    for (const s of sums) copy(sums[0], s);
    copy(0, p);
    copy(1, q);
    f.i32(Math.floor(columns / 32));
    f.set(left);
    f.loop(() => {
      for (let k = 0; k < 8; k++) each(k);
      add(p, 128);
      add(q, 128);
      again(left);
    });
    for (let k = 0; k < (columns % 32) / 4; k++) each(k);
    f.get(2);
    f.get(sums[0]);
    for (const s of sums.slice(1)) run(() => f.get(s), () => f.simd("f32x4.add"));
    f.set(sums[0]);
    f.f32(0);
    for (let k = 0; k < 4; k++) run(() => f.get(sums[0]), () => f.lane("f32x4.extract_lane", k), () => f.op("f32.add"));
    f.f32(columns);
    f.op("f32.div");
    f.memory("f32.store");
    add(0, 4 * columns);
    add(2, 4);
    again(3);
  });
  const { memory, maximumPages: maximum, shared } = backend.heap;
  const bytes = encodeModule({ memory: { initial: 1, maximum, shared }, imports: [], functions: [f], exports: { f: 0 } });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const [x, m, out] = buffers.map(({ address }) => address);
  return () => exports.f(x, m, out, rows);
}

const workloads = {
  "L1 distance [2038, 784]": () => distance(2038, 784, false),
  "RMSE [2038, 784]": () => distance(2038, 784, true),
  "L1 distance [57064, 28]": () => distance(57064, 28, false),
  "L1 distance of one 28 x 28": () => distance(1, 784, false),
  "uint8 mean image [6131, 784]": () => meanImage(6131, 784, false),
  "uint8 / 255 mean image [6131, 784]": () => meanImage(6131, 784, true),
  "sum of 16 M float32": () => sum(1, 1 << 24),
  "sum of 64 K float32": () => sum(1, 1 << 16),
  "add of 1 M float32": () => elementwise(1 << 20, "add", 2),
  "exp of 1 M float32": () => elementwise(1 << 20, "exp", 1),
  "less than of 1 M float32": () => less(1 << 20),
  "argmax of rows [2038, 784]": () => argmax(2038, 784),
  "transposed copy [1024, 1024]": () => transpose(1024, 1024),
  "sum of 4.8 M uint8 as int64": () => sumOfBytes(6131 * 784),
};

const show = (name, ...figures) => console.log(name.padEnd(38), ...figures.map((x) => (typeof x === "number" ? x.toFixed(4) : x).padStart(11)));
show("milliseconds", "first call", "warm", "per item ns");
for (const [name, make] of Object.entries(workloads)) {
  if (wanted.length > 0 && !wanted.some((w) => name.includes(w))) continue;
  const { kernel: structure, args } = make();
  const executable = backend.compile(structure);
  const { first, warm } = await time(() => backend.run(executable, args));
  show(name, first, warm, (warm * 1e6) / args.sizes.reduce((a, b) => a * b));
  if (name === "L1 distance [2038, 784]") {
    const hand = await time(handWritten(2038, 784, args.buffers));
    show("  the same by hand", hand.first, hand.warm, (warm / hand.warm).toFixed(2) + " x");
  }
  for (const buffer of args.buffers) backend.free(buffer);
}
