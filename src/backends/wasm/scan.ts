/**
 * @file The loops of a scan: running values side by side in the lanes of a vector, four at least. Where neighbouring elements lie along the scan,
 * four rows are walked at once, turned in registers; where they lie across it, columns are. The emitter chooses it by the kernel's structure.
 */
import type { Scan } from "../../ir/kernel.js";
import { Strip } from "./accesses.js";
import type { Local } from "./assembler.js";
import { isWide, stepElements, type Code, type Value } from "./code.js";
import { eachRow, itemsLeft } from "./elementwise.js";
import { entry, Odometer, type Cursors, type Emission } from "./emission.js";
import { Evaluator } from "./evaluator.js";
import { makeRunning, type Running } from "./running.js";

/** Emits the loop; gives the bytes of scratch memory that it needs. */
export function emitScan(e: Emission, scan: Scan): number {
  if (e.kernel.vector === "reduceAxis") {
    new RowScan(e, scan).emit();
    return 0;
  }
  const columns = new ColumnScan(e, scan);
  eachRow(e, columns.accesses, (cursors, count) => columns.emit(cursors, count));
  return (tileColumns / stepElements + 1) * columns.recordBytes;
}

/** The instructions that are asked for at each element. */
const foldedOf = ({ value, index }: Scan): readonly number[] => (index === undefined ? [value] : [value, index]);

type Four<T> = readonly [T, T, T, T];
const fourOf = <T>(make: (row: number) => T): Four<T> => [make(0), make(1), make(2), make(3)];

/** Four rows of four elements: value k of the result holds element k of each. */
function transposed(code: Code, rows: Four<Value>): Four<Value> {
  const { dtype } = rows[0];
  if (!isWide(dtype)) {
    const columns = code.transposed(rows.map(({ parts }) => parts[0]));
    return fourOf((column) => ({ dtype, parts: [columns[column]] }));
  }
  return fourOf((column) => {
    const [a, b, c, d] = rows.map(({ parts }) => parts[column >> 1]);
    const join = column % 2 === 0 ? (x: Local, y: Local) => code.joinHalves(x, y) : (x: Local, y: Local) => code.joinHighHalves(x, y);
    return { dtype, parts: [join(a, b), join(c, d)] };
  });
}

/** Rows along the vector axis, four at a time. Where fewer are left, the last one is computed several times over, in step with itself. */
class RowScan {
  private readonly rows: Four<{ readonly body: Evaluator; readonly cursors: Cursors }>;
  private readonly running: Running;
  private readonly places: Cursors;
  private readonly used: ReadonlySet<number>;
  private readonly unroll: 1 | 2 | 4;

  constructor(private readonly e: Emission, private readonly scan: Scan) {
    const { kernel } = e;
    const wanted = [...foldedOf(scan), ...(scan.start === undefined ? [] : [scan.start])];
    const bodies = fourOf(() => new Evaluator(e, kernel.body, wanted, "perRow"));
    const used = (this.used = new Set([...bodies[0].accesses, scan.access]));
    const isApart = [...used].some((access) => kernel.accesses[access].step === "other");
    this.unroll = isApart ? 1 : 2;
    this.places = e.cursors(used);
    this.rows = fourOf((row) => ({ body: bodies[row], cursors: e.cursors(used) }));
    this.running = makeRunning(e.code, scan, kernel.body[scan.value].dtype);
  }

  emit(): void {
    const { e, places, rows } = this;
    const { f, code, kernel } = e;
    e.toStart(places);
    if (this.scan.reverse) {
      e.stepVectorBy(places, e.parameters.size(e.vectorAxis));
      e.stepVector(places, -stepElements);
    }
    const odometer = new Odometer(e, Array.from({ length: kernel.axes }, (_, axis) => axis), places);
    odometer.seek(entry.begin);
    const left = itemsLeft(e);
    f.loop(() => {
      rows.forEach(({ cursors }, row) => {
        if (row > 0) {
          f.get(left);
          f.i32(row);
          f.op("i32.gt_u");
          f.if(() => odometer.next());
        }
        e.toPlace(cursors, places);
      });
      code.scope(() => this.fourRows());
      f.get(left);
      f.i32(stepElements);
      f.op("i32.gt_u");
      f.if(() => {
        code.increase(left, -stepElements);
        odometer.next();
        f.branch(1);
      });
    });
  }

  private fourRows(): void {
    const { e, scan, rows, running } = this;
    const { code } = e;
    for (const { body, cursors } of rows) body.row(cursors);
    const { start } = scan;
    if (start === undefined) running.clear();
    else code.scope(() => running.start(transposed(code, fourOf((row) => rows[row].body.value(start)))[0]));
    const count = e.f.local("i32");
    code.copy(e.parameters.size(e.vectorAxis), count);
    e.strips(count, this.unroll, (steps, live) => {
      if (live !== undefined && scan.reverse) this.toLive(live);
      if (steps > 1 && scan.reverse) for (const { cursors } of rows) e.stepVector(cursors, stepElements * (1 - steps));
      const strips = fourOf((row) => new Strip(e, rows[row].cursors, steps, live));
      rows.forEach(({ body }, row) => strips[row].prefetch(body.moving));
      for (let s = 0; s < steps; s++) {
        code.scope(() => this.step(strips, scan.reverse ? steps - 1 - s : s, live));
        if (s + 1 < steps) for (const strip of strips) strip.advance(this.used);
      }
      if (live === undefined) for (const { cursors } of rows) e.stepVector(cursors, stepElements * (scan.reverse ? -1 : steps));
    });
  }

  /** Four elements of each row. */
  private step(strips: Four<Strip>, s: number, live: Local | undefined): void {
    const { e, scan, rows, running } = this;
    const { code } = e;
    const elements = fourOf((row) => {
      const { body } = rows[row];
      body.step(strips[row], s);
      return body.value(scan.value);
    });
    const columns = transposed(code, elements);
    // Where an element is along the rows is the same in all of them.
    const at = scan.index === undefined ? undefined : rows[0].body.value(scan.index);
    const indices = at && transposed(code, fourOf(() => at));
    const results: Value[] = [];
    for (const column of scan.reverse ? [3, 2, 1, 0] : [0, 1, 2, 3]) {
      // Going forwards, what is not live comes last, and is not written.
      const mask = live !== undefined && scan.reverse ? this.isLive(live, column) : undefined;
      results[column] = code.keep(() => running.fold({ value: columns[column], index: indices?.[column] }, mask));
    }
    const written = transposed(code, fourOf((column) => results[column]));
    strips.forEach((strip, row) => strip.store(scan.access, written[row], s));
  }
  private isLive(live: Local, column: number): Local {
    const { f, code } = this.e;
    f.i32(0);
    f.get(live);
    f.i32(column);
    f.op("i32.gt_u");
    f.op("i32.sub");
    f.simd("i32x4.splat");
    return code.taken();
  }
  /** The elements that are left of rows walked from their ends are at their beginnings. */
  private toLive(live: Local): void {
    const { e, rows } = this;
    const { f } = e;
    const dead = e.code.take("i32");
    f.i32(stepElements);
    f.get(live);
    f.op("i32.sub");
    f.set(dead);
    for (const { cursors } of rows) e.stepVectorBy(cursors, dead);
  }
}

/** Columns of a tile, whose running values stay in the cache. */
const tileColumns = 1024;
/** Rows that pass by running values in registers before these go to the scratch area and their neighbours come. */
const blockRows = 16;

/** Columns along the vector axis: tiles of columns, in them blocks of rows, in these strips of columns whose running values are in registers. */
class ColumnScan {
  /** Bytes of four running values. */
  readonly recordBytes: number;
  readonly accesses: readonly number[];
  private readonly body: Evaluator;
  private readonly start: Evaluator | undefined;
  private readonly unroll: 1 | 2 | 4;
  private readonly running: readonly Running[];
  /** Cursors at the start of a block of rows, of a strip in it, of a row of the strip. */
  private readonly blockStarts: Cursors;
  private readonly stripStarts: Cursors;
  private readonly cursors: Cursors;
  private readonly columns: Local;
  private readonly rowsInBlock: Local;
  private readonly record: Local;

  constructor(private readonly e: Emission, private readonly scan: Scan) {
    const { kernel, code, f } = e;
    this.body = new Evaluator(e, kernel.body, foldedOf(scan), "perStep");
    this.start = scan.start === undefined ? undefined : new Evaluator(e, kernel.body, [scan.start], "perStep");
    this.accesses = [...new Set([...this.body.accesses, ...(this.start?.accesses ?? []), scan.access])];
    const weight = this.body.weight();
    this.unroll = weight <= 8 ? 4 : weight <= 24 ? 2 : 1;
    this.running = Array.from({ length: this.unroll }, () => makeRunning(code, scan, kernel.body[scan.value].dtype));
    this.recordBytes = 16 * this.running[0].locals.length;
    [this.blockStarts, this.stripStarts, this.cursors] = [1, 2, 3].map(() => e.cursors(this.accesses));
    [this.columns, this.rowsInBlock, this.record] = [1, 2, 3].map(() => f.local("i32"));
  }
  private get rowAxis(): number {
    return this.e.kernel.axes;
  }

  /** The columns of one point of the outer axes. */
  emit(places: Cursors, count: Local): void {
    const { e, columns, blockStarts, rowsInBlock } = this;
    const { f, code } = e;
    const rows = f.local("i32");
    f.loop(() => {
      code.copy(count, columns);
      e.lessen(columns, () => f.i32(tileColumns));
      e.toPlace(blockStarts, places);
      this.prepare();
      code.copy(e.parameters.size(this.rowAxis), rows);
      if (this.scan.reverse) {
        this.moveRows(rows, "add");
        code.scope(() => e.stepAlong(blockStarts, this.rowAxis, "sub"));
      }
      f.loop(() => {
        code.copy(rows, rowsInBlock);
        e.lessen(rowsInBlock, () => f.i32(blockRows));
        this.block();
        this.moveRows(rowsInBlock, this.scan.reverse ? "sub" : "add");
        code.decreaseBy(rows, rowsInBlock);
        f.get(rows);
        f.branchIf(0);
      });
      e.stepVectorBy(places, columns);
      code.decreaseBy(count, columns);
      f.get(count);
      f.branchIf(0);
    });
  }
  private moveRows(rows: Local, how: "add" | "sub"): void {
    const { e } = this;
    for (const [access, local] of this.blockStarts) {
      const stride = e.parameters.stride(access, this.rowAxis);
      e.move(access, local, () => e.pushProduct(access, rows, stride), how);
    }
  }

  /** Runs over the strips of the tile. */
  private strips(inside: (steps: number, live?: Local) => void): void {
    const { e } = this;
    const { code } = e;
    e.toPlace(this.stripStarts, this.blockStarts);
    code.copy(e.parameters.scratch, this.record);
    const rest = e.f.local("i32");
    code.copy(this.columns, rest);
    e.strips(rest, this.unroll, (steps, live) => {
      e.toPlace(this.cursors, this.stripStarts);
      inside(steps, live);
      if (live !== undefined) return;
      e.stepVector(this.stripStarts, steps * stepElements);
      code.increase(this.record, steps * this.recordBytes);
    });
  }

  /** Writes what the running values are before the first row. */
  private prepare(): void {
    const { e, start, running, scan } = this;
    this.strips((steps, live) => {
      const strip = new Strip(e, this.cursors, steps, live);
      start?.row(this.cursors);
      if (start) strip.prefetch(start.moving);
      for (let s = 0; s < steps; s++) {
        e.code.scope(() => {
          start?.step(strip, s);
          if (start && scan.start !== undefined) running[s].start(start.value(scan.start));
          else running[s].clear();
        });
        if (start && s + 1 < steps) strip.advance(start.moving);
      }
      this.eachRecord(steps, "v128.store");
    });
  }

  private block(): void {
    const { e } = this;
    const { code } = e;
    this.strips((steps, live) => {
      this.eachRecord(steps, "v128.load");
      const rows = code.take("i32");
      code.copy(this.rowsInBlock, rows);
      e.repeat(rows, () => {
        code.scope(() => this.row(steps, live));
        e.stepAlong(this.cursors, this.rowAxis, this.scan.reverse ? "sub" : "add");
      });
      this.eachRecord(steps, "v128.store");
    });
  }
  private row(steps: number, live: Local | undefined): void {
    const { e, body, scan } = this;
    body.row(this.cursors);
    const strip = new Strip(e, this.cursors, steps, live);
    strip.prefetch(body.moving);
    for (let s = 0; s < steps; s++) {
      e.code.scope(() => {
        body.step(strip, s);
        strip.store(scan.access, this.running[s].fold({ value: body.value(scan.value), index: scan.index === undefined ? undefined : body.value(scan.index) }), s);
      });
      if (s + 1 < steps) strip.advance(this.accesses);
    }
  }

  /** Running values from the scratch area, or back to it. */
  private eachRecord(steps: number, how: "v128.load" | "v128.store"): void {
    const { f } = this.e;
    for (let s = 0; s < steps; s++) {
      this.running[s].locals.forEach((part, i) => {
        const offset = s * this.recordBytes + 16 * i;
        f.get(this.record);
        if (how === "v128.store") f.get(part);
        f.memory(how, offset);
        if (how === "v128.load") f.set(part);
      });
    }
  }
}
