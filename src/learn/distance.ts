/**
 * @file The names of the distances and the scale of pixels: what a model and its file must agree on.
 */

/** How far two pictures are apart, over all their pixels: mean absolute difference, or root mean squared error. */
export const distanceNames = ["l1", "l2"] as const;
export type Distance = (typeof distanceNames)[number];

/** uint8 pixels are divided by this, so that all values lie between 0 and 1. */
export const SCALE = 255;
