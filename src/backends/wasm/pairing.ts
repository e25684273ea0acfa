/**
 * @file Which kernels are written in lockstep for wide vectors, and what their code is checked on: a small call of the same
 * kernel, over numbers of every kind, whose results must be those of the narrow code bit for bit. The backend runs it, once a kernel;
 * nothing here knows how code is compiled.
 */
import { itemSize, type DType } from "../../core/dtype.js";
import { loopsOf, type Instruction, type Kernel, type KernelArguments, type Pass, type Store } from "../../ir/kernel.js";
import type { Allocation } from "../backend.js";

/** Elements along the vector axis: strips of eight steps, single steps, and one element that is left. Along the others: some. */
const across = 77;
const others = 3;
/** Elements of a row that is reduced: two blocks of floating sums and some. */
const along = 2125;
const vectorElements = ({ vector }: Kernel): number => (vector === "axis" ? across : along);

/**
 * Whether neighbouring steps do the same to neighbouring elements, and store them side by side. Elements of 8 bytes and of fewer than 4 lie in
 * vectors otherwise.
 */
export function isPairable(kernel: Kernel): boolean {
  const { vector, reduceAxes, reductions, accesses, contraction, scan, epilogue } = kernel;
  const isPlain = accesses.every(({ buffer, step }) => buffer >= 0 && step !== "other");
  if (!isPlain || contraction !== undefined || scan !== undefined) return false;
  if (vector === "reduceAxis") return reduceAxes === 1 && epilogue.every(isNotTaken) && loopsOf(kernel).every((pass) => isPairablePass(kernel, pass));
  return reduceAxes === 0 && reductions.length === 0 && epilogue.every(isNotTaken) && kernel.stores.every((store) => isWhole(kernel, store));
}

const isNotTaken = ({ op }: Instruction): boolean => op !== "take";
const isWhole = ({ accesses }: Kernel, { access }: Store): boolean => accesses[access].step === "unit" && itemSize(accesses[access].dtype) === 4;

/** A loop over a row that folds float32 and stores elements of 4 bytes. */
function isPairablePass(kernel: Kernel, { body, reductions, stores }: Pass): boolean {
  const folds = reductions.every((reduction) => !("index" in reduction) && body[reduction.value].dtype === "float32");
  return folds && body.every(isNotTaken) && stores.every((store) => isWhole(kernel, store));
}

/** A small call with these constants, over buffers of `sampleBytes` each. */
export function sampleCall(kernel: Kernel, constants: KernelArguments<Allocation>["constants"], buffers: readonly Allocation[]): KernelArguments<Allocation> {
  const last = kernel.axes + kernel.reduceAxes - 1;
  const sizes = Array.from({ length: last + 1 }, (_, axis) => (axis === last ? vectorElements(kernel) : others));
  const strides = kernel.accesses.map(({ step }) => sizes.map((_, axis) => {
    if (axis < last) return vectorElements(kernel) * others ** (last - 1 - axis);
    return step === "unit" ? 1 : 0;
  }));
  return { sizes, strides, offsets: kernel.accesses.map(() => 0), constants, buffers };
}

/** Elements of each buffer of a sample. */
export const sampleElements = (kernel: Kernel): number => vectorElements(kernel) * others ** (kernel.axes + kernel.reduceAxes - 1);
/** Bytes that are enough for them in any dtype. */
export const sampleBytes = (kernel: Kernel): number => 8 * sampleElements(kernel);

const unusual = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e-40, 3e38, 200, -200, 88.5, 0.5, -1e9, 2 ** -30];

/**
 * Element number `i` of a sample: fractions of many bits, of either sign, and between them whatever has code of its own, but not in rows that are
 * reduced, where one of these would be all that is left.
 */
export function sampleValue(dtype: DType, i: number, isReduced: boolean): number {
  if (dtype === "bool") return (i * 5) % 3 === 0 ? 1 : 0;
  if (dtype !== "float32" && dtype !== "float64") return (i * 37) % 100;
  return !isReduced && i % 4 === 3 ? unusual[(i >> 2) % unusual.length] : Math.sin(i * 1.7) * 2 ** ((i * 7) % 9 - 4);
}
