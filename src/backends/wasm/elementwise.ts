/**
 * @file The loop of a kernel without reductions: rows of vectors, the outer axes walked point by point. The emitter chooses it
 * by the kernel's structure.
 */
import { entry, Odometer, type Emission } from "./emission.js";
import { Evaluator } from "./evaluator.js";
import { writeRow, writingAccesses } from "./writing.js";
import type { Cursors } from "./emission.js";
import type { Local } from "./assembler.js";

export function emitElementwise(e: Emission): void {
  const epilogue = new Evaluator(e, e.kernel.epilogue, "perStep");
  eachRow(e, writingAccesses(e, epilogue), (cursors, count) => writeRow(e, epilogue, cursors, count));
}

/**
 * Runs over the rows along the vector axis that begin..end stands for: `row` gets cursors at the start of each and the number of
 * elements, both of which it may use up. With one axis, the range is of elements, and there is one row.
 */
export function eachRow(e: Emission, accesses: Iterable<number>, row: (cursors: Cursors, count: Local) => void): void {
  const { f, code, parameters, vectorAxis } = e;
  const used = [...accesses];
  const cursors = e.cursors(used);
  const count = f.local("i32");
  if (e.kernel.axes === 1) {
    e.toStart(cursors);
    e.stepVectorBy(cursors, entry.begin);
    f.get(entry.end);
    f.get(entry.begin);
    f.op("i32.sub");
    f.set(count);
    code.scope(() => row(cursors, count));
    return;
  }
  const places = e.cursors(used);
  e.toStart(places);
  const odometer = new Odometer(e, Array.from({ length: vectorAxis }, (_, axis) => axis), places);
  odometer.seek(entry.begin);
  const rows = f.local("i32");
  f.get(entry.end);
  f.get(entry.begin);
  f.op("i32.sub");
  f.set(rows);
  const size = parameters.size(vectorAxis);
  e.repeat(rows, () => {
    e.toPlace(cursors, places);
    code.copy(size, count);
    code.scope(() => row(cursors, count));
    odometer.next();
  });
}
