/**
 * @file How the baseline's result looks: tables for people, one object for programs. Pure functions from a result to text;
 * baseline.ts has it computed and prints it.
 */
import type { Baseline, Confusion, Distance } from "../learn/index.js";
import { type Cell, type Column, table } from "./table.js";
import { type Paint, clean, count, duration, plural } from "./text.js";

export interface Report extends Pick<Baseline, "images" | "accuracy" | "balancedAccuracy" | "overallAccuracy" | "confusion"> {
  readonly dataset: string;
  /** In natural order. */
  readonly classes: readonly string[];
  readonly distance: Distance;
  readonly imageShape: readonly number[];
  readonly seconds: Baseline["seconds"] & { readonly total: number };
}

/** Values by class name. Without a prototype: a class may be called "constructor" or "__proto__". */
function byClass<T>(classes: readonly string[], value: (name: string, label: number) => T): Record<string, T> {
  const out: Record<string, T> = Object.create(null);
  classes.forEach((name, label) => (out[name] = value(name, label)));
  return out;
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** The one object that `--json` prints. */
export function asJson(report: Report): unknown {
  const { dataset, classes, distance, images, imageShape, accuracy, balancedAccuracy, overallAccuracy, confusion, seconds } = report;
  return {
    dataset,
    classes,
    distance,
    images: { train: byClass(classes, (name) => images.train[name]), valid: byClass(classes, (name) => images.valid[name]) },
    imageShape,
    accuracy: byClass(classes, (_, label) => accuracy[label]),
    balancedAccuracy,
    overallAccuracy,
    confusion,
    seconds: { load: milliseconds(seconds.load), fit: milliseconds(seconds.fit), evaluate: milliseconds(seconds.evaluate), total: milliseconds(seconds.total) },
  };
}

const share = (value: number | null): string => (value === null ? "–" : value.toFixed(4));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const looks: Readonly<Record<number, string>> = { 1: "grey", 2: "grey with alpha", 3: "colour", 4: "colour with alpha" };
const distances: Readonly<Record<Distance, string>> = { l1: "mean absolute difference (L1)", l2: "root mean squared error (L2)" };

/** The tables for people. */
export function asText(report: Report, paint: Paint): string {
  const { dataset, classes, distance, imageShape, balancedAccuracy, overallAccuracy, confusion, seconds } = report;
  const [height, width, channels = 1] = imageShape;
  const right = sum(confusion.map((row, i) => row[i]));
  const total = sum(confusion.map(sum));
  const about = [clean(dataset), plural(classes.length, "class", "classes"), `${width} × ${height} pixels, ${looks[channels] ?? `${channels} channels`}`, distances[distance]];
  const summary = table(
    [{ title: "" }, { title: "", align: "right" }, { title: "" }],
    [
      ["balanced accuracy", { text: share(balancedAccuracy), style: "bold" }, { text: "mean of the classes", style: "dim" }],
      ["overall accuracy", { text: share(overallAccuracy), style: "bold" }, { text: `${count(right)} of ${count(total)} right`, style: "dim" }],
    ],
    { paint },
  );
  return [
    `  ${paint("dim", about.join(" · "))}\n`,
    classTable(report, paint),
    summary,
    confusionText(classes, confusion, paint),
    `  ${paint("dim", `load ${duration(seconds.load)} · fit ${duration(seconds.fit)} · evaluate ${duration(seconds.evaluate)} · total ${duration(seconds.total)}`)}\n`,
  ].join("\n");
}

/** Images and accuracy of each class, and the totals. */
function classTable({ classes, images, accuracy, confusion }: Report, paint: Paint): string {
  const columns: Column[] = [{ title: "class" }, ...["train", "valid", "right", "accuracy"].map((title) => ({ title, align: "right" }) as const)];
  const row = (name: string, label: number): Cell[] => [
    { text: clean(name), style: "cyan" },
    count(images.train[name]),
    count(images.valid[name]),
    count(confusion[label][label]),
    share(accuracy[label]),
  ];
  const all = (counts: Readonly<Record<string, number>>) => count(sum(classes.map((name) => counts[name])));
  const totals: Cell[] = ["all", all(images.train), all(images.valid), count(sum(confusion.map((line, i) => line[i]))), ""];
  return table(columns, [...classes.map(row), totals], { paint, rulesBefore: [classes.length] });
}

/** A matrix of more classes than this no longer fits a page. */
const MOST_CLASSES = 20;
const MOST_CONFUSED = 10;

/** One count of the matrix: the diagonal is what was right. */
function countCell(n: number, row: number, column: number): Cell {
  if (n === 0) return { text: "·", style: "dim" };
  return { text: count(n), style: row === column ? "green" : "yellow" };
}

function confusionText(classes: readonly string[], confusion: Confusion, paint: Paint): string {
  if (classes.length > MOST_CLASSES) return confusedPairs(classes, confusion, paint);
  const names = classes.map(clean);
  const columns: Column[] = [{ title: "" }, ...names.map((title) => ({ title, align: "right" }) as const)];
  const rows = confusion.map((line, r): Cell[] => [{ text: names[r], style: "bold" }, ...line.map((n, c) => countCell(n, r, c))]);
  return `  ${paint("bold", "confusion")} ${paint("dim", "(row: what an image shows; column: what was said)")}\n\n${table(columns, rows, { paint, gap: "  ", rule: false, indent: "    " })}`;
}

/** What was taken for what most often. */
function confusedPairs(classes: readonly string[], confusion: Confusion, paint: Paint): string {
  const pairs = confusion.flatMap((line, r) => line.map((n, c) => ({ n, r, c })).filter(({ n, r, c }) => n > 0 && r !== c));
  pairs.sort((a, b) => b.n - a.n || a.r - b.r || a.c - b.c);
  const rows = pairs.slice(0, MOST_CONFUSED).map(({ n, r, c }): Cell[] => [clean(classes[r]), clean(classes[c]), count(n)]);
  const columns: Column[] = [{ title: "shows" }, { title: "was taken for" }, { title: "times", align: "right" }];
  return `  ${paint("bold", "most often confused")} ${paint("dim", `(${classes.length} classes; --json has the whole matrix)`)}\n\n${table(columns, rows, { paint, indent: "    " })}`;
}
