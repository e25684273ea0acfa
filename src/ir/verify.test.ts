/** @file What the verifier accepts and what it refuses: one valid kernel, and each rule broken once. Knows no backend. */
import { describe, expect, test } from "vitest";
import { InternalError } from "../core/errors.js";
import type { Access, Instruction, Kernel, KernelArguments, Pass, Reduction } from "./kernel.js";
import { verify, verifyArguments, type SizedBuffer } from "./verify.js";

/** out[i] = mean over r of |x[i, r] - m[r]|, x uint8. */
const distance: Kernel = {
  axes: 1,
  reduceAxes: 1,
  vector: "reduceAxis",
  accesses: [
    { buffer: 0, dtype: "uint8", step: "unit" },
    { buffer: 1, dtype: "float32", step: "unit" },
    { buffer: 2, dtype: "float32", step: "zero" },
    { buffer: -1, dtype: "int32", step: "unit" },
  ],
  body: [
    { op: "load", dtype: "uint8", access: 0 },
    { op: "cast", dtype: "float32", args: [0] },
    { op: "load", dtype: "float32", access: 1 },
    { op: "sub", dtype: "float32", args: [1, 2] },
    { op: "abs", dtype: "float32", args: [3] },
    { op: "index", dtype: "int32", access: 3 },
  ],
  reductions: [
    { op: "sum", dtype: "float32", value: 4 },
    { op: "argmax", dtype: "int32", value: 4, index: 5 },
  ],
  epilogue: [
    { op: "reduced", dtype: "float32", reduction: 0 },
    { op: "constant", dtype: "float32", slot: 0 },
    { op: "div", dtype: "float32", args: [0, 1] },
  ],
  stores: [{ access: 2, value: 2 }],
  constants: 1,
  buffers: 3,
};

const call: KernelArguments<SizedBuffer> = {
  sizes: [4, 6],
  offsets: [0, 0, 0, 0],
  strides: [[6, 1], [0, 1], [1, 0], [0, 1]],
  constants: [6],
  buffers: [{ bytes: 24 }, { bytes: 24 }, { bytes: 16 }],
};

/** out[i] = value of the last instruction, stored as `dtype`. */
function elementwise(epilogue: readonly Instruction[], change: Partial<Kernel> = {}): Kernel {
  const last = epilogue[epilogue.length - 1];
  return {
    axes: 1, reduceAxes: 0, vector: "axis", body: [], reductions: [], epilogue, constants: 1, buffers: 2,
    accesses: [{ buffer: 0, dtype: last.dtype, step: "unit" }, { buffer: 1, dtype: "float32", step: "unit" }],
    stores: [{ access: 0, value: epilogue.length - 1 }],
    ...change,
  };
}

/** out[i] = b1[x[i]], x the positions. */
function taking(change: Partial<Extract<Instruction, { readonly op: "take" }>> = {}, dtype: "int32" | "float32" = "int32"): Kernel {
  return {
    ...elementwise([{ op: "load", dtype, access: 1 }, { op: "take", dtype: "float32", buffer: 2, args: [0], ...change }]),
    accesses: [{ buffer: 0, dtype: "float32", step: "unit" }, { buffer: 1, dtype, step: "unit" }],
    buffers: 3,
  };
}
/** out[i, r] = x[i, r] / sum over r of x[i, r], in place, and the sums beside it. */
const shares: Kernel = {
  axes: 1, reduceAxes: 1, vector: "reduceAxis", constants: 0, buffers: 2,
  accesses: [{ buffer: 0, dtype: "float32", step: "unit" }, { buffer: 1, dtype: "float32", step: "zero" }],
  body: [{ op: "load", dtype: "float32", access: 0 }],
  reductions: [{ op: "sum", dtype: "float32", value: 0 }],
  passes: [
    {
      body: [
        { op: "load", dtype: "float32", access: 0 },
        { op: "reduced", dtype: "float32", reduction: 0 },
        { op: "div", dtype: "float32", args: [0, 1] },
      ],
      reductions: [{ op: "max", dtype: "float32", value: 2 }],
      stores: [{ access: 0, value: 2 }],
    },
  ],
  epilogue: [{ op: "reduced", dtype: "float32", reduction: 1 }],
  stores: [{ access: 1, value: 0 }],
};
const pass = (change: Partial<Pass>): Kernel => ({ ...shares, passes: shares.passes!.map((one) => ({ ...one, ...change })) });

const replaced = <T>(list: readonly T[], at: number, value: T): T[] => list.map((old, i) => (i === at ? value : old));
const body = (at: number, instruction: Instruction): Kernel => ({ ...distance, body: replaced(distance.body, at, instruction) });
const epilogue = (at: number, instruction: Instruction): Kernel => ({ ...distance, epilogue: replaced(distance.epilogue, at, instruction) });
const reduction = (at: number, value: Reduction): Kernel => ({ ...distance, reductions: replaced(distance.reductions, at, value) });
const loadF32: Instruction = { op: "load", dtype: "float32", access: 1 };

describe("verify accepts", () => {
  test("a reduction with a prologue and an epilogue", () => verify(distance));
  test("a take at positions that were loaded", () => verify(taking()));

  test("a pass that uses and gives results", () => verify(shares));
  test("a kernel that begins with a pass", () => verify({ ...pass({ body: [loadF32], reductions: [], stores: [{ access: 1, value: 0 }] }), body: [], reductions: [], epilogue: [], stores: [], accesses: distance.accesses, buffers: 3 }));

  test.each<[string, readonly Instruction[]]>([
    ["a cast between any dtypes", [loadF32, { op: "cast", dtype: "bool", args: [0] }, { op: "cast", dtype: "int64", args: [1] }]],
    ["a comparison of bools", [{ op: "constant", dtype: "bool", slot: 0 }, { op: "lt", dtype: "bool", args: [0, 0] }]],
    ["bitwise operations of integers", [{ op: "constant", dtype: "int64", slot: 0 }, { op: "xor", dtype: "int64", args: [0, 0] }]],
    ["where of bools", [{ op: "constant", dtype: "bool", slot: 0 }, { op: "where", dtype: "bool", args: [0, 0, 0] }]],
  ])("%s", (_, list) => verify(elementwise(list)));

  test("a float64 sum of float32 values", () => {
    const accesses = distance.accesses.map((access, i): Access => (i === 2 ? { ...access, dtype: "float64" } : access));
    const reductions: Kernel["reductions"] = [{ op: "sum", dtype: "float64", value: 4 }];
    verify({ ...distance, accesses, reductions, epilogue: [{ op: "reduced", dtype: "float64", reduction: 0 }], stores: [{ access: 2, value: 0 }] });
  });
});

describe("verify refuses", () => {
  test.each<[string, Kernel, string]>([
    ["an empty list of passes", { ...shares, passes: [] }, "an empty list of passes"],
    ["a pass without instructions", pass({ body: [] }), "pass 1 has an empty body"],
    ["a pass without a purpose", pass({ reductions: [], stores: [] }), "pass 1 neither reduces nor stores"],
    ["passes with vectors along an axis", { ...shares, vector: "axis" }, `vector is "axis", and there are passes`],
    ["a result of the same pass", pass({ body: [{ op: "reduced", dtype: "float32", reduction: 1 }] }), "reduction 1 of 1 before it"],
    ["a store of a value that the pass does not have", pass({ stores: [{ access: 0, value: 3 }] }), "store 0 of value %3 of 3 instructions of the pass 1"],
    ["a fold of a value that the pass does not have", pass({ reductions: [{ op: "max", dtype: "float32", value: 3 }] }), "reduction s1 = max float32 %3: value %3 of 3"],
    ["a later argument", body(1, { op: "cast", dtype: "float32", args: [2] }), "body %1 = cast float32 %2: argument %2 is not an earlier instruction"],
    ["an argument of itself", body(3, { op: "sub", dtype: "float32", args: [1, 3] }), "argument %3 is not an earlier instruction"],
    ["a fractional argument", body(4, { op: "abs", dtype: "float32", args: [0.5] }), "argument %0.5 is not an earlier instruction"],
    ["mixed dtypes", body(3, { op: "sub", dtype: "float32", args: [0, 2] }), "argument %0 is uint8, expected float32"],
    ["a result of another dtype", body(3, { op: "sub", dtype: "float64", args: [1, 2] }), "argument %1 is float32, expected float64"],
    ["sqrt of integers", elementwise([{ op: "constant", dtype: "int32", slot: 0 }, { op: "sqrt", dtype: "int32", args: [0] }]), "sqrt takes floating dtypes, not int32"],
    ["div of integers", elementwise([{ op: "constant", dtype: "int64", slot: 0 }, { op: "div", dtype: "int64", args: [0, 0] }]), "div takes floating dtypes, not int64"],
    ["and of floats", elementwise([loadF32, { op: "and", dtype: "float32", args: [0, 0] }]), "and takes bool and integer dtypes, not float32"],
    ["not of floats", elementwise([loadF32, { op: "not", dtype: "float32", args: [0] }]), "not takes bool and integer dtypes, not float32"],
    ["add of bools", elementwise([{ op: "constant", dtype: "bool", slot: 0 }, { op: "add", dtype: "bool", args: [0, 0] }]), "add takes integer and floating dtypes, not bool"],
    ["a comparison of two dtypes", elementwise([loadF32, { op: "constant", dtype: "float64", slot: 0 }, { op: "eq", dtype: "bool", args: [0, 1] }]), "argument %1 is float64, expected float32"],
    ["a condition that is no bool", elementwise([loadF32, { op: "where", dtype: "float32", args: [0, 0, 0] }]), "argument %0 is float32, expected bool"],
    ["a branch of another dtype", elementwise([loadF32, { op: "constant", dtype: "bool", slot: 0 }, { op: "where", dtype: "bool", args: [1, 1, 0] }]), "argument %0 is float32, expected bool"],
    ["a load of another dtype", body(0, { op: "load", dtype: "int8", access: 0 }), "access 0 is uint8"],
    ["a load without a buffer", body(5, { op: "load", dtype: "int32", access: 3 }), "access 3 has no buffer to load from"],
    ["an index with a buffer", { ...distance, accesses: replaced(distance.accesses, 3, { buffer: 0, dtype: "int32", step: "unit" }) }, "an index has none"],
    ["an access out of range", body(0, { op: "load", dtype: "uint8", access: 4 }), "access 4 of 4"],
    ["a buffer out of range", { ...distance, buffers: 2 }, "access 2 is of buffer 2 of 2"],
    ["a slot out of range", epilogue(1, { op: "constant", dtype: "float32", slot: 1 }), "slot 1 of 1 constants"],
    ["reduced in the body", body(2, { op: "reduced", dtype: "float32", reduction: 0 }), "reduced belongs in the epilogue"],
    ["a reduction out of range", epilogue(0, { op: "reduced", dtype: "float32", reduction: 2 }), "reduction 2 of 2"],
    ["reduced of another dtype", epilogue(0, { op: "reduced", dtype: "float32", reduction: 1 }), "reduction 1 is int32"],
    ["a fold of another dtype", reduction(0, { op: "max", dtype: "float64", value: 4 }), "reduction s0 = max float64 %4: value %4 is float32, expected float64"],
    ["a fold of no instruction", reduction(0, { op: "sum", dtype: "float32", value: 6 }), "value %6 of 6 instructions of the body"],
    ["or of numbers", reduction(0, { op: "or", dtype: "float32", value: 4 }), "or takes bool dtypes, not float32"],
    ["an index of another dtype", reduction(1, { op: "argmax", dtype: "int64", value: 4, index: 5 }), "index %5 is int32, expected int64"],
    ["a store of another dtype", { ...distance, accesses: replaced(distance.accesses, 2, { buffer: 2, dtype: "float64", step: "zero" }) }, "store 0 of %2, which is float32, to access 2, which is float64"],
    ["a store without a buffer", { ...distance, stores: [{ access: 3, value: 2 }] }, "which has no buffer"],
    ["a store of no value", { ...distance, stores: [{ access: 2, value: 3 }] }, "value %3 of 3 instructions"],
    ["no stores", { ...distance, stores: [] }, "no stores"],
    ["a store along the reduce axis", { ...distance, accesses: replaced(distance.accesses, 2, { buffer: 2, dtype: "float32", step: "unit" }) }, 'access 2 is used outside of the reduce loops and has step "unit"'],
    ["an epilogue load along the reduce axis", epilogue(1, loadF32), "access 1 is used outside of the reduce loops"],
    ["no axes", { ...distance, vector: "axis", axes: 0 }, "there are no axes"],
    ["no reduce axes", { ...distance, reduceAxes: 0 }, "there are no reduce axes"],
    ["half an axis", { ...distance, axes: 0.5 }, "axes is 0.5, not a count"],
    ["a body and no reductions", { ...distance, reductions: [] }, "a body of 6 instructions and no reductions"],
    ["reductions and no body", { ...distance, body: [] }, "2 reductions and an empty body"],
    ["a take from no buffer", taking({ buffer: 3 }), "epilogue %1 = take float32 a3[%0]: buffer 3 of 3"],
    ["a take at a fraction", taking({}, "float32"), "the position is float32, expected int32 or int64"],
    ["a take at a later value", taking({ args: [1] }), "argument %1 is not an earlier instruction"],
    ["a take from what is stored to", taking({ buffer: 0 }), "buffer 0 is stored to"],
    ["reduce axes and no reductions", elementwise([loadF32], { reduceAxes: 1 }), "1 reduce axes and no reductions"],
  ])("%s", (_, kernel, message) => {
    expect(() => verify(kernel)).toThrow(InternalError);
    expect(() => verify(kernel)).toThrow(message);
  });

  test("and shows the kernel", () => {
    expect(() => verify(epilogue(1, loadF32))).toThrow("store float32 a2[?·i0] = %2");
  });
});

describe("verifyArguments", () => {
  test("accepts a call that fits", () => verifyArguments(distance, call));

  test("does not look at what an empty reduction would read", () => {
    const sums = { ...distance, reductions: distance.reductions.slice(0, 1) };
    verifyArguments(sums, { ...call, sizes: [4, 0], buffers: [{ bytes: 0 }, { bytes: 0 }, { bytes: 16 }] });
  });

  test.each<[string, Partial<KernelArguments<SizedBuffer>>, string]>([
    ["too few sizes", { sizes: [4] }, "1 sizes, expected 2"],
    ["too few buffers", { buffers: call.buffers.slice(1) }, "2 buffers, expected 3"],
    ["too many constants", { constants: [1, 2] }, "2 constants, expected 1"],
    ["a missing stride", { strides: replaced(call.strides, 1, [1]) }, "access 1 has 1 strides, expected 2"],
    ["an empty axis", { sizes: [0, 6] }, "size 0 of axis 0, expected an integer of at least 1"],
    ["an empty argmax", { sizes: [4, 0] }, "argmax of no elements"],
    ["a negative stride", { strides: replaced(call.strides, 1, [-1, 1]) }, "offset or stride -1"],
    ["a negative offset", { offsets: [0, -2, 0, 0] }, "offset or stride -2"],
    ["a unit step that is 2", { strides: replaced(call.strides, 1, [0, 2]) }, 'access 1 has step "unit" and stride 2'],
    ["a zero step that is 1", { strides: replaced(call.strides, 2, [1, 1]) }, 'access 2 has step "zero" and stride 1'],
    ["a reach past the end", { offsets: [1, 0, 0, 0] }, "access 0 reaches uint8 element 24 of buffer 0, which has 24 bytes"],
    ["a store past the end", { buffers: replaced(call.buffers, 2, { bytes: 12 }) }, "access 2 reaches float32 element 3 of buffer 2"],
    ["a store twice to one place", { strides: replaced(call.strides, 2, [0, 0]) }, "store 0 writes some elements of buffer 2 more than once"],
    ["a bigint for a float", { constants: [6n] }, "constant 0 is the bigint 6, which is no float32"],
  ])("refuses %s", (_, change, message) => {
    expect(() => verifyArguments(distance, { ...call, ...change })).toThrow(InternalError);
    expect(() => verifyArguments(distance, { ...call, ...change })).toThrow(message);
  });

  test("refuses a load of what another point stores, and takes one of what its own point stores", () => {
    const kernel = elementwise([loadF32, { op: "abs", dtype: "float32", args: [0] }], { constants: 0 });
    const memory = { bytes: 400 };
    const same = { sizes: [10], strides: [[1], [1]], constants: [], buffers: [memory, memory] };
    verifyArguments(kernel, { ...same, offsets: [5, 5] });
    verifyArguments(kernel, { ...same, offsets: [5, 15] });
    expect(() => verifyArguments(kernel, { ...same, offsets: [5, 6] })).toThrow("access 1 loads elements that other points store through access 0");
  });

  test("lets a pass store in place, once an element", () => {
    const memory = { bytes: 96 };
    const args = { sizes: [4, 6], offsets: [0, 0], strides: [[6, 1], [1, 0]], constants: [], buffers: [memory, { bytes: 16 }] };
    verifyArguments(shares, args);
    expect(() => verifyArguments(shares, { ...args, strides: [[3, 1], [1, 0]] })).toThrow("more than once");
    const other: Kernel = { ...shares, buffers: 3, accesses: [...shares.accesses, { buffer: 2, dtype: "float32", step: "unit" }], body: [{ op: "load", dtype: "float32", access: 2 }] };
    const shifted = { ...args, offsets: [1, 0, 0], strides: [...args.strides, [6, 1]], buffers: [{ bytes: 100 }, { bytes: 16 }, { bytes: 100 }] };
    verifyArguments(other, shifted);
    expect(() => verifyArguments(other, { ...shifted, buffers: [shifted.buffers[0], shifted.buffers[1], shifted.buffers[0]] })).toThrow("access 2 loads elements that other points store through access 0");
  });

  test("takes two stores between each other's elements, each in place", () => {
    const kernel = elementwise([loadF32, { op: "abs", dtype: "float32", args: [0] }], {
      constants: 0, buffers: 1, stores: [{ access: 0, value: 1 }, { access: 1, value: 1 }],
      accesses: [{ buffer: 0, dtype: "float32", step: "other" }, { buffer: 0, dtype: "float32", step: "other" }],
    });
    const args = { sizes: [10], strides: [[2], [2]], constants: [], buffers: [{ bytes: 80 }] };
    verify(kernel);
    verifyArguments(kernel, { ...args, offsets: [0, 1] });
    expect(() => verifyArguments(kernel, { ...args, offsets: [1, 1] })).toThrow("accesses 0 and 1 store to the same elements");
  });

  test("refuses a take from memory that is stored to, or that is empty", () => {
    const [out, x, from] = [{ bytes: 40 }, { bytes: 40 }, { bytes: 4 }];
    const args = { sizes: [10], strides: [[1], [1]], offsets: [0, 0], constants: [0] };
    verifyArguments(taking(), { ...args, buffers: [out, x, from] });
    expect(() => verifyArguments(taking(), { ...args, buffers: [out, x, out] })).toThrow("buffer 2 is taken from and stored to");
    expect(() => verifyArguments(taking(), { ...args, buffers: [out, x, { bytes: 3 }] })).toThrow("taken from buffer 2, which has 3 bytes");
  });

  test("refuses a store through overlapping strides", () => {
    const kernel = elementwise([{ op: "constant", dtype: "int8", slot: 0 }], { axes: 2, buffers: 2 });
    const args = { sizes: [3, 4], offsets: [0, 0], constants: [-128], buffers: [{ bytes: 100 }, { bytes: 100 }] };
    verifyArguments(kernel, { ...args, strides: [[4, 1], [0, 1]] });
    expect(() => verifyArguments(kernel, { ...args, strides: [[3, 1], [0, 1]] })).toThrow("more than once");
  });

  test.each<["bool" | "uint8" | "int8" | "int64", number | bigint]>([
    ["bool", 2], ["uint8", -1], ["uint8", 256], ["int8", 128], ["int8", 0.5], ["int64", 1], ["int64", 2n ** 63n],
  ])("refuses %s %s", (dtype, value) => {
    const kernel = elementwise([{ op: "constant", dtype, slot: 0 }]);
    const args = { sizes: [1], offsets: [0, 0], strides: [[1], [1]], constants: [value], buffers: [{ bytes: 8 }, { bytes: 8 }] };
    expect(() => verifyArguments(kernel, args)).toThrow(`which is no ${dtype}`);
  });
});

const access = (buffer: number, step: "unit" | "zero") => ({ buffer, dtype: "float32" as const, step });

describe("a contraction", () => {
  /** out[i, j] = sum over k of x[i, k] y[k, j]. */
  const product: Kernel = {
    axes: 2, reduceAxes: 1, vector: "axis", accesses: [access(0, "unit"), access(1, "zero"), access(2, "unit")],
    body: [{ op: "load", dtype: "float32", access: 1 }, { op: "load", dtype: "float32", access: 2 }, { op: "mul", dtype: "float32", args: [0, 1] }],
    reductions: [{ op: "sum", dtype: "float32", value: 2 }], epilogue: [{ op: "reduced", dtype: "float32", reduction: 0 }],
    stores: [{ access: 0, value: 0 }], constants: 0, buffers: 3, contraction: { left: 1, right: 2, roles: ["row", "column"] },
  };
  const { contraction } = product;
  const args = {
    sizes: [2, 3, 4], offsets: [0, 0, 0], strides: [[3, 1, 0], [4, 0, 1], [0, 1, 3]], constants: [], buffers: [{ bytes: 24 }, { bytes: 32 }, { bytes: 48 }],
  };

  test("is accepted where the loops are one", () => {
    verify(product);
    verifyArguments(product, args);
    expect(() => verifyArguments({ ...product, contraction: { left: 2, right: 1, roles: ["row", "column"] } }, args)).toThrow("along it");
  });
  test.each<[string, Kernel, string]>([
    ["too few roles", { ...product, contraction: { left: 1, right: 2, roles: ["column"] } }, "1 roles for 2 axes"],
    ["no rows", { ...product, contraction: { left: 1, right: 2, roles: ["batch", "column"] } }, "without rows"],
    ["a row along the vectors", { ...product, contraction: { left: 1, right: 2, roles: ["column", "row"] } }, "vector axis is not a column"],
    ["an operand that is not loaded", { ...product, contraction: { left: 1, right: 0, roles: ["row", "column"] } }, "products of two loads"],
    ["a sum of sums", { ...product, body: replaced(product.body, 2, { op: "add", dtype: "float32", args: [0, 1] }) }, "products of two loads"],
    ["a maximum", { ...product, reductions: [{ op: "max", dtype: "float32", value: 2 }] }, "products of two loads"],
    ["no such access", { ...product, contraction: contraction && { ...contraction, left: 7 } }, "access 7 of 3"],
  ])("is refused: %s", (_, kernel, message) => {
    expect(() => verify(kernel)).toThrow(message);
  });
});

describe("a scan", () => {
  /** out[i, r] = start[i] + x[i, 0] + ... + x[i, r]. */
  const running: Kernel = {
    axes: 1, reduceAxes: 1, vector: "reduceAxis", accesses: [access(0, "unit"), access(1, "unit"), { buffer: 2, dtype: "float64", step: "zero" }],
    body: [{ op: "load", dtype: "float32", access: 1 }, { op: "load", dtype: "float64", access: 2 }], reductions: [], epilogue: [], stores: [],
    scan: { op: "sum", dtype: "float32", value: 0, access: 0, reverse: false, start: 1 }, constants: 0, buffers: 3,
  };
  const { scan } = running;
  const args = {
    sizes: [3, 4], offsets: [0, 0, 0], strides: [[4, 1], [4, 1], [1, 0]], constants: [], buffers: [{ bytes: 48 }, { bytes: 48 }, { bytes: 24 }],
  };
  const changed = (change: Partial<NonNullable<Kernel["scan"]>>): Kernel => ({ ...running, scan: scan && { ...scan, ...change } });

  test("is accepted, also in place", () => {
    verify(running);
    verifyArguments(running, args);
    verifyArguments(running, { ...args, buffers: [args.buffers[0], args.buffers[0], args.buffers[2]] });
  });
  test.each<[string, Kernel, string]>([
    ["a store beside it", { ...running, stores: [{ access: 2, value: 0 }], epilogue: [{ op: "constant", dtype: "float64", slot: 0 }], constants: 1 }, "beside it"],
    ["a reduction beside it", { ...running, reductions: [{ op: "sum", dtype: "float32", value: 0 }] }, "beside it"],
    ["two reduce axes", { ...running, reduceAxes: 2 }, "along 2 reduce axes"],
    ["a value that is not there", changed({ value: 2 }), "of value %2 of 2 instructions"],
    ["a value of another dtype", changed({ dtype: "float64" }), "which is float32"],
    ["a result of another dtype", { ...running, accesses: running.accesses.with(0, { buffer: 0, dtype: "int32", step: "unit" }) }, "which is int32"],
    ["a start of another dtype", changed({ start: 0 }), "expected float64"],
    ["a fold with an index", changed({ index: 0 }), "with an index"],
    ["a search without an index", { ...changed({ op: "argmax", dtype: "int64", start: undefined, value: 0 }), accesses: running.accesses.with(0, { buffer: 0, dtype: "float32", step: "unit" }) }, "without an index"],
    ["a search that goes on from a start", changed({ op: "argmin", dtype: "int64" }), "with a start"],
    ["a start that is not there", changed({ start: 5 }), "starts from %5 of 2 instructions"],
  ])("is refused: %s", (_, kernel, message) => {
    expect(() => verify(kernel)).toThrow(message);
  });
  test("is refused where its start moves, where a line is written twice, and where it reads what it has written elsewhere", () => {
    const columns: Kernel = { ...running, vector: "axis", accesses: running.accesses.map((given) => ({ ...given, step: "unit" })) };
    const turned = { ...args, sizes: [4, 3], strides: [[1, 4], [1, 4], [1, 0]], buffers: args.buffers.with(2, { bytes: 96 }) };
    verifyArguments(columns, turned);
    expect(() => verifyArguments(columns, { ...turned, strides: [[1, 4], [1, 4], [1, 4]] })).toThrow("stride 4 along the reduce axis");
    expect(() => verifyArguments(running, { ...args, strides: args.strides.with(0, [0, 1]) })).toThrow("more than once");
    const shifted = { ...args, offsets: [0, 1, 0], buffers: [{ bytes: 64 }, { bytes: 64 }, args.buffers[2]] };
    expect(() => verifyArguments(running, { ...shifted, buffers: [shifted.buffers[0], shifted.buffers[0], args.buffers[2]] })).toThrow("other points store");
  });
});
