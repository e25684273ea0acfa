/**
 * @file The rules that a kernel's contraction keeps: it may say only what the loops say. The verifier calls it; nothing else does.
 */
import { isFloating } from "../core/dtype.js";
import { contractionRoles, type Kernel } from "./kernel.js";

/** What is wrong with a kernel's contraction; undefined where nothing is, or where there is none. */
export function contractionProblem(kernel: Kernel): string | undefined {
  const { axes, contraction, vector, accesses, reduceAxes, passes } = kernel;
  if (contraction === undefined) return undefined;
  const { left, right, roles } = contraction;
  const unknown = roles.find((role) => !contractionRoles.includes(role));
  const missing = [left, right].find((access) => accesses[access] === undefined);
  if (passes !== undefined) return "a contraction with passes";
  if (roles.length !== axes) return `a contraction with ${roles.length} roles for ${axes} axes`;
  if (unknown !== undefined) return `a contraction with the unknown role ${unknown}`;
  if (!roles.includes("row")) return "a contraction without rows";
  if (roles.at(-1) !== "column" || vector !== "axis") return "a contraction whose vector axis is not a column";
  if (reduceAxes === 0) return "a contraction over no axes";
  if (missing !== undefined) return `a contraction of access ${missing} of ${accesses.length}`;
  return multipliesAndAdds(kernel, left, right) ? undefined : "a contraction that does not sum products of two loads";
}

/** Whether the body is two loads of one floating dtype and their product, and all that is done with it is one sum. */
function multipliesAndAdds({ body, reductions }: Kernel, left: number, right: number): boolean {
  const [first, second, product] = body;
  const [sum] = reductions;
  if (body.length !== 3 || reductions.length !== 1 || first.op !== "load" || second.op !== "load" || product.op !== "mul") return false;
  const loads = [first.access, second.access];
  const reads = loads.includes(left) && loads.includes(right) && left !== right;
  const both = product.args.includes(0) && product.args.includes(1);
  return reads && both && sum.op === "sum" && sum.value === 2 && isFloating(sum.dtype);
}

/** Which operand of a contraction moves along an axis where it must not, if one does. */
export function movedOperand({ contraction }: Kernel, strides: readonly (readonly number[])[]): string | undefined {
  if (contraction === undefined) return undefined;
  for (const [side, access, still] of [["left", contraction.left, "column"], ["right", contraction.right, "row"]] as const) {
    const axis = contraction.roles.findIndex((role, at) => role === still && strides[access][at] !== 0);
    if (axis >= 0) return `axis ${axis} is a ${still}, and the ${side} operand has stride ${strides[access][axis]} along it`;
  }
  return undefined;
}
