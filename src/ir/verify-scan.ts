/**
 * @file The rules of a scan, apart from those of kernels in general: that there is nothing else in its kernel, and what its running value is
 * made of. The verifier calls it; it knows no arguments but strides.
 */
import { isFloating } from "../core/dtype.js";
import { runningDType, runningOps, type Instruction, type Kernel, type Scan } from "./kernel.js";

const dtypes: ReadonlySet<string> = new Set(["int32", "int64", "float32", "float64"]);

/** What is wrong with a kernel's scan; the access and the dtypes of what it writes are checked as those of any store. */
export function scanProblem({ scan, body, reductions, passes, epilogue, stores, contraction, reduceAxes }: Kernel): string | undefined {
  if (scan === undefined) return undefined;
  if (reductions.length > 0 || passes !== undefined || epilogue.length > 0 || stores.length > 0 || contraction !== undefined) {
    return "a scan, and reductions, passes, an epilogue, stores or a contraction beside it";
  }
  if (reduceAxes !== 1) return `a scan along ${reduceAxes} reduce axes, expected 1`;
  if (!runningOps.includes(scan.op)) return `unknown scan ${scan.op}`;
  if (!dtypes.has(scan.dtype)) return `a scan of ${scan.dtype}, expected ${[...dtypes].join(", ")}`;
  const problem = scan.op === "argmin" || scan.op === "argmax" ? searchProblem(scan, body) : foldProblem(scan, body);
  if (problem !== undefined) return problem;
  return scan.start === undefined ? undefined : startProblem(scan.start, body, runningDType(scan));
}

function foldProblem({ op, dtype, value, index }: Scan, body: readonly Instruction[]): string | undefined {
  if (index !== undefined) return `a running ${op} with an index`;
  if (op === "logSumExp" && !isFloating(dtype)) return `a running ${op} of ${dtype}, expected a float`;
  return body[value].dtype === dtype ? undefined : `a scan of ${dtype} of %${value}, which is ${body[value].dtype}`;
}
function searchProblem({ op, dtype, value, index, start }: Scan, body: readonly Instruction[]): string | undefined {
  if (start !== undefined) return `a running ${op} with a start`;
  if (isFloating(dtype)) return `a running ${op} that writes ${dtype}, expected int32 or int64`;
  if (!(value >= 0 && value < body.length)) return `a running ${op} of %${value} of ${body.length} instructions of the body`;
  if (body[value].dtype === "bool") return `a running ${op} of bools`;
  return index === undefined ? `a running ${op} without an index` : undefined;
}

function startProblem(start: number, body: readonly Instruction[], dtype: string): string | undefined {
  const instruction = body.at(start);
  if (instruction === undefined || start < 0) return `a scan starts from %${start} of ${body.length} instructions of the body`;
  return instruction.dtype === dtype ? undefined : `a scan starts from %${start}, which is ${instruction.dtype}, expected ${dtype}`;
}

/** What is wrong where a scan's start is not the same all along the reduce axis. */
export function movedStart({ scan, body, axes }: Kernel, strides: readonly (readonly number[])[]): string | undefined {
  if (scan?.start === undefined) return undefined;
  const needed = new Set([scan.start]);
  for (let at = scan.start; at >= 0; at--) {
    const instruction = body[at];
    if (!needed.has(at)) continue;
    if ("args" in instruction) for (const arg of instruction.args) needed.add(arg);
    else if ("access" in instruction && strides[instruction.access][axes] !== 0) {
      return `access ${instruction.access}, which the scan's start needs, has stride ${strides[instruction.access][axes]} along the reduce axis, expected 0`;
    }
  }
  return undefined;
}
