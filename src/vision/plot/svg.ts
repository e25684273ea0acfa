/**
 * @file Observable Plot and a document for it to draw in, and its drawings as text: well-formed XML whatever the labels say, with
 * coordinates of two decimals. compose.ts calls it; nothing else here touches a document.
 */
import type * as Library from "@observablehq/plot";
import { escapeMarkup } from "../../display/escape.js";

export type Plotting = typeof Library;

interface Drawing {
  readonly library: Plotting;
  readonly document: Document;
}

let drawing: Promise<Drawing> | undefined;

async function load(): Promise<Drawing> {
  const library = await import("@observablehq/plot");
  if (typeof globalThis.document === "object" && typeof globalThis.document.createElementNS === "function") return { library, document: globalThis.document };
  const { parseHTML } = await import("linkedom");
  return { library, document: parseHTML("<!doctype html><html><body></body></html>").document };
}

/** Plot, and the page's document (outside of one: linkedom's); loaded when the first plot is drawn. */
export const plotting = (): Promise<Drawing> => (drawing ??= load());

/** Attributes of coordinates: digits that nobody can see go. */
const geometric = new Set(["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "cx", "cy", "r", "points"]);
const rounded = (text: string): string => text.replace(/-?\d+\.\d{3,}(?:e[-+]?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100));

/** By number: a document that is not the page's has classes of its own. */
const isElement = (node: Node): node is Element => node.nodeType === 1;
const isText = (node: Node): boolean => node.nodeType === 3;

/** A node and what is in it as XML, without style sheets (Plot's speaks to pages only). */
export function markup(node: Node): string {
  if (isText(node)) return escapeMarkup((node.textContent ?? "").replace(/[\t\n\r]/g, " "));
  if (!isElement(node)) return "";
  // nodeName is in capitals where the document is HTML's, as linkedom's is.
  const name = node.localName.toLowerCase() === "clippath" ? "clipPath" : node.localName;
  if (name === "style") return "";
  const inner = childrenOf(node);
  return `<${name}${attributesOf(node)}${inner === "" ? "/>" : `>${inner}</${name}>`}`;
}

export const childrenOf = (node: Node): string => Array.from(node.childNodes, markup).join("");

/** The attributes, with a space before each. */
export const attributesOf = (node: Element, leaveOut: readonly string[] = []): string =>
  Array.from(node.attributes)
    .filter(({ name }) => !leaveOut.includes(name) && !name.startsWith("xmlns"))
    .map(({ name, value }) => ` ${name}="${escapeMarkup(geometric.has(name) ? rounded(value) : value)}"`)
    .join("");
