/**
 * @file A plot that can be shown, saved and put into a page: what every function of `plot` gives. It keeps the plan and draws when it is
 * asked; compose.ts draws.
 */
import type { Pixels } from "../../display/displayable.js";
import { rasterize } from "../../display/rasterize.js";
import { type Form, Shown } from "../../display/shown.js";
import { escapeTerminalLines } from "../../display/escape.js";
import { compose, type Plan } from "./compose.js";

/** Pixels to a unit, where nobody says: sharp on today's screens. */
const SCALE = 2;

/**
 * A drawing with axes: `display(p)`, `p.save("curve.svg")`, or the last value of a notebook's cell.
 *
 * @example await plot.line({ train, valid }, { xlabel: "epoch", ylabel: "loss" }).save("loss.png")
 */
export class Plot extends Shown {
  readonly #plan: Plan;
  readonly #text: string;
  #svg: Promise<string> | undefined;
  // A page shows the drawing itself; the bitmap is for places without SVG.
  protected override readonly forms: readonly Form[] = ["png", "svg", "html"];

  /** For the library's own use: `plot.line(…)` and its like make plots. */
  constructor(plan: Plan, text: string) {
    super();
    this.#plan = plan;
    this.#text = text;
  }

  get alt(): string {
    return this.#plan.alt;
  }
  /** What is drawn, in a few lines. */
  toText(): string {
    return escapeTerminalLines(this.#text);
  }
  override toSVG(): Promise<string> {
    return (this.#svg ??= compose(this.#plan));
  }
  /** The drawing for a page: as wide as the page allows. */
  async toHTML(): Promise<string> {
    return (await this.toSVG()).replace("<svg ", '<svg style="max-width:100%;height:auto" ');
  }
  override async toPixels({ scale = SCALE }: { scale?: number } = {}): Promise<Pixels> {
    return rasterize(await this.toSVG(), { scale });
  }
}
