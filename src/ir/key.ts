/**
 * @file The key of a kernel in the kernel cache: a string that two kernels share exactly when they are the same structure.
 * Every realised expression builds one, so it is made of char codes in one pass; it knows no sizes and no backend.
 */
import { dtypes } from "../core/dtype.js";
import {
  binaryOps, compareOps, contractionRoles, foldOps, runningOps, unaryOps,
  type Access, type Contraction, type Instruction, type Kernel, type Pass, type Reduction, type Scan, type Store,
} from "./kernel.js";

/** Names to codes. A Map, which finds a name faster than an object of so many properties does. */
const numbered = (names: readonly string[]): ReadonlyMap<string, number> => new Map(names.map((name, code) => [name, code]));

const otherOps = ["load", "index", "constant", "reduced", "cast", "where", "take"] as const satisfies readonly Instruction["op"][];
const opCodes = numbered([...otherOps, ...unaryOps, ...binaryOps, ...compareOps]);
const reductionCodes = numbered([...foldOps, "argmin", "argmax"]);
const dtypeCodes = numbered(dtypes);
const runningCodes = numbered(runningOps);
const roleCodes = numbered(contractionRoles);
const stepCodes = numbered(["zero", "unit", "other"]);

/** Numbers from here on take three codes: this one, then their upper and lower 16 bits. */
const escape = 0xffff;
/** `fromCharCode` takes its codes as arguments, which live on the stack. */
const mostArguments = 16_384;

/**
 * The codes of the key being built, and how many. One array for all keys (building one calls nobody who could build another)
 * that never shrinks: an array that does gives its memory back and asks for it again.
 */
const codes: number[] = [];
let length = 0;

function put(value: number): void {
  if (value < escape) {
    codes[length++] = value;
    return;
  }
  codes[length++] = escape;
  codes[length++] = Math.floor(value / 0x10000);
  codes[length++] = value % 0x10000;
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
  length = 0;
  put(kernel.axes);
  put(kernel.reduceAxes);
  put(kernel.vector === "axis" ? 0 : 1);
  put(kernel.constants);
  put(kernel.buffers);
  put(kernel.accesses.length);
  put(kernel.body.length);
  put(kernel.reductions.length);
  put(kernel.epilogue.length);
  put(kernel.stores.length);
  put(kernel.passes === undefined ? 0 : kernel.passes.length);
  put(kernel.scan === undefined ? 0 : 1);
  for (const access of kernel.accesses) putAccess(access);
  for (const instruction of kernel.body) putInstruction(instruction);
  for (const reduction of kernel.reductions) putReduction(reduction);
  for (const instruction of kernel.epilogue) putInstruction(instruction);
  putStores(kernel.stores);
  if (kernel.passes !== undefined) kernel.passes.forEach(putPass);
  putScan(kernel.scan);
  putContraction(kernel.contraction);
  return text();
}

function putPass({ body, reductions, stores }: Pass): void {
  put(body.length);
  put(reductions.length);
  put(stores.length);
  body.forEach(putInstruction);
  reductions.forEach(putReduction);
  putStores(stores);
}

function putStores(stores: readonly Store[]): void {
  for (const store of stores) {
    put(store.access);
    put(store.value);
  }
}

function putScan(scan: Scan | undefined): void {
  if (scan === undefined) return;
  put(runningCodes.get(scan.op)!);
  put(dtypeCodes.get(scan.dtype)!);
  put(scan.value);
  put(scan.access);
  put(scan.reverse ? 1 : 0);
  put(scan.start === undefined ? 0 : scan.start + 1);
  put(scan.index === undefined ? 0 : scan.index + 1);
}

function putContraction(contraction: Contraction | undefined): void {
  if (contraction === undefined) return;
  put(contraction.left);
  put(contraction.right);
  for (const role of contraction.roles) put(roleCodes.get(role)!);
}

function putAccess(access: Access): void {
  put(access.buffer + 1); // -1 is "no buffer"
  put(dtypeCodes.get(access.dtype)! * 3 + stepCodes.get(access.step)!);
}

/** Opcode and dtype take a code each: a string of codes below 256 is one byte a code, and hashes in half the time. */
function putInstruction(instruction: Instruction): void {
  put(opCodes.get(instruction.op)!);
  put(dtypeCodes.get(instruction.dtype)!);
  if (!("args" in instruction)) {
    put(operand(instruction));
    return;
  }
  if (instruction.op === "take") put(instruction.buffer);
  const { args } = instruction;
  for (let i = 0; i < args.length; i++) put(args[i]);
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
  put(reductionCodes.get(reduction.op)!);
  put(dtypeCodes.get(reduction.dtype)!);
  put(reduction.value);
  if ("index" in reduction) put(reduction.index);
}

function text(): string {
  let key = "";
  for (let at = 0; at < length; at += mostArguments) {
    key += String.fromCharCode(...codes.slice(at, Math.min(at + mostArguments, length)));
  }
  return key;
}
