/**
 * @file Static shapes of the views that are rarer: diagonals and windows, whose rank is known and whose sizes mostly are not. As the rules
 * of static-shape.ts.
 */
import type { Shape } from "./shape.js";
import type { IsUnknownRank, Numbers, Product, ShapeIn, Shaped, ShapeRule } from "./static-shape.js";

/** Two dimensions become one, at the end. */
export interface DiagonalRule extends ShapeRule {
  readonly takes: readonly [offset?: number, dim1?: number, dim2?: number];
  readonly result: IsUnknownRank<ShapeIn<this>> extends true
    ? Shape
    : ShapeIn<this> extends readonly [number, ...infer T extends Shape]
      ? Numbers<T>
      : Shape;
}
/** One more dimension, of the size of the windows. */
export interface UnfoldRule extends ShapeRule {
  readonly takes: readonly [dim: number, size: number, step: number];
  readonly result: IsUnknownRank<ShapeIn<this>> extends true ? Shape : [...Numbers<ShapeIn<this>>, number];
}
export interface RavelRule extends ShapeRule {
  readonly takes: readonly [];
  readonly result: [Product<ShapeIn<this>>];
}
export interface ReshapeAsRule extends ShapeRule {
  readonly takes: readonly [other: Shaped];
  readonly result: this["args"] extends readonly [{ readonly shape: infer S extends Shape }] ? S : Shape;
}
