/**
 * @file Where pictures go, seen from outside: a pipe gets no escape sequence whatever is promised or asked for; a terminal (tmux) gets
 * half blocks or plain characters, and is left as it was.
 */
import { describe, expect, test } from "vitest";
import { inTerminal, noTerminal, piped } from "./look-run.js";

const three = `const three = tensor([[0, 9, 9, 0], [0, 0, 9, 0], [0, 9, 9, 0], [0, 0, 9, 0], [0, 9, 9, 0], [0, 0, 0, 0]]).float();`;
const hostile = JSON.stringify("\u001b[2J\u009b31m\u202e\r\u0007<script>");
/** Anything but letters and line feeds. */
const control = /[^\P{Cc}\n]/u;

describe("a pipe", () => {
  test.each(["undefined", '"kitty"', '"iterm2"', '"sixel"', '"truecolor"', '"256"', '"characters"', '"text"'])("gets no escape sequence, to: %s", (to) => {
    const text = piped(`${three}
      const figure = await showImage(three, { title: ${hostile}, cmap: "Greys", show: false });
      await display(figure, { to: ${to} });
      console.log(figure, String(figure), \`\${figure}\`);
      await showImages([three, three], { titles: [${hostile}, "b"] });`);
    expect(text).not.toMatch(control);
    expect(text).toContain("\\x1b[2J\\x9b31m\\u202e\\x0d\\x07<script>");
  });
  test("gets the picture in plain characters", () => {
    expect(piped(`${three} await showImage(three, { cmap: "Greys", title: "a three" });`)).toBe("a three\n  @@@@\n    @@\n  @@@@\n    @@\n  @@@@\n");
  });
  test("and a line from console.log", () => {
    expect(piped(`${three} console.log(await showImage(three, { title: "a three", show: false }));`)).toBe("a three: a float32 image of shape [6, 4]\n");
    expect(piped(`${three} console.log(await showImages([three, three], { show: false }));`)).toBe("2 images, the first a float32 image of shape [6, 4]\n");
  });
});

/** A line without its colours. */
// oxlint-disable-next-line no-control-regex
const letters = (line: string): string => line.replaceAll(/\u001b\[[\d;]*m/g, "");


describe.skipIf(noTerminal !== undefined)(`a terminal${noTerminal === undefined ? "" : `: not tested, ${noTerminal}`}`, () => {
  const program = `${three} await showImage(three, { cmap: "Greys", title: "a three" });`;
  test("with true colour gets half blocks, eight times as wide here", async () => {
    const { screen, mode } = await inTerminal(program, { TERM: "tmux-256color", COLORTERM: "truecolor" });
    expect(letters(screen[0])).toBe("a three");
    // 6 × 4 pixels enlarge to 30 × 20: 15 lines of 20.
    expect(screen.slice(1).map(letters)).toEqual(Array<string>(15).fill("▀".repeat(20)));
    expect(screen[1]).toContain("38;2;255;255;255");
    expect(screen[1]).toContain("38;2;0;0;0");
    expect(mode).toMatch(/ icanon.* echo /s);
  });
  test("with 256 colours gets those", async () => {
    const { screen, mode } = await inTerminal(program, { TERM: "tmux-256color" });
    expect(screen.slice(1).map(letters)).toEqual(Array<string>(15).fill("▀".repeat(20)));
    expect(screen[1]).toContain("38;5;16m");
    expect(screen[1]).toContain("38;5;231m");
    expect(screen.join("")).not.toContain("38;2;");
    expect(mode).toMatch(/ icanon.* echo /s);
  });
  test.each([["NO_COLOR", { TERM: "tmux-256color", COLORTERM: "truecolor", NO_COLOR: "1" }], ["TERM=dumb", { TERM: "dumb" }]])("with %s gets plain characters", async (_, env) => {
    const { screen } = await inTerminal(program, env);
    expect(screen).toEqual(["a three", "  @@@@", "    @@", "  @@@@", "    @@", "  @@@@"]);
  });
  test("gets hostile titles spelled out, and a grid in rows", async () => {
    const { screen } = await inTerminal(`${three} await showImages([three, three, three], { titles: [${hostile}, "b", "c"], ncols: 2 });`, { TERM: "tmux-256color", COLORTERM: "truecolor" });
    expect(letters(screen[0])).toBe("\\x1b[2J\\x9b31m\\u202e b");
    expect(letters(screen[1])).toBe(`${"▀".repeat(20)} ${"▀".repeat(20)}`);
    expect(letters(screen[16])).toBe("c");
    expect(screen.length).toBe(32);
  });
  test("a picture larger than the terminal is made to fit", async () => {
    const { screen } = await inTerminal(`await showImage(arange(400 * 900).reshape(400, 900));`, { TERM: "tmux-256color", COLORTERM: "truecolor" });
    expect(screen.map((line) => letters(line).length)).toEqual(Array<number>(22).fill(99));
  });
});
