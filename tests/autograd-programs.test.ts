/**
 * @file In-place operations and views beside real PyTorch: the small programs of tests/golden/autograd-programs.json
 * (make_autograd_programs.py says what they are made of), with their gradients, or the place where PyTorch refuses them.
 */
import { readFileSync } from "node:fs";
import { AutogradError, setGradEnabled, tensor, Tensor, TesseraeError } from "tesserae";
import { afterEach, describe, expect, it } from "vitest";
import { difference, type TensorFigures } from "./helpers/golden.js";

type Argument = number | readonly ["name", string] | Readonly<Record<string, number>>;
type Statement = readonly [target: string | null, operation?: string, ...args: readonly Argument[]];
interface Program {
  readonly program: readonly Statement[];
  readonly error?: number | "backward";
  readonly value?: TensorFigures;
  readonly grads?: readonly (TensorFigures | null)[];
}

const file = new URL("golden/autograd-programs.json", import.meta.url);
const golden: { readonly inputs: Readonly<Record<string, TensorFigures>>; readonly programs: Readonly<Record<string, Program>> } = JSON.parse(
  readFileSync(file, "utf8"),
);

function inputs(): Map<string, Tensor> {
  return new Map(
    Object.entries(golden.inputs).map(([name, { data, shape }]) => {
      const made = tensor(data.map(Number), { dtype: "float32" }).reshape(shape);
      return [name, name === "c" ? made : made.requiresGrad_()];
    }),
  );
}

const isName = (value: Argument): value is readonly ["name", string] => Array.isArray(value);

function named(names: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const found = names.get(name);
  if (!found) throw new Error(`no ${name} in this program`);
  return found;
}

function perform(names: Map<string, Tensor>, [target, operation, ...args]: Statement): void {
  if (operation === undefined) {
    setGradEnabled(target !== "begin noGrad");
    return;
  }
  const [self, ...rest] = args.map((value) => (isName(value) ? named(names, value[1]) : value));
  if (!(self instanceof Tensor)) throw new Error(`${operation} of no tensor`);
  const result: unknown = operation === "unbind0" ? self.unbind()[0] : Reflect.apply(Reflect.get(self, operation), self, rest);
  if (target !== null && result instanceof Tensor) names.set(target, result);
}

/** Where the program throws, if it does. */
function run(names: Map<string, Tensor>, program: readonly Statement[]): { readonly at: number | "backward" | undefined; readonly error?: unknown } {
  for (const [i, statement] of program.entries()) {
    try {
      perform(names, statement);
    } catch (error) {
      return { at: i, error };
    }
  }
  try {
    const out = named(names, "out");
    const weights = tensor(Array.from({ length: out.numel() }, (_, i) => (((7 * i) % 11) - 4) / 4), { dtype: "float32" });
    out.backward(weights.reshape(out.shape));
  } catch (error) {
    return { at: "backward", error };
  }
  return { at: undefined };
}

/** Where Tesserae goes further on purpose: the old value is still there, where PyTorch has written over it. */
const wider: Readonly<Record<string, readonly number[]>> = {
  // 2x, times c, times the weights
  "mul_ by itself": [-2.0, -0.9375, -1.0, -4.5, 2.25, 0.125],
};

afterEach(() => setGradEnabled(true));

describe("in place, beside PyTorch", () => {
  it.each(Object.entries(golden.programs))("%s", (title, { program, error: place, value, grads }) => {
    const names = inputs();
    const { at, error } = run(names, program);
    if (wider[title]) {
      expect([at, named(names, "x").grad?.reshape(-1).tolist()]).toEqual([undefined, wider[title]]);
      return;
    }
    if (error !== undefined && !(error instanceof TesseraeError)) throw error;
    expect([at, error instanceof Error ? error.message : undefined]).toEqual([place, place === undefined ? undefined : expect.any(String)]);
    if (value === undefined || grads === undefined) return;
    expect(difference(named(names, "out"), value)).toBe(undefined);
    for (const [i, name] of ["x", "y", "v"].entries()) {
      const [grad, expected] = [named(names, name).grad, grads[i]];
      if (expected === null) expect(grad?.ne(0).any().item() ?? false).toBe(false);
      else expect([name, difference(grad, expected)]).toEqual([name, undefined]);
    }
  });

  it("names the operation, the shape and the versions of what was overwritten", () => {
    const x = tensor([1, 2], { dtype: "float32", requiresGrad: true });
    const y = x.exp();
    y.add_(1);
    expect(() => y.sum().backward()).toThrow(AutogradError);
    expect(() => y.sum().backward()).toThrow(
      "modified by an inplace operation: [float32 [2]], which is output 0 of ExpBackward0, is at version 1; expected version 0 instead",
    );
  });
});
