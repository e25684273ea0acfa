/**
 * @file The public face of `tesserae/data`: getting data sets, looking at their paths, opening pictures one by one or by
 * the thousand. Users, learn/ and the command line import from here; it only passes names on.
 */
export type { ArchiveLimits } from "./extract.js";
export { warmDecoders } from "./decode-pool.js";
export { Image, MAX_PIXELS } from "./image.js";
export { type ImageFolder, type ImageFolderOptions, imageFolder, naturalOrder } from "./image-folder.js";
export { L } from "./list.js";
export { type ImageBatch, ImageBatches, type LoadImagesOptions, type SkippedFile, loadImages } from "./load-images.js";
export type { ByteMode, Mode, Pixels, Samples } from "./modes.js";
export { loadNpy, saveNpy } from "./npy.js";
export { type LoadNpzOptions, type SaveNpzOptions, loadNpz, saveNpz } from "./npz.js";
export { type OpenImageOptions, openImage } from "./open-image.js";
export { DataPath } from "./path.js";
export type { Resample } from "./resample.js";
export { type SafeTensors, loadSafetensors, saveSafetensors } from "./safetensors.js";
export { type KnownDataset, type UntarOptions, type UntarProgress, clearCached, knownDatasets, untarData } from "./untar.js";
export { URLs, cacheHome, knownNames, knownUrl } from "./urls.js";
