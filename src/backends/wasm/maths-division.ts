/**
 * @file Division's family for floats: floorDiv, truncDiv, remainder, fmod, and sign: what PyTorch computes, for f32x4 and f64x2 alike.
 * Filled into the tables of maths-float32.ts and maths-float64.ts.
 *
 * Source: PyTorch, aten/src/ATen/native/cpu/BinaryOpsKernel.cpp (div_floor_floating_vec, remainder_kernel) and
 * UnaryOpsKernel.cpp (sign_kernel: NaN has sign 0).
 */
import type { Local } from "./assembler.js";
import { demote, f32Lanes, f64Lanes, promote, viaFloat64, type Lanes } from "./lanes.js";
import type { VectorCode } from "./vector-code.js";

type AnyLanes = Lanes<"f32x4"> | Lanes<"f64x2">;

export function sign(l: AnyLanes, x: Local): Local {
  const positive = l.and(l.lt(l.c(0), x), l.c(1));
  return l.sub(positive, l.and(l.lt(x, l.c(0)), l.c(1)));
}

/** The mask of four 32-bit lanes that two masks of two 64-bit lanes make. */
const evenWords = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/**
 * The exact remainder with x's sign. In float64 the quotient's whole part and its product with y are exact while it is below
 * 2^28, and the quotient of two float32 never rounds up to a whole number; all else goes to the host.
 */
export function fmod32(b: VectorCode, x: Local, y: Local): Local {
  const d = f64Lanes(b);
  const [xs, ys] = [promote(b, x), promote(b, y)];
  const half = (i: 0 | 1) => {
    const quotient = d.div(xs[i], ys[i]);
    const value = d.sub(xs[i], d.mul(d.trunc(quotient), ys[i]));
    const small = d.and(d.lt(d.abs(quotient), d.c(2 ** 28)), d.lt(d.abs(ys[i]), d.c(Infinity)));
    return { value, large: d.not(small) };
  };
  const [low, high] = [half(0), half(1)];
  const f = f32Lanes(b);
  const value = f.or(f.abs(demote(b, low.value, high.value)), f.signBit(x)); // a remainder of 0 has x's sign too
  return b.unlessAny(b.shuffle(low.large, high.large, evenWords), value, () => viaFloat64(b, (p, q) => b.host("fmod", p, q), x, y));
}

export function fmod64(b: VectorCode, x: Local, y: Local): Local {
  return b.host("fmod", x, y);
}

/** Lanes where the remainder `mod` is not zero and has not y's sign. */
function wrongSign(l: AnyLanes, mod: Local, y: Local): Local {
  const zero = l.c(0);
  return l.and(l.ne(mod, zero), l.xor(l.lt(y, zero), l.lt(mod, zero)));
}

export function remainder(l: AnyLanes, mod: Local, y: Local): Local {
  return l.select(wrongSign(l, mod, y), l.add(mod, y), mod);
}

export function truncDiv(l: AnyLanes, x: Local, y: Local): Local {
  return l.trunc(l.div(x, y));
}

export function floorDiv(l: AnyLanes, x: Local, y: Local, mod: Local): Local {
  const [zero, one, infinity] = [l.c(0), l.c(1), l.c(Infinity)];
  const quotient = l.div(x, y);
  const overflow = l.andNot(l.eq(l.abs(quotient), infinity), l.eq(l.abs(x), infinity));
  const exact = l.div(l.select(overflow, x, l.sub(x, mod)), y);
  const div = l.select(wrongSign(l, mod, y), l.sub(exact, one), exact);
  const floor = l.floor(div);
  const rounded = l.select(l.lt(l.c(0.5), l.sub(div, floor)), l.add(floor, one), floor);
  const signed = l.select(l.eq(div, zero), l.signBit(quotient), rounded);
  return l.select(l.eq(y, zero), quotient, signed);
}
