/**
 * @file How much room words take, before anything has drawn them: for margins, legends and titles that fit. By the
 * letters of DejaVu Sans; knows neither plots nor SVG.
 */

/** DejaVu Sans: the advance of each ASCII character from the space on, in hundredths of the letter's size. */
const ADVANCES = [
  32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66,
  56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82,
  59, 59, 52, 64, 34, 64, 84,
];
const FIRST = 32;

/** Letters as wide as they are high. */
const broad = /[—…]|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Extended_Pictographic}/u;
const capital = /\p{Lu}/u;

const advance = (c: string): number => {
  const known = ADVANCES[(c.codePointAt(0) ?? 0) - FIRST];
  return known === undefined ? (broad.test(c) ? 1 : capital.test(c) ? 0.75 : 0.64) : known / 100;
};

/** About how wide a text is, in pixels. */
export const widthOf = (text: string, size: number): number => {
  let sum = 0;
  for (const c of text) sum += advance(c);
  // A little more, for other fonts in pages.
  return sum * size * 1.03;
};

/** One line of text, without line ends and with at most so much room: what is too long ends in "…". */
export function fitted(text: string, size: number, room: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (widthOf(line, size) <= room) return line;
  const letters = Array.from(line);
  while (letters.length > 1 && widthOf(`${letters.join("")}…`, size) > room) letters.pop();
  return `${letters.join("")}…`;
}

/** A text in lines of at most so much room, broken between words; not more than `most` lines. */
export function wrapped(text: string, size: number, room: number, most = 3): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer, size) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  const kept = lines.length > most ? [...lines.slice(0, most - 1), lines.slice(most - 1).join(" ")] : lines;
  return kept.map((each) => fitted(each, size, room));
}
