/**
 * @file Indexing: what `x.at(…)` and `x.set([…], value)` select. Positions, slices, null and "..." give a view of the same
 * storage. Called by the table of views and by `tensor/`; the static shape is in core/static-index.ts.
 */
import { IndexError, ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import type { Index, Slice } from "../core/static-index.js";
import type { View } from "../core/view.js";
import type { TensorImpl } from "../graph/storage.js";

const slicePattern = /^\s*([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?\s*)?$/;
const whole = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** Slices as they were written, taken apart once. */
const parsed = new Map<string, Slice>();

function parseSlice(text: string, name: string): Slice {
  const known = parsed.get(text);
  if (known) return known;
  const match = slicePattern.exec(text);
  if (!match) throw new ValueError(`${name}: ${JSON.stringify(text)} is no slice: write "start:stop" or "start:stop:step", such as "4:10", ":" or "::2"`);
  const [start, stop, step] = [whole(match[1]), whole(match[2]), whole(match[3])];
  const result: Slice = { ...(start !== undefined && { start }), ...(stop !== undefined && { stop }), ...(step !== undefined && { step }) };
  if (parsed.size < 1000) parsed.set(text, result);
  return result;
}

/** A bound from the front, within 0..size: Python's rule. */
function clampBound(bound: number, size: number, name: string): number {
  if (!Number.isInteger(bound)) throw new ValueError(`${name}: a slice has whole bounds, not ${bound}`);
  return Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);
}

/** A view under construction: dimensions of the tensor are taken from the front, results are pushed. */
class Walk {
  readonly shape: number[] = [];
  readonly strides: number[] = [];
  offset: number;
  private next = 0;

  constructor(
    private readonly view: View,
    private readonly name: string,
  ) {
    this.offset = view.offset;
  }

  newDimension(): void {
    this.shape.push(1);
    this.strides.push(this.next < this.view.shape.length ? this.view.shape[this.next] * this.view.strides[this.next] : 1);
  }

  keep(count: number): void {
    for (let i = 0; i < count; i++) this.push(this.view.shape[this.next], this.view.strides[this.next]);
  }

  position(index: number): void {
    const size = this.view.shape[this.next];
    if (!Number.isInteger(index)) throw new ValueError(`${this.name}: a position is a whole number, not ${index}`);
    if (index < -size || index >= size) {
      throw new IndexError(`${this.name}: index ${index} is out of bounds for dimension ${this.next} with size ${size}`);
    }
    this.offset += (index < 0 ? index + size : index) * this.view.strides[this.next];
    this.next++;
  }

  slice({ start = 0, stop, step = 1 }: Slice): void {
    const size = this.view.shape[this.next];
    if (!Number.isInteger(step) || step < 1) throw new ValueError(`${this.name}: a slice's step is a whole number of at least 1, not ${step}`);
    const first = clampBound(start, size, this.name);
    const length = Math.max(0, Math.ceil((clampBound(stop ?? size, size, this.name) - first) / step));
    const stride = this.view.strides[this.next];
    if (length > 0) this.offset += first * stride;
    this.push(length, stride * step);
  }

  private push(size: number, stride: number): void {
    this.shape.push(size);
    this.strides.push(stride);
    this.next++;
  }
}

/** The view that an index selects. */
export function index(x: TensorImpl, entries: readonly Index[], name: string): TensorImpl {
  const rank = x.shape.length;
  let used = 0;
  let open = false;
  for (const entry of entries) {
    if (entry === "...") {
      if (open) throw new IndexError(`${name}: "..." may appear only once`);
      open = true;
    } else if (entry !== null) used++;
  }
  if (used > rank) {
    const hint = rank === 0 ? ": use .item() for its number" : "";
    throw new IndexError(`${name}: too many indices (${used}) for a tensor of shape ${formatShape(x.shape)}, which has ${rank} dimensions${hint}`);
  }
  const walk = new Walk(x.view, name);
  for (const entry of entries) step(walk, entry, rank - used, name);
  if (!open) walk.keep(rank - used);
  return x.alias({ shape: walk.shape, strides: walk.strides, offset: walk.offset });
}

function step(walk: Walk, entry: Index, rest: number, name: string): void {
  if (typeof entry === "number") walk.position(entry);
  else if (entry === null) walk.newDimension();
  else if (entry === "...") walk.keep(rest);
  else if (typeof entry === "string") walk.slice(parseSlice(entry, name));
  else if (isSlice(entry)) walk.slice(entry);
  else throw new ValueError(`${name}: an index is a whole number, a slice such as "4:10" or { start: 4, stop: 10 }, null or "...", not ${described(entry)}`);
}

/** What was handed in, briefly: a tensor written out as an object would be pages long. */
function described(entry: unknown): string {
  if (Array.isArray(entry)) return "an array";
  if (typeof entry === "object" && entry !== null && "impl" in entry) return "a tensor";
  return typeof entry === "bigint" ? `${entry}n` : JSON.stringify(entry);
}

/** Whether a caller without types handed in a slice and not, say, a tensor or an array. */
const isSlice = (entry: Slice): boolean =>
  typeof entry === "object" && !Array.isArray(entry) && Object.keys(entry).every((key) => key === "start" || key === "stop" || key === "step");
