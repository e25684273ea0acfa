/**
 * @file The worker thread of the bulk loader: claims batches, decodes them into shared memory and reports each by a small
 * message. Started by decode-pool.ts, which also says what the messages are; it imports little, because every worker
 * pays for it at start.
 */
import { parentPort } from "node:worker_threads";
import { LIMIT, NO_ROOM, batchesOf, bytesOf, claim, decodeBatch } from "./batch-decoder.js";
import type { FromWorker, Task } from "./decode-pool.js";

const post = (message: FromWorker): void => parentPort?.postMessage(message, []);

async function run({ names, spec, counters, pixels, slots }: Task): Promise<void> {
  const files = names.split("\0");
  const total = batchesOf(spec);
  const slotBytes = spec.batchSize * bytesOf(spec);
  const shared = new Int32Array(counters);
  for (;;) {
    // Read before claiming: if the reader moves on in between, the wait below returns at once.
    const limit = Atomics.load(shared, LIMIT);
    const batch = claim(shared, total);
    if (batch === NO_ROOM) Atomics.wait(shared, LIMIT, limit);
    else if (batch < 0) break;
    else post(await decodeBatch(files, spec, batch, new Uint8Array(pixels, (batch % slots) * slotBytes, slotBytes)));
  }
  post("idle");
}

parentPort?.on("message", (task: Task) => {
  // A rejection here is a defect, not a bad file: let it end the worker, which the pool reports as an error.
  void run(task);
});
