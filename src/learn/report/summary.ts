/** @file The head of the report: what was tried, on what, and how well it went. report.ts puts it first. */
import { rightOf, totalOf } from "../metrics.js";
import type { Facts } from "./facts.js";
import { type Markup, count, html, percent, plural } from "./markup.js";

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
const looks = { L: "grey", LA: "grey with alpha", RGB: "colour", RGBA: "colour with alpha" } as const;
const distances = { l1: "mean absolute difference (L1)", l2: "root mean squared error (L2)" } as const;

export function summary({ title, classes, result, format }: Facts): Markup {
  const { confusion, overallAccuracy, balancedAccuracy, images, model, skipped } = result;
  const guessing = classes.length < 2 ? "" : `; guessing would manage about ${Math.round(100 / classes.length) || "less than 1"}\u00a0%`;
  return html`<header class="head">
<p class="kicker">Pixel baseline</p>
<h1>${title}</h1>
<div class="hero">
<p class="figure"><span class="big">${percent(overallAccuracy)}</span> <span class="what">of ${plural(totalOf(confusion), "image")} recognised</span></p>
<p class="tale">Each class is the mean of its training images, and a new image belongs to the class whose mean is nearest. That put ${count(rightOf(confusion))} of ${count(totalOf(confusion))} validation images where they belong${guessing}. Any model that deserves its name must beat this.</p>
</div>
<dl class="facts">
<div><dt>Balanced accuracy</dt><dd>${percent(balancedAccuracy)}</dd></div>
<div><dt>Classes</dt><dd>${count(classes.length)}</dd></div>
<div><dt>Learnt from</dt><dd>${plural(sum(images.train), "image")}</dd></div>
<div><dt>Tested on</dt><dd>${plural(sum(images.valid), "image")}</dd></div>
<div><dt>Images</dt><dd>${format.width} × ${format.height}, ${looks[format.mode]}</dd></div>
<div><dt>Distance</dt><dd>${distances[model.distance]}</dd></div>
</dl>
${skipped.length === 0 ? undefined : html`<p class="note">${plural(skipped.length, "file")} could not be used and ${skipped.length === 1 ? "was" : "were"} left out, ${skipped[0].message}${skipped.length > 1 ? ", and others" : ""}.</p>`}
</header>`;
}
