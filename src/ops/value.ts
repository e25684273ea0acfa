/**
 * @file The vocabulary of gradient rules, made of the recorded operations: a tensor with the methods that `Value` names. Loading it lets
 * rules run. It is made of the tables, so they must not import it.
 */
import { category, type DType } from "../core/dtype.js";
import { normalizeDim, sameShape, type Shape } from "../core/shape.js";
import { constant, index } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { arithmeticOps } from "./arithmetic.js";
import { provideValues, type Value } from "./gradient.js";
import type { BinaryOp, BinaryOptions, ReduceOptions, ReductionOp, Scalar, UnaryOp, ViewOp } from "./kinds.js";
import { logicOps } from "./logic.js";
import { productOps } from "./matmul.js";
import { binary, cast, product, reduction, unary, view, where } from "./recorded.js";
import type { Dims } from "./reduce.js";
import { reductionOps } from "./reductions.js";
import { selectOps } from "./select.js";
import { unaryOps } from "./unary.js";
import { viewOps } from "./views.js";

const inside = (value: Value | Scalar): TensorImpl | Scalar => (typeof value === "object" ? value.impl : value);

class Recorded {
  constructor(readonly impl: TensorImpl) {}

  get shape(): Shape {
    return this.impl.shape;
  }
  get dtype(): DType {
    return this.impl.dtype;
  }
  where(condition: Value, other: Value | Scalar): Value {
    return wrap(where(selectOps.where, condition.impl, this.impl, inside(other)));
  }
  matmul(other: Value): Value {
    return wrap(product(productOps.matmul, this.impl, other.impl));
  }
  reshape(shape: Shape): Value {
    return sameShape(shape, this.shape) ? wrap(this.impl) : wrap(view(viewOps.reshape, this.impl, [shape]));
  }
  expand(shape: Shape): Value {
    return sameShape(shape, this.shape) ? wrap(this.impl) : wrap(view(viewOps.expand, this.impl, [shape]));
  }
  permute(dims: readonly number[]): Value {
    return wrap(view(viewOps.permute, this.impl, [dims]));
  }
  to(dtype: DType): Value {
    return wrap(cast(this.impl, dtype));
  }
  zeros(): Value {
    return wrap(TensorImpl.of(constant(category(this.dtype) === "bool" ? false : 0, this.dtype, this.shape)));
  }
  positions(dim: number): Value {
    const d = normalizeDim("positions", dim, this.shape.length);
    const { node } = index([this.shape[d]]);
    const shape = this.shape.map((size, i) => (i === d ? size : 1));
    return wrap(TensorImpl.of({ node, view: { shape, strides: shape.map((_, i) => (i === d ? 1 : 0)), offset: 0 } }));
  }
}
interface Recorded extends Value {}

const wrap = (impl: TensorImpl): Value => new Recorded(impl);

const unaryMethod = (op: UnaryOp) =>
  function (this: Value): Value {
    return wrap(unary(op, this.impl));
  };
const binaryMethod = (op: BinaryOp) =>
  function (this: Value, other: Value | Scalar, options?: BinaryOptions): Value {
    return wrap(binary(op, this.impl, inside(other), options));
  };
const reducingMethod = (op: ReductionOp) =>
  function (this: Value, dim?: Dims, options?: ReduceOptions): Value {
    return wrap(reduction(op, this.impl, dim, options));
  };
const viewMethod = (op: ViewOp) =>
  function (this: Value, ...args: readonly unknown[]): Value {
    return wrap(view(op, this.impl, args));
  };

function define(name: string, method: Function): void {
  if (!Object.hasOwn(Recorded.prototype, name)) Object.defineProperty(Recorded.prototype, name, { value: method });
}
for (const [name, op] of Object.entries(unaryOps)) define(name, unaryMethod(op));
for (const table of [arithmeticOps, logicOps]) for (const [name, op] of Object.entries(table)) define(name, binaryMethod(op));
for (const [name, op] of Object.entries(reductionOps)) if (op.kind === "reduction") define(name, reducingMethod(op));
for (const [name, op] of Object.entries(viewOps)) define(name, viewMethod(op));

provideValues(wrap);
