/**
 * @file Which kernels without reductions are written in lockstep for wide vectors, and what their code is checked on: a small call of the same
 * kernel, over numbers of every kind, whose results must be those of the narrow code bit for bit. The backend runs it, once a kernel;
 * nothing here knows how code is compiled.
 */
import { itemSize, type DType } from "../../core/dtype.js";
import type { Kernel, KernelArguments } from "../../ir/kernel.js";
import type { Allocation } from "../backend.js";

/** Elements along the vector axis: strips of eight steps, single steps, and one element that is left. Along the others: some. */
const across = 77;
const others = 3;

/**
 * Whether neighbouring steps do the same to neighbouring elements, and store them side by side. Elements of 8 bytes and of fewer than 4 lie in
 * vectors otherwise.
 */
export function isPairable({ vector, reduceAxes, reductions, passes, contraction, accesses, epilogue, stores }: Kernel): boolean {
  if (vector !== "axis" || reduceAxes > 0 || reductions.length > 0 || passes !== undefined || contraction !== undefined) return false;
  const isPlain = accesses.every(({ buffer, step }) => buffer >= 0 && step !== "other");
  const isWhole = stores.every(({ access }) => accesses[access].step === "unit" && itemSize(accesses[access].dtype) === 4);
  return isPlain && isWhole && epilogue.every(({ op }) => op !== "take");
}

/** A small call with these constants, over buffers of `sampleBytes` each. */
export function sampleCall(kernel: Kernel, constants: KernelArguments<Allocation>["constants"], buffers: readonly Allocation[]): KernelArguments<Allocation> {
  const { axes, accesses } = kernel;
  const sizes = Array.from({ length: axes }, (_, axis) => (axis === axes - 1 ? across : others));
  const strides = accesses.map(({ step }) => sizes.map((_, axis) => {
    if (axis < axes - 1) return across * others ** (axes - 2 - axis);
    return step === "unit" ? 1 : 0;
  }));
  return { sizes, strides, offsets: accesses.map(() => 0), constants, buffers };
}

/** Elements of each buffer of a sample. */
export const sampleElements = ({ axes }: Kernel): number => across * others ** (axes - 1);
/** Bytes that are enough for them in any dtype. */
export const sampleBytes = (kernel: Kernel): number => 8 * sampleElements(kernel);

const unusual = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e-40, 3e38, 200, -200, 88.5, 0.5, -1e9, 2 ** -30];

/** Element number `i` of a sample: fractions of many bits, of either sign, and between them whatever has code of its own. */
export function sampleValue(dtype: DType, i: number): number {
  if (dtype === "bool") return (i * 5) % 3 === 0 ? 1 : 0;
  if (dtype !== "float32" && dtype !== "float64") return (i * 37) % 100;
  return i % 4 === 3 ? unusual[(i >> 2) % unusual.length] : Math.sin(i * 1.7) * 2 ** ((i * 7) % 9 - 4);
}
