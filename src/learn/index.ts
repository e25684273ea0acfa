/**
 * @file The public face of `tesserae/learn`: the baseline, its model, and how predictions are judged. It only passes names on.
 */
export { type Baseline, type BaselineObserver, type BaselineOptions, type BaselineProgress, type ObservedBatch, baseline } from "./baseline.js";
export { type Distance, distanceNames } from "./distance.js";
export { type Confusion, type Evaluation, accuracyPerClass, balancedAccuracy, confusionMatrix, evaluationOf, overallAccuracy } from "./metrics.js";
export { BaselineReport } from "./report/report.js";
export { type Labelled, type LabelledBatch, PixelSimilarity, type PixelSimilarityOptions } from "./similarity.js";
