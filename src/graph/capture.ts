/**
 * @file What a function of tensors is seen to do while it is captured: which storages it reads and writes, which it makes, what it draws
 * at random. Storages and the engine ask whether a capture goes on; planner.ts makes a plan of what it saw. It computes nothing.
 */
import type { Allocation } from "../backends/backend.js";
import { Node } from "../compile/expression.js";
import { itemSize, type DType, type TypedArray } from "../core/dtype.js";
import { CaptureError } from "../core/errors.js";
import { numel, type Shape } from "../core/shape.js";
import type { History } from "./history.js";
import type { Storage, TensorImpl } from "./storage.js";

/** Stands for the memory that a call of the plan will bring. */
export class Placeholder implements Allocation {
  constructor(readonly bytes: number) {}
}

/** A node whose elements a call brings. */
export interface StandIn {
  readonly placeholder: Node;
  readonly allocation: Placeholder;
}
function standIn(shape: Shape, dtype: DType): StandIn {
  const allocation = new Placeholder(numel(shape) * itemSize(dtype));
  return { placeholder: new Node(shape, dtype, { kind: "buffer", allocation }), allocation };
}

/** A storage from outside: what it held before, and the node that stands for what it will hold when the plan is called. */
export interface Seen extends StandIn {
  readonly storage: Storage;
  readonly node: Node;
  readonly version: number;
}

/** Random numbers that are drawn anew at each call. */
export interface Draw extends StandIn {
  readonly draw: () => TypedArray;
}

/** The gradient of a tensor from outside, as the function finds and leaves it. */
export interface Gradient {
  readonly history: History;
  /** What stands for the gradient that a call finds; undefined where the capture found none. */
  readonly found: TensorImpl | undefined;
  current: TensorImpl | undefined;
  /** Whether it was looked at before it was set: then calls must find one where the capture did, of the same kind. */
  wasRead: boolean;
}

/** Something that has to hold of numbers which each call computes: `hold` throws where it does not. It is asked when the call is over. */
export interface Check {
  readonly numbers: readonly TensorImpl[];
  readonly hold: (numbers: readonly number[]) => void;
}

export class Capture {
  /** Whether the indices exist, by what makes a check the same as another. */
  readonly checks = new Map<string, Check>();
  readonly seen: Seen[] = [];
  readonly born: Storage[] = [];
  readonly draws: Draw[] = [];
  /** What has to hold for the capture to be used again. */
  readonly guards: (() => boolean)[] = [];
  readonly gradients = new Map<History, Gradient>();
  /** Nodes from this number on were made inside. */
  readonly firstNode = new Node([], "bool", { kind: "constant", value: 0 }).id;

  /** A storage from outside is looked at for the first time: gives what stands for its value from now on. */
  see(storage: Storage, node: Node): Node {
    const made = standIn(node.shape, node.dtype);
    made.placeholder.readers++;
    this.seen.push({ storage, node, version: storage.version, ...made });
    return made.placeholder;
  }

  /** `standInFor` makes what stands for a tensor that each call brings. */
  constructor(private readonly standInFor: (impl: TensorImpl) => TensorImpl) {}

  /** The gradient of a tensor from outside is looked at. */
  gradient(history: History, present: TensorImpl | undefined, wasRead = true): Gradient {
    let gradient = this.gradients.get(history);
    if (!gradient) {
      const found = present && withCapture(undefined, () => this.standInFor(present)); // it is from outside
      gradient = { history, found, current: found, wasRead };
      this.gradients.set(history, gradient);
    }
    return gradient;
  }

  /** It is set. */
  assignGradient(history: History, present: TensorImpl | undefined, grad: TensorImpl | undefined): void {
    this.gradient(history, present, false).current = grad;
  }

  /** A node whose elements each call draws anew. */
  drawn(shape: Shape, dtype: DType, draw: () => TypedArray): Node {
    const made = standIn(shape, dtype);
    this.draws.push({ draw, ...made });
    return made.placeholder;
  }

  /** Undoes what the function did to storages from outside. */
  restore(): void {
    for (const { storage, node, version } of this.seen) storage.restore(node, version);
  }
}

let active: Capture | undefined;

/** The capture that goes on, if one does. */
export const capturing = (): Capture | undefined => active;

/** Runs `body` under a capture, or under none. Captures do not nest: a compiled function inside another is part of it. */
export function withCapture<T>(capture: Capture | undefined, body: () => T): T {
  const before = active;
  active = capture;
  try {
    return body();
  } finally {
    active = before;
  }
}

/** Throws where elements are asked for that no call has computed yet. */
export function checkReadable(what: string): void {
  if (active === undefined) return;
  throw new CaptureError(
    `${what} inside a compiled function: elements are not known while it is captured (item(), tolist(), toTypedArray(), printing, masks and ` +
      `conditions on them). Return the tensor and read what the call gives, or use where(…) in place of an if`,
  );
}
