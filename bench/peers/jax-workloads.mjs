/**
 * @file jax-js's words for the workloads of ../workloads: name → a function of the library that gives the function to put under jit, whose
 * parameters are the inputs by their order. jax-js takes its arguments over, so what is used twice is `.ref` the first time.
 */
const distance = ({ numpy: np }) => (a, b) => np.mean(np.abs(a.sub(b)), [-1, -2]);
const product = ({ numpy: np }) => (a, b) => np.matmul(a, b);
const convolution = ({ lax }) => (x, w) => lax.conv(x, w, [1, 1], "SAME");

export const jaxWorkloads = {
  "matmul 1024": product,
  "matmul 512": product,
  "matmul 256": product,
  "matmul 512 float64": product,
  "linear relu": ({ numpy: np, nn }) => (x, w, b) => nn.relu(np.matmul(x, np.transpose(w)).add(b)),
  bmm: product,
  mv: product,
  "conv2d 1→16": convolution,
  // The larger ones take it 3 and 17 s a call.
  l1: distance,
  rmse: ({ numpy: np }) => (x, m) => np.sqrt(np.mean(np.square(x.sub(m)), [-1, -2])),
  accuracy: (jax) => (x, m, n) => jax.numpy.mean(jax.numpy.less(distance(jax)(x.ref, m), distance(jax)(x, n)).astype(jax.numpy.float32)),
  "mean image": ({ numpy: np }) => (x) => np.mean(x.div(255), 0),
  add: () => (a, b) => a.add(b),
  sum: ({ numpy: np }) => (x) => np.sum(x),
  fused: ({ nn }) => (a, b, c) => nn.relu(a.mul(b).add(c)).mul(0.5),
  "broadcast add": () => (x, b) => x.add(b),
  exp: ({ numpy: np }) => (x) => np.exp(x),
  tanh: ({ numpy: np }) => (x) => np.tanh(x),
  gelu: ({ nn }) => (x) => nn.gelu(x, { approximate: false }),
  transpose: ({ numpy: np }) => (x) => np.transpose(x),
  gather: ({ numpy: np }) => (x, i) => np.takeAlongAxis(x, i, 1),
  argmax: ({ numpy: np }) => (x) => np.argmax(x, 1),
  var: ({ numpy: np }) => (x) => np.var_(x, 1, { correction: 1 }),
  softmax: ({ nn }) => (x) => nn.softmax(x, -1),
  logSoftmax: ({ nn }) => (x) => nn.logSoftmax(x, -1),
  layerNorm: ({ nn }) => (x, w, b) => nn.standardize(x, -1, { epsilon: 1e-5 }).mul(w).add(b),
  cumsum: ({ numpy: np }) => (x) => np.cumsum(x, 1),
  pair: ({ numpy: np }) => (a, m) => np.mean(np.abs(a.sub(m))),
};
