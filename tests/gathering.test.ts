/**
 * @file Gathering beyond its values, which golden-catalogue.test.ts holds to PyTorch's: how many kernels it takes, what its errors say, and that
 * an index or a source that is written to later does not change what was gathered. Looks at the engine to count kernels.
 */
import { expect, test } from "vitest";
import { engine } from "../src/graph/engine.js";
import { IndexError, ShapeError, arange, compile, tensor, zeros, type Shape, type Tensor } from "../src/index.js";

function kernels(body: () => void): number {
  const before = engine().kernelRuns;
  body();
  return engine().kernelRuns - before;
}
function realized<T extends Tensor>(t: T): T {
  t.toTypedArray();
  return t;
}

const x = realized(arange(24).float().reshape(4, 6));
const rows = tensor([3, 0, 3]);
const columns = realized(tensor([[5], [0], [2], [1]]));

test("a gather is one kernel with the arithmetic before and after it, and one more the first time that an index is seen", () => {
  const loss = () => x.gather(1, columns).mul(2).add(1).sum().item();
  expect(kernels(loss)).toBe(2);
  expect(kernels(loss)).toBe(1);
  expect(loss()).toBe(2 * (5 + 6 + 14 + 19) + 4);
  x.indexSelect(0, rows).tolist();
  expect(kernels(() => x.indexSelect(0, rows).add(x.indexSelect(0, rows).neg()).tolist())).toBe(1);
});

test("a view of the source is gathered from without a copy", () => {
  x.t().indexSelect(1, rows).tolist();
  expect(kernels(() => expect(x.t().indexSelect(1, rows).at(1).tolist()).toEqual([19, 1, 19]))).toBe(1);
});

test("what the largest of each row leads to", () => {
  const best = x.sub(10).abs().argmax(1, { keepdim: true });
  expect(x.takeAlongDim(best, 1).tolist()).toEqual([[0], [6], [17], [23]]);
});

test("writes after the call change nothing", () => {
  const source = arange(6);
  const index = tensor([5, 1]);
  const taken = source.take(index);
  source.fill_(-1);
  index.fill_(0);
  expect(taken.tolist()).toEqual([5, 1]);
  const turned = arange(6);
  turned.copy_(turned.take(tensor([5, 4, 3, 2, 1, 0])));
  expect(turned.tolist()).toEqual([5, 4, 3, 2, 1, 0]);
});

test("inside a compiled function, with another index at each call", () => {
  const step = compile((source: Tensor, index: Tensor) => source.gather(1, index.long()).sum().add(source.take(index.flatten().long().sub(4)).sum()));
  for (const values of [[[1], [0], [2], [3]], [[0], [0], [1], [2]]]) {
    const index = tensor(values).long();
    const wanted = x.gather(1, index).sum().item() + x.take(index.flatten().sub(4)).sum().item();
    expect(step(x, index).item()).toBe(wanted);
  }
});

test("an index that does not exist is an error of the call of a compiled function, too", () => {
  const pick = compile((source: Tensor, index: Tensor<Shape, "int64">) => source.gather(1, index).add(source.at(":", index.flatten()).sum()));
  const good = tensor([[5], [0], [2], [1]]);
  expect(pick(x, good).tolist()).toEqual(x.gather(1, good).add(x.at(":", good.flatten()).sum()).tolist());
  expect(() => pick(x, tensor([[5], [6], [2], [1]]))).toThrow(new IndexError("gather: index 6 is out of bounds for dimension 1 with size 6"));
  expect(() => pick(x, tensor([[5], [-1], [2], [1]]))).toThrow("gather: index -1 is out of bounds for dimension 1 with size 6");
  expect(pick(x, good).shape).toEqual([4, 1]);
  const written = zeros(3);
  const write = compile((index: Tensor, value: Tensor) => void written.set([index], value));
  write(tensor([2, -3]), tensor([1, 2]).float());
  expect(written.tolist()).toEqual([2, 0, 1]);
  expect(() => write(tensor([3, 0]), tensor([1, 2]).float())).toThrow(IndexError);
});

test("an index that does not exist is an error when the call is made, which says where and how large", () => {
  expect(() => x.gather(1, tensor([[6]]))).toThrow(new IndexError("gather: index 6 is out of bounds for dimension 1 with size 6"));
  expect(() => x.gather(0, tensor([[-1]]))).toThrow(new IndexError("gather: index -1 is out of bounds for dimension 0 with size 4"));
  expect(() => x.indexSelect(0, tensor([0, 4]))).toThrow(IndexError);
  expect(() => x.gather(1, tensor([0]))).toThrow(new ShapeError("gather: the index must have as many dimensions as the tensor: [1] beside [4, 6]"));
  // Written to since it was last seen: looked at again.
  const index = tensor([0, 1]);
  x.indexSelect(0, index).tolist();
  index.add_(3);
  expect(() => x.indexSelect(0, index)).toThrow("index 4 is out of bounds for dimension 0 with size 4");
});
