/**
 * @file Tensors in NumPy's .npy files: written whole or not at all, byte for byte as NumPy writes them, and read with every word
 * of the header checked. The header is npy-format.ts's business; npz.ts uses the two halves for what lies in an archive.
 */
import { itemSize, newArray } from "../core/dtype.js";
import { numel } from "../core/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type NpyHeader, PREAMBLE_BYTES, dictionaryPlace, npyHeader, readDictionary, swapBytes } from "./npy-format.js";
import type { DataPath } from "./path.js";
import { asTensor } from "./read-tensor.js";
import { type OpenFile, bytesOf, cutShort, withFile, writeWhole } from "./whole-file.js";

/**
 * Writes a tensor as `numpy.save` writes an array, byte for byte. The file is there whole or not at all.
 *
 * @param tensor of any shape and dtype; what is a view is written in row-major order.
 * @throws FileError where it cannot be written.
 * @example await saveNpy("mean3.npy", mean3); // np.load("mean3.npy") in Python
 *
 * As https://numpy.org/doc/stable/reference/generated/numpy.save.html
 */
export async function saveNpy(path: string | DataPath, tensor: Tensor): Promise<void> {
  await writeWhole(path, async (write) => {
    write(npyHeader(tensor.dtype, tensor.shape));
    write(bytesOf(await tensor.data()));
  });
}

/**
 * Reads a tensor that `numpy.save` wrote: versions 1.0 to 3.0, row-major or Fortran order, either byte order.
 *
 * @returns the tensor; what lies in Fortran order comes as a transposed view, as in NumPy.
 * @throws FileError naming the file where it is missing, cut short, too long or no .npy file; and naming the dtype where
 * that is none of Tesserae's. Files of Python objects are never opened: they could run anything.
 * @example const mean3 = await loadNpy("mean3.npy");
 *
 * As https://numpy.org/doc/stable/reference/generated/numpy.load.html
 */
export async function loadNpy(path: string | DataPath): Promise<Tensor> {
  return withFile(path, readNpy);
}

/** Reads one array from something that can be read like a file. */
export function readNpy({ name, size, readInto }: OpenFile): Tensor {
  const preamble = new Uint8Array(PREAMBLE_BYTES);
  const { from, length, version } = dictionaryPlace(name, preamble.subarray(0, readInto(preamble, 0)), size);
  const dictionary = new Uint8Array(length);
  if (readInto(dictionary, from) !== length) throw cutShort(name);
  const header = readDictionary(name, dictionary, version, from + length, size);
  const data = newArray(header.dtype, numel(header.shape));
  const bytes = bytesOf(data);
  if (readInto(bytes, header.start) !== bytes.length) throw cutShort(name);
  if (header.swapped) swapBytes(bytes, itemSize(header.dtype));
  return inOrder(header, (shape) => asTensor(header.dtype, shape, data));
}

/** In Fortran order the elements are those of the transposed tensor in row-major order. */
function inOrder({ fortran, shape }: NpyHeader, make: (shape: readonly number[]) => Tensor): Tensor {
  if (!fortran || shape.length < 2) return make(shape);
  return make(shape.toReversed()).permute(shape.map((_, d) => shape.length - 1 - d));
}
