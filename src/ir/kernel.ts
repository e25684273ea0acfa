/**
 * @file The loop IR: what a kernel is, as plain data that hashes, prints and verifies. `compile/` writes it, every backend
 * reads it. It knows loops, scalar operations and strided accesses, and nothing of tensors above or vectors below.
 *
 * A kernel is split in two. `Kernel` is the structure: opcodes, dtypes, numbers of axes, which accesses step by 0, 1 or
 * otherwise along the vector axis. It is the key of the kernel cache. `KernelArguments` is everything else: sizes,
 * strides, offsets, constants and buffers. Those change from call to call and never lead to new code.
 *
 * Meaning, with no vectors in it:
 *
 *     for each point p of `axes`                        (every point is independent of every other)
 *       for each point r of `reduceAxes`                (none of this without reductions)
 *         evaluate `body` in order                      value k of the body is instruction k
 *         fold body[reduction.value] into each reduction
 *       for each pass of `passes`, in order             (none in most kernels)
 *         for each point r of `reduceAxes`              value k of the pass is instruction k of its body
 *           evaluate the pass's body in order           `reduced` is a result of an earlier pass
 *           for each store of the pass: write body[store.value]
 *           fold body[reduction.value] into each of the pass's reductions
 *       evaluate `epilogue` in order                    value k of the epilogue is instruction k
 *       for each store: write epilogue[store.value]
 *
 * A kernel without reductions and passes has an empty body and zero reduce axes: all of its work is in the epilogue.
 *
 * A kernel with a scan has nothing else: its body is evaluated at each point of its one reduce axis, in order, body[scan.value] is folded into
 * a running value, and what that is by then is written at the point.
 *
 * Passes are for rows that are read again while they are in the cache: softmax is a maximum, then a pass that stores and sums
 * exp(x - maximum), then one that divides what it stored. Reductions are numbered through: those of the kernel, then those of each pass.
 */
import type { DType } from "../core/dtype.js";

/** One argument and result of the result's dtype. */
export const unaryOps = [
  "neg", "abs", "sign", "sqrt", "floor", "ceil", "round", "trunc",
  "exp", "exp2", "expm1", "log", "log2", "log10", "log1p",
  "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf",
  "not", // logical for bool, bitwise for integers
] as const;
export type UnaryOp = (typeof unaryOps)[number];

/**
 * Two arguments of the result's dtype. Integers wrap. `div` is for floats; `floorDiv`, `truncDiv`, `remainder` (sign of
 * the divisor, Python's %) and `fmod` (sign of the dividend, C's %) take both; integer division by zero gives 0 in all of them
 * (the caller decides whether that is an error). `min` and `max` propagate NaN. `and`, `or`, `xor` are logical for bool.
 */
export const binaryOps = [
  "add", "sub", "mul", "div", "floorDiv", "truncDiv", "remainder", "fmod", "min", "max", "pow", "atan2", "and", "or", "xor",
] as const;
export type BinaryOp = (typeof binaryOps)[number];

/** Two arguments of one dtype, result bool. Greater-than is `lt` with its arguments swapped. */
export const compareOps = ["eq", "ne", "lt", "le"] as const;
export type CompareOp = (typeof compareOps)[number];

/**
 * One scalar operation. `dtype` is the dtype of its result; `args` are numbers of earlier instructions of the same list.
 * - `load`: the element of an access; `index`: offset + sum of stride x loop counter of an access that has no buffer.
 * - `constant`: parameter number `slot`.
 * - `reduced`: the result of reduction number `reduction` (in the epilogue, and in a pass those of earlier passes).
 * - `cast`: C's conversion between dtypes: floats truncate towards zero (NaN and values out of range are unspecified), integers
 *   wrap, anything to bool is `!= 0`, bool to anything is 0 or 1.
 * - `where`: [condition (bool), then, else].
 * - `take`: the element of a buffer at the position (int32 or int64) that `args` gives, as if the buffer were an array of the dtype.
 *   A position before the first element or past the last one reads that one: whatever the index says, memory stays safe.
 */
export type Instruction =
  | { readonly op: "load"; readonly dtype: DType; readonly access: number }
  | { readonly op: "index"; readonly dtype: "int32" | "int64"; readonly access: number }
  | { readonly op: "constant"; readonly dtype: DType; readonly slot: number }
  | { readonly op: "reduced"; readonly dtype: DType; readonly reduction: number }
  | { readonly op: "cast" | UnaryOp; readonly dtype: DType; readonly args: readonly [number] }
  | { readonly op: BinaryOp; readonly dtype: DType; readonly args: readonly [number, number] }
  | { readonly op: CompareOp; readonly dtype: "bool"; readonly args: readonly [number, number] }
  | { readonly op: "where"; readonly dtype: DType; readonly args: readonly [number, number, number] }
  | Take;

/** A gathering read: which element is known only when the kernel runs. */
export interface Take {
  readonly op: "take";
  readonly dtype: DType;
  readonly buffer: number;
  readonly args: readonly [number];
}

/** Folds of one value: identity 0, 1, the type's largest, smallest, true, false. `min` and `max` propagate NaN. */
export const foldOps = ["sum", "prod", "min", "max", "and", "or"] as const;
export type FoldOp = (typeof foldOps)[number];

/**
 * A reduction over all reduce axes. `dtype` is the dtype of the accumulator and of the result.
 * - A fold combines body[value] (of the same dtype). Floating sums add in blocks, so that errors do not grow with length; the blocks'
 *   totals are float64, so that value and result may be float32 and float64 in any pairing, and are rounded once.
 * - `argmin` and `argmax` give the `index` (body value of dtype `dtype`, int32 or int64) at which body[value] is extreme: the
 *   smallest such index on ties; the first NaN, if there is one, is the extreme.
 */
export type Reduction =
  | { readonly op: FoldOp; readonly dtype: DType; readonly value: number }
  | { readonly op: "argmin" | "argmax"; readonly dtype: "int32" | "int64"; readonly value: number; readonly index: number };

/** How an access moves along the vector axis: stays, next element, or any other stride. */
export type Step = "zero" | "unit" | "other";

/** A strided walk over a buffer (`buffer` is an index into the arguments' buffers, or -1 for an `index` instruction). */
export interface Access {
  readonly buffer: number;
  readonly dtype: DType;
  readonly step: Step;
}

export interface Store {
  readonly access: number;
  /** The value of the epilogue, or of the pass, to write; its dtype is the access's. */
  readonly value: number;
}

/** One more run over the reduce axes, for a point of the axes. It stores elements, folds them, or both. */
export interface Pass {
  readonly body: readonly Instruction[];
  readonly reductions: readonly Reduction[];
  /** Written once a point of all axes. */
  readonly stores: readonly Store[];
}

export const runningOps = ["sum", "prod", "logSumExp", "argmin", "argmax"] as const;
export type RunningOp = (typeof runningOps)[number];

/**
 * A running fold along the reduce axis, from its first element to its last, or with `reverse` from its last to its first. What is written is of
 * `dtype`: int32, int64, float32 or float64.
 * - `sum`, `prod` and `logSumExp` (floats: the logarithm of the sum of e^x, identity -infinity) fold body[value], of the same dtype. Floats are
 *   folded in float64 and rounded where they are written.
 * - `argmin` and `argmax` write the `index` (body value of dtype `dtype`, int32 or int64) at which body[value] is extreme so far: the latest one
 *   on ties; once there was a NaN, the latest NaN.
 */
export interface Scan {
  readonly op: RunningOp;
  readonly dtype: DType;
  readonly value: number;
  readonly index?: number | undefined;
  /** Where the running value is written, at each point of all axes. */
  readonly access: number;
  readonly reverse: boolean;
  /** What the running value is before the first element, where that is not the identity: body[start], of `runningDType`, the same along the reduce axis. */
  readonly start?: number | undefined;
}

/** What a running value is kept in. */
export const runningDType = ({ dtype }: Scan): DType => (dtype === "float32" ? "float64" : dtype);

/** Which operands of a contraction an axis walks along: the left one alone, the right one alone, or both (or neither). */
export const contractionRoles = ["row", "column", "batch"] as const;
export type ContractionRole = (typeof contractionRoles)[number];

/**
 * Says that a kernel is a matrix product, which backends may compute in another order of its loops: the body multiplies the elements
 * of two accesses, floats of one dtype, and nothing else, and the one reduction sums them. `left` and `right` are the accesses.
 * There is a row and a column at least, and the innermost axis, the vector axis, is a column. Rows, columns and what
 * is summed may have several axes each, so a convolution is one too: nothing is copied to make it a matrix.
 */
export interface Contraction {
  readonly left: number;
  readonly right: number;
  /** One for each of `axes`. The left access has stride 0 along columns, the right one along rows. */
  readonly roles: readonly ContractionRole[];
}

/**
 * The structure of a kernel.
 *
 * `vector` names the axis along which neighbouring elements lie: the innermost of `axes` or the innermost of `reduceAxes`.
 * Every access's `step` is its stride along that axis. With `vector: "reduceAxis"` the accesses of the epilogue and of the stores
 * are read or written once a point of `axes` and have step "zero". There is always a vector axis: `axes` is at least 1 where it is
 * "axis" (then `reduceAxes` may be 0), `reduceAxes` at least 1 where it is "reduceAxis" (then `axes` may be 0).
 *
 * Buffers that are stored to are not loaded by the same kernel except at the very element that is stored (same
 * offset and strides), so the points of `axes` may be evaluated in any order and in vectors. They are never taken from.
 * A later pass loads what an earlier one stored.
 */
export interface Kernel {
  readonly axes: number;
  readonly reduceAxes: number;
  readonly vector: "axis" | "reduceAxis";
  readonly accesses: readonly Access[];
  readonly body: readonly Instruction[];
  readonly reductions: readonly Reduction[];
  readonly passes?: readonly Pass[];
  readonly epilogue: readonly Instruction[];
  readonly stores: readonly Store[];
  readonly scan?: Scan | undefined;
  /** Number of constants, and of buffers, in the arguments. */
  readonly constants: number;
  readonly buffers: number;
  /** Present where the loops are a matrix product. It says nothing that the loops do not, and changes nothing that they mean. */
  readonly contraction?: Contraction | undefined;
}

/** What a call of a kernel is given. Sizes are at least 1 on `axes`, and may be 0 on `reduceAxes`. */
export interface KernelArguments<Buffer> {
  /** Sizes of `axes`, outermost first, then of `reduceAxes`, outermost first. */
  readonly sizes: readonly number[];
  /** One offset an access, in elements. */
  readonly offsets: readonly number[];
  /** For each access a stride for each entry of `sizes`, in elements. Never negative. */
  readonly strides: readonly (readonly number[])[];
  /** Parameters of `constant`, by slot: a bigint where the dtype is int64, 0 or 1 for bool, else a number. */
  readonly constants: readonly (number | bigint)[];
  readonly buffers: readonly Buffer[];
}

/**
 * A kernel is called as (parameters, begin, end); the range is over this many independent items, so that threads can share it.
 * An item is one element of the vector axis where that is the only axis, else one point of the axes other than the vector axis.
 */
export function rangeLength(kernel: Kernel, sizes: readonly number[]): number {
  if (kernel.vector === "axis" && kernel.axes === 1) return sizes[0];
  const outer = kernel.vector === "axis" ? kernel.axes - 1 : kernel.axes;
  let items = 1;
  for (let i = 0; i < outer; i++) items *= sizes[i];
  return items;
}

const noPasses: readonly Pass[] = [];
/** What a scan writes, as far as its dtype and its place go. */
const storeOf = ({ access, value, index = value }: Scan): Store => ({ access, value: index });

/** All loops over the reduce axes, in order: the kernel's own body and reductions, which store nothing but what a scan writes, then its passes. */
export function loopsOf({ body, reductions, scan, passes = noPasses }: Kernel): readonly Pass[] {
  return [{ body, reductions, stores: scan === undefined ? [] : [storeOf(scan)] }, ...passes];
}

/** Every reduction, by its number. */
export const reductionsOf = ({ reductions, passes }: Kernel): readonly Reduction[] =>
  passes === undefined ? reductions : [...reductions, ...passes.flatMap((pass) => pass.reductions)];

/** Every store, those of the passes first. */
export function storesOf({ stores, passes, scan }: Kernel): readonly Store[] {
  if (scan !== undefined) return [storeOf(scan)];
  return passes === undefined ? stores : [...passes.flatMap((pass) => pass.stores), ...stores];
}

/** Every instruction, in no loop in particular. */
export const instructionsOf = ({ body, passes = noPasses, epilogue }: Kernel): readonly Instruction[] =>
  [...body, ...passes.flatMap((pass) => pass.body), ...epilogue];

/** The accesses that the instructions of a list use, each once. */
export const accessesOf = (list: readonly Instruction[]): readonly number[] =>
  [...new Set(list.flatMap((i) => (i.op === "load" || i.op === "index" ? [i.access] : [])))];
