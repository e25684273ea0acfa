/**
 * @file The report of a baseline: one page that a person would rather look at than read. It watches the baseline as it runs and
 * writes the page afterwards; each section is a file beside this one. The command line's --report opens it, and so can a program.
 */
import { ValueError } from "../../core/errors.js";
import type { ImageFolder } from "../../data/image-folder.js";
import type { DataPath } from "../../data/path.js";
import { writeWhole } from "../../data/whole-file.js";
import type { Baseline, BaselineObserver, ObservedBatch } from "../baseline.js";
import { accuracySection } from "./accuracy.js";
import { confusionSection } from "./confusion.js";
import { dataSection } from "./data.js";
import type { Facts, MakeSection, Section } from "./facts.js";
import { Gatherer } from "./gather.js";
import { marginsSection } from "./margins.js";
import { meansSection } from "./means.js";
import { mistakesSection } from "./mistakes.js";
import { page } from "./page.js";
import { bytesOf, formatOf, small, toBytes } from "./pictures.js";
import { pixelTableSection } from "./pixel-table.js";
import { summary } from "./summary.js";
import { typicalSection } from "./typical.js";

/** In the order in which they are read. */
const sections: readonly MakeSection[] = [
  dataSection, meansSection, pixelTableSection, accuracySection, confusionSection, marginsSection, mistakesSection, typicalSection,
];

/**
 * Watches a baseline and tells of it in one HTML file: what the data look like, what was learnt, how well it went, and where it
 * went wrong. The page needs no network, follows the reader's light or dark, fits phones and paper, and stays under 5 MB.
 *
 * @example
 * const report = new BaselineReport(folder, { title: "Leaves" });
 * await report.save("leaves.html", await baseline(folder, { observer: report }));
 */
export class BaselineReport implements BaselineObserver {
  readonly #title: string;
  readonly #classes: readonly string[];
  readonly #gathered: Gatherer;

  /** @param folder the one that the baseline is given. */
  constructor(folder: ImageFolder, { title = folder.root.name }: { readonly title?: string } = {}) {
    this.#title = title;
    this.#classes = folder.classes;
    this.#gathered = new Gatherer(folder);
  }

  /** The baseline calls it. */
  learnt(batch: ObservedBatch): void {
    this.#gathered.learnt(batch);
  }

  /** The baseline calls it. */
  tested(batch: ObservedBatch, distances: Float32Array): void {
    this.#gathered.tested(batch, distances);
  }

  /**
   * The page.
   *
   * @param result what the baseline gave that this report watched.
   * @throws ValueError for a baseline that it did not watch.
   */
  async toHTML(result: Baseline): Promise<string> {
    const facts = this.#facts(result);
    const made: (Section | undefined)[] = [];
    for (const make of sections) made.push(await make(facts));
    return page(this.#title, summary(facts), made.filter((section) => section !== undefined));
  }

  /** Writes the page. It is there whole or not at all. @throws FileError where it cannot be written; as `toHTML` too */
  async save(path: string | DataPath, result: Baseline): Promise<void> {
    const text = await this.toHTML(result);
    await writeWhole(path, (write) => write(Buffer.from(text)));
  }

  #facts(result: Baseline): Facts {
    const { model } = result;
    const gathered = this.#gathered;
    const shape = model.imageShape;
    if (shape === undefined || gathered.examples.every((examples) => examples.length === 0)) {
      throw new ValueError("BaselineReport: it has seen no images; give it to the baseline: baseline(folder, { observer: report })");
    }
    const format = formatOf(shape);
    const values = toBytes(model.means.toTypedArray());
    const one = bytesOf(format);
    const means = this.#classes.map((_, label) => values.subarray(label * one, (label + 1) * one));
    const meanPictures = means.slice(0, gathered.examples.length).map((bytes) => small(format, bytes, gathered.side));
    return { title: this.#title, classes: this.#classes, result, gathered, format, means, meanPictures };
  }
}
