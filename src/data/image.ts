/**
 * @file Image: a decoded picture in memory, with the few manipulations that stand between a file and a tensor. openImage
 * makes them; tensor(image) reads `width`, `height`, `channels` and `data` and needs nothing else of it. It knows no
 * file format and no file.
 */
import { ImageError, ValueError } from "../core/errors.js";
import { encodePNG, toBase64 } from "../display/png.js";
import { type Mode, type Pixels, type Samples, channelsOf, convertSamples, isMode, modes, premultiply, unpremultiply } from "./modes.js";
import { type Resample, resampleNames, resize } from "./resample.js";

/** The most pixels a picture may have before it is taken for a decompression bomb: PIL's limit. */
export const MAX_PIXELS = 178_956_970;

/**
 * A picture: rows of pixels, channels last.
 *
 * `tensor(image)` gives a uint8 tensor of shape `[H, W]` for mode "L" and `[H, W, C]` for "LA", "RGB" and "RGBA".
 *
 * @example
 * const small = (await openImage("cat.jpg")).convert("L").resize([28, 28]);
 * tensor(small).shape; // [28, 28]
 *
 * Modes and results follow PIL: https://pillow.readthedocs.io/en/stable/reference/Image.html
 */
export class Image implements Pixels {
  readonly mode: Mode;
  readonly width: number;
  readonly height: number;
  /** The numbers: a Uint8Array, or a Uint16Array for mode "I;16". */
  readonly samples: Samples;

  /**
   * @param pixels mode, width, height and height × width × channels samples, which the image keeps (no copy).
   * @throws ImageError where the number or the type of the samples does not fit.
   */
  constructor({ mode, width, height, samples }: Pixels) {
    const wanted = width * height * channelsOf(mode);
    if (samples.length !== wanted || samples instanceof Uint16Array !== (mode === "I;16")) {
      const kind = mode === "I;16" ? "Uint16Array" : "Uint8Array";
      throw new ImageError(`Image: ${width} × ${height} ${mode} takes a ${kind} of ${wanted}, not a ${samples.constructor.name} of ${samples.length}`);
    }
    this.mode = mode;
    this.width = width;
    this.height = height;
    this.samples = samples;
  }

  /** Numbers a pixel: 1 (L, I;16), 2 (LA), 3 (RGB) or 4 (RGBA). */
  get channels(): 1 | 2 | 3 | 4 {
    return channelsOf(this.mode);
  }

  /** PIL's `size`: [width, height], the other way round than `shape`. */
  get size(): readonly [width: number, height: number] {
    return [this.width, this.height];
  }

  /** The shape as a tensor: [H, W], or [H, W, C] with several channels. */
  get shape(): readonly number[] {
    return this.channels === 1 ? [this.height, this.width] : [this.height, this.width, this.channels];
  }

  /**
   * The pixels as bytes, row by row, channels last.
   *
   * @throws ImageError for 16-bit pictures, whose numbers do not fit: use `samples`, or convert.
   */
  get data(): Uint8Array {
    if (this.samples instanceof Uint8Array) return this.samples;
    throw new ImageError('data: this picture has 16 bits a pixel (mode I;16); use .samples, a Uint16Array, or .convert("L")');
  }

  /**
   * The same picture in another mode, with PIL's integer arithmetic (L = (19595 R + 38470 G + 7471 B + 32768) >> 16).
   *
   * @param mode "L", "LA", "RGB" or "RGBA". Alpha is dropped or made opaque; 16-bit grey is clipped at 255.
   * @throws ImageError for an unknown mode, or for "I;16".
   * @example image.convert("L").shape // [28, 28]
   */
  convert(mode: Mode): Image {
    if (!isMode(mode)) throw new ImageError(`convert: unknown mode ${JSON.stringify(mode)}; one of ${modes.join(", ")}`);
    return new Image({ mode, width: this.width, height: this.height, samples: convertSamples(this.samples, this.mode, mode) });
  }

  /**
   * The picture at another size, byte for byte as PIL's `resize` with the same filter.
   *
   * @param size [width, height], as in PIL.
   * @param options resample: "bilinear" (the default, as in torchvision; antialiased), "nearest", "box", "hamming",
   * "bicubic" or "lanczos".
   * @throws ValueError for a size that is not two whole numbers of at least 1, or an unknown filter.
   */
  resize(size: readonly [width: number, height: number], options: { readonly resample?: Resample } = {}): Image {
    const resample = options.resample ?? "bilinear";
    if (!resampleNames.includes(resample)) throw new ValueError(`resize: unknown filter ${JSON.stringify(resample)}; one of ${resampleNames.join(", ")}`);
    const [width, height] = checkedSize(size);
    const { mode, channels, samples } = this;
    const alpha = (channels === 2 || channels === 4) && resample !== "nearest" && (width !== this.width || height !== this.height);
    if (alpha && samples instanceof Uint8Array) {
      const out = resize(premultiply(samples, channels), this.width, this.height, channels, width, height, resample);
      return new Image({ mode, width, height, samples: unpremultiply(Uint8Array.from(out), channels) });
    }
    return new Image({ mode, width, height, samples: resize(samples, this.width, this.height, channels, width, height, resample) });
  }

  /**
   * A rectangle of the picture, copied.
   *
   * @param box [left, top, right, bottom], right and bottom exclusive, as in PIL.
   * @throws ValueError where the box is empty or leaves the picture.
   */
  crop(box: readonly [left: number, top: number, right: number, bottom: number]): Image {
    const [left, top, right, bottom] = box;
    const whole = box.length === 4 && box.every((v) => Number.isInteger(v) && v >= 0);
    if (!whole || right <= left || bottom <= top || right > this.width || bottom > this.height) {
      throw new ValueError(`crop: [${box.join(", ")}] is no [left, top, right, bottom] inside ${this.width} × ${this.height}`);
    }
    const [width, height, c] = [right - left, bottom - top, this.channels];
    const samples = this.samples.slice(0, width * height * c);
    for (let y = 0; y < height; y++) {
      const from = ((top + y) * this.width + left) * c;
      samples.set(this.samples.subarray(from, from + width * c), y * width * c);
    }
    return new Image({ mode: this.mode, width, height, samples });
  }

  /** Nested plain arrays of numbers: [H][W], or [H][W][C] with several channels. */
  toArray(): number[][] | number[][][] {
    const { width, height, channels, samples } = this;
    const row = width * channels;
    if (channels === 1) return Array.from({ length: height }, (_, y) => Array.from(samples.subarray(y * row, (y + 1) * row)));
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => Array.from(samples.subarray(y * row + x * channels, y * row + (x + 1) * channels))),
    );
  }

  /** `Image(mode=L, size=28x28)`. */
  toString(): string {
    return `Image(mode=${this.mode}, size=${this.width}x${this.height})`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  /** As the last value of a notebook's cell it shows as a picture, its pixels as they are. */
  async [Symbol.for("Jupyter.display")](): Promise<Readonly<Record<string, string>>> {
    // The upper byte of 16 bits is what a screen can show; convert() clips them, as PIL does.
    const shown = this.samples instanceof Uint8Array ? this : new Image({ width: this.width, height: this.height, mode: "L", samples: Uint8Array.from(this.samples, (v) => v >> 8) });
    const { width, height, samples } = shown.convert("RGBA");
    const png = await encodePNG({ width, height, rgba: Uint8Array.from(samples) });
    return { "image/png": toBase64(png), "text/plain": this.toString() };
  }
}

/** A [width, height] that a picture can have. @throws ValueError */
export function checkedSize(size: readonly number[]): readonly [width: number, height: number] {
  const [width, height] = size;
  if (size.length !== 2 || !size.every((v) => Number.isInteger(v) && v >= 1) || width * height > MAX_PIXELS) {
    throw new ValueError(`resize: [${size.join(", ")}] is no size; [width, height] of whole numbers, at least 1, at most ${MAX_PIXELS} pixels`);
  }
  return [width, height];
}
