/**
 * @file The loop of a kernel without reductions: rows of vectors, the outer axes walked point by point. The emitter chooses it
 * by the kernel's structure.
 */
import type { Local } from "./assembler.js";
import { stepElements } from "./code.js";
import { entry, Odometer, type Cursors, type Emission } from "./emission.js";
import { Evaluator } from "./evaluator.js";
import { storedValues, writeRow, writingAccesses } from "./writing.js";

/**
 * Rows and elements of a tile. Where elements lie far apart, as in a transposed view, neighbours of theirs are in the next rows: a
 * tile reads a cache line once for all of them. Eight elements, because a stride of 4096 bytes puts all of them in one set of the
 * cache, which has eight places.
 */
const tileRows = 64;
const tileElements = 8;
/** Bytes from which elements are in different cache lines. */
const lineBytes = 64;

export function emitElementwise(e: Emission): void {
  const { accesses, axes } = e.kernel;
  const epilogue = new Evaluator(e, e.kernel.epilogue, storedValues(e), "perStep");
  const used = writingAccesses(e, epilogue);
  const isApart = [...used].some((access) => accesses[access].buffer >= 0 && accesses[access].step === "other");
  if (axes > 1 && isApart) {
    eachTile(e, used, (cursors, count) => writeRow(e, epilogue, cursors, count, tileElements / stepElements));
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

/** A local with the elements of a tile: all there are, unless an access strides past cache lines. */
function tileWidth(e: Emission, accesses: readonly number[]): Local {
  const { f, kernel } = e;
  const apart = accesses.filter((access) => kernel.accesses[access].buffer >= 0 && kernel.accesses[access].step === "other");
  const strides = apart.map((access) => e.strideTimes(access, 1));
  return e.parameters.derived("tile width", "i32", () => {
    f.i32(tileElements);
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

/** The same rows, cut into tiles: a few neighbouring rows of the innermost outer axis at a time, a few elements of each. */
function eachTile(e: Emission, accesses: Iterable<number>, row: Row): void {
  const { f, code, parameters, vectorAxis } = e;
  const used = [...accesses];
  const [places, corners, starts, cursors] = [1, 2, 3, 4].map(() => e.cursors(used));
  const [rows, rowsLeft, elements, elementsLeft, count] = [1, 2, 3, 4, 5].map(() => f.local("i32"));
  e.toStart(places);
  const odometer = new Odometer(e, outerAxes(e), places);
  odometer.seek(entry.begin);
  const left = itemsLeft(e);
  const width = tileWidth(e, used);
  f.loop(() => {
    odometer.pushRunLength();
    f.set(rows);
    e.lessen(rows, () => f.get(left));
    e.lessen(rows, () => f.i32(tileRows));
    e.toPlace(corners, places);
    code.copy(parameters.size(vectorAxis), elementsLeft);
    f.loop(() => {
      code.copy(elementsLeft, elements);
      e.lessen(elements, () => f.get(width));
      e.toPlace(starts, corners);
      code.copy(rows, rowsLeft);
      e.repeat(rowsLeft, () => {
        e.toPlace(cursors, starts);
        code.copy(elements, count);
        code.scope(() => row(cursors, count));
        e.stepAlong(starts, vectorAxis - 1);
      });
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
