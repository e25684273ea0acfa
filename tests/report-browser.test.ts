/**
 * @file The report in real Chromium: no errors, nothing that sticks out at two widths, text that can be read in light and dark. Screenshots
 * are written where $TESSERAE_SCREENSHOTS says. Skipped where there is no Chromium.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, temporaryFolder } from "./cli-run.js";
import { hostileStrokes } from "./helpers/report-data.js";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const there = existsSync(executablePath);
if (!there) console.warn(`report-browser: skipped, there is no Chromium at ${executablePath} (Debian: apt-get install chromium; or set $CHROMIUM)`);

const folder = temporaryFolder();
const screenshots = process.env.TESSERAE_SCREENSHOTS;
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

interface Words {
  readonly text: string;
  readonly colour: string;
  readonly behind: readonly string[];
  readonly large: boolean;
}

/** Every visible piece of text in the page, its colour, and the backgrounds behind it from the front to the back. */
const words = (page: Page): Promise<Words[]> =>
  page.evaluate(() => {
    // A canvas turns any CSS colour, also color-mix(…), into bytes.
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const bytes = (colour: string): string => {
      if (context === null) return colour;
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return Array.from(context.getImageData(0, 0, 1, 1).data).join(",");
    };
    const out: Words[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = (node.textContent ?? "").trim();
      if (element === null || text === "" || element.closest("style, .unseen") !== null || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const behind: string[] = [];
      for (let at: Element | null = element; at !== null; at = at.parentElement) behind.push(bytes(getComputedStyle(at).backgroundColor));
      const size = parseFloat(style.fontSize);
      const colour = element instanceof SVGElement ? style.fill : style.color;
      out.push({ text: text.slice(0, 40), colour: bytes(colour), behind, large: size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) });
    }
    return out;
  });

const numbers = (text: string): number[] => text.split(",").map(Number);

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** One colour over another. */
const over = ([r, g, b, a]: readonly number[], below: readonly number[]): number[] => [r, g, b].map((v, i) => (v * a) / 255 + below[i] * (1 - a / 255));

function contrast({ colour, behind }: Words): number {
  const page = behind.map(numbers).toReversed().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  const [a, b] = [luminance(over(numbers(colour), page)), luminance(page)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const pages = [
  { name: "digits", make: async (path: string) => run(["baseline", "digits", "--report", path]) },
  {
    name: "hostile",
    make: async (path: string) => {
      hostileStrokes(join(folder, "hostile-data"));
      return run(["baseline", join(folder, "hostile-data"), "--report", path]);
    },
  },
];

describe.skipIf(!there)("the report in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args });
    for (const { name, make } of pages) expect((await make(join(folder, `${name}.html`))).code).toBe(0);
  });
  afterAll(async () => browser?.close());

  const looks = pages.flatMap(({ name }) => [375, 1280].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ name, width, scheme }))));

  it.each(looks)("$name at $width pixels, $scheme", async ({ name, width, scheme }) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const [complaints, requests]: string[][] = [[], []];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    page.on("request", (request) => requests.push(request.url().slice(0, 30)));
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:image/png"))).toHaveLength(1); // the page itself

    const layout = await page.evaluate((limit) => ({
      overflow: document.documentElement.scrollWidth,
      // What is wider than the page must be inside something that scrolls.
      outside: Array.from(document.querySelectorAll("main *")).filter((e) => e.closest(".scroll, .unseen, svg") === null && e.getBoundingClientRect().right > limit + 1).map((e) => e.outerHTML.slice(0, 80)),
      broken: Array.from(document.images).filter((image) => !image.complete || image.naturalWidth === 0).length,
      crisp: Array.from(document.images).every((image) => getComputedStyle(image).imageRendering === "pixelated"),
    }), width);
    expect(layout).toEqual({ overflow: width, outside: [], broken: 0, crisp: true });

    const found = await words(page);
    expect(found.length).toBeGreaterThan(150);
    const poor = found.map((piece) => ({ ...piece, ratio: contrast(piece) })).filter(({ ratio, large }) => ratio < (large ? 3 : 4.5));
    expect(poor.map(({ text, ratio, colour, behind }) => `${ratio.toFixed(2)} ${text} (${colour} on ${behind.find((c) => !c.endsWith(",0"))})`)).toEqual([]);
    if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, `${name}-${scheme}-${width}.png`), fullPage: true });
    await page.close();
  });

  it("can be printed, in light colours whatever the screen has", async () => {
    const page = await browser.newPage({ colorScheme: "dark" });
    await page.goto(pathToFileURL(join(folder, "digits.html")).href);
    await page.emulateMedia({ media: "print" });
    const [paper, nav] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector("nav") ?? document.body).display]);
    expect([paper, nav]).toEqual(["rgb(255, 255, 255)", "none"]);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await page.close();
  });

  it("can be used without a mouse: what scrolls takes the focus", async () => {
    const page = await browser.newPage({ viewport: { width: 375, height: 800 } });
    await page.goto(pathToFileURL(join(folder, "digits.html")).href);
    const unreachable = await page.evaluate(() => Array.from(document.querySelectorAll("main *")).filter((e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth && (e.getAttribute("tabindex") !== "0" || !e.hasAttribute("aria-label"))).length);
    expect(unreachable).toBe(0);
    await page.close();
  });
});
