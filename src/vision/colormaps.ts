/**
 * @file Colour maps by Matplotlib's names: from lists of colours (d3-scale-chromatic's, or Matplotlib's own in colormap-data.ts) to
 * Matplotlib's look-up tables, with its arithmetic, so that every byte agrees. Knows numbers between 0 and 1, no pictures.
 */
import * as d3 from "d3-scale-chromatic";
import { ValueError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";
import { type Points, segments, tables } from "./colormap-data.js";

/** Red, green, blue and alpha, each from 0 to 1. */
export type RGBA = readonly [red: number, green: number, blue: number, alpha: number];

/** Matplotlib's number of steps between the colours of a continuous map. */
const STEPS = 256;

/** Colours between which Matplotlib draws lines, its ColorBrewer maps. (d3 has PuOr the other way round.) */
const brewer: Readonly<Record<string, readonly string[]>> = {
  Blues: d3.schemeBlues[9], BuGn: d3.schemeBuGn[9], BuPu: d3.schemeBuPu[9], GnBu: d3.schemeGnBu[9], Greens: d3.schemeGreens[9],
  Greys: d3.schemeGreys[9], OrRd: d3.schemeOrRd[9], Oranges: d3.schemeOranges[9], PuBu: d3.schemePuBu[9], PuBuGn: d3.schemePuBuGn[9],
  PuRd: d3.schemePuRd[9], Purples: d3.schemePurples[9], RdPu: d3.schemeRdPu[9], Reds: d3.schemeReds[9], YlGn: d3.schemeYlGn[9],
  YlGnBu: d3.schemeYlGnBu[9], YlOrBr: d3.schemeYlOrBr[9], YlOrRd: d3.schemeYlOrRd[9],
  BrBG: d3.schemeBrBG[11], PRGn: d3.schemePRGn[11], PiYG: d3.schemePiYG[11], PuOr: [...d3.schemePuOr[11]].reverse(), RdBu: d3.schemeRdBu[11],
  RdGy: d3.schemeRdGy[11], RdYlBu: d3.schemeRdYlBu[11], RdYlGn: d3.schemeRdYlGn[11], Spectral: d3.schemeSpectral[11],
};

/** Colours that stay themselves: for classes. */
const listed: Readonly<Record<string, readonly string[]>> = {
  Accent: d3.schemeAccent, Dark2: d3.schemeDark2, Paired: d3.schemePaired, Pastel1: d3.schemePastel1, Pastel2: d3.schemePastel2,
  Set1: d3.schemeSet1, Set2: d3.schemeSet2, Set3: d3.schemeSet3, tab10: d3.schemeCategory10,
};

const REVERSED = "_r";
const SHIFTED = "twilight_shifted";

/** Every name that `colormap` takes: Matplotlib's, each also with `_r` for the reverse. */
export const colormapNames: readonly string[] = [...Object.keys(brewer), ...Object.keys(listed), ...Object.keys(segments), ...Object.keys(tables), SHIFTED]
  .filter((name) => !name.endsWith(REVERSED))
  .sort((a, b) => (a < b ? -1 : 1))
  .flatMap((name) => [name, name + REVERSED]);

/** Three channels of equal length. */
type Channels = readonly [red: Float64Array, green: Float64Array, blue: Float64Array];

/**
 * A colour map: Matplotlib's look-up table, of `n` colours and three more, for values below 0, above 1, and none at all.
 *
 * @see https://matplotlib.org/stable/api/_as_gen/matplotlib.colors.Colormap.html
 */
export class Colormap {
  /** How many colours there are. */
  readonly n: number;
  /** All colours as bytes, cut off as Matplotlib cuts them, four a colour: n colours, then under, over and bad. */
  readonly bytes: Uint8Array;
  readonly #lut: Float64Array;

  /** `colormap(name)` makes them. @param lut (n + 3) × 4 numbers from 0 to 1. */
  constructor(
    readonly name: string,
    lut: Float64Array,
  ) {
    this.#lut = lut;
    this.n = lut.length / 4 - 3;
    this.bytes = Uint8Array.from(lut, (v) => Math.trunc(v * 255));
  }

  /**
   * Which colour a value between 0 and 1 gets, as a place in the table: n for those below, n + 1 for those above, n + 2 for NaN.
   * @param single whether the value is a float32, which Matplotlib multiplies as one.
   */
  place(value: number, single = false): number {
    const { n } = this;
    const x = single ? Math.fround(value * n) : value * n;
    if (x >= 0 && x < n) return Math.trunc(x);
    if (x === n) return n - 1;
    return x < 0 ? n : x > n ? n + 1 : n + 2;
  }

  /** The colour of a value, as Matplotlib's `cmap(value)`. @example colormap("Greys").at(1) // [0, 0, 0, 1] */
  at(value: number): RGBA {
    const p = this.place(value) * 4;
    return [this.#lut[p], this.#lut[p + 1], this.#lut[p + 2], this.#lut[p + 3]];
  }

  /** The colour of a value as "#rrggbb", rounded, as Matplotlib's `rgb2hex(cmap(value))`. */
  hex(value: number): string {
    const [r, g, b] = this.at(value);
    return `#${[r, g, b].map((v) => halfToEven(v * 255).toString(16).padStart(2, "0")).join("")}`;
  }

  /** The same map with other colours for values below, above, or missing. */
  withExtremes({ under, over, bad }: { readonly under?: RGBA; readonly over?: RGBA; readonly bad?: RGBA }): Colormap {
    const lut = this.#lut.slice();
    [under, over, bad].forEach((colour, i) => {
      if (colour !== undefined) lut.set(colour, (this.n + i) * 4);
    });
    return new Colormap(this.name, lut);
  }

  toString(): string {
    return `Colormap(${this.name}, ${this.n} colours)`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

const made = new Map<string, Colormap>();

/**
 * A colour map by Matplotlib's name, `_r` at its end for the reverse.
 *
 * @throws ValueError for an unknown name, with the nearest known ones.
 * @example colormap("viridis").hex(0) // "#440154"
 * @see https://matplotlib.org/stable/gallery/color/colormap_reference.html
 */
export function colormap(name: string | Colormap): Colormap {
  if (name instanceof Colormap) return name;
  const known = made.get(name);
  if (known !== undefined) return known;
  if (!colormapNames.includes(name)) {
    const hint = didYouMean(name, colormapNames) || "; for example Greys, gray, viridis, magma, RdBu, coolwarm or tab10, or one of these with _r at its end";
    throw new ValueError(`colormap: there is no colour map ${JSON.stringify(name)}${hint}`);
  }
  const map = new Colormap(name, withExtremes(channelsOf(name)));
  made.set(name, map);
  return map;
}

/** The table with its three extremes as Matplotlib sets them: the first colour, the last, and nothing. */
function withExtremes([red, green, blue]: Channels): Float64Array {
  const n = red.length;
  const lut = new Float64Array((n + 3) * 4);
  for (let i = 0; i < n + 2; i++) {
    const from = i < n ? i : i === n ? 0 : n - 1;
    lut.set([red[from], green[from], blue[from], 1], i * 4);
  }
  return lut;
}

function channelsOf(name: string): Channels {
  if (name in tables) return fromTable(tables[name]);
  const flip = name.endsWith(REVERSED);
  const base = flip ? name.slice(0, -REVERSED.length) : name;
  if (base in brewer) return overChannels((c) => lineOf(evenPoints(channelsFrom(base, brewer[base], c)), flip));
  if (base in segments) return overChannels((c) => lineOf(segments[base][c], flip));
  const colours = base in listed ? overChannels((c) => channelsFrom(base, listed[base], c)) : base === SHIFTED ? shiftedTwilight() : fromTable(tables[base]);
  return flip ? overChannels((c) => colours[c].slice().reverse()) : colours;
}

const overChannels = (make: (channel: 0 | 1 | 2) => Float64Array): Channels => [make(0), make(1), make(2)];

/**
 * Bytes that Matplotlib's source writes with a digit too few, so that they are the next smaller double than byte / 255: it paints
 * the byte below.
 */
const cutShort: Readonly<Record<string, readonly number[]>> = { Accent: [23], Oranges: [3], PuOr: [6], Reds: [13, 21], YlOrBr: [6] };

/** A channel of "#rrggbb" colours, from 0 to 1. */
function channelsFrom(name: string, colours: readonly string[], channel: number): Float64Array {
  return Float64Array.from(colours, (hex) => {
    const byte = Number.parseInt(hex.slice(1 + 2 * channel, 3 + 2 * channel), 16);
    return cutShort[name]?.includes(byte) ? (byte / 255) * (1 - 2 ** -53) : byte / 255;
  });
}

/** NumPy's linspace(0, 1, n), with its rounding. */
function unitSpace(n: number): Float64Array {
  const step = 1 / (n - 1);
  const out = Float64Array.from({ length: n }, (_, i) => i * step);
  out[n - 1] = 1;
  return out;
}

/** A channel of colours at equal distances. */
const evenPoints = (values: Float64Array): Points => [2, [...unitSpace(values.length)].flatMap((x, i) => [x, values[i]])];

interface Point {
  readonly x: number;
  readonly before: number;
  readonly after: number;
}

/** Matplotlib's `_create_lookup_table`: lines between points, read off at 256 places. */
function lineOf([width, values]: Points, flip: boolean): Float64Array {
  const points: Point[] = [];
  for (let i = 0; i < values.length; i += width) points.push({ x: values[i], before: values[i + 1], after: values[i + width - 1] });
  // Reversed as Matplotlib does it, by 1 - x, whose rounding shows in some bytes.
  const line = flip ? points.map(({ x, before, after }) => ({ x: 1 - x, before: after, after: before })).reverse() : points;
  const last = STEPS - 1;
  const out = unitSpace(STEPS);
  let right = 1;
  for (let i = 1; i < last; i++) {
    const x = last * out[i];
    while (line[right].x * last < x) right++;
    const from = line[right - 1];
    const to = line[right];
    const distance = (x - from.x * last) / (to.x * last - from.x * last);
    out[i] = clip(distance * (to.before - from.after) + from.after);
  }
  out[0] = clip(line[0].after);
  out[last] = clip(line[line.length - 1].before);
  return out;
}

const clip = (v: number): number => Math.min(1, Math.max(0, v));

/** Colours listed one by one: see colormap-data.ts for the form. */
function fromTable(text: string): Channels {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return overChannels((c) =>
    Float64Array.from({ length: bytes.length / 9 }, (_, i) => (bytes[i * 9 + c * 3] * 65_536 + bytes[i * 9 + c * 3 + 1] * 256 + bytes[i * 9 + c * 3 + 2]) / 1e7),
  );
}

/** Twilight from its middle on, backwards. */
function shiftedTwilight(): Channels {
  const whole = fromTable(tables.twilight);
  const half = Math.floor(whole[0].length / 2);
  return overChannels((c) => Float64Array.from([...whole[c].subarray(half), ...whole[c].subarray(0, half)].reverse()));
}

/** Python's round: halves go to the even neighbour. */
function halfToEven(v: number): number {
  const floor = Math.floor(v);
  const rest = v - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
