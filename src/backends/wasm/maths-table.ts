/**
 * @file Which functions the maths of this room cover, and the shape of a table of them. Read by the files that fill a table and
 * by those that look one up.
 */
import type { BinaryOp, UnaryOp } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import type { VectorCode } from "./vector-code.js";

export const unaryMathsOps = [
  "sign", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf",
] as const satisfies readonly UnaryOp[];
export const binaryMathsOps = ["pow", "atan2", "floorDiv", "truncDiv", "remainder", "fmod"] as const satisfies readonly BinaryOp[];

export type UnaryMathsOp = (typeof unaryMathsOps)[number];
export type BinaryMathsOp = (typeof binaryMathsOps)[number];
export type MathsOp = UnaryMathsOp | BinaryMathsOp;

/** Writes the code of one function: f32x4 or f64x2 in, the same out. */
export type Unary = (b: VectorCode, x: Local) => Local;
export type Binary = (b: VectorCode, x: Local, y: Local) => Local;

/** Name → code, for every function of one dtype. */
export type MathsTable = { readonly [K in UnaryMathsOp]: Unary } & { readonly [K in BinaryMathsOp]: Binary };
