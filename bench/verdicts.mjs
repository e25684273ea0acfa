/**
 * @file What is asked of a workload against what was measured, and whether two engines agree. Pure functions over the results that run.mjs
 * collects; knows no process and prints nothing.
 *
 * Results: name → threads → engine → {ms, way}; what was not measured is not there.
 */

/** What Tesserae is called where it runs a second time, on another Node. */
export const otherNode = "tesserae, other Node";
/** The bound of an engine of ours is measured on its own Node. */
export const boundOf = (engine) => (engine === otherNode ? "bound, other Node" : "bound");

const close = (a, b, scale, tolerance) => Math.abs(a - b) <= tolerance * (Math.abs(b) + scale) || Object.is(a, b);

/** Whether a digest is another's, within `tolerance` of each number and of the mean size of all. */
export function agrees(found, expected, tolerance) {
  if (found.count !== expected.count) return false;
  const { size } = expected;
  return (
    close(found.mean, expected.mean, size, tolerance) &&
    close(found.size, expected.size, size, tolerance) &&
    found.samples.every((value, i) => close(value, expected.samples[i], size, tolerance))
  );
}

const msOf = (results, name, threads, engine) => results.get(name)?.get(threads)?.get(engine)?.ms;
const figure = (value) => value.toFixed(2);

function judge(entry, target, results, ours) {
  const { threads = 2, times } = target;
  if (target.scaling) {
    const [one, two] = [1, 2].map((count) => msOf(results, entry.name, count, ours));
    const says = `two threads against one: at least ${target.scaling} ×`;
    if (one === undefined || two === undefined) return { says, threads: 2 };
    return { says, threads: 2, ratio: one / two, limit: target.scaling, met: one / two >= target.scaling };
  }
  const ms = msOf(results, entry.name, threads, ours);
  const peer = target.under ?? msOf(results, entry.name, threads, target.against === "bound" ? boundOf(ours) : target.against);
  const limit = target.under ? 1 : times;
  const says = target.says ?? (target.under ? `under ${target.under < 0.1 ? `${target.under * 1000} µs` : `${target.under} ms`}` : `at most ${figure(times)} × ${target.against}`);
  if (ms === undefined || peer === undefined) return { says, threads };
  return { says, threads, ratio: ms / peer, limit, met: ms / peer <= limit };
}

/** Every target of every workload that was asked for: {name, title, ours, says, threads, ratio, limit, met}; no ratio where something is missing. */
export function verdicts(entries, results, engines, threadCounts) {
  const found = [];
  for (const entry of entries) {
    for (const target of entry.targets) {
      for (const { id: ours, wide } of engines) {
        if (target.wide && !wide) continue;
        // What another Node is run for are wide vectors: those are for what is large.
        if (ours === otherNode && (entry.family === "small" || !results.get(entry.name)?.get(target.threads ?? 2)?.has(ours))) continue;
        const verdict = judge(entry, target, results, ours);
        const needed = target.scaling ? [1, 2] : [verdict.threads];
        if (needed.every((count) => threadCounts.includes(count))) found.push({ name: entry.name, title: entry.title, ours, ...verdict });
      }
    }
  }
  return found;
}

/** What was reached, of what could be: {rate, unit, share}. */
export function reached(entry, results, threads, ours) {
  const ms = msOf(results, entry.name, threads, ours);
  const { work } = entry;
  if (ms === undefined || !work) return undefined;
  const bound = msOf(results, entry.name, threads, boundOf(ours));
  const amount = work.madds ? 2 * work.madds : work.touch ?? work.read + work.write;
  return { rate: amount / ms / 1e6, unit: work.madds ? "GFLOP/s" : "GB/s", share: bound === undefined ? undefined : bound / ms };
}
