/**
 * @file A kernel as text for people: in the messages of the verifier, in tests and in documentation. It prints any kernel, right
 * or wrong, and nothing parses what it writes.
 */
import { loopsOf, type Access, type Contraction, type Instruction, type Kernel, type KernelArguments, type Reduction, type Scan, type Store } from "./kernel.js";

/** What printing takes from the arguments of a call; buffers are only numbered. */
export type PrintedArguments = Pick<KernelArguments<unknown>, "sizes" | "offsets" | "strides" | "constants">;

/**
 * A listing of a kernel: its loops, then an instruction a line. With arguments it shows sizes, strides, offsets and constants;
 * without, sizes are `n0`, `n1`, … and strides other than the vector axis's are `?`. Buffers are `a0`, `a1`, …, constants
 * `c0`, …, reductions `s0`, …. The numbers of instructions start again after the reduce loops, and in each pass.
 *
 * @example
 * printKernel(kernel, args)
 * // for i0 < 2038:
 * //   for r0 < 784:  # vector
 * //     %0 = load float32 a0[784·i0 + r0]
 * //     %1 = load float32 a1[r0]
 * //     %2 = sub float32 %0, %1
 * //     %3 = abs float32 %2
 * //     s0 = sum float32 %3
 * //   %0 = reduced float32 s0
 * //   store float32 a2[i0] = %0
 */
export function printKernel(kernel: Kernel, args?: PrintedArguments): string {
  const lines: string[] = [];
  let indent = "";
  const line = (text: string): void => void lines.push(indent + text);
  const loop = (axis: number): void => {
    const vector = axis === vectorAxis(kernel) ? "  # vector" : "";
    line(`for ${counter(kernel, axis)} < ${args?.sizes[axis] ?? `n${axis}`}:${vector}`);
    indent += "  ";
  };
  const list = (instructions: readonly Instruction[]): void =>
    instructions.forEach((instruction, at) => line(`%${at} = ${printInstruction(kernel, instruction, args)}`));

  const write = (stores: readonly Store[]): void => {
    for (const { access, value } of stores) {
      line(`store ${kernel.accesses[access]?.dtype ?? "?"} ${element(kernel, access, args)} = %${value}`);
    }
  };

  for (let axis = 0; axis < kernel.axes; axis++) loop(axis);
  const outer = indent;
  let reductions = 0;
  for (const pass of loopsOf(kernel)) {
    indent = outer;
    // A kernel may begin with its second loop.
    if (pass.body.length === 0 && kernel.passes !== undefined) continue;
    for (let axis = kernel.axes; axis < kernel.axes + kernel.reduceAxes; axis++) loop(axis);
    list(pass.body);
    if (kernel.scan) {
      line(`s0 = ${printScan(kernel.scan)}`);
      line(`store ${kernel.scan.dtype} ${element(kernel, kernel.scan.access, args)} = s0`);
      return lines.join("\n");
    }
    write(pass.stores);
    for (const reduction of pass.reductions) line(`s${reductions++} = ${printReduction(reduction)}`);
  }
  indent = outer;
  list(kernel.epilogue);
  write(kernel.stores);
  if (kernel.contraction) line(printContraction(kernel.contraction, kernel));
  return lines.join("\n");
}

const printContraction = ({ left, right, roles }: Contraction, kernel: Kernel): string =>
  `# contraction of a${kernel.accesses[left]?.buffer ?? "?"} and a${kernel.accesses[right]?.buffer ?? "?"}: ` +
  roles.map((role, axis) => `${counter(kernel, axis)} ${role}`).join(", ");

/** One instruction as `printKernel` writes it, without its number: `sub float32 %0, %1`. */
export function printInstruction(kernel: Kernel, instruction: Instruction, args?: PrintedArguments): string {
  return `${instruction.op} ${instruction.dtype} ${operands(kernel, instruction, args)}`;
}

/** One reduction as `printKernel` writes it, without its number: `argmax int64 %1 at %0`. */
export function printReduction(reduction: Reduction): string {
  const at = "index" in reduction ? ` at %${reduction.index}` : "";
  return `${reduction.op} ${reduction.dtype} %${reduction.value}${at}`;
}

/** A scan as `printKernel` writes it, without its number: `running sum float32 %1 from %0, backwards`. */
export const printScan = ({ op, dtype, value, index, reverse, start }: Scan): string =>
  `running ${op} ${dtype} %${value}${index === undefined ? "" : ` at %${index}`}${start === undefined ? "" : ` from %${start}`}${reverse ? ", backwards" : ""}`;

function operands(kernel: Kernel, instruction: Instruction, args: PrintedArguments | undefined): string {
  if (instruction.op === "take") return `a${instruction.buffer}[%${instruction.args[0]}]`;
  if ("args" in instruction) return instruction.args.map((arg) => `%${arg}`).join(", ");
  switch (instruction.op) {
    case "load":
      return element(kernel, instruction.access, args);
    case "index":
      return `(${position(kernel, instruction.access, args)})`;
    case "constant":
      return args === undefined ? `c${instruction.slot}` : String(args.constants[instruction.slot]);
    case "reduced":
      return `s${instruction.reduction}`;
    default:
      return instruction satisfies never;
  }
}

const element = (kernel: Kernel, access: number, args: PrintedArguments | undefined): string =>
  `a${kernel.accesses[access]?.buffer ?? "?"}[${position(kernel, access, args)}]`;

/** `8 + 784·i0 + r0`: the offset, then each axis along which the access moves. */
function position(kernel: Kernel, access: number, args: PrintedArguments | undefined): string {
  const terms: string[] = [];
  const offset = args === undefined ? 0 : (args.offsets[access] ?? "?");
  if (offset !== 0) terms.push(String(offset));
  for (let axis = 0; axis < kernel.axes + kernel.reduceAxes; axis++) {
    const stride = args === undefined ? symbolicStride(kernel, kernel.accesses[access], axis) : (args.strides[access]?.[axis] ?? "?");
    if (stride === 0) continue;
    terms.push(stride === 1 ? counter(kernel, axis) : `${stride}·${counter(kernel, axis)}`);
  }
  return terms.length === 0 ? "0" : terms.join(" + ");
}

function symbolicStride(kernel: Kernel, access: Access | undefined, axis: number): number | "?" {
  if (access === undefined || axis !== vectorAxis(kernel)) return "?";
  if (access.step === "other") return "?";
  return access.step === "unit" ? 1 : 0;
}

const vectorAxis = (kernel: Kernel): number => (kernel.vector === "axis" ? kernel.axes : kernel.axes + kernel.reduceAxes) - 1;

const counter = (kernel: Kernel, axis: number): string => (axis < kernel.axes ? `i${axis}` : `r${axis - kernel.axes}`);
