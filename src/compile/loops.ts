/**
 * @file A kernel while it is being built: loop axes that can still be split, and accesses as affine functions of them. Lowering
 * fills it, canonical form reads it. Knows integers, not nodes.
 */
import type { DType } from "../core/dtype.js";
import { contiguousStrides } from "../core/view.js";
import type { Instruction, Reduction, Scan, Store } from "../ir/kernel.js";

/** offset + sum of terms[k] x (counter of loop axis k). Owned by one LoopNest, which rewrites it when an axis is split. */
export interface Affine {
  offset: number;
  terms: number[];
}

export interface LoopAccess {
  readonly buffer: number;
  readonly dtype: DType;
  readonly affine: Affine;
}

/** Loop axes: first `parallel` of them independent, the rest reduced; sizes outermost first. */
export class LoopNest {
  readonly sizes: number[];
  parallel: number;
  readonly accesses: LoopAccess[] = [];
  readonly body: Instruction[] = [];
  readonly reductions: Reduction[] = [];
  readonly passes: { readonly body: Instruction[]; readonly reductions: Reduction[]; readonly stores: Store[] }[] = [];
  readonly epilogue: Instruction[] = [];
  readonly stores: Store[] = [];
  /** What a nest with one reduce axis has in place of reductions, passes, epilogue and stores. */
  scan: Scan | undefined = undefined;
  readonly constants: (number | bigint)[] = [];
  private readonly affines: Affine[] = [];

  constructor(shape: readonly number[]) {
    this.sizes = [...shape];
    this.parallel = shape.length;
  }

  /** An affine function that follows every later split. */
  affine(offset: number, terms: readonly number[]): Affine {
    const made = { offset, terms: [...terms] };
    this.affines.push(made);
    return made;
  }

  /** The counter of one axis. */
  unit(axis: number): Affine {
    const terms = new Array<number>(this.sizes.length).fill(0);
    terms[axis] = 1;
    return this.affine(0, terms);
  }

  /** Splits an axis of size outer x inner in two; what was i becomes i_outer x inner + i_inner. */
  split(axis: number, inner: number): void {
    this.sizes.splice(axis, 1, this.sizes[axis] / inner, inner);
    if (axis < this.parallel) this.parallel++;
    for (const { terms } of this.affines) terms.splice(axis, 1, terms[axis] * inner, terms[axis]);
  }

  /** Adds reduce axes inside all others; returns their counters. */
  addReduceAxes(sizes: readonly number[]): Affine[] {
    const first = this.sizes.length;
    this.sizes.push(...sizes);
    for (const { terms } of this.affines) for (let i = 0; i < sizes.length; i++) terms.push(0);
    return sizes.map((_, i) => this.unit(first + i));
  }

  /** sum of strides[j] x maps[j], plus an offset. */
  combine(offset: number, strides: readonly number[], maps: readonly Affine[]): Affine {
    const result = this.affine(offset, new Array<number>(this.sizes.length).fill(0));
    for (let j = 0; j < maps.length; j++) {
      const stride = strides[j];
      if (stride === 0) continue;
      result.offset += stride * maps[j].offset;
      for (let k = 0; k < result.terms.length; k++) result.terms[k] += stride * maps[j].terms[k];
    }
    return result;
  }

  /**
   * The index along each dimension of a dense shape, from a position in it; splits loop axes where one runs over several
   * dimensions. Null where some dimension's index is not affine in the loop counters (a diagonal, a ragged cut).
   */
  decompose(position: Affine, shape: readonly number[]): Affine[] | null {
    const dense = contiguousStrides(shape);
    const zeros = new Array<number>(this.sizes.length).fill(0);
    const maps = shape.map((size, a) => this.affine(Math.floor(position.offset / dense[a]) % size, zeros));
    const reach = maps.map((map) => map.offset); // the largest index that each dimension's map takes
    const rest = this.affine(0, position.terms); // what has not been given to a dimension yet
    for (let axis = 0; axis < this.sizes.length; axis++) {
      while (rest.terms[axis] !== 0 && this.sizes[axis] > 1) {
        const stride = rest.terms[axis];
        const a = dimensionOf(stride, dense, shape);
        if (a < 0) return null;
        const factor = stride / dense[a];
        let inner = axis;
        if (maps[a].offset + factor * (this.sizes[axis] - 1) >= shape[a]) {
          // The axis runs past the dimension into the next outer one: its inner part must fill the dimension exactly.
          const fill = shape[a] / factor;
          if (!Number.isInteger(fill) || fill <= 1 || this.sizes[axis] % fill !== 0 || maps[a].offset >= factor) return null;
          if (fill < this.sizes[axis]) {
            this.split(axis, fill);
            inner = axis + 1;
          }
        }
        maps[a].terms[inner] += factor;
        reach[a] += factor * (this.sizes[inner] - 1);
        if (reach[a] >= shape[a]) return null;
        rest.terms[inner] = 0;
      }
    }
    return maps;
  }
}

/** The dimension of a dense layout in which a step of `stride` elements stays, or -1. */
function dimensionOf(stride: number, dense: readonly number[], shape: readonly number[]): number {
  for (let a = 0; a < shape.length; a++) {
    if (shape[a] > 1 && dense[a] <= stride) return stride % dense[a] === 0 && stride < dense[a] * shape[a] ? a : -1;
  }
  return -1;
}
