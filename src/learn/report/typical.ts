/** @file The report's section on what is typical: of each class the validation image nearest to its mean, and the farthest. */
import type { MakeSection } from "./facts.js";
import type { Tested } from "./gather.js";
import { type Markup, distanceText, html } from "./markup.js";
import { picture } from "./pictures.js";

const TARGET = 84;

export const typicalSection: MakeSection = async ({ classes, gathered }) => {
  const one = async (kept: Tested | undefined, kind: string): Promise<Markup | undefined> =>
    kept && html`<figure>${await picture(kept.pixels, `${kind} validation image of ${classes[kept.label]}: ${kept.file}`, TARGET)}<figcaption><span>${kind}</span> ${distanceText(kept.own)}</figcaption></figure>`;
  const blocks = gathered.typical.map(async (kept, label) => html`<section class="pair">
<h3>${classes[label]}</h3>
<div>${await one(kept, "Most typical")}${await one(gathered.odd[label], "Least typical")}</div>
</section>
`);
  return {
    id: "typical",
    title: "The most typical images",
    lead: html`Of each class the validation image nearest to its mean and the one farthest from it, with that distance. What is farthest is often odd, sometimes mislabelled.`,
    body: html`<div class="pairs">
${await Promise.all(blocks)}</div>`,
  };
};
