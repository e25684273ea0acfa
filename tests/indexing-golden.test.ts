/**
 * @file Indexing with tensors, masks and lists beside real PyTorch: the calls of tests/golden/indexing.json (make_indexing.py says how they
 * were made), read and written, through the public interface.
 */
import { describe, expect, it } from "vitest";
import { byOperation, describeCall, fault, sectionsOf } from "./helpers/golden.js";

const sections = sectionsOf("indexing.json");

it("has hundreds of index expressions, read and written", () => {
  const calls = Object.values(sections).flat();
  const reads = new Set(calls.filter(({ op }) => op === "at").map(({ args }) => JSON.stringify(args)));
  expect(reads.size).toBeGreaterThan(200);
  expect(calls.filter(({ op }) => op === "set").length).toBeGreaterThan(400);
});

describe.each(Object.entries(sections))("%s", (_, calls) => {
  it.each([...byOperation(calls)])("%s", (__, group) => {
    const faults = group.map((call) => [describeCall(call), fault(call)] as const);
    expect(faults.filter(([, wrong]) => wrong !== undefined).map(([name, wrong]) => `${name}: ${wrong}`)).toEqual([]);
  });
});
