/**
 * @file A captured function as a list of kernels, which is called with new buffers as often as one likes: no graph building, scheduling or
 * lowering. The planner makes it, `tensor/compile.ts` calls it. Knows storages and nodes, not tensors.
 */
import type { Allocation, Elements, Executable, Routine } from "../backends/backend.js";
import { Node } from "../compile/expression.js";
import { itemSize, type DType, type TypedArray } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import type { Shape } from "../core/shape.js";
import type { View } from "../core/view.js";
import type { KernelArguments } from "../ir/kernel.js";
import type { Engine } from "./engine.js";
import { bufferOf } from "./kernel-call.js";
import { Storage, TensorImpl } from "./storage.js";

/** Which storages a call brings in place of those that the capture saw; all others are those that it saw. */
export type Binding = ReadonlyMap<Storage, Storage>;

/** What the elements of a storage are after a call: what input number `input` held before it, a constant, or newly computed. */
export type Value =
  | { readonly kind: "before"; readonly input: number }
  | { readonly kind: "constant"; readonly node: Node }
  | { readonly kind: "computed"; readonly shape: Shape; readonly dtype: DType; readonly buffer: number };

/** A storage from outside. */
export interface Input {
  readonly storage: Storage;
  /** The number of its buffer, or -1 where no kernel touches what it held. */
  readonly buffer: number;
  /** Whether kernels write over what it held. */
  readonly overwritten: boolean;
  /** What it holds afterwards, if it was written to, and by how many writes. */
  readonly after: Value | undefined;
  readonly writes: number;
}

/** A tensor that the function gives: a view of an input's storage, or of the one that belongs to number `made`. */
export type Output = { readonly view: View } & ({ readonly input: number } | { readonly made: number });

export interface Drawing {
  readonly buffer: number;
  readonly dtype: DType;
  readonly count: number;
  readonly draw: () => TypedArray;
}

/** A piece of the memory that all intermediate results share for the time of a call. */
export interface Part {
  readonly buffer: number;
  readonly start: number;
  readonly bytes: number;
}

/** A step, with buffers by number. A kernel's `args.buffers` is `filled`, which each call fills. */
export type Step =
  | {
      readonly kind: "run";
      readonly executable: Executable;
      readonly args: KernelArguments<Allocation>;
      readonly filled: Allocation[];
      readonly buffers: readonly number[];
    }
  | { readonly kind: "copy"; readonly from: number; readonly fromByte: number; readonly to: number; readonly toByte: number; readonly bytes: number }
  | { readonly kind: "call"; readonly routine: Routine; readonly inputs: readonly Operands[]; readonly outputs: readonly Operands[] };

/** Elements of a buffer, by its number. */
export interface Operands {
  readonly buffer: number;
  readonly dtype: DType;
  readonly count: number;
}

/** Everything that a plan is. */
export interface PlanParts {
  readonly engine: Engine;
  readonly inputs: readonly Input[];
  readonly draws: readonly Drawing[];
  readonly steps: readonly Step[];
  /** Buffers of constants, by number; undefined where each call brings the buffer. */
  readonly constants: readonly (Allocation | undefined)[];
  /** Buffers that outlive the call. */
  readonly results: readonly { readonly buffer: number; readonly bytes: number }[];
  readonly temporary: readonly Part[];
  readonly temporaryBytes: number;
  readonly made: readonly Value[];
  readonly outputs: readonly Output[];
  readonly guards: readonly (() => boolean)[];
}

type Buffers = (Allocation | undefined)[];

export class Plan {
  private readonly storages: ReadonlySet<Storage>;

  constructor(private readonly parts: PlanParts) {
    this.storages = new Set(parts.inputs.map(({ storage }) => storage));
  }

  /** Whether it belongs to this engine, and what the capture relied on still holds. */
  fits(engine: Engine): boolean {
    if (this.parts.engine !== engine) return false;
    for (const holds of this.parts.guards) if (!holds()) return false;
    return true;
  }

  /** Whether the function reached this storage by itself, not through its arguments. */
  uses(storage: Storage): boolean {
    return this.storages.has(storage);
  }

  /**
   * Runs the steps and gives the outputs. All memory is taken before the first kernel runs, so a call that fails for want of memory has
   * changed nothing.
   */
  call(binding: Binding): TensorImpl[] {
    const { engine, inputs, steps } = this.parts;
    const storages = inputs.map(({ storage }) => binding.get(storage) ?? storage);
    const before = storages.map((storage) => storage.node);
    engine.realize(before.filter((_, i) => inputs[i].buffer >= 0));
    const taken: Allocation[] = [];
    const buffers = this.parts.constants.slice();
    try {
      this.bring(buffers, taken, before);
    } catch (error) {
      for (const allocation of taken) engine.backend.free(allocation);
      throw error;
    }
    for (const step of steps) runStep(engine, step, buffers);
    if (this.parts.temporaryBytes > 0) engine.backend.free(taken[0]);
    return this.commit(buffers, storages, before);
  }

  /** Finds memory for everything: one piece for all that is temporary (first of what is taken), results, and inputs that others still read. */
  private bring(buffers: Buffers, taken: Allocation[], before: readonly Node[]): void {
    const { engine, inputs, results, temporary, temporaryBytes, draws } = this.parts;
    const take = (bytes: number): Allocation => {
      const allocation = engine.backend.allocate(bytes);
      taken.push(allocation);
      return allocation;
    };
    if (temporaryBytes > 0) {
      const whole = take(temporaryBytes);
      for (const { buffer, start, bytes } of temporary) buffers[buffer] = engine.backend.part(whole, start, bytes);
    }
    for (const { buffer, bytes } of results) buffers[buffer] = take(bytes);
    for (let i = 0; i < inputs.length; i++) {
      const { buffer, overwritten } = inputs[i];
      if (buffer < 0) continue;
      const held = bufferOf(before[i]);
      if (overwritten && before[i].readers > 1) {
        const copy = take(held.bytes);
        engine.backend.copy(held, 0, copy, 0, before[i].count * itemSize(before[i].dtype));
        buffers[buffer] = copy;
      } else buffers[buffer] = held;
    }
    for (const { buffer, dtype, count, draw } of draws) engine.fill(found(buffers, buffer), dtype, count, draw());
  }

  /** Gives the storages what was computed, and makes the outputs. */
  private commit(buffers: Buffers, storages: readonly Storage[], before: readonly Node[]): TensorImpl[] {
    const { engine, inputs, made, outputs } = this.parts;
    const nodes = new Map<Value, Node>();
    const nodeOf = (value: Value): Node => {
      if (value.kind === "before") return before[value.input];
      if (value.kind === "constant") return value.node;
      let node = nodes.get(value);
      if (!node) nodes.set(value, (node = new Node(value.shape, value.dtype, { kind: "buffer", allocation: found(buffers, value.buffer) })));
      return node;
    };
    const news = made.map((value) => new Storage(nodeOf(value)));
    const impls = outputs.map((output) => new TensorImpl("made" in output ? news[output.made] : storages[output.input], output.view));
    inputs.forEach(({ after, writes }, i) => {
      if (after) storages[i].replace(nodeOf(after), writes);
    });
    inputs.forEach(({ overwritten, buffer }, i) => {
      const old = before[i];
      if (old.readers > 0) return;
      // Nobody reads the old value: its memory is the new value's, or free.
      if (overwritten && old.source.kind === "buffer" && buffers[buffer] === old.source.allocation) old.source = { kind: "moved" };
      else engine.release(old);
    });
    return impls;
  }
}

function runStep(engine: Engine, step: Step, buffers: Buffers): void {
  switch (step.kind) {
    case "run":
      for (let i = 0; i < step.buffers.length; i++) step.filled[i] = found(buffers, step.buffers[i]);
      engine.backend.run(step.executable, step.args);
      engine.kernelRuns++;
      step.filled.length = 0; // so that a plan at rest keeps no memory alive
      return;
    case "copy":
      engine.backend.copy(found(buffers, step.from), step.fromByte, found(buffers, step.to), step.toByte, step.bytes);
      return;
    case "call": {
      const elements = ({ buffer, dtype, count }: Operands): Elements => ({ allocation: found(buffers, buffer), dtype, count });
      engine.backend.call(step.routine, step.inputs.map(elements), step.outputs.map(elements));
      return;
    }
    default:
      step satisfies never;
  }
}

function found(buffers: Buffers, number: number): Allocation {
  const allocation = buffers[number];
  if (!allocation) throw new InternalError(`a plan has no buffer ${number}`);
  return allocation;
}
