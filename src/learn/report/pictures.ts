/**
 * @file Pictures as a report keeps and shows them: small copies of a batch's rows, means as bytes, and the img element with its
 * data inside. It knows pixels, not what they mean.
 */
import { Image } from "../../data/image.js";
import { type ByteMode, channelsOf, modeOfChannels } from "../../data/modes.js";
import type { Pixels } from "../../display/displayable.js";
import { toDataURL } from "../../display/png.js";
import { SCALE } from "../distance.js";
import { Markup, html } from "./markup.js";

/** What all pictures of a run have in common. */
export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  readonly mode: ByteMode;
}

const isChannels = (n: number): n is 1 | 2 | 3 | 4 => n >= 1 && n <= 4;

export function formatOf([height, width, channels = 1]: readonly number[]): PictureFormat {
  return { width, height, mode: modeOfChannels[isChannels(channels) ? channels : 1] };
}

export const bytesOf = ({ width, height, mode }: PictureFormat): number => width * height * channelsOf(mode);

/** A copy of a picture's bytes, no side longer than `side`. */
export function small({ width, height, mode }: PictureFormat, bytes: Uint8Array, side: number): Pixels {
  const image = new Image({ mode, width, height, samples: bytes });
  const scale = Math.min(1, side / Math.max(width, height));
  const size = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
  const fitted = scale === 1 ? image : image.resize([size[0], size[1]], { resample: "box" });
  return { width: fitted.width, height: fitted.height, rgba: fitted.convert("RGBA").data };
}

/** Values from 0 to 1 as bytes. */
export const toBytes = (values: ArrayLike<number | bigint>): Uint8Array => Uint8Array.from(values, (value) => Math.round(Number(value) * SCALE));

/**
 * How many screen pixels a picture's pixel takes: whole ones, so that each is as large as the other; less than one where the picture is
 * much larger than its place.
 */
function zoomOf({ width, height }: Pixels, target: number): number {
  const fit = target / Math.max(width, height);
  return fit < 2 / 3 ? fit : Math.max(1, Math.round(fit));
}

/** How many screen pixels wide `picture` shows it. */
export const shownWidth = (pixels: Pixels, target: number): number => Math.max(1, Math.round(pixels.width * zoomOf(pixels, target)));

/** An img element about `target` screen pixels large. `alt` is for those who cannot see it; a mouse shows it too. */
export async function picture(pixels: Pixels, alt: string, target: number): Promise<Markup> {
  const zoom = zoomOf(pixels, target);
  const address = new Markup(await toDataURL(pixels));
  const [width, height] = [pixels.width, pixels.height].map((length) => Math.max(1, Math.round(length * zoom)));
  return html`<img${zoom < 1 ? new Markup(' class="smooth"') : undefined} src="${address}" width="${width}" height="${height}" alt="${alt}" title="${alt}">`;
}
