/**
 * @file Holds what is drawn in terminals, and how terminals are asked: half blocks, characters, the three protocols, the answers, and
 * that asking leaves the input as it found it.
 */
import { EventEmitter } from "node:events";
import { decode } from "fast-png";
import { decode as decodeSixel } from "sixel";
import { describe, expect, test } from "vitest";
import type { Pixels } from "../displayable.js";
import { ask, readAnswers, type TerminalInput } from "./ask.js";
import { characters, halfBlocks, xtermColour } from "./blocks.js";
import { choose, coloursOf } from "./detect.js";
import { drawn } from "./graphics.js";

const ESC = "\u001b";
const picture = (width: number, colours: readonly (readonly [number, number, number, number])[]): Pixels => ({ width, height: colours.length / width, rgba: Uint8Array.from(colours.flat()) });
const grey = (v: number): readonly [number, number, number, number] => [v, v, v, 255];
const distance = ([a, b, c]: readonly number[], [r, g, h]: readonly number[]): number => (a - r) ** 2 + (b - g) ** 2 + (c - h) ** 2;
const RED = [255, 0, 0, 255] as const;
const BLUE = [0, 0, 255, 255] as const;
const NONE = [0, 0, 0, 0] as const;

describe("half blocks", () => {
  test("two pixels a letter, equal neighbours in one sequence, no colour left over", () => {
    expect(halfBlocks(picture(2, [RED, RED, BLUE, BLUE]), "truecolor")).toEqual([`${ESC}[0;38;2;255;0;0;48;2;0;0;255m▀▀${ESC}[0m`]);
    expect(halfBlocks(picture(1, [RED, BLUE]), "256")).toEqual([`${ESC}[0;38;5;196;48;5;21m▀${ESC}[0m`]);
  });
  test("what is transparent, and what is below an odd picture, stays the terminal's", () => {
    expect(halfBlocks(picture(1, [RED]), "truecolor")).toEqual([`${ESC}[0;38;2;255;0;0m▀${ESC}[0m`]);
    expect(halfBlocks(picture(1, [NONE, RED]), "truecolor")).toEqual([`${ESC}[0;38;2;255;0;0m▄${ESC}[0m`]);
    const hole = halfBlocks(picture(3, [RED, NONE, BLUE, RED, NONE, NONE]), "truecolor");
    expect(hole).toEqual([`${ESC}[0;38;2;255;0;0;48;2;255;0;0m▀${ESC}[0m ${ESC}[0;38;2;0;0;255m▀${ESC}[0m`]);
    expect(halfBlocks(picture(1, [NONE, NONE]), "truecolor")).toEqual([""]);
  });
  test("the nearest of 256 colours, as a search of all of them finds it", () => {
    const levels = [0, 95, 135, 175, 215, 255];
    const palette = Array.from({ length: 240 }, (_, i) => (i < 216 ? [levels[Math.floor(i / 36)], levels[Math.floor(i / 6) % 6], levels[i % 6]] : Array<number>(3).fill(8 + (i - 216) * 10)));
    for (let i = 0; i < 3000; i++) {
      const colour = [(i * 37) % 256, (i * 91) % 256, (i * 153) % 256];
      const best = Math.min(...palette.map((other) => distance(other, colour)));
      expect(distance(palette[xtermColour(colour[0], colour[1], colour[2]) - 16], colour)).toBe(best);
    }
  });
});

test("characters: the edge is blank whether it is light or dark, and only printable letters come", () => {
  const dot = (edge: number, middle: number): Pixels => picture(3, Array.from({ length: 9 }, (_, i) => grey(i === 4 ? middle : edge)));
  expect(characters(dot(255, 0))).toEqual(["", "  @@", ""]);
  expect(characters(dot(0, 255))).toEqual(["", "  @@", ""]);
  expect(characters(dot(80, 80))).toEqual(["", "", ""]);
  const wide = characters(picture(200, Array.from({ length: 200 * 100 }, (_, i) => grey(i % 200))), 80);
  expect(wide.length).toBe(20);
  expect(wide.every((line) => line.length > 60 && line.length <= 80)).toBe(true); // the right end is blank
  expect(wide.join("")).toMatch(/^[ -~]+$/);
});

describe("protocols", () => {
  const noise = picture(60, Array.from({ length: 60 * 50 }, (_, i) => [(i * 7919) % 251, (i * 104_729) % 241, (i * 1299) % 239, 255] as const));

  test("kitty: one PNG in pieces of at most 4096", async () => {
    const text = await drawn(noise, "kitty");
    const pieces = text.split(`${ESC}\\`).slice(0, -1).map((piece) => piece.slice(`${ESC}_G`.length).split(";"));
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.map(([keys]) => keys)).toEqual(pieces.map((_, i) => `${i === 0 ? "a=T,f=100,q=2," : ""}m=${i < pieces.length - 1 ? 1 : 0}`));
    expect(Math.max(...pieces.map(([, data]) => data.length))).toBe(4096);
    const png = decode(Buffer.from(pieces.map(([, data]) => data).join(""), "base64"));
    expect([...png.data]).toEqual([...noise.rgba].filter((_, i) => i % 4 !== 3));
  });
  test("iTerm2: a PNG with its sizes", async () => {
    const text = await drawn(noise, "iterm2");
    expect([text.slice(0, 2), text.slice(-1)]).toEqual([`${ESC}]`, "\u0007"]);
    const [, size, data] = /^1337;File=inline=1;size=(\d+);width=60px;height=50px;preserveAspectRatio=1:([A-Za-z0-9+/=]+)$/.exec(text.slice(2, -1)) ?? [];
    expect(Buffer.from(data, "base64").length).toBe(Number(size));
    expect(decode(Buffer.from(data, "base64"))).toMatchObject({ width: 60, height: 50 });
  });
  test("sixel: the very colours where they are few, near ones where they are many, nothing where nothing is", async () => {
    const few = await drawn(picture(2, [RED, BLUE, BLUE, NONE]), "sixel");
    expect(few.startsWith(`${ESC}P0;1`)).toBe(true);
    expect(few.endsWith(`${ESC}\\`)).toBe(true);
    const { width, height, data32 } = decodeSixel(few.slice(few.indexOf("q") + 1, -2));
    expect([width, height]).toEqual([2, 2]);
    expect([...data32.subarray(0, 3)].map((v) => v >>> 0)).toEqual([0xff0000ff, 0xffff0000, 0xffff0000]);
    expect(await drawn(picture(1, [NONE]), "sixel")).toContain(`${ESC}P0;1`);
    expect((await drawn(noise, "sixel")).startsWith(`${ESC}P0;1`)).toBe(true);
  });
});

describe("asking", () => {
  const attributes = `${ESC}[?62;4;22c`;
  test("answers mean what they say", () => {
    expect(readAnswers(`${ESC}_Gi=31;OK${ESC}\\${ESC}P>|kitty(0.36)${ESC}\\${ESC}[6;20;10t${ESC}[?62;c`)).toEqual({ kitty: true, sixel: false, name: "kitty(0.36)", cell: { width: 10, height: 20 } });
    expect(readAnswers(`${ESC}_Gi=31;ENOTSUP${ESC}\\${attributes}`)).toEqual({ kitty: false, sixel: true, name: "", cell: undefined });
    expect(readAnswers(`${ESC}[?4;6c`)?.sixel).toBe(false); // a VT132: the first number is who it is
    expect(readAnswers(`${ESC}_Gi=31;OK${ESC}\\`)).toBeUndefined();
  });

  class Terminal extends EventEmitter implements TerminalInput {
    modes: boolean[] = [];
    flowing = false;
    returned = "";
    setRawMode(raw: boolean): void { this.modes.push(raw); }
    resume(): void { this.flowing = true; }
    pause(): void { this.flowing = false; }
    unshift(chunk: Uint8Array): void { this.returned += Buffer.from(chunk).toString("utf8"); }
  }

  test.each([
    ["answers in pieces, keys between them", [`l${ESC}[?6`, "2;4", "cs é"], true, "ls é", 0],
    ["Ctrl-C instead of an answer", ["ab\u0003"], false, "", 1],
    ["silence", ["x"], false, "x", 0],
  ])("%s", async (_, chunks, answered, keys, interrupts) => {
    const input = new Terminal();
    let [asked, interrupted] = ["", 0];
    const write = (text: string): void => {
      asked += text;
      chunks.forEach((chunk, i) => setTimeout(() => input.emit("data", Buffer.from(chunk)), i * 5));
    };
    const answers = await ask(input, write, 80, () => interrupted++);
    expect(asked.endsWith(`${ESC}[c`)).toBe(true);
    expect(answers?.sixel).toBe(answered ? true : undefined);
    expect(input.returned).toBe(keys);
    expect(interrupted).toBe(interrupts);
    expect([input.modes, input.flowing, input.listenerCount("data")]).toEqual([[true, false], false, 0]);
  });
});

describe("choosing", () => {
  const none = { kitty: false, iterm2: false, sixel: false };
  const said = { kitty: false, sixel: false, name: "", cell: undefined };
  test.each([
    ["kitty before all", {}, { ...said, kitty: true, sixel: true }, none, "kitty"],
    ["iTerm2 by its name", { TERM: "xterm-256color" }, { ...said, name: "iTerm2 3.5.1", sixel: true }, none, "iterm2"],
    ["sixel by DA1", { TERM: "xterm-256color" }, { ...said, sixel: true }, none, "sixel"],
    ["the environment is not believed against an answer", { TERM: "xterm-256color", KITTY_WINDOW_ID: "1" }, { ...said, name: "XTerm(379)" }, { ...none, kitty: true }, "256"],
    ["nor inside tmux", { TERM: "tmux-256color", TMUX: "/tmp/t" }, undefined, { ...none, kitty: true }, "256"],
    ["but where nobody could ask", { TERM: "xterm-kitty" }, undefined, { ...none, kitty: true }, "kitty"],
    ["true colour", { COLORTERM: "truecolor", TERM: "xterm-256color" }, said, none, "truecolor"],
    ["no colour is no colour", { COLORTERM: "truecolor", NO_COLOR: "1" }, { ...said, kitty: true }, none, "characters"],
    ["a dumb terminal", { TERM: "dumb", COLORTERM: "truecolor" }, undefined, { ...none, kitty: true }, "characters"],
    ["an old one", { TERM: "vt220" }, said, none, "characters"],
  ] as const)("%s", (_, env, answers, guess, way) => {
    expect(choose(env, answers, guess)).toBe(way);
  });
  test("an empty NO_COLOR is none", () => expect(coloursOf({ NO_COLOR: "", TERM: "xterm-256color" })).toBe("256"));
});
