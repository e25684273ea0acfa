/**
 * @file The package's front door: tensors, the functions that make and combine them, errors and types. Imports no Node module, so
 * that bundlers and browsers are happy.
 */
export * from "./core/errors.js";
export { dtypes, type DType, type TypedArray, type TypedArrays } from "./core/dtype.js";
export { Generator, initialSeed, manualSeed, seed } from "./core/random.js";
export type { Shape } from "./core/shape.js";
export type { AnyIndex, Index, IndexTensor, Slice } from "./core/static-index.js";
export type { Broadcast, MatMul, Reduce } from "./core/static-shape.js";
export { configure, type Configuration } from "./backends/wasm/features.js";
export { configuration, type CurrentConfiguration } from "./backends/wasm/gemm/wide.js";
export type { MemoryReport } from "./backends/backend.js";
export { getNumThreads, setNumThreads } from "./backends/wasm/threads/count.js";
export type { ReduceOptions, Scalar } from "./ops/kinds.js";
export { getPrintOptions, setPrintOptions, type PrintOptions, type PrintProfile } from "./tensor/print.js";
export type { AnyTypedArray, ImageLike } from "./tensor/from-data.js";
export type {
  AttentionOptions, BinaryCrossEntropyOptions, CosineOptions, CrossEntropyOptions, DistanceOptions, DropoutOptions, EluOptions, EmbeddingOptions, GaussianOptions, GeluOptions,
  HardtanhOptions, HuberOptions, KlDivOptions, LeakyReluOptions, LogitsOptions, LossOptions, MarginOptions, NllOptions, NormalizeOptions,
  PoissonOptions, Reduction, ShrinkOptions, SmoothL1Options, SoftplusOptions, TripletOptions, WeightedLossOptions,
} from "./tensor/functional.js";
export type { BackwardOptions, GradOptions, HookHandle } from "./tensor/autograd.js";
export type { GradcheckOptions } from "./tensor/gradients.js";
export type { ValuesAndIndices } from "./tensor/signatures.js";
export type { DTypeOf, NestedData, ShapeOf, TensorLike } from "./tensor/static.js";
export * from "./tensor/tensor.js";
