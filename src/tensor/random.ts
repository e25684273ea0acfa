/**
 * @file The functions that make random tensors, with PyTorch's numbers for PyTorch's seeds. They read the user's arguments; the
 * distributions are in core/distributions.ts and core/random.ts, the order of the draws in ops/random.ts.
 */
import type { DType, TypedArray } from "../core/dtype.js";
import { uniformUnit, wholesBetween } from "../core/distributions.js";
import { ValueError } from "../core/errors.js";
import { defaultGenerator, randperm as permutation, type Generator } from "../core/random.js";
import { checkShape, type Shape } from "../core/shape.js";
import type { Mutable } from "../core/static-shape.js";
import { contiguousView, type View } from "../core/view.js";
import { fromDraw } from "../graph/build.js";
import type { Operand } from "../compile/expression.js";
import { drawn, drawnFloats, drawnNormal, normal as normalAround } from "../ops/random.js";
import { Tensor } from "./class.js";
import { dtypeOr, isShape, made, readSizes, wrap, type RandomOptions, type SizeArguments } from "./creation.js";
import { fill } from "./from-data.js";
import type { GeneratorOption } from "./signatures-random.js";
import type { BroadcastShape } from "./static.js";

type FloatDType = "float32" | "float64";

/** Fresh elements for a tensor that lies as the view says. */
type Fill = (name: string, view: View, dtype: DType, gen: Generator) => Operand;
const uniformly: Fill = (name, view, dtype, gen) => drawnFloats(name, view, dtype, (out) => uniformUnit(gen, out));
const normally: Fill = (name, view, dtype, gen) => drawnNormal(name, view, dtype, gen, 0, 1);

const filled = (name: string, fresh: Fill, view: View, options: RandomOptions | undefined, other: DType): Tensor =>
  wrap(fresh(name, view, dtypeOr(name, options?.dtype, other), options?.generator ?? defaultGenerator), options);

/**
 * Random numbers, uniform in [0, 1): `rand(2, 3)`, `rand([2, 3], { dtype, generator })`. PyTorch's numbers for PyTorch's seeds.
 * @throws ShapeError for a size below 0; DTypeError for a dtype that is not floating
 * @example manualSeed(42); rand([2]) // tensor([0.8823, 0.9150])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.rand.html
 */
export function rand<const S extends Shape>(...sizes: S): Tensor<Mutable<S>, "float32">;
export function rand<const S extends Shape, D extends FloatDType = "float32">(...sizesAndOptions: [...S, RandomOptions<D>]): Tensor<Mutable<S>, NoInfer<D>>;
export function rand<const S extends Shape, D extends FloatDType = "float32">(shape: S, options?: RandomOptions<D>): Tensor<Mutable<S>, NoInfer<D>>;
export function rand(...args: SizeArguments<RandomOptions>): Tensor {
  const { shape, options } = readSizes<RandomOptions>("rand", args);
  return filled("rand", uniformly, contiguousView(shape), options, "float32");
}

/**
 * Random numbers of the standard normal distribution: `randn(2, 3)`, `randn([2, 3], { dtype, generator })`. PyTorch's numbers for
 * PyTorch's seeds, but for the last bits.
 * @throws ShapeError for a size below 0; DTypeError for a dtype that is not floating
 * @see https://docs.pytorch.org/docs/stable/generated/torch.randn.html
 */
export function randn<const S extends Shape>(...sizes: S): Tensor<Mutable<S>, "float32">;
export function randn<const S extends Shape, D extends FloatDType = "float32">(...sizesAndOptions: [...S, RandomOptions<D>]): Tensor<Mutable<S>, NoInfer<D>>;
export function randn<const S extends Shape, D extends FloatDType = "float32">(shape: S, options?: RandomOptions<D>): Tensor<Mutable<S>, NoInfer<D>>;
export function randn(...args: SizeArguments<RandomOptions>): Tensor {
  const { shape, options } = readSizes<RandomOptions>("randn", args);
  return filled("randn", normally, contiguousView(shape), options, "float32");
}

/** As `rand`, in another tensor's shape, dtype and order of dimensions in memory. @see https://docs.pytorch.org/docs/stable/generated/torch.rand_like.html */
export function randLike<S extends Shape, D extends DType, E extends FloatDType = D & FloatDType>(input: Tensor<S, D>, options?: RandomOptions<E>): Tensor<S, NoInfer<E>>;
export function randLike(input: Tensor, options?: RandomOptions): Tensor {
  return filled("randLike", uniformly, input.impl.view, options, input.dtype);
}
/** As `randn`, in another tensor's shape, dtype and order of dimensions in memory. @see https://docs.pytorch.org/docs/stable/generated/torch.randn_like.html */
export function randnLike<S extends Shape, D extends DType, E extends FloatDType = D & FloatDType>(input: Tensor<S, D>, options?: RandomOptions<E>): Tensor<S, NoInfer<E>>;
export function randnLike(input: Tensor, options?: RandomOptions): Tensor {
  return filled("randnLike", normally, input.impl.view, options, input.dtype);
}

/**
 * Random whole numbers from low (0) to below high: `randint(high, [2, 3])`, `randint(low, high, [2, 3])`. int64 unless given.
 * @throws ValueError for an empty range; ShapeError for a size below 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.randint.html
 */
export function randint<const S extends Shape, D extends DType = "int64">(high: number | bigint, shape: S, options?: RandomOptions<D>): Tensor<Mutable<S>, NoInfer<D>>;
export function randint<const S extends Shape, D extends DType = "int64">(
  low: number | bigint,
  high: number | bigint,
  shape: S,
  options?: RandomOptions<D>,
): Tensor<Mutable<S>, NoInfer<D>>;
export function randint(first: number | bigint, second: number | bigint | Shape, third?: Shape | RandomOptions, fourth?: RandomOptions): Tensor {
  const [low, high] = isShape(second) ? [0, first] : [first, second];
  const shape = isShape(second) ? second : third;
  const options = isShape(second) ? third : fourth;
  if (!isShape(shape) || isShape(options)) throw new ValueError("randint: expected randint(high, shape) or randint(low, high, shape)");
  checkShape("randint", shape);
  return wholesIn("randint", contiguousView(shape), dtypeOr("randint", options?.dtype, "int64"), low, high, options);
}

function wholesIn(name: string, view: View, dtype: DType, low: number | bigint, high: number | bigint, options: RandomOptions | undefined): Tensor {
  const generator = options?.generator ?? defaultGenerator;
  return wrap(drawn(view, dtype, (out) => wholesBetween(generator, dtype, out, low, high, name)), options);
}

/**
 * As `randint`, in another tensor's shape, dtype and order of dimensions in memory: `randintLike(x, high)`, `randintLike(x, low, high)`.
 * @throws ValueError for an empty range
 * @see https://docs.pytorch.org/docs/stable/generated/torch.randint_like.html
 */
export function randintLike<S extends Shape, D extends DType, E extends DType = D>(input: Tensor<S, D>, high: number | bigint, options?: RandomOptions<E>): Tensor<S, NoInfer<E>>;
export function randintLike<S extends Shape, D extends DType, E extends DType = D>(
  input: Tensor<S, D>,
  low: number | bigint,
  high: number | bigint,
  options?: RandomOptions<E>,
): Tensor<S, NoInfer<E>>;
export function randintLike(input: Tensor, first: number | bigint, second?: number | bigint | RandomOptions, third?: RandomOptions): Tensor {
  const isRange = typeof second === "number" || typeof second === "bigint";
  const [low, high] = isRange ? [first, second] : [0, first];
  const options = isRange ? third : second;
  return wholesIn("randintLike", input.impl.view, dtypeOr("randintLike", options?.dtype, input.dtype), low, high, options);
}

/**
 * Random numbers of a normal distribution: `normal(mean, std)` where at least one of both is a tensor (they broadcast, and each element has
 * its own), `normal(mean, std, shape, { dtype, generator })` for two numbers. std is 1 where it is left out.
 * @throws ValueError for a std below 0; DTypeError for integer tensors; ShapeError where the shapes do not broadcast
 * @example normal(tensor([0, 100]).float(), 1) // tensor([ -0.3, 101.2]), say
 * @see https://docs.pytorch.org/docs/stable/generated/torch.normal.html
 */
export function normal<S extends Shape, D extends DType>(mean: Tensor<S, D>, std?: number, options?: GeneratorOption): Tensor<S, D>;
export function normal<S extends Shape, D extends DType>(mean: number, std: Tensor<S, D>, options?: GeneratorOption): Tensor<S, D>;
export function normal<A extends Shape, B extends Shape, D extends DType>(mean: Tensor<A, D>, std: Tensor<B>, options?: GeneratorOption): Tensor<BroadcastShape<A, B>, D>;
export function normal<const S extends Shape, D extends FloatDType = "float32">(mean: number, std: number, shape: S, options?: RandomOptions<D>): Tensor<Mutable<S>, NoInfer<D>>;
export function normal(mean: Tensor | number, std: Tensor | number = 1, third?: Shape | GeneratorOption, options?: RandomOptions): Tensor {
  if (mean instanceof Tensor || std instanceof Tensor) {
    if (isShape(third)) throw new ValueError("normal: a shape is for a mean and a std that are numbers: tensors have one");
    return made(normalAround(mean instanceof Tensor ? mean.impl : mean, std instanceof Tensor ? std.impl : std, third, "normal"), undefined);
  }
  if (!isShape(third)) throw new ValueError("normal: two numbers need a shape: normal(mean, std, shape)");
  checkShape("normal", third);
  if (!(std >= 0)) throw new ValueError(`normal: expects a std of at least 0, not ${std}`);
  const fresh: Fill = (name, view, dtype, gen) => drawnNormal(name, view, dtype, gen, mean, std);
  return filled("normal", fresh, contiguousView(third), options, "float32");
}

/**
 * 0 … n - 1 in random order. int64 unless given.
 * @throws ValueError unless n is a whole number of at least 0
 * @see https://docs.pytorch.org/docs/stable/generated/torch.randperm.html
 */
export function randperm<const N extends number, D extends DType = "int64">(n: N, options?: RandomOptions<D>): Tensor<[N], NoInfer<D>>;
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const dtype = dtypeOr("randperm", options.dtype, "int64");
  const draw = (): TypedArray => {
    const data = permutation(options.generator ?? defaultGenerator, n);
    return dtype === "int64" ? data : fill("randperm", data, dtype);
  };
  return wrap(fromDraw(dtype, [n], draw), options);
}
