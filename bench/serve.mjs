/**
 * @file The child's side of the benchmark: answers the lines that run.mjs writes to it (children.mjs), one JSON object a line. An engine
 * gives its ways of a workload; this prepares them, measures them, and forgets them. python/peers.py speaks the same.
 *
 *   {do: "prepare", engine, workload, inputs, threads, work} → {ways: [{way, digest, ms} or {way, failed: why}]} or {absent: why}
 *   {do: "measure", engine, index, seconds}            → {ms}
 *   {do: "drop"}                                       → {}
 */
import { createInterface } from "node:readline";
import { digest, medianMs, warmUp } from "./measure.mjs";

/** Thrown by an engine that has nothing for a workload. */
export class Absent extends Error {}

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Why a way cannot be gone, in a line. An operation that does not exist yet is no failure. */
function reason(error) {
  const text = String(error?.message ?? error).split("\n")[0];
  return error instanceof TypeError && /is not a function/.test(text) ? `not in this version: ${text}` : text;
}

/**
 * `engines`: name → { ways(message): a list of ways }; `hello`: what to say of oneself; `drop`: forgets the inputs. A way is
 * {way: its words, run, read?, scale?, warm?} or {way, time}: `read(result)` gives the numbers to hold equal (none for a bound), `scale` is what
 * share of a call the workload is, `warm` how many ms to warm up for, and `time()` measures by itself, in ms.
 */
export async function serve({ engines, hello, drop = () => {} }) {
  const prepared = new Map();

  async function prepare(message) {
    const ways = await engines[message.engine].ways(message);
    const calls = [];
    const answers = [];
    for (const { way, run, read, scale = 1, time, warm } of ways) {
      calls.push(time ?? (async (seconds) => (await medianMs(run, seconds)) * scale));
      try {
        const found = read ? digest(await read(await run())) : undefined;
        answers.push({ way, digest: found, ms: time ? await time() : (await warmUp(run, warm)) * scale });
      } catch (error) {
        answers.push({ way, failed: reason(error) });
      }
    }
    prepared.set(message.engine, calls);
    return { ways: answers };
  }
  const actions = {
    prepare,
    measure: async ({ engine, index, seconds }) => ({ ms: await prepared.get(engine)[index](seconds) }),
    drop: async () => {
      prepared.clear();
      drop();
      return {};
    },
  };

  say({ hello });
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    try {
      say(await actions[message.do](message));
    } catch (error) {
      say(error instanceof Absent ? { absent: error.message } : { error: reason(error) });
    }
  }
}
