/**
 * @file Random functions of tensors - operations, views, reductions, in-place writes through them, over arguments and closed-over tensors - do
 * the same compiled as plain, at the first call and at later ones. FUZZ_RUNS and FUZZ_SEED: fuzz.ts.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceBackend } from "../../src/backends/reference/backend.js";
import { createWasmBackend } from "../../src/backends/wasm/backend.js";
import { Engine, withEngine } from "../../src/graph/engine.js";
import { compile, tensor, type Tensor } from "../../src/index.js";
import { runsOr, seed } from "./fuzz.js";

const runs = runsOr(300);
type Step = readonly [number, number, number];
const step = fc.tuple(fc.nat(13), fc.nat(1000), fc.nat(1000));

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length];

/** Whole numbers, kept small by `clamp`, so that every order of adding gives the same bits. */
function advance(pool: readonly Tensor[], [kind, a, b]: Step): Tensor | undefined {
  const [x, y] = [pick(pool, a), pick(pool, b)];
  const fits = x.shape.length === y.shape.length && x.shape.every((size, d) => size === y.shape[d] || y.shape[d] === 1);
  switch (kind) {
    case 0:
      return fits ? x.add(y).clamp(-50, 50) : undefined;
    case 1:
      return fits ? x.mul(y).clamp(-50, 50) : undefined;
    case 2:
      return x.neg().abs();
    case 3:
      return x.ndim > 0 ? x.sum(b % x.ndim, { keepdim: true }).clamp(-99, 99) : undefined;
    case 4:
      return x.ndim === 2 ? x.t() : undefined;
    case 5:
      return x.ndim > 0 ? x.narrow(0, 0, 1 + (b % x.shape[0])) : undefined;
    case 6:
      return x.clone();
    case 7:
      return x.reshape(-1);
    case 8:
      return fits ? x.gt(y).float() : undefined;
    case 9:
      return fits ? x.add_(y).clamp_(-50, 50) : undefined;
    case 10:
      return fits ? x.copy_(y) : undefined;
    case 11:
      return x.fill_(b % 5);
    case 12:
      return x.ndim === 2 && x.shape[0] === x.shape[1] ? x.matmul(x).clamp(-50, 50) : undefined;
    default:
      return x.mul_(2).clamp_(-50, 50);
  }
}

const data = (salt: number): number[][] => Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (_, j) => ((i * 7 + j * 3 + salt * 5) % 9) - 4));
const fresh = (salt: number): Tensor => tensor(data(salt), { dtype: "float32" });

/** A function with closed-over tensors, that returns what `asked` says. */
function program(steps: readonly Step[], asked: readonly number[]): { fn: (x: Tensor, y: Tensor) => Tensor[]; closed: Tensor[] } {
  const first = fresh(3);
  const closed = [first, first.at(1), fresh(4).sum(0, { keepdim: true })]; // a view, and one that is pending
  const fn = (x: Tensor, y: Tensor): Tensor[] => {
    const pool = [x, y, ...closed];
    for (const taken of steps) {
      const next = advance(pool, taken);
      if (next) pool.push(next);
    }
    return asked.map((n) => pick(pool, n));
  };
  return { fn, closed };
}

const engines = { reference: new Engine(createReferenceBackend()), wasm: new Engine(createWasmBackend()) };

for (const [name, engine] of Object.entries(engines)) {
  test(`compiled functions do what they do plainly (${name}, FUZZ_SEED=${seed})`, { timeout: 60_000 + runs * 200 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(1000), { maxLength: 3 }), fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }), (steps, asked, calls) => {
        withEngine(engine, () => {
          const [plain, other] = [program(steps, asked), program(steps, asked)];
          const compiled = compile(other.fn);
          calls.forEach((kind, call) => {
            // Arguments of their own, twice the same one, or one that shares elements with what is closed over.
            const pair = (closed: readonly Tensor[]): [Tensor, Tensor] => {
              const x = kind === 2 ? closed[0] : fresh(call);
              return [x, kind === 1 ? x : fresh(call + 1)];
            };
            const [given, wanted] = [pair(other.closed), pair(plain.closed)];
            const [got, want] = [compiled(...given), plain.fn(...wanted)];
            expect(got.map((t) => t.tolist())).toEqual(want.map((t) => t.tolist()));
            expect([...given, ...other.closed].map((t) => t.tolist())).toEqual([...wanted, ...plain.closed].map((t) => t.tolist()));
            expect([...given, ...other.closed].map((t) => t.version)).toEqual([...wanted, ...plain.closed].map((t) => t.version));
          });
        });
      }),
      { numRuns: runs, seed },
    );
  });
}
