/**
 * @file HTML in which text cannot turn into markup: everything put between the literal parts of a template is escaped, unless it is
 * markup already. Every section of the report is written with it; it knows no section.
 */
import { escapeMarkup, escapeTerminal } from "../../display/escape.js";

/** HTML that may be put into HTML as it is. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What can stand in a template: text and numbers are escaped, lists are put one behind the other, undefined is nothing. */
export type Part = string | number | Markup | undefined | readonly Part[];

function render(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  // Names come from strangers: characters that a page would swallow, or that turn the direction of writing, are spelled out.
  if (typeof part === "string" || typeof part === "number") return escapeMarkup(escapeTerminal(String(part)));
  return part.map(render).join("");
}

/** @example html`<b title="${name}">${name}</b>` */
export function html(literal: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(literal.reduce((text, piece, i) => text + render(parts[i - 1]) + piece));
}

/** 14434 as 14,434. */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
/** "1 image", "2 images". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
/** 0.9168 as 91.7 %; a rounded 100 % is not said of 99.97 %. */
export function percent(share: number | null): string {
  if (share === null) return "–";
  const text = (share * 100).toFixed(1);
  return `${text === "100.0" ? (share === 1 ? "100" : "99.9") : text}\u00a0%`;
}
/** A distance as the original tells it: four digits. */
export const distanceText = (value: number): string => value.toFixed(4);
