/**
 * @file The data sets known by name: fast.ai's public archives and the embedded digits, where $TESSERAE_MIRROR moves them,
 * and where the cache lies. untar.ts and the command line ask here; it downloads nothing.
 *
 * Addresses: https://github.com/fastai/fastai/blob/main/fastai/data/external.py
 */
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const S3 = "https://s3.amazonaws.com/fast-ai-";

/**
 * Addresses of data sets, in fast.ai's names. DIGITS is embedded in the package and needs no network.
 *
 * @example const path = await untarData(URLs.MNIST_SAMPLE);
 */
export const URLs = {
  DIGITS: new URL("../../assets/digits.tgz", import.meta.url).href,
  MNIST_SAMPLE: `${S3}sample/mnist_sample.tgz`,
  MNIST_TINY: `${S3}sample/mnist_tiny.tgz`,
  MNIST_VAR_SIZE_TINY: `${S3}imageclas/mnist_var_size_tiny.tgz`,
  MNIST: `${S3}imageclas/mnist_png.tgz`,
  CIFAR: `${S3}imageclas/cifar10.tgz`,
  CIFAR_100: `${S3}imageclas/cifar100.tgz`,
  IMAGENETTE: `${S3}imageclas/imagenette2.tgz`,
  IMAGENETTE_160: `${S3}imageclas/imagenette2-160.tgz`,
  IMAGENETTE_320: `${S3}imageclas/imagenette2-320.tgz`,
  IMAGEWOOF: `${S3}imageclas/imagewoof2.tgz`,
  IMAGEWOOF_160: `${S3}imageclas/imagewoof2-160.tgz`,
  IMAGEWOOF_320: `${S3}imageclas/imagewoof2-320.tgz`,
  PETS: `${S3}imageclas/oxford-iiit-pet.tgz`,
  FLOWERS: `${S3}imageclas/oxford-102-flowers.tgz`,
  FOOD: `${S3}imageclas/food-101.tgz`,
  BIRDS: `${S3}imageclas/CUB_200_2011.tgz`,
  CARS: `${S3}imageclas/stanford-cars.tgz`,
  CALTECH_101: `${S3}imageclas/caltech_101.tgz`,
  DOGS: `${S3}sample/dogscats.tgz`,
} as const;

/** An archive's name without its ending: "mnist_sample". */
export const stemOf = (address: string): string => basename(address.replace(/[?#].*$/, "")).replace(/\.(tgz|tar\.gz|tar)$/i, "");

const known: ReadonlyMap<string, string> = new Map(Object.values(URLs).map((url) => [stemOf(url), url]));

/** The names that untarData and the command line take for an address: "digits", "mnist_sample", … */
export const knownNames = (): string[] => [...known.keys()];
/** The address of a known name, or undefined. */
export const knownUrl = (name: string): string | undefined => known.get(name);
/** Whether the cache keeps this address under its plain name. */
export const isKnownUrl = (url: string): boolean => known.get(stemOf(url)) === url;

/** Where archives and data sets are kept: $TESSERAE_CACHE, else $XDG_CACHE_HOME/tesserae, else ~/.cache/tesserae. */
export function cacheHome(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TESSERAE_CACHE) return resolve(env.TESSERAE_CACHE);
  // The XDG rules say that a relative path is to be ignored.
  return join(env.XDG_CACHE_HOME?.startsWith("/") ? env.XDG_CACHE_HOME : join(homedir(), ".cache"), "tesserae");
}

/** Where an address is really fetched from: fast.ai's archives come from $TESSERAE_MIRROR (http, file or a folder) if that is set. */
export function mirrored(url: string, env: NodeJS.ProcessEnv = process.env): string {
  const mirror = env.TESSERAE_MIRROR;
  if (!mirror || !url.startsWith(S3)) return url;
  const base = /^(https?|file):/i.test(mirror) ? mirror : pathToFileURL(resolve(mirror)).href;
  return `${base.replace(/\/+$/, "")}/${basename(url)}`;
}

/** Where an archive lies: on the network, or in the file system. */
export type Place = { readonly kind: "http"; readonly url: string } | { readonly kind: "file"; readonly path: string };

/** Understands http(s) and file URLs and plain paths; undefined for other schemes. */
export function placeOf(address: string): Place | undefined {
  if (/^https?:\/\//i.test(address)) return { kind: "http", url: address };
  if (/^file:/i.test(address)) return { kind: "file", path: fileURLToPath(address) };
  // One letter and a colon is a Windows drive, not a scheme.
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(address) ? undefined : { kind: "file", path: resolve(address) };
}
