/**
 * @file What the command-line tests share: running dist/cli/main.js in a process of its own, and making small data sets of
 * PNG files. Tests only; it holds no expectations.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { afterAll } from "vitest";

export const repository = fileURLToPath(new URL("..", import.meta.url));
const program = join(repository, "dist/cli/main.js");
/** The data that lie beside the repository, where they do. */
export const sharedData = join(repository, "..", "shared", "data");

/** A folder that goes away after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `tesserae` with these words; both outputs are pipes. Colours are asked for, to see that they are not given. */
export function start(words: readonly string[], env: NodeJS.ProcessEnv = {}, script: string = program): Running {
  const clean = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, TESSERAE_DEBUG: undefined, TESSERAE_MIRROR: undefined };
  const child = spawn(process.execPath, [script, ...words], { env: { ...clean, TERM: "xterm-256color", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs `tesserae` to its end. */
export const run = (words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => start(words, env).ended;

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 255];
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

/** A PNG of one colour, or of what `pixel` gives; 1 channel is grey, 3 are red, green and blue. */
export function png(width: number, height: number, pixel: number | ((x: number, y: number, channel: number) => number), channels: 1 | 3 = 1): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8);
  const raw = Buffer.alloc(height * (1 + width * channels));
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * channels; i++) {
      raw[y * (1 + width * channels) + 1 + i] = typeof pixel === "number" ? pixel : pixel(Math.floor(i / channels), y, i % channels);
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(raw)), chunk("IEND", new Uint8Array())]);
}

/** Writes files, by their path under `folder`, making folders as needed. */
export function write(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [name, data] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
  }
}

/** A data set of dark and light pictures, told apart by anything: `count` of each for training and half of them for validation. */
export function darkAndLight(folder: string, count = 4): void {
  for (let i = 0; i < count; i++) {
    write(folder, { [`train/dark/${i}.png`]: png(6, 4, 10 + i), [`train/light/${i}.png`]: png(6, 4, 240 - i) });
    if (i % 2 === 0) write(folder, { [`valid/dark/${i}.png`]: png(6, 4, 20 + i), [`valid/light/${i}.png`]: png(6, 4, 230 - i) });
  }
}
