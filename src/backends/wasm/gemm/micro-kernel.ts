/**
 * @file The innermost loop of a matrix product: a register tile of the result is loaded, a run of `depth` products is added to each
 * element, and it is stored again. A function of its own, so that the engine gives it all registers. Knows panels, not matrices.
 *
 * One step of depth a turn: V8 before version 13 reads all that a turn reads before it computes, and would run out of registers.
 * Stores and loads of neighbours stand side by side, which is what V8's re-vectorisation looks for.
 */
import { FunctionBuilder, type Local } from "../assembler.js";
import { itemBytes, layoutOf, type Floating, type Tile } from "./plan.js";

const lanesOf = {
  float32: { kind: "f32x4", splat: "v128.load32_splat" },
  float64: { kind: "f64x2", splat: "v128.load64_splat" },
} as const satisfies Record<Floating, { kind: string; splat: string }>;

/** Parameters of the function: addresses of the left panel, the right panel and the tile; depth, at least 1; whether it is the first. */
const left = 0;
const right = 1;
const result = 2;
const depth = 3;
const first = 4;

/**
 * Left panels have a row for each row of the tile; right panels have a row of the tile's columns for each step of depth. The first run
 * overwrites the tile. `madd`: with one instruction for a multiplication and an addition.
 */
export function microKernel(tile: Tile, dtype: Floating, madd: boolean): FunctionBuilder {
  const f = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32"], []);
  const { kind, splat } = lanesOf[dtype];
  const { leftPitch, resultPitch } = layoutOf(tile, dtype);
  const sums = Array.from({ length: tile.rows }, () => Array.from({ length: tile.vectors }, () => f.local("v128")));
  const factors = Array.from({ length: tile.vectors }, () => f.local("v128"));
  const factor = f.local("v128");

  const multiplyAdd = (sum: Local, x: Local): void => {
    if (madd) {
      for (const local of [factor, x, sum]) f.get(local);
      f.simd(`${kind}.relaxed_madd`);
    } else {
      for (const local of [sum, factor, x]) f.get(local);
      f.simd(`${kind}.mul`);
      f.simd(`${kind}.add`);
    }
    f.set(sum);
  };
  const add = (local: Local, amount: number): void => {
    f.get(local);
    f.i32(amount);
    f.op("i32.add");
    f.set(local);
  };
  const eachSum = (visit: (sum: Local, offset: number) => void): void =>
    sums.forEach((row, i) => row.forEach((sum, j) => visit(sum, i * resultPitch + j * 16)));

  f.get(first);
  f.if(() => eachSum((_, offset) => {
    f.get(result);
    f.v128(new Uint8Array(16));
    f.memory("v128.store", offset);
  }));
  eachSum((sum, offset) => {
    f.get(result);
    f.memory("v128.load", offset);
    f.set(sum);
  });
  // The loop stands in a block that could be skipped, though it never is: without it V8 before version 13 keeps the sums in memory,
  // and runs at less than half the speed.
  f.block(() => {
    f.get(depth);
    f.op("i32.eqz");
    f.branchIf(0);
    f.loop(() => {
      factors.forEach((vector, j) => {
        f.get(right);
        f.memory("v128.load", j * 16);
        f.set(vector);
      });
      sums.forEach((row, i) => {
        f.get(left);
        f.memory(splat, i * leftPitch);
        f.set(factor);
        row.forEach((sum, j) => multiplyAdd(sum, factors[j]));
      });
      add(left, itemBytes(dtype));
      add(right, tile.vectors * 16);
      add(depth, -1);
      f.get(depth);
      f.branchIf(0);
    });
  });
  eachSum((sum, offset) => {
    f.get(result);
    f.get(sum);
    f.memory("v128.store", offset);
  });
  return f;
}
