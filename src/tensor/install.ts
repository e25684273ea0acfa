/**
 * @file Turns the tables in `ops/` into what users call: methods and in-place methods on Tensor, and the free functions. One
 * binder for each kind of operation; it unwraps tensors, checks options and wraps results. Importing it installs the methods.
 */
import { ValueError } from "../core/errors.js";
import type { TensorImpl } from "../graph/storage.js";
import type {
  Argument,
  BinaryOp,
  BinaryOptions,
  ClampOp,
  ExtremeOp,
  GatherOp,
  NormOp,
  NormOrder,
  Op,
  ProductOp,
  ReduceOptions,
  ReductionOp,
  UnaryOp,
  UnaryOptions,
  ViewOp,
  WhereOp,
} from "../ops/kinds.js";
import * as recorded from "../ops/recorded.js";
import type { Dims } from "../ops/reduce.js";
import * as tables from "../ops/tables.js";
import "../ops/value.js";
import { bindCall, unwrapped } from "./bind-calls.js";
import { Tensor } from "./class.js";
import type { OpFunctions } from "./signatures.js";

const wrap = (impl: TensorImpl): Tensor => new Tensor(impl);

/** A tensor that an operation cannot do without. */
export function implOf(name: string, value: unknown): TensorImpl {
  if (value instanceof Tensor) return value.impl;
  throw new ValueError(`${name}: expected a tensor, not ${describe(value)}: tensor(…) makes one`);
}

/** A tensor or a number. */
function argumentOf(name: string, value: unknown): Argument {
  if (value instanceof Tensor) return value.impl;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return value;
  throw new ValueError(`${name}: expected a tensor or a number, not ${describe(value)}: tensor(…) makes a tensor`);
}

const describe = (value: unknown): string =>
  Array.isArray(value) ? "an array" : typeof value === "object" && value !== null ? `a ${value.constructor.name}` : String(value);

/** Throws ValueError for an option that the operation does not have. */
function checkOptions(name: string, allowed: readonly string[], options: object | undefined): void {
  if (options === undefined) return;
  for (const key of Object.keys(options)) {
    if (allowed.includes(key)) continue;
    const takes = allowed.length === 0 ? "takes no options" : `takes ${allowed.join(" and ")}`;
    throw new ValueError(`${name}: unknown option ${JSON.stringify(key)}: it ${takes}`);
  }
}

const isOptions = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Tensor);

/** A method, its in-place form where there is one, and, where the first argument need not be a tensor, the free function. */
interface Bound {
  readonly method: Function;
  readonly inPlace?: Function;
  readonly free?: Function;
}

function bindUnary(op: UnaryOp): Bound {
  return {
    method(this: Tensor, options?: UnaryOptions) {
      if (options !== undefined) checkOptions(op.name, op.options, options);
      return wrap(recorded.unary(op, this.impl, options));
    },
    ...(op.inPlace && {
      inPlace(this: Tensor, options?: UnaryOptions) {
        if (options !== undefined) checkOptions(op.name, op.options, options);
        recorded.unaryInPlace(op, this.impl, options);
        return this;
      },
    }),
  };
}

function bindBinary(op: BinaryOp): Bound {
  return {
    method(this: Tensor, other: unknown, options?: BinaryOptions) {
      if (options !== undefined) checkOptions(op.name, op.options, options);
      return wrap(recorded.binary(op, this.impl, argumentOf(op.name, other), options));
    },
    ...(op.inPlace && {
      inPlace(this: Tensor, other: unknown, options?: BinaryOptions) {
        if (options !== undefined) checkOptions(op.name, op.options, options);
        recorded.binaryInPlace(op, this.impl, argumentOf(op.name, other), options);
        return this;
      },
    }),
    free(first: unknown, other: unknown, options?: BinaryOptions) {
      if (options !== undefined) checkOptions(op.name, op.options, options);
      return wrap(recorded.binary(op, argumentOf(op.name, first), argumentOf(op.name, other), options));
    },
  };
}

function bindReduction(op: ReductionOp): Bound {
  const allowed = ["keepdim", ...op.options];
  return {
    method(this: Tensor, dim?: Dims, options?: ReduceOptions) {
      if (options !== undefined) checkOptions(op.name, allowed, options);
      return wrap(recorded.reduction(op, this.impl, dim, options));
    },
  };
}

/** `x.sum({ keepdim: true })`: options may come first where no dimension is given. */
function optionsFirst({ method }: Bound, allowed: readonly string[], name: string): Bound {
  return {
    method(this: Tensor, first?: unknown, options?: ReduceOptions) {
      if (!isOptions(first)) return method.call(this, first, options);
      if (options !== undefined) throw new ValueError(`${name}: the options are given twice`);
      checkOptions(name, allowed, Object(first));
      return method.call(this, undefined, first);
    },
  };
}

function bindExtreme(op: ExtremeOp): Bound {
  return {
    method(this: Tensor, first?: unknown, options?: ReduceOptions) {
      if (options !== undefined) checkOptions(op.name, ["keepdim"], options);
      if (first === undefined) return wrap(recorded.extremeOfAll(op, this.impl));
      if (first instanceof Tensor) return wrap(recorded.binary(op.between, this.impl, first.impl));
      if (typeof first !== "number") throw new ValueError(`${op.name}: expected a dimension or a tensor, not ${describe(first)}`);
      const { values, indices } = recorded.extremeAlong(op, this.impl, first, options?.keepdim === true);
      return { values: wrap(values), indices: wrap(indices) };
    },
  };
}

function bindNorm(op: NormOp): Bound {
  return {
    method(this: Tensor, p: NormOrder = 2, dim?: Dims, options: ReduceOptions = {}) {
      checkOptions(op.name, ["keepdim", "dtype"], options);
      return wrap(recorded.norm(op, this.impl, p, dim, options));
    },
  };
}

function bindView(op: ViewOp): Bound {
  const { copy } = op;
  return {
    method(this: Tensor, ...args: readonly unknown[]) {
      if (copy && args.some(copy.isFor)) return wrap(copy.run(this.impl, args.map(unwrapped), op.name));
      return wrap(recorded.view(op, this.impl, args));
    },
  };
}

function bindProduct(op: ProductOp): Bound {
  return {
    method(this: Tensor, other: unknown) {
      return wrap(recorded.product(op, this.impl, implOf(op.name, other)));
    },
  };
}

function bindClamp(op: ClampOp): Bound {
  const bound = (value: unknown): Argument | undefined => (value === undefined || value === null ? undefined : argumentOf(op.name, value));
  return {
    method(this: Tensor, min?: unknown, max?: unknown) {
      return wrap(recorded.clamp(op, this.impl, bound(min), bound(max)));
    },
    inPlace(this: Tensor, min?: unknown, max?: unknown) {
      recorded.clampInPlace(op, this.impl, bound(min), bound(max));
      return this;
    },
  };
}

function bindWhere(op: WhereOp): Bound {
  return {
    method(this: Tensor, condition: unknown, other: unknown) {
      return wrap(recorded.where(op, implOf(op.name, condition), this.impl, argumentOf(op.name, other)));
    },
    free(condition: unknown, first: unknown, other: unknown) {
      return wrap(recorded.where(op, implOf(op.name, condition), argumentOf(op.name, first), argumentOf(op.name, other)));
    },
  };
}

/** PyTorch has the dimension before the index where it must be given, and after it where it need not. */
function bindGather(op: GatherOp): Bound {
  if (op.form === "gather" || op.form === "indexSelect") {
    return {
      method(this: Tensor, dim: unknown, index: unknown) {
        return wrap(recorded.gather(op, this.impl, implOf(op.name, index), dimensionOf(op.name, dim)));
      },
    };
  }
  return {
    method(this: Tensor, index: unknown, dim?: unknown) {
      return wrap(recorded.gather(op, this.impl, implOf(op.name, index), dim === undefined ? undefined : dimensionOf(op.name, dim)));
    },
  };
}

function dimensionOf(name: string, dim: unknown): number {
  if (typeof dim === "number") return dim;
  throw new ValueError(`${name}: expected a dimension, not ${describe(dim)}`);
}

function bind(op: Op): Bound {
  switch (op.kind) {
    case "gather":
      return bindGather(op);
    case "unary":
      return bindUnary(op);
    case "binary":
      return bindBinary(op);
    case "reduction":
      return optionsFirst(bindReduction(op), ["keepdim", ...op.options], op.name);
    case "extreme":
      return bindExtreme(op);
    case "norm":
      return bindNorm(op);
    case "view":
      return bindView(op);
    case "cast":
      return {
        method(this: Tensor) {
          return this.dtype === op.dtype ? this : wrap(recorded.cast(this.impl, op.dtype));
        },
      };
    case "product":
      return bindProduct(op);
    case "clamp":
      return bindClamp(op);
    case "where":
      return bindWhere(op);
    case "overwrite":
      return {
        method(this: Tensor, ...args: readonly unknown[]) {
          recorded.overwrite(op, this.impl, args.map(unwrapped));
          return this;
        },
      };
    case "call":
      return bindCall(op);
    default:
      return op satisfies never;
  }
}

/** The free functions: filled below, from the tables. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a class, so that the interface says what is defined on its prototype
class FunctionTable {}
interface FunctionTable extends OpFunctions {}

function define(target: object, name: string, value: Function): void {
  Object.defineProperty(value, "name", { value: name });
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

for (const table of Object.values(tables)) {
  for (const [name, op] of Object.entries<Op>(table)) {
    const { method, inPlace, free } = bind(op);
    define(Tensor.prototype, name, method);
    if (inPlace) define(Tensor.prototype, `${name}_`, inPlace);
    define(
      FunctionTable.prototype,
      name,
      free ??
        ((input: unknown, ...rest: readonly unknown[]) => {
          implOf(name, input);
          return method.call(input, ...rest);
        }),
    );
  }
}

/** Every operation as a function of its tensor: `functions.add(x, y)`. functions.ts gives them their names. */
export const functions: OpFunctions = new FunctionTable();
