/**
 * @file The list of the tables: every operation there is, by the file that has it. `tensor/` takes its methods, functions and types from
 * here, so that a new table is one line. It exports nothing but tables.
 */
export { unaryOps } from "./unary.js";
export { arithmeticOps } from "./arithmetic.js";
export { logicOps } from "./logic.js";
export { reductionOps } from "./reductions.js";
export { viewOps } from "./views.js";
export { castOps } from "./casts.js";
export { productOps } from "./matmul.js";
export { selectOps } from "./select.js";
export { specialOps } from "./special.js";
export { pairOps } from "./pairs.js";
export { ternaryOps } from "./ternary.js";
export { softmaxOps } from "./softmax.js";
export { scanOps } from "./scans.js";
export { spreadOps } from "./spread.js";
export { aliasOps } from "./aliases.js";
export { gatherOps } from "./gathering.js";
export { activationOps } from "./activations.js";
export { statisticOps } from "./statistics.js";
export { sortingOps } from "./sorting.js";
export { quantileOps } from "./quantiles.js";
export { countingOps } from "./counting.js";
export { scatteringOps } from "./scattering.js";
export { productFormOps } from "./products.js";
export { matrixFormOps } from "./matrix-forms.js";
export { matrixOps } from "./linalg-methods.js";
export { moveOps } from "./moves.js";
export { windowOps } from "./windows.js";
export { fillingOps } from "./filling.js";
export { randomOps } from "./random.js";
export { indexOps } from "./index-tensors.js";
