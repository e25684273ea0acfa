/** @file The report's section on the data: how many images each class has, and what some of them look like. */
import { EXAMPLES, MOST_CLASSES } from "./gather.js";
import type { MakeSection } from "./facts.js";
import { count, html } from "./markup.js";
import { picture, shownWidth } from "./pictures.js";

const TARGET = 48;
/** Two rows look tidy. */
const A_ROW = EXAMPLES / 2;
const GAP = 3;

export const dataSection: MakeSection = async ({ classes, result, gathered }) => {
  const blocks = gathered.examples.map(async (examples, label) => {
    const name = classes[label];
    const pictures = await Promise.all(examples.map(({ file, pixels }) => picture(pixels, `Example of ${name}: ${file}`, TARGET)));
    const width = A_ROW * Math.max(...examples.map(({ pixels }) => shownWidth(pixels, TARGET))) + (A_ROW - 1) * GAP;
    return html`<section class="class">
<h3>${name}</h3>
<p class="counts">${count(result.images.train[name])} train · ${count(result.images.valid[name])} valid</p>
<div class="tiles" style="max-width:${width}px">${pictures}</div>
</section>
`;
  });
  const more = classes.length - gathered.examples.length;
  return {
    id: "data",
    title: "The data",
    lead: html`Some training images of each class, evenly spread over its files${more > 0 ? `; of ${count(classes.length)} classes the first ${count(MOST_CLASSES)} are shown` : ""}.`,
    body: html`<div class="classes">
${await Promise.all(blocks)}</div>`,
  };
};
