/**
 * @file How the report looks: one accent, system fonts, room to breathe; light and dark as the reader has it, on a phone and on paper.
 * A style sheet as text, which page.ts puts into the page.
 */

const colours = `
:root {
  color-scheme: light dark;
  --page: #fcfbf9; --card: #ffffff; --ink: #1f1d1b; --soft: #66605a; --line: #e5e0da; --accent: #a8401b; --accent-soft: #f3ded4; --neutral: #d9d3cb; --heat: 62%; --calm: 60%; --calm-ink: #8f877e;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #161514; --card: #1e1d1b; --ink: #efece8; --soft: #a9a29a; --line: #34312d; --accent: #ff9d73; --accent-soft: #4a2b1e; --neutral: #57524c; --heat: 42%; --calm: 60%; --calm-ink: #8b847b; }
}
`;

const text = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: clamp(1.5rem, 5vw, 4.5rem) clamp(1rem, 4vw, 3rem) 3rem; }
h1, h2, h3 { line-height: 1.2; margin: 0; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h1 { font-size: clamp(2.2rem, 6vw, 3.6rem); letter-spacing: -0.03em; }
h2 { font-size: 1.55rem; }
h3 { font-size: 1.05rem; }
p { margin: 0; }
a { color: inherit; }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
b { font-weight: 650; }
figure { margin: 0; }
img { display: block; image-rendering: pixelated; max-width: 100%; height: auto; border-radius: 3px; }
img.smooth { image-rendering: auto; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const head = `
.kicker { color: var(--accent); font-size: .85rem; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; margin-bottom: .6rem; }
.hero { display: grid; grid-template-columns: minmax(0, auto) minmax(0, 34rem); gap: 1.5rem 3.5rem; align-items: end; margin: 2.2rem 0 2.4rem; }
.hero .big { display: block; font-size: clamp(3.6rem, 11vw, 6rem); line-height: 1; font-weight: 700; letter-spacing: -0.045em; color: var(--accent); white-space: nowrap; }
.hero .what { display: block; margin-top: .5rem; color: var(--soft); }
.tale { font-size: 1.06rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1.1rem 1.4rem; margin: 0; padding: 1.4rem 0; border-block: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: .85rem; }
.facts dd { margin: 0; font-weight: 600; line-height: 1.35; }
.note { margin-top: 1.4rem; padding: .8rem 1rem; background: var(--accent-soft); border-radius: 8px; font-size: .92rem; }
nav { margin-top: 1.4rem; font-size: .92rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .25rem 0; color: var(--soft); text-decoration: none; border-bottom: 1px solid transparent; }
nav a:hover { color: var(--ink); border-bottom-color: var(--accent); }
.part { margin-top: clamp(3rem, 7vw, 5rem); }
.part > h2 { padding-top: .2rem; }
.part > .lead { max-width: 46rem; margin: .5rem 0 1.6rem; color: var(--soft); }
footer { margin-top: 5rem; padding-top: 1.4rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .88rem; }
`;

const pictures = `
.classes { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19.5rem), 1fr)); gap: 2rem 2.2rem; }
.counts { color: var(--soft); font-size: .88rem; margin: .1rem 0 .6rem; }
.tiles { display: flex; flex-wrap: wrap; gap: 3px; }
.gallery { display: flex; flex-wrap: wrap; gap: 1.8rem 1.6rem; }
.gallery figcaption b { display: block; }
figcaption { margin-top: .45rem; font-size: .88rem; line-height: 1.35; }
figcaption span { display: block; color: var(--soft); font-size: .85rem; }
.gallery figure { max-width: 9.5rem; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 2rem; }
.pair div { display: flex; gap: 1.1rem; margin-top: .6rem; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20.5rem), 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }
.mistakes li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 1.1rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.mistakes p { line-height: 1.35; }
.mistakes .said { color: var(--accent); }
.mistakes .file { margin-top: .5rem; color: var(--soft); font-size: .8rem; }
.mistakes table { table-layout: fixed; width: 100%; border-collapse: collapse; margin-top: .5rem; font-size: .88rem; line-height: 1.3; overflow-wrap: anywhere; }
.mistakes td, .mistakes th { padding: .12rem .5rem .12rem 0; font-weight: 400; text-align: start; vertical-align: middle; }
.mistakes .picture { width: 2.75rem; }
.mistakes .distance { width: 4rem; }
.mistakes .number { text-align: end; padding-inline-end: 0; }
.mistakes .bar { height: .4rem; margin-top: .15rem; }
.mistakes td img { max-width: none; }
.mistakes tr.said th, .mistakes tr.said .number { font-weight: 650; }
.mistakes tr.own .bar::before { background: var(--neutral); }
`;

const tables = `
.scroll { overflow-x: auto; max-width: 100%; overscroll-behavior-x: contain; }
table { border-collapse: collapse; overflow-wrap: break-word; }
.number { text-align: end; white-space: nowrap; }
.plain { min-width: min(100%, 30rem); }
.plain th, .plain td { padding: .5rem 1.6rem .5rem 0; text-align: start; border-bottom: 1px solid var(--line); font-weight: 400; }
.plain .number { text-align: end; }
.plain thead th { color: var(--soft); font-size: .85rem; }
.plain tbody th { font-weight: 600; }
.plain th[scope=row] { min-width: 7rem; max-width: 16rem; }
.plain tfoot th { white-space: nowrap; }
.plain tfoot th, .plain tfoot td { border-bottom: 0; color: var(--soft); }
.plain tfoot b { color: var(--ink); }
.accuracy { width: 100%; max-width: 52rem; }
td.wide { width: 100%; min-width: 5rem; padding-inline-end: 0 !important; }
.bar { display: block; height: .55rem; }
.bar::before { content: ""; display: block; height: 100%; width: calc(var(--p) * 100%); min-width: 1px; background: var(--accent); border-radius: 3px; }
.confusion { border-spacing: 3px; border-collapse: separate; font-size: .92rem; }
.confusion caption { white-space: nowrap; text-align: start; color: var(--soft); font-size: .85rem; padding-bottom: .5rem; }
.confusion th { font-weight: 600; padding: .3rem .55rem; max-width: 9rem; }
.confusion tbody th { text-align: end; }
.confusion td { text-align: center; min-width: 2.9rem; height: 2.5rem; padding: 0 .4rem; border-radius: 4px; }
.confusion .right { font-weight: 650; background: color-mix(in srgb, var(--neutral) calc(var(--p) * var(--calm)), var(--page)); }
.confusion .wrong { background: color-mix(in srgb, var(--accent) calc(var(--p) * var(--heat)), var(--page)); }
.confusion .none { color: var(--soft); }
.pixels table { font-size: inherit; font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; line-height: 1.25; }
.pixels th { font-weight: 400; color: var(--soft); padding: .3em; text-align: center; }
.pixels tbody th { text-align: end; padding-inline-end: .7em; }
.pixels td { padding: .62em 0; text-align: center; min-width: 2.55em; }
.histogram { max-width: 48rem; }
.histogram svg { display: block; color: var(--ink) !important; font-family: inherit; }
.histogram .paper { fill: none !important; }
.histogram .narrow { display: none; }
`;

const places = `
@media (max-width: 46rem) {
  .hero { grid-template-columns: minmax(0, 1fr); }
  .histogram .wide { display: none; }
  .histogram .narrow { display: block; }
  .plain th, .plain td { padding-inline-end: .8rem; }
  .plain th[scope=row] { min-width: 3rem; }
  td.wide { min-width: 3.5rem; }
  .confusion { border-spacing: 2px; font-size: .8rem; }
  .confusion th { padding: .2rem; }
  .confusion td { min-width: 1.6rem; height: 1.9rem; padding: 0 .1rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #4d4842; --line: #d5cfc7; --accent: #a8401b; --accent-soft: #f3ded4; --neutral: #d9d3cb; --heat: 62%; --calm: 60%; --calm-ink: #8f877e; }
  body { font-size: 10pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  .part { margin-top: 2.2rem; }
  h2, h3, .lead { break-after: avoid; }
  .class, figure, .mistakes li, .pair, tr, .histogram { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`;

export const style = `${colours}${text}${head}${pictures}${tables}${places}`.trim();
