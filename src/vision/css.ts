/**
 * @file Properties of style as people write them in JavaScript, made into CSS that cannot leave its declaration. styler.ts calls it.
 */
import { ValueError } from "../core/errors.js";

/** A property and its value. */
export type Declaration = readonly [property: string, value: string];

/** Properties in camelCase (or as CSS spells them), with values. @example { fontSize: "6pt", fontWeight: 700 } */
export type Properties = Readonly<Record<string, string | number>>;

/** What a value may consist of: words, numbers, colours, functions of them, and names in quotes. Nothing that ends a declaration. */
const harmless = /^(?:[\w\s#%.,()+*/!-]|"[\w\s-]*"|'[\w\s-]*')+$/;
/** Functions that load something or run something, and comments. */
const reaching = /\/\*|\/\/|\b(?:url|src|image|image-set|cross-fade|element|expression|paint|attr|env)\s*\(/i;

/** "fontSize" → "font-size", "WebkitTextStroke" → "-webkit-text-stroke"; what is spelled so already stays. */
const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** Declarations of CSS. Throws ValueError for a property that is none, and for a value that holds more than a value. */
export function declarations(name: string, properties: Properties): Declaration[] {
  return Object.entries(properties).map(([key, raw]) => {
    const property = kebab(key);
    if (!/^-?[a-z]+(?:-[a-z]+)*$/.test(property)) throw new ValueError(`${name}: ${JSON.stringify(key)} is not the name of a CSS property, such as fontSize`);
    const value = String(raw).trim();
    if (!harmless.test(value) || reaching.test(value)) {
      throw new ValueError(`${name}: ${JSON.stringify(value)} cannot be the value of ${property}: words, numbers, colours and names in quotes can, as "6pt" or "1px solid #ccc"`);
    }
    return [property, value];
  });
}
