/**
 * @file The meaning of the loop IR, held by hand: every expectation here is from C, IEEE 754 or PyTorch (2.13, looked up), none from
 * another backend. The property tests hold the other backends to this one.
 */
import { describe, expect, test } from "vitest";
import { itemSize, type DType } from "../../core/dtype.js";
import { InternalError, OutOfMemoryError } from "../../core/errors.js";
import type { BinaryOp, CompareOp, Instruction, Kernel, Reduction, UnaryOp } from "../../ir/kernel.js";
import type { Allocation } from "../backend.js";
import { createReferenceBackend } from "./backend.js";
import { erf } from "./maths.js";

type Values = readonly (number | bigint)[];
const backend = createReferenceBackend();

function upload(dtype: DType, values: Values): Allocation {
  const allocation = backend.allocate(values.length * itemSize(dtype));
  const view = backend.view(allocation, dtype, 0, values.length);
  values.forEach((value, i) => void (view instanceof BigInt64Array ? (view[i] = BigInt(value)) : (view[i] = Number(value))));
  return allocation;
}

/** Runs one operation over lists of one length. */
function operate(instruction: Instruction, inputs: readonly (readonly [DType, Values])[]): (number | bigint)[] {
  const count = inputs[0][1].length;
  const loads = inputs.map(([dtype], access): Instruction => ({ op: "load", dtype, access }));
  const kernel: Kernel = {
    axes: 1, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 0, buffers: inputs.length + 1,
    accesses: [...inputs.map(([dtype]) => dtype), instruction.dtype].map((dtype, buffer) => ({ buffer, dtype, step: "unit" as const })),
    epilogue: [...loads, instruction],
    stores: [{ access: inputs.length, value: inputs.length }],
  };
  const out = backend.allocate(count * itemSize(instruction.dtype));
  backend.run(backend.compile(kernel), {
    sizes: [count], offsets: kernel.accesses.map(() => 0), strides: kernel.accesses.map(() => [1]), constants: [],
    buffers: [...inputs.map(([dtype, values]) => upload(dtype, values)), out],
  });
  return [...backend.view(out, instruction.dtype, 0, count)];
}

const unary = (op: UnaryOp, dtype: DType, x: Values) => operate({ op, dtype, args: [0] }, [[dtype, x]]);
const binary = (op: BinaryOp, dtype: DType, x: Values, y: Values) => operate({ op, dtype, args: [0, 1] }, [[dtype, x], [dtype, y]]);
const compare = (op: CompareOp, dtype: DType, x: Values, y: Values) => operate({ op, dtype: "bool", args: [0, 1] }, [[dtype, x], [dtype, y]]);
const cast = (from: DType, to: DType, x: Values) => operate({ op: "cast", dtype: to, args: [0] }, [[from, x]]);

/** Reduces each row of a list of rows; argmin and argmax over the positions in the row. */
function reduceRows(op: Reduction["op"], dtype: DType, rows: readonly Values[]): (number | bigint)[] {
  const search = op === "argmin" || op === "argmax";
  const reduction: Reduction = search ? { op, dtype: "int64", value: 0, index: 1 } : { op, dtype, value: 0 };
  const width = rows[0].length;
  const kernel: Kernel = {
    axes: 1, reduceAxes: 1, vector: "reduceAxis", constants: 0, buffers: 2, reductions: [reduction],
    accesses: [
      { buffer: 0, dtype, step: "unit" }, { buffer: -1, dtype: "int64", step: "unit" }, { buffer: 1, dtype: reduction.dtype, step: "zero" },
    ],
    body: [{ op: "load", dtype, access: 0 }, { op: "index", dtype: "int64", access: 1 }],
    epilogue: [{ op: "reduced", dtype: reduction.dtype, reduction: 0 }],
    stores: [{ access: 2, value: 0 }],
  };
  const out = backend.allocate(rows.length * itemSize(reduction.dtype));
  backend.run(backend.compile(kernel), {
    sizes: [rows.length, width], offsets: [0, 0, 0], strides: [[width, 1], [0, 1], [1, 0]], constants: [],
    buffers: [upload(dtype, rows.flat()), out],
  });
  return [...backend.view(out, reduction.dtype, 0, rows.length)];
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const least64 = -(2n ** 63n);
const most64 = 2n ** 63n - 1n;

describe("integers", () => {
  test("wrap", () => {
    expect(binary("add", "uint8", [250, 1], [10, 2])).toEqual([4, 3]);
    expect(binary("sub", "uint8", [0], [1])).toEqual([255]);
    expect(binary("mul", "int8", [100, -128], [3, -1])).toEqual([44, -128]);
    expect(binary("mul", "int16", [32767], [32767])).toEqual([1]);
    expect(binary("mul", "int32", [2147483647, 65536], [2147483647, 65537])).toEqual([1, 65536]);
    expect(binary("add", "int64", [most64], [1n])).toEqual([least64]);
    expect(binary("mul", "int64", [most64], [most64])).toEqual([1n]);
    expect(unary("neg", "uint8", [1])).toEqual([255]);
    expect(unary("abs", "int8", [-128, -5])).toEqual([-128, 5]);
    expect(unary("neg", "int64", [least64])).toEqual([least64]);
  });

  test("divide as PyTorch does, and by zero give 0", () => {
    const [x, y] = [[-7, 7, -7, 7, 5, -128], [2, -2, -2, 2, 0, -1]];
    expect(binary("floorDiv", "int8", x, y)).toEqual([-4, -4, 3, 3, 0, -128]);
    expect(binary("truncDiv", "int8", x, y)).toEqual([-3, -3, 3, 3, 0, -128]);
    expect(binary("remainder", "int8", x, y)).toEqual([1, -1, -1, 1, 0, 0]);
    expect(binary("fmod", "int8", x, y)).toEqual([-1, 1, -1, 1, 0, 0]);
    expect(binary("floorDiv", "int64", [least64, -1n], [-1n, most64])).toEqual([least64, -1n]);
    expect(binary("truncDiv", "uint8", [255, 200], [2, 0])).toEqual([127, 0]);
  });

  test("raise to powers, negative ones too", () => {
    expect(binary("pow", "int64", [2, 1, -1, -1, 0, 3], [-1, -1, -1, -2, -1, 50])).toEqual([0n, 1n, -1n, 1n, 0n, 6048575297968530377n]);
    expect(binary("pow", "uint8", [3, 2, 0], [5, 8, 0])).toEqual([243, 0, 1]);
    expect(binary("pow", "int32", [-3], [21])).toEqual([-1870418611]);
  });

  test("bits, signs and order", () => {
    expect(binary("xor", "int64", [5n], [3n])).toEqual([6n]);
    expect(unary("not", "int64", [5n])).toEqual([-6n]);
    expect(unary("not", "uint8", [5])).toEqual([250]);
    expect(binary("and", "int8", [-2], [7])).toEqual([6]);
    expect(unary("sign", "int8", [-9, 0, 9])).toEqual([-1, 0, 1]);
    expect(unary("sign", "uint8", [200])).toEqual([1]);
    expect(binary("min", "uint8", [200, 3], [100, 9])).toEqual([100, 3]);
    expect(binary("max", "int64", [least64], [most64])).toEqual([most64]);
    expect(compare("lt", "uint8", [200, 1], [100, 2])).toEqual([0, 1]);
    expect(compare("le", "int64", [9007199254740993n], [9007199254740992n])).toEqual([0]);
  });
});

describe("bools", () => {
  test("are logic", () => {
    expect(unary("not", "bool", [1, 0])).toEqual([0, 1]);
    expect(binary("and", "bool", [0, 0, 1, 1], [0, 1, 0, 1])).toEqual([0, 0, 0, 1]);
    expect(binary("or", "bool", [0, 0, 1, 1], [0, 1, 0, 1])).toEqual([0, 1, 1, 1]);
    expect(binary("xor", "bool", [0, 0, 1, 1], [0, 1, 0, 1])).toEqual([0, 1, 1, 0]);
    expect(compare("lt", "bool", [0, 0, 1, 1], [0, 1, 0, 1])).toEqual([0, 1, 0, 0]);
  });
});

describe("floats", () => {
  test("round to float32 after every operation", () => {
    expect(binary("add", "float32", [16777216], [1])).toEqual([16777216]);
    expect(binary("add", "float64", [16777216], [1])).toEqual([16777217]);
    expect(binary("mul", "float32", [3e38], [10])).toEqual([inf]);
    expect(binary("div", "float32", [1], [3])).toEqual([Math.fround(1 / 3)]);
    expect(binary("div", "float64", [1, -1, 0], [0, 0, 0])).toEqual([inf, -inf, nan]);
    expect(unary("exp", "float32", [1])).toEqual([2.7182817459106445]);
  });

  test("round to integers, ties to even, zeros keep their sign", () => {
    expect(unary("round", "float64", [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 4503599627370497, -0.2, inf, nan])).toEqual(
      [0, 2, 2, -0, -2, 0, 4503599627370497, -0, inf, nan],
    );
    expect(unary("trunc", "float32", [-0.9, 1.9])).toEqual([-0, 1]);
    expect(unary("floor", "float32", [-0, -0.1])).toEqual([-0, -1]);
    expect(unary("ceil", "float32", [-0.9])).toEqual([-0]);
    expect(unary("sign", "float32", [nan, -0, 0, inf, -2.5])).toEqual([0, 0, 0, 1, -1]);
    expect(unary("neg", "float32", [0, inf])).toEqual([-0, -inf]);
  });

  // PyTorch's own results for these two lists.
  const x = [5, -5, 5, -5, 0, -0, 1, nan, inf, -1, 1, -1, -4, 4];
  const y = [3, 3, -3, -3, 5, 5, 0, 1, 2, inf, -inf, inf, 2, -2];
  test.each<[BinaryOp, Values]>([
    ["remainder", [2, 1, -1, -2, 0, -0, nan, nan, nan, inf, -inf, inf, -0, 0]],
    ["fmod", [2, -2, 2, -2, 0, -0, nan, nan, nan, -1, 1, -1, -0, 0]],
    ["floorDiv", [1, -2, -2, 1, 0, -0, inf, nan, nan, -1, -1, -1, -2, -2]],
    ["truncDiv", [1, -1, -1, 1, 0, -0, inf, nan, inf, -0, -0, -0, -2, -2]],
  ])("%s", (op, expected) => {
    expect(binary(op, "float32", x, y)).toEqual(expected);
    expect(binary(op, "float64", x, y)).toEqual(expected);
  });

  test("divide downwards without the error of the quotient", () => {
    expect(binary("floorDiv", "float32", [1, -1, 0.3], [0.1, 0.1, 0.1])).toEqual([9, -10, 3]);
    expect(binary("floorDiv", "float64", [1, 6], [0.1, 0.1])).toEqual([9, 59]);
  });

  test("raise to powers as C does", () => {
    expect(binary("pow", "float64", [1, 1, -1, -1, 0, -0, nan, -8], [nan, inf, inf, -inf, -1, -1, 0, 1 / 3])).toEqual([1, 1, 1, 1, inf, -inf, 1, nan]);
  });

  test("propagate NaN in min and max, and set -0 below 0", () => {
    expect(binary("min", "float32", [nan, 1, 0, -0], [1, nan, -0, 0])).toEqual([nan, nan, -0, -0]);
    expect(binary("max", "float64", [nan, 1, 0, -0], [1, nan, -0, 0])).toEqual([nan, nan, 0, 0]);
  });

  test("compare as IEEE 754 says", () => {
    expect(compare("eq", "float32", [nan, 0], [nan, -0])).toEqual([0, 1]);
    expect(compare("ne", "float32", [nan, 0], [nan, -0])).toEqual([1, 0]);
    expect(compare("lt", "float64", [nan, 1, -inf], [1, nan, inf])).toEqual([0, 0, 1]);
    expect(compare("le", "float64", [nan, 1], [1, 1])).toEqual([0, 1]);
  });

  test("erf is Python's to 1 ulp", () => {
    // math.erf of CPython 3.11
    const golden = [
      [0.1, 0.1124629160182849], [0.5, 0.5204998778130465], [0.84, 0.7651427114549946], [0.85, 0.7706680576083526], [1, 0.8427007929497149],
      [1.2499, 0.922876473187532], [1.26, 0.9252359418101295], [1.5, 0.9661051464753108], [2.5, 0.999593047982555], [2.85, 0.9999443437200386],
      [2.86, 0.9999475988269556], [3.7, 0.9999998328489421], [5.5, 0.9999999999999927], [5.99, 1], [6.5, 1], [1e-300, 1.1283791670955126e-300],
      [-0.7, -0.6778011938374184], [-2.2, -0.9981371537020182], [-3.3, -0.9999969422902035], [-inf, -1],
    ];
    for (const [at, value] of golden) expect(Math.abs(erf(at) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -52);
    expect(erf(nan)).toBeNaN();
    expect(erf(-0)).toBe(-0);
  });

  test("the other functions", () => {
    expect(unary("exp2", "float64", [10, -1, 0.5])).toEqual([1024, 0.5, Math.SQRT2]);
    expect(unary("log2", "float32", [8, 0, -1])).toEqual([3, -inf, nan]);
    expect(unary("log1p", "float64", [1e-20, -1])).toEqual([1e-20, -inf]);
    expect(unary("expm1", "float64", [1e-20, -inf])).toEqual([1e-20, -1]);
    expect(binary("atan2", "float32", [0, -0, 0, -0], [-1, -1, 0, -0])).toEqual([Math.PI, -Math.PI, 0, -Math.PI].map(Math.fround));
    for (const op of ["sin", "tan", "asin", "atan", "sinh", "tanh", "erf", "sqrt"] as const) expect(unary(op, "float32", [-0])).toEqual([-0]);
    for (const op of ["cos", "cosh", "exp"] as const) expect(unary(op, "float32", [0])).toEqual([1]);
    expect(unary("acos", "float64", [1, 2])).toEqual([0, nan]);
    expect(unary("log10", "float64", [1000])).toEqual([Math.log10(1000)]);
  });
});

describe("casts", () => {
  test("floats are cut towards zero, integers wrap", () => {
    expect(cast("float32", "int32", [-1.9, 1.9, -0.5])).toEqual([-1, 1, 0]);
    expect(cast("float64", "int64", [-9007199254740992, 2.5])).toEqual([-9007199254740992n, 2n]);
    expect(cast("int32", "uint8", [300, -1])).toEqual([44, 255]);
    expect(cast("int64", "int16", [65535n, 2n ** 40n])).toEqual([-1, 0]);
    expect(cast("uint8", "int8", [200])).toEqual([-56]);
    expect(cast("float64", "uint8", [nan])).toEqual([0]);
  });

  test("to and from bool", () => {
    expect(cast("float32", "bool", [nan, 0, -0, 0.25])).toEqual([1, 0, 0, 1]);
    expect(cast("int64", "bool", [0n, least64])).toEqual([0, 1]);
    expect(cast("int32", "bool", [256, 0])).toEqual([1, 0]);
    expect(cast("bool", "float64", [0, 1])).toEqual([0, 1]);
    expect(cast("bool", "int64", [0, 1])).toEqual([0n, 1n]);
  });

  test("int64 to float32 rounds once", () => {
    // PyTorch's results. 2^60 + 2^36 is half-way between two float32s: one more decides, though a double cannot hold it.
    expect(cast("int64", "float32", [2n ** 60n + 2n ** 36n + 1n, 2n ** 60n + 2n ** 36n, -(2n ** 60n + 2n ** 36n + 1n), most64, least64])).toEqual(
      [1.1529216420458004e18, 1.152921504606847e18, -1.1529216420458004e18, 2 ** 63, -(2 ** 63)],
    );
    expect(cast("int64", "float32", [2n ** 53n + 2n ** 29n + 1n, 2n ** 54n - 1n, 16777217n])).toEqual([9007200328482816, 18014398509481984, 16777216]);
    expect(cast("float64", "float32", [0.1])).toEqual([Math.fround(0.1)]);
  });
});

describe("reductions", () => {
  test("sums and products of integers wrap", () => {
    expect(reduceRows("sum", "uint8", [[200, 100, 3], [1, 2, 3]])).toEqual([47, 6]);
    expect(reduceRows("prod", "int32", [[65536, 65536, 3]])).toEqual([0]);
    expect(reduceRows("sum", "int64", [[most64, 1n]])).toEqual([least64]);
  });

  test("a float32 sum is the exact one, rounded once", () => {
    expect(reduceRows("sum", "float32", [[16777216, 1, 1, 1]])).toEqual([16777220]);
    expect(reduceRows("sum", "float32", [Array.from({ length: 10_000 }, () => 0.1)])).toEqual([Math.fround(10_000 * Math.fround(0.1))]);
    expect(reduceRows("prod", "float32", [[1e30, 1e30, 1e-30, 1e-30]])[0]).toBeCloseTo(1, 6);
    expect(reduceRows("sum", "float32", [[-0, -0]])).toEqual([0]);
    expect(reduceRows("sum", "float64", [[1, nan], [inf, 1], [inf, -inf]])).toEqual([nan, inf, nan]);
  });

  test("minima and maxima propagate NaN", () => {
    expect(reduceRows("min", "float32", [[3, 1, 2], [nan, 1, 2], [1, nan, 2]])).toEqual([1, nan, nan]);
    expect(reduceRows("max", "int8", [[-3, -1, -2]])).toEqual([-1]);
    expect(reduceRows("min", "uint8", [[200, 100]])).toEqual([100]);
  });

  test("of nothing are the identities", () => {
    expect(reduceRows("sum", "float32", [[]])).toEqual([0]);
    expect(reduceRows("prod", "int64", [[]])).toEqual([1n]);
    expect(reduceRows("min", "float64", [[]])).toEqual([inf]);
    expect(reduceRows("max", "float64", [[]])).toEqual([-inf]);
    expect(reduceRows("max", "int64", [[]])).toEqual([least64]);
    expect(reduceRows("min", "uint8", [[]])).toEqual([255]);
    expect(reduceRows("max", "uint8", [[]])).toEqual([0]);
    expect(reduceRows("min", "int16", [[]])).toEqual([32767]);
    expect(reduceRows("and", "bool", [[]])).toEqual([1]);
    expect(reduceRows("or", "bool", [[]])).toEqual([0]);
  });

  test("all and any", () => {
    expect(reduceRows("and", "bool", [[1, 1], [1, 0]])).toEqual([1, 0]);
    expect(reduceRows("or", "bool", [[0, 0], [1, 0]])).toEqual([0, 1]);
  });

  test("argmin and argmax: the first of ties, the first NaN", () => {
    expect(reduceRows("argmax", "float32", [[1, nan, 3, nan], [1, 3, 3, 0], [-inf, -inf, -inf, -inf]])).toEqual([1n, 1n, 0n]);
    expect(reduceRows("argmin", "float32", [[2, 1, 1, 5], [2, 1, nan, 0]])).toEqual([1n, 2n]);
    expect(reduceRows("argmin", "uint8", [[200, 100, 100]])).toEqual([1n]);
    expect(reduceRows("argmax", "float64", [[-0, 0]])).toEqual([0n]);
  });
});

test("loops: strides, offsets, an index, a constant and where", () => {
  // out[i][j] = i + 10 j > 10 ? x[1 + j] : -1, over x read backwards in the axes' order
  const kernel: Kernel = {
    axes: 2, reduceAxes: 0, vector: "axis", body: [], reductions: [], constants: 2, buffers: 2,
    accesses: [{ buffer: 0, dtype: "int16", step: "unit" }, { buffer: -1, dtype: "int32", step: "other" }, { buffer: 1, dtype: "int16", step: "other" }],
    epilogue: [
      { op: "load", dtype: "int16", access: 0 },
      { op: "index", dtype: "int32", access: 1 },
      { op: "constant", dtype: "int32", slot: 0 },
      { op: "lt", dtype: "bool", args: [2, 1] },
      { op: "constant", dtype: "int16", slot: 1 },
      { op: "where", dtype: "int16", args: [3, 0, 4] },
    ],
    stores: [{ access: 2, value: 5 }],
  };
  const out = upload("int16", [9, 9, 9, 9, 9, 9, 9]);
  backend.run(backend.compile(kernel), {
    sizes: [2, 3], offsets: [1, 0, 1], strides: [[0, 1], [1, 10], [1, 2]], constants: [10, -1],
    buffers: [upload("int16", [100, 101, 102, 103]), out],
  });
  expect([...backend.view(out, "int16", 0, 7)]).toEqual([9, -1, -1, -1, 102, 103, 103]);
});

test("several reductions share a body, and the epilogue sees them all", () => {
  // mean and largest of each column of a 3 x 2 matrix, vectors along the columns
  const kernel: Kernel = {
    axes: 1, reduceAxes: 1, vector: "axis", constants: 1, buffers: 3,
    accesses: [{ buffer: 0, dtype: "uint8", step: "unit" }, { buffer: 1, dtype: "float32", step: "unit" }, { buffer: 2, dtype: "uint8", step: "unit" }],
    body: [{ op: "load", dtype: "uint8", access: 0 }, { op: "cast", dtype: "float32", args: [0] }],
    reductions: [{ op: "sum", dtype: "float32", value: 1 }, { op: "max", dtype: "uint8", value: 0 }],
    epilogue: [
      { op: "reduced", dtype: "float32", reduction: 0 }, { op: "constant", dtype: "float32", slot: 0 },
      { op: "div", dtype: "float32", args: [0, 1] }, { op: "reduced", dtype: "uint8", reduction: 1 },
    ],
    stores: [{ access: 1, value: 2 }, { access: 2, value: 3 }],
  };
  const [mean, most] = [backend.allocate(8), backend.allocate(2)];
  backend.run(backend.compile(kernel), {
    sizes: [2, 3], offsets: [0, 0, 0], strides: [[1, 2], [1, 0], [1, 0]], constants: [3],
    buffers: [upload("uint8", [1, 2, 30, 40, 5, 255]), mean, most],
  });
  expect([...backend.view(mean, "float32", 0, 2)]).toEqual([12, 99]);
  expect([...backend.view(most, "uint8", 0, 2)]).toEqual([30, 255]);
});

describe("memory", () => {
  test("is counted, and of no use after free", () => {
    const own = createReferenceBackend();
    const a = own.allocate(100);
    own.allocate(28);
    expect(own.memory()).toEqual({ held: 128, allocations: 2, reserved: 128, peak: 128, limit: Number.MAX_SAFE_INTEGER });
    own.view(a, "int16", 2, 3).set([1, 2, 3]);
    expect([...own.view(a, "int16", 0, 5)].slice(2)).toEqual([1, 2, 3]);
    own.free(a);
    expect(own.memory()).toMatchObject({ held: 28, peak: 128 });
    own.resetPeak();
    expect(own.memory().peak).toBe(28);
    expect(() => own.view(a, "bool", 0, 1)).toThrow(InternalError);
    expect(() => own.free(a)).toThrow("freed twice");
  });

  test("says when there is none", () => {
    expect(() => createReferenceBackend().allocate(2 ** 52)).toThrow(OutOfMemoryError);
  });

  test("of another kind is refused", () => {
    expect(() => backend.view({ bytes: 8 }, "bool", 0, 1)).toThrow(InternalError);
  });
});

test("kernels and calls are verified", () => {
  const x = [1, 2];
  expect(() => binary("and", "float32", x, x)).toThrow("and takes bool and integer dtypes");
});
