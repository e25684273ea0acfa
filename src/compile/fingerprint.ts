/**
 * @file What a piece of the graph looks like to scheduling and lowering: two graphs have the same fingerprint exactly when both would
 * come out the same for them, node for node. `graph/` keeps what it worked out under it and does not work it out again. Sizes and views are
 * in it (it names one schedule, not one kernel); values, buffers and readers are not.
 */
import { dtypes } from "../core/dtype.js";
import { binaryOps, compareOps, foldOps, runningOps, unaryOps } from "../ir/kernel.js";
import { isModerate } from "./exact-sum.js";
import type { MapOp, Node, Operand, ReduceOp } from "./expression.js";
import type { Rows } from "./rows.js";

/** Names to codes. */
const numbered = <Name extends string>(names: readonly Name[]): ReadonlyMap<Name, number> => new Map(names.map((name, code) => [name, code]));
const dtypeCodes = numbered(dtypes);
const mapCodes = numbered<MapOp>(["cast", "where", ...unaryOps, ...binaryOps, ...compareOps]);
const reduceCodes = numbered<ReduceOp>([...foldOps, "argmin", "argmax"]);
const kinds = { buffer: 0, constant: 2, index: 4, map: 6, reduce: 8, take: 10, scan: 12 } as const;

const scanCodes = numbered(runningOps);

/** The fingerprint being taken: its codes, how many, and their hash. One array for all, which never shrinks: nobody is called who could take another. */
const codes: number[] = [];
let length = 0;
let hash = 0;
/** The nodes that it numbers, in the order of their numbers. */
let nodes: Node[] = [];
/** `Node.mark` of the first of them; smaller ones are from earlier fingerprints. */
let first = 1;

function put(code: number): void {
  codes[length++] = code;
  hash = Math.imul(hash ^ code, 0x01000193);
}

/** The number of a node, which is its place in the list of what is still to be looked at. */
function numberOf(node: Node): number {
  if (node.mark < first) node.mark = first + nodes.push(node) - 1;
  return node.mark - first;
}

/** Takes the fingerprint of what is to be computed; undefined where it is of more than `most` nodes, or has one that is no loop (a routine, an assembled node). */
export function takeFingerprint(outputs: readonly Node[], most: number, rows?: Rows): Fingerprint | undefined {
  length = 0;
  hash = 0;
  nodes = [];
  try {
    put(outputs.length);
    for (let i = 0; i < outputs.length; i++) {
      put(numberOf(outputs[i]));
      const { companion } = outputs[i];
      put(companion === undefined ? -1 : numberOf(companion));
    }
    putRows(rows);
    for (let i = 0; i < nodes.length; i++) if (nodes.length > most || !putNode(nodes[i])) return undefined;
    return new Fingerprint(codes, length, hash, nodes);
  } finally {
    first += nodes.length;
    nodes = [];
  }
}

function putRows(rows: Rows | undefined): void {
  if (rows === undefined) return put(-1);
  put(rows.points);
  put(rows.length);
  put(rows.kept.size);
  for (const [node, place] of rows.kept) {
    put(numberOf(node));
    put(numberOf(place));
  }
}

/** Whether it can be named. What follows is fixed by the kind and the counts that come first, so no two graphs run together. */
function putNode(node: Node): boolean {
  const { source } = node;
  const wasInside = node.recomputed > 0 ? 1 : 0;
  switch (source.kind) {
    case "buffer":
      put(kinds.buffer);
      putDType(node);
      put(node.count);
      return true;
    case "constant":
      put(kinds.constant + (isModerate(source.value) ? 1 : 0));
      putDType(node);
      putList(node.shape);
      return true;
    case "index":
      put(kinds.index);
      putDType(node);
      putList(node.shape);
      return true;
    case "map":
      put(kinds.map + wasInside);
      putDType(node);
      put(mapCodes.get(source.op) ?? -1);
      putList(node.shape);
      for (let i = 0; i < source.inputs.length; i++) putOperand(source.inputs[i]);
      return true;
    case "reduce":
      put(kinds.reduce + wasInside);
      putDType(node);
      put(reduceCodes.get(source.op) ?? -1);
      putList(node.shape);
      putList(source.input.view.shape);
      putOperand(source.input);
      return true;
    case "take":
      put(kinds.take + wasInside);
      putDType(node);
      put(numberOf(source.from));
      putList(node.shape);
      putOperand(source.index);
      return true;
    case "scan":
      put(kinds.scan);
      putDType(node);
      put(scanCodes.get(source.op) ?? -1);
      put(source.dim);
      put(source.reverse ? 1 : 0);
      putList(node.shape);
      putOperand(source.input);
      return true;
    case "routine":
    case "assemble":
    case "moved":
      return false;
    default:
      return source satisfies never;
  }
}

function putDType(node: Node): void {
  put(dtypeCodes.get(node.dtype) ?? -1);
}

function putList(list: readonly number[]): void {
  put(list.length);
  for (let i = 0; i < list.length; i++) put(list[i]);
}

/** Its shape is the reader's, or has been put before. */
function putOperand({ node, view }: Operand): void {
  put(numberOf(node));
  put(view.offset);
  const { strides } = view;
  for (let i = 0; i < strides.length; i++) put(strides[i]);
}

/** A fingerprint. Its codes are read from the common array until the next one is taken, unless it is kept. */
export class Fingerprint {
  constructor(
    private readonly codes: readonly number[],
    readonly length: number,
    readonly hash: number,
    /** The nodes by their numbers: for whoever took the fingerprint, who empties it so that it keeps none of them. */
    readonly nodes: Node[],
  ) {}

  /** A copy of the codes, which outlives the next fingerprint. */
  kept(): readonly number[] {
    return this.codes.slice(0, this.length);
  }
  /** Whether it is that of these codes, which were kept. */
  is(other: readonly number[]): boolean {
    if (other.length !== this.length) return false;
    for (let i = 0; i < other.length; i++) if (other[i] !== this.codes[i]) return false;
    return true;
  }
}
