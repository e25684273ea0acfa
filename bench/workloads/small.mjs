/**
 * @file Workloads: small things, where what counts is the time beside the arithmetic; and a training step. index.mjs says what an entry holds.
 */
const picture = { shape: [28, 28] };
const three = { shape: [3] };
const additions = 10_000;

/** Expressions of different structure, so that each needs a kernel of its own: what a first line of someone's program may be. */
const expressions = [
  (a, b) => a.add(b), (a, b) => a.sub(b).abs(), (a, b) => a.mul(b).add(1), (a) => a.exp(), (a) => a.sub(0.5).square().mean(),
  (a, b) => a.sub(b).abs().mean(), (a) => a.sum(0), (a) => a.sum(1), (a) => a.amax(1), (a, b) => a.lt(b).float().mean(),
  (a) => a.sqrt().mul(2).sub(1), (a, b) => a.maximum(b).mul(a), (a) => a.t().add(a), (a) => a.argmax(1), (a) => a.tanh().sum(),
  (a, b) => a.div(b.add(1)), (a) => a.mean(0).sub(a), (a) => a.var(1), (a, b) => a.matmul(b), (a) => a.double().sum(),
];

/** Milliseconds of the first use of each, in a process that has run a few others before. */
function firstUses({ realize, tensor }) {
  const [a, b] = [0.25, 0.5].map((start) => tensor(Float32Array.from({ length: 784 }, (_, i) => start + i / 1e4), { shape: [28, 28] }));
  for (const warm of [(x) => x.neg(), (x) => x.log().neg(), (x) => x.prod(), (x) => x.floor().mul(2)]) realize(warm(a));
  return expressions.map((expression) => {
    const start = performance.now();
    realize(expression(a, b));
    return performance.now() - start;
  });
}
const ordered = (times) => times.sort((x, y) => x - y);

const batch = 256;
const rate = 0.01;
const mlpInputs = {
  x: { shape: [batch, 784] },
  y: { shape: [batch, 1] },
  w1: { shape: [784, 30], low: -0.05, high: 0.05 },
  b1: { shape: [30], high: 0 },
  w2: { shape: [30, 1], low: -0.2, high: 0.2 },
  b2: { shape: [1], high: 0 },
};

/** One step of gradient descent on mean((sigmoid(relu(x w1 + b1) w2 + b2) - y)²), the gradients written by hand. */
const byHand = ([w1, b1, w2, b2]) => (x, y) => {
  const hidden = x.matmul(w1).add(b1).relu();
  const output = hidden.matmul(w2).add(b2).sigmoid();
  const difference = output.sub(y);
  const atOutput = difference.mul(output).mul(output.sub(1).neg()).mul(2 / batch);
  const atHidden = atOutput.matmul(w2.t()).mul(hidden.gt(0));
  const loss = difference.square().mean();
  const gradients = [x.t().matmul(atHidden), atHidden.sum(0), hidden.t().matmul(atOutput), atOutput.sum(0)];
  [w1, b1, w2, b2].forEach((parameter, i) => parameter.sub_(gradients[i].mul(rate)));
  return loss;
};
/** The same with `backward()`. */
const taped = (parameters, { noGrad }) => {
  const [w1, b1, w2, b2] = parameters.map((parameter) => parameter.requiresGrad_());
  return (x, y) => {
    const loss = x.matmul(w1).add(b1).relu().matmul(w2).add(b2).sigmoid().sub(y).square().mean();
    loss.backward();
    noGrad(() => {
      for (const parameter of [w1, b1, w2, b2]) {
        parameter.sub_(parameter.grad.mul(rate));
        parameter.grad = null;
      }
    });
    return loss.detach();
  };
};
const stepping = (make, wrap) => ({ x, y, w1, b1, w2, b2 }, t) => {
  const parameters = [w1, b1, w2, b2].map((parameter) => parameter.clone());
  const step = wrap(make(parameters, t), t);
  // What a step is for is the new parameters: without them a lazy engine would be asked for the loss alone.
  return () => [step(x, y), ...parameters];
};
const plain = (step) => step;
const captured = (step, { compile }) => compile(step);

export const small = [
  {
    name: "pair",
    title: "one 28 × 28 pair, warm, with its building",
    inputs: { a: picture, m: picture },
    ways: { "a.sub(m).abs().mean().item()": ({ a, m }) => a.sub(m).abs().mean().item() },
    threads: [1],
    compile: [1],
    targets: [{ under: 0.008, threads: 1 }],
  },
  {
    name: "chain",
    title: "10,000 additions of [3], read once",
    inputs: { x: three, y: three },
    ways: {
      "x = x.add(y), 10,000 times": ({ x, y }) => {
        let sum = x;
        for (let i = 0; i < additions; i++) sum = sum.add(y);
        return sum;
      },
    },
    threads: [1],
    compile: [],
    targets: [{ under: 30, threads: 1 }],
  },
  {
    name: "first use",
    title: "the first use of a new kernel, median of 20",
    inputs: {},
    fresh: (t) => ordered(firstUses(t))[expressions.length >> 1],
    threads: [1],
    targets: [{ under: 2, threads: 1 }],
  },
  {
    name: "first use, the longest",
    title: "the longest of these 20",
    inputs: {},
    fresh: (t) => ordered(firstUses(t)).at(-1),
    threads: [1],
    targets: [{ under: 2, threads: 1 }],
  },
  {
    name: "mlp step",
    title: "a training step of 784-30-1, batch 256",
    inputs: mlpInputs,
    compile: [1, 2],
    makes: {
      "compile(step), gradients by hand": stepping(byHand, captured),
      "step, gradients by hand": stepping(byHand, plain),
      "compile(step), backward()": stepping(taped, captured),
      "step, backward()": stepping(taped, plain),
    },
  },
];
