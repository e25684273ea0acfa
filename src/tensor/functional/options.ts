/**
 * @file What the functions of `F` check alike: that options are an object and have no key that the function does not take.
 */
import { ValueError } from "../../core/errors.js";

/** Throws ValueError unless the options are an object of known keys. */
export function checkOptions(name: string, options: unknown, allowed: readonly string[]): void {
  const example = `{ ${allowed[0]}: … }`;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new ValueError(`${name}: the options must be an object such as ${example}, not ${JSON.stringify(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) throw new ValueError(`${name}: unknown option ${JSON.stringify(key)}: it takes ${allowed.join(" and ")}`);
  }
}
