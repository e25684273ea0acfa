/**
 * @file Plots as people see them: PNG files compared with pictures that somebody looked at, the SVG in a real browser, light and dark,
 * broad and narrow, with hostile names; and what is refused, with what message.
 */
import type { Browser } from "playwright-core";
import { arange, tensor } from "tesserae";
import { plot, type Plot } from "tesserae/vision";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noChromium, openChromium } from "./helpers/chromium.js";
import { expectApproved } from "./look-run.js";

/** Numbers that look random and are the same everywhere. */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  const next = (): number => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  return Array.from({ length: count }, () => next() + next() + next() + next() - 2);
}
const HOSTILE = '</text><script>alert(1)</script>"><img src=x onerror=alert(1)>\u0001&\u202e';
const digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const confusion = digits.map((_, r) => digits.map((_, c) => (r === c ? 80 + r : (r * 7 + c * 3) % 5)));

const plots: Readonly<Record<string, () => Plot>> = {
  "plot-line": () => plot.line({ train: [0.9, 0.5, 0.3, 0.22, 0.2, 0.15], valid: [1, 0.7, 0.6, 0.58, null, 0.63] }, { title: "Learning curves", xlabel: "epoch", ylabel: "loss" }),
  "plot-line-log": () => plot.line(arange(100).float().div(-10).exp(), { yscale: "log", xlim: [20, 60], ylabel: "error", width: 400, height: 250 }),
  "plot-scatter-dark": () => plot.scatter(numbers(300, 1), numbers(300, 2), { labels: Array.from({ length: 300 }, (_, i) => `class ${i % 3}`), title: "Points", xlabel: "x", ylabel: "y", theme: "dark" }),
  "plot-bar": () => plot.bar({ "3": 0.9168, "7": 0.9854 }, { ylabel: "accuracy", ylim: [0, 1], width: 320, height: 240 }),
  "plot-bar-groups": () => plot.bar({ train: tensor([6131, 6265, 1000]), valid: [1010, 1028, 3000] }, { labels: ["threes", "sevens", "a class with a name that is far too long to be shown"], xlabel: "class", ylabel: "images", width: 420 }),
  "plot-bar-horizontal": () => plot.bar([3, 1, -2], { labels: ["alpha", "beta with a long name", "gamma"], horizontal: true, xlabel: "count" }),
  "plot-hist": () => plot.hist({ threes: numbers(1000, 3).map((v) => v + 1), sevens: numbers(1000, 4).map((v) => v - 0.5) }, { bins: 30, xlabel: "margin", ylabel: "images", title: "Margins" }),
  "plot-heatmap": () => plot.heatmap(arange(28).float().sub(13.5).square().reshape(28, 1).add(arange(28).float().sub(13.5).square()).sqrt(), { title: "Distance from the middle" }),
  "plot-heatmap-large": () => plot.heatmap(arange(200).float().div(20).sin().reshape(200, 1).mul(arange(300).float().div(20).cos()), { cmap: "RdBu", xlabel: "x", ylabel: "y", width: 480 }),
  "plot-heatmap-texts": () => plot.heatmap([[1, 2.5, 3], [4, Number.NaN, 600_000]], { annotate: true, cmap: "magma", rows: ["a", "b"], columns: ["x", "y", "z"] }),
  "plot-confusion": () => plot.confusionMatrix(confusion, { labels: digits, title: "Digits" }),
  "plot-confusion-dark": () => plot.confusionMatrix({ targets: tensor([0, 0, 1, 1, 2, 2, 2]), predictions: [0, 1, 1, 1, 2, 2, 0] }, { normalize: "true", theme: "dark" }),
};
const hostile: Readonly<Record<string, () => Plot>> = {
  line: () => plot.line({ [HOSTILE]: [1, 2], b: [2, 1] }, { title: HOSTILE, xlabel: HOSTILE, ylabel: HOSTILE }),
  scatter: () => plot.scatter({ [HOSTILE]: { x: [1], y: [2] }, b: { x: [3], y: [4] } }, { title: HOSTILE }),
  bar: () => plot.bar({ [HOSTILE]: 1, b: 2 }),
  hist: () => plot.hist({ [HOSTILE]: [1, 2], b: [2] }, { xlabel: HOSTILE }),
  heatmap: () => plot.heatmap([[1, 2]], { rows: [HOSTILE], columns: [HOSTILE, "b"], annotate: () => HOSTILE }),
  confusionMatrix: () => plot.confusionMatrix([[1, 0], [0, 1]], { labels: [HOSTILE, "b"] }),
};

describe("approved pictures", () => {
  test.each(Object.entries(plots))("%s", async (name, make) => {
    expectApproved(name, await make().toPNG({ scale: 1 }));
  });
});

describe("what a plot is", () => {
  test("one standalone SVG with its legend, the same each time", async () => {
    const svg = await plots["plot-line"]().toSVG();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* role="img" aria-label="line plot, Learning curves: train: 6 values/);
    expect(svg.match(/<svg/g)).toHaveLength(1);
    expect(svg).toMatch(/>train<[^]*>valid<[^]*>epoch</);
    expect(svg).toBe(await plots["plot-line"]().toSVG());
  });
  test("text for a pipe, without escapes", () => {
    expect(plots["plot-line"]().toText()).toBe("line plot, Learning curves\n  train: 6 values from 0.15 to 0.9, the last 0.15\n  valid: 6 values from 0.58 to 1, the last 0.63");
    expect(plot.confusionMatrix([[68, 3], [0, 74]], { labels: ["3", "7"] }).toText()).toBe("confusion matrix: 142 of 145 right, 2 classes\n    3   7\n3  68   3\n7   0  74");
    // oxlint-disable-next-line no-control-regex
    for (const make of Object.values(hostile)) expect(make().toText()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
  test("inputs of every kind say the same", async () => {
    const expected = await plot.line([1, 2, 4]).toSVG();
    for (const data of [tensor([1, 2, 4]), Uint8Array.of(1, 2, 4), new Map([["a", [1, 2, 4]]]), { a: [1n, 2n, 4n] }, tensor([[1], [2], [4]])]) expect((await plot.line(data).toSVG()).match(/ d="[^"]*"/g)).toEqual(expected.match(/ d="[^"]*"/g));
    const matrix = tensor([[1, 2], [3, 4]]);
    expect(await plot.heatmap([[1, 2], [3, 4]]).toSVG()).toBe(await plot.heatmap(matrix).toSVG());
    expect(plot.confusionMatrix({ targets: tensor([0, 1, 1]), predictions: [0, 1, 0] }).toText()).toContain("2 of 3 right");
  });
  test("many points and many categories", async () => {
    expect((await plot.bar(numbers(300, 5), { ylabel: "y" }).toSVG()).match(/<text/g)?.length).toBeLessThan(60);
    expect((await plot.scatter(numbers(5000, 1), numbers(5000, 2)).toSVG()).match(/<circle/g)).toHaveLength(5000);
    expect((await plot.heatmap(tensor(new Float32Array(1e6), { shape: [1000, 1000] })).toSVG()).length).toBeLessThan(100_000);
  });
});

describe("what is refused", () => {
  test.each<readonly [string, () => unknown, RegExp]>([
    ["lengths", () => plot.scatter([1, 2], [1]), /plot\.scatter: x and y must have the same length, but have 2 and 1/],
    ["x of another length", () => plot.line({ a: [1, 2] }, { x: [1] }), /plot\.line: x and "a" must have the same length, but have 1 and 2/],
    ["labels", () => plot.bar([1, 2], { labels: ["a"] }), /labels and values must have the same length/],
    ["nothing", () => plot.line([]), /plot\.line: the data is empty/],
    ["nothing by name", () => plot.hist({}), /nothing to plot: no series/],
    ["only gaps", () => plot.line([Number.NaN, null]), /no y is a finite number/],
    ["an unknown option", () => plot.line([1], JSON.parse('{ "titel": "x" }')), /plot\.line: there is no option "titel"; did you mean "title"/],
    ["an unknown theme", () => plot.line([1], JSON.parse('{ "theme": "blue" }')), /theme is "light", "dark", "auto", not "blue"/],
    ["a colour map", () => plot.heatmap([[1]], { cmap: "virids" }), /did you mean "viridis"/],
    ["a log axis", () => plot.line([1, 0], { yscale: "log" }), /only numbers above 0/],
    ["a vector as matrix", () => plot.heatmap(tensor([1, 2])), /expects a matrix, not a tensor of shape \[2\]/],
    ["a matrix as series", () => plot.hist({ a: tensor([["x"]].map(() => 1)).reshape(1, 1, 1), b: [] }), /"b" is empty/],
    ["rows", () => plot.heatmap([[1, 2], [3]]), /row 1 has 1 numbers, but row 0 has 2/],
    ["a matrix that is not square", () => plot.confusionMatrix([[1, 2]]), /expects a square matrix.* not \[1, 2\]/],
    ["classes", () => plot.confusionMatrix({ targets: [0, 3], predictions: [0, 1] }, { labels: ["a", "b"] }), /3, at 1, is no class: .* from 0 to 1/],
    ["limits", () => plot.line([1, 2], { xlim: [1, 1] }), /xlim is where the axis starts and ends/],
    ["a size", () => plot.line([1, 2], { width: 10 }), /width is a number of pixels from 100 to 8000/],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
  test("a file of another kind", async () => {
    await expect(plot.line([1, 2]).save("x.pdf")).rejects.toThrow(/must end in \.png or \.svg or \.html/);
  });
});

describe.skipIf(noChromium !== undefined)(`in Chromium${noChromium === undefined ? "" : ` (skipped: ${noChromium})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  /** A page with fragments in it; collects whatever goes wrong. */
  async function open(html: string, colorScheme: "light" | "dark", width: number) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => wrong.push(message.text()));
    page.on("dialog", (dialog) => {
      wrong.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => !/^(about|data):/.test(request.url()) && wrong.push(`request ${request.url()}`));
    await page.setContent(`<!doctype html><meta name="color-scheme" content="light dark"><title>x</title><body style="margin:8px">${html}`);
    return { page, wrong };
  }

  test("hostile names are text and nothing else, in a page and as a document", async () => {
    const made = await Promise.all(Object.values(hostile).map(async (make) => ({ svg: await make().toSVG(), html: await make().toHTML() })));
    const { page, wrong } = await open(made.map(({ html }) => html).join(""), "light", 1000);
    const found = await page.evaluate((documents) => {
      const parsed = documents.map((svg) => new DOMParser().parseFromString(svg, "image/svg+xml"));
      return {
        errors: parsed.filter((document) => document.querySelector("parsererror") !== null).length,
        alien: [document, ...parsed].flatMap((each) => [...each.querySelectorAll("script, img, [onerror], [onload]")]).length,
        texts: parsed.map((document) => document.documentElement.textContent ?? ""),
        plots: document.querySelectorAll("body > svg").length,
      };
    }, made.map(({ svg }) => svg));
    expect(found).toMatchObject({ errors: 0, alien: 0, plots: made.length });
    for (const text of found.texts) expect(text).toContain("</text><script>");
    expect(wrong).toEqual([]);
    await page.close();
  });

  for (const scheme of ["light", "dark"] as const) {
    for (const width of [1000, 380]) {
      test(`${scheme}, ${width} pixels wide: readable, and nothing sticks out`, async () => {
        const html = await Promise.all(Object.values(plots).map((make) => make().toHTML()));
        const { page, wrong } = await open(html.join("\n"), scheme, width);
        // oxlint-disable unicorn/consistent-function-scoping -- this function is sent to the page, alone
        const found = await page.evaluate(() => {
          const channel = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
          const luminance = (css: string): number => {
            const [r, g, b] = (css.match(/[\d.]+/g) ?? []).map(Number);
            return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
          };
          return [...document.querySelectorAll("svg")].map((svg) => {
            const paper = luminance(getComputedStyle(svg.querySelector(".paper") ?? svg).fill);
            const ink = luminance(getComputedStyle(svg).color);
            const box = svg.getBoundingClientRect();
            const outside = [...svg.querySelectorAll("text")].filter((text) => {
              const { left, right, top, bottom } = text.getBoundingClientRect();
              return left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
            });
            const [light, dark] = [Math.max(paper, ink), Math.min(paper, ink)];
            return { contrast: (light + 0.05) / (dark + 0.05), right: box.right, dark: paper < 0.5, outside: outside.map((text) => text.textContent) };
          });
        });
        // oxlint-enable unicorn/consistent-function-scoping
        expect(found).toHaveLength(html.length);
        for (const { contrast, right, outside } of found) {
          expect(contrast).toBeGreaterThan(10);
          expect(right).toBeLessThanOrEqual(width);
          expect(outside).toEqual([]);
        }
        // All but the two with a theme of their own follow the reader.
        expect(found.filter(({ dark }) => dark)).toHaveLength(scheme === "dark" ? html.length : 2);
        expect(wrong).toEqual([]);
        await page.close();
      });
    }
  }
});
