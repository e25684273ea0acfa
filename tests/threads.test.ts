/**
 * @file Threads as a program meets them: results do not depend on their number, they may be had more or fewer of at any time, and they do not keep
 * the process alive.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, expect, test } from "vitest";
import { arange, getNumThreads, manualSeed, rand, setNumThreads, tensor, type Tensor } from "tesserae";

const before = getNumThreads();
beforeEach(() => manualSeed(7));
afterAll(() => setNumThreads(before));

/** What a computation gives, as bytes, with so many threads. */
function bytesWith(threads: number, compute: () => Tensor): string {
  setNumThreads(threads);
  const data = compute().toTypedArray();
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

const x = rand([3_000_001]);
const table = rand([1500, 2000]);
const bytes = arange(2_000_000).remainder(251).to("uint8").reshape(4000, 500);
const computations: Record<string, () => Tensor> = {
  exp: () => x.sub(0.5).exp(),
  chain: () => x.mul(3).add(1).sqrt().tanh().mul(x),
  "rows' means": () => table.sub(0.5).abs().mean(1),
  "columns' sums": () => table.sum(0),
  "a transposed copy": () => table.transpose(0, 1).contiguous(),
  "a full sum": () => x.sub(0.5).sum(),
  "a full mean with an epilogue": () => x.mean().sqrt().add(1),
  "the place of the largest": () => x.argmax(),
  "few long rows": () => table.reshape(3, 1_000_000).sum(1),
  "few columns": () => table.reshape(1_000_000, 3).sum(0),
  "a mean picture of bytes": () => bytes.float().div(255).mean(0),
  "a matrix product": () => table.matmul(table.transpose(0, 1)),
  "a product": () => x.add(0.5).prod(),
  integers: () => arange(2_000_000).remainder(7).mul(3),
};

test.each(Object.keys(computations))("%s: the same bits on 1 to 4 threads, again and again", (name) => {
  const compute = computations[name];
  const alone = bytesWith(1, compute);
  for (let round = 0; round < 3; round++) {
    for (const threads of [2, 4, 3, 1, 2]) expect(bytesWith(threads, compute) === alone, `${threads} threads`).toBe(true);
  }
});

test("a full sum in parts is the float64 sum, rounded once", () => {
  const values = x.sub(0.25).toTypedArray();
  let total = 0;
  for (const value of values) total += value;
  expect(Math.abs(x.sub(0.25).sum().item() - total) / total).toBeLessThan(2e-7);
});

test("the extreme of a long range: the first of equals, the first NaN, wherever the parts are cut", () => {
  const places = [0, 17, 93_749, 93_750, 1_500_000, 2_999_999];
  for (const [i, first] of places.entries()) {
    const data = new Float32Array(3_000_000);
    for (const place of places.slice(i)) data[place] = 1;
    expect(tensor(data).argmax().item()).toBe(first);
    expect(tensor(data).neg().argmin().item()).toBe(first);
    for (const place of places.slice(i)) data[place] = NaN;
    data[1000] = Infinity;
    expect(tensor(data).argmax().item()).toBe(first);
    expect(tensor(data).argmin().item()).toBe(first);
    expect(tensor(data).max().item()).toBeNaN();
  }
});

/** Runs a program that imports the package as another would. */
function program(lines: string): { status: number | null; out: string } {
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", lines], {
    cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8", timeout: 60_000,
  });
  return { status: run.status, out: run.stdout + run.stderr };
}

test("a program with workers ends by itself when its work is done", () => {
  const { status, out } = program(`
    import { rand, setNumThreads } from "tesserae";
    setNumThreads(3);
    const x = rand([4_000_000]);
    for (let i = 0; i < 10; i++) x.exp().at(0).item();
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let i = 0; i < 10; i++) x.exp().at(0).item();
    console.log("done");
  `);
  expect(out).toBe("done\n");
  expect(status).toBe(0);
});

test("a worker thread of the program's own may have workers", () => {
  const { status, out } = program(`
    import { Worker } from "node:worker_threads";
    const source = 'const { rand, setNumThreads } = await import("tesserae"); const { parentPort } = await import("node:worker_threads");'
      + 'setNumThreads(1); const x = rand([3_000_000]); const alone = x.exp().sum().item(); setNumThreads(3);'
      + 'let same = true; for (let i = 0; i < 20; i++) { same &&= x.exp().sum().item() === alone; await new Promise((r) => setTimeout(r, 10)); }'
      + 'parentPort.postMessage(same);';
    const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(source.replace('"tesserae"', JSON.stringify(import.meta.resolve("tesserae"))))));
    worker.on("message", (same) => console.log(same ? "the same" : "not the same"));
  `);
  expect(out).toBe("the same\n");
  expect(status).toBe(0);
});

test("an error thrown while workers live ends the program with its message", () => {
  const { status, out } = program(`
    import { rand, setNumThreads } from "tesserae";
    setNumThreads(2);
    const x = rand([4_000_000]);
    for (let i = 0; i < 20; i++) x.exp().at(0).item();
    x.add(rand([3]));
  `);
  expect(out).toContain("ShapeError");
  expect(status).toBe(1);
});
