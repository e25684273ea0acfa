/**
 * @file The report of a run as text: aligned columns for a terminal, markdown for the README. Takes what run.mjs collected and what verdicts.mjs
 * made of it; measures nothing.
 */
import { families } from "./workloads/index.mjs";
import { boundOf, otherNode, reached } from "./verdicts.mjs";

const time = (ms) => (ms === undefined ? "–" : ms < 0.1 ? `${(ms * 1000).toFixed(1)} µs` : ms < 10 ? `${ms.toFixed(2)} ms` : `${ms.toFixed(1)} ms`);
const rateOf = (found, withRate = true) => {
  if (!found) return "";
  const { rate, unit, share } = found;
  const percent = share === undefined ? "" : `${Math.round(share * 100)}%`;
  return withRate ? [`${rate.toFixed(rate < 10 ? 1 : 0)} ${unit}`, percent].filter(Boolean).join(", ") : percent;
};
const word = ({ met, ratio }) => (ratio === undefined ? "–" : met ? "met" : "MISSED");

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ").trimEnd()).join("\n");
}

/** The machine's own limits, a line each. */
function machineTable({ results, engines, threadCounts }) {
  const bounds = engines.filter(({ id }) => id === "tesserae" || id === otherNode);
  const head = ["the machine", ...bounds.flatMap(({ label }) => threadCounts.map((count) => `${label.replace("Tesserae, ", "")}, ${count} thread${count > 1 ? "s" : ""}`))];
  const rows = families.machine.map((entry) => [
    entry.title,
    ...bounds.flatMap(({ id }) => threadCounts.map((count) => {
      const ms = results.get(entry.name)?.get(count)?.get(boundOf(id))?.ms;
      return ms === undefined ? "–" : rateOf(reached(entry, new Map([[entry.name, new Map([[count, new Map([[id, { ms }]])]])]]), count, id));
    })),
  ]);
  return { head, rows: rows.filter((row) => row.slice(1).some((cell) => cell !== "–")) };
}

/** One family on one thread count. */
function familyTable(family, count, { results, engines, entries }) {
  const mine = engines.filter(({ ours }) => ours);
  const chosen = entries.filter((entry) => entry.family === family && results.get(entry.name)?.get(count));
  const columns = engines.filter(({ id }) => chosen.some(({ name }) => results.get(name).get(count).get(id)?.ms !== undefined));
  const head = [`${family}, ${count} thread${count > 1 ? "s" : ""}`, ...columns.map(({ label }) => label), ...mine.map(({ label }) => `${label} reaches`)];
  const rows = chosen.map((entry) => {
    const at = results.get(entry.name).get(count);
    return [entry.title, ...columns.map(({ id }) => time(at.get(id)?.ms)), ...mine.map(({ id }) => rateOf(reached(entry, results, count, id)))];
  });
  return { head, rows };
}

const ratioText = ({ ratio, limit, says }) => (ratio === undefined ? says : `${says}, is ${ratio.toFixed(2)} of ${limit.toFixed(2)}`);

/** Everything, for a terminal. */
export function report(run) {
  const parts = [`${run.machine}; ${Object.entries(run.versions).map(([name, version]) => `${name} ${version}`).join(", ")}`];
  const tables = [machineTable(run)];
  for (const family of Object.keys(families).filter((name) => name !== "machine")) {
    for (const count of run.threadCounts) tables.push(familyTable(family, count, run));
  }
  for (const { head, rows } of tables) if (rows.length > 0) parts.push(aligned([head, ...rows]));
  if (run.ways.length > 0) parts.push(`the ways that were fastest\n${run.ways.map((line) => `  ${line}`).join("\n")}`);
  const label = (id) => run.engines.find((engine) => engine.id === id)?.label ?? id;
  const judged = run.verdicts.map((v) => [`  ${word(v).padEnd(6)}`, `${v.name}${v.ours === "tesserae" ? "" : ` (${label(v.ours)})`}`, ratioText(v)]);
  if (judged.length > 0) parts.push(`against the targets\n${judged.map(([verdict, title, text]) => `${verdict} ${title}: ${text}`).join("\n")}`);
  const counts = ["met", "MISSED", "–"].map((kind) => run.verdicts.filter((v) => word(v) === kind).length);
  parts.push(`${counts[0]} met, ${counts[1]} missed, ${counts[2]} not measured; ${run.seconds.toFixed(0)} s, ${run.rounds} rounds`);
  if (run.notes.length > 0) parts.push(`notes\n${run.notes.map((line) => `  ${line}`).join("\n")}`);
  return parts.join("\n\n");
}

const markdown = ({ head, rows }) => [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** What came of a workload's targets, in a cell: a word where all are met, else what was missed and by how much. */
function outcome(judged) {
  const missed = judged.filter(({ met }) => !met);
  if (judged.length === 0) return "";
  return missed.length === 0 ? "met" : `missed: ${missed.map((verdict) => ratioText(verdict)).join("; ")}`;
}

/** The README's tables: the machine, then every workload, ours on one thread and two beside the peers on as many as were measured. */
export function readmeTables(run) {
  const { results, engines, entries, threadCounts } = run;
  const most = Math.max(...threadCounts);
  const peers = engines.filter(({ ours, id }) => !ours && !["bound", "bound, other Node", "by hand", "numpy"].includes(id));
  const mine = engines.filter(({ ours }) => ours);
  const head = [
    `${most} thread${most > 1 ? "s" : ""} each`, ...mine.map(({ label }) => label), ...(threadCounts.includes(1) && most > 1 ? ["Tesserae, one thread"] : []),
    ...peers.map(({ label }) => label), "reached, of the limit", ...mine.map(({ label }) => (mine.length > 1 ? `targets, ${label.replace("Tesserae, ", "")}` : "targets")),
  ];
  const rows = entries.filter(({ family }) => family !== "machine").map((entry) => {
    const measured = results.get(entry.name);
    const count = measured?.has(most) ? most : 1;
    const ms = (id, threads) => time(measured?.get(threads)?.get(id)?.ms);
    const judged = (id) => outcome(run.verdicts.filter(({ name, ours, ratio }) => name === entry.name && ours === id && ratio !== undefined));
    return [
      count < most ? `${entry.title} (one thread)` : entry.title, ...mine.map(({ id }) => ms(id, count)),
      ...(threadCounts.includes(1) && most > 1 ? [ms("tesserae", 1)] : []), ...peers.map(({ id }) => ms(id, count)),
      rateOf(reached(entry, results, count, "tesserae")), ...mine.map(({ id }) => judged(id)),
    ];
  });
  return `${markdown(machineTable(run))}\n\n${markdown({ head, rows })}`;
}

export const readmeMarks = ["<!-- bench: written by `npm run bench -- --readme` -->", "<!-- /bench -->"];

/** The README with the tables between its marks. */
export function withTables(readme, run) {
  const [from, to] = readmeMarks.map((mark) => readme.indexOf(mark));
  if (from < 0 || to < from) throw new Error(`README.md has no ${readmeMarks.join(" … ")}`);
  const about = `${run.machine}; ${Object.entries(run.versions).map(([name, version]) => `${name} ${version}`).join(", ")}; medians of ${run.rounds} rounds.`;
  return `${readme.slice(0, from + readmeMarks[0].length)}\n${about}\n\n${readmeTables(run)}\n${readme.slice(to)}`;
}
