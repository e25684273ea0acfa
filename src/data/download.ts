/**
 * @file Fetches one address into one file: redirects, proxies from the environment, retries, and going on where a broken
 * connection stopped. untar.ts calls it and says where the file goes; it knows no archive and no cache.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DownloadError } from "../core/errors.js";

export interface DownloadOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /** How often a broken connection is tried again. */
  readonly retries?: number;
}

type Undici = typeof import("undici");
type Response = Awaited<ReturnType<Undici["fetch"]>>;

/** An answer that trying again will not change. */
class Refused extends DownloadError {}

/** Milliseconds without a byte after which a connection counts as broken. */
const SILENCE = 60_000;

/** Beside the file: whose beginning it is. Only with it may a later call, or process, go on where this one stopped. */
const tagOf = (file: string): string => `${file}.tag`;

/**
 * Completes `file` with what `url` gives. If a part of it is there already, with its tag, only the rest is fetched, unless
 * the server says that the file has changed. A failure leaves what came, for the caller to keep or remove.
 *
 * Proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY (lower case too).
 *
 * @throws DownloadError naming the address and the reason; the signal's reason when aborted.
 */
export async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  const { retries = 3, signal } = options;
  const undici = await import("undici");
  const dispatcher = proxyAgent(undici, { headersTimeout: SILENCE, bodyTimeout: SILENCE, connectTimeout: SILENCE / 2 });
  const get = async (from: number, validator: string | undefined): Promise<Response> => {
    const range = validator === undefined ? {} : { range: `bytes=${from}-`, "if-range": validator };
    // Identity: the archive's own bytes are wanted, not a server's idea of compressing them again.
    return undici.fetch(url, { dispatcher, headers: { "accept-encoding": "identity", ...range }, ...(signal ? { signal } : {}) });
  };
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        await fetchRest(get, url, file, options);
        rmSync(tagOf(file), { force: true });
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Refused || attempt >= retries) throw asDownloadError(url, error);
        await sleep(200 * 2 ** attempt, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
      }
    }
  } finally {
    await dispatcher.destroy();
  }
}

/**
 * undici 6 warns whoever makes this agent that the class may change. That is ours to know, not the user's: the line would stand
 * in the middle of a command's output. The agent warns while it is made, so nothing else is silenced.
 */
function proxyAgent({ EnvHttpProxyAgent }: Pick<Undici, "EnvHttpProxyAgent">, options: ConstructorParameters<Undici["EnvHttpProxyAgent"]>[0]): InstanceType<Undici["EnvHttpProxyAgent"]> {
  const own = Object.getOwnPropertyDescriptor(process, "emitWarning");
  if (own === undefined) return new EnvHttpProxyAgent(options);
  Object.defineProperty(process, "emitWarning", { ...own, value: () => undefined });
  try {
    return new EnvHttpProxyAgent(options);
  } finally {
    Object.defineProperty(process, "emitWarning", own);
  }
}

/** One connection: asks for what is missing and appends it. */
async function fetchRest(get: (from: number, validator: string | undefined) => Promise<Response>, url: string, file: string, options: DownloadOptions): Promise<void> {
  const validator = readTag(file, url);
  const held = validator === undefined ? 0 : sizeOf(file);
  const response = await get(held, held > 0 ? validator : undefined);
  const { status } = response;
  if (status === 416 && held > 0) {
    await response.body?.cancel();
    rmSync(tagOf(file), { force: true });
    throw new DownloadError("the server cannot give the rest");
  }
  if (status !== 200 && status !== 206) {
    await response.body?.cancel();
    const passing = status >= 500 || status === 408 || status === 429;
    throw new (passing ? DownloadError : Refused)(`the server answered ${status} ${response.statusText}`.trim());
  }
  const from = status === 206 ? held : 0;
  if (status === 206 && !response.headers.get("content-range")?.startsWith(`bytes ${from}-`)) throw new Refused("the server sent another part than asked for");
  const length = response.headers.has("content-encoding") ? undefined : Number(response.headers.get("content-length") ?? Number.NaN);
  const total = length === undefined || Number.isNaN(length) ? undefined : from + length;
  if (total !== undefined && total > options.maxBytes) {
    await response.body?.cancel();
    throw new Refused(`the archive has ${total} bytes, more than the ${options.maxBytes} allowed`);
  }
  if (from === 0) writeTag(file, url, response.headers);
  await append(response, file, from, total, options);
}

async function append(response: Response, file: string, from: number, total: number | undefined, { maxBytes, onProgress }: DownloadOptions): Promise<void> {
  const out = openSync(file, from === 0 ? "w" : "r+");
  try {
    let at = from;
    onProgress?.(at, total);
    for await (const chunk of response.body ?? []) {
      const bytes: Uint8Array = chunk;
      if (at + bytes.length > maxBytes) throw new Refused(`the archive has more than the ${maxBytes} bytes allowed`);
      for (let done = 0; done < bytes.length;) done += writeSync(out, bytes, done, bytes.length - done, at + done);
      at += bytes.length;
      onProgress?.(at, total);
    }
    if (total !== undefined && at !== total) throw new DownloadError(`the connection ended after ${at} of ${total} bytes`);
  } finally {
    closeSync(out);
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Keeps what identifies this version of the file: a strong ETag, or else its date. Without either there is no going on. */
function writeTag(file: string, url: string, headers: Response["headers"]): void {
  const etag = headers.get("etag");
  const validator = etag !== null && !etag.startsWith("W/") ? etag : headers.get("last-modified");
  if (validator === null || headers.has("content-encoding")) rmSync(tagOf(file), { force: true });
  else writeFileSync(tagOf(file), `${url}\n${validator}`);
}

function readTag(file: string, url: string): string | undefined {
  if (sizeOf(file) === 0 || sizeOf(tagOf(file)) === 0) return undefined;
  const [from, validator] = readFileSync(tagOf(file), "utf8").split("\n");
  return from === url && validator ? validator : undefined;
}

function asDownloadError(url: string, error: unknown): DownloadError {
  // fetch says "fetch failed" or "terminated" and hides the reason in a chain of causes.
  const reasons: string[] = [];
  for (let e: unknown = error; e instanceof Error && reasons.length < 5; e = e.cause) {
    const [inner] = e instanceof AggregateError ? e.errors : [];
    reasons.push(inner instanceof Error ? inner.message : e.message);
  }
  return new DownloadError(`${url}: ${reasons.join(": ") || String(error)}`, { cause: error });
}
