/**
 * @file Random graphs of operations, views, reductions, joins and in-place writes through overlapping views: the compiled kernels on both
 * backends give what an eager model gives that computes one node after the other with plain arrays and knows no fusion.
 * FUZZ_RUNS and FUZZ_SEED: fuzz.ts.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceBackend } from "../../src/backends/reference/backend.js";
import { createWasmBackend } from "../../src/backends/wasm/backend.js";
import type { Node, Operand } from "../../src/compile/expression.js";
import { schedule } from "../../src/compile/schedule.js";
import { newArray, type DType, type TypedArray } from "../../src/core/dtype.js";
import { broadcastShapes, numel, sameShape } from "../../src/core/shape.js";
import { contiguousView, expand, hasBroadcast, permute, reshape, slice, unsqueeze, type View } from "../../src/core/view.js";
import { assemble, cast, constant, expandTo, fromData, index, map, reduce, scan, take, withView } from "../../src/graph/build.js";
import { Engine, withEngine } from "../../src/graph/engine.js";
import { Storage, TensorImpl } from "../../src/graph/storage.js";
import { evaluate, look, type Values } from "./eager.js";
import { runsOr, seed } from "./fuzz.js";

const runs = runsOr(400);
const used: readonly DType[] = ["float32", "float32", "int32", "uint8", "bool", "int64", "float64", "int8", "int16"];

/** A step of a random program: numbers that are taken modulo whatever there is to choose from. */
const steps = fc.array(fc.tuple(fc.nat(13), fc.nat(1000), fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 14 });
const seeds = fc.array(
  fc.record({
    shape: fc.array(fc.constantFrom(1, 2, 3, 4, 5, 8, 17, 40), { maxLength: 3 }),
    dtype: fc.constantFrom(...used),
    salt: fc.nat(1000),
  }),
  { minLength: 1, maxLength: 3 },
);
type Seed = { readonly shape: readonly number[]; readonly dtype: DType; readonly salt: number };
type Step = readonly [number, number, number, number];

/** Small whole numbers: sums and products of them are exact in every order. */
function data({ shape, dtype, salt }: Seed): TypedArray {
  const array = newArray(dtype, numel(shape));
  for (let i = 0; i < array.length; i++) {
    const value = ((i * 7919 + salt * 104729) >> 3) % 7;
    const small = dtype === "bool" ? value & 1 : dtype === "uint8" ? value : value - 3;
    if (array instanceof BigInt64Array) array[i] = BigInt(small);
    else array[i] = small;
  }
  return array;
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length];

/** Some view of an operand: permuted, cut, repeated or reshaped. */
function viewed(x: Operand, kind: number, n: number): Operand {
  const { view } = x;
  const rank = view.shape.length;
  if (kind === 0 && rank > 1) return withView(x, permute(view, view.shape.map((_, d) => (d + 1 + (n % (rank - 1))) % rank)));
  if (kind === 1 && rank > 0) {
    const dim = n % rank;
    const size = view.shape[dim];
    const start = n % size;
    const step = 1 + (n % 3);
    return withView(x, slice(view, dim, start, Math.ceil((size - start) / step), step));
  }
  if (kind === 2 && rank < 4) {
    const dim = n % (rank + 1);
    const opened = unsqueeze(view, dim);
    return withView(x, expand(opened, opened.shape.map((size, d) => (d === dim ? 1 + (n % 3) : size))));
  }
  const shape = n % 2 === 0 ? [numel(view.shape)] : [...view.shape.slice(0, -2), view.shape.slice(-2).reduce((a, b) => a * b, 1)];
  const flat = reshape(view, shape);
  return flat ? withView(x, flat) : x;
}

const arithmetic = ["add", "sub", "mul", "min", "max"] as const;
const compare = ["eq", "ne", "lt", "le"] as const;

function binary(x: Operand, other: Operand, n: number): Operand {
  let y = other;
  try {
    broadcastShapes("test", x.view.shape, y.view.shape);
  } catch {
    y = x;
  }
  const shape = broadcastShapes("test", x.view.shape, y.view.shape);
  const dtype = x.node.dtype;
  const [a, b] = [expandTo(x, shape), expandTo(cast(y, dtype), shape)];
  if (n % 5 === 4) return map(pick(compare, n >> 3), "bool", a, b);
  if (n % 5 === 3) return map("where", dtype, map("lt", "bool", a, b), a, b);
  if (dtype === "bool") return map(pick(["and", "or", "xor"] as const, n >> 3), "bool", a, b);
  return map(pick(arithmetic, n >> 3), dtype, a, b);
}

function unary(x: Operand, n: number): Operand {
  const { dtype } = x.node;
  if (n % 4 === 0) return cast(x, pick(used, n >> 2));
  if (dtype === "bool") return map("not", "bool", x);
  if (dtype === "float64" || dtype === "float32") {
    if (n % 4 === 1) return map("exp", dtype, map("min", dtype, x, constant(2 + more, dtype, x.view.shape))); // dear, and not exact
    if (n % 4 === 2) return map("div", dtype, x, constant(4 * 2 ** more, dtype, x.view.shape)); // exact
  }
  return map(n % 2 ? "neg" : "abs", dtype, x);
}

function reduced(x: Operand, n: number): Operand {
  const rank = x.view.shape.length;
  const dims = x.view.shape.map((_, d) => d).filter((d) => ((n >> d) & 1) === 1 || rank === 1);
  if (dims.length === 0 || numel(x.view.shape) === 0) return x;
  const { dtype } = x.node;
  if (dtype === "bool") return reduce(n % 3 ? "and" : "or", "bool", x, dims);
  if (n % 5 === 4) return reduce(n % 2 ? "argmin" : "argmax", "int64", x, dims);
  return reduce(pick(["sum", "min", "max", "sum"] as const, n >> 4), dtype, x, dims);
}

/** Running sums along a dimension, from either end; sometimes products, or where the extremes are. Narrow integers and bools become int64. */
function running(x: Operand, n: number): Operand {
  const { shape } = x.view;
  if (shape.length === 0) return x;
  const { dtype } = x.node;
  const wide = dtype === "float32" || dtype === "float64" ? x : cast(x, "int64");
  return scan(n % 7 === 0 ? "prod" : n % 5 === 0 ? pick(["argmin", "argmax"] as const, n >> 4) : "sum", wide, n % shape.length, (n >> 3) % 2 === 0);
}

/** Elements of all that x is a view of, at positions made of y or of the places in it. */
function taken(x: Operand, y: Operand, n: number): Operand {
  const dtype = pick(["int32", "int64"] as const, n);
  const { shape } = y.view;
  const isWhole = y.node.dtype !== "float32" && y.node.dtype !== "float64";
  const at = isWhole && n % 3 > 0 ? map("abs", dtype, cast(y, dtype)) : index(shape, dtype);
  const scaled = map("mul", dtype, at, constant(1 + more + (n % 5), dtype, shape));
  const most = constant(x.node.count - 1, dtype, shape);
  return take(x.node, map("max", dtype, map("min", dtype, scaled, most), constant(0, dtype, shape)));
}

/** What a reduction gives, seen again at each of the elements that it was reduced from (mostly), and combined with them: normalisations. */
function normalized(x: Operand, n: number): Operand {
  const { shape } = x.view;
  const { dtype } = x.node;
  const rank = shape.length;
  if (rank === 0 || numel(shape) === 0 || dtype === "bool") return x;
  const first = n % 7 === 0 ? 0 : rank - 1 - (n % Math.min(2, rank));
  const dims = shape.map((_, d) => d).filter((d) => (n % 7 === 0 ? d === first : d >= first));
  const over = (value: Operand, op: "sum" | "min" | "max"): Operand => {
    const result = reduce(op, dtype, value, dims);
    return expandTo(withView(result, contiguousView(shape.map((size, d) => (dims.includes(d) ? 1 : size)))), shape);
  };
  const low = map("sub", dtype, x, over(x, pick(["min", "max", "sum"] as const, n)));
  if (n % 3 === 0) return low;
  const isFloat = dtype === "float32" || dtype === "float64";
  // Dear, and exact: the root of a square is the number itself.
  const bent = isFloat && n % 2 === 0 ? map("sqrt", dtype, map("mul", dtype, low, low)) : map("abs", dtype, low);
  const total = over(bent, "sum");
  if (n % 5 === 1) return reduce("sum", dtype, map("mul", dtype, low, total), dims);
  if (n % 5 === 2) return map("add", dtype, total, bent);
  return map("sub", dtype, map("mul", dtype, bent, constant(2 + more, dtype, shape)), total);
}

/** One step: a new operand from those there are. */
function advance(pool: readonly Operand[], [kind, a, b, n]: Step): Operand {
  const x = pick(pool, a);
  const y = pick(pool, b);
  if (kind <= 2) return viewed(x, kind, n);
  if (kind === 3) return viewed(x, 3, n);
  if (kind <= 6) return binary(x, y, n);
  if (kind <= 8) return unary(x, n);
  if (kind === 9) return n % 3 === 0 ? running(x, n >> 2) : reduced(x, n);
  if (kind === 10) return n % 3 === 0 ? reduced(x, n >> 2) : normalized(x, n >> 2);
  if (kind === 12) return taken(x, y, n);
  if (kind === 11) return index([...x.view.shape], n % 2 ? "int32" : "int64");
  const other = sameShape(x.view.shape, y.view.shape) ? cast(y, x.node.dtype) : x;
  const shape = [2, ...x.view.shape];
  const half = (i: number): View => ({ ...contiguousView(x.view.shape), offset: i * numel(x.view.shape) });
  return assemble(shape, x.node.dtype, [{ view: half(0), value: x }, { view: half(1), value: other }]);
}

/** The constants of programs are larger by this. */
let more = 0;

function program(starts: readonly Seed[], taken: readonly Step[], largerBy = 0): Operand[] {
  more = largerBy;
  const pool = starts.map((start) => fromData(start.dtype, start.shape, data(start)));
  for (const step of taken) {
    const next = advance(pool, step);
    if (numel(next.view.shape) <= 4096) pool.push(next);
  }
  return pool;
}

/** float32: sums of a few thousand numbers that are not whole differ by their order, up to some 1e-6 of their size. */
function expectSame(got: Values, wanted: Values, dtype: DType): void {
  expect(got.length).toBe(wanted.length);
  const tolerance = dtype === "float32" ? 1e-5 : dtype === "float64" ? 1e-12 : 0;
  const largest = wanted.reduce<number>((most, v) => Math.max(most, Number.isFinite(Number(v)) ? Math.abs(Number(v)) : 0), 1);
  for (let i = 0; i < got.length; i++) {
    if (Object.is(got[i], wanted[i]) || got[i] === wanted[i]) continue;
    const difference = Math.abs(Number(got[i]) - Number(wanted[i]));
    if (!(difference <= tolerance * largest)) expect.fail(`${dtype} element ${i}: ${String(got[i])} but the eager model gives ${String(wanted[i])}`);
  }
}

const read = (engine: Engine, node: Node): Values => Array.from(engine.read(node) as Iterable<number | bigint>);

const engines = { reference: () => new Engine(createReferenceBackend()), wasm: wasmEngine() };
function wasmEngine(): () => Engine {
  const one = new Engine(createWasmBackend());
  return () => one;
}

test("programs that run over rows several times are among them, and those that keep elements from pass to pass", () => {
  let [rowKernels, keeping] = [0, 0];
  withEngine(engines.wasm(), () => {
    for (const [starts, taken] of fc.sample(fc.tuple(seeds, steps), { numRuns: 4000, seed: 1 })) {
      for (const { rows } of schedule(program(starts, taken).map(({ node }) => node).slice(-1))) {
        if (rows !== undefined) rowKernels++;
        if (rows !== undefined && rows.kept.size > 0) keeping++;
      }
    }
  });
  expect(rowKernels).toBeGreaterThan(40);
  expect(keeping).toBeGreaterThan(4);
});

for (const [name, make] of Object.entries(engines)) {
  test(`fused expressions equal the eager model (${name}, FUZZ_SEED=${seed})`, { timeout: 60_000 + runs * 200 }, () => {
    fc.assert(
      fc.property(seeds, steps, fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }), (starts, taken, asked) => {
        const engine = make();
        withEngine(engine, () => {
          const pool = program(starts, taken);
          const outputs = [...new Set(asked.map((n) => pick(pool, n).node)), pool[pool.length - 1].node];
          const memo = new Map<Node, Values>();
          const wanted = outputs.map((node) => evaluate(node, memo));
          const all = pool.map(({ node }) => evaluate(node, memo));
          // Half of the time everything is held, as by tensors; else only what is asked for, so that the rest is given back on the way.
          const everything = asked[0] % 2 === 0;
          const held = everything ? [...outputs, ...pool.map(({ node }) => node)] : outputs;
          const storages = held.map((node) => new Storage(node));
          engine.realize(outputs);
          outputs.forEach((node, i) => expectSame(read(engine, node), wanted[i], node.dtype));
          // Reading the rest afterwards still gives the same.
          if (everything) pool.forEach(({ node }, i) => expectSame(read(engine, node), all[i], node.dtype));
          storages.forEach((storage, i) => expect(storage.node).toBe(held[i]));
        });
      }),
      { numRuns: runs, seed },
    );
  });

  test(`in-place writes through overlapping views equal the eager model (${name}, FUZZ_SEED=${seed})`, { timeout: 60_000 + runs * 200 }, () => {
    fc.assert(
      fc.property(fc.constantFrom<DType>("float32", "int32", "uint8", "int64"), fc.array(fc.tuple(fc.nat(6), fc.nat(1000), fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 16 }), (dtype, taken) => {
        const engine = make();
        withEngine(engine, () => inPlaceProgram(engine, dtype, taken));
      }),
      { numRuns: runs, seed },
    );
  });
}

test("a graph that comes again is computed as before, with other elements and constants", () => {
  const engine = engines.wasm();
  const hits = engine.memo.hits;
  fc.assert(
    fc.property(seeds, steps, fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }), (starts, taken, asked) => {
      withEngine(engine, () => {
        for (let round = 0; round < 4; round++) {
          const pool = program(starts.map((seed) => ({ ...seed, salt: seed.salt + round })), taken, round);
          const outputs = [...new Set(asked.map((n) => pick(pool, n).node)), pool[pool.length - 1].node];
          const memo = new Map<Node, Values>();
          const wanted = pool.map(({ node }) => evaluate(node, memo));
          // Held in the same way each time but the last, when the results may lie where inputs were, or no longer may.
          const held = (asked[0] % 2 === 0) === round < 3 ? pool.map(({ node }) => node) : outputs;
          const storages = [...outputs, ...held].map((node) => new Storage(node));
          engine.realize(outputs);
          outputs.forEach((node) => expectSame(read(engine, node), wanted[pool.findIndex((operand) => operand.node === node)], node.dtype));
          if (held !== outputs) pool.forEach(({ node }, i) => expectSame(read(engine, node), wanted[i], node.dtype));
          storages.forEach((storage) => expect(storage.node.readers).toBeGreaterThan(0));
        }
      });
    }),
    { numRuns: runs },
  );
  expect(engine.memo.hits - hits).toBeGreaterThan(runs);
});

/** Tensors that alias two storages, written through views, read at random moments; beside plain arrays written eagerly. */
function inPlaceProgram(engine: Engine, dtype: DType, taken: readonly Step[]): void {
  const models: (number | bigint)[][] = [];
  const tensors: { impl: TensorImpl; model: (number | bigint)[] }[] = [];
  for (const salt of [1, 2]) {
    const values = data({ shape: [4, 6], dtype, salt });
    const model = Array.from(values as Iterable<number | bigint>);
    models.push(model);
    tensors.push({ impl: new TensorImpl(new Storage(fromData(dtype, [4, 6], values).node), contiguousView([4, 6])), model });
  }
  const check = (t: { impl: TensorImpl; model: (number | bigint)[] }) => {
    const node = t.impl.storage.node;
    expect(read(engine, node)).toEqual(t.model);
  };
  /** Values computed earlier and still pending: later writes must not reach them. */
  const pending: { operand: Operand; wanted: Values }[] = [];
  for (const [kind, a, b, n] of taken) {
    const t = pick(tensors, a);
    const s = pick(tensors, b);
    if (kind <= 1) {
      tensors.push({ impl: t.impl.alias(viewed(t.impl.operand(), kind === 0 ? 1 : n % 2, n).view), model: t.model });
    } else if (kind <= 3) {
      if (hasBroadcast(t.impl.view)) continue;
      const source = sameShape(s.impl.shape, t.impl.shape) ? s : t;
      const current = t.impl.operand();
      const value = n % 3 === 0 ? source.impl.operand() : map(n % 2 ? "add" : "sub", dtype, current, source.impl.operand());
      const old = look(t.model, t.impl.view);
      const given = look(source.model, source.impl.view);
      const wanted = n % 3 === 0 ? given : old.map((x, i) => wrap(dtype, x, given[i], n % 2 ? 1 : -1));
      t.impl.storage.write(t.impl.view, value);
      let i = 0;
      forEach(t.impl.view, (offset) => (t.model[offset] = wanted[i++]));
    } else if (kind === 4) {
      const operand = map("neg", dtype, t.impl.operand());
      pending.push({ operand, wanted: look(t.model, t.impl.view).map((x) => wrap(dtype, zero(dtype), x, -1)) });
    } else if (kind === 5 && !hasBroadcast(t.impl.view)) {
      // Written over its own elements in another order: none may be overwritten before it is read.
      const { node } = t.impl.storage;
      const offsets = look(Array.from({ length: 24 }, (_, i) => i), t.impl.view);
      const [step, start] = [1 + (n % 23), n % 24];
      const from = offsets.map((_, i) => (start + i * step) % 24);
      const positions = fromData("int32", t.impl.shape, Int32Array.from(from));
      const wanted = from.map((position) => t.model[position]);
      t.impl.storage.write(t.impl.view, take(node, positions));
      offsets.forEach((offset, i) => (t.model[Number(offset)] = wanted[i]));
    } else check(t);
  }
  for (const { operand, wanted } of pending) expectSame(read(engine, operand.node), wanted, dtype);
  tensors.forEach(check);
}

const zero = (dtype: DType): number | bigint => (dtype === "int64" ? 0n : 0);

function wrap(dtype: DType, a: number | bigint, b: number | bigint, sign: 1 | -1): number | bigint {
  if (dtype === "int64") return BigInt.asIntN(64, BigInt(a) + BigInt(sign) * BigInt(b));
  const array = newArray(dtype, 1);
  array[0] = Number(a) + sign * Number(b);
  return array[0];
}

function forEach(view: View, visit: (offset: number) => void): void {
  for (const offset of look(Array.from({ length: 24 }, (_, i) => i), view)) visit(Number(offset));
}
