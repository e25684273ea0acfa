/**
 * @file The catalogue beside real PyTorch: the calls of tests/golden/catalogue-*.json and ops-gather.json, as golden-ops.test.ts makes those of ops.json.
 * The tolerances that an operation earns beyond the common one are in the table here, with their reasons.
 */
import { describe, expect, it } from "vitest";
import { byOperation, describeCall, fault, sectionsOf, type Tolerance } from "./helpers/golden.js";

const files = [
  "catalogue-elementwise.json",
  "catalogue-order.json",
  "catalogue-shape.json",
  "ops-gather.json",
  "ops-rows.json",
  "ops-scans.json",
  "products.json",
  "linalg.json",
  "in-place.json",
  "windows.json",
  "functional.json",
  "resampling.json",
];

const looser: Readonly<Record<string, Tolerance>> = {};

describe.each(files)("%s", (file) => {
  const sections = sectionsOf(file);
  describe.each(Object.entries(sections))("%s", (_, calls) => {
    it.each([...byOperation(calls)])("%s", (op, group) => {
      const faults = group.map((call) => [describeCall(call), fault(call, looser[op])] as const);
      expect(faults.filter(([, wrong]) => wrong !== undefined).map(([name, wrong]) => `${name}: ${wrong}`)).toEqual([]);
    });
  });
});
