/**
 * @file What a function of tensors is seen to do while it is captured: which storages it reads and writes, which it makes, what it draws
 * at random. Storages and the engine ask whether a capture goes on; plan.ts makes a plan of what it saw. It computes nothing.
 */
import type { Allocation } from "../backends/backend.js";
import { Node } from "../compile/expression.js";
import { itemSize, type DType, type TypedArray } from "../core/dtype.js";
import { CaptureError } from "../core/errors.js";
import { numel, type Shape } from "../core/shape.js";
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

/** A place where the function may leave a tensor: the gradient of a leaf. */
export interface Place {
  value: TensorImpl | undefined;
}

export class Capture {
  readonly seen: Seen[] = [];
  readonly born: Storage[] = [];
  readonly draws: Draw[] = [];
  /** What has to hold for the capture to be used again. */
  readonly guards: (() => boolean)[] = [];
  /** The places that the function looked at or left a tensor in, and what was there before. */
  readonly places = new Map<Place, TensorImpl | undefined>();
  /** Nodes from this number on were made inside. */
  readonly firstNode = new Node([], "bool", { kind: "constant", value: 0 }).id;

  /** A storage from outside is looked at for the first time: gives what stands for its value from now on. */
  see(storage: Storage, node: Node): Node {
    const made = standIn(node.shape, node.dtype);
    made.placeholder.readers++;
    this.seen.push({ storage, node, version: storage.version, ...made });
    return made.placeholder;
  }

  /** A place is about to be looked at or written to. */
  visit(place: Place): void {
    if (!this.places.has(place)) this.places.set(place, place.value);
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
    for (const [place, before] of this.places) place.value = before;
  }
}

let active: Capture | undefined;

/** The capture that goes on, if one does. */
export const capturing = (): Capture | undefined => active;

/** Runs `body` under a capture. Captures do not nest: a compiled function inside another is part of it. */
export function withCapture<T>(capture: Capture, body: () => T): T {
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
