/**
 * @file `at` and `set` beside a plain JavaScript model of Python's indexing, for random shapes and indices; what is refused; and
 * that a selection is a view, so that writing through it is seen by all.
 */
import fc from "fast-check";
import { arange, type Index, IndexError, ShapeError, tensor, Tensor, ValueError, zeros } from "tesserae";
import { describe, expect, it } from "vitest";

/** Python's slice(start, stop, step).indices(size), as positions. */
function positions(size: number, start: number | undefined, stop: number | undefined, step: number): number[] {
  const bound = (value: number): number => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
  const result: number[] = [];
  for (let i = bound(start ?? 0); i < bound(stop ?? size); i += step) result.push(i);
  return result;
}

/** What one index entry does to a dimension: which positions it takes, and whether the dimension stays. */
interface Pick {
  readonly entry: Index;
  readonly picks: readonly number[];
  readonly keeps: boolean;
}

const bound = (size: number) => fc.option(fc.integer({ min: -size - 2, max: size + 2 }), { nil: undefined });

function pickOf(size: number): fc.Arbitrary<Pick> {
  const slice = fc.tuple(bound(size), bound(size), fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([start, stop, step, asObject]): Pick => ({
    entry: asObject
      ? { ...(start !== undefined && { start }), ...(stop !== undefined && { stop }), step }
      : step === 1 ? `${start ?? ""}:${stop ?? ""}` : `${start ?? ""}:${stop ?? ""}:${step}`,
    picks: positions(size, start, stop, step),
    keeps: true,
  }));
  if (size === 0) return slice;
  const position = fc.integer({ min: -size, max: size - 1 }).map((i): Pick => ({ entry: i, picks: [i < 0 ? i + size : i], keeps: false }));
  return fc.oneof(slice, position);
}

/** A shape, an index with one entry a dimension, and what it must give. */
const selection = fc
  .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => fc.tuple(fc.constant(shape), fc.tuple(...shape.map(pickOf))));

function expected(shape: readonly number[], picks: readonly Pick[]): { readonly shape: number[]; readonly flat: number[] } {
  let flat = [0];
  shape.forEach((size, d) => {
    flat = flat.flatMap((base) => picks[d].picks.map((i) => base * size + i));
  });
  return { shape: picks.filter((p) => p.keeps).map((p) => p.picks.length), flat };
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray(), Number);

describe("at", () => {
  it("selects what Python's indexing selects", () => {
    fc.assert(
      fc.property(selection, ([shape, picks]) => {
        const x = arange(count(shape)).reshape(shape);
        const part = x.at(...picks.map((p) => p.entry));
        const wanted = expected(shape, picks);
        expect(part.shape).toEqual(wanted.shape);
        expect(numbers(part)).toEqual(wanted.flat);
      }),
    );
  });

  it("selects again from what was selected", () => {
    fc.assert(
      fc.property(selection, ([shape, picks]) => {
        // One dimension at a time is the same as all at once: views of views compose.
        let part: Tensor = arange(count(shape)).reshape(shape);
        let dim = 0;
        for (const { entry, keeps } of picks) {
          part = part.at(...Array.from({ length: dim }, (): Index => ":"), entry);
          if (keeps) dim++;
        }
        expect(numbers(part)).toEqual(expected(shape, picks).flat);
      }),
    );
  });

  it("writes where it selects, and nowhere else", () => {
    fc.assert(
      fc.property(selection, ([shape, picks]) => {
        const x = zeros(shape, { dtype: "int64" });
        x.at(...picks.map((p) => p.entry)).add_(1);
        const model = new Array<number>(count(shape)).fill(0);
        for (const i of expected(shape, picks).flat) model[i] = 1;
        expect(numbers(x)).toEqual(model);
      }),
    );
  });

  it("makes new dimensions and fills in for ...", () => {
    const x = arange(24).reshape(2, 3, 4);
    expect(x.at(null).shape).toEqual([1, 2, 3, 4]);
    expect(x.at(0, null, "...", 1).shape).toEqual([1, 3]);
    expect(x.at("...", null).shape).toEqual([2, 3, 4, 1]);
    expect(x.at("...", 0).tolist()).toEqual([[0, 4, 8], [12, 16, 20]]);
    expect(x.at().shape).toEqual([2, 3, 4]);
    expect(x.at("...").shape).toEqual([2, 3, 4]);
    expect(tensor(5).at("...").item()).toBe(5);
    expect(tensor(5).at(null).shape).toEqual([1]);
  });

  it("refuses what Python refuses", () => {
    const x = arange(6).reshape(2, 3);
    const dynamic: Tensor = x;
    expect(() => dynamic.at(2)).toThrow("index 2 is out of bounds for dimension 0 with size 2");
    expect(() => dynamic.at(0, -4)).toThrow(IndexError);
    expect(() => dynamic.at(0, 0, 0)).toThrow("too many indices");
    expect(() => dynamic.at("...", "...")).toThrow(IndexError);
    expect(() => dynamic.at("::0")).toThrow(ValueError);
    expect(() => dynamic.at("::-1")).toThrow("at least 1");
    expect(() => dynamic.at(0.5)).toThrow(ValueError);
    expect(() => dynamic.at("1:two")).toThrow("is no slice");
    expect(() => Reflect.apply(dynamic.at, dynamic, [4n])).toThrow(/not 4n$/);
    expect(() => Reflect.apply(dynamic.at, dynamic, [undefined])).toThrow(/not undefined$/);
    const scalar: Tensor = tensor(5);
    expect(() => scalar.at(0)).toThrow("use .item()");
  });
});

describe("set", () => {
  it("assigns numbers and tensors, broadcast and cast", () => {
    const x = zeros(2, 3);
    x.set([0, "1:"], 7).set(1, tensor([1, 2, 3]));
    expect(x.tolist()).toEqual([[0, 7, 7], [1, 2, 3]]);
    x.set("...", 0).set([":", 0], tensor([4.5, 5.5], { dtype: "float64" }));
    expect(x.tolist()).toEqual([[4.5, 0, 0], [5.5, 0, 0]]);
    x.set([0], tensor([[9, 9, 9]])); // leading dimensions of size 1 are dropped, as PyTorch does
    expect(x.at(0).tolist()).toEqual([9, 9, 9]);
    const whole = tensor([1, 2]);
    whole.set(0, 2.9);
    expect(whole.tolist()).toEqual([2, 2]);
  });

  it("refuses a value that does not fit", () => {
    const x = zeros(2, 3);
    expect(() => x.set(0, tensor([1, 2]))).toThrow(ShapeError);
    expect(() => x.set(2, 1)).toThrow(IndexError);
    expect(() => x.expand(4, 2, 3).set([], ones23())).toThrow("more than one element");
  });

  it("reads its value before it writes, where the two overlap", () => {
    const x = arange(5);
    x.set("1:", x.at(":-1"));
    expect(x.tolist()).toEqual([0, 0, 1, 2, 3]);
    const y = arange(5);
    y.set(":-1", y.at("1:"));
    expect(y.tolist()).toEqual([1, 2, 3, 4, 4]);
    const z = arange(9).reshape(3, 3);
    z.copy_(z.t());
    expect(z.tolist()).toEqual([[0, 3, 6], [1, 4, 7], [2, 5, 8]]);
  });
});

const ones23 = (): Tensor => zeros(2, 3).add(1);

describe("the first dimension", () => {
  it("is what a tensor iterates over", () => {
    const x = arange(6).reshape(3, 2);
    expect([...x].map((row) => row.tolist())).toEqual([[0, 1], [2, 3], [4, 5]]);
    const [first] = x;
    first.add_(10);
    expect(x.tolist()).toEqual([[10, 11], [2, 3], [4, 5]]);
    expect(x.length).toBe(3);
    expect(() => [...tensor(1)]).toThrow(ShapeError);
    expect(() => tensor(1).length).toThrow(ShapeError);
  });

  it("splits, chunks and unbinds into views", () => {
    const x = arange(5);
    expect(x.split(2).map((p) => p.tolist())).toEqual([[0, 1], [2, 3], [4]]);
    expect(x.split([1, 4]).map((p) => p.tolist())).toEqual([[0], [1, 2, 3, 4]]);
    expect(x.chunk(3).map((p) => p.tolist())).toEqual([[0, 1], [2, 3], [4]]);
    expect(x.chunk(4).map((p) => p.tolist())).toEqual([[0, 1], [2, 3], [4]]); // as torch: three, not four
    expect(arange(6).reshape(2, 3).unbind(1).map((p) => p.tolist())).toEqual([[0, 3], [1, 4], [2, 5]]);
    expect(() => x.split([2, 2])).toThrow("must add up to 5");
    expect(() => x.split(0)).toThrow(ValueError);
    x.split(2)[1].zero_();
    expect(x.tolist()).toEqual([0, 1, 0, 0, 4]);
  });
});
