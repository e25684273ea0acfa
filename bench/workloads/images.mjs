/**
 * @file Workloads: the baseline's own arithmetic on pictures of 28 × 28, as many as MNIST_SAMPLE has. index.mjs says what an entry holds.
 */
const [valid, train, side] = [2038, 6131, 28];
const picture = { shape: [side, side] };
const pictures = { shape: [valid, side, side] };
const pixels = valid * side * side;
const distance = (a, b) => a.sub(b).abs().mean([-1, -2]);
const compiled = { against: "torch.compile", times: 1 };
const one = (target) => ({ ...target, threads: 1 });

export const images = [
  {
    name: "l1",
    title: "L1 distance, [2038, 28, 28] to [28, 28]",
    inputs: { x: pictures, m: picture },
    run: ({ x, m }) => x.sub(m).abs().mean([-1, -2]),
    work: { read: pixels * 4, write: valid * 4 },
    compile: [1, 2],
    targets: [compiled, one({ against: "torch eager", times: 0.45 }), one({ against: "by hand", times: 1.5 })],
  },
  {
    name: "rmse",
    title: "RMSE, the same",
    inputs: { x: pictures, m: picture },
    run: ({ x, m }) => x.sub(m).square().mean([-1, -2]).sqrt(),
    work: { read: pixels * 4, write: valid * 4 },
    compile: [1, 2],
    targets: [compiled, one({ against: "torch eager", times: 0.45 }), one({ against: "by hand", times: 1.5 })],
  },
  {
    name: "accuracy",
    title: "accuracy: two distances, compare, mean",
    inputs: { x: pictures, m: picture, n: picture },
    ways: { "distance(x, m).lt(distance(x, n)).float().mean().item()": ({ x, m, n }) => distance(x, m).lt(distance(x, n)).float().mean().item() },
    work: { read: pixels * 4, write: 4 },
    compile: [1, 2],
    targets: [compiled, one({ against: "torch eager", times: 0.5 })],
  },
  {
    name: "mean image",
    title: "uint8 [6131, 28, 28] to its mean image",
    inputs: { x: { shape: [train, side, side], dtype: "uint8" } },
    ways: {
      "x.float().div(255).mean(0)": ({ x }) => x.float().div(255).mean(0),
      'x.sum(0, { dtype: "int32" }).div(n * 255)': ({ x }) => x.sum(0, { dtype: "int32" }).div(train * 255),
    },
    work: { read: train * side * side, write: side * side * 4 },
    compile: [1, 2],
    targets: [compiled, one({ against: "torch eager", times: 1 }), one(compiled)],
  },
];
