/** @file The report's section on what was learnt: the mean image of each class. */
import type { MakeSection } from "./facts.js";
import { html, plural } from "./markup.js";
import { picture } from "./pictures.js";

const TARGET = 112;

export const meansSection: MakeSection = async ({ classes, result, meanPictures }) => ({
  id: "means",
  title: "The mean images",
  lead: html`All that the model knows: the pixel-by-pixel mean of each class. Where images of a class agree the mean is sharp, where they differ it blurs.`,
  body: html`<div class="gallery">
${await Promise.all(
  meanPictures.map(async (pixels, label) => {
    const name = classes[label];
    const made = plural(result.images.train[name], "image");
    return html`<figure>${await picture(pixels, `Mean image of ${name}, of ${made}`, TARGET)}<figcaption><b>${name}</b> <span>${made}</span></figcaption></figure>
`;
  }),
)}</div>`,
});
