/**
 * @file The operations as free functions, under PyTorch's names. Each is taken from the table that install.ts makes of `ops/`;
 * a test holds this list complete. What takes many tensors is in join.ts.
 */
import { functions } from "./install.js";

/**
 * As the methods of the same names; `torch.add(x, y)` is `add(x, y)` here. Numbers may stand on
 * either side of two-argument operations.
 */
const {
  // ops/unary.ts
  neg, abs, sign, square, sqrt, rsqrt, reciprocal, exp, exp2, expm1, log, log2, log10, log1p,
  sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, sigmoid, erf, floor, ceil, round, trunc, frac,
  isnan, isinf, isfinite, logicalNot, bitwiseNot,
  // ops/arithmetic.ts
  add, sub, mul, div, floorDivide, remainder, fmod, pow, atan2, maximum, minimum, bitwiseAnd, bitwiseOr, bitwiseXor,
  // ops/logic.ts
  eq, ne, lt, le, gt, ge, logicalAnd, logicalOr, logicalXor,
  // ops/reductions.ts
  sum, prod, mean, amax, amin, argmax, argmin, all, any, var: var_, std, max, min, norm,
  // ops/views.ts (PyTorch has view, viewAs, expand, expandAs and indexing as methods only)
  reshape, flatten, unflatten, transpose, t, permute, movedim, squeeze, unsqueeze, broadcastTo, narrow, select,
  // ops/matmul.ts
  matmul, mm, bmm, mv, dot,
  // ops/select.ts
  clamp, where,
} = functions;

export {
  // ops/unary.ts
  neg, abs, sign, square, sqrt, rsqrt, reciprocal, exp, exp2, expm1, log, log2, log10, log1p,
  sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, sigmoid, erf, floor, ceil, round, trunc, frac,
  isnan, isinf, isfinite, logicalNot, bitwiseNot,
  // ops/arithmetic.ts
  add, sub, mul, div, floorDivide, remainder, fmod, pow, atan2, maximum, minimum, bitwiseAnd, bitwiseOr, bitwiseXor,
  // ops/logic.ts
  eq, ne, lt, le, gt, ge, logicalAnd, logicalOr, logicalXor,
  // ops/reductions.ts
  sum, prod, mean, amax, amin, argmax, argmin, all, any, var_ as var, std, max, min, norm,
  // ops/views.ts (PyTorch has view, viewAs, expand, expandAs and indexing as methods only)
  reshape, flatten, unflatten, transpose, t, permute, movedim, squeeze, unsqueeze, broadcastTo, narrow, select,
  // ops/matmul.ts
  matmul, mm, bmm, mv, dot,
  // ops/select.ts
  clamp, where,
};
