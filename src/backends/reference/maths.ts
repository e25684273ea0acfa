/**
 * @file Functions of doubles that JavaScript lacks or defines differently from C and PyTorch. The rules of the reference backend
 * call them; other backends are held to what comes out, so each names its source.
 */

/** To the nearest integer, ties to even, the sign of zero kept: C's nearbyint, PyTorch's round. */
export function roundHalfToEven(x: number): number {
  if (!Number.isFinite(x)) return x;
  const below = Math.floor(x);
  const rest = x - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const rounded = up ? below + 1 : below;
  return rounded === 0 && x < 0 ? -0 : rounded;
}

/** 1, -1 or 0, also for NaN and -0: PyTorch's sign, (0 < x) - (x < 0). */
export const sign = (x: number): number => Number(x > 0) - Number(x < 0);

/** C's pow. JavaScript's gives NaN for 1 to the NaN or infinity, and for -1 to an infinity. Source: C17 F.10.4.4. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return x ** y;
}

/** Rounds a double to the dtype that is computed in. */
type Round = (x: number) => number;

/**
 * The remainder with the sign of the divisor, Python's %. C's fmod (JavaScript's %) is exact; moving it to the other side rounds.
 * Source: PyTorch, aten/src/ATen/native/cpu/BinaryOpsKernel.cpp, remainder_kernel.
 */
export function remainder(a: number, b: number, round: Round): number {
  const mod = a % b;
  return mod !== 0 && b < 0 !== mod < 0 ? round(mod + b) : mod;
}

/**
 * The quotient rounded down, by way of the exact remainder, so that 1 // 0.1 is 9. Every operation rounds to the dtype.
 * Source: PyTorch, c10/util/generic_math.h, div_floor_floating.
 */
export function floorDiv(a: number, b: number, round: Round): number {
  if (b === 0) return round(a / b);
  const mod = a % b;
  let quotient = round(round(a - mod) / b);
  if (mod !== 0 && b < 0 !== mod < 0) quotient = round(quotient - 1);
  if (quotient === 0) return copySign(0, round(a / b));
  const floor = Math.floor(quotient);
  return round(quotient - floor) > 0.5 ? round(floor + 1) : floor;
}

const copySign = (x: number, from: number): number => (from < 0 || Object.is(from, -0) ? -x : x);

/** c[0] + c[1] x + c[2] x² + … */
const polynomial = (x: number, coefficients: readonly number[]): number => coefficients.reduceRight((sum, c) => sum * x + c, 0);

// The coefficients of FreeBSD's msun/src/s_erf.c (Sun Microsystems, 1993), which errs by less than 1 ulp.
const erx = 8.45062911510467529297e-1;
const nearZero = {
  p: [1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5],
  q: [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.96022827877536812320e-6],
};
const nearOne = {
  p: [
    -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
    -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3,
  ],
  q: [
    1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
    1.36370839120290507362e-2, 1.19844998467991074170e-2,
  ],
};
const below2857 = {
  p: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
    -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
  ],
  q: [
    1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
    4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
  ],
};
const below6 = {
  p: [
    -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2,
    -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
  ],
  q: [
    1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
    2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
  ],
};

/** The error function. Source: FreeBSD's msun/src/s_erf.c, its four ranges. */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z < 0.84375) return x + (x * polynomial(x * x, nearZero.p)) / polynomial(x * x, nearZero.q);
  const positive = erfFrom084(z);
  return x < 0 ? -positive : positive;
}

function erfFrom084(z: number): number {
  if (z < 1.25) return erx + polynomial(z - 1, nearOne.p) / polynomial(z - 1, nearOne.q);
  if (z >= 6) return 1;
  const s = 1 / (z * z);
  const { p, q } = z < 1 / 0.35 ? below2857 : below6;
  // exp(-z²) in two factors, of which the first has an exact argument: z cut to 24 bits squares without rounding.
  const cut = Math.fround(z);
  return 1 - (Math.exp(-cut * cut - 0.5625) * Math.exp((cut - z) * (cut + z) + polynomial(s, p) / polynomial(s, q))) / z;
}
