/**
 * @file Tensors with all of their operations and functions: what everything outside this folder imports. The class is in class.ts;
 * the operations come from the tables in `ops/` by way of install.ts.
 */
import "./install.js";

export * from "./create.js";
export type { DTypeOption, RandomOptions } from "./creation.js";
export * from "./random.js";
export type { BernoulliOptions, GeneratorOption, MultinomialOptions } from "./signatures-random.js";
export { enableGrad, inferenceMode, isGradEnabled, isInferenceModeEnabled, noGrad, setGradEnabled } from "../autograd/mode.js";
export * as autograd from "./gradients.js";
export { Tensor } from "./class.js";
export { compile } from "./compile.js";
export * as linalg from "./linalg.js";
export * as F from "./functional.js";
export * from "./functions.js";
export * from "./join.js";
export { cdist, einsum, tensordot, type CdistOptions, type Subscript } from "./contractions.js";
export { memory, resetPeakMemory, scope } from "./memory.js";
export { canCast, promoteTypes, resultType } from "./types.js";
export * from "./join-more.js";
export * from "./free-forms.js";
