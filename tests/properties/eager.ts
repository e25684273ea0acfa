/**
 * @file The eager model: computes a lazy graph one node after the other with plain arrays, element by element, as PyTorch would. The
 * property tests compare the compiled kernels with it. It shares no code with scheduling, lowering or a backend.
 */
import type { MapOp, Node, Operand, ReduceOp } from "../../src/compile/expression.js";
import { newArray, type DType, type TypedArray } from "../../src/core/dtype.js";
import { numel } from "../../src/core/shape.js";
import type { View } from "../../src/core/view.js";
import { engine } from "../../src/graph/engine.js";
import { forEachOffset } from "../helpers/offsets.js";

export type Scalar = number | bigint;
export type Values = Scalar[];

/** The elements that a view shows, in its row-major order. */
export function look(values: Values, view: View): Values {
  const seen: Values = [];
  forEachOffset(view, (offset) => seen.push(values[offset]));
  return seen;
}

/** The node's elements. Call it before the engine realises anything, with one memo for all nodes. */
export function evaluate(node: Node, memo: Map<Node, Values>): Values {
  const known = memo.get(node);
  if (known) return known;
  const values = compute(node, memo);
  memo.set(node, values);
  return values;
}

function compute(node: Node, memo: Map<Node, Values>): Values {
  const { source, dtype, count } = node;
  const operand = (x: Operand): Values => look(evaluate(x.node, memo), x.view);
  switch (source.kind) {
    case "buffer":
      return Array.from(engine().read(node) as Iterable<Scalar>);
    case "constant":
      return new Array<Scalar>(count).fill(source.value);
    case "index":
      return Array.from({ length: count }, (_, i) => store(dtype, i));
    case "map": {
      const inputs = source.inputs.map(operand);
      const from = source.inputs[0].node.dtype;
      return Array.from({ length: count }, (_, i) => store(dtype, apply(source.op, inputs.map((x) => x[i]), from)));
    }
    case "reduce": {
      const all = operand(source.input);
      const inner = numel(source.input.view.shape) / count;
      return Array.from({ length: count }, (_, i) => store(dtype, fold(source.op, all.slice(i * inner, (i + 1) * inner), dtype)));
    }
    case "scan":
      return running(source, node.shape, dtype, operand(source.input));
    case "take": {
      const from = evaluate(source.from, memo);
      return operand(source.index).map((position) => from[Number(position)]);
    }
    case "routine": {
      const inputs = source.call.inputs.map((input) => typed(input.dtype, evaluate(input, memo)));
      const outputs = source.call.outputs.map((output) => newArray(output.dtype, output.count));
      source.call.run(inputs, outputs);
      return Array.from(outputs[source.call.outputs.indexOf(node)] as Iterable<Scalar>);
    }
    case "assemble": {
      const values = source.base ? [...evaluate(source.base, memo)] : new Array<Scalar>(count).fill(0);
      for (const { view, value } of source.pieces) {
        const written = operand(value);
        let i = 0;
        forEachOffset(view, (offset) => (values[offset] = written[i++]));
      }
      return values;
    }
    case "moved":
      throw new Error("read after its buffer was taken over");
    default:
      return source satisfies never;
  }
}

/** Floats are folded in double and rounded at each element; integers wrap. */
function running({ op, dim, reverse }: Extract<Node["source"], { kind: "scan" }>, shape: readonly number[], dtype: DType, values: Values): Values {
  const inner = numel(shape.slice(dim + 1));
  const size = shape[dim];
  const result: Values = [];
  const isBetter = (next: Scalar, best: Scalar): boolean =>
    Number.isNaN(next) || (!Number.isNaN(best) && (op === "argmax" ? next >= best : next <= best));
  for (let line = 0; line < values.length / Math.max(1, size); line++) {
    const start = Math.floor(line / inner) * inner * size + (line % inner);
    let total: Scalar | undefined;
    let found = 0;
    for (let k = 0; k < size; k++) {
      const place = reverse ? size - 1 - k : k;
      const at = start + place * inner;
      const next = values[at];
      if (op === "argmin" || op === "argmax") {
        if (total === undefined || isBetter(next, total)) [total, found] = [next, place];
        result[at] = store(dtype, found);
        continue;
      }
      if (total === undefined) total = next;
      else if (op === "logSumExp") total = Math.log(Math.exp(Number(total)) + Math.exp(Number(next)));
      else if (typeof total === "bigint" && typeof next === "bigint") total = op === "sum" ? total + next : total * next;
      else total = op === "sum" ? Number(total) + Number(next) : Number(total) * Number(next);
      result[at] = store(dtype, total);
    }
  }
  return result;
}

function typed(dtype: DType, values: Values): TypedArray {
  const array = newArray(dtype, values.length);
  values.forEach((value, i) => (array[i] = value));
  return array;
}

/** C's conversion into a dtype. */
function store(dtype: DType, value: Scalar | boolean): Scalar {
  switch (dtype) {
    case "bool":
      return Number(value) !== 0 ? 1 : 0;
    case "int64":
      return BigInt.asIntN(64, typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value))));
    case "float32":
      return Math.fround(Number(value));
    case "float64":
      return Number(value);
    case "uint8":
      return Number(BigInt.asUintN(8, whole(value)));
    case "int8":
      return Number(BigInt.asIntN(8, whole(value)));
    case "int16":
      return Number(BigInt.asIntN(16, whole(value)));
    case "int32":
      return Number(BigInt.asIntN(32, whole(value)));
    default:
      return dtype satisfies never;
  }
}

const whole = (value: Scalar | boolean): bigint => (typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value))));

/** A rule for two numbers and for two bigints. */
type Rule = readonly [(a: number, b: number) => number, (a: bigint, b: bigint) => bigint];
const rules: Partial<Record<MapOp, Rule>> = {
  add: [(a, b) => a + b, (a, b) => a + b],
  sub: [(a, b) => a - b, (a, b) => a - b],
  mul: [(a, b) => a * b, (a, b) => a * b],
  div: [(a, b) => a / b, (a, b) => a / b],
  min: [(a, b) => (b < a ? b : a), (a, b) => (b < a ? b : a)],
  max: [(a, b) => (a < b ? b : a), (a, b) => (a < b ? b : a)],
  and: [(a, b) => a & b, (a, b) => a & b],
  or: [(a, b) => a | b, (a, b) => a | b],
  xor: [(a, b) => a ^ b, (a, b) => a ^ b],
  neg: [(a) => -a, (a) => -a],
  abs: [Math.abs, (a) => (a < 0n ? -a : a)],
  not: [(a) => ~a, (a) => ~a],
  exp: [Math.exp, (a) => a],
  sqrt: [Math.sqrt, (a) => a],
};

const comparisons: Partial<Record<MapOp, (a: Scalar, b: Scalar) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
};

function apply(op: MapOp, x: Scalar[], from: DType): Scalar | boolean {
  const [a, b = a] = x;
  if (op === "cast") return a;
  if (op === "where") return Number(a) !== 0 ? b : x[2];
  if (op === "not" && from === "bool") return a === 0;
  const compare = comparisons[op];
  if (compare) return compare(a, b);
  const rule = rules[op];
  if (!rule) throw new Error(`the eager model knows no ${op}`);
  if (typeof a === "bigint" && typeof b === "bigint") return rule[1](a, b);
  // Products of int32 leave what a double holds exactly.
  return from === "int32" && op === "mul" ? rule[1](BigInt(a), BigInt(b)) : rule[0](Number(a), Number(b));
}

const least = (values: Scalar[]): Scalar => values.reduce((m, v) => (v < m ? v : m));
const most = (values: Scalar[]): Scalar => values.reduce((m, v) => (v > m ? v : m));

const folds: Partial<Record<ReduceOp, (values: Scalar[], dtype: DType) => Scalar | boolean>> = {
  sum: (values, dtype) =>
    dtype === "float32" || dtype === "float64"
      ? values.reduce<number>((sum, v) => sum + Number(v), 0)
      : values.reduce<bigint>((sum, v) => sum + BigInt(v), 0n),
  min: least,
  max: most,
  and: (values) => values.every((v) => Number(v) !== 0),
  or: (values) => values.some((v) => Number(v) !== 0),
  argmin: (values) => values.indexOf(least(values)),
  argmax: (values) => values.indexOf(most(values)),
};

function fold(op: ReduceOp, values: Scalar[], dtype: DType): Scalar | boolean {
  const rule = folds[op];
  if (!rule) throw new Error(`the eager model knows no ${op}`);
  return rule(values, dtype);
}
