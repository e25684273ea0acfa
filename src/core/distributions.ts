/**
 * @file The distributions that PyTorch draws from on the CPU, filled into typed arrays from a Generator: uniform between bounds, normal,
 * exponential, Bernoulli and the others. `ops/random.ts` calls it with the elements in the order in which they lie in memory.
 *
 * Uniform numbers, integers, truth values and positions are PyTorch's own, bit by bit; what goes through a logarithm or an angle differs in the last
 * bits, because C's mathematical library does. (On Intel processors PyTorch hands Bernoulli and exponential draws over to MKL, which has
 * another sequence; these are the numbers of all other processors.)
 * Source: aten/src/ATen/core/DistributionsHelper.h, TransformationHelper.h, native/cpu/DistributionTemplates.h, native/Distributions.cpp.
 */
import { isFloating, type DType, type TypedArray } from "./dtype.js";
import { ValueError } from "./errors.js";
import { normalFloat32, normalFloat64, randintInto, uniformFloat32, uniformFloat64, type Generator } from "./random.js";

export type FloatArray = Float32Array | Float64Array;

/** Uniform in [0, 1): 24 bits for float32, 53 for float64. */
export function uniformUnit(gen: Generator, out: FloatArray): void {
  if (out instanceof Float32Array) uniformFloat32(gen, out);
  else uniformFloat64(gen, out);
}

/** Uniform in [low, high): the unit numbers multiplied and added to with one rounding, as processors do. */
export function uniform(gen: Generator, out: FloatArray, low: number, high: number): void {
  uniformUnit(gen, out);
  if (low === 0 && high === 1) return;
  if (out instanceof Float32Array) {
    const from = Math.fround(low);
    const width = Math.fround(Math.fround(high) - from);
    for (let i = 0; i < out.length; i++) out[i] = out[i] * width + from; // the product of two float32 is exact in double precision
  } else {
    const width = high - low;
    for (let i = 0; i < out.length; i++) out[i] = multiplyAdd(out[i], width, low);
  }
}

/**
 * a * b + c with one rounding (but for rare halfway cases), by Dekker's exact product and Knuth's exact sum: J.-M. Muller et al., Handbook of
 * Floating-Point Arithmetic, 4.3 and 4.4. What leaves the range on the way is computed plainly.
 */
function multiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const [aHigh, bHigh] = [upperHalf(a), upperHalf(b)];
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  const lost = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const sum = product + c;
  const added = sum - product;
  const rest = product - (sum - added) + (c - added);
  const exact = sum + (rest + lost);
  return Number.isFinite(exact) ? exact : sum;
}
/** The upper 26 bits (Veltkamp). */
function upperHalf(x: number): number {
  const scaled = 134217729 * x; // 2^27 + 1
  return scaled - (scaled - x);
}

/** From this length on dense elements are drawn in blocks of sixteen, others one by one. */
const BLOCKS_FROM = 16;

/** Normal; `isDense` says whether the elements lie densely, row by row, where they go. */
export function normal(gen: Generator, out: FloatArray, mean: number, std: number, isDense: boolean): void {
  if (!isDense || out.length < BLOCKS_FROM) return oneByOne(gen, out, (g) => g.normal() * std + mean);
  if (out instanceof Float32Array) normalFloat32(gen, out);
  else normalFloat64(gen, out);
  if (mean === 0 && std === 1) return;
  const [center, scale] = out instanceof Float32Array ? [Math.fround(mean), Math.fround(std)] : [mean, std];
  for (let i = 0; i < out.length; i++) out[i] = out[i] * scale + center;
}

/** One sample in double precision for each element, rounded or cut off to the dtype. */
function oneByOne(gen: Generator, out: TypedArray, sample: (gen: Generator) => number): void {
  if (out instanceof BigInt64Array) for (let i = 0; i < out.length; i++) out[i] = BigInt(Math.trunc(sample(gen)));
  else for (let i = 0; i < out.length; i++) out[i] = sample(gen);
}

/** 1 with probability p, else 0. */
export const bernoulli = (gen: Generator, out: TypedArray, p: number): void => oneByOne(gen, out, (g) => Number(g.uniform() < p));

/** Of density lambda e^(-lambda x). */
export const exponential = (gen: Generator, out: FloatArray, lambda: number): void => oneByOne(gen, out, (g) => (-1 / lambda) * Math.log1p(-g.uniform()));

/** Cauchy's, around the median. */
export const cauchy = (gen: Generator, out: FloatArray, median: number, sigma: number): void =>
  oneByOne(gen, out, (g) => median + sigma * Math.tan(Math.PI * (g.uniform() - 0.5)));

/** e to a normal number. */
export const logNormal = (gen: Generator, out: FloatArray, mean: number, std: number): void => oneByOne(gen, out, (g) => Math.exp(g.normal() * std + mean));

/** The number of trials up to the first success, each of probability p. */
export const geometric = (gen: Generator, out: TypedArray, p: number): void => oneByOne(gen, out, (g) => Math.ceil(Math.log(g.uniform()) / Math.log1p(-p)));

/** The integers that `random_` may draw: from 0 to what the dtype holds; for floats, what they hold without gaps. */
const largest: Readonly<Record<DType, bigint>> = {
  bool: 1n,
  uint8: 255n,
  int8: 127n,
  int16: 32767n,
  int32: 2n ** 31n - 1n,
  int64: 2n ** 63n - 1n,
  float32: 2n ** 24n,
  float64: 2n ** 53n,
};
/** The dtypes that take 64 bits for an integer of their whole range. */
const isWide = (dtype: DType): boolean => dtype === "int64" || dtype === "float64";

const lowest = (dtype: DType): bigint => (dtype === "bool" || dtype === "uint8" ? 0n : -largest[dtype] - 1n);

/** Uniform over all whole numbers from 0 to the largest of the dtype. */
export function wholes(gen: Generator, dtype: DType, out: TypedArray): void {
  if (!isWide(dtype)) {
    const count = Number(largest[dtype]) + 1;
    return oneByOne(gen, out, dtype === "bool" ? (g) => g.random() & 1 : (g) => (g.random() >>> 0) % count);
  }
  const count = largest[dtype] + 1n;
  for (let i = 0; i < out.length; i++) {
    const high = BigInt(gen.random() >>> 0);
    const value = ((high << 32n) | BigInt(gen.random() >>> 0)) % count;
    if (out instanceof BigInt64Array) out[i] = value;
    else out[i] = Number(value);
  }
}

/**
 * Uniform over the whole numbers from `low` to below `high` (to the largest of the dtype where there is none).
 * @throws ValueError for an empty range and for numbers that the dtype does not hold
 */
export function wholesBetween(gen: Generator, dtype: DType, out: TypedArray, low: number | bigint, high: number | bigint | undefined, name: string): void {
  for (const bound of [low, high ?? 0]) {
    if (typeof bound === "number" && !Number.isInteger(bound)) throw new ValueError(`${name}: the bounds must be whole numbers, not ${bound}`);
  }
  const from = representable(dtype, BigInt(low), 1n);
  const to = high === undefined ? largest[dtype] + 1n : representable(dtype, BigInt(high), -1n);
  if (from >= to) throw new ValueError(`${name}: from must be less than to, not ${from} and ${to}`);
  if (!isFloating(dtype) && (from < lowest(dtype) || to - 1n > largest[dtype])) {
    throw new ValueError(`${name}: the range from ${from} to below ${to} is out of bounds for ${dtype}, which holds ${lowest(dtype)} to ${largest[dtype]}`);
  }
  const drawn = out instanceof BigInt64Array ? out : new BigInt64Array(out.length);
  randintInto(gen, from, to, drawn);
  if (!(out instanceof BigInt64Array)) for (let i = 0; i < out.length; i++) out[i] = Number(drawn[i]);
}

/** A float dtype steps over whole numbers past 2^24 or 2^53: a bound whose inner neighbour would round out of the range moves in by one step. */
function representable(dtype: DType, bound: bigint, inwards: 1n | -1n): bigint {
  if (!isFloating(dtype)) return bound;
  const neighbour = bound + inwards;
  const rounded = BigInt(dtype === "float32" ? Math.fround(Number(neighbour)) : Number(neighbour));
  if (inwards === 1n ? rounded >= bound : rounded < bound) return bound;
  const power = (neighbour < 0n ? -neighbour : neighbour).toString(2).length - 1;
  return rounded + inwards * 2n ** BigInt(Math.max(0, power - (dtype === "float32" ? 24 : 53) + 1));
}

/**
 * Positions drawn by their weights, with replacement: `samples` holds a uniform double for each of `count` draws a row, `weights` the rows.
 * The sums are rounded to the dtype of the weights at each step, as PyTorch's are.
 */
export function multinomial(weights: FloatArray, samples: Float64Array, out: BigInt64Array, categories: number, count: number): void {
  const sums = weights instanceof Float32Array ? new Float32Array(categories) : new Float64Array(categories);
  for (let row = 0; row * categories < weights.length; row++) {
    let sum = 0;
    for (let j = 0; j < categories; j++) {
      sums[j] = sum + weights[row * categories + j];
      sum = sums[j];
    }
    for (let j = 0; j < categories; j++) sums[j] /= sum;
    sums[categories - 1] = 1;
    for (let i = row * count; i < (row + 1) * count; i++) out[i] = BigInt(firstNotBelow(sums, samples[i]));
  }
}

function firstNotBelow(sums: FloatArray, sample: number): number {
  let [left, right] = [0, sums.length];
  while (left < right) {
    const middle = (left + right) >>> 1;
    if (sums[middle] < sample) left = middle + 1;
    else right = middle;
  }
  return left;
}
