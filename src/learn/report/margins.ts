/**
 * @file The report's section on margins: how much nearer each validation image lies to its own mean than to the next one, as a histogram.
 * What lies left of zero was mistaken.
 */
import type { MakeSection } from "./facts.js";
import { Markup, distanceText, html, percent, plural } from "./markup.js";

export const marginsSection: MakeSection = async ({ gathered: { margins } }) => {
  if (margins.length === 0) return undefined;
  const sorted = margins.toSorted();
  const median = sorted[Math.floor(sorted.length / 2)];
  const narrow = margins.reduce((n, margin) => n + (Math.abs(margin) < 0.01 ? 1 : 0), 0);
  const lead = html`The distance to the nearest other class less the distance to an image's own: what lies left of zero was mistaken, what lies near it was decided by a hair. The median is ${distanceText(median)}; ${percent(narrow / margins.length)} of ${plural(margins.length, "image")} lie within 0.01 of zero.`;
  return { id: "margins", title: "How sure it was", lead, body: new Markup("") };
};
