/**
 * @file Type tests of static shapes: what the compiler knows of creation, broadcasting, reductions, views, indexing, joining and
 * products. Each expectation is exact.
 */
import { arange, cat, eye, F, fromTypedArray, full, hstack, linspace, ones, rand, randint, stack, type Shape, Tensor, tensor, vstack, where, zeros } from "tesserae";
import type { Assignable, Equal, Expect } from "./expect.js";

declare const any2: Tensor<[number, 28, 28], "float32">;
declare const unknown: Tensor;
declare const list: number[][];
declare const n: number;
declare const dims: number[];
declare const image: { width: number; height: number; channels: 3; data: Uint8Array };

const a = tensor([[1, 2, 3], [4, 5, 6]]);
const f = a.float();
const x234 = zeros(2, 3, 4);

export const creation = {
  nested: tensor([[[1], [2]], [[3], [4]], [[5], [6]]]),
  scalar: tensor(1),
  empty: tensor([]),
  dynamic: tensor(list),
  image: tensor(image),
  typed: tensor(new Float32Array(6), { shape: [2, 3] }),
  vector: fromTypedArray(new Uint8Array(3)),
  sizes: zeros(2, 3),
  shape: ones([2, 3]),
  some: zeros(n, 28),
  whole: zeros(dims),
  full: full([4], 1),
  arange: arange(10),
  between: arange(1, n),
  linspace: linspace(0, 1, 5),
  eye: eye(3),
  wide: eye(2, 3),
  rand: rand(2, 2),
  randint: randint(0, 5, [3]),
};
type C = typeof creation;
export type Creation = [
  Expect<Equal<C["nested"], Tensor<[3, 2, 1], "int64">>>,
  Expect<Equal<C["scalar"], Tensor<[], "int64">>>,
  Expect<Equal<C["empty"], Tensor<[0], "float32">>>,
  Expect<Equal<C["dynamic"], Tensor<[number, number], "int64" | "float32">>>,
  Expect<Equal<C["image"], Tensor<[number, number, 3], "uint8">>>,
  Expect<Equal<C["typed"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<C["vector"], Tensor<[number], "uint8">>>,
  Expect<Equal<C["sizes"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<C["shape"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<C["some"], Tensor<[number, 28], "float32">>>,
  Expect<Equal<C["whole"], Tensor<Shape, "float32">>>,
  Expect<Equal<C["full"], Tensor<[4], "int64">>>,
  Expect<Equal<C["arange"], Tensor<[10], "int64">>>,
  Expect<Equal<C["between"], Tensor<[number], "int64" | "float32">>>,
  Expect<Equal<C["linspace"], Tensor<[5], "float32">>>,
  Expect<Equal<C["eye"], Tensor<[3, 3], "float32">>>,
  Expect<Equal<C["wide"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<C["rand"], Tensor<[2, 2], "float32">>>,
  Expect<Equal<C["randint"], Tensor<[3], "int64">>>,
];

export const broadcasting = {
  row: f.add(ones(3)),
  column: f.add(ones(2, 1)),
  outer: zeros(2, 1).mul(zeros(1, 3)),
  longer: f.sub(zeros(5, 1, 1)),
  number: f.add(1),
  unknownSize: any2.sub(zeros(28, 28)),
  unknownRank: unknown.add(f),
  unknownOther: f.add(unknown),
  one: any2.add(zeros(1, 1, 1)),
  where: where(a.lt(2), f, zeros(4, 1, 1)),
  clamp: f.clamp(0, ones(2, 1)),
  loss: F.l1Loss(f, ones(3)),
  losses: F.mseLoss(f, ones(3), { reduction: "none" }),
};
type B = typeof broadcasting;
export type Broadcasting = [
  Expect<Equal<B["row"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<B["column"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<B["outer"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<B["longer"], Tensor<[5, 2, 3], "float32">>>,
  Expect<Equal<B["number"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<B["unknownSize"], Tensor<[number, 28, 28], "float32">>>,
  Expect<Equal<B["unknownRank"]["shape"], Readonly<Shape>>>,
  Expect<Equal<B["unknownOther"]["shape"], Readonly<Shape>>>,
  Expect<Equal<B["one"], Tensor<[number, 28, 28], "float32">>>,
  Expect<Equal<B["where"], Tensor<[4, 2, 3], "float32">>>,
  Expect<Equal<B["clamp"], Tensor<[2, 3], "float32">>>,
  Expect<Equal<B["loss"], Tensor<[], "float32">>>,
  Expect<Equal<B["losses"], Tensor<[2, 3], "float32">>>,
];

export const reductions = {
  all: x234.sum(),
  first: x234.mean(0),
  last: x234.mean(-1),
  two: any2.mean([-1, -2]),
  kept: x234.sum(1, { keepdim: true }),
  keptTwo: x234.amax([0, -1], { keepdim: true }),
  keptAll: x234.sum({ keepdim: true }),
  emptyList: x234.sum([]),
  nothing: x234.all([]),
  someDim: x234.sum(n),
  someDims: x234.sum(dims),
  max: x234.max(1).indices,
  maxKept: x234.min(-1, { keepdim: true }).values,
  maxAll: x234.max(),
  argmax: x234.argmax(0),
  norm: x234.norm(2, [0, 1]),
  scalar: tensor(1).sum(0),
  unknown: unknown.mean(0),
  unknownAll: unknown.sum(),
};
type R = typeof reductions;
export type Reductions = [
  Expect<Equal<R["all"]["shape"], readonly []>>,
  Expect<Equal<R["first"]["shape"], readonly [3, 4]>>,
  Expect<Equal<R["last"]["shape"], readonly [2, 3]>>,
  Expect<Equal<R["two"]["shape"], readonly [number]>>,
  Expect<Equal<R["kept"]["shape"], readonly [2, 1, 4]>>,
  Expect<Equal<R["keptTwo"]["shape"], readonly [1, 3, 1]>>,
  Expect<Equal<R["keptAll"]["shape"], readonly [1, 1, 1]>>,
  Expect<Equal<R["emptyList"]["shape"], readonly []>>,
  Expect<Equal<R["nothing"]["shape"], readonly [2, 3, 4]>>,
  Expect<Equal<R["someDim"]["shape"], readonly [number, number]>>,
  Expect<Equal<R["someDims"]["shape"], Shape>>,
  Expect<Equal<R["max"], Tensor<[2, 4], "int64">>>,
  Expect<Equal<R["maxKept"], Tensor<[2, 3, 1], "float32">>>,
  Expect<Equal<R["maxAll"], Tensor<[], "float32">>>,
  Expect<Equal<R["argmax"], Tensor<[3, 4], "int64">>>,
  Expect<Equal<R["norm"]["shape"], readonly [4]>>,
  Expect<Equal<R["scalar"]["shape"], readonly []>>,
  Expect<Equal<R["unknown"]["shape"], Shape>>,
  Expect<Equal<R["unknownAll"]["shape"], readonly []>>,
];

export const views = {
  reshape: x234.reshape(6, 4),
  list: x234.reshape([4, 6]),
  hole: x234.reshape(-1, 4),
  holeOfUnknown: any2.reshape(-1, 784),
  view: x234.view(24),
  viewAs: x234.viewAs(zeros(6, 4)),
  flatten: x234.flatten(),
  flattenFrom: x234.flatten(1),
  flattenUnknown: any2.flatten(1),
  unflatten: zeros(2, 12).unflatten(1, [3, -1]),
  transpose: x234.transpose(0, -1),
  swapaxes: x234.swapaxes(0, -1),
  t: f.t(),
  permute: x234.permute(2, 0, 1),
  permuteList: any2.permute([1, 2, 0]),
  movedim: x234.movedim(0, -1),
  squeeze: zeros(1, 3, 1).squeeze(),
  squeezeOne: zeros(1, 3, 1).squeeze(0),
  squeezeTwo: zeros(1, 3, 1).squeeze([0, -1]),
  squeezeOther: zeros(1, 3, 1).squeeze(1),
  unsqueeze: f.unsqueeze(-1),
  unsqueezeFirst: f.unsqueeze(0),
  expand: zeros(3, 1).expand(2, -1, 4),
  expandAs: zeros(3, 1).expandAs(zeros(2, 3, 4)),
  narrow: x234.narrow(1, 0, 2),
  select: x234.select(1, 0),
  T: x234.T,
  unknown: unknown.reshape(2, 3),
};
type V = typeof views;
export type Views = [
  Expect<Equal<V["reshape"]["shape"], readonly [6, 4]>>,
  Expect<Equal<V["list"]["shape"], readonly [4, 6]>>,
  Expect<Equal<V["hole"]["shape"], readonly [6, 4]>>,
  Expect<Equal<V["holeOfUnknown"]["shape"], readonly [number, 784]>>,
  Expect<Equal<V["view"]["shape"], readonly [24]>>,
  Expect<Equal<V["viewAs"]["shape"], readonly [6, 4]>>,
  Expect<Equal<V["flatten"]["shape"], readonly [24]>>,
  Expect<Equal<V["flattenFrom"]["shape"], readonly [2, 12]>>,
  Expect<Equal<V["flattenUnknown"]["shape"], readonly [number, 784]>>,
  Expect<Equal<V["unflatten"]["shape"], readonly [2, 3, 4]>>,
  Expect<Equal<V["transpose"]["shape"], readonly [4, 3, 2]>>,
  Expect<Equal<V["swapaxes"]["shape"], readonly [4, 3, 2]>>,
  Expect<Equal<V["t"]["shape"], readonly [3, 2]>>,
  Expect<Equal<V["permute"]["shape"], readonly [4, 2, 3]>>,
  Expect<Equal<V["permuteList"]["shape"], readonly [28, 28, number]>>,
  Expect<Equal<V["movedim"]["shape"], readonly [3, 4, 2]>>,
  Expect<Equal<V["squeeze"]["shape"], readonly [3]>>,
  Expect<Equal<V["squeezeOne"]["shape"], readonly [3, 1]>>,
  Expect<Equal<V["squeezeTwo"]["shape"], readonly [3]>>,
  Expect<Equal<V["squeezeOther"]["shape"], readonly [1, 3, 1]>>,
  Expect<Equal<V["unsqueeze"]["shape"], readonly [2, 3, 1]>>,
  Expect<Equal<V["unsqueezeFirst"]["shape"], readonly [1, 2, 3]>>,
  Expect<Equal<V["expand"]["shape"], readonly [2, 3, 4]>>,
  Expect<Equal<V["expandAs"]["shape"], readonly [2, 3, 4]>>,
  Expect<Equal<V["narrow"]["shape"], readonly [2, 2, 4]>>,
  Expect<Equal<V["select"]["shape"], readonly [2, 4]>>,
  Expect<Equal<V["T"]["shape"], readonly [number, number, number]>>,
  Expect<Equal<V["unknown"]["shape"], readonly [2, 3]>>,
];

export const indexing = {
  position: x234.at(0),
  negative: x234.at(-1, 0),
  slices: zeros(28, 28).at("4:10", "4:10"),
  open: zeros(28, 28).at("4:", ":10"),
  fromEnd: zeros(28).at("-3:"),
  beyond: zeros(28).at("20:100"),
  backwards: zeros(28).at("10:4"),
  step: zeros(7).at("::2"),
  stepped: zeros(7).at("1:6:3"),
  newAxis: x234.at(null, 0),
  ellipsis: x234.at("...", 0),
  around: zeros(2, 3, 4, 5).at(0, null, "...", "1:3"),
  whole: any2.at(":", 0),
  unknownSlice: any2.at("4:10"),
  unknownPosition: x234.at(n),
  object: x234.at({ start: 1 }),
  unknown: unknown.at(0),
};
type I = typeof indexing;
export type Indexing = [
  Expect<Equal<I["position"]["shape"], readonly [3, 4]>>,
  Expect<Equal<I["negative"]["shape"], readonly [4]>>,
  Expect<Equal<I["slices"]["shape"], readonly [6, 6]>>,
  Expect<Equal<I["open"]["shape"], readonly [24, 10]>>,
  Expect<Equal<I["fromEnd"]["shape"], readonly [3]>>,
  Expect<Equal<I["beyond"]["shape"], readonly [8]>>,
  Expect<Equal<I["backwards"]["shape"], readonly [0]>>,
  Expect<Equal<I["step"]["shape"], readonly [4]>>,
  Expect<Equal<I["stepped"]["shape"], readonly [2]>>,
  Expect<Equal<I["newAxis"]["shape"], readonly [1, 3, 4]>>,
  Expect<Equal<I["ellipsis"]["shape"], readonly [2, 3]>>,
  Expect<Equal<I["around"]["shape"], readonly [1, 3, 4, 2]>>,
  Expect<Equal<I["whole"]["shape"], readonly [number, 28]>>,
  Expect<Equal<I["unknownSlice"]["shape"], readonly [number, 28, 28]>>,
  Expect<Equal<I["unknownPosition"]["shape"], readonly [3, 4]>>,
  Expect<Equal<I["object"]["shape"], readonly [number, 3, 4]>>,
  Expect<Equal<I["unknown"]["shape"], Shape>>,
];

export const joining = {
  stack: stack([zeros(28, 28), ones(28, 28)]),
  stackLast: stack([zeros(2), zeros(2), zeros(2)], -1),
  stackMany: stack([1, 2].map(() => zeros(28, 28))),
  stackUnknown: stack([any2, zeros(5, 28, 28)]),
  cat: cat([zeros(2, 3), zeros(4, 3)]),
  catLast: cat([zeros(2, 3), zeros(2, 5), zeros(2, 1)], -1),
  catMany: cat([1, 2].map(() => zeros(2, 3)), 1),
  catUnknown: cat([any2, any2]),
  catEmpty: cat([zeros(0), zeros(2, 3)]),
  dtypes: stack([a, f]),
  rows: hstack([f, f]),
  vectors: hstack([zeros(2), zeros(3)]),
  columns: vstack([f, f]),
  repeated: f.repeat(5, 2, 3),
  tiled: f.tile([2]),
  repeatUnknown: any2.repeat(3, 1, 2),
};
type J = typeof joining;
export type Joining = [
  Expect<Equal<J["stack"], Tensor<[2, 28, 28], "float32">>>,
  Expect<Equal<J["stackLast"]["shape"], readonly [2, 3]>>,
  Expect<Equal<J["stackMany"]["shape"], readonly [number, 28, 28]>>,
  Expect<Equal<J["stackUnknown"]["shape"], readonly [2, 5, 28, 28]>>,
  Expect<Equal<J["cat"]["shape"], readonly [6, 3]>>,
  Expect<Equal<J["catLast"]["shape"], readonly [2, 9]>>,
  Expect<Equal<J["catMany"]["shape"], readonly [2, number]>>,
  Expect<Equal<J["catUnknown"]["shape"], readonly [number, 28, 28]>>,
  Expect<Equal<J["catEmpty"]["shape"], readonly [2, 3]>>,
  Expect<Equal<J["dtypes"], Tensor<[2, 2, 3], "float32">>>,
  Expect<Equal<J["rows"]["shape"], readonly [2, 6]>>,
  Expect<Equal<J["vectors"]["shape"], readonly [5]>>,
  Expect<Equal<J["columns"]["shape"], readonly [4, 3]>>,
  Expect<Equal<J["repeated"]["shape"], readonly [5, 4, 9]>>,
  Expect<Equal<J["tiled"]["shape"], readonly [2, 6]>>,
  Expect<Equal<J["repeatUnknown"]["shape"], readonly [number, 28, 56]>>,
];

export const products = {
  matrices: zeros(128, 784).matmul(zeros(784, 30)),
  batches: zeros(8, 1, 2, 3).matmul(zeros(5, 3, 4)),
  vector: f.matmul(zeros(3)),
  row: zeros(2).matmul(f),
  dot: zeros(3).dot(zeros(3)),
  unknownSize: any2.matmul(zeros(28, 10)),
  unknown: unknown.matmul(f),
};
type P = typeof products;
export type Products = [
  Expect<Equal<P["matrices"]["shape"], readonly [128, 30]>>,
  Expect<Equal<P["batches"]["shape"], readonly [8, 5, 2, 4]>>,
  Expect<Equal<P["vector"]["shape"], readonly [2]>>,
  Expect<Equal<P["row"]["shape"], readonly [3]>>,
  Expect<Equal<P["dot"]["shape"], readonly []>>,
  Expect<Equal<P["unknownSize"]["shape"], readonly [number, 28, 10]>>,
  Expect<Equal<P["unknown"]["shape"], Shape>>,
];

declare const options: { readonly stride?: number; readonly padding?: 1 };
const images = zeros(64, 3, 28, 28);
export const layers = {
  linear: F.linear(zeros(128, 784), zeros(30, 784), zeros(30)),
  linearVector: F.linear(zeros(5, 3), zeros(3)),
  plain: F.conv2d(images, zeros(8, 3, 5, 5)),
  padded: F.conv2d(images, zeros(8, 3, 3, 3), zeros(8), { padding: 1 }),
  strided: F.conv2d(images, zeros(8, 3, 3, 3), null, { stride: 2, padding: 1 }),
  each: F.conv2d(images, zeros(8, 3, 3, 5), null, { stride: [2, 1], padding: [0, 2], dilation: [3, 1] }),
  same: F.conv2d(images, zeros(8, 3, 4, 4), null, { padding: "same" }),
  valid: F.conv2d(images, zeros(8, 3, 4, 4), null, { padding: "valid" }),
  groups: F.conv2d(images, zeros(9, 1, 3, 3), null, { groups: 3 }),
  unbatched: F.conv2d(zeros(3, 28, 28), zeros(8, 3, 3, 3)),
  unknownBatch: F.conv2d(any2.unsqueeze(1), zeros(8, 1, 3, 3)),
  unknownOptions: F.conv2d(images, zeros(8, 3, 3, 3), null, options),
  unknownRank: F.conv2d(unknown.float(), zeros(8, 3, 3, 3)),
  sequence: F.conv1d(zeros(2, 4, 100), zeros(6, 4, 7), null, { stride: 3 }),
};
type L = typeof layers;
export type Layers = [
  Expect<Equal<L["linear"], Tensor<[128, 30], "float32">>>,
  Expect<Equal<L["linearVector"]["shape"], readonly [5]>>,
  Expect<Equal<L["plain"], Tensor<[64, 8, 24, 24], "float32">>>,
  Expect<Equal<L["padded"]["shape"], readonly [64, 8, 28, 28]>>,
  Expect<Equal<L["strided"]["shape"], readonly [64, 8, 14, 14]>>,
  Expect<Equal<L["each"]["shape"], readonly [64, 8, 11, 28]>>,
  Expect<Equal<L["same"]["shape"], readonly [64, 8, 28, 28]>>,
  Expect<Equal<L["valid"]["shape"], readonly [64, 8, 25, 25]>>,
  Expect<Equal<L["groups"]["shape"], readonly [64, 9, 26, 26]>>,
  Expect<Equal<L["unbatched"]["shape"], readonly [8, 26, 26]>>,
  Expect<Equal<L["unknownBatch"]["shape"], readonly [number, 8, 26, 26]>>,
  Expect<Equal<L["unknownOptions"]["shape"], readonly [64, 8, number, number]>>,
  Expect<Equal<L["unknownRank"]["shape"], Shape>>,
  Expect<Equal<L["sequence"]["shape"], readonly [2, 6, 32]>>,
];

/** Everything static is assignable to what is less static, and not the other way round. */
type Known = Tensor<[2, 3], "float32">;
export type Covariance = [
  Expect<Assignable<Known, Tensor>>,
  Expect<Assignable<Known, Tensor<[2, 3]>>>,
  Expect<Assignable<Known, Tensor<[number, 3]>>>,
  Expect<Assignable<Known, Tensor<readonly [2, 3]>>>,
  Expect<Assignable<Known, Tensor<Shape, "float32">>>,
  Expect<Equal<Assignable<Tensor, Known>, false>>,
  Expect<Equal<Assignable<Known, Tensor<[3, 2]>>, false>>,
  Expect<Equal<Assignable<Known, Tensor<Shape, "int64">>, false>>,
  Expect<Assignable<(typeof views)["flatten"], Tensor>>,
  Expect<Assignable<(typeof reductions)["kept"], Tensor>>,
];
