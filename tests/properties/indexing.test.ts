/**
 * @file Indexing with tensors, masks, slices, positions, null and "..." in any mixture, beside a slow oracle that lists which element each
 * place of the result comes from: read, written, added to, and gone backward through.
 */
import fc from "fast-check";
import { arange, tensor, zeros, type AnyIndex, type Tensor } from "tesserae";
import { expect, test } from "vitest";
import { runsOr, seed } from "./fuzz.js";

/** What an entry does, for the oracle: a dimension that stays with the steps along it, or a share of the indices' common dimensions. */
type Effect =
  | { readonly kind: "stays"; readonly steps: readonly number[] }
  | { readonly kind: "position"; readonly step: number }
  | { readonly kind: "indexed"; readonly steps: readonly number[] };
interface Part {
  readonly entry: AnyIndex;
  readonly effects: readonly Effect[];
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** The strides with which something of a shape is read as if it had the larger shape. */
function spreadOver(common: readonly number[], own: readonly number[], values: readonly number[]): number[] {
  const lead = common.length - own.length;
  return range(count(common)).map((flat) => {
    let [rest, at, stride] = [flat, 0, 1];
    for (let d = common.length - 1; d >= 0; d--) {
      const i = rest % common[d];
      rest = Math.floor(rest / common[d]);
      if (d < lead) continue;
      if (own[d - lead] !== 1) at += i * stride;
      stride *= own[d - lead];
    }
    return values[at];
  });
}

/** Entries for the dimensions of `shape` from `dim` on. */
function parts(shape: readonly number[], dim: number, common: readonly number[]): fc.Arbitrary<readonly Part[]> {
  if (dim >= shape.length) return fc.constantFrom([], [{ entry: null, effects: [{ kind: "stays", steps: [0] }] } as const]);
  const size = shape[dim];
  const stride = count(shape.slice(dim + 1));
  const slice = fc.tuple(fc.integer({ min: -size - 1, max: size + 1 }), fc.integer({ min: 1, max: 3 })).map(([start, step]): Part => {
    const first = Math.min(Math.max(start < 0 ? start + size : start, 0), size);
    const taken = range(size).filter((i) => i >= first && (i - first) % step === 0);
    return { entry: `${start}::${step}`, effects: [{ kind: "stays", steps: taken.map((i) => i * stride) }] };
  });
  const added = fc.constant<Part>({ entry: null, effects: [{ kind: "stays", steps: [0] }] });
  const rest = (used: number, part: Part): fc.Arbitrary<readonly Part[]> => parts(shape, dim + used, common).map((more) => [part, ...more]);
  const choices = [slice.chain((part) => rest(1, part)), added.chain((part) => rest(0, part))];
  if (size > 0) {
    const position = fc.integer({ min: -size, max: size - 1 }).map((i): Part => ({ entry: i, effects: [{ kind: "position", step: (i < 0 ? i + size : i) * stride }] }));
    choices.push(position.chain((part) => rest(1, part)), tensorPart(size, stride, common).chain((part) => rest(1, part)), tensorPart(size, stride, common).chain((part) => rest(1, part)));
  }
  for (const rank of [1, 2]) {
    const sizes = shape.slice(dim, dim + rank);
    if (sizes.length < rank || common.length !== 1 || count(sizes) < common[0]) continue;
    choices.push(maskPart(sizes, shape, dim, common[0]).chain((part) => rest(rank, part)));
  }
  return fc.oneof(...choices);
}

/** An index tensor (or a list) whose shape broadcasts to the common one. */
function tensorPart(size: number, stride: number, common: readonly number[]): fc.Arbitrary<Part> {
  const shapeOf = fc.tuple(fc.integer({ min: 0, max: common.length }), ...common.map(() => fc.boolean())).map(([drop, ...ones]) =>
    common.map((n, d) => (ones[d] ? 1 : n)).slice(ones.every((one) => one) ? drop : 0));
  return shapeOf.filter((own) => own.length > 0).chain((own) =>
    fc.tuple(fc.array(fc.integer({ min: -size, max: size - 1 }), { minLength: count(own), maxLength: count(own) }), fc.constantFrom("int64", "int32", "list")).map(([values, how]): Part => {
      const steps = spreadOver(common, own, values.map((i) => (i < 0 ? i + size : i) * stride));
      const entry = how === "list" && own.length === 1 ? values : tensor(values, { dtype: how === "int32" ? "int32" : "int64" }).reshape(own);
      return { entry, effects: [{ kind: "indexed", steps }] };
    }),
  );
}

/** A mask with as many true elements as the common dimension has. */
function maskPart(sizes: readonly number[], shape: readonly number[], dim: number, truths: number): fc.Arbitrary<Part> {
  return fc.shuffledSubarray(range(count(sizes)), { minLength: truths, maxLength: truths }).map((chosen): Part => {
    const places = [...chosen].sort((a, b) => a - b);
    const mask = tensor(range(count(sizes)).map((i) => places.includes(i)), { dtype: "bool" }).reshape(sizes);
    const effects = sizes.map((size, d): Effect => {
      const [within, stride] = [count(sizes.slice(d + 1)), count(shape.slice(dim + d + 1))];
      return { kind: "indexed", steps: places.map((flat) => (Math.floor(flat / within) % size) * stride) };
    });
    return { entry: mask, effects };
  });
}

interface Case {
  readonly shape: readonly number[];
  readonly common: readonly number[];
  readonly parts: readonly Part[];
  readonly dots: number;
}
const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 2 }))
  .chain(([shape, common]) => fc.record({ shape: fc.constant(shape), common: fc.constant(common), parts: parts(shape, 0, common), dots: fc.integer({ min: -1, max: 6 }) }));

/** The entries as `at` takes them: whole dimensions at one place may be written as "...". */
const entriesOf = ({ parts: all, dots }: Case): AnyIndex[] => {
  const entries = all.map(({ entry }) => entry);
  return dots >= 0 && dots <= entries.length ? [...entries.slice(0, dots), "...", ...entries.slice(dots)] : entries;
};

/** Where each element of the result comes from. PyTorch's rule: indexed dimensions stand where they were if neighbours, else in front. */
function oracle({ common, parts: all }: Case): { readonly shape: number[]; readonly flat: number[] } {
  const effects = all.flatMap((part) => part.effects).filter((effect) => effect.kind !== "position");
  const base = all.flatMap((part) => part.effects).reduce((sum, effect) => sum + (effect.kind === "position" ? effect.step : 0), 0);
  const indexed = effects.filter((effect) => effect.kind === "indexed");
  const first = effects.findIndex((effect) => effect.kind === "indexed");
  const last = effects.findLastIndex((effect) => effect.kind === "indexed");
  const areNeighbours = effects.slice(first, last + 1).every((effect) => effect.kind === "indexed");
  const together = range(count(common)).map((i) => indexed.reduce((sum, effect) => sum + effect.steps[i], 0));
  const dims: (readonly number[])[] = effects.filter((effect) => effect.kind === "stays").map((effect) => effect.steps);
  const sizes = dims.map((steps) => [steps.length]);
  if (indexed.length > 0) {
    const at = areNeighbours ? effects.slice(0, first).length : 0;
    dims.splice(at, 0, together);
    sizes.splice(at, 0, [...common]);
  }
  return { shape: sizes.flat(), flat: dims.reduce<number[]>((flat, steps) => flat.flatMap((from) => steps.map((step) => from + step)), [base]) };
}

/** Whether the index tensors have the common shape together: each of its dimensions in full in one of them at least. */
function isDrawn({ common, parts: all }: Case): boolean {
  const tensors = all.filter((part) => part.effects.some((effect) => effect.kind === "indexed"));
  if (tensors.length === 0) return true;
  const shapes = tensors.map(({ entry, effects }): readonly number[] => {
    if (Array.isArray(entry)) return [entry.length];
    if (typeof entry !== "object" || entry === null || !("dtype" in entry)) return [];
    return entry.dtype === "bool" ? [effects[0].kind === "indexed" ? effects[0].steps.length : 0] : entry.shape;
  });
  return common.every((size, d) => shapes.some((shape) => (shape[d - common.length + shape.length] ?? 1) === size)) && shapes.some((shape) => shape.length === common.length);
}

const options = { seed, numRuns: runsOr(300) };
const drawn = cases.filter(isDrawn);
const numbers = (x: Tensor): number[] => Array.from(x.toTypedArray(), Number);

test(`reads what the oracle lists (seed ${seed})`, () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const x = arange(count(given.shape)).reshape(given.shape);
      const part: Tensor = x.at(...entriesOf(given));
      const wanted = oracle(given);
      expect(part.shape).toEqual(wanted.shape);
      expect(numbers(part)).toEqual(wanted.flat);
    }),
    options,
  );
});

test(`reads the same of a transposed tensor (seed ${seed})`, () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const x = arange(count(given.shape)).reshape(given.shape).permute(given.shape.map((_, d) => given.shape.length - 1 - d)).contiguous();
      expect(numbers(x.permute(given.shape.map((_, d) => given.shape.length - 1 - d)).at(...entriesOf(given)))).toEqual(oracle(given).flat);
    }),
    options,
  );
});

test(`writes where the oracle says, and nowhere else (seed ${seed})`, () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const { shape, flat } = oracle(given);
      const values = arange(flat.length).reshape(shape);
      const written = arange(count(given.shape)).mul(100).reshape(given.shape);
      const model = range(count(given.shape)).map((i) => 100 * i);
      flat.forEach((place, i) => (model[place] = i));
      expect(numbers(written.set(entriesOf(given), values))).toEqual(model);
      const filled = zeros(given.shape).set(entriesOf(given), 7);
      expect(numbers(filled)).toEqual(model.map((_, i) => (flat.includes(i) ? 7 : 0)));
    }),
    options,
  );
});

test(`its gradient counts how often each element was read (seed ${seed})`, () => {
  fc.assert(
    fc.property(drawn, (given) => {
      const x = zeros(given.shape).requiresGrad_();
      const { flat } = oracle(given);
      const weights = arange(1, flat.length + 1).float();
      x.at(...entriesOf(given)).flatten().mul(weights).sum().backward();
      const model = new Array<number>(count(given.shape)).fill(0);
      flat.forEach((place, i) => (model[place] += i + 1));
      expect(x.grad === null ? null : numbers(x.grad)).toEqual(model);
    }),
    options,
  );
});
