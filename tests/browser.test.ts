/**
 * @file The same tensors in a real browser, from dist/ as it is, without a bundler: on a page that is cross-origin isolated (shared
 * memory) and on one that is not.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noChromium, openChromium } from "./helpers/chromium.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const types: Record<string, string> = { ".js": "text/javascript", ".html": "text/html" };
let server: Server;
let browser: Browser;

/** Serves dist/ and an empty page; addresses below /isolated/ come with the headers for shared memory. */
beforeAll(async () => {
  if (noChromium) return;
  server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/^\/(isolated|plain)\//, "/");
    const page = path === "/index.html";
    if (!page && !/^\/dist\/[\w./-]+\.js$/.test(path)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("Content-Type", types[extname(path)] ?? "text/plain");
    if (request.url?.startsWith("/isolated/")) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    response.end(page ? "<!doctype html><title>Tesserae</title><link rel=icon href=data:,>" : readFileSync(`${root}${path}`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

if (noChromium) console.warn(`tests/browser.test.ts is skipped: ${noChromium}`);

test.skipIf(noChromium).each([
  ["isolated", true],
  ["plain", false],
] as const)("computes on a page that is %s", async (kind, isolated) => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server is not listening");
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`http://127.0.0.1:${address.port}/${kind}/index.html`);
  // A string, because the page has modules that this file's compiler does not know.
  const result: unknown = await page.evaluate(`(async () => {
    const { F, manualSeed, rand, stack, tensor } = await import("/${kind}/dist/index.js");
    manualSeed(42);
    const first = rand([2, 3]);
    const x = stack([tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]])]).float();
    const mean = x.mean(0);
    const big = rand([1000, 784]).sub(0.5).abs().mean(-1).sqrt().mean().item();
    return {
      isolated: globalThis.crossOriginIsolated, text: String(mean), l1: F.l1Loss(x.at(0), mean).item(), first: String(first), big,
    };
  })()`);
  expect(faults).toEqual([]);
  expect(result).toMatchObject({
    isolated,
    text: "tensor([[3., 4.],\n        [5., 6.]])",
    l1: 2,
    // torch.manual_seed(42); torch.rand(2, 3)
    first: "tensor([[0.8823, 0.9150, 0.3829],\n        [0.9593, 0.3904, 0.6009]])",
  });
  expect(result).toHaveProperty("big", expect.closeTo(0.5, 2));
  await page.close();
});
