/**
 * @file Four running values of a scan, one a lane: how they start, take four elements, and what is written for them. The loops of scans own
 * them, a vector of rows or of columns each; nothing here knows axes.
 */
import type { DType } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import { runningDType, type Scan } from "../../ir/kernel.js";
import type { Local } from "./assembler.js";
import { cast } from "./casts.js";
import { isWide, type Code, type Value } from "./code.js";
import { f64Lanes } from "./lanes.js";
import { maths } from "./maths.js";
import { binary, compare, extremeOf } from "./operations.js";

/** Four elements: of what is folded, and where they are, for a search. */
export interface Elements {
  readonly value: Value;
  readonly index: Value | undefined;
}

export interface Running {
  /** The vectors that it lives in. */
  readonly locals: readonly Local[];
  /** What it is before the first element. */
  clear(): void;
  /** Goes on from a value of `runningDType`. */
  start(value: Value): void;
  /** Folds four elements in, where a mask is given only those that it has set; gives what is written for them. */
  fold(elements: Elements, mask?: Local): Value;
}

/** `dtype` is that of what is folded. */
export const makeRunning = (code: Code, scan: Scan, dtype: DType): Running =>
  scan.op === "argmin" || scan.op === "argmax" ? new RunningSearch(code, scan, dtype, scan.op) : new RunningFold(code, scan, scan.op);

const newLocals = (code: Code, dtype: DType): Value => ({ dtype, parts: Array.from({ length: isWide(dtype) ? 2 : 1 }, () => code.f.local("v128")) });
const assign = (code: Code, to: Value, { parts }: Value): void => to.parts.forEach((local, i) => code.copy(parts[i], local));

type Fold = (code: Code, running: Value, next: Value) => Value;
interface Folding {
  readonly identity: number;
  readonly fold: Fold;
}
const foldings: { readonly [Op in Exclude<Scan["op"], "argmin" | "argmax">]: Folding } = {
  sum: { identity: 0, fold: (code, running, next) => binary(code, "add", running, next) },
  prod: { identity: 1, fold: (code, running, next) => binary(code, "mul", running, next) },
  logSumExp: { identity: -Infinity, fold: (code, { dtype, parts }, next) => ({ dtype, parts: parts.map((part, i) => logAddExp(code, part, next.parts[i])) }) },
};

/** high + log(1 + e^(low - high)), of f64x2; the difference of two equals is 0, also of infinities. Source: PyTorch, aten/src/ATen/native/cpu/LogAddExp.h. */
function logAddExp(code: Code, a: Local, b: Local): Local {
  const f = f64Lanes(code);
  const [low, high] = [code.op("f64x2.min", a, b), code.op("f64x2.max", a, b)];
  const difference = code.op("v128.andnot", f.sub(low, high), f.eq(low, high));
  return f.add(high, maths.float64.log1p(code, maths.float64.exp(code, difference)));
}

class RunningFold implements Running {
  private readonly value: Value;
  private readonly identity: Value;
  private readonly folding: Folding;

  constructor(private readonly code: Code, private readonly scan: Scan, op: keyof typeof foldings) {
    const dtype = runningDType(scan);
    this.folding = foldings[op];
    this.value = newLocals(code, dtype);
    this.identity = code.literalOf(dtype, this.folding.identity);
  }
  get locals(): readonly Local[] {
    return this.value.parts;
  }
  clear(): void {
    this.start(this.identity);
  }
  start(value: Value): void {
    assign(this.code, this.value, value);
  }
  fold({ value: elements }: Elements, mask?: Local): Value {
    const { code, scan, value, folding } = this;
    const wide = cast(code, elements, value.dtype);
    const next = folding.fold(code, value, mask === undefined ? wide : code.choose(mask, wide, this.identity));
    assign(code, value, next);
    return cast(code, next, scan.dtype);
  }
}

/** The extremes so far, and where they are. */
class RunningSearch implements Running {
  private readonly best: Value;
  private readonly found: Value;
  private readonly worst: Value;

  constructor(private readonly code: Code, scan: Scan, dtype: DType, private readonly op: "argmin" | "argmax") {
    this.best = newLocals(code, dtype);
    this.found = newLocals(code, scan.dtype);
    this.worst = code.literalOf(dtype, extremeOf(dtype, op === "argmin" ? "largest" : "smallest"));
  }
  get locals(): readonly Local[] {
    return [...this.best.parts, ...this.found.parts];
  }
  /** No element is worse, and an equal one is preferred: the first element is found whatever it is. */
  clear(): void {
    assign(this.code, this.best, this.worst);
    assign(this.code, this.found, this.code.literalOf(this.found.dtype, 0));
  }
  start(): void {
    this.clear();
  }
  fold({ value, index }: Elements, mask?: Local): Value {
    const { code, best, found } = this;
    if (index === undefined) throw new InternalError("a search without an index");
    const asGood = this.op === "argmin" ? compare(code, "le", value, best) : compare(code, "le", best, value);
    const isFloat = value.dtype === "float32" || value.dtype === "float64";
    const wanted = isFloat ? code.op("v128.or", asGood, compare(code, "ne", value, value)) : asGood; // nothing is as good as NaN but NaN
    const taken = mask === undefined ? wanted : code.op("v128.and", wanted, mask);
    assign(code, best, code.choose(taken, value, best));
    const next = code.choose(taken, index, found);
    assign(code, found, next);
    return next;
  }
}
