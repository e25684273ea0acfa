/**
 * @file Workloads: matrix products and convolutions. index.mjs says what an entry holds.
 */
const square = (n, dtype) => ({ shape: [n, n], dtype, low: -1 });
const product = (n, title, dtype, extra) => ({
  name: `matmul ${n}${dtype === "float64" ? " float64" : ""}`,
  title,
  inputs: { a: square(n, dtype), b: square(n, dtype) },
  run: ({ a, b }) => a.matmul(b),
  work: { madds: n ** 3, shape: dtype === "float64" ? "f64x2" : "f32x4" },
  ...extra,
});

/** A 3 × 3 convolution that keeps the size, and its two gradients. */
function convolution(name, [n, from, to, side]) {
  const x = { shape: [n, from, side, side], low: -1 };
  const w = { shape: [to, from, 3, 3], low: -0.1, high: 0.1 };
  const g = { shape: [n, to, side, side], low: -1 };
  const work = { madds: n * side * side * from * to * 9, shape: "f32x4" };
  const size = `[${n}, ${from}, ${side}, ${side}] with ${to} of 3 × 3`;
  return [
    { name: `conv2d ${name}`, title: `conv2d ${size}`, inputs: { x, w }, work, run: ({ x, w }, { F }) => F.conv2d(x, w, null, { padding: 1 }) },
    {
      name: `conv2d ${name}, input gradient`, title: "… its gradient by the input", inputs: { x, w, g }, work,
      run: ({ x, w, g }, { F }) => F.conv2dInput(x.shape, w, g, { padding: 1 }),
    },
    {
      name: `conv2d ${name}, weight gradient`, title: "… its gradient by the weight", inputs: { x, w, g }, work, tolerance: 1e-3,
      run: ({ x, w, g }, { F }) => F.conv2dWeight(x, w.shape, g, { padding: 1 }),
    },
  ];
}

const ofPeak = (share) => ({ against: "bound", times: 1 / share, says: `at least ${share * 100}% of the multiply-add peak` });

export const products = [
  product(1024, "matmul 1024³", "float32", {
    targets: [ofPeak(0.85), { against: "jax-js", times: 0.5, wide: true, says: "in wide mode at most half of jax-js's time" }, { scaling: 1.7 }],
  }),
  product(512, "matmul 512³", "float32"),
  product(256, "matmul 256³", "float32", { targets: [ofPeak(0.75)] }),
  product(512, "matmul 512³, float64", "float64"),
  {
    name: "linear relu",
    title: "[128, 784] @ [784, 512] + bias, relu",
    inputs: { x: { shape: [128, 784], low: -1 }, w: { shape: [512, 784], low: -1 }, b: { shape: [512], low: -1 } },
    ways: {
      "F.linear(x, w, b).relu()": ({ x, w, b }, { F }) => F.linear(x, w, b).relu(),
      "x.matmul(w.t()).add(b).relu()": ({ x, w, b }) => x.matmul(w.t()).add(b).relu(),
      "x.matmul(w.t()).add(b).maximum(0)": ({ x, w, b }, { maximum }) => maximum(x.matmul(w.t()).add(b), 0),
    },
    work: { madds: 128 * 784 * 512, shape: "f32x4" },
    targets: [ofPeak(0.85)],
  },
  {
    name: "bmm",
    title: "a batch of 64 products of 128³",
    inputs: { a: { shape: [64, 128, 128], low: -1 }, b: { shape: [64, 128, 128], low: -1 } },
    run: ({ a, b }) => a.bmm(b),
    work: { madds: 64 * 128 ** 3, shape: "f32x4" },
    targets: [{ ...ofPeak(0.85), says: "at the rate of one large product: at least 85% of the multiply-add peak" }],
  },
  {
    name: "mv",
    title: "matrix times vector, 4096²",
    inputs: { a: { shape: [4096, 4096], low: -1 }, x: { shape: [4096], low: -1 } },
    run: ({ a, x }) => a.mv(x),
    work: { read: 4096 * 4097 * 4, write: 4096 * 4 },
    targets: [{ against: "bound", times: 1.3, says: "at the memory's speed: at most 1.3 × a read of as much" }],
  },
  ...convolution("1→16", [64, 1, 16, 28]),
  ...convolution("16→32", [64, 16, 32, 28]),
  ...convolution("64→64", [8, 64, 64, 56]),
];
