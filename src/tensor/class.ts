/**
 * @file The class Tensor: a shape, a dtype and elements that are computed when they are looked at. What it says here is reading,
 * writing and identity; the operations come from the tables in `ops/` (install.ts). Import it from tensor.ts, which has both.
 */
import type { DType, TypedArrays } from "../core/dtype.js";
import { IndexError, ShapeError, ValueError } from "../core/errors.js";
import { normalizeDim, numel, type Shape } from "../core/shape.js";
import type { ElementOf } from "../core/static-dtype.js";
import type { AnyIndex } from "../core/static-index.js";
import type { Numbers } from "../core/static-shape.js";
import { isContiguous } from "../core/view.js";
import { disposeOf } from "../graph/scope.js";
import type { TensorImpl } from "../graph/storage.js";
import { detachInPlace, gradFnOf, isLeaf, requiresGrad, retainGrad, setGrad, setRequiresGrad } from "../autograd/tensors.js";
import { checkDType } from "../ops/casts.js";
import { checkWritable } from "../ops/elementwise.js";
import { assign } from "../ops/index-tensors.js";
import type { Scalar } from "../ops/kinds.js";
import * as recorded from "../ops/recorded.js";
import { clone, contiguous, matrixTransposed, narrowed, reversed, selected } from "../ops/views.js";
import { backwardFrom, hookOn, remember, wrapperOf, type BackwardOptions, type HookHandle } from "./autograd.js";
import { unwrapped } from "./bind-calls.js";
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
  /**
   * The gradient that `backward` added up; null at first. Only leaves have one, and what `retainGrad` was called on. Set it to null to
   * begin anew. Setting throws AutogradError for another shape or dtype. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.grad.html
   */
  declare grad: Tensor<S, D> | null;

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
    return new Tensor(recorded.viewBy("PermuteBackward0", this.impl, reversed));
  }
  /** The last two dimensions swapped: a view. Throws ShapeError below two dimensions. @see https://docs.pytorch.org/docs/stable/tensors.html#torch.Tensor.mT */
  get mT(): Tensor<Numbers<S>, D> {
    return new Tensor(recorded.viewBy("TransposeBackward0", this.impl, (x) => matrixTransposed(x, "mT")));
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
    for (let i = 0; i < size; i++) yield new Tensor(recorded.viewBy("UnbindBackward0", this.impl, (x) => selected(x, 0, i, "iteration"), true));
  }

  /**
   * Gives its memory back now, unless another tensor (a view, `detach()`) shares it or something still has to be computed from it. Reading
   * it afterwards throws DisposedError. Nobody has to call it: dropped tensors are found by the garbage collector. `using x = …` calls it
   * where x ends.
   */
  dispose(): void {
    disposeOf(this.impl);
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

  /**
   * Whether gradients are computed for it. A tensor made by the user takes it from its options or from `requiresGrad_`; a computed one
   * from what it was computed of. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.requires_grad.html
   */
  get requiresGrad(): boolean {
    return requiresGrad(this.impl);
  }
  /**
   * Sets, in place, whether gradients are computed for it. Throws AutogradError for a dtype that is not floating, and where a computed
   * tensor is told not to.
   * @example const w = randn(3).requiresGrad_();
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.requires_grad_.html
   */
  requiresGrad_(requiresGrad = true): this {
    setRequiresGrad(this.impl, requiresGrad);
    return this;
  }
  /** The recorded operation that made it: its name, as PyTorch prints it; null for a leaf. */
  get gradFn(): { readonly name: string } | null {
    return gradFnOf(this.impl) ?? null;
  }
  /** Whether it was not made by a recorded operation. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.is_leaf.html */
  get isLeaf(): boolean {
    return isLeaf(this.impl);
  }
  /**
   * Adds to `grad` of every leaf that this tensor was computed from. `gradient`, of this tensor's shape, weighs its elements; a tensor of
   * one element needs none. What the graph saved is freed unless `{ retainGraph: true }`; `{ createGraph: true }` records the walk, so that
   * the gradients have gradients; `{ inputs }` names the leaves to add to.
   * Throws AutogradError where nothing requires grad, where the gradient is missing or of another shape, where the graph was freed, and
   * where a saved value was overwritten in place.
   * @example const x = tensor([1, 2]).float().requiresGrad_(); x.square().sum().backward(); x.grad // tensor([2., 4.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
   */
  backward(gradient?: Tensor | null, options: BackwardOptions = {}): void {
    backwardFrom(this.impl, gradient?.impl, options);
  }
  /** Keeps the gradient of a computed tensor, too, in its `grad`. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.retain_grad.html */
  retainGrad(): this {
    retainGrad(this.impl);
    return this;
  }
  /**
   * Calls `hook` with the gradient of this tensor each time it has been computed; what it returns, if anything, takes its place. The
   * handle's `remove()` takes it off. Throws AutogradError for a tensor that requires no gradient.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.register_hook.html
   */
  registerHook(hook: (grad: Tensor) => Tensor | void | null): HookHandle {
    return hookOn(this.impl, hook);
  }
  /** Cut off its history, in place. Throws AutogradError for a view. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach_.html */
  detach_(): this {
    detachInPlace(this.impl);
    return this;
  }

  /** A copy with a storage of its own. @see https://docs.pytorch.org/docs/stable/generated/torch.clone.html */
  clone(): Tensor<S, D> {
    return new Tensor(recorded.copied(this.impl, clone));
  }
  /** The same elements, shared, without a history. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html */
  detach(): Tensor<S, D> {
    return new Tensor(this.impl.detached());
  }
  /** This tensor if it is dense, row by row, else a dense copy. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.contiguous.html */
  contiguous(): Tensor<S, D> {
    const impl = recorded.copied(this.impl, contiguous);
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
    return checkDType("to", dtype) === this.dtype ? this : new Tensor(recorded.cast(this.impl, dtype));
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
    if (!(value instanceof Tensor)) recorded.fillWith("fill_", "FillBackward2", this.impl, value);
    else if (value.shape.length > 0) throw new ShapeError(`fill_: expects a number or a tensor without dimensions, not one of shape [${value.shape.join(", ")}]`);
    else recorded.copyInto("fill_", "FillBackward3", this.impl, value.impl);
    return this;
  }
  /** Every element set to 0, in place. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.zero_.html */
  zero_(): this {
    recorded.fillWith("zero_", "ZeroBackward0", this.impl, 0);
    return this;
  }
  /**
   * Elements copied from another tensor, broadcast and cast to this dtype, in place. Throws ShapeError where the shape does not
   * broadcast to this one; ValueError where this tensor shows one element at several places.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.copy_.html
   */
  copy_(source: Tensor): this {
    checkWritable("copy_", this.impl);
    recorded.copyInto("copy_", "CopyBackwards", this.impl, source.impl);
    return this;
  }
  /**
   * PyTorch's `x[index] = value`: one entry or a list of them, as `at` takes them, and a number or a tensor that broadcasts to
   * what they select. Through index tensors and masks the value must have this dtype (one element under a mask may have any); of several
   * values for one place the last stays. Throws as `at` and `copy_` do.
   * @example zeros(2, 3).set([0, "1:"], 7) // tensor([[0., 7., 7.], [0., 0., 0.]])
   * @example x.set([x.lt(0)], 0); x.set([rows, ":", columns], values)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html
   */
  set(at: AnyIndex | readonly AnyIndex[], value: Scalar | Tensor): this {
    assign(this.impl, (isList(at) ? at : [at]).map(unwrapped), value instanceof Tensor ? value.impl : value);
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
    return Array.from({ length: this.size(dim) }, (_, i) =>
      new Tensor(recorded.viewBy("UnbindBackward0", this.impl, (x) => selected(x, dim, i, "unbind"), true)),
    );
  }

  private pieces(sizes: readonly number[], dim: number): Tensor<Shape, D>[] {
    const total = sizes.reduce((a, b) => a + b, 0);
    if (total !== this.size(dim)) {
      throw new ShapeError(`split: the sizes [${sizes.join(", ")}] must add up to ${this.size(dim)}, the size of dimension ${dim}, not to ${total}`);
    }
    let start = 0;
    return sizes.map((size) => {
      start += size;
      const from = start - size;
      return new Tensor(recorded.viewBy("SplitBackward0", this.impl, (x) => narrowed(x, dim, from, size, "split"), true));
    });
  }
}

/** The operations of the tables in `ops/`, as methods. (The parameters' names must be those of the class.) */
// oxlint-disable-next-line no-unused-vars
export interface Tensor<S extends Shape, D extends DType> extends OpMethods, Disposable {}

// Engines without `using` may have no Symbol.dispose either.
if (typeof Symbol.dispose === "symbol") {
  Object.defineProperty(Tensor.prototype, Symbol.dispose, {
    value(this: Tensor): void {
      this.dispose();
    },
  });
}
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
Object.defineProperty(Tensor.prototype, "grad", {
  get(this: Tensor): Tensor | null {
    const grad = this.impl.history?.grad;
    return grad ? wrapperOf(grad) : null;
  },
  set(this: Tensor, value: Tensor | null) {
    setGrad(this.impl, value?.impl);
    if (value) remember(value);
  },
});
Object.defineProperty(Tensor.prototype, "dtype", {
  get(this: Tensor): DType {
    return this.impl.dtype;
  },
});

const isList = (at: AnyIndex | readonly AnyIndex[]): at is readonly AnyIndex[] => Array.isArray(at);

function firstSize(x: TensorImpl, what: string): number {
  if (x.shape.length === 0) throw new ShapeError(`${what}: a tensor without dimensions has none to count: use .item() for its number`);
  return x.shape[0];
}
