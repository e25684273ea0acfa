/**
 * @file The class Tensor: a shape, a dtype and elements that are computed when they are looked at. What it says here is reading,
 * writing and identity; the operations come from the tables in `ops/` (install.ts). Import it from tensor.ts, which has both.
 */
import type { DType, TypedArrays } from "../core/dtype.js";
import { IndexError, ShapeError, ValueError } from "../core/errors.js";
import { normalizeDim, numel, type Shape } from "../core/shape.js";
import type { ElementOf } from "../core/static-dtype.js";
import type { Index } from "../core/static-index.js";
import type { Numbers } from "../core/static-shape.js";
import { isContiguous } from "../core/view.js";
import type { TensorImpl } from "../graph/storage.js";
import { castTo, checkDType } from "../ops/casts.js";
import { full } from "../ops/create.js";
import { checkWritable } from "../ops/elementwise.js";
import { index } from "../ops/indexing.js";
import type { Scalar } from "../ops/kinds.js";
import { clone, contiguous, matrixTransposed, narrowed, reversed, selected } from "../ops/views.js";
import { writeInto } from "../ops/write.js";
import { formatTensor } from "./print.js";
import { bigIntsOf, elementsOf, itemOf, nestedOf, printerOf } from "./read.js";
import type { Nested, Rest } from "./static.js";
import type { OpMethods } from "./signatures.js";

const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");
const denoInspect: unique symbol = Symbol.for("Deno.customInspect");
const jupyter: unique symbol = Symbol.for("Jupyter.display");

/**
 * A tensor: PyTorch's, for TypeScript. `S` is its shape and `D` its dtype; both are inferred, and checked where they are literal. A
 * size that is not known is `number`, a rank that is not known `readonly number[]`; every tensor is assignable to plain `Tensor`.
 *
 * Operations return at once, having checked shapes and dtypes; elements are computed when something looks at them: `item()`, `tolist()`,
 * `toTypedArray()`, `await data()`, printing. Nobody has to free anything.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]]).float(); // Tensor<[2, 2], "float32">
 * x.mean(0).tolist(); // [2, 3]
 * @see https://docs.pytorch.org/docs/stable/tensors.html
 */
export class Tensor<out S extends Shape = Shape, out D extends DType = DType> {
  /** The size of each dimension, outermost first; [] for a scalar. */
  declare readonly shape: Readonly<S>;
  /** The type of the elements. */
  declare readonly dtype: D;
  /** The size of the first dimension. Throws ShapeError for a scalar, which has none. */
  declare readonly length: S[0] & number;

  /** For the library's own use: `tensor(…)`, `zeros(…)` and their like make tensors. */
  constructor(
    /** For the library's own use: the storage and the view of it. */
    readonly impl: TensorImpl,
  ) {}

  /** Where the elements are: always "cpu". */
  get device(): "cpu" {
    return "cpu";
  }
  /** The number of dimensions. */
  get ndim(): S["length"] {
    return this.shape.length;
  }
  /** How often the storage was written to in place, through this tensor or any that shares it. */
  get version(): number {
    return this.impl.storage.version;
  }
  /** All dimensions in reverse: a view, of known rank (`t()` and `transpose` know the sizes too). @see https://docs.pytorch.org/docs/stable/tensors.html#torch.Tensor.T */
  get T(): Tensor<Numbers<S>, D> {
    return new Tensor(reversed(this.impl));
  }
  /** The last two dimensions swapped: a view. Throws ShapeError below two dimensions. @see https://docs.pytorch.org/docs/stable/tensors.html#torch.Tensor.mT */
  get mT(): Tensor<Numbers<S>, D> {
    return new Tensor(matrixTransposed(this.impl, "mT"));
  }

  /** The shape, or the size of one dimension (negative: from the end). Throws IndexError out of range. */
  size(): Readonly<S>;
  size(dim: number): number;
  size(dim?: number): Readonly<S> | number {
    if (dim === undefined) return this.shape;
    if (this.shape.length === 0) throw new IndexError(`size: a tensor without dimensions has no dimension ${dim}`);
    return this.shape[normalizeDim("size", dim, this.shape.length)];
  }
  /** The number of dimensions: `ndim`. */
  dim(): S["length"] {
    return this.ndim;
  }
  /** The number of elements. */
  numel(): number {
    return numel(this.shape);
  }
  /** How many elements of storage lie between neighbours, for each dimension or one of them. */
  stride(): readonly number[];
  stride(dim: number): number;
  stride(dim?: number): readonly number[] | number {
    const { strides } = this.impl.view;
    return dim === undefined ? strides : strides[normalizeDim("stride", dim, strides.length)];
  }
  /** Whether the elements lie densely, row by row. */
  isContiguous(): boolean {
    return isContiguous(this.impl.view);
  }

  /**
   * The one element, as a number (a boolean for bool).
   * Throws ValueError unless there is just one; DTypeError for an int64 past 2^53 (see `toBigIntArray`).
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.item.html
   */
  item<E extends DType>(this: Tensor<Shape, E>): ElementOf<E>;
  item(): number | boolean {
    return itemOf(this.impl);
  }
  /**
   * The elements as nested arrays of numbers (booleans for bool); a plain number for a scalar.
   * Throws DTypeError for an int64 past 2^53 (see `toBigIntArray`).
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.tolist.html
   */
  tolist<A extends Shape, E extends DType>(this: Tensor<A, E>): Nested<A, ElementOf<E>>;
  tolist(): unknown {
    return nestedOf(this.impl);
  }
  /** The elements, row by row, in a new typed array: a Uint8Array of 0 and 1 for bool, a BigInt64Array for int64. */
  toTypedArray(): TypedArrays[D];
  toTypedArray(): TypedArrays[DType] {
    return elementsOf(this.impl);
  }
  /** The elements, row by row, as bigints: exact for every int64. Throws DTypeError for floats. */
  toBigIntArray(): bigint[] {
    return bigIntsOf(this.impl);
  }
  /** The promise of `toTypedArray()`: the way to read that any device allows. */
  async data(): Promise<TypedArrays[D]> {
    return this.toTypedArray();
  }
  /** The tensors along the first dimension: views. Throws ShapeError for a scalar. */
  *[Symbol.iterator](): IterableIterator<Tensor<Shape, D>> {
    const size = firstSize(this.impl, "iteration");
    for (let i = 0; i < size; i++) yield new Tensor(selected(this.impl, 0, i, "iteration"));
  }

  /** What PyTorch prints. */
  toString(): string {
    return formatTensor(printerOf(this.impl));
  }
  [inspect](): string {
    return this.toString();
  }
  [denoInspect](): string {
    return this.toString();
  }
  /** As the last value of a notebook's cell it shows as text. */
  [jupyter](): { readonly "text/plain": string } {
    return { "text/plain": this.toString() };
  }

  /** A copy with a storage of its own. @see https://docs.pytorch.org/docs/stable/generated/torch.clone.html */
  clone(): Tensor<S, D> {
    return new Tensor(clone(this.impl));
  }
  /** The same elements, shared, without a history. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html */
  detach(): Tensor<S, D> {
    return new Tensor(this.impl.alias(this.impl.view));
  }
  /** This tensor if it is dense, row by row, else a dense copy. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.contiguous.html */
  contiguous(): Tensor<S, D> {
    const impl = contiguous(this.impl);
    return impl === this.impl ? this : new Tensor(impl);
  }

  /**
   * In another dtype; this very tensor where it has that dtype already. Fractions are cut off, integers wrap, bool is "not zero".
   * Throws ValueError for an unknown dtype.
   * @example tensor([1.7, -1.7]).to("int32") // tensor([ 1, -1], dtype=int32)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html
   */
  to<E extends DType>(dtype: E): Tensor<S, E>;
  to(dtype: DType): Tensor {
    return checkDType("to", dtype) === this.dtype ? this : new Tensor(castTo(this.impl, dtype));
  }
  /** The dtype's name; or, with one, as `to`. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.type.html */
  type(): D;
  type<E extends DType>(dtype: E): Tensor<S, E>;
  type(dtype?: DType): DType | Tensor {
    return dtype === undefined ? this.dtype : this.to(dtype);
  }
  /** In the dtype of another tensor. */
  typeAs<E extends DType>(other: Tensor<Shape, E>): Tensor<S, E> {
    return this.to(other.dtype);
  }

  /**
   * Every element set to one number, in place. Throws DTypeError for a number that the dtype cannot hold.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.fill_.html
   */
  fill_(value: Scalar | Tensor): this {
    if (!(value instanceof Tensor)) this.impl.storage.write(this.impl.view, full("fill_", this.shape, value, this.dtype));
    else if (value.shape.length > 0) throw new ShapeError(`fill_: expects a number or a tensor without dimensions, not one of shape [${value.shape.join(", ")}]`);
    else writeInto("fill_", this.impl, value.impl);
    return this;
  }
  /** Every element set to 0, in place. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.zero_.html */
  zero_(): this {
    return this.fill_(0);
  }
  /**
   * Elements copied from another tensor, broadcast and cast to this dtype, in place. Throws ShapeError where the shape does not
   * broadcast to this one; ValueError where this tensor shows one element at several places.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.copy_.html
   */
  copy_(source: Tensor): this {
    checkWritable("copy_", this.impl);
    writeInto("copy_", this.impl, source.impl);
    return this;
  }
  /**
   * PyTorch's `x[index] = value`: one entry or a list of them, as `at` takes them, and a number or a tensor that broadcasts to
   * what they select. Throws as `at` and `copy_` do.
   * @example zeros(2, 3).set([0, "1:"], 7) // tensor([[0., 7., 7.], [0., 0., 0.]])
   */
  set(at: Index | readonly Index[], value: Scalar | Tensor): this {
    const part = new Tensor(index(this.impl, isList(at) ? at : [at], "set"));
    if (!(value instanceof Tensor)) part.fill_(value);
    else part.copy_(new Tensor(withoutLeadingOnes(value.impl, part.ndim)));
    return this;
  }

  /**
   * Pieces along a dimension, all of a size (the last may be smaller) or of the given sizes: views.
   * Throws ShapeError where the sizes do not add up; ValueError for a size below 1.
   * @example arange(5).split(2) // [tensor([0, 1]), tensor([2, 3]), tensor([4])]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.split.html
   */
  split(size: number | readonly number[], dim = 0): Tensor<Shape, D>[] {
    const whole = this.size(dim);
    if (typeof size !== "number") return this.pieces(size, dim);
    if (!Number.isInteger(size) || size < 1) throw new ValueError(`split: the size of a piece must be a whole number of at least 1, not ${size}`);
    const count = Math.max(1, Math.ceil(whole / size));
    return this.pieces(Array.from({ length: count }, (_, i) => Math.min(size, whole - i * size)), dim);
  }
  /**
   * At most `chunks` pieces of equal size (the last may be smaller) along a dimension: views.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.chunk.html
   */
  chunk(chunks: number, dim = 0): Tensor<Shape, D>[] {
    if (!Number.isInteger(chunks) || chunks < 1) throw new ValueError(`chunk: the number of chunks must be a whole number of at least 1, not ${chunks}`);
    const whole = this.size(dim);
    if (whole === 0) return this.pieces(Array.from({ length: chunks }, () => 0), dim);
    return this.split(Math.ceil(whole / chunks), dim);
  }
  /**
   * The tensors along a dimension, which disappears: views.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.unbind.html
   */
  unbind<A extends Shape, E extends DType>(this: Tensor<A, E>): Tensor<Rest<A>, E>[];
  unbind(dim: number): Tensor<Shape, D>[];
  unbind(dim = 0): Tensor<Shape, D>[] {
    return Array.from({ length: this.size(dim) }, (_, i) => new Tensor(selected(this.impl, dim, i, "unbind")));
  }

  private pieces(sizes: readonly number[], dim: number): Tensor<Shape, D>[] {
    const total = sizes.reduce((a, b) => a + b, 0);
    if (total !== this.size(dim)) {
      throw new ShapeError(`split: the sizes [${sizes.join(", ")}] must add up to ${this.size(dim)}, the size of dimension ${dim}, not to ${total}`);
    }
    let start = 0;
    return sizes.map((size) => {
      start += size;
      return new Tensor(narrowed(this.impl, dim, start - size, size, "split"));
    });
  }
}

/** The operations of the tables in `ops/`, as methods. (The parameters' names must be those of the class.) */
// oxlint-disable-next-line no-unused-vars
export interface Tensor<S extends Shape, D extends DType> extends OpMethods {}

Object.defineProperty(Tensor.prototype, "shape", {
  get(this: Tensor): Shape {
    return this.impl.view.shape;
  },
});
Object.defineProperty(Tensor.prototype, "length", {
  get(this: Tensor): number {
    return firstSize(this.impl, "length");
  },
});
Object.defineProperty(Tensor.prototype, "dtype", {
  get(this: Tensor): DType {
    return this.impl.dtype;
  },
});

const isList = (at: Index | readonly Index[]): at is readonly Index[] => Array.isArray(at);

/** As PyTorch's assignment: leading dimensions of size 1 that the target does not have are dropped. */
function withoutLeadingOnes(x: TensorImpl, rank: number): TensorImpl {
  let result = x;
  while (result.shape.length > rank && result.shape[0] === 1) result = selected(result, 0, 0, "set");
  return result;
}

function firstSize(x: TensorImpl, what: string): number {
  if (x.shape.length === 0) throw new ShapeError(`${what}: a tensor without dimensions has none to count: use .item() for its number`);
  return x.shape[0];
}
