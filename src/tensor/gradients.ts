/**
 * @file `torch.autograd` as `autograd`: gradients without `backward`, and the checks that hold a gradient against central differences.
 */
import { enableGrad, noGrad } from "../autograd/mode.js";
import { isFloating, newArray } from "../core/dtype.js";
import { AutogradError, ValueError } from "../core/errors.js";
import { formatShape, numel } from "../core/shape.js";
import { fromData } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { grad } from "./autograd.js";
import { Tensor } from "./class.js";

export { grad };

/** What the checks can be told. */
export interface GradcheckOptions {
  /** How far each element is moved to both sides. Default 1e-6. */
  readonly eps?: number;
  /** How far the two may be apart: atol + rtol · |numerical|. Defaults 1e-5 and 0.001. */
  readonly atol?: number;
  readonly rtol?: number;
  /** Give false where they differ, in place of an error. Default true: throw. */
  readonly raiseException?: boolean;
}

type Checked = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

const listOf = (value: Tensor | readonly Tensor[]): readonly Tensor[] => (value instanceof Tensor ? [value] : value);

/** The elements as they lie in the shape's order; exact, also for float32. */
const numbersOf = (x: Tensor): Float64Array => Float64Array.from(x.detach().toTypedArray(), Number);

/** A tensor with other elements: a leaf that requires no gradient. */
function withElements({ shape, dtype }: Tensor, data: Float64Array): Tensor {
  const typed = newArray(dtype === "float32" ? "float32" : "float64", data.length);
  typed.set(data);
  return new Tensor(TensorImpl.of(fromData(dtype, shape, typed)));
}

/** (f(x + eps) - f(x - eps)) / 2 eps for each element of an input (rows) and each of every output (columns). */
function numerical(fn: Checked, inputs: readonly Tensor[], position: number, eps: number): Float64Array[][] {
  const at = numbersOf(inputs[position]);
  const run = (i: number, value: number): Float64Array[] => {
    const moved = at.slice();
    moved[i] = value;
    const given = inputs.map((input, k) => (k === position ? withElements(input, moved) : input));
    return noGrad(() => listOf(fn(...given)).map(numbersOf));
  };
  return Array.from(at, (value, i) => {
    const [above, below] = [run(i, value + eps), run(i, value - eps)];
    return above.map((column, k) => column.map((high, j) => (high - below[k][j]) / (2 * eps)));
  });
}

/** The gradients of each element of an output with respect to all inputs. */
function analytical(output: Tensor, inputs: readonly Tensor[]): (Float64Array | undefined)[][] {
  return Array.from({ length: numel(output.shape) }, (_, j) => {
    const seed = new Float64Array(numel(output.shape));
    seed[j] = 1;
    const found = grad(output, inputs, { gradOutputs: withElements(output, seed), retainGraph: true, allowUnused: true });
    return found.map((g) => (g ? numbersOf(g) : undefined));
  });
}

/**
 * Holds the gradients of `fn` at `inputs` against central differences. Inputs that require grad are checked; they should be float64 and
 * away from corners. Every pair of an output's and an input's element is compared; where no output requires grad, all must be flat.
 * @throws AutogradError where they differ (or false, with `{ raiseException: false }`), and where no output requires grad and some are not flat; ValueError where no input does
 * @example autograd.gradcheck((x) => x.sin().mul(x), [rand([3], { dtype: "float64", requiresGrad: true })]) // true
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 */
export function gradcheck(fn: Checked, inputs: Tensor | readonly Tensor[], options: GradcheckOptions = {}): boolean {
  const { eps = 1e-6, atol = 1e-5, rtol = 0.001, raiseException = true } = options;
  const given = listOf(inputs);
  const checked = given.filter((input) => input.requiresGrad);
  if (checked.length === 0) throw new ValueError("gradcheck: expects at least one input that requires grad");
  const outputs = listOf(fn(...given)).filter((out) => isFloating(out.dtype));
  const positions = checked.map((input) => given.indexOf(input));
  const differences = positions.map((position) => numerical((...args) => listOf(fn(...args)).filter((out) => isFloating(out.dtype)), given, position, eps));
  const isFlat = outputs.every((out) => !out.requiresGrad);
  if (isFlat && (outputs.length === 0 || differences.some((rows) => rows.some((row) => row.some((columns) => columns.some((moved) => Math.abs(moved) > atol)))))) {
    if (!raiseException) return false;
    throw new AutogradError("gradcheck: no output of the function requires grad, though it moves with its inputs");
  }
  for (const [k, output] of outputs.entries()) {
    if (!output.requiresGrad) continue; // a constant beside what is checked, or, where all are, of the gradient 0 that was just looked at
    for (const [j, row] of analytical(output, checked).entries()) {
      for (const [p, gradient] of row.entries()) {
        const wrong = differences[p].findIndex((moved, i) => !isNear(gradient?.[i] ?? 0, moved[k][j], atol, rtol));
        if (wrong < 0) continue;
        if (!raiseException) return false;
        throw new AutogradError(
          `gradcheck: the gradient of element ${j} of output ${k}, of shape ${formatShape(output.shape)}, with respect to element ${wrong} of input ` +
            `${positions[p]} is ${gradient?.[wrong] ?? 0}, but by differences ${differences[p][wrong][k][j]}`,
        );
      }
    }
  }
  return true;
}

const isNear = (a: number, b: number, atol: number, rtol: number): boolean => Object.is(a, b) || Math.abs(a - b) <= atol + rtol * Math.abs(b);

/**
 * Holds the second gradients of `fn` at `inputs` against central differences of the first, weighed by `gradOutputs` (numbers that differ
 * from element to element, unless given).
 * @throws as `gradcheck`
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradgradcheck.html
 */
export function gradgradcheck(
  fn: Checked,
  inputs: Tensor | readonly Tensor[],
  gradOutputs?: Tensor | readonly Tensor[],
  options: GradcheckOptions = {},
): boolean {
  const given = listOf(inputs);
  const outputs = (args: readonly Tensor[]): Tensor[] => listOf(fn(...args)).filter((out) => isFloating(out.dtype) && out.requiresGrad);
  const weights = gradOutputs ? listOf(gradOutputs) : outputs(given).map((out) => varied(out));
  const tracked = given.map((input) => input.requiresGrad);
  const first: Checked = (...args) => {
    // The differences hand in plain tensors, in noGrad: the first gradients have to be recorded all the same.
    const leaves = args.slice(0, given.length).map((arg, i) => (tracked[i] && !arg.requiresGrad ? arg.detach().requiresGrad_() : arg));
    const seeds = args.slice(given.length);
    return firstGradients(() => outputs(leaves), leaves.filter((_, i) => tracked[i]), seeds);
  };
  return gradcheck(first, [...given, ...weights.map((weight) => weight.detach().requiresGrad_())], options);
}

function firstGradients(run: () => Tensor[], leaves: readonly Tensor[], seeds: readonly Tensor[]): Tensor[] {
  const recording = enableGrad(run);
  return grad(recording, leaves, { gradOutputs: seeds, createGraph: true, allowUnused: true }).map((g, i) => g ?? leaves[i].detach().mul(0));
}

/** Weights that differ from element to element. */
function varied(out: Tensor): Tensor {
  return withElements(out, Float64Array.from({ length: numel(out.shape) }, (_, i) => ((7 * i) % 11) / 4 - 1.125));
}
