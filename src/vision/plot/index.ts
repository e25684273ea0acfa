/**
 * @file The namespace `plot`: one function a kind of plot. It only passes names on.
 */
export { type BarOptions, bar } from "./bar.js";
export { type ConfusionMatrixOptions, type Predictions, confusionMatrix } from "./confusion-matrix.js";
export { type HeatmapOptions, heatmap } from "./heatmap.js";
export { type HistOptions, hist } from "./hist.js";
export { type LineOptions, line } from "./line.js";
export { type Points, type ScatterOptions, scatter } from "./scatter.js";
