/**
 * @file The last step of every file format: elements that a file held become a tensor, once they are safe to compute with.
 * safetensors.ts and npy.ts end here; it knows neither format.
 */
import type { DType, TypedArray } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import { fromData } from "../graph/build.js";
import { TensorImpl } from "../graph/storage.js";
import { Tensor } from "../tensor/tensor.js";

/** A tensor of elements read from a stranger's file, in row-major order. The bytes of bools are put right in place. */
export function asTensor(dtype: DType, shape: Shape, data: TypedArray): Tensor {
  // Kernels rely on a bool being 0 or 1; a file may hold anything.
  if (dtype === "bool") for (let i = 0; i < data.length; i++) data[i] = data[i] === 0 ? 0 : 1;
  return new Tensor(TensorImpl.of(fromData(dtype, shape, data)));
}
