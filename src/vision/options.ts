/**
 * @file Options that callers without types misspell: an unknown one is an error that names the nearest known. Tables and plots call it.
 */
import { ValueError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";

/** Throws ValueError for an option that is not known, or for options that are no object. */
export function checkOptions(name: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) throw new ValueError(`${name}: options are one object, as { ${known[0]}: … }`);
  const odd = Object.keys(options).find((key) => !known.includes(key));
  if (odd !== undefined) throw new ValueError(`${name}: there is no option ${JSON.stringify(odd)}${didYouMean(odd, known) || `; there are ${known.join(", ")}`}`);
}
