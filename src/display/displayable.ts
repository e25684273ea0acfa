/**
 * @file What it means to be looked at: the contract between things that have an appearance (images, tables, plots) and the places
 * where an appearance goes (terminal, notebook, page, file). Types only; it must know neither the things nor the places.
 */

/** Something that can be looked at, in whichever forms it has; each is made when it is asked for. */
export interface Displayable {
  /** What a person who cannot see it is told. Plain text, unescaped. */
  readonly alt: string;
  /** A line or a few for a pipe: no escape sequences. */
  toText(): string;
  /** A self-contained HTML fragment (no scripts, no addresses to load from). Hostile names inside are escaped. */
  toHTML(): string | Promise<string>;
  /** A standalone SVG document, where the thing is a drawing. */
  toSVG?(): string | Promise<string>;
  /** Pixels, where the thing is a picture (or can be drawn as one): what terminals with graphics and PNG files get. */
  toPixels?(options?: { scale?: number }): Pixels | Promise<Pixels>;
}

/** A picture in memory: rows of red, green, blue and alpha bytes (not premultiplied). */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}
