/**
 * @file What operations accept and refuse, through the public interface: promotion with plain numbers and dimensionless tensors,
 * options, messages, free functions. Figures are in golden-ops.test.ts; this is about the edges around them.
 */
import * as tesserae from "tesserae";
import { add, arange, cat, clamp, DTypeError, F, hstack, IndexError, max, ones, pow, resultType, ShapeError, stack, sub, sum, Tensor, tensor, ValueError, vstack, where, zeros } from "tesserae";
import { describe, expect, it } from "vitest";

describe("promotion", () => {
  const f32 = tensor([1.5]);
  const f64 = tensor([1.5], { dtype: "float64" });
  const u8 = tensor([200], { dtype: "uint8" });

  it("lifts a dtype by a number only across categories", () => {
    expect(u8.add(1).dtype).toBe("uint8");
    expect(u8.add(100).tolist()).toEqual([44]);
    expect(u8.add(300).tolist()).toEqual([244]); // as torch wraps a number
    expect(u8.add(0.5).dtype).toBe("float32");
    expect(f32.add(2n ** 60n).dtype).toBe("float32");
    expect(f64.mul(2).dtype).toBe("float64");
    expect(tensor([true]).add(1).dtype).toBe("int64");
    expect(tensor([true]).add(true).tolist()).toEqual([true]);
  });

  it("lets a dimensionless tensor weigh no more than a number", () => {
    expect(u8.add(tensor(1)).dtype).toBe("uint8");
    expect(f32.add(tensor(1, { dtype: "float64" })).dtype).toBe("float32");
    expect(u8.add(tensor(1.5, { dtype: "float64" })).dtype).toBe("float64");
    expect(tensor(1, { dtype: "uint8" }).add(tensor(1)).dtype).toBe("int64");
    expect(resultType(tensor(1), 0.5)).toBe("float32");
    expect(resultType(1, true)).toBe("int64");
  });

  it("compares after promotion, so numbers wrap and round like elements", () => {
    expect(u8.eq(456).tolist()).toEqual([true]); // 456 is 200 in uint8: torch says so too
    expect(tensor([2 ** 24 + 1]).eq(tensor([2 ** 24], { dtype: "float32" })).tolist()).toEqual([true]);
    expect(tensor([1, 2]).lt(1.5).tolist()).toEqual([true, false]);
  });
});

describe("refusals name the operation and what would be right", () => {
  const x: Tensor = arange(6).reshape(2, 3);
  const cases: readonly (readonly [string, () => unknown, new (message: string) => Error, string])[] = [
    ["shapes that do not broadcast", () => x.add(zeros(2)), ShapeError, "add: cannot broadcast [2, 3] with [2]"],
    ["bool minus bool", () => tensor([true]).sub(tensor([true])), DTypeError, "use bitwiseXor or logicalXor"],
    ["a bool in a subtraction", () => tensor([1]).sub(true), DTypeError, "bitwiseNot or logicalNot"],
    ["the negative of a bool", () => tensor([true]).neg(), DTypeError, "neg: got bool"],
    ["the bits of a float", () => tensor([1.5]).bitwiseAnd(1), DTypeError, "bitwiseAnd: got float32"],
    ["the mean of integers", () => x.mean(), DTypeError, "use .float().mean(…)"],
    ["a mean as integers", () => x.mean(0, { dtype: "int64" }), DTypeError, "needs a floating dtype"],
    ["integers to a negative number", () => x.pow(-1), ValueError, "negative integer powers"],
    ["integers divided by 0", () => x.floorDivide(0), ValueError, "floorDivide: integer division by zero"],
    ["a fractional alpha", () => x.add(x, { alpha: 0.5 }), DTypeError, "alpha must not be a floating point number"],
    ["a boolean alpha", () => x.add(x, { alpha: true }), DTypeError, "boolean alpha"],
    ["an unknown rounding mode", () => Reflect.apply(x.div, x, [2, { roundingMode: "up" }]), ValueError, '"trunc", "floor" or null'],
    ["an unknown option", () => Reflect.apply(x.sum, x, [0, { keepDim: true }]), ValueError, 'unknown option "keepDim": it takes keepdim and dtype'],
    ["options where there are none", () => Reflect.apply(x.exp, x, [{ out: 1 }]), ValueError, "takes no options"],
    ["a string for a tensor", () => Reflect.apply(x.add, x, ["1"]), ValueError, "add: expected a tensor or a number, not 1"],
    ["an array for a tensor", () => Reflect.apply(add, undefined, [x, [1, 2, 3]]), ValueError, "not an array"],
    ["a function without a tensor", () => Reflect.apply(tesserae.exp, undefined, [1]), ValueError, "exp: expected a tensor"],
    ["a dimension out of range", () => x.sum(2), IndexError, "expected a whole number in [-2, 1], got 2"],
    ["a dimension twice", () => x.sum([0, -2]), ValueError, "more than once"],
    ["a list where one dimension is meant", () => Reflect.apply(x.prod, x, [[0, 1]]), ValueError, "prod: dim must be one whole number"],
    ["the extreme of nothing", () => zeros(0, 3).amax(0), IndexError, "non-zero size"],
    ["the extreme of an empty tensor", () => zeros(0, 3).max(), IndexError, "no elements"],
    ["positions of bools", () => tensor([true]).argmax(), DTypeError, "does not support bool"],
    ["an infinite norm of nothing", () => zeros(0).norm(Infinity), IndexError, "has no value"],
    ["an unknown norm", () => Reflect.apply(Tensor.prototype.norm, zeros(1), ["nuc"]), ValueError, '"fro"'],
    ["inner dimensions", () => x.matmul(zeros([2, 2], { dtype: "int64" })), ShapeError, "inner dimensions differ: [2, 3] @ [2, 2]"],
    ["a matrix product of two dtypes", () => x.t().matmul(ones(2, 3)), DTypeError, 'cast one with .to("int64")'],
    ["a matrix product of bools", () => x.bool().t().matmul(x.bool()), DTypeError, "not defined for bool"],
    ["a matrix product with a scalar", () => x.matmul(tensor(1)), ShapeError, "at least one dimension"],
    ["mm of a vector", () => x.mm(tensor([1, 2, 3])), ShapeError, "matmul takes any"],
    ["bmm of unequal batches", () => zeros(2, 1, 1).bmm(zeros3(3)), ShapeError, "batches of 2 and 3"],
    ["a view that must copy", () => x.t().view(6), ShapeError, "Use .reshape(6) instead"],
    ["a reshape to another number of elements", () => x.reshape(4, 2), ShapeError, "[4, 2] is invalid for 6 elements"],
    ["two holes in a shape", () => x.reshape(-1, -1), ShapeError, "only one dimension can be inferred"],
    ["an expansion of a size", () => x.expand(3, 3), ShapeError, "cannot expand [2, 3] to [3, 3]"],
    ["-1 for a dimension that is new", () => x.expand(-1, 2, 3), ShapeError, "-1 is only for dimensions that exist"],
    ["flatten backwards", () => x.flatten(1, 0), ShapeError, "must not come after"],
    ["a condition that is no bool", () => Reflect.apply(where, undefined, [x, 1, 0]), DTypeError, "use .bool()"],
    ["clamp without bounds", () => x.clamp(), ValueError, "at least one of min and max"],
    ["stack of nothing", () => stack(none), ValueError, "at least one tensor"],
    ["stack of different shapes", () => stack([x, zeros(2)]), ShapeError, "[2, 3] at entry 0 and [2] at entry 1"],
    ["cat of scalars", () => cat([tensor(1)]), ShapeError, "use stack"],
    ["cat of sizes that differ", () => cat([x, zeros(2, 4)]), ShapeError, "sizes must match except in dimension 0"],
    ["several elements as one", () => x.item(), ValueError, "has 6 elements, not one"],
    ["an unknown reduction", () => Reflect.apply(F.l1Loss, F, [x, x, { reduction: "max" }]), ValueError, '"mean", "sum" or "none"'],
    ["an unknown dtype", () => Reflect.apply(tesserae.zeros, undefined, [[1], { dtype: "half" }]), ValueError, "dtype must be one of"],
  ];
  it.each(cases)("%s", (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});

const none: readonly Tensor[] = [];
const zeros3 = (batches: number): Tensor => zeros(batches, 1, 1);

describe("options", () => {
  it("come after the dimensions, or first where there are none", () => {
    const x = tensor([[1, 2], [3, 4]]);
    expect(x.sum({ keepdim: true }).tolist()).toEqual([[10]]);
    expect(x.sum({ dtype: "float64" }).dtype).toBe("float64");
    expect(x.sum(undefined, { keepdim: true }).shape).toEqual([1, 1]);
    expect(x.sum([]).item()).toBe(10); // an empty list means all, as in PyTorch
    expect(sum(x, -1, { keepdim: true }).tolist()).toEqual([[3], [7]]);
    expect(sum(x, { keepdim: true }).shape).toEqual([1, 1]);
    expect(x.max(0, { keepdim: true }).indices.tolist()).toEqual([[1, 1]]);
    expect(() => Reflect.apply(x.sum, x, [{ keepdim: true }, { keepdim: true }])).toThrow(ValueError);
  });

  it("keep all and any apart from the others with an empty list", () => {
    const x = tensor([[0, 2]], { dtype: "uint8" });
    expect(x.all([]).tolist()).toEqual([[0, 1]]); // as PyTorch: nothing is reduced, uint8 stays uint8
    expect(tensor([0, 2]).any([]).tolist()).toEqual([false, true]);
  });

  it("let norm choose order and dimensions", () => {
    const x = tensor([[3, 4], [0, 0]]).float();
    expect(x.norm().item()).toBe(5);
    expect(x.norm("fro", 1).tolist()).toEqual([5, 0]);
    expect(x.norm(1, 0, { keepdim: true }).tolist()).toEqual([[3, 4]]);
    expect(x.norm(0).item()).toBe(2);
    expect(x.norm(-Infinity).item()).toBe(0);
    expect(x.norm(3, 1).at(0).item()).toBeCloseTo(91 ** (1 / 3), 5);
  });
});

describe("functions", () => {
  it("take numbers on either side", () => {
    expect(sub(1, tensor([1, 2])).tolist()).toEqual([0, -1]);
    expect(pow(2, tensor([1, 2, 3])).tolist()).toEqual([2, 4, 8]);
    expect(pow(2.5, tensor([2])).dtype).toBe("float32");
    expect(add(tensor([1]), tensor([2]), { alpha: 10 }).tolist()).toEqual([21]);
    expect(where(tensor([true, false]), 1, 0.5).tolist()).toEqual([1, 0.5]);
    expect(where(tensor([true, false]), 1, 0).dtype).toBe("int64");
    expect(clamp(tensor([1, 5]), undefined, 3).tolist()).toEqual([1, 3]);
    expect(max(tensor([1, 5]), tensor([3, 3])).tolist()).toEqual([3, 5]);
    expect(() => add(1, 2).tolist()).not.toThrow();
  });

  it("join tensors beside and above one another", () => {
    const [a, b] = [tensor([1, 2]), tensor([3.5, 4])];
    expect(stack([a, b]).tolist()).toEqual([[1, 2], [3.5, 4]]);
    expect(stack([a, b], -1).tolist()).toEqual([[1, 3.5], [2, 4]]);
    expect(cat([a, b]).dtype).toBe("float32");
    expect(cat([zeros(0), tensor([[1, 2]])]).shape).toEqual([1, 2]); // an empty vector is left out, as in PyTorch
    expect(vstack([a, b]).shape).toEqual([2, 2]);
    expect(hstack([a, b]).tolist()).toEqual([1, 2, 3.5, 4]);
    expect(hstack([zeros(2, 1), zeros(2, 2)]).shape).toEqual([2, 3]);
  });

  it("have an alias for torch.var, whose name is a keyword", () => {
    expect(tesserae.var(tensor([1, 2, 3, 4]).float()).item()).toBeCloseTo(5 / 3, 6);
  });
});

describe("products", () => {
  it("of vectors, matrices and batches", () => {
    const a = arange(6).reshape(2, 3);
    const v = tensor([1, 0, 2]);
    expect(a.matmul(v).tolist()).toEqual([4, 13]);
    expect(v.matmul(a.t()).tolist()).toEqual([4, 13]);
    expect(v.dot(v).item()).toBe(5);
    expect(a.mv(v).tolist()).toEqual([4, 13]);
    expect(a.mm(a.t()).tolist()).toEqual([[5, 14], [14, 50]]);
    expect(zeros(2, 0).matmul(zeros(0, 2)).tolist()).toEqual([[0, 0], [0, 0]]);
    const batched = arange(8).reshape(2, 1, 2, 2).float().matmul(ones(3, 2, 2));
    expect(batched.shape).toEqual([2, 3, 2, 2]);
    expect(batched.at(1, 2).tolist()).toEqual([[9, 9], [13, 13]]);
  });
});

it("bincount says when the result would not fit in memory, in place of trying", () => {
  expect(() => tensor([1, 2 ** 31 - 1]).bincount()).toThrow("bincount: the largest element is 2147483647, and a result of 2147483648 elements does not fit in memory");
});
