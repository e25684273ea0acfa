/**
 * @file Resizing, byte for byte as Pillow's Resample.c does it: a separable filter, widened when the picture shrinks
 * (antialiasing), in 22-bit fixed point with bytes between the two passes. Pure functions on samples; Image calls them.
 *
 * Source: https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 */
import type { Samples } from "./modes.js";

/** How pixels are weighed: PIL's names. */
export type Resample = "nearest" | "box" | "bilinear" | "hamming" | "bicubic" | "lanczos";

interface Filter {
  readonly support: number;
  readonly weight: (x: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));
const CUBIC = -0.5; // Pillow's a

const filters: Readonly<Record<Exclude<Resample, "nearest">, Filter>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI))) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** The names of the filters, for messages. */
export const resampleNames: readonly string[] = ["nearest", ...Object.keys(filters)];

function cubic(x: number): number {
  if (x < 1) return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC : 0;
}

const PRECISION = 22;

/** For each output position: where its window starts, how long it is, and its weights. */
interface Windows {
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  readonly weights: Float64Array;
  readonly stride: number;
}

function windows(inSize: number, outSize: number, filter: Filter, fixedPoint: boolean): Windows {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const [starts, lengths] = [new Int32Array(outSize), new Int32Array(outSize)];
  const weights = new Float64Array(outSize * stride);
  for (let o = 0; o < outSize; o++) {
    const center = (o + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const length = Math.min(inSize, Math.trunc(center + support + 0.5)) - start;
    let total = 0;
    for (let i = 0; i < length; i++) total += weights[o * stride + i] = filter.weight((i + start - center + 0.5) * (1 / filterScale));
    for (let i = o * stride; i < o * stride + length; i++) {
      if (total !== 0) weights[i] /= total;
      if (fixedPoint) weights[i] = Math.trunc((weights[i] < 0 ? -0.5 : 0.5) + weights[i] * (1 << PRECISION));
    }
    starts[o] = start;
    lengths[o] = length;
  }
  return { starts, lengths, weights, stride };
}

/**
 * One pass along one axis: `outer` stretches, each of `inSize` positions `step` numbers apart, become stretches of the
 * windows' length. `step` is the channels for a horizontal pass and a whole row for a vertical one.
 */
function pass(samples: Samples, out: Samples, outer: number, inSize: number, step: number, w: Windows): Samples {
  const fixed = out instanceof Uint8Array;
  const [scale, half, top] = fixed ? [1 / (1 << PRECISION), 1 << (PRECISION - 1), 255] : [1, 0.5, 65535];
  const outSize = w.starts.length;
  for (let a = 0; a < outer; a++) {
    for (let o = 0; o < outSize; o++) {
      const from = (a * inSize + w.starts[o]) * step;
      const to = (a * outSize + o) * step;
      for (let k = 0; k < step; k++) {
        let sum = half;
        for (let i = 0; i < w.lengths[o]; i++) sum += samples[from + i * step + k] * w.weights[o * w.stride + i];
        const value = Math.floor(sum * scale);
        out[to + k] = value < 0 ? 0 : value > top ? top : value;
      }
    }
  }
  return out;
}

const like = (samples: Samples, length: number): Samples =>
  samples instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);

/** Nearest neighbour, with Pillow's running sum of the source position. */
function nearest(samples: Samples, w: number, h: number, channels: number, outW: number, outH: number): Samples {
  const out = like(samples, outW * outH * channels);
  const columns = positions(w, outW);
  const rows = positions(h, outH);
  let o = 0;
  for (const y of rows) {
    for (const x of columns) {
      const from = (y * w + x) * channels;
      for (let k = 0; k < channels; k++) out[o++] = samples[from + k];
    }
  }
  return out;
}

function positions(inSize: number, outSize: number): Int32Array {
  const scale = inSize / outSize;
  const out = new Int32Array(outSize);
  for (let i = 0, at = scale * 0.5; i < outSize; i++, at += scale) out[i] = Math.min(inSize - 1, Math.trunc(at));
  return out;
}

/** `samples` of w × h pixels as outW × outH pixels. Alpha must be premultiplied already (see modes.ts). */
export function resize(samples: Samples, w: number, h: number, channels: number, outW: number, outH: number, resample: Resample): Samples {
  if (outW === w && outH === h) return samples.slice();
  if (resample === "nearest") return nearest(samples, w, h, channels, outW, outH);
  const filter = filters[resample];
  const fixedPoint = samples instanceof Uint8Array;
  const narrow =
    outW === w ? samples : pass(samples, like(samples, outW * h * channels), h, w, channels, windows(w, outW, filter, fixedPoint));
  if (outH === h) return narrow;
  return pass(narrow, like(samples, outW * outH * channels), 1, h, outW * channels, windows(h, outH, filter, fixedPoint));
}
