/**
 * @file Pictures out of letters, for terminals without graphics and for pipes: half blocks in true colour or in 256 colours, and
 * plain characters from light to dark. A pixel is one column wide; callers make pictures that fit.
 */
import type { Pixels } from "../displayable.js";
import { scaleTo } from "../scale.js";

const ESC = "\u001b";
const RESET = `${ESC}[0m`;

/** How a colour is said to a terminal, after 38; (letters) or 48; (behind them). */
export type Colours = "truecolor" | "256";

/** The levels of xterm's 6 × 6 × 6 cube. */
const cube = [0, 95, 135, 175, 215, 255];
const nearestLevel = (v: number): number => (v < 48 ? 0 : v < 115 ? 1 : Math.floor((v - 35) / 40));

/** The nearest of xterm's 240 fixed colours: a corner of the cube, or a grey. */
export function xtermColour(r: number, g: number, b: number): number {
  const [i, j, k] = [nearestLevel(r), nearestLevel(g), nearestLevel(b)];
  const grey = Math.min(23, Math.max(0, Math.round(((r + g + b) / 3 - 8) / 10)));
  const distance = (x: number, y: number, z: number): number => (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2;
  const level = 8 + grey * 10;
  return distance(level, level, level) < distance(cube[i], cube[j], cube[k]) ? 232 + grey : 16 + 36 * i + 6 * j + k;
}

const codes: Readonly<Record<Colours, (r: number, g: number, b: number) => string>> = {
  truecolor: (r, g, b) => `2;${r};${g};${b}`,
  "256": (r, g, b) => `5;${xtermColour(r, g, b)}`,
};

/** A pixel's colour as a code; "" where it is rather transparent than not, or below the picture. */
function codeOf({ width, height, rgba }: Pixels, x: number, y: number, colours: Colours): string {
  const p = (y * width + x) * 4;
  if (y >= height || rgba[p + 3] < 128) return "";
  return codes[colours](rgba[p], rgba[p + 1], rgba[p + 2]);
}

/**
 * Lines of half blocks: two pixels a letter, the upper in the letter's colour, the lower behind it. Each line ends as it began,
 * without colours; where the picture is transparent, the terminal shows through.
 */
export function halfBlocks(pixels: Pixels, colours: Colours): string[] {
  const lines: string[] = [];
  for (let y = 0; y < pixels.height; y += 2) {
    let line = "";
    let state = "0";
    for (let x = 0; x < pixels.width; x++) {
      const [top, bottom] = [codeOf(pixels, x, y, colours), codeOf(pixels, x, y + 1, colours)];
      const [letter, front, back] = top !== "" ? ["▀", top, bottom] : bottom !== "" ? ["▄", bottom, ""] : [" ", "", ""];
      const wanted = `0${front && `;38;${front}`}${back && `;48;${back}`}`;
      // Equal neighbours share one sequence.
      if (wanted !== state) line += `${ESC}[${wanted}m`;
      state = wanted;
      line += letter;
    }
    lines.push(state === "0" ? line.trimEnd() : line + RESET);
  }
  return lines;
}

/** From nothing to full. */
const ramp = " .:-=+*#%@";

/** How light a pixel is, from 0 to 1; transparent ones are NaN. */
function lightness({ rgba }: Pixels): Float64Array {
  return Float64Array.from({ length: rgba.length / 4 }, (_, i) => {
    const p = i * 4;
    return rgba[p + 3] < 128 ? Number.NaN : (0.299 * rgba[p] + 0.587 * rgba[p + 1] + 0.114 * rgba[p + 2]) / 255;
  });
}

/** The mean lightness along the edge: most pictures' background. */
function edgeLightness(values: Float64Array, width: number, height: number): number {
  const edge = Array.from(values).filter((v, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return !Number.isNaN(v) && (x === 0 || y === 0 || x === width - 1 || y === height - 1);
  });
  return edge.length === 0 ? 1 : edge.reduce((a, b) => a + b, 0) / edge.length;
}

/**
 * Lines of plain characters, no escape sequences: the picture's background (its edge) becomes blanks, what differs from it the more
 * ink the more it differs, so that it reads alike on white paper and on a black screen. Pixels are two letters wide where there is
 * room, and half a line high where there is not.
 */
export function characters(pixels: Pixels, columns = 80): string[] {
  const double = pixels.width * 2 <= columns;
  const width = Math.min(pixels.width, columns);
  const height = double ? pixels.height : Math.max(1, Math.round((pixels.height * width) / pixels.width / 2));
  const picture = scaleTo(pixels, width, height);
  const values = lightness(picture);
  const seen = values.filter((v) => !Number.isNaN(v));
  const [low, high] = seen.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [1, 0]);
  const darkOnLight = edgeLightness(values, width, height) >= (low + high) / 2;
  const letter = (v: number): string => {
    if (Number.isNaN(v) || high <= low) return " ";
    const ink = (darkOnLight ? high - v : v - low) / (high - low);
    return ramp[Math.min(ramp.length - 1, Math.floor(ink * ramp.length))];
  };
  return Array.from({ length: height }, (_, y) => {
    const line = Array.from(values.subarray(y * width, (y + 1) * width), letter);
    return line.map((c) => (double ? c + c : c)).join("").trimEnd();
  });
}
