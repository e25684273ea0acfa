/**
 * @file More operations as free functions: the rest of the list of functions.ts, which passes these names on. Each is documented at its
 * entry in `ops/`.
 */
import { functions } from "./install.js";
import type { OpFunctions } from "./signatures.js";

// ops/special.ts
export const asinh: OpFunctions["asinh"] = functions.asinh;
export const acosh: OpFunctions["acosh"] = functions.acosh;
export const atanh: OpFunctions["atanh"] = functions.atanh;
export const erfc: OpFunctions["erfc"] = functions.erfc;
export const sinc: OpFunctions["sinc"] = functions.sinc;
export const logit: OpFunctions["logit"] = functions.logit;
export const nanToNum: OpFunctions["nanToNum"] = functions.nanToNum;
export const signbit: OpFunctions["signbit"] = functions.signbit;
export const isposinf: OpFunctions["isposinf"] = functions.isposinf;
export const isneginf: OpFunctions["isneginf"] = functions.isneginf;
export const positive: OpFunctions["positive"] = functions.positive;
export const deg2rad: OpFunctions["deg2rad"] = functions.deg2rad;
export const rad2deg: OpFunctions["rad2deg"] = functions.rad2deg;

// ops/pairs.ts
export const hypot: OpFunctions["hypot"] = functions.hypot;
export const logaddexp: OpFunctions["logaddexp"] = functions.logaddexp;
export const logaddexp2: OpFunctions["logaddexp2"] = functions.logaddexp2;
export const xlogy: OpFunctions["xlogy"] = functions.xlogy;
export const copysign: OpFunctions["copysign"] = functions.copysign;
export const heaviside: OpFunctions["heaviside"] = functions.heaviside;
export const fmax: OpFunctions["fmax"] = functions.fmax;
export const fmin: OpFunctions["fmin"] = functions.fmin;
export const isclose: OpFunctions["isclose"] = functions.isclose;
export const clampMin: OpFunctions["clampMin"] = functions.clampMin;
export const clampMax: OpFunctions["clampMax"] = functions.clampMax;
export const floatPower: OpFunctions["floatPower"] = functions.floatPower;
export const ldexp: OpFunctions["ldexp"] = functions.ldexp;
export const bitwiseLeftShift: OpFunctions["bitwiseLeftShift"] = functions.bitwiseLeftShift;
export const bitwiseRightShift: OpFunctions["bitwiseRightShift"] = functions.bitwiseRightShift;

// ops/softmax.ts
export const softmax: OpFunctions["softmax"] = functions.softmax;
export const logSoftmax: OpFunctions["logSoftmax"] = functions.logSoftmax;
export const logsumexp: OpFunctions["logsumexp"] = functions.logsumexp;

// ops/scans.ts
export const cumsum: OpFunctions["cumsum"] = functions.cumsum;
export const cumprod: OpFunctions["cumprod"] = functions.cumprod;
export const cummax: OpFunctions["cummax"] = functions.cummax;
export const cummin: OpFunctions["cummin"] = functions.cummin;
export const logcumsumexp: OpFunctions["logcumsumexp"] = functions.logcumsumexp;

// ops/spread.ts
export const varMean: OpFunctions["varMean"] = functions.varMean;
export const stdMean: OpFunctions["stdMean"] = functions.stdMean;

// ops/ternary.ts
export const lerp: OpFunctions["lerp"] = functions.lerp;
export const addcmul: OpFunctions["addcmul"] = functions.addcmul;
export const addcdiv: OpFunctions["addcdiv"] = functions.addcdiv;
export const maskedFill: OpFunctions["maskedFill"] = functions.maskedFill;
export const equal: OpFunctions["equal"] = functions.equal;
export const allclose: OpFunctions["allclose"] = functions.allclose;

// ops/aliases.ts
export const negative: OpFunctions["negative"] = functions.negative;
export const absolute: OpFunctions["absolute"] = functions.absolute;
export const sgn: OpFunctions["sgn"] = functions.sgn;
export const fix: OpFunctions["fix"] = functions.fix;
export const arcsin: OpFunctions["arcsin"] = functions.arcsin;
export const arccos: OpFunctions["arccos"] = functions.arccos;
export const arctan: OpFunctions["arctan"] = functions.arctan;
export const arcsinh: OpFunctions["arcsinh"] = functions.arcsinh;
export const arccosh: OpFunctions["arccosh"] = functions.arccosh;
export const arctanh: OpFunctions["arctanh"] = functions.arctanh;
export const subtract: OpFunctions["subtract"] = functions.subtract;
export const multiply: OpFunctions["multiply"] = functions.multiply;
export const divide: OpFunctions["divide"] = functions.divide;
export const trueDivide: OpFunctions["trueDivide"] = functions.trueDivide;
export const arctan2: OpFunctions["arctan2"] = functions.arctan2;
export const greater: OpFunctions["greater"] = functions.greater;
export const greaterEqual: OpFunctions["greaterEqual"] = functions.greaterEqual;
export const less: OpFunctions["less"] = functions.less;
export const lessEqual: OpFunctions["lessEqual"] = functions.lessEqual;
export const notEqual: OpFunctions["notEqual"] = functions.notEqual;
export const clip: OpFunctions["clip"] = functions.clip;
export const moveaxis: OpFunctions["moveaxis"] = functions.moveaxis;
export const swapaxes: OpFunctions["swapaxes"] = functions.swapaxes;
export const swapdims: OpFunctions["swapdims"] = functions.swapdims;

// ops/statistics.ts
export const nansum: OpFunctions["nansum"] = functions.nansum;
export const nanmean: OpFunctions["nanmean"] = functions.nanmean;
export const countNonzero: OpFunctions["countNonzero"] = functions.countNonzero;
export const aminmax: OpFunctions["aminmax"] = functions.aminmax;

// ops/sorting.ts
export const sort: OpFunctions["sort"] = functions.sort;
export const argsort: OpFunctions["argsort"] = functions.argsort;
export const msort: OpFunctions["msort"] = functions.msort;
export const topk: OpFunctions["topk"] = functions.topk;
export const kthvalue: OpFunctions["kthvalue"] = functions.kthvalue;
export const median: OpFunctions["median"] = functions.median;
export const nanmedian: OpFunctions["nanmedian"] = functions.nanmedian;
export const mode: OpFunctions["mode"] = functions.mode;
export const quantile: OpFunctions["quantile"] = functions.quantile;
export const nanquantile: OpFunctions["nanquantile"] = functions.nanquantile;
export const searchsorted: OpFunctions["searchsorted"] = functions.searchsorted;
export const bucketize: OpFunctions["bucketize"] = functions.bucketize;

// ops/counting.ts
export const unique: OpFunctions["unique"] = functions.unique;
export const uniqueConsecutive: OpFunctions["uniqueConsecutive"] = functions.uniqueConsecutive;
export const nonzero: OpFunctions["nonzero"] = functions.nonzero;
export const argwhere: OpFunctions["argwhere"] = functions.argwhere;
export const maskedSelect: OpFunctions["maskedSelect"] = functions.maskedSelect;
export const bincount: OpFunctions["bincount"] = functions.bincount;
export const histc: OpFunctions["histc"] = functions.histc;

// ops/scattering.ts
export const scatter: OpFunctions["scatter"] = functions.scatter;
export const scatterAdd: OpFunctions["scatterAdd"] = functions.scatterAdd;
export const scatterReduce: OpFunctions["scatterReduce"] = functions.scatterReduce;
export const indexAdd: OpFunctions["indexAdd"] = functions.indexAdd;
export const indexCopy: OpFunctions["indexCopy"] = functions.indexCopy;
export const indexFill: OpFunctions["indexFill"] = functions.indexFill;
export const maskedScatter: OpFunctions["maskedScatter"] = functions.maskedScatter;

// ops/index-tensors.ts
export const indexPut: OpFunctions["indexPut"] = functions.indexPut;

// ops/products.ts
export const addmm: OpFunctions["addmm"] = functions.addmm;
export const baddbmm: OpFunctions["baddbmm"] = functions.baddbmm;
export const addmv: OpFunctions["addmv"] = functions.addmv;
export const addr: OpFunctions["addr"] = functions.addr;
export const addbmm: OpFunctions["addbmm"] = functions.addbmm;
export const outer: OpFunctions["outer"] = functions.outer;
// ops/matrix-forms.ts
export const trace: OpFunctions["trace"] = functions.trace;
export const kron: OpFunctions["kron"] = functions.kron;
export const cross: OpFunctions["cross"] = functions.cross;

// ops/linalg-methods.ts
export const det: OpFunctions["det"] = functions.det;
export const slogdet: OpFunctions["slogdet"] = functions.slogdet;
export const logdet: OpFunctions["logdet"] = functions.logdet;
export const inverse: OpFunctions["inverse"] = functions.inverse;
export const pinverse: OpFunctions["pinverse"] = functions.pinverse;
export const matrixExp: OpFunctions["matrixExp"] = functions.matrixExp;
export const matrixPower: OpFunctions["matrixPower"] = functions.matrixPower;

// ops/moves.ts
export const flip: OpFunctions["flip"] = functions.flip;
export const fliplr: OpFunctions["fliplr"] = functions.fliplr;
export const flipud: OpFunctions["flipud"] = functions.flipud;
export const roll: OpFunctions["roll"] = functions.roll;
export const rot90: OpFunctions["rot90"] = functions.rot90;
export const tile: OpFunctions["tile"] = functions.tile;
export const repeatInterleave: OpFunctions["repeatInterleave"] = functions.repeatInterleave;
export const tril: OpFunctions["tril"] = functions.tril;
export const triu: OpFunctions["triu"] = functions.triu;
export const diag: OpFunctions["diag"] = functions.diag;
export const diagEmbed: OpFunctions["diagEmbed"] = functions.diagEmbed;
export const diff: OpFunctions["diff"] = functions.diff;

// ops/windows.ts
export const diagonal: OpFunctions["diagonal"] = functions.diagonal;
export const ravel: OpFunctions["ravel"] = functions.ravel;
export const asStrided: OpFunctions["asStrided"] = functions.asStrided;
export const tensorSplit: OpFunctions["tensorSplit"] = functions.tensorSplit;
export const hsplit: OpFunctions["hsplit"] = functions.hsplit;
export const vsplit: OpFunctions["vsplit"] = functions.vsplit;
export const dsplit: OpFunctions["dsplit"] = functions.dsplit;
export const atleast1d: OpFunctions["atleast1d"] = functions.atleast1d;
export const atleast2d: OpFunctions["atleast2d"] = functions.atleast2d;
export const atleast3d: OpFunctions["atleast3d"] = functions.atleast3d;

// ops/random.ts (what ends in an underscore is a method only)
export const bernoulli: OpFunctions["bernoulli"] = functions.bernoulli;
export const multinomial: OpFunctions["multinomial"] = functions.multinomial;
