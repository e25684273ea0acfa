/**
 * @file Python's `format(x, ".4f")` and `format(x, ".4e")`: correctly rounded decimals, ties to even, signed zeros.
 * Printing calls it; JavaScript's own `toFixed` and `toExponential` round ties away from zero and drop the sign of -0.
 */

import { ValueError } from "../core/errors.js";

/** The most digits after the point that {@link fixed} and {@link exponential} give. */
export const maxPrecision = 60;

/**
 * Python's `format(value, f".{precision}f")`.
 *
 * @param value any double
 * @param precision digits after the point, 0 to 60
 * @throws ValueError for another precision
 * @example fixed(0.03125, 4) // "0.0312", where (0.03125).toFixed(4) is "0.0313"
 */
export function fixed(value: number, precision: number): string {
  checkPrecision(precision);
  const special = nonFinite(value);
  if (special !== undefined) return special;
  const magnitude = Math.abs(value);
  return sign(value) + (magnitude < 1e21 ? fixedMagnitude(magnitude, precision) : hugeMagnitude(magnitude, precision));
}

/**
 * Python's `format(value, f".{precision}e")`: an exponent of at least two digits, always signed.
 *
 * @param value any double
 * @param precision digits after the point, 0 to 60
 * @throws ValueError for another precision
 * @example exponential(1234.5, 4) // "1.2345e+03"
 */
export function exponential(value: number, precision: number): string {
  checkPrecision(precision);
  const special = nonFinite(value);
  if (special !== undefined) return special;
  const magnitude = Math.abs(value);
  const exact = magnitude.toExponential(precision + 1);
  const exponent = Number(exact.slice(exact.indexOf("e") + 1));
  const [digits, power] = splitExponent(magnitude.toExponential(precision));
  const tie = magnitude !== 0 && isTie(magnitude, precision - exponent);
  const mantissa = tie ? toEven(digits, splitExponent(exact)[0]) : digits;
  // A tie that goes down may not carry into the exponent as toExponential's rounding up did: 9.5 at precision 0.
  return sign(value) + mantissa + formatExponent(tie && mantissa !== digits ? exponent : power);
}

function checkPrecision(precision: number): void {
  if (!Number.isInteger(precision) || precision < 0 || precision > maxPrecision) {
    throw new ValueError(`precision must be an integer from 0 to ${maxPrecision}, not ${precision}`);
  }
}

const sign = (value: number): string => (value < 0 || Object.is(value, -0) ? "-" : "");

function nonFinite(value: number): string | undefined {
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? undefined : `${sign(value)}inf`;
}

function fixedMagnitude(magnitude: number, precision: number): string {
  const rounded = magnitude.toFixed(precision);
  return isTie(magnitude, precision) ? toEven(rounded, magnitude.toFixed(precision + 1)) : rounded;
}

/** `toFixed` gives an exponent from 1e21 on; such a double is an integer, which a BigInt prints in full. */
function hugeMagnitude(magnitude: number, precision: number): string {
  const digits = BigInt(magnitude).toString();
  return precision === 0 ? digits : `${digits}.${"0".repeat(precision)}`;
}

/**
 * Whether a positive `magnitude` lies exactly half-way between two decimals with `places` digits after the point
 * (a negative number of places counts zeros before it).
 */
function isTie(magnitude: number, places: number): boolean {
  if (places < 0) {
    if (!Number.isInteger(magnitude)) return false;
    const unit = 10n ** BigInt(-places);
    return (BigInt(magnitude) % unit) * 2n === unit;
  }
  // Half-way means an odd multiple of 10^-places / 2, so at most places + 1 binary digits after the point; then the
  // decimal expansion has at most places + 1 digits as well, and toFixed shows all of it.
  if (!Number.isInteger(magnitude * 2 ** (places + 1)) || Number.isInteger(magnitude * 2 ** places)) return false;
  return magnitude.toFixed(places + 1).endsWith("5");
}

/** Of the two neighbours of a tie, the one with an even last digit: `up` as rounded, or `exact` cut before its 5. */
function toEven(up: string, exact: string): string {
  const cut = exact.slice(0, -1);
  const down = cut.endsWith(".") ? cut.slice(0, -1) : cut;
  return "02468".includes(down.charAt(down.length - 1)) ? down : up;
}

function splitExponent(text: string): [digits: string, power: number] {
  const at = text.indexOf("e");
  return [text.slice(0, at), Number(text.slice(at + 1))];
}

function formatExponent(power: number): string {
  const digits = String(Math.abs(power)).padStart(2, "0");
  return `e${power < 0 ? "-" : "+"}${digits}`;
}
