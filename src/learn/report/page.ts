/** @file The document around the report's sections: one file that loads nothing and runs nothing. report.ts fills it. */
import type { Section } from "./facts.js";
import { Markup, html } from "./markup.js";
import { style } from "./style.js";

/** Pictures come inside the page, styles too; everything else is forbidden, should a name ever slip through. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function page(title: string, head: Markup, sections: readonly Section[]): string {
  const links = sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`);
  const parts = sections.map(
    ({ id, title: name, lead, body }) => html`<section class="part" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`}
${body}
</section>
`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Tesserae">
<title>${title}: pixel baseline</title>
<style>
${new Markup(style)}
</style>
</head>
<body>
<main>
${head}
<nav aria-label="Sections"><ul>${links}</ul></nav>
${parts}<footer><p>Made by Tesserae. This page is one file: it loads nothing and runs nothing, and can be kept, sent and printed.</p></footer>
</main>
</body>
</html>
`.text;
}
