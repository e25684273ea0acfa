/**
 * @file Distances of all pairs of rows (cdist). Near ones are taken by differences in one kernel; Euclidean ones of many rows, as in
 * PyTorch, through a product of matrices. `tensor/` makes the function of it.
 */
import { isFloating } from "../core/dtype.js";
import { DTypeError, ShapeError, ValueError } from "../core/errors.js";
import { broadcastShapes, formatShape } from "../core/shape.js";
import { constant } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { call, numberAt, recordedAs, tensorAt, withOptions, wordAt } from "./call.js";
import { using, valueOf, type Value } from "./gradient.js";
import { norm } from "./recorded.js";
import { reductionOps } from "./reductions.js";

const modes = ["use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist"] as const;
/** When Euclidean distances are taken through a product of matrices: by the number of rows (above 25), always, never. */
export type ComputeMode = (typeof modes)[number];

interface Request {
  readonly b: TensorImpl;
  readonly p: number;
  readonly byProduct: boolean;
}

function requestOf(name: string, a: TensorImpl, args: readonly unknown[]): Request {
  const [positional, option] = withOptions(name, args, ["p", "computeMode"]);
  const b = tensorAt(name, "the second tensor", positional[0]);
  const p = numberAt(name, "p", positional[1] ?? option("p"), 2);
  const mode = wordAt(name, "computeMode", option("computeMode") ?? modes[0], modes);
  for (const x of [a, b]) {
    if (!isFloating(x.dtype)) throw new DTypeError(`${name}: got ${x.dtype}, but it takes float32 and float64: cast it first with .float()`);
    if (x.shape.length < 2) throw new ShapeError(`${name}: expects at least two dimensions, not the shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: both tensors need one dtype, not ${a.dtype} and ${b.dtype}: cast one with .to("${a.dtype}")`);
  if (a.shape.at(-1) !== b.shape.at(-1)) {
    throw new ShapeError(`${name}: rows of ${a.shape.at(-1)} and ${b.shape.at(-1)} elements: ${formatShape(a.shape)} and ${formatShape(b.shape)} must end in the same size`);
  }
  if (!(p >= 0)) throw new ValueError(`${name}: p must not be negative, but is ${p}`);
  const many = (a.shape.at(-2) ?? 0) > 25 || (b.shape.at(-2) ?? 0) > 25;
  return { b, p, byProduct: p === 2 && (mode === modes[1] || (mode === modes[0] && many)) };
}

/** Every row of the one less every row of the other: [..., P, R, M]. */
const differences = (a: Value, b: Value): Value => a.unsqueeze(-2).sub(b.unsqueeze(-3));

/** √(|a|² + |b|² - 2 a·b). Source: PyTorch, aten/src/ATen/native/Distance.cpp, _euclidean_dist. */
function byProductOf(a: Value, b: Value): Value {
  const squares = a.square().sum(-1, { keepdim: true }).add(b.square().sum(-1, { keepdim: true }).transpose(-2, -1));
  return a.matmul(b.transpose(-2, -1)).mul(-2).add(squares).maximum(0).sqrt();
}

function cdist(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const { b, p, byProduct } = requestOf(name, x, args);
  const shape = [...broadcastShapes(name, x.shape.slice(0, -2), b.shape.slice(0, -2)), x.shape.at(-2) ?? 0, b.shape.at(-2) ?? 0];
  if (x.shape.at(-1) === 0) return TensorImpl.of(constant(0, x.dtype, shape));
  const [left, right] = [valueOf(x.detached()), valueOf(b.detached())];
  return byProduct ? byProductOf(left, right).impl : norm(reductionOps.norm, differences(left, right).impl, p, -1, {});
}

const zeroWhere = (condition: Value, value: Value): Value => value.zeros().where(condition, value);

/** The slope of a distance along a difference. Source: PyTorch, aten/src/ATen/native/cpu/DistanceOpsKernel.cpp, `backward` of each. */
function slope(p: number, difference: Value, distance: Value): Value {
  if (p === 0) return difference.zeros();
  if (p === 1) return difference.sign();
  if (p === 2) return zeroWhere(distance.eq(0), difference.div(distance));
  if (p === Infinity) return difference.sign().mul(difference.abs().eq(distance));
  if (p < 2) {
    const none = p < 1 ? distance.eq(0).add(difference.eq(0)) : distance.eq(0);
    return zeroWhere(none, difference.sign().mul(difference.abs().pow(p - 1)).div(distance.pow(p - 1)));
  }
  return zeroWhere(distance.eq(0), difference.mul(difference.abs().pow(p - 2)).div(distance.pow(p - 1)));
}

/** The gradient of one side: `own` has the dimension of its rows at -2 of the distances or, for the second, at -1. */
function gradientOf({ p, byProduct }: Request, side: "a" | "b") {
  return ({ grad, a, b, out }: Readonly<Record<"grad" | "a" | "b" | "out", Value>>): Value => {
    if (byProduct) {
      const ratio = zeroWhere(out.eq(0), grad.div(out));
      const [own, other, weights] = side === "a" ? [a, b, ratio] : [b, a, ratio.transpose(-2, -1)];
      return own.mul(weights.sum(-1, { keepdim: true })).sub(weights.matmul(other));
    }
    const each = slope(p, differences(a, b), out.unsqueeze(-1)).mul(grad.unsqueeze(-1));
    return side === "a" ? each.sum(-2) : each.sum(-3).neg();
  };
}

export const cdistOp = call("cdist", cdist, (a, args) => {
  const request = requestOf("cdist", a, args);
  if (a.shape.at(-1) === 0) return recordedAs({ a, b: request.b }, { a: using(["a"], ({ a: x }) => x.zeros()), b: using(["b"], ({ b: x }) => x.zeros()) });
  return recordedAs({ a, b: request.b }, { a: using(["a", "b", "out"], gradientOf(request, "a")), b: using(["a", "b", "out"], gradientOf(request, "b")) });
});
cdistOp.name = "cdist";
