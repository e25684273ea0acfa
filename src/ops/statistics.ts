/**
 * @file Reductions that leave NaN out, that count, and that give two extremes at once. One entry each, as in reductions.ts.
 */
import { isFloating } from "../core/dtype.js";
import { normalizeDim } from "../core/shape.js";
import { cast, map, reduce } from "../graph/build.js";
import type { TensorImpl } from "../graph/storage.js";
import type { Operand } from "../compile/expression.js";
import { call, flagAt, wholeAt, withOptions, type CallResult } from "./call.js";
import { Formula } from "./formula.js";
import { using } from "./gradient.js";
import { family } from "./kinds.js";
import { reduction as recorded } from "./recorded.js";
import { checkNonEmpty, fold, reduction } from "./reduce.js";
import { reductionOps } from "./reductions.js";

/** The element, or 0 for NaN. */
function withoutNaN(x: Operand): Operand {
  if (!isFloating(x.node.dtype)) return x;
  const f = Formula.of(x);
  return f.where(f.compare("ne", x, x), 0, x);
}

function nanmean(x: Operand, dims: readonly number[]): Operand {
  const { dtype } = x.node;
  const count = reduce("sum", dtype, cast(Formula.of(x).eq(x, x), dtype), dims);
  return map("div", dtype, fold("sum", withoutNaN(x), dims), count);
}

const countNonzero = (x: Operand, dims: readonly number[]): Operand => reduce("sum", "int64", cast(cast(x, "bool"), "int64"), dims);

/** Both in one pass. A scalar has no dimension that could be kept or fold away. */
function aminmax(x: TensorImpl, args: readonly unknown[], name: string): CallResult {
  const [positional, option] = withOptions(name, args, ["dim", "keepdim"]);
  const given = positional[0] ?? option("dim");
  const dim = given === undefined ? undefined : normalizeDim(name, wholeAt(name, "dim", given), x.shape.length);
  const keepdim = flagAt(name, "keepdim", option("keepdim"), false);
  checkNonEmpty(name, x.shape, dim === undefined ? x.shape.map((_, d) => d) : x.shape.length === 0 ? [] : [dim]);
  // PyTorch keeps no dimension of a scalar, and gives [] for it without keepdim too.
  const isScalar = x.shape.length === 0;
  const [min, max] = [reductionOps.amin, reductionOps.amax].map((op) => recorded(op, x, isScalar ? undefined : dim, { keepdim: keepdim && !isScalar }));
  const [a, b] = [min.storage.node, max.storage.node];
  a.companion = b;
  b.companion = a;
  return { min, max };
}

export const statisticOps = family({
  /**
   * The sum of all elements, or along `dim` (one or several), NaN counted as 0. Integers and bool are summed as int64.
   * Options: keepdim, dtype. Errors: IndexError for a dimension out of range.
   * @example tensor([1, NaN, 2]).nansum() // tensor(3.)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nansum.html
   */
  nansum: reduction({
    rule: "sum",
    dims: "many",
    options: ["dtype"],
    lower: (x, dims) => fold("sum", withoutNaN(x), dims),
    gradient: using(["x"], ({ grad, x }) => grad.mul(x.isnan().logicalNot())),
  }),
  /**
   * The mean of the elements that are not NaN, of all or along `dim` (one or several); NaN where there are none. Floats only
   * (DTypeError). Options: keepdim, dtype.
   * @example tensor([1, NaN, 2]).nanmean() // tensor(1.5000)
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nanmean.html
   */
  nanmean: reduction({
    rule: "float",
    dims: "many",
    options: ["dtype"],
    lower: nanmean,
    gradient: using(["x"], ({ grad, x, dims }) => {
      const numbers = x.isnan().logicalNot();
      return grad.div(numbers.sum(dims, { keepdim: true })).mul(numbers);
    }),
  }),
  /**
   * How many elements are not zero (NaN is not), of all or along `dim` (one or several). Any dtype; gives int64.
   * @example tensor([[1, 0], [2, 3]]).countNonzero(0) // tensor([2, 1])
   * @see https://docs.pytorch.org/docs/stable/generated/torch.count_nonzero.html
   */
  countNonzero: reduction({ rule: "count", dims: "many", lower: countNonzero }),
  /**
   * `{ min, max }` of all elements or along `dim`, NaN if one is, in one pass. The dtype stays. Options: dim, keepdim.
   * Errors: IndexError for a dimension out of range or of size 0, and for an empty tensor.
   * @example tensor([3, 1, 2]).aminmax() // { min: tensor(1), max: tensor(3) }
   * @see https://docs.pytorch.org/docs/stable/generated/torch.aminmax.html
   */
  aminmax: call("aminmax", aminmax),
});
