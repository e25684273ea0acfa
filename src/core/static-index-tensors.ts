/**
 * @file The static shape of `x.at(…)` where index tensors, masks or lists are among the entries: what ops/index-tensors.ts does at run time,
 * for the compiler. static-index.ts, which has the entries that make views, comes here for all others.
 */
import type { DType } from "./dtype.js";
import type { ShapeError } from "./errors.js";
import type { Shape } from "./shape.js";
import type { CutEnd, InRange, IndexTensor, SliceSize, Split, TooMany } from "./static-index.js";
import type { Broadcast, Format, IsUnknownRank } from "./static-shape.js";

/**
 * How far a walk has come: sizes before the first index tensor, those after it, the shape that the index tensors have together (null where
 * there was none), and whether other dimensions lie between them.
 */
interface State {
  readonly front: Shape;
  readonly back: Shape;
  readonly common: Shape | null;
  readonly apart: boolean;
}
interface Start extends State {
  readonly front: [];
  readonly back: [];
  readonly common: null;
  readonly apart: false;
}
/** Dimensions that stay. */
type Push<T extends State, N extends Shape> = T["common"] extends null
  ? { front: [...T["front"], ...N]; back: []; common: null; apart: false }
  : { front: T["front"]; back: [...T["back"], ...N]; common: T["common"]; apart: T["apart"] };
/** An index tensor of a shape. */
type Choose<T extends State, M extends Shape> = T["common"] extends Shape
  ? [Broadcast<T["common"], M>] extends [never]
    ? ShapeError<`the index tensors ${Format<T["common"]>} and ${Format<M>} do not broadcast`>
    : { front: T["front"]; back: T["back"]; common: Broadcast<T["common"], M>; apart: T["back"] extends readonly [] ? T["apart"] : true }
  : { front: T["front"]; back: []; common: M; apart: false };

/** What an entry is: how many dimensions it uses up and what it gives for them; "unknown" where that cannot be told. */
type Kind<H> = H extends null
  ? "new"
  : H extends number
    ? "position"
    : H extends boolean
      ? "truth"
      : H extends IndexTensor
        ? KindOfTensor<H["shape"], H["dtype"]>
        : H extends readonly unknown[]
          ? KindOfList<H>
          : "slice";
type KindOfTensor<M extends Shape, D extends DType> =
  IsUnknownRank<M> extends true
    ? "unknown"
    : [D] extends ["bool" | "uint8"]
      ? M extends readonly [] ? "truth" : { mask: M }
      : [Extract<D, "bool" | "uint8">] extends [never]
        ? M extends readonly [] ? "position" : { index: M }
        : "unknown";
type KindOfList<H extends readonly unknown[]> = number extends H["length"]
  ? H extends readonly (infer E)[] ? ([E] extends [number] ? { index: [number] } : [E] extends [boolean] ? { mask: [number] } : "unknown") : "unknown"
  : H extends readonly number[]
    ? { index: [H["length"]] }
    : H extends readonly boolean[]
      ? { mask: [H["length"]] }
      : "unknown";

/** The dimensions that an entry uses up, as a tuple as long. */
type UsedBy<H> = Kind<H> extends infer K ? (K extends "new" | "truth" ? [] : K extends { mask: infer M extends Shape } ? M : [0]) : never;
type Used<A extends readonly unknown[], Out extends readonly unknown[] = []> = A extends readonly [infer H, ...infer T] ? Used<T, [...Out, ...UsedBy<H>]> : Out["length"];

/** The entries applied to the front of S: [state, rest of S], or an error, or "unknown". */
type Walk<S extends Shape, A extends readonly unknown[], Whole extends Shape, T extends State, Seen extends readonly unknown[] = []> = A extends readonly [infer H, ...infer R]
  ? Kind<H> extends infer K
    ? K extends "new"
      ? Walk<S, R, Whole, Push<T, [1]>, Seen>
      : K extends "truth"
        ? Continue<S, R, Whole, Choose<T, [number]>, Seen>
        : K extends "unknown"
          ? "unknown"
          : K extends { mask: infer M extends Shape }
            ? Dropped<S, M> extends infer Rest
              ? Rest extends Shape ? Continue<Rest, R, Whole, Choose<T, [number]>, [...Seen, ...M]> : TooMany<Whole>
              : never
            : S extends readonly [infer N extends number, ...infer Rest extends Shape]
              ? K extends { index: infer M extends Shape }
                ? Continue<Rest, R, Whole, Choose<T, M>, [...Seen, 0]>
                : K extends "position"
                  ? H extends number
                    ? InRange<N, H> extends true
                      ? Walk<Rest, R, Whole, T, [...Seen, 0]>
                      : ShapeError<`index ${H} is out of bounds for dimension ${Seen["length"]} with size ${N}`>
                    : Walk<Rest, R, Whole, T, [...Seen, 0]>
                  : Walk<Rest, R, Whole, Push<T, [SliceSize<N, H>]>, [...Seen, 0]>
              : TooMany<Whole>
    : never
  : [T, S];
type Continue<S extends Shape, R extends readonly unknown[], Whole extends Shape, T, Seen extends readonly unknown[]> = T extends State ? Walk<S, R, Whole, T, Seen> : T;

/** S without as many sizes in front as M has; null if it has not as many. */
type Dropped<S extends Shape, M extends readonly unknown[]> = M extends readonly [unknown, ...infer MR]
  ? S extends readonly [number, ...infer SR extends Shape] ? Dropped<SR, MR> : null
  : S;

type Result<T extends State> = T["common"] extends Shape
  ? IsUnknownRank<T["common"]> extends true
    ? Shape
    : T["apart"] extends true
      ? [...T["common"], ...T["front"], ...T["back"]]
      : [...T["front"], ...T["common"], ...T["back"]]
  : T["front"];

/** A lone list of more than numbers is a list of indices, as in PyTorch: not followed here. */
type IsSequence<A extends readonly unknown[]> = A extends readonly [infer H] ? (H extends readonly unknown[] ? (H extends readonly (number | boolean)[] ? false : true) : false) : false;

/** The shape of S under entries with index tensors among them; of a rank where that is known, else dynamic. */
export type Chosen<S extends Shape, A extends readonly unknown[]> =
  IsSequence<A> extends true
    ? Shape
    : Split<A> extends [infer Before extends readonly unknown[], infer After extends readonly unknown[]]
      ? Walk<S, Before, S, Start> extends infer W
        ? W extends [infer T extends State, infer Rest extends Shape]
          ? CutEnd<Rest, Used<After> & number> extends [infer Middle extends Shape, infer End extends Shape]
            ? Walk<End, After, S, Push<T, Middle>> extends infer V
              ? V extends [infer U extends State, readonly []] ? Result<U> : V extends ShapeError ? V : Shape
              : Shape
            : TooMany<S>
          : W extends ShapeError ? W : Shape
        : Shape
      : Shape;
