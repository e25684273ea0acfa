/**
 * @file In-place operations with PyTorch's rules: aliases see writes, results must fit the dtype and the shape, a tensor that shows
 * one element at several places is not written to, and what was computed before a write keeps its value.
 */
import { arange, DTypeError, memory, ones, resetPeakMemory, ShapeError, Tensor, tensor, ValueError, zeros } from "tesserae";
import { describe, expect, it } from "vitest";

describe("a write is seen by every alias", () => {
  it("through views in both directions", () => {
    const x = zeros(2, 3);
    const row = x.at(0);
    const column = x.t().at(1);
    x.add_(1);
    expect(row.tolist()).toEqual([1, 1, 1]);
    row.mul_(5);
    expect(x.tolist()).toEqual([[5, 5, 5], [1, 1, 1]]);
    column.zero_();
    expect(x.tolist()).toEqual([[5, 0, 5], [1, 0, 1]]);
    expect(row.tolist()).toEqual([5, 0, 5]);
  });

  it("through reshape where it is a view, and not where it is a copy", () => {
    const x = arange(6).reshape(2, 3);
    x.reshape(6).at(0).fill_(100);
    expect(x.at(0, 0).item()).toBe(100);
    const copy = x.t().reshape(6);
    copy.zero_();
    expect(x.at(0, 0).item()).toBe(100);
    expect(copy.tolist()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("from a pending reduction that is broadcast into it", () => {
    const x = zeros(2, 3);
    x.copy_(tensor([[1, 2, 3], [4, 5, 6]]).float().sum(0, { keepdim: true }));
    expect(x.tolist()).toEqual([[5, 7, 9], [5, 7, 9]]);
  });

  it("through detach and expand, not through clone", () => {
    const x = tensor([1, 2]);
    const [detached, wide, copy] = [x.detach(), x.expand(2, 2), x.clone()];
    x.add_(1);
    expect(detached.tolist()).toEqual([2, 3]);
    expect(wide.tolist()).toEqual([[2, 3], [2, 3]]);
    expect(copy.tolist()).toEqual([1, 2]);
  });
});

describe("what was computed before a write", () => {
  it("keeps the old value, even when it is looked at later", () => {
    const x = tensor([1, 2, 3]);
    const before = x.mul(10);
    const sum = x.sum();
    x.add_(1);
    const after = x.mul(10);
    expect(after.tolist()).toEqual([20, 30, 40]);
    expect(before.tolist()).toEqual([10, 20, 30]);
    expect(sum.item()).toBe(6);
  });

  it("is the tensor itself where nothing had to be computed, and still has a storage of its own", () => {
    const x = tensor([1, 2]);
    const floored = x.floor();
    const first = x.pow(1);
    floored.add_(1);
    first.add_(5);
    expect([x.tolist(), floored.tolist(), first.tolist()]).toEqual([[1, 2], [2, 3], [6, 7]]);
    const y = tensor([1]).expand(3);
    const z = y.floor();
    z.at(0).fill_(7);
    expect([y.tolist(), z.tolist()]).toEqual([[1, 1, 1], [7, 1, 1]]);
  });

  it("counts writes in the version, for all aliases", () => {
    const x = zeros(3);
    const view = x.at("1:");
    expect(x.version).toBe(0);
    view.add_(1);
    x.zero_();
    expect([x.version, view.version, x.clone().version]).toEqual([2, 2, 0]);
  });
});

describe("the rules", () => {
  it("cast a result to the tensor's dtype, within its category", () => {
    expect(tensor([1.5], { dtype: "float32" }).add_(tensor([0.25], { dtype: "float64" })).dtype).toBe("float32");
    expect(tensor([200], { dtype: "uint8" }).add_(100).tolist()).toEqual([44]);
    expect(tensor([1, 2]).lt_(2).tolist()).toEqual([1, 0]);
    expect(tensor([1.5, 0]).logicalNot_().tolist()).toEqual([0, 1]);
    expect(tensor([1.7, -1.7]).round_().tolist()).toEqual([2, -2]);
    expect(tensor([1, 5, 9]).clamp_(2, 6).tolist()).toEqual([2, 5, 6]);
    expect(tensor([7, -7]).div_(2, { roundingMode: "floor" }).tolist()).toEqual([3, -4]);
  });

  it("refuse a result of a higher category", () => {
    expect(() => tensor([1]).add_(0.5)).toThrow(DTypeError);
    expect(() => tensor([1]).add_(0.5)).toThrow("result type float32 can't be cast to the desired output type int64");
    expect(() => tensor([1]).div_(2)).toThrow(DTypeError);
    expect(() => tensor([4]).sqrt_()).toThrow("sqrt_");
    expect(() => tensor([true]).add_(1)).toThrow(DTypeError);
    expect(() => tensor([1]).clamp_(0.5)).toThrow(DTypeError);
  });

  it("refuse to change the shape", () => {
    const x: Tensor = zeros(3);
    expect(() => x.add_(zeros(2, 3))).toThrow(ShapeError);
    expect(() => x.add_(zeros(2, 3))).toThrow("output with shape [3] doesn't match the broadcast shape [2, 3]");
    expect(zeros(2, 3).add_(ones(3)).sum().item()).toBe(6);
  });

  it("refuse to write to one element at several places", () => {
    const x = zeros(1).expand(3);
    expect(() => x.add_(1)).toThrow(ValueError);
    expect(() => x.add_(1)).toThrow("more than one element of the written-to tensor refers to a single memory location");
    expect(() => x.copy_(ones(3))).toThrow(ValueError);
    expect(x.fill_(2).tolist()).toEqual([2, 2, 2]); // as PyTorch
    expect(zeros(1, 3).expand(1, 3).add_(1).tolist()).toEqual([[1, 1, 1]]); // nothing was repeated
  });

  it("leave the tensor as it was when they refuse", () => {
    const x = tensor([1, 2]);
    expect(() => x.add_(0.5)).toThrow(DTypeError);
    expect([x.tolist(), x.version]).toEqual([[1, 2], 0]);
  });

  it("return the tensor itself", () => {
    const x = zeros(2);
    expect(x.add_(1)).toBe(x);
    expect(x.fill_(1)).toBe(x);
    expect(x.copy_(ones(2))).toBe(x);
    expect(x.set(0, 1)).toBe(x);
    expect(x.abs_()).toBe(x);
  });

  it("have no in-place form where PyTorch has none", () => {
    for (const name of ["isnan_", "isinf_", "isfinite_", "maximum_", "minimum_", "where_", "sum_", "reshape_", "matmul_"]) expect(name in Tensor.prototype).toBe(false);
  });
});

describe("fill_ and copy_", () => {
  it("fill with numbers and 0-d tensors, as the dtype holds them", () => {
    expect(tensor([1, 2]).fill_(2.7).tolist()).toEqual([2, 2]);
    expect(tensor([true, false]).fill_(3).tolist()).toEqual([true, true]);
    expect(tensor([1], { dtype: "uint8" }).fill_(-1).tolist()).toEqual([255]);
    expect(tensor([1], { dtype: "int8" }).fill_(tensor(300)).tolist()).toEqual([44]);
    expect(() => tensor([1], { dtype: "uint8" }).fill_(300)).toThrow(DTypeError);
    expect(() => zeros(2).fill_(zeros(2))).toThrow(ShapeError);
  });

  it("copy with broadcasting and casts", () => {
    expect(zeros(2, 2).copy_(tensor([1, 2])).tolist()).toEqual([[1, 2], [1, 2]]);
    expect(tensor([0, 0]).copy_(tensor([1.9, -1.9])).tolist()).toEqual([1, -1]);
    expect(() => zeros(3).copy_(zeros(1, 3))).toThrow(ShapeError);
    expect(() => zeros(3).copy_(zeros(2))).toThrow(ShapeError);
  });
});

/** The most bytes that came on top of what was held while `body` ran. */
const more = (body: () => void): number => {
  resetPeakMemory();
  const { held } = memory();
  body();
  return memory().peak - held;
};

describe("a part that is written is all that is touched", () => {
  const values: readonly (readonly [string, (y: Tensor) => Tensor])[] = [
    ["an expression", (y) => y.at(0).add(1)],
    ["a sum", (y) => y.sum(0)],
    ["what is in memory", (y) => y.at(1)],
  ];

  it.each(values)("where it becomes %s that reads other tensors", (_, valueOf) => {
    const x = zeros(100, 1000).add(1);
    const y = arange(3000, { dtype: "float32" }).reshape(3, 1000);
    const expected = valueOf(y).tolist();
    x.at(7, 0).item();
    expect(more(() => void x.at(7).copy_(valueOf(y)).at(0).item())).toBeLessThan(50_000); // x has 400 000
    expect(x.at(7).tolist()).toEqual(expected);
    expect([x.at(6).sum().item(), x.at(8).sum().item()]).toEqual([1000, 1000]);
  });

  it.each(values)("but for pending readers of what was there before it becomes %s", (_, valueOf) => {
    const x = zeros(3, 4).add(1);
    const y = arange(12, { dtype: "float32" }).reshape(3, 4);
    x.at(0, 0).item();
    const before = x.mul(2);
    x.at(1).copy_(valueOf(y));
    expect(x.at(1).tolist()).toEqual(valueOf(y).tolist());
    expect(before.tolist()).toEqual([[2, 2, 2, 2], [2, 2, 2, 2], [2, 2, 2, 2]]);
  });
});
