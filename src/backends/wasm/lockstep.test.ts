/**
 * @file Code in lockstep gives the bits of code step by step: every function of float32, branches for rare elements included, beside loads of other
 * dtypes and rows; for rows of every remainder. And, on an engine that has wide vectors, the same of large tensors that use them.
 */
import { describe, expect, test } from "vitest";
import { manualSeed } from "../../core/random.js";
import { unaryOps, type Instruction, type Kernel } from "../../ir/kernel.js";
import { randn, type Tensor } from "../../tensor/tensor.js";
import { createWasmBackend } from "./backend.js";
import { configure } from "./features.js";
import { isPairable, sampleCall, sampleElements, sampleValue } from "./pairing.js";

/** out = epilogue of x, float32; of m, uint8; of r, float32, one a row. */
const kernelOf = (epilogue: readonly Instruction[]): Kernel => ({
  axes: 2, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 1, buffers: 4, epilogue,
  accesses: [
    { buffer: 0, dtype: "float32", step: "unit" }, { buffer: 1, dtype: "uint8", step: "unit" }, { buffer: 2, dtype: "float32", step: "zero" },
    { buffer: 3, dtype: "float32", step: "unit" },
  ],
  stores: [{ access: 3, value: epilogue.length - 1 }],
});
const x: Instruction = { op: "load", dtype: "float32", access: 0 };
const unary = unaryOps.filter((op) => op !== "not").map((op) => [op, kernelOf([x, { op, dtype: "float32", args: [0] }])] as const);
const mixed = kernelOf([
  x, { op: "load", dtype: "uint8", access: 1 }, { op: "load", dtype: "float32", access: 2 }, { op: "cast", dtype: "float32", args: [1] },
  { op: "constant", dtype: "float32", slot: 0 }, { op: "pow", dtype: "float32", args: [0, 4] }, { op: "lt", dtype: "bool", args: [5, 2] },
  { op: "where", dtype: "float32", args: [6, 3, 0] }, { op: "exp", dtype: "float32", args: [2] }, { op: "mul", dtype: "float32", args: [7, 8] },
]);

/** The bits of a kernel's result for rows of a length. */
function bits(kernel: Kernel, lockstep: boolean, columns: number): readonly number[] {
  const backend = createWasmBackend({ lockstep, pieces: 1 });
  const buffers = kernel.accesses.map(({ dtype }, b) => {
    const allocation = backend.allocate(4 * sampleElements(kernel) + 64);
    backend.view(allocation, dtype, 0, sampleElements(kernel)).forEach((_, i, all) => (all[i] = sampleValue(dtype, i + b, false)));
    return allocation;
  });
  const call = sampleCall(kernel, [2.5], buffers);
  backend.run(backend.compile(kernel), { ...call, sizes: [3, columns] });
  return [...backend.view(buffers[3], "int32", 0, sampleElements(kernel))];
}

describe.each([77, 4, 3, 9])("rows of %i elements", (columns) => {
  test.each([...unary, ["several dtypes and a row's value", mixed] as const])("%s", (_, kernel) => {
    expect(isPairable(kernel)).toBe(true);
    expect(bits(kernel, true, columns)).toEqual(bits(kernel, false, columns));
  });
});

test("what is gathered, reduced, or stored in other sizes is not paired", () => {
  expect(isPairable({ ...mixed, accesses: mixed.accesses.map((access) => ({ ...access, step: "other" as const })) })).toBe(false);
  expect(isPairable({ ...mixed, reduceAxes: 1 })).toBe(false);
  expect(isPairable({ ...mixed, stores: [{ access: 1, value: 1 }] })).toBe(false);
});

const expressions: readonly (readonly [string, (a: Tensor, b: Tensor) => Tensor])[] = [
  ["softmax", (a) => a.softmax(1)], ["logSoftmax", (a) => a.logSoftmax(1)], ["L1 distance", (a, b) => a.sub(b).abs().mean(1)], ["var", (a) => a.var(1)],
  ["a row's largest", (a, b) => a.mul(b).amax(1)], ["exp", (a) => a.exp()], ["tanh", (a) => a.tanh()], ["relu(a b + 1) / 2", (a, b) => a.mul(b).add(1).relu().mul(0.5)],
  ["far exponents", (a) => a.mul(60).exp()], ["sqrt, log and where", (a, b) => a.abs().sqrt().add(b.abs().log()).mul(a.gt(b).to("float32"))],
];
test.each(expressions)("large tensors: %s", (_, expression) => {
  manualSeed(5);
  const [a, b] = [randn([700, 811]), randn([700, 811])];
  const bitsOf = (wideVectors: boolean): Uint8Array => {
    configure({ wideVectors });
    // Wide code comes with the second long call.
    for (let i = 0; i < 3; i++) expression(a, b).sum().item();
    const results = [1, 2, 3].map(() => expression(a, b).toTypedArray().slice());
    return new Uint8Array(results[2].buffer);
  };
  try {
    expect(Buffer.compare(bitsOf(true), bitsOf(false))).toBe(0);
  } finally {
    configure({ wideVectors: "auto" });
  }
});
