/**
 * @file Copies a block of an operand whose neighbours lie along what the innermost loop wants side by side: rows as they are, cut into panels.
 * A function of its own, for what `pack.ts` would look up element by element. Knows bytes: dtypes are the same to it.
 */
import { FunctionBuilder, type Local } from "../assembler.js";

/**
 * Parameters of the function: where the operand starts; a table of the rows' offsets, and how many rows; the runs that each row is cut
 * into; where to write, and bytes from run to run there.
 */
const [base, table, rows, runs, target, runPitch] = [0, 1, 2, 3, 4, 5];

/**
 * `vectors`: of a run; `pitch`: bytes from row to row of a run where it is written. Reads up to the end of a run past the end of a row. One row
 * after the other: short rows that follow each other in memory are one stream to the machine, which then fetches ahead.
 * `apart`: no two stores side by side, which the engine would make wide ones of (wide.ts has checked the innermost loop only).
 */
export function runCopying(vectors: number, pitch: number, apart: boolean): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 6 }, () => "i32" as const), []);
  const [source, start, left] = [1, 2, 3].map(() => f.local("i32"));
  const others = Array.from({ length: apart ? vectors - 1 : 0 }, () => f.local("i32"));
  const move = (from: Local, push: () => void, to = from): void => {
    f.get(from);
    push();
    f.op("i32.add");
    f.set(to);
  };
  const copy = (from: Local, to: Local): void => {
    f.get(from);
    f.set(to);
  };
  const repeat = (count: Local, inside: () => void): void => f.loop(() => {
    inside();
    move(count, () => f.i32(-1));
    f.get(count);
    f.branchIf(0);
  });
  repeat(rows, () => {
    move(base, () => {
      f.get(table);
      f.memory("i32.load");
    }, source);
    copy(target, start);
    copy(runs, left);
    repeat(left, () => {
      others.forEach((other, i) => move(start, () => f.i32(16 * (i + 1)), other));
      for (let i = 0; i < vectors; i++) {
        f.get(i === 0 || !apart ? start : others[i - 1]);
        f.get(source);
        f.memory("v128.load", 16 * i);
        f.memory("v128.store", apart ? 0 : 16 * i);
      }
      move(source, () => f.i32(16 * vectors));
      move(start, () => f.get(runPitch));
    });
    move(table, () => f.i32(4));
    move(target, () => f.i32(pitch));
  });
  return f;
}
