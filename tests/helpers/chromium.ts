/**
 * @file A real browser for tests: Debian's Chromium driven by playwright-core. Tests that need it skip, and say so, where it is not
 * installed (`apt-get install chromium`).
 */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const path = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Why there is no browser, or undefined where there is one. */
export const noChromium = existsSync(path) ? undefined : `${path} is not installed: apt-get install chromium (or set CHROMIUM)`;

/** A headless browser that asks the network for nothing of its own. Close it. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
