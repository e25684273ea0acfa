/**
 * @file The report's section on margins: how much nearer each validation image lies to its own mean than to the next one, as a histogram.
 * What lies left of zero was mistaken.
 */
import type { Facts, MakeSection } from "./facts.js";
import { Markup, distanceText, html, percent, plural } from "./markup.js";

/** One drawing for wide pages and one for phones, whose letters would be too small in the other. */
const sizes = { wide: { width: 760, height: 300 }, narrow: { width: 340, height: 260 } } as const;
const MOST_BINS = 40;
const CLOSE = 0.01;

export const marginsSection: MakeSection = async (facts) => {
  const { margins } = facts.gathered;
  if (margins.length === 0) return undefined;
  const sorted = margins.toSorted();
  const median = sorted[Math.floor(sorted.length / 2)];
  const close = margins.reduce((n, margin) => n + (Math.abs(margin) < CLOSE ? 1 : 0), 0);
  return {
    id: "margins",
    title: "How sure it was",
    lead: html`The distance to the nearest other class less the distance to an image’s own: what lies left of zero was mistaken, what lies near it was decided by a hair. The median is ${distanceText(median)}; ${percent(close / margins.length)} of ${plural(margins.length, "image")} lie within ${CLOSE} of zero.`,
    body: html`<figure class="histogram">${await drawings(facts)}</figure>`,
  };
};

async function drawings({ gathered: { margins, wrong } }: Facts): Promise<Markup[]> {
  const [{ hist }, { seriesColours }] = await Promise.all([import("../../vision/plot/hist.js"), import("../../vision/plot/options.js")]);
  const right = margins.filter((_, i) => wrong[i] === 0);
  const mistaken = margins.filter((_, i) => wrong[i] === 1);
  const series = { ...(mistaken.length > 0 ? { mistaken } : {}), ...(right.length > 0 ? { right } : {}) };
  const bins = edges(margins);
  const inks = [...(mistaken.length > 0 ? ["var(--accent)"] : []), ...(right.length > 0 ? ["var(--calm-ink)"] : [])];
  const make = async (name: keyof typeof sizes): Promise<Markup> => {
    const plot = hist(series, { bins, xlabel: "margin", ylabel: "images", ...sizes[name] });
    // The plot's own colours make way for the page's, which follow light and dark.
    const drawn = seriesColours(inks.length).reduce((svg, colour, i) => svg.replaceAll(colour, inks[i]), await plot.toHTML());
    return html`<div class="${name}">${new Markup(drawn)}</div>`;
  };
  return [await make("wide"), await make("narrow")];
}

/** Bins of a round width that meet at zero, so that none holds both what was right and what was mistaken. */
function edges(margins: Float32Array): number[] {
  const [low, high] = margins.reduce(([a, b], margin) => [Math.min(a, margin), Math.max(b, margin)], [0, 0]);
  const rough = Math.max(high - low, 1e-6) / MOST_BINS;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * (([1, 2, 5, 10].find((n) => n * magnitude >= rough) ?? 10));
  const [first, last] = [Math.floor(low / step), Math.max(1, Math.ceil(high / step))];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
