/**
 * @file Strips of steps that are evaluated and stored: the epilogue along the vector axis, in which both loops whose vectors lie along an
 * axis end, and the stores of a pass over a row. It knows no reductions but where their results come from.
 */
import type { Store } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { Strip } from "./accesses.js";
import { stepElements, type Value } from "./code.js";
import type { Cursors, Emission } from "./emission.js";
import type { Evaluator } from "./evaluator.js";

/** How many steps are written one after the other: short lists gain from it, long ones only grow. */
function writingUnroll(epilogue: Evaluator): 1 | 2 | 4 | 8 {
  const weight = epilogue.weight();
  if (weight <= 6) return 8;
  if (weight <= 16 || (epilogue.readsBytes && weight <= 40)) return 4;
  return weight <= 40 ? 2 : 1;
}

/** The instructions of the epilogue that are stored. */
export const storedValues = (e: Emission): number[] => e.kernel.stores.map(({ value }) => value);

/** The accesses that the epilogue reads or the stores write. */
export function writingAccesses(e: Emission, epilogue: Evaluator): Set<number> {
  return new Set([...epilogue.accesses, ...e.kernel.stores.map(({ access }) => access)]);
}

/**
 * Evaluates and stores `count` elements (a local, used up) along the vector axis. The cursors are moved. `reduced` gives the result of a
 * reduction in step s of a strip; `afterStrip` moves what it reads. `mostSteps` is for rows that
 * are known to be short.
 */
export function writeRow(
  e: Emission, epilogue: Evaluator, cursors: Cursors, count: Local, mostSteps = 8,
  reduced?: (reduction: number, s: number) => Value, afterStrip?: (steps: number) => void,
): void {
  epilogue.row(cursors);
  e.strips(count, Math.min(mostSteps, Math.max(e.pairs ? 2 : 1, writingUnroll(epilogue))), (steps, live) => {
    const strip = new Strip(e, cursors, steps, live);
    writeStrip(e, epilogue, strip, reduced);
    if (live !== undefined) return;
    e.stepVector(cursors, steps * stepElements);
    afterStrip?.(steps);
  });
}

function writeStrip(e: Emission, epilogue: Evaluator, strip: Strip, reduced?: (reduction: number, s: number) => Value): void {
  const accesses = writingAccesses(e, epilogue);
  const stores = new StripStores(e.kernel.stores, strip);
  strip.prefetch(epilogue.moving);
  const step = (s: number): void => stores.step(s, () => {
    epilogue.step(strip, s, reduced && ((reduction) => reduced(reduction, s)));
    return epilogue;
  });
  if (e.pairs && strip.steps > 1) {
    for (let s = 0; s < strip.steps; s += 2) e.code.scope(() => e.code.lockstep(() => step(s), () => step(s + 1)));
    return;
  }
  for (let s = 0; s < strip.steps; s++) {
    step(s);
    if (s + 1 < strip.steps) strip.advance(accesses);
  }
}

/** The stores of the steps of a strip. Vectors of packed stores wait here until there are enough to fill one. */
export class StripStores {
  private readonly waiting: Local[][];

  constructor(private readonly stores: readonly Store[], private readonly strip: Strip) {
    this.waiting = stores.map(() => []);
  }

  /** Evaluates and writes a step: `evaluate` gives the evaluator that has done it. */
  step(s: number, evaluate: () => Evaluator): void {
    const { strip } = this;
    const kept = strip.e.code.region(() => {
      const values = evaluate();
      return this.stores.flatMap(({ access, value }, at) => {
        if (strip.stepsStoredTogether(access) === 1) {
          strip.store(access, values.value(value), s);
          return [];
        }
        const [vector] = values.value(value).parts;
        this.waiting[at].push(vector);
        return [vector];
      });
    });
    if (kept.length > 0) this.storeWaiting(s);
  }

  private storeWaiting(s: number): void {
    const { strip, waiting } = this;
    this.stores.forEach(({ access }, at) => {
      if (waiting[at].length === 0 || waiting[at].length < strip.stepsStoredTogether(access)) return;
      strip.storePacked(access, waiting[at], s - waiting[at].length + 1);
      waiting[at] = [];
    });
  }
}
