/**
 * @file The operations as free functions, under PyTorch's names: `torch.add(x, y)` is `add(x, y)` here, and numbers may stand on
 * either side of two-argument operations. Each is taken from the table that install.ts makes of `ops/`, where it is documented; a
 * test holds this list complete. What takes many tensors is in join.ts.
 */
import { functions } from "./install.js";
import type { OpFunctions } from "./signatures.js";

// ops/unary.ts
export const neg: OpFunctions["neg"] = functions.neg;
export const abs: OpFunctions["abs"] = functions.abs;
export const sign: OpFunctions["sign"] = functions.sign;
export const square: OpFunctions["square"] = functions.square;
export const sqrt: OpFunctions["sqrt"] = functions.sqrt;
export const rsqrt: OpFunctions["rsqrt"] = functions.rsqrt;
export const reciprocal: OpFunctions["reciprocal"] = functions.reciprocal;
export const exp: OpFunctions["exp"] = functions.exp;
export const exp2: OpFunctions["exp2"] = functions.exp2;
export const expm1: OpFunctions["expm1"] = functions.expm1;
export const log: OpFunctions["log"] = functions.log;
export const log2: OpFunctions["log2"] = functions.log2;
export const log10: OpFunctions["log10"] = functions.log10;
export const log1p: OpFunctions["log1p"] = functions.log1p;
export const sin: OpFunctions["sin"] = functions.sin;
export const cos: OpFunctions["cos"] = functions.cos;
export const tan: OpFunctions["tan"] = functions.tan;
export const asin: OpFunctions["asin"] = functions.asin;
export const acos: OpFunctions["acos"] = functions.acos;
export const atan: OpFunctions["atan"] = functions.atan;
export const sinh: OpFunctions["sinh"] = functions.sinh;
export const cosh: OpFunctions["cosh"] = functions.cosh;
export const tanh: OpFunctions["tanh"] = functions.tanh;
export const sigmoid: OpFunctions["sigmoid"] = functions.sigmoid;
export const erf: OpFunctions["erf"] = functions.erf;
export const floor: OpFunctions["floor"] = functions.floor;
export const ceil: OpFunctions["ceil"] = functions.ceil;
export const round: OpFunctions["round"] = functions.round;
export const trunc: OpFunctions["trunc"] = functions.trunc;
export const frac: OpFunctions["frac"] = functions.frac;
export const isnan: OpFunctions["isnan"] = functions.isnan;
export const isinf: OpFunctions["isinf"] = functions.isinf;
export const isfinite: OpFunctions["isfinite"] = functions.isfinite;
export const logicalNot: OpFunctions["logicalNot"] = functions.logicalNot;
export const bitwiseNot: OpFunctions["bitwiseNot"] = functions.bitwiseNot;

// ops/arithmetic.ts
export const add: OpFunctions["add"] = functions.add;
export const sub: OpFunctions["sub"] = functions.sub;
export const mul: OpFunctions["mul"] = functions.mul;
export const div: OpFunctions["div"] = functions.div;
export const floorDivide: OpFunctions["floorDivide"] = functions.floorDivide;
export const remainder: OpFunctions["remainder"] = functions.remainder;
export const fmod: OpFunctions["fmod"] = functions.fmod;
export const pow: OpFunctions["pow"] = functions.pow;
export const atan2: OpFunctions["atan2"] = functions.atan2;
export const maximum: OpFunctions["maximum"] = functions.maximum;
export const minimum: OpFunctions["minimum"] = functions.minimum;
export const bitwiseAnd: OpFunctions["bitwiseAnd"] = functions.bitwiseAnd;
export const bitwiseOr: OpFunctions["bitwiseOr"] = functions.bitwiseOr;
export const bitwiseXor: OpFunctions["bitwiseXor"] = functions.bitwiseXor;

// ops/logic.ts
export const eq: OpFunctions["eq"] = functions.eq;
export const ne: OpFunctions["ne"] = functions.ne;
export const lt: OpFunctions["lt"] = functions.lt;
export const le: OpFunctions["le"] = functions.le;
export const gt: OpFunctions["gt"] = functions.gt;
export const ge: OpFunctions["ge"] = functions.ge;
export const logicalAnd: OpFunctions["logicalAnd"] = functions.logicalAnd;
export const logicalOr: OpFunctions["logicalOr"] = functions.logicalOr;
export const logicalXor: OpFunctions["logicalXor"] = functions.logicalXor;

// ops/reductions.ts
export const sum: OpFunctions["sum"] = functions.sum;
export const prod: OpFunctions["prod"] = functions.prod;
export const mean: OpFunctions["mean"] = functions.mean;
export const amax: OpFunctions["amax"] = functions.amax;
export const amin: OpFunctions["amin"] = functions.amin;
export const argmax: OpFunctions["argmax"] = functions.argmax;
export const argmin: OpFunctions["argmin"] = functions.argmin;
export const all: OpFunctions["all"] = functions.all;
export const any: OpFunctions["any"] = functions.any;
const variance: OpFunctions["var"] = functions.var;
export const std: OpFunctions["std"] = functions.std;
export const max: OpFunctions["max"] = functions.max;
export const min: OpFunctions["min"] = functions.min;
export const norm: OpFunctions["norm"] = functions.norm;

// ops/views.ts (PyTorch has view, viewAs, expand, expandAs and indexing as methods only)
export const reshape: OpFunctions["reshape"] = functions.reshape;
export const flatten: OpFunctions["flatten"] = functions.flatten;
export const unflatten: OpFunctions["unflatten"] = functions.unflatten;
export const transpose: OpFunctions["transpose"] = functions.transpose;
export const t: OpFunctions["t"] = functions.t;
export const permute: OpFunctions["permute"] = functions.permute;
export const movedim: OpFunctions["movedim"] = functions.movedim;
export const squeeze: OpFunctions["squeeze"] = functions.squeeze;
export const unsqueeze: OpFunctions["unsqueeze"] = functions.unsqueeze;
export const broadcastTo: OpFunctions["broadcastTo"] = functions.broadcastTo;
export const narrow: OpFunctions["narrow"] = functions.narrow;
export const select: OpFunctions["select"] = functions.select;

// ops/matmul.ts
export const matmul: OpFunctions["matmul"] = functions.matmul;
export const mm: OpFunctions["mm"] = functions.mm;
export const bmm: OpFunctions["bmm"] = functions.bmm;
export const mv: OpFunctions["mv"] = functions.mv;
export const dot: OpFunctions["dot"] = functions.dot;

// ops/select.ts
export const clamp: OpFunctions["clamp"] = functions.clamp;
export const where: OpFunctions["where"] = functions.where;

// ops/activations.ts
export const relu: OpFunctions["relu"] = functions.relu;
export const prelu: OpFunctions["prelu"] = functions.prelu;
export const hardshrink: OpFunctions["hardshrink"] = functions.hardshrink;

// ops/gathering.ts
export const gather: OpFunctions["gather"] = functions.gather;
export const indexSelect: OpFunctions["indexSelect"] = functions.indexSelect;
export const takeAlongDim: OpFunctions["takeAlongDim"] = functions.takeAlongDim;
export const take: OpFunctions["take"] = functions.take;

export { variance as var };
export * from "./functions-catalogue.js";
