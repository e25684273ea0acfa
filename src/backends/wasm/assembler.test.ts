/** @file The assembler makes modules that an engine accepts and that compute what was written. */
import { expect, test } from "vitest";
import { hasRelaxedMadd } from "./features.js";
import { FunctionBuilder, encodeModule } from "./assembler.js";
import { memoryOpcodes, plainOpcodes, simdOpcodes, type SimdOpcode } from "./opcodes.js";

const memory = (shared: boolean) => new WebAssembly.Memory({ initial: 1, maximum: 4, shared });

test.each([false, true])("a loop over vectors in memory (shared: %s)", (shared) => {
  // f(pointer, count): adds 0.5 to each of count f32x4 vectors
  const f = new FunctionBuilder(["i32", "i32"], []);
  f.loop(() => {
    f.get(0);
    f.get(0);
    f.memory("v128.load");
    f.f32(0.5);
    f.simd("f32x4.splat");
    f.simd("f32x4.add");
    f.memory("v128.store");
    f.get(0);
    f.i32(16);
    f.op("i32.add");
    f.set(0);
    f.get(1);
    f.i32(-1);
    f.op("i32.add");
    f.tee(1);
    f.branchIf(0);
  });
  const bytes = encodeModule({ memory: { initial: 1, maximum: 4, shared }, imports: [], functions: [f], exports: { f: 0 } });
  const m = memory(shared);
  const floats = new Float32Array(m.buffer);
  floats.set([1, 2, 3, 4, 5, 6, 7, 8], 16);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: m } });
  const { f: run } = exports;
  if (typeof run !== "function") throw new Error("no export f");
  run(64, 2);
  expect([...floats.subarray(15, 25)]).toEqual([0, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 0]);
});

/** Whether an engine accepts one instruction between typed operands: a wrong number in a table would be another instruction. */
function valid(fill: (f: FunctionBuilder) => void): boolean {
  const f = new FunctionBuilder([], []);
  fill(f);
  return WebAssembly.validate(
    encodeModule({ memory: { initial: 1, maximum: 1, shared: false }, imports: [], functions: [f], exports: {} }),
  );
}

test("every vector opcode of the table exists", () => {
  expect(hasRelaxedMadd()).toBe(true); // asking is what makes Node 20 know them
  expect(names(simdOpcodes).filter((name) => !valid((f) => withOperands(f, name)))).toEqual([]);
});

const names = <K extends string>(table: Readonly<Record<K, number>>): K[] => {
  const list: K[] = [];
  for (const name in table) list.push(name);
  return list;
};

/** Writes a vector instruction between operands of the right types. */
function withOperands(f: FunctionBuilder, name: SimdOpcode): void {
  const lane = name.includes("_lane");
  const scalar = name.startsWith("i64") ? "i64" : name.startsWith("f32") ? "f32" : name.startsWith("f64") ? "f64" : "i32";
  const constant = () => (scalar === "i32" ? f.i32(1) : scalar === "i64" ? f.i64(1n) : scalar === "f32" ? f.f32(1) : f.f64(1));
  const vector = () => f.v128(new Uint8Array(16));
  const unary = /\.(not|abs|neg|sqrt|ceil|floor|trunc|nearest|popcnt|all_true|any_true|bitmask)$|extend_|extadd_|trunc_sat|convert|demote|promote/.test(name);
  if (name.endsWith(".splat")) constant();
  else {
    vector();
    if (name.includes("replace_lane")) constant();
    else if (/\.sh[lr]/.test(name)) f.i32(1);
    else if (!unary && !lane) vector();
    if (name.endsWith("bitselect") || name.endsWith("madd")) vector();
  }
  if (lane) f.lane(name, 1);
  else f.simd(name);
  f.drop();
}

test("every load of the table exists", () => {
  const bad = names(memoryOpcodes).filter((name) => name.includes("load")).filter((name) => !valid((f) => {
    f.i32(0);
    if (name.includes("_lane")) f.v128(new Uint8Array(16));
    f.memory(name, 8, name.includes("_lane") ? 1 : undefined);
    f.drop();
  }));
  expect(bad).toEqual([]);
  expect(Object.keys(plainOpcodes).length).toBeGreaterThan(100);
});
