/**
 * @file One of the three dimensions of a matrix product as its loop sees it: rows, columns or depth, of any number of axes. The loop of blocks makes
 * one for each; nothing here knows what is done with the part that is worked on.
 */
import type { Local } from "../assembler.js";
import { Odometer, type Emission } from "../emission.js";

/** A dimension of the flattened product: the axes that make it up, how long it is, and the part of it that is worked on. */
export class Dimension {
  readonly whole: Local;
  readonly start: Local;
  readonly count: Local;

  constructor(private readonly e: Emission, readonly axes: readonly number[]) {
    this.whole = new Odometer(e, axes, new Map()).points();
    this.start = e.f.local("i32");
    this.count = e.f.local("i32");
  }
  /** Takes part number `block`, of parts of the length that `push` leaves on the stack. */
  select(block: Local, push: () => void): void {
    const { f } = this.e;
    f.get(block);
    push();
    f.op("i32.mul");
    f.set(this.start);
    f.get(this.whole);
    f.get(this.start);
    f.op("i32.sub");
    f.set(this.count);
    this.e.lessen(this.count, push);
  }
}
