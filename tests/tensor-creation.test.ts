/**
 * @file Tensors made from data and out of nothing, through the public interface: shapes and dtypes as torch.tensor infers them, what is
 * refused and how the message says so.
 */
import {
  arange,
  DTypeError,
  empty,
  emptyLike,
  eye,
  fromTypedArray,
  full,
  fullLike,
  linspace,
  manualSeed,
  ones,
  onesLike,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
  ShapeError,
  Tensor,
  tensor,
  ValueError,
  zeros,
  zerosLike,
} from "tesserae";
import { describe, expect, it } from "vitest";

const seen = (x: Tensor): unknown => [x.dtype, x.shape, x.tolist()];

describe("tensor(data)", () => {
  it("infers bool, int64 and float32 as torch.tensor does", () => {
    expect(seen(tensor([true, false]))).toEqual(["bool", [2], [true, false]]);
    expect(seen(tensor([1, 2]))).toEqual(["int64", [2], [1, 2]]);
    expect(seen(tensor([1, 2.5]))).toEqual(["float32", [2], [1, 2.5]]);
    expect(seen(tensor([1, Number.NaN]))).toEqual(["float32", [2], [1, Number.NaN]]);
    expect(seen(tensor([1, Infinity]))).toEqual(["float32", [2], [1, Infinity]]);
    expect(seen(tensor([true, 2]))).toEqual(["int64", [2], [1, 2]]);
    expect(seen(tensor([true, 2.5]))).toEqual(["float32", [2], [1, 2.5]]);
    expect(seen(tensor([]))).toEqual(["float32", [0], []]);
    expect(seen(tensor(3))).toEqual(["int64", [], 3]);
    expect(seen(tensor(2n ** 40n))).toEqual(["int64", [], 2 ** 40]);
  });

  it("takes nested arrays of any depth, also empty ones", () => {
    expect(tensor([[[1], [2]], [[3], [4]], [[5], [6]]]).shape).toEqual([3, 2, 1]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([[1.5, 2], [3, 4]]).tolist()).toEqual([[1.5, 2], [3, 4]]);
  });

  it("says where ragged data is ragged", () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(ShapeError);
    expect(() => tensor([[1, 2], [3]])).toThrow("expected an array of 2 at data[1]");
    expect(() => tensor([[[1], [2]], [[3], [4, 5]]])).toThrow("at data[1][1]");
    expect(() => tensor([[1, 2], 3])).toThrow("at data[1], as in the rows before it, but found 3");
    expect(() => tensor([1, [2]])).toThrow("data[1] is an array");
  });

  it("refuses what is no number", () => {
    expect(() => Reflect.apply(tensor, undefined, [["1"]])).toThrow(ValueError);
    expect(() => Reflect.apply(tensor, undefined, [[tensor(1)]])).toThrow("stack");
    expect(() => Reflect.apply(tensor, undefined, [[1], { dtype: "float16" }])).toThrow("dtype must be one of bool, uint8");
  });

  it("casts to the dtype that is asked for, and refuses what does not fit", () => {
    expect(seen(tensor([1, 0], { dtype: "bool" }))).toEqual(["bool", [2], [true, false]]);
    expect(seen(tensor([0.5, Number.NaN, 0], { dtype: "bool" }))).toEqual(["bool", [3], [true, true, false]]);
    expect(seen(tensor([2.7, -2.7], { dtype: "int64" }))).toEqual(["int64", [2], [2, -2]]);
    expect(seen(tensor([-1], { dtype: "uint8" }))).toEqual(["uint8", [1], [255]]); // as torch
    expect(seen(tensor([1], { dtype: "float64" }))).toEqual(["float64", [1], [1]]);
    expect(() => tensor([300], { dtype: "uint8" })).toThrow(DTypeError);
    expect(() => tensor([128], { dtype: "int8" })).toThrow("128 cannot be converted to int8 without overflow");
    expect(() => tensor([Number.NaN], { dtype: "int32" })).toThrow(DTypeError);
    expect(() => tensor([2n ** 63n])).toThrow(DTypeError);
  });

  it("keeps a typed array's dtype, widening what has none", () => {
    expect(seen(tensor(new Uint8Array([1, 255])))).toEqual(["uint8", [2], [1, 255]]);
    expect(seen(tensor(new Uint8ClampedArray([1, 255])))).toEqual(["uint8", [2], [1, 255]]);
    expect(seen(tensor(new Float64Array([0.1])))).toEqual(["float64", [1], [0.1]]);
    expect(seen(tensor(new Uint16Array([65535])))).toEqual(["int32", [1], [65535]]);
    expect(seen(tensor(new Uint32Array([2 ** 32 - 1])))).toEqual(["int64", [1], [2 ** 32 - 1]]);
    expect(seen(tensor(new BigInt64Array([-5n])))).toEqual(["int64", [1], [-5]]);
    expect(seen(tensor(new Int16Array([1, 2, 3, 4]), { shape: [2, -1] }))).toEqual(["int16", [2, 2], [[1, 2], [3, 4]]]);
    expect(seen(tensor(new Uint8Array([0, 7]), { dtype: "bool" }))).toEqual(["bool", [2], [false, true]]);
    expect(seen(fromTypedArray(new Int8Array([1, 2]), [2, 1]))).toEqual(["int8", [2, 1], [[1], [2]]]);
    expect(() => tensor(new Uint8Array(3), { shape: [2, 2] })).toThrow(ShapeError);
  });

  it("copies the data", () => {
    const data = new Float32Array([1, 2]);
    const x = tensor(data);
    data[0] = 9;
    expect(x.tolist()).toEqual([1, 2]);
    const y = tensor(x);
    y.zero_();
    expect(x.tolist()).toEqual([1, 2]);
    expect(tensor(x, { dtype: "int32" }).dtype).toBe("int32");
  });

  it("turns a picture into [H, W] or [H, W, C]", () => {
    const data = new Uint8Array([1, 2, 3, 4, 5, 6]);
    expect(seen(tensor({ width: 3, height: 2, channels: 1, data }))).toEqual(["uint8", [2, 3], [[1, 2, 3], [4, 5, 6]]]);
    expect(seen(tensor({ width: 1, height: 2, channels: 3, data }))).toEqual(["uint8", [2, 1, 3], [[[1, 2, 3]], [[4, 5, 6]]]]);
    expect(() => tensor({ width: 2, height: 2, channels: 1, data })).toThrow(ShapeError);
  });
});

describe("filled tensors", () => {
  it("take sizes or a shape, and a dtype", () => {
    expect(seen(zeros(2, 1))).toEqual(["float32", [2, 1], [[0], [0]]]);
    expect(seen(zeros([2], { dtype: "bool" }))).toEqual(["bool", [2], [false, false]]);
    expect(seen(ones([2], { dtype: "int64" }))).toEqual(["int64", [2], [1, 1]]);
    expect(zeros().shape).toEqual([]);
    expect(zeros([]).item()).toBe(0);
    expect(zeros(2, 0, 3).tolist()).toEqual([[], []]);
    expect(empty(3).shape).toEqual([3]);
    expect(() => zeros(-1)).toThrow(ShapeError);
    expect(() => zeros(1.5)).toThrow(ShapeError);
  });

  it("fill with a number of its own dtype", () => {
    expect(seen(full([2], 7))).toEqual(["int64", [2], [7, 7]]);
    expect(seen(full([1], 0.5))).toEqual(["float32", [1], [0.5]]);
    expect(seen(full([1], true))).toEqual(["bool", [1], [true]]);
    expect(seen(full([1], 1.5, { dtype: "int64" }))).toEqual(["int64", [1], [1]]);
    expect(() => full([1], 300, { dtype: "uint8" })).toThrow(DTypeError);
  });

  it("are made like another one", () => {
    const x = tensor([[1, 2]], { dtype: "int16" });
    expect(seen(zerosLike(x))).toEqual(["int16", [1, 2], [[0, 0]]]);
    expect(seen(onesLike(x, { dtype: "float64" }))).toEqual(["float64", [1, 2], [[1, 1]]]);
    expect(seen(fullLike(x, 3))).toEqual(["int16", [1, 2], [[3, 3]]]);
    expect(emptyLike(x).shape).toEqual([1, 2]);
    expect(() => fullLike(x, 1e6)).toThrow(DTypeError);
  });

  it("do not share memory with one another", () => {
    const x = zeros(2);
    const y = x.clone();
    x.add_(1);
    expect([x.tolist(), y.tolist(), zeros(2).tolist()]).toEqual([[1, 1], [0, 0], [0, 0]]);
  });
});

describe("ranges", () => {
  it("count as torch.arange does", () => {
    expect(seen(arange(4))).toEqual(["int64", [4], [0, 1, 2, 3]]);
    expect(seen(arange(5, 0, -2))).toEqual(["int64", [3], [5, 3, 1]]);
    expect(seen(arange(1, 2.5))).toEqual(["float32", [2], [1, 2]]);
    expect(arange(0, 1, 0.1).shape).toEqual([10]);
    expect(arange(0, 1, 0.1, { dtype: "float64" }).at(7).item()).toBe(0.1 * 7);
    expect(seen(arange(3, { dtype: "uint8" }))).toEqual(["uint8", [3], [0, 1, 2]]);
    expect(arange(0).shape).toEqual([0]);
    expect(() => arange(5, 0)).toThrow(ValueError);
    expect(() => arange(0, 5, 0)).toThrow("step must not be 0");
    expect(() => arange(3, { dtype: "bool" })).toThrow(DTypeError);
  });

  it("space evenly as torch.linspace does", () => {
    expect(seen(linspace(0, 1, 5))).toEqual(["float32", [5], [0, 0.25, 0.5, 0.75, 1]]);
    expect(linspace(3, 9, 1).tolist()).toEqual([3]);
    expect(linspace(3, 9, 0).tolist()).toEqual([]);
    expect(linspace(0, 10, 3, { dtype: "int64" }).tolist()).toEqual([0, 5, 10]);
    expect(linspace(0, 0.7, 8, { dtype: "float64" }).at(-1).item()).toBe(0.7);
    expect(() => linspace(0, 1, -1)).toThrow(ValueError);
  });

  it("put ones on a diagonal", () => {
    expect(eye(2).tolist()).toEqual([[1, 0], [0, 1]]);
    expect(seen(eye(2, 3, { dtype: "bool" }))).toEqual(["bool", [2, 3], [[true, false, false], [false, true, false]]]);
    expect(eye(0).shape).toEqual([0, 0]);
    expect(() => eye(-1)).toThrow(ShapeError);
  });
});

describe("random tensors", () => {
  it("are PyTorch's for PyTorch's seeds", () => {
    manualSeed(42);
    expect(String(rand(2))).toBe("tensor([0.8823, 0.9150])");
    manualSeed(42);
    expect(String(randn(3))).toBe("tensor([0.3367, 0.1288, 0.2345])");
    manualSeed(0);
    expect(randint(10, [5]).tolist()).toEqual([4, 9, 3, 0, 3]);
    manualSeed(0);
    expect(randperm(5).tolist()).toEqual([4, 0, 1, 3, 2]);
  });

  it("take dtypes, ranges and a generator of their own", () => {
    const generator = manualSeed(1);
    expect(rand([2, 2], { dtype: "float64", generator }).dtype).toBe("float64");
    expect(randn([2]).dtype).toBe("float32");
    expect(randint(-3, 3, [50], { dtype: "int8" }).dtype).toBe("int8");
    const x = randint(-3, 3, [200]);
    expect([x.min().item(), x.max().item()]).toEqual([-3, 2]);
    expect(randLike(zeros([3], { dtype: "float64" })).dtype).toBe("float64");
    expect(randnLike(zeros(3)).shape).toEqual([3]);
    expect(() => Reflect.apply(rand, undefined, [[2], { dtype: "int64" }])).toThrow(DTypeError);
    expect(() => Reflect.apply(randLike, undefined, [tensor([1])])).toThrow(DTypeError);
    expect(() => randint(3, 3, [1])).toThrow(ValueError);
    expect(() => randint(0, 2, [-1])).toThrow(ShapeError);
  });
});
