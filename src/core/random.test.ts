/**
 * @file Random numbers beside real PyTorch: every run of tests/golden/random.json, exactly for uniform numbers,
 * integers and permutations and within 1e-6 for normal ones; and which seeds and ranges are refused.
 */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ValueError } from "./errors.js";
import {
  defaultGenerator,
  Generator,
  initialSeed,
  manualSeed,
  normalFloat32,
  normalFloat64,
  randintInto,
  randperm,
  seed,
  uniformFloat32,
  uniformFloat64,
} from "./random.js";

type Call =
  | { readonly fn: "rand32" | "rand64" | "randn32" | "randn64" | "randperm"; readonly size: number; readonly out: readonly number[] }
  | { readonly fn: "randint"; readonly size: number; readonly low: string; readonly high: string; readonly out: readonly string[] }
  | { readonly fn: "seed"; readonly out: string };
interface Run {
  readonly seed: string | null;
  readonly calls: readonly Call[];
}

const golden = new URL("../../tests/golden/random.json", import.meta.url);
const { runs }: { runs: readonly Run[] } = JSON.parse(readFileSync(golden, "utf8"));

/**
 * Normal numbers are equal to 1e-6 (float32) and 1e-13 (float64) of their size: PyTorch takes logarithm, sine and cosine
 * from a vectorised library or the C library, whose last bits are not those of JavaScript's.
 */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    expect(error, `element ${i}: ${actual[i]} for ${expected[i]}`).toBeLessThanOrEqual(tolerance * Math.abs(expected[i]));
  }
}

function check(gen: Generator, call: Call): void {
  switch (call.fn) {
    case "seed":
      return expect(String(gen.initialSeed())).toBe(call.out);
    case "randperm":
      return expect([...randperm(gen, call.size)].map(Number)).toEqual(call.out);
    case "randint": {
      const out = new BigInt64Array(call.size);
      randintInto(gen, BigInt(call.low), BigInt(call.high), out);
      return expect([...out].map(String)).toEqual(call.out);
    }
    case "rand32": {
      const out = new Float32Array(call.size);
      uniformFloat32(gen, out);
      return expect([...out]).toEqual(call.out.map(Math.fround));
    }
    case "rand64": {
      const out = new Float64Array(call.size);
      uniformFloat64(gen, out);
      return expect([...out]).toEqual(call.out);
    }
    case "randn32": {
      const out = new Float32Array(call.size);
      normalFloat32(gen, out);
      return expectClose(out, call.out, 1e-6);
    }
    case "randn64": {
      const out = new Float64Array(call.size);
      normalFloat64(gen, out);
      return expectClose(out, call.out, 1e-13);
    }
    default:
      return call satisfies never;
  }
}

const title = (run: Run): string => `seed ${run.seed}: ${run.calls.map((c) => (c.fn === "seed" ? c.fn : `${c.fn}(${c.size})`)).join(" ")}`;

describe("the sequence is PyTorch's", () => {
  it("has runs", () => expect(runs.length).toBeGreaterThan(100));

  it.each(runs.map((run) => [title(run), run] as const))("%s", (_, run) => {
    const gen = new Generator();
    if (run.seed !== null) gen.manualSeed(BigInt(run.seed));
    for (const call of run.calls) check(gen, call);
  });
});

function some(gen: Generator): number[] {
  const out = new Float32Array(8);
  uniformFloat32(gen, out);
  return [...out];
}

describe("a generator", () => {
  it("forgets the kept half of a normal pair when it is seeded", () => {
    const gen = new Generator().manualSeed(3);
    gen.normal();
    const first = gen.manualSeed(3).normal();
    expect(first).toBe(new Generator().manualSeed(3).normal());
  });

  it("takes a number and the bigint of it for the same seed", () => {
    expect(some(new Generator().manualSeed(42))).toEqual(some(new Generator().manualSeed(42n)));
    expect(new Generator().manualSeed(2 ** 53 - 1).initialSeed()).toBe(2 ** 53 - 1);
  });

  it("seeds itself differently every time, and can be led back there", () => {
    const gen = new Generator();
    const chosen = gen.seed();
    expect(gen.initialSeed()).toBe(chosen);
    expect(some(gen)).toEqual(some(new Generator().manualSeed(chosen)));
    expect(gen.seed()).not.toBe(chosen);
  });

  it("is what manualSeed, seed and initialSeed speak of", () => {
    expect(manualSeed(5)).toBe(defaultGenerator);
    expect(initialSeed()).toBe(5);
    expect(seed()).toBe(initialSeed());
  });

  it("refuses what is no seed", () => {
    for (const bad of [0.5, NaN, Infinity, 2 ** 53, 2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => new Generator().manualSeed(bad)).toThrow(ValueError);
    }
  });

  it("writes into a part of a larger buffer and nowhere else", () => {
    const whole = new BigInt64Array(6).fill(-1n);
    randintInto(new Generator(), 0, 10, whole.subarray(2, 4));
    expect(whole.filter((x) => x === -1n)).toHaveLength(4);
    expect([whole[2], whole[3]].every((x) => x >= 0n && x < 10n)).toBe(true);
  });

  it("refuses empty ranges, fractions and what int64 cannot hold", () => {
    const out = new BigInt64Array(1);
    for (const [low, high] of [[3, 3], [4, 3], [0.5, 3], [0, NaN], [0, 2n ** 63n + 1n], [-(2n ** 63n) - 1n, 0]]) {
      expect(() => randintInto(new Generator(), low, high, out)).toThrow(ValueError);
    }
    for (const n of [-1, 1.5, NaN, 2 ** 31]) expect(() => randperm(new Generator(), n)).toThrow(ValueError);
  });
});
