/**
 * @file Type tests of indexing with tensors, masks and lists: what the compiler knows of the result's shape. Each expectation is exact.
 */
import { arange, tensor, zeros, type Shape, type Tensor } from "tesserae";
import type { Equal, Expect } from "./expect.js";

declare const unknown: Tensor;
declare const bools: Tensor<Shape, "bool">;
declare const list: number[];
declare const either: Tensor<[4], "int64" | "bool">;

const x = zeros(2, 3, 4);
const rows = tensor([0, 1]);
const column = tensor([[0], [1]]);
const mask = zeros(2, 3).bool();

export const chosen = {
  rows: x.at(rows),
  inTheMiddle: x.at(":", rows),
  ellipsis: x.at("...", rows),
  neighbours: x.at(rows, rows),
  apart: x.at(rows, ":", rows),
  apartByEllipsis: zeros(2, 3, 4, 5).at(rows, "...", rows),
  byNothing: zeros(2, 3).at(rows, "...", rows),
  afterPosition: x.at(0, ":", rows),
  positionBetween: x.at(rows, 0, rows),
  newBetween: x.at(rows, null, rows),
  sliced: x.at(rows, "1:"),
  broadcast: x.at(column, tensor([2, 0, 1])),
  scalar: x.at(tensor(1)),
  mask: x.at(mask),
  maskAndSlice: x.at(mask, "1:3"),
  maskOfAll: x.at(x.gt(0)),
  truth: x.at(true, 0),
  list: x.at([0, 1, 1]),
  lists: x.at([0, 1], ":", [2, 3]),
  booleans: x.at([true, false]),
  dynamicList: x.at(list),
  sequence: x.at([[0, 1], [1, 0]]),
  nested: x.at([[0, 1], [1, 0]], 0),
  bytes: x.at(zeros(2, { dtype: "uint8" })),
  unknownTensor: x.at(unknown),
  unknownMask: x.at(bools),
  unknownDType: x.at(either),
  unknownSource: unknown.at(rows),
  dtype: arange(3).at(rows),
};
type C = typeof chosen;
export type Chosen = [
  Expect<Equal<C["rows"]["shape"], readonly [2, 3, 4]>>,
  Expect<Equal<C["inTheMiddle"]["shape"], readonly [2, 2, 4]>>,
  Expect<Equal<C["ellipsis"]["shape"], readonly [2, 3, 2]>>,
  Expect<Equal<C["neighbours"]["shape"], readonly [2, 4]>>,
  Expect<Equal<C["apart"]["shape"], readonly [2, 3]>>,
  Expect<Equal<C["apartByEllipsis"]["shape"], readonly [2, 3, 4]>>,
  Expect<Equal<C["byNothing"]["shape"], readonly [2]>>,
  Expect<Equal<C["afterPosition"]["shape"], readonly [3, 2]>>,
  Expect<Equal<C["positionBetween"]["shape"], readonly [2]>>,
  Expect<Equal<C["newBetween"]["shape"], readonly [2, 1, 4]>>,
  Expect<Equal<C["sliced"]["shape"], readonly [2, 2, 4]>>,
  Expect<Equal<C["broadcast"]["shape"], readonly [2, 3, 4]>>,
  Expect<Equal<C["scalar"]["shape"], readonly [3, 4]>>,
  Expect<Equal<C["mask"]["shape"], readonly [number, 4]>>,
  Expect<Equal<C["maskAndSlice"]["shape"], readonly [number, 2]>>,
  Expect<Equal<C["maskOfAll"]["shape"], readonly [number]>>,
  Expect<Equal<C["truth"]["shape"], readonly [number, 3, 4]>>,
  Expect<Equal<C["list"]["shape"], readonly [3, 3, 4]>>,
  Expect<Equal<C["lists"]["shape"], readonly [2, 3]>>,
  Expect<Equal<C["booleans"]["shape"], readonly [number, 3, 4]>>,
  Expect<Equal<C["dynamicList"]["shape"], readonly [number, 3, 4]>>,
  Expect<Equal<C["sequence"]["shape"], Shape>>,
  Expect<Equal<C["nested"]["shape"], Shape>>,
  Expect<Equal<C["bytes"]["shape"], readonly [number, 3, 4]>>,
  Expect<Equal<C["unknownTensor"]["shape"], Shape>>,
  Expect<Equal<C["unknownMask"]["shape"], Shape>>,
  Expect<Equal<C["unknownDType"]["shape"], Shape>>,
  Expect<Equal<C["unknownSource"]["shape"], Shape>>,
  Expect<Equal<C["dtype"]["dtype"], "int64">>,
];
