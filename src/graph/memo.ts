/**
 * @file What an engine remembers of graphs that it has computed: under the fingerprint of a graph the kernel calls that computed it, by
 * the numbers of its nodes. run.ts asks before it schedules and lowers. Holds no node and no memory of tensors, and a bounded number of calls.
 */
import type { Node } from "../compile/expression.js";
import type { Fingerprint } from "../compile/fingerprint.js";
import type { KernelCall } from "./kernel-call.js";

/** The nodes that were computed together, by one kernel; none where there were no elements to compute. */
export interface Done {
  readonly call: KernelCall | undefined;
  readonly targets: readonly Node[];
  /** By the numbers that the call uses. */
  readonly nodes: readonly Node[];
}

/** The same by the numbers of a fingerprint. */
export interface Step {
  readonly call: KernelCall | undefined;
  readonly targets: readonly number[];
  readonly nodes: readonly number[];
  /** Nodes that no later step knows. */
  readonly last: number[];
}

interface Known {
  readonly codes: readonly number[];
  readonly steps: readonly Step[];
}

/** Codes of all fingerprints together, of some 8 bytes each and as much again for what is kept under them: then everything is forgotten. */
const mostCodes = 1 << 18;
/** Graphs that have been seen once. */
const mostSeen = 1 << 14;

export class Memo {
  private readonly known = new Map<number, Known[]>();
  /** Hashes of graphs that were seen: what is never seen again is not worth keeping. */
  private readonly seen = new Set<number>();
  private codes = 0;
  /** How often something was found. */
  hits = 0;

  find(print: Fingerprint): readonly Step[] | undefined {
    const candidates = this.known.get(print.hash);
    if (candidates === undefined) return undefined;
    for (const { codes, steps } of candidates) {
      if (!print.is(codes)) continue;
      this.hits++;
      return steps;
    }
    return undefined;
  }

  /** What writes down how a graph is computed that was not found; undefined where it is seen for the first time. */
  recording(print: Fingerprint): Recording | undefined {
    if (this.seen.has(print.hash)) return new Recording(print);
    if (this.seen.size >= mostSeen) this.seen.clear();
    this.seen.add(print.hash);
    return undefined;
  }

  /** Keeps a recording that is whole. */
  add(recording: Recording): void {
    const steps = recording.finish();
    if (steps === undefined) return;
    this.codes += recording.codes.length;
    if (this.codes > mostCodes) {
      this.known.clear();
      this.codes = recording.codes.length;
    }
    const known: Known = { codes: recording.codes, steps };
    const others = this.known.get(recording.hash);
    if (others) others.push(known);
    else this.known.set(recording.hash, [known]);
  }
}

/** Writes down how a graph is computed, without holding its nodes: some die on the way. */
export class Recording {
  readonly codes: readonly number[];
  readonly hash: number;
  private readonly numbers = new WeakMap<Node, number>();
  private steps: Step[] | undefined = [];

  constructor(print: Fingerprint) {
    this.codes = print.kept();
    this.hash = print.hash;
    print.nodes.forEach((node, number) => this.numbers.set(node, number));
  }

  /** The next kernel; undefined where there was more to it, which a repetition could not know. */
  add(done: Done | undefined): void {
    const targets = done && this.numbered(done.targets);
    const nodes = done && this.numbered(done.nodes);
    if (targets && nodes) this.steps?.push({ call: done.call, targets, nodes, last: [] });
    else this.steps = undefined;
  }

  private numbered(nodes: readonly Node[]): number[] | undefined {
    const numbers: number[] = [];
    for (const node of nodes) {
      const number = this.numbers.get(node);
      if (number === undefined) return undefined;
      numbers.push(number);
    }
    return numbers;
  }

  finish(): readonly Step[] | undefined {
    const { steps } = this;
    if (steps === undefined) return undefined;
    const later = new Set<number>();
    for (const { targets, nodes, last } of steps.toReversed()) {
      for (const number of [...targets, ...nodes]) {
        if (later.has(number)) continue;
        later.add(number);
        last.push(number);
      }
    }
    return steps;
  }
}
