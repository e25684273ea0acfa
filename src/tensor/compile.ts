/**
 * @file `compile(fn)`: captures a function of tensors once for each signature of its arguments and replays it as a list of kernels. Here is
 * what users see of it: arguments to signatures, results to tensors. The capture and the plan are graph/'s.
 */
import { CaptureError, ValueError } from "../core/errors.js";
import { Node } from "../compile/expression.js";
import { historyOf, isLeaf, isTracked } from "../autograd/tensors.js";
import { sameShape } from "../core/shape.js";
import { Capture, capturing, withCapture, type Gradient } from "../graph/capture.js";
import { gradMode, type History } from "../graph/history.js";
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

/** Throws for an argument with a history, which a compiled function could not go back into. */
function checkLeaf(impl: TensorImpl): void {
  if (!isTracked(impl) || (impl.link === undefined && isLeaf(impl))) return;
  throw new CaptureError(
    "compile: an argument was computed from tensors that require gradients, and a compiled function cannot go back there: detach() it, or compute it inside",
  );
}

/** Adds an argument to the signature. What is no tensor, array or plain object counts as itself, by identity. */
function sign(value: unknown, into: Signature): void {
  const { tokens } = into;
  if (value instanceof Tensor) {
    checkLeaf(value.impl);
    const { storage, view } = value.impl;
    let number = into.storages.indexOf(storage);
    if (number < 0) number = into.storages.push(storage) - 1;
    into.tensors.push(value);
    tokens.push(tensorToken, number, value.dtype, storage.node.count, value.impl.history?.requiresGrad === true, view.shape.length, view.offset);
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

/** A gradient of a tensor from outside: what stands for the one that a call finds, and what the call leaves. */
interface GradientOf {
  readonly gradient: Gradient;
  /** The number of the argument whose gradient it is, or undefined for a tensor that the function reaches by itself. */
  readonly argument: number | undefined;
  /** The number of the output that it becomes, "none" where it is taken away, "same" where it stays the tensor it was. */
  readonly becomes: number | "none" | "same";
}

interface Entry {
  readonly tokens: readonly unknown[];
  readonly plan: Plan;
  readonly result: Result;
  readonly gradients: readonly GradientOf[];
  /** What has to hold of the outputs with these numbers. */
  readonly checks: readonly { readonly outputs: readonly number[]; readonly hold: (numbers: readonly number[]) => void }[];
  /** For each storage of the arguments what stood for it in the capture: itself where it is shared. */
  readonly standIns: readonly Storage[];
  /** The storages of arguments that the function reaches by another way too. */
  readonly shared: ReadonlySet<Storage>;
}

/** A storage of the same shape and dtype that holds nothing: who keeps a view of it beyond the capture is told so. */
const standInFor = ({ node }: Storage): Storage => new Storage(new Node(node.shape, node.dtype, { kind: "moved", because: "captured" }));

const standInImpl = (impl: TensorImpl): TensorImpl => new TensorImpl(standInFor(impl.storage), impl.view);

/** What stands for an argument: a leaf with the same gradient where it is one. */
function argumentImpl(impl: TensorImpl, storage: Storage): TensorImpl {
  const standIn = new TensorImpl(storage, impl.view);
  if (impl.history) {
    const history = historyOf(standIn);
    history.requiresGrad = impl.history.requiresGrad;
    history.grad = impl.history.grad;
  }
  return standIn;
}

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
    checkUntracked(value);
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

/** Throws for a result whose gradient would silently end at the compiled function. */
function checkUntracked({ impl }: Tensor): void {
  if (!isTracked(impl)) return;
  throw new CaptureError(
    "compile: a tensor that the function returns requires grad, but what a compiled function computes is not recorded: call backward() inside it " +
      "and return detach()ed tensors, or call it in noGrad",
  );
}

/** One compiled function. */
class Compiled {
  private readonly entries: Entry[] = [];

  constructor(private readonly fn: (...args: readonly unknown[]) => unknown) {}

  call(args: readonly unknown[]): unknown {
    const signature: Signature = { tokens: [gradMode.enabled, gradMode.inference], tensors: [], storages: [] };
    sign(args, signature);
    const entry = this.entryFor(signature) ?? this.capture(args, signature, new Set());
    const binding = new Map(entry.standIns.map((standIn, i) => [standIn, signature.storages[i]]));
    for (const gradient of entry.gradients) {
      const { found } = gradient.gradient;
      const present = historyAt(gradient, signature.tensors).grad;
      if (found && present) binding.set(found.storage, present.storage);
    }
    const outputs = entry.plan.call(binding);
    for (const gradient of entry.gradients) {
      const { becomes } = gradient;
      if (becomes !== "same") historyAt(gradient, signature.tensors).grad = becomes === "none" ? undefined : outputs[becomes];
    }
    for (const { outputs: numbers, hold } of entry.checks) hold(numbers.map((i) => Number(engine().read(outputs[i].storage.node)[0])));
    return entry.result(outputs, signature.tensors);
  }

  private entryFor(signature: Signature): Entry | undefined {
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i];
      if (!sameTokens(entry.tokens, signature.tokens) || !entry.plan.fits(engine())) continue;
      if (!fitsStorages(entry, signature.storages) || !fitsGradients(entry, signature)) continue;
      if (i > 0) this.entries.unshift(...this.entries.splice(i, 1));
      return entry;
    }
    return undefined;
  }

  /** Runs the function once without computing anything. `shared` are storages of arguments that it reaches by another way too. */
  private capture(args: readonly unknown[], signature: Signature, shared: ReadonlySet<Storage>): Entry {
    const capture = new Capture(standInImpl);
    const standIns = signature.storages.map((storage) => (shared.has(storage) ? storage : standInFor(storage)));
    const standInImpls = new Map<TensorImpl, TensorImpl>();
    const tensors = signature.tensors.map(({ impl }, i) => {
      const standIn = standIns[signature.storages.indexOf(impl.storage)];
      if (standIn === impl.storage) return signature.tensors[i];
      const made = standInImpls.get(impl) ?? argumentImpl(impl, standIn);
      standInImpls.set(impl, made);
      return new Tensor(made);
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
      const gradients = [...capture.gradients.values()].map((gradient): GradientOf => {
        const { found, current } = gradient;
        const argument = tensors.findIndex(({ impl }, i) => impl !== signature.tensors[i].impl && impl.history === gradient.history);
        return { gradient, argument: argument < 0 ? undefined : argument, becomes: current === found ? "same" : current === undefined ? "none" : outputs.push(current) - 1 };
      });
      const checks = [...capture.checks.values()].map(({ numbers, hold }) => ({ outputs: numbers.map((number) => outputs.push(number) - 1), hold }));
      withCapture(capture, () => outputs.forEach(({ storage }) => storage.node)); // a view of an argument may not have looked at it yet
      const plan = makePlan(engine(), capture, outputs);
      entry = { tokens: signature.tokens, plan, result, gradients, checks, standIns, shared };
    } finally {
      capture.restore();
      for (const { history } of standInImpls.values()) if (history) history.grad = undefined;
    }
    const met = signature.storages.filter((storage, i) => standIns[i] !== storage && entry.plan.uses(storage));
    if (met.length > 0) return this.capture(args, signature, new Set([...shared, ...met]));
    if (!fitsGradients(entry, signature)) {
      throw new CaptureError("compile: the function reaches the gradient of a tensor by another way too (as an argument, or closed over): give it a detach().clone()");
    }
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

/** Whose gradient it is in a call with these tensors. */
function historyAt({ gradient, argument }: GradientOf, tensors: readonly Tensor[]): History {
  return argument === undefined ? gradient.history : historyOf(tensors[argument].impl);
}

/** Where the capture found a gradient, the call must find one of the same kind, which it reaches by no other way; where not, none. */
function fitsGradients({ gradients, plan }: Entry, { storages, tensors }: Signature): boolean {
  const met = new Set(storages);
  for (const gradient of gradients) {
    const { found, wasRead } = gradient.gradient;
    const present = historyAt(gradient, tensors).grad;
    if (wasRead && (found === undefined) !== (present === undefined)) return false;
    if (!found || !present || !plan.uses(found.storage)) continue;
    if (!sameView(found, present) || plan.uses(present.storage) || met.has(present.storage)) return false;
    met.add(present.storage);
  }
  return true;
}

const sameView = ({ view, storage }: TensorImpl, other: TensorImpl): boolean =>
  view.offset === other.view.offset && sameShape(view.shape, other.view.shape) && sameShape(view.strides, other.view.strides) &&
  storage.node.dtype === other.storage.node.dtype && storage.node.count === other.storage.node.count;

/**
 * A function of tensors that runs as a list of kernels: `torch.compile`. The first call with arguments of new shapes or dtypes captures what
 * the function does, later ones replay it with no graph building and no scheduling. What is computed on the way never gets memory of its own
 * beyond the call.
 *
 * - Arguments and results are tensors, numbers (strings, booleans), and arrays or plain objects of them. Views, and tensors that share elements,
 *   are told apart from those that do not.
 * - Tensors that the function closes over are read anew at each call; in-place operations on them, or on arguments, happen at each
 *   call, and every alias sees them.
 * - `backward()` inside adds to the gradients of leaves from outside at each call. Results have no history, so
 *   what requires a gradient is returned detached.
 * - `rand`, `randn`, `randint` and `randperm` draw at each call.
 * - A number among the arguments is part of the signature: a new one captures again (the latest 64 captures are kept), but compiles no new kernels. What
 *   changes at every call is better a tensor without dimensions, whose value may change.
 * - Everything else is as it was at the capture: variables that are no tensors, conditions on them, calls of `console.log`.
 *
 * Whether indices exist is found out when a call is over: then it throws IndexError, and what it has written is written.
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
