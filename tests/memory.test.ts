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
