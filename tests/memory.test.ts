/**
 * @file Nobody calls dispose: what is dropped is used again, in loops that wait and in loops that never do. In processes of their own, so
 * that what other tests hold does not count.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The most megabytes that the engine reserves while `body` runs `times` times. */
function peak(times: number, body: string): number {
  const program = `
    import { memory, zeros } from "tesserae";
    let most = 0;
    for (let i = 0; i < ${times}; i++) {
      ${body}
      most = Math.max(most, memory().reserved);
    }
    console.log(most / 2 ** 20);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: root, encoding: "utf8" }));
}

test("a synchronous loop over tensors of 10 MB that are dropped stays within 500 MB", () => {
  expect(peak(500, "zeros([2_500_000]).add(i).at(0).item();")).toBeLessThan(500);
});

test("so does a loop that waits", () => {
  expect(peak(500, "zeros([2_500_000]).add(i).at(0).item(); await new Promise((resume) => setImmediate(resume));")).toBeLessThan(500);
});

test("small tensors are taken back in a synchronous loop too", () => {
  expect(peak(100_000, "zeros([28, 28]).add(i).at(0, 0).item();")).toBeLessThan(250);
});

test("what is still held is not taken back", () => {
  const program = `
    import { full, zeros } from "tesserae";
    const kept = Array.from({ length: 10 }, (_, i) => full([1_000_000], i).add(0.5));
    for (const x of kept) x.at(0).item();
    for (let i = 0; i < 200; i++) zeros([2_500_000]).add(1).at(0).item();
    console.log(JSON.stringify(kept.map((x) => x.sum().item() / 1_000_000)));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: root, encoding: "utf8" });
  expect(JSON.parse(output)).toEqual(Array.from({ length: 10 }, (_, i) => i + 0.5));
});

/** What a program of its own prints, as JSON. */
function printed(program: string): unknown {
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: root, encoding: "utf8" }));
}

test("what is written over whole gives its memory to what is computed next, and those who still read the old value have it", () => {
  const found = printed(`
    import { full, memory, realize, zeros } from "tesserae";
    const x = full([1_000_000], 3).add(1);
    const out = zeros([1_000_000]);
    realize(x, out);
    const first = memory().held;
    const before = out.sub(7);
    const held = [];
    for (let i = 0; i < 20; i++) {
      out.copy_(x.add(i));
      realize(out);
      held.push((memory().held - first) / 4e6);
    }
    console.log(JSON.stringify({ most: Math.round(Math.max(...held)), last: out.at(5).item(), old: before.at(5).item() }));`);
  // One more: the first value, which has a pending reader.
  expect(found).toEqual({ most: 1, last: 23, old: -7 });
});

test("a million tensors of three elements are made and dropped within 100 MB", () => {
  expect(peak(1_000_000, "zeros([3]).add(i).at(0).item();")).toBeLessThan(100);
});

test("a long chain over tensors of 100 MB takes a few of them", () => {
  // 200 operations: kernels of 64 at most, each of which reads the result of the one before.
  const most = printed(`
    import { memory, ones } from "tesserae";
    let x = ones([25_000_000]);
    for (let i = 0; i < 200; i++) x = x.mul(1.001).sqrt();
    x.at(0).item();
    console.log(memory().peak / 1e8);`);
  expect(most).toBeLessThan(3.5);
});

const training = (wrap: string): string => `
  import { compile, memory, rand, randn, zeros } from "tesserae";
  const [w1, b1, w2, b2] = [randn(20, 16), zeros(16), randn(16, 1), zeros(1)];
  const [x, y] = [rand(32, 20), rand(32, 1)];
  const step = ${wrap}((x, y) => {
    const hidden = x.matmul(w1).add(b1).clamp(0);
    const error = hidden.matmul(w2).add(b2).sub(y);
    const grad = error.mul(2 / 32);
    const gradHidden = grad.matmul(w2.t()).mul(hidden.gt(0).float());
    const updates = [[w2, hidden.t().matmul(grad)], [b2, grad.sum(0)], [w1, x.t().matmul(gradHidden)], [b1, gradHidden.sum(0)]];
    for (const [parameter, gradient] of updates) parameter.sub_(gradient.mul(0.001));
    return error.square().mean();
  });
  const held = () => {
    for (let i = 0; i < 5; i++) gc();
    return new Promise((resume) => setTimeout(() => resume(memory()), 20));
  };
  const run = async (steps) => {
    let loss = 0;
    for (let i = 0; i < steps; i++) loss = step(x, y).item();
    await held();
    return held();
  };
  const warm = await run(100);
  const end = await run(1000);
  console.log(JSON.stringify({ warm, end }));`;

for (const [name, wrap] of [["plain", ""], ["compiled", "compile"]]) {
  test(`a thousand training steps do not grow the heap (${name})`, () => {
    const output = execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", training(wrap)], { cwd: root, encoding: "utf8" });
    const { warm, end } = JSON.parse(output);
    // Small tensors share pages of 4 KiB, 64 at most: those in the last one may be dead without its being known.
    expect(end.held).toBeLessThanOrEqual(warm.held + 4096);
    expect(end.allocations).toBeLessThanOrEqual(warm.allocations + 64);
    expect(end.reserved).toBeLessThan(32 * 2 ** 20);
  });
}

test("a thousand steps of training by gradients leave nothing behind", () => {
  const program = `
    import { memory, noGrad, rand } from "tesserae";
    const [x, t] = [rand([64, 784]), rand([64, 10])];
    const w = rand([784, 10], { requiresGrad: true });
    const b = rand([10], { requiresGrad: true });
    const held = [];
    for (let step = 0; step <= 1000; step++) {
      const loss = x.matmul(w).add(b).sigmoid().sub(t).square().mean();
      loss.backward();
      noGrad(() => { for (const p of [w, b]) { p.sub_(p.grad.mul(0.01)); p.grad = null; } });
      loss.item();
      if (step % 100 > 0) continue;
      for (let i = 0; i < 3; i++) { globalThis.gc(); await new Promise((resume) => setImmediate(resume)); }
      held.push(memory().held);
    }
    console.log(JSON.stringify(held));`;
  const output = execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", program], { cwd: root, encoding: "utf8" });
  const held: readonly number[] = JSON.parse(output);
  expect(held.length).toBe(11);
  // What the newest step holds, and no more.
  expect(Math.max(...held)).toBeLessThan(2 * 2 ** 20);
  expect(held[10]).toBeLessThanOrEqual(held[1] + 2 ** 18);
});
