/**
 * @file Indexing with tensors and masks: `x.at(rows, columns)`, `x.set([mask], value)`, `indexPut`. indexing.ts has taken the rest of the
 * index away; here index tensors are broadcast together, and elements are read or written at computed positions. The table of views,
 * `tensor/` and indexing's own table call it.
 *
 * Reading is arithmetic on the indices and one `take`: one kernel with what surrounds it. Indices are checked when the call is made, as
 * gathering.ts says.
 */
import { DTypeError, IndexError, ShapeError, ValueError } from "../core/errors.js";
import { broadcastShapes, formatShape, numel, type Shape } from "../core/shape.js";
import { expand, select, type View } from "../core/view.js";
import { cast, constant, expandTo, index as counting, map, withView } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { callInPlace, flagAt, tensorAt, withOptions, type CallGradient } from "./call.js";
import { nonzeroPositions } from "./counting.js";
import { full } from "./create.js";
import { checkWritable, writeResult } from "./elementwise.js";
import { checkIndices, countedFromStart, elementsAt, type Selector } from "./gathering.js";
import { ruleOf, valueOf, type Rules } from "./gradient.js";
import { entriesOf, picksAlong, sliced, type Entry, type Pick } from "./indexing.js";
import { family, type Argument } from "./kinds.js";
import { cleared, picked, recordPick } from "./pick-gradient.js";
import { recordInPlace } from "./record.js";
import { copyInto, fillWith, viewBy } from "./recorded.js";
import { putAt } from "./scattering.js";
import { recordView } from "./view-gradient.js";

/** An index tensor for one dimension; `isKnown` where its elements are known to lie within it. */
interface Column {
  readonly dim: number;
  readonly from: number;
  readonly index: Operand;
  readonly isKnown: boolean;
}

/** Masks become the positions where they are true, one column a dimension. */
function columnsOf(picks: readonly Pick[]): Column[] {
  return picks.flatMap(({ dim, from, index }): Column[] => {
    if (index.dtype !== "bool") return [{ dim, from, index: index.operand(), isKnown: false }];
    return nonzeroPositions(index).map((column, i) => ({ dim: dim + i, from: from + i, index: column, isKnown: true }));
  });
}

/** Which elements of a tensor are chosen: for each dimension of the result the one it walks along, and where to stand in the others. */
interface Chosen {
  readonly shape: Shape;
  readonly kept: readonly (number | undefined)[];
  readonly selectors: readonly Selector[];
}

/**
 * The dimensions of the indices, broadcast together, stand where the indexed dimensions were if those are neighbours, else in front.
 * Source: PyTorch, aten/src/ATen/native/TensorAdvancedIndexing.cpp, make_info.
 */
function choose(name: string, shape: Shape, picks: readonly Pick[]): Chosen {
  const columns = columnsOf(picks);
  const common = broadcastShapes(name, ...columns.map(({ index }) => index.view.shape));
  const areNeighbours = columns.every(({ dim }, i) => i === 0 || dim === columns[i - 1].dim + 1);
  const at = areNeighbours ? columns[0].dim : 0;
  const kept: (number | undefined)[] = shape.map((_, d) => d).filter((d) => !columns.some(({ dim }) => dim === d));
  kept.splice(at, 0, ...common.map(() => undefined));
  const result = kept.map((d, i) => (d === undefined ? common[i - at] : shape[d]));
  if (numel(result) === 0) {
    // Nothing is read, and PyTorch looks at no index; but there is none for a dimension without elements.
    const empty = numel(common) > 0 ? columns.find(({ dim }) => shape[dim] === 0) : undefined;
    if (empty) throw new IndexError(`${name}: index is out of bounds for dimension ${empty.from} with size 0`);
    return { shape: result, kept, selectors: [] };
  }
  const selectors = columns.map(({ dim, from, index, isKnown }): Selector => {
    const size = shape[dim];
    const counted = isKnown ? index : countedFromStart(index, size, checkIndices(name, index, size, from, -size));
    return { dim, index: withView(counted, spread(expand(counted.view, common), result, at)) };
  });
  return { shape: result, kept, selectors };
}

/** A view repeated along the dimensions of a larger shape that are not its own. */
const spread = ({ shape, strides, offset }: View, within: Shape, at: number): View => ({
  shape: within,
  strides: within.map((_, d) => (d >= at && d < at + shape.length ? strides[d - at] : 0)),
  offset,
});

function read(x: Operand, { shape, kept, selectors }: Chosen): Operand {
  return numel(shape) === 0 ? constant(0, x.node.dtype, shape) : elementsAt(x, shape, kept, selectors);
}

/** The view that is left of an index without its tensors, recorded. */
function viewed(x: TensorImpl, entries: readonly Entry[], name: string): { readonly part: TensorImpl; readonly picks: readonly Pick[] } {
  const { view, picks } = sliced(x, entries, name);
  return { part: recordView("SliceBackward0", x, view), picks };
}

/** `x.at(…)` with tensors, lists or truths among the entries: a copy. */
export function at(x: TensorImpl, given: readonly unknown[], name: string): TensorImpl {
  const { part, picks } = viewed(x, entriesOf(given, name), name);
  if (picks.length === 0) return part;
  const chosen = choose(name, part.shape, picks);
  return recordPick("IndexBackward0", part, (source) => TensorImpl.of(read(source.operand(), chosen)));
}

// Writing

/** As PyTorch's assignment: leading dimensions of size 1 that the target does not have are dropped. */
function withoutLeadingOnes(x: TensorImpl, rank: number): TensorImpl {
  const extra = x.shape.length - rank;
  if (extra <= 0 || x.shape.slice(0, extra).some((size) => size !== 1)) return x;
  return viewBy("SelectBackward0", x, (y) => {
    let { view } = y;
    for (let i = 0; i < extra; i++) view = select(view, 0, 0);
    return y.alias(view);
  });
}

/** `x.set([…], value)`: writes a number, or a tensor that broadcasts to what the index selects. */
export function assign(x: TensorImpl, given: readonly unknown[], value: Argument): void {
  const { part, picks } = viewed(x, entriesOf(given, "set"), "set");
  if (picks.length > 0) return put("set", part, picks, value instanceof TensorImpl ? withoutLeadingOnes(value, rankOf(part.shape, picks)) : value, false);
  if (!(value instanceof TensorImpl)) return fillWith("set", "FillBackward2", part, value);
  checkWritable("set", part);
  copyInto("set", "CopyBackwards", part, withoutLeadingOnes(value, part.shape.length));
}

/** The number of dimensions that an index gives; at least that, where masks are among the tensors. */
function rankOf(shape: Shape, picks: readonly Pick[]): number {
  const indexed = picks.reduce((sum, { index }) => sum + (index.dtype === "bool" ? index.shape.length : 1), 0);
  return shape.length - indexed + Math.max(...picks.map(({ index }) => (index.dtype === "bool" ? 1 : index.shape.length)));
}

/** Writes values at what the index chooses, or adds them. */
function put(name: string, x: TensorImpl, picks: readonly Pick[], value: Argument, accumulate: boolean): void {
  const written = value instanceof TensorImpl ? value : TensorImpl.of(full(name, [], value, x.dtype));
  const [pick] = picks;
  if (!accumulate && picks.length === 1 && pick.index.dtype === "bool" && numel(written.shape) === 1) return fillMasked(name, x, pick, written);
  const { out, rules } = putInto(name, x, picks, written, accumulate);
  recordInPlace({ name, gradName: "IndexPutBackward0", rules, inputs: { x, value: written } }, x, () => writeResult(name, x, out.operand()));
}

/** A tensor with values at what the index chooses, and the rules of its gradient. */
function putInto(name: string, x: TensorImpl, picks: readonly Pick[], value: TensorImpl, accumulate: boolean): { readonly out: TensorImpl; readonly rules: Rules } {
  if (value.dtype !== x.dtype) {
    throw new DTypeError(`${name}: the tensor has dtype ${x.dtype}, but the value ${value.dtype}: cast it with .to("${x.dtype}")`);
  }
  const chosen = choose(name, x.shape, picks);
  if (!broadcastsTo(value.shape, chosen.shape)) {
    throw new ShapeError(`${name}: the value of shape ${formatShape(value.shape)} does not broadcast to ${formatShape(chosen.shape)}, which the index selects`);
  }
  const positions = TensorImpl.of(read(counting(x.shape), chosen));
  const out = putAt(name, x, positions.operand(), value, accumulate);
  const rules: Rules = {
    x: ruleOf(({ grad }) => (accumulate ? grad : valueOf(cleared(grad.impl, positions)))),
    value: ruleOf(({ grad }) => valueOf(picked(grad.impl, positions))),
  };
  return { out, rules };
}

const broadcastsTo = (shape: Shape, target: Shape): boolean => {
  const lead = target.length - shape.length;
  return lead >= 0 && shape.every((size, d) => size === 1 || size === target[lead + d]);
};

/** One value wherever a mask is true: no position has to be known, so the mask is not looked at now. */
function fillMasked(name: string, x: TensorImpl, { dim, index }: Pick, value: TensorImpl): void {
  checkWritable(name, x);
  const view = spread(index.view, x.shape, dim);
  const mask = TensorImpl.of(withView(index.operand(), view));
  const rules: Rules = {
    x: ruleOf(({ grad }) => grad.zeros().where(valueOf(mask), grad)),
    value: ruleOf(({ grad }) => grad.where(valueOf(mask), grad.zeros()).sum().reshape(value.shape)),
  };
  recordInPlace({ name, gradName: "MaskedFillBackward1", rules, inputs: { x, value } }, x, () => {
    const one = withView(cast(value.operand(), x.dtype), { shape: [], strides: [], offset: value.view.offset });
    x.storage.write(x.view, map("where", x.dtype, mask.operand(), expandTo(one, x.shape), x.operand()));
  });
}

// indexPut

/** The indices of `indexPut`: a tensor or null for each dimension, from the first on; masks take as many as they have. */
function indicesAt(name: string, x: TensorImpl, given: unknown): readonly Pick[] {
  if (!Array.isArray(given)) throw new ValueError(`${name}: the indices must be a list of tensors, one a dimension (null for all of it)`);
  const picks = picksAlong(x, given.map((entry: unknown) => (entry === null ? null : tensorAt(name, "an index", entry))), name);
  if (picks.length === 0) throw new ValueError(`${name}: at least one index tensor must be given`);
  return picks;
}

function putFrom(x: TensorImpl, args: readonly unknown[], name: string): { readonly out: TensorImpl; readonly value: TensorImpl; readonly rules: Rules } {
  const [[indices, values, flag], option] = withOptions(name, args, ["accumulate"]);
  const value = tensorAt(name, "values", values);
  return { ...putInto(name, x, indicesAt(name, x, indices), value, flagAt(name, "accumulate", flag ?? option("accumulate"), false)), value };
}

export const indexOps = family({
  /**
   * `x.indexPut(indices, values, { accumulate })`: `x` with the values, broadcast, where the index tensors (int64, int32, or masks; null for
   * all of a dimension) choose; with accumulate (false) added to what is there, also several to one place.
   * Errors: IndexError for a position out of bounds; ShapeError for shapes that do not broadcast; DTypeError for values of another dtype.
   * @example zeros(3).indexPut([tensor([1, 1])], tensor([5, 7]).float(), { accumulate: true }) // tensor([ 0., 12.,  0.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html
   */
  indexPut: callInPlace("indexPut", (x, args, name) => putFrom(x, args, name).out, (x, args): CallGradient => {
    const { value, rules } = putFrom(x, args, "indexPut");
    return { inputs: { x, value }, rules };
  }),
});
