/**
 * @file How a call is shared out: what its work is worth in time, whether that is worth waking threads for, and into which pieces its range is cut.
 * The backend asks for each call. Plain arithmetic: it knows kernels and sizes, no threads.
 */
import { rangeLength, type Kernel } from "../../../ir/kernel.js";
import { longestReduceAxis } from "../../../ir/split.js";

/**
 * Nanoseconds of one thread (times.ts) from which another one is woken: waking takes 6 microseconds, and the shares must be worth more than that.
 * Each thread after the second asks for half as much again.
 */
export const worthSharing = 30_000;
/** Nanoseconds of a piece: long beside the taking of it, short beside what is left when the last piece is taken. */
const leastPiece = 4_000;
/** Pieces for each thread, where there are items enough: whoever is slower, or late, takes fewer. */
const piecesPerThread = 8;

/** Nanoseconds of a multiplication and an addition of a packed matrix product. */
export const productTime = 0.03;
/** The fewest pieces of a product for each thread, and nanoseconds that are enough for one: beside them, what its tables take is nothing. */
const productPieces = 3;
const productPiece = 500_000;

/** How many threads a call is worth. */
export function threadsFor(nanoseconds: number, available: number): number {
  return Math.max(1, Math.min(available, Math.floor(nanoseconds / (worthSharing / 2))));
}

/** Items of a piece, and how many pieces they make. */
export interface Shares {
  readonly pieceItems: number;
  readonly pieces: number;
}

/** Cuts a range of items that take so many nanoseconds together. */
export function sharesOf(kernel: Kernel, items: number, nanoseconds: number, threads: number): Shares {
  const columns = isOneRowOfColumns(kernel);
  // Every piece of the columns walks all rows: fewer and wider pieces read longer stretches of each.
  const wanted = columns ? threads : Math.min(threads * piecesPerThread, Math.floor(nanoseconds / leastPiece));
  const pieceItems = roundUp(Math.max(1, Math.ceil(items / Math.max(1, wanted))), grain(kernel));
  return { pieceItems, pieces: Math.ceil(items / pieceItems) };
}

/** Cuts the blocks of a packed matrix product that take so many nanoseconds together. */
export function productShares(items: number, nanoseconds: number, threads: number): Shares {
  const enough = Math.max(1, Math.floor((items * productPiece) / nanoseconds));
  const pieceItems = Math.min(enough, Math.ceil(items / Math.min(items, threads * productPieces)));
  return { pieceItems, pieces: Math.ceil(items / pieceItems) };
}

/** Items at whose multiples a range is best cut: whole cache lines of a row of elements, whole tiles of rows far apart, rows that a scan walks at once. */
function grain(kernel: Kernel): number {
  if (kernel.vector === "axis") return 64;
  return kernel.scan ? 4 : 1;
}

/** A reduction or a scan whose items are neighbouring columns. */
const isOneRowOfColumns = (kernel: Kernel): boolean =>
  kernel.vector === "axis" && kernel.axes === 1 && (kernel.reductions.length > 0 || kernel.scan !== undefined);

/** Nanoseconds from which a reduction of few items is cut in parts, and the least of a part. */
const worthSplitting = 60_000;
const leastPart = 10_000;
/** Items that are enough for any number of threads, and as many as parts should make. */
const enoughItems = 16;
const wantedItems = 32;
/** Columns that count as one item: fewer are not worth a walk over all rows of their own. */
const itemColumns = 256;

/**
 * Into how many parts a reduction's range is cut, so that threads find enough to share: 1 where there is enough without, or too little for any.
 * Decided by structure and sizes alone, never by the number of threads, so that results do not depend on it.
 */
export function partsOf(kernel: Kernel, sizes: readonly number[], nanoseconds: number): number {
  if (kernel.reductions.length === 0 || kernel.reduceAxes === 0 || nanoseconds < worthSplitting) return 1;
  const points = rangeLength(kernel, sizes);
  const items = isOneRowOfColumns(kernel) ? Math.ceil(points / itemColumns) : points;
  if (items >= enoughItems) return 1;
  const outer = isOneRowOfColumns(kernel) ? 1 : points;
  const parts = Math.min(Math.ceil(wantedItems / outer), Math.floor(nanoseconds / (outer * leastPart)), sizes[longestReduceAxis(kernel, sizes)]);
  return Math.max(1, parts);
}

/**
 * Elements of a block of a scan, along its lines. Blocks are walked four at a time: 64 bytes more than two pages of float32, so that these four are not
 * in one set of the cache.
 */
const scanBlock = 2064;
/** Lines that are enough for any number of threads, and columns, of which a vector has four. */
const enoughLines = 16;
const enoughColumns = 256;

/**
 * In blocks of how many elements a scan's lines are cut: in one where threads find enough to share without, or where it is too little for
 * any. Decided by structure and sizes alone, as the parts of a reduction are.
 */
export function scanBlockOf(kernel: Kernel, sizes: readonly number[], nanoseconds: number): number {
  const lines = sizes.slice(0, kernel.axes).reduce((product, size) => product * size, 1);
  const isEnough = lines >= (kernel.vector === "axis" ? enoughColumns : enoughLines);
  return isEnough || nanoseconds < worthSplitting ? Infinity : scanBlock;
}

const roundUp = (value: number, multiple: number): number => (value < 4 * multiple ? value : Math.ceil(value / multiple) * multiple);
