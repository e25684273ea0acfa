/**
 * @file The same tensors in a real browser, from dist/ as it is, without a bundler: on a page that is cross-origin isolated (shared
 * memory, threads) and on one that is not.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noChromium, openChromium } from "./helpers/chromium.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const types: Record<string, string> = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html" };
let server: Server;
let browser: Browser;

/** Where a page finds the packages behind showImage; a bundler would do this. */
const packages: Record<string, string> = {
  "d3-scale-chromatic": "d3-scale-chromatic/dist/d3-scale-chromatic.mjs",
  "d3-interpolate": "d3-interpolate/dist/d3-interpolate.mjs",
  "d3-color": "d3-color/dist/d3-color.mjs",
  "fast-png": "fast-png/lib/index.js",
  iobuffer: "iobuffer/lib/iobuffer.js",
  fflate: "fflate/esm/browser.js",
};

function html(kind: string): string {
  const imports = Object.fromEntries(Object.entries(packages).map(([name, path]) => [name, `/${kind}/node_modules/${path}`]));
  return `<!doctype html><title>Tesserae</title><link rel=icon href=data:,><script type=importmap>${JSON.stringify({ imports })}</script>`;
}

/** Serves dist/, the packages and an empty page; addresses below /isolated/ come with the headers for shared memory. */
beforeAll(async () => {
  if (noChromium) return;
  server = createServer((request, response) => {
    const [, kind = "", path = ""] = /^\/(isolated|plain)(\/.*)$/.exec(request.url ?? "") ?? [];
    const page = path === "/index.html";
    if (!page && !/^\/(dist|node_modules)\/[\w./-]+\.m?js$/.test(path)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("Content-Type", types[extname(path)] ?? "text/plain");
    if (kind === "isolated") {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    response.end(page ? html(kind) : readFileSync(`${root}${path}`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** The empty page, and what goes wrong on it from now on. */
async function openPage(kind: string): Promise<{ page: Page; faults: string[] }> {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server is not listening");
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`http://127.0.0.1:${address.port}/${kind}/index.html`);
  return { page, faults };
}

if (noChromium) console.warn(`tests/browser.test.ts is skipped: ${noChromium}`);

test.skipIf(noChromium).each([
  ["isolated", true],
  ["plain", false],
] as const)("computes on a page that is %s", async (kind, isolated) => {
  const { page, faults } = await openPage(kind);
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

test.skipIf(noChromium).each([
  ["isolated", 3],
  ["plain", 0],
] as const)("shares its work among worker threads on a page that is %s: %i of them", async (kind, workers) => {
  const { page, faults } = await openPage(kind);
  const result: unknown = await page.evaluate(`(async () => {
    const { rand, setNumThreads } = await import("/${kind}/dist/index.js");
    const { engine } = await import("/${kind}/dist/graph/engine.js");
    const x = rand([2_000_003]);
    const some = (data) => data.filter((_, i) => i % 97 === 0);
    const compute = () => [...some(x.sub(0.5).exp().tanh().toTypedArray()), x.sum().item(), x.argmax().item()].join();
    setNumThreads(1);
    const alone = compute();
    setNumThreads(4);
    const end = performance.now() + 20_000;
    let same = true;
    for (let round = 0; round < 3 || (round < 100 && engine().backend.workers < ${workers} && performance.now() < end); round++) {
      same &&= compute() === alone;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (let round = 0; round < 3; round++) same &&= compute() === alone;
    return { same, workers: engine().backend.workers };
  })()`);
  expect(faults).toEqual([]);
  expect(result).toEqual({ same: true, workers });
  await page.close();
});

test.skipIf(noChromium)("shows a tensor as a picture on the page, and a name as text", async () => {
  const { page, faults } = await openPage("plain");
  const shown: unknown = await page.evaluate(`(async () => {
    const { tensor } = await import("/plain/dist/index.js");
    const { showImage } = await import("/plain/dist/vision/show.js");
    await showImage(tensor([[0, 1], [2, 3]]).float(), { cmap: "gray", title: "<img onerror=alert(1)>" });
    const picture = document.querySelector("img, svg image, canvas");
    await picture.decode?.();
    return { width: picture.getBoundingClientRect().width, pictures: document.images.length, text: document.body.textContent };
  })()`);
  expect(faults).toEqual([]);
  expect(shown).toHaveProperty("width", expect.toSatisfy((width: number) => width > 50));
  expect(JSON.stringify(shown)).toContain("<img onerror=alert(1)>");
  await page.close();
});
