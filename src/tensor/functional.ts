/**
 * @file `torch.nn.functional` as `F`: a list of its families, each a file of functional/.
 */
export { conv1d, conv1dInput, conv1dWeight, conv2d, conv2dInput, conv2dWeight, linear } from "./products.js";
export * from "./functional/activations.js";
export * from "./functional/attention.js";
export * from "./functional/class-losses.js";
export * from "./functional/distances.js";
export * from "./functional/embedding.js";
export type { LossOptions, Reduction } from "./functional/loss-folding.js";
export * from "./functional/losses.js";
export { layerNorm, logSoftmax, normalize, rmsNorm, softmax, type NormalizeOptions } from "./functional/normalization.js";
export {
  avgPool1d, avgPool2d, lpPool1d, lpPool2d, maxPool1d, maxPool2d, type AvgPool2dOptions, type AvgPoolOptions, type LpPoolOptions, type MaxPoolOptions,
} from "./functional/pooling.js";
export { convTranspose1d, convTranspose2d, type TransposedConvolutionOptions } from "./functional/transposed.js";
export { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveMaxPool1d, adaptiveMaxPool2d, type AdaptiveMaxPoolOptions, type OutputSize } from "./functional/adaptive.js";
export { pad, type PadOptions } from "./functional/padding.js";
export { interpolate, type InterpolateOptions, type InterpolationMode } from "./functional/interpolation.js";
export { channelShuffle, fold, pixelShuffle, pixelUnshuffle, unfold, type FoldOptions } from "./functional/folding.js";
export {
  batchNorm, groupNorm, instanceNorm, localResponseNorm, type BatchNormOptions, type InstanceNormOptions, type LocalResponseNormOptions,
} from "./functional/batch-norm.js";
