/**
 * @file The eager model: computes a lazy graph one node after the other with plain arrays, element by element, as PyTorch would. The
 * property tests compare the compiled kernels with it. It shares no code with scheduling, lowering or a backend.
 */
import type { Node, Operand } from "../../src/compile/expression.js";
import type { DType } from "../../src/core/dtype.js";
import { numel } from "../../src/core/shape.js";
import { forEachOffset, type View } from "../../src/core/view.js";
import { engine } from "../../src/graph/engine.js";

export type Scalar = number | bigint;
export type Values = Scalar[];

/** The elements that a view shows, in its row-major order. */
export function look(values: Values, view: View): Values {
  const seen: Values = [];
  forEachOffset(view, (offset) => seen.push(values[offset]!));
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
      const from = source.inputs[0]!.node.dtype;
      return Array.from({ length: count }, (_, i) => store(dtype, apply(source.op, inputs.map((x) => x[i]!), from)));
    }
    case "reduce": {
      const all = operand(source.input);
      const inner = numel(source.input.view.shape) / count;
      return Array.from({ length: count }, (_, i) => store(dtype, fold(source.op, all.slice(i * inner, (i + 1) * inner), dtype)));
    }
    case "assemble": {
      const values = source.base ? [...evaluate(source.base, memo)] : new Array<Scalar>(count).fill(0);
      for (const { view, value } of source.pieces) {
        const written = operand(value);
        let i = 0;
        forEachOffset(view, (offset) => (values[offset] = written[i++]!));
      }
      return values;
    }
    case "moved":
      throw new Error("read after its buffer was taken over");
  }
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
  }
}

const whole = (value: Scalar | boolean): bigint => (typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value))));

const less = (a: Scalar, b: Scalar): boolean => a < b;

function apply(op: string, x: Scalar[], from: DType): Scalar | boolean {
  const [a, b] = [x[0]!, x[1]!];
  const exact = typeof a === "bigint";
  switch (op) {
    case "cast":
      return from === "bool" ? Number(a) : a;
    case "where":
      return Number(a) !== 0 ? b : x[2]!;
    case "neg":
      return exact ? -a : -Number(a);
    case "abs":
      return less(a, exact ? 0n : 0) ? (exact ? -a : -Number(a)) : a;
    case "not":
      return from === "bool" ? a === 0 : exact ? ~a : ~Number(a);
    case "exp":
      return Math.exp(Number(a));
    case "div":
      return Number(a) / Number(b);
    case "add":
      return exact ? a + BigInt(b) : Number(a) + Number(b);
    case "sub":
      return exact ? a - BigInt(b) : Number(a) - Number(b);
    case "mul":
      return exact ? a * BigInt(b) : from === "int32" ? BigInt(a) * BigInt(b) : Number(a) * Number(b);
    case "min":
      return less(b, a) ? b : a;
    case "max":
      return less(a, b) ? b : a;
    case "and":
      return exact ? a & BigInt(b) : Number(a) & Number(b);
    case "or":
      return exact ? a | BigInt(b) : Number(a) | Number(b);
    case "xor":
      return exact ? a ^ BigInt(b) : Number(a) ^ Number(b);
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    default:
      throw new Error(`the eager model knows no ${op}`);
  }
}

function fold(op: string, values: Scalar[], dtype: DType): Scalar | boolean {
  switch (op) {
    case "sum":
      if (dtype === "float32" || dtype === "float64") return values.reduce<number>((sum, v) => sum + Number(v), 0);
      return values.reduce<bigint>((sum, v) => sum + BigInt(v), 0n);
    case "min":
      return values.reduce((m, v) => (v < m ? v : m));
    case "max":
      return values.reduce((m, v) => (v > m ? v : m));
    case "and":
      return values.every((v) => Number(v) !== 0);
    case "or":
      return values.some((v) => Number(v) !== 0);
    case "argmin":
      return values.indexOf(values.reduce((m, v) => (v < m ? v : m)));
    case "argmax":
      return values.indexOf(values.reduce((m, v) => (v > m ? v : m)));
    default:
      throw new Error(`the eager model knows no ${op}`);
  }
}
