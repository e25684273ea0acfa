/**
 * @file How far a floating sum or product may be from the reference's, worked out for each case from the numbers that went in. Called by
 * the comparison of backends; runs on the reference backend only.
 *
 * - A sum of n numbers is off by at most (additions in a row) x (half an ulp) x (sum of magnitudes), whatever the order
 *   (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 4.2). Backends add in blocks, so at most `longestRow` in a row.
 * - A product of n is off by at most n half ulps of itself.
 * - Where the magnitudes could leave the dtype's range on the way, the order decides between a number and infinity: anything goes.
 */
import type { Instruction, Kernel, Reduction } from "../../src/ir/kernel.js";
import { createReferenceBackend } from "../../src/backends/reference/backend.js";
import type { Case } from "./kernels.js";
import { elementsOf } from "./values.js";
import { run } from "./running.js";

/** Numbers that a backend adds one to the other before it starts on another total. */
const longestRow = 1024;
/** Ulps that a mathematical function may err. */
export const mathsUlps = { float32: 4, float64: 4 } as const;

const halfUlp = { float32: 2 ** -24, float64: 2 ** -53 } as const;
/** Below the normal range an ulp is no part of the number: it is this. A function's ulps count as these there (erf(1e-40) errs by one). */
const smallest = { float32: 2 ** -149, float64: Number.MIN_VALUE } as const;
/** Powers of two that a product, or a sum, may reach on the way without leaving the range. */
const safePower = { float32: 120, float64: 1000 } as const;

/** Points, last axis fastest, to the absolute error allowed there; Infinity where anything goes. */
export type Allowance = (point: number, value: number) => number;

/** The allowance of each reduction that is a floating sum or product; undefined for the others. */
export function allowances(test: Case): (Allowance | undefined)[] {
  return test.kernel.reductions.map((reduction, at) => allowance(test, reduction, at));
}

function allowance(test: Case, { op, dtype, value }: Reduction, at: number): Allowance | undefined {
  if ((dtype !== "float32" && dtype !== "float64") || (op !== "sum" && op !== "prod")) return undefined;
  const { sizes } = test.call;
  const count = sizes.slice(test.kernel.axes).reduce((product, size) => product * size, 1);
  const functions = (test.functionsBefore[at] ?? 0) * mathsUlps[dtype] * 2;
  const unit = halfUlp[dtype];
  if (op === "sum") {
    const magnitudes = companion(test, value, "sum");
    const inRow = Math.min(count, longestRow) + Math.ceil(Math.log2(count + 1)) + functions + 2;
    const underflow = count * functions * smallest[dtype];
    return (point) => (magnitudes[point] < 2 ** safePower[dtype] ? inRow * unit * magnitudes[point] + underflow : Infinity);
  }
  const powers = companion(test, value, "prod");
  const steps = count * (1 + functions) + 2;
  return (point, result) => (powers[point] < safePower[dtype] ? steps * unit * Math.abs(result) : Infinity);
}

/**
 * Over the finite values that a reduction takes: the sum of their magnitudes, or for a product the sum of |log2| of those that are
 * not 0. One float64 for each point.
 */
function companion(test: Case, value: number, op: "sum" | "prod"): ArrayLike<number | bigint> & { readonly [point: number]: number } {
  const { kernel, call } = test;
  const body: Instruction[] = [...kernel.body];
  const add = (instruction: Instruction): number => body.push(instruction) - 1;
  const constant = (number: number): number => add({ op: "constant", dtype: "float64", slot: constants.push(number) - 1 });
  const constants = [...call.constants];
  const wide = add({ op: "cast", dtype: "float64", args: [value] });
  const magnitude = add({ op: "abs", dtype: "float64", args: [wide] });
  const infinity = constant(Infinity);
  const finite = add({ op: "lt", dtype: "bool", args: [magnitude, infinity] });
  let term = magnitude;
  let counted = finite;
  if (op === "prod") {
    const power = add({ op: "log2", dtype: "float64", args: [magnitude] });
    term = add({ op: "abs", dtype: "float64", args: [power] });
    const nonZero = add({ op: "lt", dtype: "bool", args: [constant(0), magnitude] });
    counted = add({ op: "and", dtype: "bool", args: [finite, nonZero] });
  }
  const zero = constant(0);
  const kept = add({ op: "where", dtype: "float64", args: [counted, term, zero] });
  const points = call.sizes.slice(0, kernel.axes).reduce((product, size) => product * size, 1);
  const { passes: _, ...plain } = kernel;
  const asked: Kernel = {
    ...plain,
    vector: "reduceAxis",
    accesses: [...kernel.accesses.map((access) => ({ ...access, step: "other" as const })), { buffer: kernel.buffers, dtype: "float64", step: "zero" }],
    body,
    reductions: [{ op: "sum", dtype: "float64", value: kept }],
    epilogue: [{ op: "reduced", dtype: "float64", reduction: 0 }],
    stores: [{ access: kernel.accesses.length, value: 0 }],
    constants: constants.length,
    buffers: kernel.buffers + 1,
  };
  return sums(asked, test, constants, points);
}

function sums(kernel: Kernel, test: Case, constants: readonly (number | bigint)[], points: number): Float64Array {
  const { sizes, offsets, strides } = test.call;
  const dense = sizes.map((_, axis) => (axis < kernel.axes ? sizes.slice(axis + 1, kernel.axes).reduce((product, size) => product * size, 1) : 0));
  const call = { sizes, offsets: [...offsets, 0], strides: [...strides, dense], constants };
  const buffers = [...test.buffers, new Uint8Array(8 * points)];
  const after = run(createReferenceBackend(), kernel, call, buffers);
  const out = elementsOf("float64", after[kernel.buffers - 1]);
  return out instanceof Float64Array ? out : new Float64Array();
}
