/**
 * @file The functions that make tensors: from data, filled, ranges. They read the user's arguments; what the tensors are is in
 * `ops/create.ts`. Random ones are in random.ts.
 */
import type { DType } from "../core/dtype.js";
import { ValueError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import type { DTypeOfScalar } from "../core/static-dtype.js";
import type { Mutable } from "../core/static-shape.js";
import { fromData } from "../graph/build.js";
import { castTo, checkDType } from "../ops/casts.js";
import * as create from "../ops/create.js";
import type { Scalar } from "../ops/kinds.js";
import { clone } from "../ops/views.js";
import { fromImage, fromNested, fromTyped, isImage, isTypedArray, type AnyTypedArray, type Elements, type ImageLike } from "./from-data.js";
import type { DTypeOfArray, DTypeOfData, NestedData, ShapeOfData } from "./static.js";
import { Tensor } from "./class.js";
import { dtypeOr, made, readSizes, wrap, type DTypeOption, type SizeArguments, type Wanted } from "./creation.js";

/** A shape for the elements of a typed array; one size may be -1. */
export interface TypedOptions<S extends Shape, D extends DType> extends DTypeOption<D> {
  readonly shape?: S;
}

const upload = ({ shape, dtype, data }: Elements, options?: Wanted): Tensor => wrap(fromData(dtype, shape, data), options);

/**
 * A tensor with a copy of the data: nested arrays of numbers, bigints or booleans; one number (shape []); a typed array, with
 * `{ shape }` if it is no vector; a picture ([H, W], or [H, W, C] with several channels); another tensor.
 *
 * Without `{ dtype }`: bool for booleans, int64 for whole numbers, float32 as soon as one number is not whole (NaN and Infinity are
 * not). JavaScript does not tell 1.0 from 1, so `tensor([1.0, 2.0])` is int64: say `{ dtype: "float32" }` or `.float()`. A typed
 * array keeps its dtype (Uint16Array becomes int32, Uint32Array int64), a picture is uint8.
 *
 * @throws ShapeError where rows have different lengths, naming the place; DTypeError for a number that the dtype cannot hold
 * @example tensor([[1, 2], [3, 4.5]]) // tensor([[1.0000, 2.0000], [3.0000, 4.5000]])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.tensor.html
 */
export function tensor<S extends Shape, D extends DType, E extends DType = D>(data: Tensor<S, D>, options?: DTypeOption<E>): Tensor<S, NoInfer<E>>;
export function tensor<A extends AnyTypedArray, const S extends Shape = [number], D extends DType = DTypeOfArray<A>>(
  data: A,
  options?: TypedOptions<S, D>,
): Tensor<Mutable<S>, NoInfer<D>>;
export function tensor<C extends number, D extends DType = "uint8">(
  data: ImageLike & { readonly channels: C },
  options?: DTypeOption<D>,
): Tensor<C extends 1 ? [number, number] : [number, number, C], NoInfer<D>>;
export function tensor<const N extends NestedData, D extends DType = DTypeOfData<N>>(data: N, options?: DTypeOption<D>): Tensor<ShapeOfData<N>, NoInfer<D>>;
export function tensor(data: Tensor | AnyTypedArray | ImageLike | NestedData, options: TypedOptions<Shape, DType> = {}): Tensor {
  const dtype = options.dtype === undefined ? undefined : checkDType("tensor", options.dtype);
  if (data instanceof Tensor) return made(clone(castTo(data.impl, dtype ?? data.dtype)), options);
  if (isTypedArray(data)) return upload(fromTyped("tensor", data, options.shape, dtype), options);
  if (isImage(data)) return upload(fromImage(data, dtype), options);
  return upload(fromNested(data, dtype), options);
}

/**
 * A tensor with a copy of a typed array's elements, in a shape (one size may be -1).
 * @throws ShapeError where the elements do not fill the shape
 * @example fromTypedArray(new Uint8Array([1, 2, 3, 4]), [2, 2])
 */
export function fromTypedArray<A extends AnyTypedArray, const S extends Shape = [number]>(data: A, shape?: S): Tensor<Mutable<S>, DTypeOfArray<A>>;
export function fromTypedArray(data: AnyTypedArray, shape?: Shape): Tensor {
  return upload(fromTyped("fromTypedArray", data, shape, undefined));
}

function filled(name: string, args: SizeArguments<DTypeOption>, value: number): Tensor {
  const { shape, options } = readSizes<DTypeOption>(name, args);
  return wrap(create.full(name, shape, value, dtypeOr(name, options?.dtype, "float32")), options);
}

/**
 * Zeros: `zeros(2, 3)`, `zeros([2, 3])`, `zeros([2, 3], { dtype })`. float32 unless given.
 * @throws ShapeError for a size below 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.zeros.html
 */
export function zeros<const S extends Shape>(...sizes: S): Tensor<Mutable<S>, "float32">;
export function zeros<const S extends Shape, D extends DType = "float32">(...sizesAndOptions: [...S, DTypeOption<D>]): Tensor<Mutable<S>, NoInfer<D>>;
export function zeros<const S extends Shape, D extends DType = "float32">(shape: S, options?: DTypeOption<D>): Tensor<Mutable<S>, NoInfer<D>>;
export function zeros(...args: SizeArguments<DTypeOption>): Tensor {
  return filled("zeros", args, 0);
}

/**
 * Ones: `ones(2, 3)`, `ones([2, 3])`, `ones([2, 3], { dtype })`. float32 unless given.
 * @throws ShapeError for a size below 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.ones.html
 */
export function ones<const S extends Shape>(...sizes: S): Tensor<Mutable<S>, "float32">;
export function ones<const S extends Shape, D extends DType = "float32">(...sizesAndOptions: [...S, DTypeOption<D>]): Tensor<Mutable<S>, NoInfer<D>>;
export function ones<const S extends Shape, D extends DType = "float32">(shape: S, options?: DTypeOption<D>): Tensor<Mutable<S>, NoInfer<D>>;
export function ones(...args: SizeArguments<DTypeOption>): Tensor {
  return filled("ones", args, 1);
}

/**
 * A tensor whose elements mean nothing yet (they are zeros): `empty(2, 3)`, `empty([2, 3], { dtype })`. float32 unless given.
 * @throws ShapeError for a size below 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.empty.html
 */
export function empty<const S extends Shape>(...sizes: S): Tensor<Mutable<S>, "float32">;
export function empty<const S extends Shape, D extends DType = "float32">(...sizesAndOptions: [...S, DTypeOption<D>]): Tensor<Mutable<S>, NoInfer<D>>;
export function empty<const S extends Shape, D extends DType = "float32">(shape: S, options?: DTypeOption<D>): Tensor<Mutable<S>, NoInfer<D>>;
export function empty(...args: SizeArguments<DTypeOption>): Tensor {
  return filled("empty", args, 0);
}

const dtypeOfScalar = { boolean: "bool", bigint: "int64" } as const;
const scalarDType = (value: Scalar): DType => (typeof value === "number" ? (Number.isInteger(value) ? "int64" : "float32") : dtypeOfScalar[typeof value === "boolean" ? "boolean" : "bigint"]);

/**
 * The same number everywhere. Its dtype is the number's (bool, int64 for whole ones, float32), unless given.
 * @throws ShapeError for a size below 0; DTypeError for a number that the dtype cannot hold
 * @example full([2], 0.5) // tensor([0.5000, 0.5000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.full.html
 */
export function full<const S extends Shape, const V extends Scalar, D extends DType = DTypeOfScalar<V>>(
  shape: S,
  value: V,
  options?: DTypeOption<D>,
): Tensor<Mutable<S>, NoInfer<D>>;
export function full(shape: Shape, value: Scalar, options: DTypeOption = {}): Tensor {
  return wrap(create.full("full", [...shape], value, dtypeOr("full", options.dtype, scalarDType(value))), options);
}

/** Zeros in another tensor's shape and, unless given, dtype. @see https://docs.pytorch.org/docs/stable/generated/torch.zeros_like.html */
export function zerosLike<S extends Shape, D extends DType, E extends DType = D>(input: Tensor<S, D>, options?: DTypeOption<E>): Tensor<S, NoInfer<E>>;
export function zerosLike(input: Tensor, options: DTypeOption = {}): Tensor {
  return fullLike(input, 0, options);
}
/** Ones in another tensor's shape and, unless given, dtype. @see https://docs.pytorch.org/docs/stable/generated/torch.ones_like.html */
export function onesLike<S extends Shape, D extends DType, E extends DType = D>(input: Tensor<S, D>, options?: DTypeOption<E>): Tensor<S, NoInfer<E>>;
export function onesLike(input: Tensor, options: DTypeOption = {}): Tensor {
  return fullLike(input, 1, options);
}
/** Zeros that mean nothing, in another tensor's shape and dtype. @see https://docs.pytorch.org/docs/stable/generated/torch.empty_like.html */
export function emptyLike<S extends Shape, D extends DType, E extends DType = D>(input: Tensor<S, D>, options?: DTypeOption<E>): Tensor<S, NoInfer<E>>;
export function emptyLike(input: Tensor, options: DTypeOption = {}): Tensor {
  return fullLike(input, 0, options);
}
/** One number in another tensor's shape and, unless given, dtype. @see https://docs.pytorch.org/docs/stable/generated/torch.full_like.html */
export function fullLike<S extends Shape, D extends DType, E extends DType = D>(input: Tensor<S, D>, value: Scalar, options?: DTypeOption<E>): Tensor<S, NoInfer<E>>;
export function fullLike(input: Tensor, value: Scalar, options: DTypeOption = {}): Tensor {
  return wrap(create.full("fullLike", input.shape, value, dtypeOr("fullLike", options.dtype, input.dtype)), options);
}

/** What `arange` infers: int64 for whole numbers, else float32. */
type RangeDType<A extends number> = DTypeOfScalar<A>;

/**
 * `arange(end)`, `arange(start, end)`, `arange(start, end, step)`: numbers from start (0) before end. int64 if all are whole, else
 * float32, unless `{ dtype }` is given (as the last argument).
 * @throws ValueError for a step of 0 or one that leads away from end
 * @example arange(0, 1, 0.25) // tensor([0.0000, 0.2500, 0.5000, 0.7500])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.arange.html
 */
export function arange<const N extends number, D extends DType = RangeDType<N>>(end: N, options?: DTypeOption<D>): Tensor<ArangeShape<N>, NoInfer<D>>;
export function arange<const A extends number, const B extends number, D extends DType = RangeDType<A | B>>(
  start: A,
  end: B,
  options?: DTypeOption<D>,
): Tensor<[number], NoInfer<D>>;
export function arange<const A extends number, const B extends number, const C extends number, D extends DType = RangeDType<A | B | C>>(
  start: A,
  end: B,
  step: C,
  options?: DTypeOption<D>,
): Tensor<[number], NoInfer<D>>;
export function arange(...args: readonly (number | DTypeOption | undefined)[]): Tensor {
  const numbers = args.filter((arg) => typeof arg === "number");
  const options = args.find((arg) => typeof arg === "object");
  if (numbers.length === 0) throw new ValueError("arange: expected arange(end), arange(start, end) or arange(start, end, step)");
  const [start, end, step = 1] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  const inferred = numbers.every(Number.isInteger) ? "int64" : "float32";
  return wrap(create.arange("arange", start, end, step, dtypeOr("arange", options?.dtype, inferred)), options);
}
/** A literal whole end is the length. */
type ArangeShape<N extends number> = number extends N ? [number] : `${N}` extends `-${string}` | `${string}.${string}` | `${string}e${string}` ? [number] : [N];

/**
 * `steps` numbers from start to end, both included, evenly spaced. float32 unless given.
 * @throws ValueError for a number of steps below 0
 * @example linspace(0, 1, 5) // tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linspace.html
 */
export function linspace<const N extends number, D extends DType = "float32">(start: number, end: number, steps: N, options?: DTypeOption<D>): Tensor<[N], NoInfer<D>>;
export function linspace(start: number, end: number, steps: number, options: DTypeOption = {}): Tensor {
  return wrap(create.linspace("linspace", start, end, steps, dtypeOr("linspace", options.dtype, "float32")), options);
}

/**
 * Ones on the diagonal, zeros elsewhere: n rows and n or m columns. float32 unless given.
 * @throws ShapeError for a size below 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.eye.html
 */
export function eye<const N extends number, D extends DType = "float32">(n: N, options?: DTypeOption<D>): Tensor<[N, N], NoInfer<D>>;
export function eye<const N extends number, const M extends number, D extends DType = "float32">(n: N, m: M, options?: DTypeOption<D>): Tensor<[N, M], NoInfer<D>>;
export function eye(n: number, m?: number | DTypeOption, options?: DTypeOption): Tensor {
  const chosen = typeof m === "object" ? m : options;
  return wrap(create.eye("eye", n, typeof m === "number" ? m : n, dtypeOr("eye", chosen?.dtype, "float32")), chosen);
}
