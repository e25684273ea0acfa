/**
 * @file The loop of a reduction along the vector axis: for each point of the axes, all of the reduce axes are folded into a few vectors,
 * these into one number, passes run over the same elements again, and the epilogue writes. The emitter chooses it by the kernel's structure.
 */
import { loopsOf, type Pass, type Reduction } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { Strip, countingLanes } from "./accesses.js";
import { stepElements, type Value } from "./code.js";
import { itemsLeft } from "./elementwise.js";
import { entry, Odometer, type Cursors, type Emission } from "./emission.js";
import { Evaluator } from "./evaluator.js";
import { accumulatorVectors, makeReducer, reducedValues, type Reducer } from "./reducers.js";
import { SearchReducer, plainIndex } from "./search.js";
import { StripStores, storedValues, writingAccesses } from "./writing.js";

/** Elements after which floating sums go to their float64 totals; twice as many at most. */
const blockElements = 1024;
/** Vector registers for accumulators, of sixteen. */
const mostAccumulators = 8;

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Steps side by side: as many as keep the adders busy, fewer where the body is long. Eight pay for a bare sum only. */
function unrollOf(reductions: readonly Reduction[], body: Evaluator): 1 | 2 | 4 | 8 {
  const vectors = reductions.reduce((sum, reduction) => sum + accumulatorVectors(reduction), 0);
  const weight = body.weight() + vectors;
  const wanted = weight <= 3 ? 8 : weight <= 24 || (body.readsBytes && weight <= 40) ? 4 : weight <= 48 ? 2 : 1;
  const allowed = Math.max(1, mostAccumulators / Math.max(1, vectors));
  return wanted <= allowed ? wanted : allowed >= 4 ? 4 : allowed >= 2 ? 2 : 1;
}

/** Emits the loops; gives the bytes of scratch memory that they need. */
export function emitRowReduction(e: Emission): number {
  const { code, kernel } = e;
  const loops = loopsOf(kernel).filter(({ body }) => body.length > 0).map((pass) => new Loop(e, pass));
  const epilogue = new Evaluator(e, kernel.epilogue, storedValues(e), "perRow");
  const places = e.cursors(new Set([...loops.flatMap(({ accesses, indices }) => [...accesses, ...indices]), ...writingAccesses(e, epilogue)]));
  const rows = loops.map((loop) => new ReducedRows(e, loop, places));
  e.toStart(places);
  const odometer = new Odometer(e, range(0, kernel.axes), places);
  odometer.seek(entry.begin);
  const points = itemsLeft(e);
  e.repeat(points, () => {
    code.scope(() => {
      const results: Value[] = [];
      for (const row of rows) results.push(...row.emit((reduction) => results[reduction]));
      if (kernel.stores.length === 0) return;
      epilogue.row(places, (reduction) => results[reduction]);
      const strip = new Strip(e, places, 1);
      for (const { access, value } of kernel.stores) strip.store(access, epilogue.value(value), 0);
    });
    odometer.next();
  });
  return e.pairs ? pairedBytes : 0;
}

/** Scratch memory for the accumulators of a loop in lockstep. */
const pairedBytes = 16 * 4 * mostAccumulators;

/** What one loop over the reduce axes does: its body, how many steps of it side by side, and what it reads and writes. */
class Loop {
  readonly body: Evaluator;
  readonly unroll: 1 | 2 | 4 | 8;
  /** Those of the body and of the stores. */
  readonly accesses: readonly number[];
  /** Those whose places on the row a search gives. */
  readonly indices: readonly number[];
  private readonly plain: readonly (number | undefined)[];

  constructor(readonly e: Emission, readonly pass: Pass) {
    const { body, reductions, stores } = pass;
    this.plain = reductions.map((reduction) => plainIndex(e, body, reduction));
    const folded = reductions.flatMap((reduction, i) => (this.plain[i] === undefined ? reducedValues(reduction) : [reduction.value]));
    this.body = new Evaluator(e, body, [...folded, ...stores.map(({ value }) => value)], "perRow");
    this.unroll = unrollOf(reductions, this.body);
    this.accesses = [...new Set([...this.body.accesses, ...stores.map(({ access }) => access)])];
    this.indices = this.plain.filter((access) => access !== undefined);
  }

  reducers(places: Cursors): readonly Reducer[] {
    const { e, pass, plain, unroll } = this;
    const dtypeOf = (value: number) => pass.body[value].dtype;
    return pass.reductions.map((reduction, i): Reducer => {
      const index = plain[i];
      if (index === undefined || !("index" in reduction)) return makeReducer(e.code, reduction, dtypeOf, unroll);
      return new SearchReducer(e, reduction, dtypeOf(reduction.value), index, places, unroll);
    });
  }
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
  private readonly reducers: readonly Reducer[];

  constructor(private readonly e: Emission, private readonly loop: Loop, private readonly places: Cursors) {
    const { axes, reduceAxes } = e.kernel;
    this.reducers = loop.reducers(places);
    this.cursors = e.cursors(loop.accesses);
    this.starts = reduceAxes > 1 ? e.cursors(loop.accesses) : places;
    this.outer = new Odometer(e, range(axes, axes + reduceAxes - 1), this.starts);
    this.count = e.f.local("i32");
    this.inBlock = e.f.local("i32");
    this.blocked = this.reducers.some(({ blocked }) => blocked);
  }

  /** Runs the loop; gives the results of its reductions, in every lane where a later loop may ask for them. */
  emit(reduced: (reduction: number) => Value): readonly Value[] {
    const { e } = this;
    for (const reducer of this.reducers) reducer.start();
    e.code.scope(() => this.rows(reduced));
    return this.reducers.map((reducer) => {
      reducer.flush();
      return e.code.keep(() => (e.kernel.passes === undefined ? reducer.finish() : e.code.splat(reducer.finish())));
    });
  }

  private rows(reduced: (reduction: number) => Value): void {
    const { e } = this;
    const { f, code } = e;
    if (this.blocked) code.assign(this.inBlock, () => f.i32(0));
    if (e.kernel.reduceAxes === 1) return this.row(reduced);
    e.toPlace(this.starts, this.places);
    this.outer.first();
    const rows = f.local("i32");
    code.copy(this.outer.points(), rows);
    f.get(rows);
    f.if(() => e.repeat(rows, () => {
      this.row(reduced);
      this.outer.next();
    }));
  }

  /** The innermost reduce axis, from where `starts` stands. */
  private row(reduced: (reduction: number) => Value): void {
    const { e, cursors, count } = this;
    const { body } = this.loop;
    const { f, code } = e;
    e.toPlace(cursors, this.starts);
    code.copy(e.parameters.size(e.vectorAxis), count);
    code.scope(() => {
      body.row(cursors, reduced);
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
    const { e, cursors, reducers } = this;
    const { code } = e;
    const { body, accesses, unroll, pass } = this.loop;
    // An element past the end of a row is folded into nothing, and stored nowhere.
    const folds = reducers.length > 0;
    e.strips(count, unroll, (steps, live) => {
      const strip = new Strip(e, cursors, steps, live);
      const stores = new StripStores(pass.stores, strip);
      strip.prefetch(body.moving);
      const mask = live === undefined || !folds ? undefined : this.liveMask(live);
      const step = (s: number): void => stores.step(s, () => {
        body.step(strip, s);
        for (const reducer of reducers) reducer.fold(s, (value) => body.value(value), mask);
        return body;
      });
      if (e.pairs && steps > 1) {
        for (let s = 0; s < steps; s += 2) code.scope(() => code.lockstep(() => step(s), () => step(s + 1)));
      } else for (let s = 0; s < steps; s++) {
        step(s);
        if (s + 1 < steps) strip.advance(accesses);
      }
      if (live !== undefined) return;
      e.stepVector(cursors, steps * stepElements);
      for (const reducer of reducers) reducer.advance?.(steps);
    }, e.pairs ? { before: () => this.startPairs(), after: () => this.endPairs() } : undefined);
  }
  /** In lockstep the accumulators start as literals, which they are at the start of every run of elements, for the engine to see it. */
  private startPairs(): void {
    for (const reducer of this.reducers) reducer.reset();
  }
  /** And end side by side in memory: a pair of stores is where the engine's search for pairs begins. */
  private endPairs(): void {
    const { f, parameters } = this.e;
    const vectors = this.reducers.flatMap((reducer) => reducer.vectors?.() ?? []).flat();
    for (let i = vectors.length - 1; i >= 0; i--) {
      f.get(parameters.scratch);
      f.get(vectors[i]);
      f.memory("v128.store", 16 * i);
    }
    vectors.forEach((vector, i) => {
      f.get(parameters.scratch);
      f.memory("v128.load", 16 * i);
      f.set(vector);
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
