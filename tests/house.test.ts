/**
 * @file Holds the layout of the house: imports run downwards only, files say what they own and stay small, and importing the
 * package touches no Node module. Reads sources as text; runs none of them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** Rooms from the ground up; a room may import from itself, from rooms before it, and from nothing else. */
const rooms = [
  ["core"],
  ["ir"],
  ["backends"],
  ["compile"],
  ["graph"],
  ["autograd"],
  ["ops"],
  ["tensor"],
  ["display"],
  ["vision", "data"],
  ["nn", "optim"],
  ["learn"],
  ["cli"],
] as const;
const level = new Map<string, number>(rooms.flatMap((names, i) => names.map((name) => [name, i] as const)));

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: SourceFile[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(join(src, path), "utf8");
    // A type asked for by `typeof import(…)` is no import when the program runs.
    const imports = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*["']([^"']+)["']|(?<!typeof )\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s*["']([^"']+)["']/g)].map(
      (match) => match[1] ?? match[2] ?? match[3] ?? "",
    );
    return { path: path.split(sep).join("/"), room: path.includes(sep) ? path.split(sep)[0] : "", text, imports };
  });
const shipped = files.filter(({ path }) => !path.endsWith(".test.ts"));

test("there are sources to look at", () => {
  expect(shipped.length).toBeGreaterThan(40);
  expect(shipped.flatMap((file) => file.imports).length).toBeGreaterThan(100);
});

test("every folder of src/ is a room that has its place", () => {
  expect([...new Set(files.map((file) => file.room))].filter((room) => room !== "" && !level.has(room))).toEqual([]);
});

test("imports run downwards only", () => {
  const upward: string[] = [];
  for (const { path, room, imports } of shipped) {
    if (room === "") continue; // src/index.ts opens the front door to everything
    for (const name of imports) {
      if (!name.startsWith(".")) continue;
      const target = relative(src, resolve(src, dirname(path), name)).split(sep);
      const to = target.length > 1 ? target[0] : "";
      if (to === room) continue;
      if (!level.has(to) || level.get(to)! >= level.get(room)!) upward.push(`${path} imports ${name}`);
    }
  }
  expect(upward).toEqual([]);
});

test("importing the package reaches no Node module and no dependency", () => {
  const reached = new Set<string>(["index.ts"]);
  const outside: string[] = [];
  for (const path of reached) {
    const file = shipped.find((candidate) => candidate.path === path);
    for (const name of file?.imports ?? []) {
      if (name.startsWith(".")) reached.add(relative(src, resolve(src, dirname(path), name)).split(sep).join("/").replace(/\.js$/, ".ts"));
      else outside.push(`${path} imports ${name}`);
    }
  }
  expect(reached.size).toBeGreaterThan(50);
  expect(outside).toEqual([]);
});

test("only data/, learn/ and cli/ import Node's modules", () => {
  const named = shipped
    .filter(({ room }) => !["data", "learn", "cli"].includes(room))
    .flatMap(({ path, imports }) => imports.filter((name) => name.startsWith("node:")).map((name) => `${path} imports ${name}`));
  expect(named).toEqual([]);
});

test("every file opens by saying what it owns", () => {
  expect(files.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text)).map((file) => file.path)).toEqual([]);
});

test("no file grows past 500 lines", () => {
  expect(files.filter(({ text }) => text.split("\n").length > 501).map((file) => file.path)).toEqual([]);
});
