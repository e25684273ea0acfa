/**
 * @file Everything that a report tells, gathered before the first line is written. The sections read it; report.ts fills it in.
 */
import type { Pixels } from "../../display/displayable.js";
import type { Baseline } from "../baseline.js";
import type { Gatherer } from "./gather.js";
import type { Markup } from "./markup.js";
import type { PictureFormat } from "./pictures.js";

export interface Facts {
  /** What the data set is called. */
  readonly title: string;
  readonly classes: readonly string[];
  readonly result: Baseline;
  readonly gathered: Gatherer;
  readonly format: PictureFormat;
  /** The mean of each class as bytes, full size. */
  readonly means: readonly Uint8Array[];
  /** The mean of each shown class as a small picture. */
  readonly meanPictures: readonly Pixels[];
}

/** One part of the page; undefined where there is nothing to say. */
export interface Section {
  /** Its place in the page's address: letters only. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in a sentence or two. */
  readonly lead?: Markup;
  readonly body: Markup;
}
export type MakeSection = (facts: Facts) => Promise<Section | undefined> | Section | undefined;
