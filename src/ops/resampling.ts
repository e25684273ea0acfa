/**
 * @file Linear maps along one dimension of which each result reads few elements: resizing, borders that repeat the image, means of uneven parts.
 * Such a map is a table; the gradient of a table is its transpose. resampling-tables.ts makes the tables.
 */
import { isTracked } from "../autograd/tensors.js";
import type { DType } from "../core/dtype.js";
import { numel, type Shape } from "../core/shape.js";
import type { Operand } from "../compile/expression.js";
import { constant, fromData, index, map, reduce, withView } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { elementsAt } from "./gathering.js";
import { ruleOf, valueOf, type Value } from "./gradient.js";
import { record } from "./record.js";

/** One element that a result reads, and what it is multiplied by. */
export interface Read {
  readonly at: number;
  readonly weight: number;
}

/** What each result along the dimension reads: the sum of that. */
export interface Table {
  /** The size of the dimension that is read. */
  readonly from: number;
  readonly rows: readonly (readonly Read[])[];
}

/** What each element that was read went to. */
function transposed({ from, rows }: Table): Table {
  const back: Read[][] = Array.from({ length: from }, () => []);
  rows.forEach((row, at) => row.forEach((read) => back[read.at].push({ at, weight: read.weight })));
  return { from: rows.length, rows: back };
}

/** A number for each read of each row, as data seen in a shape that has the rows along `dim` and the reads at its end. */
function spread(dtype: DType, table: readonly (readonly Read[])[], width: number, shape: Shape, dim: number, of: (row: readonly Read[], i: number) => number): Operand {
  const data = dtype === "int32" ? new Int32Array(table.length * width) : dtype === "float64" ? new Float64Array(table.length * width) : new Float32Array(table.length * width);
  table.forEach((row, r) => {
    for (let i = 0; i < width; i++) data[r * width + i] = of(row, i);
  });
  const { node } = fromData(dtype, [data.length], data);
  return withView({ node, view: { shape: [data.length], strides: [1], offset: 0 } }, { shape, strides: shape.map((_, d) => (d === dim ? width : d === shape.length - 1 ? 1 : 0)), offset: 0 });
}

function lowered(x: Operand, dim: number, { rows }: Table): Operand {
  const { dtype } = x.node;
  const result = x.view.shape.map((size, d) => (d === dim ? rows.length : size));
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width === 0 || numel(result) === 0) return constant(0, dtype, result);
  const shape = [...result, width];
  const kept = shape.map((_, d) => (d === dim || d === result.length ? undefined : d));
  // A row that is shorter than others reads its last element again, which is left out below.
  let value = elementsAt(x, shape, kept, [{ dim, index: spread("int32", rows, width, shape, dim, (row, i) => row[Math.min(i, row.length - 1)]?.at ?? 0) }]);
  if (rows.some((row) => row.some(({ weight }) => weight !== 1))) {
    value = map("mul", dtype, value, spread(dtype, rows, width, shape, dim, (row, i) => row[i]?.weight ?? 0));
  }
  if (rows.some((row) => row.length < width)) {
    const position = withView(index([width], "int32"), { shape, strides: shape.map((_, d) => (d === result.length ? 1 : 0)), offset: 0 });
    const length = spread("int32", rows, 1, [...result, 1], dim, (row) => row.length);
    const lengths = withView(length, { shape, strides: shape.map((_, d) => (d === dim ? 1 : 0)), offset: 0 });
    value = map("where", dtype, map("lt", "bool", position, lengths), value, constant(0, dtype, shape));
  }
  if (width === 1) return withView(value, { ...value.view, shape: result, strides: value.view.strides.slice(0, -1) });
  return reduce("sum", dtype, value, [result.length]);
}

/** The map of a table along a dimension, with its gradient. Weights other than 1 are for floats. */
export function resample(name: string, x: TensorImpl, dim: number, table: Table): TensorImpl {
  const out = TensorImpl.of(lowered(x.operand(), dim, table));
  if (!isTracked(x)) return out;
  const back = ({ grad }: { readonly grad: Value }): Value => valueOf(resample(name, grad.impl, dim, transposed(table)));
  return record({ name, gradName: `${name.charAt(0).toUpperCase()}${name.slice(1)}Backward0`, rules: { x: ruleOf(back) }, inputs: { x } }, out);
}
