/**
 * @file Cuts a scan in three kernels that may each run side by side: one that folds each block of its lines, one that makes the running values
 * before the blocks of that, and one that scans each block from there. A pure transformation of the loop IR, as split.ts is one: backends call
 * it, and decide when.
 *
 * Blocks are the outermost of the first and the third kernel's axes. A buffer of its own, behind those of the kernel, holds a value a block:
 * [block][point] where vectors lie along an axis, [point][block] where they lie along the scan. The first block that is scanned starts from the identity.
 */
import { isFloating, type DType } from "../core/dtype.js";
import { runningDType, type Access, type Instruction, type Kernel, type KernelArguments, type Scan } from "./kernel.js";

export interface SplitScan {
  readonly totals: Kernel;
  /** It reads and writes the values of the blocks, its only buffer. */
  readonly offsets: Kernel;
  readonly blocks: Kernel;
  /** What the value of a block is, and that of the first. */
  readonly dtype: DType;
  readonly identity: 0 | 1;
}

/**
 * Splits a kernel that `verify` accepts; undefined where it is no scan of sums, or of products of integers. Products of floats must be made in
 * their order: that before a block may be 0 where that of the block is infinite.
 */
export function splitScan(kernel: Kernel): SplitScan | undefined {
  const { scan, vector, axes, accesses, body, constants, buffers } = kernel;
  if (scan === undefined || scan.start !== undefined) return undefined;
  const dtype = runningDType(scan);
  if (scan.op !== "sum" && !(scan.op === "prod" && !isFloating(dtype))) return undefined;
  const perBlock: Access = { buffer: buffers, dtype, step: vector === "axis" ? "unit" : "zero" };
  const shared = { axes: axes + 1, reduceAxes: 1, vector, accesses: [...accesses, perBlock], constants, buffers: buffers + 1 };
  const widened: readonly Instruction[] = dtype === scan.dtype ? [] : [{ op: "cast", dtype, args: [scan.value] }];
  const value = widened.length === 0 ? scan.value : body.length;
  const load: Instruction = { op: "load", dtype, access: accesses.length };
  return {
    totals: {
      ...shared, body: [...body, ...widened], reductions: [{ op: scan.op, dtype, value }],
      epilogue: [{ op: "reduced", dtype, reduction: 0 }], stores: [{ access: accesses.length, value: 0 }],
    },
    offsets: {
      axes: 1, reduceAxes: 1, vector, constants: 0, buffers: 1, accesses: [{ buffer: 0, dtype, step: "unit" }],
      body: [{ op: "load", dtype, access: 0 }], reductions: [], epilogue: [], stores: [],
      scan: { op: scan.op, dtype, value: 0, access: 0, reverse: scan.reverse },
    },
    blocks: { ...shared, body: [...body, load], reductions: [], epilogue: [], stores: [], scan: { ...scan, start: body.length } satisfies Scan },
    dtype,
    identity: scan.op === "sum" ? 0 : 1,
  };
}

/** What a call of a split scan turns into. */
export interface SplitScanCall<Buffer> {
  readonly totals: KernelArguments<Buffer>;
  readonly offsets: KernelArguments<Buffer>;
  /** One call for all blocks of one length, and one for what is left. */
  readonly blocks: readonly KernelArguments<Buffer>[];
}

/** Elements that the buffer of blocks must have. All of them must be the identity before the call. */
export const blockElements = ({ axes }: Kernel, sizes: readonly number[], length: number): number =>
  sizes.slice(0, axes).reduce((points, size) => points * size, Math.ceil(sizes[axes] / length));

/** The arguments for running a call in blocks of so many elements, which must be at least two. The one that may be shorter is the last to be scanned. */
export function splitScanArguments<Buffer>(kernel: Kernel, args: KernelArguments<Buffer>, length: number, perBlock: Buffer): SplitScanCall<Buffer> {
  const { axes, vector, scan } = kernel;
  const outer = args.sizes.slice(0, axes);
  const size = args.sizes[axes];
  const whole = Math.ceil(size / length) - 1;
  const left = size - whole * length;
  const points = outer.reduce((product, n) => product * n, 1);
  const [blockStride, pointStride] = vector === "axis" ? [points, 1] : [1, whole + 1];
  const pointStrides = outer.map((_, axis) => outer.slice(axis + 1).reduce((product, n) => product * n, pointStride));
  const reverse = scan?.reverse === true;
  /** So many blocks of so many elements, the first from element `from` of the lines on, with the value of block `at`. */
  const call = (from: number, count: number, elements: number, at: number): KernelArguments<Buffer> => ({
    sizes: [count, ...outer, elements],
    offsets: [...args.offsets.map((offset, access) => offset + from * args.strides[access][axes]), at * blockStride],
    strides: [...args.strides.map((strides) => [elements * strides[axes], ...strides]), [blockStride, ...pointStrides, 0]],
    constants: args.constants,
    buffers: [...args.buffers, perBlock],
  });
  // What is folded in a block counts for the next one, which going backwards is the one before it.
  return {
    totals: reverse ? call(left, whole, length, 0) : call(0, whole, length, 1),
    offsets: { sizes: [points, whole + 1], offsets: [0], strides: [[pointStride, blockStride]], constants: [], buffers: [perBlock] },
    blocks: reverse
      ? [call(left, whole, length, 1), call(0, 1, left, 0)]
      : [call(0, whole, length, 0), call(whole * length, 1, left, whole)],
  };
}
