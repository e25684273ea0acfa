/**
 * @file The shaded table of pixels in a real browser: pandas' own colours as computed styles, sizes, no errors, light and dark pages; and
 * what the command line and notebooks get of a table.
 */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import type { Browser } from "playwright-core";
import { tensor } from "tesserae";
import { dataFrame } from "tesserae/vision";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noChromium, openChromium } from "./helpers/chromium.js";

interface Golden {
  frames: { digit: { columns: [string, number[]][] } };
  gradients: { frame: string; options: Record<string, unknown>; cells: string[][] }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL("golden/pandas.json", import.meta.url), "utf8"));
const columns = golden.frames.digit.columns.map(([, values]) => values);
/** The second three of the original notebook. */
const im3 = tensor(columns, { dtype: "uint8" }).T;
const greys = golden.gradients.find(({ frame, options }) => frame === "digit" && JSON.stringify(options) === '{"cmap":"Greys"}')?.cells ?? [];
const styled = dataFrame(im3).style.setProperties({ fontSize: "6pt" }).backgroundGradient("Greys");

test("the digit is the notebook's", () => {
  expect(im3.at("4:10", "4:10").tolist()).toEqual([[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 29], [0, 0, 0, 48, 166, 224], [0, 93, 244, 249, 253, 187], [0, 107, 253, 253, 230, 48], [0, 3, 20, 20, 15, 0]]);
});

test("a notebook gets HTML and text; console.log gets what pandas prints", async () => {
  const bundle = await styled.toMimeBundle();
  expect(Object.keys(bundle)).toEqual(["text/html", "text/plain"]);
  expect(bundle["text/html"]).toBe(styled.toHTML());
  expect(bundle["text/plain"]).toMatch(/\[28 rows x 28 columns\]$/);
  expect(inspect(dataFrame({ a: [1, 2] }))).toBe("   a\n0  1\n1  2");
  await expect(styled.save("x.png")).rejects.toThrow(/must end in \.html/);
});

test("the same table has the same name, another one another", () => {
  const again = dataFrame(im3).style.setProperties({ fontSize: "6pt" }).backgroundGradient("Greys");
  expect(again.toHTML()).toBe(styled.toHTML());
  expect(dataFrame(im3).style.toHTML().match(/id="(T_\w+)"/)?.[1]).not.toBe(styled.toHTML().match(/id="(T_\w+)"/)?.[1]);
});

describe.skipIf(noChromium !== undefined)(`in Chromium${noChromium === undefined ? "" : ` (skipped: ${noChromium})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  test.each(["light", "dark"] as const)("%s: pandas' colours in every cell, small numbers, no errors", async (colorScheme) => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1000, height: 800 } });
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => wrong.push(message.text()));
    page.on("request", (request) => !/^(about|data):/.test(request.url()) && wrong.push(request.url()));
    // Beside it the same cells without style: neither table colours the other.
    await page.setContent(`<!doctype html><meta name="color-scheme" content="light dark"><title>x</title>${styled.toHTML()}${dataFrame(im3).toHTML()}`);
    // oxlint-disable unicorn/consistent-function-scoping -- this function is sent to the page, alone
    const found = await page.evaluate(() => {
      const hex = (css: string): string => `#${(css.match(/\d+/g) ?? []).slice(0, 3).map((v) => Number(v).toString(16).padStart(2, "0")).join("")}`;
      const [first, second] = document.querySelectorAll("table");
      const rows = [...first.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")]);
      const heading = first.querySelector("th.row0") ?? first;
      return {
        colours: rows.map((row) => row.map((cell) => `${hex(getComputedStyle(cell).backgroundColor)} ${hex(getComputedStyle(cell).color)}`)),
        texts: rows.map((row) => row.map((cell) => Number(cell.textContent))),
        size: getComputedStyle(rows[0][0]).fontSize,
        width: first.getBoundingClientRect().width,
        heading: getComputedStyle(heading).color,
        plain: [...second.querySelectorAll("td")].every((cell) => getComputedStyle(cell).backgroundColor === "rgba(0, 0, 0, 0)"),
        ids: document.querySelectorAll("[id]").length - new Set([...document.querySelectorAll("[id]")].map(({ id }) => id)).size,
      };
    });
    // oxlint-enable unicorn/consistent-function-scoping
    expect(found.colours).toEqual(greys);
    expect(found.texts).toEqual(im3.tolist());
    expect(found.size).toBe("8px");
    expect(found.width).toBeLessThan(1000);
    expect(found.plain).toBe(true);
    expect(found.ids).toBe(0);
    expect(found.heading).toBe(colorScheme === "dark" ? "rgb(255, 255, 255)" : "rgb(0, 0, 0)");
    expect(wrong).toEqual([]);
    await page.close();
  });
});
