/**
 * @file The second names that PyTorch has for some operations: `multiply` is `mul`. Each entry is a copy that knows its own name, so
 * that messages say what the user wrote.
 */
import { arithmeticOps } from "./arithmetic.js";
import { family } from "./kinds.js";
import { logicOps } from "./logic.js";
import { selectOps } from "./select.js";
import { specialOps } from "./special.js";
import { unaryOps } from "./unary.js";
import { viewOps } from "./views.js";

/** The same entry with a name of its own; typed as it is (a spread would forget the rule of its shape). */
const another = <T extends object>(op: T): T => ({ ...op });

export const aliasOps = family({
  /**
   * As `neg`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.negative.html
   */
  negative: another(unaryOps.neg),
  /**
   * As `abs`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.absolute.html
   */
  absolute: another(unaryOps.abs),
  /**
   * As `sign`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sgn.html
   */
  sgn: another(unaryOps.sign),
  /**
   * As `trunc`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.fix.html
   */
  fix: another(unaryOps.trunc),
  /**
   * As `asin`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arcsin.html
   */
  arcsin: another(unaryOps.asin),
  /**
   * As `acos`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arccos.html
   */
  arccos: another(unaryOps.acos),
  /**
   * As `atan`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arctan.html
   */
  arctan: another(unaryOps.atan),
  /**
   * As `asinh`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arcsinh.html
   */
  arcsinh: another(specialOps.asinh),
  /**
   * As `acosh`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arccosh.html
   */
  arccosh: another(specialOps.acosh),
  /**
   * As `atanh`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arctanh.html
   */
  arctanh: another(specialOps.atanh),
  /**
   * As `sub`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.subtract.html
   */
  subtract: another(arithmeticOps.sub),
  /**
   * As `mul`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.multiply.html
   */
  multiply: another(arithmeticOps.mul),
  /**
   * As `div`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.divide.html
   */
  divide: another(arithmeticOps.div),
  /**
   * As `div`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html
   */
  trueDivide: another(arithmeticOps.div),
  /**
   * As `atan2`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arctan2.html
   */
  arctan2: another(arithmeticOps.atan2),
  /**
   * As `gt`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.greater.html
   */
  greater: another(logicOps.gt),
  /**
   * As `ge`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.greater_equal.html
   */
  greaterEqual: another(logicOps.ge),
  /**
   * As `lt`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.less.html
   */
  less: another(logicOps.lt),
  /**
   * As `le`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.less_equal.html
   */
  lessEqual: another(logicOps.le),
  /**
   * As `ne`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.not_equal.html
   */
  notEqual: another(logicOps.ne),
  /**
   * As `clamp`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.clip.html
   */
  clip: another(selectOps.clamp),
  /**
   * As `movedim`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.moveaxis.html
   */
  moveaxis: another(viewOps.movedim),
  /**
   * As `transpose`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.swapaxes.html
   */
  swapaxes: another(viewOps.transpose),
  /**
   * As `transpose`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.swapdims.html
   */
  swapdims: another(viewOps.transpose),
});
