/**
 * @file Compiles a file of wrong programs and holds every sentence that the compiler must say, and that nothing else is
 * refused; and a program of three hundred lines, which must be accepted in no time. The other type tests (tests/types) are part of
 * `npm run types`.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileProgram } from "./helpers/compiler.js";

const read = (name: string): string => readFileSync(new URL(`fixtures/types/${name}`, import.meta.url), "utf8");

describe("the compiler", () => {
  const source = read("mistakes.txt");
  const { said } = compileProgram(source);
  const expectations = source.split("\n").map((line, i) => ({ number: i + 1, code: line, sentence: / \/\/ error: (.*)$/.exec(line)?.[1] }));

  it.each(expectations.filter(({ sentence }) => sentence !== undefined))("refuses line $number: $code", ({ number, sentence }) => {
    expect(said.get(number)).toContain(sentence);
  });

  it("refuses nothing else", () => {
    const meant = new Set(expectations.filter(({ sentence }) => sentence !== undefined).map(({ number }) => number));
    expect([...said].filter(([number]) => !meant.has(number))).toEqual([]);
  });

  it("accepts a user's three hundred lines in under two seconds", () => {
    const program = read("program.txt");
    expect(program.split("\n").length).toBeGreaterThan(300);
    const runs = [1, 2, 3].map(() => compileProgram(program));
    expect([...runs[0].said]).toEqual([]);
    // The least of three: the machine has other work.
    expect(Math.min(...runs.map(({ seconds }) => seconds))).toBeLessThan(2);
  });
});
