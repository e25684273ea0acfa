/**
 * @file The kinds of pixels a picture can have, in PIL's names, and the arithmetic that turns one kind into another, byte
 * for byte as PIL does it. Pure functions on arrays; the class Image and the bulk loader call them.
 */
import { ImageError } from "../core/errors.js";

/** What a pixel is: grey, grey with alpha, colour, colour with alpha, or 16-bit grey. */
export type Mode = "L" | "LA" | "RGB" | "RGBA" | "I;16";
/** The modes of one byte a channel: those a uint8 tensor can hold. */
export type ByteMode = Exclude<Mode, "I;16">;
/** The numbers of a picture, row by row, channels last. */
export type Samples = Uint8Array | Uint16Array;

/** A decoded picture before it becomes an Image. */
export interface Pixels {
  readonly mode: Mode;
  readonly width: number;
  readonly height: number;
  readonly samples: Samples;
}

const channels = { L: 1, LA: 2, RGB: 3, RGBA: 4, "I;16": 1 } as const satisfies Record<Mode, number>;

/** Every mode there is. */
export const modes: readonly Mode[] = ["L", "LA", "RGB", "RGBA", "I;16"];
export const isMode = (name: string): name is Mode => (modes as readonly string[]).includes(name);
/** How many numbers a pixel has. */
export const channelsOf = (mode: Mode): 1 | 2 | 3 | 4 => channels[mode];
/** The mode with this many bytes a pixel. */
export const modeOfChannels: Readonly<Record<1 | 2 | 3 | 4, ByteMode>> = { 1: "L", 2: "LA", 3: "RGB", 4: "RGBA" };

/** PIL's integer luma: ITU-R 601-2 in 16-bit fixed point, rounded. */
const luma = (r: number, g: number, b: number): number => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

/**
 * The samples of `from` as mode `to`.
 *
 * Alpha is dropped where `to` has none and opaque where `from` has none; 16-bit grey is clipped at 255, as PIL does.
 *
 * @throws ImageError for a conversion to 16 bits, which would invent precision.
 */
export function convertSamples(samples: Samples, from: Mode, to: Mode): Samples {
  if (from === to) return samples.slice();
  if (to === "I;16") throw new ImageError(`convert: ${from} cannot become I;16; one of L, LA, RGB, RGBA is possible`);
  const [step, width] = [channelsOf(from), channelsOf(to)];
  const count = samples.length / step;
  const out = new Uint8Array(count * width);
  const [fromColour, toColour] = [step >= 3, width >= 3];
  const toAlpha = width === 2 || width === 4;
  const fromAlpha = step === 2 || step === 4;
  for (let i = 0, s = 0, o = 0; i < count; i++, s += step, o += width) {
    if (toColour) {
      out[o] = clip(samples[s]);
      out[o + 1] = clip(samples[fromColour ? s + 1 : s]);
      out[o + 2] = clip(samples[fromColour ? s + 2 : s]);
    } else out[o] = fromColour ? luma(samples[s], samples[s + 1], samples[s + 2]) : clip(samples[s]);
    if (toAlpha) out[o + width - 1] = fromAlpha ? samples[s + step - 1] : 255;
  }
  return out;
}

const clip = (v: number): number => (v > 255 ? 255 : v);

/** Colours multiplied by their alpha, as PIL does before it resizes, so that invisible pixels do not bleed. */
export function premultiply(samples: Uint8Array, channels: 2 | 4): Uint8Array {
  const out = samples.slice();
  for (let i = 0; i < out.length; i += channels) {
    const alpha = out[i + channels - 1];
    for (let k = 0; k < channels - 1; k++) {
      const t = out[i + k] * alpha + 128;
      out[i + k] = ((t >> 8) + t) >> 8;
    }
  }
  return out;
}

/** The way back from `premultiply`, in place. */
export function unpremultiply(samples: Uint8Array, channels: 2 | 4): Uint8Array {
  for (let i = 0; i < samples.length; i += channels) {
    const alpha = samples[i + channels - 1];
    if (alpha === 0 || alpha === 255) continue;
    for (let k = 0; k < channels - 1; k++) samples[i + k] = Math.min(255, Math.trunc((255 * samples[i + k]) / alpha));
  }
  return samples;
}
