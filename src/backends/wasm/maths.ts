/**
 * @file The functions of the loop IR that have no instruction of their own, as v128 code: one table, by dtype and name. The
 * loop emitter looks an operation up here and gives it a `VectorCode` to write to; nothing here knows about loops or memory.
 */
import { maths32 } from "./maths-float32.js";
import { maths64 } from "./maths-float64.js";
import type { MathsTable } from "./maths-table.js";

export { binaryMathsOps, unaryMathsOps, type Binary, type BinaryMathsOp, type MathsOp, type MathsTable, type Unary, type UnaryMathsOp } from "./maths-table.js";

/** Every function, for both floating dtypes: `maths.float32.exp(code, x)`. Arguments of binary functions in the IR's order: atan2(y, x). */
export const maths: { readonly float32: MathsTable; readonly float64: MathsTable } = { float32: maths32, float64: maths64 };
