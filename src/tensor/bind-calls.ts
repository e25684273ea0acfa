/**
 * @file The binder of operations of kind "call": hands tensors over as their insides, also within lists and options, and wraps what
 * comes back, one tensor, several, or a plain answer. install.ts uses it; it knows no operation by name.
 */
import { TensorImpl } from "../graph/storage.js";
import type { CallOp, CallResult } from "../ops/call.js";
import { callInPlace, callOp } from "../ops/recorded.js";
import { Tensor } from "./class.js";

/** A tensor's inside; lists and options with the tensors in them; everything else as it is. */
export function unwrapped(value: unknown): unknown {
  if (value instanceof Tensor) return value.impl;
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unwrapped(entry)]));
  }
  return value;
}

function wrapped(result: CallResult): unknown {
  if (typeof result === "boolean") return result;
  if (result instanceof TensorImpl) return new Tensor(result);
  if (isList(result)) return result.map((impl) => new Tensor(impl));
  return Object.fromEntries(Object.entries(result).map(([name, impl]) => [name, new Tensor(impl)]));
}

const isList = (result: object): result is readonly TensorImpl[] => Array.isArray(result);

export function bindCall(op: CallOp): { readonly method: Function; readonly inPlace?: Function } {
  return {
    method(this: Tensor, ...args: readonly unknown[]) {
      return wrapped(callOp(op, this.impl, args.map(unwrapped)));
    },
    ...(op.inPlace && {
      inPlace(this: Tensor, ...args: readonly unknown[]) {
        callInPlace(op, this.impl, args.map(unwrapped));
        return this;
      },
    }),
  };
}
