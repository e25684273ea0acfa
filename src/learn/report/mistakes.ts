/** @file The report's section on the worst mistakes: each image beside the two means between which it was lost, with its distances. */
import type { Facts, MakeSection } from "./facts.js";
import type { Tested } from "./gather.js";
import { type Markup, distanceText, html, plural } from "./markup.js";
import { picture } from "./pictures.js";
import { rightOf, totalOf } from "../metrics.js";

const [IMAGE, MEAN] = [84, 28];

export const mistakesSection: MakeSection = async (facts) => {
  const { gathered, result, classes } = facts;
  if (classes.length < 2) return undefined;
  const wrong = totalOf(result.confusion) - rightOf(result.confusion);
  const { mistakes } = gathered;
  return {
    id: "mistakes",
    title: "The worst mistakes",
    lead:
      wrong === 0
        ? html`There were none: every validation image lies nearest to its own class.`
        : html`Of ${plural(wrong, "mistake")} the ${mistakes.length === wrong ? "whole list" : `${mistakes.length} worst`}, by how much nearer the image lies to the wrong mean than to its own.`,
    body: html`<ol class="mistakes">
${await Promise.all(mistakes.map(async (mistake) => card(facts, mistake)))}</ol>`,
  };
};

async function card({ classes, meanPictures }: Facts, { file, label, predicted, own, other, pixels }: Tested): Promise<Markup> {
  const longest = Math.max(own, other);
  const row = async (to: number, distance: number, kind: string): Promise<Markup> => {
    const mean = meanPictures.at(to);
    return html`<tr class="${kind}"><td>${mean === undefined ? undefined : await picture(mean, `Mean image of ${classes[to]}`, MEAN)}</td><th scope="row">${classes[to]}<span class="bar" style="--p:${(longest === 0 ? 0 : distance / longest).toFixed(4)}"></span></th><td class="number">${distanceText(distance)}</td></tr>
`;
  };
  return html`<li>
<figure>${await picture(pixels, `Validation image of ${classes[label]}: ${file}`, IMAGE)}</figure>
<div>
<p><b>${classes[label]}</b> taken for <b class="said">${classes[predicted]}</b></p>
<table aria-label="Distances of ${file}">
<colgroup><col class="picture"><col><col class="distance"></colgroup>
<thead class="unseen"><tr><td></td><th scope="col">to the mean of</th><th scope="col">distance</th></tr></thead>
<tbody>
${await row(predicted, other, "said")}${await row(label, own, "own")}</tbody>
</table>
<p class="file">${file}</p>
</div>
</li>
`;
}
