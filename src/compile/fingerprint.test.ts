/**
 * @file Fingerprints of graphs: graphs that scheduling and lowering treat alike share one, and whatever these two look at makes another.
 * That a graph computed by what was kept for another of its fingerprint is right is held in tests/properties/expressions.test.ts.
 */
import { expect, test } from "vitest";
import type { DType } from "../core/dtype.js";
import { contiguousView, type View } from "../core/view.js";
import { Node, type MapOp, type Operand } from "./expression.js";
import { takeFingerprint } from "./fingerprint.js";

const memory = (shape: readonly number[], dtype: DType = "float32"): Node => new Node(shape, dtype, { kind: "buffer", allocation: { bytes: 0 } });
const whole = (node: Node): Operand => ({ node, view: contiguousView(node.shape) });
const seen = (node: Node, view: Partial<View>): Operand => ({ node, view: { ...contiguousView(node.shape), ...view } });
const constant = (value: number, shape: readonly number[] = [2, 2]): Operand => whole(new Node(shape, "float32", { kind: "constant", value }));
const map = (op: MapOp, ...inputs: readonly Operand[]): Node => new Node(inputs[0].view.shape, "float32", { kind: "map", op, inputs });
const sum = (input: Operand, shape: readonly number[]): Node => new Node(shape, "float32", { kind: "reduce", op: "sum", input });
const square = (): Operand => whole(memory([2, 2]));

function codesOf(outputs: readonly Node[], rows?: Parameters<typeof takeFingerprint>[2]): string {
  const print = takeFingerprint(outputs, 100, rows);
  if (print === undefined) throw new Error("no fingerprint");
  return print.kept().join();
}
const inside = (node: Node): Node => Object.assign(node, { recomputed: 1 });
const withCompanion = (node: Node, companion: Node): Node => Object.assign(node, { companion });

const x = square();
const [y, z] = [map("neg", x), map("abs", x)];
/** Each differs from the others in one thing. */
const different: Readonly<Record<string, () => readonly Node[]>> = {
  "the plain one": () => [map("add", square(), square())],
  "another operation": () => [map("sub", square(), square())],
  "one operand twice": () => [map("add", x, x)],
  "other strides": () => [map("add", square(), seen(memory([2, 2]), { strides: [1, 2] }))],
  "another offset": () => [map("add", square(), seen(memory([3, 2]), { shape: [2, 2], strides: [2, 1], offset: 2 }))],
  "more elements beneath": () => [map("add", square(), seen(memory([3, 2]), { shape: [2, 2], strides: [2, 1] }))],
  "another shape": () => [map("add", whole(memory([4])), whole(memory([4])))],
  "another dtype beneath": () => [map("add", square(), whole(memory([2, 2], "int32")))],
  "a constant": () => [map("add", square(), constant(1))],
  "a constant that is not moderate": () => [map("add", square(), constant(2 ** 50))],
  "an index": () => [map("add", square(), whole(new Node([2, 2], "int64", { kind: "index" })))],
  "a reduction of rows": () => [sum(square(), [2])],
  "a reduction of all": () => [sum(square(), [])],
  "a reduction of columns": () => [sum(seen(memory([2, 2]), { strides: [1, 2] }), [2])],
  "a reduction of three the same": () => [sum(seen(memory([2]), { shape: [2, 3], strides: [1, 0] }), [2])],
  "a reduction of five the same": () => [sum(seen(memory([2]), { shape: [2, 5], strides: [1, 0] }), [2])],
  "computed inside another kernel before": () => [map("sqrt", whole(inside(map("exp", square()))))],
  "not computed before": () => [map("sqrt", whole(map("exp", square())))],
  "two outputs": () => [y, z],
  "two outputs in another order": () => [z, y],
  "a companion": () => [withCompanion(map("neg", x), z)],
  "taken": () => [new Node([2, 2], "float32", { kind: "take", from: memory([9]), index: whole(memory([2, 2], "int32")) })],
  "taken from more": () => [new Node([2, 2], "float32", { kind: "take", from: memory([8]), index: whole(memory([2, 2], "int32")) })],
};

test("whatever scheduling or lowering look at makes another fingerprint", () => {
  const names = new Map<string, string>();
  for (const [name, make] of Object.entries(different)) {
    const codes = codesOf(make());
    expect(names.get(codes), `${name} has the fingerprint of`).toBeUndefined();
    names.set(codes, name);
  }
});

test("graphs made anew share their fingerprints, with other buffers and other constants", () => {
  for (const make of Object.values(different)) expect(codesOf(make())).toBe(codesOf(make()));
  expect(codesOf([map("mul", square(), constant(3))])).toBe(codesOf([map("mul", square(), constant(0.5))]));
});

test("rows are part of it", () => {
  const root = map("neg", square());
  const prints = [undefined, { points: 2, length: 2, kept: new Map() }, { points: 1, length: 4, kept: new Map() }, { points: 2, length: 2, kept: new Map([[root, root]]) }];
  expect(new Set(prints.map((rows) => codesOf([root], rows))).size).toBe(prints.length);
});

test("there is none of what is no loop, nor of more nodes than are asked for", () => {
  const assembled = new Node([2, 2], "float32", { kind: "assemble", base: undefined, pieces: [] });
  expect(takeFingerprint([map("neg", whole(assembled))], 100)).toBeUndefined();
  expect(takeFingerprint([map("add", square(), square())], 3)).toBeDefined();
  expect(takeFingerprint([map("add", square(), square())], 2)).toBeUndefined();
});

test("equal codes are what counts, not equal hashes", () => {
  const print = takeFingerprint([map("neg", square())], 100);
  expect(print?.is(print.kept())).toBe(true);
  expect(print?.is(print.kept().map((code, i) => (i === 3 ? code + 1 : code)))).toBe(false);
  expect(print?.is([...print.kept(), 0])).toBe(false);
});
