/**
 * @file Pixels to PNG files, and bytes to the base64 in which pages and notebooks carry them. Chooses the smallest kind of PNG
 * that holds every colour (grey, palette, RGB, RGBA); the file itself is made by fast-png, in browsers too.
 */
import { ValueError } from "../core/errors.js";
import type { Pixels } from "./displayable.js";

/** Checks that the bytes are as many as the size says. @throws ValueError */
function checkPixels(name: string, { width, height, rgba }: Pixels): void {
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!whole || rgba.length !== width * height * 4) {
    throw new ValueError(`${name}: ${width} × ${height} pixels take ${width * height * 4} bytes of RGBA (and a size of at least 1 × 1), not ${rgba.length}`);
  }
}

interface Counted {
  /** Each pixel's place in `colours`, or undefined where there are more than 256 colours. */
  readonly indices: Uint8Array | undefined;
  readonly colours: readonly number[];
  readonly grey: boolean;
  readonly opaque: boolean;
}

/** The colours of a picture, as red + green × 2⁸ + blue × 2¹⁶ + alpha × 2²⁴, counted up to 256. */
function countColours({ width, height, rgba }: Pixels): Counted {
  const indices = new Uint8Array(width * height);
  const places = new Map<number, number>();
  let [grey, opaque] = [true, true];
  for (let i = 0, p = 0; i < indices.length; i++, p += 4) {
    const [r, g, b, a] = [rgba[p], rgba[p + 1], rgba[p + 2], rgba[p + 3]];
    grey &&= r === g && g === b;
    opaque &&= a === 255;
    if (places.size > 256) continue;
    const colour = r + g * 256 + b * 65_536 + a * 16_777_216;
    const place = places.get(colour) ?? places.size;
    places.set(colour, place);
    indices[i] = place;
  }
  return { indices: places.size > 256 ? undefined : indices, colours: [...places.keys()], grey, opaque };
}

const channel = (colour: number, index: number): number => Math.floor(colour / 256 ** index) % 256;

/** The palette with its transparent colours first: PNG's tRNS chunk lists alphas from the first entry on. */
function paletteOf(colours: readonly number[], indices: Uint8Array, opaque: boolean): { readonly palette: number[][]; readonly data: Uint8Array } {
  const order = colours.map((_, i) => i).sort((a, b) => channel(colours[a], 3) - channel(colours[b], 3));
  const place = new Uint8Array(colours.length);
  order.forEach((from, to) => (place[from] = to));
  const channels = opaque ? [0, 1, 2] : [0, 1, 2, 3];
  return { palette: order.map((i) => channels.map((c) => channel(colours[i], c))), data: indices.map((i) => place[i]) };
}

function pick(rgba: Uint8Array, channels: number): Uint8Array {
  const out = new Uint8Array((rgba.length / 4) * channels);
  for (let p = 0, o = 0; p < rgba.length; p += 4) for (let c = 0; c < channels; c++) out[o++] = rgba[p + c];
  return out;
}

/**
 * A PNG file of the pixels.
 *
 * @throws ValueError where the bytes do not fill the size.
 */
export async function encodePNG(pixels: Pixels): Promise<Uint8Array> {
  checkPixels("encodePNG", pixels);
  const { encode } = await import("fast-png");
  const { width, height, rgba } = pixels;
  const { indices, colours, grey, opaque } = countColours(pixels);
  const zlib = { level: 9 } as const;
  if (grey && opaque) return encode({ width, height, channels: 1, data: pick(rgba, 1) }, { zlib });
  if (indices !== undefined) return encode({ width, height, channels: 1, ...paletteOf(colours, indices, opaque) }, { zlib });
  if (opaque) return encode({ width, height, channels: 3, data: pick(rgba, 3) }, { zlib });
  return encode({ width, height, channels: 4, data: rgba }, { zlib });
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In pieces: a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8190) text += btoa(String.fromCharCode(...bytes.subarray(i, i + 8190)));
  return text;
}

/** The pixels as a `data:` address, which pages can hold without loading anything. */
export const toDataURL = async (pixels: Pixels): Promise<string> => `data:image/png;base64,${toBase64(await encodePNG(pixels))}`;
