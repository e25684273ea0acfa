/**
 * @file `compile(fn)`: captures a function of tensors once for each signature of its arguments and replays it as a list of kernels. Here is
 * what users see of it: arguments to signatures, results to tensors. The capture and the plan are graph/'s.
 */
import { isGradEnabled } from "../autograd/mode.js";
import { CaptureError, ValueError } from "../core/errors.js";
import { Node } from "../compile/expression.js";
import { Capture, capturing, withCapture } from "../graph/capture.js";
import { engine } from "../graph/engine.js";
import type { Plan } from "../graph/plan.js";
import { makePlan } from "../graph/planner.js";
import { Storage, TensorImpl } from "../graph/storage.js";
import { Tensor } from "./class.js";

/** Plans kept for each function: the latest used ones. */
const mostPlans = 64;

/** Arguments as they decide which plan serves: tokens that are compared one by one, tensors, and their storages, each once. */
interface Signature {
  readonly tokens: unknown[];
  readonly tensors: Tensor[];
  readonly storages: Storage[];
}

const tensorToken = Symbol("tensor");
const listToken = Symbol("list");
const objectToken = Symbol("object");

const isPlainObject = (value: object): value is Readonly<Record<string, unknown>> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Adds an argument to the signature. What is no tensor, array or plain object counts as itself, by identity. */
function sign(value: unknown, into: Signature): void {
  const { tokens } = into;
  if (value instanceof Tensor) {
    checkUntracked(value, "an argument");
    const { storage, view } = value.impl;
    let number = into.storages.indexOf(storage);
    if (number < 0) number = into.storages.push(storage) - 1;
    into.tensors.push(value);
    tokens.push(tensorToken, number, value.dtype, storage.node.count, view.shape.length, view.offset);
    for (let i = 0; i < view.shape.length; i++) tokens.push(view.shape[i], view.strides[i]);
  } else if (Array.isArray(value)) {
    tokens.push(listToken, value.length);
    for (const item of value) sign(item, into);
  } else if (typeof value === "object" && value !== null && isPlainObject(value)) {
    const keys = Object.keys(value);
    tokens.push(objectToken, keys.length);
    for (const key of keys) {
      tokens.push(key);
      sign(value[key], into);
    }
  } else tokens.push(value);
}

function sameTokens(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** An argument with its tensors exchanged, in the order of `sign`. */
function exchanged(value: unknown, next: () => Tensor): unknown {
  if (value instanceof Tensor) return next();
  if (Array.isArray(value)) return value.map((item) => exchanged(item, next));
  if (typeof value === "object" && value !== null && isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exchanged(item, next)]));
  }
  return value;
}

/** How a result is put together from the plan's outputs and the call's arguments. */
type Result = (outputs: readonly TensorImpl[], arguments_: readonly Tensor[]) => unknown;

interface Entry {
  readonly tokens: readonly unknown[];
  readonly plan: Plan;
  readonly result: Result;
  /** What the function leaves elsewhere, such as gradients of leaves: to be done again after each call. */
  readonly effects: readonly ((outputs: readonly TensorImpl[]) => void)[];
  /** For each storage of the arguments what stood for it in the capture: itself where it is shared. */
  readonly standIns: readonly Storage[];
  /** The storages of arguments that the function reaches by another way too. */
  readonly shared: ReadonlySet<Storage>;
}

/** A storage of the same shape and dtype that holds nothing: who keeps a view of it beyond the capture is told so. */
const standInFor = ({ node }: Storage): Storage => new Storage(new Node(node.shape, node.dtype, { kind: "moved", because: "captured" }));

/** What a function has returned, on its way to a plan. */
interface Returned {
  readonly tensors: readonly Tensor[];
  /** Filled with the tensors that the plan computes. */
  readonly outputs: TensorImpl[];
  isOutside(storage: Storage): boolean;
}

function resultOf(value: unknown, at: Returned): Result {
  if (value instanceof Tensor) {
    const argument = at.tensors.indexOf(value);
    if (argument >= 0) return (_, tensors) => tensors[argument];
    if (at.isOutside(value.impl.storage)) return () => value;
    checkUntracked(value, "a tensor that the function returns");
    const output = at.outputs.push(value.impl) - 1;
    return (outputs) => new Tensor(outputs[output]);
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => resultOf(item, at));
    return (outputs, tensors) => items.map((item) => item(outputs, tensors));
  }
  if (typeof value === "object" && value !== null) {
    if (!isPlainObject(value)) {
      const hint = value instanceof Promise ? "a promise: it must not be async" : `a ${value.constructor.name}`;
      throw new CaptureError(`compile: the function returns ${hint}. A compiled function returns tensors, numbers, and arrays or plain objects of them`);
    }
    const items = Object.entries(value).map(([key, item]) => [key, resultOf(item, at)] as const);
    return (outputs, tensors) => Object.fromEntries(items.map(([key, item]) => [key, item(outputs, tensors)]));
  }
  return () => value;
}

/** What the function left in places outside; a later call must find there what the capture found. */
function effectsOf(capture: Capture, outputs: TensorImpl[], isBorn: (storage: Storage) => boolean): Entry["effects"] {
  return [...capture.places].flatMap(([place, before]) => {
    const after = place.value;
    capture.guards.push(() => place.value === before);
    if (after === before) return [];
    const output = after && isBorn(after.storage) ? outputs.push(after) - 1 : undefined;
    return [
      (computed: readonly TensorImpl[]): void => {
        place.value = output === undefined ? after : computed[output].detached();
        if (place.value) place.value.storage.isKept = true;
      },
    ];
  });
}

/** Throws for a tensor whose gradient would silently end at the compiled function. */
function checkUntracked(tensor: Tensor, what: string): void {
  if (!isGradEnabled() || !tensor.requiresGrad) return;
  throw new CaptureError(
    `compile: ${what} requires grad, but what a compiled function computes is not recorded: call backward() inside it and return ` +
      `detach()ed tensors, or call it in noGrad`,
  );
}

/** One compiled function. */
class Compiled {
  private readonly entries: Entry[] = [];

  constructor(private readonly fn: (...args: readonly unknown[]) => unknown) {}

  call(args: readonly unknown[]): unknown {
    const signature: Signature = { tokens: [isGradEnabled()], tensors: [], storages: [] };
    sign(args, signature);
    const entry = this.entryFor(signature) ?? this.capture(args, signature, new Set());
    const binding = new Map(entry.standIns.map((standIn, i) => [standIn, signature.storages[i]]));
    const outputs = entry.plan.call(binding);
    for (const effect of entry.effects) effect(outputs);
    return entry.result(outputs, signature.tensors);
  }

  private entryFor({ tokens, storages }: Signature): Entry | undefined {
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i];
      if (!sameTokens(entry.tokens, tokens) || !entry.plan.fits(engine()) || !fitsStorages(entry, storages)) continue;
      if (i > 0) this.entries.unshift(...this.entries.splice(i, 1));
      return entry;
    }
    return undefined;
  }

  /** Runs the function once without computing anything. `shared` are storages of arguments that it reaches by another way too. */
  private capture(args: readonly unknown[], signature: Signature, shared: ReadonlySet<Storage>): Entry {
    const capture = new Capture();
    const standIns = signature.storages.map((storage) => (shared.has(storage) ? storage : standInFor(storage)));
    const tensors = signature.tensors.map(({ impl }, i) => {
      const standIn = standIns[signature.storages.indexOf(impl.storage)];
      return standIn === impl.storage ? signature.tensors[i] : new Tensor(new TensorImpl(standIn, impl.view));
    });
    let entry: Entry;
    try {
      let next = 0;
      const given = args.map((arg) => exchanged(arg, () => tensors[next++]));
      const returned: unknown = withCapture(capture, () => this.fn(...given));
      const outputs: TensorImpl[] = [];
      const own = new Set(standIns.filter((standIn, i) => standIn !== signature.storages[i]));
      const born = new Set(capture.born);
      const result = resultOf(returned, { tensors, outputs, isOutside: (storage) => !born.has(storage) && !own.has(storage) });
      const effects = effectsOf(capture, outputs, (storage) => born.has(storage));
      withCapture(capture, () => outputs.forEach(({ storage }) => storage.node)); // a view of an argument may not have looked at it yet
      const plan = makePlan(engine(), capture, outputs);
      entry = { tokens: signature.tokens, plan, result, effects, standIns, shared };
    } finally {
      capture.restore();
    }
    const met = signature.storages.filter((storage, i) => standIns[i] !== storage && entry.plan.uses(storage));
    if (met.length > 0) return this.capture(args, signature, new Set([...shared, ...met]));
    this.entries.unshift(entry);
    this.entries.length = Math.min(this.entries.length, mostPlans);
    return entry;
  }
}

/** Storages that the function reaches by another way too must be the same ones; others must not be among those it reaches. */
function fitsStorages({ standIns, shared, plan }: Entry, storages: readonly Storage[]): boolean {
  for (let i = 0; i < storages.length; i++) {
    if (shared.has(standIns[i]) ? standIns[i] !== storages[i] : plan.uses(storages[i])) return false;
  }
  return true;
}

/**
 * A function of tensors that runs as a list of kernels: `torch.compile`. The first call with arguments of new shapes or dtypes captures what
 * the function does, later ones replay it with no graph building and no scheduling. What is computed on the way never gets memory of its own
 * beyond the call.
 *
 * - Arguments and results are tensors, numbers (strings, booleans), and arrays or plain objects of them. Views, and tensors that share elements,
 *   are told apart from those that do not.
 * - Tensors that the function closes over are read anew at each call; in-place operations on them, or on arguments, happen at each
 *   call, and every alias sees them.
 * - `rand`, `randn`, `randint` and `randperm` draw at each call.
 * - A number among the arguments is part of the signature: a new one captures again (the latest 64 captures are kept), but compiles no new kernels. What
 *   changes at every call is better a tensor without dimensions, whose value may change.
 * - Everything else is as it was at the capture: variables that are no tensors, conditions on them, calls of `console.log`.
 *
 * @throws CaptureError where the function reads elements (`item()`, `tolist()`, printing, masks), or returns something else than the above; or where
 *   a tensor made inside is read outside without having been returned
 * @example
 * const w = zeros(3);
 * const step = compile((x: Tensor, y: Tensor) => {
 *   const error = x.matmul(w).sub(y);
 *   w.sub_(x.t().matmul(error).mul(0.1));
 *   return error.square().mean();
 * });
 * for (const [x, y] of batches) step(x, y);
 * @see https://docs.pytorch.org/docs/stable/generated/torch.compile.html
 */
export function compile<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R;
export function compile(fn: (...args: readonly unknown[]) => unknown): (...args: readonly unknown[]) => unknown {
  if (typeof fn !== "function") throw new ValueError(`compile: expected a function, not ${typeof fn}`);
  const compiled = new Compiled(fn);
  return (...args) => (capturing() ? fn(...args) : compiled.call(args));
}
