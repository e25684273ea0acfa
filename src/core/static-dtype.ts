/**
 * @file Dtype promotion in types: what core/dtype.ts and ops/promotion.ts compute, for the compiler. Gone at run time; the
 * tests hold both to each other.
 */
import type { DType } from "./dtype.js";
import type { Shape } from "./shape.js";

type Integer = "uint8" | "int8" | "int16" | "int32" | "int64";
type Floating = "float32" | "float64";

interface WithInteger<I8, U8, I16, I32> {
  bool: I8;
  int8: I8;
  uint8: U8;
  int16: I16;
  int32: I32;
  int64: "int64";
  float32: "float32";
  float64: "float64";
}
/** PyTorch's table of promotion. */
interface Table {
  bool: { [D in DType]: D };
  int8: WithInteger<"int8", "int16", "int16", "int32">;
  uint8: { bool: "uint8"; int8: "int16"; uint8: "uint8"; int16: "int16"; int32: "int32"; int64: "int64"; float32: "float32"; float64: "float64" };
  int16: WithInteger<"int16", "int16", "int16", "int32">;
  int32: WithInteger<"int32", "int32", "int32", "int32">;
  int64: WithInteger<"int64", "int64", "int64", "int64">;
  float32: { [D in DType]: D extends "float64" ? "float64" : "float32" };
  float64: { [D in DType]: "float64" };
}

/** PyTorch's `promote_types` in types. */
export type Promote<A extends DType, B extends DType> = Table[A][B];

/** A dimensioned tensor's dtype with a dimensionless one's, or a tensor's with a number's: only categories are lifted. */
export type Combine<Stronger extends DType, Weaker extends DType> = Stronger extends Floating
  ? Stronger
  : Stronger extends Integer
    ? Weaker extends Floating
      ? Weaker
      : Stronger
    : Weaker;

/** True for the shape of a scalar, false for any other, `boolean` for an unknown rank. */
export type IsDimensionless<S extends Shape> = number extends S["length"] ? boolean : S["length"] extends 0 ? true : false;

/** The common dtype of two tensors. */
export type PromoteTensors<SA extends Shape, A extends DType, SB extends Shape, B extends DType> = [A, B] extends [B, A]
  ? A
  : PromoteByRank<IsDimensionless<SA>, A, IsDimensionless<SB>, B>;
type PromoteByRank<DA extends boolean, A extends DType, DB extends boolean, B extends DType> = DA extends true
  ? DB extends true
    ? Promote<A, B>
    : Combine<B, A>
  : DB extends true
    ? Combine<A, B>
    : Promote<A, B>;

/** The dtype of a number on its own. A plain `number` may be whole or not. */
export type DTypeOfScalar<N> = N extends boolean
  ? "bool"
  : N extends bigint
    ? "int64"
    : N extends number
      ? number extends N
        ? "int64" | "float32"
        : `${N}` extends `${bigint}`
          ? "int64"
          : "float32"
      : never;

/** float32 for what is not floating yet. */
export type ToFloating<D extends DType> = D extends Floating ? D : "float32";
/** int64 for bool. */
export type ToNumber<D extends DType> = D extends "bool" ? "int64" : D;
/** The dtype of a sum: int64 for integers and bool. */
export type ToSum<D extends DType> = D extends Floating ? D : "int64";
/** The dtype of `all` and `any`. */
export type ToTruth<D extends DType> = D extends "uint8" ? "uint8" : "bool";
/** What an element is in JavaScript. */
export type ElementOf<D extends DType> = D extends "bool" ? boolean : number;
