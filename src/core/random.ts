/**
 * @file Random numbers equal to PyTorch's on the CPU: the Mersenne Twister of `at::mt19937` and the order in which
 * `rand`, `randn`, `randint` and `randperm` draw from it. Creation calls the fills with a typed array; this file knows
 * no tensor.
 *
 * Uniform, integer and permutation draws are the same numbers as PyTorch's; normal ones differ in the last bits,
 * because PyTorch's vectorised logarithm and cosine (AVX2) do.
 * Source: aten/src/ATen/core/MT19937RNGEngine.h, native/cpu/DistributionTemplates.h, native/TensorFactories.cpp.
 */

import { ValueError } from "./errors.js";

const STATE = 624;
const SHIFT = 397;
/** PyTorch's `default_rng_seed_val`: what a generator starts from that nobody seeded. */
const DEFAULT_SEED = 67280421310721;
const TWO_POW_32 = 2 ** 32;
const TWO_POW_64 = 2n ** 64n;
const INT64_MIN = -(2n ** 63n);
const INT64_END = 2n ** 63n;

/**
 * A source of random numbers with PyTorch's sequence, as `torch.Generator`: the same seed and the same calls give the
 * same numbers.
 *
 * @example const gen = new Generator().manualSeed(42);
 * @see https://docs.pytorch.org/docs/stable/generated/torch.Generator.html
 */
export class Generator {
  private readonly state = new Int32Array(STATE);
  private next = STATE;
  private currentSeed: number | bigint = DEFAULT_SEED;
  /** The second half of the last Box-Muller pair: the next normal draw of a short fill. */
  private cachedNormal: number | undefined;

  constructor() {
    this.manualSeed(DEFAULT_SEED);
  }

  /**
   * Starts the sequence that belongs to a seed.
   *
   * @param seed an integer from -2^63 to 2^64 - 1 (a bigint past 2^53); a negative one counts from 2^64 down
   * @throws ValueError for anything else
   */
  manualSeed(seed: number | bigint): this {
    const value = typeof seed === "bigint" || Number.isSafeInteger(seed) ? BigInt(seed) : undefined;
    if (value === undefined || value < INT64_MIN || value >= TWO_POW_64) {
      throw new ValueError(`manualSeed: the seed must be an integer from -2^63 to 2^64 - 1 (a bigint past 2^53), not ${seed}`);
    }
    const unsigned = BigInt.asUintN(64, value);
    this.currentSeed = unsigned <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(unsigned) : unsigned;
    this.cachedNormal = undefined;
    const { state } = this;
    state[0] = Number(BigInt.asIntN(32, unsigned));
    for (let j = 1; j < STATE; j++) {
      const previous = state[j - 1];
      state[j] = Math.imul(1812433253, previous ^ (previous >>> 30)) + j;
    }
    this.next = STATE;
    return this;
  }

  /** Starts from a seed that nobody can foresee, and returns it. */
  seed(): number {
    const [low, high] = crypto.getRandomValues(new Uint32Array(2));
    const seed = (high >>> 11) * TWO_POW_32 + low;
    this.manualSeed(seed);
    return seed;
  }

  /** The seed that the sequence began with: a bigint where it is past 2^53. */
  initialSeed(): number | bigint {
    return this.currentSeed;
  }

  /** The next 32 bits, as a signed integer (signed ones stay small integers in JavaScript engines). */
  random(): number {
    if (this.next === STATE) this.twist();
    let y = this.state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** A double in [0, 1) from the low 53 of the next 64 bits, of which the first 32 drawn are the upper ones. */
  uniform(): number {
    const high = this.random() & 0x1fffff;
    const low = this.random() >>> 0;
    return (high * TWO_POW_32 + low) * 2 ** -53;
  }

  /** One standard normal double by Box and Muller's method; every second call takes what the first left over. */
  normal(): number {
    const cached = this.cachedNormal;
    if (cached !== undefined) {
      this.cachedNormal = undefined;
      return cached;
    }
    const u1 = this.uniform();
    const u2 = this.uniform();
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    const theta = 2 * Math.PI * u1;
    this.cachedNormal = radius * Math.sin(theta);
    return radius * Math.cos(theta);
  }

  private twist(): void {
    const { state } = this;
    for (let j = 0; j < STATE - SHIFT; j++) state[j] = state[j + SHIFT] ^ mix(state[j], state[j + 1]);
    for (let j = STATE - SHIFT; j < STATE - 1; j++) state[j] = state[j + SHIFT - STATE] ^ mix(state[j], state[j + 1]);
    state[STATE - 1] = state[SHIFT - 1] ^ mix(state[STATE - 1], state[0]);
    this.next = 0;
  }
}

/** The upper bit of `u` and the rest of `v`, shifted and folded. */
function mix(u: number, v: number): number {
  const joined = (u & 0x80000000) | (v & 0x7fffffff);
  return (joined >>> 1) ^ (-(v & 1) & 0x9908b0df);
}

/** The generator that `rand`, `randn`, `randint` and `randperm` draw from unless they are given one. */
export const defaultGenerator = new Generator();

/**
 * Seeds the default generator, as `torch.manual_seed`.
 *
 * @param seed an integer from -2^63 to 2^64 - 1 (a bigint past 2^53)
 * @throws ValueError for anything else
 * @example manualSeed(42); rand([2]); // tensor([0.8823, 0.9150])
 * @see https://docs.pytorch.org/docs/stable/generated/torch.manual_seed.html
 */
export const manualSeed = (seed: number | bigint): Generator => defaultGenerator.manualSeed(seed);

/** Seeds the default generator with a number nobody can foresee, and returns it: `torch.seed`. */
export const seed = (): number => defaultGenerator.seed();

/** The seed that the default generator began with: `torch.initial_seed`. */
export const initialSeed = (): number | bigint => defaultGenerator.initialSeed();

/** Fills with uniform numbers in [0, 1), as `torch.rand` for float32: 24 bits each. */
export function uniformFloat32(gen: Generator, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = (gen.random() & 0xffffff) * 2 ** -24;
}

/** Fills with uniform numbers in [0, 1), as `torch.rand` for float64: 53 bits each. */
export function uniformFloat64(gen: Generator, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = gen.uniform();
}

/**
 * Fills with standard normal numbers, as `torch.randn` for float32: PyTorch's within 1e-6 of each (its vectorised
 * logarithm and cosine round otherwise in the last bits).
 */
export function normalFloat32(gen: Generator, out: Float32Array): void {
  if (out.length < BLOCK) normalOneByOne(gen, out);
  else normalInBlocks(gen, out, out.subarray(-BLOCK), uniformFloat32, boxMullerFloat32);
}

/** Fills with standard normal numbers, as `torch.randn` for float64: PyTorch's but for the last bits. */
export function normalFloat64(gen: Generator, out: Float64Array): void {
  if (out.length < BLOCK) normalOneByOne(gen, out);
  else normalInBlocks(gen, out, out.subarray(-BLOCK), uniformFloat64, boxMullerFloat64);
}

/** PyTorch turns uniform into normal numbers in blocks: each of the first eight with the one eight further on. */
const BLOCK = 16;
const HALF = 8;

/** Fewer than a block: pair by pair in double precision, whatever the dtype, with the odd one kept for the next call. */
function normalOneByOne(gen: Generator, out: Float32Array | Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = gen.normal();
}

/** Whole blocks, then the last sixteen (`tail`, which overlaps them) once more from fresh numbers if some are left over. */
function normalInBlocks<A extends Float32Array | Float64Array>(
  gen: Generator,
  out: A,
  tail: A,
  uniform: (gen: Generator, out: A) => void,
  boxMuller: (data: A, start: number) => void,
): void {
  uniform(gen, out);
  for (let i = 0; i + BLOCK <= out.length; i += BLOCK) boxMuller(out, i);
  if (out.length % BLOCK === 0) return;
  uniform(gen, tail);
  boxMuller(tail, 0);
}

const TWO_PI_FLOAT32 = Math.fround(2 * Math.PI);

/** Each step is rounded to float32, as PyTorch's vectors are. */
function boxMullerFloat32(data: Float32Array, start: number): void {
  for (let j = start; j < start + HALF; j++) {
    const log = Math.fround(Math.log(1 - data[j]));
    const radius = Math.fround(Math.sqrt(-2 * log));
    const theta = Math.fround(TWO_PI_FLOAT32 * data[j + HALF]);
    data[j] = radius * Math.fround(Math.cos(theta));
    data[j + HALF] = radius * Math.fround(Math.sin(theta));
  }
}

function boxMullerFloat64(data: Float64Array, start: number): void {
  for (let j = start; j < start + HALF; j++) {
    const radius = Math.sqrt(-2 * Math.log(1 - data[j]));
    const theta = 2 * Math.PI * data[j + HALF];
    data[j] = radius * Math.cos(theta);
    data[j + HALF] = radius * Math.sin(theta);
  }
}

/** From this range on PyTorch takes 64 bits for an integer, to keep the skew of the remainder small. */
const WIDE_RANGE = 2n ** 28n;

/**
 * Fills with integers from `low` up to but not including `high`, as `torch.randint` (for every dtype there: the values
 * are drawn as int64 and converted).
 *
 * @param low,high integers from -2^63 to 2^63, as numbers or, past 2^53, bigints
 * @throws ValueError unless both are such integers and low < high
 */
export function randintInto(gen: Generator, low: number | bigint, high: number | bigint, out: BigInt64Array): void {
  const [from, to] = [int64("low", low), int64("high", high)];
  if (from >= to) throw new ValueError(`randint: low must be less than high, not ${from} and ${to}`);
  const range = to - from;
  if (range < WIDE_RANGE && Number.isSafeInteger(Number(from)) && Number.isSafeInteger(Number(to))) {
    fillNarrow(gen, Number(from), Number(range), out);
  } else if (range < WIDE_RANGE) {
    for (let i = 0; i < out.length; i++) out[i] = from + BigInt((gen.random() >>> 0) % Number(range));
  } else {
    for (let i = 0; i < out.length; i++) out[i] = from + (next64(gen) % range);
  }
}

function int64(name: string, value: number | bigint): bigint {
  const whole = typeof value === "bigint" || Number.isInteger(value) ? BigInt(value) : undefined;
  if (whole === undefined || whole < INT64_MIN || whole > INT64_END) {
    throw new ValueError(`randint: ${name} must be an integer from -2^63 to 2^63, not ${value}`);
  }
  return whole;
}

const next64 = (gen: Generator): bigint => (BigInt(gen.random() >>> 0) << 32n) | BigInt(gen.random() >>> 0);

/** Writes the two halves of each int64, so that no bigint is made for a number. */
function fillNarrow(gen: Generator, low: number, range: number, out: BigInt64Array): void {
  const words = new Int32Array(out.buffer, out.byteOffset, out.length * 2);
  for (let i = 0; i < out.length; i++) {
    const value = low + ((gen.random() >>> 0) % range);
    words[2 * i] = value;
    words[2 * i + 1] = Math.floor(value / TWO_POW_32);
  }
}

/** Up to here PyTorch's permutation takes 32 bits for each swap; a longer one would not fit in memory here. */
const LONGEST_PERMUTATION = Math.floor((TWO_POW_32 - 1) / 20);

/**
 * A random permutation of 0 … n - 1, as `torch.randperm`.
 *
 * @throws ValueError unless n is an integer from 0 to 214748363
 * @example randperm(new Generator().manualSeed(0), 4)
 */
export function randperm(gen: Generator, n: number): BigInt64Array {
  if (!Number.isInteger(n) || n < 0 || n >= LONGEST_PERMUTATION) {
    throw new ValueError(`randperm: n must be an integer from 0 to ${LONGEST_PERMUTATION - 1}, not ${n}`);
  }
  const out = new BigInt64Array(n);
  const words = new Int32Array(out.buffer); // the lower halves, at even places, hold all there is: n < 2^31
  for (let i = 0; i < n; i++) words[2 * i] = i;
  for (let i = 0; i < n - 1; i++) {
    const other = i + ((gen.random() >>> 0) % (n - i));
    const kept = words[2 * i];
    words[2 * i] = words[2 * other];
    words[2 * other] = kept;
  }
  return out;
}
