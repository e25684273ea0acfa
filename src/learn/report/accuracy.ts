/** @file The report's section on accuracy: for each class how many of its images were recognised, as a table with bars. */
import type { MakeSection } from "./facts.js";
import { count, html, percent } from "./markup.js";

export const accuracySection: MakeSection = ({ classes, result }) => ({
  id: "accuracy",
  title: "Accuracy by class",
  lead: html`How many validation images of each class were recognised. A frequent class cannot hide a rare one here.`,
  body: html`<div class="scroll" role="region" tabindex="0" aria-label="Accuracy by class">
<table class="plain accuracy">
<thead><tr><th scope="col">Class</th><th scope="col" class="number">Right</th><th scope="col" class="number">Of</th><th scope="col" class="number">Accuracy</th><td class="wide"></td></tr></thead>
<tbody>
${classes.map((name, label) => {
  const share = result.accuracy[label];
  return html`<tr><th scope="row">${name}</th><td class="number">${count(result.confusion[label][label])}</td><td class="number">${count(result.images.valid[name])}</td><td class="number"><b>${percent(share)}</b></td><td class="wide"><span class="bar" style="--p:${(share ?? 0).toFixed(4)}"></span></td></tr>
`;
})}</tbody>
<tfoot><tr><th scope="row">Mean</th><td></td><td></td><td class="number"><b>${percent(result.balancedAccuracy)}</b></td><td class="wide"></td></tr></tfoot>
</table>
</div>`,
});
