/**
 * @file Elements in other places: flip, roll, rot90, repeat, tile, triangles, matrices with a given diagonal. They copy. Those made of
 * recorded operations record themselves; the others are their own gradients, or each other's. `tensor/` makes methods and functions of it.
 */
import { ShapeError, ValueError } from "../core/errors.js";
import { checkShape, formatShape, normalizeDim, normalizeDims, numel, type Shape } from "../core/shape.js";
import { contiguousView } from "../core/view.js";
import { expandTo, index, map, withView, cast, constant, dense, routine } from "../graph/build.js";
import { engine } from "../graph/engine.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { call, callInPlace, numberAt, tensorAt, wholeAt, wholesAt, withOptions, type CallOp } from "./call.js";
import { arithmeticOps } from "./arithmetic.js";
import { elementsAt, gatherOps, checkIndexDType, rangeOf } from "./gathering.js";
import { family } from "./kinds.js";
import { ruleOf, valueOf, type Value } from "./gradient.js";
import { binary, callOp, gather, joined, view } from "./recorded.js";
import { cat, startsOf } from "./join.js";
import { embedded } from "./view-gradient.js";
import { viewOps } from "./views.js";
import { diagonalView, windowOps } from "./windows.js";

/** An operation's result as rules see it. */
const applied = (op: CallOp, x: Value, args: readonly unknown[]): Value => {
  const result = callOp(op, x.impl, args);
  if (result instanceof TensorImpl) return valueOf(result);
  throw new ValueError(`${op.name}: gives no tensor`);
};

/** The rule of an operation that is linear, by the operation that undoes it. */
const undoneBy = (op: () => CallOp, argsOf: (args: readonly unknown[]) => readonly unknown[] = (args) => args) =>
  (x: TensorImpl, args: readonly unknown[]) => ({ inputs: { x }, rules: { x: ruleOf(({ grad }: { readonly grad: Value }) => applied(op(), grad, argsOf(args))) } });

/** Dimensions in f(0, 1) or f([0, 1]). */
const listFrom = (name: string, what: string, args: readonly unknown[]): readonly number[] =>
  args.length === 1 ? wholesAt(name, what, args[0]) : args.map((arg) => wholeAt(name, what, arg));

function flip(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const dims = normalizeDims(name, listFrom(name, "dims", args), x.shape.length);
  const { shape } = x;
  if (shape.length === 0 || numel(shape) === 0) return TensorImpl.of(elementsAt(x.operand(), shape, shape.map((_, d) => d), []));
  const selectors = dims.map((dim) => ({ dim, index: counted(shape, dim, (at) => map("sub", "int32", spread(shape[dim] - 1, shape), at)) }));
  return TensorImpl.of(elementsAt(x.operand(), shape, shape.map((_, d) => (dims.includes(d) ? undefined : d)), selectors));
}

const spread = (value: number, shape: Shape): Operand => expandTo(constant(value, "int32"), shape);

/** A function of the position along a dimension, in the whole shape. */
function counted(shape: Shape, dim: number, of: (at: Operand) => Operand): Operand {
  return of(withView(index([shape[dim]], "int32"), { shape, strides: shape.map((_, d) => (d === dim ? 1 : 0)), offset: 0 }));
}

/** Slices joined again in another order, one dimension after the other. */
function roll(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const shifts = wholesAt(name, "shifts", args[0]);
  if (args[1] === undefined) {
    if (shifts.length !== 1) throw new ValueError(`${name}: without dims, one shift, not ${shifts.length}`);
    const flat = view(viewOps.reshape, x, [[-1]]);
    return view(viewOps.reshape, rolled(flat, shifts[0], 0), [x.shape]);
  }
  const dims = wholesAt(name, "dims", args[1]);
  if (shifts.length !== dims.length) throw new ValueError(`${name}: ${shifts.length} shifts, but ${dims.length} dims`);
  let result = x;
  dims.forEach((dim, i) => {
    result = rolled(result, shifts[i], normalizeDim(name, dim, x.shape.length));
  });
  return result === x ? rolled(x, 0, 0) : result;
}

function rolled(x: TensorImpl, shift: number, dim: number): TensorImpl {
  const size = x.shape[dim] ?? 1;
  const cut = size === 0 ? 0 : (((-shift % size) + size) % size);
  const parts = x.shape.length === 0 ? [view(viewOps.reshape, x, [[1]])] : [view(viewOps.narrow, x, [dim, cut, size - cut]), view(viewOps.narrow, x, [dim, 0, cut])];
  const starts = startsOf(parts, dim);
  const whole = joined("cat", parts, cat(parts, dim), (grad, i) => grad.narrow(dim, starts[i], starts[i + 1] - starts[i]));
  return x.shape.length === 0 ? view(viewOps.reshape, whole, [[]]) : whole;
}

const flipped = (x: TensorImpl, ...along: readonly number[]): TensorImpl => applied(flipOp, valueOf(x), [along]).impl;

function rot90(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const k = wholeAt(name, "k", args[0], 1);
  const dims = wholesAt(name, "dims", args[1] ?? [0, 1]);
  if (dims.length !== 2) throw new ValueError(`${name}: turns in two dimensions, not ${dims.length}`);
  if (x.shape.length < 2) throw new ShapeError(`${name}: needs at least two dimensions, not the shape ${formatShape(x.shape)}`);
  const [a, b] = normalizeDims(name, dims, x.shape.length);
  const turns: readonly (() => TensorImpl)[] = [
    () => flipped(x),
    () => view(viewOps.transpose, flipped(x, b), [a, b]),
    () => flipped(x, a, b),
    () => view(viewOps.transpose, flipped(x, a), [a, b]),
  ];
  return turns[((k % 4) + 4) % 4]();
}

/** Each dimension beside its repetitions, and both as one. */
function repeated(x: TensorImpl, counts: readonly number[], name: string): TensorImpl {
  checkShape(name, counts);
  if (counts.length < x.shape.length) {
    throw new ShapeError(`${name}: the tensor has ${x.shape.length} dimensions, but only ${counts.length} counts are given`);
  }
  const shape = [...Array.from({ length: counts.length - x.shape.length }, () => 1), ...x.shape];
  const apart = view(viewOps.reshape, x, [shape.flatMap((size) => [1, size])]);
  const many = view(viewOps.expand, apart, [shape.flatMap((size, d) => [counts[d], size])]);
  const result = view(viewOps.reshape, many, [shape.map((size, d) => size * counts[d])]);
  return result.storage === x.storage ? flipped(result) : result;
}

function tile(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const counts = listFrom(name, "dims", args);
  return repeated(x, [...Array.from({ length: Math.max(0, x.shape.length - counts.length) }, () => 1), ...counts], name);
}

function repeatInterleave(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [positional, option] = withOptions(name, args, ["dim"]);
  const given = positional[1] ?? option("dim");
  const input = given === undefined ? view(viewOps.reshape, x, [[-1]]) : x.shape.length === 0 ? view(viewOps.reshape, x, [[1]]) : x;
  const dim = normalizeDim(name, wholeAt(name, "dim", given, 0), input.shape.length);
  const [repeats] = positional;
  const size = input.shape[dim];
  if (typeof repeats === "number") {
    const count = wholeAt(name, "repeats", repeats);
    if (count < 0) throw new ValueError(`${name}: repeats must not be negative, but is ${count}`);
    const { shape } = input;
    const many = view(viewOps.expand, view(viewOps.unsqueeze, input, [dim + 1]), [shape.toSpliced(dim + 1, 0, count)]);
    const result = view(viewOps.reshape, many, [shape.map((n, d) => (d === dim ? n * count : n))]);
    return result.storage === x.storage ? flipped(result) : result;
  }
  return gather(gatherOps.indexSelect, input, interleaved(name, tensorAt(name, "repeats", repeats), size, dim), dim);
}

/** Each position as often as a tensor says: looks at the counts now. */
function interleaved(name: string, repeats: TensorImpl, size: number, dim: number): TensorImpl {
  checkIndexDType(name, repeats, ["int64", "int32"]);
  const one = numel(repeats.shape) === 1;
  if (repeats.shape.length > 1 || (!one && repeats.shape[0] !== size)) {
    throw new ShapeError(`${name}: repeats must have one element or as many as dimension ${dim}, ${size}, but has the shape ${formatShape(repeats.shape)}`);
  }
  const least = rangeOf(repeats.operand())?.least ?? 0;
  if (least < 0) throw new ValueError(`${name}: repeats must not be negative, but one is ${least}`);
  const flat = view(viewOps.reshape, repeats, [[-1]]);
  const counts: ArrayLike<number | bigint> = engine().read(dense(cast(flat.operand(), "int32")).node);
  const countAt = (i: number): number => Number(counts[one ? 0 : i]);
  let length = 0;
  for (let i = 0; i < size; i++) length += countAt(i);
  const all = Array.from({ length: size }, (_, i) => countAt(i));
  const [result] = routine(name, [], [{ shape: [length], dtype: "int64" }], (_, [out]) => {
    let at = 0;
    all.forEach((count, i) => {
      for (let j = 0; j < count; j++) out[at++] = BigInt(i);
    });
  });
  return TensorImpl.of(result);
}

/** The part of each matrix on and below (or above) a diagonal; zeros elsewhere. */
const triangle = (lower: boolean) => (x: TensorImpl, args: readonly unknown[], name: string): TensorImpl => {
  const diagonal = wholeAt(name, "diagonal", args[0], 0);
  const { shape, dtype } = x;
  const rank = shape.length;
  if (rank < 2) throw new ShapeError(`${name}: needs at least two dimensions, not the shape ${formatShape(shape)}`);
  const row = counted(shape, rank - 2, (at) => map("add", "int32", at, spread(diagonal, shape)));
  const column = counted(shape, rank - 1, (at) => at);
  const inside = lower ? map("le", "bool", column, row) : map("le", "bool", row, column);
  return TensorImpl.of(map("where", dtype, inside, x.operand(), expandTo(constant(0, dtype), shape)));
};

function diagEmbed(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const offset = wholeAt(name, "offset", args[0], 0);
  const rank = x.shape.length + 1;
  const [dim1, dim2] = [normalizeDim(name, wholeAt(name, "dim1", args[1], -2), rank), normalizeDim(name, wholeAt(name, "dim2", args[2], -1), rank)];
  if (x.shape.length === 0) throw new ShapeError(`${name}: needs at least one dimension`);
  if (dim1 === dim2) throw new ValueError(`${name}: the two dimensions must differ, but both are ${dim1}`);
  const size = x.shape[x.shape.length - 1] + Math.abs(offset);
  const others = x.shape.slice(0, -1);
  const shape = Array.from({ length: rank }, (_, d) => (d === dim1 || d === dim2 ? size : (others.shift() ?? size)));
  return embedded(x, diagonalView(contiguousView(shape), offset, dim1, dim2, name), shape);
}

function diag(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const offset = wholeAt(name, "diagonal", args[0], 0);
  if (x.shape.length === 1) return diagEmbed(x, [offset], name);
  if (x.shape.length !== 2) throw new ShapeError(`${name}: needs one or two dimensions, not the shape ${formatShape(x.shape)}: diagonal takes more`);
  return flipped(view(windowOps.diagonal, x, [offset]));
}

function diff(x: TensorImpl, args: readonly unknown[], name: string): TensorImpl {
  const [n, dim] = [wholeAt(name, "n", args[0], 1), normalizeDim(name, wholeAt(name, "dim", args[1], -1), x.shape.length)];
  if (x.shape.length === 0) throw new ShapeError(`${name}: needs at least one dimension`);
  if (numberAt(name, "n", n) < 0) throw new ValueError(`${name}: n must not be negative, but is ${n}`);
  let result = x;
  for (let i = 0; i < n && result.shape[dim] > 0; i++) {
    const last = result.shape[dim] - 1;
    const [later, earlier] = [view(viewOps.narrow, result, [dim, Math.min(1, last), last]), view(viewOps.narrow, result, [dim, 0, last])];
    result = x.dtype === "bool" ? TensorImpl.of(map("xor", "bool", later.operand(), earlier.operand())) : binary(arithmeticOps.sub, later, earlier);
  }
  return result === x ? flipped(x) : result;
}

const flipOp: CallOp<"sameShape", false> = { ...call("sameShape", flip), gradient: undoneBy(() => flipOp) };
const trilOp: CallOp<"triangle", true> = { ...callInPlace("triangle", triangle(true)), gradient: undoneBy(() => trilOp) };
const triuOp: CallOp<"triangle", true> = { ...callInPlace("triangle", triangle(false)), gradient: undoneBy(() => triuOp) };

export const moveOps = family({
  /**
   * The elements in reverse along dimensions, `x.flip(0, 1)` or `x.flip([0, 1])`: a copy.
   * Errors: IndexError for a dimension out of range; ValueError where one appears twice.
   * @example tensor([1, 2, 3]).flip(0) // tensor([3, 2, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.flip.html
   */
  flip: flipOp,
  /**
   * The columns in reverse: `flip(1)`. Errors: ShapeError below two dimensions.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.fliplr.html
   */
  fliplr: call("sameShape0", (x, _, name) => {
    if (x.shape.length < 2) throw new ShapeError(`${name}: needs at least two dimensions, not the shape ${formatShape(x.shape)}`);
    return applied(flipOp, valueOf(x), [1]).impl;
  }),
  /**
   * The rows in reverse: `flip(0)`. Errors: ShapeError for a scalar.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.flipud.html
   */
  flipud: call("sameShape0", (x, _, name) => {
    if (x.shape.length < 1) throw new ShapeError(`${name}: needs at least one dimension`);
    return applied(flipOp, valueOf(x), [0]).impl;
  }),
  /**
   * The elements moved along dimensions, what leaves at one end coming in at the other: `x.roll(1, 0)`, `x.roll([1, 2], [0, 1])`;
   * without dims, of all elements in a row. Errors: ValueError for lists of different lengths; IndexError.
   * @example tensor([1, 2, 3]).roll(1) // tensor([3, 1, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.roll.html
   */
  roll: call("roll", roll),
  /**
   * Turned by k (1) quarters in the plane of two dimensions ([0, 1]), from the first towards the second.
   * Errors: ShapeError below two dimensions; ValueError unless two different dimensions are given; IndexError.
   * @example tensor([[1, 2], [3, 4]]).rot90() // tensor([[2, 4], [1, 3]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.rot90.html
   */
  rot90: call("rot90", rot90),
  /**
   * The tensor repeated along each dimension, `x.repeat(2, 3)` or `x.repeat([2, 3])`; more counts than dimensions add new ones in
   * front. Errors: ShapeError for fewer counts than dimensions.
   * @example tensor([1, 2]).repeat(2, 1) // tensor([[1, 2], [1, 2]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.repeat.html
   */
  repeat: call("repeat", (x, args, name) => repeated(x, listFrom(name, "counts", args), name)),
  /**
   * As `repeat`, where counts that are missing in front are 1.
   * @example tensor([[1], [2]]).tile(2) // tensor([[1, 1], [2, 2]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.tile.html
   */
  tile: call("repeat", tile),
  /**
   * Each element so many times (a number, or a tensor of one for each) along `dim`; without it, of all elements in a row.
   * Errors: ValueError for negative counts; ShapeError for other than one or as many as the dimension; IndexError.
   * @example tensor([1, 2]).repeatInterleave(2) // tensor([1, 1, 2, 2])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.repeat_interleave.html
   */
  repeatInterleave: call("repeatInterleave", repeatInterleave),
  /**
   * The last two dimensions on and below the diagonal (0; above the main one if positive), zeros elsewhere.
   * Errors: ShapeError below two dimensions.
   * @example ones(2, 2).tril() // tensor([[1., 0.], [1., 1.]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.tril.html
   */
  tril: trilOp,
  /**
   * The last two dimensions on and above the diagonal (0; above the main one if positive), zeros elsewhere.
   * Errors: ShapeError below two dimensions.
   * @example ones(2, 2).triu() // tensor([[1., 1.], [0., 1.]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.triu.html
   */
  triu: triuOp,
  /**
   * A matrix with the vector on a diagonal (0), or a copy of a matrix's diagonal. Errors: ShapeError for other ranks.
   * @example tensor([1, 2]).diag() // tensor([[1, 0], [0, 2]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.diag.html
   */
  diag: call("diag", diag),
  /**
   * The last dimension on the diagonal `offset` (0) of two new dimensions `dim1` (-2) and `dim2` (-1), zeros elsewhere.
   * Errors: IndexError for a dimension out of range; ValueError for one dimension twice; ShapeError for a scalar.
   * @example tensor([1, 2]).diagEmbed() // tensor([[1, 0], [0, 2]])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.diag_embed.html
   */
  diagEmbed: call("diagEmbed", diagEmbed),
  /**
   * The differences of neighbours along `dim` (-1), `n` (1) times over. Errors: ShapeError for a scalar; ValueError for negative n.
   * @example tensor([1, 3, 6]).diff() // tensor([2, 3])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.diff.html
   */
  diff: call("diff", diff),
});
