/**
 * @file Holds the base of what is shown: PNG files of every kind, escaping, saving, a notebook's bundle, drawings to pixels, and
 * `display` in a notebook and in a page, both played here.
 */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertIndexedToRgb, decode } from "fast-png";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { display } from "./display.js";
import type { Pixels } from "./displayable.js";
import { escapeMarkup, escapeTerminal, escapeTerminalLines } from "./escape.js";
import { encodePNG, toBase64 } from "./png.js";
import { rasterize } from "./rasterize.js";
import { fitInto, paint, scaleTo } from "./scale.js";
import { Shown } from "./shown.js";

const HOSTILE = '"><img src=x onerror=alert(1)>\u001b[2J\u202e\u0000&\'';

const solid = (width: number, height: number, rgba: readonly number[]): Pixels => ({ width, height, rgba: Uint8Array.from({ length: width * height * 4 }, (_, i) => rgba[i % 4]) });

class Square extends Shown {
  readonly alt = HOSTILE;
  toText = (): string => "a square\u001b[31m";
  toHTML = (): string => `<b>${escapeMarkup(this.alt)}</b>`;
  override toPixels = (): Pixels => solid(2, 2, [1, 2, 3, 255]);
}
class Table extends Shown {
  readonly alt = "a table";
  toText = (): string => "a | b";
  toHTML = async (): Promise<string> => "<table></table>";
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The RGBA of a PNG file. */
const back = (png: Uint8Array): number[] => {
  const image = decode(png);
  const data = image.palette === undefined ? image.data : convertIndexedToRgb(image);
  const channels = data.length / image.width / image.height;
  return Array.from({ length: image.width * image.height * 4 }, (_, i) => {
    const [p, c] = [Math.floor(i / 4), i % 4];
    if (channels === 1) return c === 3 ? 255 : data[p];
    return c < channels ? data[p * channels + c] : 255;
  });
};
/** How many pixels are rather opaque. */
const ink = ({ rgba }: Pixels): number => rgba.filter((v, i) => i % 4 === 3 && v > 128).length;
const words = (text: string): string => `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="20"><text x="2" y="15" font-size="14">${text}</text></svg>`;

describe("PNG", () => {
  const few: fc.Arbitrary<number[]> = fc.constantFrom([0, 0, 0, 0], [9, 9, 9, 255], [255, 0, 7, 255], [1, 2, 3, 128], [200, 200, 200, 255]);
  const greys = fc.nat(255).map((v) => [v, v, v, 255]);
  const colours = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((c) => [...c, 255]);
  const anything = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((c) => [...c]);
  test.each([["few colours", few], ["greys", greys], ["colours", colours], ["anything", anything]] as const)("%s come back", async (_, colour) => {
    await fc.assert(
      fc.asyncProperty(fc.array(colour, { minLength: 1, maxLength: 700 }), async (pixels) => {
        const rgba = Uint8Array.from(pixels.flat());
        expect(back(await encodePNG({ width: pixels.length, height: 1, rgba }))).toEqual([...rgba]);
      }),
      { numRuns: 60 },
    );
  });
  test("a picture of few colours is small", async () => {
    expect((await encodePNG(solid(280, 280, [1, 2, 3, 255]))).length).toBeLessThan(300);
  });
  test("a wrong number of bytes is refused", async () => {
    await expect(encodePNG({ width: 2, height: 2, rgba: new Uint8Array(15) })).rejects.toThrow(/take 16 bytes of RGBA .* not 15/);
    await expect(encodePNG({ width: 0, height: 2, rgba: new Uint8Array(0) })).rejects.toThrow(/at least 1 × 1/);
  });
  test("base64 is Node's", () => {
    const bytes = Uint8Array.from({ length: 20_001 }, (_, i) => (i * 31) % 256);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  });
});

describe("names are harmless", () => {
  test("in HTML and SVG", () => {
    expect(escapeMarkup(HOSTILE)).toBe("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\ufffd[2J\u202e\ufffd&amp;&#39;");
    expect(escapeMarkup("\ud800a\u{1f600}")).toBe("\ufffda\u{1f600}");
  });
  test("in a terminal", () => {
    expect(escapeTerminal(HOSTILE)).toBe('"><img src=x onerror=alert(1)>\\x1b[2J\\u202e\\x00&\'');
    expect(escapeTerminal("a\nb\u009b31m\u2028")).toBe("a\\x0ab\\x9b31m\\u2028");
    expect(escapeTerminalLines("a\nb\r\t")).toBe("a\nb\\x0d\\x09");
  });
});

describe("sizes", () => {
  test("enlarging repeats, reducing averages, transparency does not stain", () => {
    const two: Pixels = { width: 2, height: 1, rgba: Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255) };
    expect([...scaleTo(two, 4, 2).rgba.subarray(0, 16)]).toEqual([255, 0, 0, 255, 255, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 255]);
    expect([...scaleTo(two, 1, 1).rgba]).toEqual([128, 0, 128, 255]);
    expect([...scaleTo({ width: 2, height: 1, rgba: Uint8Array.of(200, 0, 0, 255, 0, 0, 0, 0) }, 1, 1).rgba]).toEqual([200, 0, 0, 128]);
    expect([...scaleTo(two, 4, 1, "bilinear").rgba].filter((_, i) => i % 4 === 0)).toEqual([255, 191, 64, 0]);
    expect(scaleTo(solid(7, 5, [9, 8, 7, 255]), 3, 4)).toEqual(solid(3, 4, [9, 8, 7, 255]));
    expect(fitInto(solid(100, 50, [0, 0, 0, 255]), 40, 40)).toMatchObject({ width: 40, height: 20 });
    expect(fitInto(two, 40, 40)).toBe(two);
  });
  test("painting blends", () => {
    const paper = solid(2, 1, [255, 255, 255, 255]);
    paint(paper, solid(1, 1, [0, 0, 0, 51]), 1, 0);
    expect([...paper.rgba]).toEqual([255, 255, 255, 255, 204, 204, 204, 255]);
  });
});

describe("drawings", () => {
  test("letters are drawn by the font that comes along; others are looked for", async () => {
    expect(ink(await rasterize(words("Title Ωλ → ≤")))).toBeGreaterThan(100);
    expect(ink(await rasterize(words("")))).toBe(0);
    const double = await rasterize(words("x"), { scale: 2, background: "#fff" });
    expect([double.width, double.height, ink(double)]).toEqual([200, 40, 8000]);
  });
  test("half-transparent colours are not multiplied with their alpha", async () => {
    const { rgba } = await rasterize('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1" fill="#ff0000" fill-opacity="0.5"/></svg>');
    expect([...rgba]).toEqual([255, 0, 0, 128]);
  });
  test("what is no drawing says so", async () => {
    await expect(rasterize("<p>hello")).rejects.toThrow(/no SVG document/);
    await expect(rasterize(words("x"), { scale: 0 })).rejects.toThrow(/positive number, not 0/);
  });
});

describe("saving", () => {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-shown-"));
  test("by the ending, whole or not at all", async () => {
    await new Square().save(join(folder, "a.PNG"));
    expect(decode(readFileSync(join(folder, "a.PNG")))).toMatchObject({ width: 2, height: 2 });
    await new Square().save({ path: join(folder, "a.html") });
    const page = readFileSync(join(folder, "a.html"), "utf8");
    expect(page).toContain("<title>&quot;&gt;&lt;img src=x");
    expect(page).not.toContain("<img");
    await expect(new Square().save(join(folder, "no", "a.png"))).rejects.toThrow(/ENOENT/);
    expect(readdirSync(folder).sort()).toEqual(["a.PNG", "a.html"]);
  });
  test("another ending names those that would do", async () => {
    await expect(new Square().save("a.jpg")).rejects.toThrow(/"a.jpg" must end in .png or .html/);
    await expect(new Table().save("a.png")).rejects.toThrow(/must end in .html,/);
    await expect(new Square().save("png")).rejects.toThrow(/must end in/);
  });
});

/** Deno's kernel, as far as it is called. */
const kernel = (): { calls: unknown[] } => {
  const calls: unknown[] = [];
  vi.stubGlobal("Deno", { jupyter: { broadcast: async (...call: unknown[]) => void calls.push(call) } });
  return { calls };
};

describe("a notebook", () => {
  test("gets every form there is", async () => {
    expect(await new Table().toMimeBundle()).toEqual({ "text/html": "<table></table>", "text/plain": "a table" });
    expect(Object.keys(await new Square().toMimeBundle())).toEqual(["image/png", "text/html", "text/plain"]);
  });
  test("display sends them at once, and nothing to standard output", async () => {
    const { calls } = kernel();
    const write = vi.spyOn(process.stdout, "write");
    await display(new Table());
    expect(write).not.toHaveBeenCalled();
    expect(calls).toEqual([["display_data", { data: { "text/html": "<table></table>", "text/plain": "a table" }, metadata: {}, transient: {} }]]);
  });
  test("tslab gets the best of the forms", async () => {
    const raw = vi.fn();
    vi.stubGlobal("__tslab__", { require: (name: string) => (name === "tslab" ? { display: { raw } } : undefined) });
    await display(new Table());
    await display(new Square());
    expect(raw.mock.calls).toEqual([["text/html", "<table></table>"], ["image/png", (await new Square().toMimeBundle())["image/png"]]]);
  });
  test("what was shown already is not shown again as the value of the cell", async () => {
    const table = new Table();
    const asValue = async (): Promise<unknown> => Reflect.apply(Reflect.get(table, Symbol.for("Jupyter.display")), table, []);
    table.markShown();
    expect(await asValue()).toEqual({});
    expect(await asValue()).toEqual(await table.toMimeBundle());
  });
  test("Deno outside a notebook, whose kernel throws, is no notebook", async () => {
    vi.stubGlobal("Deno", { get jupyter(): never { throw new Error("only in a notebook"); } });
    const write = vi.spyOn(process.stdout, "write").mockImplementation((...call: unknown[]) => {
      for (const done of call) if (typeof done === "function") Reflect.apply(done, undefined, []);
      return true;
    });
    await display(new Table());
    expect(write.mock.calls.map(([text]) => text)).toEqual(["a | b\n"]);
  });
});

test("an element of a page gets HTML", async () => {
  const written: string[] = [];
  await display(new Table(), { to: { insertAdjacentHTML: (_, html) => void written.push(html) } });
  expect(written).toEqual(["<table></table>"]);
});

test("an unknown way names the known ones", async () => {
  const to: unknown = "vt100";
  await expect(Reflect.apply(display, undefined, [new Table(), { to }])).rejects.toThrow(/"vt100"; "to" is an element of a page, "text", "kitty"/);
});
