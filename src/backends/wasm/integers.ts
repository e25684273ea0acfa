/**
 * @file Integer arithmetic that takes more than an instruction: wrapping to the width of a dtype, the four divisions, powers. The
 * operations call it; it never traps, whatever the lanes hold.
 */
import type { DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { Local } from "./assembler.js";
import { isWide, type Code, type Value } from "./code.js";

/** i32 lanes wrapped to the range of a smaller integer dtype. */
export function normalised(code: Code, dtype: DType, x: Local): Local {
  switch (dtype) {
    case "uint8":
      return code.op("v128.and", x, code.i32(255));
    case "int8":
      return code.shift("i32x4.shr_s", code.shift("i32x4.shl", x, 24), 24);
    case "int16":
      return code.shift("i32x4.shr_s", code.shift("i32x4.shl", x, 16), 16);
    case "int32":
      return x;
    case "bool":
    case "int64":
    case "float32":
    case "float64":
      throw new InternalError(`${dtype} is not kept in i32 lanes as an integer`);
    default:
      return dtype satisfies never;
  }
}

export const integerDivisions = ["floorDiv", "truncDiv", "remainder", "fmod"] as const;
export type IntegerDivision = (typeof integerDivisions)[number];

/** `floorDiv`, `truncDiv`, and what they leave: `remainder`, `fmod`. By zero: 0. */
export function divide(code: Code, op: IntegerDivision, a: Value, b: Value): Value {
  const floored = op === "floorDiv" || op === "remainder";
  const wantsRest = op === "remainder" || op === "fmod";
  const { dtype } = a;
  if (isWide(dtype)) return { dtype, parts: a.parts.map((x, i) => divideLong(code, floored, wantsRest, x, b.parts[i])) };
  const [x, y] = [a.parts[0], b.parts[0]];
  const quotient = divideShort(code, floored ? "f64x2.floor" : "f64x2.trunc", x, y);
  const result = wantsRest ? code.op("i32x4.sub", x, code.op("i32x4.mul", quotient, y)) : quotient;
  const defined = code.op("i32x4.ne", y, code.i32(0));
  return { dtype, parts: [normalised(code, dtype, code.op("v128.and", result, defined))] };
}

/**
 * Quotients of i32 lanes through float64, which is exact: the quotient differs from any integer it does not equal by at
 * least 2^-31, more than its rounding error. Adding 1.5 x 2^52 leaves the integer, modulo 2^32, in the low word.
 */
function divideShort(code: Code, round: "f64x2.floor" | "f64x2.trunc", x: Local, y: Local): Local {
  const shifter = code.f64(2 ** 52 * 1.5);
  const half = (a: Local, b: Local) => {
    const quotient = code.op("f64x2.div", code.op("f64x2.convert_low_i32x4_s", a), code.op("f64x2.convert_low_i32x4_s", b));
    return code.op("f64x2.add", code.op(round, quotient), shifter);
  };
  return code.lowWords([half(x, y), half(code.highHalf(x), code.highHalf(y))]);
}

/** i64 lanes, one at a time; the divisors that would trap are replaced by 1. */
function divideLong(code: Code, floored: boolean, wantsRest: boolean, x: Local, y: Local): Local {
  const zero = code.op("i64x2.eq", y, code.i64(0n));
  const overflow = code.op("v128.and", code.op("i64x2.eq", y, code.i64(-1n)), code.op("i64x2.eq", x, code.i64(-(1n << 63n))));
  const safe = code.op("v128.bitselect", code.i64(1n), y, code.op("v128.or", zero, overflow));
  const quotient = code.lanes("i64x2", (lane) => {
    for (const operand of [x, safe]) {
      code.f.get(operand);
      code.f.lane("i64x2.extract_lane", lane);
    }
    code.f.op("i64.div_s");
  });
  const rest = code.op("i64x2.sub", x, code.op("i64x2.mul", quotient, safe));
  if (!floored) return code.op("v128.andnot", wantsRest ? rest : quotient, zero);
  const opposite = code.op("i64x2.lt_s", code.op("v128.xor", rest, safe), code.i64(0n));
  const below = code.op("v128.and", opposite, code.op("i64x2.ne", rest, code.i64(0n)));
  const result = wantsRest
    ? code.op("i64x2.add", rest, code.op("v128.and", below, safe))
    : code.op("i64x2.add", quotient, below);
  return code.op("v128.andnot", result, zero);
}

/**
 * Powers by squaring, wrapping; a negative exponent gives what is left of the fraction: 1 for 1, +-1 for -1, else 0,
 * as in PyTorch.
 */
export function power(code: Code, a: Value, b: Value): Value {
  const { dtype } = a;
  const kind = isWide(dtype) ? "i64x2" : "i32x4";
  const literal = (value: number) => (kind === "i64x2" ? code.i64(BigInt(value)) : code.i32(value));
  const parts = a.parts.map((base, i) => {
    const exponent = b.parts[i];
    const [zero, one, minusOne] = [literal(0), literal(1), literal(-1)];
    const [result, square, rest] = [code.take("v128"), code.take("v128"), code.take("v128")];
    code.copy(one, result);
    code.copy(base, square);
    code.copy(exponent, rest);
    code.f.loop(() => {
      const odd = code.op(`${kind}.eq`, code.op("v128.and", rest, one), one);
      code.copy(code.op("v128.bitselect", code.op(`${kind}.mul`, result, square), result, odd), result);
      code.copy(code.op(`${kind}.mul`, square, square), square);
      code.copy(code.shift(`${kind}.shr_u`, rest, 1), rest);
      code.f.get(rest);
      code.f.simd("v128.any_true");
      code.f.branchIf(0);
    });
    const unit = code.op("v128.or", code.op(`${kind}.eq`, base, one), code.op(`${kind}.eq`, base, minusOne));
    const vanishes = code.op("v128.andnot", code.op(`${kind}.lt_s`, exponent, zero), unit);
    return code.op("v128.andnot", result, vanishes);
  });
  return { dtype, parts: isWide(dtype) ? parts : [normalised(code, dtype, parts[0])] };
}
