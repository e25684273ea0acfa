/**
 * @file Mean and spread at once: the results of `var` and `std` beside the mean that they are measured from, computed in one kernel. One
 * entry each; `tensor/` makes the methods and functions of it.
 */
import type { Operand } from "../compile/expression.js";
import type { TensorImpl } from "../graph/storage.js";
import { call, flagAt, numberAt, wholesAt, withOptions, type CallOp } from "./call.js";
import { family, type ReductionOp } from "./kinds.js";
import { reduction } from "./recorded.js";
import { reductionOps, variance } from "./reductions.js";
import { map } from "../graph/build.js";

/** Both results from one mean: the entries of `mean` and of the spread, made to share it. */
const withMean = (spread: "var" | "std") => (x: TensorImpl, args: readonly unknown[], name: string): readonly TensorImpl[] => {
  const [[dim], option] = withOptions(name, args, ["keepdim", "correction"]);
  const dims = dim === undefined ? undefined : wholesAt(name, "dim", dim);
  const keepdim = flagAt(name, "keepdim", option("keepdim"), false);
  const correction = numberAt(name, "correction", option("correction"), 1);
  let center: Operand | undefined;
  const meanOp: ReductionOp = {
    ...reductionOps.mean,
    name,
    lower: (input, over, options) => (center = reductionOps.mean.lower(input, over, options, name)),
  };
  const mean = reduction(meanOp, x, dims, { keepdim });
  const lower: ReductionOp["lower"] = (input, over, options) => {
    const squares = variance(input, over, options, center);
    return spread === "var" ? squares : map("sqrt", squares.node.dtype, squares);
  };
  const result = reduction({ ...reductionOps[spread], name, lower }, x, dims, { keepdim, correction });
  const [a, b] = [result.storage.node, mean.storage.node];
  a.companion = b;
  b.companion = a;
  return [result, mean];
};

export const spreadOps = family({
  /**
   * `[variance, mean]` of all elements, or along `dim` (one or several). Options: keepdim, correction (1). Floats only (DTypeError).
   * Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3, 4]).float().varMean() // [tensor(1.6667), tensor(2.5000)]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.var_mean.html
   */
  varMean: call("withMean", withMean("var")),
  /**
   * `[standard deviation, mean]` of all elements, or along `dim` (one or several). Options: keepdim, correction (1). Floats only
   * (DTypeError). Errors: IndexError for a dimension out of range.
   * @example tensor([1, 2, 3, 4]).float().stdMean() // [tensor(1.2910), tensor(2.5000)]
   * @see https://docs.pytorch.org/docs/stable/generated/torch.std_mean.html
   */
  stdMean: call("withMean", withMean("std")),
} satisfies Readonly<Record<string, CallOp>>);
