/**
 * @file The loop of a kernel without reductions: rows of vectors, the outer axes walked point by point. The emitter chooses it
 * by the kernel's structure.
 */
import type { Local } from "./assembler.js";
import { stepElements } from "./code.js";
import { entry, Odometer, type Cursors, type Emission } from "./emission.js";
import { Evaluator } from "./evaluator.js";
import { canTurn, pushTurns, writeBlock } from "./turning.js";
import { storedValues, writeRow, writingAccesses } from "./writing.js";

/**
 * Rows and elements of a tile. Where elements lie far apart, as in a transposed view, neighbours of theirs are in the next rows: a
 * tile reads a cache line once for all of them. Eight elements, because a stride of 4096 bytes puts all of them in one set of the
 * cache, which has eight places.
 */
const tileElements = 8;
const farTile: TileSize = { rows: 64, elements: tileElements };
/**
 * With blocks of four by four. Measured over 4096 x 4096: bands of 8 rows, whose lines are all in one set of the cache where rows are
 * 4096 bytes apart, and tiles that keep to so few pages on both sides that the processor still knows their addresses.
 */
const turnedTile: TileSize = { rows: 512, elements: 256 };
const bandRows = 8;
interface TileSize {
  readonly rows: number;
  readonly elements: number;
}
/** Bytes from which elements are in different cache lines. */
const lineBytes = 64;

export function emitElementwise(e: Emission): void {
  const { accesses, axes } = e.kernel;
  const epilogue = new Evaluator(e, e.kernel.epilogue, storedValues(e), "perStep");
  const used = [...writingAccesses(e, epilogue)];
  const isApart = used.some((access) => accesses[access].buffer >= 0 && accesses[access].step === "other");
  if (axes > 1 && isApart) {
    const tiles = new Tiles(e, used, (cursors, count) => writeRow(e, epilogue, cursors, count, tileElements / stepElements));
    if (canTurn(e, epilogue, used)) {
      pushTurns(e, used);
      e.f.if(() => tiles.emit(turnedTile, (cursors) => writeBlock(e, epilogue, used, cursors)), () => tiles.emit(farTile));
    } else tiles.emit(farTile);
  } else eachRow(e, used, (cursors, count) => writeRow(e, epilogue, cursors, count));
}

/** What is done with a row: it gets cursors at its start and the number of its elements, and may use both up. */
type Row = (cursors: Cursors, count: Local) => void;

/** Sets a new local to end - begin. */
export function itemsLeft({ f }: Emission): Local {
  const items = f.local("i32");
  f.get(entry.end);
  f.get(entry.begin);
  f.op("i32.sub");
  f.set(items);
  return items;
}

const outerAxes = (e: Emission): number[] => Array.from({ length: e.vectorAxis }, (_, axis) => axis);

/** Runs over the rows along the vector axis that begin..end stands for. With one axis, that is a range of elements, and one row. */
export function eachRow(e: Emission, accesses: Iterable<number>, row: Row): void {
  const { code, parameters, vectorAxis } = e;
  const used = [...accesses];
  const cursors = e.cursors(used);
  if (e.kernel.axes === 1) {
    e.toStart(cursors);
    e.stepVectorBy(cursors, entry.begin);
    const count = itemsLeft(e);
    code.scope(() => row(cursors, count));
    return;
  }
  const places = e.cursors(used);
  e.toStart(places);
  const odometer = new Odometer(e, outerAxes(e), places);
  odometer.seek(entry.begin);
  const rows = itemsLeft(e);
  const count = e.f.local("i32");
  const size = parameters.size(vectorAxis);
  e.repeat(rows, () => {
    e.toPlace(cursors, places);
    code.copy(size, count);
    code.scope(() => row(cursors, count));
    odometer.next();
  });
}

/** The same rows, cut into tiles: a few neighbouring rows of the innermost outer axis at a time, a few elements of each. */
class Tiles {
  private readonly places: Cursors;
  private readonly corners: Cursors;
  private readonly starts: Cursors;
  private readonly cursors: Cursors;
  private readonly aside: Cursors;

  constructor(private readonly e: Emission, private readonly used: readonly number[], private readonly row: Row) {
    [this.places, this.corners, this.starts, this.cursors, this.aside] = [1, 2, 3, 4, 5].map(() => e.cursors(used));
  }

  /** Runs over all tiles; with `block`, which writes four rows by four elements, over as many blocks of each as there are. */
  emit(tile: TileSize, block?: (cursors: Cursors) => void): void {
    const { e, places, corners } = this;
    const { f, code, parameters, vectorAxis } = e;
    const [rows, elements, elementsLeft] = [1, 2, 3].map(() => f.local("i32"));
    e.toStart(places);
    const odometer = new Odometer(e, outerAxes(e), places);
    odometer.seek(entry.begin);
    const left = itemsLeft(e);
    const width = this.width(tile);
    f.loop(() => {
      odometer.pushRunLength();
      f.set(rows);
      e.lessen(rows, () => f.get(left));
      e.lessen(rows, () => f.i32(tile.rows));
      e.toPlace(corners, places);
      code.copy(parameters.size(vectorAxis), elementsLeft);
      f.loop(() => {
        code.copy(elementsLeft, elements);
        e.lessen(elements, () => f.get(width));
        if (block) this.blocks(rows, elements, block);
        else this.rows(corners, rows, elements);
        e.stepVectorBy(corners, elements);
        code.decreaseBy(elementsLeft, elements);
        f.get(elementsLeft);
        f.branchIf(0);
      });
      odometer.skip(rows);
      code.decreaseBy(left, rows);
      f.get(left);
      f.branchIf(0);
    });
  }

  /** A local with the elements of a tile: all there are, unless an access strides past cache lines. */
  private width(tile: TileSize): Local {
    const { e, used } = this;
    const { f, kernel } = e;
    const apart = used.filter((access) => kernel.accesses[access].buffer >= 0 && kernel.accesses[access].step === "other");
    const strides = apart.map((access) => e.strideTimes(access, 1));
    return e.parameters.derived(`tile width ${tile.elements}`, "i32", () => {
      f.i32(tile.elements);
      f.i32(-1);
      f.i32(0);
      for (const stride of strides) {
        f.get(stride);
        f.i32(lineBytes);
        f.op("i32.ge_u");
        f.op("i32.or");
      }
      f.select("i32");
    });
  }

  /** So many rows (at least one) of so many elements from where `from` stands, one after the other. */
  private rows(from: Cursors, rows: Local, elements: Local): void {
    const { e, starts, cursors } = this;
    const { f, code } = e;
    const [left, count] = [f.local("i32"), f.local("i32")];
    e.toPlace(starts, from);
    code.copy(rows, left);
    e.repeat(left, () => {
      e.toPlace(cursors, starts);
      code.copy(elements, count);
      code.scope(() => this.row(cursors, count));
      e.stepAlong(starts, e.vectorAxis - 1);
    });
  }

  /** A tile by blocks, and by rows what is left of it beside and below them. */
  private blocks(rows: Local, elements: Local, block: (cursors: Cursors) => void): void {
    const { e, corners, aside } = this;
    const { f } = e;
    const [rowsOfBlocks, columns, besideThem, belowThem] = [1, 2, 3, 4].map(() => f.local("i32"));
    this.wholeAndRest(rows, rowsOfBlocks, belowThem);
    this.wholeAndRest(elements, columns, besideThem);
    f.get(columns);
    f.if(() => this.wholeBlocks(rowsOfBlocks, columns, block));
    f.get(besideThem);
    f.i32(0);
    f.get(rowsOfBlocks);
    f.select("i32");
    f.if(() => {
      e.toPlace(aside, corners);
      e.stepVectorBy(aside, columns);
      this.rows(aside, rowsOfBlocks, besideThem);
    });
    f.get(belowThem);
    f.if(() => {
      e.toPlace(aside, corners);
      this.stepRowsBy(aside, rowsOfBlocks);
      this.rows(aside, belowThem, elements);
    });
  }
  /** Splits a number into a multiple of four and what is left. */
  private wholeAndRest(of: Local, whole: Local, rest: Local): void {
    const { f } = this.e;
    for (const [mask, to] of [[-stepElements, whole], [stepElements - 1, rest]] as const) {
      f.get(of);
      f.i32(mask);
      f.op("i32.and");
      f.set(to);
    }
  }
  private stepRowsBy(cursors: Cursors, rows: Local): void {
    const { e } = this;
    for (const [access, local] of cursors) {
      const stride = e.parameters.stride(access, e.vectorAxis - 1);
      e.move(access, local, () => e.pushProduct(access, rows, stride));
    }
  }

  /** Blocks over so many rows and elements, multiples of four: down the rows of a band, along its elements, then the next band. */
  private wholeBlocks(rows: Local, elements: Local, block: (cursors: Cursors) => void): void {
    const { e, cursors, corners, starts, aside } = this;
    const { f, code } = e;
    const [rowsLeft, inBand, blocksLeft, columnsLeft] = [1, 2, 3, 4].map(() => f.local("i32"));
    const quarter = (of: Local, to: Local): void => code.assign(to, () => {
      f.get(of);
      f.i32(2);
      f.op("i32.shr_u");
    });
    e.toPlace(starts, corners);
    code.copy(rows, rowsLeft);
    f.get(rowsLeft);
    f.if(() => f.loop(() => {
      code.copy(rowsLeft, inBand);
      e.lessen(inBand, () => f.i32(bandRows));
      e.toPlace(aside, starts);
      quarter(elements, columnsLeft);
      e.repeat(columnsLeft, () => {
        e.toPlace(cursors, aside);
        quarter(inBand, blocksLeft);
        e.repeat(blocksLeft, () => {
          code.scope(() => block(cursors));
          for (const [access, local] of cursors) e.move(access, local, () => f.get(this.fourRows(access)));
        });
        e.stepVector(aside, stepElements);
      });
      this.stepRowsBy(starts, inBand);
      code.decreaseBy(rowsLeft, inBand);
      f.get(rowsLeft);
      f.branchIf(0);
    }));
  }

  /** How far an access moves over four rows. */
  private fourRows(access: number): Local {
    const { e } = this;
    const stride = e.parameters.stride(access, e.vectorAxis - 1);
    return e.parameters.derived(`four rows ${access}`, "i32", () => {
      e.f.get(stride);
      e.f.i32(2);
      e.f.op("i32.shl");
    });
  }
}
