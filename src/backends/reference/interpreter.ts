/**
 * @file Runs a kernel as its definition in the loop IR reads, a point and an instruction at a time. The reference backend calls it
 * with verified kernels and arguments; it knows loops and memory, and leaves the meaning of operations to the rules.
 */
import {
  loopsOf, runningDType,
  type CompareOp, type Instruction, type Kernel, type KernelArguments, type Pass, type Scan, type Store, type Take,
} from "../../ir/kernel.js";
import { reduce } from "./reductions.js";
import { comparisons, ruleOf } from "./rules.js";
import { asBoolean, asFloat, asInteger, constant, convert, memory, wrap, type Memory, type Scalar } from "./scalar.js";

/** Runs the whole range of a kernel. */
export function interpret(kernel: Kernel, args: KernelArguments<ArrayBuffer>): void {
  const memories = kernel.accesses.map(({ buffer, dtype }) => (buffer < 0 ? undefined : memory(dtype, args.buffers[buffer])));
  const outer = args.sizes.slice(0, kernel.axes);
  const inner = args.sizes.slice(kernel.axes);
  const noReduction = inner.map(() => 0);
  const loops = loopsOf(kernel).filter(({ body }) => body.length > 0);
  for (const point of points(outer)) {
    if (kernel.scan) {
      runScan(kernel.scan, { kernel, args, memories, counters: point, reduced: [] }, inner);
      continue;
    }
    const reduced: Scalar[] = [];
    for (const pass of loops) reduced.push(...runPass(pass, { kernel, args, memories, counters: point, reduced }, inner));
    const place = { kernel, args, memories, counters: [...point, ...noReduction], reduced };
    write(kernel.stores, evaluate(kernel.epilogue, place), place);
  }
}

function write(stores: readonly Store[], values: readonly Scalar[], place: Place): void {
  for (const store of stores) place.memories[store.access]?.set(position(place, store.access), values[store.value]);
}

/** What an instruction may look at besides the values before it. */
interface Place {
  readonly kernel: Kernel;
  readonly args: KernelArguments<ArrayBuffer>;
  /** For each access its buffer as elements; none for an index. */
  readonly memories: readonly (Memory | undefined)[];
  /** The loop counters, in the order of the sizes. */
  readonly counters: readonly number[];
  /** The results of the reductions so far. */
  readonly reduced: readonly Scalar[];
}

/** One run over the reduce axes at a point of the axes, which `place` is at: stores elements, and gives the results of its reductions. */
function runPass({ body, reductions, stores }: Pass, place: Place, inner: readonly number[]): Scalar[] {
  const rows: Scalar[][] = [];
  for (const r of points(inner)) {
    const here = { ...place, counters: [...place.counters, ...r] };
    const values = evaluate(body, here);
    write(stores, values, here);
    rows.push(values);
  }
  return reductions.map((reduction) => {
    const values = rows.map((row) => row[reduction.value]);
    return reduce(reduction, values, "index" in reduction ? rows.map((row) => row[reduction.index]) : []);
  });
}

/** The running values along the reduce axis at a point of the axes. Floats are Scalars of double precision until they are written. */
function runScan(scan: Scan, place: Place, inner: readonly number[]): void {
  if (scan.index !== undefined) return runSearch(scan, scan.index, place, inner);
  const order = [...points(inner)];
  let running: Scalar | undefined;
  const fold = scan.op === "logSumExp" ? logAddExp : ruleOf(scan.op === "prod" ? "mul" : "add", runningDType(scan));
  for (const r of scan.reverse ? order.reverse() : order) {
    const here = { ...place, counters: [...place.counters, ...r] };
    const values = evaluate(place.kernel.body, here);
    running = fold(running ?? startOf(scan, values), values[scan.value]);
    place.memories[scan.access]?.set(position(here, scan.access), convert(running, scan.dtype));
  }
}
function startOf(scan: Scan, values: readonly Scalar[]): Scalar {
  if (scan.start !== undefined) return values[scan.start];
  return constant(runningDType(scan), scan.op === "sum" ? 0 : scan.op === "prod" ? 1 : -Infinity);
}

/** log(e^a + e^b), without overflow. */
function logAddExp(x: Scalar, y: Scalar): Scalar {
  const [a, b] = [asFloat(x), asFloat(y)];
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === high && !Number.isFinite(low) ? high : Math.log1p(Math.exp(low - high)) + high;
}

/** Where the extreme is so far, at each point along the reduce axis. */
function runSearch(scan: Scan, index: number, place: Place, inner: readonly number[]): void {
  const isBetter = (next: Scalar, best: Scalar): boolean =>
    Number.isNaN(next) || (!Number.isNaN(best) && (scan.op === "argmax" ? next >= best : next <= best));
  const order = [...points(inner)];
  let best: Scalar | undefined;
  let found: Scalar = 0n;
  for (const r of scan.reverse ? order.reverse() : order) {
    const here = { ...place, counters: [...place.counters, ...r] };
    const values = evaluate(place.kernel.body, here);
    if (best === undefined || isBetter(values[scan.value], best)) [best, found] = [values[scan.value], values[index]];
    place.memories[scan.access]?.set(position(here, scan.access), found);
  }
}

/** Every point of a box of these sizes, the last axis fastest; one point, of no axes, where there are none. */
function* points(sizes: readonly number[]): Generator<readonly number[]> {
  const count = sizes.reduce((product, size) => product * size, 1);
  for (let at = 0; at < count; at++) {
    const point: number[] = [];
    let rest = at;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      point[axis] = rest % sizes[axis];
      rest = Math.floor(rest / sizes[axis]);
    }
    yield point;
  }
}

const position = ({ args, counters }: Place, access: number): number =>
  args.offsets[access] + counters.reduce((sum, counter, axis) => sum + counter * args.strides[access][axis], 0);

function evaluate(list: readonly Instruction[], place: Place): Scalar[] {
  const values: Scalar[] = [];
  for (const instruction of list) values.push(valueOf(instruction, values, place));
  return values;
}

function valueOf(instruction: Instruction, values: readonly Scalar[], place: Place): Scalar {
  if (instruction.op === "take") return taken(instruction, asInteger(values[instruction.args[0]]), place);
  if ("args" in instruction) return operate(instruction, instruction.args.map((arg) => values[arg]));
  switch (instruction.op) {
    case "load":
      return place.memories[instruction.access]!.get(position(place, instruction.access));
    case "index":
      return wrap(instruction.dtype, BigInt(position(place, instruction.access)));
    case "constant":
      return constant(instruction.dtype, place.args.constants[instruction.slot]);
    case "reduced":
      return place.reduced[instruction.reduction];
    default:
      return instruction satisfies never;
  }
}

/** The element at a position, or at the nearest that the buffer has. */
function taken({ dtype, buffer }: Take, at: bigint, { args }: Place): Scalar {
  const elements = memory(dtype, args.buffers[buffer]);
  const last = elements.length - 1;
  return elements.get(at < 0n ? 0 : at > BigInt(last) ? last : Number(at));
}

type Operation = Exclude<Extract<Instruction, { readonly args: readonly number[] }>, Take>;

function operate({ op, dtype }: Operation, [a, b, c]: readonly Scalar[]): Scalar {
  if (op === "cast") return convert(a, dtype);
  if (op === "where") return asBoolean(a) ? b : c;
  return isCompare(op) ? comparisons[op](a, b) : ruleOf(op, dtype)(a, b);
}

const isCompare = (op: string): op is CompareOp => Object.hasOwn(comparisons, op);
