/**
 * @file Workloads: several passes over each row. index.mjs says what an entry holds.
 */
const rows = { shape: [4096, 1024], low: -3, high: 3 };
const size = 4096 * 1024 * 4;
const work = { read: size, write: size };
const eager = { against: "torch eager", times: 1 };

export const overRows = [
  {
    name: "var",
    title: "var over rows of 4096²",
    inputs: { x: { shape: [4096, 4096], low: -1 } },
    run: ({ x }) => x.var(1),
    work: { read: 4096 * 4096 * 4, write: 4096 * 4 },
    compile: [1, 2],
    targets: [{ against: "torch.compile", times: 1 }, { against: "bound", times: 1.3, says: "at most 1.3 × a read of as much" }],
  },
  { name: "softmax", title: "softmax over rows of [4096, 1024]", inputs: { x: rows }, run: ({ x }) => x.softmax(-1), work, targets: [eager] },
  { name: "logSoftmax", title: "logSoftmax, the same", inputs: { x: rows }, run: ({ x }) => x.logSoftmax(-1), work, targets: [eager] },
  {
    name: "layerNorm",
    title: "layerNorm, the same",
    inputs: { x: rows, w: { shape: [1024] }, b: { shape: [1024] } },
    run: ({ x, w, b }, { F }) => F.layerNorm(x, [1024], w, b),
    work,
    targets: [eager],
  },
  { name: "cumsum", title: "cumsum along rows of [4096, 1024]", inputs: { x: rows }, run: ({ x }) => x.cumsum(1), work, targets: [eager] },
];
