/**
 * @file Every operation beside real PyTorch: the calls of tests/golden/ops.json, made through the public interface by
 * name. Shapes, dtypes, integers and bools must be equal, floats close; what PyTorch refuses must be refused.
 */

import { describe, expect, it } from "vitest";
import { asTensor, byOperation, describeCall, fault, perform, sectionsOf, type Call } from "./helpers/golden.js";

const sections = sectionsOf("ops.json");

/**
 * Where Tesserae differs on purpose. PyTorch looks at the divisor and throws ZeroDivisionError; here values are not known
 * when the call is made, so an integer divided by zero is 0.
 */
function isDivisionByZero(call: Call): boolean {
  const [, divisor] = call.args;
  const integer = divisor !== null && typeof divisor === "object" && "shape" in divisor && divisor.dtype === "int32";
  return "error" in call.out && integer && divisor.data.includes(0) && ["floorDivide", "remainder", "fmod"].includes(call.op);
}

it("has thousands of calls", () => expect(Object.values(sections).flat().length).toBeGreaterThan(3500));

describe.each(Object.entries(sections))("%s", (_, calls) => {
  it.each([...byOperation(calls)])("%s", (_, group) => {
    const faults = group.filter((call) => !isDivisionByZero(call)).map((call) => [describeCall(call), fault(call)] as const);
    expect(faults.filter(([, wrong]) => wrong !== undefined).map(([name, wrong]) => `${name}: ${wrong}`)).toEqual([]);
  });
});

it("gives 0 for an integer divided by zero, where PyTorch throws", () => {
  const calls = sections["binary"].filter(isDivisionByZero);
  expect(calls.map((call) => call.op)).toEqual(["floorDivide", "remainder", "fmod"]);
  for (const call of calls) expect(Number(asTensor(perform(call)).toTypedArray()[1])).toBe(0);
});
