/**
 * @file The key of a kernel in the kernel cache: a string that two kernels share exactly when they are the same structure.
 * Every realised expression builds one, so it is made of char codes in one pass; it knows no sizes and no backend.
 */
import { dtypes } from "../core/dtype.js";
import {
  binaryOps, compareOps, foldOps, unaryOps,
  type Access, type Instruction, type Kernel, type Reduction,
} from "./kernel.js";

const numbered = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name, code) => [name, code]));

const otherOps = ["load", "index", "constant", "reduced", "cast", "where"] as const satisfies readonly Instruction["op"][];
const opCodes = numbered([...otherOps, ...unaryOps, ...binaryOps, ...compareOps]);
const reductionCodes = numbered([...foldOps, "argmin", "argmax"]);
const dtypeCodes = numbered(dtypes);
const stepCodes = numbered(["zero", "unit", "other"]);

/** Numbers from here on take three codes: this one, then their upper and lower 16 bits. */
const escape = 0xffff;
/** `fromCharCode` takes its codes as arguments, which live on the stack. */
const mostArguments = 16_384;

/** The codes of the key being built. One array for all keys: building one calls nobody who could build another. */
const codes: number[] = [];

function put(value: number): void {
  if (value < escape) codes.push(value);
  else codes.push(escape, Math.floor(value / 0x10000), value % 0x10000);
}

/**
 * The structure of a kernel as a string: equal strings mean equal kernels and the other way round. The counts of every list
 * come first and an opcode fixes how many numbers follow it, so no two structures run together. Not for reading: that
 * is `printKernel`.
 *
 * @param kernel a kernel that `verify` accepts (counts and indices are integers, at least 0)
 * @example cache.get(kernelKey(kernel))
 */
export function kernelKey(kernel: Kernel): string {
  codes.length = 0;
  put(kernel.axes);
  put(kernel.reduceAxes);
  codes.push(kernel.vector === "axis" ? 0 : 1);
  put(kernel.constants);
  put(kernel.buffers);
  put(kernel.accesses.length);
  put(kernel.body.length);
  put(kernel.reductions.length);
  put(kernel.epilogue.length);
  put(kernel.stores.length);
  for (const access of kernel.accesses) putAccess(access);
  for (const instruction of kernel.body) putInstruction(instruction);
  for (const reduction of kernel.reductions) putReduction(reduction);
  for (const instruction of kernel.epilogue) putInstruction(instruction);
  for (const store of kernel.stores) {
    put(store.access);
    put(store.value);
  }
  return text();
}

function putAccess(access: Access): void {
  put(access.buffer + 1); // -1 is "no buffer"
  codes.push(dtypeCodes[access.dtype] * 3 + stepCodes[access.step]);
}

function putInstruction(instruction: Instruction): void {
  codes.push(opCodes[instruction.op] * dtypes.length + dtypeCodes[instruction.dtype]);
  if ("args" in instruction) for (const arg of instruction.args) put(arg);
  else put(operand(instruction));
}

function operand(instruction: Exclude<Instruction, { readonly args: readonly number[] }>): number {
  switch (instruction.op) {
    case "load":
    case "index":
      return instruction.access;
    case "constant":
      return instruction.slot;
    case "reduced":
      return instruction.reduction;
    default:
      return instruction satisfies never;
  }
}

function putReduction(reduction: Reduction): void {
  codes.push(reductionCodes[reduction.op] * dtypes.length + dtypeCodes[reduction.dtype]);
  put(reduction.value);
  if ("index" in reduction) put(reduction.index);
}

function text(): string {
  if (codes.length <= mostArguments) return String.fromCharCode.apply(null, codes);
  let key = "";
  for (let at = 0; at < codes.length; at += mostArguments) {
    key += String.fromCharCode.apply(null, codes.slice(at, at + mostArguments));
  }
  return key;
}
