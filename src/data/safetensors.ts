/**
 * @file Tensors in safetensors files: written whole or not at all, read with every word of the header checked. Models are kept
 * so. The header is safetensors-format.ts's business; this file moves the bytes between files and tensors.
 */
import { newArray } from "../core/dtype.js";
import { numel } from "../core/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { DataPath } from "./path.js";
import { asTensor } from "./read-tensor.js";
import { LENGTH_BYTES, emptyRecord, headerLength, layOut, readHeader } from "./safetensors-format.js";
import { type OpenFile, bytesOf, cutShort, withFile, writeWhole } from "./whole-file.js";

/** What a safetensors file holds. Both records have no prototype: a tensor may have any name. */
export interface SafeTensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes tensors of any dtype to a safetensors file, as the reference implementation would: widest dtype first, then by name.
 * The file is there whole or not at all: it is written under another name beside it and then renamed.
 *
 * @param metadata any strings by name.
 * @throws FileError where it cannot be written, ValueError for a tensor called "__metadata__".
 * @example await saveSafetensors("model.safetensors", { weight, bias }, { classes: '["3","7"]' });
 *
 * Format: https://github.com/huggingface/safetensors#format
 */
export async function saveSafetensors(path: string | DataPath, tensors: Readonly<Record<string, Tensor>>, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
  const described = Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const { entries, header } = layOut(described, metadata);
  await writeWhole(path, async (write) => {
    write(header);
    for (const { name } of entries) write(bytesOf(await tensors[name].data()));
  });
}

/**
 * Reads all tensors of a safetensors file.
 *
 * @throws FileError naming the file where it is missing, cut short, or wrong in any way that the format forbids; dtypes that
 * Tesserae does not have (F16, BF16, …) too.
 * @example const { tensors: { weight }, metadata } = await loadSafetensors("model.safetensors");
 *
 * Format: https://github.com/huggingface/safetensors#format
 */
export async function loadSafetensors(path: string | DataPath): Promise<SafeTensors> {
  return withFile(path, readAll);
}

function readAll({ name, size, readInto }: OpenFile): SafeTensors {
  const first = new Uint8Array(LENGTH_BYTES);
  const length = headerLength(name, first.subarray(0, readInto(first, 0)), size);
  const json = new Uint8Array(length);
  const start = LENGTH_BYTES + length;
  if (readInto(json, LENGTH_BYTES) !== length) throw cutShort(name);
  const { entries, metadata } = readHeader(name, json, size - start);
  const tensors = emptyRecord<Tensor>();
  for (const { name: key, dtype, shape, begin } of entries) {
    const data = newArray(dtype, numel(shape));
    const bytes = bytesOf(data);
    if (readInto(bytes, start + begin) !== bytes.length) throw cutShort(name);
    tensors[key] = asTensor(dtype, shape, data);
  }
  return { tensors, metadata };
}
