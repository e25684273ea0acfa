/**
 * @file First and second gradients of every differentiable operation beside real PyTorch: the calls of some golden files (make_autograd.py
 * says how they were made), through the public interface by name.
 */
import { readFileSync } from "node:fs";
import { autograd, tensor, Tensor, type DType } from "tesserae";
import { describe, expect, it } from "vitest";
import { asTensor, describeCall, difference, perform, type Call, type TensorFigures, type Tolerance } from "./helpers/golden.js";

interface GradientCall extends Omit<Call, "out"> {
  readonly grads: readonly (TensorFigures | null)[];
  readonly second: readonly (TensorFigures | null)[];
}

type Sections = Readonly<Record<string, readonly GradientCall[]>>;
const sectionsOf = (name: string): Sections => {
  const { sections }: { sections: Sections } = JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8"));
  return sections;
};
const files = [
  "autograd.json",
  "autograd-order.json",
  "linalg-gradients.json",
  "windows-gradients.json",
  "functional-gradients.json",
];
const sections: Sections = Object.fromEntries(files.flatMap((name) => Object.entries(sectionsOf(name)).map(([section, calls]) => [`${name}: ${section}`, calls])));

/** As in make_autograd.py: gradients that differ from element to element. */
function weights(shape: readonly number[], dtype: DType, shift: number, start = 0): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return tensor(Array.from({ length: count }, (_, i) => ((7 * (start + i) + shift) % 11 - 4) / 4), { dtype }).reshape(shape);
}

const isFloat = (x: Tensor): boolean => x.dtype === "float32" || x.dtype === "float64";

/** The floating tensors of a result. */
function outputsOf(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  if (typeof result !== "object" || result === null) throw new Error(`${String(result)} is no result`);
  return Object.values(result).map(asTensor).filter(isFloat);
}

const isInPlace = (op: string): boolean => op === "set" || op.endsWith("_");

const none = Symbol("none");

/** What is wrong with the gradients, if anything. */
function faultOf(call: GradientCall, looser?: Tolerance): string | undefined {
  const leaves: Tensor[] = [];
  const outputs = outputsOf(
    perform(call, (data) => {
      if (!isFloat(data)) return data;
      leaves.push(data.requiresGrad_());
      return isInPlace(call.op) ? data.mul(1) : data; // a leaf may not be written to
    }),
  );
  let start = 0;
  const gradOutputs = outputs.map((out) => {
    const given = weights(out.shape, out.dtype, 0, start);
    start += out.numel();
    return given;
  });
  const first = autograd.grad(outputs, leaves, { gradOutputs, createGraph: true, allowUnused: true });
  const wrong = compare("first", first, call.grads, looser);
  if (wrong !== undefined || call.second.every((figures) => figures === null)) return wrong;
  const again = first.filter((g) => g?.requiresGrad === true).map((g) => asTensor(g));
  if (again.length === 0) return compare("second", leaves.map(() => null), call.second, looser);
  const second = autograd.grad(again, leaves, { gradOutputs: again.map((g) => weights(g.shape, g.dtype, 3)), allowUnused: true });
  return compare("second", second, call.second, looser);
}

/** No gradient and a gradient of zeros say the same; which of them it is, is PyTorch's own affair. */
function compare(order: string, grads: readonly (Tensor | null)[], figures: readonly (TensorFigures | null)[], looser?: Tolerance): string | undefined {
  for (const [i, expected] of figures.entries()) {
    const grad = grads[i];
    const isZero = expected === null || expected.data.every((figure) => figure === 0 || figure === "-0.0" || Object.is(figure, -0));
    const given = grad ?? none;
    if (given === none) {
      if (!isZero) return `${order} gradient ${i} is missing`;
      continue;
    }
    const wrong = expected === null ? nonZero(given) : difference(given, expected, looser);
    if (wrong !== undefined) return `${order} gradient ${i} ${wrong}`;
  }
  return undefined;
}

const nonZero = (x: Tensor): string | undefined => (x.ne(0).any().item() ? `is ${String(x)}, not zero` : undefined);

/** Tolerances beyond the common one, with their reasons. */
const looser: Readonly<Record<string, Tolerance>> = {};

it("has hundreds of calls", () => expect(Object.values(sections).flat().length).toBeGreaterThan(900));

describe.each(Object.entries(sections))("%s", (_, calls) => {
  const groups = new Map<string, GradientCall[]>();
  for (const call of calls) groups.set(call.op, [...(groups.get(call.op) ?? []), call]);
  it.each([...groups])("%s", (op, group) => {
    const faults = group.map((call) => {
      try {
        return [describeCall(call), faultOf(call, looser[op])] as const;
      } catch (error) {
        return [describeCall(call), `threw ${String(error)}`] as const;
      }
    });
    expect(faults.filter(([, wrong]) => wrong !== undefined).map(([name, wrong]) => `${name}: ${wrong}`)).toEqual([]);
  });
});
