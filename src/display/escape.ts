/**
 * @file Names from strangers made harmless: in HTML and SVG, and in what a terminal is given. Everything that puts a name, a
 * title or a label into a document or onto a screen sends it through here; it knows nothing of what the text says.
 */

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** What XML 1.0 cannot hold in any form (https://www.w3.org/TR/xml/#charsets), lone surrogates among them. */
// oxlint-disable-next-line no-control-regex
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text for HTML and for SVG, between tags or inside a quoted attribute: neither ends early, and the document stays well-formed.
 * What no document can hold shows as U+FFFD.
 *
 * @example escapeMarkup('"><img>') // &quot;&gt;&lt;img&gt;
 */
export const escapeMarkup = (text: string): string => text.replace(unspeakable, "\ufffd").replace(/[&<>"']/g, (c) => entities[c]);

/**
 * Control characters (the 8-bit ones too, which some terminals obey), marks that turn the direction of writing, and line
 * separators: what a name could use to make a terminal do something, or show something else.
 */
const harmful = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const spelled = (c: string): string => {
  const code = c.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** Text for one line of a terminal: control characters are spelled out. @example escapeTerminal("a\u001b[2Jb") // a\x1b[2Jb */
export const escapeTerminal = (text: string): string => text.replace(harmful, spelled);

/** Text for a terminal that may have several lines: only line feeds stay as they are. */
export const escapeTerminalLines = (text: string): string => text.replace(harmful, (c) => (c === "\n" ? c : spelled(c)));
