/**
 * @file What a tensor is underneath: a storage that owns values and a view that looks at them. In-place operations give
 * the storage a new node, and every alias sees it, because aliases read through the storage. `tensor/` wraps it for users; `ops/`
 * computes on it.
 */
import type { DType } from "../core/dtype.js";
import type { Shape } from "../core/shape.js";
import type { View } from "../core/view.js";
import { addReader, isPlain, Node, type Operand } from "../compile/expression.js";
import { update } from "./build.js";
import { capturing, type Capture } from "./capture.js";
import { engine } from "./engine.js";
import { gradMode, type History, type ViewLink } from "./history.js";

/** Where storages that are made are written down: the innermost scope's. */
let births: Storage[] | undefined;

/** Runs `body` and notes in `born` all storages made in it. */
export function withBirths<T>(born: Storage[], body: () => T): T {
  const before = births;
  births = born;
  try {
    return body();
  } finally {
    births = before;
  }
}

/** Owns the newest value of some elements. The version counts in-place writes. */
export class Storage {
  version = 0;
  /** How many tensors were made that look at it, less those that were given up. */
  tensors = 0;
  /** Whether it outlives the scope in which it was made although it is not returned: the gradient of a tensor, say. */
  isKept = false;
  private current: Node;
  /** The capture in which it was made or that has seen it. */
  private knownTo: Capture | undefined;

  constructor(node: Node) {
    this.current = node;
    addReader(node);
    this.knownTo = capturing();
    if (this.knownTo) this.knownTo.born.push(this);
    else births?.push(this);
  }

  /** Belongs to the scope that goes on now, as if it had been made there. */
  announce(): void {
    births?.push(this);
  }

  get node(): Node {
    const capture = capturing();
    if (capture !== undefined && capture !== this.knownTo) {
      this.knownTo = capture;
      this.current = capture.see(this, this.current);
    }
    return this.current;
  }

  /** Writes a value (of the view's shape and the storage's dtype) under a view. Pending readers of the old value keep it. */
  write(view: View, value: Operand): void {
    const old = this.node;
    const isWhole = isPlain({ node: old, view }) && isPlain(value);
    this.current = isWhole ? value.node : update(old, view, value);
    addReader(this.current);
    old.readers--;
    this.version++;
    // The memory is there for what is computed next, most often the new value: in the cache, and with no page to be fetched.
    if (old.readers === 0) engine().release(old);
  }

  /** What it held before a capture, again. */
  restore(node: Node, version: number): void {
    this.current = node;
    this.version = version;
    this.knownTo = undefined;
  }

  /** Takes what a plan has computed in place of `writes` writes. */
  replace(node: Node, writes: number): void {
    addReader(node);
    this.current.readers--;
    this.current = node;
    this.version += writes;
  }

  /** Gives up the value: reading it is an error from now on. Gives the buffers that nobody will read again. */
  dispose(): Node[] {
    const { shape, dtype } = this.current;
    const dead = this.current.dropReader();
    this.current = new Node(shape, dtype, { kind: "moved", because: "disposed" });
    return dead;
  }
}

/** PyTorch's TensorImpl: a view of a storage. Where it looks never changes; what the storage holds may, and so may its history. */
export class TensorImpl {
  /** What autograd knows of it; nothing for a tensor that no gradient was ever asked for. `autograd/` writes it. */
  history: History | undefined = undefined;
  /** For a view that a gradient flows through: the tensor it is a view of. */
  link: ViewLink | undefined = undefined;
  private isGivenUp = false;

  /** `storage` is the one it looks at for as long as it is not given up. */
  constructor(
    public storage: Storage,
    readonly view: View,
  ) {
    storage.tensors++;
  }

  /** Looks at nothing from now on: reading it is an error. False where that is so already. */
  giveUp(): boolean {
    if (this.isGivenUp) return false;
    this.isGivenUp = true;
    const { shape, dtype } = this.storage.node;
    this.storage.tensors--;
    this.storage = new Storage(new Node(shape, dtype, { kind: "moved", because: "disposed" }));
    return true;
  }

  /** A tensor with a storage of its own for an operation's result. */
  static of(operand: Operand): TensorImpl {
    return new TensorImpl(new Storage(operand.node), operand.view);
  }
  get shape(): Shape {
    return this.view.shape;
  }
  get dtype(): DType {
    return this.storage.node.dtype;
  }
  /** What an operation reads: the storage's value now. Take it anew for each operation. */
  operand(): Operand {
    return { node: this.storage.node, view: this.view };
  }
  /** Another view of the same storage, which shares the history of what is written there. */
  alias(view: View): TensorImpl {
    const result = new TensorImpl(this.storage, view);
    result.link = { base: this.link?.base ?? this, seen: this.storage.version, origin: gradMode.enabled ? "tracked" : "noGrad" };
    return result;
  }
  /** The same elements, shared, without a history. */
  detached(): TensorImpl {
    return new TensorImpl(this.storage, this.view);
  }
}
