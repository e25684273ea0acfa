/** @file Progress: drawn on a terminal, taken away again with the cursor given back, and not a byte anywhere else. */
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { openProgress } from "./progress.js";

/** A stream that passes for a terminal of 100 columns and keeps what is written. */
function terminal(): { stream: PassThrough; text: () => string } {
  let text = "";
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 });
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { stream, text: () => text };
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("progress", () => {
  it("draws a bar, replaces it by the next stage's, and gives the cursor back", async () => {
    const { stream, text } = terminal();
    const progress = await openProgress(true, stream);
    progress.show({ stage: "downloading", done: 0, total: 3_400_000, unit: "bytes" });
    await wait(80);
    progress.show({ stage: "downloading", done: 1_700_000, total: 3_400_000, unit: "bytes" });
    await wait(80);
    progress.show({ stage: "unpacking", done: 12 });
    await wait(80);
    progress.show({ stage: "reading and fitting", done: 1437, total: 1437 });
    await wait(80);
    progress.stop();
    progress.stop();
    await wait(10);
    for (const part of ["downloading", "1.7 MB of 3.4 MB", "█", "unpacking 12", "reading and fitting", "1,437 of 1,437"]) expect(text()).toContain(part);
    expect(text().lastIndexOf("\u001b[?25h")).toBeGreaterThan(text().lastIndexOf("\u001b[?25l"));
  });

  it("writes nothing where nobody looks", async () => {
    const { stream, text } = terminal();
    const progress = await openProgress(false, stream);
    progress.show({ stage: "downloading", done: 1, total: 2 });
    progress.stop();
    await wait(80);
    expect(text()).toBe("");
  });
});
