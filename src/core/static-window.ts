/**
 * @file How many windows fit into a size, in types: what convolutions and pooling make of literal sizes and options. The signatures in
 * tensor/ apply it; it is gone at run time and knows nothing of tensors.
 */
import type { Shape } from "./shape.js";
import type { Add, FloorDiv, IsUnknown, Mul, Sub } from "./static-number.js";

/** ⌊(size + 2 · padding - dilation · (kernel - 1) - 1) / stride⌋ + 1; never where the kernel is larger; `number` if something is not known. */
export type WindowCount<Size extends number, Kernel extends number, Stride extends number, Padding extends number, Dilation extends number> =
  true extends IsUnknown<Size> | IsUnknown<Kernel> | IsUnknown<Stride> | IsUnknown<Padding> | IsUnknown<Dilation>
    ? number
    : Fitted<Sub<Add<Size, Mul<2, Padding>>, Add<Mul<Dilation, Sub<Kernel, 1>>, 1>>, Stride>;
type Fitted<Room extends number, Stride extends number> = [Room] extends [never] ? never : Add<FloorDiv<Room, Stride>, 1>;

/** What an option with one number, or one for each dimension, says of dimension I: `Default` where it is not among the options. */
export type OptionAt<Options, Name extends string, I extends number, Default extends number> = Name extends keyof Options
  ? NumberAt<Options[Name], I>
  : Default;
/** One number, or the one of dimension I among several; `number` if it is not known. */
export type NumberAt<Value, I extends number> = Value extends number ? Value : Value extends Shape ? (Value[I] extends number ? Value[I] : number) : number;

/** Whether an option is missing, or is exactly this. */
export type IsDefault<Options, Name extends string, Default> = Name extends keyof Options
  ? [Options[Name], Default] extends [Default, Options[Name]] ? true : false
  : true;
