/**
 * @file Makes a plan of what a capture saw: counts who reads what (all of it is known, for nothing of a capture lives on but its
 * outputs), lets an engine that only records compute the outputs, and gives numbers to the memory between the steps.
 */
import type { Allocation, Elements } from "../backends/backend.js";
import { forEachInput, type Node } from "../compile/expression.js";
import { InternalError } from "../core/errors.js";
import { storesOf } from "../ir/kernel.js";
import { Placeholder, type Capture, type Seen } from "./capture.js";
import { Engine } from "./engine.js";
import { layOut, type Tenant } from "./layout.js";
import { Plan, type Input, type Operands, type Output, type PlanParts, type Step, type Value } from "./plan.js";
import { Recorder, Slot, type Recorded } from "./recorder.js";
import type { Storage, TensorImpl } from "./storage.js";

/**
 * The plan that computes `outputs` and writes what the function has written. Call it when the capture is over and before it is restored.
 * Afterwards nothing that was made in the capture can be read.
 */
export function makePlan(engine: Engine, capture: Capture, outputs: readonly TensorImpl[]): Plan {
  const outside = new Map(capture.seen.map(({ storage }, i) => [storage, i]));
  const made = [...new Set(outputs.map(({ storage }) => storage))].filter((storage) => !outside.has(storage));
  const kept = [...made, ...capture.seen.map(({ storage }) => storage)];
  const reached = realizeOutside(engine, capture, kept);
  countReaders(capture, kept, reached);

  const recorder = new Recorder();
  const finals = kept.map((storage) => storage.node);
  new Engine(recorder, engine.kernels).realize(finals);

  const numbering = new Numbering(capture, finals, recorder.steps);
  const steps = recorder.steps.map((step) => numbering.step(step));
  const plan = new Plan({
    engine,
    inputs: capture.seen.map((seen) => numbering.input(seen)),
    draws: capture.draws.map(({ placeholder, allocation, draw }) => ({
      buffer: numbering.of(allocation),
      dtype: placeholder.dtype,
      count: placeholder.count,
      draw,
    })),
    steps,
    ...numbering.memory(),
    made: made.map((storage) => numbering.value(storage.node)),
    outputs: outputs.map(({ storage, view }): Output => {
      const input = outside.get(storage);
      return input === undefined ? { view, made: made.indexOf(storage) } : { view, input };
    }),
    guards: capture.guards,
  });
  for (const node of reached) {
    const { source } = node;
    if (isInside(capture, node) && !(source.kind === "buffer" && isConstant(source.allocation))) node.source = { kind: "moved", because: "captured" };
  }
  return plan;
}

const isInside = (capture: Capture, node: Node): boolean => node.id >= capture.firstNode;

/** Computes, for real, what is pending outside and read inside; gives all nodes that the plan will know. */
function realizeOutside(engine: Engine, capture: Capture, kept: readonly Storage[]): ReadonlySet<Node> {
  const reached = new Set<Node>();
  const pending: Node[] = [];
  const stack: Node[] = [];
  const reach = (node: Node, needsMemory: boolean): void => {
    const { kind } = node.source;
    const leaf = kind === "constant" || kind === "index";
    if (!isInside(capture, node) && kind !== "buffer" && (needsMemory || !leaf)) pending.push(node);
    if (reached.has(node)) return;
    reached.add(node);
    if (isInside(capture, node)) stack.push(node);
  };
  for (const storage of kept) reach(storage.node, true);
  for (const { placeholder } of [...capture.seen, ...capture.draws]) reach(placeholder, true);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    forEachInput(node.source, (input, operand) => reach(input, operand === undefined));
    if (node.source.kind === "routine") for (const output of node.source.call.outputs) reach(output, true);
    if (node.companion && !reached.has(node.companion)) node.companion = undefined; // nobody wants it, unless it is reached later
  }
  engine.realize(pending);
  return reached;
}

/** Who reads a node: pending nodes that are reached, and storages that live on. What was dropped on the way does not count. */
function countReaders(capture: Capture, kept: readonly Storage[], reached: ReadonlySet<Node>): void {
  for (const node of reached) if (isInside(capture, node)) node.readers = 0;
  for (const node of reached) {
    if (isInside(capture, node)) {
      forEachInput(node.source, (input) => {
        if (isInside(capture, input)) input.readers++;
      });
    }
  }
  for (const storage of kept) if (isInside(capture, storage.node)) storage.node.readers++;
  // The plan itself reads its constants, for ever: nothing may write over them.
  const standIns = new Set([...capture.seen, ...capture.draws].map(({ placeholder }) => placeholder));
  for (const node of reached) if (node.source.kind === "buffer" && !standIns.has(node)) node.readers++;
}

/** Gives each allocation a number, and memory to those that live for a call only. */
class Numbering {
  private readonly numbers = new Map<Allocation, number>();
  private readonly inputs: ReadonlySet<Allocation>;
  private readonly standIns: ReadonlyMap<Node, number>;
  private readonly lasting = new Set<Allocation>();
  private readonly written = new Set<Allocation>();
  private readonly values = new Map<Node, Value>();

  constructor(capture: Capture, finals: readonly Node[], private readonly recorded: readonly Recorded[]) {
    this.inputs = new Set(capture.seen.map(({ allocation }) => allocation));
    this.standIns = new Map(capture.seen.map(({ placeholder }, i) => [placeholder, i]));
    for (const step of recorded) {
      for (const allocation of allocationsOf(step)) this.of(allocation);
      for (const allocation of writtenBy(step)) this.written.add(allocation);
    }
    for (const { allocation } of capture.draws) this.of(allocation);
    for (const node of finals) {
      if (node.source.kind !== "buffer" || this.standIns.has(node)) continue;
      this.of(node.source.allocation);
      this.lasting.add(node.source.allocation);
    }
  }

  of(allocation: Allocation): number {
    let number = this.numbers.get(allocation);
    if (number === undefined) this.numbers.set(allocation, (number = this.numbers.size));
    return number;
  }

  step(step: Recorded): Step {
    if (step.kind === "copy") return { ...step, from: this.of(step.from), to: this.of(step.to) };
    if (step.kind === "call") {
      const numbered = ({ allocation, dtype, count }: Elements): Operands => ({ buffer: this.of(allocation), dtype, count });
      return { ...step, inputs: step.inputs.map(numbered), outputs: step.outputs.map(numbered) };
    }
    const filled: Allocation[] = [];
    return {
      kind: "run",
      executable: step.executable,
      args: { ...step.args, buffers: filled },
      filled,
      buffers: step.args.buffers.map((allocation) => this.of(allocation)),
    };
  }

  input({ storage, version, allocation }: Seen): Input {
    const writes = storage.version - version;
    return {
      storage,
      buffer: this.numbers.get(allocation) ?? -1,
      overwritten: this.written.has(allocation),
      after: writes > 0 ? this.value(storage.node) : undefined,
      writes,
    };
  }

  value(node: Node): Value {
    let value = this.values.get(node);
    if (!value) this.values.set(node, (value = this.valueOf(node)));
    return value;
  }

  private valueOf(node: Node): Value {
    const input = this.standIns.get(node);
    if (input !== undefined) return { kind: "before", input };
    if (node.source.kind !== "buffer") throw new InternalError(`node ${node.id} is an output of a plan but is ${node.source.kind}`);
    const { allocation } = node.source;
    if (isConstant(allocation)) return { kind: "constant", node };
    return { kind: "computed", shape: node.shape, dtype: node.dtype, buffer: this.of(allocation) };
  }

  /** What calls bring for each number, and what they need not bring. */
  memory(): Pick<PlanParts, "constants" | "results" | "temporary" | "temporaryBytes"> {
    const constants = [...this.numbers.keys()].map((allocation) => (isConstant(allocation) ? allocation : undefined));
    const results: { buffer: number; bytes: number }[] = [];
    const tenants: (Tenant & { readonly buffer: number })[] = [];
    const lives = this.lives();
    for (const [allocation, buffer] of this.numbers) {
      const { bytes } = allocation;
      if (isConstant(allocation) || this.inputs.has(allocation)) continue;
      if (this.lasting.has(allocation)) results.push({ buffer, bytes });
      else tenants.push({ buffer, bytes, from: 0, to: 0, ...lives.get(allocation) });
    }
    const { starts, bytes } = layOut(tenants);
    const temporary = tenants.map((tenant, i) => ({ buffer: tenant.buffer, start: starts[i], bytes: tenant.bytes }));
    return { constants, results, temporary, temporaryBytes: bytes };
  }

  /** The first and the last step that uses each allocation; random numbers are there from the beginning. */
  private lives(): Map<Allocation, { from: number; to: number }> {
    const lives = new Map<Allocation, { from: number; to: number }>();
    this.recorded.forEach((step, i) => {
      for (const allocation of allocationsOf(step)) {
        const life = lives.get(allocation);
        if (life) life.to = i;
        else lives.set(allocation, { from: allocation instanceof Placeholder ? 0 : i, to: i });
      }
    });
    return lives;
  }
}

/** Real memory: uploaded inside the function, or held by what it read that is no storage's. */
const isConstant = (allocation: Allocation): boolean => !(allocation instanceof Slot) && !(allocation instanceof Placeholder);

function allocationsOf(step: Recorded): readonly Allocation[] {
  if (step.kind === "copy") return [step.from, step.to];
  return step.kind === "call" ? [...step.inputs, ...step.outputs].map(({ allocation }) => allocation) : step.args.buffers;
}

function writtenBy(step: Recorded): readonly Allocation[] {
  if (step.kind === "copy") return [step.to];
  if (step.kind === "call") return step.outputs.map(({ allocation }) => allocation);
  const { kernel } = step.executable;
  return storesOf(kernel).map(({ access }) => step.args.buffers[kernel.accesses[access].buffer]);
}
