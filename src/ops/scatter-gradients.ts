/**
 * @file The gradients of writes to computed positions: for each entry of scattering.ts the rules of what is written to and of what is
 * written, after PyTorch's derivatives.yaml. They are made of the same recorded operations, so that gradients have gradients.
 */
import { InternalError } from "../core/errors.js";
import { broadcastShapes, numel, type Shape } from "../core/shape.js";
import { contiguousStrides } from "../core/view.js";
import { dense, expandTo } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { recordedAs, type CallGradient, type CallOp } from "./call.js";
import { nonzeroPositions } from "./counting.js";
import { gatherOps } from "./gathering.js";
import { same, using, valueOf, type Value } from "./gradient.js";
import { picked } from "./pick-gradient.js";
import { callOp, gather } from "./recorded.js";
import { scatteringOps } from "./scattering.js";
import { embedded } from "./view-gradient.js";

/** Where along one dimension each element goes. */
export interface Along {
  readonly dim: number;
  readonly index: TensorImpl;
}

function called(op: CallOp, x: Value, ...args: readonly unknown[]): Value {
  const result = callOp(op, x.impl, args);
  if (result instanceof TensorImpl) return valueOf(result);
  throw new InternalError(`${op.name} gives one tensor`);
}

const gathered = (x: Value, { dim, index }: Along): Value => valueOf(gather(gatherOps.gather, x.impl, index, dim));
const added = (x: Value, { dim, index }: Along, source: Value): Value => called(scatteringOps.scatterAdd, x, dim, index, source.impl);
const emptied = (x: Value, { dim, index }: Along): Value => (numel(index.shape) === 0 ? x : called(scatteringOps.scatter, x, dim, index, 0));
const ones = (x: Value): Value => x.zeros().add(1);

/** The part of a source that an index of a smaller shape reaches. */
const reached = (x: Value, shape: Shape): Value =>
  x.shape.length === shape.length ? shape.reduce((part, size, d) => (part.shape[d] === size ? part : part.narrow(d, 0, size)), x) : x.reshape(shape);

/** A gradient of that part as one of the whole source. */
function whole(grad: Value, shape: Shape): Value {
  if (numel(grad.shape) === numel(shape)) return grad.reshape(shape);
  return valueOf(embedded(grad.impl, { shape: grad.shape, strides: contiguousStrides(shape), offset: 0 }, shape));
}

/** `scatter`; a number as the source needs no rule. */
export function scatterGradient(x: TensorImpl, source: TensorImpl | undefined, along: Along): CallGradient {
  const ofX = ({ grad }: { readonly grad: Value }): Value => emptied(grad, along);
  if (!source) return recordedAs({ x }, { x: ofX });
  return recordedAs({ x, source }, { x: ofX, source: ({ grad }) => whole(gathered(grad, along), source.shape) });
}

export function scatterAddGradient(x: TensorImpl, source: TensorImpl, along: Along): CallGradient {
  return recordedAs({ x, source }, { x: same, source: ({ grad }) => whole(gathered(grad, along), source.shape) });
}

/** How `scatterReduce` brings elements together. */
export type Fold = "sum" | "prod" | "mean" | "amax" | "amin";

/** Source: PyTorch, torch/csrc/autograd/FunctionsManual.cpp, scatter_reduce_backward. */
export function scatterReduceGradient(x: TensorImpl, source: TensorImpl, along: Along, how: Fold, includeSelf: boolean): CallGradient {
  const { index } = along;
  const left = (grad: Value): Value => (includeSelf ? grad : emptied(grad, along));
  const given = (values: { readonly source: Value }): Value => reached(values.source, index.shape);
  if (how === "sum") return recordedAs({ x, source }, { x: ({ grad }) => left(grad), source: ({ grad }) => whole(gathered(grad, along), source.shape) });
  if (how === "mean") {
    const shared = (grad: Value): Value => {
      const count = added(includeSelf ? ones(grad) : grad.zeros(), along, ones(gathered(grad, along)));
      return grad.div(count.maximum(1));
    };
    return recordedAs({ x, source }, { x: ({ grad }) => left(shared(grad)), source: ({ grad }) => whole(gathered(shared(grad), along), source.shape) });
  }
  if (how === "prod") {
    return recordedAs({ x, source }, {
      x: using(["x", "source"], (all) => left(productSlopeOfSelf(all.grad, all.x, given(all), along, includeSelf))),
      source: using(["x", "source", "out"], (all) => whole(productSlopeOfSource(all.grad, all.x, given(all), all.out, along, includeSelf), source.shape)),
    });
  }
  // The gradient of an extreme is shared among all that equal it.
  const share = (grad: Value, self: Value, values: Value, out: Value) => {
    const selfIsIt = self.eq(out).to(grad.dtype);
    const valueIsIt = values.eq(gathered(out, along)).to(grad.dtype);
    return { selfIsIt, valueIsIt, part: grad.div(added(selfIsIt, along, valueIsIt)) };
  };
  return recordedAs({ x, source }, {
    x: using(["x", "source", "out"], (all) => {
      const { selfIsIt, part } = share(all.grad, all.x, given(all), all.out);
      return left(selfIsIt.mul(part));
    }),
    source: using(["x", "source", "out"], (all) => {
      const { valueIsIt, part } = share(all.grad, all.x, given(all), all.out);
      return whole(valueIsIt.mul(gathered(part, along)), source.shape);
    }),
  });
}

const multiplied = (x: Value, { dim, index }: Along, source: Value, includeSelf: boolean): Value =>
  called(scatteringOps.scatterReduce, x, dim, index, source.impl, "prod", { includeSelf });

/** The product of the others is the product by the element, where that is not 0; where it is, the product with a 1 in its place. */
function productSlopeOfSelf(grad: Value, x: Value, source: Value, along: Along, includeSelf: boolean): Value {
  const masked = x.where(x.ne(0), 1);
  return grad.mul(multiplied(masked, along, source, includeSelf)).div(masked);
}

/** The same for the source, of which several elements may be 0 at one place: then all their slopes are 0. */
function productSlopeOfSource(grad: Value, x: Value, source: Value, out: Value, along: Along, includeSelf: boolean): Value {
  const isZero = source.eq(0);
  const zeros = gathered(added(x.zeros(), along, isZero.to(x.dtype)), along);
  const isOnlyZero = isZero.logicalAnd(zeros.eq(1));
  const withOne = multiplied(x, along, source.where(isOnlyZero.logicalNot(), 1), includeSelf);
  const others = gathered(grad.mul(out), along).div(source.where(isZero.logicalNot(), 1));
  return gathered(grad.mul(withOne), along).where(isOnlyZero, others);
}

// Slices

const selected = (x: Value, { dim, index }: Along, shape: Shape): Value => valueOf(gather(gatherOps.indexSelect, x.impl, index, dim)).reshape(shape);
const filled = (x: Value, { dim, index }: Along, value: number): Value => called(scatteringOps.indexFill, x, dim, index, value);

export function indexAddGradient(x: TensorImpl, source: TensorImpl, along: Along, alpha: number): CallGradient {
  return recordedAs({ x, source }, { x: same, source: ({ grad }) => (alpha === 1 ? selected(grad, along, source.shape) : selected(grad, along, source.shape).mul(alpha)) });
}

export function indexCopyGradient(x: TensorImpl, source: TensorImpl, along: Along): CallGradient {
  return recordedAs({ x, source }, { x: ({ grad }) => filled(grad, along, 0), source: ({ grad }) => selected(grad, along, source.shape) });
}

export function indexFillGradient(x: TensorImpl, value: TensorImpl | undefined, along: Along): CallGradient {
  const ofX = ({ grad }: { readonly grad: Value }): Value => filled(grad, along, 0);
  if (!value) return recordedAs({ x }, { x: ofX });
  return recordedAs({ x, value }, { x: ofX, value: ({ grad }) => grad.where(filled(grad.zeros(), along, 1).ne(0), grad.zeros()).sum() });
}

// Masks and positions

export function maskedScatterGradient(x: TensorImpl, mask: TensorImpl, source: TensorImpl): CallGradient {
  const shape = broadcastShapes("maskedScatter", x.shape, mask.shape);
  const wide = TensorImpl.of(dense(expandTo(mask.operand(), shape)));
  return recordedAs({ x, source }, {
    x: ({ grad }) => grad.zeros().where(valueOf(wide), grad),
    source: ({ grad }) => {
      const [positions] = nonzeroPositions(wide.alias({ shape: [numel(shape)], strides: [1], offset: 0 }));
      const taken = picked(grad.impl, TensorImpl.of(positions));
      return valueOf(embedded(taken, { shape: taken.shape, strides: [1], offset: 0 }, [numel(source.shape)])).reshape(source.shape);
    },
  });
}
