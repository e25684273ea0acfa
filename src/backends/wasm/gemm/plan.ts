/**
 * @file How a matrix product is cut: the register tile, the blocks that fit the caches, what lies where in scratch memory, and how
 * many independent items a call is. Numbers only: no instruction and no vector width of an engine, so that other emitters can
 * follow the same plan.
 *
 * Left and right operands are copied in blocks ("packed") so that the innermost loop reads memory in order: BLIS, F. G. Van Zee and
 * R. A. van de Geijn, ACM TOMS 41(3), 2015. An item is a block of the result: the depth runs inside it, block by block.
 */
import type { Contraction, Kernel } from "../../../ir/kernel.js";

export type Floating = "float32" | "float64";

/** The part of the result that stays in registers: its rows, and its columns counted in vectors of 16 bytes. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  /** Whether it is meant for an engine that makes two vectors into a wide one. */
  readonly pairs: boolean;
}
/** 12 sums, 2 vectors of the right operand and 1 factor of the left one: 15 registers. Wide vectors hold two of these. */
export const tiles = { narrow: { rows: 6, vectors: 2, pairs: false }, wide: { rows: 6, vectors: 4, pairs: true } } as const satisfies Record<string, Tile>;

/** Steps of depth that are packed at a time: a panel of the right operand and one of the left fit the first cache together. */
export const depthBlock = 256;
/** Elements from row to row of a packed left block: not a power of two, which would put all rows in one set of the cache. */
const depthPitch = depthBlock + 16;
/** Vectors of a packed left row that are copied at a time where it lies side by side: no more than fit behind its end. */
export const leftRunVectors = 4;
/** The most rows and columns of an item: its result and its left block fit the second cache. */
const mostRows = 192;
const mostColumns = 512;
/** Bytes of packed right operand up to which all of its depth is kept for the items below each other. */
const keptBytes = 1 << 22;
/** Multiplications and additions from which it pays to give every thread several items, and the fewest rows or columns of one then. */
const worthSharing = 1 << 20;
const fewest = 48;
const itemsPerThread = 3;

export const itemBytes = (dtype: Floating): 4 | 8 => (dtype === "float32" ? 4 : 8);
/** Columns of a register tile. */
export const tileColumns = (tile: Tile, dtype: Floating): number => (tile.vectors * 16) / itemBytes(dtype);

/** Bytes of a panel of the right operand: a register tile's columns over a block of depth. Not a power of two either. */
const panelBytesOf = (tile: Tile): number => depthBlock * tile.vectors * 16 + 128;

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** What is known of a product whatever its sizes. */
export interface Product {
  readonly contraction: Contraction;
  readonly dtype: Floating;
}

/** The product that a kernel is, if it is one that can be packed. */
export function productOf({ contraction, accesses }: Kernel): Product | undefined {
  if (!contraction) return undefined;
  const { dtype } = accesses[contraction.left];
  if (dtype !== "float32" && dtype !== "float64") return undefined;
  return { contraction, dtype };
}

/** A product as a batch of plain matrices. */
export interface Extent {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

export function extentOf({ axes, contraction }: Kernel, sizes: readonly number[]): Extent {
  const extent = { batch: 1, row: 1, column: 1, depth: 1 };
  for (let axis = 0; axis < sizes.length; axis++) extent[axis < axes ? (contraction?.roles[axis] ?? "batch") : "depth"] *= sizes[axis];
  return { batch: extent.batch, rows: extent.row, columns: extent.column, depth: extent.depth };
}

/** What a call is told about its blocks. */
export interface Blocking {
  /** The most rows and columns of an item, and how many items there are down and across each matrix. */
  readonly rows: number;
  readonly columns: number;
  readonly rowBlocks: number;
  readonly columnBlocks: number;
  /** 1 where the packed right operand is kept in all its depth. */
  readonly keeps: 0 | 1;
  readonly items: number;
}

/** Cuts a length into so many equal parts that none is longer than `most`; gives the length of a part. */
const part = (length: number, most: number, multiple: number): number => roundUp(Math.ceil(length / Math.ceil(length / most)), multiple);

export function blockingOf({ batch, rows, columns, depth }: Extent, tile: Tile, dtype: Floating, threads: number): Blocking {
  const width = tileColumns(tile, dtype);
  const kept = Math.floor(keptBytes / panelBytesOf(tile) / Math.ceil(depth / depthBlock)) * width;
  let blockRows = part(rows, mostRows, tile.rows);
  let blockColumns = part(columns, kept >= mostColumns / 4 ? Math.min(mostColumns, kept) : mostColumns, width);
  const count = () => batch * Math.ceil(rows / blockRows) * Math.ceil(columns / blockColumns);
  if (threads > 1 && batch * rows * columns * depth >= worthSharing) {
    while (count() < threads * itemsPerThread && Math.max(blockRows, blockColumns) > fewest) {
      if (blockRows > blockColumns) blockRows = roundUp(blockRows / 2, tile.rows);
      else blockColumns = roundUp(blockColumns / 2, width);
    }
  }
  const [rowBlocks, columnBlocks] = [Math.ceil(rows / blockRows), Math.ceil(columns / blockColumns)];
  const keeps = blockColumns <= kept ? 1 : 0;
  return { rows: blockRows, columns: blockColumns, rowBlocks, columnBlocks, keeps, items: batch * rowBlocks * columnBlocks };
}

/** Steps of depth that a part of it has at least, and multiplications and additions from which parts are worth adding up. */
const leastDepth = 1024;
const worthParting = 1 << 21;
const wantedParts = 8;

/**
 * Into how many parts the depth is cut, where a result is so small that threads would find too few blocks of it: equal ones, of `along`, the longest
 * of the axes that are summed. Never by the number of threads, so that results do not depend on it.
 */
export function partsOfDepth({ batch, rows, columns, depth }: Extent, along: number): number {
  const blocks = batch * Math.ceil(rows / fewest) * Math.ceil(columns / fewest);
  if (blocks >= wantedParts || rows * columns * depth < worthParting) return 1;
  let parts = Math.min(wantedParts, Math.floor(depth / leastDepth), along);
  while (parts > 1 && along % parts !== 0) parts--;
  return Math.max(1, parts);
}

/** Products that are too small to pack: the plain loops are done with them sooner. */
export function isWorthPacking({ rows, columns, depth }: Extent): boolean {
  return rows * columns * depth >= 4096 && depth >= 4;
}

/** Where things lie in a thread's scratch area, in bytes from its start. */
export interface Layout {
  /** A word: which block of the right operand is kept here, counted from 1; 0 before a call's first piece. */
  readonly kept: number;
  /** Tables of byte offsets: of the rows and columns of an item, of a block of depth for either operand. */
  readonly rowTable: number;
  readonly columnTable: number;
  readonly leftDepths: number;
  readonly rightDepths: number;
  readonly left: number;
  readonly right: number;
  readonly result: number;
  readonly panelBytes: number;
  /** Bytes from row to row of the packed left block, and of the result. */
  readonly leftPitch: number;
  readonly resultPitch: number;
  readonly bytes: number;
}

/** Where a thread's scratch area begins, on whole lines of the cache, with the word of what is kept. */
export const areaOf = (address: number): number => roundUp(address, 64);

export function layoutOf(tile: Tile, dtype: Floating): Layout {
  const item = itemBytes(dtype);
  const line = 64;
  let end = 0;
  // Tables are read a little past their ends.
  const area = (bytes: number): number => {
    const start = end;
    end += roundUp(bytes, line) + line;
    return start;
  };
  const panelBytes = panelBytesOf(tile);
  const leftPitch = depthPitch * item;
  const resultPitch = mostColumns * item + line;
  return {
    kept: area(4), rowTable: area(4 * mostRows), columnTable: area(4 * mostColumns), leftDepths: area(4 * depthBlock), rightDepths: area(4 * depthBlock),
    left: area(mostRows * leftPitch), result: area(mostRows * resultPitch), right: area(Math.max(keptBytes, (panelBytes * mostColumns) / tileColumns(tile, dtype))),
    panelBytes, leftPitch, resultPitch, bytes: end,
  };
}
