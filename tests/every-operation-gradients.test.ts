/**
 * @file First and second gradients of every operation there is, in place too, against central differences in float64, at several kinds of points. What has none is
 * named here with its reason.
 */
import { autograd, AutogradError, ValueError, type Tensor } from "tesserae";
import { describe, expect, it } from "vitest";
import { inputsOf, sampleFunction, shapes, tensorsIn } from "../scripts/operations/inputs.mjs";
import { inPlaceOf, isRandom, operations } from "./helpers/operations.js";

/** Without a gradient although the result is floating: with the reason. */
const asPyTorch = "PyTorch has none either: the derivative is not implemented";
const noGradient: Readonly<Record<string, string>> = { floorDivide: asPyTorch, heaviside: asPyTorch, unique: asPyTorch, uniqueConsecutive: asPyTorch };
const constant = "does not depend on the elements";
/** Results that no gradient leads to. */
const detached: Readonly<Record<string, string>> = {
  detach: "that is what it is for",
  emptyLike: constant,
  fullLike: constant,
  histc: "counts, in PyTorch too",
  onesLike: constant,
  zerosLike: constant,
};

/** Points where functions are defined: between 0 and 1, on both sides of 0, above 1. */
const points: Readonly<Record<string, (ordinary: number) => number>> = {
  unit: (value) => value,
  signed: (value) => ((value - 0.1) / 0.8) * 4 - 2.1,
  large: (value) => value + 1.05,
};

type Fn = (...inputs: Tensor[]) => Tensor[];

/** The sample as a function of the inputs that it reads. */
function functionOf(sample: string, names: readonly string[], all: Readonly<Record<string, Tensor>>): Fn {
  const run = sampleFunction(sample);
  return (...given) => tensorsIn(run({ ...all, ...Object.fromEntries(names.map((name, i) => [name, given[i]])) })).filter((out) => out.dtype === "float64");
}

/** Whether all is finite; a function may also refuse the point. */
function isDefined(fn: Fn, inputs: readonly Tensor[]): boolean {
  try {
    return fn(...inputs).every((out) => out.isfinite().all().item());
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}
const sizeOf = (name: string): number => shapes[name].reduce((a, b) => a * b, 1);

interface Trial {
  readonly fn: Fn;
  readonly inputs: readonly Tensor[];
}
/** The points at which a sample can be tried: its results are finite there. */
function trials(sample: string, names: readonly string[]): Trial[] {
  const isLarge = names.reduce((sum, name) => sum + sizeOf(name), 0) > 60;
  return Object.entries(points).flatMap(([kind, at]) => {
    if (isLarge && kind !== "unit") return [];
    const all = inputsOf("float64", undefined, (_, __, ordinary) => ordinary.map((value) => at(Number(value))));
    const fn = functionOf(sample, names, all);
    const inputs = names.map((name) => all[name].requiresGrad_());
    return isDefined(fn, inputs) ? [{ fn, inputs }] : [];
  });
}

/** "yes"; or why there is nothing to check. */
function gradientOf(sample: string, names: readonly string[]): string {
  if (names.length === 0) return "no input";
  const all = inputsOf("float64", (x) => x.requiresGrad_().mul(1));
  let outs: Tensor[];
  try {
    outs = functionOf(sample, names, all)(...names.map((name) => all[name]));
  } catch (error) {
    return error instanceof AutogradError ? "none" : "not for floats";
  }
  if (outs.length === 0) return "not floating";
  return outs.some((out) => out.requiresGrad) ? "yes" : "detached";
}

const isOverwriting = (sample: string): boolean => /^\w+\.\w+_\(/.test(sample);
const deterministic = operations.filter((operation) => !isRandom(operation) && !(operation.name in noGradient) && !(operation.name in detached));
/** Those that overwrite may not write to a leaf. */
const samples = deterministic.flatMap((operation) => {
  const { name, sample, inputs } = operation;
  const plain = isOverwriting(sample) ? sample.replace(/^(\w+)\./, "$1.clone().") : sample;
  const inPlace = inPlaceOf(operation);
  return [[name, plain, inputs] as const, ...(inPlace === undefined ? [] : [[`${name}_`, inPlace, inputs] as const])];
});
const differentiable = samples.filter(([, sample, inputs]) => gradientOf(sample, inputs) === "yes");

const found = (what: string): string[] => samples.filter(([, sample, inputs]) => gradientOf(sample, inputs) === what).map(([name]) => name);

it("knows which operations have a gradient", () => {
  expect(differentiable.length).toBeGreaterThan(200);
  expect(found("none"), "give the entry a rule, or name it in noGradient with the reason").toEqual([]);
  expect(found("detached"), "a floating result without a gradient: record it, or name it in detached with the reason").toEqual([]);
});

describe("gradcheck", () => {
  it.each(differentiable)("%s: %s", (_, sample, inputs) => {
    const all = trials(sample, inputs);
    expect(all.length, "no point at which the results are finite").toBeGreaterThan(0);
    for (const { fn, inputs: at } of all) autograd.gradcheck(fn, at);
  });
});

describe("gradgradcheck", () => {
  it.each(differentiable)("%s: %s", (_, sample, inputs) => {
    for (const { fn, inputs: at } of trials(sample, inputs)) autograd.gradgradcheck(fn, at);
  });
});
