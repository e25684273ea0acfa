/**
 * @file Random choices read from a list of numbers, so that fast-check can shrink a failure by shortening the list: where it has run
 * out, every choice is the first one. The kernel generator reads it; it knows nothing of kernels.
 */

/** A list of numbers from 0 to 65535, read once from front to back. */
export class Tape {
  private at = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** A number from 0 to `count` - 1; 0 after the end. */
  below(count: number): number {
    const number = this.at < this.numbers.length ? this.numbers[this.at++] : 0;
    return number % count;
  }

  /** One of a list; the first after the end. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** True once in `count` times; false after the end. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  /** From 0 up to 1. */
  fraction(): number {
    return this.below(65_536) / 65_536;
  }
}
