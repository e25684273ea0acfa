/**
 * @file The loop of a reduction across the vector axis: neighbouring columns are reduced side by side. Columns come in tiles whose
 * totals stay in a scratch area; inside a tile, blocks of rows pass through registers strip by strip, so that what is read
 * stays in the cache and floating sums stay accurate. The emitter chooses it by the kernel's structure.
 */
import type { Local } from "./assembler.js";
import { byteSteps, byteSums, mostByteRows, type ByteSums } from "./byte-sums.js";
import { Strip } from "./accesses.js";
import { stepElements } from "./code.js";
import { eachRow } from "./elementwise.js";
import { Odometer, type Cursors, type Emission } from "./emission.js";
import { Evaluator } from "./evaluator.js";
import { accumulatorVectors, makeReducer, reducedValues, scratchBytesOf, type ColumnReducer } from "./reducers.js";
import { storedValues, writeRow, writingAccesses } from "./writing.js";

/** Columns of a tile. */
const tileColumns = 1024;
/** Rows that pass through registers before the totals are touched. */
const blockRows = 32;
const mostAccumulators = 8;

function unrollOf(e: Emission, body: Evaluator): 1 | 2 | 4 {
  const vectors = e.kernel.reductions.reduce((sum, reduction) => sum + accumulatorVectors(reduction), 0);
  const weight = body.weight() + vectors;
  const wanted = weight <= 24 || (body.readsBytes && weight <= 40) ? 4 : weight <= 48 ? 2 : 1;
  const allowed = vectors * 4 <= mostAccumulators ? 4 : vectors * 2 <= mostAccumulators ? 2 : 1;
  return wanted < allowed ? wanted : allowed;
}

/** Emits the loop; gives the bytes of scratch memory that it needs. */
export function emitColumnReduction(e: Emission): number {
  const { code, kernel } = e;
  const body = new Evaluator(e, kernel.body, kernel.reductions.flatMap(reducedValues), "perStep");
  const epilogue = new Evaluator(e, kernel.epilogue, storedValues(e), "perStep");
  const bytes = byteSums(code, kernel);
  const unroll = bytes ? byteSteps : unrollOf(e, body);
  const reducers = kernel.reductions.map((reduction) => makeReducer(code, reduction, (value) => kernel.body[value].dtype, unroll));
  const writing = writingAccesses(e, epilogue);
  const tiles = new Tiles(e, body, epilogue, reducers, unroll, writing, bytes);
  eachRow(e, new Set([...body.accesses, ...writing]), (cursors, count) => tiles.emit(cursors, count));
  return scratchBytesOf(reducers, tileColumns);
}

/** The columns of one point of the outer axes. */
class Tiles {
  private readonly recordOffsets: readonly number[];
  private readonly recordBytes: number;
  /** Cursors at the start of a row of the innermost reduce axis, of a block of rows, of a strip in it, of a row of the strip. */
  private readonly rowStarts: Cursors;
  private readonly blockStarts: Cursors;
  private readonly stripStarts: Cursors;
  private readonly cursors: Cursors;
  private readonly written: Cursors;
  private readonly columns: Local;
  private readonly rowsInBlock: Local;
  private readonly isFirst: Local;
  private readonly record: Local;
  /** The innermost reduce axis; a kernel may reduce over none, which is one row. */
  private readonly rowAxis: number | undefined;

  constructor(
    private readonly e: Emission, private readonly body: Evaluator, private readonly epilogue: Evaluator,
    private readonly reducers: readonly ColumnReducer[], private readonly unroll: number, writing: Iterable<number>,
    /** Where the kernel only adds bytes. */
    private readonly bytes: ByteSums | undefined,
  ) {
    let size = 0;
    this.recordOffsets = reducers.map(({ recordBytes }) => (size += recordBytes) - recordBytes);
    this.recordBytes = size;
    const { axes, reduceAxes } = e.kernel;
    this.rowAxis = reduceAxes > 0 ? axes + reduceAxes - 1 : undefined;
    [this.rowStarts, this.blockStarts, this.stripStarts, this.cursors] = [1, 2, 3, 4].map(() => e.cursors(body.accesses));
    this.written = e.cursors(writing);
    [this.columns, this.rowsInBlock, this.isFirst, this.record] = [1, 2, 3, 4].map(() => e.f.local("i32"));
  }

  emit(places: Cursors, count: Local): void {
    const { e, columns } = this;
    const { f, code } = e;
    f.loop(() => {
      code.copy(count, columns);
      e.lessen(columns, () => f.i32(tileColumns));
      this.reduce(places);
      e.toPlace(this.written, places);
      const rest = f.local("i32");
      code.copy(columns, rest);
      code.scope(() => this.write(rest));
      f.get(count);
      f.get(columns);
      f.op("i32.sub");
      f.tee(count);
      f.if(() => {
        e.stepVectorBy(places, columns);
        f.branch(1);
      });
    });
  }

  /** Leaves the totals of the tile's columns in the scratch records. */
  private reduce(places: Cursors): void {
    const { e } = this;
    const { f, code, kernel } = e;
    const { axes, reduceAxes } = kernel;
    const outer = new Odometer(e, Array.from({ length: Math.max(0, reduceAxes - 1) }, (_, i) => axes + i), this.rowStarts);
    const rows = f.local("i32");
    const outerPoints = f.local("i32");
    const isEmpty = f.local("i32");
    e.toPlace(this.rowStarts, places);
    outer.first();
    code.assign(this.isFirst, () => f.i32(1));
    const size = reduceAxes > 0 ? e.parameters.size(axes + reduceAxes - 1) : e.parameters.derived("one", "i32", () => f.i32(1));
    // No rows at all still write identities: one block of none.
    code.copy(outer.points(), outerPoints);
    f.get(outerPoints);
    f.op("i32.eqz");
    f.tee(isEmpty);
    f.if(() => code.assign(outerPoints, () => f.i32(1)));
    e.repeat(outerPoints, () => {
      e.toPlace(this.blockStarts, this.rowStarts);
      f.i32(0);
      f.get(size);
      f.get(isEmpty);
      f.select("i32");
      f.set(rows);
      f.loop(() => {
        this.block(rows);
        f.get(rows);
        f.branchIf(0);
      });
      outer.next();
    });
  }

  /** A block of rows over all strips of the tile; takes them off `rows`. */
  private block(rows: Local): void {
    const { e, rowsInBlock } = this;
    const { f, code } = e;
    code.copy(rows, rowsInBlock);
    e.lessen(rowsInBlock, () => f.i32(this.bytes ? mostByteRows : blockRows));
    e.toPlace(this.stripStarts, this.blockStarts);
    code.copy(e.parameters.scratch, this.record);
    const rest = f.local("i32");
    code.copy(this.columns, rest);
    e.strips(rest, this.unroll, (steps, live) => this.strip(steps, live));
    code.decreaseBy(rows, rowsInBlock);
    for (const [access, local] of this.rowAxis === undefined ? [] : this.blockStarts) {
      const stride = e.parameters.stride(access, this.rowAxis!);
      e.move(access, local, () => e.pushProduct(access, rowsInBlock, stride));
    }
    code.assign(this.isFirst, () => f.i32(0));
  }

  private strip(steps: number, live: Local | undefined): void {
    const { e, body, reducers, bytes } = this;
    const { f, code } = e;
    for (const reducer of reducers) reducer.reset();
    bytes?.start();
    e.toPlace(this.cursors, this.stripStarts);
    const rows = code.take("i32");
    code.copy(this.rowsInBlock, rows);
    f.get(rows);
    f.if(() => e.repeat(rows, () => code.scope(() => {
      body.row(this.cursors);
      const strip = new Strip(e, this.cursors, steps, live);
      strip.prefetch(body.moving);
      if (bytes) bytes.add(strip.eights(bytes.access));
      else this.foldRow(strip);
      if (this.rowAxis !== undefined) e.stepAlong(this.cursors, this.rowAxis);
    })));
    if (bytes) for (let s = 0; s < steps; s++) code.scope(() => reducers[0].fold(s, () => bytes.of(s)));
    f.get(this.isFirst);
    f.if(() => this.eachRecord(steps, "save"), () => this.eachRecord(steps, "merge"));
    if (live !== undefined) return;
    e.stepVector(this.stripStarts, steps * stepElements);
    code.increase(this.record, steps * this.recordBytes);
  }
  /** A row of a strip, step by step. */
  private foldRow(strip: Strip): void {
    const { e, body, reducers } = this;
    for (let s = 0; s < strip.steps; s++) {
      e.code.scope(() => {
        body.step(strip, s);
        for (const reducer of reducers) reducer.fold(s, (value) => body.value(value));
      });
      if (s + 1 < strip.steps) strip.advance(body.moving);
    }
  }
  private eachRecord(steps: number, what: "save" | "merge"): void {
    for (let s = 0; s < steps; s++) {
      this.reducers.forEach((reducer, i) => reducer[what](s, this.record, s * this.recordBytes + this.recordOffsets[i]));
    }
  }

  /** The epilogue over the tile's columns. */
  private write(count: Local): void {
    const { e } = this;
    e.code.copy(e.parameters.scratch, this.record);
    writeRow(
      e, this.epilogue, this.written, count, undefined,
      (reduction, s) => this.reducers[reduction].load(this.record, s * this.recordBytes + this.recordOffsets[reduction]),
      (steps) => e.code.increase(this.record, steps * this.recordBytes),
    );
  }
}
