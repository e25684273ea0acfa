/**
 * @file What fuses, and what the kernel cache holds: promises of speed that can be counted. Looks at the engine through its own room,
 * because the public interface has no kernels in it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { engine } from "../src/graph/engine.js";
import { autograd, einsum, F, noGrad, ones, rand, stack, tensor, zeros, type Tensor } from "../src/index.js";

const distance = (a: Tensor, b: Tensor): Tensor => a.sub(b).abs().mean([-1, -2]);

/** How many kernels run while `body` does. */
function kernels(body: () => void): number {
  const before = engine().kernelRuns;
  body();
  return engine().kernelRuns - before;
}

function softmax(x: Tensor): Tensor {
  const e = x.sub(x.amax(-1, { keepdim: true })).exp();
  return e.div(e.sum(-1, { keepdim: true }));
}

/** Tensors with memory of their own, so that only the expression under test is computed. */
function realized<T extends Tensor>(t: T): T {
  t.toTypedArray();
  return t;
}

const images = realized(rand([64, 28, 28]));
const ideal3 = realized(rand([28, 28]));
const ideal7 = realized(rand([28, 28]));

test("the L1 distance is one kernel", () => {
  expect(kernels(() => distance(images, ideal3).toTypedArray())).toBe(1);
});

test("the root mean squared error is one kernel, with the root after the mean", () => {
  expect(kernels(() => images.sub(ideal3).square().mean([-1, -2]).sqrt().toTypedArray())).toBe(1);
  expect(kernels(() => F.mseLoss(images.at(0), ideal3).sqrt().item())).toBe(1);
});

test("is3 is two kernels however many images there are: both distances of an image in one pass, then the mean", () => {
  expect(kernels(() => distance(images, ideal3).lt(distance(images, ideal7)).float().mean().item())).toBe(2);
});

test("bytes to a mean image is one kernel", () => {
  const bytes = realized(ones([64, 28, 28], { dtype: "uint8" }).mul(200));
  expect(kernels(() => bytes.float().div(255).mean(0).toTypedArray())).toBe(1);
});

test("the values and indices of max come from one kernel", () => {
  const { values, indices } = images.reshape([64, 784]).max(1);
  expect(kernels(() => void (values.toTypedArray(), indices.toTypedArray()))).toBe(1);
});

test("stacking images that are in memory takes no kernel", () => {
  const list = Array.from({ length: 10 }, () => realized(rand([28, 28])));
  expect(kernels(() => stack(list).toTypedArray())).toBe(0);
});

test("views take no kernel, and are composed into the loads of what reads them", () => {
  const turned = images.transpose(1, 2).at("::2").unsqueeze(1);
  expect(kernels(() => turned.add(1).mul(2).toTypedArray())).toBe(1);
});

test("reductions over the same elements are one pass", () => {
  const e = realized(rand([1000])).exp();
  expect(kernels(() => void e.sum().add(e.mul(2).max()).item())).toBe(1);
});

test("what a reduction gives is used on its own row in the same kernel", () => {
  const x = realized(rand([64, 100]));
  expect(kernels(() => softmax(x).toTypedArray())).toBe(1);
  expect(kernels(() => x.div(x.norm(2, -1, { keepdim: true })).toTypedArray())).toBe(1);
  expect(kernels(() => x.std(-1).toTypedArray())).toBe(1);
  expect(kernels(() => x.var().item())).toBe(1);
  expect(kernels(() => images.sub(images.mean([1, 2], { keepdim: true })).toTypedArray())).toBe(1);
  // Something dear below it is computed once, a kernel before.
  expect(kernels(() => softmax(x.tanh()).toTypedArray())).toBe(2);
});

test("rows that do not pay are left alone: reduced across columns, used elsewhere, or too long for the cache", () => {
  const x = realized(rand([64, 64]));
  expect(kernels(() => x.sub(x.mean(0)).toTypedArray())).toBe(2);
  expect(kernels(() => x.sub(x.mean(-1)).toTypedArray())).toBe(2);
  const long = realized(rand([1 << 20]));
  expect(kernels(() => long.sub(long.mean()).toTypedArray())).toBe(2);
});

test("something dear is not computed a third time: the second use keeps it", () => {
  const e = realized(rand([1000])).exp();
  expect(kernels(() => void e.sum().item())).toBe(1);
  expect(kernels(() => void e.max().item())).toBe(2);
  expect(kernels(() => void e.toTypedArray())).toBe(0);
});

test("the kernel cache does not grow across batch sizes, constants or learning rates", () => {
  const images = Array.from({ length: 60 }, (_, n) => realized(rand([n, 28, 28])));
  const sizes = images.slice(2).map((x, n) => {
    distance(x, ideal3).mul(n / 7).add(n).toTypedArray();
    return engine().kernels.size;
  });
  const before = sizes[0];
  expect(engine().kernels.size).toBe(before);
});

test("an in-place write to a row of a tensor that nobody else reads copies nothing", () => {
  const rows = zeros([2000, 1000]);
  rows.toTypedArray();
  const before = engine().memory().held;
  for (let i = 0; i < 50; i++) rows.at(i).add_(i);
  rows.toTypedArray();
  expect(engine().memory().held - before).toBeLessThan(2000 * 1000 * 4);
  expect(rows.at(":50", 0).tolist()).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

test("a chain of a hundred thousand operations neither overflows the stack nor takes long", () => {
  let x: Tensor = tensor([1, 2, 3]).float();
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) x = x.add(1);
  expect(x.tolist()).toEqual([100_001, 100_002, 100_003]);
  expect(performance.now() - start).toBeLessThan(20_000);
});

test("the backward of sigmoid and a mean is one kernel, and so is each step of a longer chain of elements", () => {
  const x = realized(rand([64, 784])).requiresGrad_();
  const target = realized(rand([64, 784]));
  const loss = x.sigmoid().sub(target).square().mean();
  loss.backward();
  expect(kernels(() => void x.grad?.toTypedArray())).toBe(1);
  x.grad = null;
  x.mul(3).tanh().add(1).log().mul(target).exp().sum().backward();
  expect(kernels(() => void x.grad?.toTypedArray())).toBe(1);
});

test("a bias that was broadcast is one more kernel: the sum over its rows", () => {
  const x = realized(rand([64, 10]));
  const b = realized(rand([10])).requiresGrad_();
  x.add(b).sigmoid().mean().backward();
  expect(kernels(() => void b.grad?.toTypedArray())).toBeLessThanOrEqual(2);
});

test("a linear model's step is its products and little more", () => {
  const [x, t] = [realized(rand([64, 784])), realized(rand([64, 1]))];
  const w = realized(rand([784, 1])).requiresGrad_();
  const count = kernels(() => {
    x.matmul(w).sigmoid().sub(t).square().mean().backward();
    noGrad(() => w.sub_(w.grad!.mul(0.1)));
    w.toTypedArray();
  });
  // The product; the slope of the loss at each row; the product with the transpose and the step.
  expect(count).toBeLessThanOrEqual(4);
});

test("cross entropy is two kernels, and so is its backward: nothing is scattered", () => {
  const x = realized(rand([64, 10])).requiresGrad_();
  const target = realized(rand([64]).mul(10).long());
  F.crossEntropy(x, target).item(); // the range of the targets is looked at once
  let loss = F.crossEntropy(x, target);
  expect(kernels(() => void loss.item())).toBe(2);
  loss = F.crossEntropy(x, target);
  loss.item();
  loss.backward();
  expect(kernels(() => void x.grad?.toTypedArray())).toBeLessThanOrEqual(2);
});

test("binary cross entropy with logits is one kernel, and its backward one", () => {
  const x = realized(rand([64, 10])).requiresGrad_();
  const target = realized(rand([64, 10]));
  expect(kernels(() => void F.binaryCrossEntropyWithLogits(x, target).item())).toBe(1);
  F.binaryCrossEntropyWithLogits(x, target).backward();
  expect(kernels(() => void x.grad?.toTypedArray())).toBe(1);
});

test("attention is two products and a softmax between them", () => {
  const [q, k, v] = [realized(rand([4, 16, 8])), realized(rand([4, 16, 8])), realized(rand([4, 16, 8]))];
  expect(kernels(() => F.scaledDotProductAttention(q, k, v).toTypedArray())).toBeLessThanOrEqual(4);
});

beforeAll(() => expect(engine().backend.name).toBe("wasm"));
afterAll(() => expect(engine().memory().reserved).toBeLessThan(512 * 2 ** 20));

test("a matrix product with bias and activation is one kernel, and shares it with no other reduction", () => {
  const [a, b, c] = [[40, 30], [30, 20], [20]].map((shape) => realized(rand(shape)));
  expect(kernels(() => a.matmul(b).add(c).clamp(0).toTypedArray())).toBe(1);
  expect(kernels(() => a.matmul(b).add(a.matmul(b.mul(2))).toTypedArray())).toBe(3); // the doubled operand too is computed once
  expect(kernels(() => a.matmul(b).add(c).sum(1).toTypedArray())).toBe(2);
});

test("einsum is one product, without copies, and its gradient by each operand another", () => {
  const [q, k] = [realized(rand([2, 20, 3, 16]).requiresGrad_()), realized(rand([2, 24, 3, 16]).requiresGrad_())];
  expect(kernels(() => einsum("bqhd,bkhd->bhqk", q, k).toTypedArray())).toBe(1);
  expect(kernels(() => autograd.grad(einsum("bhqd,bhkd->bhqk", q, q.detach()).sum(), q)[0].toTypedArray())).toBeLessThanOrEqual(2);
});
