/**
 * @file The loop of a reduction along the vector axis: for each point of the axes, all of the reduce axes are folded into a few vectors,
 * these into one number, and the epilogue writes it. The emitter chooses it by the kernel's structure.
 */
import type { Local } from "./assembler.js";
import { Strip, countingLanes } from "./accesses.js";
import { stepElements } from "./code.js";
import { itemsLeft } from "./elementwise.js";
import { entry, Odometer, type Cursors, type Emission } from "./emission.js";
import { Evaluator } from "./evaluator.js";
import { accumulatorVectors, makeReducer, reducedValues, type Reducer } from "./reducers.js";
import { SearchReducer, plainIndex } from "./search.js";
import { storedValues, writingAccesses } from "./writing.js";

/** Elements after which floating sums go to their float64 totals; twice as many at most. */
const blockElements = 1024;
/** Vector registers for accumulators, of sixteen. */
const mostAccumulators = 8;

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Steps side by side: as many as keep the adders busy, fewer where the body is long. Eight pay for a bare sum only. */
function unrollOf(e: Emission, body: Evaluator): 1 | 2 | 4 | 8 {
  const vectors = e.kernel.reductions.reduce((sum, reduction) => sum + accumulatorVectors(reduction), 0);
  const weight = body.weight() + vectors;
  const wanted = weight <= 3 ? 8 : weight <= 24 || (body.readsBytes && weight <= 40) ? 4 : weight <= 48 ? 2 : 1;
  const allowed = Math.max(1, mostAccumulators / vectors);
  return wanted <= allowed ? wanted : allowed >= 4 ? 4 : allowed >= 2 ? 2 : 1;
}

export function emitRowReduction(e: Emission): void {
  const { code, kernel } = e;
  const plain = kernel.reductions.map((reduction) => plainIndex(e, reduction));
  const wanted = kernel.reductions.flatMap((reduction, i) => (plain[i] === undefined ? reducedValues(reduction) : [reduction.value]));
  const body = new Evaluator(e, kernel.body, wanted, "perStep");
  const epilogue = new Evaluator(e, kernel.epilogue, storedValues(e), "perRow");
  const unroll = unrollOf(e, body);
  const indices = plain.filter((access) => access !== undefined);
  const places = e.cursors(new Set([...body.accesses, ...indices, ...writingAccesses(e, epilogue)]));
  const dtypeOf = (value: number) => kernel.body[value].dtype;
  const reducers = kernel.reductions.map((reduction, i): Reducer => {
    const index = plain[i];
    if (index === undefined || !("index" in reduction)) return makeReducer(code, reduction, dtypeOf, unroll);
    return new SearchReducer(e, reduction, dtypeOf(reduction.value), index, places, unroll);
  });
  e.toStart(places);
  const odometer = new Odometer(e, range(0, kernel.axes), places);
  odometer.seek(entry.begin);
  const points = itemsLeft(e);
  const rows = new ReducedRows(e, body, reducers, unroll, places);
  e.repeat(points, () => {
    for (const reducer of reducers) reducer.start();
    rows.emit();
    code.scope(() => {
      const results = reducers.map((reducer) => {
        reducer.flush();
        return code.keep(() => reducer.finish());
      });
      epilogue.row(places, (reduction) => results[reduction]);
      const strip = new Strip(e, places, 1);
      for (const { access, value } of kernel.stores) strip.store(access, epilogue.value(value), 0);
    });
    odometer.next();
  });
}

/** All reduce axes of one point, innermost last. */
class ReducedRows {
  private readonly cursors: Cursors;
  private readonly starts: Cursors;
  private readonly outer: Odometer;
  private readonly count: Local;
  private readonly blocked: boolean;
  /** Elements in the present block of floating sums. */
  private readonly inBlock: Local;

  constructor(
    private readonly e: Emission, private readonly body: Evaluator, private readonly reducers: readonly Reducer[],
    private readonly unroll: number, private readonly places: Cursors,
  ) {
    const { axes, reduceAxes } = e.kernel;
    this.cursors = e.cursors(body.accesses);
    this.starts = reduceAxes > 1 ? e.cursors(body.accesses) : places;
    this.outer = new Odometer(e, range(axes, axes + reduceAxes - 1), this.starts);
    this.count = e.f.local("i32");
    this.inBlock = e.f.local("i32");
    this.blocked = reducers.some(({ blocked }) => blocked);
  }

  emit(): void {
    const { e } = this;
    const { f, code } = e;
    if (this.blocked) code.assign(this.inBlock, () => f.i32(0));
    if (e.kernel.reduceAxes === 1) return this.row();
    e.toPlace(this.starts, this.places);
    this.outer.first();
    const rows = f.local("i32");
    code.copy(this.outer.points(), rows);
    f.get(rows);
    f.if(() => e.repeat(rows, () => {
      this.row();
      this.outer.next();
    }));
  }

  /** The innermost reduce axis, from where `starts` stands. */
  private row(): void {
    const { e, cursors, count, body } = this;
    const { f, code } = e;
    e.toPlace(cursors, this.starts);
    code.copy(e.parameters.size(e.vectorAxis), count);
    code.scope(() => {
      body.row(cursors);
      if (!this.blocked) this.elements(count);
      else f.loop(() => this.block());
    });
  }
  /** Up to a block of the elements that are left, and again while some are. */
  private block(): void {
    const { e, count, inBlock } = this;
    const { f, code } = e;
    const now = f.local("i32");
    code.copy(count, now);
    e.lessen(now, () => f.i32(blockElements));
    code.decreaseBy(count, now);
    code.increaseBy(inBlock, now);
    this.elements(now);
    f.get(inBlock);
    f.i32(blockElements);
    f.op("i32.ge_u");
    f.if(() => {
      for (const reducer of this.reducers) reducer.flush();
      code.assign(inBlock, () => f.i32(0));
    });
    f.get(count);
    f.branchIf(0);
  }

  private elements(count: Local): void {
    const { e, cursors, body } = this;
    e.strips(count, this.unroll, (steps, live) => {
      const strip = new Strip(e, cursors, steps, live);
      strip.prefetch(body.moving);
      const mask = live === undefined ? undefined : this.liveMask(live);
      for (let s = 0; s < steps; s++) {
        e.code.scope(() => {
          body.step(strip, s);
          for (const reducer of this.reducers) reducer.fold(s, (value) => body.value(value), mask);
        });
        if (s + 1 < steps) strip.advance(body.moving);
      }
      if (live !== undefined) return;
      e.stepVector(cursors, steps * stepElements);
      for (const reducer of this.reducers) reducer.advance?.(steps);
    });
  }
  private liveMask(live: Local): Local {
    const { code, f } = this.e;
    f.get(countingLanes(this.e, "i32x4", 0));
    f.get(live);
    f.simd("i32x4.splat");
    f.simd("i32x4.lt_s");
    return code.taken();
  }
}
