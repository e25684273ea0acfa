/**
 * @file Looking at tensors: item, tolist, typed arrays, bigints, promises, printing, and what a tensor says of itself.
 */
import { inspect } from "node:util";
import { arange, DTypeError, IndexError, memory, ones, realize, ShapeError, Tensor, tensor, ValueError, zeros } from "tesserae";
import { describe, expect, it } from "vitest";

describe("reading", () => {
  it("gives numbers, and booleans for bool", () => {
    expect(tensor([[2.5]]).item()).toBe(2.5);
    expect(tensor([true]).item()).toBe(true);
    expect(tensor([[1, 0], [0, 1]]).bool().tolist()).toEqual([[true, false], [false, true]]);
    expect(tensor(7).tolist()).toBe(7);
    expect(zeros(2, 0).tolist()).toEqual([[], []]);
  });

  it("reads through views", () => {
    const x = arange(12).reshape(3, 4);
    expect(x.t().tolist()).toEqual([[0, 4, 8], [1, 5, 9], [2, 6, 10], [3, 7, 11]]);
    expect(x.at(1, 2).item()).toBe(6);
    expect(Array.from(x.at("1:", "::2").toTypedArray(), Number)).toEqual([4, 6, 8, 10]);
    expect(x.at(0).expand(2, 4).tolist()).toEqual([[0, 1, 2, 3], [0, 1, 2, 3]]);
  });

  it("gives a typed array of its own", async () => {
    const x = tensor([1, 2], { dtype: "int16" });
    const data = x.toTypedArray();
    expect(data).toEqual(new Int16Array([1, 2]));
    data[0] = 99;
    expect(x.tolist()).toEqual([1, 2]);
    expect(tensor([true, false]).toTypedArray()).toEqual(new Uint8Array([1, 0]));
    expect(await tensor([5]).data()).toEqual(new BigInt64Array([5n]));
    const kept = x.toTypedArray();
    for (let i = 0; i < 50; i++) ones(1000).add(i).toTypedArray();
    expect(kept).toEqual(new Int16Array([1, 2])); // not a view of memory that moves
  });

  it("refuses an int64 that a number cannot hold, and has another way", () => {
    const big = tensor([2n ** 53n + 1n, -5]);
    expect(() => big.tolist()).toThrow(DTypeError);
    expect(() => big.at(0).item()).toThrow("9007199254740993 does not fit a JavaScript number exactly: use toBigIntArray()");
    expect(big.toBigIntArray()).toEqual([2n ** 53n + 1n, -5n]);
    expect(tensor([1, 2], { dtype: "uint8" }).toBigIntArray()).toEqual([1n, 2n]);
    expect(() => tensor([1.5]).toBigIntArray()).toThrow(DTypeError);
    expect(tensor([2 ** 53 - 1]).item()).toBe(2 ** 53 - 1);
  });
});

describe("printing", () => {
  it("is PyTorch's, for String, console.log and inspect", () => {
    const x = tensor([[0, 104, 255], [1, 2, 3]]).float().div(255);
    const text = "tensor([[0.0000, 0.4078, 1.0000],\n        [0.0039, 0.0078, 0.0118]])";
    expect(String(x)).toBe(text);
    expect(inspect(x)).toBe(text);
    expect(inspect({ x: tensor(5) })).toBe("{ x: tensor(5) }");
  });

  it("prints views, summaries, dtypes and nothing", () => {
    expect(String(arange(6).reshape(2, 3).t())).toBe("tensor([[0, 3],\n        [1, 4],\n        [2, 5]])");
    expect(String(arange(2000))).toBe("tensor([   0,    1,    2,  ..., 1997, 1998, 1999])");
    expect(String(tensor([1], { dtype: "uint8" }))).toBe("tensor([1], dtype=uint8)");
    expect(String(tensor([true]))).toBe("tensor([True])");
    expect(String(zeros(2, 0))).toBe("tensor([], size=(2, 0))");
    expect(String(tensor([2n ** 60n]))).toBe("tensor([1152921504606846976])");
    expect(String(tensor([1e-8, 1]))).toBe("tensor([1.0000e-08, 1.0000e+00])");
  });
});

describe("what a tensor says of itself", () => {
  it("has PyTorch's attributes", () => {
    const x = zeros(2, 3, 4);
    expect([x.shape, x.ndim, x.dim(), x.numel(), x.dtype, x.device]).toEqual([[2, 3, 4], 3, 3, 24, "float32", "cpu"]);
    expect([x.size(), x.size(1), x.size(-1)]).toEqual([[2, 3, 4], 3, 4]);
    expect([x.stride(), x.stride(0), x.isContiguous()]).toEqual([[12, 4, 1], 12, true]);
    expect([x.transpose(0, 2).stride(), x.transpose(0, 2).isContiguous()]).toEqual([[1, 4, 12], false]);
    expect(x.type()).toBe("float32");
    expect(() => x.size(3)).toThrow(IndexError);
    expect(() => tensor(1).size(0)).toThrow(IndexError);
  });

  it("keeps the strides of a clone that is dense, and makes contiguous what is not", () => {
    const x = arange(6).reshape(2, 3);
    expect(x.t().clone().stride()).toEqual([1, 3]);
    expect(x.at(":", 1).clone().stride()).toEqual([1]);
    const dense = x.t().contiguous();
    expect([dense.stride(), dense.tolist()]).toEqual([[2, 1], [[0, 3], [1, 4], [2, 5]]]);
    expect(x.contiguous()).toBe(x);
  });

  it("is itself where a cast has nothing to do", () => {
    const x = tensor([1.5]);
    expect(x.float()).toBe(x);
    expect(x.to("float32")).toBe(x);
    expect(x.double().dtype).toBe("float64");
    expect(x.type("int32").tolist()).toEqual([1]);
    expect(x.typeAs(tensor([1])).dtype).toBe("int64");
  });

  it("turns over with T and mT", () => {
    const x = zeros(2, 3, 4);
    expect([x.T.shape, x.mT.shape]).toEqual([[4, 3, 2], [2, 4, 3]]);
    expect(() => zeros(2).mT).toThrow(ShapeError);
  });
});

describe("the engine", () => {
  it("computes several tensors when asked to", () => {
    const x = ones(3).add(1);
    const y = x.mul(2);
    realize(x, y);
    expect([x.tolist(), y.tolist()]).toEqual([[2, 2, 2], [4, 4, 4]]);
    expect(() => Reflect.apply(realize, undefined, [1])).toThrow(ValueError);
  });

  it("says how much it holds", () => {
    const before = memory();
    const x: Tensor = ones(1000).add(1);
    realize(x);
    expect(memory().allocations).toBeGreaterThanOrEqual(1);
    expect(memory().reserved).toBeGreaterThanOrEqual(memory().held);
    expect(before.reserved).toBeGreaterThan(0);
    expect(x.sum().item()).toBe(2000);
  });
});
