/**
 * @file Einstein's summation: reads an equation, gives each dimension its name, and contracts the operands two by two (contract.ts). The rules
 * are PyTorch's: an ellipsis for the dimensions in front, repeated subscripts for diagonals, the result's subscripts in alphabetical order where
 * they are not given. `tensor/` makes the function of it.
 */
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import type { TensorImpl } from "../graph/storage.js";
import { contracted, inOrder, summed, withoutRepeats, type Labelled } from "./contract.js";
import { valueOf } from "./gradient.js";

const name = "einsum";
const ellipsis = "...";

/** The subscripts of one operand: letters, and at most one ellipsis. Spaces mean nothing. */
function subscriptsOf(text: string, whose: string): string[] {
  const found: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const at = text[i];
    if (at === " ") continue;
    if (/[a-zA-Z]/.test(at)) {
      found.push(at);
    } else if (at === ".") {
      if (!text.startsWith(ellipsis, i)) throw new ValueError(`${name}: found "." in ${JSON.stringify(text)} for ${whose} that is not part of any ellipsis`);
      if (found.includes(ellipsis)) throw new ValueError(`${name}: found a second ellipsis in ${JSON.stringify(text)} for ${whose}`);
      found.push(ellipsis);
      i += ellipsis.length - 1;
    } else {
      throw new ValueError(`${name}: invalid subscript ${JSON.stringify(at)} in ${JSON.stringify(text)} for ${whose}: subscripts are letters a to z and A to Z`);
    }
  }
  return found;
}

/** An equation taken apart: subscripts of the operands, and of the result if given. */
interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[] | undefined;
}

function parsed(equation: string): Equation {
  const arrow = equation.indexOf("->");
  const left = arrow < 0 ? equation : equation.slice(0, arrow);
  const inputs = left.split(",").map((term, i) => subscriptsOf(term, `operand ${i}`));
  const output = arrow < 0 ? undefined : subscriptsOf(equation.slice(arrow + 2), "the result");
  const twice = output?.find((label, d) => output.indexOf(label) < d);
  if (twice !== undefined) throw new ValueError(`${name}: the subscript ${twice} appears more than once in the result of ${JSON.stringify(equation)}`);
  const unknown = output?.find((label) => label !== ellipsis && !inputs.some((labels) => labels.includes(label)));
  if (unknown !== undefined) throw new ValueError(`${name}: the result's subscript ${unknown} appears in no operand of ${JSON.stringify(equation)}`);
  return { inputs, output };
}

/** The names of the ellipsis's dimensions, counted from the last: those of operands with fewer are the later ones. */
const namesOfEllipsis = (count: number): string[] => Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);

const expandedBy = (labels: readonly string[], names: readonly string[]): string[] => labels.flatMap((label) => (label === ellipsis ? names : [label]));

/** An operand with a name for each of its dimensions. */
function labelled(operand: TensorImpl, subscripts: readonly string[], at: number): Labelled {
  const rank = operand.shape.length;
  const letters = subscripts.filter((label) => label !== ellipsis).length;
  const fits = subscripts.includes(ellipsis) ? letters <= rank : letters === rank;
  if (!fits) {
    const least = subscripts.includes(ellipsis) ? "at least " : "";
    throw new ShapeError(`${name}: operand ${at} has the shape ${formatShape(operand.shape)}, but the equation gives it ${least}${letters} subscripts, "${subscripts.join("")}"`);
  }
  return { value: valueOf(operand), labels: expandedBy(subscripts, namesOfEllipsis(rank - letters)) };
}

/** Without an arrow: the ellipsis, and then the letters that appear once, capitals first. */
function implied(inputs: readonly (readonly string[])[], ellipsisNames: readonly string[]): string[] {
  const letters = inputs.flat().filter((label) => label !== ellipsis);
  return [...ellipsisNames, ...letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label)).toSorted((a, b) => (a < b ? -1 : 1))];
}

/** Sizes by name: equal in all operands, or 1. */
function sizesOf(operands: readonly Labelled[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { value, labels } of operands) {
    labels.forEach((label, d) => {
      const [size, before] = [value.shape[d], sizes.get(label) ?? 1];
      if (size !== before && size !== 1 && before !== 1) {
        const which = label.startsWith(".") ? "the ellipsis" : `the subscript ${label}`;
        throw new ShapeError(`${name}: ${which} stands for sizes ${before} and ${size} in ${operands.map((x) => formatShape(x.value.shape)).join(", ")}: they must be equal, or one of them 1`);
      }
      if (before === 1) sizes.set(label, size);
    });
  }
  return sizes;
}

/** How many products a pair takes. */
const costOf = (a: Labelled, b: Labelled, sizes: ReadonlyMap<string, number>): number =>
  [...new Set([...a.labels, ...b.labels])].reduce((product, label) => product * (sizes.get(label) ?? 1), 1);

/** Always the pair that takes the fewest products; the leftmost of equals. */
function cheapestPair(operands: readonly Labelled[], sizes: ReadonlyMap<string, number>): readonly [number, number] {
  let [best, least]: [readonly [number, number], number] = [[0, 1], Infinity];
  for (let i = 0; i < operands.length; i++) {
    for (let j = i + 1; j < operands.length; j++) {
      const cost = costOf(operands[i], operands[j], sizes);
      if (cost < least) [best, least] = [[i, j], cost];
    }
  }
  return best;
}

/** The sum of products that an equation says. */
export function einsum(equation: string, tensors: readonly TensorImpl[]): TensorImpl {
  if (tensors.length === 0) throw new ValueError(`${name}: expects at least one tensor beside the equation`);
  const { inputs, output } = parsed(equation);
  if (inputs.length !== tensors.length) {
    throw new ValueError(`${name}: the equation ${JSON.stringify(equation)} is for ${inputs.length} operands, but there ${tensors.length === 1 ? "is 1" : `are ${tensors.length}`}`);
  }
  const given = tensors.map((tensor, i) => labelled(tensor, inputs[i], i));
  const depth = Math.max(0, ...given.map(({ labels }) => labels.filter((label) => label.startsWith(".")).length));
  const names = namesOfEllipsis(depth);
  const wanted = output ? expandedBy(output, names) : implied(inputs, names);
  let operands = given.map((operand) => withoutRepeats(name, operand));
  const sizes = sizesOf(operands);
  while (operands.length > 1) {
    const [i, j] = cheapestPair(operands, sizes);
    const others = operands.filter((_, k) => k !== i && k !== j);
    const keep = new Set([...wanted, ...others.flatMap(({ labels }) => labels)]);
    operands = [...others.slice(0, i), contracted(name, operands[i], operands[j], keep), ...others.slice(i)];
  }
  return inOrder(summed(operands[0], new Set(wanted)), wanted).impl;
}

/** A list of subscripts, as letters. */
const termOf = (list: readonly unknown[]): string => list.map(letterOf).join("");

function letterOf(label: unknown): string {
  if (label === ellipsis) return ellipsis;
  if (typeof label === "number" && Number.isInteger(label) && label >= 0 && label < 52) return String.fromCharCode(label < 26 ? 65 + label : 71 + label);
  throw new ValueError(`${name}: a subscript in a list is a whole number from 0 to 51, or "...", not ${String(label)}`);
}

/** PyTorch's other form: subscripts as numbers from 0 to 51 behind each tensor, "..." for an ellipsis, the result's at the end. */
export const equationOf = (subscripts: readonly (readonly unknown[])[], output: readonly unknown[] | undefined): string =>
  subscripts.map(termOf).join(",") + (output ? `->${termOf(output)}` : "");
