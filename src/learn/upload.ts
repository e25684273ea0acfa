/**
 * @file From a loader's bytes to a tensor and back to nothing: a batch's memory lives exactly as long as the batch. baseline.ts
 * loads this file when its pictures are already being read, because the engine behind it takes a moment to load.
 */
import type { Shape } from "../core/shape.js";
import { engine } from "../graph/engine.js";
import { tensor } from "../tensor/create.js";
import type { Tensor } from "../tensor/tensor.js";

/** What this file gives. */
export interface Uploader {
  readonly upload: (data: Uint8Array, shape: Shape) => Tensor;
  readonly release: (images: Tensor) => void;
}

/** A copy of the bytes in the engine's memory. */
export const upload = (data: Uint8Array, shape: Shape): Tensor => tensor(data, { shape });

/**
 * Gives back the memory of a tensor that nobody will look at again. The garbage collector would do so too, but it counts
 * only its own memory: between two of its rounds a large data set could pass through here, and the engine's memory grow by it.
 */
export const release = (images: Tensor): void => engine().release(images.impl.storage.node);
