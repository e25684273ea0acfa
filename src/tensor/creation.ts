/**
 * @file What the functions that make tensors have in common: their options, sizes as users write them, and the new tensor. create.ts and
 * random.ts use it.
 */
import type { DType } from "../core/dtype.js";
import { ValueError } from "../core/errors.js";
import type { Generator } from "../core/random.js";
import { checkShape, type Shape } from "../core/shape.js";
import type { Operand } from "../compile/expression.js";
import { TensorImpl } from "../graph/storage.js";
import { checkDType } from "../ops/casts.js";
import { Tensor } from "./class.js";

/** Which dtype to make, and whether gradients are wanted. */
export interface DTypeOption<D extends DType = DType> {
  readonly dtype?: D;
  /** Whether gradients are computed for it; floating dtypes only. Default false. */
  readonly requiresGrad?: boolean;
}
/** Which dtype, and where the random numbers come from (the default generator, which `manualSeed` seeds). */
export interface RandomOptions<D extends DType = DType> extends DTypeOption<D> {
  readonly generator?: Generator;
}

export type Wanted = Pick<DTypeOption, "requiresGrad"> | undefined;
/** A new tensor, a leaf. */
export function made(impl: TensorImpl, options: Wanted): Tensor {
  const tensor = new Tensor(impl);
  return options?.requiresGrad === true ? tensor.requiresGrad_() : tensor;
}
export const wrap = (operand: Operand, options: Wanted): Tensor => made(TensorImpl.of(operand), options);
export const dtypeOr = (name: string, dtype: DType | undefined, other: DType): DType => (dtype === undefined ? other : checkDType(name, dtype));

/** `f(2, 3)`, `f([2, 3])`, `f([2, 3], options)`, `f(2, 3, options)`. */
export type SizeArguments<O> = readonly [Shape, O?] | readonly (number | O | undefined)[];
export const isShape = (value: unknown): value is Shape => Array.isArray(value);

export function readSizes<O extends object>(name: string, args: SizeArguments<O>): { readonly shape: Shape; readonly options: O | undefined } {
  const shape: number[] = [];
  let options: O | undefined;
  for (const arg of args) {
    if (isShape(arg) && shape.length === 0) shape.push(...arg);
    else if (typeof arg === "number") shape.push(arg);
    else if (typeof arg === "object" && !isShape(arg)) options = arg;
    else if (arg !== undefined) throw new ValueError(`${name}: expected sizes, as in ${name}(2, 3) or ${name}([2, 3]), not ${String(arg)}`);
  }
  checkShape(name, shape);
  return { shape, options };
}
