/**
 * @file Every operation of the inventory with its sample (scripts/operations/), for the tests that hold something of all of them. A new operation
 * is among them by itself.
 */
import { inputsIn } from "../../scripts/operations/inputs.mjs";
import { inventory, type Row } from "../../scripts/operations/inventory.mjs";
import { sampleOf } from "../../scripts/operations/samples.mjs";

export interface Operation extends Row {
  readonly sample: string;
  /** The names of the inputs that the sample reads. */
  readonly inputs: readonly string[];
}

const rows = inventory().filter(({ kind }) => kind === "operations").flatMap((group) => group.rows);

/** Operations without a sample; a test of the documentation refuses them. */
export const operations: readonly Operation[] = rows.flatMap((row) => {
  const sample = sampleOf(row.name);
  return sample === undefined ? [] : [{ ...row, sample, inputs: inputsIn(sample) }];
});

/** What draws at random: another result each time. */
export const isRandom = ({ name }: Row): boolean =>
  /^(rand|normal|bernoulli|multinomial|uniform_|random_|exponential_|geometric_|cauchy_|logNormal_)/.test(name) || /dropout/i.test(name);

/** The sample with its operation in place, on a copy; undefined where it has no such form. */
export function inPlaceOf({ name, sample, op, inPlace }: Operation): string | undefined {
  if (inPlace !== true || op?.kind === "overwrite") return undefined;
  const call = new RegExp(`^(\\w+)\\.${name}\\(`);
  return call.test(sample) ? sample.replace(call, (_, target: string) => `${target}.clone().${name}_(`) : undefined;
}
