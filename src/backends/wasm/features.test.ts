/**
 * @file The engine has what features.ts says that it has: the instruction is run, not only accepted.
 */
import { expect, test } from "vitest";
import { FunctionBuilder, encodeModule } from "./assembler.js";
import { manualSeed } from "../../core/random.js";
import { randn } from "../../tensor/tensor.js";
import { canPairVectors, configure, hasRelaxedMadd } from "./features.js";
import { configuration } from "./gemm/wide.js";

test("Node has relaxed multiply-add, if need be behind a flag that is set by asking", () => {
  expect(hasRelaxedMadd()).toBe(true);
  const f = new FunctionBuilder(["i32"], []);
  f.get(0);
  for (const value of [3, 5, 7]) {
    f.f32(value);
    f.simd("f32x4.splat");
  }
  f.simd("f32x4.relaxed_madd");
  f.memory("v128.store");
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const bytes = encodeModule({ memory: { initial: 1, maximum: 1, shared: false }, imports: [], functions: [f], exports: { run: 0 } });
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
  if (typeof run === "function") Reflect.apply(run, undefined, [16]);
  expect([...new Float32Array(memory.buffer, 16, 4)]).toEqual([22, 22, 22, 22]);
});

test("configure takes its option and nothing else", () => {
  expect(() => configure(JSON.parse('{ "wide": true }'))).toThrow('configure: unknown option "wide": it takes wideVectors');
  expect(() => configure(JSON.parse('{ "wideVectors": "yes" }'))).toThrow('configure: wideVectors must be "auto", true or false, not yes');
});

/** The bits of relu(a @ b + c), b with its columns side by side or turned. */
const product = (wideVectors: boolean, dtype: "float32" | "float64", turned: boolean): Uint8Array => {
  configure({ wideVectors });
  manualSeed(4);
  const [a, c] = [randn([201, 300], { dtype }), randn([150], { dtype })];
  const b = turned ? randn([150, 300], { dtype }).t() : randn([300, 150], { dtype });
  return new Uint8Array(a.matmul(b).add(c).clamp(0).toTypedArray().slice().buffer);
};

test.each([["float32", false], ["float32", true], ["float64", false], ["float64", true]] as const)(
  "wide vectors give the bits of narrow ones, in a product of %s with a ragged edge, a bias and an activation (turned: %s)", (dtype, turned) => {
    try {
      expect(Buffer.compare(product(true, dtype, turned), product(false, dtype, turned))).toBe(0);
    } finally {
      configure({ wideVectors: "auto" });
    }
  },
);

test("configuration says what was set, and where wide vectors are in use", () => {
  try {
    configure({ wideVectors: false });
    expect(configuration()).toEqual({ wideVectors: false, wideVectorsInUse: { float32: false, float64: false } });
    configure({ wideVectors: true });
    // Every V8 that can pair vectors is one that does it right.
    const inUse = canPairVectors();
    expect(configuration()).toEqual({ wideVectors: true, wideVectorsInUse: { float32: inUse, float64: inUse } });
  } finally {
    configure({ wideVectors: "auto" });
  }
});
