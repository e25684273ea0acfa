/**
 * @file From JavaScript data to elements: nested arrays, typed arrays, pictures. Finds the shape, infers the dtype as
 * `torch.tensor` does, and checks that every number fits. `tensor(…)` in create.ts calls it.
 */
import { dtypeOfArray, isFloating, newArray, type DType, type TypedArray } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape, inferShape, numel, type Shape } from "../core/shape.js";
import { storable } from "../ops/create.js";
import type { Scalar } from "../ops/kinds.js";
import type { NestedData } from "./static.js";

/** Elements, ready to be copied into memory. */
export interface Elements {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** A picture: rows of pixels, channels last. What `openImage` gives is one. */
export interface ImageLike {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Typed arrays whose elements have no dtype of their own are widened to the next that holds them. */
export type AnyTypedArray = TypedArray | Uint8ClampedArray | Uint16Array | Uint32Array;

export const isTypedArray = (data: unknown): data is AnyTypedArray =>
  ArrayBuffer.isView(data) && (dtypeOfArray(data) !== undefined || data instanceof Uint16Array || data instanceof Uint32Array);

export const isImage = (data: unknown): data is ImageLike =>
  typeof data === "object" && data !== null && "width" in data && "height" in data && "channels" in data && "data" in data;

const isList = (data: NestedData): data is readonly NestedData[] => Array.isArray(data);

/** The shape that the first elements say. */
function shapeOf(data: NestedData): number[] {
  const shape: number[] = [];
  for (let level = data; isList(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

const place = (path: readonly number[]): string => `data${path.map((i) => `[${i}]`).join("")}`;
const found = (data: unknown): string => (Array.isArray(data) ? `${data.length} elements` : String(data));

/** The numbers in row-major order. Throws ShapeError where the arrays do not have the shape. */
function flatten(data: NestedData, shape: Shape): Scalar[] {
  const flat: Scalar[] = [];
  const path: number[] = [];
  const visit = (part: NestedData, depth: number): void => {
    if (depth === shape.length) {
      if (isList(part)) {
        throw new ShapeError(`tensor: ${place(path)} is an array, but the data before it is a number: the shape was ${formatShape(shape)} until there`);
      }
      if (typeof part !== "number" && typeof part !== "boolean" && typeof part !== "bigint") {
        throw new ValueError(`tensor: ${place(path)} is ${describe(part)}, not a number, bigint or boolean`);
      }
      flat.push(part);
      return;
    }
    if (!isList(part) || part.length !== shape[depth]) {
      throw new ShapeError(
        `tensor: expected an array of ${shape[depth]} at ${place(path)}, as in the rows before it, but found ${found(part)}: all rows must have the same length`,
      );
    }
    for (let i = 0; i < part.length; i++) {
      path.push(i);
      visit(part[i], depth + 1);
      path.pop();
    }
  };
  visit(data, 0);
  return flat;
}

/** For callers without types: tensors among numbers are a frequent mistake. */
const describe = (part: unknown): string =>
  typeof part === "object" && part !== null ? `a ${part.constructor.name} (stack(…) joins tensors)` : String(part);

/** The dtype that `torch.tensor` infers: float32 if one number is not whole, else int64 if one is no boolean, else bool. */
function inferDType(flat: readonly Scalar[]): DType {
  let whole = false;
  for (const value of flat) {
    if (typeof value === "number" && !Number.isInteger(value)) return "float32";
    whole ||= typeof value !== "boolean";
  }
  return whole ? "int64" : flat.length === 0 ? "float32" : "bool";
}

/** The numbers in a typed array of a dtype. Throws DTypeError for one that does not fit. */
export function fill(name: string, flat: ArrayLike<Scalar>, dtype: DType): TypedArray {
  const data = newArray(dtype, flat.length);
  if (data instanceof BigInt64Array) {
    for (let i = 0; i < flat.length; i++) data[i] = BigInt(storable(name, dtype, flat[i]));
  } else if (isFloating(dtype)) {
    for (let i = 0; i < flat.length; i++) data[i] = Number(flat[i]);
  } else {
    for (let i = 0; i < flat.length; i++) data[i] = Number(storable(name, dtype, flat[i]));
  }
  return data;
}

/** Elements of nested arrays (or of one number). */
export function fromNested(data: NestedData, dtype: DType | undefined): Elements {
  const shape = shapeOf(data);
  const flat = flatten(data, shape);
  const type = dtype ?? inferDType(flat);
  return { shape, dtype: type, data: fill("tensor", flat, type) };
}

/** Elements of a typed array, in a shape (one size may be -1) or as a vector. */
export function fromTyped(name: string, data: AnyTypedArray, shape: Shape | undefined, dtype: DType | undefined): Elements {
  const found = dtypeOfArray(data) ?? (data instanceof Uint16Array ? "int32" : "int64");
  const type = dtype ?? found;
  const whole = shape === undefined ? [data.length] : inferShape(name, shape, data.length);
  if (numel(whole) !== data.length) throw new ShapeError(`${name}: ${data.length} elements do not fill the shape ${formatShape(whole)}`);
  const same = type === found && !(data instanceof Uint8ClampedArray) && !(data instanceof Uint16Array) && !(data instanceof Uint32Array);
  return { shape: whole, dtype: type, data: same ? data : fill(name, data, type) };
}

/** Elements of a picture: [H, W], or [H, W, C] with several channels. */
export function fromImage({ width, height, channels, data }: ImageLike, dtype: DType | undefined): Elements {
  if (!(data instanceof Uint8Array)) throw new DTypeError("tensor: a picture's data must be a Uint8Array");
  const shape = channels === 1 ? [height, width] : [height, width, channels];
  return fromTyped("tensor", data, shape, dtype);
}
