/**
 * @file How the benchmarks measure: the same random inputs for every JavaScript peer, and the median of warm calls. The Python side does
 * the same in python/peers.py.
 */

/** Uniform numbers from a fixed seed (mulberry32): every peer sees the same pictures. */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function inputs() {
  const random = uniform(1);
  const counts = { valid: 2038, train: 6131, pixels: 28 * 28 };
  return {
    counts,
    pictures: Float32Array.from({ length: counts.valid * counts.pixels }, random),
    threes: Float32Array.from({ length: counts.pixels }, random),
    sevens: Float32Array.from({ length: counts.pixels }, random),
    stacked: Uint8Array.from({ length: counts.train * counts.pixels }, () => random() * 256),
  };
}

/** Long enough for an engine to have optimised what it runs. */
const warmMs = 500;

/** The median time of a call in ms, warm: samples of several calls each where one is too short for the clock. */
export function medianMs(run, seconds) {
  const warmUntil = performance.now() + warmMs;
  let calls = 0;
  const start = performance.now();
  while (calls < 3 || performance.now() < warmUntil) {
    run();
    calls++;
  }
  const inner = Math.max(1, Math.floor(0.2 / ((performance.now() - start) / calls)));
  const samples = [];
  const until = performance.now() + seconds * 1000;
  while (samples.length < 15 || performance.now() < until) {
    const from = performance.now();
    for (let i = 0; i < inner; i++) run();
    samples.push((performance.now() - from) / inner);
  }
  return median(samples);
}

/** The same for functions that return promises. */
export async function medianMsAsync(run, seconds) {
  for (const until = performance.now() + warmMs; performance.now() < until; ) await run();
  const samples = [];
  const until = performance.now() + seconds * 1000;
  while (samples.length < 15 || performance.now() < until) {
    const from = performance.now();
    await run();
    samples.push(performance.now() - from);
  }
  return median(samples);
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
