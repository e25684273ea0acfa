/**
 * @file Short names for the vector instructions that formulas are made of, so that the maths read like the formulas they cite.
 * A `Lanes` is a `VectorCode` with an element type; it knows no function by name and nothing of where the code goes.
 */
import type { Local } from "./assembler.js";
import type { VectorCode } from "./vector-code.js";

/** What f32x4 and f64x2 have in common. */
export class Lanes<T extends "f32x4" | "f64x2"> {
  constructor(
    readonly b: VectorCode,
    readonly type: T,
  ) {}

  /** A literal in every lane. */
  c(value: number): Local {
    return this.type === "f32x4" ? this.b.f32(value) : this.b.f64(value);
  }
  add(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.add`, x, y);
  }
  sub(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.sub`, x, y);
  }
  mul(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.mul`, x, y);
  }
  div(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.div`, x, y);
  }
  /** x y + z, rounded once or twice: where the engine can, in one instruction. */
  madd(x: Local, y: Local, z: Local): Local {
    return this.b.fuses ? this.b.op(`${this.type}.relaxed_madd`, x, y, z) : this.add(this.mul(x, y), z);
  }
  /** z - x y, rounded once or twice. */
  nmadd(x: Local, y: Local, z: Local): Local {
    return this.b.fuses ? this.b.op(`${this.type}.relaxed_nmadd`, x, y, z) : this.sub(z, this.mul(x, y));
  }
  sqrt(x: Local): Local {
    return this.b.op(`${this.type}.sqrt`, x);
  }
  abs(x: Local): Local {
    return this.b.op(`${this.type}.abs`, x);
  }
  neg(x: Local): Local {
    return this.b.op(`${this.type}.neg`, x);
  }
  floor(x: Local): Local {
    return this.b.op(`${this.type}.floor`, x);
  }
  trunc(x: Local): Local {
    return this.b.op(`${this.type}.trunc`, x);
  }
  nearest(x: Local): Local {
    return this.b.op(`${this.type}.nearest`, x);
  }
  eq(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.eq`, x, y);
  }
  ne(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.ne`, x, y);
  }
  lt(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.lt`, x, y);
  }
  le(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.le`, x, y);
  }
  /** y where y < x, else x: NaN in x stays. */
  atMost(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.pmin`, x, y);
  }
  /** y where x < y, else x: NaN in x stays. */
  atLeast(x: Local, y: Local): Local {
    return this.b.op(`${this.type}.pmax`, x, y);
  }
  and(x: Local, y: Local): Local {
    return this.b.op("v128.and", x, y);
  }
  or(x: Local, y: Local): Local {
    return this.b.op("v128.or", x, y);
  }
  xor(x: Local, y: Local): Local {
    return this.b.op("v128.xor", x, y);
  }
  andNot(x: Local, y: Local): Local {
    return this.b.op("v128.andnot", x, y);
  }
  not(x: Local): Local {
    return this.b.op("v128.not", x);
  }
  /** yes where the mask's bits are set, else no. */
  select(mask: Local, yes: Local, no: Local): Local {
    return this.b.op("v128.bitselect", yes, no, mask);
  }
  /** The sign bit of x, all other bits 0. */
  signBit(x: Local): Local {
    return this.and(x, this.c(-0));
  }
  /** x with the sign bit of `sign` or'ed in: copysign where x is not negative. */
  withSign(x: Local, sign: Local): Local {
    return this.or(x, this.signBit(sign));
  }
  /**
   * A polynomial, coefficients from the highest power down. With multiply-add by Horner's scheme, which has the fewest instructions.
   * Without, by Estrin's: pairs, pairs of pairs, … - a few multiplications more, but a chain of dependent instructions half as
   * long, and twice the chain of Horner's is what a loop would wait for.
   */
  poly(x: Local, coefficients: readonly number[]): Local {
    if (this.b.fuses) return coefficients.slice(1).reduce((sum, c) => this.madd(sum, x, this.c(c)), this.c(coefficients[0]));
    let terms = coefficients.map((c) => this.c(c)).reverse();
    let power = x;
    while (terms.length > 1) {
      const pairs: Local[] = [];
      for (let i = 0; i + 1 < terms.length; i += 2) pairs.push(this.add(terms[i], this.mul(terms[i + 1], power)));
      if (terms.length % 2 === 1) pairs.push(terms[terms.length - 1]);
      terms = pairs;
      if (terms.length > 1) power = this.mul(power, power);
    }
    return terms[0];
  }
}

export type F32 = Lanes<"f32x4">;
export type F64 = Lanes<"f64x2">;
export const f32Lanes = (b: VectorCode): F32 => new Lanes(b, "f32x4");
export const f64Lanes = (b: VectorCode): F64 => new Lanes(b, "f64x2");

const lowHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const highHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** The two f64x2 halves of an f32x4. */
export function promote(b: VectorCode, x: Local): readonly [Local, Local] {
  const high = b.shuffle(x, x, highHalf);
  return [b.op("f64x2.promote_low_f32x4", x), b.op("f64x2.promote_low_f32x4", high)];
}

/** The two f64x2 halves of an i32x4. */
export function convertInt32(b: VectorCode, x: Local): readonly [Local, Local] {
  const high = b.shuffle(x, x, highHalf);
  return [b.op("f64x2.convert_low_i32x4_s", x), b.op("f64x2.convert_low_i32x4_s", high)];
}

/** An f32x4 of two f64x2 halves, rounded. */
export function demote(b: VectorCode, low: Local, high: Local): Local {
  return b.shuffle(b.op("f32x4.demote_f64x2_zero", low), b.op("f32x4.demote_f64x2_zero", high), lowHalves);
}

/** Evaluates an f64x2 function on both halves of f32x4 arguments. */
export function viaFloat64(b: VectorCode, inside: (...args: Local[]) => Local, ...args: readonly Local[]): Local {
  const halves = args.map((x) => promote(b, x));
  return demote(b, inside(...halves.map((h) => h[0])), inside(...halves.map((h) => h[1])));
}
