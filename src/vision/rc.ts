/**
 * @file Defaults for looking, set as in Matplotlib: `rc("image", { cmap: "Greys" })`. Everything that shows pictures reads them here.
 */
import { ValueError } from "../core/errors.js";
import { type Interpolation, interpolations } from "../display/scale.js";
import { colormap } from "./colormaps.js";

/** What pictures look like unless a call says otherwise. */
export interface ImageDefaults {
  /** The colour map of single-channel tensors. */
  cmap: string;
  interpolation: Interpolation;
}

const original: Readonly<ImageDefaults> = { cmap: "viridis", interpolation: "antialiased" };
const current: ImageDefaults = { ...original };

/** The defaults as they are now. */
export const imageDefaults = (): Readonly<ImageDefaults> => current;

/**
 * Sets defaults, for this process: those named, the others stay.
 *
 * @throws ValueError for another group than "image", an unknown setting, or a value that it does not take.
 * @example rc("image", { cmap: "Greys" })
 * @see https://matplotlib.org/stable/api/matplotlib_configuration_api.html#matplotlib.rc
 */
export function rc(group: "image", settings: Partial<ImageDefaults>): void {
  if (group !== "image") throw new ValueError(`rc: there is no group ${JSON.stringify(group)}; only "image"`);
  for (const key of Object.keys(settings)) {
    if (!(key in original)) throw new ValueError(`rc: "image" has no setting ${JSON.stringify(key)}; only ${Object.keys(original).join(" and ")}`);
  }
  const { cmap, interpolation } = settings;
  if (cmap !== undefined) colormap(cmap); // throws for an unknown name
  checkInterpolation("rc", interpolation);
  Object.assign(current, cmap === undefined ? {} : { cmap }, interpolation === undefined ? {} : { interpolation });
}

/** Back to Matplotlib's own defaults. */
export function rcdefaults(): void {
  Object.assign(current, original);
}

/** @throws ValueError unless it is undefined or a known way. */
export function checkInterpolation(name: string, interpolation: string | undefined): void {
  if (interpolation !== undefined && !interpolations.some((known) => known === interpolation)) {
    throw new ValueError(`${name}: unknown interpolation ${JSON.stringify(interpolation)}; one of ${interpolations.join(", ")}`);
  }
}
