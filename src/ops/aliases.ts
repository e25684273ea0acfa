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

export const aliasOps = family({
  /**
   * As `neg`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.negative.html
   */
  negative: { ...unaryOps.neg },
  /**
   * As `abs`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.absolute.html
   */
  absolute: { ...unaryOps.abs },
  /**
   * As `sign`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.sgn.html
   */
  sgn: { ...unaryOps.sign },
  /**
   * As `trunc`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.fix.html
   */
  fix: { ...unaryOps.trunc },
  /**
   * As `asin`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arcsin.html
   */
  arcsin: { ...unaryOps.asin },
  /**
   * As `acos`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arccos.html
   */
  arccos: { ...unaryOps.acos },
  /**
   * As `atan`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arctan.html
   */
  arctan: { ...unaryOps.atan },
  /**
   * As `asinh`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arcsinh.html
   */
  arcsinh: { ...specialOps.asinh },
  /**
   * As `acosh`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arccosh.html
   */
  arccosh: { ...specialOps.acosh },
  /**
   * As `atanh`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arctanh.html
   */
  arctanh: { ...specialOps.atanh },
  /**
   * As `sub`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.subtract.html
   */
  subtract: { ...arithmeticOps.sub },
  /**
   * As `mul`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.multiply.html
   */
  multiply: { ...arithmeticOps.mul },
  /**
   * As `div`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.divide.html
   */
  divide: { ...arithmeticOps.div },
  /**
   * As `div`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html
   */
  trueDivide: { ...arithmeticOps.div },
  /**
   * As `atan2`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.arctan2.html
   */
  arctan2: { ...arithmeticOps.atan2 },
  /**
   * As `gt`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.greater.html
   */
  greater: { ...logicOps.gt },
  /**
   * As `ge`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.greater_equal.html
   */
  greaterEqual: { ...logicOps.ge },
  /**
   * As `lt`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.less.html
   */
  less: { ...logicOps.lt },
  /**
   * As `le`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.less_equal.html
   */
  lessEqual: { ...logicOps.le },
  /**
   * As `ne`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.not_equal.html
   */
  notEqual: { ...logicOps.ne },
  /**
   * As `clamp`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.clip.html
   */
  clip: { ...selectOps.clamp },
  /**
   * As `movedim`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.moveaxis.html
   */
  moveaxis: { ...viewOps.movedim },
  /**
   * As `transpose`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.swapaxes.html
   */
  swapaxes: { ...viewOps.transpose },
  /**
   * As `transpose`.
   * @see https://docs.pytorch.org/docs/stable/generated/torch.swapdims.html
   */
  swapdims: { ...viewOps.transpose },
});
