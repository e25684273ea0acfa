/**
 * @file The loop of a kernel that is a matrix product: walks the blocks of the plan, packs them, calls the innermost loop for every
 * register tile, and ends each block with the kernel's epilogue. The emitter chooses it for kernels with a contraction; the
 * backend calls what comes out with a plan.
 */
import type { Contraction, ContractionRole } from "../../../ir/kernel.js";
import type { FunctionBuilder, Local } from "../assembler.js";
import type { Code, Value } from "../code.js";
import { cursorOf, entry, Odometer, type Cursors, type Emission } from "../emission.js";
import { Evaluator } from "../evaluator.js";
import { storedValues, writeRow, writingAccesses } from "../writing.js";
import { Dimension } from "./dimension.js";
import { depthBlock, itemBytes, layoutOf, leftRunVectors, tileColumns, type Floating, type Layout, type Tile } from "./plan.js";

/** Steps of depth of a thin slice, in fours. */
const sliceFours = 2;

/** The numbers of the functions that the loop calls. */
export interface ProductFunctions {
  readonly microKernel: number;
  readonly packing: number;
  /** For neighbours along the depth on the left, and along the columns on the right. */
  readonly leftRuns: number;
  readonly rightRuns: number;
}

/** Emits the loop; gives the bytes of scratch memory that it needs. */
export function emitContraction(e: Emission, contraction: Contraction, dtype: Floating, tile: Tile, functions: ProductFunctions): number {
  return new Blocks(e, contraction, dtype, tile, functions).emit();
}

class Blocks {
  private readonly f: FunctionBuilder;
  private readonly code: Code;
  private readonly layout: Layout;
  private readonly epilogue: Evaluator;
  private readonly area: Local;
  private readonly batchAxes: readonly number[];
  private readonly rows: Dimension;
  private readonly columns: Dimension;
  private readonly depth: Dimension;
  /** Where the matrices of the present batch start. */
  private readonly operands: Cursors;
  private readonly written: Cursors;
  /** Which block each table and the kept right operand are of. */
  private readonly built: Readonly<Record<"rows" | "columns" | "depth" | "kept", Local>>;
  private readonly rightBlock: Local;
  /** Whether all elements of a row of the left operand's block, or of the right one's, follow each other in memory. */
  private readonly neighbours: Readonly<Record<"left" | "right", Local>>;

  constructor(
    private readonly e: Emission, private readonly contraction: Contraction, private readonly dtype: Floating,
    private readonly tile: Tile, private readonly functions: ProductFunctions,
  ) {
    const { f, kernel } = e;
    this.f = f;
    this.code = e.code;
    this.layout = layoutOf(tile, dtype);
    this.epilogue = new Evaluator(e, kernel.epilogue, storedValues(e), "perStep");
    const axesOf = (role: ContractionRole) => contraction.roles.flatMap((is, axis) => (is === role ? [axis] : []));
    this.batchAxes = axesOf("batch");
    this.rows = new Dimension(e, axesOf("row"));
    this.columns = new Dimension(e, axesOf("column"));
    this.depth = new Dimension(e, Array.from({ length: kernel.reduceAxes }, (_, i) => kernel.axes + i));
    this.operands = e.cursors([contraction.left, contraction.right]);
    this.written = e.cursors(writingAccesses(e, this.epilogue));
    const local = () => f.local("i32");
    [this.area, this.rightBlock] = [local(), local()];
    this.built = { rows: local(), columns: local(), depth: local(), kept: local() };
    this.neighbours = { left: local(), right: local() };
  }

  emit(): number {
    const { e, f, code, built } = this;
    const item = f.local("i32");
    f.get(e.parameters.scratch);
    f.i32(63);
    f.op("i32.add");
    f.i32(-64);
    f.op("i32.and");
    f.set(this.area);
    for (const local of [built.rows, built.columns, built.depth]) code.assign(local, () => f.i32(-1));
    // What an earlier piece of the same call has packed is still there.
    this.pushPart(this.layout.kept);
    f.memory("i32.load");
    f.i32(1);
    f.op("i32.sub");
    f.set(built.kept);
    code.copy(entry.begin, item);
    f.loop(() => {
      code.scope(() => this.item(item));
      code.increase(item, 1);
      f.get(item);
      f.get(entry.end);
      f.op("i32.lt_u");
      f.branchIf(0);
    });
    return this.layout.bytes + 64;
  }

  /** One block of the result. */
  private item(item: Local): void {
    const { e, f, built, rows, columns, layout } = this;
    const { left, right } = this.contraction;
    const [rowBlock, above, columnBlock, batch] = [1, 2, 3, 4].map(() => f.local("i32"));
    this.divide(item, e.parameters.blocking("rowBlocks"), above, rowBlock);
    this.divide(above, e.parameters.blocking("columnBlocks"), batch, columnBlock);
    rows.select(rowBlock, () => f.get(e.parameters.blocking("rows")));
    columns.select(columnBlock, () => f.get(e.parameters.blocking("columns")));
    this.unless(built.rows, rowBlock, () => this.table(layout.rowTable, rows, left));
    this.unless(built.columns, columnBlock, () => this.table(layout.columnTable, columns, right, this.neighbours.right));
    this.toBatch(this.operands, batch);
    this.depths(above);
    this.code.copy(above, built.kept);
    this.pushPart(layout.kept);
    f.get(above);
    f.i32(1);
    f.op("i32.add");
    f.memory("i32.store");
    this.write(batch);
  }
  private toBatch(cursors: Cursors, batch: Local): void {
    this.e.toStart(cursors);
    new Odometer(this.e, this.batchAxes, cursors).seek(batch);
  }

  /** The sums of the block, from one block of depth to the next. */
  private depths(above: Local): void {
    const { e, f, code, depth, built, layout } = this;
    const block = f.local("i32");
    code.assign(block, () => f.i32(0));
    this.pushPart(layout.right);
    f.set(this.rightBlock);
    f.loop(() => {
      depth.select(block, () => f.i32(depthBlock));
      this.unless(built.depth, block, () => {
        this.table(layout.leftDepths, depth, this.contraction.left, this.neighbours.left);
        this.table(layout.rightDepths, depth, this.contraction.right);
      });
      f.get(built.kept);
      f.get(above);
      f.op("i32.ne");
      f.get(e.parameters.blocking("keeps"));
      f.op("i32.eqz");
      f.op("i32.or");
      f.if(() => this.packRight());
      this.packLeft();
      this.multiply(block);
      f.get(e.parameters.blocking("keeps"));
      f.if(() => {
        f.get(this.rightBlock);
        this.pushUp(e.parameters.blocking("columns"), this.width);
        f.i32(layout.panelBytes);
        f.op("i32.mul");
        f.op("i32.add");
        f.set(this.rightBlock);
      });
      code.increase(block, 1);
      f.get(block);
      f.i32(depthBlock);
      f.op("i32.mul");
      f.get(depth.whole);
      f.op("i32.lt_u");
      f.branchIf(0);
    });
  }
  private get width(): number {
    return tileColumns(this.tile, this.dtype);
  }

  private packLeft(): void {
    this.f.get(this.neighbours.left);
    this.f.if(() => this.copyLeft(), () => this.gatherLeft());
  }
  private packRight(): void {
    this.f.get(this.neighbours.right);
    this.f.if(() => this.copyRight(), () => this.gatherRight());
  }
  /** Rows as they are. */
  private copyLeft(): void {
    const { f, layout } = this;
    this.pushStart(this.contraction.left, layout.leftDepths);
    this.pushPart(layout.rowTable);
    f.get(this.rows.count);
    this.pushUp(this.depth.count, (leftRunVectors * 16) / itemBytes(this.dtype));
    this.pushPart(layout.left);
    f.i32(leftRunVectors * 16);
    f.call(this.functions.leftRuns);
  }
  /** Each step of depth from end to end, cut into panels: their last may be read past the end. */
  private copyRight(): void {
    const { f, layout } = this;
    this.pushStart(this.contraction.right, layout.columnTable);
    this.pushPart(layout.rightDepths);
    f.get(this.depth.count);
    this.pushUp(this.columns.count, this.width);
    f.get(this.rightBlock);
    f.i32(layout.panelBytes);
    f.call(this.functions.rightRuns);
  }
  /** Pushes where a block of an operand starts: at the first entry of a table. */
  private pushStart(access: number, table: number): void {
    const { f } = this;
    f.get(cursorOf(this.operands, access));
    this.pushPart(table);
    f.memory("i32.load");
    f.op("i32.add");
  }
  /** All rows for a slice of depth, then the next slice. */
  private gatherLeft(): void {
    const { f, layout, rows } = this;
    const { left } = this.contraction;
    this.eachSlice(left, this.depth.axes, (slice) => {
      f.get(cursorOf(this.operands, left));
      this.pushPart(layout.rowTable);
      this.pushUp(rows.count, 4);
      this.pushPart(layout.leftDepths);
      this.pushShifted(slice.first, 4);
      f.get(slice.fours);
      this.pushPart(layout.left);
      this.pushShifted(slice.first, itemBytes(this.dtype));
      f.i32(layout.leftPitch);
      f.call(this.functions.packing);
    }, "rows");
  }
  /** A panel for each register tile's columns; for a slice of depth all of them, then the next slice. */
  private gatherRight(): void {
    const { f, layout } = this;
    const { right } = this.contraction;
    const [table, target] = [f.local("i32"), f.local("i32")];
    this.eachSlice(right, this.columns.axes, (slice) => {
      this.pushPart(layout.columnTable);
      f.set(table);
      f.get(this.rightBlock);
      this.pushShifted(slice.first, this.tile.vectors * 16);
      f.set(target);
      this.eachPanel(() => {
        f.get(cursorOf(this.operands, right));
        this.pushPart(layout.rightDepths);
        this.pushShifted(slice.first, 4);
        f.get(slice.fours);
        f.get(table);
        f.i32(this.width / 4);
        f.get(target);
        f.i32(this.tile.vectors * 16);
        f.call(this.functions.packing);
        this.code.increase(table, this.width * 4);
        this.code.increase(target, layout.panelBytes);
      });
    }, "columns");
  }
  /**
   * Cuts the present block of depth so that memory is read in order. Where neighbours lie along the depth, it is one slice, and each row
   * is read from end to end. Where they lie across it, a line of the cache has the same depth of many rows: thin slices
   * read all of it while it is there. (With rows 4096 bytes apart all the lines of a thick slice would be in one set of the cache.)
   */
  private eachSlice(
    access: number, axes: readonly number[], inside: (slice: { readonly first: Local; readonly fours: Local }) => void, across: "rows" | "columns",
  ): void {
    const { f, code, e } = this;
    const [first, fours, left, most] = [1, 2, 3, 4].map(() => f.local("i32"));
    f.i32(sliceFours);
    f.i32(depthBlock / 4);
    f.get(e.parameters.stride(access, axes[axes.length - 1]));
    f.i32(itemBytes(this.dtype));
    f.op(across === "columns" ? "i32.eq" : "i32.ne");
    f.select("i32");
    f.set(most);
    this.pushUp(this.depth.count, 4);
    f.set(left);
    code.assign(first, () => f.i32(0));
    f.loop(() => {
      code.copy(left, fours);
      e.lessen(fours, () => f.get(most));
      inside({ first, fours });
      code.decreaseBy(left, fours);
      f.get(fours);
      f.i32(4);
      f.op("i32.mul");
      f.get(first);
      f.op("i32.add");
      f.set(first);
      f.get(left);
      f.branchIf(0);
    });
  }
  /** Adds value x scale to the address on the stack. */
  private pushShifted(value: Local, scale: number): void {
    const { f } = this;
    f.get(value);
    f.i32(scale);
    f.op("i32.mul");
    f.op("i32.add");
  }
  /** Every register tile of the block: a panel of the right operand stays in the first cache while the left ones pass. */
  private multiply(block: Local): void {
    const { f, code, layout, tile } = this;
    const [leftPanel, rightPanel, column, result, panels] = [1, 2, 3, 4, 5].map(() => f.local("i32"));
    code.copy(this.rightBlock, rightPanel);
    this.pushPart(layout.result);
    f.set(column);
    this.eachPanel(() => {
      this.pushPart(layout.left);
      f.set(leftPanel);
      code.copy(column, result);
      this.pushUp(this.rows.count, tile.rows);
      f.set(panels);
      this.e.repeat(panels, () => {
        for (const local of [leftPanel, rightPanel, result, this.depth.count]) f.get(local);
        f.get(block);
        f.op("i32.eqz");
        f.call(this.functions.microKernel);
        code.increase(leftPanel, tile.rows * layout.leftPitch);
        code.increase(result, tile.rows * layout.resultPitch);
      });
      code.increase(rightPanel, layout.panelBytes);
      code.increase(column, tile.vectors * 16);
    });
  }
  private eachPanel(inside: () => void): void {
    const panels = this.f.local("i32");
    this.pushUp(this.columns.count, this.width);
    this.f.set(panels);
    this.e.repeat(panels, inside);
  }

  /**
   * The epilogue over the block, row by row, each in runs of neighbours along the innermost column axis. Where the engine makes pairs of
   * neighbouring stores, it writes one vector at a time: only the innermost loop, which wide.ts has checked, is to be changed.
   */
  private write(batch: Local): void {
    const { e, f, code, written, rows, columns, layout } = this;
    const [places, starts] = [e.cursors(written.keys()), e.cursors(written.keys())];
    const [record, row, rowsLeft, left, run, count] = [1, 2, 3, 4, 5, 6].map(() => f.local("i32"));
    this.toBatch(places, batch);
    const down = new Odometer(e, rows.axes, places);
    const across = new Odometer(e, columns.axes, starts);
    down.seek(rows.start);
    this.pushPart(layout.result);
    f.set(row);
    code.copy(rows.count, rowsLeft);
    e.repeat(rowsLeft, () => {
      e.toPlace(starts, places);
      across.seek(columns.start);
      code.copy(columns.count, left);
      const start = f.local("i32");
      code.copy(row, start);
      f.loop(() => {
        across.pushRunLength();
        f.set(run);
        e.lessen(run, () => f.get(left));
        e.toPlace(written, starts);
        code.copy(run, count);
        code.copy(start, record);
        code.scope(() => writeRow(
          e, this.epilogue, written, count, this.tile.pairs ? 1 : undefined, (_, s) => this.sums(record, s), (steps) => code.increase(record, 4 * steps * itemBytes(this.dtype)),
        ));
        across.skip(run);
        f.get(start);
        f.get(run);
        f.i32(itemBytes(this.dtype));
        f.op("i32.mul");
        f.op("i32.add");
        f.set(start);
        code.decreaseBy(left, run);
        f.get(left);
        f.branchIf(0);
      });
      code.increase(row, layout.resultPitch);
      down.next();
    });
  }
  /** Four sums. */
  private sums(record: Local, s: number): Value {
    const { f, code, dtype } = this;
    const parts = (dtype === "float32" ? [0] : [0, 16]).map((at) => {
      f.get(record);
      f.memory("v128.load", 4 * s * itemBytes(dtype) + at);
      return code.taken();
    });
    return { dtype, parts };
  }

  /**
   * Writes the byte offsets of an access along a dimension's part, and the last one again up to a whole number of register tiles.
   * Sets `neighbours` to whether each is the next element's.
   */
  private table(at: number, dimension: Dimension, access: number, neighbours?: Local): void {
    const { e, f, code } = this;
    const cursors = e.cursors([access]);
    const place = cursorOf(cursors, access);
    const [entry, left, more] = [1, 2, 3].map(() => f.local("i32"));
    const odometer = new Odometer(e, dimension.axes, cursors);
    code.assign(place, () => f.i32(0));
    odometer.seek(dimension.start);
    this.pushPart(at);
    f.set(entry);
    const put = () => {
      f.get(entry);
      f.get(place);
      f.memory("i32.store");
      code.increase(entry, 4);
    };
    code.copy(dimension.count, left);
    code.increase(left, -1);
    f.get(left);
    if (neighbours !== undefined) code.assign(neighbours, () => f.i32(1));
    f.if(() => e.repeat(left, () => {
      put();
      if (neighbours === undefined) return odometer.next();
      f.get(neighbours);
      f.get(place);
      odometer.next();
      f.get(place);
      f.op("i32.sub");
      f.i32(-itemBytes(this.dtype));
      f.op("i32.eq");
      f.op("i32.and");
      f.set(neighbours);
    }));
    // Padding: a register tile, or four, whichever is longer.
    const multiple = Math.max(this.width, 4);
    f.i32(multiple);
    f.get(dimension.count);
    f.i32(1);
    f.op("i32.sub");
    f.i32(multiple);
    f.op("i32.rem_u");
    f.op("i32.sub");
    f.set(more);
    e.repeat(more, put);
  }

  /** Runs `inside` unless it was last run for this block. */
  private unless(built: Local, block: Local, inside: () => void): void {
    const { f } = this;
    f.get(built);
    f.get(block);
    f.op("i32.ne");
    f.if(() => {
      inside();
      this.code.copy(block, built);
    });
  }
  private divide(value: Local, divisor: Local, quotient: Local, remainder: Local): void {
    const { f } = this;
    for (const [op, target] of [["i32.div_u", quotient], ["i32.rem_u", remainder]] as const) {
      f.get(value);
      f.get(divisor);
      f.op(op);
      f.set(target);
    }
  }
  /** Pushes the address of a part of the scratch area. */
  private pushPart(offset: number): void {
    this.f.get(this.area);
    this.f.i32(offset);
    this.f.op("i32.add");
  }
  /** Pushes how many groups of `by` cover so many. */
  private pushUp(count: Local, by: number): void {
    const { f } = this;
    f.get(count);
    f.i32(by - 1);
    f.op("i32.add");
    f.i32(by);
    f.op("i32.div_u");
  }
}
