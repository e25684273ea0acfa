/**
 * @file What each operation of the loop IR is in vectors: values in, a value out. Tables by opcode for what is one or two
 * instructions; integers, casts and the maths have files of their own. It knows no loops and no memory.
 */
import { isFloating, type DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import {
  binaryOps, unaryOps,
  type BinaryOp, type CompareOp, type FoldOp, type Instruction, type UnaryOp,
} from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { cast } from "./casts.js";
import { laneKind, type Code, type Value } from "./code.js";
import { divide, integerDivisions, normalised, power, type IntegerDivision } from "./integers.js";
import { binaryMathsOps, maths, unaryMathsOps, type BinaryMathsOp, type UnaryMathsOp } from "./maths.js";

type Part = (code: Code, ...args: readonly Local[]) => Local;
type Instructions<K extends string> = { readonly [Op in K]?: Part };
type OperationOf<Op extends string> = Extract<Instruction, { readonly op: Op }>;
/** An instruction that computes from values: everything but loads, indices, constants and results of reductions. */
export type Operation = OperationOf<"cast" | "where" | UnaryOp | BinaryOp | CompareOp>;

const integerUnary: { readonly [K in "i32x4" | "i64x2"]: Instructions<UnaryOp> } = {
  i32x4: {
    neg: (c, x) => c.op("i32x4.neg", x),
    abs: (c, x) => c.op("i32x4.abs", x),
    sign: (c, x) => c.op("i32x4.max_s", c.op("i32x4.min_s", x, c.i32(1)), c.i32(-1)),
    not: (c, x) => c.op("v128.not", x),
    floor: (_, x) => x, ceil: (_, x) => x, round: (_, x) => x, trunc: (_, x) => x,
  },
  i64x2: {
    neg: (c, x) => c.op("i64x2.neg", x),
    abs: (c, x) => c.op("i64x2.abs", x),
    sign: (c, x) => c.op("i64x2.sub", c.op("i64x2.lt_s", x, c.i64(0n)), c.op("i64x2.gt_s", x, c.i64(0n))),
    not: (c, x) => c.op("v128.not", x),
    floor: (_, x) => x, ceil: (_, x) => x, round: (_, x) => x, trunc: (_, x) => x,
  },
};

const floatUnary = (kind: "f32x4" | "f64x2"): Instructions<UnaryOp> => ({
  neg: (c, x) => c.op(`${kind}.neg`, x),
  abs: (c, x) => c.op(`${kind}.abs`, x),
  sqrt: (c, x) => c.op(`${kind}.sqrt`, x),
  floor: (c, x) => c.op(`${kind}.floor`, x),
  ceil: (c, x) => c.op(`${kind}.ceil`, x),
  round: (c, x) => c.op(`${kind}.nearest`, x),
  trunc: (c, x) => c.op(`${kind}.trunc`, x),
});

const bitwise: Instructions<BinaryOp> = {
  and: (c, x, y) => c.op("v128.and", x, y),
  or: (c, x, y) => c.op("v128.or", x, y),
  xor: (c, x, y) => c.op("v128.xor", x, y),
};

const arithmetic = (kind: "i32x4" | "i64x2" | "f32x4" | "f64x2"): Instructions<BinaryOp> => ({
  add: (c, x, y) => c.op(`${kind}.add`, x, y),
  sub: (c, x, y) => c.op(`${kind}.sub`, x, y),
  mul: (c, x, y) => c.op(`${kind}.mul`, x, y),
});

const floatBinary = (kind: "f32x4" | "f64x2"): Instructions<BinaryOp> => ({
  ...arithmetic(kind),
  div: (c, x, y) => c.op(`${kind}.div`, x, y),
  min: (c, x, y) => c.op(`${kind}.min`, x, y),
  max: (c, x, y) => c.op(`${kind}.max`, x, y),
});

const unaryTable = { ...integerUnary, f32x4: floatUnary("f32x4"), f64x2: floatUnary("f64x2") };
const binaryTable: { readonly [K in "i32x4" | "i64x2" | "f32x4" | "f64x2"]: Instructions<BinaryOp> } = {
  i32x4: {
    ...bitwise, ...arithmetic("i32x4"),
    min: (c, x, y) => c.op("i32x4.min_s", x, y),
    max: (c, x, y) => c.op("i32x4.max_s", x, y),
  },
  i64x2: {
    ...bitwise, ...arithmetic("i64x2"),
    min: (c, x, y) => c.op("v128.bitselect", x, y, c.op("i64x2.lt_s", x, y)),
    max: (c, x, y) => c.op("v128.bitselect", x, y, c.op("i64x2.gt_s", x, y)),
  },
  f32x4: floatBinary("f32x4"),
  f64x2: floatBinary("f64x2"),
};

/** Operations whose result may leave the range of a small integer dtype. */
const mayLeaveRange: ReadonlySet<string> = new Set<UnaryOp | BinaryOp>(["neg", "abs", "not", "add", "sub", "mul"]);

const includes = <T extends string>(names: readonly T[], name: string): name is T => names.some((n) => n === name);
const isUnary = (op: Operation["op"]): op is UnaryOp => includes(unaryOps, op);
const isBinary = (op: Operation["op"]): op is BinaryOp => includes(binaryOps, op);

/** The result of one operation. */
export function operate(code: Code, { op, dtype }: Operation, args: readonly Value[]): Value {
  if (op === "cast") return cast(code, args[0], dtype);
  if (op === "where") return code.choose(args[0].parts[0], args[1], args[2]);
  if (isUnary(op)) return unary(code, op, args[0]);
  if (isBinary(op)) return binary(code, op, args[0], args[1]);
  return { dtype, parts: [compare(code, op, args[0], args[1])] };
}

function unary(code: Code, op: UnaryOp, x: Value): Value {
  const { dtype } = x;
  if (dtype === "float32" || dtype === "float64") {
    const part = includes<UnaryMathsOp>(unaryMathsOps, op) ? maths[dtype][op] : unaryTable[laneKind(dtype)][op];
    if (part === undefined) throw unknown(op, dtype);
    return { dtype, parts: x.parts.map((p) => part(code, p)) };
  }
  const part = unaryTable[laneKind(dtype)][op];
  if (part === undefined || (dtype === "bool" && op !== "not")) throw unknown(op, dtype);
  return inRange(code, op, dtype, x.parts.map((p) => part(code, p)));
}

/** The result of a two-argument operation; reductions fold with it. */
export function binary(code: Code, op: BinaryOp, x: Value, y: Value): Value {
  const { dtype } = x;
  if (dtype === "float32" || dtype === "float64") {
    const part = includes<BinaryMathsOp>(binaryMathsOps, op) ? maths[dtype][op] : binaryTable[laneKind(dtype)][op];
    if (part === undefined) throw unknown(op, dtype);
    return { dtype, parts: x.parts.map((p, i) => part(code, p, y.parts[i])) };
  }
  if (dtype !== "bool" && includes<IntegerDivision>(integerDivisions, op)) return divide(code, op, x, y);
  if (dtype !== "bool" && op === "pow") return power(code, x, y);
  const part = binaryTable[laneKind(dtype)][op];
  if (part === undefined || (dtype === "bool" && bitwise[op] === undefined)) throw unknown(op, dtype);
  return inRange(code, op, dtype, x.parts.map((p, i) => part(code, p, y.parts[i])));
}

function inRange(code: Code, op: UnaryOp | BinaryOp, dtype: DType, parts: readonly Local[]): Value {
  if (dtype === "bool" || dtype === "int64" || !mayLeaveRange.has(op)) return { dtype, parts };
  return { dtype, parts: parts.map((p) => normalised(code, dtype, p)) };
}

const unknown = (op: string, dtype: DType) => new InternalError(`the WebAssembly backend has no ${op} for ${dtype}`);

/** The comparison of i32 lanes in which false < true holds for masks, where true is -1. */
const maskCompare = { eq: "i32x4.eq", ne: "i32x4.ne", lt: "i32x4.gt_s", le: "i32x4.ge_s" } as const;
const compareInstructions = { eq: "eq", ne: "ne", lt: "lt", le: "le" } as const satisfies Record<CompareOp, string>;
const signedInstructions = { eq: "eq", ne: "ne", lt: "lt_s", le: "le_s" } as const satisfies Record<CompareOp, string>;

/** A mask of the four lanes. */
export function compare(code: Code, op: CompareOp, x: Value, y: Value): Local {
  const { dtype } = x;
  const kind = laneKind(dtype);
  const masks = x.parts.map((p, i) => {
    if (dtype === "bool") return code.op(maskCompare[op], p, y.parts[i]);
    if (kind === "f32x4" || kind === "f64x2") return code.op(`${kind}.${compareInstructions[op]}`, p, y.parts[i]);
    return code.op(`${kind}.${signedInstructions[op]}`, p, y.parts[i]);
  });
  return masks.length === 2 ? code.narrowMask(masks) : masks[0];
}

/** The operation that folds two partial results of a reduction. */
export const foldOperation = { sum: "add", prod: "mul", min: "min", max: "max", and: "and", or: "or" } as const satisfies Record<FoldOp, BinaryOp>;

const largest: { readonly [D in DType]: number | bigint } = {
  bool: 1, uint8: 255, int8: 127, int16: 32767, int32: 2147483647, int64: (1n << 63n) - 1n, float32: Infinity, float64: Infinity,
};
const smallest: { readonly [D in DType]: number | bigint } = {
  bool: 0, uint8: 0, int8: -128, int16: -32768, int32: -2147483648, int64: -(1n << 63n), float32: -Infinity, float64: -Infinity,
};

/** The largest value of a dtype, or the smallest: where a search for an extreme starts. */
export const extremeOf = (dtype: DType, which: "largest" | "smallest"): number | bigint => (which === "largest" ? largest : smallest)[dtype];

/** What a fold of nothing gives. For integers `and` is bitwise: all bits set. */
export function identityOf(op: FoldOp, dtype: DType): number | bigint {
  switch (op) {
    case "sum":
    case "or":
      return 0;
    case "prod":
      return 1;
    case "min":
      return largest[dtype];
    case "max":
      return smallest[dtype];
    case "and":
      return dtype === "bool" || isFloating(dtype) ? 1 : dtype === "uint8" ? 255 : -1;
    default:
      return op satisfies never;
  }
}
