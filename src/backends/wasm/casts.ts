/**
 * @file Conversions between dtypes, value to value: what the `cast` instruction means in vectors. A table over how the two dtypes
 * lie in lanes; it knows no loops and no memory.
 */
import type { DType } from "../../core/dtype.js";
import { laneKind, type Code, type LaneKind, type Value } from "./code.js";
import type { Local } from "./assembler.js";
import { normalised } from "./integers.js";

/** Parts of one layout to parts of another; integers are 0/1 for bool here, not masks. */
type Conversion = (code: Code, parts: readonly Local[]) => readonly Local[];

const same: Conversion = (_, parts) => parts;
const throughFloat64 = (to: "i64x2"): Conversion => (code, parts) =>
  conversions.f64x2[to](code, conversions.f32x4.f64x2(code, parts));

const conversions: { readonly [From in LaneKind]: { readonly [To in LaneKind]: Conversion } } = {
  i32x4: {
    i32x4: same,
    f32x4: (code, [x]) => [code.op("f32x4.convert_i32x4_s", x)],
    i64x2: (code, [x]) => code.widenMask(x), // sign extension
    f64x2: (code, [x]) => [code.op("f64x2.convert_low_i32x4_s", x), code.op("f64x2.convert_low_i32x4_s", code.highHalf(x))],
  },
  f32x4: {
    i32x4: (code, [x]) => [code.op("i32x4.trunc_sat_f32x4_s", x)],
    f32x4: same,
    i64x2: throughFloat64("i64x2"),
    f64x2: (code, [x]) => [code.op("f64x2.promote_low_f32x4", x), code.op("f64x2.promote_low_f32x4", code.highHalf(x))],
  },
  i64x2: {
    i32x4: (code, parts) => [code.lowWords(parts)],
    f32x4: (code, parts) => [
      code.lanes("f32x4", (lane) => {
        code.f.get(parts[lane >> 1]);
        code.f.lane("i64x2.extract_lane", lane & 1);
        code.f.op("f32.convert_i64_s");
      }),
    ],
    i64x2: same,
    f64x2: (code, parts) => parts.map((x) => code.lanes("f64x2", (lane) => {
      code.f.get(x);
      code.f.lane("i64x2.extract_lane", lane);
      code.f.op("f64.convert_i64_s");
    })),
  },
  f64x2: {
    i32x4: (code, [low, high]) => [
      code.joinHalves(code.op("i32x4.trunc_sat_f64x2_s_zero", low), code.op("i32x4.trunc_sat_f64x2_s_zero", high)),
    ],
    f32x4: (code, [low, high]) => [
      code.joinHalves(code.op("f32x4.demote_f64x2_zero", low), code.op("f32x4.demote_f64x2_zero", high)),
    ],
    i64x2: (code, parts) => parts.map((x) => code.lanes("i64x2", (lane) => {
      code.f.get(x);
      code.f.lane("f64x2.extract_lane", lane);
      code.f.op("i64.trunc_sat_f64_s");
    })),
    f64x2: same,
  },
};

const bits: Partial<Record<DType, number>> = { uint8: 8, int8: 8, int16: 16, int32: 32 };

/** Whether every value of integer dtype `from` is one of `to`, so that nothing need wrap. */
function fits(from: DType, to: DType): boolean {
  if (from === to) return true;
  const [a, b] = [bits[from], bits[to]];
  return a !== undefined && b !== undefined && to !== "uint8" && a < b;
}

/** The value in another dtype: C's conversion; floats truncate, integers wrap, anything to bool is `!= 0`. */
export function cast(code: Code, value: Value, dtype: DType): Value {
  const [from, to] = [value.dtype, dtype];
  if (from === to) return value;
  if (to === "bool") return { dtype, parts: [isNotZero(code, value)] };
  if (from === "bool") return fromBool(code, value.parts[0], to);
  const parts = conversions[laneKind(from)][laneKind(to)](code, value.parts);
  if (laneKind(to) !== "i32x4" || fits(from, to)) return { dtype, parts };
  return { dtype, parts: [normalised(code, to, parts[0])] };
}

/** A mask of the lanes that are not 0. */
function isNotZero(code: Code, { dtype, parts }: Value): Local {
  const kind = laneKind(dtype);
  const zero = code.literalOf(dtype, 0);
  const masks = parts.map((x, i) => code.op(`${kind}.ne`, x, zero.parts[i]));
  return masks.length === 2 ? code.narrowMask(masks) : masks[0];
}

/** 0 or 1 from a mask: the bits of 1 where it is set. */
function fromBool(code: Code, mask: Local, dtype: DType): Value {
  const one = code.literalOf(dtype, 1);
  const masks = one.parts.length === 2 ? code.widenMask(mask) : [mask];
  return { dtype, parts: one.parts.map((x, i) => code.op("v128.and", masks[i], x)) };
}
