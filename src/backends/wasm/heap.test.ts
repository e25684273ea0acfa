/** @file The heap gives pieces that never overlap, takes them back once, and is whole again when all have come back. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { OutOfMemoryError } from "../../core/errors.js";
import { collector } from "./collector.js";
import { Heap, granule, spareBytes, type HeapAllocation } from "./heap.js";

const sizes = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 400_000 }));
const commands = fc.array(fc.oneof(sizes.map((take) => ({ take })), fc.nat().map((give) => ({ give }))), { maxLength: 120 });

test("random taking and giving against a model", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const heap = new Heap({ shared: false, limit: 64 << 20 });
      const live: HeapAllocation[] = [];
      for (const command of list) {
        if ("take" in command) {
          const made = heap.allocate(command.take);
          expect(made.address % granule).toBe(0);
          expect(made.address).toBeGreaterThan(0);
          expect(made.address + made.bytes + spareBytes).toBeLessThanOrEqual(heap.bytes.byteLength);
          for (const other of live) {
            const apart = made.address + Math.max(1, made.bytes) <= other.address || other.address + Math.max(1, other.bytes) <= made.address;
            expect(apart).toBe(true);
          }
          live.push(made);
        } else if (live.length > 0) {
          const [gone] = live.splice(command.give % live.length, 1);
          heap.free(gone);
          heap.free(gone);
        }
        const held = live.reduce((sum, { bytes }) => sum + Math.max(1, Math.ceil(bytes / granule)) * granule, 0);
        expect(heap.report()).toMatchObject({ held, allocations: live.length });
      }
      for (const allocation of live) heap.free(allocation);
      expect(heap.report()).toMatchObject({ held: 0, allocations: 0 });
      expect(heap.blocks).toBeLessThanOrEqual(4);
    }),
  );
});

test("memory that has been given back is used again instead of growing", () => {
  const heap = new Heap({ limit: 64 << 20 });
  heap.free(heap.allocate(10 << 20));
  const { reserved } = heap.report();
  for (let i = 0; i < 100; i++) heap.free(heap.allocate((10 << 20) - i * 1000));
  expect(heap.report().reserved).toBe(reserved);
});

test("the whole limit can be had, and one more is an error that says what is held", () => {
  const heap = new Heap({ shared: false, limit: 8 << 20 });
  heap.allocate(3 << 20, { shape: [1024, 768], dtype: "float32" });
  heap.allocate(2 << 20, { shape: [2 << 20], dtype: "uint8" });
  heap.allocate(1 << 20);
  expect(() => heap.allocate(3 << 20)).toThrow(OutOfMemoryError);
  expect(() => heap.allocate(3 << 20)).toThrow(
    /3\.0 MiB; 6\.0 MiB are held by 3 tensors \(the largest: float32 \[1024, 768\] 3\.0 MiB, uint8 \[2097152\] 2\.0 MiB\), .* of at most 8\.0 MiB are reserved/,
  );
  expect(heap.report().held).toBe(6 << 20);
  expect(heap.report().allocations).toBe(3);
});

test("under pressure the dead are found at once, in the middle of a job, and the living are kept", () => {
  const heap = new Heap({ shared: false, limit: 64 << 20, collect: collector() });
  const kept = [heap.allocate(8 << 20), heap.allocate(8 << 20)];
  for (let i = 0; i < 100; i++) heap.allocate(8 << 20);
  const later = heap.allocate(8 << 20);
  for (const { address, bytes } of kept) expect(later.address + later.bytes <= address || address + bytes <= later.address).toBe(true);
  const takeAll = () => {
    while (kept.length <= 8) kept.push(heap.allocate(8 << 20));
  };
  expect(takeAll).toThrow(OutOfMemoryError);
  expect(kept.length).toBeGreaterThanOrEqual(6);
});

test("without a collector what nobody holds any more fills the heap until finalizers run", () => {
  const heap = new Heap({ shared: false, limit: 64 << 20 });
  expect(() => {
    for (let i = 0; i < 100; i++) heap.allocate(8 << 20);
  }).toThrow(OutOfMemoryError);
});

test("what the collector finds dead comes back", async () => {
  const collect = globalThis.process.getBuiltinModule("node:vm");
  globalThis.process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
  const gc: unknown = collect.runInNewContext("gc");
  if (typeof gc !== "function") throw new Error("no gc");
  const heap = new Heap({ limit: 64 << 20 });
  (() => {
    for (let i = 0; i < 50; i++) heap.allocate(1000);
  })();
  for (let i = 0; i < 50 && heap.report().allocations > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  expect(heap.report()).toMatchObject({ held: 0, allocations: 0 });
});

test("small allocations share pages, which come back when the last of them is given back", () => {
  const heap = new Heap({ shared: false, limit: 64 << 20 });
  const small = Array.from({ length: 1000 }, (_, i) => heap.allocate(i % 200));
  expect(new Set(small.map(({ address }) => address)).size).toBe(1000);
  const blocks = heap.blocks;
  expect(blocks).toBeLessThan(100);
  for (const allocation of small.filter((_, i) => i % 2 === 0)) heap.free(allocation);
  expect(heap.blocks).toBe(blocks);
  for (const allocation of small) heap.free(allocation);
  expect(heap.report()).toMatchObject({ held: 0, allocations: 0 });
  expect(heap.blocks).toBeLessThanOrEqual(4);
});

test("the peak is the most that was held at once", () => {
  const heap = new Heap({ shared: false, limit: 64 << 20 });
  const first = heap.allocate(1 << 20);
  heap.free(heap.allocate(2 << 20));
  expect(heap.report().peak).toBe(3 << 20);
  heap.resetPeak();
  expect(heap.report().peak).toBe(1 << 20);
  heap.free(first);
  expect(heap.report().peak).toBe(1 << 20);
});
