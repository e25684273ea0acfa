/**
 * @file Promotion in types and at run time are one: the compiler checks this table against the types, the test checks it
 * against the functions. The table itself is PyTorch's, from the golden figures.
 */
import { canCast, type DType, dtypes, promoteTypes, resultType, tensor } from "tesserae";
import { describe, expect, it } from "vitest";

const table = {
  bool: { bool: "bool", uint8: "uint8", int8: "int8", int16: "int16", int32: "int32", int64: "int64", float32: "float32", float64: "float64" },
  uint8: { bool: "uint8", uint8: "uint8", int8: "int16", int16: "int16", int32: "int32", int64: "int64", float32: "float32", float64: "float64" },
  int8: { bool: "int8", uint8: "int16", int8: "int8", int16: "int16", int32: "int32", int64: "int64", float32: "float32", float64: "float64" },
  int16: { bool: "int16", uint8: "int16", int8: "int16", int16: "int16", int32: "int32", int64: "int64", float32: "float32", float64: "float64" },
  int32: { bool: "int32", uint8: "int32", int8: "int32", int16: "int32", int32: "int32", int64: "int64", float32: "float32", float64: "float64" },
  int64: { bool: "int64", uint8: "int64", int8: "int64", int16: "int64", int32: "int64", int64: "int64", float32: "float32", float64: "float64" },
  float32: { bool: "float32", uint8: "float32", int8: "float32", int16: "float32", int32: "float32", int64: "float32", float32: "float32", float64: "float64" },
  float64: { bool: "float64", uint8: "float64", int8: "float64", int16: "float64", int32: "float64", int64: "float64", float32: "float64", float64: "float64" },
} as const satisfies { [A in DType]: { [B in DType]: ReturnType<typeof promoteTypes<A, B>> } };

describe("promotion", () => {
  it.each(dtypes.flatMap((a) => dtypes.map((b) => [a, b] as const)))("of %s with %s", (a, b) => {
    expect(promoteTypes(a, b)).toBe(table[a][b]);
    const [x, y] = [tensor([1], { dtype: a }), tensor([1], { dtype: b })];
    expect(x.add(y).dtype).toBe(table[a][b]);
    expect(resultType(x, y)).toBe(table[a][b]);
    expect(resultType(x.at(0), y.at(0))).toBe(table[a][b]);
  });

  it("casts in place within a category or upwards", () => {
    expect([canCast("float32", "int64"), canCast("int64", "uint8"), canCast("bool", "float32"), canCast("int8", "bool")]).toEqual([false, true, true, false]);
  });
});
