/**
 * @file Canonical form: the same computation always becomes the same kernel. Drops axes of size 1, orders axes by stride, merges
 * neighbours that step as one, chooses the vector axis, and splits the result into structure (the cache key) and arguments.
 * Runs for every kernel call, so it is written with plain loops. Knows loops, not nodes.
 */
import type { Access, Kernel, KernelArguments, Step } from "../ir/kernel.js";
import { contractionOf } from "./contraction.js";
import type { LoopNest } from "./loops.js";

/** A kernel and what to call it with, except for the buffers. */
export interface CanonicalKernel {
  readonly kernel: Kernel;
  readonly args: Omit<KernelArguments<never>, "buffers">;
}

/** A loop axis: its size, and by how much each access steps along it. */
interface Axis {
  size: number;
  readonly strides: number[];
}

export function canonical(nest: LoopNest, buffers: number): CanonicalKernel {
  const store = (nest.scan ?? (nest.stores.length > 0 ? nest.stores : nest.passes[nest.passes.length - 1].stores)[0]).access;
  const loops = nest.reductions.length > 0 || nest.passes.length > 0 || nest.scan !== undefined;
  const outer = arrange(axesOf(nest, 0, nest.parallel), (axis) => axis.strides[store]);
  const lead = leadingLoad(nest);
  const inner = arrange(axesOf(nest, nest.parallel, nest.sizes.length), (axis) => axis.strides[lead]);
  if (loops && inner.length === 0) inner.push(single(nest));
  if (!loops && outer.length === 0) outer.push(single(nest));

  const oneLoop = nest.passes.length === 0 && nest.scan === undefined;
  const contraction = oneLoop ? contractionOf(nest, outer) : undefined;
  const alongAxis = oneLoop ? contraction !== undefined || !loops || vectorizesOuter(nest, outer, inner) : nest.scan !== undefined && scansColumns(outer, store);
  const vector = alongAxis ? "axis" : "reduceAxis";
  const axes = [...outer, ...inner];
  const vectorAxis = vector === "axis" ? outer[outer.length - 1] : inner[inner.length - 1];
  const accesses = nest.accesses.map(({ buffer, dtype }, i): Access => ({ buffer, dtype, step: stepOf(vectorAxis.strides[i]) }));
  return {
    kernel: {
      axes: outer.length,
      reduceAxes: inner.length,
      vector,
      accesses,
      body: nest.body,
      reductions: nest.reductions,
      ...(nest.passes.length > 0 && { passes: nest.passes }),
      epilogue: nest.epilogue,
      stores: nest.stores,
      ...(nest.scan && { scan: nest.scan }),
      constants: nest.constants.length,
      buffers,
      ...(contraction && { contraction }),
    },
    args: {
      sizes: axes.map((axis) => axis.size),
      offsets: nest.accesses.map((access) => access.affine.offset),
      strides: nest.accesses.map((_, i) => axes.map((axis) => axis.strides[i])),
      constants: nest.constants,
    },
  };
}

const stepOf = (stride: number): Step => (stride === 0 ? "zero" : stride === 1 ? "unit" : "other");

/** An axis of one step, for kernels that have none left: loops must have something to run along. */
const single = (nest: LoopNest): Axis => ({ size: 1, strides: nest.accesses.map(() => 0) });

/** Axes from..to of the nest, without those of size 1. */
function axesOf(nest: LoopNest, from: number, to: number): Axis[] {
  const axes: Axis[] = [];
  for (let axis = from; axis < to; axis++) {
    if (nest.sizes[axis] !== 1) axes.push({ size: nest.sizes[axis], strides: nest.accesses.map(({ affine }) => affine.terms[axis]) });
  }
  return axes;
}

/** The access whose order the reduce axes follow: the first that moves along any of them. */
function leadingLoad(nest: LoopNest): number {
  for (let i = 0; i < nest.accesses.length; i++) {
    if (nest.accesses[i].buffer < 0) continue;
    for (let axis = nest.parallel; axis < nest.sizes.length; axis++) if (nest.accesses[i].affine.terms[axis] !== 0) return i;
  }
  return 0;
}

/** Longest strides outermost (stable, so equal ones keep their order); then neighbours that every access walks as one are merged. */
function arrange(axes: Axis[], strideOf: (axis: Axis) => number): Axis[] {
  if (axes.length > 1) axes.sort((a, b) => strideOf(b) - strideOf(a));
  for (let i = axes.length - 2; i >= 0; i--) {
    const [outer, inner] = [axes[i], axes[i + 1]];
    if (outer.strides.every((stride, k) => stride === inner.strides[k] * inner.size)) {
      inner.size *= outer.size;
      axes.splice(i, 1);
    }
  }
  return axes;
}

/** Whether the running values of a scan lie side by side, in as many columns as a vector has elements; else several rows are walked at once. */
function scansColumns(outer: readonly Axis[], store: number): boolean {
  const last = outer.at(-1);
  return last !== undefined && last.strides[store] === 1 && last.size >= 4;
}

/**
 * Whether a reduction runs its vectors along the innermost independent axis (neighbouring results side by side) rather than along the
 * innermost reduce axis. Counts what a step of four elements costs: a gathering load is some four plain ones, short axes waste lanes,
 * and each result of the second way pays for adding up its lanes.
 */
function vectorizesOuter(nest: LoopNest, outer: readonly Axis[], inner: readonly Axis[]): boolean {
  if (outer.length === 0) return false;
  const cost = (axis: Axis, perResult: number) => {
    let gathers = 0;
    for (const instruction of nest.body) if (instruction.op === "load" && axis.strides[instruction.access] > 1) gathers++;
    return (nest.body.length + 3 * gathers) * (Math.ceil(axis.size / 4) / (axis.size / 4)) + perResult / axis.size;
  };
  const lanesOfOneResult = 24;
  return cost(outer[outer.length - 1], 0) < cost(inner[inner.length - 1], lanesOfOneResult);
}
