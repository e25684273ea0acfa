/** @file The command line's manners: help, version, wrong usage and what is said about it, exit codes, `datasets`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository, run, temporaryFolder } from "./cli-run.js";

const env = { TESSERAE_CACHE: temporaryFolder() };

describe("help and version", () => {
  it("prints the package's version", async () => {
    const about: { version: string } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    for (const word of ["--version", "-V"]) expect(await run([word])).toEqual({ code: 0, signal: null, stdout: `${about.version}\n`, stderr: "" });
  });

  it.each([
    [["--help"], ["baseline", "predict", "datasets", "Examples:"]],
    [["help", "baseline"], ["--classes", "--distance", "--save", "--json", "--skip-bad", "--valid-fraction", "--seed", "--resize", "--mode", "Examples:", "<class>/*"]],
    [["baseline", "--help"], ["--classes", "default: 0.2", "default: 42", "Examples:"]],
    [["predict", "-h"], ["<model>", "<images...>", "--resize", "--json", "Examples:"]],
    [["datasets", "--help"], ["--json", "TESSERAE_CACHE", "Examples:"]],
  ])("%j", async (words, parts) => {
    const { code, stdout, stderr } = await run(words);
    expect([code, stderr]).toEqual([0, ""]);
    for (const part of parts) expect(stdout).toContain(part);
  });
});

describe("wrong usage: exit code 2, nothing on standard output, and what would have been right", () => {
  it.each<[words: string[], parts: string[]]>([
    [[], ["Usage: tesserae"]],
    [["baselin"], ["unknown command 'baselin'", "Did you mean baseline?"]],
    [["frobnicate"], ["unknown command 'frobnicate'", "tesserae --help"]],
    [["baseline", "digits", "--distnce", "l2"], ["unknown option '--distnce'", "Did you mean --distance?", "tesserae baseline --help"]],
    [["baseline", "digits", "--distance", "l3"], ["'l3' is invalid", "l1, l2"]],
    [["baseline", "digits", "--seed", "now"], ["'now' is invalid", "whole number"]],
    [["baseline", "digits", "--valid-fraction", "1"], ["'1' is invalid", "between 0 and 1"]],
    [["baseline", "digits", "--resize", "0x8"], ["'0x8' is invalid", "32x24"]],
    [["baseline", "digits", "--mode", "CMYK"], ["'CMYK' is invalid", "L, LA, RGB, RGBA"]],
    [["baseline", "digits", "--workers", "1.5"], ["'1.5' is invalid", "whole number from 0 to 64"]],
    [["baseline", "digits", "--save", "model.pt"], ["model.pt should end in .safetensors"]],
    [["baseline", "digist"], ['no data set "digist"; did you mean "digits"?', "mnist_sample"]],
    [["baseline", "MNIST-sample"], ['did you mean "mnist_sample"?']],
    [["baseline", "./no/such/folder"], ["there is no ./no/such/folder"]],
    [["baseline", "package.json"], ["package.json is a file, but no .tgz"]],
    [["baseline", "one", "two"], ["too many arguments"]],
    [["baseline", "digits", "--classes", "3", "11"], ['no class "11"', "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"]],
    [["baseline", "--classes", "3", "7", "digits"], ["tesserae baseline digits --classes 3 7"]],
    [["baseline", "digits", "--classes"], ["argument missing"]],
    [["predict"], ["missing required argument 'model'"]],
    [["predict", "model.safetensors"], ["missing required argument 'images'"]],
    [["datasets", "--jsn"], ["Did you mean --json?"]],
  ])("%j", async (words, parts) => {
    const { code, stdout, stderr } = await run(words, env);
    expect([code, stdout]).toEqual([2, ""]);
    for (const part of parts) expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("shows where an error comes from only when asked", async () => {
    const { code, stderr } = await run(["baseline", "digist"], { ...env, TESSERAE_DEBUG: "1" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ +at .*dataset/m);
  });
});

describe("datasets", () => {
  const env = { TESSERAE_CACHE: temporaryFolder() };

  it("lists names, and where and how large they are once cached", async () => {
    const before = await run(["datasets"], env);
    expect(before).toMatchObject({ code: 0, stderr: "" });
    expect(before.stdout).toMatch(/^ +digits +– +– +embedded in the package$/m);
    expect(before.stdout).toMatch(/^ +mnist_sample .*https:\/\/s3\.amazonaws\.com\/fast-ai-sample\/mnist_sample\.tgz$/m);
    expect(before.stdout).toContain(env.TESSERAE_CACHE);
    expect((await run(["baseline", "digits", "--json"], env)).code).toBe(0);
    const after: { cache: string; datasets: { name: string; path: string; cached: boolean; files: number | null; bytes: number | null }[] } = JSON.parse((await run(["datasets", "--json"], env)).stdout);
    expect(after.cache).toBe(env.TESSERAE_CACHE);
    const [digits, mnist] = ["digits", "mnist_sample"].map((name) => after.datasets.find((dataset) => dataset.name === name));
    expect(digits).toMatchObject({ cached: true, path: join(env.TESSERAE_CACHE, "data", "digits") });
    expect(digits?.files).toBeGreaterThanOrEqual(1797);
    expect(digits?.bytes).toBeGreaterThan(100_000);
    expect(mnist).toMatchObject({ cached: false, files: null, bytes: null });
  });
});
