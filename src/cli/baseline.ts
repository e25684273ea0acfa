/**
 * @file `tesserae baseline`: from the words of the command line to a data set, through learn/, to a report. Without a data set
 * it is the tour that `npm start` shows. How a report looks is report.ts's business.
 */
import { performance } from "node:perf_hooks";
import { existsSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { FileError } from "../core/errors.js";
import type { ByteMode } from "../data/modes.js";
import { type Baseline, baseline } from "../learn/baseline.js";
import type { Distance } from "../learn/distance.js";
import { isDataset, openDataset, openFolder } from "./dataset.js";
import { type Report, asJson, asText } from "./report.js";
import { type Session, UsageError } from "./session.js";
import { clean, plural } from "./text.js";

export interface BaselineArguments {
  readonly dataset: string | undefined;
  readonly classes?: readonly string[];
  readonly distance: Distance;
  readonly save?: string;
  readonly report?: string;
  readonly json?: boolean;
  readonly skipBad?: boolean;
  readonly validFraction: number;
  readonly seed: number;
  readonly resize?: readonly [width: number, height: number];
  readonly mode?: ByteMode;
  readonly workers?: number;
}

/** What is taken where nobody says what to take. */
const EMBEDDED = "digits";

export async function runBaseline(options: BaselineArguments, session: Session): Promise<void> {
  check(options);
  const { dataset, classes, json, save, report: page } = options;
  if (dataset === undefined && classes === undefined && json !== true && save === undefined && page === undefined) return tour(options, session);
  const started = 0; // since the process began: what a user waits for
  const { report, model } = await one({ ...options, dataset: dataset ?? EMBEDDED }, started, session);
  if (save !== undefined) await model.save(save);
  const where = page === undefined ? [] : [`The report is in ${clean(page)}`];
  if (json === true) {
    session.sayJson(asJson(report));
    for (const line of where) session.note(line);
    return;
  }
  if (save !== undefined) where.unshift(`The model is in ${clean(save)}`);
  session.say(`\n${asText(report, session.paint)}\n${where.map((line) => `  ${line}\n`).join("")}${where.length > 0 ? "\n" : ""}`);
}

/** What commander cannot know to be wrong. */
function check({ dataset, classes, save, report }: BaselineArguments): void {
  if (save !== undefined && extname(save) !== ".safetensors") throw new UsageError(`--save writes a safetensors file: ${save} should end in .safetensors`);
  if (report !== undefined && ![".html", ".htm"].includes(extname(report).toLowerCase())) throw new UsageError(`--report writes a page: ${report} should end in .html`);
  // Better to know now than after the work.
  for (const file of [save, report]) {
    if (file !== undefined && !existsSync(dirname(file))) throw new FileError(`${file} cannot be written: there is no folder ${dirname(file)}`);
  }
  const last = classes?.at(-1);
  if (dataset === undefined && classes !== undefined && classes.length > 1 && last !== undefined && isDataset(last) && !/^\d+$/.test(last)) {
    throw new UsageError(`--classes takes every word behind it, also "${last}"; put the data set in front: tesserae baseline ${last} --classes ${classes.slice(0, -1).join(" ")}`);
  }
}

/** Two lessons on the embedded digits: what `npm start` shows. */
async function tour(options: BaselineArguments, session: Session): Promise<void> {
  const { paint } = session;
  session.say(`
${paint("bold", "Tesserae")}: how far do you get by comparing pixels?

  Each class is learnt as the mean of its images; a new image belongs to the class
  whose mean is nearest. Any model that deserves its name must beat that. The images
  here are the embedded digits: 1,797 real handwritten ones, every fifth put aside.

`);
  const lessons = [
    { title: "3 against 7", classes: ["3", "7"] },
    { title: "All ten classes", classes: undefined },
  ];
  let started = 0;
  for (const { title, classes } of lessons) {
    const { report } = await one({ ...options, dataset: EMBEDDED, ...(classes ? { classes } : {}) }, started, session);
    session.say(`${paint("bold", title)}\n\n${asText(report, paint)}\n`);
    started = performance.now();
  }
  session.say(`${paint("bold", "Next")}

  tesserae baseline mnist_sample          the data of fast.ai's lesson
  tesserae baseline FOLDER                your own images: FOLDER/<class>/*
  tesserae baseline digits --save m.safetensors
  tesserae predict m.safetensors IMAGE    what does it show?
  tesserae --help
`);
}

/** One run from the data set's name to its report. `started`: when its clock began, in milliseconds of the process. */
async function one(options: BaselineArguments & { readonly dataset: string }, started: number, session: Session): Promise<{ report: Report; model: Baseline["model"] }> {
  const begin = performance.now();
  const { dataset, classes, distance, resize, mode, workers, skipBad, validFraction, seed } = options;
  const path = await openDataset(dataset, session);
  const folder = openFolder(path, { validFraction, seed, ...(classes ? { classes } : {}) });
  const looked = (performance.now() - begin) / 1000;
  const watching = options.report === undefined ? undefined : new (await import("../learn/report/report.js")).BaselineReport(folder, { title: titleOf(dataset) });
  const progress = await session.progress();
  const stages = { fit: "reading and fitting", evaluate: "reading and evaluating" } as const;
  const result = await baseline(folder, {
    distance,
    signal: session.signal,
    ...(watching ? { observer: watching } : {}),
    onProgress: ({ stage, done, total }) => progress.show({ stage: stages[stage], done, total }),
    ...(skipBad === true ? { skipBad } : {}),
    ...(resize ? { size: resize } : {}),
    ...(mode ? { mode } : {}),
    ...(workers === undefined ? {} : { workers }),
  });
  progress.stop();
  warnOfSkipped(result, session);
  if (options.report !== undefined) await watching?.save(options.report, result);
  const seconds = { ...result.seconds, load: looked + result.seconds.load, total: (performance.now() - started) / 1000 };
  return { report: { dataset, distance, ...result, classes: folder.classes, imageShape: result.model.imageShape ?? [], seconds }, model: result.model };
}

/** What a data set is called in its report: its name, or the last part of its path or address. */
function titleOf(dataset: string): string {
  const tidy = (/^[a-z]+:\/\//i.test(dataset) ? dataset.replace(/[?#].*$/, "") : resolve(dataset)).replace(/[/\\]+$/, "");
  return basename(tidy).replace(/\.(?:tgz|tar\.gz|tar)$/i, "") || "images";
}

const SHOWN = 5;

function warnOfSkipped({ skipped }: Baseline, session: Session): void {
  if (skipped.length === 0) return;
  const lines = skipped.slice(0, SHOWN).map(({ message }) => `  ${clean(message)}\n`);
  const more = skipped.length > SHOWN ? `  … and ${plural(skipped.length - SHOWN, "more", "more")}\n` : "";
  session.warn(`left out ${plural(skipped.length, "image")} that cannot be used:\n${lines.join("")}${more}`.trimEnd());
}
