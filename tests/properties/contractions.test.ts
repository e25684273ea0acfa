/**
 * @file Matrix products, packed and in blocks, give what the loops give: random contractions of any numbers of axes and any strides, to
 * the bit against the reference backend. Their numbers are small integers, of which sums are exact in any order.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceBackend } from "../../src/backends/reference/backend.js";
import { createWasmBackend } from "../../src/backends/wasm/backend.js";
import type { Access, ContractionRole, Instruction, Kernel, Step } from "../../src/ir/kernel.js";
import { printKernel } from "../../src/ir/print.js";
import { splitReduction } from "../../src/ir/split.js";
import { verify } from "../../src/ir/verify.js";
import { runsOr, seed } from "./fuzz.js";
import type { Call } from "./kernels.js";
import { run } from "./running.js";

const numRuns = runsOr(150);
const reference = createReferenceBackend();
/** The second cuts every call in pieces; the third shares it out among threads; the last cuts the depth in parts, a product each. */
const backends = [createWasmBackend(), createWasmBackend({ pieces: 3 }), createWasmBackend({ threads: 3, sharesAll: true }), createWasmBackend({ parts: 3 })];

type Role = ContractionRole | "depth";
interface Axis {
  readonly role: Role;
  readonly size: number;
}
interface Product {
  readonly kernel: Kernel;
  readonly call: Call;
  readonly buffers: readonly Uint8Array[];
}

/** Sizes that end in the middle of tiles, slices and blocks; a long one now and then. */
const size = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 2, max: 9 }) }, { weight: 2, arbitrary: fc.integer({ min: 10, max: 40 }) });
const longest: Readonly<Record<Role, number>> = { batch: 5, row: 200, column: 530, depth: 300 };
const axis = (role: Role): fc.Arbitrary<Axis> => size.map((length) => ({ role, size: length }));
const shape = fc.tuple(
  fc.array(fc.constantFrom<ContractionRole>("batch", "row", "column"), { maxLength: 2 }), fc.integer({ min: 1, max: 3 }),
  fc.option(fc.constantFrom<Role>("row", "column", "depth"), { nil: undefined, freq: 4 }),
).chain(([more, depths, long]) => fc.tuple(
  ...[...more, "row" as const, "column" as const].map(axis), ...Array.from({ length: depths }, () => axis("depth")),
).map((axes) => shortened(axes, long)));

/** Makes the last axis of a role long, and the others short enough for the reference to be done with it. */
function shortened(axes: readonly Axis[], long: Role | undefined): Axis[] {
  const last = axes.findLastIndex(({ role }) => role === long);
  const result = axes.map((given, at) => (at === last ? { ...given, size: longest[given.role] - (given.size % 7) } : given));
  for (let points = work(result); points > 120_000; points = work(result)) {
    const at = result.findIndex((given, i) => i !== last && given.size > 3);
    if (at < 0) break;
    result[at] = { ...result[at], size: Math.ceil(result[at].size / 2) };
  }
  return result;
}
const work = (axes: readonly Axis[]): number => axes.reduce((product, given) => product * given.size, 1);

/** What moves along which axes; windows may overlap, as a convolution's do, and elements may lie apart. */
function stridesOf(axes: readonly Axis[], moves: (role: Role) => boolean, order: readonly number[], gap: number): number[] {
  const strides = axes.map(() => 0);
  let step = 1 + (gap % 3 === 2 ? 1 : 0);
  for (const at of order) {
    if (!moves(axes[at].role)) continue;
    strides[at] = step;
    step = gap % 4 === 3 && axes[at].role !== "batch" ? step + 1 : step * axes[at].size + (gap % 5 === 4 ? 3 : 0);
  }
  return strides;
}
/** Random orders are sorted by these, so that fast-check can shrink them. */
const orderOf = (length: number, keys: readonly number[]): number[] =>
  Array.from({ length }, (_, i) => i).sort((a, b) => keys[a % keys.length] - keys[b % keys.length] || b - a);

const product = fc.record({
  axes: shape, dtype: fc.constantFrom("float32" as const, "float64" as const), swapped: fc.boolean(),
  keys: fc.tuple(fc.array(fc.nat(3), { minLength: 3, maxLength: 6 }), fc.array(fc.nat(3), { minLength: 3, maxLength: 6 })), gaps: fc.tuple(fc.nat(19), fc.nat(19)),
  epilogue: fc.constantFrom("none" as const, "column" as const, "row" as const), values: fc.nat(1000),
}).map(({ axes, dtype, swapped, keys, gaps, epilogue, values }): Product => {
  const outer = axes.filter(({ role }) => role !== "depth");
  const all = [...outer, ...axes.filter(({ role }) => role === "depth")];
  const lists = [
    stridesOf(all, (role) => role !== "column", orderOf(all.length, keys[0]), gaps[0]),
    stridesOf(all, (role) => role !== "row", orderOf(all.length, keys[1]), gaps[1]),
    stridesOf(all, (role) => role !== "depth", orderOf(outer.length, [0]), 0),
    stridesOf(all, (role) => role === epilogue, orderOf(all.length, [0]), 0),
  ];
  const stepOf = (strides: readonly number[]): Step => (["zero", "unit"] as const)[strides[outer.length - 1]] ?? "other";
  const accesses = lists.map((strides, buffer): Access => ({ buffer, dtype, step: stepOf(strides) }));
  const result: Instruction = { op: "reduced", dtype, reduction: 0 };
  const kernel: Kernel = {
    axes: outer.length, reduceAxes: all.length - outer.length, vector: "axis", accesses,
    body: [{ op: "load", dtype, access: swapped ? 1 : 0 }, { op: "load", dtype, access: swapped ? 0 : 1 }, { op: "mul", dtype, args: [0, 1] }],
    reductions: [{ op: "sum", dtype, value: 2 }],
    epilogue: epilogue === "none" ? [result] : [result, { op: "load", dtype, access: 3 }, { op: "add", dtype, args: [0, 1] }, { op: "max", dtype, args: [2, 0] }],
    stores: [{ access: 2, value: epilogue === "none" ? 0 : 3 }],
    constants: 0, buffers: 4,
    contraction: { left: 0, right: 1, roles: outer.map(({ role }) => (role === "depth" ? "batch" : role)) },
  };
  const offsets = gaps.map((gap) => gap % 3);
  const sizes = all.map((given) => given.size);
  const buffers = lists.map((strides, i) => elements(dtype, 4 + strides.reduce((sum, stride, at) => sum + stride * (sizes[at] - 1), 0), values + i));
  return { kernel, call: { sizes, offsets: [...offsets, 0, 0], strides: lists, constants: [] }, buffers };
});

/** Integers from -4 to 4. */
function elements(dtype: "float32" | "float64", count: number, start: number): Uint8Array {
  const values = Array.from({ length: count }, (_, i) => ((((start + i) * 2654435761) >>> 13) % 9) - 4);
  return new Uint8Array((dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values)).buffer);
}

test(`random contractions are what their loops are (${numRuns} runs, FUZZ_SEED=${seed})`, { timeout: 60_000 + numRuns * 400 }, () => {
  fc.assert(fc.property(product, ({ kernel, call, buffers }) => {
    verify(kernel);
    const split = splitReduction(kernel);
    if (split) for (const half of [split.partial, split.combine]) verify(half);
    const wanted = run(reference, kernel, call, buffers)[2];
    for (const backend of backends) {
      const got = run(backend, kernel, call, buffers)[2];
      expect(Buffer.compare(got, wanted), printKernel(kernel, call)).toBe(0);
    }
  }), { numRuns, seed });
});
