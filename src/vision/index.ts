/**
 * @file The public face of `tesserae/vision`: colour maps, images, tables and plots to look at, and where they go. It only passes
 * names on.
 */
export { display, type DisplayOptions, type ElementLike } from "../display/display.js";
export { inNotebook } from "../display/notebook.js";
export type { Displayable, Pixels } from "../display/displayable.js";
export { encodePNG } from "../display/png.js";
export type { Interpolation } from "../display/scale.js";
export { type MimeBundle, Shown } from "../display/shown.js";
export type { TerminalWay } from "../display/terminal/detect.js";
export { Colormap, type RGBA, colormap, colormapNames } from "./colormaps.js";
export { type Cell, type ColumnData } from "./column.js";
export { DataFrame, type DataFrameOptions, dataFrame, type FrameData, type Label } from "./data-frame.js";
export { Figure } from "./figure.js";
export { type ColourOptions, type Picture, type Showable, pixelsOf } from "./pixels-of.js";
export { type ImageDefaults, imageDefaults, rc, rcdefaults } from "./rc.js";
export { type ShowImageOptions, type ShowImagesOptions, type ShowOptions, showImage, showImages } from "./show.js";
export type { Properties } from "./css.js";
export { type BackgroundGradientOptions, type FormatOptions, Styler, type Subset } from "./styler.js";
export * as plot from "./plot/index.js";
export { Plot } from "./plot/plot.js";
