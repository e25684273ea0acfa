/**
 * @file Workloads: what is bound by memory, or by the maths of an element. index.mjs says what an entry holds.
 */
const M = 1 << 20;
const [four, sixteen] = [4 * M, 16 * M];
const out = (count) => ({ shape: count, high: 0 });
const eager = (times = 1) => ({ against: "torch eager", times });
const bound = { against: "bound", times: 1.3, says: "at most 1.3 × what copying as much takes" };

/** An element-wise function of 4 M numbers, computed into a fresh result and into one that is there. */
const maths = (name, f, targets) => ({
  name,
  title: `${name} of 4 M`,
  inputs: { x: { shape: [four], low: -4, high: 4 }, out: out([four]) },
  ways: { [`${name}(x)`]: ({ x }, t) => f(x, t), [`out.copy_(${name}(x))`]: ({ x, out: to }, t) => to.copy_(f(x, t)) },
  work: { read: four * 4, write: four * 4 },
  targets: [...targets, { scaling: 1.7 }],
});

export const memory = [
  {
    name: "add",
    title: "float32 add of 16 M",
    inputs: { a: { shape: [sixteen] }, b: { shape: [sixteen] }, out: out([sixteen]) },
    ways: { "a.add(b)": ({ a, b }) => a.add(b), "out.copy_(a.add(b))": ({ a, b, out: to }) => to.copy_(a.add(b)) },
    work: { read: sixteen * 8, write: sixteen * 4 },
    targets: [eager(), bound],
  },
  {
    name: "sum",
    title: "float32 sum of 16 M",
    inputs: { x: { shape: [sixteen] } },
    run: ({ x }) => x.sum(),
    work: { read: sixteen * 4, write: 0 },
    targets: [eager(), bound],
  },
  {
    name: "fused",
    title: "relu(a * b + c) * 0.5 on 4 M",
    inputs: { a: { shape: [four], low: -1 }, b: { shape: [four], low: -1 }, c: { shape: [four], low: -1 }, out: out([four]) },
    ways: {
      "a.mul(b).add(c).relu().mul(0.5)": ({ a, b, c }) => a.mul(b).add(c).relu().mul(0.5),
      "out.copy_(a.mul(b).add(c).relu().mul(0.5))": ({ a, b, c, out: to }) => to.copy_(a.mul(b).add(c).relu().mul(0.5)),
      "a.mul(b).add(c).clamp(0).mul(0.5)": ({ a, b, c }) => a.mul(b).add(c).clamp(0).mul(0.5),
    },
    work: { read: four * 12, write: four * 4 },
    compile: [1, 2],
    targets: [{ against: "torch.compile", times: 1 }, bound],
  },
  {
    name: "broadcast add",
    title: "[4096, 1024] + [1024]",
    inputs: { x: { shape: [4096, 1024] }, b: { shape: [1024] }, out: out([4096, 1024]) },
    ways: { "x.add(b)": ({ x, b }) => x.add(b), "out.copy_(x.add(b))": ({ x, b, out: to }) => to.copy_(x.add(b)) },
    work: { read: four * 4, write: four * 4 },
    targets: [eager(), bound],
  },
  maths("exp", (x) => x.exp(), [eager(1.5)]),
  maths("tanh", (x) => x.tanh(), [eager()]),
  maths("gelu", (x, { F }) => F.gelu(x), [eager()]),
  {
    name: "uint8 to float",
    title: "uint8 [6131, 784] to float32",
    inputs: { x: { shape: [6131, 784], dtype: "uint8" }, out: out([6131, 784]) },
    ways: { "x.float()": ({ x }) => x.float(), "out.copy_(x)": ({ x, out: to }) => to.copy_(x) },
    work: { read: 6131 * 784, write: 6131 * 784 * 4 },
    targets: [eager(), bound],
  },
  {
    name: "transpose",
    title: "transposed copy of 4096²",
    inputs: { x: { shape: [4096, 4096] }, out: out([4096, 4096]) },
    ways: { "x.t().contiguous()": ({ x }) => x.t().contiguous(), "out.copy_(x.t())": ({ x, out: to }) => to.copy_(x.t()) },
    work: { read: sixteen * 4, write: sixteen * 4 },
    targets: [eager(0.7)],
  },
  {
    name: "gather",
    title: "gather along rows of [4096, 1024]",
    inputs: { x: { shape: [4096, 1024] }, i: { shape: [4096, 1024], dtype: "int64", high: 1024 } },
    run: ({ x, i }) => x.gather(1, i),
    work: { read: four * 12, write: four * 4 },
    targets: [eager()],
  },
  {
    name: "argmax",
    title: "argmax over rows of 4096²",
    inputs: { x: { shape: [4096, 4096] } },
    run: ({ x }) => x.argmax(1),
    work: { read: sixteen * 4, write: 4096 * 8 },
    targets: [eager()],
  },
];
