/**
 * @file The kind of operation that takes more than its tensors and gives more than one: `run` is handed the arguments as the user
 * gave them (tensors as their insides) and gives tensors, one or several. `signature` names the static types, which are in
 * `tensor/signatures-calls.ts`. The readers here take the arguments apart and throw for what they are not.
 */
import { ValueError } from "../core/errors.js";
import { TensorImpl } from "../graph/storage.js";
import { ruleOf, type Gradient, type Rules } from "./gradient.js";
import type { Argument } from "./kinds.js";

/** What a call gives: a tensor, a plain answer, or several under their names or in order. */
export type CallResult = TensorImpl | boolean | readonly TensorImpl[] | { readonly [name: string]: TensorImpl };

export interface CallOp<K extends string = string, P extends boolean = boolean> {
  readonly kind: "call";
  name: string;
  readonly signature: K;
  /** Whether `x.name_()` exists: it writes the (one) result into x. */
  readonly inPlace: P;
  run(x: TensorImpl, args: readonly unknown[], name: string): CallResult;
  /** Its inputs by name, and their rules. None where `run` is made of recorded operations (recorded.ts) and so records itself. */
  gradient?(x: TensorImpl, args: readonly unknown[]): CallGradient;
  /** Whether no gradient ever leads to its results, floating or not: PyTorch's `output_differentiability: [False]`. */
  readonly detached?: boolean;
  /** Whether it only picks elements of `x` (by a mask, say): then its gradient follows from the pick itself (pick-gradient.ts). */
  readonly picks?: boolean;
}

/** The inputs of a call by name, and the rule of each that may require a gradient. */
export const recordedAs = <N extends string>(inputs: Readonly<Record<N, Argument>>, gradients: { readonly [K in NoInfer<N>]?: Gradient<NoInfer<N> | "out", object> }): CallGradient => {
  const rules: Record<string, Rules[string]> = {};
  for (const [name, gradient] of Object.entries<Gradient<N | "out", object> | undefined>(gradients)) if (gradient) rules[name] = ruleOf(gradient);
  return { inputs, rules };
};

/** How a call is recorded. */
export interface CallGradient {
  readonly inputs: Readonly<Record<string, Argument | undefined>>;
  readonly rules: Rules;
  /** Where it gives several tensors under names: the rules of each, in place of `rules`. They may read all of these by name. */
  readonly results?: Readonly<Record<string, Rules>>;
  readonly extras?: object;
}

/** An entry with static types of that name. */
export const call = <K extends string>(signature: K, run: CallOp["run"], gradient?: CallOp["gradient"]): CallOp<K, false> => ({
  kind: "call",
  name: "call",
  signature,
  inPlace: false,
  run,
  ...(gradient && { gradient }),
});

/** The same with an in-place form. */
export const callInPlace = <K extends string>(signature: K, run: CallOp["run"], gradient?: CallOp["gradient"]): CallOp<K, true> => ({
  kind: "call",
  name: "call",
  signature,
  inPlace: true,
  run,
  ...(gradient && { gradient }),
});

// Readers of arguments

const shown = (value: unknown): string =>
  value instanceof TensorImpl ? "a tensor" : Array.isArray(value) ? "an array" : typeof value === "object" && value !== null ? "an object" : String(value);

export function tensorAt(name: string, what: string, value: unknown): TensorImpl {
  if (value instanceof TensorImpl) return value;
  throw new ValueError(`${name}: ${what} must be a tensor, not ${shown(value)}: tensor(…) makes one`);
}

/** A tensor or a number. */
export function argumentAt(name: string, what: string, value: unknown): Argument {
  if (value instanceof TensorImpl || typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return value;
  throw new ValueError(`${name}: ${what} must be a tensor or a number, not ${shown(value)}`);
}

export function numberAt(name: string, what: string, value: unknown, otherwise?: number): number {
  const given = value ?? otherwise;
  if (typeof given === "number") return given;
  throw new ValueError(`${name}: ${what} must be a number, not ${shown(given)}`);
}

export function wholeAt(name: string, what: string, value: unknown, otherwise?: number): number {
  const given = numberAt(name, what, value, otherwise);
  if (Number.isSafeInteger(given)) return given;
  throw new ValueError(`${name}: ${what} must be a whole number, not ${given}`);
}

/** A whole number or several. */
export function wholesAt(name: string, what: string, value: unknown): readonly number[] {
  if (!Array.isArray(value)) return [wholeAt(name, what, value)];
  return value.map((entry: unknown) => wholeAt(name, what, entry));
}

export function flagAt(name: string, what: string, value: unknown, otherwise: boolean): boolean {
  const given = value ?? otherwise;
  if (typeof given === "boolean") return given;
  throw new ValueError(`${name}: ${what} must be true or false, not ${shown(given)}`);
}

/** One of some words. */
export function wordAt<W extends string>(name: string, what: string, value: unknown, words: readonly W[]): W {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new ValueError(`${name}: ${what} must be ${words.map((word) => JSON.stringify(word)).join(" or ")}, not ${JSON.stringify(value)}`);
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof TensorImpl);

/** Reads one of the options that the operation has. */
export type Options<K extends string> = (key: K) => unknown;

/** The options, of which there may be none; ValueError for one that the operation does not have. */
export function optionsAt<K extends string>(name: string, value: unknown, allowed: readonly K[]): Options<K> {
  if (value === undefined || value === null) return () => undefined;
  if (!isPlainObject(value)) throw new ValueError(`${name}: the options must be an object { ${allowed.join(", ")} }, not ${shown(value)}`);
  const given = new Map<string, unknown>(Object.entries(value));
  for (const key of given.keys()) {
    if (allowed.some((option) => option === key)) continue;
    throw new ValueError(`${name}: unknown option ${JSON.stringify(key)}: it takes ${allowed.join(" and ") || "no options"}`);
  }
  return (key) => given.get(key);
}

/** Splits arguments of which the last may be options: `f(x, 2, { keepdim: true })` and `f(x, { keepdim: true })`. */
export function withOptions<K extends string>(
  name: string,
  args: readonly unknown[],
  allowed: readonly K[],
): readonly [positional: readonly unknown[], option: Options<K>] {
  const last = args.at(-1);
  return isPlainObject(last) ? [args.slice(0, -1), optionsAt(name, last, allowed)] : [args, optionsAt(name, undefined, allowed)];
}
