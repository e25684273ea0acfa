/**
 * @file Random numbers beside real PyTorch through the public interface (tests/golden/distributions.json): every distribution, dtype and
 * layout, and how many numbers were drawn; and that draws do in compiled functions, under the tape and with wrong arguments what they should.
 */
import { readFileSync } from "node:fs";
import { fullLike, compile, DTypeError, Generator, manualSeed, normal, rand, ShapeError, tensor, ValueError, zeros, type DType, type Tensor } from "tesserae";
import * as tesserae from "tesserae";
import { describe, expect, it } from "vitest";
import { asTensor } from "./helpers/golden.js";

type Step = readonly [name: string, ...args: readonly (number | string)[]];
interface Layout {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly view?: readonly Step[];
}
interface Drawn {
  readonly op: string;
  readonly kind: "inPlace" | "function" | "plain";
  readonly seed: number;
  readonly args: readonly (number | string | boolean | null | readonly number[] | Layout)[];
  readonly options?: Readonly<Record<string, string>>;
  readonly out: readonly (number | string)[] | { readonly error: true };
  readonly dtypeOut: DType;
  readonly shapeOut: readonly number[];
  readonly next: number;
}
type Entry = Drawn & Layout;

const { records }: { readonly records: readonly Entry[] } = JSON.parse(readFileSync(new URL("golden/distributions.json", import.meta.url), "utf8"));

function invoke(owner: object, name: string, args: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(owner, name);
  if (typeof found !== "function") throw new Error(`there is no ${name}`);
  return Reflect.apply(found, owner, args);
}
const viewed = (x: Tensor, view: readonly Step[] = []): Tensor => view.reduce((y, [name, ...args]) => asTensor(invoke(y, name, args)), x);

/** As `base_of` in make_distributions.py. */
function baseOf({ shape, dtype }: Layout): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(Float64Array.from({ length: n }, (_, i) => (((i * 7) % n) / n) * 0.9 + 0.05)).reshape(shape).to(dtype);
}
function argument(value: Entry["args"][number]): unknown {
  if (typeof value === "string") return BigInt(value);
  if (typeof value !== "object" || value === null || Array.isArray(value) || !("dtype" in value)) return value;
  return viewed(baseOf(value), value.view);
}

interface Outcome {
  readonly out: Tensor;
  readonly next: number;
}
function perform(entry: Entry): Outcome {
  const usesDefault = entry.op.endsWith("Like");
  const generator = usesDefault ? manualSeed(entry.seed) : new Generator().manualSeed(entry.seed);
  const args = entry.args.map(argument);
  const options = { ...entry.options, ...(!usesDefault && { generator }) };
  const outcome = (out: unknown): Outcome => ({ out: asTensor(out), next: rand([1], { generator }).item() });
  if (entry.kind === "inPlace") {
    const base = zeros(entry.shape, { dtype: entry.dtype });
    const x = viewed(base, entry.view);
    expect(invoke(x, entry.op, [...args, options])).toBe(x);
    return outcome(base);
  }
  const first = entry.kind === "function" ? [viewed(baseOf(entry), entry.view)] : [];
  return outcome(invoke(tesserae, entry.op, [...first, ...args, options]));
}

/**
 * Those that go through logarithms or angles: JavaScript's functions and C's differ by an ulp or two, which a mean far from 0 (and the
 * tangent near its poles) makes larger against the result: relative to 1 beside the result's own size.
 */
const rounded = new Set(["normal_", "normal", "randnLike", "exponential_", "cauchy_", "logNormal_"]);
const tolerance: Readonly<Partial<Record<DType, number>>> = { float32: 1.3e-6, float64: 1e-13 };

function wrong(entry: Entry): string | undefined {
  const shown = `${entry.op} on ${entry.dtype} [${String(entry.shape)}] ${JSON.stringify(entry.view ?? [])} ${JSON.stringify(entry.args)}`;
  if (!Array.isArray(entry.out)) {
    try {
      perform(entry);
    } catch (error) {
      return error instanceof tesserae.TesseraeError ? undefined : `${shown} threw ${String(error)}`;
    }
    return `${shown} was accepted`;
  }
  const { out, next } = perform(entry);
  if (out.dtype !== entry.dtypeOut || String(out.shape) !== String(entry.shapeOut)) return `${shown} is ${out.dtype} [${String(out.shape)}]`;
  const data = out.toTypedArray();
  const allowed = rounded.has(entry.op) ? (tolerance[out.dtype] ?? 0) : 0;
  for (const [i, figure] of entry.out.entries()) {
    const expected = out.dtype === "float32" ? Math.fround(Number(figure)) : figure;
    const isEqual = out.dtype === "int64" ? data[i] === BigInt(figure) : Math.abs(Number(data[i]) - Number(expected)) <= allowed * (1 + Math.abs(Number(expected)));
    if (!isEqual) return `${shown}: element ${i} is ${data[i]}, not ${expected}`;
  }
  return Math.fround(entry.next) === next ? undefined : `${shown}: the generator then gives ${next}, not ${entry.next}`;
}

describe("drawn as PyTorch draws", () => {
  const names = [...new Set(records.map(({ op }) => op))];
  it("has records", () => expect(records.length).toBeGreaterThan(1000));
  it.each(names)("%s", (name) => {
    expect(records.filter(({ op }) => op === name).map(wrong).filter((fault) => fault !== undefined)).toEqual([]);
  });
});

const gen = (): Generator => new Generator().manualSeed(1);
const mean = (x: Tensor): number => x.double().mean().item();

describe("random numbers", () => {
  it("are drawn from the default generator unless one is given", () => {
    manualSeed(42);
    const first = zeros(3).uniform_();
    manualSeed(42);
    expect(rand(3).tolist()).toEqual(first.tolist());
    expect(zeros(3).uniform_({ generator: new Generator().manualSeed(42) }).tolist()).toEqual(first.tolist());
  });

  it("take their numbers by name too", () => {
    expect(zeros(4).uniform_({ from: 2, to: 3, generator: gen() }).tolist()).toEqual(zeros(4).uniform_(2, 3, { generator: gen() }).tolist());
    expect(zeros(4).normal_(1, { std: 2, generator: gen() }).tolist()).toEqual(zeros(4).normal_(1, 2, { generator: gen() }).tolist());
    expect(fullLike(zeros(9), 0.5).bernoulli({ p: 1, generator: gen() }).tolist()).toEqual(new Array(9).fill(1));
  });

  it("are drawn anew at each call of a compiled function", () => {
    const noisy = compile((x: Tensor) => x.add(zeros(4).uniform_()).mul(x.mul(0).add(0.5).bernoulli()).add(x.abs().multinomial(3, { replacement: true }).sum()));
    const [a, b] = [1, 2].map(() => noisy(tensor([1, 2, 3, 4]).float()).tolist());
    expect(a).not.toEqual(b);
  });

  it("are seen through every alias, and counted as a write", () => {
    const base = zeros(3, 4);
    const before = base.version;
    base.t().uniform_(5, 6);
    expect(base.amin().item()).toBeGreaterThanOrEqual(5);
    expect(base.version).toBe(before + 1);
  });

  it("have no gradient, and cut off the one that was there", () => {
    const x = tensor([1, 2], { dtype: "float32", requiresGrad: true });
    const y = x.mul(2);
    y.normal_();
    expect(y.gradFn?.name).toBe("NormalBackward0");
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([0, 0]);
    expect(() => x.uniform_()).toThrow("uniform_: a leaf tensor that requires grad");
    const z = normal(x, 1);
    expect(z.gradFn?.name).toBe("NormalBackward1");
    z.add(x).sum().backward();
    expect(x.grad?.tolist()).toEqual([1, 1]);
    const p = tensor([0.5, 0.5], { requiresGrad: true });
    p.bernoulli().add(p).sum().backward();
    expect(p.grad?.tolist()).toEqual([1, 1]);
  });

  it("have the moments of their distributions", () => {
    manualSeed(0);
    const n = 20_000;
    expect(mean(zeros(n).exponential_(4))).toBeCloseTo(0.25, 1.5);
    expect(mean(zeros(n).geometric_(0.25))).toBeCloseTo(4, 0.5);
    expect(mean(zeros(n).bernoulli_(0.3))).toBeCloseTo(0.3, 1.5);
    expect(mean(zeros(n).logNormal_(0, 0.5).log())).toBeCloseTo(0, 1.5);
    expect(mean(zeros(n).cauchy_(2, 1).sub(2).atan())).toBeCloseTo(0, 1);
    const counts = tensor([1, 0, 3], { dtype: "float32" }).multinomial(n, { replacement: true }).bincount();
    expect(counts.at(1).item()).toBe(0);
    expect(counts.at(2).item() / n).toBeCloseTo(0.75, 1.5);
  });

  it("never repeat a position without replacement", () => {
    expect(tensor([1, 2, 3, 4], { dtype: "float32" }).multinomial(4).sort().values.tolist()).toEqual([0, 1, 2, 3]);
  });

  it("say what is wrong with their arguments", () => {
    expect(() => zeros(2).uniform_(3, 1)).toThrow("uniform_: expects a range from 'from' to 'to', but got from 3 and to 1");
    expect(() => zeros(2).normal_(0, -1)).toThrow("normal_: expects a std of at least 0, not -1");
    expect(() => Reflect.apply(zeros(2).uniform_, zeros(2, { dtype: "int64" }), [])).toThrow(DTypeError);
    expect(() => Reflect.apply(zeros(2).uniform_, zeros(2), [0, 1, 2])).toThrow("uniform_: takes from and to, not 3 arguments");
    expect(() => Reflect.apply(zeros(2).uniform_, zeros(2), [{ generator: 3 }])).toThrow("the generator must be a Generator");
    expect(() => zeros(2).bernoulli_(1.5)).toThrow("bernoulli_: expects a p from 0 to 1, not 1.5");
    expect(() => tensor([0.5, NaN]).bernoulli()).toThrow(ValueError);
    expect(() => zeros(2, { dtype: "uint8" }).random_(300)).toThrow("out of bounds for uint8, which holds 0 to 255");
    expect(() => zeros(2).expand(3, 2).uniform_()).toThrow("clone() the tensor of shape [3, 2]");
    expect(() => tensor([0.5, -1]).multinomial(1)).toThrow("multinomial: weights must be finite and at least 0, but row 0 has -1 at 1");
    expect(() => tensor([[0.5, 1], [0, 0]]).multinomial(1)).toThrow("multinomial: the weights of row 1 are all 0");
    expect(() => tensor([0.5, 1]).multinomial(3)).toThrow("multinomial: cannot draw 3 samples without replacement from 2 categories");
    expect(() => zeros(1, 1, 1).multinomial(1)).toThrow(ShapeError);
    expect(() => Reflect.apply(normal, undefined, [0, 1])).toThrow("normal: two numbers need a shape");
    expect(() => zeros(4, 6).bernoulli_(zeros(4))).toThrow("bernoulli_: cannot broadcast [4, 6] with [4]");
  });
});
