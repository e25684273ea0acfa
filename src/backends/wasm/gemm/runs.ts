/**
 * @file Copies a block of an operand whose neighbours lie along what the innermost loop wants side by side: rows as they are, cut into panels.
 * A function of its own, for what `pack.ts` would look up element by element. Knows bytes: dtypes are the same to it.
 */
import { FunctionBuilder } from "../assembler.js";

/**
 * Parameters of the function: where the operand starts; a table of the rows' offsets, and how many fours of rows; the runs that each row is cut
 * into, and the vectors of one; where to write, and bytes from run to run there.
 */
const [base, table, fours, runs, vectors, target, runPitch] = [0, 1, 2, 3, 4, 5, 6];

const rows = [0, 1, 2, 3] as const;

/**
 * `pitch`: bytes from row to row of a run where it is written. Reads up to a panel past the end of a row. A vector of each of four rows at a time:
 * no two stores side by side, which the engine would make wide ones of (wide.ts has checked the innermost loop only).
 */
export function runCopying(pitch: number): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 7 }, () => "i32" as const), []);
  const sources = rows.map(() => f.local("i32"));
  const [start, place, runsLeft, left] = [1, 2, 3, 4].map(() => f.local("i32"));
  const move = (from: number, push: () => void, to = from): void => {
    f.get(from);
    push();
    f.op("i32.add");
    f.set(to);
  };
  const copy = (from: number, to: number): void => {
    f.get(from);
    f.set(to);
  };
  const repeat = (count: number, inside: () => void): void => f.loop(() => {
    inside();
    move(count, () => f.i32(-1));
    f.get(count);
    f.branchIf(0);
  });
  repeat(fours, () => {
    sources.forEach((source, i) => move(base, () => {
      f.get(table);
      f.memory("i32.load", 4 * i);
    }, source));
    copy(target, start);
    copy(runs, runsLeft);
    repeat(runsLeft, () => {
      copy(start, place);
      copy(vectors, left);
      repeat(left, () => {
        sources.forEach((source, i) => {
          f.get(place);
          f.get(source);
          f.memory("v128.load");
          f.memory("v128.store", i * pitch);
        });
        for (const local of [...sources, place]) move(local, () => f.i32(16));
      });
      move(start, () => f.get(runPitch));
    });
    move(table, () => f.i32(16));
    move(target, () => f.i32(4 * pitch));
  });
  return f;
}
