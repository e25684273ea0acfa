/**
 * @file One call of each public operation, as text: what docs/operations.md is worked out from (which dtypes it takes, whether it has a gradient,
 * what the compiler knows of its shape), and what the tests of gradients and special values run. inputs.mjs says what x, y, m … are. A new
 * operation needs no entry where one of the guesses fits its arguments; where none does, write one here.
 */
import { Tensor } from "tesserae";
import { inputsOf, sampleFunction, tensorsIn } from "./inputs.mjs";

/** Operations whose arguments cannot be guessed, or for which another call says more. By the name in the inventory. */
export const samples = {
  // Elements by index
  gather: "x.gather(1, i)",
  indexSelect: "x.indexSelect(1, j)",
  takeAlongDim: "x.takeAlongDim(i, 1)",
  take: "x.take(i)",
  at: 'x.at("0:1", 1)',
  // Each place once: which of several values stays is not defined, and so neither is the gradient.
  scatter: "x.scatter(1, x.argsort(1), y)",
  scatterAdd: "x.scatterAdd(1, i, y)",
  scatterReduce: 'x.scatterReduce(1, i, y, "amax")',
  indexAdd: "x.indexAdd(1, j, y.narrow(1, 0, 2))",
  indexCopy: "x.indexCopy(1, j, y.narrow(1, 0, 2))",
  indexFill: "x.indexFill(1, j, 1)",
  maskedScatter: "x.maskedScatter(mask, y)",
  maskedSelect: "x.maskedSelect(mask)",
  maskedFill: "x.maskedFill(mask, 1)",
  where: "x.where(mask, y)",
  bincount: "v.bincount()",
  // Products
  mm: "x.mm(p)",
  matmul: "x.matmul(p)",
  mv: "x.mv(v)",
  bmm: "b.bmm(c)",
  dot: "v.dot(w)",
  addmm: "m.addmm(m, m)",
  baddbmm: "b.baddbmm(b, c)",
  addbmm: "m.addbmm(b, c)",
  addmv: "v.addmv(m, w)",
  addr: "m.addr(v, w)",
  outer: "v.outer(w)",
  trace: "m.trace()",
  cross: "x.cross(y)",
  kron: "x.kron(y)",
  tensordot: "tensordot(x, p, 1)",
  einsum: 'einsum("ij,jk->ik", x, p)',
  cdist: "cdist(x, y)",
  // Square matrices
  det: "m.det()",
  slogdet: "m.slogdet()",
  logdet: "m.logdet()",
  inverse: "m.inverse()",
  matrixPower: "m.matrixPower(3)",
  matrixExp: "m.matrixExp()",
  "linalg.tensorinv": "linalg.tensorinv(m, { ind: 1 })",
  "linalg.tensorsolve": "linalg.tensorsolve(m, v)",
  "linalg.solveTriangular": "linalg.solveTriangular(m, p, { upper: true })",
  "linalg.multiDot": "linalg.multiDot([x, p])",
  // Shapes
  reshape: "x.reshape(3, -1)",
  view: "x.view(3, 2)",
  viewAs: "x.viewAs(p)",
  reshapeAs: "x.reshapeAs(p)",
  unflatten: "seq.unflatten(1, [2, 2])",
  flatten: "b.flatten(1)",
  expand: "v.expand(2, 3)",
  expandAs: "v.expandAs(x)",
  broadcastTo: "v.broadcastTo([2, 3])",
  narrow: "x.narrow(1, 0, 2)",
  select: "x.select(1, 2)",
  permute: "b.permute(2, 0, 1)",
  transpose: "x.transpose(0, 1)",
  swapaxes: "x.swapaxes(0, 1)",
  swapdims: "x.swapdims(0, 1)",
  movedim: "b.movedim(0, 2)",
  moveaxis: "b.moveaxis(0, 2)",
  squeeze: "x.unsqueeze(0).squeeze(0)",
  unsqueeze: "x.unsqueeze(1)",
  unfold: "x.unfold(1, 2, 1)",
  hsplit: "seq.hsplit(2)",
  vsplit: "x.vsplit(2)",
  dsplit: "seq.dsplit(2)",
  tensorSplit: "x.tensorSplit(2)",
  asStrided: "x.asStrided([2, 2], [1, 2])",
  repeat: "x.repeat(2, 1)",
  tile: "x.tile(2, 2)",
  roll: "x.roll(1, 0)",
  repeatInterleave: "x.repeatInterleave(2, 1)",
  diag: "m.diag()",
  diagEmbed: "x.diagEmbed()",
  flip: "x.flip(0)",
  rot90: "x.rot90()",
  // Reductions along a dimension
  sum: "x.sum(1)",
  prod: "x.prod(1)",
  mean: "x.mean(1)",
  amax: "x.amax(1)",
  amin: "x.amin(1)",
  argmax: "x.argmax(1)",
  argmin: "x.argmin(1)",
  all: "x.all(1)",
  any: "x.any(1)",
  var: "x.var(1)",
  std: "x.std(1)",
  max: "x.max(1)",
  min: "x.min(1)",
  norm: "x.norm(2, 1)",
  median: "x.median(1)",
  nanmedian: "x.nanmedian(1)",
  quantile: "x.quantile(0.5, 1)",
  nanquantile: "x.nanquantile(0.5, 1)",
  kthvalue: "x.kthvalue(2, 1)",
  topk: "x.topk(2, 1)",
  sort: "x.sort(1)",
  argsort: "x.argsort(1)",
  searchsorted: "tensor([0, 1, 1], { dtype }).searchsorted(x)",
  bucketize: "x.bucketize(tensor([0, 1, 1], { dtype }))",
  histc: "x.histc(4)",
  cumsum: "x.cumsum(1)",
  cumprod: "x.cumprod(1)",
  cummax: "x.cummax(1)",
  cummin: "x.cummin(1)",
  logcumsumexp: "x.logcumsumexp(1)",
  softmax: "x.softmax(1)",
  logSoftmax: "x.logSoftmax(1)",
  logsumexp: "x.logsumexp(1)",
  nansum: "x.nansum(1)",
  nanmean: "x.nanmean(1)",
  varMean: "x.varMean(1)",
  stdMean: "x.stdMean(1)",
  aminmax: "x.aminmax({ dim: 1 })",
  // Others
  clamp: "x.clamp(y, z)",
  clip: "x.clip(y, z)",
  lerp: "x.lerp(y, 0.25)",
  equal: "x.equal(y)",
  allclose: "x.allclose(y)",
  bitwiseLeftShift: "x.bitwiseLeftShift(1)",
  bitwiseRightShift: "x.bitwiseRightShift(1)",
  // Random
  multinomial: "x.multinomial(2)",
  geometric_: "x.geometric_(0.5)",
  bernoulli_: "x.bernoulli_(0.5)",
  fillDiagonal_: "x.fillDiagonal_(1)",
  normal: "normal(x, y)",
  randintLike: "randintLike(x, 0, 2)",
  // Tensors out of nothing
  tensor: "tensor([[0, 1], [1, 0]], { dtype })",
  fromTypedArray: "fromTypedArray(new Float32Array([1, 2, 3, 4]), [2, 2])",
  full: "full([2, 3], 1, { dtype })",
  fullLike: "fullLike(x, 1)",
  arange: "arange(0, 4, 1, { dtype })",
  linspace: "linspace(0, 1, 4, { dtype })",
  eye: "eye(3, { dtype })",
  rand: "rand([2, 3], { dtype })",
  randn: "randn([2, 3], { dtype })",
  randint: "randint(0, 2, [2, 3], { dtype })",
  randperm: "randperm(2, { dtype })",
  zeros: "zeros([2, 3], { dtype })",
  ones: "ones([2, 3], { dtype })",
  empty: "empty([2, 3], { dtype })",
  // Joins
  cat: "cat([x, y], 1)",
  concat: "concat([x, y], 1)",
  concatenate: "concatenate([x, y], 1)",
  stack: "stack([x, y], 1)",
  meshgrid: "meshgrid([v, w])",
  cartesianProd: "cartesianProd(v, w)",
  // Functional
  "F.linear": "F.linear(x, m, v)",
  "F.conv1d": "F.conv1d(seq, k1, k4)",
  "F.conv2d": "F.conv2d(img, k2, k4, { padding: 1 })",
  "F.conv1dInput": "F.conv1dInput([1, 4, 6], k1, seq.narrow(2, 0, 4))",
  "F.conv1dWeight": "F.conv1dWeight(seq, [4, 4, 3], seq.narrow(2, 0, 4))",
  "F.conv2dInput": "F.conv2dInput([1, 4, 4, 4], k2, img.narrow(2, 0, 2).narrow(3, 0, 2))",
  "F.conv2dWeight": "F.conv2dWeight(img, [4, 4, 3, 3], img.narrow(2, 0, 2).narrow(3, 0, 2))",
  "F.layerNorm": "F.layerNorm(x, [3], v, w)",
  "F.rmsNorm": "F.rmsNorm(x, [3], v)",
  "F.softmax": "F.softmax(x, 1)",
  "F.convTranspose1d": "F.convTranspose1d(seq, k1, k4)",
  "F.convTranspose2d": "F.convTranspose2d(img, k2, k4)",
  "F.avgPool1d": "F.avgPool1d(seq, 2)",
  "F.avgPool2d": "F.avgPool2d(img, 2)",
  "F.maxPool1d": "F.maxPool1d(seq, 2)",
  "F.maxPool2d": "F.maxPool2d(img, 2)",
  "F.lpPool1d": "F.lpPool1d(seq, 2, 2)",
  "F.lpPool2d": "F.lpPool2d(img, 2, 2)",
  "F.adaptiveAvgPool1d": "F.adaptiveAvgPool1d(seq, 4)",
  "F.adaptiveAvgPool2d": "F.adaptiveAvgPool2d(img, [3, 2])",
  "F.adaptiveMaxPool1d": "F.adaptiveMaxPool1d(seq, 4)",
  "F.adaptiveMaxPool2d": "F.adaptiveMaxPool2d(img, [3, 2])",
  "F.batchNorm": "F.batchNorm(img, null, null, k4, null, { training: true })",
  "F.groupNorm": "F.groupNorm(img, 2)",
  "F.instanceNorm": "F.instanceNorm(img)",
  "F.localResponseNorm": "F.localResponseNorm(img, 2)",
  "F.interpolate": "F.interpolate(img, { scaleFactor: 2 })",
  "F.pad": "F.pad(x, [1, 1])",
  "F.pixelShuffle": "F.pixelShuffle(img, 2)",
  "F.pixelUnshuffle": "F.pixelUnshuffle(img, 2)",
  "F.unfold": "F.unfold(img, 2)",
  "F.fold": "F.fold(seq, [3, 4], 2)",
  "F.glu": "F.glu(seq, 1)",
  "F.prelu": "F.prelu(img, k4)",
  "F.threshold": "F.threshold(x, 0.5, 2)",
  "F.threshold_": "F.threshold_(x, 0.5, 2)",
  "F.crossEntropy": "F.crossEntropy(x, labels)",
  "F.nllLoss": "F.nllLoss(x, labels)",
  "F.embedding": "F.embedding(i, p)",
  "F.oneHot": "F.oneHot(i)",
  "F.dropout": "F.dropout(x, 0.5)",
  "F.scaledDotProductAttention": "F.scaledDotProductAttention(b, c, b)",
  "F.bilinear": "F.bilinear(x, y, k333)",
  "F.cosineSimilarity": "F.cosineSimilarity(x, y)",
  "F.tripletMarginLoss": "F.tripletMarginLoss(x, y, z)",
  "F.cosineEmbeddingLoss": "F.cosineEmbeddingLoss(x, y, labels)",
  "F.gaussianNllLoss": "F.gaussianNllLoss(x, y, z)",
  // Matrices
  "linalg.svd": "linalg.svd(x, { fullMatrices: false })",
  "linalg.cholesky": "linalg.cholesky(m.matmul(m.t()).add(eye(3, { dtype })))",
  "linalg.eigh": "linalg.eigh(m.add(m.t()))",
  "linalg.eigvalsh": "linalg.eigvalsh(m.add(m.t()))",
  "linalg.qr": "linalg.qr(m)",
  "linalg.matrixPower": "linalg.matrixPower(m, 3)",
  indexPut: "x.indexPut([j], y)",
  "F.logSoftmax": "F.logSoftmax(x, 1)",
};

const guesses = {
  method: (name) => ["()", "(y)", "(0)", "(v)", "(mask)", "(2)", "(y, z)", "(0, 1)"].map((args) => `x.${name}${args}`),
  free: (name) => ["(x)", "(x, y)", "(x, 0)", "([x, y])", "([2, 3], { dtype })", "(x, mask)", "(v)", "(v, w)", "(m)", "(x, y, z)", "(x, 2)", "(img)", "(seq)", "(m, p)", "(m, m)", "(x, labels)", "(img, 2)", "(seq, 2)", "(x, y, s)"].map((args) => `${name}${args}`),
};

const found = new Map();

/** Whether a guess gives something. */
const works = (expression) =>
  ["float32", "int64"].some((dtype) => {
    try {
      const result = sampleFunction(expression)(inputsOf(dtype));
      const tensors = tensorsIn(result);
      for (const tensor of tensors) tensor.toTypedArray();
      return tensors.length > 0 || typeof result === "boolean";
    } catch {
      return false; // a guess may be any nonsense
    }
  });

/** The sample of an operation: the one given here, or the first guess that gives a tensor (or an answer); undefined where there is none. */
export function sampleOf(name) {
  if (name in samples && works(samples[name])) return samples[name];
  if (found.has(name)) return found.get(name);
  const isMethod = !name.includes(".") && name in Tensor.prototype;
  const all = isMethod ? guesses.method(name) : guesses.free(name === "var" ? "var_" : name);
  const sample = all.find(works);
  found.set(name, sample);
  return sample;
}
