/**
 * @file What a tensor is underneath: a storage that owns values and a view that looks at them. In-place operations give
 * the storage a new node, and every alias sees it, because aliases read through the storage. `tensor/` wraps it for users; `ops/`
 * computes on it.
 */
import type { DType } from "../core/dtype.js";
import { numel, type Shape } from "../core/shape.js";
import { isContiguous, type View } from "../core/view.js";
import type { Node, Operand } from "../compile/expression.js";
import { update } from "./build.js";
import { capturing, type Capture } from "./capture.js";
import { gradMode, type History, type ViewLink } from "./history.js";

/** Owns the newest value of some elements. The version counts in-place writes. */
export class Storage {
  version = 0;
  private current: Node;
  /** The capture in which it was made or that has seen it. */
  private knownTo: Capture | undefined;

  constructor(node: Node) {
    this.current = node;
    node.readers++;
    this.knownTo = capturing();
    this.knownTo?.born.push(this);
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
    const all = view.offset === 0 && numel(view.shape) === old.count && isContiguous(view);
    const dense = value.view.offset === 0 && value.node.count === old.count && isContiguous(value.view) && numel(value.view.shape) === old.count;
    this.current = all && dense ? value.node : update(old, view, value);
    this.current.readers++;
    old.readers--;
    this.version++;
  }

  /** What it held before a capture, again. */
  restore(node: Node, version: number): void {
    this.current = node;
    this.version = version;
    this.knownTo = undefined;
  }

  /** Takes what a plan has computed in place of `writes` writes. */
  replace(node: Node, writes: number): void {
    node.readers++;
    this.current.readers--;
    this.current = node;
    this.version += writes;
  }
}

/** PyTorch's TensorImpl: a view of a storage. Where it looks never changes; what the storage holds may, and so may its history. */
export class TensorImpl {
  /** What autograd knows of it; nothing for a tensor that no gradient was ever asked for. `autograd/` writes it. */
  history: History | undefined = undefined;
  /** For a view that a gradient flows through: the tensor it is a view of. */
  link: ViewLink | undefined = undefined;

  constructor(
    readonly storage: Storage,
    readonly view: View,
  ) {}

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
