/**
 * @file What the tests of looking share: programs in processes of their own, a terminal to run them in (tmux), and pictures that
 * somebody looked at and approved. Tests only; it holds no expectations but that two pictures are alike.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertIndexedToRgb, decode } from "fast-png";
import { expect } from "vitest";

const repository = fileURLToPath(new URL("..", import.meta.url));
const approved = join(repository, "tests/approved");

/** What every program of these tests can use. */
const header = `
import { arange, tensor, stack } from "tesserae";
import { display, rc, showImage, showImages } from "tesserae/vision";
`;

/** Runs lines of a program with its output in a pipe, in an environment that promises every kind of terminal. */
export function piped(program: string, env: Readonly<Record<string, string>> = {}): string {
  const promises = { FORCE_COLOR: "3", COLORTERM: "truecolor", TERM: "xterm-kitty", KITTY_WINDOW_ID: "1", TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.6.0" };
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", header + program], { cwd: repository, env: { ...process.env, ...promises, ...env }, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`the program ended with ${run.status}:\n${run.stderr}`);
  return run.stdout;
}

/** Why there can be no terminal here, or undefined. */
export const noTerminal: string | undefined = spawnSync("tmux", ["-V"]).status === 0 ? undefined : "tmux is not installed (apt-get install tmux)";

/**
 * Runs lines of a program in a terminal of 100 × 50, and gives what is on its screen, colours as escape sequences, and what the
 * terminal's mode was afterwards.
 */
export async function inTerminal(program: string, env: Readonly<Record<string, string>>): Promise<{ readonly screen: string[]; readonly mode: string }> {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-look-"));
  const tmux = (...words: string[]): string => execFileSync("tmux", ["-S", join(folder, "socket"), ...words], { encoding: "utf8" });
  // The program must lie in the repository to import the package by its name.
  const script = join(repository, "dist", `look-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(script, header + program);
  const clean = ["NO_COLOR", "COLORTERM", "TERM_PROGRAM", "FORCE_COLOR"].flatMap((name) => (name in env ? [] : ["-u", name]));
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const command = `env ${[...clean, ...words].join(" ")} ${process.execPath} ${script}; stty -a > ${folder}/mode; touch ${folder}/done; sleep 60`;
  try {
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "50", command);
    for (let i = 0; i < 300 && !existsSync(join(folder, "done")); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    const screen = tmux("capture-pane", "-p", "-e").trimEnd().split("\n");
    return { screen, mode: readFileSync(join(folder, "mode"), "utf8") };
  } finally {
    spawnSync("tmux", ["-S", join(folder, "socket"), "kill-server"]);
    rmSync(script, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Flat {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** A PNG file as bytes of RGBA, laid on white: a picture looks like it does on paper. */
function flat(png: Uint8Array): Flat {
  const image = decode(png);
  const data = image.palette === undefined ? image.data : convertIndexedToRgb(image);
  const { width, height } = image;
  const channels = data.length / width / height;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    const alpha = channels % 2 === 0 ? data[(i + 1) * channels - 1] / 255 : 1;
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = Math.round(data[i * channels + (channels < 3 ? 0 : c)] * alpha + 255 * (1 - alpha));
  }
  return { width, height, rgba };
}

/**
 * Compares a PNG file with the approved picture of that name: equal in size, no channel of a pixel further away than `most`, and no
 * more than one in `rare` pixels at all different. `UPDATE_APPROVED=1` writes it instead: look at it before committing.
 */
export function expectApproved(name: string, png: Uint8Array, { most = 96, rare = 50 } = {}): void {
  const file = join(approved, `${name}.png`);
  if (process.env.UPDATE_APPROVED === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, png);
    return;
  }
  const [before, now] = [flat(readFileSync(file)), flat(png)];
  expect([now.width, now.height], `size of ${name}`).toEqual([before.width, before.height]);
  let [different, worst] = [0, 0];
  for (let p = 0; p < now.rgba.length; p += 4) {
    let distance = 0;
    for (let c = 0; c < 3; c++) distance = Math.max(distance, Math.abs(now.rgba[p + c] - before.rgba[p + c]));
    worst = Math.max(worst, distance);
    if (distance > 8) different++;
  }
  expect(worst, `largest difference in ${name}`).toBeLessThanOrEqual(most);
  expect(different / (now.width * now.height), `share of different pixels in ${name}`).toBeLessThanOrEqual(1 / rare);
}
