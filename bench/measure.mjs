/**
 * @file How every JavaScript engine of the benchmark measures: the same inputs from the same formula, the median of warm calls, and a
 * digest of the result by which engines are held equal. python/common.py does the same, number for number.
 */

/** Long enough for a JavaScript engine to have optimised what it runs, once for each way of a workload. */
const warmMs = 250;

/**
 * Numbers of a formula, so that no engine needs another's: an integer hash of the position, spread over [low, high).
 * Float32 positions keep 24 bits, so both languages round to the same number.
 */
export function makeInput({ shape, dtype = "float32", low = 0, high = 1 }, seed) {
  const count = shape.reduce((a, b) => a * b, 1);
  const kinds = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int64: BigInt64Array };
  const data = new kinds[dtype](count);
  const start = Math.imul(seed + 1, 0x9e3779b9);
  const unit = (i) => {
    let h = Math.imul(i + start, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    return ((h ^ (h >>> 13)) >>> 8) / 2 ** 24;
  };
  const span = high - low;
  if (dtype === "int64") for (let i = 0; i < count; i++) data[i] = BigInt(low + Math.floor(unit(i) * span));
  else if (dtype === "uint8") for (let i = 0; i < count; i++) data[i] = Math.floor(unit(i) * 256);
  else for (let i = 0; i < count; i++) data[i] = low + unit(i) * span;
  return data;
}

/** name → typed array, for the specifications of a workload. The seed is the input's place among them. */
export const makeInputs = (specs) => Object.fromEntries(Object.entries(specs).map(([name, spec], seed) => [name, makeInput(spec, seed)]));

const sampled = 256;

/** What stands for a result: how many numbers, their mean, the mean of their sizes, and some of them. */
export function digest(data) {
  const count = data.length;
  let [sum, size] = [0, 0];
  for (let i = 0; i < count; i++) {
    const value = Number(data[i]);
    sum += value;
    size += Math.abs(value);
  }
  const samples = Array.from({ length: Math.min(sampled, count) }, (_, k) => Number(data[Math.floor((k * count) / Math.min(sampled, count))]));
  return { count, mean: sum / count, size: size / count, samples };
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const isPromise = (value) => typeof value?.then === "function";
/** Calls a sample, where one call is too short for the clock. */
const innerCalls = (once) => Math.max(1, Math.floor(0.2 / once));

/** What takes longer is called once, after the call whose result was looked at: nobody waits for it any more. */
export const longMs = 1000;

/** Calls `run` until it is warm, for `ms` milliseconds at the least. The time of the quickest call in ms. */
export async function warmUp(run, ms = warmMs) {
  const start = performance.now();
  let calls = 0;
  let least = Infinity;
  while (calls < 3 || performance.now() < start + ms) {
    const from = performance.now();
    const result = run();
    if (isPromise(result)) await result;
    least = Math.min(least, performance.now() - from);
    calls++;
    if (least > longMs || (calls >= 2 && performance.now() > start + 8 * ms)) break;
  }
  return least;
}

/** The median time of a call in ms over `seconds` of calls; one call, if that takes longer. */
export async function medianMs(run, seconds) {
  const until = performance.now() + seconds * 1000;
  const first = performance.now();
  const result = run();
  const waits = isPromise(result);
  if (waits) await result;
  const once = performance.now() - first;
  const inner = innerCalls(once);
  const samples = inner > 1 ? [] : [once];
  while (samples.length === 0 || performance.now() < until) {
    const from = performance.now();
    if (waits) for (let i = 0; i < inner; i++) await run();
    else for (let i = 0; i < inner; i++) run();
    samples.push((performance.now() - from) / inner);
  }
  return median(samples);
}
