/**
 * @file Conversions between dtypes: `x.to(dtype)` and the methods named for a dtype. Floats become integers by cutting off the
 * fraction, anything becomes bool by not being zero, integers wrap. Knows no other operation.
 */
import { isDType, dtypes, type DType } from "../core/dtype.js";
import { ValueError } from "../core/errors.js";
import { cast } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { family, type CastOp } from "./kinds.js";

/** The tensor in another dtype; the very same one where it has it already, as in PyTorch. */
export function castTo(x: TensorImpl, dtype: DType): TensorImpl {
  return x.dtype === dtype ? x : TensorImpl.of(cast(x.operand(), dtype));
}

/** Throws ValueError unless a name is that of a dtype. */
export function checkDType(name: string, dtype: string): DType {
  if (isDType(dtype)) return dtype;
  throw new ValueError(`${name}: dtype must be one of ${dtypes.join(", ")}, not ${JSON.stringify(dtype)}`);
}

const to = <D extends DType>(dtype: D): CastOp<D> => ({ kind: "cast", name: dtype, dtype });

export const castOps = family({
  /**
   * As float32.
   * @example tensor([1, 2]).float() // tensor([1., 2.])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.float.html
   */
  float: to("float32"),
  /**
   * As float64.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.double.html
   */
  double: to("float64"),
  /**
   * As int32; fractions are cut off.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.int.html
   */
  int: to("int32"),
  /**
   * As int64; fractions are cut off.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.long.html
   */
  long: to("int64"),
  /**
   * As int16; fractions are cut off, integers wrap.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.short.html
   */
  short: to("int16"),
  /**
   * As uint8; fractions are cut off, integers wrap.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.byte.html
   */
  byte: to("uint8"),
  /**
   * As int8; fractions are cut off, integers wrap.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.char.html
   */
  char: to("int8"),
  /**
   * As bool: true where an element is not zero.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.bool.html
   */
  bool: to("bool"),
});
