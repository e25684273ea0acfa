/**
 * @file Random numbers into and out of tensors: the methods that overwrite a tensor (`normal_`, `uniform_` …), `bernoulli`, `multinomial`,
 * `normal`. Numbers are drawn when the call is made (inside `compile(fn)` anew at each call), in PyTorch's order: as the elements lie in
 * memory. What the distributions are is in core/distributions.ts; `tensor/` makes methods and functions of the table.
 */
import { isFloating, newArray, type DType, type TypedArray } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import * as distributions from "../core/distributions.js";
import type { FloatArray } from "../core/distributions.js";
import { defaultGenerator, Generator } from "../core/random.js";
import { broadcastShapes, formatShape, numel, type Shape } from "../core/shape.js";
import { contiguousView, isContiguous, memoryOrder, permute, type View } from "../core/view.js";
import { cast, dense, expandTo, fromDraw, map, routine, withView } from "../graph/build.js";
import { capturing } from "../graph/capture.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { arithmeticOps } from "./arithmetic.js";
import { call, flagAt, numberAt, optionsAt, recordedAs, wholeAt, withOptions, type CallResult } from "./call.js";
import { bring, runBinary } from "./elementwise.js";
import { rangeOf } from "./gathering.js";
import { flat, ruleOf } from "./gradient.js";
import { family, type Argument, type OverwriteOp } from "./kinds.js";
import { record, tracks } from "./record.js";
import { runReduction } from "./reduce.js";
import { reductionOps } from "./reductions.js";
import { sortingOps } from "./sorting.js";

// Draws

/** The generator that was asked for, or the default one. */
export function generatorOf(name: string, given: unknown): Generator {
  if (given === undefined || given === null) return defaultGenerator;
  if (given instanceof Generator) return given;
  throw new ValueError(`${name}: the generator must be a Generator, not ${typeof given}: new Generator() makes one`);
}

/** New elements laid out as a view is, drawn in the order of its memory. */
export function drawn(view: View, dtype: DType, draw: (out: TypedArray) => void): Operand {
  const order = memoryOrder(view);
  const shape = order.map((d) => view.shape[d]);
  const x = fromDraw(dtype, shape, () => {
    const data: TypedArray = newArray(dtype, numel(shape));
    draw(data);
    return data;
  });
  return withView(x, permute(x.view, view.shape.map((_, d) => order.indexOf(d))));
}

const isFloatArray = (out: TypedArray): out is FloatArray => out instanceof Float32Array || out instanceof Float64Array;

/** The same for a distribution over floats. Throws DTypeError for another dtype. */
export function drawnFloats(name: string, view: View, dtype: DType, draw: (out: FloatArray) => void): Operand {
  if (!isFloating(dtype)) throw new DTypeError(`${name}: makes float32 or float64, not ${dtype}: cast the tensor first with .float()`);
  return drawn(view, dtype, (out) => {
    if (isFloatArray(out)) draw(out);
  });
}

/** Normal numbers for a tensor that lies as the view says. */
export const drawnNormal = (name: string, view: View, dtype: DType, gen: Generator, mean: number, std: number): Operand =>
  drawnFloats(name, view, dtype, (out) => distributions.normal(gen, out, mean, std, isContiguous(view)));

// Entries that overwrite

/** What an overwriting entry is told: two numbers at most, and the generator. */
interface Told {
  readonly name: string;
  readonly x: TensorImpl;
  readonly gen: Generator;
  /** A number by its position or by its name in the options. */
  readonly number: (at: number, what: string, otherwise: number) => number;
}
const generatorOnly = ["generator"] as const;

/** An entry that draws every element anew. `names` are those of its numbers. */
const overwrite = <K extends string>(signature: K, names: readonly string[], values: (told: Told) => Operand): OverwriteOp<K> => ({
  kind: "overwrite",
  name: signature,
  signature,
  values: (x, args, name) => {
    const [positional, option] = withOptions<string>(name, args, [...names, ...generatorOnly]);
    if (positional.length > names.length) throw new ValueError(`${name}: takes ${names.join(" and ")}, not ${positional.length} arguments`);
    return values({
      name,
      x,
      gen: generatorOf(name, option("generator")),
      number: (at, what, otherwise) => numberAt(name, what, positional[at] ?? option(what), otherwise),
    });
  },
});

function check(holds: boolean, name: string, what: string): void {
  if (!holds) throw new ValueError(`${name}: ${what}`);
}

const uniform = overwrite("uniform", ["from", "to"], ({ name, x, gen, number }) => {
  const [from, to] = [number(0, "from", 0), number(1, "to", 1)];
  check(from <= to && Number.isFinite(to - from), name, `expects a range from 'from' to 'to', but got from ${from} and to ${to}`);
  return drawnFloats(name, x.view, x.dtype, (out) => distributions.uniform(gen, out, from, to));
});

const normal_ = overwrite("meanAndStd", ["mean", "std"], ({ name, x, gen, number }) => {
  const [mean, std] = [number(0, "mean", 0), number(1, "std", 1)];
  check(std >= 0, name, `expects a std of at least 0, not ${std}`);
  return drawnNormal(name, x.view, x.dtype, gen, mean, std);
});

const logNormal = overwrite("meanAndStd", ["mean", "std"], ({ name, x, gen, number }) => {
  const [mean, std] = [number(0, "mean", 1), number(1, "std", 2)];
  check(std > 0, name, `expects a std above 0, not ${std}`);
  return drawnFloats(name, x.view, x.dtype, (out) => distributions.logNormal(gen, out, mean, std));
});

const exponential = overwrite("rate", ["lambd"], ({ name, x, gen, number }) => {
  const lambda = number(0, "lambd", 1);
  check(lambda > 0, name, `expects a lambd above 0, not ${lambda}`);
  return drawnFloats(name, x.view, x.dtype, (out) => distributions.exponential(gen, out, lambda));
});

const cauchy = overwrite("medianAndSigma", ["median", "sigma"], ({ name, x, gen, number }) => {
  const [median, sigma] = [number(0, "median", 0), number(1, "sigma", 1)];
  check(sigma > 0, name, `expects a sigma above 0, not ${sigma}`);
  return drawnFloats(name, x.view, x.dtype, (out) => distributions.cauchy(gen, out, median, sigma));
});

const geometric = overwrite("probability", ["p"], ({ name, x, gen, number }) => {
  const p = number(0, "p", Number.NaN);
  check(p > 0 && p < 1, name, `expects a p above 0 and below 1, not ${p}`);
  if (x.dtype === "bool") throw new DTypeError(`${name}: is for integers and floats, not bool`);
  return drawn(x.view, x.dtype, (out) => distributions.geometric(gen, out, p));
});

const boundAt = (name: string, what: string, value: unknown): number | bigint => (typeof value === "bigint" ? value : wholeAt(name, what, value));

const random: OverwriteOp<"bounds"> = {
  kind: "overwrite",
  name: "random",
  signature: "bounds",
  values: (x, args, name) => {
    const [positional, option] = withOptions(name, args, generatorOnly);
    const gen = generatorOf(name, option("generator"));
    const { dtype, view } = x;
    if (positional.length === 0) return drawn(view, dtype, (out) => distributions.wholes(gen, dtype, out));
    const [first, second] = positional.length === 1 ? [0, positional[0]] : positional;
    const from = boundAt(name, "from", first);
    const to = second === null || second === undefined ? undefined : boundAt(name, "to", second);
    return drawn(view, dtype, (out) => distributions.wholesBetween(gen, dtype, out, from, to, name));
  },
};

// Bernoulli

function checkProbabilities(name: string, p: TensorImpl): void {
  if (!isFloating(p.dtype)) throw new DTypeError(`${name}: the probabilities must be float32 or float64, not ${p.dtype}: cast them with .float()`);
  if (capturing() !== undefined) return; // their elements are not known there; a comparison takes whatever they are
  const range = rangeOf(p.operand());
  if (range === undefined || (range.least >= 0 && range.most <= 1)) return;
  throw new ValueError(`${name}: expects probabilities from 0 to 1, but they range from ${range.least} to ${range.most}`);
}

/** 1 where a uniform number is below the probability: compared in the dtype of the probabilities. */
function bernoulliOf(name: string, view: View, dtype: DType, p: TensorImpl, gen: Generator): Operand {
  checkProbabilities(name, p);
  const samples = drawnFloats(name, view, p.dtype, (out) => distributions.uniformUnit(gen, out));
  return cast(map("lt", "bool", samples, expandTo(p.operand(), view.shape)), dtype);
}

function bernoulliBy(name: string, view: View, dtype: DType, p: number, gen: Generator): Operand {
  check(p >= 0 && p <= 1, name, `expects a p from 0 to 1, not ${p}`);
  return drawn(view, dtype, (out) => distributions.bernoulli(gen, out, p));
}

function bernoulli(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [[p], option] = withOptions(name, args, ["p", "generator"]);
  const gen = generatorOf(name, option("generator"));
  const given = p ?? option("p");
  if (given === undefined) return TensorImpl.of(bernoulliOf(name, contiguousView(x.shape), x.dtype, x, gen));
  return TensorImpl.of(bernoulliBy(name, contiguousView(x.shape), x.dtype, numberAt(name, "p", given), gen));
}

const bernoulli_: OverwriteOp<"probabilities"> = {
  kind: "overwrite",
  name: "bernoulli",
  signature: "probabilities",
  values: (x, args, name) => {
    const [[p], option] = withOptions(name, args, ["p", "generator"]);
    const gen = generatorOf(name, option("generator"));
    const given = p ?? option("p");
    if (!(given instanceof TensorImpl)) return bernoulliBy(name, x.view, x.dtype, numberAt(name, "p", given, 0.5), gen);
    if (broadcastShapes(name, x.shape, given.shape).some((size, d) => size !== x.shape[d]) || given.shape.length > x.shape.length) {
      throw new ShapeError(`${name}: the probabilities, of shape ${formatShape(given.shape)}, do not broadcast to the tensor's ${formatShape(x.shape)}`);
    }
    return bernoulliOf(name, x.view, x.dtype, given, gen);
  },
};

// Multinomial

/** PyTorch's limit: up to there a float32 counts without gaps. */
const mostCategories = 2 ** 24;

/** Throws unless each row of weights is finite, not negative and not all 0. */
function checkWeights(name: string, x: TensorImpl, categories: number): void {
  const weights = engine().read(dense(x.operand()).node);
  for (let row = 0; row * categories < weights.length; row++) {
    let sum = 0;
    for (let j = 0; j < categories; j++) {
      const weight = Number(weights[row * categories + j]);
      if (!(weight >= 0 && weight < Infinity)) throw new ValueError(`${name}: weights must be finite and at least 0, but row ${row} has ${weight} at ${j}`);
      sum += weight;
    }
    if (!(sum > 0)) throw new ValueError(`${name}: the weights of row ${row} are all 0: there is nothing to choose`);
  }
}

/** Without replacement, and for one sample: the largest quotients of the weights and exponential numbers. */
function distinct(name: string, x: TensorImpl, count: number, gen: Generator): CallResult {
  const waits = TensorImpl.of(drawnFloats(name, x.view, x.dtype, (out) => distributions.exponential(gen, out, 1)));
  const quotients = TensorImpl.of(runBinary(arithmeticOps.div, x, waits));
  if (count === 1) return TensorImpl.of(runReduction(reductionOps.argmax, quotients, -1, { keepdim: true }));
  const found = sortingOps.topk.run(quotients, [count], name);
  if (typeof found === "object" && "indices" in found) return found.indices;
  throw new ValueError(`${name}: topk gave no indices`);
}

function repeated(name: string, x: TensorImpl, count: number, gen: Generator): TensorImpl {
  const categories = x.shape[x.shape.length - 1];
  const shape: Shape = [...x.shape.slice(0, -1), count];
  const samples = drawnFloats(name, contiguousView(shape), "float64", (out) => distributions.uniformUnit(gen, out));
  const [result] = routine(name, [x.operand(), samples], [{ shape, dtype: "int64" }], ([weights, uniforms], [out]) => {
    if (!isFloatArray(weights) || !(uniforms instanceof Float64Array) || !(out instanceof BigInt64Array)) return;
    distributions.multinomial(weights, uniforms, out, categories, count);
  });
  return TensorImpl.of(result);
}

function multinomial(x: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [positional, option] = withOptions(name, args, ["replacement", "generator"]);
  const count = wholeAt(name, "numSamples", positional[0]);
  const replacement = flagAt(name, "replacement", positional[1] ?? option("replacement"), false);
  const { shape, dtype } = x;
  if (shape.length !== 1 && shape.length !== 2) throw new ShapeError(`${name}: expects weights of one or two dimensions, not of shape ${formatShape(shape)}`);
  if (!isFloating(dtype)) throw new DTypeError(`${name}: the weights must be float32 or float64, not ${dtype}: cast them with .float()`);
  const categories = shape[shape.length - 1];
  check(count > 0, name, `must draw at least one sample, not ${count}`);
  check(replacement || count <= categories, name, `cannot draw ${count} samples without replacement from ${categories} categories: use { replacement: true }`);
  check(categories <= mostCategories, name, `takes at most 2^24 categories, not ${categories}`);
  if (capturing() === undefined) checkWeights(name, x, categories);
  const gen = generatorOf(name, option("generator"));
  return replacement && count > 1 ? repeated(name, x, count, gen) : distinct(name, x, count, gen);
}

// normal(mean, std)

/** Normal numbers around a mean, with a standard deviation: at least one of them a tensor. No gradient flows through, as in PyTorch. */
export function normal(mean: Argument, std: Argument, options: unknown, name: string): TensorImpl {
  const gen = generatorOf(name, optionsAt(name, options, generatorOnly)("generator"));
  const centers = mean instanceof TensorImpl ? mean : undefined;
  const spreads = std instanceof TensorImpl ? std : undefined;
  const like = centers ?? spreads;
  if (like === undefined) throw new ValueError(`${name}: two numbers need a shape: normal(mean, std, shape)`);
  const { dtype } = like;
  if (!isFloating(dtype)) throw new DTypeError(`${name}: the mean and the std must be float32 or float64, not ${dtype}: cast them with .float()`);
  const shape = centers && spreads ? broadcastShapes(name, centers.shape, spreads.shape) : like.shape;
  checkSpread(name, std);
  const z = drawnNormal(name, contiguousView(shape), dtype, gen, 0, spreads ? 1 : Number(std));
  const scaled = spreads ? map("mul", dtype, z, bring(spreads, dtype, shape)) : z;
  const out = TensorImpl.of(map("add", dtype, scaled, bring(mean, dtype, shape)));
  if (!tracks(mean) && !tracks(std)) return out;
  const form = spreads ? (centers ? 3 : 2) : 1;
  return record({ name, gradName: `NormalBackward${form}`, rules: { mean: ruleOf(flat), std: ruleOf(flat) }, inputs: { mean, std } }, out);
}

function checkSpread(name: string, std: Argument): void {
  if (!(std instanceof TensorImpl)) return check(Number(std) >= 0, name, `expects a std of at least 0, not ${std}`);
  if (capturing() !== undefined) return;
  const range = rangeOf(std.operand());
  check(range === undefined || range.least >= 0, name, `expects every std to be at least 0, but one is ${range?.least}`);
}

export const randomOps = family({
  /**
   * 1 with the probability that each element says, else 0; `bernoulli(p)`: with probability p everywhere. Options: p, generator. The dtype
   * stays. Errors: ValueError for a probability outside 0 to 1; DTypeError for integer probabilities.
   * @example full([4], 0.5).bernoulli() // tensor([0., 0., 1., 0.]), say
   * @see https://docs.pytorch.org/docs/stable/generated/torch.bernoulli.html
   */
  bernoulli: call("bernoulli", bernoulli, (x) => recordedAs({ x }, { x: flat })),
  /**
   * Positions drawn by weights: `numSamples` of a vector, or of each row of a matrix. Options: replacement (false), generator. int64.
   * Errors: ValueError for negative, infinite or all-zero weights, and for more samples than categories without replacement;
   * DTypeError for integer weights; ShapeError for other than one or two dimensions.
   * @example tensor([0, 10, 3, 0]).float().multinomial(2) // tensor([1, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.multinomial.html
   */
  multinomial: call("multinomial", multinomial),
  /**
   * Every element drawn from the uniform distribution over [from, to) (0 and 1), in place. Option: generator. Floats only (DTypeError).
   * Errors: ValueError where from is above to.
   * @example manualSeed(42); zeros(2).uniform_(-1, 1) // tensor([0.7645, 0.8300])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.uniform_.html
   */
  uniform_: uniform,
  /**
   * Every element drawn from the normal distribution with a mean (0) and a standard deviation (1), in place. Option: generator. Floats
   * only (DTypeError). Errors: ValueError for a std below 0.
   * @example manualSeed(42); zeros(2).normal_() // tensor([0.3367, 0.1288])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.normal_.html
   */
  normal_,
  /**
   * Every element 1 with probability `p` (0.5; a number, or a tensor that broadcasts), else 0, in place. Option: generator.
   * Errors: ValueError for a probability outside 0 to 1; DTypeError for integer probabilities; ShapeError where they do not broadcast.
   * @example zeros(4).bernoulli_(0.25)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.bernoulli_.html
   */
  bernoulli_,
  /**
   * Every element a whole number, in place: `random_()` over all that the dtype holds from 0 up (floats: up to 2^24 or 2^53),
   * `random_(to)`, `random_(from, to)` below `to`; `to` may be null. Option: generator.
   * Errors: ValueError for an empty range and for bounds that the dtype does not hold.
   * @example zeros(3).random_(10)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.random_.html
   */
  random_: random,
  /**
   * Every element drawn from the exponential distribution of rate `lambd` (1), in place. Option: generator. Floats only (DTypeError).
   * Errors: ValueError unless lambd is above 0.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.exponential_.html
   */
  exponential_: exponential,
  /**
   * Every element the number of trials up to the first success, each of probability `p`, in place. Option: generator. Not for bool.
   * Errors: ValueError unless p lies between 0 and 1.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.geometric_.html
   */
  geometric_: geometric,
  /**
   * Every element drawn from Cauchy's distribution around a median (0) with half-width sigma (1), in place. Option: generator. Floats only
   * (DTypeError). Errors: ValueError unless sigma is above 0.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.cauchy_.html
   */
  cauchy_: cauchy,
  /**
   * Every element e to a normal number with a mean (1) and a standard deviation (2), in place. Option: generator. Floats only
   * (DTypeError). Errors: ValueError unless std is above 0.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.log_normal_.html
   */
  logNormal_: logNormal,
});
