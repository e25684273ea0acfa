/** @file The report's section on confusion: the whole matrix while it fits a page, else what was taken for what most often. */
import type { Confusion } from "../metrics.js";
import type { MakeSection } from "./facts.js";
import { type Markup, count, html, percent } from "./markup.js";

const MOST_CLASSES = 30;
const MOST_PAIRS = 30;

export const confusionSection: MakeSection = ({ classes, result: { confusion } }) => {
  if (classes.length < 2) return undefined;
  const pairs = confusedPairs(confusion);
  const [first] = pairs;
  const worst = first === undefined ? html`Nothing was taken for anything else.` : html`Most often ${classes[first.row]} was taken for ${classes[first.column]}: ${first.n === 1 ? "once" : `${count(first.n)} times`}.`;
  const whole = classes.length <= MOST_CLASSES;
  return {
    id: "confusion",
    title: "What was taken for what",
    lead: html`${whole ? "Each row is what images show, each column what was said; the diagonal is right, colour marks mistakes. " : ""}${worst}`,
    body: whole ? matrix(classes, confusion) : pairTable(classes, pairs, confusion),
  };
};

function confusedPairs(confusion: Confusion) {
  const pairs = confusion.flatMap((line, row) => line.map((n, column) => ({ n, row, column })));
  return pairs.filter(({ n, row, column }) => n > 0 && row !== column).sort((a, b) => b.n - a.n || a.row - b.row || a.column - b.column);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function matrix(classes: readonly string[], confusion: Confusion): Markup {
  const share = (row: number, column: number): number => confusion[row][column] / Math.max(1, sum(confusion[row]));
  const most = Math.max(...confusion.flatMap((line, row) => line.map((_, column) => (row === column ? 0 : share(row, column)))));
  const cell = (n: number, row: number, column: number): Markup => {
    const kind = row === column ? "right" : n === 0 ? "none" : "wrong";
    // The worst mistake is as strong as can be; by roots, so that the rare ones still show.
    const strength = kind === "right" ? share(row, column) : kind === "none" ? 0 : Math.sqrt(share(row, column) / most);
    return html`<td class="${kind}" style="--p:${strength.toFixed(3)}">${n === 0 ? html`<span aria-label="0">·</span>` : count(n)}</td>`;
  };
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Confusion matrix">
<table class="confusion">
<caption>Validation images: rows show, columns were said</caption>
<thead><tr><td></td>${classes.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${confusion.map((line, row) => html`<tr><th scope="row">${classes[row]}</th>${line.map((n, column) => cell(n, row, column))}</tr>
`)}</tbody>
</table>
</div>`;
}

function pairTable(classes: readonly string[], pairs: ReturnType<typeof confusedPairs>, confusion: Confusion): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Most often confused">
<table class="plain">
<thead><tr><th scope="col">Shows</th><th scope="col">Was taken for</th><th scope="col" class="number">Times</th><th scope="col" class="number">Of its images</th></tr></thead>
<tbody>
${pairs.slice(0, MOST_PAIRS).map(
  ({ n, row, column }) => html`<tr><th scope="row">${classes[row]}</th><td>${classes[column]}</td><td class="number">${count(n)}</td><td class="number">${percent(n / sum(confusion[row]))}</td></tr>
`,
)}</tbody>
</table>
</div>`;
}
