/**
 * @file Reading a tensor's elements: one, nested arrays, a typed array, the printer's view of them. The only place in `tensor/`
 * that makes the engine compute. The class calls it.
 */
import { gradFnOf, requiresGrad } from "../autograd/tensors.js";
import type { DType, TypedArray } from "../core/dtype.js";
import { isFloating } from "../core/dtype.js";
import { DTypeError, ValueError } from "../core/errors.js";
import { formatShape, numel, type Shape } from "../core/shape.js";
import { contiguousStrides, isContiguous } from "../core/view.js";
import { dense } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import type { TensorImpl } from "../graph/storage.js";
import type { Printable, PrintValue } from "./print.js";

/** The elements, row by row, in a new typed array. */
export function elementsOf(x: TensorImpl): TypedArray {
  const { offset, shape } = x.view;
  if (isContiguous(x.view)) return engine().read(x.storage.node).slice(offset, offset + numel(shape));
  return engine().read(dense(x.operand()).node).slice();
}

/** A bigint as a number, if that is exact. */
function exact(name: string, value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new DTypeError(`${name}: ${value} does not fit a JavaScript number exactly: use toBigIntArray()`);
}

const plain = (name: string, dtype: DType, value: number | bigint): number | boolean =>
  typeof value === "bigint" ? exact(name, value) : dtype === "bool" ? value !== 0 : value;

/** The only element. */
export function itemOf(x: TensorImpl): number | boolean {
  if (numel(x.shape) !== 1) {
    throw new ValueError(`item: a tensor of shape ${formatShape(x.shape)} has ${numel(x.shape)} elements, not one: use tolist() or toTypedArray()`);
  }
  const { node } = x.storage;
  return plain("item", node.dtype, engine().read(node)[x.view.offset]);
}

type NestedList = number | boolean | NestedList[];

/** The elements as nested arrays. */
export function nestedOf(x: TensorImpl): NestedList {
  const data = elementsOf(x);
  const { shape, dtype } = x;
  const strides = contiguousStrides(shape);
  const build = (dim: number, start: number): NestedList => {
    if (dim === shape.length) return plain("tolist", dtype, data[start]);
    return Array.from({ length: shape[dim] }, (_, i) => build(dim + 1, start + i * strides[dim]));
  };
  return build(0, 0);
}

/** The elements as bigints. */
export function bigIntsOf(x: TensorImpl): bigint[] {
  if (isFloating(x.dtype)) throw new DTypeError(`toBigIntArray: the dtype is ${x.dtype}, which is not whole: use .long() first`);
  return Array.from(elementsOf(x), BigInt);
}

/** Elements as they are printed: read where they lie, only those that are shown. */
export function printerOf(x: TensorImpl): Printable {
  const { shape, strides, offset } = x.view;
  const { node } = x.storage;
  const data = numel(shape) === 0 ? undefined : engine().read(node);
  const at = (flatIndex: number): PrintValue => {
    const value = data?.[offsetOf(flatIndex, shape, strides, offset)] ?? 0;
    return node.dtype === "bool" ? value !== 0 : value;
  };
  return { shape, dtype: node.dtype, at, suffixes: suffixesOf(x) };
}

/** What PyTorch prints of a tensor's history. */
function suffixesOf(x: TensorImpl): string[] {
  const made = gradFnOf(x);
  if (made) return [`grad_fn=<${made.name}>`];
  return requiresGrad(x) ? ["requires_grad=True"] : [];
}

function offsetOf(flatIndex: number, shape: Shape, strides: readonly number[], offset: number): number {
  let rest = flatIndex;
  let position = offset;
  for (let d = shape.length - 1; d >= 0; d--) {
    position += (rest % shape[d]) * strides[d];
    rest = Math.floor(rest / shape[d]);
  }
  return position;
}
