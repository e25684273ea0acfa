/**
 * @file Losses whose gradients are not what their formulas' parts would give: because a part overflows, because PyTorch takes another side at
 * a corner, or because it would be several kernels. tensor/functional/ runs them, checks what users give, and folds what they return.
 */
import { InternalError, IndexError } from "../core/errors.js";
import { numel } from "../core/shape.js";
import { constant, expandTo, index, map, cast } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { applied, logsigmoid } from "./activation-functions.js";
import { call, recordedAs, tensorAt, wholeAt, type CallGradient, type CallOp } from "./call.js";
import { binaryPure, bring } from "./elementwise.js";
import { Formula } from "./formula.js";
import { elementsAt, rangeOf } from "./gathering.js";
import { using, valueOf, type BinaryGradient, type Value } from "./gradient.js";
import type { BinaryOp } from "./kinds.js";

// Pairs of elements

const pair = (name: string, lower: (a: Operand, b: Operand, f: Formula) => Operand, gradient: BinaryGradient): BinaryOp => ({
  ...binaryPure({ rule: "promote", domain: "floating", lower: (a, b) => lower(a, b, Formula.of(a)), gradient }),
  name,
});

/** The slope of a loss of the difference alone: for the first argument, and with the other sign for the second. */
const ofDifference = (slope: (difference: Value) => Value): BinaryGradient => ({
  a: using(["a", "b"], ({ grad, a, b }) => grad.mul(slope(a.sub(b)))),
  b: using(["a", "b"], ({ grad, a, b }) => grad.neg().mul(slope(a.sub(b)))),
});

/** d² / 2 beta where |d| < beta, else |d| - beta / 2. */
export const smoothL1 = (beta: number): BinaryOp =>
  pair(
    "smoothL1Loss",
    (a, b, f) => {
      const size = f.do("abs", f.sub(a, b));
      return f.where(f.lt(size, beta), f.div(f.mul(f.mul(size, size), 0.5), beta), f.sub(size, 0.5 * beta));
    },
    ofDifference((d) => d.sign().where(d.abs().ge(beta), d.div(beta))),
  );

/** d² / 2 where |d| ≤ delta, else delta · (|d| - delta / 2). */
export const huber = (delta: number): BinaryOp =>
  pair(
    "huberLoss",
    (a, b, f) => {
      const size = f.do("abs", f.sub(a, b));
      return f.where(f.compare("le", size, delta), f.mul(f.mul(size, size), 0.5), f.mul(f.sub(size, 0.5 * delta), delta));
    },
    ofDifference((d) => d.sign().mul(delta).where(d.abs().ge(delta), d)),
  );

/** -(t log(p) + (1 - t) log(1 - p)), the logarithms not below -100. */
export const binaryCrossEntropy: BinaryOp = pair(
  "binaryCrossEntropy",
  (p, t, f) => {
    const [yes, no] = [f.do("max", f.do("log", p), -100), f.do("max", f.do("log1p", f.do("neg", p)), -100)];
    return f.sub(f.mul(f.sub(t, 1), no), f.mul(t, yes));
  },
  {
    a: using(["a", "b"], ({ grad, a, b }) => grad.mul(a.sub(b)).div(a.neg().add(1).mul(a).maximum(1e-12))),
    b: using(["a"], ({ grad, a }) => grad.mul(a.neg().add(1).log().sub(a.log()))),
  },
);

/**
 * (1 - t) x - w log(sigmoid(x)), w = 1 + (posWeight - 1) t: binary cross entropy of the sigmoid of x. Called with x, the target, and the
 * weight of the positive, which has x's dtype and broadcasts to it.
 */
export const binaryCrossEntropyWithLogits: CallOp = { ...call("loss", logitsLoss, logitsGradient), name: "binaryCrossEntropyWithLogits" };

function logitsLoss(x: TensorImpl, [t, w]: readonly unknown[], name: string): TensorImpl {
  const { shape, dtype } = x;
  const f = new Formula(dtype, shape);
  const [logits, target] = [x.operand(), bring(tensorAt(name, "target", t), dtype, shape)];
  // log(sigmoid(x)) = min(x, 0) - log(1 + e^-|x|), which never overflows.
  const small = f.do("log1p", f.do("exp", f.do("neg", f.do("abs", logits))));
  const log = f.sub(f.do("min", logits, 0), small);
  const weighted = w === undefined ? log : f.mul(log, f.add(f.mul(f.sub(bring(tensorAt(name, "posWeight", w), dtype, shape), 1), target), 1));
  return TensorImpl.of(f.sub(f.mul(f.sub(1, target), logits), weighted));
}

function logitsGradient(x: TensorImpl, [t, w]: readonly unknown[]): CallGradient {
  const name = "binaryCrossEntropyWithLogits";
  const target = tensorAt(name, "target", t);
  if (w === undefined) {
    return recordedAs({ x, target }, {
      x: using(["x", "target"], ({ grad, x, target }) => grad.mul(x.sigmoid().sub(target))),
      target: using(["x"], ({ grad, x }) => grad.neg().mul(x)),
    });
  }
  return recordedAs({ x, target, weight: tensorAt(name, "posWeight", w) }, {
    x: using(["x", "target", "weight"], ({ grad, x, target, weight }) => {
      const positive = weight.mul(target);
      return grad.mul(positive.add(1).sub(target).mul(x.sigmoid()).sub(positive));
    }),
    target: using(["x", "weight"], ({ grad, x, weight }) => grad.neg().mul(x.add(weight.sub(1).mul(applied(logsigmoid, x))))),
  });
}

// Classes

/** Throws IndexError unless each target is a class or to be ignored. Gives whether there may be some to ignore. */
export function hasIgnored(name: string, target: TensorImpl, classes: number, ignoreIndex: number): boolean {
  const range = rangeOf(target.operand());
  if (range === undefined) return false;
  if (!Number.isFinite(range.most)) return true; // inside compile(fn) elements are not known
  const maybe = range.least <= ignoreIndex && ignoreIndex <= range.most;
  const others = range.least >= 0 && range.most < classes ? range : maybe ? rangeOf(safeTargets(target, ignoreIndex)) : range;
  if (others === undefined) throw new InternalError(`${name}: targets without a range`);
  const wrong = others.least < 0 ? others.least : others.most >= classes ? others.most : undefined;
  if (wrong !== undefined) throw new IndexError(`${name}: target ${wrong} is out of bounds: there are ${classes} classes, counted from 0`);
  return maybe;
}

/** The targets as positions, 0 where they are to be ignored. */
function safeTargets(target: TensorImpl, ignoreIndex: number | undefined): Operand {
  const classes = cast(target.operand(), "int64");
  if (ignoreIndex === undefined) return classes;
  const f = Formula.of(classes);
  return f.where(f.eq(classes, ignoreIndex), 0, classes);
}

/** What stands at the targets, 0 where they are to be ignored. */
function atTargets(target: TensorImpl, ignoreIndex: number | undefined, value: (classes: Operand) => Operand): Operand {
  const picked = value(safeTargets(target, ignoreIndex));
  if (ignoreIndex === undefined) return picked;
  const classes = cast(target.operand(), "int64");
  return Formula.of(picked).where(Formula.of(classes).eq(classes, ignoreIndex), 0, picked);
}

const weightAt = (weight: TensorImpl, classes: Operand): Operand =>
  elementsAt(weight.operand(), classes.view.shape, classes.view.shape.map(() => undefined), [{ dim: 0, index: classes }]);

/** The weight of each target's class, 0 where it is to be ignored. */
export const weightsOfTargets = (weight: TensorImpl, target: TensorImpl, ignoreIndex: number | undefined): TensorImpl =>
  TensorImpl.of(atTargets(target, ignoreIndex, (classes) => weightAt(weight, classes)));

/**
 * The negative of what stands at the target's class, along dimension 1 of x ([N, C, …]), times the class's weight. Called with x, the
 * target ([N, …]), the weight ([C], or undefined) and the target to ignore (or undefined: there is none), all of them checked.
 */
export const negativeAtTarget: CallOp = { ...call("loss", picked, pickedGradient), name: "nllLoss" };

function picked(x: TensorImpl, [t, w, ignored]: readonly unknown[], name: string): TensorImpl {
  const target = tensorAt(name, "target", t);
  const { shape } = target;
  if (numel(shape) === 0) return TensorImpl.of(constant(0, x.dtype, shape));
  const kept = shape.map((_, d) => (d === 0 ? 0 : d + 1));
  const loss = (classes: Operand): Operand => {
    const below = map("neg", x.dtype, elementsAt(x.operand(), shape, kept, [{ dim: 1, index: classes }]));
    return w === undefined ? below : map("mul", x.dtype, below, expandTo(weightAt(tensorAt(name, "weight", w), classes), shape));
  };
  return TensorImpl.of(atTargets(target, ignored === undefined ? undefined : wholeAt(name, "ignoreIndex", ignored), loss));
}

/** At the target's class minus its weight, elsewhere 0: a comparison with the class's number, so that nothing is scattered. */
function pickedGradient(x: TensorImpl, [t, w, ignored]: readonly unknown[]): CallGradient {
  const name = "nllLoss";
  const target = tensorAt(name, "target", t);
  const shape = x.shape.map((size, d) => (d === 1 ? size : 1));
  const placed = (grad: Value, target: Value): Value => {
    const classes = valueOf(TensorImpl.of(index([x.shape[1]]))).reshape(shape);
    const here = target.unsqueeze(1).eq(classes);
    const counted = ignored === undefined ? here : here.logicalAnd(target.unsqueeze(1).ne(wholeAt(name, "ignoreIndex", ignored)));
    return grad.where(counted, 0);
  };
  if (w === undefined) {
    return recordedAs({ x, target }, { x: using(["target"], ({ grad, target }) => placed(grad.unsqueeze(1).neg(), target)) });
  }
  return recordedAs({ x, target, weight: tensorAt(name, "weight", w) }, {
    x: using(["target", "weight"], ({ grad, target, weight }) => placed(grad.unsqueeze(1).neg().mul(weight.reshape(shape)), target)),
  });
}
