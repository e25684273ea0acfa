/**
 * @file Free functions for methods that the class itself has, as PyTorch has both: `split(x, 2)` is `x.split(2)`. What the tables of
 * operations hold is in functions.ts and functions-catalogue.ts; nothing is computed here.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import { Tensor } from "./class.js";
import { implOf } from "./install.js";
import type { Rest } from "./static.js";

/** The tensor, or the error that says which function was given something else. */
function checked<T extends Tensor>(name: string, input: T): T {
  implOf(name, input);
  return input;
}

/** As the method. @see https://docs.pytorch.org/docs/stable/generated/torch.split.html */
export const split = <D extends DType>(input: Tensor<Shape, D>, size: number | readonly number[], dim = 0): Tensor<Shape, D>[] =>
  checked("split", input).split(size, dim);

/** As the method. @see https://docs.pytorch.org/docs/stable/generated/torch.chunk.html */
export const chunk = <D extends DType>(input: Tensor<Shape, D>, chunks: number, dim = 0): Tensor<Shape, D>[] => checked("chunk", input).chunk(chunks, dim);

/** As the method. @see https://docs.pytorch.org/docs/stable/generated/torch.unbind.html */
export function unbind<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Rest<S>, D>[];
export function unbind<D extends DType>(input: Tensor<Shape, D>, dim: number): Tensor<Shape, D>[];
export function unbind(input: Tensor, dim = 0): Tensor[] {
  return checked("unbind", input).unbind(dim);
}

/** As the method: a copy with a storage of its own. @see https://docs.pytorch.org/docs/stable/generated/torch.clone.html */
export const clone = <S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> => checked("clone", input).clone();

/** As the method: the same storage without its history. @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html */
export const detach = <S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> => checked("detach", input).detach();
