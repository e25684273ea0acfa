/**
 * @file Cuts a reduction in two kernels: one that reduces parts of the range, which may then run side by side, and one that folds the parts'
 * results in their order and goes on with the epilogue. A pure transformation of the loop IR: backends call it, and decide when.
 *
 *     sum over r < n of f(p, r)  =  sum over parts k of ( sum over r in part k of f(p, r) )
 *
 * The parts become the outermost of the partial kernel's axes. Results lie in buffers of their own, behind those of the kernel: [part][point]
 * where vectors lie along an axis, [point][part] where they lie along a reduce axis, so that the combining kernel reads
 * neighbours. A float32 sum keeps its parts in float64, and is rounded once, at the end; but for that of a matrix product, whose parts are
 * products, a batch of them.
 */
import type { DType } from "../core/dtype.js";
import { accessesOf, type Access, type Instruction, type Kernel, type KernelArguments, type Reduction } from "./kernel.js";

/** The two kernels. Both have the original's constants and, before the parts' buffers, its buffers. */
export interface SplitReduction {
  readonly partial: Kernel;
  readonly combine: Kernel;
  /** What lies in each buffer of parts. */
  readonly parts: readonly DType[];
  /** For the accesses of each kernel, which of the original's they are; the parts' come after them. */
  readonly partialAccesses: readonly number[];
  readonly combineAccesses: readonly number[];
}

/** A result of the partial kernel: which of its reductions it is. */
interface Part {
  readonly reduction: number;
  readonly dtype: DType;
}

/** Splits a kernel that `verify` accepts; undefined where there is nothing to split: no reduce axes, or several passes over them. */
export function splitReduction(kernel: Kernel): SplitReduction | undefined {
  const { vector, axes, reduceAxes, constants, buffers, accesses, body, epilogue, stores, contraction } = kernel;
  if (kernel.reductions.length === 0 || reduceAxes === 0 || kernel.passes !== undefined) return undefined;
  const { reductions, parts, partsOf } = partialReductions(kernel);
  const inBody = accessesOf(body);
  const inEpilogue = [...new Set([...accessesOf(epilogue), ...stores.map((store) => store.access)])];
  const partBuffers = parts.map(({ dtype }, i): Access => ({ buffer: buffers + i, dtype, step: vector === "axis" ? "unit" : "zero" }));
  const partial: Kernel = {
    axes: axes + 1, reduceAxes, vector, constants, buffers: buffers + parts.length,
    accesses: [...inBody.map((access) => accesses[access]), ...partBuffers],
    body: body.map((instruction) => renumbered(instruction, inBody)),
    reductions,
    epilogue: parts.map(({ reduction, dtype }): Instruction => ({ op: "reduced", dtype, reduction })),
    stores: parts.map((_, i) => ({ access: inBody.length + i, value: i })),
    ...(contraction && {
      contraction: { left: inBody.indexOf(contraction.left), right: inBody.indexOf(contraction.right), roles: ["batch" as const, ...contraction.roles] },
    }),
  };
  const combine: Kernel = {
    axes, reduceAxes: 1, vector, constants, buffers: buffers + parts.length,
    accesses: [...inEpilogue.map((access) => accesses[access]), ...partBuffers.map((access): Access => ({ ...access, step: "unit" }))],
    body: parts.map(({ dtype }, i): Instruction => ({ op: "load", dtype, access: inEpilogue.length + i })),
    reductions: kernel.reductions.map((reduction, i): Reduction => {
      const [value, index = 0] = partsOf[i];
      return "index" in reduction ? { ...reduction, value, index } : { ...reduction, value };
    }),
    epilogue: epilogue.map((instruction) => renumbered(instruction, inEpilogue)),
    stores: stores.map(({ access, value }) => ({ access: inEpilogue.indexOf(access), value })),
  };
  return { partial, combine, parts: parts.map(({ dtype }) => dtype), partialAccesses: inBody, combineAccesses: inEpilogue };
}

/** The reductions of the parts, their results, and for each original reduction the results that it is combined from. */
function partialReductions(kernel: Kernel): { reductions: Reduction[]; parts: Part[]; partsOf: number[][] } {
  const reductions = kernel.reductions.map((reduction): Reduction => {
    const isFloat32Sum = reduction.op === "sum" && reduction.dtype === "float32" && !kernel.contraction;
    return isFloat32Sum ? { ...reduction, dtype: "float64" } : reduction;
  });
  const parts: Part[] = [];
  const result = (reduction: number): number => parts.push({ reduction, dtype: reductions[reduction].dtype }) - 1;
  const partsOf = kernel.reductions.map((reduction, i) => {
    if (!("index" in reduction)) return [result(i)];
    // Where the extreme is, and what it is.
    const op = reduction.op === "argmin" ? "min" : "max";
    const value = reductions.push({ op, dtype: kernel.body[reduction.value].dtype, value: reduction.value }) - 1;
    return [result(value), result(i)];
  });
  return { reductions, parts, partsOf };
}

/** What a call of a split kernel turns into. */
export interface SplitCall<Buffer> {
  /** One call of the partial kernel for all parts of one length, and one for what is left, if anything is. */
  readonly partial: readonly KernelArguments<Buffer>[];
  readonly combine: KernelArguments<Buffer>;
}

/** Elements that each buffer of parts must have: of so many parts, and one for what is left. */
export function partElements(kernel: Kernel, sizes: readonly number[], parts: number): number {
  return sizes.slice(0, kernel.axes).reduce((points, size) => points * size, parts + 1);
}

/**
 * The arguments for running a call in so many parts, cut along the longest reduce axis, whose size must be at least `parts`. What does not
 * divide is a part of its own.
 *
 * @param buffers those of the parts
 */
export function splitArguments<Buffer>(
  kernel: Kernel, split: SplitReduction, args: KernelArguments<Buffer>, parts: number, buffers: readonly Buffer[],
): SplitCall<Buffer> {
  const { axes, vector } = kernel;
  const along = longestReduceAxis(kernel, args.sizes);
  const size = args.sizes[along];
  const length = Math.floor(size / parts);
  const all = size % parts === 0 ? parts : parts + 1;
  const outer = args.sizes.slice(0, axes);
  // Dense over the points: side by side, or so far apart that the parts fit between.
  const apart = vector === "axis" ? 1 : all;
  const pointStrides = outer.map((_, axis) => outer.slice(axis + 1).reduce((product, n) => product * n, apart));
  const partStride = vector === "axis" ? outer.reduce((product, n) => product * n, 1) : 1;
  const shared = { constants: args.constants, buffers: [...args.buffers, ...buffers] };
  const inner = args.sizes.slice(axes);
  const partialCall = (first: number, count: number, partLength: number): KernelArguments<Buffer> => ({
    ...shared,
    sizes: [count, ...outer, ...inner.with(along - axes, partLength)],
    offsets: [
      ...split.partialAccesses.map((access) => args.offsets[access] + first * length * args.strides[access][along]),
      ...buffers.map(() => first * partStride),
    ],
    strides: [
      ...split.partialAccesses.map((access) => [length * args.strides[access][along], ...args.strides[access]]),
      ...buffers.map(() => [partStride, ...pointStrides, ...inner.map(() => 0)]),
    ],
  });
  return {
    partial: [partialCall(0, parts, length), ...(all > parts ? [partialCall(parts, 1, size - parts * length)] : [])],
    combine: {
      ...shared,
      sizes: [...outer, all],
      offsets: [...split.combineAccesses.map((access) => args.offsets[access]), ...buffers.map(() => 0)],
      strides: [
        ...split.combineAccesses.map((access) => [...args.strides[access].slice(0, axes), 0]),
        ...buffers.map(() => [...pointStrides, partStride]),
      ],
    },
  };
}

/** The outermost of the longest, as an index into the sizes. */
export function longestReduceAxis(kernel: Kernel, sizes: readonly number[]): number {
  let longest = kernel.axes;
  for (let axis = kernel.axes + 1; axis < sizes.length; axis++) if (sizes[axis] > sizes[longest]) longest = axis;
  return longest;
}

/** The instruction where only some accesses are left. */
function renumbered(instruction: Instruction, accesses: readonly number[]): Instruction {
  if (instruction.op !== "load" && instruction.op !== "index") return instruction;
  return { ...instruction, access: accesses.indexOf(instruction.access) };
}
