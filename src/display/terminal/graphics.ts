/**
 * @file Pictures for terminals that draw: kitty's graphics protocol, iTerm2's inline images, and sixel. Each gives one string of
 * escape sequences; only display.ts, which knows that a terminal is at the other end, writes them.
 */
import type { Pixels } from "../displayable.js";
import { encodePNG, toBase64 } from "../png.js";

const ESC = "\u001b";

/** Ways of drawing in a terminal. */
export type Protocol = "kitty" | "iterm2" | "sixel";

/** https://sw.kovidgoyal.net/kitty/graphics-protocol/: a PNG in pieces of 4096 letters, answers switched off. */
async function kitty(pixels: Pixels): Promise<string> {
  const data = toBase64(await encodePNG(pixels));
  let text = "";
  for (let at = 0; at < data.length; at += 4096) {
    const more = at + 4096 < data.length ? 1 : 0;
    text += `${ESC}_G${at === 0 ? "a=T,f=100,q=2," : ""}m=${more};${data.slice(at, at + 4096)}${ESC}\\`;
  }
  return text;
}

/** https://iterm2.com/documentation-images.html */
async function iterm2(pixels: Pixels): Promise<string> {
  const png = await encodePNG(pixels);
  return `${ESC}]1337;File=inline=1;size=${png.length};width=${pixels.width}px;height=${pixels.height}px;preserveAspectRatio=1:${toBase64(png)}\u0007`;
}

/** Sixel with the picture's very colours where there are at most 256, with the nearest ones otherwise. */
async function sixel(pixels: Pixels): Promise<string> {
  const { image2sixel, sixelEncode, introducer, FINALIZER } = await import("sixel");
  const { width, height } = pixels;
  const rgba = pixels.rgba.map((v, i) => (i % 4 === 3 ? (v < 128 ? 0 : 255) : v));
  const palette = new Map<number, [number, number, number]>();
  for (let p = 0; p < rgba.length && palette.size <= 256; p += 4) {
    if (rgba[p + 3] > 0) palette.set(rgba[p] * 65_536 + rgba[p + 1] * 256 + rgba[p + 2], [rgba[p], rgba[p + 1], rgba[p + 2]]);
  }
  // 1: where the picture is transparent, what was there stays.
  if (palette.size > 256) return image2sixel(rgba, width, height, 256, 1);
  if (palette.size === 0) palette.set(0, [0, 0, 0]); // all of it transparent: an empty palette is refused
  return introducer(1) + sixelEncode(rgba, width, height, [...palette.values()]) + FINALIZER;
}

const protocols: Readonly<Record<Protocol, (pixels: Pixels) => Promise<string>>> = { kitty, iterm2, sixel };

/** The escape sequences that draw a picture at the cursor. */
export const drawn = async (pixels: Pixels, protocol: Protocol): Promise<string> => protocols[protocol](pixels);
