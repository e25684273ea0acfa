/**
 * @file How the words of the command line become values: numbers in their range, sizes, names. Each parser says what would
 * have been right. program.ts hangs them on its options.
 */
import { InvalidArgumentError } from "commander";

const number = (text: string): number => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN);

/** A number between 0 and 1, both excluded. */
export function fraction(text: string): number {
  const value = number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("It must be a number between 0 and 1, say 0.2.");
  return value;
}

/** A whole number from `low` to `high`. */
export const whole = (low: number, high: number) => (text: string): number => {
  const value = number(text);
  if (!Number.isInteger(value) || value < low || value > high) throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  return value;
};

/** A size: "28" for a square, "32x24" for 32 columns and 24 rows. */
export function pictureSize(text: string): readonly [width: number, height: number] {
  const match = /^(\d{1,5})(?:[x×*](\d{1,5}))?$/i.exec(text.trim());
  const [width, height] = match === null ? [0, 0] : [Number(match[1]), Number(match[2] ?? match[1])];
  if (width < 1 || height < 1) throw new InvalidArgumentError("It must be a size in pixels: 28, or 32x24 for 32 columns and 24 rows.");
  return [width, height];
}
