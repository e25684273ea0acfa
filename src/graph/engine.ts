/**
 * @file The engine: a backend, its kernel cache, and `realize`, which turns pending nodes into numbers in memory. There is
 * one for the process, made at first use; tests may put another in its place. Knows nothing of tensors.
 */
import type { Allocation, Backend, MemoryReport } from "../backends/backend.js";
import { createWasmBackend } from "../backends/wasm/backend.js";
import { addReader, goneError, type Node, type Reason } from "../compile/expression.js";
import { KernelCache } from "../compile/cache.js";
import type { Shape } from "../core/shape.js";
import { itemSize, type DType, type TypedArray, type TypedArrays } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { capturing, checkReadable } from "./capture.js";
import { Memo } from "./memo.js";
import { compute } from "./run.js";

export class Engine {
  /** Kernels run since the engine was made; tests hold how many an expression takes. */
  kernelRuns = 0;
  /** How graphs that come again are computed. */
  readonly memo = new Memo();

  /** `kernels` may be another engine's, for one that only records what it is asked to do. */
  constructor(
    readonly backend: Backend,
    readonly kernels: KernelCache = new KernelCache(backend),
  ) {}

  /** Copies data into the backend's memory. */
  upload(dtype: DType, shape: Shape, data: TypedArray): Allocation {
    const allocation = this.backend.allocate(data.length * itemSize(dtype), { shape, dtype });
    this.fill(allocation, dtype, data.length, data);
    return allocation;
  }

  /** Copies `count` elements into an allocation. */
  fill(allocation: Allocation, dtype: DType, count: number, data: TypedArray): void {
    const target: TypedArray = this.backend.view(allocation, dtype, 0, count);
    copyInto(target, data);
  }

  /** Computes the nodes, and what they need, and leaves their elements in memory. While a function is captured there is nothing to compute. */
  realize(nodes: readonly Node[]): void {
    if (capturing() !== undefined) return;
    let pending = false;
    for (const node of nodes) pending ||= node.source.kind !== "buffer";
    if (!pending) return;
    for (const node of nodes) addReader(node); // whoever asks reads it, after what else is asked for
    try {
      compute(this, nodes);
    } finally {
      for (const node of nodes) node.readers--;
    }
  }

  /** The node's elements, computed if need be: a live view, dense and row-major. Take it, use it, drop it. */
  read<D extends DType>(node: Node & { readonly dtype: D }): TypedArrays[D];
  read(node: Node): TypedArray;
  read(node: Node): TypedArray {
    checkReadable("a tensor is read");
    this.realize([node]);
    if (node.source.kind === "moved") throw goneError(node, node.source.because);
    if (node.source.kind !== "buffer") throw new InternalError(`node ${node.id} was realised but is ${node.source.kind}`);
    return this.backend.view(node.source.allocation, node.dtype, 0, node.count);
  }

  /**
   * Gives back the memory of a node that nobody will read again, before the collector would find it. Whoever reads it all the same gets
   * an error, not somebody else's numbers.
   */
  release(node: Node, because?: Reason): void {
    if (node.source.kind !== "buffer" || capturing() !== undefined) return;
    this.backend.free(node.source.allocation);
    node.source = { kind: "moved", because };
  }

  /** Counts the peak of the report from what is held now. */
  resetPeak(): void {
    this.backend.resetPeak();
  }

  memory(): MemoryReport {
    return this.backend.memory();
  }
}

/** TypedArray.set, which needs both sides of one kind: numbers or bigints. */
function copyInto(target: TypedArray, data: TypedArray): void {
  if (target instanceof BigInt64Array) {
    if (data instanceof BigInt64Array) target.set(data);
    else for (let i = 0; i < data.length; i++) target[i] = BigInt(data[i]);
  } else if (data instanceof BigInt64Array) for (let i = 0; i < data.length; i++) target[i] = Number(data[i]);
  else target.set(data);
}

let current: Engine | undefined;

/** The process's engine. */
export const engine = (): Engine => (current ??= new Engine(createWasmBackend()));

/** Runs `body` on another engine (the reference backend, in tests). Tensors must not cross from one to the other. */
export function withEngine<T>(other: Engine, body: () => T): T {
  const previous = current;
  current = other;
  try {
    return body();
  } finally {
    current = previous;
  }
}
