/**
 * @file Tensors out of nothing: constants, ranges, the identity. They are lazy nodes like any other, so a range that feeds an
 * operation takes no memory. `tensor/` has read the user's arguments and calls these.
 */
import { category, isFloating, newArray, type DType } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { checkShape, type Shape } from "../core/shape.js";
import { cast, constant, expandTo, fromData, index, map, update } from "../graph/build.js";
import type { Operand } from "../compile/expression.js";
import { scalarAs } from "./elementwise.js";
import type { Scalar } from "./kinds.js";

const limits: Readonly<Partial<Record<DType, readonly [low: number, high: number]>>> = {
  // An unsigned type takes negative numbers down to -max, which wrap, as in PyTorch.
  uint8: [-255, 255],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  // As numbers: the largest below 2^63. Bigints are compared with the exact bounds.
  int64: [-(2 ** 63), 2 ** 63 - 1024],
};

const overflow = (name: string, dtype: DType, value: Scalar): DTypeError =>
  new DTypeError(`${name}: the value ${value} cannot be converted to ${dtype} without overflow`);

/** A number to be stored in a dtype: DTypeError if it does not fit, as PyTorch's `value cannot be converted … without overflow`. */
export function storable(name: string, dtype: DType, value: Scalar): number | bigint {
  const range = limits[dtype];
  if (range === undefined || typeof value === "boolean") return scalarAs(dtype, value);
  if (typeof value === "bigint") {
    if (dtype === "int64" ? BigInt.asIntN(64, value) !== value : value < range[0] || value > range[1]) throw overflow(name, dtype, value);
    return scalarAs(dtype, value);
  }
  const whole = Math.trunc(value);
  if (!(whole >= range[0] && whole <= range[1])) throw overflow(name, dtype, value);
  if (dtype === "int64") return BigInt(whole);
  return whole < 0 && dtype === "uint8" ? whole + 256 : whole + 0; // + 0 makes -0 an integer
}

export function full(name: string, shape: Shape, value: Scalar, dtype: DType): Operand {
  checkShape(name, shape);
  return constant(storable(name, dtype, value), dtype, shape);
}

/** start, start + step, … before end. Floats are computed in double precision, as PyTorch does on the CPU. */
export function arange(name: string, start: number, end: number, step: number, dtype: DType): Operand {
  if (![start, end, step].every(Number.isFinite)) throw new ValueError(`${name}: start, end and step must be finite, not ${start}, ${end}, ${step}`);
  if (step === 0) throw new ValueError(`${name}: step must not be 0`);
  if ((end - start) * step < 0) throw new ValueError(`${name}: from ${start} to ${end} a step of ${step} leads the wrong way`);
  if (category(dtype) === "bool") throw new DTypeError(`${name}: is not defined for bool`);
  const size = Math.ceil((end - start) / step);
  checkShape(name, [size]);
  const wide = isFloating(dtype) ? "float64" : "int64";
  const number = (value: number): Operand => expandTo(constant(value, wide), [size]);
  let values = cast(index([size]), wide);
  if (step !== 1) values = map("mul", wide, values, number(step));
  if (start !== 0) values = map("add", wide, values, number(start));
  return cast(values, dtype);
}

/** `steps` numbers from start to end inclusive; symmetric, as PyTorch counts its second half from the end. */
export function linspace(name: string, start: number, end: number, steps: number, dtype: DType): Operand {
  if (!Number.isSafeInteger(steps) || steps < 0) throw new ValueError(`${name}: the number of steps must be a whole number of at least 0, not ${steps}`);
  if (category(dtype) === "bool") throw new DTypeError(`${name}: is not defined for bool`);
  const data = newArray("float64", steps);
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const half = Math.floor(steps / 2);
  for (let i = 0; i < steps; i++) data[i] = i < half || steps === 1 ? start + i * step : end - (steps - 1 - i) * step;
  return cast(fromData("float64", [steps], data), dtype);
}

/** Ones on the diagonal, zeros elsewhere. */
export function eye(name: string, rows: number, columns: number, dtype: DType): Operand {
  for (const size of [rows, columns]) {
    if (!Number.isSafeInteger(size) || size < 0) throw new ShapeError(`${name}: sizes must be whole numbers of at least 0, not ${rows} and ${columns}`);
  }
  const zeros = constant(0, dtype, [rows, columns]);
  const diagonal = Math.min(rows, columns);
  if (diagonal === 0) return zeros;
  const node = update(zeros.node, { shape: [diagonal], strides: [columns + 1], offset: 0 }, constant(1, dtype, [diagonal]));
  return { node, view: zeros.view };
}
